// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/endian.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

/// The search for earlier bytes that come again: chains of places with the same hash of four bytes.
namespace lade::inline LADE_ABI::codec::detail {

/// How hard a level searches.
struct deflate_effort {
    unsigned chain;  ///< candidates looked at
    unsigned nice;   ///< a match of this length is good enough
    unsigned lazy;   ///< below this length the next byte is tried as well
};
inline constexpr std::array<deflate_effort, 10> deflate_efforts{{{0, 0, 0},
                                                                 {4, 16, 0},
                                                                 {8, 24, 0},
                                                                 {16, 32, 0},
                                                                 {16, 48, 8},
                                                                 {32, 64, 16},
                                                                 {64, 128, 24},
                                                                 {128, 160, 32},
                                                                 {512, 258, 128},
                                                                 {2048, 258, 258}}};

struct deflate_match {
    unsigned length = 0;
    unsigned distance = 0;  ///< 0: none
};

/// A buffer of two windows and what is known of it. Place 0 is never found: it stands for none.
class deflate_matcher {
  public:
    static constexpr std::size_t window = 32768;  ///< how far a match reaches
    static constexpr unsigned shortest = 4;  ///< match; three bytes seldom pay and cost much search
    static constexpr unsigned longest = 258;

    std::array<std::byte, 2 * window> buffer;
    std::size_t filled = 0;  ///< bytes in the buffer

    void reset() {
        head_.fill(0);
        previous_.fill(0);
        filled = hashed_ = 0;
    }

    /// Forgets the first half. Precondition: the buffer is full.
    void slide() {
        std::memcpy(buffer.data(), buffer.data() + window, window);
        auto const moved = [](std::uint16_t& at) {
            at = static_cast<std::uint16_t>(at > window ? at - window : 0);
        };
        for (auto& at : head_) moved(at);
        for (auto& at : previous_) moved(at);
        filled -= window;
        hashed_ = hashed_ > window ? hashed_ - window : 0;
    }

    /// Makes all places below `end` known to later searches, as far as four bytes are there.
    void catch_up(std::size_t end) {
        while (hashed_ < end && filled - hashed_ >= shortest) insert(hashed_++);
    }

    /// The longest match at `at` that is longer than `than`; makes `at` known. Preconditions:
    /// places below `at` are known; than + 1 >= shortest.
    deflate_match search(std::size_t at, unsigned than, deflate_effort const& how) {
        deflate_match best{than, 0};
        std::size_t const left = filled - at;
        if (left < shortest) return best;
        auto const limit = static_cast<unsigned>(left < longest ? left : longest);
        std::size_t candidate = insert(at);
        hashed_ = at + 1;
        std::uint32_t const word = word_at(at);
        for (unsigned chain = how.chain; candidate != 0 && chain != 0 && best.length < limit;
             --chain) {
            std::size_t const distance = at - candidate;
            if (distance > window) break;
            if (word_at(candidate) == word &&
                buffer[candidate + best.length] == buffer[at + best.length]) {
                unsigned const length = match_length(candidate, at, limit);
                if (length > best.length) {
                    best = {length, static_cast<unsigned>(distance)};
                    if (length >= how.nice) break;
                }
            }
            std::size_t const older = previous_[candidate % window];
            if (older >= candidate) break;  // of an earlier round of the ring
            candidate = older;
        }
        return best;
    }

  private:
    static constexpr unsigned hash_bits = 15;

    std::uint32_t word_at(std::size_t at) const {
        return bytes::load_le<std::uint32_t>(buffer.data() + at);
    }
    std::uint64_t long_at(std::size_t at) const {
        return bytes::load_le<std::uint64_t>(buffer.data() + at);
    }

    /// Makes `at` known and gives the place that was known for its hash.
    std::size_t insert(std::size_t at) {
        std::uint32_t const slot = word_at(at) * 0x9e3779b1U >> (32 - hash_bits);
        std::uint16_t const before = head_[slot];
        previous_[at % window] = before;
        head_[slot] = static_cast<std::uint16_t>(at);
        return before;
    }

    unsigned match_length(std::size_t a, std::size_t b, unsigned limit) const {
        unsigned length = 0;
        for (; limit - length >= 8; length += 8)
            if (auto const differs = long_at(a + length) ^ long_at(b + length); differs != 0)
                return length + static_cast<unsigned>(std::countr_zero(differs)) / 8;
        while (length < limit && buffer[a + length] == buffer[b + length]) ++length;
        return length;
    }

    std::size_t hashed_ = 0;  // places below are known
    std::array<std::uint16_t, std::size_t{1} << hash_bits> head_;
    std::array<std::uint16_t, window> previous_;
};

}  // namespace lade::inline LADE_ABI::codec::detail
