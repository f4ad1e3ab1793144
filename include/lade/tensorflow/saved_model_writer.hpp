// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/format/writer.hpp>
#include <lade/tensorflow/checkpoint_writer.hpp>
#include <lade/tensorflow/constant_editor.hpp>

#include <memory>

namespace lade::inline LADE_ABI::tensorflow {

/// How a SavedModel is saved.
struct saved_model_save_options {
    /// Of the meta graph whose tensors are saved, as when it was read. None: the first one.
    std::vector<std::string> tags{};
    /// Data files of the variables: see save_options.
    std::uint32_t shards = 1;
    std::uint64_t shard_size = 0;
};

/// Writes a SavedModel that was read into a directory: `saved_model.pb` as it was, but for
/// constants that have changed; `variables/` from the tensors; the files that stood beside them
/// (assets) as they were. `fingerprint.pb`, which tells of the old variables, is left out.
class saved_model_writer {
  public:
    /// Errors: save.no_folder, tensorflow.no_graph_given, tensorflow.no_such_tags, those of
    /// bundle_pusher.
    static result<saved_model_writer> start(output_set& to, listing const& of,
                                            saved_model_save_options const& how) {
        file_part const* const whole = of.part(content::graph, "saved_model");
        if (whole == nullptr) return fail(ids::no_graph_given);
        if (!to.has_folder()) return fail(output_set::no_folder);
        saved_model_writer made(to);
        auto const root = made.graph_->open(proto::saved_model::table, bytes::of(whole->data));
        if (!root) return root.error();
        auto const meta = choose_meta_graph(*root, how.tags);
        if (!meta) return meta.error();
        auto const rows = of.tensors.rows();
        auto const constants =
            made.graph_->find(meta->sub(proto::meta_graph_def::number("graph_def")), rows);
        if (!constants) return constants.error();
        made.constants_.emplace(rows.first(*constants));
        for (auto const& one : rows.first(*constants)) made.left_ += pushed_bytes(one).value_or(0);
        auto const variables = rows.subspan(*constants);
        for (auto const& each : of.parts) {
            if (each.of != content::metadata || !each.name.starts_with(file_prefix)) continue;
            auto out = to.below(std::string_view(each.name).substr(file_prefix.size()));
            if (!out) return out.error();
            if (auto const done = out->write(bytes::of(each.data)); !done) return done.error();
        }
        if (variables.empty()) return made;
        auto files = bundle_pusher::start(to, true, "variables/variables", variables,
                                          {false, how.shards, how.shard_size});
        if (!files) return files.error();
        made.variables_.emplace(*std::move(files));
        return made;
    }

    /// Errors: save.wrong_byte_count, those of constant_editor and bundle_pusher.
    result<void> push(bytes::view data) {
        auto const first =
            data.first(static_cast<std::size_t>((std::min<std::uint64_t>)(left_, data.size())));
        left_ -= first.size();
        if (auto const done = constants_->push(first, *graph_); !done) return done;
        bytes::view const rest = data.subspan(first.size());
        if (rest.empty()) return {};
        if (!variables_) return fail(lade::ids::wrong_byte_count, error::nowhere, 0, rest.size());
        return variables_->push(rest);
    }
    /// Errors: save.wrong_byte_count, those of the document and of the outputs.
    result<void> finish() {
        if (auto const done = constants_->finish(*graph_); !done) return done;
        if (variables_)
            if (auto const done = variables_->finish(); !done) return done;
        auto const out = to_->below("saved_model.pb");
        if (!out) return out.error();
        return graph_->write_to(*out, false);
    }

  private:
    explicit saved_model_writer(output_set& to)
        : to_(&to), graph_(std::make_unique<constant_editor>()) {}

    output_set* to_;
    std::unique_ptr<constant_editor> graph_;
    std::optional<push_cutter> constants_;
    std::uint64_t left_ = 0;  ///< bytes of constants that are still to come
    std::optional<bundle_pusher> variables_;
};

}  // namespace lade::inline LADE_ABI::tensorflow
