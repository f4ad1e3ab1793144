// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/error.hpp>

namespace lade::inline LADE_ABI {

/// What can go wrong with a save whatever the format.
namespace ids {
inline constexpr error_id wrong_byte_count{
    "save.wrong_byte_count", kind::mismatch,
    "the bytes that were pushed are not those that were declared"};
inline constexpr error_id dtype_not_storable{"save.dtype", kind::mismatch,
                                             "the format cannot hold elements of this type",
                                             "convert to another format, or ask for a cast"};
inline constexpr error_id bad_name{"save.bad_name", kind::mismatch,
                                   "the format cannot hold this name", "rename the tensor"};
inline constexpr error_id name_twice{"save.duplicate_name", kind::mismatch,
                                     "two tensors, or two words of metadata, have this name",
                                     "rename one of them"};
}  // namespace ids

}  // namespace lade::inline LADE_ABI
