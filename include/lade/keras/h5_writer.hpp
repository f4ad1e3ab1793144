// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/format/hdf5_output.hpp>
#include <lade/keras/errors.hpp>
#include <lade/keras/object_output.hpp>
#include <lade/keras/structures.hpp>

/// Writes what h5_reader.hpp describes: a whole model where the listing has the part
/// `model_config`, else weights alone.
///
///     names of layers and weights   fixed strings, ASCII bit, padded with NUL; beyond 64,512 bytes
///                                   in parts, as Keras cuts them
///     scalar texts                  strings of variable length, ASCII bit, which Keras <= 2.3
///     needs bfloat16                      a float of its own fields, so that every Keras can load
///     it
namespace lade::inline LADE_ABI::keras {

namespace ids {
inline constexpr error_id no_legacy_config{
    "keras.no_model_config", kind::mismatch,
    "what the model has besides its weights is no structure of Keras, or is more than one",
    "give it up with drop<content::config>, or --drop config"};
inline constexpr error_id assets_lost{
    "keras.assets_lost", kind::mismatch,
    "an .h5 file has no place for the vocabularies of a .keras file", "save to .keras"};
inline constexpr error_id name_too_long{"keras.name_too_long", kind::mismatch,
                                        "a name is longer than an attribute can be"};
}  // namespace ids

/// What a save can be told.
struct h5_save_options {
    hdf5::file_layout layout = hdf5::file_layout::compact;
    /// What keras_version says where the listing has none. Loaders take a missing version for
    /// Keras 1.
    std::string_view version = "2.15.0";
    std::string_view backend = "tensorflow";
    /// As save_weights does: the weights of layers at the root, neither structure nor optimizer.
    bool weights_only = false;
};
/// Those of a file that is saved as keras::h5_weights.
struct h5_weights_options : h5_save_options {
    h5_weights_options() { weights_only = true; }
};

/// The same listing and elements give the same bytes.
class h5_writer {
  public:
    /// Errors: those of hdf5::tensor_output; keras.no_model_config, keras.name_too_long; json.*
    /// where `model_config` is no JSON.
    static result<h5_writer> start(output_set& to, listing const& of, h5_save_options const& how) {
        auto const opened = to.file();
        if (!opened) return opened.error();
        h5_writer made(*opened, of, how);
        if (auto const done = made.declare(of, how); !done) return done.error();
        if (auto const done = made.out_.begin(); !done) return done.error();
        return made;
    }

    /// Whether the elements of a tensor are to come: states of metrics and seeds have no place.
    bool wants(std::size_t number) const { return left_out_.empty() || !left_out_[number]; }
    /// Errors: save.wrong_byte_count, those of the output.
    result<void> push(bytes::view data) { return out_.push(data); }
    /// Errors: save.wrong_byte_count, those of the output.
    result<void> finish() { return out_.finish(); }

  private:
    using handle = hdf5::writer::handle;
    static constexpr std::size_t most = 64512;  ///< HDF5_OBJECT_HEADER_LIMIT of Keras

    h5_writer(any_output to, listing const& of, h5_save_options const& how)
        : out_(to, of, {how.layout}) {}

    result<void> declare(listing const& of, h5_save_options const& how) {
        hdf5::writer& file = out_.file();
        h5_structure texts;
        auto const* const config = of.part(content::config, h5_names::model_config);
        auto const* const other = of.part(content::config, archive_names::config);
        bool const is_archive = config == nullptr && other != nullptr;
        if (config != nullptr) {
            texts.model_config = config->data;
            if (auto const* const training = of.part(content::config, h5_names::training_config))
                texts.training_config = training->data;
        } else if (is_archive) {
            for (file_part const& one : of.parts)
                if (one.name.starts_with(archive_names::assets) && !how.weights_only)
                    return fail(ids::assets_lost).in(one.name);
            auto made = legacy_structure(other->data);
            if (!made) return made.error().in(other->name);
            texts = *std::move(made);
        } else if (!of.parts.empty() && of.holds.has(content::config)) {
            return fail(ids::no_legacy_config).in(of.parts.front().name);
        }
        bool const known = !texts.model_config.empty();
        bool const whole = known && !how.weights_only;
        lade::json::document model;
        if (known) {
            auto parsed = lade::json::document::parse(texts.model_config, json_options);
            if (!parsed) return parsed.error().in(h5_names::model_config);
            model = *std::move(parsed);
        }
        auto const grouped = is_archive ? group_objects(of.tensors, model.root())
                                        : result<grouping>(group_weights(of.tensors, model.root()));
        if (!grouped) return grouped.error();
        grouping const& groups = *grouped;

        handle weights = file.root();
        if (whole) {
            auto const made = file.group(file.root(), h5_names::model_weights);
            if (!made) return made.error();
            weights = *made;
            if (auto const done = text(file.root(), h5_names::model_config, texts.model_config);
                !done)
                return done;
            if (!texts.training_config.empty())
                if (auto const done =
                        text(file.root(), h5_names::training_config, texts.training_config);
                    !done)
                    return done;
        }
        std::string_view version = of.word(h5_names::keras_version);
        std::string_view backend = of.word(h5_names::backend);
        if (version.empty()) {
            version = how.version;
            if (backend.empty()) backend = how.backend;
        }
        if (auto const done = words(weights, version, backend); !done) return done;
        if (whole)
            if (auto const done = words(file.root(), version, backend); !done) return done;

        std::vector<std::string_view> names;
        std::vector<handle> handles;
        for (auto const& one : groups.layers) {
            auto const made = group(weights, one);
            if (!made) return made.error();
            handles.push_back(*made);
            names.push_back(one.name);
        }
        if (auto const done = name_list(weights, h5_names::layer_names, names); !done) return done;
        auto const top = group(weights, groups.top_level);
        if (!top) return top.error();
        handle optimizer = file.root();
        bool const keeps_state = groups.has_optimizer() && !how.weights_only;
        if (keeps_state) {
            auto const made = group(file.root(), groups.optimizer);
            if (!made) return made.error();
            optimizer = *made;
        }
        for (std::size_t i = 0; i < of.tensors.size(); ++i) {
            std::size_t const number = groups.group_of[i];
            if (number == grouping::left_out ||
                (number == grouping::in_optimizer && !keeps_state)) {
                left_out_.resize(of.tensors.size());
                left_out_[i] = true;
                out_.leave_out();
                continue;
            }
            handle const parent = number == grouping::in_top_level   ? *top
                                  : number == grouping::in_optimizer ? optimizer
                                                                     : handles[number];
            if (auto const done =
                    out_.place(parent, plain_path(groups.at(number).weights[groups.place_of[i]]));
                !done)
                return done;
        }
        return {};
    }

    /// What readers make of a path: empty parts and "." are passed over.
    static std::string plain_path(std::string_view path) {
        std::string made;
        while (!path.empty()) {
            std::string_view const part = path.substr(0, path.find('/'));
            path.remove_prefix(part.size() < path.size() ? part.size() + 1 : path.size());
            if (part.empty() || part == ".") continue;
            if (!made.empty()) made += '/';
            made += part;
        }
        return made;
    }

    result<handle> group(handle parent, weight_group const& of) {
        auto const made = out_.file().group(parent, plain_path(of.name));
        if (!made) return made.error().in(of.name);
        std::vector<std::string_view> const names(of.weights.begin(), of.weights.end());
        if (auto const done = name_list(*made, h5_names::weight_names, names); !done)
            return done.error().in(of.name);
        return *made;
    }
    result<void> text(handle of, std::string_view name, std::string_view value) {
        return out_.file().attribute(of, name, value, {.vlen = true});
    }
    result<void> words(handle of, std::string_view version, std::string_view backend) {
        if (!version.empty())
            if (auto const done = text(of, h5_names::keras_version, version); !done) return done;
        if (backend.empty()) return {};
        return text(of, h5_names::backend, backend);
    }

    /// One attribute, or as many parts as it takes for each to fit: the first parts have one name
    /// more where they cannot be equal, as numpy.array_split has it.
    result<void> name_list(handle of, std::string_view name,
                           std::span<std::string_view const> values) {
        if (values.empty()) {
            std::uint64_t const none[] = {0};
            return out_.file().attribute(of, name, dtype::float64, none, {});
        }
        std::size_t longest = 1;
        for (auto const one : values) longest = (std::max)(longest, one.size());
        if (longest > most) return fail(ids::name_too_long, error::nowhere, most, longest).in(name);
        std::size_t const room = most / longest;
        std::size_t const parts = (values.size() + room - 1) / room;
        if (parts == 1) return out_.file().attribute(of, name, values, {});
        for (std::size_t i = 0, at = 0; i < parts; ++i) {
            std::size_t const count = values.size() / parts + (i < values.size() % parts ? 1 : 0);
            auto const numbered = std::string(name) + std::to_string(i);
            if (auto const done =
                    out_.file().attribute(of, numbered, values.subspan(at, count), {});
                !done)
                return done;
            at += count;
        }
        return {};
    }

    hdf5::tensor_output out_;
    std::vector<bool> left_out_;  ///< empty: none
};
static_assert(format_writer<h5_writer>);

}  // namespace lade::inline LADE_ABI::keras
