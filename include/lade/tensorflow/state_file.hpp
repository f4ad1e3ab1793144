// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/heap_arena.hpp>
#include <lade/container/protobuf/encode.hpp>
#include <lade/container/textproto/parse.hpp>
#include <lade/container/textproto/print.hpp>
#include <lade/tensorflow/proto/checkpoint.hpp>

#include <string>
#include <string_view>
#include <vector>

/// The file `checkpoint` of a folder of checkpoints: which there are, and which is the latest.
/// CheckpointState as text.
///
///     model_checkpoint_path: "model.ckpt-1000"
///     all_model_checkpoint_paths: "model.ckpt-999"
///     all_model_checkpoint_paths: "model.ckpt-1000"
///     all_model_checkpoint_timestamps: 1700000000.5
///     last_preserved_timestamp: 1690000000.25
///
/// Paths that are relative start at the folder of the file. Absolute ones were true on the machine
/// that saved; here only their last part counts, and it is looked for next to the file: a file of
/// this kind never leads out of its folder. tensorflow/python/training/checkpoint_state.proto,
/// tensorflow/python/checkpoint/checkpoint_management.py.
namespace lade::inline LADE_ABI::tensorflow {

namespace ids {
inline constexpr error_id no_checkpoint{"tensorflow.no_checkpoint", kind::corrupt,
                                        "the state file names no checkpoint"};
}  // namespace ids

struct checkpoint_state {
    std::string latest;              ///< model_checkpoint_path, as it stands in the file
    std::vector<std::string> all;    ///< oldest first; contains `latest`
    std::vector<double> timestamps;  ///< seconds since 1970, of each of `all`; may be empty
    double last_preserved = 0;       ///< 0: not told

    bool operator==(checkpoint_state const&) const = default;
};

/// Parses the text of a state file. A list that lacks the latest checkpoint gets it, as TensorFlow
/// does. Errors: those of textproto::parse, tensorflow.no_checkpoint, limit.exceeded.
inline result<checkpoint_state> parse_state(std::string_view text, limits const& most = {}) {
    using state = proto::checkpoint_state;
    heap_arena memory{most.bookkeeping(text.size())};
    protobuf::document in{memory};
    auto const from =
        textproto::parse(text, state::table, in, {.unknown_fields = textproto::unknown::skip});
    if (!from) return from.error();
    checkpoint_state made;
    made.latest = from->text(state::number("model_checkpoint_path"));
    for (auto const path : from->texts(state::number("all_model_checkpoint_paths")))
        made.all.emplace_back(path);
    for (double const time : from->reals(state::number("all_model_checkpoint_timestamps")))
        made.timestamps.push_back(time);
    made.last_preserved = from->real(state::number("last_preserved_timestamp"));
    if (made.latest.empty()) return fail(ids::no_checkpoint);
    if (made.all.empty() || made.all.back() != made.latest) made.all.push_back(made.latest);
    return made;
}

/// The text of a state file, as TensorFlow writes it.
inline std::string write_state(checkpoint_state const& of) {
    using state = proto::checkpoint_state;
    heap_arena memory;
    protobuf::document in{memory};
    protobuf::message made = protobuf::make(in, state::table);
    made.set_text(state::number("model_checkpoint_path"), of.latest);
    for (auto const& path : of.all)
        made.add_text(state::number("all_model_checkpoint_paths"), path);
    for (double const time : of.timestamps)
        made.add_real(state::number("all_model_checkpoint_timestamps"), time);
    if (of.last_preserved != 0)
        made.set_real(state::number("last_preserved_timestamp"), of.last_preserved);
    auto const text = textproto::print(made);
    return text ? *text : std::string{};
}

/// The name of a checkpoint relative to the folder of its state file: relative paths as they are,
/// of absolute ones (of Unix or Windows) the last part. Empty: the path leads out of the folder by
/// `..`.
inline std::string_view local_prefix(std::string_view path) {
    bool const absolute =
        !path.empty() && (path[0] == '/' || path[0] == '\\' ||
                          (path.size() > 1 && path[1] == ':') || path.find("://") != path.npos);
    if (absolute) return path.substr(path.find_last_of("/\\") + 1);
    for (std::string_view rest = path; !rest.empty();) {
        std::string_view const part = rest.substr(0, rest.find_first_of("/\\"));
        if (part == "..") return {};
        rest.remove_prefix((std::min)(rest.size(), part.size() + 1));
    }
    return path;
}

}  // namespace lade::inline LADE_ABI::tensorflow
