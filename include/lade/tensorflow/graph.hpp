// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/textproto/print.hpp>
#include <lade/model/names.hpp>
#include <lade/tensorflow/graph_reader.hpp>

#include <memory>

namespace lade::inline LADE_ABI::tensorflow {

namespace ids {
inline constexpr error_id no_output{"tensorflow.no_output", kind::mismatch,
                                    "a node's output was named that it does not have"};
}  // namespace ids

/// One output of a node. Points into its graph.
struct graph_tensor {
    std::string_view node;
    std::string_view op;
    std::uint32_t output = 0;
    std::optional<lade::dtype> type;  ///< where an attribute of the node tells it
    /// Elements along each axis, -1 where the graph leaves it open; none: the graph does not say.
    std::optional<std::vector<std::int64_t>> shape;
};

/// A graph as a value: the bytes of a GraphDef and their index. What is not edited is written byte
/// for byte as it was read.
class graph {
  public:
    static constexpr contents holds{content::graph | content::weights};

    /// Errors: those of graph_index.
    static result<graph> parse(std::vector<std::byte> graph_def, limits const& most = {}) {
        graph made;
        made.in_ = std::make_unique<state>(std::move(graph_def), most);
        auto index = graph_index::read(made.in_->data, made.in_->memory);
        if (!index) return index.error();
        made.in_->index.emplace(*std::move(index));
        return made;
    }
    static result<graph> parse(bytes::view graph_def, limits const& most = {}) {
        return parse(std::vector<std::byte>(graph_def.begin(), graph_def.end()), most);
    }
    /// Errors: those of textproto and of graph_index.
    static result<graph> parse_text(std::string_view text, limits const& most = {}) {
        heap_arena memory{most.bookkeeping(text.size())};
        protobuf::document in{memory};
        auto const parsed =
            textproto::parse(text, proto::graph_def::table, in, {.types = proto::all});
        if (!parsed) return parsed.error();
        return parse(protobuf::encode(*parsed), most);
    }

    /// The GraphDef.
    bytes::view bytes() const { return in_->data; }
    graph_index const& index() const { return *in_->index; }
    std::uint32_t size() const { return in_->index->size(); }
    limits const& granted() const { return in_->most; }

    /// Placeholders, and the nodes that no other one consumes. Errors: those of the memory.
    result<graph_summary> summary() const { return in_->index->summary(); }

    /// The number of a node. Errors: tensorflow.no_node, with the likeliest other name in it.
    result<std::uint32_t> node(std::string_view name) const {
        auto const found = in_->index->find(name);
        if (!found) return found.error();
        if (*found != name_index::none) return *found;
        std::vector<std::string_view> names;
        for (std::uint32_t i = 0; i < size(); ++i) names.push_back(index().name(i));
        std::string const guess = closest(name, names);
        error const what = fail(ids::no_node);
        return guess.empty() ? what.in(name) : what.in("did you mean " + guess + "?").in(name);
    }

    /// The tensor "node:output"; without a number the first output. Errors: tensorflow.no_node,
    /// tensorflow.no_output (an order of work, "^node", has none).
    result<graph_tensor> tensor(std::string_view name) const {
        auto const parts = parse_input(name);
        if (parts.control || !parts.output.empty()) return fail(ids::no_output).in(name);
        auto const at = node(parts.node);
        if (!at) return at.error();
        graph_tensor made;
        made.node = index().name(*at);
        made.op = index().op(*at);
        made.output = parts.index;
        heap_arena scratch{granted().bookkeeping(index().bytes(*at).size())};
        protobuf::document in{scratch};
        auto const body = index().node(*at, in);
        made.type = type_of(body, made);
        made.shape = shape_of(body, made.output);
        if (in.failed()) return in.error();
        return made;
    }

    /// The nodes that the outputs need ("node" or "node:output"), in their order, with the whole
    /// library of functions. Errors: tensorflow.no_node, those of the document.
    result<graph> subgraph(std::span<std::string const> outputs) const {
        auto const wanted = needed(outputs);
        if (!wanted) return wanted.error();
        heap_arena memory{granted().bookkeeping(bytes().size())};
        protobuf::document in{memory};
        auto const whole = protobuf::read(in, proto::graph_def::table, bytes());
        std::uint32_t number = 0;
        auto edited = whole;
        edited.keep_if(proto::graph_def::number("node"),
                       [&](protobuf::message) { return (*wanted)[number++]; });
        if (in.failed()) return in.error();
        return parse(protobuf::encode(edited), granted());
    }

    /// The same graph below a prefix, as tf.import_graph_def(name=prefix) names it: nodes, inputs
    /// and places of colocation, but not functions. Errors: those of the document.
    result<graph> imported(std::string_view prefix) const {
        using proto::node_def;
        while (prefix.ends_with('/')) prefix.remove_suffix(1);
        if (prefix.empty()) return parse(bytes(), granted());
        std::string const before = std::string(prefix) + '/';
        heap_arena memory{granted().bookkeeping(bytes().size() + size() * before.size())};
        protobuf::document in{memory};
        auto const whole = protobuf::read(in, proto::graph_def::table, bytes());
        for (auto node : whole.subs(proto::graph_def::number("node"))) {
            node.set_text(node_def::number("name"),
                          before + std::string(node.text(node_def::number("name"))));
            std::vector<std::string> inputs;
            for (auto const each : node.texts(node_def::number("input")))
                inputs.push_back(each.starts_with('^') ? '^' + before + std::string(each.substr(1))
                                                       : before + std::string(each));
            node.clear(node_def::number("input"));
            for (auto const& each : inputs) node.add_text(node_def::number("input"), each);
            constexpr std::string_view here = "loc:@";
            auto const entry = node.entry(node_def::number("attr"), "_class");
            if (!entry) continue;
            std::vector<std::string> classes;
            for (auto const each : places_of(entry))
                classes.push_back(each.starts_with(here) ? std::string(here) + before +
                                                               std::string(each.substr(here.size()))
                                                         : std::string(each));
            auto list = entry.sub(2).edit(proto::attr_value::number("list"));
            list.clear(proto::attr_value_list_value::number("s"));
            for (auto const& each : classes)
                list.add_text(proto::attr_value_list_value::number("s"), each);
        }
        if (in.failed()) return in.error();
        return parse(protobuf::encode(whole), granted());
    }

    /// The text form, as TensorFlow prints it. Errors: those of the document.
    result<std::string> text() const {
        heap_arena memory{granted().bookkeeping(bytes().size())};
        protobuf::document in{memory};
        return textproto::print(protobuf::read(in, proto::graph_def::table, bytes()));
    }

    /// For each node whether the outputs need it: by inputs, by order, or because it must stand
    /// where they stand (graph_util.extract_sub_graph). Errors: tensorflow.no_node.
    result<std::vector<bool>> needed(std::span<std::string const> outputs) const {
        std::vector<bool> found(size());
        std::vector<std::uint32_t> left;
        auto const want = [&](std::string_view name) -> result<void> {
            auto const at = node(name);
            if (!at) return at.error();
            if (!found[*at]) left.push_back(*at);
            found[*at] = true;
            return {};
        };
        for (auto const& one : outputs)
            if (auto const done = want(parse_input(one).node); !done) return done.error();
        while (!left.empty()) {
            std::uint32_t const at = left.back();
            left.pop_back();
            for (std::uint32_t i = 0; i < index().inputs(at); ++i)
                if (auto const done = want(parse_input(index().input(at, i)).node); !done)
                    return done.error().in(index().name(at));
            heap_arena scratch{granted().bookkeeping(index().bytes(at).size())};
            protobuf::document in{scratch};
            auto const entry =
                index().node(at, in).entry(proto::node_def::number("attr"), "_class");
            constexpr std::string_view here = "loc:@";
            if (!entry) continue;
            for (auto const each : places_of(entry))
                if (each.starts_with(here))
                    if (auto const done = want(each.substr(here.size())); !done)
                        return done.error().in(index().name(at));
        }
        return found;
    }

  private:
    struct state {
        state(std::vector<std::byte> bytes, limits const& granted)
            : data(std::move(bytes)), most(granted), memory(granted.bookkeeping(data.size())) {}
        std::vector<std::byte> data;
        limits most;
        heap_arena memory;
        std::optional<graph_index> index;
    };
    graph() = default;

    static protobuf::occurrences<protobuf::detail::as_text> places_of(protobuf::message entry) {
        return entry.sub(2)
            .sub(proto::attr_value::number("list"))
            .texts(proto::attr_value_list_value::number("s"));
    }

    static std::optional<lade::dtype> type_of(protobuf::message node, graph_tensor const& of) {
        // their attribute T is that of the inputs
        for (std::string_view const each :
             {"Less", "LessEqual", "Greater", "GreaterEqual", "Equal", "NotEqual"})
            if (of.op == each) return lade::dtype::boolean;
        for (std::string_view const name :
             {"dtype", "DstT", "out_type", "output_type", "Tout", "_output_types", "T"}) {
            auto const value = node.at(proto::node_def::number("attr"), name);
            if (!value) continue;
            if (value.has(proto::attr_value::number("type")))
                return dtype_of(value.integer(proto::attr_value::number("type")));
            std::uint32_t at = 0;
            for (std::int64_t const each :
                 value.sub(proto::attr_value::number("list"))
                     .integers(proto::attr_value_list_value::number("type")))
                if (at++ == of.output) return dtype_of(each);
        }
        return std::nullopt;
    }
    static std::optional<std::vector<std::int64_t>> shape_of(protobuf::message node,
                                                             std::uint32_t output) {
        using proto::attr_value, proto::attr_value_list_value, proto::tensor_shape_proto;
        auto const attributes = proto::node_def::number("attr");
        protobuf::message found;
        std::uint32_t at = 0;
        for (auto const each : node.at(attributes, "_output_shapes")
                                   .sub(attr_value::number("list"))
                                   .subs(attr_value_list_value::number("shape")))
            if (at++ == output) found = each;
        if (!found && output == 0) {
            found = node.at(attributes, "shape").sub(attr_value::number("shape"));
            if (!found)
                found = node.at(attributes, "value")
                            .sub(attr_value::number("tensor"))
                            .sub(proto::tensor_proto::number("tensor_shape"));
        }
        if (!found || found.flag(tensor_shape_proto::number("unknown_rank"))) return std::nullopt;
        std::vector<std::int64_t> made;
        for (auto const dim : found.subs(tensor_shape_proto::number("dim")))
            made.push_back(dim.integer(proto::tensor_shape_proto_dim::number("size")));
        return made;
    }

    std::unique_ptr<state> in_;
};

/// Hands a graph to a sink, as a reader hands its file. Errors: those of read_graph_def.
inline result<flow> give(graph const& from, any_sink& to) {
    if (auto const done = to.part(content::graph, "graph_def", from.bytes()); !done)
        return done.error();
    return detail::read_nodes(from.bytes(), to, from.granted(), {});
}

}  // namespace lade::inline LADE_ABI::tensorflow
