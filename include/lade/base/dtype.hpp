// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/config.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace lade::inline LADE_ABI {

/// The type of the elements of a tensor.
enum class dtype : std::uint8_t {
    boolean,
    int8,
    int16,
    int32,
    int64,
    uint8,
    uint16,
    uint32,
    uint64,
    float16,
    bfloat16,
    float32,
    float64,
    longdouble,
    complex32,
    complex64,
    complex128,
    float8_e4m3fn,
    float8_e5m2,
    float8_e4m3fnuz,
    float8_e5m2fnuz,
    float8_e8m0fnu,
    float8_e4m3b11fnuz,
    float4_e2m1fn,
    float4_e2m1fn_x2,
    float6_e2m3fn,
    float6_e3m2fn,
    qint8,
    quint8,
    qint32,
    quint4x2,
    quint2x4,
    qint16,
    quint16,
    bits1x8,
    bits2x4,
    bits4x2,
    bits8,
    bits16,
    int1,
    int2,
    int3,
    int4,
    int5,
    int6,
    int7,
    uint1,
    uint2,
    uint3,
    uint4,
    uint5,
    uint6,
    uint7,
    string,
    compound,
    reference,
    opaque,
    vlen,
    time,
    variant,
    resource,
};

/// What the bits of an element mean.
enum class dtype_class : std::uint8_t {
    boolean,
    integer,
    natural,
    real,
    complex,
    quantized,
    bits,
    other
};

/// One row of the table of types.
struct dtype_row {
    lade::dtype type;
    std::string_view name;  ///< NumPy's name, or that of ml_dtypes or PyTorch; what listings print
    std::uint8_t bits;      ///< of one element as files hold it; 0: elements have no fixed size
    dtype_class is;
    std::uint8_t word = 0;  ///< bytes that a change of byte order reverses; 0: the whole element
};

// std::to_array in tables: g++ 12 puts those whose type is deduced into writable memory.
// clang-format off
inline constexpr auto dtypes = std::to_array<dtype_row>({
    {dtype::boolean, "bool", 8, dtype_class::boolean},
    {dtype::int8, "int8", 8, dtype_class::integer},
    {dtype::int16, "int16", 16, dtype_class::integer},
    {dtype::int32, "int32", 32, dtype_class::integer},
    {dtype::int64, "int64", 64, dtype_class::integer},
    {dtype::uint8, "uint8", 8, dtype_class::natural},
    {dtype::uint16, "uint16", 16, dtype_class::natural},
    {dtype::uint32, "uint32", 32, dtype_class::natural},
    {dtype::uint64, "uint64", 64, dtype_class::natural},
    {dtype::float16, "float16", 16, dtype_class::real},
    {dtype::bfloat16, "bfloat16", 16, dtype_class::real},
    {dtype::float32, "float32", 32, dtype_class::real},
    {dtype::float64, "float64", 64, dtype_class::real},
    {dtype::longdouble, "float128", 128, dtype_class::real},
    {dtype::complex32, "complex32", 32, dtype_class::complex, 2},
    {dtype::complex64, "complex64", 64, dtype_class::complex, 4},
    {dtype::complex128, "complex128", 128, dtype_class::complex, 8},
    {dtype::float8_e4m3fn, "float8_e4m3fn", 8, dtype_class::real},
    {dtype::float8_e5m2, "float8_e5m2", 8, dtype_class::real},
    {dtype::float8_e4m3fnuz, "float8_e4m3fnuz", 8, dtype_class::real},
    {dtype::float8_e5m2fnuz, "float8_e5m2fnuz", 8, dtype_class::real},
    {dtype::float8_e8m0fnu, "float8_e8m0fnu", 8, dtype_class::real},
    {dtype::float8_e4m3b11fnuz, "float8_e4m3b11fnuz", 8, dtype_class::real},
    {dtype::float4_e2m1fn, "float4_e2m1fn", 4, dtype_class::real},
    {dtype::float4_e2m1fn_x2, "float4_e2m1fn_x2", 8, dtype_class::bits},
    {dtype::float6_e2m3fn, "float6_e2m3fn", 6, dtype_class::real},
    {dtype::float6_e3m2fn, "float6_e3m2fn", 6, dtype_class::real},
    {dtype::qint8, "qint8", 8, dtype_class::quantized},
    {dtype::quint8, "quint8", 8, dtype_class::quantized},
    {dtype::qint32, "qint32", 32, dtype_class::quantized},
    {dtype::quint4x2, "quint4x2", 4, dtype_class::quantized},
    {dtype::quint2x4, "quint2x4", 2, dtype_class::quantized},
    {dtype::qint16, "qint16", 16, dtype_class::quantized},
    {dtype::quint16, "quint16", 16, dtype_class::quantized},
    {dtype::bits1x8, "bits1x8", 8, dtype_class::bits},
    {dtype::bits2x4, "bits2x4", 8, dtype_class::bits},
    {dtype::bits4x2, "bits4x2", 8, dtype_class::bits},
    {dtype::bits8, "bits8", 8, dtype_class::bits},
    {dtype::bits16, "bits16", 16, dtype_class::bits},
    {dtype::int1, "int1", 8, dtype_class::bits},
    {dtype::int2, "int2", 8, dtype_class::bits},
    {dtype::int3, "int3", 8, dtype_class::bits},
    {dtype::int4, "int4", 8, dtype_class::bits},
    {dtype::int5, "int5", 8, dtype_class::bits},
    {dtype::int6, "int6", 8, dtype_class::bits},
    {dtype::int7, "int7", 8, dtype_class::bits},
    {dtype::uint1, "uint1", 8, dtype_class::bits},
    {dtype::uint2, "uint2", 8, dtype_class::bits},
    {dtype::uint3, "uint3", 8, dtype_class::bits},
    {dtype::uint4, "uint4", 8, dtype_class::bits},
    {dtype::uint5, "uint5", 8, dtype_class::bits},
    {dtype::uint6, "uint6", 8, dtype_class::bits},
    {dtype::uint7, "uint7", 8, dtype_class::bits},
    {dtype::string, "string", 0, dtype_class::other},
    {dtype::compound, "compound", 0, dtype_class::other},
    {dtype::reference, "reference", 0, dtype_class::other},
    {dtype::opaque, "opaque", 0, dtype_class::other},
    {dtype::vlen, "vlen", 0, dtype_class::other},
    {dtype::time, "time", 0, dtype_class::other},
    {dtype::variant, "variant", 0, dtype_class::other},
    {dtype::resource, "resource", 0, dtype_class::other},
});
// clang-format on
static_assert([] {
    for (std::size_t i = 0; i < dtypes.size(); ++i)
        if (static_cast<std::size_t>(dtypes[i].type) != i) return false;
    return true;
}());

namespace detail {
/// The bits of each type alone, so that firmware need not have the names.
inline constexpr auto dtype_bits = [] {
    std::array<std::uint8_t, dtypes.size()> bits{};
    for (std::size_t i = 0; i < bits.size(); ++i) bits[i] = dtypes[i].bits;
    return bits;
}();
}  // namespace detail

constexpr dtype_row const& row_of(dtype type) { return dtypes[static_cast<std::size_t>(type)]; }
constexpr std::string_view name_of(dtype type) { return row_of(type).name; }

/// Bits of one element as files hold it; 0 where elements have no fixed size (strings, compounds).
constexpr unsigned bits_of(dtype type) {
    return detail::dtype_bits[static_cast<std::size_t>(type)];
}

/// Bytes of one element; 0 where elements are no whole number of bytes, or of no fixed size.
constexpr std::size_t size_of(dtype type) {
    return bits_of(type) % 8 == 0 ? bits_of(type) / 8U : 0;
}

/// Bytes that a change of byte order reverses: the element, or each part of a complex number.
constexpr std::size_t word_of(dtype type) {
    return row_of(type).word != 0 ? row_of(type).word : size_of(type);
}

/// Bytes of `elements` packed elements, the last byte filled up; none if they do not fit 64 bits or
/// have no fixed size.
constexpr std::optional<std::uint64_t> bytes_of(dtype type, std::uint64_t elements) {
    unsigned const bits = bits_of(type);
    if (bits == 0) return std::nullopt;
    if (bits % 8 == 0) {
        if (elements > ~std::uint64_t{0} / (bits / 8)) return std::nullopt;
        return elements * (bits / 8);
    }
    if (elements > (~std::uint64_t{0} - 7) / bits) return std::nullopt;
    return (elements * bits + 7) / 8;
}

constexpr std::optional<dtype> dtype_named(std::string_view name) {
    for (auto const& row : dtypes)
        if (row.name == name) return row.type;
    return std::nullopt;
}

}  // namespace lade::inline LADE_ABI
