// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/yaml/writer.hpp>
#include <lade/format/writer.hpp>
#include <lade/keras/archive_writer.hpp>

/// Writes the structure of a model alone, as `to_json` and `to_yaml` of Keras do.
namespace lade::inline LADE_ABI::keras {

/// The structure that a listing has, of either kind of file, as Python's json writes it: keys in
/// their order, numbers in their spelling, with keras_version and backend where the file tells
/// them. That of an .h5 file of Keras 3 gets the modules that its from_json asks for. Errors:
/// keras.no_structure, json.*
inline result<lade::json::document> structure_of(listing const& of) {
    auto const* text = of.part(content::config, archive_names::config);
    if (text == nullptr) text = of.part(content::config, h5_names::model_config);
    if (text == nullptr) return fail(ids::no_structure);
    auto made = lade::json::document::parse(text->data, json_options);
    if (!made) return made.error().in(text->name);
    if (!made->root().is_object()) return fail(ids::not_a_model).in(text->name);
    if (of.word(h5_names::keras_version).starts_with("3.") && !made->root().has("module")) {
        auto const named = archive_structure(text->data, {}, generation::keras3);
        if (!named) return named.error();
        made = lade::json::document::parse(*named, json_options);
        if (!made) return made.error();
    }
    for (auto const key : {h5_names::keras_version, h5_names::backend}) {
        auto const word = of.word(key);
        if (word.empty() || made->root().has(key)) continue;
        made->set(made->root().id(), key, made->text(word));
    }
    return made;
}

/// The same listing gives the same text.
class text_writer {
  public:
    /// Errors: those of `structure_of` and of the output.
    static result<text_writer> start(output_set& to, listing const& of, bool as_yaml) {
        auto opened = to.file();
        if (!opened) return opened.error();
        auto const text = structure_of(of);
        if (!text) return text.error();
        auto const done = opened->write(std::string_view(as_yaml ? lade::yaml::str(text->root())
                                                                 : text->str(lade::json::python)));
        if (!done) return done.error();
        return text_writer();
    }
    /// Weights were given up by the caller.
    bool wants(std::size_t) const { return false; }
    result<void> push(bytes::view) { return {}; }
    result<void> finish() { return {}; }
};

class json_writer : public text_writer {
  public:
    static result<json_writer> start(output_set& to, listing const& of, no_options const&) {
        auto const made = text_writer::start(to, of, false);
        if (!made) return made.error();
        return json_writer();
    }
};
static_assert(format_writer<json_writer>);

class yaml_writer : public text_writer {
  public:
    static result<yaml_writer> start(output_set& to, listing const& of, no_options const&) {
        auto const made = text_writer::start(to, of, true);
        if (!made) return made.error();
        return yaml_writer();
    }
};
static_assert(format_writer<yaml_writer>);

}  // namespace lade::inline LADE_ABI::keras
