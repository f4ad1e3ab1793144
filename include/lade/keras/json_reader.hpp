// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/limits.hpp>
#include <lade/container/yaml/reader.hpp>
#include <lade/format/any_sink.hpp>
#include <lade/format/traits.hpp>
#include <lade/keras/config_graph.hpp>

#include <vector>

/// The text that `model.to_json()` gives: {"class_name", "config", "keras_version", "backend"}.
namespace lade::inline LADE_ABI::keras {

struct text_options {
    lade::limits limits{};
};

namespace detail {

/// All bytes of a source.
inline result<std::vector<std::byte>> all_of(any_source from, limits const& granted) {
    if (from.size() > granted.header)
        return fail(lade::ids::limit, error::nowhere, granted.header, from.size());
    std::vector<std::byte> text(static_cast<std::size_t>(from.size()));
    if (auto const done = from.read(0, text); !done) return done.error();
    return text;
}

}  // namespace detail

/// Certain of an object with class_name and config. Reads the whole text if it may be one.
inline confidence looks_like_json(any_source from) {
    std::byte first[64];
    std::span<std::byte> const head(first,
                                    static_cast<std::size_t>(from.size() < 64 ? from.size() : 64));
    if (!from.read(0, head)) return confidence::no;
    auto const text = bytes::text(head);
    auto const at = text.find_first_not_of(" \t\r\n");
    if (at == text.npos || text[at] != '{') return confidence::no;
    auto const all = detail::all_of(from, limits{});
    if (!all) return confidence::no;
    lade::json::reader reader(*all, json_options);
    unsigned depth = 0;
    bool class_name = false, config = false;
    for (;;) {
        switch (reader.next()) {
            case lade::json::token::object:
            case lade::json::token::array: ++depth; break;
            case lade::json::token::object_end:
            case lade::json::token::array_end: --depth; break;
            case lade::json::token::key:
                if (depth == 1) {
                    std::string name;
                    reader.text().append_to(name);
                    class_name = class_name || name == "class_name";
                    config = config || name == "config";
                }
                break;
            case lade::json::token::end:
                return class_name && config ? confidence::certain : confidence::no;
            case lade::json::token::failed:
                return class_name && config ? confidence::possible : confidence::no;
            default: break;
        }
    }
}

namespace detail {

/// Hands over a structure as the part `model_config`.
inline result<flow> give_structure(std::string_view text, any_sink& to) {
    auto const model = lade::json::document::parse(text, json_options);
    if (!model) return model.error();
    auto const root = model->root();
    if (!is_model(root)) return fail(ids::not_a_model);
    contents parts = content::config;
    for (auto const key : {"keras_version", "backend"}) {
        if (!root[key].is_string()) continue;
        parts |= content::metadata;
        if (auto const done = to.metadata(key, root[key].text()); !done) return done.error();
    }
    to.holds(parts);
    if (auto const done = to.part(content::config, "model_config", bytes::of(text)); !done)
        return done.error();
    if (auto const done = to.graph(summarize(root)); !done) return done.error();
    return flow::more;
}

}  // namespace detail

/// Hands over the text as the part `model_config`. Errors: json.*, keras.not_a_model.
inline result<flow> read_json(any_source from, any_sink& to, limits const& granted) {
    auto const text = detail::all_of(from, granted);
    if (!text) return text.error();
    return detail::give_structure(bytes::text(*text), to);
}

/// Certain of a mapping that begins, but for comments, with a line of a word and a colon and has
/// the lines `class_name:` and `config:`; the words of YAML are not looked at.
inline confidence looks_like_yaml(any_source from) {
    std::byte first[256];
    std::span<std::byte> const head(
        first, static_cast<std::size_t>(from.size() < 256 ? from.size() : 256));
    if (!from.read(0, head)) return confidence::no;
    for (std::byte const one : head)
        if (one < std::byte{32} && one != std::byte{'\n'} && one != std::byte{'\r'} &&
            one != std::byte{'\t'})
            return confidence::no;
    auto const start = bytes::text(head).find_first_not_of(" \t\r\n");
    if (start == std::string_view::npos || static_cast<char>(head[start]) == '{')
        return confidence::no;
    auto const all = detail::all_of(from, limits{});
    if (!all) return confidence::no;
    std::string_view const text = bytes::text(*all);
    auto const has_line = [text](std::string_view begins) {
        for (std::size_t at = text.find(begins); at != text.npos; at = text.find(begins, at + 1))
            if (at == 0 || text[at - 1] == '\n') return true;
        return false;
    };
    return has_line("class_name:") && has_line("config:") ? confidence::certain : confidence::no;
}

/// Hands over the structure, as JSON, as the part `model_config`. Errors: yaml.*,
/// keras.not_a_model.
inline result<flow> read_yaml(any_source from, any_sink& to, limits const& granted) {
    auto const text = detail::all_of(from, granted);
    if (!text) return text.error();
    std::string json;
    if (auto const done = lade::yaml::to_json(bytes::text(*text), json, granted); !done)
        return done.error();
    return detail::give_structure(json, to);
}

}  // namespace lade::inline LADE_ABI::keras
