// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>
#include <vector>

#include <lade/model/names.hpp>
#include <lade/model/tensor_info.hpp>

namespace lade::inline LADE_ABI {

/// What became of each tensor when a file met a struct or another network.
struct report {
    struct mismatch {
        std::string name;
        std::string wanted;  ///< "float32[64,3,7,7]"
        std::string found;
    };

    std::vector<std::string> loaded;
    std::vector<std::string> missing;     ///< wanted, not in the file
    std::vector<std::string> unexpected;  ///< in the file, wanted by nobody
    std::vector<mismatch> mismatched;     ///< of another type or shape
    std::vector<std::string>
        changed;  ///< what was asked for and done: casts, renames, transpositions

    bool complete() const { return missing.empty() && unexpected.empty() && mismatched.empty(); }
};

/// "float32[64,3,7,7]"
inline std::string type_text(dtype type, std::span<std::uint64_t const> shape) {
    std::string text(name_of(type));
    text += '[';
    for (std::size_t i = 0; i < shape.size(); ++i)
        text.append(i == 0 ? "" : ",").append(std::to_string(shape[i]));
    return text += ']';
}

/// The report as text, a line for each finding, with the likeliest other name for each one missing.
inline std::string describe(report const& of) {
    std::string text = std::to_string(of.loaded.size()) + " loaded, " +
                       std::to_string(of.missing.size()) + " missing, " +
                       std::to_string(of.unexpected.size()) + " unexpected, " +
                       std::to_string(of.mismatched.size()) + " mismatched";
    for (auto const& name : of.missing) {
        text.append("\n  missing     ").append(name);
        if (auto const guess = closest(name, of.unexpected); !guess.empty())
            text.append("  (did you mean ").append(guess).append("?)");
    }
    for (auto const& name : of.unexpected) text.append("\n  unexpected  ").append(name);
    for (auto const& one : of.mismatched)
        text.append("\n  mismatched  ")
            .append(one.name)
            .append(": wanted ")
            .append(one.wanted)
            .append(", file ")
            .append(one.found);
    for (auto const& line : of.changed) text.append("\n  changed     ").append(line);
    return text;
}

}  // namespace lade::inline LADE_ABI
