// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/error.hpp>

/// What can be wrong with the tensors of a PyTorch file, whatever its container.
namespace lade::inline LADE_ABI::torch::ids {

inline constexpr error_id no_pickle{"torch.no_pickle", kind::corrupt,
                                    "the archive has no data.pkl"};
inline constexpr error_id bad_version{
    "torch.bad_version", kind::unsupported,
    "the archive is of a version that is not known (expected: the newest known)"};
inline constexpr error_id bad_byteorder{"torch.bad_byteorder", kind::corrupt,
                                        "the record `byteorder` says neither little nor big"};
inline constexpr error_id bad_storage{
    "torch.bad_storage", kind::corrupt,
    "a persistent id does not describe a storage as PyTorch does"};
inline constexpr error_id missing_storage{
    "torch.missing_storage", kind::corrupt, "the bytes of a storage are not in the file",
    "the file was saved without data (skip_data), or is cut short"};
inline constexpr error_id storage_size{
    "torch.storage_size", kind::corrupt,
    "a storage has another number of bytes than the pickle says"};
inline constexpr error_id storage_conflict{
    "torch.storage_conflict", kind::corrupt,
    "one storage is described in two ways that contradict each other"};
inline constexpr error_id bad_tensor{
    "torch.bad_tensor", kind::corrupt,
    "the arguments of a tensor are not those that PyTorch writes (found: their position)"};
inline constexpr error_id out_of_storage{
    "torch.out_of_storage", kind::corrupt,
    "a tensor reaches beyond the end of its storage (expected: elements)"};
inline constexpr error_id nested_too_deep{"torch.nested_too_deep", kind::corrupt,
                                          "files are nested in files beyond any sense"};

}  // namespace lade::inline LADE_ABI::torch::ids
