// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/config.hpp>

#include <cstddef>
#include <string_view>

namespace lade::inline LADE_ABI {

/// A text as a template argument: `as<"encoder/kernel", "fc1.weight">`.
template <std::size_t Size>
struct fixed_string {
    char text[Size]{};

    consteval fixed_string(char const (&from)[Size]) {
        for (std::size_t i = 0; i < Size; ++i) text[i] = from[i];
    }
    /// Without the NUL at its end. Good as long as the object; of a template argument, for ever.
    constexpr std::string_view view() const { return {text, Size - 1}; }
};

}  // namespace lade::inline LADE_ABI
