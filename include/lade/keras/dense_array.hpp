// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/dtype.hpp>
#include <lade/bytes/checked.hpp>
#include <lade/model/tensor_view.hpp>

#include <cstring>
#include <span>
#include <vector>

/// Arrays that are changed as a whole: axes exchanged, blocks exchanged. For the explicit
/// conversions between layouts of weights; nothing else of this library copies elements about.
namespace lade::inline LADE_ABI::keras {

/// Dense, row-major elements of whole bytes, with their shape.
struct dense_array {
    dtype type = dtype::float32;
    std::vector<std::uint64_t> shape;
    std::vector<std::byte> data;

    std::size_t rank() const { return shape.size(); }
    bool same_type(dense_array const& other) const {
        return type == other.type && shape == other.shape;
    }
};

/// A copy of the elements of a tensor.
inline dense_array dense_copy(tensor_view const& of) {
    return {
        of.dtype(), {of.shape().begin(), of.shape().end()}, {of.bytes().begin(), of.bytes().end()}};
}

/// The array whose axis k is axis `axes[k]` of the given one, as numpy.transpose has it.
/// Precondition: `axes` names each axis once.
inline dense_array permuted(dense_array const& from, std::span<std::size_t const> axes) {
    dense_array made{from.type, std::vector<std::uint64_t>(from.rank()), {}};
    made.data.resize(from.data.size());
    std::size_t const size = size_of(from.type);
    std::vector<std::size_t> stride(from.rank()), step(from.rank()), at(from.rank());
    std::size_t unit = size;
    for (std::size_t k = from.rank(); k-- > 0;) {
        stride[k] = unit;
        unit *= static_cast<std::size_t>(from.shape[k]);
    }
    for (std::size_t k = 0; k < axes.size(); ++k) {
        made.shape[k] = from.shape[axes[k]];
        step[k] = stride[axes[k]];
    }
    std::size_t place = 0;
    for (std::size_t to = 0; to < made.data.size(); to += size) {
        std::memcpy(made.data.data() + to, from.data.data() + place, size);
        for (std::size_t k = at.size(); k-- > 0;) {
            place += step[k];
            if (++at[k] < made.shape[k]) break;
            place -= step[k] * at[k];
            at[k] = 0;
        }
    }
    return made;
}

/// The first of `count` equal blocks along the first axis exchanged with the second. Precondition:
/// `count` divides that axis.
inline dense_array first_blocks_exchanged(dense_array from, std::size_t count) {
    std::size_t const block = from.data.size() / count;
    std::swap_ranges(from.data.begin(), from.data.begin() + static_cast<std::ptrdiff_t>(block),
                     from.data.begin() + static_cast<std::ptrdiff_t>(block));
    return from;
}

/// Row `number` of the first axis. Precondition: there is one.
inline dense_array row_of(dense_array const& from, std::size_t number) {
    dense_array made{from.type, {from.shape.begin() + 1, from.shape.end()}, {}};
    std::size_t const size = from.data.size() / static_cast<std::size_t>(from.shape[0]);
    auto const begin = from.data.begin() + static_cast<std::ptrdiff_t>(number * size);
    made.data.assign(begin, begin + static_cast<std::ptrdiff_t>(size));
    return made;
}

/// Arrays of equal shape but along `axis`, one behind the other. Precondition: they fit, there is
/// one at least.
inline dense_array joined(std::span<dense_array const> parts, std::size_t axis) {
    dense_array made{parts[0].type, parts[0].shape, {}};
    made.shape[axis] = 0;
    std::size_t outer = 1;
    for (std::size_t k = 0; k < axis; ++k) outer *= static_cast<std::size_t>(made.shape[k]);
    for (auto const& one : parts) made.shape[axis] += one.shape[axis];
    for (std::size_t i = 0; i < outer; ++i)
        for (auto const& one : parts) {
            std::size_t const size = one.data.size() / outer;
            auto const begin = one.data.begin() + static_cast<std::ptrdiff_t>(i * size);
            made.data.insert(made.data.end(), begin, begin + static_cast<std::ptrdiff_t>(size));
        }
    return made;
}

namespace detail {

/// Changes each element of `to`, given that of `other`. False where they are no numbers of 32 or 64
/// bits with a fraction, or of other shapes.
template <class Change>
bool change_elements(dense_array& to, dense_array const& other, Change&& change) {
    if (!to.same_type(other)) return false;
    auto const each = [&]<class T>(T) {
        for (std::size_t at = 0; at + sizeof(T) <= to.data.size(); at += sizeof(T)) {
            T a, b;
            std::memcpy(&a, to.data.data() + at, sizeof(T));
            std::memcpy(&b, other.data.data() + at, sizeof(T));
            a = change(a, b);
            std::memcpy(to.data.data() + at, &a, sizeof(T));
        }
    };
    if (to.type == dtype::float32) each(float{});
    else if (to.type == dtype::float64) each(double{});
    else return false;
    return true;
}
inline bool add_elements(dense_array& to, dense_array const& other) {
    return change_elements(to, other, [](auto a, auto b) { return a + b; });
}
inline bool halve_elements(dense_array& of) {
    return change_elements(of, of, [](auto a, auto) { return a / 2; });
}

}  // namespace detail

}  // namespace lade::inline LADE_ABI::keras
