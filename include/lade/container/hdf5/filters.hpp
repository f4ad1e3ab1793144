// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/codec/fletcher32.hpp>
#include <lade/codec/inflate.hpp>
#include <lade/codec/lzf.hpp>
#include <lade/codec/shuffle.hpp>
#include <lade/container/hdf5/nbit.hpp>
#include <lade/container/hdf5/scale_offset.hpp>
#include <lade/container/hdf5/szip.hpp>

/// Undoes a filter pipeline: the bytes of a chunk as they were before it was stored.
///
/// Known: deflate, shuffle, fletcher32, LZF, scale-offset, n-bit. Refused by name: szip and all
/// plug-ins.
namespace lade::inline LADE_ABI::hdf5 {

namespace ids {
inline constexpr error_id unsupported_filter{
    "hdf5.unsupported_filter", kind::unsupported,
    "the chunks went through a filter that is not known here",
    "rewrite the file with h5repack -f GZIP=6 where the filter is installed"};
inline constexpr error_id bad_chunk_size{
    "hdf5.bad_chunk_size", kind::corrupt,
    "a chunk does not decode to the bytes that its layout states"};
inline constexpr error_id bad_chunk_checksum{
    "hdf5.bad_chunk_checksum", kind::corrupt, "the bytes of a chunk do not match their Fletcher-32",
    "pass {.verify_checksums = false} to go on all the same", numbers::hex};
}  // namespace ids

constexpr bool is_supported(filter_id id) {
    switch (id) {
        case filter_id::deflate:
        case filter_id::shuffle:
        case filter_id::fletcher32:
        case filter_id::szip:
        case filter_id::nbit:
        case filter_id::scale_offset:
        case filter_id::lzf: return true;
        default: return false;
    }
}

/// Errors: hdf5.unsupported_filter (found: the id), for the first filter that is not known and that
/// `mask` does not skip.
inline result<void> check_filters(filter_pipeline const& pipeline, std::uint32_t mask = 0) {
    for (std::size_t i = 0; i < pipeline.size(); ++i)
        if ((mask >> i & 1) == 0 && !is_supported(pipeline[i].id)) {
            auto const id = pipeline[i].id;
            return fail(ids::unsupported_filter, error::nowhere, 0, static_cast<std::uint64_t>(id))
                .in(name_of(id));
        }
    return {};
}

/// Memory of a decoder, kept from chunk to chunk.
struct filter_buffers {
    std::vector<std::byte> a, b;
};

namespace detail {

inline result<void> undo_filter(filter const& how, bytes::view from, std::vector<std::byte>& to,
                                std::uint64_t most) {
    switch (how.id) {
        case filter_id::deflate: {
            to.resize(static_cast<std::size_t>(most));
            auto const done = codec::inflate_zlib(from, to);
            if (!done) return done.error();
            to.resize(done->written);
            return {};
        }
        case filter_id::lzf: {
            to.resize(static_cast<std::size_t>(most));
            auto const done = codec::lzf_decompress(from, to);
            if (!done) return done.error();
            to.resize(*done);
            return {};
        }
        case filter_id::shuffle: {
            std::size_t const size = how.values.empty() ? 1 : how.values[0];
            to.resize(from.size());
            if (size > 1 && size <= from.size()) codec::unshuffle(from, to, size);
            else if (!from.empty()) std::memcpy(to.data(), from.data(), from.size());
            return {};
        }
        case filter_id::scale_offset: return unpack_scale_offset(how, from, to, most);
        case filter_id::szip: return unpack_szip(how, from, to, most);
        case filter_id::nbit: return unpack_nbit(how, from, to, most);
        default:
            return fail(ids::unsupported_filter, error::nowhere, 0,
                        static_cast<std::uint64_t>(how.id))
                .in(name_of(how.id));
    }
}

}  // namespace detail

/// The `size` bytes of a chunk from what is stored of it; they lie in `stored` or in `memory`, good
/// until the next call. `mask`: bit i set: filter i was skipped. Precondition: the caller has
/// compared `size` with its limits. Errors: hdf5.unsupported_filter, hdf5.bad_chunk_size,
/// hdf5.bad_chunk_checksum, those of the codecs.
inline result<bytes::view> decode_chunk(filter_pipeline const& pipeline, std::uint32_t mask,
                                        bytes::view stored, std::uint64_t size, bool verify,
                                        filter_buffers& memory) {
    bytes::view now = stored;
    std::vector<std::byte>* to = &memory.a;
    // filters before the last may have made the bytes longer: LZF and deflate of what does not
    // shrink, a checksum
    std::uint64_t const most = pipeline.size() == 1 ? size : size + size / 8 + 1024;
    for (std::size_t i = pipeline.size(); i-- > 0;) {
        if ((mask >> i & 1) != 0) continue;
        filter const& how = pipeline[i];
        if (how.id == filter_id::fletcher32) {
            if (now.size() < 4) return fail(ids::bad_chunk_size, error::nowhere, 4, now.size());
            auto const sum = bytes::load_le<std::uint32_t>(now.last(4).data());
            now = now.first(now.size() - 4);
            if (verify && !codec::fletcher32_matches(now, sum))
                return fail(ids::bad_chunk_checksum, error::nowhere, sum, codec::fletcher32(now));
            continue;
        }
        if (auto const done = detail::undo_filter(how, now, *to, most); !done) return done.error();
        now = *to;
        to = to == &memory.a ? &memory.b : &memory.a;
    }
    if (now.size() != size) return fail(ids::bad_chunk_size, error::nowhere, size, now.size());
    return now;
}

}  // namespace lade::inline LADE_ABI::hdf5
