// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/view.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Bytes as tests write them down, and the ways to damage them.
namespace support {

using blob = std::vector<std::byte>;

/// "\x80\x02N."_bytes; zeros inside are kept.
inline blob operator""_bytes(char const* text, std::size_t size) {
    blob made(size);
    if (size != 0) std::memcpy(made.data(), text, size);
    return made;
}

inline blob bytes_of(std::string_view text) {
    auto const view = lade::bytes::of(text);
    return {view.begin(), view.end()};
}
inline std::string text_of(lade::bytes::view data) { return std::string(lade::bytes::text(data)); }

inline blob joined(std::initializer_list<blob> parts) {
    blob all;
    for (auto const& one : parts) all.insert(all.end(), one.begin(), one.end());
    return all;
}

/// Bytes that look like nothing, the same on every run.
inline blob noise(std::size_t size, std::uint64_t seed = 1) {
    blob made(size);
    for (std::byte& one : made) {
        seed = seed * 6364136223846793005U + 1442695040888963407U;
        one = static_cast<std::byte>(seed >> 56);
    }
    return made;
}

/// The elements as files hold them: bytes, little-endian.
template <class T>
blob raw(std::initializer_list<T> elements) {
    blob made(elements.size() * sizeof(T));
    if (!made.empty()) std::memcpy(made.data(), elements.begin(), made.size());
    if constexpr (std::endian::native == std::endian::big)
        for (auto at = made.begin(); at != made.end(); at += sizeof(T))
            std::reverse(at, at + sizeof(T));
    return made;
}

/// Calls `use(view)` with each prefix that is shorter than `whole`, in memory of exactly that size,
/// so that a sanitizer sees a read beyond it. At most `most` of them, evenly spread; the last one
/// always.
template <class Use>
void every_prefix(lade::bytes::view whole, Use&& use, std::size_t most = 1U << 20) {
    std::size_t const step = whole.size() / most + 1;
    for (std::size_t size = 0; size < whole.size(); size += step) {
        blob const part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        use(lade::bytes::view(part));
    }
    if (!whole.empty()) {
        blob const part(whole.begin(), whole.end() - 1);
        use(lade::bytes::view(part));
    }
}

/// Calls `use(view, position)` with one bit after another turned over; all bits, or at most about
/// `most`, evenly spread over places and bits.
template <class Use>
void every_bit_flip(lade::bytes::view whole, Use&& use, std::size_t most = 1U << 20) {
    blob changed(whole.begin(), whole.end());
    std::size_t const bits = whole.size() * 8;
    std::size_t step = bits / most + 1;
    if (step > 1 && step % 2 == 0) ++step;  // odd: all eight places of a byte come in turn
    for (std::size_t bit = 0; bit < bits; bit += step) {
        std::byte const mask{static_cast<unsigned char>(1U << (bit % 8))};
        changed[bit / 8] ^= mask;
        use(lade::bytes::view(changed), bit / 8);
        changed[bit / 8] ^= mask;
    }
}

/// Calls `use(view, position)` with one byte after another turned into another value; at most about
/// `most`.
template <class Use>
void every_byte_flip(lade::bytes::view whole, Use&& use, std::size_t most = 1U << 20) {
    blob changed(whole.begin(), whole.end());
    std::size_t const step = whole.size() / most + 1;
    for (std::size_t at = 0; at < whole.size(); at += step) {
        constexpr unsigned char masks[]{0xff, 0x80, 0x01, 0x40};
        std::byte const mask{masks[at / step % 4]};
        changed[at] ^= mask;
        use(lade::bytes::view(changed), at);
        changed[at] ^= mask;
    }
}

/// The id of the error of a result; empty if it has a value.
template <class Result>
std::string id_of(Result const& outcome) {
    return outcome ? std::string() : std::string(outcome.error().id->name);
}
/// The way to the place of the error of a result.
template <class Result>
std::string place_of(Result const& outcome) {
    return outcome ? std::string() : std::string(outcome.error().where.text());
}

}  // namespace support
