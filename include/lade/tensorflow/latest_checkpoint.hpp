// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/io/file_set.hpp>
#include <lade/tensorflow/state_file.hpp>

namespace lade::inline LADE_ABI::tensorflow {

/// The state file of the folder that `files` was opened on (or of the folder of its file).
/// Errors: io.not_found, those of parse_state and of the source.
inline result<checkpoint_state> read_state(file_set& files, std::string_view name = "checkpoint",
                                           limits const& most = {}) {
    auto const from = files.sibling(name);
    if (!from) return from.error();
    if (from->size() > most.header)
        return fail(lade::ids::limit, error::nowhere, most.header, from->size());
    std::string text(static_cast<std::size_t>(from->size()), '\0');
    if (auto const done = from->read(0, std::as_writable_bytes(std::span(text))); !done)
        return done.error();
    return parse_state(text, most).in(name);
}

/// The name of the latest checkpoint, relative to the folder. The checkpoint must be there:
/// `<name>.index`, or `<name>` itself (V1). Errors: those of read_state, io.outside_folder (the
/// state file leads out of its folder), io.not_found.
inline result<std::string> latest_checkpoint(file_set& files,
                                             std::string_view state_name = "checkpoint") {
    auto const state = read_state(files, state_name);
    if (!state) return state.error();
    std::string_view const prefix = local_prefix(state->latest);
    if (prefix.empty()) return fail(lade::ids::outside_folder).in(state->latest);
    std::string const name(prefix);
    if (!files.has_sibling(name + ".index") && !files.has_sibling(name))
        return fail(lade::ids::not_found).in(name);
    return name;
}

}  // namespace lade::inline LADE_ABI::tensorflow
