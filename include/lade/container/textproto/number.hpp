// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/error.hpp>

#include <bit>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

/// Numbers of the text format, both ways: the same characters as Python's protobuf writes, and all
/// that protobuf reads.
namespace lade::inline LADE_ABI::textproto {

namespace detail {

/// Appends digits (no point) times 10^exponent as Python's repr lays a float out: a point and at
/// least one digit behind it while 1e-4 <= value < 1e16, else an exponent of at least two digits.
inline void lay_out(std::string& to, std::string_view digits, int exponent) {
    auto const count = static_cast<int>(digits.size());
    if (exponent < -4 || exponent >= 16) {
        to += digits[0];
        if (count > 1) (to += '.') += digits.substr(1);
        to += exponent < 0 ? "e-" : "e+";
        unsigned const size = static_cast<unsigned>(exponent < 0 ? -exponent : exponent);
        if (size < 10) to += '0';
        char text[8];
        to.append(text, std::to_chars(text, text + sizeof text, size).ptr);
    } else if (exponent < 0) {
        to += "0.";
        to.append(static_cast<std::size_t>(-exponent - 1), '0');
        to += digits;
    } else if (count <= exponent + 1) {
        to += digits;
        to.append(static_cast<std::size_t>(exponent + 1 - count), '0');
        to += ".0";
    } else {
        to += digits.substr(0, static_cast<std::size_t>(exponent) + 1);
        to += '.';
        to += digits.substr(static_cast<std::size_t>(exponent) + 1);
    }
}

/// Appends what to_chars wrote in scientific form, laid out as above.
inline void lay_out_scientific(std::string& to, std::string_view text) {
    std::size_t const e = text.find('e');
    std::string digits;
    for (char const c : text.substr(0, e))
        if (c != '.') digits += c;
    while (digits.size() > 1 && digits.back() == '0') digits.pop_back();
    int exponent = 0;
    bool const negative = text[e + 1] == '-';
    std::from_chars(text.data() + e + 2, text.data() + text.size(), exponent);
    lay_out(to, digits, negative ? -exponent : exponent);
}

/// True if the value was no ordinary number and has been written.
inline bool put_special(std::string& to, double value) {
    if (value != value) return to += "nan", true;
    if (std::bit_cast<std::uint64_t>(value) >> 63 != 0) to += '-';
    if (value == std::numeric_limits<double>::infinity() ||
        value == -std::numeric_limits<double>::infinity())
        return to += "inf", true;
    if (value == 0) return to += "0.0", true;
    return false;
}

}  // namespace detail

/// The fewest digits that read back as the same double.
inline void put_real(std::string& to, double value) {
    if (detail::put_special(to, value)) return;
    char text[40];
    auto const end = std::to_chars(text, text + sizeof text, value < 0 ? -value : value,
                                   std::chars_format::scientific);
    detail::lay_out_scientific(to, {text, static_cast<std::size_t>(end.ptr - text)});
}

/// At least six digits, rounded, then as many as read back as the same float.
inline void put_real(std::string& to, float value) {
    if (detail::put_special(to, double{value})) return;
    double const size = value < 0 ? -double{value} : double{value};
    for (int precision = 6;; ++precision) {
        char text[40];
        auto const end = std::to_chars(text, text + sizeof text, size,
                                       std::chars_format::scientific, precision - 1);
        double back = 0;
        std::from_chars(text, end.ptr, back);
        if (static_cast<float>(back) != static_cast<float>(size) && precision < 17) continue;
        return detail::lay_out_scientific(to, {text, static_cast<std::size_t>(end.ptr - text)});
    }
}

inline void put_integer(std::string& to, std::int64_t value) {
    char text[24];
    to.append(text, std::to_chars(text, text + sizeof text, value).ptr);
}
inline void put_natural(std::string& to, std::uint64_t value) {
    char text[24];
    to.append(text, std::to_chars(text, text + sizeof text, value).ptr);
}

/// Decimal, hexadecimal (0x) or octal (0), without sign; none if it is anything else or does not
/// fit.
inline std::optional<std::uint64_t> natural(std::string_view text) {
    int base = 10;
    if (text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
        base = 16;
        text.remove_prefix(2);
    } else if (text.size() > 1 && text[0] == '0') {
        base = 8;
        text.remove_prefix(1);
    }
    std::uint64_t value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc{} || end != text.data() + text.size() || text.empty())
        return std::nullopt;
    return value;
}

/// A floating-point number without sign: decimal, with an optional suffix `f`; `inf`, `infinity`,
/// `nan` in any case.
inline std::optional<double> real(std::string_view text) {
    auto const is = [text](std::string_view word) {
        std::string_view rest = text;
        for (char const c : word) {
            if (rest.empty() || (rest[0] | 0x20) != c) return false;
            rest.remove_prefix(1);
        }
        return rest.empty();
    };
    if (is("inf") || is("infinity") || is("inff") || is("infinityf"))
        return std::numeric_limits<double>::infinity();
    if (is("nan") || is("nanf")) return std::numeric_limits<double>::quiet_NaN();
    if (text.size() > 1 && (text.back() == 'f' || text.back() == 'F')) text.remove_suffix(1);
    if (text.empty() || !((text[0] >= '0' && text[0] <= '9') || text[0] == '.'))
        return std::nullopt;
    if (text.size() > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '9')
        return std::nullopt;  // octal
    double value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (end != text.data() + text.size()) return std::nullopt;
    if (error == std::errc::result_out_of_range) {  // too large or too small: the first digit that
                                                    // counts tells
        std::size_t const e = text.find_first_of("eE");
        std::string_view const digits = text.substr(0, e);
        std::size_t const first = digits.find_first_not_of("0.");
        std::size_t const point =
            digits.find('.') == digits.npos ? digits.size() : digits.find('.');
        if (first == digits.npos) return 0.0;
        bool const negative = e != text.npos && e + 1 < text.size() && text[e + 1] == '-';
        bool const large = e == text.npos ? first < point : !negative;
        return large ? std::numeric_limits<double>::infinity() : 0.0;
    }
    if (error != std::errc{}) return std::nullopt;
    return value;
}

}  // namespace lade::inline LADE_ABI::textproto
