// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/limits.hpp>
#include <lade/base/name_index.hpp>
#include <lade/container/pickle/nodes.hpp>
#include <lade/container/zip/entry_reader.hpp>
#include <lade/torch/records.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

/// What the sources in a TorchScript archive say of the attributes of a class
/// (torch/csrc/jit/serialization/python_print.cpp):
///
///     class Linear(Module):
///       __parameters__ = ["weight", "bias", ]
///       __buffers__ = []
///
/// The pickle alone cannot tell parameters and buffers from other attributes. The sources are
/// searched, never run.
namespace lade::inline LADE_ABI::torch {

struct script_class {
    bool is_known = false;  ///< its source was found
    bool is_module = false;
    std::vector<std::string> parameters, buffers;  ///< sorted
    bool tells_buffers = false;                    ///< old sources do not
};

class script_classes {
    auto name_at() const {
        return [this](std::uint32_t position) -> std::string_view { return keys_[position]; };
    }

  public:
    script_classes(records const& in, arena& memory)
        : in_(&in), memory_(&memory), index_(memory), modules_(memory) {}

    /// What is known of the class `name` ("Linear") of `module`
    /// ("__torch__.torch.nn.modules.linear").
    script_class const& of(std::string_view module, std::string_view name) {
        if (is_new(module)) read_source(module);
        std::string const key = std::string(module).append(1, '.').append(name);
        auto const known = index_.find(key, name_at());
        return known == name_index::none ? unknown_ : *classes_[known];
    }

  private:
    /// Whether nobody asked for this module before.
    bool is_new(std::string_view module) {
        auto const position = static_cast<std::uint32_t>(module_names_.size());
        auto const name = [this](std::uint32_t at) -> std::string_view {
            return module_names_[at];
        };
        module_names_.emplace_back(module);
        if (modules_.add(module, position, name) == name_index::added::yes) return true;
        module_names_.pop_back();
        return false;
    }

    /// All classes of a source, in one pass over it. Of two of one name the first one counts.
    void read_source(std::string_view module) {
        std::string path = "code/";
        for (char c : module) path += c == '.' ? '/' : c;
        path += ".py";
        lade::zip::entry const* const entry = in_->find(path);
        if (entry == nullptr) return;
        auto const data = lade::zip::contents(in_->archive(), *entry, *memory_);
        if (!data) return;
        std::string_view const source = bytes::text(*data);
        constexpr std::string_view opening = "class ";
        std::size_t at = source.starts_with(opening) ? 0 : next_class(source, 0);
        while (at < source.size()) {
            std::size_t const end = next_class(source, at);
            std::string_view const whole = source.substr(at, end - at);
            at = end;
            std::size_t const after = whole.find_first_of("(:\n", opening.size());
            if (after == whole.npos || whole[after] == '\n') continue;
            add(module, whole.substr(opening.size(), after - opening.size()), whole.substr(after));
        }
    }
    /// Where the next line begins that begins a class; the end of the source if there is none.
    static std::size_t next_class(std::string_view source, std::size_t from) {
        std::size_t const found = source.find("\nclass ", from);
        return found == source.npos ? source.size() : found + 1;
    }

    void add(std::string_view module, std::string_view name, std::string_view body) {
        auto const position = static_cast<std::uint32_t>(keys_.size());
        keys_.push_back(std::string(module).append(1, '.').append(name));
        if (index_.add(keys_.back(), position, name_at()) != name_index::added::yes) {
            keys_.pop_back();
            return;
        }
        auto found = std::make_unique<script_class>();
        found->is_known = true;
        found->is_module = body.starts_with("(Module)");
        found->parameters = names_in(body, "__parameters__ = [");
        found->tells_buffers = body.find("__buffers__ = [") != body.npos;
        found->buffers = names_in(body, "__buffers__ = [");
        classes_.push_back(std::move(found));
    }

    /// The quoted names between `opening` and the next bracket, sorted.
    static std::vector<std::string> names_in(std::string_view body, std::string_view opening) {
        std::vector<std::string> names;
        std::size_t const begin = body.find(opening);
        if (begin == body.npos) return names;
        std::string_view list = body.substr(begin + opening.size());
        list = list.substr(0, list.find(']'));
        for (std::size_t open = list.find('"'); open != list.npos; open = list.find('"')) {
            std::size_t const close = list.find('"', open + 1);
            if (close == list.npos) break;
            names.emplace_back(list.substr(open + 1, close - open - 1));
            list.remove_prefix(close + 1);
        }
        std::sort(names.begin(), names.end());
        return names;
    }

    records const* in_;
    arena* memory_;
    name_index index_;
    std::vector<std::string> keys_;
    std::vector<std::unique_ptr<script_class>> classes_;  ///< by the position of their keys
    name_index modules_;                                  ///< whose sources were read
    std::vector<std::string> module_names_;
    script_class unknown_;
};

}  // namespace lade::inline LADE_ABI::torch
