// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/hdf5/scale_offset.hpp>

/// Filter 5, n-bit: only the bits that the precision of a type names are stored (HDF5 user's guide;
/// the values follow H5Znbit.c of the reference library).
///
///     values: 0 number of values; 1 nothing was packed; 2 elements; then the type, from the
///     outside in:
///             1 atomic:   size, byte order (1 big), precision, bit offset
///             2 array:    size, type of its elements
///             3 compound: size, members, for each: offset, type
///             4 as it is: size
///     chunk:  the bits of each atomic, the most significant first, without gaps; bits outside the
///     precision become 0
namespace lade::inline LADE_ABI::hdf5 {

namespace ids {
inline constexpr error_id bad_nbit{"hdf5.bad_nbit", kind::corrupt,
                                   "a chunk that was packed with n-bit is damaged"};
}  // namespace ids

namespace detail {

/// Unpacks elements of the type that the values describe.
class nbit_unpacker {
  public:
    nbit_unpacker(std::span<std::uint32_t const> values, bytes::view packed)
        : values_(values), bits_(packed) {}

    /// Unpacks one value of the type at values[at] to `to`, of its size; `at` stands behind the
    /// type afterwards. A type whose values run out, or whose parts do not fit, is an error.
    result<void> unpack(std::size_t& at, std::span<std::byte> to, unsigned depth) {
        if (depth > 32) return wrong();
        std::uint32_t const is = next(at);
        std::uint32_t const size = next(at);
        if (size != to.size() || size == 0) return wrong();
        switch (is) {
            case 1: return atomic(at, to);
            case 2: return array(at, to, depth);
            case 3: return compound(at, to, depth);
            case 4:
                if (bits_.left() / 8 < size) return wrong();
                for (std::byte& one : to) one = static_cast<std::byte>(bits_.take(8));
                return {};
            default: return wrong();
        }
    }

    /// Bytes of the type at values[at].
    std::uint32_t size_at(std::size_t at) const {
        return at + 1 < values_.size() ? values_[at + 1] : 0;
    }

  private:
    static error wrong() { return fail(ids::bad_nbit); }
    std::uint32_t next(std::size_t& at) const { return at < values_.size() ? values_[at++] : 0; }

    result<void> atomic(std::size_t& at, std::span<std::byte> to) {
        bool const big = next(at) == 1;
        std::uint32_t const precision = next(at);
        std::uint32_t const offset = next(at);
        std::uint64_t const whole = std::uint64_t{to.size()} * 8;
        if (precision == 0 || std::uint64_t{precision} + offset > whole || bits_.left() < precision)
            return wrong();
        std::memset(to.data(), 0, to.size());
        for (std::uint32_t end = precision + offset; end > offset;) {
            std::uint32_t const byte = (end - 1) / 8;
            std::uint32_t const low = byte * 8 > offset ? byte * 8 : offset;
            auto const part = bits_.take(end - low) << (low - byte * 8);
            to[big ? to.size() - 1 - byte : byte] |= static_cast<std::byte>(part);
            end = low;
        }
        return {};
    }

    result<void> array(std::size_t& at, std::span<std::byte> to, unsigned depth) {
        std::uint32_t const size = size_at(at);
        if (size == 0 || to.size() % size != 0) return wrong();
        std::size_t const type = at;
        for (std::size_t i = 0; i < to.size(); i += size) {
            at = type;
            if (auto const done = unpack(at, to.subspan(i, size), depth + 1); !done) return done;
        }
        return {};
    }

    result<void> compound(std::size_t& at, std::span<std::byte> to, unsigned depth) {
        std::uint32_t const members = next(at);
        // every visit must use up bits, or small types could stand for endless work
        if (members == 0 || members > values_.size()) return wrong();
        std::memset(to.data(), 0, to.size());
        for (std::uint32_t i = 0; i < members; ++i) {
            std::uint32_t const offset = next(at);
            std::uint32_t const size = size_at(at);
            if (size == 0 || !bytes::inside(offset, size, to.size())) return wrong();
            if (auto const done = unpack(at, to.subspan(offset, size), depth + 1); !done)
                return done;
        }
        return {};
    }

    std::span<std::uint32_t const> values_;
    bit_taker bits_;
};

}  // namespace detail

/// Unpacks a chunk; the answer has elements * size bytes. `most` bounds it. Errors: hdf5.bad_nbit.
inline result<void> unpack_nbit(filter const& how, bytes::view from, std::vector<std::byte>& to,
                                std::uint64_t most) {
    if (how.values.size() < 5) return fail(ids::bad_nbit, error::nowhere, 5, how.values.size());
    if (how.values[1] != 0) {
        to.assign(from.begin(), from.end());
        return {};
    }
    std::uint64_t const elements = how.values[2];
    detail::nbit_unpacker unpack(how.values, from);
    std::uint64_t const size = unpack.size_at(3);
    if (size == 0 || elements > most / size)
        return fail(ids::bad_nbit, error::nowhere, most, elements * size);
    to.resize(static_cast<std::size_t>(elements * size));
    for (std::uint64_t i = 0; i < elements; ++i) {
        std::size_t at = 3;
        auto const element = std::span(to).subspan(static_cast<std::size_t>(i * size),
                                                   static_cast<std::size_t>(size));
        if (auto const done = unpack.unpack(at, element, 0); !done) return done;
    }
    return {};
}

}  // namespace lade::inline LADE_ABI::hdf5
