// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/record.hpp>

#include <cstdint>

/// The fixed parts of a zip file (PKWARE APPNOTE.TXT 6.3.10, section 4.3).
///
///     local header 1, name, extra field, data [, data descriptor]
///     ...
///     central header 1, name, extra field, comment            one for each entry; what readers
///     believe
///     ...
///     [zip64 end record, zip64 locator]                        written by PyTorch always, by
///     others when needed end record, comment
///
/// Read: one disk, methods 0 (stored) and 8 (deflate), zip64, data descriptors, names in UTF-8 or
/// any other bytes. Refused: several disks, encryption, patched data, other methods.
namespace lade::inline LADE_ABI::zip {

/// 4.3.7 Local file header. Sizes and CRC may be zero when a data descriptor follows the data.
///
///     byte  size  member
///        0     4  signature 0x04034b50
///        4     2  version_needed    20 for deflate, 45 for zip64; PyTorch writes 0
///        6     2  flags             bit 0 encrypted, 3 data descriptor, 11 name is UTF-8
///        8     2  method            0 stored, 8 deflated
///       10     2  time, 2 date      MS-DOS; written as 0
///       14     4  crc               CRC-32 of the plain bytes
///       18     4  packed_size, 4 plain_size
///       26     2  name_size, 2 extra_size; name and extra field follow, then the data
struct local_header {
    std::uint16_t version_needed, flags, method, time, date;
    std::uint32_t crc, packed_size, plain_size;
    std::uint16_t name_size, extra_size;

    using table = bytes::layout<std::uint32_t{0x04034b50}, &local_header::version_needed,
                                &local_header::flags, &local_header::method, &local_header::time,
                                &local_header::date, &local_header::crc, &local_header::packed_size,
                                &local_header::plain_size, &local_header::name_size,
                                &local_header::extra_size>;
};
static_assert(bytes::size_of<local_header> == 30);

/// 4.3.12 Central directory file header: what the archive says of an entry.
///
///     byte  size  member
///        0     4  signature 0x02014b50
///        4     2  version_made_by, 2 version_needed
///        8     2  flags, 2 method, 2 time, 2 date
///       16     4  crc, 4 packed_size, 4 plain_size   0xffffffff: see the zip64 extra field
///       28     2  name_size, 2 extra_size, 2 comment_size, 2 disk
///       36     2  internal_attributes, 4 external_attributes
///       42     4  local_offset       of the local header; 0xffffffff: see the zip64 extra field
struct central_header {
    std::uint16_t version_made_by, version_needed, flags, method, time, date;
    std::uint32_t crc, packed_size, plain_size;
    std::uint16_t name_size, extra_size, comment_size, disk, internal_attributes;
    std::uint32_t external_attributes, local_offset;

    using table =
        bytes::layout<std::uint32_t{0x02014b50}, &central_header::version_made_by,
                      &central_header::version_needed, &central_header::flags,
                      &central_header::method, &central_header::time, &central_header::date,
                      &central_header::crc, &central_header::packed_size,
                      &central_header::plain_size, &central_header::name_size,
                      &central_header::extra_size, &central_header::comment_size,
                      &central_header::disk, &central_header::internal_attributes,
                      &central_header::external_attributes, &central_header::local_offset>;
};
static_assert(bytes::size_of<central_header> == 46);

/// 4.3.16 End of central directory record: the last structure of the file.
///
///     byte  size  member
///        0     4  signature 0x06054b50
///        4     2  this_disk, 2 directory_disk          0; archives of several disks are refused
///        8     2  entries_on_this_disk, 2 entries      0xffff: see the zip64 end record
///       12     4  directory_size, 4 directory_offset   0xffffffff: see the zip64 end record
///       20     2  comment_size                         bytes that follow, up to the end of the
///       file
struct end_record {
    std::uint16_t this_disk, directory_disk, entries_on_this_disk, entries;
    std::uint32_t directory_size, directory_offset;
    std::uint16_t comment_size;

    using table = bytes::layout<std::uint32_t{0x06054b50}, &end_record::this_disk,
                                &end_record::directory_disk, &end_record::entries_on_this_disk,
                                &end_record::entries, &end_record::directory_size,
                                &end_record::directory_offset, &end_record::comment_size>;

    constexpr bool operator==(end_record const&) const = default;
};
static_assert(bytes::size_of<end_record> == 22);

/// 4.3.15 Zip64 end of central directory locator: 20 bytes right before the end record.
///
///     byte  size  member
///        0     4  signature 0x07064b50
///        4     4  end_disk, 8 end_offset (of the zip64 end record), 4 disks
struct zip64_locator {
    std::uint32_t end_disk;
    std::uint64_t end_offset;
    std::uint32_t disks;

    using table = bytes::layout<std::uint32_t{0x07064b50}, &zip64_locator::end_disk,
                                &zip64_locator::end_offset, &zip64_locator::disks>;
};
static_assert(bytes::size_of<zip64_locator> == 20);

/// 4.3.14 Zip64 end of central directory record, its fixed part.
///
///     byte  size  member
///        0     4  signature 0x06064b50
///        4     8  record_size       of what follows this member: 44 and more
///       12     2  version_made_by, 2 version_needed, 4 this_disk, 4 directory_disk
///       24     8  entries_on_this_disk, 8 entries, 8 directory_size, 8 directory_offset
struct zip64_end_record {
    std::uint64_t record_size;
    std::uint16_t version_made_by, version_needed;
    std::uint32_t this_disk, directory_disk;
    std::uint64_t entries_on_this_disk, entries, directory_size, directory_offset;

    using table =
        bytes::layout<std::uint32_t{0x06064b50}, &zip64_end_record::record_size,
                      &zip64_end_record::version_made_by, &zip64_end_record::version_needed,
                      &zip64_end_record::this_disk, &zip64_end_record::directory_disk,
                      &zip64_end_record::entries_on_this_disk, &zip64_end_record::entries,
                      &zip64_end_record::directory_size, &zip64_end_record::directory_offset>;
};
static_assert(bytes::size_of<zip64_end_record> == 56);

/// 4.3.9 Data descriptor, after the data of an entry whose sizes were not known before. With zip64
/// the sizes have 8 bytes.
struct data_descriptor {
    std::uint32_t crc, packed_size, plain_size;

    using table = bytes::layout<std::uint32_t{0x08074b50}, &data_descriptor::crc,
                                &data_descriptor::packed_size, &data_descriptor::plain_size>;
};
static_assert(bytes::size_of<data_descriptor> == 16);

struct zip64_data_descriptor {
    std::uint32_t crc;
    std::uint64_t packed_size, plain_size;

    using table =
        bytes::layout<std::uint32_t{0x08074b50}, &zip64_data_descriptor::crc,
                      &zip64_data_descriptor::packed_size, &zip64_data_descriptor::plain_size>;
};
static_assert(bytes::size_of<zip64_data_descriptor> == 24);

/// Bits of the flags (4.4.4).
namespace flag {
inline constexpr std::uint16_t encrypted = 0x0001;
inline constexpr std::uint16_t descriptor = 0x0008;
inline constexpr std::uint16_t patched = 0x0020;
inline constexpr std::uint16_t strongly_encrypted = 0x0040;
inline constexpr std::uint16_t utf8 = 0x0800;
}  // namespace flag

/// Methods of compression (4.4.5) that are read.
namespace method {
inline constexpr std::uint16_t stored = 0;
inline constexpr std::uint16_t deflated = 8;
}  // namespace method

/// Ids of extra fields.
namespace extra {
inline constexpr std::uint16_t zip64 = 0x0001;
inline constexpr std::uint16_t padding = 0x4246;  ///< "FB": PyTorch's padding, bytes of 'Z'
}  // namespace extra

}  // namespace lade::inline LADE_ABI::zip
