// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/heap_arena.hpp>
#include <lade/container/zip/entry_reader.hpp>
#include <lade/format/hdf5_tensor.hpp>
#include <lade/format/traits.hpp>
#include <lade/keras/config_graph.hpp>
#include <lade/keras/object_output.hpp>

/// A `.keras` file of Keras 3 and tf_keras: a zip.
///
///     metadata.json      {"keras_version", "date_saved"}; may be missing
///     config.json        the structure, with modules of its classes, build_config, compile_config
///     model.weights.h5   datasets by the paths of objects
///     assets/...         vocabularies: handed over as parts, so that they are not lost
///
/// Read: stored and deflated entries; the HDF5 file inside a stored entry is read where it lies.
/// Refused: weights in an .npz file. Source: keras/src/saving/saving_lib.py.
namespace lade::inline LADE_ABI::keras {

struct archive_options {
    bool verify_crc = true;  ///< of the texts, and of deflated weights
    hdf5::options hdf5{};
};

/// Certain of a structure with weights.
inline confidence looks_like_archive(zip::archive const& of) {
    bool const weights =
        of.find(archive_names::weights) != nullptr || of.find(archive_names::npz) != nullptr;
    return weights && of.find(archive_names::config) != nullptr ? confidence::certain
                                                                : confidence::no;
}

namespace detail {

/// The text of an entry as a document, handed to the sink as a part.
inline result<lade::json::document> read_text(zip::archive const& in, zip::entry const& of,
                                              arena& memory, any_sink& to,
                                              archive_options const& how) {
    auto const text =
        zip::contents(in, of, memory, how.hdf5.limits, {.verify_crc = how.verify_crc});
    if (!text) return text.error();
    auto made = lade::json::document::parse(*text, json_options);
    if (!made) return made.error().in(of.name);
    if (auto const done = to.part(content::config, of.name, *text); !done) return done.error();
    return made;
}

}  // namespace detail

/// Hands over all datasets of the weights by their paths; the texts as parts named as the entries.
/// Errors: those of zip and HDF5; keras.no_config, keras.no_weights, keras.npz_weights; json.*.
inline result<flow> read_archive(zip::archive const& in, any_sink& to, archive_options const& how) {
    heap_arena memory;
    contents parts;
    if (auto const* const about = in.find(archive_names::metadata)) {
        auto const words = detail::read_text(in, *about, memory, to, how);
        if (!words) return words.error();
        for (auto const key : {"keras_version", "backend"}) {
            auto const value = words->root()[key];
            if (!value.is_string()) continue;
            parts |= content::metadata;
            if (auto const done = to.metadata(key, value.text()); !done) return done.error();
        }
    }
    auto const* const structure = in.find(archive_names::config);
    if (structure == nullptr) return fail(ids::no_config);
    auto const model = detail::read_text(in, *structure, memory, to, how);
    if (!model) return model.error();
    parts |= content::config;
    if (auto const done = to.graph(summarize(model->root())); !done) return done.error();

    for (zip::entry const& one : in.entries()) {
        if (!one.name.starts_with(archive_names::assets) || one.is_folder()) continue;
        auto const data =
            zip::contents(in, one, memory, how.hdf5.limits, {.verify_crc = how.verify_crc});
        if (!data) return data.error();
        if (auto const done = to.part(content::config, one.name, *data); !done) return done.error();
    }
    auto const* const entry = in.find(archive_names::weights);
    if (entry == nullptr)
        return fail(in.find(archive_names::npz) != nullptr ? ids::pickled_weights
                                                           : ids::no_weights);
    auto const begin = in.data_offset(*entry);
    if (!begin) return begin.error();
    any_source whole = in.from();
    slice_of<any_source> stored(whole, *begin, entry->packed_size);
    lade::memory unpacked({});
    any_source from = stored;
    if (!entry->is_stored()) {
        auto const data =
            zip::contents(in, *entry, memory, how.hdf5.limits, {.verify_crc = how.verify_crc});
        if (!data) return data.error();
        unpacked = lade::memory(*data);
        from = unpacked;
    }
    auto const file = hdf5::file::open(from, how.hdf5);
    if (!file) return file.error().in(entry->name);
    // as Keras names the groups: an optimizer without variables has no state
    if (file->find("optimizer/vars/0")) parts |= content::optimizer;
    to.holds(parts);
    hdf5::reading_budget work(how.hdf5.limits, from.size());
    auto const answer = hdf5::give_all(*file, to, work);
    if (!answer) return answer.error().in(entry->name);
    return answer;
}

}  // namespace lade::inline LADE_ABI::keras
