// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/sstable/reader.hpp>
#include <lade/format/foreign.hpp>
#include <lade/io/file_set.hpp>
#include <lade/tensorflow/bundle_entry.hpp>
#include <lade/tensorflow/latest_checkpoint.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

/// Which checkpoint somebody means who names one of its files, its prefix, the state file
/// `checkpoint`, or the directory in which it stands.
namespace lade::inline LADE_ABI::tensorflow {

namespace ids {
inline constexpr error_id checkpoint_gone{
    "tensorflow.checkpoint_gone", kind::corrupt,
    "the state file names a checkpoint that is not in its folder",
    "name the checkpoint itself, or put it beside the state file"};
}  // namespace ids

/// A checkpoint that was found; nothing of it was read but the first entry of its table.
struct checkpoint_place {
    enum class version : std::uint8_t { none, v1, v2 };

    version is = version::none;
    bool sure = false;      ///< the content says so; else only the name does
    bool by_graph = false;  ///< its `.meta` was named, which is a file of its own
    std::string prefix;     ///< V2: the name without `.index`, relative to the folder of the set
    std::vector<std::string> shards;  ///< V1: names of the files; none: the file of the set
    std::optional<any_source> index;  ///< V2: where it is the file of the set
};

namespace detail {

/// "?????" or five digits.
constexpr bool is_shard_number(std::string_view text) {
    if (text.size() != 5) return false;
    return text == "?????" ||
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// The length of `<name>` in "<name>-00000-of-00001"; npos: the name has another form.
constexpr std::size_t before_shard_number(std::string_view name) {
    constexpr std::size_t tail = std::string_view("-00000-of-00001").size();
    if (name.size() <= tail) return name.npos;
    std::string_view const end = name.substr(name.size() - tail);
    bool const fits = end[0] == '-' && is_shard_number(end.substr(1, 5)) &&
                      end.substr(6, 4) == "-of-" && is_shard_number(end.substr(10));
    return fits ? name.size() - tail : name.npos;
}

/// The prefix in the name of a data file; empty: it is none.
constexpr std::string_view prefix_of_data(std::string_view name) {
    constexpr std::string_view word = ".data";
    std::size_t const at = before_shard_number(name);
    if (at == name.npos || !name.substr(0, at).ends_with(word)) return {};
    return name.substr(0, at - word.size());
}

/// "a-00000-of-00002", "a-00001-of-00002": the files that "a" or "a-?????-of-00002" means.
inline std::vector<std::string> v1_shards(file_set const& files, std::string_view name) {
    std::size_t const stem = before_shard_number(name);
    std::string_view const base = stem == name.npos ? name : name.substr(0, stem);
    std::string_view const folder = base.substr(0, base.find_last_of('/') + 1);
    std::vector<std::string> found;
    if (!folder.empty()) {  // below the folder of the set: only by number
        for (std::uint32_t i = 0; stem != name.npos && i < 99'999; ++i) {
            std::string one = shard_name(base, i, 0);
            one.erase(base.size(), std::string_view(".data").size());
            one.replace(one.size() - 5, 5, name.substr(name.size() - 5));
            if (!files.has_sibling(one)) break;
            found.push_back(std::move(one));
        }
        return found;
    }
    for (auto& one : files.names())
        if (before_shard_number(one) == base.size() && one.starts_with(base))
            found.push_back(std::move(one));
    std::sort(found.begin(), found.end());
    return found;
}

/// What the first entry of a table says.
inline checkpoint_place::version version_of(any_source from) {
    using enum checkpoint_place::version;
    auto const table = sstable::table::open(from, {.verify_crc = false});
    if (!table) return none;
    auto at = table->begin();
    if (!at.next() || !at.key().empty() || at.value().empty()) return none;
    // a header begins with the number of shards, the directory of V1 is a message
    return at.value()[0] == std::byte{0x0a} ? v1 : v2;
}

inline bool is_table(head const& of) {
    return of.size >= 48 && of.last.size() >= 8 &&
           bytes::load_le<std::uint64_t>(of.last.data() + of.last.size() - 8) ==
               0xdb4775248b80fb57U;
}

/// The checkpoint `prefix`, which need not be there: then reading tells that it is not.
inline checkpoint_place place_of_prefix(file_set const& files, std::string_view prefix) {
    using enum checkpoint_place::version;
    checkpoint_place made;
    made.is = v2;
    made.sure = true;
    made.prefix = prefix;
    if (files.has_sibling(made.prefix + ".index")) return made;
    if (before_shard_number(prefix) != prefix.npos) made.shards = v1_shards(files, prefix);
    else if (files.has_sibling(prefix)) made.shards.emplace_back(prefix);
    if (!made.shards.empty()) made.is = v1;
    return made;
}

/// The checkpoint to which a `.meta` file belongs; none: it stands alone.
inline std::optional<checkpoint_place> place_beside_graph(file_set const& files,
                                                          std::string_view name) {
    constexpr std::string_view suffix = ".meta";
    if (name.size() <= suffix.size() || !name.ends_with(suffix)) return std::nullopt;
    auto made = place_of_prefix(files, name.substr(0, name.size() - suffix.size()));
    if (made.is == checkpoint_place::version::v2 && !files.has_sibling(made.prefix + ".index")) {
        made.shards = v1_shards(files, made.prefix);
        if (made.shards.empty()) return std::nullopt;
        made.is = checkpoint_place::version::v1;
    }
    made.by_graph = true;
    return made;
}

inline result<checkpoint_place> place_of_state(file_set& files, std::string_view state_name) {
    auto const state = read_state(files, state_name);
    if (!state) return state.error();
    std::string_view const prefix = local_prefix(state->latest);
    if (prefix.empty()) return fail(lade::ids::outside_folder).in(state->latest);
    auto const found = place_of_prefix(files, prefix);
    if (found.is == checkpoint_place::version::v1 || files.has_sibling(found.prefix + ".index"))
        return found;
    // relative to where the program ran that saved
    auto const last = place_of_prefix(files, prefix.substr(prefix.find_last_of("/\\") + 1));
    if (last.is == checkpoint_place::version::v1 || files.has_sibling(last.prefix + ".index"))
        return last;
    return fail(ids::checkpoint_gone).in(found.prefix);
}

inline result<checkpoint_place> place_of_file(file_set& files) {
    using enum checkpoint_place::version;
    constexpr std::string_view suffix = ".index", state_start = "model_checkpoint_path";
    std::string_view const name = files.where().name();
    any_source from = files.file();
    head_bytes kept;
    auto const ends = kept.read(from);
    if (!ends) return ends.error();
    bool const named_index = name.size() > suffix.size() && name.ends_with(suffix);
    checkpoint_place made;
    if (is_table(*ends)) {
        made.is = version_of(from);
        made.sure = made.is != none;
        if (made.is == none) made.is = named_index ? v2 : v1;
    } else if (auto const prefix = prefix_of_data(name);
               !prefix.empty() && files.has_sibling(std::string(prefix) + ".index")) {
        return place_of_prefix(files, prefix);
    } else if (auto beside = place_beside_graph(files, name)) {
        return *std::move(beside);
    } else if (ends->starts_with(state_start)) {
        return place_of_state(files, name);
    } else if (named_index) {
        auto const& known = foreign(*ends);
        if (known == lade::ids::unknown_format || known == lade::ids::empty_file) made.is = v2;
    }
    if (made.is != v2) return made;
    made.index = from;
    made.prefix = named_index ? name.substr(0, name.size() - suffix.size()) : name;
    return made;
}

}  // namespace detail

/// Finds it. Without a checkpoint: version::none. Errors: those of the state file and of the
/// source, io.outside_folder, tensorflow.checkpoint_gone.
inline result<checkpoint_place> find_checkpoint(file_set& files) {
    using enum checkpoint_place::version;
    checkpoint_place made;
    std::string const name(files.where().name());
    if (files.has_file()) return detail::place_of_file(files);
    if (files.what() == io::entry::directory) {
        if (files.has_sibling("saved_model.pb") || files.has_sibling("saved_model.pbtxt"))
            return made;
        if (files.has_sibling("checkpoint")) return detail::place_of_state(files, "checkpoint");
        std::string only;
        for (auto& one : files.names()) {
            if (!one.ends_with(".index")) continue;
            if (!only.empty()) return made;
            only = std::move(one);
        }
        if (only.size() <= 6) return made;
        only.resize(only.size() - 6);
        return detail::place_of_prefix(files, only);
    }
    if (name.empty()) return made;
    auto const found = detail::place_of_prefix(files, name);
    if (found.is == v1 || files.has_sibling(name + ".index")) return found;
    made.shards = detail::v1_shards(files, name);
    if (made.shards.empty()) return made;
    made.is = v1;
    made.sure = true;
    return made;
}

/// How sure it is that `files` means a checkpoint of that version. A state file that is broken
/// counts as one of V2, whose reader tells why.
inline confidence looks_like_checkpoint(file_set& files, checkpoint_place::version wanted) {
    auto const found = find_checkpoint(files);
    if (!found) {
        // what is wrong with a checkpoint is told by its reader; a source that fails is nobody's
        // file
        bool const is_ours =
            wanted == checkpoint_place::version::v2 && found.error().id->kind != kind::io;
        return is_ours ? confidence::certain : confidence::no;
    }
    if (found->is != wanted || found->by_graph) return confidence::no;
    return found->sure ? confidence::certain : confidence::possible;
}

/// The tables of a V1 checkpoint: its shards, or the one file. Precondition: `of` was found in
/// `files`, which must outlive the sources. Errors: those of file_set::sibling.
inline result<std::vector<any_source>> v1_tables(file_set& files, checkpoint_place const& of) {
    std::vector<any_source> tables;
    if (of.shards.empty()) tables.push_back(files.file());
    for (auto const& name : of.shards) {
        auto const one = files.sibling(name);
        if (!one) return one.error();
        tables.push_back(*one);
    }
    return tables;
}

}  // namespace lade::inline LADE_ABI::tensorflow
