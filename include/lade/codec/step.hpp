// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/config.hpp>

#include <cstddef>

namespace lade::inline LADE_ABI::codec {

/// What one call of a streaming codec did.
struct step {
    std::size_t consumed = 0;  ///< bytes of the input, from its front
    std::size_t produced = 0;  ///< bytes of the output, from its front
    bool finished = false;  ///< the stream has ended; input behind `consumed` does not belong to it

    constexpr bool operator==(step const&) const = default;
};

}  // namespace lade::inline LADE_ABI::codec
