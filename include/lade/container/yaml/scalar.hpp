// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/json/real.hpp>

#include <string>
#include <string_view>

/// What a plain scalar of YAML 1.1 is, as PyYAML resolves it (yaml/resolver.py).
///
///     null    ~ null Null NULL and nothing at all
///     bool    yes no on off true false, in lower, upper or title case
///     int     0b101, 017, 0x1F, 1_000, 12:30:45
///     float   1.5, 1., .5, 1.0e-7, 1_0.5, 1:30.5, .inf -.inf .nan; with an exponent only behind a
///             point, and only with a sign: 1e-7 and 1.0e7 are strings
///     string  all others; dates too, for JSON has none
namespace lade::inline LADE_ABI::yaml {

enum class scalar : std::uint8_t { null, boolean, integer, real, string };

/// A scalar, and how JSON spells it; of a string nothing is spelled.
struct resolved {
    scalar is = scalar::string;
    std::string spelled{};
};

namespace detail {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr int digit_of(char c) {
    if (is_digit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return 16;
}

/// Whether `text` is one of the words in one of the three cases.
inline bool is_word(std::string_view text, std::string_view lower) {
    if (text.size() != lower.size() || text.empty()) return false;
    bool same = true, upper = true, title = true;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char const high = static_cast<char>(lower[i] - ('a' - 'A'));
        same = same && text[i] == lower[i];
        upper = upper && text[i] == high;
        title = title && text[i] == (i == 0 ? high : lower[i]);
    }
    return same || upper || title;
}

/// The digits without underscores and without zeros in front; "0" if nothing is left.
inline std::string plain_digits(std::string_view text) {
    std::string made;
    for (char const c : text)
        if (c != '_' && !(c == '0' && made.empty())) made.push_back(c);
    if (made.empty()) made = "0";
    return made;
}

/// Digits and underscores of a base, at least one. The value saturates.
inline bool natural_of(std::string_view text, unsigned base, std::uint64_t& value) {
    if (text.empty()) return false;
    value = 0;
    constexpr std::uint64_t most = ~std::uint64_t{0};
    for (char const c : text) {
        if (c == '_') continue;
        auto const digit = static_cast<unsigned>(digit_of(c));
        if (digit >= base) return false;
        value = value > (most - digit) / base ? most : value * base + digit;
    }
    return true;
}

/// `[0-5]?[0-9]` between colons, `first` before them: the sum in base 60.
inline bool sexagesimal(std::string_view text, std::uint64_t& value) {
    std::size_t const colon = text.find(':');
    if (colon == text.npos || !natural_of(text.substr(0, colon), 10, value)) return false;
    while (!text.empty()) {
        std::size_t const at = text.find(':');
        if (at == text.npos) return true;
        text.remove_prefix(at + 1);
        std::string_view const part = text.substr(0, text.find(':'));
        if (part.empty() || part.size() > 2 || !is_digit(part.back())) return false;
        if (part.size() == 2 && (part[0] < '0' || part[0] > '5')) return false;
        std::uint64_t digits = 0;
        natural_of(part, 10, digits);
        if (value > (~std::uint64_t{0} - digits) / 60) return false;
        value = value * 60 + digits;
    }
    return true;
}

inline bool resolve_integer(std::string_view text, std::string_view sign, std::string& to) {
    if (text.empty() || !is_digit(text[0])) return false;
    std::uint64_t value = 0;
    unsigned base = 10;
    std::string_view digits = text;
    if (text.starts_with("0b")) base = 2, digits.remove_prefix(2);
    else if (text.starts_with("0x")) base = 16, digits.remove_prefix(2);
    else if (text.size() > 1 && text[0] == '0') base = 8, digits.remove_prefix(1);
    if (base == 10 && text.find(':') != text.npos) {
        if (text[0] == '0' || !sexagesimal(text, value)) return false;
        to = std::string(sign) + std::to_string(value);
        return true;
    }
    if (!natural_of(digits, base, value)) return false;
    // decimal numbers may have any length; the others are addresses and masks
    if (base != 10 && value == ~std::uint64_t{0}) return false;
    to = std::string(sign) + (base == 10 ? plain_digits(digits) : std::to_string(value));
    return true;
}

/// `has_sign`: there was a plus or a minus, which `.5` and `.nan` may not have.
inline bool resolve_real(std::string_view text, std::string_view sign, bool has_sign,
                         std::string& to) {
    if (text == ".inf" || text == ".Inf" || text == ".INF") {
        to = std::string(sign) + "Infinity";
        return true;
    }
    if (!has_sign && (text == ".nan" || text == ".NaN" || text == ".NAN")) {
        to = "NaN";
        return true;
    }
    std::size_t const point = text.find('.');
    if (point == text.npos) return false;
    std::string_view const whole = text.substr(0, point);
    std::string_view rest = text.substr(point + 1);
    if (whole.find(':') != whole.npos) {
        std::uint64_t value = 0;
        if (!sexagesimal(whole, value)) return false;
        for (char const c : rest)
            if (!is_digit(c) && c != '_') return false;
        std::string fraction;
        for (char const c : rest)
            if (c != '_') fraction.push_back(c);
        to = std::string(sign) + std::to_string(value) + "." + (fraction.empty() ? "0" : fraction);
        return true;
    }
    std::uint64_t unused = 0;
    if (whole.empty()) {
        if (has_sign || rest.empty() || !is_digit(rest[0])) return false;
    } else if (!is_digit(whole[0]) || !natural_of(whole, 10, unused)) {
        return false;
    }
    std::size_t const e = rest.find_first_of("eE");
    std::string_view const fraction = rest.substr(0, e);
    std::string digits;
    for (char const c : fraction) {
        if (!is_digit(c) && c != '_') return false;
        if (c != '_') digits.push_back(c);
    }
    std::string_view power;
    if (e != rest.npos) {
        power = rest.substr(e);
        if (power.size() < 3 || (power[1] != '+' && power[1] != '-')) return false;
        for (char const c : power.substr(2))
            if (!is_digit(c)) return false;
    }
    to = std::string(sign) + plain_digits(whole) + "." + (digits.empty() ? "0" : digits);
    to.append(power);
    return true;
}

}  // namespace detail

/// Resolves a plain scalar. The spelling of a number is kept where JSON allows it.
inline resolved resolve(std::string_view text) {
    if (text.empty() || text == "~" || detail::is_word(text, "null")) return {scalar::null, "null"};
    for (std::string_view const word : {"yes", "true", "on"})
        if (detail::is_word(text, word)) return {scalar::boolean, "true"};
    for (std::string_view const word : {"no", "false", "off"})
        if (detail::is_word(text, word)) return {scalar::boolean, "false"};
    bool const has_sign = text[0] == '-' || text[0] == '+';
    std::string_view const number = text.substr(has_sign ? 1 : 0);
    std::string_view const sign = text[0] == '-' ? "-" : "";
    resolved made;
    if (detail::resolve_integer(number, sign, made.spelled)) made.is = scalar::integer;
    else if (detail::resolve_real(number, sign, has_sign, made.spelled)) made.is = scalar::real;
    return made;
}

}  // namespace lade::inline LADE_ABI::yaml
