// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/json/document.hpp>
#include <lade/keras/errors.hpp>
#include <lade/model/graph.hpp>

/// What the structure of a model, as Keras writes it in JSON, says of its layers.
///
///     Sequential, Keras 1 to 2.2.2    config: [layer, ...]
///     Sequential, later               config: {"name", "layers": [layer, ...]}
///     functional                      config: {"name", "layers", "input_layers", "output_layers"}
///     layer                           {"class_name", "config": {"name", ...}, "name",
///                                     "inbound_nodes"}
namespace lade::inline LADE_ABI::keras {

/// How Keras' JSON is read: Python's json writes NaN and Infinity.
inline constexpr lade::json::options json_options{.special_numbers = true};

/// The layers of a model; of type none where a model has none (subclasses).
inline lade::json::value layers_of(lade::json::value model) {
    auto const config = model["config"];
    return config.is_array() ? config : config["layers"];
}

/// The name of a layer; empty where it has none.
inline std::string_view layer_name(lade::json::value layer) {
    auto const name = layer["name"].text();
    return name.empty() ? layer["config"]["name"].text() : name;
}

namespace detail {

/// The layer names in `["dense", 0, 0]`, or in lists and dictionaries of such.
inline void tensor_layers(lade::json::value nest, std::vector<std::string>& to) {
    std::vector<lade::json::value> open{nest};  // to be visited, the next one last
    while (!open.empty()) {
        auto const now = open.back();
        open.pop_back();
        if (now.is_array() && now.size() >= 3 && now[0].is_string() && now[1].integer()) {
            to.emplace_back(now[0].text());
            continue;
        }
        for (std::size_t i = now.size(); i-- > 0;) open.push_back(now[i]);
    }
}

/// The layers that inbound nodes name, in order: `["dense", 0, 0, {}]` in lists of lists, or, since
/// Keras 3, `"keras_history": ["dense", 0, 0]`.
inline void input_layers(lade::json::value nodes, std::vector<std::string_view>& to) {
    std::vector<lade::json::value> open{nodes};  // to be visited, the next one last
    while (!open.empty()) {
        auto const now = open.back();
        open.pop_back();
        if (now.is_array() && now.size() >= 3 && now[0].is_string() && now[1].integer() &&
            now[2].integer()) {
            to.push_back(now[0].text());
            continue;
        }
        for (std::size_t i = now.size(); i-- > 0;) open.push_back(now[i]);
    }
}

}  // namespace detail

/// Layers, inputs and outputs of the outermost model. A Sequential one ends in its last layer.
inline graph_summary summarize(lade::json::value model) {
    graph_summary made;
    auto const layers = layers_of(model);
    made.nodes = layers.size();
    for (std::size_t i = 0; i < layers.size(); ++i)
        if (layers[i]["class_name"].text() == "InputLayer")
            made.inputs.emplace_back(layer_name(layers[i]));
    auto const ends = model["config"]["output_layers"];
    if (ends.exists()) detail::tensor_layers(ends, made.outputs);
    else if (!layers.empty()) made.outputs.emplace_back(layer_name(layers[layers.size() - 1]));
    return made;
}

/// Whether a value is the structure of a model.
inline bool is_model(lade::json::value of) { return of.has("class_name") && of.has("config"); }

}  // namespace lade::inline LADE_ABI::keras
