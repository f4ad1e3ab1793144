// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/hdf5/reader.hpp>

/// Local heaps: the names of an old group (III.D).
///
///     byte  size  member
///        0     4  "HEAP"
///        4     1  0
///        5     3  reserved
///        8     L  bytes of the data
///              L  head of the free list: not looked at
///              O  address of the data
///
/// A name begins at an offset into the data and ends with NUL.
namespace lade::inline LADE_ABI::hdf5 {

namespace ids {
inline constexpr error_id bad_local_heap{
    "hdf5.bad_local_heap", kind::corrupt,
    "a name lies outside its local heap, or does not end in it"};
}  // namespace ids

class local_heap {
  public:
    /// Errors: hdf5.bad_signature, hdf5.unsupported_version, hdf5.bad_address, io.
    static result<local_heap> open(reader& in, std::uint64_t address) {
        auto const head =
            in.get(address, 8 + 2 * std::uint64_t{in.length_size()} + in.offset_size());
        if (!head) return head.error();
        bytes::cursor at(head->view(), in.place(address));
        if (auto const signature = expect(at, "HEAP"); !signature) return signature.error();
        if (auto const version = expect_version(at, 0); !version) return version.error();
        at.bytes(3);
        std::uint64_t const size = in.length(at);
        in.length(at);
        std::uint64_t const data = in.address(at);
        local_heap made;
        if (size != 0) {
            auto held = in.get(data, size);
            if (!held) return held.error();
            made.place_ = in.place(data);
            made.data_ = std::move(*held);
        }
        return made;
    }

    std::uint64_t size() const { return data_.view().size(); }

    /// Good as long as the heap. Errors: hdf5.bad_local_heap.
    result<std::string_view> text(std::uint64_t offset) const {
        std::string_view const all = bytes::text(data_.view());
        if (offset >= all.size()) return fail(ids::bad_local_heap, place_, all.size(), offset);
        std::size_t const end = all.find('\0', static_cast<std::size_t>(offset));
        if (end == std::string_view::npos)
            return fail(ids::bad_local_heap, place_ + offset, all.size(), offset);
        return all.substr(static_cast<std::size_t>(offset), end - static_cast<std::size_t>(offset));
    }

  private:
    block data_;
    std::uint64_t place_ = 0;
};

}  // namespace lade::inline LADE_ABI::hdf5
