// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/config.hpp>

#include <cstddef>
#include <string_view>

namespace lade::inline LADE_ABI {

/// Whether `name` matches `pattern`: `?` is one character but `/`, `*` any number of characters but
/// `/`, `**` any number of any characters; all others are themselves. PyTorch's names have no `/`,
/// so `*` crosses their dots. Linear in practice, at most the product of both lengths; no memory,
/// no recursion.
constexpr bool glob_match(std::string_view pattern, std::string_view name) {
    constexpr std::size_t none = static_cast<std::size_t>(-1);
    std::size_t p = 0, n = 0;
    std::size_t star_p = none, star_n = 0;  // after the last `*`, and where it may go on from
    std::size_t deep_p = none, deep_n = 0;  // the same of `**`
    while (n < name.size() || p < pattern.size()) {
        if (p < pattern.size()) {
            if (pattern[p] == '*') {
                bool const deep = p + 1 < pattern.size() && pattern[p + 1] == '*';
                p += deep ? 2 : 1;
                if (deep) {
                    deep_p = p;
                    deep_n = n;
                    star_p = none;
                } else {
                    star_p = p;
                    star_n = n;
                }
                continue;
            }
            if (n < name.size() &&
                (pattern[p] == name[n] || (pattern[p] == '?' && name[n] != '/'))) {
                ++p;
                ++n;
                continue;
            }
        }
        if (star_p != none && star_n < name.size() && name[star_n] != '/') {
            p = star_p;
            n = ++star_n;
        } else if (deep_p != none && deep_n < name.size()) {
            p = deep_p;
            n = ++deep_n;
            star_p = none;
        } else {
            return false;
        }
    }
    return true;
}

}  // namespace lade::inline LADE_ABI
