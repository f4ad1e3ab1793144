// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/hdf5/reader.hpp>

/// The superblock: where an HDF5 file begins (HDF5 File Format Specification 3.0, II.A).
///
///     version 0, 1                                        version 2, 3
///     byte  size  member                                  byte  size  member
///        0     8  signature 89 48 44 46 0D 0A 1A 0A          0     8  signature
///        8     1  version                                    8     1  version
///        9     4  versions of parts, all 0                   9     1  size of offsets O: 2, 4, 8
///       13     1  size of offsets O                         10     1  size of lengths L: 2, 4, 8
///       14     1  size of lengths L                         11     1  consistency flags
///       16     2  group leaf node K                         12     O  base address
///       18     2  group internal node K                            O  superblock extension, all
///       ones: none 20     4  consistency flags                                O  end of file
///      (24)    4  version 1: chunk B-tree K, reserved              O  root object header
///              O  base address                                     4  checksum of all before
///              O  free space, all ones
///              O  end of file
///              O  driver information, all ones: none
///              .  root symbol table entry; the address of the root header is L bytes into it
///
/// It stands at byte 0, 512, 1024, 2048 ... of the file; what precedes it is the user's. All
/// addresses count from it, whatever the base address says (libhdf5 does the same). Read: all four
/// versions. Refused: files split over several (driver information), files that end before the end
/// of file that they state, sizes of offsets of 16 and 32.
namespace lade::inline LADE_ABI::hdf5 {

namespace ids {
inline constexpr error_id no_superblock{"hdf5.no_superblock", kind::corrupt,
                                        "no HDF5 signature was found at byte 0, 512, 1024, ...",
                                        "the file is no HDF5 file, or its beginning is damaged"};
inline constexpr error_id bad_superblock{"hdf5.bad_superblock", kind::corrupt,
                                         "the superblock holds a number that cannot be"};
inline constexpr error_id cut_short{
    "hdf5.cut_short", kind::corrupt, "the file is shorter than its superblock says",
    "the file was not downloaded or written to its end; fetch it again"};
inline constexpr error_id split_file{
    "hdf5.split_file", kind::unsupported,
    "the file is one of several that belong together (a family or multi file)"};
}  // namespace ids

struct superblock {
    std::uint64_t position = 0;  ///< byte of the source at which it stands: the base address
    std::uint8_t version = 0;
    std::uint8_t offset_size = 8;
    std::uint8_t length_size = 8;
    std::uint32_t flags = 0;  ///< bit 0 in version 3: was left open for writing; a hint only
    std::uint64_t extension = no_address;
    std::uint64_t driver = no_address;
    std::uint64_t end = 0;
    std::uint64_t root = no_address;  ///< object header of the root group
};

inline constexpr std::string_view file_signature{"\x89HDF\r\n\x1a\n", 8};

/// Where the signature stands: 0, 512, 1024 and so on; none if nowhere. Reads eight bytes at each
/// of these places.
inline result<std::optional<std::uint64_t>> find_superblock(any_source from) {
    std::uint64_t const size = from.size();
    for (std::uint64_t at = 0; size >= file_signature.size() && at <= size - file_signature.size();
         at = at == 0 ? 512 : at * 2) {
        std::byte head[8];
        if (auto const done = from.read(at, head); !done) return done.error();
        if (bytes::starts_with(head, file_signature)) return std::optional(at);
        if (at > size / 2) break;
    }
    return std::optional<std::uint64_t>{};
}

namespace detail {

constexpr bool known_size(unsigned size) { return size == 2 || size == 4 || size == 8; }

inline std::uint64_t address_of(bytes::cursor& at, unsigned size) {
    std::uint64_t const value = at.number_of(size);
    return size < 8 && value == (std::uint64_t{1} << (8 * size)) - 1 ? no_address : value;
}

inline void read_old_superblock(superblock& made, bytes::cursor& at) {
    at.bytes(4);
    made.offset_size = at.number<std::uint8_t>();
    made.length_size = at.number<std::uint8_t>();
    if (at && !(known_size(made.offset_size) && known_size(made.length_size)))
        return at.fail(ids::bad_superblock, 8, made.offset_size);
    at.bytes(1 + 2 + 2);
    made.flags = at.number<std::uint32_t>();
    if (made.version == 1) at.bytes(4);
    at.bytes(std::uint64_t{2} * made.offset_size);
    made.end = address_of(at, made.offset_size);
    made.driver = address_of(at, made.offset_size);
    at.bytes(made.length_size);
    made.root = address_of(at, made.offset_size);
}

inline void read_new_superblock(superblock& made, bytes::cursor& at) {
    made.offset_size = at.number<std::uint8_t>();
    made.length_size = at.number<std::uint8_t>();
    made.flags = at.number<std::uint8_t>();
    if (at && !(known_size(made.offset_size) && known_size(made.length_size)))
        return at.fail(ids::bad_superblock, 8, made.offset_size);
    at.bytes(made.offset_size);
    made.extension = address_of(at, made.offset_size);
    made.end = address_of(at, made.offset_size);
    made.root = address_of(at, made.offset_size);
}

}  // namespace detail

/// Reads the superblock and tells `in` where addresses begin and how wide they are.
/// Errors: hdf5.no_superblock, hdf5.bad_superblock, hdf5.unsupported_version, hdf5.bad_checksum,
/// hdf5.cut_short, hdf5.split_file, bytes.truncated, io.
inline result<superblock> read_superblock(reader& in, any_source from) {
    auto const position = find_superblock(from);
    if (!position) return position.error();
    if (!*position) return fail(ids::no_superblock);

    superblock made;
    made.position = **position;
    in.set(made.position, 8, 8);
    auto const bytes = in.get_up_to(0, 128);
    if (!bytes) return bytes.error();
    bytes::cursor at(bytes->view(), made.position);
    at.bytes(file_signature.size());
    made.version = at.number<std::uint8_t>();
    if (!at) return at.error();
    if (made.version > 3) return fail(ids::unsupported_version, made.position + 8, 3, made.version);
    if (made.version < 2) detail::read_old_superblock(made, at);
    else detail::read_new_superblock(made, at);
    if (!at) return at.error();
    if (made.version >= 2) {
        std::size_t const size = 12 + 4 * std::size_t{made.offset_size} + 4;
        if (bytes->view().size() < size) return fail(bytes::ids::truncated, made.position, size);
        if (auto const good = in.check(bytes->view().first(size), made.position); !good)
            return good.error();
    }
    if (made.driver != no_address) return fail(ids::split_file, made.position);
    if (made.root == no_address) return fail(ids::bad_superblock, made.position);
    if (made.end != no_address && made.end > from.size())
        return fail(ids::cut_short, made.position, made.end, from.size());
    in.set(made.position, made.offset_size, made.length_size);
    return made;
}

}  // namespace lade::inline LADE_ABI::hdf5
