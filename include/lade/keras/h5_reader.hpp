// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/sort.hpp>
#include <lade/format/hdf5_tensor.hpp>
#include <lade/format/traits.hpp>
#include <lade/keras/h5_names.hpp>

#include <string>

/// A model in HDF5, as Keras 1, 2, tf.keras, tf_keras and the legacy writer of Keras 3 save it.
///
///     /                        attributes keras_version, backend, model_config, training_config
///       model_weights/         attributes layer_names, keras_version, backend
///         <layer>/             attribute weight_names
///           <weight name>      dataset; '/' in the name makes groups
///         top_level_model_weights/
///       optimizer_weights/     attribute weight_names
///
/// save_weights: the content of model_weights at the root. A list of names beyond 64 KiB is cut
/// into attributes <name>0, <name>1 ... Empty lists are arrays of float64 without elements.
///
/// Keras before 1.0: at the root the attribute nb_layers and groups layer_0 ..., each with datasets
/// param_0 ...; order alone tells what they are. bfloat16, which Keras 3 stores as two bytes
/// without a type and cannot load again, is told by the type of its layer in model_config.
///
/// Read: all of that; a layer that is listed and not there has no weights, as has one without
/// weight_names. Refused: listed weights that are not there. Source: keras/src/legacy/saving/
/// legacy_h5_format.py.
namespace lade::inline LADE_ABI::keras {

/// A list of names of an object: the attribute, or its parts. None where there is neither.
/// Errors: those of attributes.
inline result<std::optional<std::vector<std::string>>> name_list(hdf5::object const& of,
                                                                 std::string_view attribute) {
    auto const absent = [](error const& why) { return *why.id == hdf5::ids::no_attribute; };
    std::optional<std::vector<std::string>> all;
    if (auto const whole = of.find_attribute(attribute)) {
        auto texts = whole->texts();
        if (!texts) return texts.error();
        all = std::move(*texts);
        return all;
    } else if (!absent(whole.error())) {
        return whole.error();
    }
    for (unsigned part = 0;; ++part) {
        auto const found = of.find_attribute(std::string(attribute) + std::to_string(part));
        if (!found) {
            if (!absent(found.error())) return found.error();
            return all;
        }
        auto texts = found->texts();
        if (!texts) return texts.error();
        if (!all) all.emplace();
        for (auto& one : *texts) all->push_back(std::move(one));
    }
}

/// The text of an attribute, whatever its rank; none where it is not there, or no text.
inline std::optional<std::string> text_of(hdf5::object const& of, std::string_view attribute) {
    auto const found = of.find_attribute(attribute);
    if (!found) return std::nullopt;
    auto texts = found->texts();
    if (!texts || texts->empty()) return std::nullopt;
    return std::move(texts->front());
}

/// Whether an HDF5 file is one of Keras. Weights of Keras before 1.0 are not: their names say
/// nothing; who knows what they are asks for keras::h5.
inline bool looks_like_h5(any_source from) {
    if (!hdf5::has_signature(from)) return false;
    auto const file = hdf5::file::open(from);
    if (!file) return false;
    auto const has = [](hdf5::object const& in, std::string_view name) {
        auto const found = in.find_attribute(name);
        return found || !(*found.error().id == hdf5::ids::no_attribute);
    };
    auto const root = file->root();
    if (!root) return false;
    if (has(*root, h5_names::model_config)) return true;
    auto const lists = [&](hdf5::object const& in) {
        return has(in, h5_names::layer_names) ||
               has(in, std::string(h5_names::layer_names).append("0"));
    };
    if (auto const inner = root->find(h5_names::model_weights)) return lists(*inner);
    return lists(*root);
}

namespace detail {

/// Whether a layer, or one inside it, has variables of bfloat16.
inline bool has_bfloat16(lade::json::value layer) {
    std::vector<lade::json::value> open{layer};
    while (!open.empty()) {
        auto const now = open.back();
        open.pop_back();
        if (now.text() == "bfloat16") return true;
        for (std::size_t i = 0; i < now.size(); ++i) open.push_back(now[i]);
    }
    return false;
}

/// The layers of Keras before 1.0, by position.
inline result<flow> give_numbered(hdf5::group const& root, any_sink& to,
                                  hdf5::reading_budget& work) {
    for (unsigned layer = 0;; ++layer) {
        auto const name = "layer_" + std::to_string(layer);
        auto const found = root.find(name);
        if (!found) {
            if (*found.error().id == hdf5::ids::not_found) return flow::more;
            return found.error().in(name);
        }
        auto const group = found->as_group();
        if (!group) return group.error().in(name);
        for (unsigned number = 0;; ++number) {
            auto const weight = "param_" + std::to_string(number);
            auto const at = group->find(weight);
            if (!at && *at.error().id == hdf5::ids::not_found) break;
            auto opened = at ? at->as_dataset() : result<hdf5::dataset>(at.error());
            if (!opened) return opened.error().in(weight).in(name);
            auto const answer = hdf5::give_dataset(*opened, name + "/" + weight, to, work);
            if (!answer || *answer == flow::enough) return answer;
        }
    }
}

/// The weights that a group lists, at most `granted` of them, named `<prefix>/<name>`.
inline result<flow> give_listed(hdf5::group const& of, std::string_view prefix, any_sink& to,
                                hdf5::reading_budget& work, std::uint64_t& granted,
                                bool has_bfloat16 = false) {
    auto const names = name_list(of, h5_names::weight_names);
    if (!names) return names.error().in(prefix);
    if (!*names) return flow::more;
    if ((*names)->size() > granted)
        return fail(::lade::ids::limit, error::nowhere, granted, (*names)->size()).in(prefix);
    granted -= (*names)->size();
    std::string full;
    for (auto const& name : **names) {
        auto const found = of.find(name);
        if (!found) {
            auto const why = *found.error().id == hdf5::ids::not_found ? fail(ids::missing_weight)
                                                                       : found.error();
            return why.in(name).in(prefix);
        }
        auto opened = found->as_dataset();
        if (!opened) return opened.error().in(name).in(prefix);
        full.assign(prefix).append("/").append(name);
        auto const answer = hdf5::give_dataset(*opened, full, to, work, has_bfloat16);
        if (!answer || *answer == flow::enough) return answer;
    }
    return flow::more;
}

}  // namespace detail

/// Hands over the weights in the order of layer_names and weight_names, then
/// top_level_model_weights, then the optimizer's; `model_config` and `training_config` as parts.
/// Errors: those of HDF5; keras.*; json.* where the structure is no JSON.
inline result<flow> read_h5(any_source from, any_sink& to, hdf5::options const& how) {
    auto const file = hdf5::file::open(from, how);
    if (!file) return file.error();
    auto const root = file->root();
    if (!root) return root.error();
    auto weights = *root;
    if (auto inner = root->find(h5_names::model_weights)) {
        auto group = inner->as_group();
        if (!group) return group.error().in(h5_names::model_weights);
        weights = std::move(*group);
    }
    contents parts;
    for (auto const key : {h5_names::keras_version, h5_names::backend}) {
        auto value = text_of(*root, key);
        if (!value) value = text_of(weights, key);
        if (!value) continue;
        parts |= content::metadata;
        if (auto const done = to.metadata(key, *value); !done) return done.error();
    }
    std::vector<std::string> half_layers;  // sorted, those of bfloat16
    if (auto const config = text_of(*root, h5_names::model_config); config && !config->empty()) {
        auto const model = lade::json::document::parse(*config, json_options);
        if (!model) return model.error().in(h5_names::model_config);
        auto const listed = layers_of(model->root());
        bool const any = config->find("bfloat16") != config->npos;
        for (std::size_t i = 0; any && i < listed.size(); ++i)
            if (detail::has_bfloat16(listed[i])) half_layers.emplace_back(layer_name(listed[i]));
        bytes::sort(half_layers);
        parts |= content::config;
        if (auto const done = to.part(content::config, h5_names::model_config, bytes::of(*config));
            !done)
            return done.error();
        if (auto const done = to.graph(summarize(model->root())); !done) return done.error();
    }
    if (auto const config = text_of(*root, h5_names::training_config); config && !config->empty())
        if (auto const done =
                to.part(content::config, h5_names::training_config, bytes::of(*config));
            !done)
            return done.error();

    auto const layers = name_list(weights, h5_names::layer_names);
    if (!layers) return layers.error();
    std::vector<std::string> groups;
    if (*layers) groups = **layers;
    groups.emplace_back(h5_names::top_level);
    hdf5::reading_budget work(how.limits, from.size());
    // each is an object of its own, and no object has less than 12 bytes
    std::uint64_t granted = from.size() / 12;
    if (!*layers && root->find_attribute(h5_names::nb_layers)) {
        to.holds(parts);
        return detail::give_numbered(*root, to, work);
    }
    auto const optimizer = root->find(h5_names::optimizer);
    if (optimizer) parts |= content::optimizer;
    to.holds(parts);
    for (auto const& name : groups) {
        auto const found = weights.find(name);
        if (!found) {
            if (*found.error().id == hdf5::ids::not_found) continue;
            return found.error().in(name);
        }
        auto const group = found->as_group();
        if (!group) return group.error().in(name);
        bool const half = std::binary_search(half_layers.begin(), half_layers.end(), name);
        auto const answer = detail::give_listed(*group, name, to, work, granted, half);
        if (!answer || *answer == flow::enough) return answer;
    }
    if (!optimizer) return flow::more;
    auto const group = optimizer->as_group();
    if (!group) return group.error().in(h5_names::optimizer);
    return detail::give_listed(*group, h5_names::optimizer, to, work, granted,
                               !half_layers.empty());
}

}  // namespace lade::inline LADE_ABI::keras
