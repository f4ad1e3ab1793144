// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/checked.hpp>
#include <lade/bytes/endian.hpp>
#include <lade/bytes/view.hpp>
#include <lade/codec/lookup3.hpp>

#include <string_view>
#include <vector>

namespace lade::inline LADE_ABI::hdf5 {

/// Appends little-endian structures to memory. What is written has 8-byte offsets and lengths.
class encoder {
  public:
    std::uint64_t size() const { return data_.size(); }
    bytes::view view() const { return data_; }
    std::vector<std::byte> take() && { return std::move(data_); }
    void clear() { data_.clear(); }

    template <std::unsigned_integral T>
    void number(T value) {
        std::byte to[sizeof(T)];
        bytes::store_le(to, value);
        data_.insert(data_.end(), to, to + sizeof(T));
    }
    void u8(std::uint64_t value) { number(static_cast<std::uint8_t>(value)); }
    void u16(std::uint64_t value) { number(static_cast<std::uint16_t>(value)); }
    void u32(std::uint64_t value) { number(static_cast<std::uint32_t>(value)); }
    void u64(std::uint64_t value) { number(value); }
    /// The low `width` bytes.
    void sized(std::uint64_t value, unsigned width) {
        for (unsigned i = 0; i < width; ++i) u8(value >> (8 * i) & 0xff);
    }
    void text(std::string_view text) { bytes(bytes::of(text)); }
    void bytes(bytes::view more) { data_.insert(data_.end(), more.begin(), more.end()); }
    void zeros(std::uint64_t count) {
        data_.resize(data_.size() + static_cast<std::size_t>(count));
    }
    /// Zeros up to a multiple of `alignment` (a power of two) from `origin` on.
    void align(std::uint64_t alignment, std::uint64_t origin = 0) {
        zeros(bytes::aligned(size() - origin, alignment) - (size() - origin));
    }
    /// The checksum of everything from `origin` on.
    void checksum(std::uint64_t origin) {
        number(codec::lookup3(view().subspan(static_cast<std::size_t>(origin))));
    }
    /// Overwrites bytes that were appended. Precondition: they were.
    void patch(std::uint64_t at, std::uint64_t value, unsigned width) {
        for (unsigned i = 0; i < width; ++i)
            data_[static_cast<std::size_t>(at) + i] =
                static_cast<std::byte>(value >> (8 * i) & 0xff);
    }

  private:
    std::vector<std::byte> data_;
};

}  // namespace lade::inline LADE_ABI::hdf5
