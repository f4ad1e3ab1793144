// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/limits.hpp>

#include <string>
#include <vector>

namespace lade::inline LADE_ABI::tensorflow {

/// What a read can be told.
struct options {
    bool verify_crc = true;  ///< of blocks and tensors; false lets tensors be viewed where they lie
    lade::limits limits{};
};

/// What a read of a SavedModel can be told.
struct saved_model_options {
    bool verify_crc = true;
    lade::limits limits{};
    /// The meta graph that has exactly these tags, in any order ("serve"). None: the first one.
    std::vector<std::string> tags{};
};

}  // namespace lade::inline LADE_ABI::tensorflow
