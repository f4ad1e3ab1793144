// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/config.hpp>

/// The format of Hugging Face's safetensors.
namespace lade::inline LADE_ABI::safetensors {

struct file {};     ///< one file
struct sharded {};  ///< several files and the `*.index.json` that tells which tensor is in which

}  // namespace lade::inline LADE_ABI::safetensors
