// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/result.hpp>
#include <lade/container/hdf5/dataspace.hpp>

/// Boxes and runs of row-major arrays. Sizes are those of a dataspace: their product fits 64 bits,
/// there are at most max_axes.
namespace lade::inline LADE_ABI::hdf5 {

/// Axes of a dataspace, and one for the parts of elements that are arrays.
inline constexpr unsigned max_axes = max_rank + 1;
using axes = std::array<std::uint64_t, max_axes>;

/// Cuts the linear range [first, first + count) into boxes of full rows: calls each(start, box,
/// elements) -> result<void>, in order, at most twice the rank times. Precondition: the range lies
/// in the array.
template <class F>
result<void> for_each_box(std::span<std::uint64_t const> dims, std::uint64_t first,
                          std::uint64_t count, F each) {
    axes stride;
    axes start{};
    axes box{};
    unsigned const rank = static_cast<unsigned>(dims.size());
    std::uint64_t all = 1;
    for (unsigned i = rank; i-- > 0; all *= dims[i]) stride[i] = all;
    if (rank == 0 && count != 0) return each(start.data(), box.data(), std::uint64_t{1});
    while (count > 0) {
        // the slowest axis along which whole rows can be taken from here
        unsigned axis = 0;
        while (first % stride[axis] != 0 || stride[axis] > count) ++axis;
        std::uint64_t const at = first / stride[axis] % dims[axis];
        std::uint64_t const rows = (std::min)(count / stride[axis], dims[axis] - at);
        for (unsigned i = 0; i < rank; ++i) {
            start[i] = i <= axis ? first / stride[i] % dims[i] : 0;
            box[i] = i < axis ? 1 : i == axis ? rows : dims[i];
        }
        std::uint64_t const elements = rows * stride[axis];
        if (auto const done = each(start.data(), box.data(), elements); !done) return done;
        first += elements;
        count -= elements;
    }
    return {};
}

/// Calls each(first element, elements) -> result<void> for the runs of a box that lie together in
/// the array, in order.
template <class F>
result<void> for_each_run(std::span<std::uint64_t const> dims, std::uint64_t const* start,
                          std::uint64_t const* count, F each) {
    axes at{};
    unsigned const rank = static_cast<unsigned>(dims.size());
    if (rank == 0) return each(std::uint64_t{0}, std::uint64_t{1});
    for (unsigned i = 0; i < rank; ++i)
        if (count[i] == 0) return {};
    // axes that are taken as a whole join the run of the axis before
    unsigned last = rank - 1;
    std::uint64_t run = count[last];
    while (last > 0 && count[last] == dims[last]) run *= count[--last];
    while (true) {
        std::uint64_t first = 0;
        for (unsigned i = 0; i < rank; ++i)
            first = first * dims[i] + start[i] + (i < last ? at[i] : 0);
        if (auto const done = each(first, run); !done) return done;
        unsigned axis = last;
        while (axis > 0 && ++at[axis - 1] == count[axis - 1]) at[--axis] = 0;
        if (axis == 0) return {};
    }
}

/// Fills with copies of one element, beginning `skip` bytes into it; an empty element stands for
/// zeros.
inline void fill_elements(std::span<std::byte> to, bytes::view element, std::uint64_t skip) {
    if (to.empty()) return;
    bool zero = true;
    for (std::byte one : element) zero = zero && one == std::byte{0};
    if (zero) {
        std::memset(to.data(), 0, to.size());
        return;
    }
    std::size_t const first = static_cast<std::size_t>(skip % element.size());
    std::size_t done = (std::min)(element.size() - first, to.size());
    std::memcpy(to.data(), element.data() + first, done);
    std::size_t const once = (std::min)(first, to.size() - done);
    if (once != 0) std::memcpy(to.data() + done, element.data(), once);
    for (done += once; done < to.size();) {  // a whole element stands there: double it
        std::size_t const more =
            (std::min)(done / element.size() * element.size(), to.size() - done);
        std::memcpy(to.data() + done, to.data() + done % element.size(), more);
        done += more;
    }
}

}  // namespace lade::inline LADE_ABI::hdf5
