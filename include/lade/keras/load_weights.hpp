// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/sort.hpp>
#include <lade/keras/model.hpp>
#include <lade/keras/old_layouts.hpp>
#include <lade/model/report.hpp>

/// Weights of one file into another model, as Keras' load_weights has it. Source:
/// keras/src/legacy/saving/legacy_h5_format.py, load_weights_from_hdf5_group(_by_name).
namespace lade::inline LADE_ABI::keras {

namespace ids {
inline constexpr error_id layer_count{
    "keras.layer_count", kind::mismatch,
    "the model and the file have different numbers of layers with weights (expected: the model's)",
    "load by the names of layers: {.by_name = true}"};
inline constexpr error_id weight_count{
    "keras.weight_count", kind::mismatch,
    "a layer has another number of weights in the model than in the file (expected: the model's)",
    "pass {.skip_mismatch = true} to leave such layers as they are"};
inline constexpr error_id weight_shape{
    "keras.weight_shape", kind::mismatch,
    "a weight has another type or shape in the model than in the file",
    "pass {.skip_mismatch = true} to leave such weights as they are"};
}  // namespace ids

struct weights_options {
    bool by_name = false;        ///< layers are paired by their names; else by position
    bool skip_mismatch = false;  ///< what does not fit stays as it is, and is reported
    bool from_keras1 = false;    ///< the file has the layouts of Keras 1 (see old_layouts.hpp)
    bool from_cudnn = false;  ///< recurrent layers may be those of cuDNN in the file or the model
};

/// Copies the weights of `from` over those of `to`. Layers are paired by name or by position among
/// those with weights, weights by position in their layer; names of weights are not compared. A
/// layer with another number of weights is left out whole, a weight of another shape alone. Where
/// an error is returned nothing was copied. Errors: keras.layer_count, keras.weight_count,
/// keras.weight_shape; `report::mismatched` of a load with skip_mismatch tells types and shapes.
inline result<report> try_load_weights(lade::weights const& from, lade::json::value structure,
                                       model& to, weights_options const& how = {}) {
    struct layer {
        std::string name;
        std::vector<std::size_t> weights;
    };
    auto const layers_with_weights = [](lade::weights const& of, lade::json::value in) {
        auto const groups = group_any(of.table(), in);
        std::vector<layer> made(groups.layers.size());
        for (std::size_t i = 0; i < made.size(); ++i) {
            made[i].name = groups.layers[i].name;
            made[i].weights.resize(groups.layers[i].weights.size());
        }
        for (std::size_t i = 0; i < of.size(); ++i)
            if (std::size_t const group = groups.group_of[i]; group < made.size())
                made[group].weights[groups.place_of[i]] = i;
        std::erase_if(made, [](layer const& one) { return one.weights.empty(); });
        return made;
    };
    auto const wanted = layers_with_weights(to.weights(), to.config().root());
    // the names of objects tell of classes alone: in a file without structure, those of `to`
    bool const lacks = !structure.exists() && names_objects(from.table());
    auto const given = layers_with_weights(from, lacks ? to.config().root() : structure);
    constexpr std::size_t none = ~std::size_t{0};
    std::vector<std::size_t> partner(given.size(), none);
    if (how.by_name) {
        std::vector<std::pair<std::string_view, std::size_t>> index;
        for (std::size_t i = 0; i < wanted.size(); ++i) index.emplace_back(wanted[i].name, i);
        bytes::sort(index);
        for (std::size_t i = 0; i < given.size(); ++i) {
            auto const at =
                std::lower_bound(index.begin(), index.end(),
                                 std::pair<std::string_view, std::size_t>(given[i].name, 0));
            if (at != index.end() && at->first == given[i].name) partner[i] = at->second;
        }
    } else {
        if (wanted.size() != given.size())
            return fail(ids::layer_count, error::nowhere, wanted.size(), given.size());
        for (std::size_t i = 0; i < given.size(); ++i) partner[i] = i;
    }

    report found;
    struct copy {
        std::size_t from, to;
        std::optional<dense_array> changed = {};  ///< what is copied instead
    };
    auto const listed = layers_of(to.config().root());
    std::vector<std::pair<std::string_view, std::size_t>> structures;
    for (std::size_t i = 0; i < listed.size(); ++i)
        structures.emplace_back(layer_name(listed[i]), i);
    bytes::sort(structures);
    std::vector<copy> copies;
    std::vector<bool> met(to.weights().size());
    for (std::size_t i = 0; i < given.size(); ++i) {
        auto const& source = given[i].weights;
        if (partner[i] == none) {
            for (std::size_t one : source) found.unexpected.emplace_back(from.at(one).name());
            continue;
        }
        layer const& target = wanted[partner[i]];
        std::vector<dense_array> changed;  // empty: as they are
        if (how.from_keras1 || how.from_cudnn) {
            auto const at =
                std::lower_bound(structures.begin(), structures.end(),
                                 std::pair<std::string_view, std::size_t>(target.name, 0));
            if (at != structures.end() && at->first == target.name) {
                std::vector<dense_array> before;
                for (std::size_t one : source) before.push_back(dense_copy(from.at(one)));
                changed = before;
                if (how.from_keras1)
                    changed = keras1_to_keras2(listed[at->second], std::move(changed));
                if (how.from_cudnn) changed = between_cudnn(listed[at->second], std::move(changed));
                bool const same =
                    std::equal(before.begin(), before.end(), changed.begin(), changed.end(),
                               [](dense_array const& a, dense_array const& b) {
                                   return a.same_type(b) && a.data == b.data;
                               });
                if (same) changed.clear();
                else found.changed.push_back(target.name + ": from an older layout");
            }
        }
        std::size_t const count = changed.empty() ? source.size() : changed.size();
        if (count != target.weights.size()) {
            if (!how.skip_mismatch)
                return fail(ids::weight_count, error::nowhere, target.weights.size(), count)
                    .in(target.name);
            for (std::size_t one : target.weights) met[one] = true;
            found.mismatched.push_back({target.name,
                                        std::to_string(target.weights.size()) + " weights",
                                        std::to_string(count) + " weights"});
            continue;
        }
        for (std::size_t k = 0; k < count; ++k) {
            auto const b = to.weights().at(target.weights[k]);
            dtype type = dtype::float32;
            std::vector<std::uint64_t> shape;
            if (changed.empty()) {
                auto const a = from.at(source[k]);
                type = a.dtype();
                shape.assign(a.shape().begin(), a.shape().end());
            } else {
                type = changed[k].type;
                shape = changed[k].shape;
            }
            met[target.weights[k]] = true;
            if (type == b.dtype() &&
                std::equal(shape.begin(), shape.end(), b.shape().begin(), b.shape().end()) &&
                (!changed.empty() || from.at(source[k]).bytes().size() == b.bytes().size())) {
                copies.push_back({changed.empty() ? source[k] : 0, target.weights[k]});
                if (!changed.empty()) copies.back().changed = std::move(changed[k]);
                continue;
            }
            auto const wants = type_text(b.dtype(), b.shape());
            auto const has = type_text(type, shape);
            if (!how.skip_mismatch) return fail(ids::weight_shape).in(has).in(wants).in(b.name());
            found.mismatched.push_back({std::string(b.name()), wants, has});
        }
    }
    for (std::size_t i = 0; i < met.size(); ++i)
        if (!met[i]) found.missing.emplace_back(to.weights().at(i).name());
    for (copy const& one : copies) {
        std::string_view const name = to.weights().at(one.to).name();
        auto const place = to.try_edit(name);
        if (!place) return place.error();
        bytes::view const data =
            one.changed ? bytes::view(one.changed->data) : from.at(one.from).bytes();
        if (!data.empty()) std::memcpy(place->data(), data.data(), data.size());
        found.loaded.emplace_back(name);
    }
    return found;
}
inline result<report> try_load_weights(model const& from, model& to,
                                       weights_options const& how = {}) {
    return try_load_weights(from.weights(), from.config().root(), to, how);
}
#if LADE_EXCEPTIONS
/// `try_load_weights`, its errors thrown.
inline report load_weights(model const& from, model& to, weights_options const& how = {}) {
    return value_or_throw(try_load_weights(from, to, how));
}
#endif

}  // namespace lade::inline LADE_ABI::keras
