// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/error.hpp>
#include <lade/container/zip/records.hpp>

#include <cstdint>
#include <string_view>

/// What an entry of a zip file is, and what can be wrong with it.
namespace lade::inline LADE_ABI::zip {

namespace ids {
inline constexpr error_id no_end_record{"zip.no_end_record", kind::corrupt,
                                        "no end of central directory was found",
                                        "the file is cut short; fetch it again"};
inline constexpr error_id several_disks{"zip.several_disks", kind::unsupported,
                                        "the archive is split over several disks"};
inline constexpr error_id bad_directory{
    "zip.bad_directory", kind::corrupt,
    "the central directory does not lie where the end record says"};
inline constexpr error_id bad_zip64{"zip.bad_zip64", kind::corrupt,
                                    "a zip64 structure contradicts what refers to it"};
inline constexpr error_id bad_entry{"zip.bad_entry", kind::corrupt,
                                    "an entry does not lie inside the file"};
inline constexpr error_id bad_name{"zip.bad_name", kind::corrupt,
                                   "the name of an entry is empty or has a NUL in it"};
inline constexpr error_id duplicate_name{
    "zip.duplicate_name", kind::corrupt,
    "two entries have the same name; programs disagree on which one counts"};
inline constexpr error_id overlap{"zip.overlap", kind::corrupt, "the bytes of two entries overlap"};
inline constexpr error_id header_mismatch{
    "zip.header_mismatch", kind::corrupt,
    "the local header of the entry contradicts the central directory"};
inline constexpr error_id encrypted{"zip.encrypted", kind::unsupported, "the entry is encrypted"};
inline constexpr error_id unknown_method{
    "zip.method", kind::unsupported,
    "the entry is compressed in a way that is not supported (found: method)",
    "pack the archive again with deflate or without compression"};
inline constexpr error_id bomb{"zip.bomb", kind::corrupt,
                               "the entry claims more bytes than its packed bytes can unpack to"};
inline constexpr error_id size_mismatch{"zip.size_mismatch", kind::corrupt,
                                        "a stored entry has two different sizes"};
}  // namespace ids

/// One entry, as the central directory has it.
struct entry {
    std::string_view name;           ///< bytes as they are; UTF-8 where the flag says so
    std::uint64_t packed_size = 0;   ///< bytes in the file
    std::uint64_t plain_size = 0;    ///< bytes when unpacked
    std::uint64_t local_offset = 0;  ///< of the local header
    std::uint32_t crc = 0;           ///< of the plain bytes
    std::uint16_t method = 0;
    std::uint16_t flags = 0;

    constexpr bool is_stored() const { return method == method::stored; }
    constexpr bool is_folder() const { return name.ends_with('/'); }
};

}  // namespace lade::inline LADE_ABI::zip
