// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/endian.hpp>
#include <lade/bytes/view.hpp>
#include <lade/codec/cpu.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

/// SHA-256 (FIPS 180-4). "abc" has ba7816bf 8f01cfea 414140de 5dae2223 b00361a3 96177a9c b410ff61
/// f20015ad.
namespace lade::inline LADE_ABI::codec {

namespace detail {

using sha256_state = std::array<std::uint32_t, 8>;

inline constexpr sha256_state sha256_start{0x6a09e667U, 0xbb67ae85U, 0x3c6ef372U, 0xa54ff53aU,
                                           0x510e527fU, 0x9b05688cU, 0x1f83d9abU, 0x5be0cd19U};

alignas(16) inline constexpr std::array<std::uint32_t, 64> sha256_rounds{
    0x428a2f98U, 0x71374491U, 0xb5c0fbcfU, 0xe9b5dba5U, 0x3956c25bU, 0x59f111f1U, 0x923f82a4U,
    0xab1c5ed5U, 0xd807aa98U, 0x12835b01U, 0x243185beU, 0x550c7dc3U, 0x72be5d74U, 0x80deb1feU,
    0x9bdc06a7U, 0xc19bf174U, 0xe49b69c1U, 0xefbe4786U, 0x0fc19dc6U, 0x240ca1ccU, 0x2de92c6fU,
    0x4a7484aaU, 0x5cb0a9dcU, 0x76f988daU, 0x983e5152U, 0xa831c66dU, 0xb00327c8U, 0xbf597fc7U,
    0xc6e00bf3U, 0xd5a79147U, 0x06ca6351U, 0x14292967U, 0x27b70a85U, 0x2e1b2138U, 0x4d2c6dfcU,
    0x53380d13U, 0x650a7354U, 0x766a0abbU, 0x81c2c92eU, 0x92722c85U, 0xa2bfe8a1U, 0xa81a664bU,
    0xc24b8b70U, 0xc76c51a3U, 0xd192e819U, 0xd6990624U, 0xf40e3585U, 0x106aa070U, 0x19a4c116U,
    0x1e376c08U, 0x2748774cU, 0x34b0bcb5U, 0x391c0cb3U, 0x4ed8aa4aU, 0x5b9cca4fU, 0x682e6ff3U,
    0x748f82eeU, 0x78a5636fU, 0x84c87814U, 0x8cc70208U, 0x90befffaU, 0xa4506cebU, 0xbef9a3f7U,
    0xc67178f2U};

constexpr void sha256_blocks_portable(sha256_state& state, std::byte const* at,
                                      std::size_t blocks) {
    for (; blocks > 0; --blocks, at += 64) {
        std::uint32_t w[64]{};
        for (std::size_t i = 0; i < 16; ++i) w[i] = bytes::load_be<std::uint32_t>(at + 4 * i);
        for (std::size_t i = 16; i < 64; ++i) {
            std::uint32_t const x = w[i - 15];
            std::uint32_t const y = w[i - 2];
            w[i] = w[i - 16] + w[i - 7] + (std::rotr(x, 7) ^ std::rotr(x, 18) ^ (x >> 3)) +
                   (std::rotr(y, 17) ^ std::rotr(y, 19) ^ (y >> 10));
        }
        auto [a, b, c, d, e, f, g, h] = state;
        for (std::size_t i = 0; i < 64; ++i) {
            std::uint32_t const t = h + (std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25)) +
                                    ((e & f) ^ (~e & g)) + sha256_rounds[i] + w[i];
            std::uint32_t const u = (std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22)) +
                                    ((a & b) ^ (a & c) ^ (b & c));
            h = g, g = f, f = e, e = d + t;
            d = c, c = b, b = a, a = t + u;
        }
        state[0] += a, state[1] += b, state[2] += c, state[3] += d;
        state[4] += e, state[5] += f, state[6] += g, state[7] += h;
    }
}

#if LADE_CODEC_X86

using four_words = int __attribute__((vector_size(16)));               // what the instructions take
using four_naturals = std::uint32_t __attribute__((vector_size(16)));  // what may wrap around

[[gnu::always_inline]] inline four_words wrapped_sum(four_words a, four_words b) {
    return (four_words)((four_naturals)a + (four_naturals)b);
}

/// With SHA-NI. The instructions keep the state as the words f e b a and h g d c, lowest first.
[[gnu::target("sha,sse4.1,ssse3")]] inline void sha256_blocks_sha(sha256_state& state,
                                                                  std::byte const* at,
                                                                  std::size_t blocks) {
    auto const word = [&](std::size_t i) { return static_cast<int>(state[i]); };
    four_words abef{word(5), word(4), word(1), word(0)};
    four_words cdgh{word(7), word(6), word(3), word(2)};
    for (; blocks > 0; --blocks, at += 64) {
        four_words const old_abef = abef;
        four_words const old_cdgh = cdgh;
        four_words w[4];
        for (std::size_t i = 0; i < 4; ++i) {
            unsigned part[4];
            std::memcpy(part, at + 16 * i, 16);
            for (unsigned& p : part) p = __builtin_bswap32(p);
            std::memcpy(&w[i], part, 16);
        }
#pragma GCC unroll 16
        for (std::size_t i = 0; i < 16; ++i) {
            four_words const now = w[i % 4];
            four_words k;
            std::memcpy(&k, &sha256_rounds[4 * i], 16);
            k = wrapped_sum(k, now);
            cdgh = __builtin_ia32_sha256rnds2(cdgh, abef, k);
            k = __builtin_shufflevector(k, k, 2, 3, 0, 1);
            abef = __builtin_ia32_sha256rnds2(abef, cdgh, k);
            if (i >= 12) continue;
            four_words next = __builtin_ia32_sha256msg1(now, w[(i + 1) % 4]);
            next = wrapped_sum(next,
                               __builtin_shufflevector(w[(i + 2) % 4], w[(i + 3) % 4], 1, 2, 3, 4));
            w[i % 4] = __builtin_ia32_sha256msg2(next, w[(i + 3) % 4]);
        }
        abef = wrapped_sum(abef, old_abef);
        cdgh = wrapped_sum(cdgh, old_cdgh);
    }
    auto const put = [&](std::size_t i, int value) {
        state[i] = static_cast<std::uint32_t>(value);
    };
    put(5, abef[0]), put(4, abef[1]), put(1, abef[2]), put(0, abef[3]);
    put(7, cdgh[0]), put(6, cdgh[1]), put(3, cdgh[2]), put(2, cdgh[3]);
}

#endif

constexpr void sha256_blocks(sha256_state& state, std::byte const* at, std::size_t blocks) {
#if LADE_CODEC_X86
    if (!std::is_constant_evaluated() && cpu().sha) return sha256_blocks_sha(state, at, blocks);
#endif
    sha256_blocks_portable(state, at, blocks);
}

}  // namespace detail

/// SHA-256 of bytes that come in pieces.
class sha256 {
  public:
    using digest_type = std::array<std::byte, 32>;

    constexpr sha256() = default;

    constexpr sha256& update(bytes::view data) {
        std::size_t const have = static_cast<std::size_t>(size_ % 64);
        size_ += data.size();
        if (have != 0) {
            bytes::view const some = data.first(data.size() < 64 - have ? data.size() : 64 - have);
            keep(some, have);
            if (have + some.size() < 64) return *this;
            detail::sha256_blocks(state_, kept_.data(), 1);
            data = data.subspan(some.size());
        }
        detail::sha256_blocks(state_, data.data(), data.size() / 64);
        keep(data.last(data.size() % 64), 0);
        return *this;
    }

    /// The digest of everything so far; more may follow.
    [[nodiscard]] constexpr digest_type digest() const {
        detail::sha256_state state = state_;
        std::array<std::byte, 128> last{};
        std::size_t const have = static_cast<std::size_t>(size_ % 64);
        for (std::size_t i = 0; i < have; ++i) last[i] = kept_[i];
        last[have] = std::byte{0x80};
        std::size_t const blocks = have < 56 ? 1 : 2;
        bytes::store_be(last.data() + 64 * blocks - 8, size_ * 8);
        detail::sha256_blocks(state, last.data(), blocks);
        digest_type digest{};
        for (std::size_t i = 0; i < 8; ++i) bytes::store_be(digest.data() + 4 * i, state[i]);
        return digest;
    }

  private:
    constexpr void keep(bytes::view data, std::size_t at) {
        for (std::byte byte : data) kept_[at++] = byte;
    }

    detail::sha256_state state_ = detail::sha256_start;
    std::array<std::byte, 64> kept_{};
    std::uint64_t size_ = 0;  // of everything so far, in bytes
};

}  // namespace lade::inline LADE_ABI::codec
