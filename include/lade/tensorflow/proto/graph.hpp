// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/protobuf/schema.hpp>
#include <lade/container/protobuf/well_known.hpp>
#include <lade/tensorflow/proto/tensor.hpp>

// Made by tests/make/tensorflow_schema.py; not edited by hand.
// clang-format off

/// Nodes, attributes, operation definitions, functions, graphs.
///
///     tensorflow/core/framework/attr_value.proto
///     tensorflow/core/framework/full_type.proto
///     tensorflow/core/framework/node_def.proto
///     tensorflow/core/framework/op_def.proto
///     tensorflow/core/framework/function.proto
///     tensorflow/core/framework/graph_debug_info.proto
///     tensorflow/core/framework/graph.proto
namespace lade::inline LADE_ABI::tensorflow::proto {

using protobuf::map_entry;
using protobuf::rule;
using protobuf::type;

struct full_type_id { static protobuf::enum_type const table; };
struct attr_value : protobuf::schema<attr_value> { static protobuf::message_type const table; };
struct attr_value_list_value : protobuf::schema<attr_value_list_value> {
    static protobuf::message_type const table;
};
struct name_attr_list : protobuf::schema<name_attr_list> {
    static protobuf::message_type const table;
};
struct full_type_def : protobuf::schema<full_type_def> {
    static protobuf::message_type const table;
};
struct node_def : protobuf::schema<node_def> { static protobuf::message_type const table; };
struct node_def_experimental_debug_info : protobuf::schema<node_def_experimental_debug_info> {
    static protobuf::message_type const table;
};
struct op_def : protobuf::schema<op_def> { static protobuf::message_type const table; };
struct op_def_arg_def : protobuf::schema<op_def_arg_def> {
    static protobuf::message_type const table;
};
struct op_def_attr_def : protobuf::schema<op_def_attr_def> {
    static protobuf::message_type const table;
};
struct op_deprecation : protobuf::schema<op_deprecation> {
    static protobuf::message_type const table;
};
struct op_list : protobuf::schema<op_list> { static protobuf::message_type const table; };
struct function_def_library : protobuf::schema<function_def_library> {
    static protobuf::message_type const table;
};
struct function_def : protobuf::schema<function_def> { static protobuf::message_type const table; };
struct function_def_arg_attrs : protobuf::schema<function_def_arg_attrs> {
    static protobuf::message_type const table;
};
struct gradient_def : protobuf::schema<gradient_def> { static protobuf::message_type const table; };
struct registered_gradient : protobuf::schema<registered_gradient> {
    static protobuf::message_type const table;
};
struct graph_debug_info : protobuf::schema<graph_debug_info> {
    static protobuf::message_type const table;
};
struct graph_debug_info_file_line_col : protobuf::schema<graph_debug_info_file_line_col> {
    static protobuf::message_type const table;
};
struct graph_debug_info_stack_trace : protobuf::schema<graph_debug_info_stack_trace> {
    static protobuf::message_type const table;
};
struct graph_def : protobuf::schema<graph_def> { static protobuf::message_type const table; };

inline constexpr protobuf::enum_value full_type_id_values[]{
    {0, "TFT_UNSET"}, {1, "TFT_VAR"}, {2, "TFT_ANY"}, {3, "TFT_PRODUCT"}, {4, "TFT_NAMED"},
    {20, "TFT_FOR_EACH"}, {100, "TFT_CALLABLE"}, {200, "TFT_BOOL"}, {201, "TFT_UINT8"},
    {202, "TFT_UINT16"}, {203, "TFT_UINT32"}, {204, "TFT_UINT64"}, {205, "TFT_INT8"},
    {206, "TFT_INT16"}, {207, "TFT_INT32"}, {208, "TFT_INT64"}, {209, "TFT_HALF"},
    {210, "TFT_FLOAT"}, {211, "TFT_DOUBLE"}, {212, "TFT_COMPLEX64"}, {213, "TFT_COMPLEX128"},
    {214, "TFT_STRING"}, {215, "TFT_BFLOAT16"}, {1000, "TFT_TENSOR"}, {1001, "TFT_ARRAY"},
    {1002, "TFT_OPTIONAL"}, {1003, "TFT_LITERAL"}, {1004, "TFT_ENCODED"},
    {1005, "TFT_SHAPE_TENSOR"}, {10102, "TFT_DATASET"}, {10103, "TFT_RAGGED"},
    {10104, "TFT_ITERATOR"}, {10202, "TFT_MUTEX_LOCK"}, {10203, "TFT_LEGACY_VARIANT"},
};
inline constexpr protobuf::enum_type
    full_type_id::table{"tensorflow.FullTypeId", full_type_id_values};

inline constexpr protobuf::field attr_value_fields[]{
    {1, "list", type::message, rule::optional, 1, &attr_value_list_value::table},
    {2, "s", type::bytes, rule::optional, 1},
    {3, "i", type::int64, rule::optional, 1},
    {4, "f", type::real32, rule::optional, 1},
    {5, "b", type::boolean, rule::optional, 1},
    {6, "type", type::enumeration, rule::optional, 1, nullptr, &data_type::table},
    {7, "shape", type::message, rule::optional, 1, &tensor_shape_proto::table},
    {8, "tensor", type::message, rule::optional, 1, &tensor_proto::table},
    {9, "placeholder", type::string, rule::optional, 1},
    {10, "func", type::message, rule::optional, 1, &name_attr_list::table},
};
inline constexpr protobuf::message_type
    attr_value::table{"tensorflow.AttrValue", attr_value_fields};

inline constexpr protobuf::field attr_value_list_value_fields[]{
    {2, "s", type::bytes, rule::repeated},
    {3, "i", type::int64, rule::packed},
    {4, "f", type::real32, rule::packed},
    {5, "b", type::boolean, rule::packed},
    {6, "type", type::enumeration, rule::packed, 0, nullptr, &data_type::table},
    {7, "shape", type::message, rule::repeated, 0, &tensor_shape_proto::table},
    {8, "tensor", type::message, rule::repeated, 0, &tensor_proto::table},
    {9, "func", type::message, rule::repeated, 0, &name_attr_list::table},
};
inline constexpr protobuf::message_type
    attr_value_list_value::table{"tensorflow.AttrValue.ListValue", attr_value_list_value_fields};

inline constexpr protobuf::field name_attr_list_fields[]{
    {1, "name", type::string},
    {2, "attr", type::message, rule::map, 0, &map_entry<type::string, type::message,
     &attr_value::table>},
};
inline constexpr protobuf::message_type
    name_attr_list::table{"tensorflow.NameAttrList", name_attr_list_fields};

inline constexpr protobuf::field full_type_def_fields[]{
    {1, "type_id", type::enumeration, rule::single, 0, nullptr, &full_type_id::table},
    {2, "args", type::message, rule::repeated, 0, &full_type_def::table},
    {3, "s", type::string, rule::optional, 1},
    {4, "i", type::int64, rule::optional, 1},
};
inline constexpr protobuf::message_type
    full_type_def::table{"tensorflow.FullTypeDef", full_type_def_fields};

inline constexpr protobuf::field node_def_fields[]{
    {1, "name", type::string},
    {2, "op", type::string},
    {3, "input", type::string, rule::repeated},
    {4, "device", type::string},
    {5, "attr", type::message, rule::map, 0, &map_entry<type::string, type::message,
     &attr_value::table>},
    {6, "experimental_debug_info", type::message, rule::optional, 0,
     &node_def_experimental_debug_info::table},
    {7, "experimental_type", type::message, rule::optional, 0, &full_type_def::table},
};
inline constexpr protobuf::message_type node_def::table{"tensorflow.NodeDef", node_def_fields};

inline constexpr protobuf::field node_def_experimental_debug_info_fields[]{
    {1, "original_node_names", type::string, rule::repeated},
    {2, "original_func_names", type::string, rule::repeated},
};
inline constexpr protobuf::message_type
    node_def_experimental_debug_info::table{
        "tensorflow.NodeDef.ExperimentalDebugInfo",
        node_def_experimental_debug_info_fields};

inline constexpr protobuf::field op_def_fields[]{
    {1, "name", type::string},
    {2, "input_arg", type::message, rule::repeated, 0, &op_def_arg_def::table},
    {3, "output_arg", type::message, rule::repeated, 0, &op_def_arg_def::table},
    {4, "attr", type::message, rule::repeated, 0, &op_def_attr_def::table},
    {5, "summary", type::string},
    {6, "description", type::string},
    {8, "deprecation", type::message, rule::optional, 0, &op_deprecation::table},
    {16, "is_aggregate", type::boolean},
    {17, "is_stateful", type::boolean},
    {18, "is_commutative", type::boolean},
    {19, "allows_uninitialized_input", type::boolean},
    {20, "control_output", type::string, rule::repeated},
    {21, "is_distributed_communication", type::boolean},
};
inline constexpr protobuf::message_type op_def::table{"tensorflow.OpDef", op_def_fields};

inline constexpr protobuf::field op_def_arg_def_fields[]{
    {1, "name", type::string},
    {2, "description", type::string},
    {3, "type", type::enumeration, rule::single, 0, nullptr, &data_type::table},
    {4, "type_attr", type::string},
    {5, "number_attr", type::string},
    {6, "type_list_attr", type::string},
    {7, "handle_data", type::message, rule::repeated, 0,
     &resource_handle_proto_dtype_and_shape::table},
    {16, "is_ref", type::boolean},
    {17, "experimental_full_type", type::message, rule::optional, 0, &full_type_def::table},
};
inline constexpr protobuf::message_type
    op_def_arg_def::table{"tensorflow.OpDef.ArgDef", op_def_arg_def_fields};

inline constexpr protobuf::field op_def_attr_def_fields[]{
    {1, "name", type::string},
    {2, "type", type::string},
    {3, "default_value", type::message, rule::optional, 0, &attr_value::table},
    {4, "description", type::string},
    {5, "has_minimum", type::boolean},
    {6, "minimum", type::int64},
    {7, "allowed_values", type::message, rule::optional, 0, &attr_value::table},
};
inline constexpr protobuf::message_type
    op_def_attr_def::table{"tensorflow.OpDef.AttrDef", op_def_attr_def_fields};

inline constexpr protobuf::field op_deprecation_fields[]{
    {1, "version", type::int32},
    {2, "explanation", type::string},
};
inline constexpr protobuf::message_type
    op_deprecation::table{"tensorflow.OpDeprecation", op_deprecation_fields};

inline constexpr protobuf::field op_list_fields[]{
    {1, "op", type::message, rule::repeated, 0, &op_def::table},
};
inline constexpr protobuf::message_type op_list::table{"tensorflow.OpList", op_list_fields};

inline constexpr protobuf::field function_def_library_fields[]{
    {1, "function", type::message, rule::repeated, 0, &function_def::table},
    {2, "gradient", type::message, rule::repeated, 0, &gradient_def::table},
    {3, "registered_gradients", type::message, rule::repeated, 0, &registered_gradient::table},
};
inline constexpr protobuf::message_type
    function_def_library::table{"tensorflow.FunctionDefLibrary", function_def_library_fields};

inline constexpr protobuf::field function_def_fields[]{
    {1, "signature", type::message, rule::optional, 0, &op_def::table},
    {3, "node_def", type::message, rule::repeated, 0, &node_def::table},
    {4, "ret", type::message, rule::map, 0, &map_entry<type::string, type::string>},
    {5, "attr", type::message, rule::map, 0, &map_entry<type::string, type::message,
     &attr_value::table>},
    {6, "control_ret", type::message, rule::map, 0, &map_entry<type::string, type::string>},
    {7, "arg_attr", type::message, rule::map, 0, &map_entry<type::uint32, type::message,
     &function_def_arg_attrs::table>},
    {8, "resource_arg_unique_id", type::message, rule::map, 0, &map_entry<type::uint32,
     type::uint32>},
};
inline constexpr protobuf::message_type
    function_def::table{"tensorflow.FunctionDef", function_def_fields};

inline constexpr protobuf::field function_def_arg_attrs_fields[]{
    {1, "attr", type::message, rule::map, 0, &map_entry<type::string, type::message,
     &attr_value::table>},
};
inline constexpr protobuf::message_type
    function_def_arg_attrs::table{
        "tensorflow.FunctionDef.ArgAttrs",
        function_def_arg_attrs_fields};

inline constexpr protobuf::field gradient_def_fields[]{
    {1, "function_name", type::string},
    {2, "gradient_func", type::string},
};
inline constexpr protobuf::message_type
    gradient_def::table{"tensorflow.GradientDef", gradient_def_fields};

inline constexpr protobuf::field registered_gradient_fields[]{
    {1, "gradient_func", type::string},
    {2, "registered_op_type", type::string},
};
inline constexpr protobuf::message_type
    registered_gradient::table{"tensorflow.RegisteredGradient", registered_gradient_fields};

inline constexpr protobuf::field graph_debug_info_fields[]{
    {1, "files", type::string, rule::repeated},
    {2, "traces", type::message, rule::map, 0, &map_entry<type::string, type::message,
     &graph_debug_info_stack_trace::table, nullptr, rule::optional>},
    {4, "frames_by_id", type::message, rule::map, 0, &map_entry<type::fixed64, type::message,
     &graph_debug_info_file_line_col::table, nullptr, rule::optional>},
    {5, "name_to_trace_id", type::message, rule::map, 0, &map_entry<type::string, type::fixed64,
     nullptr, nullptr, rule::optional>},
    {6, "traces_by_id", type::message, rule::map, 0, &map_entry<type::fixed64, type::message,
     &graph_debug_info_stack_trace::table, nullptr, rule::optional>},
};
inline constexpr protobuf::message_type
    graph_debug_info::table{"tensorflow.GraphDebugInfo", graph_debug_info_fields};

inline constexpr protobuf::field graph_debug_info_file_line_col_fields[]{
    {1, "file_index", type::int32, rule::optional},
    {2, "line", type::int32, rule::optional},
    {3, "col", type::int32, rule::optional},
    {4, "func", type::string, rule::optional},
    {5, "code", type::string, rule::optional},
};
inline constexpr protobuf::message_type
    graph_debug_info_file_line_col::table{
        "tensorflow.GraphDebugInfo.FileLineCol",
        graph_debug_info_file_line_col_fields};

inline constexpr protobuf::field graph_debug_info_stack_trace_fields[]{
    {1, "file_line_cols", type::message, rule::repeated, 0, &graph_debug_info_file_line_col::table},
    {2, "frame_id", type::fixed64, rule::packed},
};
inline constexpr protobuf::message_type
    graph_debug_info_stack_trace::table{
        "tensorflow.GraphDebugInfo.StackTrace",
        graph_debug_info_stack_trace_fields};

inline constexpr protobuf::field graph_def_fields[]{
    {1, "node", type::message, rule::repeated, 0, &node_def::table},
    {2, "library", type::message, rule::optional, 0, &function_def_library::table},
    {3, "version", type::int32},
    {4, "versions", type::message, rule::optional, 0, &version_def::table},
    {5, "debug_info", type::message, rule::optional, 0, &graph_debug_info::table},
};
inline constexpr protobuf::message_type graph_def::table{"tensorflow.GraphDef", graph_def_fields};

}  // namespace lade::inline LADE_ABI::tensorflow::proto
// clang-format on
