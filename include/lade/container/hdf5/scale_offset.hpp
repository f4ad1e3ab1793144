// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/endian.hpp>
#include <lade/container/hdf5/filter_pipeline.hpp>

#include <bit>
#include <cmath>

/// Filter 6, scale-offset: numbers as differences from the smallest, packed into few bits (HDF5
/// user's guide; the layout follows H5Zscaleoffset.c of the reference library).
///
///     values: 0 type: 0 decimal scale of floats, 2 integers; 1 factor; 2 elements; 3 class: 0
///     integer, 1 float;
///             4 bytes of an element; 5 sign; 6 byte order: 1 big; 7 fill value defined; 8.. fill
///             value
///     chunk:  u32 bits of an element, u8 size of the minimum (8), u64 minimum, padding up to byte
///     21, then the elements,
///             bit by bit, the most significant first
///
/// All bits set in an element stands for the fill value, if one is defined. As many bits as the
/// element has: stored as is. Refused: the binary scale of floats (type 1), which the reference
/// library has never written.
namespace lade::inline LADE_ABI::hdf5 {

namespace ids {
inline constexpr error_id bad_scale_offset{"hdf5.bad_scale_offset", kind::corrupt,
                                           "a chunk that was packed with scale-offset is damaged"};
}  // namespace ids

namespace detail {

/// Reads bits from the most significant of the first byte on. Precondition of all reads: the bits
/// are there.
class bit_taker {
  public:
    explicit bit_taker(bytes::view from) : from_(from) {}

    std::uint64_t left() const { return std::uint64_t{from_.size() - at_} * 8 + held_; }
    /// At most 64 bits.
    std::uint64_t take(unsigned count) {
        std::uint64_t value = 0;
        while (count > 0) {
            if (held_ == 0) {
                byte_ = static_cast<unsigned>(from_[at_++]);
                held_ = 8;
            }
            unsigned const now = count < held_ ? count : held_;
            unsigned const part = byte_ >> (held_ - now) & ((1U << now) - 1);
            value = value << now | part;
            held_ -= now;
            count -= now;
        }
        return value;
    }

  private:
    bytes::view from_;
    std::size_t at_ = 0;
    unsigned byte_ = 0;
    unsigned held_ = 0;
};

template <class Float, class Word>
Word scaled_float(Word packed, std::uint64_t minimum, std::uint32_t digits) {
    using integer = std::make_signed_t<Word>;
    auto const base = std::bit_cast<Float>(static_cast<Word>(minimum));
    auto const power = static_cast<Float>(
        std::pow(Float{10}, static_cast<Float>(static_cast<std::int32_t>(digits))));
    return std::bit_cast<Word>(
        static_cast<Float>(static_cast<Float>(static_cast<integer>(packed)) / power + base));
}

}  // namespace detail

/// Unpacks a chunk; the answer has elements * size bytes. `most` bounds it.
/// Errors: hdf5.bad_scale_offset, hdf5.bad_filter_pipeline.
inline result<void> unpack_scale_offset(filter const& how, bytes::view from,
                                        std::vector<std::byte>& to, std::uint64_t most) {
    if (how.values.size() < 8) return fail(ids::bad_pipeline, error::nowhere, 8, how.values.size());
    std::uint32_t const type = how.values[0];
    std::uint64_t const elements = how.values[2];
    bool const is_float = how.values[3] == 1;
    std::uint32_t const size = how.values[4];
    auto const order = how.values[6] == 1 ? bytes::order::big : bytes::order::little;
    bool const filled = how.values[7] == 1;
    if (!(size == 1 || size == 2 || size == 4 || size == 8) || how.values[3] > 1 || type > 2 ||
        (is_float && size < 4) || is_float != (type != 2))
        return fail(ids::bad_pipeline, error::nowhere, 8, size);
    if (is_float && type != 0) return fail(ids::unsupported_version, error::nowhere, 0, type);
    if (elements > most / size)
        return fail(ids::bad_scale_offset, error::nowhere, most, elements * size);
    std::size_t const whole = static_cast<std::size_t>(elements * size);
    unsigned const full = size * 8;
    if (!is_float && how.values[1] == full) {  // nothing was done
        to.assign(from.begin(), from.end());
        return {};
    }

    constexpr std::size_t head = 21;
    bytes::cursor at(from);
    std::uint32_t const bits = at.number<std::uint32_t>();
    unsigned const minimum_size = at.number<std::uint8_t>();
    std::uint64_t const minimum = at.number_of(minimum_size > 8 ? 8 : minimum_size);
    if (!at || from.size() < head || bits > full || minimum_size > 8)
        return fail(ids::bad_scale_offset, 0, full, bits);
    bytes::view const packed = from.subspan(head);
    detail::bit_taker take(packed);
    if (take.left() / (bits == 0 ? 1 : bits) < (bits == 0 ? 0 : elements))
        return fail(ids::bad_scale_offset, head, elements * bits, take.left());

    std::uint64_t fill = 0;
    for (std::size_t i = 0; i < 2 && 8 + i < how.values.size(); ++i)
        fill |= std::uint64_t{how.values[8 + i]} << (32 * i);
    std::uint64_t const none = bits == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1;
    to.resize(whole);
    for (std::size_t i = 0; i < elements; ++i) {
        std::uint64_t value = take.take(bits);
        if (bits == full) {
            // stored as it was, in little-endian order
            std::uint64_t straight = 0;
            for (unsigned k = 0; k < size; ++k)
                straight |= (value >> (8 * k) & 0xff) << (8 * (size - 1 - k));
            value = straight;
        } else if (filled && value == none) {
            value = fill;
        } else if (!is_float) {
            value += minimum;
        } else if (size == 4) {
            value = detail::scaled_float<float>(static_cast<std::uint32_t>(value), minimum,
                                                how.values[1]);
        } else {
            value = detail::scaled_float<double>(value, minimum, how.values[1]);
        }
        std::byte* const out = to.data() + i * size;
        for (unsigned k = 0; k < size; ++k)
            out[order == bytes::order::little ? k : size - 1 - k] =
                static_cast<std::byte>(value >> (8 * k) & 0xff);
    }
    return {};
}

}  // namespace lade::inline LADE_ABI::hdf5
