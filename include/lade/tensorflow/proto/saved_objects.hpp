// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/protobuf/schema.hpp>
#include <lade/container/protobuf/well_known.hpp>
#include <lade/tensorflow/proto/collections.hpp>
#include <lade/tensorflow/proto/graph.hpp>

// Made by tests/make/tensorflow_schema.py; not edited by hand.
// clang-format off

/// Objects: structured values, the object graphs of checkpoints and SavedModels, Keras' metadata.
///
///     tensorflow/core/protobuf/struct.proto
///     tensorflow/core/protobuf/trackable_object_graph.proto
///     tensorflow/core/protobuf/saved_object_graph.proto
///     tensorflow/core/protobuf/composite_tensor_variant.proto
///     tensorflow/python/keras/protobuf/versions.proto
///     tensorflow/python/keras/protobuf/saved_metadata.proto
namespace lade::inline LADE_ABI::tensorflow::proto {

using protobuf::map_entry;
using protobuf::rule;
using protobuf::type;

struct type_spec_proto_type_spec_class { static protobuf::enum_type const table; };
struct function_spec_jit_compile { static protobuf::enum_type const table; };
struct structured_value : protobuf::schema<structured_value> {
    static protobuf::message_type const table;
};
struct none_value : protobuf::schema<none_value> { static protobuf::message_type const table; };
struct list_value : protobuf::schema<list_value> { static protobuf::message_type const table; };
struct tuple_value : protobuf::schema<tuple_value> { static protobuf::message_type const table; };
struct dict_value : protobuf::schema<dict_value> { static protobuf::message_type const table; };
struct pair_value : protobuf::schema<pair_value> { static protobuf::message_type const table; };
struct named_tuple_value : protobuf::schema<named_tuple_value> {
    static protobuf::message_type const table;
};
struct tensor_spec_proto : protobuf::schema<tensor_spec_proto> {
    static protobuf::message_type const table;
};
struct bounded_tensor_spec_proto : protobuf::schema<bounded_tensor_spec_proto> {
    static protobuf::message_type const table;
};
struct type_spec_proto : protobuf::schema<type_spec_proto> {
    static protobuf::message_type const table;
};
struct trackable_object_graph : protobuf::schema<trackable_object_graph> {
    static protobuf::message_type const table;
};
struct trackable_object_graph_trackable_object
    : protobuf::schema<trackable_object_graph_trackable_object> {
    static protobuf::message_type const table;
};
struct trackable_object_graph_trackable_object_object_reference
    : protobuf::schema<trackable_object_graph_trackable_object_object_reference> {
    static protobuf::message_type const table;
};
struct trackable_object_graph_trackable_object_serialized_tensor
    : protobuf::schema<trackable_object_graph_trackable_object_serialized_tensor> {
    static protobuf::message_type const table;
};
struct trackable_object_graph_trackable_object_slot_variable_reference
    : protobuf::schema<trackable_object_graph_trackable_object_slot_variable_reference> {
    static protobuf::message_type const table;
};
struct registered_saver : protobuf::schema<registered_saver> {
    static protobuf::message_type const table;
};
struct saved_object_graph : protobuf::schema<saved_object_graph> {
    static protobuf::message_type const table;
};
struct saved_object : protobuf::schema<saved_object> { static protobuf::message_type const table; };
struct saved_user_object : protobuf::schema<saved_user_object> {
    static protobuf::message_type const table;
};
struct saved_asset : protobuf::schema<saved_asset> { static protobuf::message_type const table; };
struct saved_function : protobuf::schema<saved_function> {
    static protobuf::message_type const table;
};
struct captured_tensor : protobuf::schema<captured_tensor> {
    static protobuf::message_type const table;
};
struct saved_concrete_function : protobuf::schema<saved_concrete_function> {
    static protobuf::message_type const table;
};
struct saved_bare_concrete_function : protobuf::schema<saved_bare_concrete_function> {
    static protobuf::message_type const table;
};
struct saved_constant : protobuf::schema<saved_constant> {
    static protobuf::message_type const table;
};
struct saved_variable : protobuf::schema<saved_variable> {
    static protobuf::message_type const table;
};
struct function_spec : protobuf::schema<function_spec> {
    static protobuf::message_type const table;
};
struct saved_resource : protobuf::schema<saved_resource> {
    static protobuf::message_type const table;
};
struct saveable_object : protobuf::schema<saveable_object> {
    static protobuf::message_type const table;
};
struct composite_tensor_variant_metadata : protobuf::schema<composite_tensor_variant_metadata> {
    static protobuf::message_type const table;
};
struct keras_version_def : protobuf::schema<keras_version_def> {
    static protobuf::message_type const table;
};
struct keras_saved_metadata : protobuf::schema<keras_saved_metadata> {
    static protobuf::message_type const table;
};
struct keras_saved_object : protobuf::schema<keras_saved_object> {
    static protobuf::message_type const table;
};

inline constexpr protobuf::enum_value type_spec_proto_type_spec_class_values[]{
    {0, "UNKNOWN"}, {1, "SPARSE_TENSOR_SPEC"}, {2, "INDEXED_SLICES_SPEC"},
    {3, "RAGGED_TENSOR_SPEC"}, {4, "TENSOR_ARRAY_SPEC"}, {5, "DATA_DATASET_SPEC"},
    {6, "DATA_ITERATOR_SPEC"}, {7, "OPTIONAL_SPEC"}, {8, "PER_REPLICA_SPEC"},
    {9, "VARIABLE_SPEC"}, {10, "ROW_PARTITION_SPEC"}, {12, "REGISTERED_TYPE_SPEC"},
    {13, "EXTENSION_TYPE_SPEC"},
};
inline constexpr protobuf::enum_type
    type_spec_proto_type_spec_class::table{
        "tensorflow.TypeSpecProto.TypeSpecClass",
        type_spec_proto_type_spec_class_values};

inline constexpr protobuf::enum_value function_spec_jit_compile_values[]{
    {0, "DEFAULT"}, {1, "ON"}, {2, "OFF"},
};
inline constexpr protobuf::enum_type
    function_spec_jit_compile::table{
        "tensorflow.FunctionSpec.JitCompile",
        function_spec_jit_compile_values};

inline constexpr protobuf::field structured_value_fields[]{
    {1, "none_value", type::message, rule::optional, 1, &none_value::table},
    {11, "float64_value", type::real64, rule::optional, 1},
    {12, "int64_value", type::sint64, rule::optional, 1},
    {13, "string_value", type::string, rule::optional, 1},
    {14, "bool_value", type::boolean, rule::optional, 1},
    {31, "tensor_shape_value", type::message, rule::optional, 1, &tensor_shape_proto::table},
    {32, "tensor_dtype_value", type::enumeration, rule::optional, 1, nullptr, &data_type::table},
    {33, "tensor_spec_value", type::message, rule::optional, 1, &tensor_spec_proto::table},
    {34, "type_spec_value", type::message, rule::optional, 1, &type_spec_proto::table},
    {35, "bounded_tensor_spec_value", type::message, rule::optional, 1,
     &bounded_tensor_spec_proto::table},
    {51, "list_value", type::message, rule::optional, 1, &list_value::table},
    {52, "tuple_value", type::message, rule::optional, 1, &tuple_value::table},
    {53, "dict_value", type::message, rule::optional, 1, &dict_value::table},
    {54, "named_tuple_value", type::message, rule::optional, 1, &named_tuple_value::table},
    {55, "tensor_value", type::message, rule::optional, 1, &tensor_proto::table},
    {56, "numpy_value", type::message, rule::optional, 1, &tensor_proto::table},
};
inline constexpr protobuf::message_type
    structured_value::table{"tensorflow.StructuredValue", structured_value_fields};

inline constexpr protobuf::message_type none_value::table{"tensorflow.NoneValue", {}};

inline constexpr protobuf::field list_value_fields[]{
    {1, "values", type::message, rule::repeated, 0, &structured_value::table},
};
inline constexpr protobuf::message_type
    list_value::table{"tensorflow.ListValue", list_value_fields};

inline constexpr protobuf::field tuple_value_fields[]{
    {1, "values", type::message, rule::repeated, 0, &structured_value::table},
};
inline constexpr protobuf::message_type
    tuple_value::table{"tensorflow.TupleValue", tuple_value_fields};

inline constexpr protobuf::field dict_value_fields[]{
    {1, "fields", type::message, rule::map, 0, &map_entry<type::string, type::message,
     &structured_value::table>},
};
inline constexpr protobuf::message_type
    dict_value::table{"tensorflow.DictValue", dict_value_fields};

inline constexpr protobuf::field pair_value_fields[]{
    {1, "key", type::string},
    {2, "value", type::message, rule::optional, 0, &structured_value::table},
};
inline constexpr protobuf::message_type
    pair_value::table{"tensorflow.PairValue", pair_value_fields};

inline constexpr protobuf::field named_tuple_value_fields[]{
    {1, "name", type::string},
    {2, "values", type::message, rule::repeated, 0, &pair_value::table},
};
inline constexpr protobuf::message_type
    named_tuple_value::table{"tensorflow.NamedTupleValue", named_tuple_value_fields};

inline constexpr protobuf::field tensor_spec_proto_fields[]{
    {1, "name", type::string},
    {2, "shape", type::message, rule::optional, 0, &tensor_shape_proto::table},
    {3, "dtype", type::enumeration, rule::single, 0, nullptr, &data_type::table},
};
inline constexpr protobuf::message_type
    tensor_spec_proto::table{"tensorflow.TensorSpecProto", tensor_spec_proto_fields};

inline constexpr protobuf::field bounded_tensor_spec_proto_fields[]{
    {1, "name", type::string},
    {2, "shape", type::message, rule::optional, 0, &tensor_shape_proto::table},
    {3, "dtype", type::enumeration, rule::single, 0, nullptr, &data_type::table},
    {4, "minimum", type::message, rule::optional, 0, &tensor_proto::table},
    {5, "maximum", type::message, rule::optional, 0, &tensor_proto::table},
};
inline constexpr protobuf::message_type
    bounded_tensor_spec_proto::table{
        "tensorflow.BoundedTensorSpecProto",
        bounded_tensor_spec_proto_fields};

inline constexpr protobuf::field type_spec_proto_fields[]{
    {1, "type_spec_class", type::enumeration, rule::single, 0, nullptr,
     &type_spec_proto_type_spec_class::table},
    {2, "type_state", type::message, rule::optional, 0, &structured_value::table},
    {3, "type_spec_class_name", type::string},
    {4, "num_flat_components", type::int32},
};
inline constexpr protobuf::message_type
    type_spec_proto::table{"tensorflow.TypeSpecProto", type_spec_proto_fields};

inline constexpr protobuf::field trackable_object_graph_fields[]{
    {1, "nodes", type::message, rule::repeated, 0, &trackable_object_graph_trackable_object::table},
};
inline constexpr protobuf::message_type
    trackable_object_graph::table{
        "tensorflow.TrackableObjectGraph",
        trackable_object_graph_fields};

inline constexpr protobuf::field trackable_object_graph_trackable_object_fields[]{
    {1, "children", type::message, rule::repeated, 0,
     &trackable_object_graph_trackable_object_object_reference::table},
    {2, "attributes", type::message, rule::repeated, 0,
     &trackable_object_graph_trackable_object_serialized_tensor::table},
    {3, "slot_variables", type::message, rule::repeated, 0,
     &trackable_object_graph_trackable_object_slot_variable_reference::table},
    {4, "registered_saver", type::message, rule::optional, 0, &registered_saver::table},
    {5, "has_checkpoint_values", type::message, rule::optional, 0, &protobuf::bool_value::table},
};
inline constexpr protobuf::message_type
    trackable_object_graph_trackable_object::table{
        "tensorflow.TrackableObjectGraph.TrackableObject",
        trackable_object_graph_trackable_object_fields};

inline constexpr protobuf::field trackable_object_graph_trackable_object_object_reference_fields[]{
    {1, "node_id", type::int32},
    {2, "local_name", type::string},
};
inline constexpr protobuf::message_type
    trackable_object_graph_trackable_object_object_reference::table{
        "tensorflow.TrackableObjectGraph.TrackableObject.ObjectReference",
        trackable_object_graph_trackable_object_object_reference_fields};

inline constexpr protobuf::field trackable_object_graph_trackable_object_serialized_tensor_fields[]{
    {1, "name", type::string},
    {2, "full_name", type::string},
    {3, "checkpoint_key", type::string},
};
inline constexpr protobuf::message_type
    trackable_object_graph_trackable_object_serialized_tensor::table{
        "tensorflow.TrackableObjectGraph.TrackableObject.SerializedTensor",
        trackable_object_graph_trackable_object_serialized_tensor_fields};

inline constexpr protobuf::field
    trackable_object_graph_trackable_object_slot_variable_reference_fields[]{
    {1, "original_variable_node_id", type::int32},
    {2, "slot_name", type::string},
    {3, "slot_variable_node_id", type::int32},
};
inline constexpr protobuf::message_type
    trackable_object_graph_trackable_object_slot_variable_reference::table{
        "tensorflow.TrackableObjectGraph.TrackableObject.SlotVariableReference",
        trackable_object_graph_trackable_object_slot_variable_reference_fields};

inline constexpr protobuf::field registered_saver_fields[]{
    {1, "name", type::string},
    {2, "object_name", type::string},
};
inline constexpr protobuf::message_type
    registered_saver::table{"tensorflow.RegisteredSaver", registered_saver_fields};

inline constexpr protobuf::field saved_object_graph_fields[]{
    {1, "nodes", type::message, rule::repeated, 0, &saved_object::table},
    {2, "concrete_functions", type::message, rule::map, 0, &map_entry<type::string,
     type::message, &saved_concrete_function::table>},
};
inline constexpr protobuf::message_type
    saved_object_graph::table{"tensorflow.SavedObjectGraph", saved_object_graph_fields};

inline constexpr protobuf::field saved_object_fields[]{
    {1, "children", type::message, rule::repeated, 0,
     &trackable_object_graph_trackable_object_object_reference::table},
    {3, "slot_variables", type::message, rule::repeated, 0,
     &trackable_object_graph_trackable_object_slot_variable_reference::table},
    {4, "user_object", type::message, rule::optional, 1, &saved_user_object::table},
    {5, "asset", type::message, rule::optional, 1, &saved_asset::table},
    {6, "function", type::message, rule::optional, 1, &saved_function::table},
    {7, "variable", type::message, rule::optional, 1, &saved_variable::table},
    {8, "bare_concrete_function", type::message, rule::optional, 1,
     &saved_bare_concrete_function::table},
    {9, "constant", type::message, rule::optional, 1, &saved_constant::table},
    {10, "resource", type::message, rule::optional, 1, &saved_resource::table},
    {11, "saveable_objects", type::message, rule::map, 0, &map_entry<type::string, type::message,
     &saveable_object::table>},
    {12, "captured_tensor", type::message, rule::optional, 1, &captured_tensor::table},
    {13, "registered_name", type::string},
    {14, "serialized_user_proto", type::message, rule::optional, 0, &protobuf::any::table},
    {15, "dependencies", type::message, rule::repeated, 0,
     &trackable_object_graph_trackable_object_object_reference::table},
    {16, "registered_saver", type::string},
};
inline constexpr protobuf::message_type
    saved_object::table{"tensorflow.SavedObject", saved_object_fields};

inline constexpr protobuf::field saved_user_object_fields[]{
    {1, "identifier", type::string},
    {2, "version", type::message, rule::optional, 0, &version_def::table},
    {3, "metadata", type::string},
};
inline constexpr protobuf::message_type
    saved_user_object::table{"tensorflow.SavedUserObject", saved_user_object_fields};

inline constexpr protobuf::field saved_asset_fields[]{
    {1, "asset_file_def_index", type::int32},
};
inline constexpr protobuf::message_type
    saved_asset::table{"tensorflow.SavedAsset", saved_asset_fields};

inline constexpr protobuf::field saved_function_fields[]{
    {1, "concrete_functions", type::string, rule::repeated},
    {2, "function_spec", type::message, rule::optional, 0, &function_spec::table},
};
inline constexpr protobuf::message_type
    saved_function::table{"tensorflow.SavedFunction", saved_function_fields};

inline constexpr protobuf::field captured_tensor_fields[]{
    {1, "name", type::string},
    {2, "concrete_function", type::string},
};
inline constexpr protobuf::message_type
    captured_tensor::table{"tensorflow.CapturedTensor", captured_tensor_fields};

inline constexpr protobuf::field saved_concrete_function_fields[]{
    {2, "bound_inputs", type::int32, rule::packed},
    {3, "canonicalized_input_signature", type::message, rule::optional, 0,
     &structured_value::table},
    {4, "output_signature", type::message, rule::optional, 0, &structured_value::table},
};
inline constexpr protobuf::message_type
    saved_concrete_function::table{
        "tensorflow.SavedConcreteFunction",
        saved_concrete_function_fields};

inline constexpr protobuf::field saved_bare_concrete_function_fields[]{
    {1, "concrete_function_name", type::string},
    {2, "argument_keywords", type::string, rule::repeated},
    {3, "allowed_positional_arguments", type::int64},
    {4, "function_spec", type::message, rule::optional, 0, &function_spec::table},
};
inline constexpr protobuf::message_type
    saved_bare_concrete_function::table{
        "tensorflow.SavedBareConcreteFunction",
        saved_bare_concrete_function_fields};

inline constexpr protobuf::field saved_constant_fields[]{
    {1, "operation", type::string},
};
inline constexpr protobuf::message_type
    saved_constant::table{"tensorflow.SavedConstant", saved_constant_fields};

inline constexpr protobuf::field saved_variable_fields[]{
    {1, "dtype", type::enumeration, rule::single, 0, nullptr, &data_type::table},
    {2, "shape", type::message, rule::optional, 0, &tensor_shape_proto::table},
    {3, "trainable", type::boolean},
    {4, "synchronization", type::enumeration, rule::single, 0, nullptr,
     &variable_synchronization::table},
    {5, "aggregation", type::enumeration, rule::single, 0, nullptr, &variable_aggregation::table},
    {6, "name", type::string},
    {7, "device", type::string},
    {8, "experimental_distributed_variable_components", type::message, rule::repeated, 0,
     &saved_variable::table},
};
inline constexpr protobuf::message_type
    saved_variable::table{"tensorflow.SavedVariable", saved_variable_fields};

inline constexpr protobuf::field function_spec_fields[]{
    {1, "fullargspec", type::message, rule::optional, 0, &structured_value::table},
    {2, "is_method", type::boolean},
    {5, "input_signature", type::message, rule::optional, 0, &structured_value::table},
    {6, "jit_compile", type::enumeration, rule::single, 0, nullptr,
     &function_spec_jit_compile::table},
};
inline constexpr protobuf::message_type
    function_spec::table{"tensorflow.FunctionSpec", function_spec_fields};

inline constexpr protobuf::field saved_resource_fields[]{
    {1, "device", type::string},
};
inline constexpr protobuf::message_type
    saved_resource::table{"tensorflow.SavedResource", saved_resource_fields};

inline constexpr protobuf::field saveable_object_fields[]{
    {2, "save_function", type::int32},
    {3, "restore_function", type::int32},
};
inline constexpr protobuf::message_type
    saveable_object::table{"tensorflow.SaveableObject", saveable_object_fields};

inline constexpr protobuf::field composite_tensor_variant_metadata_fields[]{
    {1, "type_spec_proto", type::message, rule::optional, 0, &type_spec_proto::table},
};
inline constexpr protobuf::message_type
    composite_tensor_variant_metadata::table{
        "tensorflow.CompositeTensorVariantMetadata",
        composite_tensor_variant_metadata_fields};

inline constexpr protobuf::field keras_version_def_fields[]{
    {1, "producer", type::int32},
    {2, "min_consumer", type::int32},
    {3, "bad_consumers", type::int32, rule::packed},
};
inline constexpr protobuf::message_type
    keras_version_def::table{
        "third_party.tensorflow.python.keras.protobuf.VersionDef",
        keras_version_def_fields};

inline constexpr protobuf::field keras_saved_metadata_fields[]{
    {1, "nodes", type::message, rule::repeated, 0, &keras_saved_object::table},
};
inline constexpr protobuf::message_type
    keras_saved_metadata::table{
        "third_party.tensorflow.python.keras.protobuf.SavedMetadata",
        keras_saved_metadata_fields};

inline constexpr protobuf::field keras_saved_object_fields[]{
    {2, "node_id", type::int32},
    {3, "node_path", type::string},
    {4, "identifier", type::string},
    {5, "metadata", type::string},
    {6, "version", type::message, rule::optional, 0, &keras_version_def::table},
};
inline constexpr protobuf::message_type
    keras_saved_object::table{
        "third_party.tensorflow.python.keras.protobuf.SavedObject",
        keras_saved_object_fields};

}  // namespace lade::inline LADE_ABI::tensorflow::proto
// clang-format on
