// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/arena.hpp>
#include <lade/base/result.hpp>
#include <lade/bytes/utf8.hpp>
#include <lade/bytes/view.hpp>

#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

/// The spelled-out values of protocol 0: numbers in decimal, `repr` of a string,
/// raw-unicode-escape.
namespace lade::inline LADE_ABI::pickle {

namespace ids {
inline constexpr error_id bad_number{"pickle.bad_number", kind::corrupt,
                                     "a number is spelled in a way that Python does not write"};
inline constexpr error_id bad_literal{
    "pickle.bad_literal", kind::corrupt,
    "a quoted string is spelled in a way that Python does not write"};
}  // namespace ids

constexpr bool is_decimal(std::string_view text) {
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    if (text.empty()) return false;
    for (char c : text)
        if (c < '0' || c > '9') return false;
    return true;
}

/// A decimal number of 64 bits with sign; none if it is none, or larger.
inline std::optional<std::int64_t> decimal(std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(text.starts_with("+-") ? 0 : 1);
    std::int64_t value = 0;
    auto const [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (trouble != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// What Python's `repr(float)` writes: digits, `inf`, `nan`. Too large becomes infinity and too
/// small zero, as in Python.
inline std::optional<double> real(std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(text.starts_with("+-") ? 0 : 1);
    double value = 0;
    auto const [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (end != text.data() + text.size() || text.empty()) return std::nullopt;
    if (trouble == std::errc::result_out_of_range) {
        bool const is_tiny =
            text.find("e-") != text.npos || text.find("E-") != text.npos || text.starts_with("0.");
        double const size = is_tiny ? 0.0 : std::numeric_limits<double>::infinity();
        return text.starts_with('-') ? -size : size;
    }
    if (trouble != std::errc{}) return std::nullopt;
    return value;
}

namespace detail {

constexpr int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/// `count` hexadecimal digits from the front of `text`, which they are taken from.
constexpr std::optional<std::uint32_t> take_hex(std::string_view& text, std::size_t count) {
    if (text.size() < count) return std::nullopt;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < count; ++i) {
        int const digit = hex_digit(text[i]);
        if (digit < 0) return std::nullopt;
        value = value << 4 | static_cast<std::uint32_t>(digit);
    }
    text.remove_prefix(count);
    return value;
}

}  // namespace detail

/// The argument of STRING: a Python 2 string literal with its quotes. Escapes give bytes. A view
/// into `quoted` if it has none. Errors: pickle.bad_literal; limit.exceeded.
inline result<std::string_view> unquote(bytes::view quoted, arena& memory) {
    std::string_view text = bytes::text(quoted);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\r' || text.back() == '\t'))
        text.remove_suffix(1);
    if (text.size() < 2 || text.front() != text.back() ||
        (text.front() != '\'' && text.front() != '"'))
        return fail(ids::bad_literal);
    text = text.substr(1, text.size() - 2);
    if (text.find('\\') == text.npos) return text;
    char* const made = memory.take_array<char>(text.size());
    if (made == nullptr) return memory.exhausted();
    std::size_t size = 0;
    while (!text.empty()) {
        char c = text.front();
        text.remove_prefix(1);
        if (c == '\\') {
            if (text.empty()) return fail(ids::bad_literal);
            char const escaped = text.front();
            text.remove_prefix(1);
            switch (escaped) {
                case 'n': c = '\n'; break;
                case 't': c = '\t'; break;
                case 'r': c = '\r'; break;
                case 'a': c = '\a'; break;
                case 'b': c = '\b'; break;
                case 'f': c = '\f'; break;
                case 'v': c = '\v'; break;
                case '\\':
                case '\'':
                case '"': c = escaped; break;
                case 'x': {
                    auto const value = detail::take_hex(text, 2);
                    if (!value) return fail(ids::bad_literal);
                    c = static_cast<char>(*value);
                    break;
                }
                default: {
                    if (escaped < '0' ||
                        escaped > '7') {  // not an escape: the backslash stands for itself
                        made[size++] = '\\';
                        c = escaped;
                        break;
                    }
                    unsigned value = static_cast<unsigned>(escaped - '0');
                    for (int i = 0;
                         i < 2 && !text.empty() && text.front() >= '0' && text.front() <= '7';
                         ++i) {
                        value = value * 8 + static_cast<unsigned>(text.front() - '0');
                        text.remove_prefix(1);
                    }
                    c = static_cast<char>(value & 0xff);
                }
            }
        }
        made[size++] = c;
    }
    return std::string_view(made, size);
}

/// The argument of UNICODE: Latin-1 with \uXXXX and \UXXXXXXXX, as UTF-8. A view into `raw` if it
/// is plain ASCII. Errors: pickle.bad_literal; limit.exceeded.
inline result<std::string_view> unescape(bytes::view raw, arena& memory) {
    std::string_view text = bytes::text(raw);
    bool plain = true;
    for (char c : text) plain = plain && c != '\\' && static_cast<unsigned char>(c) < 0x80;
    if (plain) return text;
    char* const made =
        memory.take_array<char>(text.size() * 2);  // Latin-1 doubles at most; escapes shrink
    if (made == nullptr) return memory.exhausted();
    std::size_t size = 0;
    while (!text.empty()) {
        std::uint32_t code = static_cast<unsigned char>(text.front());
        text.remove_prefix(1);
        if (code == '\\' && (text.starts_with('u') || text.starts_with('U'))) {
            std::size_t const digits = text.front() == 'u' ? 4 : 8;
            text.remove_prefix(1);
            auto const value = detail::take_hex(text, digits);
            if (!value || *value > 0x10ffff) return fail(ids::bad_literal);
            code = *value;
        }
        char units[4];
        std::size_t const length = bytes::put_utf8(code, units);
        for (std::size_t i = 0; i < length; ++i) made[size++] = units[i];
    }
    return std::string_view(made, size);
}

}  // namespace lade::inline LADE_ABI::pickle
