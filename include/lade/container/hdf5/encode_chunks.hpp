// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/codec/deflate.hpp>
#include <lade/codec/shuffle.hpp>
#include <lade/container/hdf5/boxes.hpp>
#include <lade/container/hdf5/encode_group.hpp>
#include <lade/container/hdf5/filter_pipeline.hpp>

#include <memory>

namespace lade::inline LADE_ABI::hdf5 {

/// How a chunked dataset is written.
struct chunking {
    std::vector<std::uint32_t> shape{};  ///< of a chunk; as many axes as the dataset, no zeros
    bool shuffle = false;
    int deflate = 0;  ///< level 1 to 9; 0: not compressed
};

/// The chunks of a dataset, filtered, in row-major order of the grid.
struct written_chunks {
    std::vector<std::vector<std::byte>> stored;
    std::vector<std::uint64_t> places;  ///< rank numbers for each chunk: its first element

    std::uint64_t size() const {
        std::uint64_t all = 0;
        for (auto const& one : stored) all += one.size();
        return all;
    }
};

/// Cuts dense elements into chunks and filters them. Preconditions: the shapes fit; `data` has the
/// size of the dataset. Memory: the filtered chunks, for their sizes must be known before the first
/// byte of the file is written.
inline result<written_chunks> make_chunks(std::span<std::uint64_t const> shape, std::size_t element,
                                          chunking const& how, bytes::view data) {
    written_chunks made;
    unsigned const rank = static_cast<unsigned>(shape.size());
    std::size_t whole = element;
    for (unsigned i = 0; i < rank; ++i) {
        if (shape[i] == 0) return made;
        whole *= how.shape[i];
    }
    std::vector<std::byte> plain(whole);
    std::vector<std::byte> shuffled(how.shuffle ? whole : 0);
    auto const packer = how.deflate > 0 ? std::make_unique<codec::deflater>(how.deflate) : nullptr;
    axes first{};
    while (true) {
        axes box{};
        bool full = true;
        for (unsigned i = 0; i < rank; ++i) {
            box[i] = std::min<std::uint64_t>(how.shape[i], shape[i] - first[i]);
            full = full && box[i] == how.shape[i];
        }
        if (!full) std::memset(plain.data(), 0, plain.size());
        axes at{};
        std::size_t const row = static_cast<std::size_t>(box[rank - 1]) * element;
        while (true) {
            std::uint64_t from = 0;
            std::uint64_t to = 0;
            for (unsigned i = 0; i < rank; ++i) {
                from = from * shape[i] + first[i] + at[i];
                to = to * how.shape[i] + at[i];
            }
            std::memcpy(plain.data() + to * element, data.data() + from * element, row);
            unsigned axis = rank - 1;
            while (axis > 0 && ++at[axis - 1] == box[axis - 1]) at[--axis] = 0;
            if (axis == 0) break;
        }
        bytes::view now = plain;
        if (how.shuffle) {
            codec::shuffle(now, shuffled, element);
            now = shuffled;
        }
        if (packer != nullptr) {
            std::vector<std::byte> packed(codec::deflate_bound(now.size()));
            auto const size = codec::deflate_zlib(*packer, now, packed, how.deflate);
            if (!size) return size.error();
            packed.resize(*size);
            packed.shrink_to_fit();
            made.stored.push_back(std::move(packed));
        } else {
            made.stored.emplace_back(now.begin(), now.end());
        }
        made.places.insert(made.places.end(), first.begin(), first.begin() + rank);
        unsigned axis = rank;
        while (axis > 0) {
            first[axis - 1] += how.shape[axis - 1];
            if (first[axis - 1] < shape[axis - 1]) break;
            first[--axis] = 0;
        }
        if (axis == 0) return made;
    }
}

/// The filter pipeline message, version 1, of what `make_chunks` does.
inline std::vector<std::byte> encode_pipeline(chunking const& how, std::size_t element) {
    encoder to;
    to.u8(1);
    to.u8((how.shuffle ? 1U : 0U) + (how.deflate > 0 ? 1U : 0U));
    to.zeros(6);
    auto const filter = [&](filter_id id, std::string_view name, std::uint64_t value) {
        to.u16(static_cast<std::uint64_t>(id));
        to.u16(8);
        to.u16(1);
        to.u16(1);
        std::uint64_t const origin = to.size();
        to.text(name);
        to.align(8, origin);
        to.u32(value);
        to.u32(0);
    };
    if (how.shuffle) filter(filter_id::shuffle, "shuffle", element);
    if (how.deflate > 0)
        filter(filter_id::deflate, "deflate", static_cast<std::uint64_t>(how.deflate));
    return std::move(to).take();
}

/// The version 1 B-tree of chunks that lie one behind another from `data` on; its address, or none
/// without chunks.
inline std::uint64_t encode_chunk_tree(encoder& to, std::uint64_t base, written_chunks const& of,
                                       chunking const& how, std::size_t element,
                                       std::uint64_t data) {
    if (of.stored.empty()) return no_address;
    std::size_t const rank = how.shape.size();
    encoder keys;
    std::vector<std::uint64_t> children;
    for (std::size_t i = 0; i < of.stored.size(); ++i) {
        keys.u32(of.stored[i].size());
        keys.u32(0);
        for (std::size_t k = 0; k < rank; ++k) keys.u64(of.places[i * rank + k]);
        keys.u64(0);
        children.push_back(data);
        data += of.stored[i].size();
    }
    keys.u64(0);  // the key behind the last: the next chunk along every axis
    for (std::size_t k = 0; k < rank; ++k)
        keys.u64(of.places[of.places.size() - rank + k] + how.shape[k]);
    keys.u64(element);
    constexpr std::uint64_t chunk_k = 32;
    return encode_btree_v1(to, base, 1, std::move(keys).take(), 8 + 8 * (rank + 1),
                           std::move(children), chunk_k);
}

}  // namespace lade::inline LADE_ABI::hdf5
