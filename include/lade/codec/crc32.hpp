// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/view.hpp>
#include <lade/codec/crc.hpp>

#include <cstdint>
#include <type_traits>

/// CRC-32 as zip, gzip, zlib and PNG have it: polynomial 0x04c11db7 with reversed bits, inverted
/// before and after (RFC 1952, 8). The check value of "123456789" is 0xcbf43926.
namespace lade::inline LADE_ABI::codec {

namespace detail {
inline constexpr std::uint32_t crc32_polynomial = 0xedb88320U;
inline constexpr crc_tables crc32_tables = make_crc_tables(crc32_polynomial);

#if LADE_CODEC_ARM_CRC

[[nodiscard]] inline std::uint32_t crc32_stepped(std::byte const* at, std::size_t size,
                                                 std::uint32_t state) {
    for (; size >= 8; size -= 8, at += 8)
        state = __crc32d(state, bytes::load_le<std::uint64_t>(at));
    for (; size > 0; --size, ++at) state = __crc32b(state, static_cast<unsigned char>(*at));
    return state;
}

#endif

}  // namespace detail

/// The portable twin of `crc32`: the same answer from tables alone.
[[nodiscard]] constexpr std::uint32_t crc32_portable(bytes::view data, std::uint32_t before = 0) {
    return ~detail::crc_by_tables(detail::crc32_tables, data.data(), data.size(), ~before);
}

/// The CRC-32 of `data`, or of everything up to the end of `data` if `before` is the CRC of what
/// came in front of it.
[[nodiscard]] constexpr std::uint32_t crc32(bytes::view data, std::uint32_t before = 0) {
#if LADE_CODEC_X86
    if (!std::is_constant_evaluated() && data.size() >= 64 && detail::cpu().pclmul)
        return ~detail::crc_folded<detail::crc32_polynomial>(detail::crc32_tables, data.data(),
                                                             data.size(), ~before);
#elif LADE_CODEC_ARM_CRC
    if (!std::is_constant_evaluated())
        return ~detail::crc32_stepped(data.data(), data.size(), ~before);
#endif
    return crc32_portable(data, before);
}

/// The CRC-32 of A followed by B from the CRCs of both and the length of B in bytes. Cost: some
/// hundred steps for each bit of the length.
[[nodiscard]] constexpr std::uint32_t crc32_combine(std::uint32_t a, std::uint32_t b,
                                                    std::uint64_t length_of_b) {
    return detail::crc_combined(detail::crc32_polynomial, a, b, length_of_b);
}

}  // namespace lade::inline LADE_ABI::codec
