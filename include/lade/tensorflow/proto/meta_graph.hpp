// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/protobuf/schema.hpp>
#include <lade/container/protobuf/well_known.hpp>
#include <lade/tensorflow/proto/graph.hpp>
#include <lade/tensorflow/proto/saved_objects.hpp>

// Made by tests/make/tensorflow_schema.py; not edited by hand.
// clang-format off

/// Meta graphs, SavedModels, fingerprints.
///
///     tensorflow/core/protobuf/saver.proto
///     tensorflow/core/protobuf/meta_graph.proto
///     tensorflow/core/protobuf/saved_model.proto
///     tensorflow/core/protobuf/fingerprint.proto
///     tensorflow/core/protobuf/named_tensor.proto
namespace lade::inline LADE_ABI::tensorflow::proto {

using protobuf::map_entry;
using protobuf::rule;
using protobuf::type;

struct saver_def_checkpoint_format_version { static protobuf::enum_type const table; };
struct saver_def : protobuf::schema<saver_def> { static protobuf::message_type const table; };
struct meta_graph_def : protobuf::schema<meta_graph_def> {
    static protobuf::message_type const table;
};
struct meta_graph_def_meta_info_def : protobuf::schema<meta_graph_def_meta_info_def> {
    static protobuf::message_type const table;
};
struct collection_def : protobuf::schema<collection_def> {
    static protobuf::message_type const table;
};
struct collection_def_node_list : protobuf::schema<collection_def_node_list> {
    static protobuf::message_type const table;
};
struct collection_def_bytes_list : protobuf::schema<collection_def_bytes_list> {
    static protobuf::message_type const table;
};
struct collection_def_int64_list : protobuf::schema<collection_def_int64_list> {
    static protobuf::message_type const table;
};
struct collection_def_float_list : protobuf::schema<collection_def_float_list> {
    static protobuf::message_type const table;
};
struct collection_def_any_list : protobuf::schema<collection_def_any_list> {
    static protobuf::message_type const table;
};
struct tensor_info : protobuf::schema<tensor_info> { static protobuf::message_type const table; };
struct tensor_info_coo_sparse : protobuf::schema<tensor_info_coo_sparse> {
    static protobuf::message_type const table;
};
struct tensor_info_composite_tensor : protobuf::schema<tensor_info_composite_tensor> {
    static protobuf::message_type const table;
};
struct signature_def : protobuf::schema<signature_def> {
    static protobuf::message_type const table;
};
struct asset_file_def : protobuf::schema<asset_file_def> {
    static protobuf::message_type const table;
};
struct saved_model : protobuf::schema<saved_model> { static protobuf::message_type const table; };
struct fingerprint_def : protobuf::schema<fingerprint_def> {
    static protobuf::message_type const table;
};
struct named_tensor_proto : protobuf::schema<named_tensor_proto> {
    static protobuf::message_type const table;
};

inline constexpr protobuf::enum_value saver_def_checkpoint_format_version_values[]{
    {0, "LEGACY"}, {1, "V1"}, {2, "V2"},
};
inline constexpr protobuf::enum_type
    saver_def_checkpoint_format_version::table{
        "tensorflow.SaverDef.CheckpointFormatVersion",
        saver_def_checkpoint_format_version_values};

inline constexpr protobuf::field saver_def_fields[]{
    {1, "filename_tensor_name", type::string},
    {2, "save_tensor_name", type::string},
    {3, "restore_op_name", type::string},
    {4, "max_to_keep", type::int32},
    {5, "sharded", type::boolean},
    {6, "keep_checkpoint_every_n_hours", type::real32},
    {7, "version", type::enumeration, rule::single, 0, nullptr,
     &saver_def_checkpoint_format_version::table},
};
inline constexpr protobuf::message_type saver_def::table{"tensorflow.SaverDef", saver_def_fields};

inline constexpr protobuf::field meta_graph_def_fields[]{
    {1, "meta_info_def", type::message, rule::optional, 0, &meta_graph_def_meta_info_def::table},
    {2, "graph_def", type::message, rule::optional, 0, &graph_def::table},
    {3, "saver_def", type::message, rule::optional, 0, &saver_def::table},
    {4, "collection_def", type::message, rule::map, 0, &map_entry<type::string, type::message,
     &collection_def::table>},
    {5, "signature_def", type::message, rule::map, 0, &map_entry<type::string, type::message,
     &signature_def::table>},
    {6, "asset_file_def", type::message, rule::repeated, 0, &asset_file_def::table},
    {7, "object_graph_def", type::message, rule::optional, 0, &saved_object_graph::table},
};
inline constexpr protobuf::message_type
    meta_graph_def::table{"tensorflow.MetaGraphDef", meta_graph_def_fields};

inline constexpr protobuf::field meta_graph_def_meta_info_def_fields[]{
    {1, "meta_graph_version", type::string},
    {2, "stripped_op_list", type::message, rule::optional, 0, &op_list::table},
    {3, "any_info", type::message, rule::optional, 0, &protobuf::any::table},
    {4, "tags", type::string, rule::repeated},
    {5, "tensorflow_version", type::string},
    {6, "tensorflow_git_version", type::string},
    {7, "stripped_default_attrs", type::boolean},
    {8, "function_aliases", type::message, rule::map, 0, &map_entry<type::string, type::string>},
};
inline constexpr protobuf::message_type
    meta_graph_def_meta_info_def::table{
        "tensorflow.MetaGraphDef.MetaInfoDef",
        meta_graph_def_meta_info_def_fields};

inline constexpr protobuf::field collection_def_fields[]{
    {1, "node_list", type::message, rule::optional, 1, &collection_def_node_list::table},
    {2, "bytes_list", type::message, rule::optional, 1, &collection_def_bytes_list::table},
    {3, "int64_list", type::message, rule::optional, 1, &collection_def_int64_list::table},
    {4, "float_list", type::message, rule::optional, 1, &collection_def_float_list::table},
    {5, "any_list", type::message, rule::optional, 1, &collection_def_any_list::table},
};
inline constexpr protobuf::message_type
    collection_def::table{"tensorflow.CollectionDef", collection_def_fields};

inline constexpr protobuf::field collection_def_node_list_fields[]{
    {1, "value", type::string, rule::repeated},
};
inline constexpr protobuf::message_type
    collection_def_node_list::table{
        "tensorflow.CollectionDef.NodeList",
        collection_def_node_list_fields};

inline constexpr protobuf::field collection_def_bytes_list_fields[]{
    {1, "value", type::bytes, rule::repeated},
};
inline constexpr protobuf::message_type
    collection_def_bytes_list::table{
        "tensorflow.CollectionDef.BytesList",
        collection_def_bytes_list_fields};

inline constexpr protobuf::field collection_def_int64_list_fields[]{
    {1, "value", type::int64, rule::packed},
};
inline constexpr protobuf::message_type
    collection_def_int64_list::table{
        "tensorflow.CollectionDef.Int64List",
        collection_def_int64_list_fields};

inline constexpr protobuf::field collection_def_float_list_fields[]{
    {1, "value", type::real32, rule::packed},
};
inline constexpr protobuf::message_type
    collection_def_float_list::table{
        "tensorflow.CollectionDef.FloatList",
        collection_def_float_list_fields};

inline constexpr protobuf::field collection_def_any_list_fields[]{
    {1, "value", type::message, rule::repeated, 0, &protobuf::any::table},
};
inline constexpr protobuf::message_type
    collection_def_any_list::table{
        "tensorflow.CollectionDef.AnyList",
        collection_def_any_list_fields};

inline constexpr protobuf::field tensor_info_fields[]{
    {1, "name", type::string, rule::optional, 1},
    {2, "dtype", type::enumeration, rule::single, 0, nullptr, &data_type::table},
    {3, "tensor_shape", type::message, rule::optional, 0, &tensor_shape_proto::table},
    {4, "coo_sparse", type::message, rule::optional, 1, &tensor_info_coo_sparse::table},
    {5, "composite_tensor", type::message, rule::optional, 1, &tensor_info_composite_tensor::table},
};
inline constexpr protobuf::message_type
    tensor_info::table{"tensorflow.TensorInfo", tensor_info_fields};

inline constexpr protobuf::field tensor_info_coo_sparse_fields[]{
    {1, "values_tensor_name", type::string},
    {2, "indices_tensor_name", type::string},
    {3, "dense_shape_tensor_name", type::string},
};
inline constexpr protobuf::message_type
    tensor_info_coo_sparse::table{
        "tensorflow.TensorInfo.CooSparse",
        tensor_info_coo_sparse_fields};

inline constexpr protobuf::field tensor_info_composite_tensor_fields[]{
    {1, "type_spec", type::message, rule::optional, 0, &type_spec_proto::table},
    {2, "components", type::message, rule::repeated, 0, &tensor_info::table},
};
inline constexpr protobuf::message_type
    tensor_info_composite_tensor::table{
        "tensorflow.TensorInfo.CompositeTensor",
        tensor_info_composite_tensor_fields};

inline constexpr protobuf::field signature_def_fields[]{
    {1, "inputs", type::message, rule::map, 0, &map_entry<type::string, type::message,
     &tensor_info::table>},
    {2, "outputs", type::message, rule::map, 0, &map_entry<type::string, type::message,
     &tensor_info::table>},
    {3, "method_name", type::string},
    {4, "defaults", type::message, rule::map, 0, &map_entry<type::string, type::message,
     &tensor_proto::table>},
};
inline constexpr protobuf::message_type
    signature_def::table{"tensorflow.SignatureDef", signature_def_fields};

inline constexpr protobuf::field asset_file_def_fields[]{
    {1, "tensor_info", type::message, rule::optional, 0, &tensor_info::table},
    {2, "filename", type::string},
};
inline constexpr protobuf::message_type
    asset_file_def::table{"tensorflow.AssetFileDef", asset_file_def_fields};

inline constexpr protobuf::field saved_model_fields[]{
    {1, "saved_model_schema_version", type::int64},
    {2, "meta_graphs", type::message, rule::repeated, 0, &meta_graph_def::table},
};
inline constexpr protobuf::message_type
    saved_model::table{"tensorflow.SavedModel", saved_model_fields};

inline constexpr protobuf::field fingerprint_def_fields[]{
    {1, "saved_model_checksum", type::uint64},
    {2, "graph_def_program_hash", type::uint64},
    {3, "signature_def_hash", type::uint64},
    {4, "saved_object_graph_hash", type::uint64},
    {5, "checkpoint_hash", type::uint64},
    {6, "version", type::message, rule::optional, 0, &version_def::table},
    {7, "uuid", type::string},
};
inline constexpr protobuf::message_type
    fingerprint_def::table{"tensorflow.FingerprintDef", fingerprint_def_fields};

inline constexpr protobuf::field named_tensor_proto_fields[]{
    {1, "name", type::string},
    {2, "tensor", type::message, rule::optional, 0, &tensor_proto::table},
};
inline constexpr protobuf::message_type
    named_tensor_proto::table{"tensorflow.NamedTensorProto", named_tensor_proto_fields};

}  // namespace lade::inline LADE_ABI::tensorflow::proto
// clang-format on
