// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/config.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace lade::inline LADE_ABI {

/// What a listing tells of a graph: its size and its ends.
struct graph_summary {
    std::uint64_t nodes = 0;
    std::vector<std::string> inputs;   ///< placeholders, input layers
    std::vector<std::string> outputs;  ///< nodes whose result no other node consumes

    bool operator==(graph_summary const&) const = default;
};

}  // namespace lade::inline LADE_ABI
