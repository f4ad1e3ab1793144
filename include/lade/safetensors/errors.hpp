// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/error.hpp>

/// What can be wrong with a safetensors file.
namespace lade::inline LADE_ABI::safetensors {

namespace ids {
inline constexpr error_id truncated{"safetensors.truncated", kind::corrupt,
                                    "the header, or a tensor, ends beyond the file",
                                    "the file is cut short; fetch it again"};
inline constexpr error_id header_too_large{"safetensors.header_too_large", kind::corrupt,
                                           "the header is larger than the format allows"};
inline constexpr error_id no_object{
    "safetensors.no_object", kind::corrupt, "the header does not begin with '{'", {}, numbers::hex};
inline constexpr error_id bad_metadata{"safetensors.bad_metadata", kind::corrupt,
                                       "__metadata__ is no object of strings"};
inline constexpr error_id bad_entry{
    "safetensors.bad_entry", kind::corrupt,
    "an entry is no object with one dtype, one shape and one data_offsets"};
inline constexpr error_id bad_shape{"safetensors.bad_shape", kind::corrupt,
                                    "a shape is no list of natural numbers"};
inline constexpr error_id bad_offsets{
    "safetensors.bad_offsets", kind::corrupt,
    "data_offsets are no two natural numbers of which the second is not the smaller one"};
inline constexpr error_id unknown_dtype{"safetensors.unknown_dtype", kind::unsupported,
                                        "the header names a type of elements that is not known"};
inline constexpr error_id shape_overflow{"safetensors.shape_overflow", kind::corrupt,
                                         "a shape has more elements than 64 bits can count"};
inline constexpr error_id sub_byte{
    "safetensors.sub_byte", kind::corrupt,
    "elements of less than a byte do not fill a whole number of bytes"};
inline constexpr error_id bad_size{"safetensors.bad_size", kind::corrupt,
                                   "the offsets of a tensor span other bytes than its shape and "
                                   "type ask for"};
inline constexpr error_id hole{"safetensors.hole", kind::corrupt,
                               "bytes between two tensors belong to neither"};
inline constexpr error_id overlap{"safetensors.overlap", kind::corrupt,
                                  "the bytes of two tensors overlap"};
inline constexpr error_id duplicate_key{"safetensors.duplicate_key", kind::corrupt,
                                        "two tensors, or two words of metadata, have one name"};
inline constexpr error_id trailing_bytes{
    "safetensors.trailing_bytes", kind::corrupt, "bytes follow the last tensor",
    "the official reader refuses them; pass {.allow_trailing = true} to ignore them"};
inline constexpr error_id not_plain{
    "safetensors.not_plain", kind::unsupported,
    "the header has what is not read without memory: a name with escapes, a member nobody knows",
    "save the file again with this library"};
}  // namespace ids

/// The member of the header that is no tensor.
inline constexpr std::string_view metadata_name = "__metadata__";

}  // namespace lade::inline LADE_ABI::safetensors
