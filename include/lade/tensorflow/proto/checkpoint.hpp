// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/protobuf/schema.hpp>
#include <lade/tensorflow/proto/tensor.hpp>

// Made by tests/make/tensorflow_schema.py; not edited by hand.
// clang-format off

/// Checkpoints: V2 bundles, V1 tables, the state file, the directory of a memory-mapped graph.
///
///     tensorflow/core/protobuf/tensor_bundle.proto
///     tensorflow/core/util/saved_tensor_slice.proto
///     tensorflow/python/training/checkpoint_state.proto
///     tensorflow/core/util/memmapped_file_system.proto
namespace lade::inline LADE_ABI::tensorflow::proto {

using protobuf::map_entry;
using protobuf::rule;
using protobuf::type;

struct bundle_header_proto_endianness { static protobuf::enum_type const table; };
struct bundle_header_proto : protobuf::schema<bundle_header_proto> {
    static protobuf::message_type const table;
};
struct bundle_entry_proto : protobuf::schema<bundle_entry_proto> {
    static protobuf::message_type const table;
};
struct saved_slice_meta : protobuf::schema<saved_slice_meta> {
    static protobuf::message_type const table;
};
struct saved_tensor_slice_meta : protobuf::schema<saved_tensor_slice_meta> {
    static protobuf::message_type const table;
};
struct saved_slice : protobuf::schema<saved_slice> { static protobuf::message_type const table; };
struct saved_tensor_slices : protobuf::schema<saved_tensor_slices> {
    static protobuf::message_type const table;
};
struct checkpoint_state : protobuf::schema<checkpoint_state> {
    static protobuf::message_type const table;
};
struct memmapped_file_system_directory_element
    : protobuf::schema<memmapped_file_system_directory_element> {
    static protobuf::message_type const table;
};
struct memmapped_file_system_directory : protobuf::schema<memmapped_file_system_directory> {
    static protobuf::message_type const table;
};

inline constexpr protobuf::enum_value bundle_header_proto_endianness_values[]{
    {0, "LITTLE"}, {1, "BIG"},
};
inline constexpr protobuf::enum_type
    bundle_header_proto_endianness::table{
        "tensorflow.BundleHeaderProto.Endianness",
        bundle_header_proto_endianness_values};

inline constexpr protobuf::field bundle_header_proto_fields[]{
    {1, "num_shards", type::int32},
    {2, "endianness", type::enumeration, rule::single, 0, nullptr,
     &bundle_header_proto_endianness::table},
    {3, "version", type::message, rule::optional, 0, &version_def::table},
};
inline constexpr protobuf::message_type
    bundle_header_proto::table{"tensorflow.BundleHeaderProto", bundle_header_proto_fields};

inline constexpr protobuf::field bundle_entry_proto_fields[]{
    {1, "dtype", type::enumeration, rule::single, 0, nullptr, &data_type::table},
    {2, "shape", type::message, rule::optional, 0, &tensor_shape_proto::table},
    {3, "shard_id", type::int32},
    {4, "offset", type::int64},
    {5, "size", type::int64},
    {6, "crc32c", type::fixed32},
    {7, "slices", type::message, rule::repeated, 0, &tensor_slice_proto::table},
};
inline constexpr protobuf::message_type
    bundle_entry_proto::table{"tensorflow.BundleEntryProto", bundle_entry_proto_fields};

inline constexpr protobuf::field saved_slice_meta_fields[]{
    {1, "name", type::string},
    {2, "shape", type::message, rule::optional, 0, &tensor_shape_proto::table},
    {3, "type", type::enumeration, rule::single, 0, nullptr, &data_type::table},
    {4, "slice", type::message, rule::repeated, 0, &tensor_slice_proto::table},
};
inline constexpr protobuf::message_type
    saved_slice_meta::table{"tensorflow.SavedSliceMeta", saved_slice_meta_fields};

inline constexpr protobuf::field saved_tensor_slice_meta_fields[]{
    {1, "tensor", type::message, rule::repeated, 0, &saved_slice_meta::table},
    {2, "versions", type::message, rule::optional, 0, &version_def::table},
};
inline constexpr protobuf::message_type
    saved_tensor_slice_meta::table{
        "tensorflow.SavedTensorSliceMeta",
        saved_tensor_slice_meta_fields};

inline constexpr protobuf::field saved_slice_fields[]{
    {1, "name", type::string},
    {2, "slice", type::message, rule::optional, 0, &tensor_slice_proto::table},
    {3, "data", type::message, rule::optional, 0, &tensor_proto::table},
};
inline constexpr protobuf::message_type
    saved_slice::table{"tensorflow.SavedSlice", saved_slice_fields};

inline constexpr protobuf::field saved_tensor_slices_fields[]{
    {1, "meta", type::message, rule::optional, 0, &saved_tensor_slice_meta::table},
    {2, "data", type::message, rule::optional, 0, &saved_slice::table},
};
inline constexpr protobuf::message_type
    saved_tensor_slices::table{"tensorflow.SavedTensorSlices", saved_tensor_slices_fields};

inline constexpr protobuf::field checkpoint_state_fields[]{
    {1, "model_checkpoint_path", type::string},
    {2, "all_model_checkpoint_paths", type::string, rule::repeated},
    {3, "all_model_checkpoint_timestamps", type::real64, rule::packed},
    {4, "last_preserved_timestamp", type::real64},
};
inline constexpr protobuf::message_type
    checkpoint_state::table{"tensorflow.CheckpointState", checkpoint_state_fields};

inline constexpr protobuf::field memmapped_file_system_directory_element_fields[]{
    {1, "offset", type::uint64},
    {2, "name", type::string},
    {3, "length", type::uint64},
};
inline constexpr protobuf::message_type
    memmapped_file_system_directory_element::table{
        "tensorflow.MemmappedFileSystemDirectoryElement",
        memmapped_file_system_directory_element_fields};

inline constexpr protobuf::field memmapped_file_system_directory_fields[]{
    {1, "element", type::message, rule::repeated, 0,
     &memmapped_file_system_directory_element::table},
};
inline constexpr protobuf::message_type
    memmapped_file_system_directory::table{
        "tensorflow.MemmappedFileSystemDirectory",
        memmapped_file_system_directory_fields};

}  // namespace lade::inline LADE_ABI::tensorflow::proto
// clang-format on
