// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bind/names.hpp>
#include <lade/bytes/glob.hpp>
#include <lade/format/filter.hpp>
#include <lade/model/tensor_table.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace lade::inline LADE_ABI::detail {

/// How names of a file become names of fields; load_into.hpp says it to the user.
struct name_settings {
    std::string_view only, root, prefix;
    std::span<std::pair<std::string, std::string> const> rename;
    std::span<name_rule const> pairs;
    std::string_view separator = ".";  ///< of the format
};

/// The names of a file's tensors as a struct knows them.
class file_names {
  public:
    struct entry {
        std::string name;         ///< of the field that it would go to
        bool is_in = false;       ///< below the root, and let through by `only`
        bool is_renamed = false;  ///< by a pair or a rule
        bool transposed = false;  ///< by a pair
    };

    file_names(tensor_table const& of, name_settings const& how) : how_(how) {
        entries_.reserve(of.size());
        for (tensor_info const& one : of) entries_.push_back(translated(one.name));
        sorted_.reserve(of.size());
        for (auto const& one : entries_)
            if (one.is_in) sorted_.push_back(one.name);
        std::sort(sorted_.begin(), sorted_.end());
    }
    file_names(file_names const&) = delete;  // views of its own names
    file_names& operator=(file_names const&) = delete;

    std::vector<entry> const& entries() const { return entries_; }

    /// Whether a field of this name is asked for, though `only` was given.
    bool wants(std::string_view field) const {
        if (how_.only.empty()) return true;
        for (auto const& pair : how_.pairs)
            if (pair.to == field) return glob_match(how_.only, pair.from);
        return glob_match(how_.only, spelled(field));
    }

    /// Whether a tensor has this name, or one below it.
    bool has(std::string_view name) const {
        if (name.empty()) return !sorted_.empty();
        auto at = std::lower_bound(sorted_.begin(), sorted_.end(), name);
        if (at != sorted_.end() && *at == name) return true;
        std::string const below = std::string(name).append(1, '.');
        at = std::lower_bound(at, sorted_.end(), std::string_view(below));
        return at != sorted_.end() && at->starts_with(below);
    }
    /// How many of 0, 1, 2 ... are there below a name, up to the first that is not.
    std::size_t positions(std::string_view name) const {
        std::string const below = name.empty() ? std::string() : std::string(name).append(1, '.');
        std::size_t count = 0;
        while (has(below + std::to_string(count))) ++count;
        return count;
    }
    /// The parts that follow a name and its dot, each once; `whole`: all that follows. Good as long
    /// as this object.
    std::vector<std::string_view> keys(std::string_view name, bool whole) const {
        std::vector<std::string_view> found;
        std::string const below = name.empty() ? std::string() : std::string(name).append(1, '.');
        for (auto at = std::lower_bound(sorted_.begin(), sorted_.end(), std::string_view(below));
             at != sorted_.end() && at->starts_with(below); ++at) {
            std::string_view rest = at->substr(below.size());
            if (!whole) rest = rest.substr(0, rest.find('.'));
            if (!rest.empty() && (found.empty() || found.back() != rest)) found.push_back(rest);
        }
        return found;
    }

  private:
    entry translated(std::string_view name) const {
        entry made;
        if (!how_.root.empty()) {
            bool const below = name.size() > how_.root.size() && name.starts_with(how_.root) &&
                               (name[how_.root.size()] == '.' || name[how_.root.size()] == '/');
            if (!below) return made;
            name.remove_prefix(how_.root.size() + 1);
        }
        if (name.starts_with(how_.prefix)) name.remove_prefix(how_.prefix.size());
        if (!how_.only.empty() && !glob_match(how_.only, name)) return made;
        made.is_in = true;
        for (auto const& pair : how_.pairs)
            if (pair.from == name) {
                made.name = pair.to;
                made.is_renamed = true;
                made.transposed = pair.is_transposed;
                return made;
            }
        for (auto const& [from, to] : how_.rename)
            if (auto changed = renamed(name, from, to)) {
                made.name = *std::move(changed);
                made.is_renamed = true;
                return made;
            }
        made.name = name;
        if (how_.separator != ".")
            for (std::size_t at = 0; (at = made.name.find(how_.separator, at)) != std::string::npos;
                 ++at)
                made.name.replace(at, how_.separator.size(), ".");
        return made;
    }
    /// A field's name with the separator of the format.
    std::string spelled(std::string_view field) const {
        std::string made(field);
        if (how_.separator != ".")
            for (std::size_t at = 0; (at = made.find('.', at)) != std::string::npos;
                 at += how_.separator.size())
                made.replace(at, 1, how_.separator);
        return made;
    }

    name_settings how_;
    std::vector<entry> entries_;
    std::vector<std::string_view> sorted_;
};

}  // namespace lade::inline LADE_ABI::detail
