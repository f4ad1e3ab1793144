// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/name_index.hpp>
#include <lade/container/protobuf/message.hpp>
#include <lade/model/graph.hpp>
#include <lade/tensorflow/proto/graph.hpp>

#include <algorithm>
#include <span>
#include <string>
#include <utility>
#include <vector>

/// The nodes of a graph at a glance: names, operations and inputs, found in one pass over the
/// bytes; attributes stay where they are until somebody asks.
///
///     input = name | name:output | ^name (order only) | node:out_arg:index (in functions)
///
/// tensorflow/core/framework/graph.proto, node_def.proto.
namespace lade::inline LADE_ABI::tensorflow {

namespace ids {
inline constexpr error_id no_node{"tensorflow.no_node", kind::mismatch,
                                  "the graph has no such node"};
}  // namespace ids

/// What an input names.
struct input_name {
    std::string_view node;
    std::string_view output;  ///< of functions: the name of the output argument
    std::uint32_t index = 0;
    bool control = false;  ///< for the order only
};

/// Takes an input apart. A name that no rule fits is a node of that name.
constexpr input_name parse_input(std::string_view text) {
    input_name made;
    if (!text.empty() && text[0] == '^') {
        made.node = text.substr(1);
        made.control = true;
        return made;
    }
    made.node = text.substr(0, text.find(':'));
    std::string_view rest = text.substr(made.node.size());
    while (!rest.empty()) {
        rest.remove_prefix(1);
        std::string_view const part = rest.substr(0, rest.find(':'));
        bool number = !part.empty() && part.size() < 10;
        std::uint32_t value = 0;
        for (char const c : part) {
            number = number && c >= '0' && c <= '9';
            value = value * 10 + static_cast<std::uint32_t>(static_cast<unsigned char>(c) - '0');
        }
        if (number) made.index = value;
        else made.output = part;
        rest.remove_prefix(part.size());
    }
    return made;
}

/// The index of a GraphDef, or of the body of a function. Points into its bytes, which must outlive
/// it.
class graph_index {
  public:
    /// `nodes`: number of the field that holds them, 1 in a GraphDef, 3 in a FunctionDef
    /// (`node_def`). Errors: those of `protobuf::wire_reader`, protobuf.too_large, memory and
    /// limits of the arena.
    static result<graph_index> read(bytes::view graph, arena& memory,
                                    std::uint32_t nodes = proto::graph_def::number("node")) {
        if (graph.size() > 0x7fffffff)
            return fail(protobuf::ids::too_large, 0, 0x7fffffff, graph.size());
        graph_index made{graph, memory};
        protobuf::wire_reader at{graph};
        for (protobuf::wire_field field; at.next(field);) {
            if (field.number != nodes || field.kind != protobuf::wire::sized) continue;
            if (!made.add(field.data)) return made.error_;
            if (made.size() == 64)
                made.reserve(static_cast<std::uint64_t>(field.data.data() - graph.data()));
        }
        if (!at) return at.error();
        return made;
    }

    std::uint32_t size() const { return static_cast<std::uint32_t>(rows_.size()); }
    std::string_view name(std::uint32_t node) const { return text(rows_[node].name); }
    std::string_view op(std::uint32_t node) const { return text(rows_[node].op); }
    std::uint32_t inputs(std::uint32_t node) const {
        std::uint32_t const end = node + 1 < rows_.size()
                                      ? rows_[node + 1].first_input
                                      : static_cast<std::uint32_t>(inputs_.size());
        return end - rows_[node].first_input;
    }
    /// Precondition: input < inputs(node).
    std::string_view input(std::uint32_t node, std::uint32_t input) const {
        return text(inputs_[rows_[node].first_input + input]);
    }
    /// The NodeDef.
    bytes::view bytes(std::uint32_t node) const {
        return whole_.subspan(rows_[node].body.place, rows_[node].body.size);
    }
    /// The NodeDef as a message, to look into its attributes.
    protobuf::message node(std::uint32_t node, protobuf::document& in) const {
        return protobuf::read(in, proto::node_def::table, bytes(node), rows_[node].body.place);
    }

    /// The node of that name, the first if there are several; `name_index::none`: there is none.
    /// The first call sorts the names in; false positives do not occur. Errors: those of the arena.
    result<std::uint32_t> find(std::string_view wanted) {
        if (auto const done = make_names(); !done) return done.error();
        return names_.find(wanted, [this](std::uint32_t node) { return name(node); });
    }

    /// For each node whether another one takes one of its outputs, or waits for it. Errors: those
    /// of the arena.
    result<std::span<bool const>> consumed() {
        if (auto const done = make_names(); !done) return done.error();
        bool* const taken = memory_->take_array<bool>(rows_.size());
        if (taken == nullptr && size() != 0) return memory_->exhausted();
        std::fill(taken, taken + size(), false);
        for (std::uint32_t node = 0; node < size(); ++node)
            for (std::uint32_t i = 0; i < inputs(node); ++i) {
                std::string_view from = input(node, i);
                while (!from.empty() && from[0] == '^') from.remove_prefix(1);
                from = from.substr(0, from.find(':'));
                if (from == name(node)) continue;
                std::uint32_t const found =
                    names_.find(from, [this](std::uint32_t each) { return name(each); });
                if (found != name_index::none) taken[found] = true;
            }
        // nodes of the same name are told apart by nobody
        for (std::uint32_t node = 0; node < size(); ++node)
            if (!taken[node])
                taken[node] = taken[names_.find(name(node),
                                                [this](std::uint32_t each) { return name(each); })];
        return std::span<bool const>{taken, size()};
    }

    /// Placeholders, and the nodes that no other one consumes. Errors: those of the arena.
    result<graph_summary> summary() {
        auto const taken = consumed();
        if (!taken) return taken.error();
        graph_summary made;
        made.nodes = size();
        for (std::uint32_t node = 0; node < size(); ++node) {
            if (op(node) == "Placeholder") made.inputs.emplace_back(name(node));
            if (!(*taken)[node]) made.outputs.emplace_back(name(node));
        }
        return made;
    }

    /// How often each operation occurs, by name.
    std::vector<std::pair<std::string_view, std::uint32_t>> histogram() const {
        constexpr std::size_t usual = 512;  // graphs have a few dozen
        std::vector<std::pair<std::string_view, std::uint32_t>> counts;
        std::vector<std::string_view> others;
        for (std::uint32_t node = 0; node < size(); ++node) {
            std::string_view const wanted = op(node);
            auto const at = std::lower_bound(
                counts.begin(), counts.end(), wanted,
                [](auto const& each, std::string_view name) { return each.first < name; });
            if (at != counts.end() && at->first == wanted) ++at->second;
            else if (counts.size() < usual) counts.insert(at, {wanted, 1U});
            else others.push_back(wanted);
        }
        if (others.empty()) return counts;
        std::sort(others.begin(), others.end());
        for (std::size_t i = 0; i < others.size(); ++i) {
            if (i == 0 || others[i] != others[i - 1]) counts.emplace_back(others[i], 0U);
            ++counts.back().second;
        }
        std::sort(counts.begin(), counts.end());
        return counts;
    }

  private:
    struct piece {
        std::uint32_t place, size;
    };
    struct row {
        piece name, op, body;
        std::uint32_t first_input;
    };

    graph_index(bytes::view whole, arena& memory)
        : whole_(whole), memory_(&memory), rows_(memory), inputs_(memory), names_(memory) {}

    std::string_view text(piece const& of) const {
        return bytes::text(whole_.subspan(of.place, of.size));
    }
    piece piece_of(bytes::view part) const {
        return {static_cast<std::uint32_t>(part.data() - whole_.data()),
                static_cast<std::uint32_t>(part.size())};
    }

    /// Room for the rest, by what the first 64 nodes took of the bytes: growing would touch twice
    /// the memory.
    void reserve(std::uint64_t place) {
        std::uint64_t const nodes = whole_.size() / (place / 64 + 1) + 64,
                            each = inputs_.size() / 64 + 1;
        if (nodes > whole_.size() / 16 || each > 16) return;
        std::size_t const rows = rows_.size(), inputs = inputs_.size();
        if (rows_.resize(static_cast<std::size_t>(nodes), row{})) rows_.cut(rows);
        if (inputs_.resize(static_cast<std::size_t>(nodes * each), piece{})) inputs_.cut(inputs);
    }

    bool add(bytes::view body) {
        using proto::node_def;
        piece const where = piece_of(body);
        row made{
            {where.place, 0}, {where.place, 0}, where, static_cast<std::uint32_t>(inputs_.size())};
        protobuf::wire_reader at{body, where.place};
        for (protobuf::wire_field field; at.next(field);) {
            if (field.kind != protobuf::wire::sized) continue;
            switch (field.number) {
                case node_def::number("name"): made.name = piece_of(field.data); break;
                case node_def::number("op"): made.op = piece_of(field.data); break;
                case node_def::number("input"):
                    if (!inputs_.push(piece_of(field.data))) return stop(memory_->exhausted());
                    break;
                default: break;
            }
        }
        if (!at) return stop(at.error());
        return rows_.push(made) || stop(memory_->exhausted());
    }
    bool stop(error const& why) {
        error_ = why;
        return false;
    }

    result<void> make_names() {
        for (; named_ < size(); ++named_) {
            auto const done =
                names_.add(name(named_), named_, [this](std::uint32_t node) { return name(node); });
            if (done == name_index::added::no_memory) return memory_->exhausted();
        }
        return {};
    }

    bytes::view whole_;
    arena* memory_;
    arena_list<row> rows_;
    arena_list<piece> inputs_;
    name_index names_;
    std::uint32_t named_ = 0;
    error error_{};
};

}  // namespace lade::inline LADE_ABI::tensorflow
