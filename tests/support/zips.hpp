// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/codec/crc32.hpp>
#include <lade/container/zip/records.hpp>
#include <support/bytes.hpp>

#include <optional>
#include <string>
#include <vector>

/// Zip files made by hand, with every field open to lies.
namespace support::zips {

/// An entry, its local header and its central header. What is not set is told truly.
struct entry {
    std::string name;
    blob body{};  ///< as it lies in the file
    std::uint16_t method = 0;
    std::uint16_t flags = 0;
    std::optional<std::uint32_t> crc{};
    std::optional<std::uint64_t> plain_size{};
    std::optional<std::uint64_t> packed_size{};
    std::optional<std::uint64_t> offset{};  ///< told by the directory
    // the local header alone
    std::optional<std::string> local_name{};
    std::optional<std::uint16_t> local_method{}, local_flags{};
    std::optional<std::uint32_t> local_crc{};
    blob local_extra{};
    bool descriptor = false;       ///< sizes and CRC behind the data instead of before them
    bool wide_descriptor = false;  ///< of 24 bytes
    // the central header alone
    bool wide = false;  ///< sizes and offset in a zip64 field, whatever their size
    blob central_extra{};
    std::string comment{};
    std::uint16_t disk = 0;
};

struct layout {
    std::string comment{};
    bool zip64 = false;
    std::optional<std::uint64_t> entries{}, directory_offset{}, directory_size{}, zip64_offset{};
    std::uint16_t disk = 0;
    std::uint32_t disks = 1;
    blob before{};            ///< in front of everything
    std::uint64_t shift = 0;  ///< added to every offset that is told: bytes that are not written
};

template <lade::bytes::record Record>
void put(blob& to, Record const& record) {
    auto const bytes = lade::bytes::write(record);
    to.insert(to.end(), bytes.begin(), bytes.end());
}
inline void put(blob& to, std::string_view text) {
    auto const bytes = lade::bytes::of(text);
    to.insert(to.end(), bytes.begin(), bytes.end());
}
inline void put(blob& to, blob const& bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }

inline blob archive(std::vector<entry> const& entries, layout const& how = {}) {
    using namespace lade::zip;
    blob file = how.before, directory;
    constexpr std::uint32_t wide32 = 0xffffffff;
    auto const narrow = [](std::uint64_t value) {
        return static_cast<std::uint32_t>(value < wide32 ? value : wide32);
    };
    for (auto const& one : entries) {
        std::uint64_t const offset = one.offset.value_or(file.size() + how.shift);
        std::uint32_t const crc = one.crc.value_or(lade::codec::crc32(one.body));
        std::uint64_t const packed = one.packed_size.value_or(one.body.size());
        std::uint64_t const plain = one.plain_size.value_or(packed);
        std::string const& local_name = one.local_name ? *one.local_name : one.name;
        bool const behind = one.descriptor || one.wide_descriptor;
        auto const flags = static_cast<std::uint16_t>(one.flags | (behind ? flag::descriptor : 0));
        put(file, local_header{
                      20, one.local_flags.value_or(flags), one.local_method.value_or(one.method), 0,
                      0, behind ? 0 : one.local_crc.value_or(crc), behind ? 0 : narrow(packed),
                      behind ? 0 : narrow(plain), static_cast<std::uint16_t>(local_name.size()),
                      static_cast<std::uint16_t>(one.local_extra.size())});
        put(file, local_name);
        put(file, one.local_extra);
        put(file, one.body);
        if (one.wide_descriptor) put(file, zip64_data_descriptor{crc, packed, plain});
        else if (one.descriptor) put(file, data_descriptor{crc, narrow(packed), narrow(plain)});

        bool const w_plain = one.wide || plain >= wide32, w_packed = one.wide || packed >= wide32,
                   w_offset = one.wide || offset >= wide32;
        blob more;
        if (w_plain || w_packed || w_offset) {
            std::uint64_t const numbers[]{plain, packed, offset};
            bool const told[]{w_plain, w_packed, w_offset};
            blob field;
            for (int i = 0; i < 3; ++i)
                if (told[i]) put(field, raw<std::uint64_t>({numbers[i]}));
            put(more, raw<std::uint16_t>({extra::zip64, static_cast<std::uint16_t>(field.size())}));
            put(more, field);
        }
        put(more, one.central_extra);
        put(directory,
            central_header{0x031e, 20, flags, one.method, 0, 0, crc,
                           w_packed ? wide32 : narrow(packed), w_plain ? wide32 : narrow(plain),
                           static_cast<std::uint16_t>(one.name.size()),
                           static_cast<std::uint16_t>(more.size()),
                           static_cast<std::uint16_t>(one.comment.size()), one.disk, 0, 0,
                           w_offset ? wide32 : narrow(offset)});
        put(directory, one.name);
        put(directory, more);
        put(directory, one.comment);
    }
    std::uint64_t const count = how.entries.value_or(entries.size());
    std::uint64_t const offset = how.directory_offset.value_or(file.size() + how.shift);
    std::uint64_t const size = how.directory_size.value_or(directory.size());
    put(file, directory);
    bool const wide = how.zip64 || count >= 0xffff || offset >= wide32 || size >= wide32;
    if (wide) {
        std::uint64_t const at = how.zip64_offset.value_or(file.size() + how.shift);
        put(file, zip64_end_record{44, 45, 45, how.disk, how.disk, count, count, size, offset});
        put(file, zip64_locator{0, at, how.disks});
    }
    auto const few = static_cast<std::uint16_t>(wide || count > 0xffff ? 0xffff : count);
    put(file,
        end_record{how.disk, how.disk, few, few, wide ? wide32 : narrow(size),
                   wide ? wide32 : narrow(offset), static_cast<std::uint16_t>(how.comment.size())});
    put(file, how.comment);
    return file;
}

}  // namespace support::zips
