// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/keras/object_paths.hpp>

#include <string>

/// The structure of a model in its two spellings.
///
///     .h5       model_config      {"class_name", "config"}
///               training_config   {"loss", "metrics", ..., "optimizer_config": {"class_name",
///                                 "config"}}
///     .keras    config.json       {"module", "class_name", "config", "registered_name",
///                                 "build_config", "compile_config": {"optimizer", "loss", ...}}
///
/// Classes of Keras have their module named in a .keras, at every layer. Everything else is copied
/// as it is: keys in their order, numbers in their spelling.
/// Source: keras/src/saving/serialization_lib.py, keras/src/legacy/saving/saving_utils.py.
namespace lade::inline LADE_ABI::keras {

namespace detail {

using lade::json::document;

/// Names the module of a class, where it is missing: `module` for classes of Keras, none for those
/// that are registered in a package of their own.
inline void name_module(document& in, document::id of, std::string_view module) {
    auto const self = in.at(of);
    if (!self.has("class_name") || self.has("module")) return;
    std::string const whole(self["class_name"].text());
    std::string const name(plain_class(whole));
    bool const is_own = whole == name || whole == "Custom>" + name;
    auto const made = in.object();
    in.set(made, "module", is_own ? in.text(module) : in.null());
    in.set(made, "class_name", in.text(name));
    std::vector<std::pair<std::string, document::id>> rest;
    for (std::size_t i = 0; i < in.at(of).size(); ++i)
        if (auto const key = in.at(of).key(i); key != "class_name")
            rest.emplace_back(key, in.at(of)[i].id());
    bool registered = false;
    for (auto const& [key, item] : rest) {
        registered = registered || key == "registered_name";
        in.set(made, key, item);
    }
    if (!registered) in.set(made, "registered_name", is_own ? in.null() : in.text(whole));
    in.replace(of, made);
}

/// Names the modules of a layer and of all layers inside it.
inline void name_layer_modules(document& in, document::id outermost, generation of) {
    std::vector<document::id> open{outermost};
    while (!open.empty()) {
        auto const id = open.back();
        open.pop_back();
        if (!in.at(id).is_object()) continue;
        auto const name = in.at(id)["class_name"].text();
        if (name == "Model" || name == "Functional") {
            in.set(id, "class_name", in.text("Functional"));
            name_module(in, id,
                        of == generation::keras3 ? "keras.src.models.functional"
                                                 : "tf_keras.src.engine.functional");
        } else {
            name_module(in, id, name == "Sequential" ? "keras" : "keras.layers");
        }
        if (in.at(id)["config"].is_array()) {  // a Sequential model before Keras 2.2.3
            auto const list = in.copy(in.at(id)["config"]);
            auto const made = in.object();
            in.set(made, "name", in.text("sequential"));
            in.set(made, "layers", list);
            in.set(id, "config", made);
        }
        auto const config = in.at(id)["config"];
        for (auto const key : {"layers", "cells"})
            for (std::size_t i = 0; i < config[key].size(); ++i)
                open.push_back(config[key][i].id());
        for (auto const key : {"layer", "backward_layer", "forward_layer", "cell"})
            if (config[key].has("class_name")) open.push_back(config[key].id());
    }
}

/// Names the modules of losses, metrics, optimizers wherever they lie in a value. A metric that
/// wraps a function becomes the name of the function.
inline void name_modules_in(document& in, document::id outermost, std::string_view module) {
    std::vector<document::id> open{outermost};
    while (!open.empty()) {
        auto const id = open.back();
        open.pop_back();
        auto const self = in.at(id);
        if (self["class_name"].text() == "MeanMetricWrapper" && self["config"]["fn"].is_string()) {
            in.replace(id, in.text(std::string(self["config"]["fn"].text())));
            continue;
        }
        name_module(in, id, module);
        for (std::size_t i = 0; i < in.at(id).size(); ++i)
            if (auto const item = in.at(id)[i]; item.is_object() || item.is_array())
                open.push_back(item.id());
    }
}

}  // namespace detail

/// The text of `config.json` for the two texts of an `.h5` file; `training` may be empty. Errors:
/// json.*
inline result<std::string> archive_structure(std::string_view model, std::string_view training,
                                             generation of) {
    using lade::json::document;
    auto const given = document::parse(model, json_options);
    if (!given) return given.error();
    document made;
    made.set_root(made.object());
    auto const root = made.root().id();
    for (auto const key : {"class_name", "config"})
        made.set(root, key, made.copy(given->root()[key]));
    detail::name_layer_modules(made, root, of);
    if (made.at(root)["registered_name"].is_null())
        made.set(root, "registered_name",
                 made.text(std::string(made.at(root)["class_name"].text())));
    auto const shape = made.at(root)["config"]["build_input_shape"];
    if (shape.exists()) {
        auto const build = made.object();
        made.set(build, "input_shape", made.copy(shape));
        made.set(root, "build_config", build);
    }
    if (training.empty()) return made.str(lade::json::python);
    auto const told = document::parse(training, json_options);
    if (!told) return told.error();
    auto const compile = made.object();
    auto const optimizer = told->root()["optimizer_config"];
    if (optimizer.exists()) {
        auto const copy = made.copy(optimizer);
        detail::name_module(made, copy, "keras.optimizers");
        auto const config = made.at(copy)["config"];
        for (std::size_t i = 0; i < config.size(); ++i)
            if (config[i].has("class_name"))
                detail::name_module(made, config[i].id(), "keras.optimizers.schedules");
        made.set(compile, "optimizer", copy);
    }
    for (std::size_t i = 0; i < told->root().size(); ++i) {
        std::string const key(told->root().key(i));
        if (key == "optimizer_config" || key == "sample_weight_mode") continue;
        auto const copy = made.copy(told->root()[i]);
        if (key == "loss") detail::name_modules_in(made, copy, "keras.losses");
        else if (key.ends_with("metrics")) detail::name_modules_in(made, copy, "keras.metrics");
        made.set(compile, key, copy);
    }
    made.set(made.root().id(), "compile_config", compile);
    return made.str(lade::json::python);
}

/// The texts of an `.h5` file.
struct h5_structure {
    std::string model_config;
    std::string training_config;  ///< empty where the model was not compiled
};

/// From the text of `config.json`. Errors: json.*
inline result<h5_structure> legacy_structure(std::string_view config) {
    using lade::json::document;
    auto const given = document::parse(config, json_options);
    if (!given) return given.error();
    auto const from = given->root();
    document made;
    made.set_root(made.object());
    auto const root = made.root().id();
    for (auto const key : {"class_name", "config"})
        if (from.has(key)) made.set(root, key, made.copy(from[key]));
    auto const shape = from["build_config"]["input_shape"];
    auto const inner = made.at(root)["config"];
    if (from["class_name"].text() == "Sequential" && shape.is_array() && inner.is_object() &&
        !inner.has("build_input_shape")) {
        auto const id = inner.id();
        made.set(id, "build_input_shape", made.copy(shape));
    }
    h5_structure texts;
    texts.model_config = made.str(lade::json::python);
    auto const compile = from["compile_config"];
    if (!compile.is_object() || compile.empty()) return texts;
    document training;
    training.set_root(training.object());
    auto const all = training.root().id();
    for (std::size_t i = 0; i < compile.size(); ++i)
        if (compile.key(i) != "optimizer")
            training.set(all, compile.key(i), training.copy(compile[i]));
    auto const optimizer = compile["optimizer"];
    auto const short_form = training.object();
    if (optimizer.is_string()) {
        training.set(short_form, "class_name", training.text(optimizer.text()));
        training.set(short_form, "config", training.object());
    } else {
        for (auto const key : {"class_name", "config"})
            if (optimizer.has(key)) training.set(short_form, key, training.copy(optimizer[key]));
    }
    if (!training.at(short_form).empty()) training.set(all, "optimizer_config", short_form);
    texts.training_config = training.str(lade::json::python);
    return texts;
}

}  // namespace lade::inline LADE_ABI::keras
