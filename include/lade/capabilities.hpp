// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/formats.hpp>

namespace lade::inline LADE_ABI {

/// What a format promises, for people and programs that ask when running.
struct capability {
    std::string_view name;  ///< "torch.zip"
    contents reads, writes;
    bool zero_copy = false;      ///< views point into the file
    bool keeps_aliases = false;  ///< storages that tensors share are written once
    file_shape shape = file_shape::single;
    dtype_set dtypes;  ///< types that it can hold
    std::size_t max_rank = 0;
};

template <format Format>
constexpr capability capability_of() {
    using promise = trait<Format>;
    return {promise::name,          promise::reads, promise::writes, promise::zero_copy,
            promise::keeps_aliases, promise::shape, promise::dtypes, promise::max_rank};
}

/// What each format of a list promises, in its order.
template <class Formats = all_formats>
constexpr std::array<capability, Formats::size> capabilities() {
    std::array<capability, Formats::size> all{};
    std::size_t n = 0;
    Formats::any([&]<class Format>() {
        all[n++] = capability_of<Format>();
        return false;
    });
    return all;
}

/// The same as a table in Markdown: one row a format, for documents.
template <class Formats = all_formats>
std::string capability_table() {
    auto const words = [](contents set) {
        std::string text;
        for (content const one : every_content)
            if (set.has(one)) text.append(" ").append(name_of(one));
        return text;
    };
    std::string table =
        "| format | files | reads | writes | views | shares storages |\n"
        "| --- | --- | --- | --- | --- | --- |\n";
    for (auto const& one : capabilities<Formats>())
        table.append("| `")
            .append(one.name)
            .append(one.shape == file_shape::set ? "` | several |" : "` | one |")
            .append(words(one.reads))
            .append(" |")
            .append(words(one.writes))
            .append(one.zero_copy ? " | yes |" : " | |")
            .append(one.keeps_aliases ? " yes |\n" : " |\n");
    return table;
}

}  // namespace lade::inline LADE_ABI
