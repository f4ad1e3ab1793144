// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/hdf5/object_header.hpp>

/// Filter pipeline message 0x0B: what a chunk went through before it was stored (IV.A.2.l).
///
///     version 1                                 version 2
///     byte  size  member                        byte  size  member
///        0     1  1                                0     1  2
///        1     1  filters                          1     1  filters
///        2     6  reserved                         2     .  filters
///        8     .  filters
///     a filter: u16 id, u16 size of the name, u16 flags (1: may be skipped), u16 values, name, u32
///     values. Version 1: the name is padded to 8, an odd number of values is padded by 4 bytes.
///     Version 2: ids below 256 have no name and no size of one; nothing is padded.
namespace lade::inline LADE_ABI::hdf5 {

namespace ids {
inline constexpr error_id bad_pipeline{"hdf5.bad_filter_pipeline", kind::corrupt,
                                       "a filter pipeline holds a number that cannot be"};
}  // namespace ids

enum class filter_id : std::uint16_t {
    deflate = 1,
    shuffle = 2,
    fletcher32 = 3,
    szip = 4,
    nbit = 5,
    scale_offset = 6,
    lzo = 305,
    bzip2 = 307,
    lzf = 32000,
    blosc = 32001,
    mafisc = 32002,
    snappy = 32003,
    lz4 = 32004,
    bitshuffle = 32008,
    zfp = 32013,
    zstd = 32015,
    sz = 32017,
    jpeg = 32019,
    bitgroom = 32022,
    sz3 = 32024,
    blosc2 = 32026,
};

/// The name of a filter for people; empty for one that is not known.
constexpr std::string_view name_of(filter_id id) {
    switch (id) {
        case filter_id::deflate: return "deflate";
        case filter_id::shuffle: return "shuffle";
        case filter_id::fletcher32: return "fletcher32";
        case filter_id::szip: return "szip";
        case filter_id::nbit: return "nbit";
        case filter_id::scale_offset: return "scale-offset";
        case filter_id::lzo: return "lzo";
        case filter_id::bzip2: return "bzip2";
        case filter_id::lzf: return "lzf";
        case filter_id::blosc: return "blosc";
        case filter_id::mafisc: return "mafisc";
        case filter_id::snappy: return "snappy";
        case filter_id::lz4: return "lz4";
        case filter_id::bitshuffle: return "bitshuffle";
        case filter_id::zfp: return "zfp";
        case filter_id::zstd: return "zstd";
        case filter_id::sz: return "sz";
        case filter_id::jpeg: return "jpeg";
        case filter_id::bitgroom: return "bitgroom";
        case filter_id::sz3: return "sz3";
        case filter_id::blosc2: return "blosc2";
    }
    return {};
}

/// One filter and its values.
struct filter {
    filter_id id{};
    bool optional = false;
    std::vector<std::uint32_t> values{};
};

/// In the order in which they were applied; decoding goes backwards.
using filter_pipeline = std::vector<filter>;

/// At most 32 filters, for a chunk's mask has 32 bits.
/// Errors: hdf5.bad_filter_pipeline, hdf5.unsupported_version, bytes.truncated.
inline result<filter_pipeline> read_filter_pipeline(bytes::view data, std::uint64_t offset) {
    bytes::cursor at(data, offset);
    unsigned const version = at.number<std::uint8_t>();
    unsigned const count = at.number<std::uint8_t>();
    if (!at) return at.error();
    if (version < 1 || version > 2) return fail(ids::unsupported_version, offset, 2, version);
    if (count > 32) return fail(ids::bad_pipeline, offset + 1, 32, count);
    if (version == 1) at.bytes(6);
    filter_pipeline made;
    for (unsigned i = 0; i < count; ++i) {
        filter one;
        unsigned const id = at.number<std::uint16_t>();
        unsigned const name_size = version == 1 || id >= 256 ? at.number<std::uint16_t>() : 0;
        one.id = static_cast<filter_id>(id);
        one.optional = (at.number<std::uint16_t>() & 1) != 0;
        std::size_t const values = at.number<std::uint16_t>();
        at.bytes(version == 1 ? bytes::aligned(name_size, 8) : name_size);
        bytes::view const numbers = at.bytes(std::uint64_t{4} * values);
        if (version == 1 && values % 2 == 1) at.bytes(4);
        if (!at) return at.error();
        one.values.resize(values);
        for (std::size_t k = 0; k < values; ++k)
            one.values[k] = bytes::load_le<std::uint32_t>(numbers.data() + 4 * k);
        made.push_back(std::move(one));
    }
    return made;
}

}  // namespace lade::inline LADE_ABI::hdf5
