// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/textproto/print.hpp>
#include <lade/format/writer.hpp>
#include <lade/tensorflow/constant_editor.hpp>

#include <memory>

namespace lade::inline LADE_ABI::tensorflow {

/// Writes the graph that was read, byte for byte as it was; constants whose tensors have other
/// values by now get the new ones. A name that ends with `.pbtxt` or `.txt` makes it text.
class graph_file_writer {
  public:
    /// Errors: save.wrong_byte_count, those of constant_editor.
    result<void> push(bytes::view data) { return cutter_.push(data, *state_); }
    /// Errors: save.wrong_byte_count, those of the document and of the output.
    result<void> finish() {
        if (auto const done = cutter_.finish(*state_); !done) return done;
        auto out = to_->file();
        if (!out) return out.error();
        std::string_view const name = to_->where().name();
        return state_->write_to(*out, name.ends_with(".pbtxt") || name.ends_with(".txt"));
    }

  protected:
    graph_file_writer(output_set& to, listing const& of)
        : to_(&to),
          of_(&of),
          cutter_(of.tensors.rows()),
          state_(std::make_unique<constant_editor>()) {}

    result<void> open(bool meta) {
        using proto::meta_graph_def;
        file_part const* const own =
            of_->part(content::graph, meta ? "meta_graph_def" : "graph_def");
        file_part const* const other = meta ? nullptr : of_->part(content::graph, "meta_graph_def");
        if (own == nullptr && other == nullptr) return fail(ids::no_graph_given);
        bool const in_meta = meta || own == nullptr;
        auto const root = state_->open(in_meta ? meta_graph_def::table : proto::graph_def::table,
                                       bytes::of(own != nullptr ? own->data : other->data));
        if (!root) return root.error();
        auto const graph = in_meta ? root->sub(meta_graph_def::number("graph_def")) : *root;
        if (!graph) return fail(ids::no_graph_given);
        if (!meta) state_->root_at(graph);
        auto const found = state_->find(graph, of_->tensors.rows());
        if (!found) return found.error();
        if (*found != of_->tensors.size())
            return fail(ids::no_constant).in(of_->tensors[*found].name);
        return {};
    }

  private:
    output_set* to_;
    listing const* of_;
    push_cutter cutter_;
    std::unique_ptr<constant_editor> state_;
};

template <message_kind Kind>
class graph_writer : public graph_file_writer {
  public:
    static_assert(Kind == message_kind::graph_def || Kind == message_kind::meta_graph);

    /// Errors: tensorflow.no_graph_given, tensorflow.no_constant, those of the document.
    static result<graph_writer> start(output_set& to, listing const& of, no_options const&) {
        graph_writer made(to, of);
        if (auto const done = made.open(Kind == message_kind::meta_graph); !done)
            return done.error();
        return made;
    }

  private:
    using graph_file_writer::graph_file_writer;
};

}  // namespace lade::inline LADE_ABI::tensorflow
