// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/config.hpp>

namespace lade::inline LADE_ABI::hdf5 {

/// Any HDF5 file as a format: its datasets are the tensors.
struct any_file {};

}  // namespace lade::inline LADE_ABI::hdf5
