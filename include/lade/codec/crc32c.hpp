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

/// One word as 128 bits, for a carry-less product of its low half.
using crc32c_words = long long __attribute__((vector_size(16)));

/// The state after `distance` bits of zeros: the instruction reduces the product. Precondition:
/// `by` is x^(distance - 33), for the product of reflected polynomials counts one x more, and the
/// instruction 32.
[[nodiscard, gnu::target("sse4.2,pclmul"), gnu::always_inline]] inline std::uint64_t crc32c_moved(
    std::uint64_t state, std::uint32_t by) {
    crc32c_words const a{static_cast<long long>(state), 0}, b{static_cast<long long>(by), 0};
    crc32c_words const product = __builtin_ia32_pclmulqdq128(a, b, 0x00);
    return __builtin_ia32_crc32di(0, static_cast<unsigned long long>(product[0]));
}

/// The same in three parts at once: the instruction takes one word a cycle, but three cycles until
/// the next one can use what it gives. Precondition: size >= 3 * crc32c_part.
inline constexpr std::size_t crc32c_part = 2048;
[[nodiscard, gnu::target("sse4.2,pclmul")]] inline std::uint32_t crc32c_threefold(
    std::byte const* at, std::size_t size, std::uint32_t state) {
    constexpr std::uint32_t by_one = crc_power(crc32c_polynomial, crc32c_part * 8 - 33),
                            by_two = crc_power(crc32c_polynomial, crc32c_part * 16 - 33);
    for (; size >= 3 * crc32c_part; size -= 3 * crc32c_part, at += 3 * crc32c_part) {
        unsigned long long a = state, b = 0, c = 0;
        for (std::size_t i = 0; i < crc32c_part; i += 8) {
            a = __builtin_ia32_crc32di(a, bytes::load_le<std::uint64_t>(at + i));
            b = __builtin_ia32_crc32di(b, bytes::load_le<std::uint64_t>(at + crc32c_part + i));
            c = __builtin_ia32_crc32di(c, bytes::load_le<std::uint64_t>(at + 2 * crc32c_part + i));
        }
        state = static_cast<std::uint32_t>(crc32c_moved(a, by_two) ^ crc32c_moved(b, by_one) ^ c);
    }
    return crc32c_stepped(at, size, state);
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
        if (data.size() >= 3 * detail::crc32c_part && has.crc32c && has.pclmul)
            return ~detail::crc32c_threefold(data.data(), data.size(), ~before);
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
