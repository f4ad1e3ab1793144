// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/endian.hpp>
#include <lade/bytes/view.hpp>
#include <lade/container/pickle/opcodes.hpp>

#include <bit>
#include <cstdint>
#include <string_view>
#include <vector>

namespace lade::inline LADE_ABI::pickle {

/// Writes opcodes of protocol 2, choosing among those of the same meaning as CPython's pickler does
/// (Modules/_pickle.c), so that the same values give the same bytes.
class writer {
  public:
    /// Items that CPython puts between a mark and APPENDS or SETITEMS.
    static constexpr std::size_t batch = 1000;

    writer() {
        put(op::proto);
        put_byte(2);
    }

    void put(op code) { put_byte(static_cast<std::uint8_t>(code)); }
    void none() { put(op::none); }
    void boolean(bool is) { put(is ? op::newtrue : op::newfalse); }
    void integer(std::int64_t value) {
        if (value >= 0 && value <= 0xff) {
            put(op::binint1);
            put_byte(static_cast<std::uint8_t>(value));
        } else if (value >= 0 && value <= 0xffff) {
            put(op::binint2);
            number(static_cast<std::uint16_t>(value));
        } else if (value >= -0x80000000LL && value <= 0x7fffffffLL) {
            put(op::binint);
            number(static_cast<std::uint32_t>(value));
        } else {
            std::byte raw[8];
            bytes::store_le(raw, static_cast<std::uint64_t>(value));
            std::size_t size = 8;  // as few bytes as keep the sign
            auto const high = [&](std::size_t i) {
                return (raw[i] & std::byte{0x80}) != std::byte{0};
            };
            while (size > 1 && raw[size - 1] == (value < 0 ? std::byte{0xff} : std::byte{0}) &&
                   high(size - 2) == (value < 0))
                --size;
            big_integer({raw, size});
        }
    }
    /// Little-endian two's complement.
    void big_integer(bytes::view value) {
        if (value.size() <= 0xff) {
            put(op::long1);
            put_byte(static_cast<std::uint8_t>(value.size()));
        } else {
            put(op::long4);
            number(static_cast<std::uint32_t>(value.size()));
        }
        append(value);
    }
    void real(double value) {
        put(op::binfloat);
        std::byte raw[8];
        bytes::store_be(raw, std::bit_cast<std::uint64_t>(value));
        append(raw);
    }
    /// UTF-8.
    void text(std::string_view words) {
        put(op::binunicode);
        number(static_cast<std::uint32_t>(words.size()));
        append(bytes::of(words));
    }
    void global(std::string_view module, std::string_view name) {
        put(op::global);
        append(bytes::of(module));
        put_byte('\n');
        append(bytes::of(name));
        put_byte('\n');
    }
    void memo_put(std::uint32_t index) { indexed(op::binput, op::long_binput, index); }
    void memo_get(std::uint32_t index) { indexed(op::binget, op::long_binget, index); }

    bytes::view bytes() const { return out_; }

  private:
    void put_byte(std::uint8_t value) { out_.push_back(static_cast<std::byte>(value)); }
    void append(bytes::view data) { out_.insert(out_.end(), data.begin(), data.end()); }
    template <std::unsigned_integral T>
    void number(T value) {
        std::byte raw[sizeof(T)];
        bytes::store_le(raw, value);
        append(raw);
    }
    void indexed(op one_byte, op four_bytes, std::uint32_t index) {
        if (index < 256) {
            put(one_byte);
            put_byte(static_cast<std::uint8_t>(index));
        } else {
            put(four_bytes);
            number(index);
        }
    }

    std::vector<std::byte> out_;
};

}  // namespace lade::inline LADE_ABI::pickle
