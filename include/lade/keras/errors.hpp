// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/error.hpp>

namespace lade::inline LADE_ABI::keras {

/// What can be wrong with a file of Keras beyond its container.
namespace ids {
inline constexpr error_id no_layer_names{
    "keras.no_layer_names", kind::corrupt,
    "the file is a model of Keras, but does not say which layers it has"};
inline constexpr error_id missing_weight{
    "keras.missing_weight", kind::corrupt,
    "weight_names tells of a weight that the file does not have"};
inline constexpr error_id no_config{"keras.no_config", kind::corrupt,
                                    "the archive has no config.json"};
inline constexpr error_id no_weights{"keras.no_weights", kind::corrupt,
                                     "the archive has no model.weights.h5"};
inline constexpr error_id pickled_weights{
    "keras.npz_weights", kind::unsafe,
    "the weights are pickled dictionaries in an .npz file, which Keras itself cannot load",
    "save the model again, with a newer Keras"};
inline constexpr error_id not_a_model{
    "keras.not_a_model", kind::mismatch,
    "the text has no class_name and config, as the structure of a model has"};
}  // namespace ids

}  // namespace lade::inline LADE_ABI::keras
