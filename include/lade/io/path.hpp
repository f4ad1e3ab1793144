// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/config.hpp>

#include <concepts>
#include <string>
#include <string_view>
#include <utility>

namespace lade::inline LADE_ABI {

/// The name of a file, as the operating system takes it (UTF-8 on Windows). Made from text of any
/// kind, or from anything with a member `string()`, such as std::filesystem::path, whose header
/// this library does not include.
class path {
  public:
    path() = default;
    path(std::string text) : text_(std::move(text)) {}
    path(std::string_view text) : text_(text) {}
    path(char const* text) : text_(text) {}
    template <class P>
        requires requires(P const& p) {
            { p.string() } -> std::convertible_to<std::string>;
        }
    path(P const& other) : text_(other.string()) {}

    std::string const& string() const { return text_; }
    char const* c_str() const { return text_.c_str(); }
    bool empty() const { return text_.empty(); }

    /// What follows the last separator.
    std::string_view name() const { return std::string_view(text_).substr(split()); }
    /// What stands before the name, its separator included; empty for the working directory.
    std::string_view folder() const { return std::string_view(text_).substr(0, split()); }
    /// The file `name` in the same folder.
    path sibling(std::string_view name) const { return std::string(folder()).append(name); }
    /// The file `name` below this folder.
    path operator/(std::string_view name) const {
        std::string joined = text_;
        if (!joined.empty() && !is_separator(joined.back())) joined += '/';
        return joined.append(name);
    }

    /// Whether `name`, a name that a file gave, means more than a file in or below a folder:
    /// absolute names, `..` as a part, drives; empty names and names with a NUL, which mean
    /// nothing. Both kinds of separators count, for files travel between systems.
    static constexpr bool leads_outside(std::string_view name) {
        if (name.empty() || name.front() == '/' || name.front() == '\\' ||
            name.find('\0') != name.npos)
            return true;
        if (name.size() > 1 && name[1] == ':') return true;
        while (!name.empty()) {
            std::size_t const end = name.find_first_of("/\\");
            if (name.substr(0, end) == "..") return true;
            name = end == name.npos ? std::string_view{} : name.substr(end + 1);
        }
        return false;
    }

    static constexpr bool is_separator(char c) {
#ifdef _WIN32
        return c == '/' || c == '\\' || c == ':';
#else
        return c == '/';
#endif
    }

  private:
    std::size_t split() const {
        std::size_t at = text_.size();
        while (at > 0 && !is_separator(text_[at - 1])) --at;
        return at;
    }

    std::string text_;
};

}  // namespace lade::inline LADE_ABI
