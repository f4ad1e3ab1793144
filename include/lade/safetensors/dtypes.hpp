// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/dtype.hpp>
#include <lade/format/traits.hpp>

#include <array>
#include <optional>
#include <string_view>

namespace lade::inline LADE_ABI::safetensors {

/// A type as headers spell it.
struct dtype_name {
    dtype type;
    std::string_view spelled;
};

// clang-format off
/// In the order of the official serializer, which sorts tensors by it, last one first
/// (safetensors/src/tensor.rs, enum Dtype).
inline constexpr auto dtype_names = std::to_array<dtype_name>({
    {dtype::boolean, "BOOL"},
    {dtype::float4_e2m1fn, "F4"},
    {dtype::float6_e2m3fn, "F6_E2M3"},
    {dtype::float6_e3m2fn, "F6_E3M2"},
    {dtype::uint8, "U8"},
    {dtype::int8, "I8"},
    {dtype::float8_e5m2, "F8_E5M2"},
    {dtype::float8_e4m3fn, "F8_E4M3"},
    {dtype::float8_e8m0fnu, "F8_E8M0"},
    {dtype::float8_e4m3fnuz, "F8_E4M3FNUZ"},
    {dtype::float8_e5m2fnuz, "F8_E5M2FNUZ"},
    {dtype::int16, "I16"},
    {dtype::uint16, "U16"},
    {dtype::float16, "F16"},
    {dtype::bfloat16, "BF16"},
    {dtype::int32, "I32"},
    {dtype::uint32, "U32"},
    {dtype::float32, "F32"},
    {dtype::complex64, "C64"},
    {dtype::float64, "F64"},
    {dtype::int64, "I64"},
    {dtype::uint64, "U64"},
});
// clang-format on

/// Types that a save can hold. PyTorch's pairs of 4-bit floats are written as F4 with twice as many
/// elements along the last axis, as safetensors.torch does it.
inline constexpr dtype_set storable_dtypes = [] {
    dtype_set set{dtype::float4_e2m1fn_x2};
    for (auto const& one : dtype_names) set.bits |= dtype_set{one.type}.bits;
    return set;
}();

/// The row of a type; none for types that the format does not have.
constexpr std::optional<std::size_t> rank_of(dtype type) {
    if (type == dtype::float4_e2m1fn_x2) type = dtype::float4_e2m1fn;
    for (std::size_t i = 0; i < dtype_names.size(); ++i)
        if (dtype_names[i].type == type) return i;
    return std::nullopt;
}

}  // namespace lade::inline LADE_ABI::safetensors
