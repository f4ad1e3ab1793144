// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/record.hpp>

#include <concepts>
#include <cstdint>

namespace lade::inline LADE_ABI::bytes {

namespace ids {
inline constexpr error_id bad_varint{"bytes.bad_varint", kind::corrupt,
                                     "a variable-length integer does not fit 64 bits"};
}  // namespace ids

/// Reads a structure of variable size from front to back.
///
/// Failure sticks: after the first read beyond the end, every read returns zero or an empty view,
/// the place stays, and `error()` tells the first failure. So a decoder reads a whole structure and
/// asks once, at the end. It must ask earlier only before a value that it read sets the size of an
/// allocation or the length of a loop.
class cursor {
  public:
    /// `base` is where `data` starts in the file; places in errors count from there.
    constexpr explicit cursor(view data, std::uint64_t base = 0) : data_(data), base_(base) {}

    constexpr explicit operator bool() const { return failed_ == nullptr; }
    constexpr bool done() const { return data_.empty(); }
    constexpr std::size_t left() const { return data_.size(); }
    constexpr std::uint64_t offset() const { return base_; }
    constexpr view rest() const { return data_; }

    /// Precondition: a read has failed.
    constexpr lade::error error() const { return lade::fail(*failed_, base_, expected_, found_); }

    /// Little-endian; zero after a failure.
    template <std::unsigned_integral T>
    constexpr T number() {
        view const from = bytes(sizeof(T));
        return from.empty() ? T{0} : load_le<T>(from.data());
    }
    template <std::unsigned_integral T>
    constexpr T number_be() {
        view const from = bytes(sizeof(T));
        return from.empty() ? T{0} : load_be<T>(from.data());
    }
    /// Little-endian of `size` bytes, at most 8. Zero after a failure.
    constexpr std::uint64_t number_of(unsigned size) {
        view const from = bytes(size);
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < from.size() && i < 8; ++i)
            value |= static_cast<std::uint64_t>(from[i]) << (8 * i);
        return value;
    }

    /// The next `size` bytes; empty after a failure. `size` may come from the file as it is.
    constexpr view bytes(std::uint64_t size) {
        if (failed_ != nullptr) return {};
        if (size > data_.size()) {
            fail(ids::truncated, size, data_.size());
            return {};
        }
        view const taken = data_.first(static_cast<std::size_t>(size));
        data_ = data_.subspan(taken.size());
        base_ += size;
        return taken;
    }

    /// Base-128 varint of at most ten bytes (Protocol Buffers, LevelDB).
    constexpr std::uint64_t varint() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            auto const byte = number<std::uint8_t>();
            if (failed_ != nullptr) return 0;
            auto const low = static_cast<std::uint64_t>(byte & 0x7f);
            if (shift == 63 && low > 1) break;
            value |= low << shift;
            if (byte < 0x80) return value;
        }
        fail(ids::bad_varint, 0, value);
        return 0;
    }

    /// For the decoder above: what it read cannot be. The first failure wins.
    constexpr void fail(error_id const& id, std::uint64_t expected = 0, std::uint64_t found = 0) {
        if (failed_ == nullptr) {
            failed_ = &id;
            expected_ = expected;
            found_ = found;
        }
        data_ = {};
    }

  private:
    view data_;
    std::uint64_t base_;
    error_id const* failed_ = nullptr;
    std::uint64_t expected_ = 0;
    std::uint64_t found_ = 0;
};

}  // namespace lade::inline LADE_ABI::bytes
