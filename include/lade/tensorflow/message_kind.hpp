// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/protobuf/wire.hpp>
#include <lade/tensorflow/proto/meta_graph.hpp>

#include <cstdint>
#include <string_view>

namespace lade::inline LADE_ABI::tensorflow {

/// What a file of one message is.
enum class message_kind : std::uint8_t { unknown, graph_def, meta_graph, saved_model, text };

namespace detail {

/// Whether `data` is a list of fields, each of which `is` allows. Stops at the first that it does
/// not.
template <class Is>
constexpr bool all_fields(bytes::view data, Is&& is) {
    protobuf::wire_reader at{data};
    for (protobuf::wire_field field; at.next(field);)
        if (!is(field)) return false;
    return static_cast<bool>(at);
}

constexpr bool is_node(bytes::view data) {
    using proto::node_def;
    bool name = false, op = false;
    bool const fits = all_fields(data, [&](protobuf::wire_field const& field) {
        if (field.number == node_def::number("name"))
            name = field.kind == protobuf::wire::sized && !field.data.empty();
        if (field.number == node_def::number("op"))
            op = field.kind == protobuf::wire::sized && !field.data.empty();
        return true;
    });
    return fits && name && op;
}

constexpr bool is_graph(bytes::view data) {
    using proto::graph_def;
    bool nodes = false;
    bool const fits = all_fields(data, [&](protobuf::wire_field const& field) {
        if (field.number != graph_def::number("node")) return true;
        nodes = true;
        return field.kind == protobuf::wire::sized && is_node(field.data);
    });
    return fits && nodes;
}

}  // namespace detail

/// Tells GraphDef, MetaGraphDef and SavedModel apart by what is in them, for any of them can be
/// parsed as any other. A graph has nodes, all with a name and an operation; a meta graph holds a
/// graph; only a SavedModel begins with a number, and it holds messages. Costs one pass over the
/// headers of the nodes. `text`: it begins as the text form of one of them does.
constexpr message_kind kind_of(bytes::view data) {
    using proto::meta_graph_def, proto::saved_model;
    using protobuf::wire;
    if (data.empty()) return message_kind::unknown;
    if (data[0] == std::byte{0x08}) {
        bool meta = false;
        bool const fits = detail::all_fields(data, [&](protobuf::wire_field const& field) {
            if (field.number != saved_model::number("meta_graphs"))
                return field.number == 1 && field.kind == wire::varint;
            meta = true;
            return field.kind == wire::sized;
        });
        return fits && meta ? message_kind::saved_model : message_kind::unknown;
    }
    for (std::string_view const start :
         {"node", "library", "versions", "meta_info_def", "graph_def", "saved_model_schema_version",
          "meta_graphs", "saver_def", "collection_def", "#"})
        if (bytes::starts_with(data, start)) return message_kind::text;
    if (detail::is_graph(data)) return message_kind::graph_def;
    bool graph = false;
    bool const fits = detail::all_fields(data, [&](protobuf::wire_field const& field) {
        if (field.number > 7 || field.kind != wire::sized) return false;
        if (field.number == meta_graph_def::number("graph_def"))
            graph = detail::is_graph(field.data);
        return true;
    });
    return fits && graph ? message_kind::meta_graph : message_kind::unknown;
}

}  // namespace lade::inline LADE_ABI::tensorflow
