// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/sort.hpp>
#include <lade/keras/h5_names.hpp>
#include <lade/keras/object_paths.hpp>

#include <charconv>

/// From the names of objects in `.weights.h5` and `.keras` to layers, and back.
namespace lade::inline LADE_ABI::keras {

namespace ids {
inline constexpr error_id no_such_layer{
    "keras.no_such_layer", kind::mismatch, "no layer of the structure has this tensor",
    "leave it out with --only, or give up the structure: drop<content::config>"};
}  // namespace ids

namespace detail {

/// N of `<folder>N`; none where the name is another.
inline std::optional<std::size_t> number_below(std::string_view name, std::string_view folder) {
    if (!name.starts_with(folder)) return std::nullopt;
    name.remove_prefix(folder.size());
    std::size_t number = 0;
    auto const [end, trouble] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (trouble != std::errc{} || end != name.data() + name.size() || name.empty())
        return std::nullopt;
    return number;
}

/// What only Keras 3 and tf_keras keep: seeds, and what metrics have counted so far.
inline bool is_passing_state(std::string_view name) {
    return name.starts_with("metrics/") || name.find("seed_generator/") != name.npos;
}

}  // namespace detail

/// Groups a table whose names are those of objects, as an `.h5` file has them. States of metrics
/// and of seed generators are left out: an `.h5` file has no place for them. Errors:
/// keras.unknown_layout, keras.no_such_layer.
inline result<grouping> group_objects(tensor_table const& of, lade::json::value model) {
    constexpr std::size_t none = ~std::size_t{0} / 2;
    grouping made;
    made.group_of.assign(of.size(), none);
    made.place_of.resize(of.size());
    std::vector<std::size_t> order(of.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    bytes::sort(order, [&](std::size_t a, std::size_t b) { return of[a].name < of[b].name; });
    std::vector<std::string_view> names;
    names.reserve(order.size());
    for (std::size_t const i : order) names.push_back(of[i].name);

    auto const layers = layers_of(model);
    auto const folders = layer_folders(model);
    for (std::size_t i = 0; i < layers.size(); ++i) {
        std::string const folder = folders[i] + "/";
        auto const first = std::lower_bound(names.begin(), names.end(), folder);
        std::size_t count = 0;
        bool old = false;
        for (auto at = first; at != names.end() && at->starts_with(folder); ++at) {
            count += detail::is_passing_state(*at) ? 0 : 1;
            old = old || at->substr(folder.size()).starts_with("_query_dense/");
        }
        weight_group& to = made.layers.emplace_back();
        to.name = layer_name(layers[i]);
        if (count == 0) continue;
        auto const found = variables_at(
            layers[i], folders[i], old ? generation::keras2 : generation::keras3, count, names);
        if (!found) return found.error();
        for (auto const& one : *found) {
            auto const at = std::lower_bound(names.begin(), names.end(), one.path);
            if (at == names.end() || *at != one.path)
                return fail(ids::unknown_layout).in(one.path).in(to.name);
            std::size_t const tensor = order[static_cast<std::size_t>(at - names.begin())];
            made.group_of[tensor] = i;
            made.place_of[tensor] = to.weights.size();
            to.weights.push_back(to.name + "/" + one.name);
        }
    }
    std::vector<std::pair<std::size_t, std::size_t>> own, optimizer;  // number, tensor
    for (std::size_t i = 0; i < of.size(); ++i) {
        if (made.group_of[i] != none) continue;
        if (auto const number = detail::number_below(of[i].name, "vars/"))
            own.emplace_back(*number, i);
        else if (auto const state = detail::number_below(of[i].name, "optimizer/vars/"))
            optimizer.emplace_back(*state, i);
        else if (detail::is_passing_state(of[i].name)) made.group_of[i] = grouping::left_out;
        else return fail(ids::no_such_layer).in(of[i].name);
    }
    auto const in_order = [&made](std::vector<std::pair<std::size_t, std::size_t>>& list,
                                  std::size_t group) {
        bytes::sort(list);
        weight_group& to = made.at(group);
        for (auto const& [number, tensor] : list) {
            made.group_of[tensor] = group;
            made.place_of[tensor] = to.weights.size();
            to.weights.push_back("variable_" + std::to_string(number));
        }
    };
    in_order(own, grouping::in_top_level);
    in_order(optimizer, grouping::in_optimizer);
    return made;
}

/// Whether the names of a table are those of objects.
inline bool names_objects(tensor_table const& of) {
    for (tensor_info const& one : of)
        if (one.name.starts_with("vars/") || one.name.find("/vars/") != one.name.npos) return true;
    return false;
}

/// The groups of a table with names of either kind. Where objects do not fit the structure they are
/// grouped by their names.
inline grouping group_any(tensor_table const& of, lade::json::value model) {
    if (model.exists() && names_objects(of))
        if (auto found = group_objects(of, model)) return *std::move(found);
    return group_weights(of, model);
}

/// Where the tensors of an `.h5` file lie in a `.weights.h5` file, by their positions in the table.
/// Errors: keras.unknown_layout, keras.no_such_layer.
inline result<std::vector<std::string>> object_paths(tensor_table const& of,
                                                     lade::json::value model, generation to) {
    auto const groups = group_weights(of, model);
    auto const layers = layers_of(model);
    auto const folders = layer_folders(model);
    std::vector<std::vector<placed_variable>> places(groups.layers.size());
    std::vector<std::pair<std::string_view, std::size_t>> index;
    for (std::size_t i = 0; i < layers.size(); ++i) index.emplace_back(layer_name(layers[i]), i);
    bytes::sort(index);
    for (std::size_t i = 0; i < groups.layers.size(); ++i) {
        weight_group const& group = groups.layers[i];
        if (group.weights.empty()) continue;
        auto const at = std::lower_bound(index.begin(), index.end(),
                                         std::pair<std::string_view, std::size_t>(group.name, 0));
        if (at == index.end() || at->first != group.name)
            return fail(ids::no_such_layer).in(group.name);
        auto found =
            variables_at(layers[at->second], folders[at->second], to, group.weights.size());
        if (!found) return found.error();
        places[i] = *std::move(found);
    }
    std::vector<std::string> made(of.size());
    for (std::size_t i = 0; i < of.size(); ++i) {
        std::size_t const group = groups.group_of[i], place = groups.place_of[i];
        if (group == grouping::in_top_level) made[i] = "vars/" + std::to_string(place);
        else if (group == grouping::in_optimizer)
            made[i] = "optimizer/vars/" + std::to_string(place);
        else made[i] = std::move(places[group][place].path);
    }
    return made;
}

}  // namespace lade::inline LADE_ABI::keras
