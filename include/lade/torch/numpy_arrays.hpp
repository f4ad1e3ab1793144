// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/dtype.hpp>
#include <lade/base/result.hpp>
#include <lade/bytes/utf8.hpp>
#include <lade/container/pickle/nodes.hpp>

#include <charconv>

/// NumPy inside of pickles: types and the bytes of arrays
/// (numpy/_core/src/multiarray/{descriptor,methods}.c).
namespace lade::inline LADE_ABI::torch {

namespace ids {
inline constexpr error_id bad_array{"torch.bad_array", kind::corrupt,
                                    "an array is not described as NumPy does"};
}  // namespace ids

/// What the elements of an array are besides their dtype.
enum class array_item : std::uint8_t { number, byte_string, unicode };

struct array_description {
    lade::dtype type = dtype::float32;
    array_item item = array_item::number;
    std::size_t item_size = 0;  ///< bytes of an element in the pickle
    bool is_big_endian = false;
    bool is_object = false;  ///< pointers to Python objects: no tensor
    std::string_view name;
};

/// numpy.dtype(('f8', False, True)), built with (3, '<', None, None, None, -1, -1, 0): the order of
/// bytes is in the state. Errors: torch.bad_array.
inline result<array_description> array_type(lade::pickle::ref of) {
    array_description made;
    std::string_view name;
    if (of.is(lade::pickle::node_type::object)) {
        name = of.arguments()[0].text().value_or(std::string_view{});
        lade::pickle::ref const state = of.state();
        made.is_big_endian = state[1].text() == ">";
        if (state[3].exists() && !state[3].is_none()) {  // names of fields
            made.type = dtype::compound;
            made.item_size = static_cast<std::size_t>(state[5].integer().value_or(0));
            made.name = name;
            return made;
        }
    } else if (of.is(lade::pickle::node_type::global)) {  // numpy.dtypes.Float32DType and scalar
                                                          // classes
        name = of.name();
    } else {
        name = of.text().value_or(std::string_view{});
    }
    made.name = name;
    if (auto const type = dtype_named(name)) {
        made.type = *type;
        made.item_size = size_of(*type);
        return made;
    }
    if (!name.empty() && (name.front() == '<' || name.front() == '>' || name.front() == '|' ||
                          name.front() == '=')) {
        made.is_big_endian = name.front() == '>';
        name.remove_prefix(1);
    }
    if (name.empty()) return fail(ids::bad_array);
    std::size_t size = 0;
    std::from_chars(name.data() + 1, name.data() + name.size(), size);
    auto const choose = [&](std::initializer_list<lade::dtype> types) -> bool {
        for (lade::dtype one : types)
            if (size_of(one) == size) {
                made.type = one;
                return true;
            }
        return false;
    };
    made.item_size = size;
    bool known = true;
    switch (name.front()) {
        case 'b':
            known = choose({dtype::boolean});
            if (!known) known = choose({dtype::int8});
            break;
        case 'i': known = choose({dtype::int8, dtype::int16, dtype::int32, dtype::int64}); break;
        case 'u':
            known = choose({dtype::uint8, dtype::uint16, dtype::uint32, dtype::uint64});
            break;
        case 'f':
            known = choose({dtype::float16, dtype::float32, dtype::float64, dtype::longdouble});
            break;
        case 'c': known = choose({dtype::complex64, dtype::complex128}); break;
        case 'S':
        case 'a':
            made.type = dtype::string;
            made.item = array_item::byte_string;
            break;
        case 'U':
            made.type = dtype::string;
            made.item = array_item::unicode;
            if (size > 0x3fffffff) return fail(ids::bad_array);
            made.item_size = size * 4;
            break;
        case 'V': made.type = dtype::opaque; break;
        case 'O': made.is_object = true; break;
        default: known = false;
    }
    if (!known) return fail(ids::bad_array).in(made.name);
    return made;
}

/// One byte for each code point of a text. Errors: torch.bad_array, limit.exceeded.
inline result<bytes::view> latin1(lade::pickle::ref of, arena& memory) {
    auto text = of.text();
    if (!text) return fail(ids::bad_array);
    auto* const made = memory.take_array<std::byte>(text->size());
    if (made == nullptr) return memory.exhausted();
    std::size_t size = 0;
    while (!text->empty()) {
        auto const one = bytes::first_code_point(*text);
        if (one.size == 0 || one.code > 0xff) return fail(ids::bad_array);
        made[size++] = static_cast<std::byte>(one.code);
        text->remove_prefix(one.size);
    }
    return bytes::view(made, size);
}

/// The bytes that a node stands for: bytes of protocol 3 and later, `str` of Python 2, or
/// `_codecs.encode(text, 'latin1')`, which is how protocol 2 spells bytes: one code point, one
/// byte. Decoded into the arena where they do not lie in the pickle. Errors: torch.bad_array,
/// limit.exceeded.
inline result<bytes::view> bytes_of_node(lade::pickle::ref of, arena& memory) {
    for (int depth = 0; depth < 4; ++depth) {  // bytearray(bytes(encode(text)))
        switch (of.type()) {
            case lade::pickle::node_type::bytes:
            case lade::pickle::node_type::bytearray:
            case lade::pickle::node_type::raw_text: return bytes::of(of.characters());
            case lade::pickle::node_type::object: break;
            default: return fail(ids::bad_array);
        }
        lade::pickle::ref const called = of.callable();
        lade::pickle::ref const argument = of.arguments()[0];
        if (called.is_global("_codecs", "encode")) return latin1(argument, memory);
        if (called.name() != "bytes" && called.name() != "bytearray") return fail(ids::bad_array);
        if (!argument.exists()) return bytes::view{};
        of = argument;
    }
    return fail(ids::bad_array);
}

}  // namespace lade::inline LADE_ABI::torch
