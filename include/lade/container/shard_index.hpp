// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/json/reader.hpp>

#include <algorithm>
#include <string>
#include <vector>

/// The index of a model in several files, `model.safetensors.index.json` or
/// `pytorch_model.bin.index.json` (huggingface_hub, serialization/_base.py).
///
///     {"metadata": {"total_size": 123, ...},
///      "weight_map": {"tensor name": "model-00001-of-00002.safetensors", ...}}
///
/// Read: both members in any order, members that nobody knows. Metadata are words; those that are
/// no strings are kept as they are spelled. Refused: two entries of one name, files that are no
/// strings. The JSON is read token by token: 10^6 entries are linear but for sorting them.
namespace lade::inline LADE_ABI::shards {

namespace ids {
inline constexpr error_id bad_index{"shards.bad_index", kind::corrupt,
                                    "the index has no weight_map of names and files"};
inline constexpr error_id duplicate_name{"shards.duplicate_name", kind::corrupt,
                                         "the index lists a tensor twice"};
inline constexpr error_id missing_tensor{
    "shards.missing_tensor", kind::corrupt,
    "a tensor is not in the file that the index says it is in",
    "the parts belong to different versions of the model; fetch all of them again"};
}  // namespace ids

inline constexpr std::string_view index_suffix = ".index.json";

/// A word about the model.
struct word {
    std::string key, value;
};

/// Which tensor is in which file.
class index {
  public:
    struct entry {
        std::string_view name;
        std::uint32_t file;  ///< position in `files()`
    };

    /// `text` must outlive the index. Errors: json.*, shards.bad_index, shards.duplicate_name,
    /// limit.exceeded.
    static result<index> parse(bytes::view text, arena& memory) {
        index made(memory);
        json::reader from(text);
        bool has_map = false;
        if (from.next() == json::token::failed) return from.error();
        if (from.current() != json::token::object) return fail(ids::bad_index, from.offset());
        while (from.next() == json::token::key) {
            bool const map = from.text().is("weight_map");
            bool const about = from.text().is("metadata");
            if (map && has_map) return fail(ids::bad_index, from.offset());
            has_map |= map;
            auto const done = map     ? made.take_map(from)
                              : about ? made.take_metadata(from, text)
                                      : skip(from);
            if (!done) return done.error();
        }
        if (from.current() == json::token::failed || from.next() == json::token::failed)
            return from.error();
        if (!has_map) return fail(ids::bad_index, 0);
        if (auto const done = made.sort(); !done) return done.error();
        return made;
    }

    /// The files that the index names, sorted by name, each once.
    std::span<std::string_view const> files() const { return files_; }
    /// By name.
    std::span<entry const> entries() const { return entries_.span(); }
    std::vector<word> const& metadata() const { return metadata_; }

    /// The entry of this name, or null. Logarithmic.
    entry const* find(std::string_view name) const {
        auto const* const at = std::lower_bound(
            entries_.begin(), entries_.end(), name,
            [](entry const& one, std::string_view wanted) { return one.name < wanted; });
        return at != entries_.end() && at->name == name ? at : nullptr;
    }

  private:
    explicit index(arena& memory) : memory_(&memory), entries_(memory) {}

    static result<void> skip(json::reader& from) {
        return from.skip() ? result<void>() : result<void>(from.error());
    }

    result<void> take_map(json::reader& from) {
        if (from.next() == json::token::failed) return from.error();
        if (from.current() != json::token::object) return fail(ids::bad_index, from.offset());
        while (from.next() == json::token::key) {
            entry one{from.text().in(*memory_), 0};
            if (from.next() == json::token::failed) return from.error();
            if (from.current() != json::token::string)
                return fail(ids::bad_index, from.offset()).in(one.name);
            // neighbours are mostly in the same file
            if (files_.empty() || !from.text().is(files_[last_])) {
                std::string_view const file = from.text().in(*memory_);
                if (file.data() == nullptr) return memory_->exhausted();
                if (!is_plain(file)) return fail(ids::bad_index, from.offset()).in(one.name);
                last_ = files_.size();
                files_.push_back(file);
            }
            one.file = static_cast<std::uint32_t>(last_);
            if (one.name.data() == nullptr || !entries_.push(one)) return memory_->exhausted();
        }
        if (from.current() == json::token::failed) return from.error();
        return {};
    }

    result<void> take_metadata(json::reader& from, bytes::view text) {
        if (from.next() == json::token::failed) return from.error();
        if (from.current() != json::token::object) {
            return from.skip() ? result<void>() : result<void>(from.error());
        }
        while (from.next() == json::token::key) {
            word one;
            from.text().append_to(one.key);
            if (from.next() == json::token::failed) return from.error();
            if (from.current() == json::token::string) {
                from.text().append_to(one.value);
            } else {
                std::uint64_t const begin = from.offset();
                bool const container =
                    from.current() == json::token::object || from.current() == json::token::array;
                if (from.current() == json::token::number) one.value = bytes::text(from.number());
                else if (from.current() == json::token::boolean)
                    one.value = from.boolean() ? "true" : "false";
                else if (from.current() == json::token::null) one.value = "null";
                if (!from.skip()) return from.error();
                if (container)
                    one.value = bytes::text(
                        text.subspan(static_cast<std::size_t>(begin),
                                     static_cast<std::size_t>(from.offset() + 1 - begin)));
            }
            metadata_.push_back(std::move(one));
        }
        if (from.current() == json::token::failed) return from.error();
        return {};
    }

    /// Whether a file has one name only: of two spellings of one file each would be read.
    static bool is_plain(std::string_view file) {
        for (std::size_t at = 0; at <= file.size();) {
            std::size_t const end = (std::min)(file.find('/', at), file.size());
            std::string_view const part = file.substr(at, end - at);
            if (part == "." || (part.empty() && at != 0)) return false;
            at = end + 1;
        }
        return true;
    }

    /// Makes one of files that were met several times, and sorts both lists.
    result<void> sort() {
        std::vector<std::string_view> const met = files_;
        std::sort(files_.begin(), files_.end());
        files_.erase(std::unique(files_.begin(), files_.end()), files_.end());
        std::vector<std::uint32_t> now(met.size());
        for (std::size_t i = 0; i < met.size(); ++i)
            now[i] = static_cast<std::uint32_t>(
                std::lower_bound(files_.begin(), files_.end(), met[i]) - files_.begin());
        for (entry& one : entries_) one.file = now[one.file];
        std::sort(entries_.begin(), entries_.end(),
                  [](entry const& a, entry const& b) { return a.name < b.name; });
        for (std::size_t i = 1; i < entries_.size(); ++i)
            if (entries_[i].name == entries_[i - 1].name)
                return fail(ids::duplicate_name).in(entries_[i].name);
        return {};
    }

    arena* memory_;
    arena_list<entry> entries_;
    std::vector<std::string_view> files_;
    std::vector<word> metadata_;
    std::size_t last_ = 0;
};

/// Whether `first`, the beginning of a file, is that of an index whose files end in `suffix`
/// (".safetensors", ".bin").
inline bool looks_like_index(bytes::view first, std::string_view suffix) {
    std::string_view const text = bytes::text(first);
    std::size_t const brace = text.find_first_not_of(" \t\r\n");
    if (brace == text.npos || text[brace] != '{') return false;
    std::size_t const map = text.find("\"weight_map\"");
    if (map == text.npos) return false;
    return text.find(std::string(suffix) + '"', map) != text.npos;
}

}  // namespace lade::inline LADE_ABI::shards
