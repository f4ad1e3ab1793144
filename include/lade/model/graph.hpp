// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/config.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace lade::inline LADE_ABI {

/// What a listing tells of a graph: its size and its ends.
struct graph_summary {
    std::uint64_t nodes = 0;
    std::vector<std::string> inputs;   ///< placeholders, input layers
    std::vector<std::string> outputs;  ///< nodes whose result no other node consumes

    // Where the format tells:
    std::string producer;                ///< what wrote it: "TensorFlow 2.12.0", "graph version 27"
    std::vector<std::string> functions;  ///< by name, in the order of the file
    std::vector<std::pair<std::string, std::uint64_t>>
        operations;  ///< how often each occurs, by name

    bool operator==(graph_summary const&) const = default;
};

}  // namespace lade::inline LADE_ABI
