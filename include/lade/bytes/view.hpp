// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/config.hpp>

#include <cstddef>
#include <span>
#include <string_view>

namespace lade::inline LADE_ABI::bytes {

/// Bytes that somebody else owns.
using view = std::span<std::byte const>;

/// The bytes of a text. Good as long as the text.
inline view of(std::string_view text) {
    return {reinterpret_cast<std::byte const*>(text.data()), text.size()};
}

/// Bytes as text, whatever their encoding.
inline std::string_view text(view bytes) {
    return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
}

/// Whether `data` begins with the characters of `signature`. Works in constant expressions.
constexpr bool starts_with(view data, std::string_view signature) {
    if (data.size() < signature.size()) return false;
    for (std::size_t i = 0; i < signature.size(); ++i)
        if (data[i] != static_cast<std::byte>(static_cast<unsigned char>(signature[i])))
            return false;
    return true;
}

}  // namespace lade::inline LADE_ABI::bytes
