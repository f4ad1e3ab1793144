// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/textproto/print.hpp>
#include <lade/format/writer.hpp>
#include <lade/tensorflow/graph_reader.hpp>
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

/// Writes the graph that was read, byte for byte as it was; constants whose tensors have other
/// values by now get the new ones. A name that ends with `.pbtxt` or `.txt` makes it text. One
/// tensor at a time is held in memory, and all that have changed.
template <message_kind Kind>
class graph_writer {
  public:
    static_assert(Kind == message_kind::graph_def || Kind == message_kind::meta_graph);

    /// Errors: tensorflow.no_graph_given, tensorflow.no_constant, those of the document and of the
    /// outputs.
    static result<graph_writer> start(output_set& to, listing const& of, no_options const&) {
        graph_writer made(to, of);
        if (auto const done = made.open(); !done) return done.error();
        return made;
    }

    /// Errors: save.wrong_byte_count.
    result<void> push(bytes::view data) {
        while (!data.empty()) {
            if (auto const done = advance(); !done) return done;
            if (number_ == of_->tensors.size())
                return fail(lade::ids::wrong_byte_count, error::nowhere, 0, data.size());
            auto const part =
                data.first(static_cast<std::size_t>((std::min<std::uint64_t>)(left_, data.size())));
            value_.insert(value_.end(), part.begin(), part.end());
            left_ -= part.size();
            data = data.subspan(part.size());
        }
        return {};
    }
    /// Errors: save.wrong_byte_count, those of the document and of the output.
    result<void> finish() {
        if (auto const done = advance(); !done) return done;
        if (number_ != of_->tensors.size())
            return fail(lade::ids::wrong_byte_count, error::nowhere, left_, 0);
        auto out = to_->file();
        if (!out) return out.error();
        std::string_view const name = to_->where().name();
        if (name.ends_with(".pbtxt") || name.ends_with(".txt")) {
            auto const text = textproto::print(state_->root);
            if (!text) return text.error();
            return out->write(bytes::of(*text));
        }
        if (!changed_) return out->write(state_->root.raw());
        if (state_->in.failed()) return state_->in.error();
        return out->write(bytes::view(protobuf::encode(state_->root)));
    }

  private:
    struct document {
        heap_arena memory;
        protobuf::document in{memory};
        protobuf::message root;
        std::vector<protobuf::message> constants;  ///< of each tensor, its TensorProto
        std::list<std::vector<std::byte>> kept;    ///< values that have changed
    };

    graph_writer(output_set& to, listing const& of)
        : to_(&to), of_(&of), state_(std::make_unique<document>()) {}

    result<void> open() {
        bool const meta = Kind == message_kind::meta_graph;
        file_part const* const whole =
            of_->part(content::graph, meta ? "meta_graph_def" : "graph_def");
        file_part const* const other = meta ? nullptr : of_->part(content::graph, "meta_graph_def");
        auto& in = state_->in;
        if (whole != nullptr) {
            state_->root =
                protobuf::read(in, meta ? proto::meta_graph_def::table : proto::graph_def::table,
                               bytes::of(whole->data));
        } else if (other != nullptr) {
            state_->root = protobuf::read(in, proto::meta_graph_def::table, bytes::of(other->data))
                               .sub(proto::meta_graph_def::number("graph_def"));
        }
        if (!state_->root) return in.failed() ? in.error() : fail(ids::no_graph_given);
        auto const graph =
            meta ? state_->root.sub(proto::meta_graph_def::number("graph_def")) : state_->root;
        return find_constants(graph);
    }

    /// Tensors come in the order of their nodes, but some may be left out.
    result<void> find_constants(protobuf::message graph) {
        using proto::node_def;
        auto next = of_->tensors.begin();
        for (auto const node : graph.subs(proto::graph_def::number("node"))) {
            if (next == of_->tensors.end()) break;
            if (node.text(node_def::number("op")) != "Const" ||
                node.text(node_def::number("name")) != next->name)
                continue;
            state_->constants.push_back(node.at(node_def::number("attr"), "value")
                                            .sub(proto::attr_value::number("tensor")));
            ++next;
        }
        if (state_->in.failed()) return state_->in.error();
        if (next != of_->tensors.end()) return fail(ids::no_constant).in(next->name);
        return {};
    }

    /// Settles the tensor whose bytes are all there, and begins the next one that has any.
    result<void> advance() {
        while (left_ == 0) {
            if (begun_) {
                if (auto const done = settle(); !done) return done;
                ++number_;
            }
            begun_ = number_ < of_->tensors.size();
            if (!begun_) return {};
            tensor_info const& next = of_->tensors[number_];
            value_.clear();
            left_ = next.absent ? 0 : next.nbytes;
            if (next.type == dtype::string) {
                auto const count = bytes::product(next.shape);
                auto const words = count ? bytes::product(*count, 8) : std::nullopt;
                auto const all = words ? bytes::sum(*words, next.nbytes) : std::nullopt;
                if (!all) return fail(lade::ids::wrong_byte_count).in(next.name);
                left_ = *all;
            }
        }
        return {};
    }

    result<void> settle() {
        tensor_info const& info = of_->tensors[number_];
        if (info.absent) return {};
        protobuf::message const tensor = state_->constants[number_];
        heap_arena scratch;
        auto had = const_tensor::read(tensor, scratch, limits{});
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
        auto const& kept = state_->kept.emplace_back(std::move(value_));
        value_ = {};
        protobuf::message to = tensor;
        for (auto const& each : proto::tensor_proto::table.fields) to.clear(each.number);
        if (info.type != dtype::string) {
            write_tensor(to, info.type, info.shape, kept);
            return {};
        }
        std::vector<std::string_view> texts;
        bytes::cursor from{kept};
        while (from && !from.done()) {
            std::uint64_t const length = from.number<std::uint64_t>();
            texts.push_back(bytes::text(from.bytes(length)));
        }
        write_strings(to, info.shape, texts);
        return {};
    }

    output_set* to_;
    listing const* of_;
    std::unique_ptr<document> state_;
    std::size_t number_ = 0;
    bool begun_ = false;
    bool changed_ = false;
    std::uint64_t left_ = 0;
    std::vector<std::byte> value_;
};

}  // namespace lade::inline LADE_ABI::tensorflow
