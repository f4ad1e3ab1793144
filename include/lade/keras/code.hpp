// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/json/document.hpp>
#include <lade/keras/variables.hpp>

/// Code that the structure of a model carries, or makes a loader run. It is listed, never run.
///
///     Lambda                        marshalled Python code: {"class_name": "__lambda__"}, or
///                                   [code, defaults, closure] in base64
///     TFSMLayer, TorchModuleWrapper, JaxLayer, FlaxLayer     programs of other kinds
///     "module" outside of Keras     imported by Keras before 3.9, and called
///     functions of keras.utils, keras.config, keras.saving   such as those that switch safety off
///     vocabularies by path          StringLookup, IntegerLookup, TextVectorization read the file
///
/// Source: keras/src/saving/serialization_lib.py; CVE-2024-3660, 2025-1550, 2025-8747, 2025-9906,
/// 2025-12058.
namespace lade::inline LADE_ABI::keras {

struct code_carrier {
    std::string name;         ///< class or function with its module, and the layer that has it
    std::string_view reason;  ///< why it is dangerous; empty: only its name is known
};

namespace detail {

inline bool is_module_of_keras(std::string_view module) {
    for (std::string_view const known : {"keras", "tf_keras", "builtins"})
        if (module.starts_with(known) &&
            (module.size() == known.size() || module[known.size()] == '.'))
            return true;
    return false;
}

/// Parts of Keras whose functions do more than compute.
inline bool is_tool_of_keras(std::string_view module) {
    module = module.substr((std::min)(module.size(), module.find('.') + 1));
    if (module.starts_with("src.")) module.remove_prefix(4);
    for (std::string_view const part :
         {"utils", "config", "saving", "export", "backend", "datasets", "preprocessing"})
        if (module.starts_with(part) &&
            (module.size() == part.size() || module[part.size()] == '.'))
            return true;
    return false;
}

/// Why an object of a structure is dangerous; none: it is not.
inline std::optional<std::string_view> danger_of(lade::json::value object) {
    std::string_view const name = plain_class(object["class_name"].text());
    std::string_view const module = object["module"].text();
    auto const config = object["config"];
    if (name == "__lambda__") return "marshalled Python code, which loaders may run";
    if (name == "Lambda") {
        if (config["function"].is_array()) return "marshalled Python code, which loaders may run";
        if (config["function"].is_string()) return "";
    }
    if (is_one_of(name, " TFSMLayer TorchModuleWrapper JaxLayer FlaxLayer "))
        return "a layer that runs a program from outside of Keras";
    if (!module.empty() && !is_module_of_keras(module) && name != "__typespec__")
        return "a module outside of Keras, which loaders before Keras 3.9 import";
    if (name == "function" && is_tool_of_keras(module))
        return "a function of Keras that is no part of a network";
    if (is_one_of(name, " StringLookup IntegerLookup TextVectorization ") &&
        config["vocabulary"].is_string())
        return "a vocabulary by its path: the file is read when the model is loaded";
    // the package of tf_keras' own objects
    std::string_view const registered = object["registered_name"].text();
    bool const is_foreign = object.has("registered_name") && object["module"].is_null();
    if ((is_foreign && registered.find('>') != registered.npos) ||
        (object["class_name"].text().find('>') != std::string_view::npos &&
         !object["class_name"].text().starts_with("Custom>")))
        return "";
    return std::nullopt;
}

}  // namespace detail

/// All code carriers of a structure, or of a training configuration, in their order. Nothing
/// recurses.
inline std::vector<code_carrier> code_carriers(lade::json::value root) {
    struct place {
        lade::json::value at;
        std::string_view layer;
    };
    std::vector<code_carrier> made;
    std::vector<place> open{{root, {}}};  // the next one last
    while (!open.empty()) {
        place now = open.back();
        open.pop_back();
        if (auto const name = now.at["config"]["name"].text(); !name.empty()) now.layer = name;
        auto const class_name = now.at["class_name"];
        if (class_name.is_string() && now.at.has("config")) {
            if (auto const reason = detail::danger_of(now.at)) {
                code_carrier one;
                if (auto const module = now.at["module"].text(); !module.empty())
                    one.name.append(module).append(".");
                bool const is_function = class_name.text() == "function";
                one.name.append(is_function ? now.at["config"].text() : class_name.text());
                if (!now.layer.empty()) one.name.append(" (").append(now.layer).append(")");
                one.reason = *reason;
                made.push_back(std::move(one));
            }
        }
        for (std::size_t i = now.at.size(); i-- > 0;)
            if (auto const item = now.at[i]; item.is_object() || item.is_array())
                open.push_back({item, now.layer});
    }
    return made;
}

}  // namespace lade::inline LADE_ABI::keras
