// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/view.hpp>

#include <cstdint>

/// UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
namespace lade::inline LADE_ABI::utf8 {

/// Bytes of the well-formed character at the beginning of `text`, 1 to 4; 0 if there is none.
constexpr std::size_t length_of(bytes::view text) {
    if (text.empty()) return 0;
    auto const byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    auto const follows = [&](std::size_t i, std::uint8_t from = 0x80, std::uint8_t to = 0xbf) {
        return i < text.size() && byte(i) >= from && byte(i) <= to;
    };
    std::uint8_t const lead = byte(0);
    if (lead < 0x80) return 1;
    if (lead < 0xc2 || lead > 0xf4) return 0;
    if (lead < 0xe0) return follows(1) ? 2 : 0;
    if (lead < 0xf0) {
        bool const second = follows(1, lead == 0xe0 ? 0xa0 : 0x80, lead == 0xed ? 0x9f : 0xbf);
        return second && follows(2) ? 3 : 0;
    }
    bool const second = follows(1, lead == 0xf0 ? 0x90 : 0x80, lead == 0xf4 ? 0x8f : 0xbf);
    return second && follows(2) && follows(3) ? 4 : 0;
}

/// Offset of the first byte that is not part of a well-formed character; `text.size()` if all are.
constexpr std::size_t valid_prefix(bytes::view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        std::size_t const length = length_of(text.subspan(at));
        if (length == 0) break;
        at += length;
    }
    return at;
}

/// The character that `length_of` measured. Precondition: `text` begins with a well-formed one.
constexpr char32_t decode(bytes::view text) {
    auto const byte = [&](std::size_t i) {
        return static_cast<char32_t>(static_cast<std::uint8_t>(text[i]));
    };
    char32_t const lead = byte(0);
    if (lead < 0x80) return lead;
    if (lead < 0xe0) return (lead & 0x1f) << 6 | (byte(1) & 0x3f);
    if (lead < 0xf0) return (lead & 0x0f) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f);
    return (lead & 0x07) << 18 | (byte(1) & 0x3f) << 12 | (byte(2) & 0x3f) << 6 | (byte(3) & 0x3f);
}

/// Whether `character` is one that UTF-8 can hold: no surrogate, not above U+10FFFF.
constexpr bool is_scalar(char32_t character) {
    return character < 0xd800 || (character > 0xdfff && character <= 0x10ffff);
}

/// Calls `put(std::uint8_t)` for each byte of `character`. Precondition: is_scalar(character).
template <class Put>
constexpr void encode(char32_t character, Put&& put) {
    auto const tail = [&](unsigned shift) {
        put(static_cast<std::uint8_t>(0x80 | (character >> shift & 0x3f)));
    };
    if (character < 0x80) {
        put(static_cast<std::uint8_t>(character));
    } else if (character < 0x800) {
        put(static_cast<std::uint8_t>(0xc0 | character >> 6));
        tail(0);
    } else if (character < 0x10000) {
        put(static_cast<std::uint8_t>(0xe0 | character >> 12));
        tail(6);
        tail(0);
    } else {
        put(static_cast<std::uint8_t>(0xf0 | character >> 18));
        tail(12);
        tail(6);
        tail(0);
    }
}

}  // namespace lade::inline LADE_ABI::utf8
