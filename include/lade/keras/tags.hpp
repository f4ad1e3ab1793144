// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/config.hpp>

/// The files of Keras. A `.weights.h5` is an HDF5 file like any other: `hdf5::any_file`.
namespace lade::inline LADE_ABI::keras {

struct h5 {};  ///< HDF5 of Keras 1, 2, tf.keras and Keras 3's legacy writer: a model or weights
struct archive {};  ///< .keras of Keras 3: a zip of metadata.json, config.json, model.weights.h5
struct json {};     ///< what model.to_json() writes
struct yaml {};     ///< what model.to_yaml() of Keras before 2.7 wrote

}  // namespace lade::inline LADE_ABI::keras
