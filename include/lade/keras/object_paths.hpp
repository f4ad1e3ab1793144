// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/sort.hpp>
#include <lade/keras/config_graph.hpp>
#include <lade/keras/variables.hpp>

#include <span>

/// Where the variables of a layer lie in a `.weights.h5` file, which names them by the objects that
/// hold them, and in which order an `.h5` file lists the same variables.
///
///     layers/<class>[_k]/vars/N                   a layer; k counts layers of that class
///     .../cell/vars/N                             LSTM, GRU, SimpleRNN, ConvLSTM*, RNN
///     .../cell/cells/<class>[_k]/vars/N           a stack of cells
///     .../forward_layer, .../backward_layer       Bidirectional
///     .../layer                                   TimeDistributed, other wrappers
///     .../query_dense, key_, value_, output_      MultiHeadAttention; tf_keras: _query_dense ...
///     .../layers/<class>[_k]                      a model inside the model
///     optimizer/vars/N, vars/N                    optimizer; variables of the model itself
///
/// An `.h5` file lists, of each layer of the outermost model, first what is trained, then the rest.
/// Not mapped: SpectralNormalization, which holds one variable at two places.
/// Source: keras/src/saving/saving_lib.py, _walk_saveable, _save_container_state.
namespace lade::inline LADE_ABI::keras {

namespace ids {
inline constexpr error_id unknown_layout{
    "keras.unknown_layout", kind::mismatch,
    "it is not known where the variables of this layer lie in the other kind of file",
    "load the model with Keras and save it there"};
}  // namespace ids

/// Whose names of objects are meant.
enum class generation : std::uint8_t { keras2, keras3 };

namespace detail {

/// An object that holds variables itself.
struct holder {
    std::string path;
    lade::json::value layer;
    bool frozen = false;
    std::string name = {};  ///< of the layer that has it, behind those of the models around it
};

inline std::string_view class_of(lade::json::value layer) {
    // a model of Keras 1, 2 is called Model and is Functional
    auto const name = layer["class_name"].text();
    return name == "Model" ? "Functional" : name;
}

/// The names of the groups of a list of layers: dense, dense_1, dense_2 count the class.
inline std::vector<std::string> class_names(lade::json::value layers) {
    std::vector<std::string> made;
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        made.push_back(snake_case(plain_class(class_of(layers[i]))));
        order.push_back(i);
    }
    bytes::sort(order, [&](std::size_t a, std::size_t b) {
        return made[a] != made[b] ? made[a] < made[b] : a < b;
    });
    for (std::size_t at = 0; at < order.size();) {
        std::string const first = made[order[at]];
        for (std::size_t k = 0; at < order.size() && made[order[at]] == first; ++k, ++at)
            if (k > 0) (made[order[at]] += '_') += std::to_string(k);
    }
    return made;
}

/// The holders in a layer, in the order in which Keras walks its variables.
inline void find_holders(lade::json::value outermost, std::string_view path, generation of,
                         std::vector<holder>& to) {
    struct step {
        lade::json::value layer;
        std::string path;
        bool frozen;
        std::string name;
        bool twice = false;  ///< in a Bidirectional: another one inside would double it again
    };
    std::vector<step> open{{outermost, std::string(path), false,
                            std::string(layer_name(outermost))}};  // the next one last
    while (!open.empty()) {
        step const now = std::move(open.back());
        open.pop_back();
        auto const config = now.layer["config"];
        bool const frozen = now.frozen || !flag_of(config, "trainable", true);
        std::string_view const name = plain_class(now.layer["class_name"].text());
        std::vector<step> inner;
        auto const list = [&](lade::json::value layers, std::string const& folder) {
            auto const names = class_names(layers);
            for (std::size_t i = 0; i < layers.size(); ++i)
                inner.push_back({layers[i], folder + names[i], frozen,
                                 now.name + "." + std::string(layer_name(layers[i]))});
        };
        if (auto const layers = layers_of(now.layer); layers.is_array()) {
            list(layers, now.path + "/layers/");
        } else if (name == "Bidirectional" && !now.twice) {
            auto const forward = config["layer"], backward = config["backward_layer"];
            inner.push_back({forward, now.path + "/forward_layer", frozen, now.name});
            inner.push_back({backward.is_object() ? backward : forward,
                             now.path + "/backward_layer", frozen, now.name});
        } else if (config["layer"].has("class_name")) {
            to.push_back({now.path, now.layer, frozen, now.name});
            inner.push_back({config["layer"], now.path + "/layer", frozen, now.name});
        } else if (config["cell"].has("class_name")) {
            inner.push_back({config["cell"], now.path + "/cell", frozen, now.name});
        } else if (name == "StackedRNNCells") {
            list(config["cells"], now.path + "/cells/");
        } else if (is_one_of(name,
                             " LSTM GRU SimpleRNN ConvLSTM1D ConvLSTM2D ConvLSTM3D CuDNNLSTM "
                             "CuDNNGRU ")) {
            to.push_back({now.path + "/cell", now.layer, frozen, now.name});
        } else if (name == "MultiHeadAttention" || name == "GroupedQueryAttention" ||
                   name == "GroupQueryAttention") {
            bool const plain = of == generation::keras3 && name == "MultiHeadAttention";
            for (auto const part : {"query", "key", "value", "output"})
                to.push_back({now.path + (plain ? "/" : "/_") + part + "_dense", now.layer, frozen,
                              now.name});
        } else {
            to.push_back({now.path, now.layer, frozen, now.name});
        }
        for (std::size_t i = inner.size(); i-- > 0;) {
            inner[i].twice = now.twice || name == "Bidirectional";
            open.push_back(std::move(inner[i]));
        }
    }
}

/// The variables of a holder, if they are known.
inline std::optional<variable_list> held_by(holder const& of) {
    std::string_view const name = plain_class(of.layer["class_name"].text());
    if (of.layer["config"]["layer"].exists() && name != "SpectralNormalization")
        return variable_list{};  // a wrapper
    if (of.path.ends_with("_dense") && name.ends_with("Attention")) {
        variable_list made{{"kernel"}, 0};
        if (flag_of(of.layer["config"], "use_bias", true)) made.names.emplace_back("bias");
        return made;
    }
    return variables_of(name, of.layer["config"]);
}

}  // namespace detail

/// A variable of a layer: where it lies, and how an `.h5` file may call it.
struct placed_variable {
    std::string path;  ///< layers/lstm/cell/vars/0
    std::string name;  ///< cell/kernel
    bool trained = true;
};

/// The variables of a layer of the outermost model, whose objects lie at `path`, in the order of an
/// `.h5` file. `found`: the sorted names of a file, which tells how many each object has; where it
/// is empty, there are `count` in all and the classes tell. Errors: keras.unknown_layout.
inline result<std::vector<placed_variable>> variables_at(
    lade::json::value layer, std::string_view path, generation of, std::size_t count,
    std::span<std::string_view const> found = {}) {
    std::vector<detail::holder> holders;
    detail::find_holders(layer, path, of, holders);
    auto const below = [found](std::string const& folder) {
        auto const first = std::lower_bound(found.begin(), found.end(), folder);
        auto last = first;
        while (last != found.end() && last->starts_with(folder)) ++last;
        return static_cast<std::size_t>(last - first);
    };
    std::vector<std::optional<variable_list>> known(holders.size());
    std::vector<std::size_t> counts(holders.size());
    std::size_t told = 0, unknown = 0;
    for (std::size_t i = 0; i < holders.size(); ++i) {
        known[i] = detail::held_by(holders[i]);
        if (plain_class(holders[i].layer["class_name"].text()) == "SpectralNormalization")
            return fail(ids::unknown_layout).in("SpectralNormalization").in(layer_name(layer));
        if (!found.empty()) counts[i] = below(holders[i].path + "/vars/");
        else if (known[i]) counts[i] = known[i]->names.size();
        else ++unknown;
        told += counts[i];
    }
    auto const wrong = [&] {
        return fail(ids::unknown_layout, error::nowhere, told, count)
            .in(layer["class_name"].text())
            .in(layer_name(layer));
    };
    if (holders.size() == 1 && told != count) {  // whatever the class says, they lie there
        known[0].reset();
        counts[0] = told = count;
        unknown = 0;
    }
    if (told > count || (unknown == 0 && told != count)) return wrong();
    if (unknown > 0) {
        // two halves of a Bidirectional, or one layer that is not known
        std::size_t const each = (count - told) / unknown;
        if (each * unknown != count - told || (each > 0 && unknown > 2)) return wrong();
        std::string_view const kind = layer["class_name"].text();
        if (each > 0 && unknown == 2 && plain_class(kind) != "Bidirectional") return wrong();
        for (std::size_t i = 0; i < holders.size(); ++i)
            if (!known[i]) counts[i] = each;
    }
    std::vector<placed_variable> made;
    made.reserve(count);
    for (bool const trained : {true, false})
        for (std::size_t i = 0; i < holders.size(); ++i) {
            bool const named = known[i] && known[i]->names.size() == counts[i];
            std::size_t const fixed = known[i] ? (std::min)(known[i]->fixed, counts[i]) : 0;
            std::size_t const split = holders[i].frozen ? 0 : counts[i] - fixed;
            for (std::size_t k = trained ? 0 : split; k < (trained ? split : counts[i]); ++k) {
                placed_variable one;
                one.trained = trained;
                one.path = holders[i].path + "/vars/" + std::to_string(k);
                one.name =
                    holders[i].path.substr((std::min)(path.size() + 1, holders[i].path.size()));
                if (!one.name.empty()) one.name += '/';
                if (named) one.name += known[i]->names[k];
                else one.name += "variable_" + std::to_string(k);
                made.push_back(std::move(one));
            }
        }
    return made;
}

/// The folders of the layers of the outermost model: layers/dense, layers/dense_1 ...
inline std::vector<std::string> layer_folders(lade::json::value model) {
    auto made = detail::class_names(layers_of(model));
    for (auto& one : made) one.insert(0, "layers/");
    return made;
}

/// Whose names a file has that says it was written by this version of Keras.
inline generation generation_of(std::string_view version) {
    return version.starts_with("1.") || version.starts_with("2.") ? generation::keras2
                                                                  : generation::keras3;
}

}  // namespace lade::inline LADE_ABI::keras
