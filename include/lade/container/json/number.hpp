// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/view.hpp>

#include <cstdint>
#include <limits>
#include <optional>

/// Numbers of a JSON text (RFC 8259, section 6), kept as they are spelled until somebody asks for a
/// C++ type.
namespace lade::inline LADE_ABI::json {

/// Bytes of the number at the beginning of `text`; 0 if there is none. `01` is `0` with a rest.
constexpr std::size_t number_length(bytes::view text) {
    std::size_t at = 0;
    auto const is = [&](char c) {
        return at < text.size() && text[at] == static_cast<std::byte>(c);
    };
    auto const digits = [&] {
        std::size_t const from = at;
        while (at < text.size() && static_cast<unsigned>(text[at]) - '0' < 10) ++at;
        return at - from;
    };
    if (is('-')) ++at;
    if (is('0')) ++at;
    else if (digits() == 0) return 0;
    if (is('.')) {
        ++at;
        if (digits() == 0) return 0;
    }
    if (is('e') || is('E')) {
        ++at;
        if (is('+') || is('-')) ++at;
        if (digits() == 0) return 0;
    }
    return at;
}

/// Digits only: the value, if it fits 64 bits. `-0`, `1.0` and `1e3` are no natural numbers.
constexpr std::optional<std::uint64_t> to_natural(bytes::view spelled) {
    if (spelled.empty()) return std::nullopt;
    std::uint64_t value = 0;
    for (std::byte const c : spelled) {
        auto const digit = static_cast<unsigned>(c) - '0';
        if (digit > 9) return std::nullopt;
        constexpr std::uint64_t most = ~std::uint64_t{0};
        if (value > most / 10 || (value == most / 10 && digit > most % 10)) return std::nullopt;
        value = value * 10 + digit;
    }
    return value;
}

/// Digits with or without a minus: the value, if it fits 64 bits with sign.
constexpr std::optional<std::int64_t> to_integer(bytes::view spelled) {
    bool const negative = !spelled.empty() && spelled[0] == std::byte{'-'};
    auto const size = to_natural(negative ? spelled.subspan(1) : spelled);
    constexpr auto most = static_cast<std::uint64_t>((std::numeric_limits<std::int64_t>::max)());
    if (!size || *size > most + (negative ? 1U : 0U)) return std::nullopt;
    return static_cast<std::int64_t>(negative ? ~*size + 1 : *size);
}

}  // namespace lade::inline LADE_ABI::json
