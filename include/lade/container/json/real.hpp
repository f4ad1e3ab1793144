// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/json/number.hpp>

#include <charconv>
#include <string>

/// Numbers with fractions, and how Python spells them.
namespace lade::inline LADE_ABI::json {

/// The nearest double; `NaN`, `Infinity` and `-Infinity` too. What is too large is infinite, what
/// is too small is zero. None if it is no number.
inline std::optional<double> to_real(bytes::view spelled) {
    std::string_view const text = bytes::text(spelled);
    if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
    if (text == "Infinity") return std::numeric_limits<double>::infinity();
    if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
    if (number_length(spelled) != text.size() || text.empty()) return std::nullopt;
    double value = 0;
    auto const got = std::from_chars(text.data(), text.data() + text.size(), value);
    if (got.ec == std::errc::result_out_of_range) {
        // the exponent decides: a number out of range with a negative one is too small
        std::size_t const e = text.find_first_of("eE");
        bool const tiny =
            e != text.npos ? text[e + 1] == '-' : text.substr(text[0] == '-').starts_with('0');
        value = tiny ? 0.0 : std::numeric_limits<double>::infinity();
        return text[0] == '-' ? -value : value;
    }
    return value;
}

/// The number as Python's `repr` spells it: the shortest digits that read back as the same number,
/// `1.0`, `1e-05`, `1e+16`, `NaN`, `-Infinity`.
inline std::string spell(double value) {
    if (value != value) return "NaN";
    if (value == std::numeric_limits<double>::infinity()) return "Infinity";
    if (value == -std::numeric_limits<double>::infinity()) return "-Infinity";
    char buffer[32];
    auto const end =
        std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr;
    std::string_view const text(buffer, static_cast<std::size_t>(end - buffer));

    std::size_t const e = text.find('e');
    int power = 0;
    std::from_chars(text.data() + e + (text[e + 1] == '+' ? 2 : 1), end, power);
    std::string out = text[0] == '-' ? "-" : "";
    std::string digits;
    for (char const c : text.substr(0, e))
        if (c != '-' && c != '.') digits.push_back(c);
    if (power < -4 || power >= 16) {  // the bounds of CPython's float_repr_style
        out.append(digits, 0, 1);
        if (digits.size() > 1) out.append(".").append(digits, 1);
        out.append(text.substr(e));  // at least two digits, as Python has it
    } else if (power < 0) {
        out.append("0.").append(static_cast<std::size_t>(-power - 1), '0').append(digits);
    } else {
        auto const whole = static_cast<std::size_t>(power) + 1;
        if (digits.size() < whole) digits.append(whole - digits.size(), '0');
        out.append(digits, 0, whole).append(".");
        if (digits.size() > whole) out.append(digits, whole);
        else out.append("0");
    }
    return out;
}

}  // namespace lade::inline LADE_ABI::json
