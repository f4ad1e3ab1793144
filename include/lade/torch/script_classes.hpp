// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/limits.hpp>
#include <lade/container/pickle/nodes.hpp>
#include <lade/container/zip/entry_reader.hpp>
#include <lade/torch/records.hpp>

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
    std::vector<std::string> parameters, buffers;
    bool tells_buffers = false;  ///< old sources do not
};

class script_classes {
  public:
    script_classes(records const& in, arena& memory) : in_(&in), memory_(&memory) {}

    /// What is known of the class `name` ("Linear") of `module`
    /// ("__torch__.torch.nn.modules.linear").
    script_class const& of(std::string_view module, std::string_view name) {
        std::string key(module);
        key.append(1, '.').append(name);
        for (auto const& [known, what] : known_)
            if (known == key) return *what;
        known_.emplace_back(std::move(key), std::make_unique<script_class>(read(module, name)));
        return *known_.back().second;
    }

  private:
    script_class read(std::string_view module, std::string_view name) {
        std::string path = "code/";
        for (char c : module) path += c == '.' ? '/' : c;
        path += ".py";
        script_class found;
        std::string_view const source = text_of(path);
        std::string const head = "class " + std::string(name);
        for (std::size_t at = source.find(head); at != source.npos;
             at = source.find(head, at + 1)) {
            if (at != 0 && source[at - 1] != '\n') continue;
            std::size_t const after = at + head.size();
            if (after >= source.size() || (source[after] != '(' && source[after] != ':')) continue;
            std::size_t const end = (std::min)(source.find("\nclass ", after), source.size());
            std::string_view const body = source.substr(after, end - after);
            found.is_known = true;
            found.is_module = body.starts_with("(Module)");
            found.parameters = names_in(body, "__parameters__ = [");
            found.tells_buffers = body.find("__buffers__ = [") != body.npos;
            found.buffers = names_in(body, "__buffers__ = [");
            break;
        }
        return found;
    }

    std::string_view text_of(std::string const& path) {
        for (auto const& [known, text] : sources_)
            if (known == path) return text;
        std::string_view text;
        if (lade::zip::entry const* const entry = in_->find(path))
            if (auto const data = lade::zip::contents(in_->archive(), *entry, *memory_))
                text = bytes::text(*data);
        sources_.emplace_back(path, text);
        return text;
    }

    /// The quoted names between `opening` and the next bracket.
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
        return names;
    }

    records const* in_;
    arena* memory_;
    std::vector<std::pair<std::string, std::unique_ptr<script_class>>> known_;
    std::vector<std::pair<std::string, std::string_view>> sources_;
};

}  // namespace lade::inline LADE_ABI::torch
