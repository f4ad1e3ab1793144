// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/dtype.hpp>
#include <lade/base/error.hpp>

#include <array>
#include <cstdint>
#include <optional>

/// TensorFlow's numbers for types of elements (tensorflow/core/framework/types.proto). 101 and more
/// are references to variables of the type less 100; they stand in graphs, never in files of
/// tensors.
namespace lade::inline LADE_ABI::tensorflow {

namespace ids {
inline constexpr error_id unknown_dtype{"tensorflow.unknown_dtype", kind::unsupported,
                                        "a tensor has a type that is not known here"};
}  // namespace ids

enum class data_type : std::int32_t {
    invalid = 0,
    string = 7,
    half = 19,
    bfloat16 = 14,
    resource = 20,
    variant = 21,
};

namespace detail {
struct data_type_row {
    std::int32_t number;
    dtype type;
};
// DT_FLOAT4_E2M1FN (33) is missing: it takes a byte an element here, and half a byte everywhere
// else
inline constexpr auto data_types = std::to_array<data_type_row>({
    {1, dtype::float32},
    {2, dtype::float64},
    {3, dtype::int32},
    {4, dtype::uint8},
    {5, dtype::int16},
    {6, dtype::int8},
    {7, dtype::string},
    {8, dtype::complex64},
    {9, dtype::int64},
    {10, dtype::boolean},
    {11, dtype::qint8},
    {12, dtype::quint8},
    {13, dtype::qint32},
    {14, dtype::bfloat16},
    {15, dtype::qint16},
    {16, dtype::quint16},
    {17, dtype::uint16},
    {18, dtype::complex128},
    {19, dtype::float16},
    {20, dtype::resource},
    {21, dtype::variant},
    {22, dtype::uint32},
    {23, dtype::uint64},
    {24, dtype::float8_e5m2},
    {25, dtype::float8_e4m3fn},
    {26, dtype::float8_e4m3fnuz},
    {27, dtype::float8_e4m3b11fnuz},
    {28, dtype::float8_e5m2fnuz},
    {29, dtype::int4},
    {30, dtype::uint4},
    {31, dtype::int2},
    {32, dtype::uint2},
});
}  // namespace detail

/// The type of that number, a reference as what it refers to; none: not known here.
constexpr std::optional<dtype> dtype_of(std::int64_t number) {
    if (number > 100) number -= 100;
    for (auto const& row : detail::data_types)
        if (row.number == number) return row.type;
    return std::nullopt;
}

/// The number of a type; none: TensorFlow has no such type.
constexpr std::optional<std::int32_t> data_type_of(dtype type) {
    for (auto const& row : detail::data_types)
        if (row.type == type) return row.number;
    return std::nullopt;
}

/// Whether a file of tensors holds bytes of the type.
constexpr bool has_bytes(dtype type) { return type != dtype::resource && type != dtype::variant; }

}  // namespace lade::inline LADE_ABI::tensorflow
