// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/hdf5/reader.hpp>

/// Global heap collections: strings and sequences of variable length (III.E).
///
///     collection                                an object
///     byte  size  member                        byte  size  member
///        0     4  "GCOL"                           0     2  index; 0: the rest is free
///        4     1  1                                2     2  reference count
///        5     3  reserved                         4     4  reserved
///        8     L  bytes, header included           8     L  bytes of the data
///              .  padded to 8: objects                   .  data, padded to 8
///
/// Indices need not ascend. An index is built once for each collection, for thousands of elements
/// point into one.
namespace lade::inline LADE_ABI::hdf5 {

namespace ids {
inline constexpr error_id bad_global_heap{
    "hdf5.bad_global_heap", kind::corrupt,
    "a global heap has no object of this number, or it does not fit"};
}  // namespace ids

class global_heap_collection {
  public:
    global_heap_collection() = default;

    /// Errors: hdf5.bad_signature, hdf5.unsupported_version, hdf5.bad_global_heap,
    /// hdf5.bad_address, io.
    static result<global_heap_collection> open(reader& in, std::uint64_t address) {
        std::uint64_t const head_size = bytes::aligned(8 + std::uint64_t{in.length_size()}, 8);
        auto const head = in.get(address, head_size);
        if (!head) return head.error();
        std::uint64_t const place = in.place(address);
        bytes::cursor front(head->view(), place);
        if (auto const signature = expect(front, "GCOL"); !signature) return signature.error();
        if (auto const version = expect_version(front, 1); !version) return version.error();
        front.bytes(3);
        std::uint64_t const size = in.length(front);
        if (size < head_size) return fail(ids::bad_global_heap, place + 8, head_size, size);
        global_heap_collection made;
        made.address_ = address;
        auto held = in.get(address, size);
        if (!held) return held.error();
        made.data_ = std::move(*held);

        bytes::cursor at(made.data_.view(), place);
        at.bytes(head_size);
        std::size_t const object_head =
            static_cast<std::size_t>(bytes::aligned(8 + in.length_size(), 8));
        while (at.left() >= object_head) {
            unsigned const index = at.number<std::uint16_t>();
            if (index == 0) break;
            at.bytes(2 + 4);
            std::uint64_t const length = in.length(at);
            at.bytes(object_head - 8 - in.length_size());
            std::uint64_t const start = at.offset() - place;
            if (length > at.left())
                return fail(ids::bad_global_heap, at.offset(), at.left(), length);
            at.bytes(std::min<std::uint64_t>(bytes::aligned(length, 8), at.left()));
            made.objects_.push_back({static_cast<std::uint16_t>(index), start, length});
        }
        bytes::sort(made.objects_, [](object const& a, object const& b) {
            return a.index != b.index ? a.index < b.index : a.start < b.start;
        });
        return made;
    }

    std::uint64_t address() const { return address_; }

    /// Good as long as the collection. Errors: hdf5.bad_global_heap.
    result<bytes::view> find(std::uint32_t index) const {
        auto const at =
            std::lower_bound(objects_.begin(), objects_.end(), index,
                             [](object const& one, std::uint32_t key) { return one.index < key; });
        if (at == objects_.end() || at->index != index)
            return fail(ids::bad_global_heap, error::nowhere, 0, index);
        return data_.view().subspan(static_cast<std::size_t>(at->start),
                                    static_cast<std::size_t>(at->size));
    }

  private:
    struct object {
        std::uint16_t index;
        std::uint64_t start;
        std::uint64_t size;
    };

    std::uint64_t address_ = no_address;
    block data_;
    std::vector<object> objects_;
};

/// The collections of a file, the last few of them kept.
class global_heap {
  public:
    /// The object; good until the heap is asked for an object of another collection. Address 0 or
    /// none: no bytes. Errors: those of global_heap_collection.
    result<bytes::view> find(reader& in, std::uint64_t address, std::uint32_t index) {
        if (address == 0 || address == no_address) return bytes::view{};
        for (auto& one : kept_)
            if (one.address() == address) return one.find(index);
        std::uint64_t const before = in.spent();
        auto opened = global_heap_collection::open(in, address);
        if (!opened) return opened.error();
        // elements that point into ever other collections could make a small file a long work
        opened_ += in.spent() - before;
        if (opened_ > in.limits().decoded(in.size()))
            return fail(::lade::ids::limit, in.place(address), in.limits().decoded(in.size()),
                        opened_);
        next_ = (next_ + 1) % (sizeof(kept_) / sizeof(kept_[0]));
        kept_[next_] = std::move(*opened);
        return kept_[next_].find(index);
    }

  private:
    global_heap_collection kept_[8];
    std::size_t next_ = 0;
    std::uint64_t opened_ = 0;
};

}  // namespace lade::inline LADE_ABI::hdf5
