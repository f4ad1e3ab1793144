// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/heap_arena.hpp>
#include <lade/container/shard_index.hpp>
#include <lade/io/file_set.hpp>
#include <lade/safetensors/reader.hpp>

/// Models in several files: the index, and the files that it names.
namespace lade::inline LADE_ABI::safetensors {

inline constexpr std::string_view default_index = "model.safetensors.index.json";

/// Certain of a directory with an index of the usual name in it, as model hubs lay them out.
inline confidence looks_like_shards(file_set const& set) {
    return set.what() == io::entry::directory && set.has_sibling(default_index)
               ? confidence::certain
               : confidence::no;
}

/// Whether a name belongs to the model that the index describes, and in which file it is looked
/// for; forwards what belongs to the file to the sink of the caller.
template <class Sink>
class shard_sink {
  public:
    shard_sink(Sink& to, shards::index const& all, std::vector<bool>& seen, std::uint32_t file)
        : to_(&to), all_(&all), seen_(&seen), file_(file) {}

    template <payload P>
    result<flow> tensor(tensor_info const& info, P& bytes) {
        if (auto const* const one = all_->find(info.name)) {
            if (one->file != file_) return flow::more;  // the index prefers the other file's
            (*seen_)[static_cast<std::size_t>(one - all_->entries().data())] = true;
        }
        return to_->tensor(info, bytes);
    }

  private:
    Sink* to_;
    shards::index const* all_;
    std::vector<bool>* seen_;
    std::uint32_t file_;
};

/// Hands over the tensors of all files: the files by name, in each the tensors in the order of
/// their data. Of a tensor that two files have, that of the file that the index names; tensors that
/// the index does not know are handed over too. Metadata are those of the index.
/// Errors: those of shards::index::parse, shards.missing_tensor, io.outside_folder, io.not_found
/// and all others of file_set, those of `read` in each file, limit.exceeded.
template <class Sink>
result<flow> read_shards(file_set& set, Sink& to, options const& how) {
    auto const opened = set.what() == io::entry::directory ? set.sibling(default_index)
                        : set.has_file()                   ? result<any_source>(set.file())
                                         : result<any_source>(fail(lade::ids::not_found));
    if (!opened) return opened.error();
    any_source const from = *opened;
    if (from.size() > 2 * how.limits.header)
        return fail(lade::ids::limit, 0, 2 * how.limits.header, from.size());

    heap_arena memory(how.limits.bookkeeping(from.size()));
    auto text = from.view(0, from.size());
    if (!text) {
        auto* const room = memory.take_array<std::byte>(from.size());
        if (room == nullptr && from.size() != 0) return memory.exhausted();
        std::span<std::byte> const whole(room, static_cast<std::size_t>(from.size()));
        if (auto const done = from.read(0, whole); !done) return done.error();
        text = whole;
    }
    auto const all = shards::index::parse(*text, memory);
    if (!all) return all.error();

    if constexpr (requires(contents parts) { to.holds(parts); }) {
        contents parts;
        if (!all->entries().empty()) parts |= content::weights;
        if (!all->metadata().empty()) parts |= content::metadata;
        to.holds(parts);
    }
    if constexpr (requires(std::string_view word) { to.metadata(word, word); })
        for (auto const& one : all->metadata())
            if (auto const done = to.metadata(one.key, one.value); !done) return done.error();

    std::vector<bool> seen(all->entries().size());
    for (std::uint32_t i = 0; i < all->files().size(); ++i) {
        std::string_view const name = all->files()[i];
        auto part = set.sibling(name);
        if (!part) return part.error();
        shard_sink<Sink> sink(to, *all, seen, i);
        heap_arena scratch(how.limits.bookkeeping(
            part->size() < how.limits.header ? part->size() : how.limits.header));
        auto const answer = read(*part, sink, how, scratch);
        if (!answer) return answer.error().in(name);
        if (*answer == flow::enough) return flow::enough;
    }
    for (std::size_t i = 0; i < seen.size(); ++i)
        if (!seen[i])
            return fail(shards::ids::missing_tensor)
                .in(all->entries()[i].name)
                .in(all->files()[all->entries()[i].file]);
    return flow::more;
}

}  // namespace lade::inline LADE_ABI::safetensors
