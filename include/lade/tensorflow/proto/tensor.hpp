// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/protobuf/schema.hpp>

// Made by tests/make/tensorflow_schema.py; not edited by hand.
// clang-format off

/// Types, shapes, slices, tensors, versions.
///
///     tensorflow/core/framework/types.proto
///     tensorflow/core/framework/tensor_shape.proto
///     tensorflow/core/framework/tensor_slice.proto
///     tensorflow/core/framework/resource_handle.proto
///     tensorflow/core/framework/tensor.proto
///     tensorflow/core/framework/versions.proto
namespace lade::inline LADE_ABI::tensorflow::proto {

using protobuf::map_entry;
using protobuf::rule;
using protobuf::type;

struct data_type { static protobuf::enum_type const table; };
struct serialized_d_type : protobuf::schema<serialized_d_type> {
    static protobuf::message_type const table;
};
struct tensor_shape_proto : protobuf::schema<tensor_shape_proto> {
    static protobuf::message_type const table;
};
struct tensor_shape_proto_dim : protobuf::schema<tensor_shape_proto_dim> {
    static protobuf::message_type const table;
};
struct tensor_slice_proto : protobuf::schema<tensor_slice_proto> {
    static protobuf::message_type const table;
};
struct tensor_slice_proto_extent : protobuf::schema<tensor_slice_proto_extent> {
    static protobuf::message_type const table;
};
struct resource_handle_proto : protobuf::schema<resource_handle_proto> {
    static protobuf::message_type const table;
};
struct resource_handle_proto_dtype_and_shape
    : protobuf::schema<resource_handle_proto_dtype_and_shape> {
    static protobuf::message_type const table;
};
struct tensor_proto : protobuf::schema<tensor_proto> { static protobuf::message_type const table; };
struct variant_tensor_data_proto : protobuf::schema<variant_tensor_data_proto> {
    static protobuf::message_type const table;
};
struct version_def : protobuf::schema<version_def> { static protobuf::message_type const table; };

inline constexpr protobuf::enum_value data_type_values[]{
    {0, "DT_INVALID"}, {1, "DT_FLOAT"}, {2, "DT_DOUBLE"}, {3, "DT_INT32"}, {4, "DT_UINT8"},
    {5, "DT_INT16"}, {6, "DT_INT8"}, {7, "DT_STRING"}, {8, "DT_COMPLEX64"}, {9, "DT_INT64"},
    {10, "DT_BOOL"}, {11, "DT_QINT8"}, {12, "DT_QUINT8"}, {13, "DT_QINT32"}, {14, "DT_BFLOAT16"},
    {15, "DT_QINT16"}, {16, "DT_QUINT16"}, {17, "DT_UINT16"}, {18, "DT_COMPLEX128"},
    {19, "DT_HALF"}, {20, "DT_RESOURCE"}, {21, "DT_VARIANT"}, {22, "DT_UINT32"},
    {23, "DT_UINT64"}, {24, "DT_FLOAT8_E5M2"}, {25, "DT_FLOAT8_E4M3FN"},
    {26, "DT_FLOAT8_E4M3FNUZ"}, {27, "DT_FLOAT8_E4M3B11FNUZ"}, {28, "DT_FLOAT8_E5M2FNUZ"},
    {29, "DT_INT4"}, {30, "DT_UINT4"}, {31, "DT_INT2"}, {32, "DT_UINT2"},
    {33, "DT_FLOAT4_E2M1FN"}, {101, "DT_FLOAT_REF"}, {102, "DT_DOUBLE_REF"},
    {103, "DT_INT32_REF"}, {104, "DT_UINT8_REF"}, {105, "DT_INT16_REF"}, {106, "DT_INT8_REF"},
    {107, "DT_STRING_REF"}, {108, "DT_COMPLEX64_REF"}, {109, "DT_INT64_REF"},
    {110, "DT_BOOL_REF"}, {111, "DT_QINT8_REF"}, {112, "DT_QUINT8_REF"}, {113, "DT_QINT32_REF"},
    {114, "DT_BFLOAT16_REF"}, {115, "DT_QINT16_REF"}, {116, "DT_QUINT16_REF"},
    {117, "DT_UINT16_REF"}, {118, "DT_COMPLEX128_REF"}, {119, "DT_HALF_REF"},
    {120, "DT_RESOURCE_REF"}, {121, "DT_VARIANT_REF"}, {122, "DT_UINT32_REF"},
    {123, "DT_UINT64_REF"}, {124, "DT_FLOAT8_E5M2_REF"}, {125, "DT_FLOAT8_E4M3FN_REF"},
    {126, "DT_FLOAT8_E4M3FNUZ_REF"}, {127, "DT_FLOAT8_E4M3B11FNUZ_REF"},
    {128, "DT_FLOAT8_E5M2FNUZ_REF"}, {129, "DT_INT4_REF"}, {130, "DT_UINT4_REF"},
    {131, "DT_INT2_REF"}, {132, "DT_UINT2_REF"}, {133, "DT_FLOAT4_E2M1FN_REF"},
};
inline constexpr protobuf::enum_type data_type::table{"tensorflow.DataType", data_type_values};

inline constexpr protobuf::field serialized_d_type_fields[]{
    {1, "datatype", type::enumeration, rule::single, 0, nullptr, &data_type::table},
};
inline constexpr protobuf::message_type
    serialized_d_type::table{"tensorflow.SerializedDType", serialized_d_type_fields};

inline constexpr protobuf::field tensor_shape_proto_fields[]{
    {2, "dim", type::message, rule::repeated, 0, &tensor_shape_proto_dim::table},
    {3, "unknown_rank", type::boolean},
};
inline constexpr protobuf::message_type
    tensor_shape_proto::table{"tensorflow.TensorShapeProto", tensor_shape_proto_fields};

inline constexpr protobuf::field tensor_shape_proto_dim_fields[]{
    {1, "size", type::int64},
    {2, "name", type::string},
};
inline constexpr protobuf::message_type
    tensor_shape_proto_dim::table{
        "tensorflow.TensorShapeProto.Dim",
        tensor_shape_proto_dim_fields};

inline constexpr protobuf::field tensor_slice_proto_fields[]{
    {1, "extent", type::message, rule::repeated, 0, &tensor_slice_proto_extent::table},
};
inline constexpr protobuf::message_type
    tensor_slice_proto::table{"tensorflow.TensorSliceProto", tensor_slice_proto_fields};

inline constexpr protobuf::field tensor_slice_proto_extent_fields[]{
    {1, "start", type::int64},
    {2, "length", type::int64, rule::optional, 1},
};
inline constexpr protobuf::message_type
    tensor_slice_proto_extent::table{
        "tensorflow.TensorSliceProto.Extent",
        tensor_slice_proto_extent_fields};

inline constexpr protobuf::field resource_handle_proto_fields[]{
    {1, "device", type::string},
    {2, "container", type::string},
    {3, "name", type::string},
    {4, "hash_code", type::uint64},
    {5, "maybe_type_name", type::string},
    {6, "dtypes_and_shapes", type::message, rule::repeated, 0,
     &resource_handle_proto_dtype_and_shape::table},
};
inline constexpr protobuf::message_type
    resource_handle_proto::table{"tensorflow.ResourceHandleProto", resource_handle_proto_fields};

inline constexpr protobuf::field resource_handle_proto_dtype_and_shape_fields[]{
    {1, "dtype", type::enumeration, rule::single, 0, nullptr, &data_type::table},
    {2, "shape", type::message, rule::optional, 0, &tensor_shape_proto::table},
};
inline constexpr protobuf::message_type
    resource_handle_proto_dtype_and_shape::table{
        "tensorflow.ResourceHandleProto.DtypeAndShape",
        resource_handle_proto_dtype_and_shape_fields};

inline constexpr protobuf::field tensor_proto_fields[]{
    {1, "dtype", type::enumeration, rule::single, 0, nullptr, &data_type::table},
    {2, "tensor_shape", type::message, rule::optional, 0, &tensor_shape_proto::table},
    {3, "version_number", type::int32},
    {4, "tensor_content", type::bytes},
    {5, "float_val", type::real32, rule::packed},
    {6, "double_val", type::real64, rule::packed},
    {7, "int_val", type::int32, rule::packed},
    {8, "string_val", type::bytes, rule::repeated},
    {9, "scomplex_val", type::real32, rule::packed},
    {10, "int64_val", type::int64, rule::packed},
    {11, "bool_val", type::boolean, rule::packed},
    {12, "dcomplex_val", type::real64, rule::packed},
    {13, "half_val", type::int32, rule::packed},
    {14, "resource_handle_val", type::message, rule::repeated, 0, &resource_handle_proto::table},
    {15, "variant_val", type::message, rule::repeated, 0, &variant_tensor_data_proto::table},
    {16, "uint32_val", type::uint32, rule::packed},
    {17, "uint64_val", type::uint64, rule::packed},
    {18, "float8_val", type::bytes},
};
inline constexpr protobuf::message_type
    tensor_proto::table{"tensorflow.TensorProto", tensor_proto_fields};

inline constexpr protobuf::field variant_tensor_data_proto_fields[]{
    {1, "type_name", type::string},
    {2, "metadata", type::bytes},
    {3, "tensors", type::message, rule::repeated, 0, &tensor_proto::table},
};
inline constexpr protobuf::message_type
    variant_tensor_data_proto::table{
        "tensorflow.VariantTensorDataProto",
        variant_tensor_data_proto_fields};

inline constexpr protobuf::field version_def_fields[]{
    {1, "producer", type::int32},
    {2, "min_consumer", type::int32},
    {3, "bad_consumers", type::int32, rule::packed},
};
inline constexpr protobuf::message_type
    version_def::table{"tensorflow.VersionDef", version_def_fields};

}  // namespace lade::inline LADE_ABI::tensorflow::proto
// clang-format on
