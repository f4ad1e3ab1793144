// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/error.hpp>

#include <string>

namespace lade::inline LADE_ABI {

/// The word for a kind of error, as listings print it.
constexpr std::string_view name_of(kind of) {
    switch (of) {
        case kind::corrupt: return "corrupt";
        case kind::unsupported: return "unsupported";
        case kind::unsafe: return "unsafe";
        case kind::mismatch: return "mismatch";
        case kind::io: return "io";
    }
    return "";
}

namespace detail {

inline std::string hex_of(std::uint64_t value) {
    std::string digits;
    do digits.insert(digits.begin(), "0123456789abcdef"[value & 15]);
    while ((value >>= 4) != 0);
    return "0x" + digits;
}
inline std::string number_of(std::uint64_t value, numbers shown) {
    if (shown == numbers::hex) return hex_of(value);
    return value < 10 ? std::to_string(value) : std::to_string(value) + " (" + hex_of(value) + ")";
}

}  // namespace detail

/// The error as a block of text, one fact a line, without a line break at the end:
///
///     lade: zip.bad_crc: the bytes of the entry do not match their CRC-32
///       in       resnet18.pth > archive/data/17
///       at       byte 12096 (0x2f40)
///       expected 0x9ae0daaf
///       found    0x00000000
///       hint     fetch the file again
inline std::string describe(error const& what) {
    std::string text = "lade: ";
    if (what.id == nullptr) return text += "no error";
    text.append(what.id->name).append(": ").append(what.id->says);
    if (!what.where.empty()) text.append("\n  in       ").append(what.where.text());
    if (what.offset != error::nowhere)
        text.append("\n  at       byte ").append(detail::number_of(what.offset, numbers::decimal));
    if (what.id->shows != numbers::none && what.expected != what.found) {
        text.append("\n  expected ").append(detail::number_of(what.expected, what.id->shows));
        text.append("\n  found    ").append(detail::number_of(what.found, what.id->shows));
    }
    if (!what.id->hint.empty()) text.append("\n  hint     ").append(what.id->hint);
    return text;
}

/// The error in one line, for logs.
inline std::string describe_short(error const& what) {
    std::string text = "lade: ";
    if (what.id == nullptr) return text += "no error";
    text.append(what.id->name);
    if (what.offset != error::nowhere) text.append(" at ").append(std::to_string(what.offset));
    if (!what.where.empty()) text.append(" in ").append(what.where.text());
    text.append(": ").append(what.id->says);
    if (what.id->shows != numbers::none && what.expected != what.found)
        text.append(", expected ")
            .append(detail::number_of(what.expected, what.id->shows))
            .append(", found ")
            .append(detail::number_of(what.found, what.id->shows));
    return text;
}

}  // namespace lade::inline LADE_ABI
