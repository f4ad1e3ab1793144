// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/hdf5/encode_attribute.hpp>
#include <lade/container/hdf5/encode_chunks.hpp>
#include <lade/container/hdf5/encode_datatype.hpp>
#include <lade/container/hdf5/encode_group.hpp>
#include <lade/container/hdf5/encode_heap.hpp>
#include <lade/container/hdf5/object_header.hpp>

/// Objects as the writer makes them: the messages of datasets, and headers of both versions
/// (layouts in object_header.hpp, fill_value.hpp and layout.hpp).
namespace lade::inline LADE_ABI::hdf5 {

namespace ids {
inline constexpr error_id too_many_messages{
    "hdf5.too_many_attributes", kind::mismatch,
    "an object has more attributes or links than a header can count"};
}  // namespace ids

/// An attribute on its way into a file.
struct written_value {
    std::string name;
    std::vector<std::byte> type;
    std::vector<std::byte> space;
    std::vector<std::byte> data;
    std::vector<heap_builder::place> texts;  ///< of variable length: what `data` is made from
    bool vlen = false;
};
/// An object on its way into a file.
struct written_object {
    std::string name;
    std::vector<std::uint32_t> children;  ///< group
    std::vector<written_value> attributes;
    bool is_dataset = false;
    bool held = false;  ///< nothing is pushed: the bytes are here
    bool compact = false;
    bool chunked = false;
    std::vector<std::byte> type;
    std::vector<std::uint64_t> shape;
    std::size_t element = 0;
    std::uint64_t size = 0;       ///< bytes of raw data
    std::vector<std::byte> data;  ///< compact
    std::vector<heap_builder::place> texts;
    written_chunks chunks;
    chunking how;
    std::uint64_t header = 0;          ///< addresses, of the last pass
    std::uint64_t place = no_address;  ///< of the raw data
    std::uint64_t tree = no_address;
    old_group_places old_group;
    dense_attribute_places dense;
};

namespace detail {

inline bool is_ascii(std::string_view text) {
    for (char one : text)
        if (static_cast<unsigned char>(one) > 127) return false;
    return true;
}

inline written_attribute view_of(written_value const& of) {
    return {of.name, !is_ascii(of.name), of.type, of.space, of.data};
}
inline std::uint64_t message_size(written_value const& of) {
    return 9 + bytes::aligned(of.name.size() + 1, 8) + bytes::aligned(of.type.size(), 8) +
           bytes::aligned(of.space.size(), 8) + of.data.size();
}
inline bool is_dense(written_object const& of) {
    for (auto const& one : of.attributes)
        if (message_size(one) > 65000) return true;
    return false;
}

}  // namespace detail

/// A message on its way into an object header.
struct written_message {
    message_type type;
    unsigned flags;
    std::vector<std::byte> body;
};

/// The messages that describe a dataset, but for its attributes.
inline void dataset_messages(written_object const& of, bool old, std::vector<written_message>& to) {
    to.push_back({message_type::dataspace, 0, encode_dataspace(of.shape, old)});
    to.push_back({message_type::datatype, 1, of.type});
    // when space is taken: compact early, contiguous late, chunks as they come; the value is
    // written where one is set
    unsigned const when = of.compact ? 1 : of.chunked ? 3 : 2;
    encoder fill;
    if (old) {
        fill.u8(2);
        fill.u8(when);
        fill.u8(2);
        fill.u8(1);
        fill.u32(0);
    } else {
        fill.u8(3);
        fill.u8(8 | when);
    }
    to.push_back({message_type::fill_value, 1, std::move(fill).take()});
    if (of.chunked && (of.how.shuffle || of.how.deflate > 0))
        to.push_back({message_type::filter_pipeline, 1, encode_pipeline(of.how, of.element)});
    encoder layout;
    layout.u8(3);
    if (of.compact) {
        layout.u8(0);
        layout.u16(of.data.size());
        layout.bytes(of.data);
    } else if (of.chunked) {
        layout.u8(2);
        layout.u8(of.shape.size() + 1);
        layout.u64(of.tree);
        for (std::uint32_t size : of.how.shape) layout.u32(size);
        layout.u32(of.element);
    } else {
        layout.u8(1);
        layout.u64(of.place);
        layout.u64(of.size);
    }
    to.push_back({message_type::layout, 0, std::move(layout).take()});
}

inline result<void> encode_new_header(encoder& to, std::vector<written_message> const& messages) {
    std::uint64_t size = 0;
    for (auto const& one : messages) size += 4 + one.body.size();
    if (size > 0xffffffff) return fail(ids::too_many_messages, error::nowhere, 0xffffffff, size);
    unsigned const width = size < 256 ? 0 : size < 65536 ? 1 : 2;
    std::uint64_t const start = to.size();
    to.text("OHDR");
    to.u8(2);
    to.u8(width);
    to.sized(size, 1U << width);
    for (auto const& one : messages) {
        to.u8(static_cast<unsigned>(one.type));
        to.u16(one.body.size());
        to.u8(one.flags);
        to.bytes(one.body);
    }
    to.checksum(start);
    return {};
}

inline result<void> encode_old_header(encoder& to, std::vector<written_message> const& messages) {
    std::uint64_t size = 0;
    for (auto const& one : messages) size += 8 + bytes::aligned(one.body.size(), 8);
    if (size > 0xffffffff || messages.size() > 65535)
        return fail(ids::too_many_messages, error::nowhere, 65535, messages.size());
    to.u8(1);
    to.u8(0);
    to.u16(messages.size());
    to.u32(1);
    to.u32(size);
    to.u32(0);
    for (auto const& one : messages) {
        to.u16(static_cast<unsigned>(one.type));
        to.u16(bytes::aligned(one.body.size(), 8));
        to.u8(one.flags);
        to.zeros(3);
        std::uint64_t const origin = to.size();
        to.bytes(one.body);
        to.align(8, origin);
    }
    return {};
}

}  // namespace lade::inline LADE_ABI::hdf5
