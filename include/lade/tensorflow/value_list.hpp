// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/tensorflow/data_type.hpp>
#include <lade/tensorflow/proto/tensor.hpp>

/// Where a TensorProto keeps its elements, and what can be wrong with them.
namespace lade::inline LADE_ABI::tensorflow {

namespace ids {
inline constexpr error_id bad_content{
    "tensorflow.bad_content", kind::corrupt,
    "the bytes of a constant are not those of its type and shape"};
inline constexpr error_id bad_shape{"tensorflow.bad_shape", kind::corrupt,
                                    "a tensor has a shape that no tensor can have"};
}  // namespace ids

/// Where a TensorProto lists the values of a type.
struct value_list {
    enum class form : std::uint8_t {
        fixed,   ///< floating-point numbers as they lie in memory, a complex one as two
        number,  ///< integers, or bits of 16-bit floats
        bytes,   ///< elements of one byte
        text,
    };
    std::uint32_t number;  ///< of the field
    form is;
    std::uint8_t word;  ///< bytes of one value
};

/// None for types without bytes.
constexpr std::optional<value_list> values_of(dtype type) {
    using proto::tensor_proto;
    using enum value_list::form;
    switch (type) {
        case dtype::float32: return value_list{tensor_proto::number("float_val"), fixed, 4};
        case dtype::float64: return value_list{tensor_proto::number("double_val"), fixed, 8};
        case dtype::complex64: return value_list{tensor_proto::number("scomplex_val"), fixed, 4};
        case dtype::complex128: return value_list{tensor_proto::number("dcomplex_val"), fixed, 8};
        case dtype::int64: return value_list{tensor_proto::number("int64_val"), number, 8};
        case dtype::boolean: return value_list{tensor_proto::number("bool_val"), number, 1};
        case dtype::float16:
        case dtype::bfloat16: return value_list{tensor_proto::number("half_val"), number, 2};
        case dtype::uint32: return value_list{tensor_proto::number("uint32_val"), number, 4};
        case dtype::uint64: return value_list{tensor_proto::number("uint64_val"), number, 8};
        case dtype::float8_e5m2:
        case dtype::float8_e4m3fn:
        case dtype::float8_e4m3fnuz:
        case dtype::float8_e4m3b11fnuz:
        case dtype::float8_e5m2fnuz:
            return value_list{tensor_proto::number("float8_val"), bytes, 1};
        case dtype::string: return value_list{tensor_proto::number("string_val"), text, 0};
        default:
            if (!data_type_of(type) || !has_bytes(type)) return std::nullopt;
            return value_list{tensor_proto::number("int_val"), number,
                              static_cast<std::uint8_t>(size_of(type))};
    }
}

}  // namespace lade::inline LADE_ABI::tensorflow
