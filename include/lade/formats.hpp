// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/detect.hpp>
#include <lade/hdf5.hpp>
#include <lade/keras.hpp>
#include <lade/numpy.hpp>
#include <lade/safetensors.hpp>
#include <lade/tensorflow.hpp>
#include <lade/torch.hpp>

namespace lade::inline LADE_ABI {

/// Every format of this library. The order breaks ties between formats that are equally sure of a
/// file.
using all_formats =
    format_list<safetensors::file, safetensors::sharded, torch::zip, torch::legacy, torch::script,
                torch::tar, numpy::npz, numpy::npy, torch::pickle, keras::h5, keras::h5_weights,
                keras::archive, keras::weights_h5, keras::weights_index, keras::json, keras::yaml,
                hdf5::any_file, tensorflow::checkpoint, tensorflow::checkpoint_v1,
                tensorflow::graph_def, tensorflow::meta_graph, tensorflow::saved_model>;

}  // namespace lade::inline LADE_ABI
