// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/hdf5/encoder.hpp>
#include <lade/container/hdf5/reader.hpp>

#include <bit>

/// Attributes as the writer makes them: messages in the object header (layout in attribute.hpp), or
/// dense storage where one does not fit a message: a fractal heap of huge objects, a B-tree of
/// their ids, a B-tree of names (layouts in fractal_heap.hpp and btree_v2.hpp). libhdf5 looks at
/// either headers or dense storage, so all attributes of an object lie in one.
namespace lade::inline LADE_ABI::hdf5 {

/// An attribute that is written. Strings of variable length are 16 bytes each in `data`.
struct written_attribute {
    std::string_view name;
    bool utf8_name = false;
    bytes::view type;
    bytes::view space;
    bytes::view data;
};

/// The body of a message: version 3, or version 1 for old headers.
inline std::vector<std::byte> encode_attribute(written_attribute const& of, bool old) {
    encoder to;
    to.u8(old ? 1 : 3);
    to.u8(0);
    to.u16(of.name.size() + 1);
    to.u16(of.type.size());
    to.u16(of.space.size());
    if (!old) to.u8(of.utf8_name ? 1 : 0);
    std::uint64_t const alignment = old ? 8 : 1;
    std::uint64_t origin = to.size();
    to.text(of.name);
    to.u8(0);
    to.align(alignment, origin);
    origin = to.size();
    to.bytes(of.type);
    to.align(alignment, origin);
    origin = to.size();
    to.bytes(of.space);
    to.align(alignment, origin);
    to.bytes(of.data);
    return std::move(to).take();
}

/// Where the parts of dense attribute storage stand.
struct dense_attribute_places {
    std::uint64_t heap = no_address;
    std::uint64_t names = no_address;
};

namespace detail {

/// A version 2 B-tree that is one leaf. Precondition: at most 65535 records, sorted.
inline std::uint64_t encode_leaf_tree(encoder& to, std::uint64_t base, unsigned type,
                                      std::uint64_t record_size, bytes::view records) {
    std::uint64_t const count = records.size() / record_size;
    std::uint64_t const node = std::bit_ceil(std::max<std::uint64_t>(512, 10 + records.size()));
    std::uint64_t const leaf = base + to.size();
    std::uint64_t start = to.size();
    to.text("BTLF");
    to.u8(0);
    to.u8(type);
    to.bytes(records);
    to.checksum(start);
    to.zeros(node - (to.size() - start));
    start = to.size();
    to.text("BTHD");
    to.u8(0);
    to.u8(type);
    to.u32(node);
    to.u16(record_size);
    to.u16(0);
    to.u8(100);
    to.u8(40);
    to.u64(leaf);
    to.u16(count);
    to.u64(count);
    to.checksum(start);
    return base + start;
}

}  // namespace detail

/// Dense storage of message bodies; `names` are theirs. Precondition: at most 65535.
inline dense_attribute_places encode_dense_attributes(
    encoder& to, std::uint64_t base, std::span<std::vector<std::byte> const> bodies,
    std::span<std::string_view const> names) {
    dense_attribute_places made;
    encoder huge;
    std::uint64_t total = 0;
    std::vector<std::size_t> order(bodies.size());
    std::vector<std::uint32_t> hashes(bodies.size());
    for (std::size_t i = 0; i < bodies.size(); ++i) {
        to.align(8);
        huge.u64(base + to.size());
        huge.u64(bodies[i].size());
        huge.u64(i + 1);
        to.bytes(bodies[i]);
        total += bodies[i].size();
        order[i] = i;
        hashes[i] = codec::lookup3(bytes::of(names[i]));
    }
    to.align(8);
    std::uint64_t const objects = detail::encode_leaf_tree(to, base, 1, 24, huge.view());
    bytes::sort(order, [&](std::size_t a, std::size_t b) {
        return hashes[a] != hashes[b] ? hashes[a] < hashes[b] : names[a] < names[b];
    });
    encoder records;
    for (std::size_t const i : order) {
        records.u8(0x10);  // a huge object, found by its number
        records.sized(i + 1, 7);
        records.u8(0);
        records.u32(i);
        records.u32(hashes[i]);
    }
    to.align(8);
    made.names = detail::encode_leaf_tree(to, base, 8, 17, records.view());

    to.align(8);
    std::uint64_t const start = to.size();
    made.heap = base + start;
    to.text("FRHP");
    to.u8(0);
    to.u16(8);     // bytes of an id
    to.u16(0);     // no filters
    to.u8(2);      // direct blocks have checksums
    to.u32(4096);  // largest managed object
    to.u64(bodies.size());
    to.u64(objects);
    to.u64(0);
    to.u64(no_address);
    for (unsigned i = 0; i < 4; ++i) to.u64(0);  // nothing managed
    to.u64(total);
    to.u64(bodies.size());
    to.u64(0);
    to.u64(0);
    to.u16(4);
    to.u64(1024);
    to.u64(65536);
    to.u16(40);
    to.u16(1);
    to.u64(no_address);
    to.u16(0);
    to.checksum(start);
    return made;
}

}  // namespace lade::inline LADE_ABI::hdf5
