// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/checked.hpp>
#include <lade/bytes/sort.hpp>
#include <lade/keras/object_grouping.hpp>

namespace lade::inline LADE_ABI::keras {

/// A layer of the outermost model, as its structure tells. Good as long as the structure and the
/// table of tensors do not move or change.
struct layer_view {
    std::string_view class_name;
    std::string_view name;
    lade::json::value config;
    lade::json::value inbound_nodes;  ///< of type none in Sequential models
    bool trainable = true;
    std::vector<std::string_view> inputs;  ///< layers that it is called on, in order
    std::vector<std::size_t> weights;      ///< positions in the table, in the order of Keras
    std::uint64_t parameters = 0;          ///< numbers in all of them
    std::uint64_t trained = 0;             ///< of these, what training changes
};

/// The layers of the outermost model, with their weights in a table without the optimizer's.
/// Without a structure: those that the names of the weights tell of.
inline std::vector<layer_view> layer_views(tensor_table const& of, lade::json::value model) {
    std::vector<layer_view> made;
    auto const groups = group_any(of, model);
    auto const listed = layers_of(model);
    for (std::size_t i = 0; i < listed.size(); ++i) {
        layer_view one;
        one.class_name = listed[i]["class_name"].text();
        one.name = layer_name(listed[i]);
        one.config = listed[i]["config"];
        one.inbound_nodes = listed[i]["inbound_nodes"];
        one.trainable = one.config["trainable"].boolean().value_or(true);
        detail::input_layers(one.inbound_nodes, one.inputs);
        made.push_back(std::move(one));
    }
    std::vector<std::pair<std::string_view, std::size_t>> index;
    for (std::size_t i = 0; i < made.size(); ++i) index.emplace_back(made[i].name, i);
    bytes::sort(index);
    std::vector<std::size_t> at(groups.layers.size());
    for (std::size_t i = 0; i < groups.layers.size(); ++i) {
        weight_group const& group = groups.layers[i];
        auto const found = std::lower_bound(
            index.begin(), index.end(), std::pair<std::string_view, std::size_t>(group.name, 0));
        bool const known = found != index.end() && found->first == group.name;
        at[i] = known ? found->second : made.size();
        if (!known) made.emplace_back();
        made[at[i]].weights.resize(group.weights.size());
    }
    for (std::size_t i = 0; i < of.size(); ++i) {
        std::size_t const group = groups.group_of[i];
        if (group >= groups.layers.size()) continue;
        layer_view& one = made[at[group]];
        one.weights[groups.place_of[i]] = i;
        // names as the table has them outlive the grouping
        if (at[group] >= listed.size())
            one.name = of[i].name.substr(0, groups.layers[group].name.size());
    }
    for (std::size_t i = 0; i < made.size(); ++i) {
        layer_view& one = made[i];
        if (one.weights.empty()) continue;
        auto const known = variables_at(listed[i], "", generation::keras3, one.weights.size());
        for (std::size_t k = 0; k < one.weights.size(); ++k) {
            auto const count = bytes::product(of[one.weights[k]].shape).value_or(0);
            one.parameters += count;
            if (known ? (*known)[k].trained : one.trainable) one.trained += count;
        }
    }
    return made;
}

/// A table of the layers: name, class, parameters, what it is called on.
inline std::string summary(tensor_table const& of, lade::json::value model) {
    auto const layers = layer_views(of, model);
    std::size_t widest = 5;
    for (auto const& one : layers)
        widest = (std::max)(widest, one.name.size() + one.class_name.size() + 3);
    widest = (std::min)(widest, std::size_t{60});
    std::string text;
    auto const cell = [&text](std::string_view words, std::size_t width) {
        text.append(words);
        text.append(words.size() < width ? width - words.size() : 1, ' ');
    };
    std::uint64_t all = 0, trained = 0;
    cell("layer", widest + 2);
    text.append("parameters  inputs\n");
    for (auto const& one : layers) {
        std::string name(one.name);
        if (!one.class_name.empty()) name.append(" (").append(one.class_name).append(")");
        cell(name, widest + 2);
        cell(std::to_string(one.parameters), 12);
        for (std::size_t i = 0; i < one.inputs.size(); ++i)
            text.append(i == 0 ? "" : ", ").append(one.inputs[i]);
        while (text.ends_with(' ')) text.pop_back();
        text += '\n';
        all += one.parameters;
        trained += one.trained;
    }
    text.append("parameters ").append(std::to_string(all));
    text.append(", trained ").append(std::to_string(trained));
    text.append(", fixed ").append(std::to_string(all - trained)).append("\n");
    return text;
}

}  // namespace lade::inline LADE_ABI::keras
