// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/protobuf/schema.hpp>

// Made by tests/make/tensorflow_schema.py; not edited by hand.
// clang-format off

/// The messages of the protobuf library itself that occur in model files.
///
///     google/protobuf/any.proto
///     google/protobuf/wrappers.proto
namespace lade::inline LADE_ABI::protobuf {

struct any : protobuf::schema<any> { static protobuf::message_type const table; };
struct double_value : protobuf::schema<double_value> { static protobuf::message_type const table; };
struct float_value : protobuf::schema<float_value> { static protobuf::message_type const table; };
struct int64_value : protobuf::schema<int64_value> { static protobuf::message_type const table; };
struct u_int64_value : protobuf::schema<u_int64_value> {
    static protobuf::message_type const table;
};
struct int32_value : protobuf::schema<int32_value> { static protobuf::message_type const table; };
struct u_int32_value : protobuf::schema<u_int32_value> {
    static protobuf::message_type const table;
};
struct bool_value : protobuf::schema<bool_value> { static protobuf::message_type const table; };
struct string_value : protobuf::schema<string_value> { static protobuf::message_type const table; };
struct bytes_value : protobuf::schema<bytes_value> { static protobuf::message_type const table; };

inline constexpr protobuf::field any_fields[]{
    {1, "type_url", type::string},
    {2, "value", type::bytes},
};
inline constexpr protobuf::message_type any::table{"google.protobuf.Any", any_fields};

inline constexpr protobuf::field double_value_fields[]{
    {1, "value", type::real64},
};
inline constexpr protobuf::message_type
    double_value::table{"google.protobuf.DoubleValue", double_value_fields};

inline constexpr protobuf::field float_value_fields[]{
    {1, "value", type::real32},
};
inline constexpr protobuf::message_type
    float_value::table{"google.protobuf.FloatValue", float_value_fields};

inline constexpr protobuf::field int64_value_fields[]{
    {1, "value", type::int64},
};
inline constexpr protobuf::message_type
    int64_value::table{"google.protobuf.Int64Value", int64_value_fields};

inline constexpr protobuf::field u_int64_value_fields[]{
    {1, "value", type::uint64},
};
inline constexpr protobuf::message_type
    u_int64_value::table{"google.protobuf.UInt64Value", u_int64_value_fields};

inline constexpr protobuf::field int32_value_fields[]{
    {1, "value", type::int32},
};
inline constexpr protobuf::message_type
    int32_value::table{"google.protobuf.Int32Value", int32_value_fields};

inline constexpr protobuf::field u_int32_value_fields[]{
    {1, "value", type::uint32},
};
inline constexpr protobuf::message_type
    u_int32_value::table{"google.protobuf.UInt32Value", u_int32_value_fields};

inline constexpr protobuf::field bool_value_fields[]{
    {1, "value", type::boolean},
};
inline constexpr protobuf::message_type
    bool_value::table{"google.protobuf.BoolValue", bool_value_fields};

inline constexpr protobuf::field string_value_fields[]{
    {1, "value", type::string},
};
inline constexpr protobuf::message_type
    string_value::table{"google.protobuf.StringValue", string_value_fields};

inline constexpr protobuf::field bytes_value_fields[]{
    {1, "value", type::bytes},
};
inline constexpr protobuf::message_type
    bytes_value::table{"google.protobuf.BytesValue", bytes_value_fields};

}  // namespace lade::inline LADE_ABI::protobuf
// clang-format on
