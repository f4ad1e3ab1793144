// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/result.hpp>
#include <lade/bytes/endian.hpp>
#include <lade/bytes/view.hpp>
#include <lade/codec/adler32.hpp>
#include <lade/codec/crc32.hpp>
#include <lade/codec/inflate_engine.hpp>
#include <lade/codec/inflater.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

/// Decompression of DEFLATE data that lie in memory as a whole, and of the two wrappers around it.
///
///     zlib (RFC 1950, 2.2)        gzip (RFC 1952, 2.3), one or more members
///     0  u8  CMF: method 8,       0   1f 8b, u8 method 8, u8 flags, u32 time, u8, u8 system
///            window <= 32 KiB     10  flag 4: u16 size and extra field; 8: name, NUL; 16: comment,
///            NUL;
///     1  u8  FLG: the pair is         2: u16 CRC-16 of the header
///            a multiple of 31     ..  DEFLATE data
///     2  ..  DEFLATE data         ..  u32 CRC-32, u32 length modulo 2^32
///     .. u32 Adler-32, big-endian
///
/// A preset dictionary (zlib, FLG bit 5) is refused: no format here says which.
namespace lade::inline LADE_ABI::codec {

namespace ids {
inline constexpr error_id zlib_bad_header{
    "zlib.bad_header", kind::corrupt, "the data do not begin with a zlib header", {}, numbers::hex};
inline constexpr error_id zlib_preset_dictionary{
    "zlib.preset_dictionary", kind::unsupported,
    "the data were compressed with a preset dictionary"};
inline constexpr error_id zlib_bad_checksum{
    "zlib.bad_checksum", kind::corrupt, "the bytes do not match their Adler-32", {}, numbers::hex};
inline constexpr error_id gzip_bad_header{
    "gzip.bad_header", kind::corrupt, "the data do not begin with a gzip header", {}, numbers::hex};
inline constexpr error_id gzip_reserved_flags{"gzip.reserved_flags",
                                              kind::unsupported,
                                              "the gzip header uses reserved flags",
                                              {},
                                              numbers::hex};
inline constexpr error_id gzip_bad_checksum{
    "gzip.bad_checksum", kind::corrupt, "the bytes do not match their CRC-32", {}, numbers::hex};
inline constexpr error_id gzip_bad_length{"gzip.bad_length", kind::corrupt,
                                          "the number of bytes does not match the gzip trailer"};
}  // namespace ids

/// How far a decompression went.
struct inflated {
    std::size_t read = 0;     ///< bytes of the input, up to the end of the stream
    std::size_t written = 0;  ///< bytes of the output

    constexpr bool operator==(inflated const&) const = default;
};

/// Decompresses one raw DEFLATE stream from the front of `from`; what follows it is not looked at.
/// The bytes of `to` behind `written` may be overwritten. Uses about 12 KB of stack. Errors:
/// inflate.truncated, inflate.short_output (expected: size of `to`), and the inflate.* of damaged
/// data; the offset is a place in `from`.
constexpr result<inflated> inflate(bytes::view from, std::span<std::byte> to) {
    detail::inflate_engine engine;
    detail::inflate_io io{from.data(), from.data() + from.size(), to.data(), to.data(),
                          to.data() + to.size()};
    auto const status = engine.run(io);
    inflated const done{static_cast<std::size_t>(io.in - from.data()),
                        static_cast<std::size_t>(io.out - to.data())};
    switch (status) {
        case detail::inflate_status::finished: return done;
        case detail::inflate_status::more_input: return fail(ids::inflate_truncated, done.read);
        case detail::inflate_status::more_output:
            return fail(ids::inflate_short_output, done.read, to.size(), to.size() + 1);
        case detail::inflate_status::failed: break;
    }
    return engine.failure(done.read);
}

/// Decompresses one zlib stream from the front of `from`. `inflated::read` counts header and
/// checksum. Errors: those of `inflate`, zlib.bad_header, zlib.preset_dictionary,
/// zlib.bad_checksum.
constexpr result<inflated> inflate_zlib(bytes::view from, std::span<std::byte> to) {
    if (from.size() < 2) return fail(ids::inflate_truncated, from.size());
    auto const head = bytes::load_be<std::uint16_t>(from.data());
    if (head % 31 != 0 || (head >> 8 & 0xf) != 8 || head >> 12 > 7)
        return fail(ids::zlib_bad_header, 0, 0x789c, head);
    if ((head & 0x20) != 0) return fail(ids::zlib_preset_dictionary, 1);

    auto const body = inflate(from.subspan(2), to);
    if (!body) {
        error inner = body.error();
        inner.offset += 2;
        return inner;
    }
    std::size_t const end = 2 + body->read;
    if (from.size() - end < 4) return fail(ids::inflate_truncated, from.size());
    auto const expected = bytes::load_be<std::uint32_t>(from.data() + end);
    std::uint32_t const found = adler32(to.first(body->written));
    if (expected != found) return fail(ids::zlib_bad_checksum, end, expected, found);
    return inflated{end + 4, body->written};
}

namespace detail {

/// The size of the gzip header at the front of `from`.
constexpr result<std::size_t> gzip_header(bytes::view from) {
    if (from.size() < 10) return fail(ids::inflate_truncated, from.size());
    auto const byte = [&](std::size_t at) { return static_cast<unsigned>(from[at]); };
    if (byte(0) != 0x1f || byte(1) != 0x8b || byte(2) != 8)
        return fail(ids::gzip_bad_header, 0, 0x1f8b08, byte(0) << 16 | byte(1) << 8 | byte(2));
    unsigned const flags = byte(3);
    if ((flags & 0xe0) != 0) return fail(ids::gzip_reserved_flags, 3, 0, flags);
    std::size_t at = 10;
    if ((flags & 4) != 0) {
        if (from.size() - at < 2) return fail(ids::inflate_truncated, from.size());
        std::size_t const size = byte(at) | byte(at + 1) << 8;
        at += 2;
        if (from.size() - at < size) return fail(ids::inflate_truncated, from.size());
        at += size;
    }
    for (unsigned flag : {8U, 16U}) {
        if ((flags & flag) == 0) continue;
        while (at < from.size() && byte(at) != 0) ++at;
        if (at == from.size()) return fail(ids::inflate_truncated, from.size());
        ++at;
    }
    if ((flags & 2) != 0) {
        if (from.size() - at < 2) return fail(ids::inflate_truncated, from.size());
        std::uint32_t const expected = byte(at) | byte(at + 1) << 8;
        std::uint32_t const found = crc32(from.first(at)) & 0xffffU;
        if (expected != found) return fail(ids::gzip_bad_checksum, at, expected, found);
        at += 2;
    }
    return at;
}

}  // namespace detail

/// Decompresses the gzip members at the front of `from`, one after another into `to`. What follows
/// the last member and is none itself (padding) is not looked at; `inflated::read` tells where it
/// begins. Errors: those of `inflate`, gzip.bad_header, gzip.reserved_flags, gzip.bad_checksum,
/// gzip.bad_length.
constexpr result<inflated> inflate_gzip(bytes::view from, std::span<std::byte> to) {
    inflated done;
    do {
        bytes::view const rest = from.subspan(done.read);
        auto const head = detail::gzip_header(rest);
        if (!head) {
            error inner = head.error();
            inner.offset += done.read;
            return inner;
        }
        done.read += *head;
        auto const body = inflate(from.subspan(done.read), to.subspan(done.written));
        if (!body) {
            error inner = body.error();
            inner.offset += done.read;
            if (*inner.id == ids::inflate_short_output)
                inner = fail(*inner.id, inner.offset, to.size(), to.size() + 1);
            return inner;
        }
        done.read += body->read;
        if (from.size() - done.read < 8) return fail(ids::inflate_truncated, from.size());
        auto const expected = bytes::load_le<std::uint32_t>(from.data() + done.read);
        std::uint32_t const found = crc32(to.subspan(done.written, body->written));
        if (expected != found) return fail(ids::gzip_bad_checksum, done.read, expected, found);
        auto const length = bytes::load_le<std::uint32_t>(from.data() + done.read + 4);
        auto const written = static_cast<std::uint32_t>(body->written & 0xffffffffU);
        if (length != written) return fail(ids::gzip_bad_length, done.read + 4, length, written);
        done.read += 8;
        done.written += body->written;
    } while (from.size() - done.read >= 2 && from[done.read] == std::byte{0x1f} &&
             from[done.read + 1] == std::byte{0x8b});
    return done;
}

}  // namespace lade::inline LADE_ABI::codec
