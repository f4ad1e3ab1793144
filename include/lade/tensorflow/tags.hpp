// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/config.hpp>

/// The files of TensorFlow.
namespace lade::inline LADE_ABI::tensorflow {

struct checkpoint {};     ///< `<prefix>.index` and its data files, since TensorFlow 0.12
struct checkpoint_v1 {};  ///< one table, or one for each shard
struct graph_def {};      ///< a graph, frozen or not, binary or text
struct meta_graph {};     ///< `.meta`: a graph with its collections and signatures
struct saved_model {};    ///< a directory around `saved_model.pb`

}  // namespace lade::inline LADE_ABI::tensorflow
