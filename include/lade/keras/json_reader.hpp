// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/limits.hpp>
#include <lade/format/any_sink.hpp>
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

/// Hands over the text as the part `model_config`. Errors: json.*, keras.not_a_model.
inline result<flow> read_json(any_source from, any_sink& to, limits const& granted) {
    auto const text = detail::all_of(from, granted);
    if (!text) return text.error();
    auto const model = lade::json::document::parse(bytes::view(*text), json_options);
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
    if (auto const done = to.part(content::config, "model_config", bytes::view(*text)); !done)
        return done.error();
    if (auto const done = to.graph(summarize(root)); !done) return done.error();
    return flow::more;
}

}  // namespace lade::inline LADE_ABI::keras
