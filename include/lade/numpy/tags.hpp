// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/config.hpp>

/// The files of numpy.save and numpy.savez.
namespace lade::inline LADE_ABI::numpy {

struct npy {};  ///< one array
struct npz {};  ///< a zip of .npy files

}  // namespace lade::inline LADE_ABI::numpy
