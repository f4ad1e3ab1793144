// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/config.hpp>

/// The files that PyTorch writes, found by content; their suffixes mean nothing.
namespace lade::inline LADE_ABI::torch {

struct zip {};     ///< torch.save since 1.6: a zip of a pickle and storages
struct legacy {};  ///< torch.save before, and on request: pickles one after another
struct tar {};     ///< torch.save up to 0.1.9
struct script {};  ///< torch.jit.save and libtorch's torch::save
struct pickle {};  ///< pickle.dump of tensors, NumPy arrays, anything

}  // namespace lade::inline LADE_ABI::torch
