// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/view.hpp>
#include <lade/codec/crc.hpp>

#include <bit>
#include <cstdint>
#include <type_traits>

/// CRC-32C (Castagnoli) as LevelDB tables, TensorFlow bundles, TFRecord and Snappy frames have it:
/// polynomial 0x1edc6f41 with reversed bits, inverted before and after (RFC 3720, 12.1). The check
/// value of "123456789" is 0xe3069283.
namespace lade::inline LADE_ABI::codec {

namespace detail {

inline constexpr std::uint32_t crc32c_polynomial = 0x82f63b78U;
inline constexpr crc_tables crc32c_tables = make_crc_tables(crc32c_polynomial);

#if LADE_CODEC_X86

/// With the instruction of SSE4.2, eight bytes at a time.
[[nodiscard, gnu::target("sse4.2")]] inline std::uint32_t crc32c_stepped(std::byte const* at,
                                                                         std::size_t size,
                                                                         std::uint32_t state) {
    unsigned long long wide = state;
    for (; size >= 8; size -= 8, at += 8)
        wide = __builtin_ia32_crc32di(wide, bytes::load_le<std::uint64_t>(at));
    auto narrow = static_cast<std::uint32_t>(wide);
    for (; size > 0; --size, ++at)
        narrow = __builtin_ia32_crc32qi(narrow, static_cast<unsigned char>(*at));
    return narrow;
}

#endif

#if LADE_CODEC_ARM_CRC

[[nodiscard]] inline std::uint32_t crc32c_stepped(std::byte const* at, std::size_t size,
                                                  std::uint32_t state) {
    for (; size >= 8; size -= 8, at += 8)
        state = __crc32cd(state, bytes::load_le<std::uint64_t>(at));
    for (; size > 0; --size, ++at) state = __crc32cb(state, static_cast<unsigned char>(*at));
    return state;
}

#endif

}  // namespace detail

/// The portable twin of `crc32c`: the same answer from tables alone.
[[nodiscard]] constexpr std::uint32_t crc32c_portable(bytes::view data, std::uint32_t before = 0) {
    return ~detail::crc_by_tables(detail::crc32c_tables, data.data(), data.size(), ~before);
}

/// The CRC-32C of `data`, or of everything up to the end of `data` if `before` is the CRC of what
/// came in front of it.
[[nodiscard]] constexpr std::uint32_t crc32c(bytes::view data, std::uint32_t before = 0) {
    if (!std::is_constant_evaluated()) {
#if LADE_CODEC_X86
        auto const& has = detail::cpu();
        if (data.size() >= 512 && has.pclmul)
            return ~detail::crc_folded<detail::crc32c_polynomial>(
                detail::crc32c_tables, data.data(), data.size(), ~before);
        if (has.crc32c) return ~detail::crc32c_stepped(data.data(), data.size(), ~before);
#elif LADE_CODEC_ARM_CRC
        return ~detail::crc32c_stepped(data.data(), data.size(), ~before);
#endif
    }
    return crc32c_portable(data, before);
}

/// The CRC-32C of A followed by B from the CRCs of both and the length of B in bytes.
[[nodiscard]] constexpr std::uint32_t crc32c_combine(std::uint32_t a, std::uint32_t b,
                                                     std::uint64_t length_of_b) {
    return detail::crc_combined(detail::crc32c_polynomial, a, b, length_of_b);
}

/// The CRC as LevelDB and TensorFlow store it next to data that hold CRCs themselves
/// (leveldb/util/crc32c.h).
[[nodiscard]] constexpr std::uint32_t masked(std::uint32_t crc) {
    return std::rotr(crc, 15) + 0xa282ead8U;
}
[[nodiscard]] constexpr std::uint32_t unmasked(std::uint32_t stored) {
    return std::rotl(stored - 0xa282ead8U, 15);
}

}  // namespace lade::inline LADE_ABI::codec
