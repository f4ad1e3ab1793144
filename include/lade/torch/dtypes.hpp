// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/dtype.hpp>
#include <lade/torch/tags.hpp>

#include <array>
#include <optional>
#include <string_view>

/// PyTorch's names of types (c10/core/ScalarType.h, torch/storage.py): one table.
namespace lade::inline LADE_ABI::torch {

struct dtype_names {
    lade::dtype type;
    std::string_view scalar;  ///< `torch.<scalar>`
    std::string_view
        storage;       ///< class of its storages; those of types without one are untyped in Python
    bool has_storage;  ///< whether Python writes that class (torch/storage.py, _new_dtypes)
};

// clang-format off
inline constexpr auto dtype_table = std::to_array<dtype_names>({
    {dtype::uint8, "uint8", "ByteStorage", true},
    {dtype::int8, "int8", "CharStorage", true},
    {dtype::int16, "int16", "ShortStorage", true},
    {dtype::int32, "int32", "IntStorage", true},
    {dtype::int64, "int64", "LongStorage", true},
    {dtype::float16, "float16", "HalfStorage", true},
    {dtype::float32, "float32", "FloatStorage", true},
    {dtype::float64, "float64", "DoubleStorage", true},
    {dtype::complex32, "complex32", "ComplexHalfStorage", false},
    {dtype::complex64, "complex64", "ComplexFloatStorage", true},
    {dtype::complex128, "complex128", "ComplexDoubleStorage", true},
    {dtype::boolean, "bool", "BoolStorage", true},
    {dtype::qint8, "qint8", "QInt8Storage", true},
    {dtype::quint8, "quint8", "QUInt8Storage", true},
    {dtype::qint32, "qint32", "QInt32Storage", true},
    {dtype::bfloat16, "bfloat16", "BFloat16Storage", true},
    {dtype::quint4x2, "quint4x2", "QUInt4x2Storage", true},
    {dtype::quint2x4, "quint2x4", "QUInt2x4Storage", true},
    {dtype::bits1x8, "bits1x8", "Bits1x8Storage", false},
    {dtype::bits2x4, "bits2x4", "Bits2x4Storage", false},
    {dtype::bits4x2, "bits4x2", "Bits4x2Storage", false},
    {dtype::bits8, "bits8", "Bits8Storage", false},
    {dtype::bits16, "bits16", "Bits16Storage", false},
    {dtype::float8_e5m2, "float8_e5m2", "Float8_e5m2Storage", false},
    {dtype::float8_e4m3fn, "float8_e4m3fn", "Float8_e4m3fnStorage", false},
    {dtype::float8_e5m2fnuz, "float8_e5m2fnuz", "Float8_e5m2fnuzStorage", false},
    {dtype::float8_e4m3fnuz, "float8_e4m3fnuz", "Float8_e4m3fnuzStorage", false},
    {dtype::float8_e8m0fnu, "float8_e8m0fnu", "Float8_e8m0fnuStorage", false},
    {dtype::float4_e2m1fn_x2, "float4_e2m1fn_x2", "Float4_e2m1fn_x2Storage", false},
    {dtype::uint16, "uint16", "UInt16Storage", false},
    {dtype::uint32, "uint32", "UInt32Storage", false},
    {dtype::uint64, "uint64", "UInt64Storage", false},
    {dtype::uint1, "uint1", "UInt1Storage", false},
    {dtype::uint2, "uint2", "UInt2Storage", false},
    {dtype::uint3, "uint3", "UInt3Storage", false},
    {dtype::uint4, "uint4", "UInt4Storage", false},
    {dtype::uint5, "uint5", "UInt5Storage", false},
    {dtype::uint6, "uint6", "UInt6Storage", false},
    {dtype::uint7, "uint7", "UInt7Storage", false},
    {dtype::int1, "int1", "Int1Storage", false},
    {dtype::int2, "int2", "Int2Storage", false},
    {dtype::int3, "int3", "Int3Storage", false},
    {dtype::int4, "int4", "Int4Storage", false},
    {dtype::int5, "int5", "Int5Storage", false},
    {dtype::int6, "int6", "Int6Storage", false},
    {dtype::int7, "int7", "Int7Storage", false},
});
// clang-format on

/// Other names of the same types, as old files and aliases spell them.
struct dtype_alias {
    std::string_view name;
    lade::dtype type;
};
inline constexpr auto dtype_aliases = std::to_array<dtype_alias>({
    {"float", dtype::float32},
    {"double", dtype::float64},
    {"half", dtype::float16},
    {"long", dtype::int64},
    {"int", dtype::int32},
    {"short", dtype::int16},
    {"cfloat", dtype::complex64},
    {"cdouble", dtype::complex128},
    {"chalf", dtype::complex32},
});

/// The type that `torch.<name>` is.
constexpr std::optional<lade::dtype> dtype_of_scalar(std::string_view name) {
    for (auto const& row : dtype_table)
        if (row.scalar == name) return row.type;
    for (auto const& row : dtype_aliases)
        if (row.name == name) return row.type;
    return std::nullopt;
}

/// The type of a storage class, by its last name, whatever its module.
constexpr std::optional<lade::dtype> dtype_of_storage(std::string_view name) {
    for (auto const& row : dtype_table)
        if (row.storage == name) return row.type;
    return std::nullopt;
}

constexpr dtype_names const* names_of(lade::dtype type) {
    for (auto const& row : dtype_table)
        if (row.type == type) return &row;
    return nullptr;
}

}  // namespace lade::inline LADE_ABI::torch
