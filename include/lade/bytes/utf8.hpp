// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/config.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace lade::inline LADE_ABI::bytes {

/// Whether U+D800 to U+DFFF may be encoded as if they were characters: Python's "surrogatepass".
enum class surrogates : bool { refused, allowed };

namespace detail {

template <class Text>
constexpr bool continues(Text text, std::size_t at) {
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80;
}

/// Length of the UTF-8 sequence at `at`, 0 if it is none (Unicode 15, table 3-7).
/// `Text` is a std::string_view or a bytes::view.
template <class Text>
constexpr std::size_t sequence_at(Text text, std::size_t at, surrogates allowed) {
    auto const first = static_cast<unsigned char>(text[at]);
    if (first < 0x80) return 1;
    if (first < 0xc2 || first > 0xf4) return 0;
    if (!continues(text, at + 1)) return 0;
    if (first < 0xe0) return 2;
    auto const second = static_cast<unsigned char>(text[at + 1]);
    if (!continues(text, at + 2)) return 0;
    if (first < 0xf0) {
        if (first == 0xe0 && second < 0xa0) return 0;
        if (first == 0xed && second > 0x9f && allowed == surrogates::refused) return 0;
        return 3;
    }
    if (!continues(text, at + 3)) return 0;
    if (first == 0xf0 && second < 0x90) return 0;
    if (first == 0xf4 && second > 0x8f) return 0;
    return 4;
}

}  // namespace detail

/// Bytes of the well-formed character at the front of `text`, 1 to 4; 0 if there is none.
template <class Text>
constexpr std::size_t utf8_length(Text text) {
    return text.empty() ? 0 : detail::sequence_at(text, 0, surrogates::refused);
}

/// Whether a code point is a character: no surrogate, not above U+10FFFF.
constexpr bool is_scalar(std::uint32_t code) {
    return code < 0xd800 || (code > 0xdfff && code <= 0x10ffff);
}

/// Whether `text` is UTF-8. Eight characters at a time while they are ASCII.
constexpr bool is_utf8(std::string_view text, surrogates allowed = surrogates::refused) {
    std::size_t at = 0;
    while (at < text.size()) {
        if (!std::is_constant_evaluated()) {
            std::uint64_t eight;
            while (text.size() - at >= 8) {
                std::memcpy(&eight, text.data() + at, 8);
                if ((eight & 0x8080808080808080U) != 0) break;
                at += 8;
            }
            if (at == text.size()) break;
        }
        std::size_t const size = detail::sequence_at(text, at, allowed);
        if (size == 0) return false;
        at += size;
    }
    return true;
}

/// Writes a code point as UTF-8 (surrogates too) and returns its length, at most 4. Precondition:
/// below 0x110000.
constexpr std::size_t put_utf8(std::uint32_t code, char (&to)[4]) {
    if (code < 0x80) {
        to[0] = static_cast<char>(code);
        return 1;
    }
    std::size_t const size = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (std::size_t i = size; i-- > 1; code >>= 6) to[i] = static_cast<char>(0x80 | (code & 0x3f));
    constexpr unsigned char leads[]{0, 0, 0xc0, 0xe0, 0xf0};
    to[0] = static_cast<char>(leads[size] | code);
    return size;
}

/// The code point at the front of `text` and its length; length 0 if it is no UTF-8. Surrogates are
/// given as they are.
struct code_point {
    std::uint32_t code = 0;
    std::size_t size = 0;
};
template <class Text>
constexpr code_point first_code_point(Text text) {
    if (text.empty()) return {};
    std::size_t const size = detail::sequence_at(text, 0, surrogates::allowed);
    auto const first = static_cast<unsigned char>(text[0]);
    if (size < 2) return {first, size};
    std::uint32_t code = first & (0xffU >> (size + 1));
    for (std::size_t i = 1; i < size; ++i)
        code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3fU);
    return {code, size};
}

}  // namespace lade::inline LADE_ABI::bytes
