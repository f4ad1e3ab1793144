// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/config.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lade::inline LADE_ABI {

/// Edits (a character inserted, removed or replaced) that turn `a` into `b`; more than `most` is
/// told as `most + 1`.
inline std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t most) {
    if ((a.size() > b.size() ? a.size() - b.size() : b.size() - a.size()) > most) return most + 1;
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        std::size_t best = row[0];
        for (std::size_t j = 1; j <= b.size(); ++j) {
            std::size_t const above = row[j];
            row[j] = (std::min)(
                {above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)});
            diagonal = above;
            best = (std::min)(best, row[j]);
        }
        if (best > most) return most + 1;
    }
    return row.back();
}

/// The name that was probably meant: equal in its last part, or few edits away; empty if none is
/// close. Looks at no more than 1,000 candidates, so that reports stay linear.
template <class Names>
std::string closest(std::string_view wanted, Names const& candidates) {
    std::string_view best;
    std::size_t least = std::max<std::size_t>(2, wanted.size() / 4);
    std::string_view same_end;
    std::size_t seen = 0;
    for (std::string_view const one : candidates) {
        if (++seen > 1000) break;
        if (auto const distance = edit_distance(wanted, one, least);
            distance <= least && (best.empty() || distance < least)) {
            best = one;
            least = distance;
        }
        if (same_end.empty() && wanted.size() < one.size() && one.ends_with(wanted)) same_end = one;
        if (same_end.empty() && one.size() < wanted.size() && wanted.ends_with(one)) same_end = one;
    }
    return std::string(best.empty() ? same_end : best);
}

}  // namespace lade::inline LADE_ABI
