// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/view.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

/// What the tests of the codecs share.
namespace samples {

using block = std::vector<std::byte>;

/// The bytes that lower-case hexadecimal digits say.
template <std::size_t N>
constexpr std::array<std::byte, (N - 1) / 2> hex(char const (&digits)[N]) {
    std::array<std::byte, (N - 1) / 2> bytes{};
    auto const value = [](char c) {
        return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10);
    };
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<std::byte>(value(digits[2 * i]) << 4 | value(digits[2 * i + 1]));
    return bytes;
}

/// The bytes of a literal, without its end.
template <std::size_t N>
constexpr std::array<std::byte, N - 1> chars(char const (&text)[N]) {
    std::array<std::byte, N - 1> bytes{};
    for (std::size_t i = 0; i + 1 < N; ++i)
        bytes[i] = static_cast<std::byte>(static_cast<unsigned char>(text[i]));
    return bytes;
}

/// A generator whose numbers are the same everywhere.
class random {
  public:
    explicit random(std::uint64_t seed) : state_(seed * 2 + 1) {}
    std::uint32_t operator()() {
        state_ = state_ * 6364136223846793005U + 1442695040888963407U;
        return static_cast<std::uint32_t>(state_ >> 33);
    }
    std::uint32_t below(std::size_t end) { return (*this)() % static_cast<std::uint32_t>(end); }

  private:
    std::uint64_t state_;
};

enum class kind { noise, four_values, skewed, repeats, runs, every_kind };

inline block make(kind what, std::size_t size, std::uint64_t seed = 1) {
    random next(seed);
    block data(size);
    for (std::size_t i = 0; i < size; ++i) {
        std::uint32_t const r = next();
        std::uint32_t value = r & 0xffU;
        if (what == kind::four_values) value = r & 3U;
        if (what == kind::skewed)
            for (value = 0; (r >> value & 1U) != 0 && value < 24;) ++value;
        if (what == kind::runs) value = static_cast<std::uint32_t>(i / 1000) & 0xffU;
        if (what == kind::repeats && i > 4) {  // copies of anything before, now and then a new byte
            std::size_t const back = 1 + next.below(i < 40000 ? i : 40000);
            std::size_t const length = 1 + r % 90;
            for (std::size_t j = 0; j < length && i < size; ++j, ++i) data[i] = data[i - back];
            --i;
            continue;
        }
        data[i] = static_cast<std::byte>(value);
    }
    return data;
}

/// Writes DEFLATE by hand.
struct bit_writer {
    block bytes{};
    unsigned used = 8;

    bit_writer& put(unsigned value, unsigned bits) {  // lowest bit first
        for (unsigned i = 0; i < bits; ++i) {
            if (used == 8) {
                bytes.push_back(std::byte{0});
                used = 0;
            }
            bytes.back() |= static_cast<std::byte>((value >> i & 1U) << used++);
        }
        return *this;
    }
    bit_writer& code(unsigned value, unsigned bits) {  // highest bit first
        for (unsigned i = bits; i-- > 0;) put(value >> i, 1);
        return *this;
    }
};

}  // namespace samples
