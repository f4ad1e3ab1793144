// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/dtype.hpp>
#include <lade/container/hdf5/datatype.hpp>

#include <bit>

/// What an HDF5 datatype is to the rest of the library: a dtype, sizes that extend the shape, and a
/// way from the stored bytes to dense little-endian ones.
///
///     HDF5                                               dtype
///     fixed of 1, 2, 4, 8 bytes                          int, uint; a smaller precision is
///     sign-extended floating, by its fields                            float16, bfloat16, float32,
///     float64, float8_*, longdouble;
///                                                        others become the least of float16 ..
///                                                        float64 that holds them
///     enumeration of FALSE = 0, TRUE = 1                 bool
///     other enumerations; bit fields                     the integer
///     compound {r, i} of one float type; native complex  complex64, complex128
///     array                                              that of its elements
///     strings                                            string
///     the rest                                           compound, reference, vlen, opaque, time:
///     bytes as stored
namespace lade::inline LADE_ABI::hdf5 {

enum class conversion : std::uint8_t { none, swap, integer, floating, boolean, widened };

/// A scalar part of a dataset's element, and how often it stands in one.
struct element {
    lade::dtype type = lade::dtype::opaque;
    conversion how = conversion::none;
    std::uint32_t node = 0;    ///< of the datatype, without arrays around it
    std::uint64_t parts = 1;   ///< scalars in an element: more than one for arrays
    std::uint32_t stored = 0;  ///< bytes of a scalar in the file
    std::uint32_t dense = 0;   ///< bytes of a scalar when it is read
    std::uint32_t word = 0;    ///< swap: bytes that are reversed
};

inline constexpr float_fields ieee16{15, 10, 5, 0, 10, 2, 15};
inline constexpr float_fields ieee32{31, 23, 8, 0, 23, 2, 127};
inline constexpr float_fields ieee64{63, 52, 11, 0, 52, 2, 1023};
inline constexpr float_fields brain16{15, 7, 8, 0, 7, 2, 127};
inline constexpr float_fields tiny_e4m3{7, 3, 4, 0, 3, 2, 7};
inline constexpr float_fields tiny_e5m2{7, 2, 5, 0, 2, 2, 15};
inline constexpr float_fields extended80{79, 64, 15, 0, 64, 0, 16383};
inline constexpr float_fields quad128{127, 112, 15, 0, 112, 2, 16383};

namespace detail {

/// Whether every finite number of `from` is one of `to`.
constexpr bool holds(float_fields const& to, float_fields const& from) {
    std::int64_t const most = (std::int64_t{1} << from.exponent_bits) - from.bias - 1;
    std::int64_t const least = 1 - std::int64_t{from.bias};
    return from.mantissa_bits <= to.mantissa_bits &&
           most <= (std::int64_t{1} << to.exponent_bits) - to.bias - 1 &&
           least >= 1 - std::int64_t{to.bias};
}

inline void float_element(element& made, type_node const& of) {
    struct known {
        float_fields fields;
        std::uint32_t size;
        lade::dtype type;
    };
    constexpr known table[] = {
        {ieee32, 4, dtype::float32},          {ieee64, 8, dtype::float64},
        {ieee16, 2, dtype::float16},          {brain16, 2, dtype::bfloat16},
        {tiny_e4m3, 1, dtype::float8_e4m3fn}, {tiny_e5m2, 1, dtype::float8_e5m2},
        {extended80, 16, dtype::longdouble},  {quad128, 16, dtype::longdouble},
    };
    if (of.vax) return;
    for (auto const& one : table) {
        float_fields fields = of.fields;
        if (one.fields == extended80) fields.normalisation = 0;  // 0 and 1 both occur
        if (fields == one.fields && of.size == one.size && of.bit_offset == 0) {
            made.type = one.type;
            made.how =
                of.order == bytes::order::big && of.size > 1 ? conversion::swap : conversion::none;
            made.word = of.size;
            return;
        }
    }
    float_fields fields = of.fields;
    fields.normalisation = 0;
    if (fields == extended80 && of.size >= 10 &&
        of.size < 16) {  // without the padding of 64-bit systems
        made.type = dtype::longdouble;
        made.how = conversion::widened;
        made.dense = 16;
        return;
    }
    if (of.size > 8 || of.fields.exponent_bits > 11 || of.fields.mantissa_bits > 52) return;
    for (auto const& one : {known{ieee16, 2, dtype::float16}, known{ieee32, 4, dtype::float32},
                            known{ieee64, 8, dtype::float64}})
        if (holds(one.fields, of.fields)) {
            made.type = one.type;
            made.how = conversion::floating;
            made.dense = one.size;
            return;
        }
}

constexpr bool machine_size(std::uint32_t size) {
    return size == 1 || size == 2 || size == 4 || size == 8;
}

inline void integer_element(element& made, type_node const& of) {
    if (!machine_size(of.size)) return;
    unsigned const at = static_cast<unsigned>(std::bit_width(of.size)) - 1;
    constexpr lade::dtype with_sign[] = {dtype::int8, dtype::int16, dtype::int32, dtype::int64};
    constexpr lade::dtype without[] = {dtype::uint8, dtype::uint16, dtype::uint32, dtype::uint64};
    bool const is_signed = of.is == type_class::fixed && of.is_signed;
    made.type = is_signed ? with_sign[at] : without[at];
    made.word = of.size;
    if (of.is == type_class::fixed && (of.bit_offset != 0 || of.precision != of.size * 8))
        made.how = conversion::integer;
    else if (of.order == bytes::order::big && of.size > 1) made.how = conversion::swap;
}

/// FALSE = 0 and TRUE = 1, in any order, and nothing else.
inline bool is_boolean(datatype const& all, type_node const& of) {
    if (of.count != 2 || !machine_size(of.size)) return false;
    unsigned seen = 0;
    for (type_member const& one : all.members_of(of)) {
        std::uint64_t value = 0;
        bool const big = all.node(of.base).order == bytes::order::big;
        for (std::uint32_t i = 0; i < of.size; ++i) {
            std::uint32_t const at = big ? of.size - 1 - i : i;
            value |= static_cast<std::uint64_t>(all.values[one.offset + at]) << (8 * i);
        }
        if (all.name(one) == "FALSE" && value == 0) seen |= 1;
        if (all.name(one) == "TRUE" && value == 1) seen |= 2;
    }
    return seen == 3;
}

inline void complex_element(element& made, type_node const& part, bool native) {
    element half;
    half.stored = half.dense = part.size;
    if (part.is != type_class::floating) return;
    float_element(half, part);
    if (half.how == conversion::floating) return;
    if (half.type == dtype::float32) made.type = dtype::complex64;
    else if (half.type == dtype::float64) made.type = dtype::complex128;
    else if (native && half.type == dtype::float16) made.type = dtype::complex32;
    else return;
    made.how = half.how;
    made.word = part.size;
}

inline bool is_complex(datatype const& all, type_node const& of) {
    if (of.count != 2) return false;
    auto const members = all.members_of(of);
    type_node const& r = all.node(members[0].type);
    type_node const& i = all.node(members[1].type);
    return all.name(members[0]) == "r" && all.name(members[1]) == "i" &&
           r.is == type_class::floating && i.is == type_class::floating && r.fields == i.fields &&
           r.order == i.order && r.size == i.size && members[0].offset == 0 &&
           members[1].offset == r.size && of.size == 2 * r.size;
}

}  // namespace detail

/// Never fails: a type that has no counterpart is `opaque`, its bytes as stored.
inline element element_of(datatype const& all, std::uint32_t node = 0) {
    element made;
    type_node const* of = &all.node(node);
    while (of->is == type_class::array) {
        for (std::uint64_t size : all.dims_of(*of))
            made.parts *= size;  // bounded by the size of the array
        node = of->base;
        of = &all.node(node);
    }
    made.node = node;
    made.stored = made.dense = of->size;
    switch (of->is) {
        case type_class::fixed:
        case type_class::bitfield: detail::integer_element(made, *of); break;
        case type_class::floating: detail::float_element(made, *of); break;
        case type_class::string: made.type = dtype::string; break;
        case type_class::vlen: made.type = of->is_text ? dtype::string : dtype::vlen; break;
        case type_class::reference: made.type = dtype::reference; break;
        case type_class::time: made.type = dtype::time; break;
        case type_class::opaque: break;
        case type_class::complex: detail::complex_element(made, all.node(of->base), true); break;
        case type_class::compound:
            made.type = dtype::compound;
            if (detail::is_complex(all, *of))
                detail::complex_element(made, all.node(all.members_of(*of)[0].type), false);
            break;
        case type_class::enumeration:
            detail::integer_element(made, all.node(of->base));
            if (detail::is_boolean(all, *of)) {
                made.type = dtype::boolean;
                made.how = of->size > 1 ? conversion::boolean : conversion::none;
                made.dense = 1;
            }
            break;
        case type_class::array: break;
    }
    return made;
}

namespace detail {

/// Bits [at, at + count) of a number of at most eight bytes.
constexpr std::uint64_t bits_of(std::uint64_t value, unsigned at, unsigned count) {
    value >>= at;
    return count >= 64 ? value : value & ((std::uint64_t{1} << count) - 1);
}

/// A float of any fields as one of IEEE's that holds it exactly. NaN becomes the NaN with all bits
/// set.
constexpr std::uint64_t convert_float(std::uint64_t bits, float_fields const& from,
                                      float_fields const& to) {
    std::uint64_t const sign = bits_of(bits, from.sign_at, 1) << to.sign_at;
    std::uint64_t const exponent = bits_of(bits, from.exponent_at, from.exponent_bits);
    std::uint64_t mantissa = bits_of(bits, from.mantissa_at, from.mantissa_bits);
    std::uint64_t const all_ones = (std::uint64_t{1} << from.exponent_bits) - 1;
    std::uint64_t const to_ones = (std::uint64_t{1} << to.exponent_bits) - 1;
    std::uint64_t const to_mask = (std::uint64_t{1} << to.mantissa_bits) - 1;
    unsigned width = from.mantissa_bits;
    if (from.normalisation != 2 && width > 0) {  // the top bit is stored
        if (exponent == all_ones) mantissa &= (std::uint64_t{1} << (width - 1)) - 1;
    } else if (exponent != 0 && exponent != all_ones) {
        mantissa |= std::uint64_t{1} << width;
    }
    if (exponent == all_ones)
        return sign | to_ones << to.exponent_at | (mantissa == 0 ? 0 : to_mask);
    if (mantissa == 0) return sign;
    // value = mantissa * 2^power
    unsigned const point = from.normalisation == 2 ? width : width - 1;
    std::int64_t const power = std::int64_t(exponent == 0 ? 1 : exponent) - from.bias - point;
    int const top = 63 - std::countl_zero(mantissa);
    std::int64_t biased = power + top + to.bias;
    if (biased <= 0) {  // subnormal in the new type
        std::int64_t const shift = power + to.bias - 1 + to.mantissa_bits;
        return sign | (shift >= 0 ? mantissa << shift : mantissa >> -shift);
    }
    mantissa &= (std::uint64_t{1} << top) - 1;
    mantissa = top <= to.mantissa_bits ? mantissa << (to.mantissa_bits - top)
                                       : mantissa >> (top - to.mantissa_bits);
    return sign | static_cast<std::uint64_t>(biased) << to.exponent_at | mantissa;
}
static_assert(convert_float(0x3f80, brain16, ieee32) == 0x3f800000);
static_assert(convert_float(0x0001, ieee16, ieee32) == 0x33800000);
static_assert(convert_float(0x7c00, ieee16, ieee64) == 0x7ff0000000000000);
static_assert(convert_float(0xc000, ieee16, ieee64) == 0xc000000000000000);

inline std::uint64_t load_sized(std::byte const* from, unsigned size, bytes::order order) {
    std::uint64_t value = 0;
    for (unsigned i = 0; i < size; ++i)
        value |= static_cast<std::uint64_t>(from[order == bytes::order::little ? i : size - 1 - i])
                 << (8 * i);
    return value;
}
inline void store_sized(std::byte* to, std::uint64_t value, unsigned size) {
    for (unsigned i = 0; i < size; ++i) to[i] = static_cast<std::byte>(value >> (8 * i) & 0xff);
}

}  // namespace detail

/// Stored scalars to dense ones. `to` holds from.size() / stored * dense bytes; they may be one
/// block if stored == dense.
inline void convert(datatype const& all, element const& how, bytes::view from,
                    std::span<std::byte> to) {
    type_node const& of = all.node(how.node);
    if (how.how == conversion::none || how.how == conversion::swap) {
        if (!from.empty() && from.data() != to.data())
            std::memmove(to.data(), from.data(), from.size());
        if (how.how == conversion::swap) bytes::swap_elements(to, how.word);
        return;
    }
    type_node const& number = of.is == type_class::enumeration ? all.node(of.base) : of;
    if (how.how == conversion::widened) {
        for (std::size_t i = 0; i < from.size() / how.stored; ++i)
            for (std::size_t k = 0; k < how.dense; ++k) {
                std::size_t const at = of.order == bytes::order::little ? k : how.stored - 1 - k;
                to[i * how.dense + k] = k < how.stored ? from[i * how.stored + at] : std::byte{0};
            }
        return;
    }
    float_fields const& target = how.dense == 2 ? ieee16 : how.dense == 4 ? ieee32 : ieee64;
    std::size_t const count = from.size() / how.stored;
    for (std::size_t i = 0; i < count; ++i) {
        std::uint64_t value =
            detail::load_sized(from.data() + i * how.stored, how.stored, number.order);
        switch (how.how) {
            case conversion::integer:
                value = detail::bits_of(value, number.bit_offset, number.precision);
                if (number.is_signed && number.precision < 64 &&
                    (value >> (number.precision - 1) & 1) != 0)
                    value |= ~std::uint64_t{0} << number.precision;
                break;
            case conversion::floating:
                value = detail::convert_float(value, number.fields, target);
                break;
            default: value = value != 0 ? 1 : 0; break;
        }
        detail::store_sized(to.data() + i * how.dense, value, how.dense);
    }
}

/// The text of a fixed string without its padding.
constexpr std::string_view unpadded(std::string_view text, padding how) {
    if (how == padding::null_terminated) return text.substr(0, text.find('\0'));
    if (how == padding::space_padded)
        while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    while (!text.empty() && text.back() == '\0') text.remove_suffix(1);
    return text;
}

}  // namespace lade::inline LADE_ABI::hdf5
