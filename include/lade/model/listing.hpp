// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/model/content.hpp>
#include <lade/model/graph.hpp>
#include <lade/model/tensor_table.hpp>
#include <lade/model/value.hpp>

#include <string>
#include <vector>

namespace lade::inline LADE_ABI {

/// A word about a file.
struct metadata_entry {
    std::string key, value;
    bool operator==(metadata_entry const&) const = default;
};

/// A part of a file that is no tensor, as it is: the text of a Keras model, the bytes of a
/// GraphDef.
struct file_part {
    content of = content::config;
    std::string name;
    std::string data;
};

/// What a file holds, without the bytes of its tensors: what `inspect` gives and what a writer
/// starts from.
struct listing {
    std::string format;  ///< the trait's name: "torch.zip"
    contents holds;
    tensor_table tensors;
    std::vector<std::uint64_t> storages;  ///< bytes of each storage that tensors share, by number
    std::vector<metadata_entry> metadata;
    std::vector<file_part> parts;
    graph_summary graph;
    values objects;

    file_part const* part(content of, std::string_view name) const {
        for (auto const& one : parts)
            if (one.of == of && one.name == name) return &one;
        return nullptr;
    }
    std::string_view word(std::string_view key) const {
        for (auto const& one : metadata)
            if (one.key == key) return one.value;
        return {};
    }
};

}  // namespace lade::inline LADE_ABI
