// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/arena.hpp>
#include <lade/bytes/endian.hpp>
#include <lade/bytes/utf8.hpp>
#include <lade/bytes/view.hpp>

#include <bit>
#include <optional>

/// Strings of a JSON text (RFC 8259, section 7): scanned where they lie, decoded when asked.
namespace lade::inline LADE_ABI::json {

namespace ids {
inline constexpr error_id bad_utf8{
    "json.bad_utf8", kind::corrupt, "a string holds bytes that are not UTF-8", {}, numbers::hex};
inline constexpr error_id bad_escape{"json.bad_escape",
                                     kind::corrupt,
                                     "a backslash is followed by what cannot follow it",
                                     {},
                                     numbers::hex};
inline constexpr error_id lone_surrogate{"json.lone_surrogate",
                                         kind::corrupt,
                                         "an escape names half of a surrogate pair",
                                         {},
                                         numbers::hex};
inline constexpr error_id control_character{"json.control_character",
                                            kind::corrupt,
                                            "a string holds a control character as it is",
                                            {},
                                            numbers::hex};
inline constexpr error_id open_string{"json.open_string", kind::corrupt,
                                      "the text ends inside a string"};
}  // namespace ids

namespace detail {

constexpr unsigned hex_digit(std::byte digit) {
    auto const c = static_cast<unsigned>(digit);
    if (c - '0' < 10) return c - '0';
    unsigned const lower = c | 0x20;
    return lower - 'a' < 6 ? lower - 'a' + 10 : 16;
}

/// The number of the four digits at `at`; 0x10000 if they are not there.
constexpr std::uint32_t hex4(bytes::view text, std::size_t at) {
    if (at > text.size() || text.size() - at < 4) return 0x10000;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        unsigned const digit = hex_digit(text[at + i]);
        if (digit > 15) return 0x10000;
        value = value << 4 | digit;
    }
    return value;
}

/// What the character after a backslash means; 0 for `u` and for what may not stand there.
constexpr char escape_of(std::byte c) {
    switch (static_cast<char>(c)) {
        case '"': return '"';
        case '\\': return '\\';
        case '/': return '/';
        case 'b': return '\b';
        case 'f': return '\f';
        case 'n': return '\n';
        case 'r': return '\r';
        case 't': return '\t';
        default: return 0;
    }
}

/// Bytes from the beginning of `text` that are ASCII, not a control character, no quote, no
/// backslash.
constexpr std::size_t plain_prefix(bytes::view text) {
    std::size_t at = 0;
    if (!std::is_constant_evaluated()) {
        constexpr std::uint64_t ones = 0x0101010101010101, tops = 0x8080808080808080;
        for (; text.size() - at >= 8; at += 8) {
            std::uint64_t block;
            std::memcpy(&block, text.data() + at, 8);
            std::uint64_t const quote = block ^ (ones * '"');
            std::uint64_t const slash = block ^ (ones * '\\');
            // a byte sets its top bit here if it is below 0x20, a quote, a backslash or above 0x7f;
            // borrows reach only bytes above one that is set already
            std::uint64_t const stops =
                ((block - ones * 0x20) | (quote - ones) | (slash - ones) | block) & tops;
            if (stops == 0) continue;
            if constexpr (bytes::native_order == bytes::order::little)
                return at + static_cast<std::size_t>(std::countr_zero(stops)) / 8;
            break;
        }
    }
    while (at < text.size()) {
        auto const c = static_cast<std::uint8_t>(text[at]);
        if (c < 0x20 || c >= 0x80 || c == '"' || c == '\\') break;
        ++at;
    }
    return at;
}

}  // namespace detail

/// What stands between the quotes of a string, checked by the reader. Decoding it cannot fail.
struct string {
    bytes::view raw{};
    bool escaped = false;  ///< whether `raw` holds a backslash; else it is the text itself

    /// Bytes that `decode` gives at most.
    constexpr std::size_t most() const { return raw.size(); }

    /// Calls `put(std::uint8_t)` for each byte of the text.
    template <class Put>
    constexpr void decode(Put&& put) const {
        for (std::size_t at = 0; at < raw.size();) {
            if (raw[at] != std::byte{'\\'}) {
                put(static_cast<std::uint8_t>(raw[at++]));
                continue;
            }
            if (char const plain = detail::escape_of(raw[at + 1]); plain != 0) {
                put(static_cast<std::uint8_t>(plain));
                at += 2;
                continue;
            }
            std::uint32_t character = detail::hex4(raw, at + 2);
            at += 6;
            if (character >= 0xd800 && character <= 0xdbff) {
                character =
                    0x10000 + ((character - 0xd800) << 10) + (detail::hex4(raw, at + 2) - 0xdc00);
                at += 6;
            }
            char coded[4];
            std::size_t const size = bytes::put_utf8(character, coded);
            for (std::size_t i = 0; i < size; ++i) put(static_cast<std::uint8_t>(coded[i]));
        }
    }

    /// Whether the text is `other`, without decoding it into memory.
    constexpr bool is(std::string_view other) const {
        if (!escaped) {
            if (raw.size() != other.size()) return false;
            if (!std::is_constant_evaluated())
                return other.empty() || std::memcmp(raw.data(), other.data(), other.size()) == 0;
        }
        std::size_t at = 0;
        bool same = true;
        decode([&](std::uint8_t byte) {
            same = same && at < other.size() && static_cast<std::uint8_t>(other[at]) == byte;
            ++at;
        });
        return same && at == other.size();
    }

    /// The text in `to`; none if it does not fit.
    constexpr std::optional<std::string_view> copy(std::span<char> to) const {
        std::size_t at = 0;
        bool fits = true;
        decode([&](std::uint8_t byte) {
            if (at < to.size()) to[at++] = static_cast<char>(byte);
            else fits = false;
        });
        if (!fits) return std::nullopt;
        return std::string_view(to.data(), at);
    }

    /// The text where it lies, or decoded into `memory`; null data when the memory is used up.
    std::string_view in(arena& memory) const {
        if (!escaped) return raw.empty() ? std::string_view("", 0) : bytes::text(raw);
        auto* const to = memory.take_array<char>(most());
        if (to == nullptr) return {};
        return *copy({to, most()});
    }

    /// `Text`: std::string or alike. A template, so that firmware need not know strings.
    template <class Text>
    void append_to(Text& to) const {
        if (!escaped) to.append(bytes::text(raw));
        else decode([&](std::uint8_t byte) { to.push_back(static_cast<char>(byte)); });
    }
};

/// A string and how many bytes it takes, both quotes included; or what is wrong and where.
struct scanned_string {
    string text{};
    std::size_t size = 0;
    error_id const* wrong = nullptr;
    std::size_t at = 0;  ///< where it is wrong
    std::uint64_t found = 0;
};

/// Scans the string whose opening quote is the first byte of `from`.
constexpr scanned_string scan_string(bytes::view from) {
    scanned_string out;
    std::size_t at = 1;
    auto const wrong = [&](error_id const& id, std::uint64_t found) {
        out.wrong = &id;
        out.at = at;
        out.found = found;
        return out;
    };
    for (;;) {
        at += detail::plain_prefix(from.subspan(at));
        if (at == from.size()) return wrong(ids::open_string, 0);
        auto const c = static_cast<std::uint8_t>(from[at]);
        if (c == '"') break;
        if (c < 0x20) return wrong(ids::control_character, c);
        if (c >= 0x80) {
            std::size_t const length = bytes::utf8_length(from.subspan(at));
            if (length == 0) return wrong(ids::bad_utf8, c);
            at += length;
            continue;
        }
        out.text.escaped = true;
        if (from.size() - at < 2) return wrong(ids::open_string, 0);
        if (detail::escape_of(from[at + 1]) != 0) {
            at += 2;
            continue;
        }
        std::uint32_t const first =
            from[at + 1] == std::byte{'u'} ? detail::hex4(from, at + 2) : 0x10000;
        if (first > 0xffff) return wrong(ids::bad_escape, static_cast<std::uint8_t>(from[at + 1]));
        if (first >= 0xdc00 && first <= 0xdfff) return wrong(ids::lone_surrogate, first);
        if (first >= 0xd800 && first <= 0xdbff) {
            bool const pair = from.size() - at >= 12 && from[at + 6] == std::byte{'\\'} &&
                              from[at + 7] == std::byte{'u'};
            std::uint32_t const second = pair ? detail::hex4(from, at + 8) : 0x10000;
            if (second < 0xdc00 || second > 0xdfff) return wrong(ids::lone_surrogate, first);
            at += 6;
        }
        at += 6;
    }
    out.text.raw = from.subspan(1, at - 1);
    out.size = at + 1;
    return out;
}

}  // namespace lade::inline LADE_ABI::json
