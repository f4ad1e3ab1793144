// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/limits.hpp>
#include <lade/bytes/checked.hpp>
#include <lade/bytes/endian.hpp>
#include <lade/container/json/reader.hpp>
#include <lade/format/head.hpp>
#include <lade/safetensors/dtypes.hpp>
#include <lade/safetensors/errors.hpp>

/// The header of a safetensors file (the README of huggingface/safetensors, "Format"; its
/// validator: safetensors/src/tensor.rs).
///
///     byte   size  member
///        0      8  size N of the header, little-endian, at most 100,000,000
///        8      N  JSON, beginning with '{', padded with spaces at its end
///      8+N         the data, to the end of the file
///
///     {"__metadata__": {"key": "text", ...},
///      "name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [begin, end]}, ...}
///
/// Offsets count from the beginning of the data. The tensors cover the data without holes and
/// overlaps, each dense, row-major, little-endian, of exactly the size that shape and type ask for.
/// Data need not be aligned. Read: all types, headers in any order, members that nobody knows,
/// `"__metadata__": null`. Refused, each with its own id: whatever breaks these rules, two tensors
/// or two words of metadata of one name, and (unless allowed) bytes after the last tensor.
namespace lade::inline LADE_ABI::safetensors {

/// What a read can be told.
struct options {
    bool allow_trailing = false;  ///< ignore bytes after the last tensor
    lade::limits limits{};
};

constexpr std::optional<dtype> dtype_spelled(json::string spelled) {
    for (std::size_t i = dtype_names.size(); i-- > 0;)
        if (spelled.is(dtype_names[i].spelled)) return dtype_names[i].type;
    return std::nullopt;
}

/// Where the parts of a file lie.
struct extent {
    std::uint64_t header = 0;  ///< bytes
    std::uint64_t data = 0;    ///< bytes from the end of the header to the end of the file

    constexpr std::uint64_t data_begin() const { return 8 + header; }
};

/// Errors: safetensors.truncated, .header_too_large, those of the source.
template <source Source>
constexpr result<extent> read_extent(Source& from, limits const& bounds) {
    std::uint64_t const size = from.size();
    if (size < 8) return fail(ids::truncated, 0, 8, size);
    std::array<std::byte, 8> raw{};
    if (auto const done = from.read(0, raw); !done) return done.error();
    auto const header = bytes::load_le<std::uint64_t>(raw.data());
    if (header > bounds.header) return fail(ids::header_too_large, 0, bounds.header, header);
    if (header > size - 8) return fail(ids::truncated, 8, header, size - 8);
    return extent{header, size - 8 - header};
}

/// One tensor, as the header has it: checked but for its neighbours.
struct entry {
    json::string name{};
    dtype type = dtype::float32;
    std::span<std::uint64_t const> shape{};  ///< good during the call
    std::uint64_t begin = 0;                 ///< from the beginning of the data
    std::uint64_t end = 0;
    std::uint64_t place = 0;  ///< of the name, in the file
};

/// The same error, in the tensor that the name names. Long names lose their end.
constexpr error in_tensor(error const& what, json::string name) {
    std::array<char, LADE_ERROR_PLACE + 1> words{};
    std::size_t at = 0;
    name.decode([&](std::uint8_t byte) {
        if (at < words.size()) words[at++] = static_cast<char>(byte);
    });
    return what.in({words.data(), at});
}

namespace detail {

/// Precondition: the reader stands before the value.
constexpr result<void> take_shape(json::reader& from, std::span<std::uint64_t> room,
                                  std::size_t& rank) {
    if (auto const quick = from.take_naturals(room)) {
        rank = *quick;
        return {};
    }
    if (from.next() == json::token::failed) return from.error();
    if (from.current() != json::token::array) return fail(ids::bad_shape, from.offset());
    for (rank = 0; from.next() != json::token::array_end; ++rank) {
        if (from.current() == json::token::failed) return from.error();
        auto const axis =
            from.current() == json::token::number ? json::to_natural(from.number()) : std::nullopt;
        if (!axis) return fail(ids::bad_shape, from.offset());
        if (rank == room.size())
            return fail(lade::ids::limit, from.offset(), room.size(), rank + 1);
        room[rank] = *axis;
    }
    return {};
}

/// Precondition: the reader stands before the value.
constexpr result<void> take_offsets(json::reader& from, entry& to) {
    std::array<std::uint64_t, 2> ends{};
    if (auto const quick = from.take_naturals(ends); quick != ends.size()) {
        if (quick) return fail(ids::bad_offsets, from.offset(), ends.size(), *quick);
        if (from.next() == json::token::failed) return from.error();
        if (from.current() != json::token::array) return fail(ids::bad_offsets, from.offset());
        for (auto& end : ends) {
            if (from.next() == json::token::failed) return from.error();
            auto const value = from.current() == json::token::number
                                   ? json::to_natural(from.number())
                                   : std::nullopt;
            if (!value) return fail(ids::bad_offsets, from.offset());
            end = *value;
        }
        if (from.next() == json::token::failed) return from.error();
        if (from.current() != json::token::array_end) return fail(ids::bad_offsets, from.offset());
    }
    to.begin = ends[0];
    to.end = ends[1];
    if (to.end < to.begin) return fail(ids::bad_offsets, from.offset(), to.begin, to.end);
    return {};
}

/// Whether the span of the entry is what its shape and type ask for.
constexpr result<void> check_size(entry const& one, std::uint64_t data) {
    std::uint64_t count = 1;
    for (std::uint64_t const axis : one.shape) {
        // in the order of the axes, as the official validator: a later zero does not help
        auto const next = bytes::product(count, axis);
        if (!next) return fail(ids::shape_overflow, one.place);
        count = *next;
    }
    unsigned const bits = bits_of(one.type);
    auto const size = bytes_of(one.type, count);
    if (!size) return fail(ids::shape_overflow, one.place);
    if (bits % 8 != 0 && count * bits % 8 != 0)
        return fail(ids::sub_byte, one.place, 8, count * bits % 8);
    if (one.end - one.begin != *size)
        return fail(ids::bad_size, one.place, *size, one.end - one.begin);
    if (one.end > data) return fail(ids::truncated, one.place, one.end, data);
    return {};
}

/// Precondition: the reader stands at the beginning of the entry's value.
constexpr result<void> take_entry(json::reader& from, entry& to, std::span<std::uint64_t> room,
                                  std::uint64_t data) {
    enum : unsigned { has_nothing = 0, has_type = 1, has_shape = 2, has_offsets = 4 };
    unsigned has = 0;
    std::size_t rank = 0;
    if (from.current() != json::token::object)
        return from.current() == json::token::failed ? from.error()
                                                     : fail(ids::bad_entry, from.offset());
    while (from.next() == json::token::key) {
        json::string const name = from.text();
        std::uint64_t const place = from.offset();
        unsigned const met = name.is("dtype")          ? has_type
                             : name.is("shape")        ? has_shape
                             : name.is("data_offsets") ? has_offsets
                                                       : has_nothing;
        if ((has & met) != 0) return fail(ids::bad_entry, place);
        has |= met;
        if (met == has_type) {
            if (from.next() == json::token::failed) return from.error();
            if (from.current() != json::token::string) return fail(ids::bad_entry, from.offset());
            auto const type = dtype_spelled(from.text());
            if (!type) return fail(ids::unknown_dtype, from.offset());
            to.type = *type;
        } else if (met == has_shape) {
            if (auto const done = take_shape(from, room, rank); !done) return done;
        } else if (met == has_offsets) {
            if (auto const done = take_offsets(from, to); !done) return done;
        } else if (!from.skip()) {
            return from.error();
        }
    }
    if (from.current() == json::token::failed) return from.error();
    if (has != (has_type | has_shape | has_offsets)) return fail(ids::bad_entry, to.place, 7, has);
    to.shape = room.first(rank);
    return check_size(to, data);
}

template <class Visitor>
constexpr result<void> take_metadata(json::reader& from, Visitor& to) {
    from.next();
    if (from.current() == json::token::null) return {};
    if (from.current() == json::token::failed) return from.error();
    if (from.current() != json::token::object) return fail(ids::bad_metadata, from.offset());
    while (from.next() == json::token::key) {
        json::string const key = from.text();
        std::uint64_t const place = from.offset();
        from.next();
        if (from.current() == json::token::failed) return from.error();
        if (from.current() != json::token::string) return fail(ids::bad_metadata, from.offset());
        if (auto const done = to.metadata(key, from.text(), place); !done) return done;
    }
    if (from.current() == json::token::failed) return from.error();
    return {};
}

}  // namespace detail

/// Calls `metadata(json::string key, json::string value, std::uint64_t place)` and `tensor(entry
/// const&)` of `to`, both giving result<void>, for all that the header lists, in its order. No
/// memory, no recursion, linear. Checks every entry for itself: its grammar, type, size, and that
/// it ends inside the data.
/// Errors: those of this header but for trailing_bytes, duplicate_key of tensors, hole and
/// overlap; json.*, limit.exceeded (axes), those of `to`.
template <class Visitor>
constexpr result<void> walk_header(bytes::view header, std::uint64_t data, limits const& bounds,
                                   Visitor& to) {
    if (header.empty() || header[0] != std::byte{'{'})
        return fail(ids::no_object, 8, '{',
                    header.empty() ? 0 : static_cast<std::uint64_t>(header[0]));
    json::reader from(header, {}, 8);
    std::array<std::uint64_t, 64> shape{};
    auto const room = std::span<std::uint64_t>(shape).first(
        bounds.rank < shape.size() ? bounds.rank : shape.size());
    bool has_metadata = false;
    from.next();
    while (from.next() == json::token::key) {
        entry one;
        one.name = from.text();
        one.place = from.offset();
        if (one.name.is(metadata_name)) {
            if (has_metadata) return fail(ids::duplicate_key, one.place).in(metadata_name);
            has_metadata = true;
            if (auto const done = detail::take_metadata(from, to); !done) return done;
            continue;
        }
        from.next();
        if (auto const done = detail::take_entry(from, one, room, data); !done)
            return in_tensor(done.error(), one.name);
        if (auto const done = to.tensor(one); !done) return done;
    }
    if (from.current() == json::token::failed || from.next() == json::token::failed)
        return from.error();
    return {};
}

/// What the data are where the tensor before ended at `end`. Errors: safetensors.hole, .overlap.
constexpr result<void> check_neighbours(std::uint64_t end, std::uint64_t begin,
                                        std::uint64_t place) {
    if (begin > end) return fail(ids::hole, place, end, begin);
    if (begin < end) return fail(ids::overlap, place, end, begin);
    return {};
}

/// Certain of what begins like a header, cut or whole, so that a cut file tells what ails it.
/// Possible where the size is beyond the format, or the JSON begins with what it may not.
constexpr confidence looks_like(head const& of) {
    if (of.first.size() < 10) return confidence::no;
    auto const size = bytes::load_le<std::uint64_t>(of.first.data());
    auto const first = static_cast<char>(of.first[8]), next = static_cast<char>(of.first[9]);
    bool const space = next == ' ' || next == '\n' || next == '\r' || next == '\t';
    if (first == '{' && (next == '"' || next == '}' || space))
        return size <= limits{}.header ? confidence::certain : confidence::possible;
    bool const json = first == '{' || first == '[' || first == ' ' || first == '\n';
    return json && size >= 2 && size <= limits{}.header && size <= of.size - 8
               ? confidence::possible
               : confidence::no;
}

}  // namespace lade::inline LADE_ABI::safetensors
