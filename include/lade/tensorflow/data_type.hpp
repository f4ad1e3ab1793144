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
inline constexpr std::array data_types{
    data_type_row{1, dtype::float32},
    data_type_row{2, dtype::float64},
    data_type_row{3, dtype::int32},
    data_type_row{4, dtype::uint8},
    data_type_row{5, dtype::int16},
    data_type_row{6, dtype::int8},
    data_type_row{7, dtype::string},
    data_type_row{8, dtype::complex64},
    data_type_row{9, dtype::int64},
    data_type_row{10, dtype::boolean},
    data_type_row{11, dtype::qint8},
    data_type_row{12, dtype::quint8},
    data_type_row{13, dtype::qint32},
    data_type_row{14, dtype::bfloat16},
    data_type_row{15, dtype::qint16},
    data_type_row{16, dtype::quint16},
    data_type_row{17, dtype::uint16},
    data_type_row{18, dtype::complex128},
    data_type_row{19, dtype::float16},
    data_type_row{20, dtype::resource},
    data_type_row{21, dtype::variant},
    data_type_row{22, dtype::uint32},
    data_type_row{23, dtype::uint64},
    data_type_row{24, dtype::float8_e5m2},
    data_type_row{25, dtype::float8_e4m3fn},
    data_type_row{26, dtype::float8_e4m3fnuz},
    data_type_row{27, dtype::float8_e4m3b11fnuz},
    data_type_row{28, dtype::float8_e5m2fnuz},
    data_type_row{29, dtype::int4},
    data_type_row{30, dtype::uint4},
    data_type_row{31, dtype::int2},
    data_type_row{32, dtype::uint2},
};
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
