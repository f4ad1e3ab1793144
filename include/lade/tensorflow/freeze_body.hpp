// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/tensorflow/graph_index.hpp>
#include <lade/tensorflow/write_tensor.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

/// The nodes of one body (a graph, or a function) when the variables that they read become values.
///
/// A handle of a variable is followed through what only hands it on (Identity, the operations of
/// loops) to what uses it:
///
///     ReadVariableOp        Identity
///     ResourceGather        GatherV2 with a constant axis 0
///     ResourceGatherNd      GatherNd
///     calls, If, Case, While  stay, with the type of the value in the place of the handle
///
/// tensorflow/python/framework/convert_to_constants.py tells the same of TensorFlow.
namespace lade::inline LADE_ABI::tensorflow::detail {

/// What a handle stands for.
struct captured {
    std::int32_t number = 0;  ///< TensorFlow's number of the type
    std::vector<std::uint64_t> shape;
};

enum class use : std::uint8_t {
    none,
    hands_on,
    splits,
    loop,
    call,
    branch,
    read,
    gather,
    gather_nd
};

constexpr use use_of(std::string_view op) {
    struct row {
        std::string_view op;
        use as;
    };
    constexpr row rows[]{
        {"Identity", use::hands_on},
        {"Enter", use::hands_on},
        {"Exit", use::hands_on},
        {"NextIteration", use::hands_on},
        {"Merge", use::hands_on},
        {"Switch", use::splits},
        {"While", use::loop},
        {"StatelessWhile", use::loop},
        {"PartitionedCall", use::call},
        {"StatefulPartitionedCall", use::call},
        {"If", use::branch},
        {"StatelessIf", use::branch},
        {"Case", use::branch},
        {"StatelessCase", use::branch},
        {"ReadVariableOp", use::read},
        {"ResourceGather", use::gather},
        {"ResourceGatherNd", use::gather_nd},
    };
    for (auto const& one : rows)
        if (one.op == op) return one.as;
    return use::none;
}

inline protobuf::message attribute(protobuf::message node, std::string_view name) {
    return node.edit_entry(proto::node_def::number("attr"), name).edit(2);
}
inline void set_type(protobuf::message node, std::string_view name, std::int32_t type) {
    attribute(node, name).set_integer(proto::attr_value::number("type"), type);
}
inline void drop_attribute(protobuf::message node, std::string_view name) {
    node.keep_if(proto::node_def::number("attr"),
                 [&](protobuf::message each) { return each.text(1) != name; });
}
/// Sets one type of a list of types.
inline void set_type_at(protobuf::message node, std::string_view name, std::size_t place,
                        std::int32_t type) {
    auto const number = proto::attr_value_list_value::number("type");
    auto list = attribute(node, name).edit(proto::attr_value::number("list"));
    std::vector<std::int64_t> all;
    for (std::int64_t const each : list.integers(number)) all.push_back(each);
    if (place < all.size()) all[place] = type;
    list.clear(number);
    for (std::int64_t const each : all) list.add_integer(number, each);
}
inline void set_inputs(protobuf::message node, std::span<std::string const> inputs) {
    node.clear(proto::node_def::number("input"));
    for (auto const& each : inputs) node.add_text(proto::node_def::number("input"), each);
}
inline std::vector<std::string> inputs_of(protobuf::message node) {
    std::vector<std::string> all;
    for (auto const each : node.texts(proto::node_def::number("input"))) all.emplace_back(each);
    return all;
}

class frozen_body {
  public:
    /// A node, or an argument of a function, and the handles that come out of it.
    struct item {
        protobuf::message node{};  ///< absent for an argument
        std::string_view name;
        std::string_view op;
        std::vector<captured const*> outputs{};
        std::vector<std::pair<std::uint32_t, captured const*>> handles{};  ///< by input
    };

    /// `field`: that of the nodes in `holder`. `arguments`: names of those of a function.
    frozen_body(protobuf::message holder, std::uint32_t field,
                std::span<std::string_view const> arguments)
        : holder_(holder), field_(field), is_function_(!holder.has(field) || field != 1) {
        for (auto const name : arguments) items_.push_back({{}, name, {}});
        for (auto const node : holder.subs(field))
            items_.push_back({node, node.text(proto::node_def::number("name")),
                              node.text(proto::node_def::number("op"))});
        for (std::uint32_t i = 0; i < items_.size(); ++i) names_.push_back({items_[i].name, i});
        std::sort(names_.begin(), names_.end());
        for (std::uint32_t i = 0; i < items_.size(); ++i) {
            if (!items_[i].node) continue;
            std::uint32_t place = 0;
            for (auto const text : items_[i].node.texts(proto::node_def::number("input"))) {
                auto const from = parse_input(text);
                std::uint32_t const at = place++;
                if (from.control) continue;
                if (auto const found = find(from.node))
                    edges_.push_back({*found, output_of(from), i, at});
            }
        }
        std::sort(edges_.begin(), edges_.end());
    }

    std::vector<item>& items() { return items_; }
    bool is_function() const { return is_function_; }

    /// From the output of an item comes the handle of a variable.
    void mark(std::uint32_t at, std::uint32_t output, captured const* what) {
        auto& outputs = items_[at].outputs;
        if (outputs.size() <= output) outputs.resize(output + 1);
        if (outputs[output] != nullptr) return;
        outputs[output] = what;
        left_.push_back({at, output});
    }
    /// Follows all marks to their users.
    void follow() {
        while (!left_.empty()) {
            auto const [at, output] = left_.back();
            left_.pop_back();
            captured const* const what = items_[at].outputs[output];
            edge const first{at, output, 0, 0};
            for (auto each = std::lower_bound(edges_.begin(), edges_.end(), first);
                 each != edges_.end() && each->from == at && each->output == output; ++each) {
                item& user = items_[each->to];
                user.handles.push_back({each->place, what});
                switch (use_of(user.op)) {
                    case use::hands_on: mark(each->to, 0, what); break;
                    case use::splits:
                        mark(each->to, 0, what);
                        mark(each->to, 1, what);
                        break;
                    case use::loop: mark(each->to, each->place, what); break;
                    default: break;
                }
            }
        }
    }
    /// The handle that a tensor of this body is; null: it is none.
    captured const* handle(std::string_view tensor) const {
        auto const from = parse_input(tensor);
        auto const found = find(from.node);
        if (!found) return nullptr;
        auto const& outputs = items_[*found].outputs;
        std::uint32_t const output = output_of(from);
        return output < outputs.size() ? outputs[output] : nullptr;
    }

    /// Rewrites a node that reads a variable. `functions` are not its matter.
    void rewrite_read(item& of) {
        using proto::node_def;
        captured const& what = *of.handles.front().second;
        auto node = of.node;
        auto const attributes = node_def::number("attr");
        switch (use_of(of.op)) {
            case use::read:
                node.set_text(node_def::number("op"), "Identity");
                node.keep_if(attributes,
                             [](protobuf::message each) { return each.text(1) == "_class"; });
                set_type(node, "T", what.number);
                if (is_function_) reads_.push_back(of.name);
                break;
            case use::gather: rewrite_gather(node, std::string(of.name), what); break;
            case use::gather_nd:
                node.set_text(node_def::number("op"), "GatherNd");
                node.keep_if(attributes,
                             [](protobuf::message each) { return each.text(1) == "Tindices"; });
                set_type(node, "Tparams", what.number);
                break;
            default:  // hands it on
                set_type(node, "T", what.number);
                drop_attribute(node, "_output_shapes");
        }
        clear_debug(node);
    }
    /// Users of what was `node:value:0` before.
    std::string renamed(std::string_view tensor) const {
        auto const from = parse_input(tensor);
        if (from.control || from.output != "value" ||
            std::find(reads_.begin(), reads_.end(), from.node) == reads_.end())
            return std::string(tensor);
        return std::string(from.node) + ":output:0";
    }
    void rename_users() {
        if (reads_.empty()) return;
        std::sort(reads_.begin(), reads_.end());
        for (item& each : items_) {
            if (!each.node) continue;
            bool changed = false;
            auto inputs = inputs_of(each.node);
            for (auto& input : inputs) {
                auto const from = parse_input(input);
                if (from.control || from.output != "value" ||
                    !std::binary_search(reads_.begin(), reads_.end(), from.node))
                    continue;
                input = std::string(from.node) + ":output:0";
                changed = true;
            }
            if (changed) set_inputs(each.node, inputs);
        }
    }

    static void clear_debug(protobuf::message node) {
        node.clear(proto::node_def::number("experimental_debug_info"));
        node.clear(proto::node_def::number("experimental_type"));
    }

  private:
    struct edge {
        std::uint32_t from, output, to, place;
        auto operator<=>(edge const&) const = default;
    };

    static std::uint32_t output_of(input_name const& of) {
        return of.output == "output_true" ? 1 : of.index;
    }
    std::optional<std::uint32_t> find(std::string_view name) const {
        auto const at = std::lower_bound(names_.begin(), names_.end(),
                                         std::pair<std::string_view, std::uint32_t>{name, 0});
        if (at == names_.end() || at->first != name) return std::nullopt;
        return at->second;
    }

    void rewrite_gather(protobuf::message node, std::string const& name, captured const& what) {
        using proto::node_def;
        std::int64_t const indices = node.at(node_def::number("attr"), "Tindices")
                                         .integer(proto::attr_value::number("type"), 3);
        std::int64_t const batch =
            node.at(node_def::number("attr"), "batch_dims").integer(proto::attr_value::number("i"));
        std::string const axis = name + "/axis";
        node.set_text(node_def::number("op"), "GatherV2");
        node.clear(node_def::number("attr"));
        set_type(node, "Tparams", what.number);
        set_type(node, "Tindices", static_cast<std::int32_t>(indices));
        set_type(node, "Taxis", 3);
        attribute(node, "batch_dims").set_integer(proto::attr_value::number("i"), batch);
        auto inputs = inputs_of(node);
        inputs.insert(
            inputs.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(inputs.size(), 2)),
            is_function_ ? axis + ":output:0" : axis);
        set_inputs(node, inputs);
        auto made = holder_.add(field_);
        made.set_text(node_def::number("name"), axis);
        made.set_text(node_def::number("op"), "Const");
        set_type(made, "dtype", 3);
        static constexpr std::byte zero[4]{};
        static constexpr std::byte one[4]{std::byte{1}};
        write_tensor(attribute(made, "value").edit(proto::attr_value::number("tensor")),
                     dtype::int32, {}, batch == 0 ? bytes::view(zero) : bytes::view(one));
    }

    protobuf::message holder_;
    std::uint32_t field_;
    bool is_function_;
    std::vector<item> items_;
    std::vector<std::pair<std::string_view, std::uint32_t>> names_;
    std::vector<edge> edges_;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> left_;
    std::vector<std::string_view> reads_;
};

}  // namespace lade::inline LADE_ABI::tensorflow::detail
