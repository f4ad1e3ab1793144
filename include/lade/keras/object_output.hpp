// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/format/hdf5_output.hpp>
#include <lade/keras/object_grouping.hpp>

namespace lade::inline LADE_ABI::keras {

namespace archive_names {
inline constexpr std::string_view metadata = "metadata.json";
inline constexpr std::string_view config = "config.json";
inline constexpr std::string_view weights = "model.weights.h5";
inline constexpr std::string_view npz = "model.weights.npz";
inline constexpr std::string_view assets = "assets/";
}  // namespace archive_names

/// Whether a listing names its weights as an `.h5` file does and tells of which layers they are.
inline bool has_legacy_structure(listing const& of) {
    return of.part(content::config, h5_names::model_config) != nullptr &&
           !names_objects(of.tensors);
}

/// Declares all tensors of a listing as variables of objects: those of an `.h5` file at the places
/// that its structure tells, all others at their names. `of` and `out` outlive the call alone.
/// Errors: keras.unknown_layout, keras.no_such_layer, json.*, those of `tensor_output::place`.
inline result<void> place_objects(hdf5::tensor_output& out, listing const& of) {
    using file = hdf5::writer;
    out.mark_bfloat16();
    // tf_keras wants the variables of the model itself, were there none
    if (auto const own = out.file().group(file::root(), "vars"); !own) return own.error();
    file_part const* const config = of.part(content::config, h5_names::model_config);
    if (config == nullptr || names_objects(of.tensors)) {
        for (tensor_info const& one : of.tensors) {
            if (one.name.starts_with('/')) return fail(hdf5::ids::bad_name).in(one.name);
            if (auto const done = out.place(file::root(), std::string(one.name)); !done)
                return done;
        }
        return {};
    }
    auto const model = lade::json::document::parse(config->data, json_options);
    if (!model) return model.error().in(config->name);
    auto paths =
        object_paths(of.tensors, model->root(), generation_of(of.word(h5_names::keras_version)));
    if (!paths) return paths.error();
    auto const folders = layer_folders(model->root());
    auto const layers = layers_of(model->root());
    for (std::size_t i = 0; i < folders.size(); ++i) {
        // the only word that ties a group to the name of a layer
        auto const vars = out.file().group(file::root(), folders[i] + "/vars");
        if (!vars) return vars.error();
        if (auto const done = out.file().attribute(*vars, "name", layer_name(layers[i]),
                                                   {.vlen = true, .utf8 = true});
            !done)
            return done;
    }
    for (auto& one : *paths)
        if (auto const done = out.place(file::root(), std::move(one)); !done) return done;
    return {};
}

/// Writes a `.weights.h5` file of Keras 3: each tensor at the path of the object that holds it. A
/// listing with the structure of an `.h5` file is renamed (see object_paths.hpp), any other keeps
/// its names. The same listing and elements give the same bytes.
class object_writer {
  public:
    /// Errors: those of `place_objects` and of the output.
    static result<object_writer> start(output_set& to, listing const& of,
                                       hdf5::write_options const& how) {
        auto const opened = to.file();
        if (!opened) return opened.error();
        object_writer made(*opened, of, how);
        if (auto const done = place_objects(made.out_, of); !done) return done.error();
        if (auto const done = made.out_.begin(); !done) return done.error();
        return made;
    }
    /// Errors: save.wrong_byte_count, those of the output.
    result<void> push(bytes::view data) { return out_.push(data); }
    /// Errors: save.wrong_byte_count, those of the output.
    result<void> finish() { return out_.finish(); }

  private:
    object_writer(any_output to, listing const& of, hdf5::write_options const& how)
        : out_(to, of, how) {}

    hdf5::tensor_output out_;
};
static_assert(format_writer<object_writer>);

}  // namespace lade::inline LADE_ABI::keras
