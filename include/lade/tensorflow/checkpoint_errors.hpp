// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/error.hpp>

/// Errors that checkpoints of both versions have.
namespace lade::inline LADE_ABI::tensorflow::ids {

inline constexpr error_id bad_bundle{"tensorflow.bad_bundle", kind::corrupt,
                                     "the index of a checkpoint contradicts itself"};
inline constexpr error_id bad_version{"tensorflow.bad_version", kind::unsupported,
                                      "the checkpoint was written for a newer TensorFlow"};
inline constexpr error_id bad_size{"tensorflow.bad_size", kind::corrupt,
                                   "a tensor has more or fewer bytes than its shape says"};
inline constexpr error_id no_bytes{"tensorflow.no_bytes", kind::unsupported,
                                   "tensors of this type have no portable bytes"};

}  // namespace lade::inline LADE_ABI::tensorflow::ids
