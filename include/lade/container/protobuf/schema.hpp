// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/config.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

/// Messages described at compile time.
///
/// A message is one `constexpr` table of its fields; parsing, writing, the text format both ways
/// and typed access all read that table, so no message is coded twice. A program names fields by
/// their names in the .proto file: `node.text(node_def::number("op"))`; a name that is not in the
/// table does not compile.
///
/// Language guide (proto3): "Field presence", "Packed", "Oneof", "Maps".
namespace lade::inline LADE_ABI::protobuf {

enum class type : std::uint8_t {
    real64,
    real32,
    int64,
    uint64,
    int32,
    fixed64,
    fixed32,
    boolean,
    string,
    group,
    message,
    bytes,
    uint32,
    enumeration,
    sfixed32,
    sfixed64,
    sint32,
    sint64,
};

/// How often a field stands in its message, and whether a zero is written.
enum class rule : std::uint8_t {
    single,    ///< proto3 without a label: zero is the same as absent and is not written
    optional,  ///< presence is kept: messages, members of a oneof, proto2, `optional`
    repeated,  ///< written one by one; read packed as well
    packed,    ///< written packed; read one by one as well
    map,       ///< entries with `key` = 1 and `value` = 2; the last one with a key wins
};

struct message_type;

struct enum_value {
    std::int32_t number;
    std::string_view name;
};

struct enum_type {
    std::string_view name;               ///< in full: "tensorflow.DataType"
    std::span<enum_value const> values;  ///< by number

    constexpr std::string_view name_of(std::int32_t number) const {
        for (auto const& value : values)
            if (value.number == number) return value.name;
        return {};
    }
    /// Null: no such name.
    constexpr enum_value const* named(std::string_view wanted) const {
        for (auto const& value : values)
            if (value.name == wanted) return &value;
        return nullptr;
    }
};

struct field {
    std::uint32_t number;
    std::string_view name;
    protobuf::type type;
    protobuf::rule rule = protobuf::rule::single;
    std::uint8_t oneof = 0;  ///< fields with the same number here exclude each other; 0: free
    message_type const* message = nullptr;  ///< of a message, or of the entries of a map
    enum_type const* values = nullptr;      ///< of an enumeration

    constexpr bool is_repeated() const { return rule >= protobuf::rule::repeated; }
    constexpr bool is_text() const { return type == type::string || type == type::bytes; }
};

struct message_type {
    std::string_view name;          ///< in full: "tensorflow.NodeDef"
    std::span<field const> fields;  ///< by number

    /// Null: not in the table.
    constexpr field const* find(std::uint32_t number) const {
        if (number - 1 < fields.size() && fields[number - 1].number == number)
            return &fields[number - 1];
        std::size_t low = 0;
        for (std::size_t high = fields.size(); low < high;) {
            std::size_t const middle = low + (high - low) / 2;
            if (fields[middle].number < number) low = middle + 1;
            else high = middle;
        }
        return low < fields.size() && fields[low].number == number ? &fields[low] : nullptr;
    }
    constexpr field const* named(std::string_view wanted) const {
        for (auto const& each : fields)
            if (each.name == wanted) return &each;
        return nullptr;
    }
};

/// Base of the struct that stands for a message.
template <class Message>
struct schema {
    /// The number of the field of that name. Does not compile for a name that the message does not
    /// have.
    static consteval std::uint32_t number(std::string_view name) {
        return Message::table.named(name)->number;
    }
};

namespace detail {
template <type Key, type Value, message_type const* Message, enum_type const* Values, rule Presence>
inline constexpr field map_fields[]{
    {1, "key", Key, Presence},
    {2, "value", Value, Value == type::message ? rule::optional : Presence, 0, Message, Values}};
}  // namespace detail

/// The message that one entry of a map is. `Presence` is rule::optional in files with the syntax
/// proto2.
template <type Key, type Value, message_type const* Message = nullptr,
          enum_type const* Values = nullptr, rule Presence = rule::single>
inline constexpr message_type map_entry{"",
                                        detail::map_fields<Key, Value, Message, Values, Presence>};

enum class wire : std::uint8_t { varint, fixed64, sized, group, group_end, fixed32 };

/// The wire type that a single value of `of` has.
constexpr wire wire_of(type of) {
    switch (of) {
        case type::real64:
        case type::fixed64:
        case type::sfixed64: return wire::fixed64;
        case type::string:
        case type::bytes:
        case type::message: return wire::sized;
        case type::group: return wire::group;
        case type::real32:
        case type::fixed32:
        case type::sfixed32: return wire::fixed32;
        default: return wire::varint;
    }
}

/// The type of that name in full among `types`; null if it is not there. What the payload of a
/// google.protobuf.Any is.
constexpr message_type const* type_named(std::span<message_type const* const> types,
                                         std::string_view name) {
    for (auto const* each : types)
        if (each->name == name) return each;
    return nullptr;
}

}  // namespace lade::inline LADE_ABI::protobuf
