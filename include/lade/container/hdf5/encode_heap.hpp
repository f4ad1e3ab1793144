// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/hdf5/encoder.hpp>

#include <string>

namespace lade::inline LADE_ABI::hdf5 {

/// Global heap collections as the writer makes them (layout in global_heap.hpp): all strings of
/// variable length of a file, in as few collections as indices of 16 bits allow.
class heap_builder {
  public:
    /// Where an object is: a collection by number, and its index there.
    struct place {
        std::uint32_t collection = 0;
        std::uint32_t index = 0;  ///< 0: an empty text needs no object
        std::uint32_t size = 0;
    };

    /// Precondition: less than 4 GiB.
    place add(std::string_view text) {
        if (text.empty()) return {};
        if (sizes_.empty() || in_last_ == 65535 || sizes_.back() > most) {
            sizes_.push_back(head);
            in_last_ = 0;
        }
        place made;
        made.collection = static_cast<std::uint32_t>(sizes_.size() - 1);
        made.index = ++in_last_;
        made.size = static_cast<std::uint32_t>(text.size());
        sizes_.back() += 16 + bytes::aligned(text.size(), 8);
        objects_.push_back({made.collection, made.index, all_.size(), text.size()});
        all_.append(text);
        return made;
    }

    std::size_t collections() const { return sizes_.size(); }

    /// Appends all collections; their addresses, in order. `base` is the address of byte 0 of the
    /// encoder.
    std::vector<std::uint64_t> encode(encoder& to, std::uint64_t base) const {
        std::vector<std::uint64_t> made;
        std::size_t next = 0;
        for (std::size_t i = 0; i < sizes_.size(); ++i) {
            to.align(8);
            std::uint64_t const start = to.size();
            // a rest of less than 16 bytes has no room for the object that ends the list
            std::uint64_t const whole = std::max<std::uint64_t>(4096, sizes_[i]);
            made.push_back(base + start);
            to.text("GCOL");
            to.u32(1);
            to.u64(whole);
            for (; next < objects_.size() && objects_[next].collection == i; ++next) {
                object const& one = objects_[next];
                to.u16(one.index);
                to.u16(1);
                to.u32(0);
                to.u64(one.size);
                std::uint64_t const origin = to.size();
                to.text(std::string_view(all_).substr(one.at, one.size));
                to.align(8, origin);
            }
            std::uint64_t const rest = whole - (to.size() - start);
            if (rest >= 16) {
                to.u64(0);
                to.u64(rest);
                to.zeros(rest - 16);
            } else {
                to.zeros(rest);
            }
        }
        return made;
    }

  private:
    static constexpr std::uint64_t head = 16;
    /// A collection is read as a whole, so many small texts are cut into several.
    static constexpr std::uint64_t most = std::uint64_t{1} << 20;

    struct object {
        std::uint32_t collection;
        std::uint32_t index;
        std::size_t at;
        std::size_t size;
    };
    std::vector<std::uint64_t> sizes_;
    std::vector<object> objects_;
    std::string all_;
    std::uint32_t in_last_ = 0;
};

/// An element of a string of variable length.
inline void encode_vlen_pointer(encoder& to, heap_builder::place const& of,
                                std::span<std::uint64_t const> collections) {
    to.u32(of.size);
    to.u64(of.index == 0 ? 0 : collections[of.collection]);
    to.u32(of.index);
}

}  // namespace lade::inline LADE_ABI::hdf5
