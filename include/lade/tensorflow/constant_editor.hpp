// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/output.hpp>
#include <lade/container/protobuf/encode.hpp>
#include <lade/container/textproto/print.hpp>
#include <lade/tensorflow/graph_reader.hpp>
#include <lade/tensorflow/pushed_tensors.hpp>
#include <lade/tensorflow/write_tensor.hpp>

#include <list>

namespace lade::inline LADE_ABI::tensorflow {

namespace ids {
inline constexpr error_id no_graph_given{
    "tensorflow.no_graph_given", kind::mismatch,
    "there is no graph to be written: a file of this format is a graph with constants in it",
    "choose a format of tensors, or freeze a graph"};
inline constexpr error_id no_constant{
    "tensorflow.no_constant", kind::mismatch,
    "the graph has no constant of this name, type and shape for the tensor"};
}  // namespace ids

/// A message with a graph in it, whose constants get the values of tensors that are pushed. What
/// keeps its value stays byte for byte as it was. Holds one tensor at a time, and all that have
/// changed.
class constant_editor {
  public:
    /// The bytes must outlive the editor. Errors (`open`): tensorflow.no_graph_given.
    result<protobuf::message> open(protobuf::message_type const& as, bytes::view whole) {
        root_ = protobuf::read(in_, as, whole);
        if (!root_) return in_.failed() ? in_.error() : fail(ids::no_graph_given);
        return root_;
    }
    /// Makes a part of the message the root.
    void root_at(protobuf::message part) { root_ = part; }

    /// Finds the constants of `graph` for the tensors at the front of `of`, which come in the order
    /// of their nodes, but some may be left out. Gives how many there are. Errors: those of the
    /// document.
    result<std::size_t> find(protobuf::message graph, std::span<tensor_info const> of) {
        using proto::node_def;
        of_ = of;
        for (auto const node : graph.subs(proto::graph_def::number("node"))) {
            if (constants_.size() == of.size()) break;
            if (node.text(node_def::number("op")) != "Const" ||
                node.text(node_def::number("name")) != of[constants_.size()].name)
                continue;
            constants_.push_back(node.at(node_def::number("attr"), "value")
                                     .sub(proto::attr_value::number("tensor")));
        }
        if (in_.failed()) return in_.error();
        return constants_.size();
    }

    // For a push_cutter over the constants.
    result<void> begin(std::size_t) {
        value_.clear();
        return {};
    }
    result<void> write(std::size_t, bytes::view part) {
        value_.insert(value_.end(), part.begin(), part.end());
        return {};
    }
    /// Errors: tensorflow.no_constant, tensorflow.bad_pushed_strings, those of const_tensor.
    result<void> end(std::size_t number) {
        tensor_info const& info = of_[number];
        if (info.absent) return {};
        protobuf::message to = constants_[number];
        heap_arena scratch;
        auto had = const_tensor::read(to, scratch, limits{});
        if (!had) return had.error().in(info.name);
        if (had->dtype() != info.type || !std::equal(had->shape().begin(), had->shape().end(),
                                                     info.shape.begin(), info.shape.end()))
            return fail(ids::no_constant).in(info.name);
        if (had->size() == value_.size()) {
            std::vector<std::byte> before(value_.size());
            if (auto const done = had->read(0, before); !done) return done;
            if (before == value_) return {};
        }
        changed_ = true;
        auto const& kept = kept_.emplace_back(std::move(value_));
        value_ = {};
        for (auto const& each : proto::tensor_proto::table.fields) to.clear(each.number);
        if (info.type != dtype::string) {
            write_tensor(to, info.type, info.shape, kept);
            return {};
        }
        auto const texts = pushed_strings(info, kept);
        if (!texts) return texts.error();
        write_strings(to, info.shape, *texts);
        return {};
    }

    /// Writes the root, as text or as bytes. Errors: those of the document and of the output.
    result<void> write_to(any_output out, bool as_text) {
        if (as_text) {
            auto const text = textproto::print(root_);
            if (!text) return text.error();
            return out.write(bytes::of(*text));
        }
        if (!changed_) return out.write(root_.raw());
        if (in_.failed()) return in_.error();
        return out.write(bytes::view(protobuf::encode(root_)));
    }

  private:
    heap_arena memory_;
    protobuf::document in_{memory_};
    protobuf::message root_;
    std::span<tensor_info const> of_;
    std::vector<protobuf::message> constants_;  ///< of each tensor, its TensorProto
    std::list<std::vector<std::byte>> kept_;    ///< values that have changed
    std::vector<std::byte> value_;
    bool changed_ = false;
};

}  // namespace lade::inline LADE_ABI::tensorflow
