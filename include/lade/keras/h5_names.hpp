// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/sort.hpp>
#include <lade/container/json/document.hpp>
#include <lade/keras/config_graph.hpp>
#include <lade/model/tensor_table.hpp>

#include <algorithm>

/// Which layer of a Keras file a tensor belongs to, and under what name.
namespace lade::inline LADE_ABI::keras {

namespace h5_names {
inline constexpr std::string_view model_weights = "model_weights";
inline constexpr std::string_view top_level = "top_level_model_weights";
inline constexpr std::string_view optimizer = "optimizer_weights";
inline constexpr std::string_view layer_names = "layer_names";
inline constexpr std::string_view weight_names = "weight_names";
inline constexpr std::string_view model_config = "model_config";
inline constexpr std::string_view training_config = "training_config";
inline constexpr std::string_view keras_version = "keras_version";
inline constexpr std::string_view nb_layers = "nb_layers";
inline constexpr std::string_view backend = "backend";
}  // namespace h5_names

/// A group of weights: a layer, the top level, or the optimizer.
struct weight_group {
    std::string name;
    std::vector<std::string> weights;  ///< `weight_names`
};

/// The groups of a file, and where each tensor goes.
struct grouping {
    std::vector<weight_group> layers;  ///< in the order of the structure, then of the table
    weight_group top_level{std::string(h5_names::top_level), {}};
    weight_group optimizer{std::string(h5_names::optimizer), {}};

    weight_group& at(std::size_t group) {
        return group == in_top_level   ? top_level
               : group == in_optimizer ? optimizer
                                       : layers[group];
    }
    weight_group const& at(std::size_t group) const {
        return const_cast<grouping&>(*this).at(group);
    }

    static constexpr std::size_t in_top_level = ~std::size_t{0};
    static constexpr std::size_t in_optimizer = in_top_level - 1;
    static constexpr std::size_t left_out = in_top_level - 2;
    std::vector<std::size_t> group_of;  ///< of each tensor: a layer, or one of these
    std::vector<std::size_t> place_of;  ///< of each tensor: which of the weights of its group
    bool has_optimizer() const { return !optimizer.weights.empty(); }
};

/// Names are `<layer>/<weight>`: the layer is the longest name of a layer of `model` that the
/// tensor's begins with; else what stands before the first '/'; else before the last '.'
/// (`fc1.weight`); else the whole name. Weights are in the order of the table.
inline grouping group_weights(tensor_table const& of, lade::json::value model) {
    grouping made;
    auto const layers = layers_of(model);
    struct known {
        std::string_view name;
        std::size_t number;
    };
    std::vector<known> index;  // sorted, of the structure
    for (std::size_t i = 0; i < layers.size(); ++i) {
        auto const name = layer_name(layers[i]);
        if (name.empty() || name.size() > 60000) continue;
        index.push_back({name, i});
    }
    auto const by_name = [](known const& a, known const& b) {
        return a.name != b.name ? a.name < b.name : a.number < b.number;
    };
    bytes::sort(index, by_name);
    index.erase(std::unique(index.begin(), index.end(),
                            [](known const& a, known const& b) { return a.name == b.name; }),
                index.end());
    bytes::sort(index, [](known const& a, known const& b) { return a.number < b.number; });
    for (auto& one : index) {
        one.number = made.layers.size();
        made.layers.push_back({std::string(one.name), {}});
    }
    bytes::sort(index, by_name);
    std::size_t const of_structure = index.size();

    std::vector<known> others;  // sorted, of the table alone
    auto const find = [&](std::vector<known> const& in, std::size_t count, std::string_view name) {
        auto const end = in.begin() + static_cast<std::ptrdiff_t>(count);
        auto const at = std::lower_bound(
            in.begin(), end, name, [](known const& a, std::string_view b) { return a.name < b; });
        return at != end && at->name == name ? at->number : grouping::in_top_level;
    };
    struct cut {
        std::string_view group, weight;
    };
    std::vector<cut> cuts(of.size());
    made.group_of.assign(of.size(), grouping::in_top_level);
    for (std::size_t i = 0; i < of.size(); ++i) {
        std::string_view const name = of[i].name;
        auto const before = [&](std::size_t at) {
            return cut{name.substr(0, at), name.substr(at + 1)};
        };
        std::size_t const slash = name.find('/');
        if (slash != name.npos) {
            cuts[i] = before(slash);
            if (cuts[i].group == h5_names::optimizer) {
                made.group_of[i] = grouping::in_optimizer;
                continue;
            }
            if (cuts[i].group == h5_names::top_level) continue;
            std::size_t number = grouping::in_top_level;
            for (std::size_t at = name.rfind('/'); at != name.npos && at > 0;
                 at = name.rfind('/', at - 1)) {
                number = find(index, of_structure, name.substr(0, at));
                if (number == grouping::in_top_level) continue;
                cuts[i] = before(at);
                break;
            }
            made.group_of[i] = number;
        } else if (std::size_t const dot = name.rfind('.'); dot != name.npos && dot > 0) {
            cuts[i] = before(dot);
            made.group_of[i] = find(index, of_structure, cuts[i].group);
        } else {
            cuts[i] = {name, name};
            made.group_of[i] = find(index, of_structure, name);
        }
        if (made.group_of[i] == grouping::in_top_level) others.push_back({cuts[i].group, i});
    }
    // what the structure does not know: a layer each, in the order of first appearance
    bytes::sort(others, by_name);
    others.erase(std::unique(others.begin(), others.end(),
                             [](known const& a, known const& b) { return a.name == b.name; }),
                 others.end());
    bytes::sort(others, [](known const& a, known const& b) { return a.number < b.number; });
    for (auto& one : others) {
        one.number = made.layers.size();
        made.layers.push_back({std::string(one.name), {}});
    }
    bytes::sort(others, by_name);
    made.place_of.resize(of.size());
    for (std::size_t i = 0; i < of.size(); ++i) {
        std::size_t& number = made.group_of[i];
        if (number == grouping::in_top_level && cuts[i].group != h5_names::top_level)
            number = find(others, others.size(), cuts[i].group);
        weight_group& to = made.at(number);
        made.place_of[i] = to.weights.size();
        to.weights.emplace_back(cuts[i].weight);
    }
    return made;
}

}  // namespace lade::inline LADE_ABI::keras
