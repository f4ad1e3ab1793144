// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/protobuf/schema.hpp>
#include <lade/container/protobuf/well_known.hpp>
#include <lade/tensorflow/proto/graph.hpp>

// Made by tests/make/tensorflow_schema.py; not edited by hand.
// clang-format off

/// What the collections of a meta graph hold in serialized form: variables, control flow contexts,
/// queue runners, and the signatures of Session Bundles (TensorFlow Serving's manifest.proto).
///
///     tensorflow/core/framework/variable.proto
///     tensorflow/core/protobuf/control_flow.proto
///     tensorflow/core/protobuf/queue_runner.proto
///     tensorflow/core/lib/core/error_codes.proto
///     xla/tsl/protobuf/error_codes.proto
///     manifest.proto
namespace lade::inline LADE_ABI::tensorflow::proto {

using protobuf::map_entry;
using protobuf::rule;
using protobuf::type;

struct variable_synchronization { static protobuf::enum_type const table; };
struct variable_aggregation { static protobuf::enum_type const table; };
struct code { static protobuf::enum_type const table; };
struct variable_def : protobuf::schema<variable_def> { static protobuf::message_type const table; };
struct save_slice_info_def : protobuf::schema<save_slice_info_def> {
    static protobuf::message_type const table;
};
struct values_def : protobuf::schema<values_def> { static protobuf::message_type const table; };
struct control_flow_context_def : protobuf::schema<control_flow_context_def> {
    static protobuf::message_type const table;
};
struct cond_context_def : protobuf::schema<cond_context_def> {
    static protobuf::message_type const table;
};
struct while_context_def : protobuf::schema<while_context_def> {
    static protobuf::message_type const table;
};
struct queue_runner_def : protobuf::schema<queue_runner_def> {
    static protobuf::message_type const table;
};
struct serving_signatures : protobuf::schema<serving_signatures> {
    static protobuf::message_type const table;
};
struct serving_signature : protobuf::schema<serving_signature> {
    static protobuf::message_type const table;
};
struct serving_regression_signature : protobuf::schema<serving_regression_signature> {
    static protobuf::message_type const table;
};
struct serving_classification_signature : protobuf::schema<serving_classification_signature> {
    static protobuf::message_type const table;
};
struct serving_generic_signature : protobuf::schema<serving_generic_signature> {
    static protobuf::message_type const table;
};
struct serving_tensor_binding : protobuf::schema<serving_tensor_binding> {
    static protobuf::message_type const table;
};
struct serving_asset_file : protobuf::schema<serving_asset_file> {
    static protobuf::message_type const table;
};

inline constexpr protobuf::enum_value variable_synchronization_values[]{
    {0, "VARIABLE_SYNCHRONIZATION_AUTO"}, {1, "VARIABLE_SYNCHRONIZATION_NONE"},
    {2, "VARIABLE_SYNCHRONIZATION_ON_WRITE"}, {3, "VARIABLE_SYNCHRONIZATION_ON_READ"},
};
inline constexpr protobuf::enum_type
    variable_synchronization::table{
        "tensorflow.VariableSynchronization",
        variable_synchronization_values};

inline constexpr protobuf::enum_value variable_aggregation_values[]{
    {0, "VARIABLE_AGGREGATION_NONE"}, {1, "VARIABLE_AGGREGATION_SUM"},
    {2, "VARIABLE_AGGREGATION_MEAN"}, {3, "VARIABLE_AGGREGATION_ONLY_FIRST_REPLICA"},
};
inline constexpr protobuf::enum_type
    variable_aggregation::table{"tensorflow.VariableAggregation", variable_aggregation_values};

inline constexpr protobuf::enum_value code_values[]{
    {0, "OK"}, {1, "CANCELLED"}, {2, "UNKNOWN"}, {3, "INVALID_ARGUMENT"},
    {4, "DEADLINE_EXCEEDED"}, {5, "NOT_FOUND"}, {6, "ALREADY_EXISTS"}, {7, "PERMISSION_DENIED"},
    {8, "RESOURCE_EXHAUSTED"}, {9, "FAILED_PRECONDITION"}, {10, "ABORTED"}, {11, "OUT_OF_RANGE"},
    {12, "UNIMPLEMENTED"}, {13, "INTERNAL"}, {14, "UNAVAILABLE"}, {15, "DATA_LOSS"},
    {16, "UNAUTHENTICATED"},
    {20, "DO_NOT_USE_RESERVED_FOR_FUTURE_EXPANSION_USE_DEFAULT_IN_SWITCH_INSTEAD_"},
};
inline constexpr protobuf::enum_type code::table{"tensorflow.error.Code", code_values};

inline constexpr protobuf::field variable_def_fields[]{
    {1, "variable_name", type::string},
    {2, "initializer_name", type::string},
    {3, "snapshot_name", type::string},
    {4, "save_slice_info_def", type::message, rule::optional, 0, &save_slice_info_def::table},
    {5, "is_resource", type::boolean},
    {6, "initial_value_name", type::string},
    {7, "trainable", type::boolean},
    {8, "synchronization", type::enumeration, rule::single, 0, nullptr,
     &variable_synchronization::table},
    {9, "aggregation", type::enumeration, rule::single, 0, nullptr, &variable_aggregation::table},
};
inline constexpr protobuf::message_type
    variable_def::table{"tensorflow.VariableDef", variable_def_fields};

inline constexpr protobuf::field save_slice_info_def_fields[]{
    {1, "full_name", type::string},
    {2, "full_shape", type::int64, rule::packed},
    {3, "var_offset", type::int64, rule::packed},
    {4, "var_shape", type::int64, rule::packed},
};
inline constexpr protobuf::message_type
    save_slice_info_def::table{"tensorflow.SaveSliceInfoDef", save_slice_info_def_fields};

inline constexpr protobuf::field values_def_fields[]{
    {1, "values", type::string, rule::repeated},
    {2, "external_values", type::message, rule::map, 0, &map_entry<type::string, type::string>},
};
inline constexpr protobuf::message_type
    values_def::table{"tensorflow.ValuesDef", values_def_fields};

inline constexpr protobuf::field control_flow_context_def_fields[]{
    {1, "cond_ctxt", type::message, rule::optional, 1, &cond_context_def::table},
    {2, "while_ctxt", type::message, rule::optional, 1, &while_context_def::table},
};
inline constexpr protobuf::message_type
    control_flow_context_def::table{
        "tensorflow.ControlFlowContextDef",
        control_flow_context_def_fields};

inline constexpr protobuf::field cond_context_def_fields[]{
    {1, "context_name", type::string},
    {2, "pred_name", type::string},
    {3, "pivot_name", type::string},
    {4, "branch", type::int32},
    {5, "values_def", type::message, rule::optional, 0, &values_def::table},
    {6, "nested_contexts", type::message, rule::repeated, 0, &control_flow_context_def::table},
};
inline constexpr protobuf::message_type
    cond_context_def::table{"tensorflow.CondContextDef", cond_context_def_fields};

inline constexpr protobuf::field while_context_def_fields[]{
    {1, "context_name", type::string},
    {2, "parallel_iterations", type::int32},
    {3, "back_prop", type::boolean},
    {4, "swap_memory", type::boolean},
    {5, "pivot_name", type::string},
    {6, "pivot_for_pred_name", type::string},
    {7, "pivot_for_body_name", type::string},
    {8, "loop_exit_names", type::string, rule::repeated},
    {9, "values_def", type::message, rule::optional, 0, &values_def::table},
    {10, "loop_enter_names", type::string, rule::repeated},
    {11, "maximum_iterations_name", type::string},
    {12, "nested_contexts", type::message, rule::repeated, 0, &control_flow_context_def::table},
};
inline constexpr protobuf::message_type
    while_context_def::table{"tensorflow.WhileContextDef", while_context_def_fields};

inline constexpr protobuf::field queue_runner_def_fields[]{
    {1, "queue_name", type::string},
    {2, "enqueue_op_name", type::string, rule::repeated},
    {3, "close_op_name", type::string},
    {4, "cancel_op_name", type::string},
    {5, "queue_closed_exception_types", type::enumeration, rule::packed, 0, nullptr, &code::table},
};
inline constexpr protobuf::message_type
    queue_runner_def::table{"tensorflow.QueueRunnerDef", queue_runner_def_fields};

inline constexpr protobuf::field serving_signatures_fields[]{
    {1, "default_signature", type::message, rule::optional, 0, &serving_signature::table},
    {2, "named_signatures", type::message, rule::map, 0, &map_entry<type::string, type::message,
     &serving_signature::table>},
};
inline constexpr protobuf::message_type
    serving_signatures::table{"tensorflow.serving.Signatures", serving_signatures_fields};

inline constexpr protobuf::field serving_signature_fields[]{
    {1, "regression_signature", type::message, rule::optional, 1,
     &serving_regression_signature::table},
    {2, "classification_signature", type::message, rule::optional, 1,
     &serving_classification_signature::table},
    {3, "generic_signature", type::message, rule::optional, 1, &serving_generic_signature::table},
};
inline constexpr protobuf::message_type
    serving_signature::table{"tensorflow.serving.Signature", serving_signature_fields};

inline constexpr protobuf::field serving_regression_signature_fields[]{
    {1, "input", type::message, rule::optional, 0, &serving_tensor_binding::table},
    {2, "output", type::message, rule::optional, 0, &serving_tensor_binding::table},
};
inline constexpr protobuf::message_type
    serving_regression_signature::table{
        "tensorflow.serving.RegressionSignature",
        serving_regression_signature_fields};

inline constexpr protobuf::field serving_classification_signature_fields[]{
    {1, "input", type::message, rule::optional, 0, &serving_tensor_binding::table},
    {2, "classes", type::message, rule::optional, 0, &serving_tensor_binding::table},
    {3, "scores", type::message, rule::optional, 0, &serving_tensor_binding::table},
};
inline constexpr protobuf::message_type
    serving_classification_signature::table{
        "tensorflow.serving.ClassificationSignature",
        serving_classification_signature_fields};

inline constexpr protobuf::field serving_generic_signature_fields[]{
    {1, "map", type::message, rule::map, 0, &map_entry<type::string, type::message,
     &serving_tensor_binding::table>},
};
inline constexpr protobuf::message_type
    serving_generic_signature::table{
        "tensorflow.serving.GenericSignature",
        serving_generic_signature_fields};

inline constexpr protobuf::field serving_tensor_binding_fields[]{
    {1, "tensor_name", type::string},
};
inline constexpr protobuf::message_type
    serving_tensor_binding::table{
        "tensorflow.serving.TensorBinding",
        serving_tensor_binding_fields};

inline constexpr protobuf::field serving_asset_file_fields[]{
    {1, "tensor_binding", type::message, rule::optional, 0, &serving_tensor_binding::table},
    {2, "filename", type::string},
};
inline constexpr protobuf::message_type
    serving_asset_file::table{"tensorflow.serving.AssetFile", serving_asset_file_fields};

}  // namespace lade::inline LADE_ABI::tensorflow::proto
// clang-format on
