// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/arena.hpp>
#include <lade/container/protobuf/message.hpp>
#include <lade/tensorflow/proto/saved_objects.hpp>

#include <algorithm>
#include <optional>
#include <span>

#include <string>
#include <string_view>
#include <vector>

/// The objects of a TensorFlow 2 checkpoint: what the string under `_CHECKPOINTABLE_OBJECT_GRAPH`
/// tells.
///
/// Node 0 is the root; children have local names; an object may be reached in several ways and may
/// lead back to itself. Its attributes are the tensors of the checkpoint. The path of an object is
/// the shortest way from the root, ties by the order of the file. Slot variables of optimizers
/// (momentum and so on) are tied to the variable that they belong to.
/// tensorflow/core/protobuf/trackable_object_graph.proto,
/// tensorflow/python/checkpoint/graph_view.py.
namespace lade::inline LADE_ABI::tensorflow {

namespace ids {
inline constexpr error_id bad_object{"tensorflow.bad_object", kind::corrupt,
                                     "an object of a checkpoint refers to one that is not there"};
}  // namespace ids

/// The key under which checkpoints keep their objects.
inline constexpr std::string_view object_graph_key = "_CHECKPOINTABLE_OBJECT_GRAPH";

/// Strings under such a key are no values of the model: the objects, and how Keras makes them anew
/// (OBJECT_CONFIG_JSON of TensorFlow 2.0 and later).
constexpr bool is_bookkeeping_key(std::string_view key) {
    return key == object_graph_key || key.ends_with("/.ATTRIBUTES/OBJECT_CONFIG_JSON");
}

/// A tensor of a checkpoint as the objects see it.
struct object_tensor {
    std::string_view key;        ///< in the checkpoint
    std::string_view name;       ///< of the attribute, VARIABLE_VALUE for most
    std::string_view full_name;  ///< of the variable when it was created; empty in some files
    std::uint32_t object;
};

/// A variable that an optimizer keeps for another one.
struct slot_variable {
    std::uint32_t optimizer, variable, slot;
    std::string_view name;
};

class object_graph {
  public:
    struct child {
        std::uint32_t object;
        std::string_view name;
    };

    /// Decodes the whole graph; texts point into the bytes of `from`. Errors:
    /// tensorflow.bad_object, those of the document.
    static result<object_graph> read(protobuf::message from) {
        using graph = proto::trackable_object_graph;
        using object = proto::trackable_object_graph_trackable_object;
        using reference = proto::trackable_object_graph_trackable_object_object_reference;
        using tensor = proto::trackable_object_graph_trackable_object_serialized_tensor;
        using slot = proto::trackable_object_graph_trackable_object_slot_variable_reference;
        object_graph made;
        std::uint64_t const count = from.count(graph::number("nodes"));
        for (auto const node : from.subs(graph::number("nodes"))) {
            auto const number = static_cast<std::uint32_t>(made.first_child_.size());
            made.first_child_.push_back(static_cast<std::uint32_t>(made.children_.size()));
            for (auto const each : node.subs(object::number("children"))) {
                std::int64_t const to = each.integer(reference::number("node_id"));
                if (!inside(to, count))
                    return fail(ids::bad_object, error::nowhere, count,
                                static_cast<std::uint64_t>(to));
                made.children_.push_back(
                    {static_cast<std::uint32_t>(to), each.text(reference::number("local_name"))});
            }
            for (auto const each : node.subs(object::number("attributes")))
                made.tensors_.push_back({each.text(tensor::number("checkpoint_key")),
                                         each.text(tensor::number("name")),
                                         each.text(tensor::number("full_name")), number});
            for (auto const each : node.subs(object::number("slot_variables"))) {
                std::int64_t const variable =
                    each.integer(slot::number("original_variable_node_id"));
                std::int64_t const of = each.integer(slot::number("slot_variable_node_id"));
                if (!inside(variable, count) || !inside(of, count))
                    return fail(ids::bad_object, error::nowhere, count);
                made.slots_.push_back({number, static_cast<std::uint32_t>(variable),
                                       static_cast<std::uint32_t>(of),
                                       each.text(slot::number("slot_name"))});
            }
        }
        if (from && from.owner().failed()) return from.owner().error();
        made.first_child_.push_back(static_cast<std::uint32_t>(made.children_.size()));
        made.walk();
        return made;
    }

    std::uint32_t size() const { return static_cast<std::uint32_t>(first_child_.size() - 1); }
    std::span<child const> children(std::uint32_t object) const {
        return std::span(children_).subspan(first_child_[object],
                                            first_child_[object + 1] - first_child_[object]);
    }
    std::span<object_tensor const> tensors() const { return tensors_; }
    std::span<slot_variable const> slots() const { return slots_; }

    /// The local names from the root, joined by `/`, in them `.` as `..` and `/` as `.S`; empty for
    /// the root and for objects that only slots lead to.
    std::string path(std::uint32_t object) const {
        std::vector<std::string_view> names;
        for (; object != 0 && from_[object] != none; object = from_[object])
            names.push_back(name_[object]);
        std::string made;
        for (std::size_t i = names.size(); i-- > 0;) {
            if (!made.empty()) made += '/';
            for (char const c : names[i]) {
                if (c == '.') made += "..";
                else if (c == '/') made += ".S";
                else made += c;
            }
        }
        return made;
    }
    /// The object at a path of local names as `path` gives it; none: nothing is there.
    std::optional<std::uint32_t> at(std::string_view path) const {
        std::uint32_t object = 0;
        if (size() == 0) return std::nullopt;
        while (!path.empty()) {
            std::string_view const name = path.substr(0, path.find('/'));
            path.remove_prefix((std::min)(path.size(), name.size() + 1));
            bool found = false;
            for (child const& each : children(object))
                if (!found && escaped(each.name) == name) {
                    object = each.object;
                    found = true;
                }
            if (!found) return std::nullopt;
        }
        return object;
    }

    /// The variable and the optimizer's name for a slot variable; null: the object is none.
    slot_variable const* slot_of(std::uint32_t object) const {
        for (auto const& each : slots_)
            if (each.slot == object) return &each;
        return nullptr;
    }

  private:
    static constexpr std::uint32_t none = ~std::uint32_t{0};

    static bool inside(std::int64_t number, std::uint64_t count) {
        return number >= 0 && static_cast<std::uint64_t>(number) < count;
    }
    static std::string escaped(std::string_view name) {
        std::string made;
        for (char const c : name) {
            if (c == '.') made += "..";
            else if (c == '/') made += ".S";
            else made += c;
        }
        return made;
    }

    /// Breadth first, each object once.
    void walk() {
        from_.assign(size(), none);
        name_.assign(size(), {});
        if (size() == 0) return;
        std::vector<std::uint32_t> queue{0};
        from_[0] = 0;
        for (std::size_t i = 0; i < queue.size(); ++i)
            for (child const& each : children(queue[i])) {
                if (from_[each.object] != none) continue;
                from_[each.object] = queue[i];
                name_[each.object] = each.name;
                queue.push_back(each.object);
            }
    }

    std::vector<std::uint32_t> first_child_;
    std::vector<child> children_;
    std::vector<object_tensor> tensors_;
    std::vector<slot_variable> slots_;
    std::vector<std::uint32_t> from_;
    std::vector<std::string_view> name_;
};

}  // namespace lade::inline LADE_ABI::tensorflow
