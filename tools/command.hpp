// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "terminal.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The commands of the program, as one table: parsing, help, manual page and shell completions
/// follow from it.
namespace tool {

struct option {
    std::string_view name;   ///< "--only", "-o"
    std::string_view value;  ///< what it takes: "GLOB"; empty: nothing
    std::string_view about;
};

/// The words of a call, sorted.
class words {
  public:
    std::vector<std::string> files;

    bool has(std::string_view option) const { return !all(option).empty(); }
    std::string_view get(std::string_view option, std::string_view otherwise = {}) const {
        auto const given = all(option);
        return given.empty() ? otherwise : given.back();
    }
    std::vector<std::string_view> all(std::string_view option) const {
        std::vector<std::string_view> found;
        for (auto const& [name, value] : given_)
            if (name == option) found.push_back(value);
        return found;
    }
    void give(std::string_view option, std::string_view value) {
        given_.push_back({option, std::string(value)});
    }

  private:
    struct pair {
        std::string_view name;
        std::string value;
    };
    std::vector<pair> given_;
};

struct command {
    std::string_view name;
    std::string_view arguments;  ///< "FILE..."
    std::string_view about;      ///< one line
    std::string_view details;
    std::span<option const> options;
    std::span<std::string_view const> examples;
    std::size_t least_files;
    std::size_t most_files;  ///< 0: any number
    status (*run)(words const&);
};

std::span<command const> commands();

status run_inspect(words const& given);
status run_convert(words const& given);
status run_diff(words const& given);
status run_verify(words const& given);
status run_freeze(words const& given);
status run_embed(words const& given);

}  // namespace tool
