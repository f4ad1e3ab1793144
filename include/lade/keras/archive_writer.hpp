// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/zip/writer.hpp>
#include <lade/keras/object_output.hpp>
#include <lade/keras/structures.hpp>

/// Writes what archive_reader.hpp describes. Entries are stored, their order is that of Keras:
/// metadata.json, config.json, model.weights.h5, assets. The structure of an `.h5` file gets the
/// modules of its classes; that of a `.keras` file is kept as it is.
namespace lade::inline LADE_ABI::keras {

namespace ids {
inline constexpr error_id no_structure{
    "keras.no_structure", kind::mismatch,
    "a .keras file needs the structure of the model, and there are weights alone",
    "save to .weights.h5 or .h5"};
}  // namespace ids

/// What a save can be told.
struct archive_save_options {
    hdf5::file_layout layout = hdf5::file_layout::compact;
    /// What metadata.json says where the model says nothing.
    std::string_view version = "3.5.0";
    std::string_view date = "1980-01-01@00:00:00";
};

/// The same listing and elements give the same bytes.
class archive_writer {
  public:
    /// Errors: keras.no_structure, json.*, those of `place_objects`, of the archive and the output.
    static result<archive_writer> start(output_set& to, listing const& of,
                                        archive_save_options const& how) {
        auto const opened = to.file();
        if (!opened) return opened.error();
        archive_writer made(*opened, of, how);
        if (auto const done = made.begin(how); !done) return done.error();
        return made;
    }
    /// Errors: save.wrong_byte_count, those of the output.
    result<void> push(bytes::view data) { return state_->out.push(data); }
    /// Errors: save.wrong_byte_count, those of the output.
    result<void> finish() {
        if (auto const done = state_->out.finish(); !done) return done;
        if (auto const done = state_->zip.end(); !done) return done;
        for (file_part const& one : of_->parts)
            if (one.name.starts_with(archive_names::assets))
                if (auto const done = state_->zip.add(one.name, bytes::of(one.data)); !done)
                    return done;
        return state_->zip.finish();
    }

  private:
    struct entry_output {
        zip::writer* in;
        result<void> write(bytes::view data) { return in->write(data); }
    };
    struct state {
        state(any_output to, listing const& of, archive_save_options const& how)
            : zip(to), entry{&zip}, out(any_output(entry), of, {how.layout}) {}
        zip::writer zip;
        entry_output entry;
        hdf5::tensor_output out;
    };

    archive_writer(any_output to, listing const& of, archive_save_options const& how)
        : of_(&of), state_(std::make_unique<state>(to, of, how)) {}

    result<void> begin(archive_save_options const& how) {
        auto const structure = structure_text();
        if (!structure) return structure.error();
        if (auto const done = state_->zip.add(archive_names::metadata, bytes::of(metadata(how)));
            !done)
            return done;
        if (auto const done = state_->zip.add(archive_names::config, bytes::of(*structure)); !done)
            return done;
        if (auto const done = place_objects(state_->out, *of_); !done) return done;
        std::uint64_t size = std::uint64_t{1} << 20;  // more than it will be, for wide sizes
        for (tensor_info const& one : of_->tensors)
            size += one.nbytes + 4096 + 16 * bytes::product(one.shape).value_or(0);
        if (auto const done = state_->zip.begin(archive_names::weights, size); !done) return done;
        return state_->out.begin();
    }

    result<std::string> structure_text() const {
        if (auto const* const own = of_->part(content::config, archive_names::config))
            return own->data;
        auto const* const model = of_->part(content::config, h5_names::model_config);
        if (model == nullptr) return fail(ids::no_structure);
        auto const* const training = of_->part(content::config, h5_names::training_config);
        return archive_structure(model->data, training == nullptr ? "" : training->data,
                                 generation_of(of_->word(h5_names::keras_version)));
    }
    std::string metadata(archive_save_options const& how) const {
        if (auto const* const own = of_->part(content::config, archive_names::metadata))
            return own->data;
        lade::json::document made;
        made.set_root(made.object());
        auto const version = of_->word(h5_names::keras_version);
        auto const all = made.root().id();
        made.set(all, "keras_version", made.text(version.empty() ? how.version : version));
        made.set(all, "date_saved", made.text(how.date));
        return made.str(lade::json::python);
    }

    listing const* of_;
    std::unique_ptr<state> state_;
};
static_assert(format_writer<archive_writer>);

}  // namespace lade::inline LADE_ABI::keras
