// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/exception.hpp>
#include <lade/container/yaml/reader.hpp>
#include <lade/format/any_sink.hpp>
#include <lade/keras/layers.hpp>
#include <lade/keras/text_writer.hpp>
#include <lade/model/model.hpp>

namespace lade::inline LADE_ABI::keras {

/// A model of Keras in memory: structure, weights, state of the optimizer, training configuration.
/// Each part may be missing. Owns everything; moved, never copied.
class model {
  public:
    model() = default;
    /// Takes over what was loaded. A structure that is no JSON is left out.
    explicit model(lade::model&& loaded) : parts_(std::move(loaded)) {
        for (file_part const& one : parts_.parts()) {
            if (one.name == h5_names::model_config || one.name == "config.json") {
                if (auto read = lade::json::document::parse(one.data, json_options))
                    config_ = *std::move(read);
            } else if (one.name == h5_names::training_config) {
                if (auto read = lade::json::document::parse(one.data, json_options))
                    training_config_ = *std::move(read);
            }
        }
        split();
    }

    /// The structure; an empty document if the file has weights alone.
    lade::json::document const& config() const { return config_; }
    /// Loss, metrics and optimizer; an empty document if the model was not compiled.
    lade::json::document const& training_config() const { return training_config_; }
    /// All but the optimizer's, in the order of the file.
    lade::weights const& weights() const { return weights_; }
    /// The state of the optimizer, in the order of the file.
    lade::weights const& optimizer() const { return optimizer_; }
    /// Everything, as any file is loaded: `keras_version` and `backend` are words of it.
    lade::model const& parts() const { return parts_; }
    contents holds() const { return parts_.holds(); }

    /// The layers of the outermost model. Without a structure: those that the weights tell of.
    std::vector<layer_view> layers() const { return layer_views(weights_.table(), config_.root()); }

    /// The elements of a tensor, to be written to. Errors: tensor.not_found.
    result<std::span<std::byte>> try_edit(std::string_view name) {
        auto const found = parts_.weights().try_at(name);
        if (!found) return found.error();
        bytes::view const data = found->bytes();
        // every block belongs to this model
        return std::span<std::byte>(const_cast<std::byte*>(data.data()), data.size());
    }

  private:
    void split() {
        std::string const prefix = std::string(h5_names::optimizer) + "/";
        for (auto const& [name, tensor] : parts_.weights())
            (name.starts_with(prefix) || name.starts_with("optimizer/") ? optimizer_ : weights_)
                .add(tensor.info(), tensor.bytes());
        weights_.index();
        optimizer_.index();
    }
    lade::model parts_;
    lade::json::document config_;
    lade::json::document training_config_;
    lade::weights weights_;
    lade::weights optimizer_;
};

/// The structure of a model from what `to_json` of any Keras gave: a model without weights.
/// Errors: json.*, keras.not_a_model.
inline result<model> try_from_json(std::string_view text) {
    auto read = lade::json::document::parse(text, json_options);
    if (!read) return read.error();
    auto const root = read->root();
    if (!is_model(root)) return fail(ids::not_a_model);
    lade::model parts;
    listing& about = parts.about();
    about.format = "keras.json";
    about.holds |= content::config;
    for (auto const key : {h5_names::keras_version, h5_names::backend})
        if (root[key].is_string())
            about.metadata.push_back({std::string(key), std::string(root[key].text())});
    about.parts.push_back(
        {content::config, std::string(h5_names::model_config), std::string(text)});
    about.graph = summarize(root);
    return model(std::move(parts));
}
#if LADE_EXCEPTIONS
/// `try_from_json`, its errors thrown.
inline model from_json(std::string_view text) { return value_or_throw(try_from_json(text)); }
#endif

/// The structure as Python's json writes it, keys in their order, numbers in their spelling; with
/// keras_version and backend where the model tells them. Empty if it has no structure.
inline std::string to_json(model const& of) {
    auto const text = structure_of(of.parts().about());
    return text ? text->str(lade::json::python) : std::string();
}

/// The structure from what `to_yaml` of Keras before 2.7 gave. Python's tags for tuples and texts
/// are understood, those of objects refused. Errors: yaml.*, keras.not_a_model.
inline result<model> try_from_yaml(std::string_view text) {
    std::string json;
    if (auto const done = lade::yaml::to_json(text, json); !done) return done.error();
    return try_from_json(json);
}
#if LADE_EXCEPTIONS
/// `try_from_yaml`, its errors thrown.
inline model from_yaml(std::string_view text) { return value_or_throw(try_from_yaml(text)); }
#endif

/// The structure as YAML that every loader reads, keys sorted, with keras_version and backend as
/// `to_json` has them. Empty if it has no structure.
inline std::string to_yaml(model const& of) {
    auto const text = structure_of(of.parts().about());
    return text ? lade::yaml::str(text->root()) : std::string();
}

/// A table of the layers: name, class, parameters, what it is called on.
inline std::string summary(model const& of) {
    return summary(of.weights().table(), of.config().root());
}

/// Hands a model to a sink, as a reader hands a file. Errors: those of the sink.
inline result<flow> give(model const& from, any_sink& to) {
    lade::model const& all = from.parts();
    to.holds(from.holds());
    for (auto const& one : all.metadata())
        if (auto const done = to.metadata(one.key, one.value); !done) return done.error();
    for (auto const& one : all.parts())
        if (auto const done = to.part(one.of, one.name, bytes::of(one.data)); !done)
            return done.error();
    if (auto const done = to.graph(all.graph()); !done) return done.error();
    for (auto const& [name, tensor] : all.weights()) {
        memory_payload data(tensor.bytes());
        tensor_info info = tensor.info();
        info.in = nullptr;
        auto const answer = to.take(info, data);
        if (!answer || *answer == flow::enough) return answer;
    }
    return flow::more;
}

}  // namespace lade::inline LADE_ABI::keras
