// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/config.hpp>

/// The files of Keras.
namespace lade::inline LADE_ABI::keras {

struct h5 {};  ///< HDF5 of Keras 1, 2, tf.keras and Keras 3's legacy writer: a model or weights
struct h5_weights {
};  ///< what save_weights of Keras 1, 2 writes; found by its content to be keras::h5
struct archive {};     ///< .keras of Keras 3: a zip of metadata.json, config.json, model.weights.h5
struct weights_h5 {};  ///< .weights.h5 of Keras 3. What is read by its content is found to be
                       ///< `hdf5::any_file`, with the same names
struct weights_index {};  ///< .weights.json of Keras 3.10: weights in several files
struct json {};           ///< what model.to_json() writes
struct yaml {};           ///< what model.to_yaml() of Keras before 2.7 wrote

}  // namespace lade::inline LADE_ABI::keras
