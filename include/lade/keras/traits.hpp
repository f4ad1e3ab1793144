// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/format/traits.hpp>
#include <lade/io/file_set.hpp>
#include <lade/keras/archive_reader.hpp>
#include <lade/keras/archive_writer.hpp>
#include <lade/keras/h5_reader.hpp>
#include <lade/keras/h5_writer.hpp>
#include <lade/keras/json_reader.hpp>
#include <lade/keras/model.hpp>
#include <lade/keras/object_output.hpp>
#include <lade/keras/tags.hpp>
#include <lade/keras/text_writer.hpp>
#include <lade/keras/weights_index.hpp>

#include <array>

namespace lade::inline LADE_ABI {

template <>
struct format_traits<keras::h5> {
    static constexpr std::string_view name = "keras.h5";
    static constexpr std::array<std::string_view, 3> extensions{".h5", ".hdf5", ".hdf"};
    static constexpr contents reads =
        content::weights | content::config | content::optimizer | content::metadata;
    static constexpr contents writes =
        content::weights | content::config | content::optimizer | content::metadata;
    static constexpr dtype_set dtypes = hdf5::storable_dtypes;
    static constexpr std::size_t max_rank = 32;
    static constexpr std::string_view separator = "/";

    using options = hdf5::options;
    using value_type = keras::model;
    using save_options = keras::h5_save_options;
    using writer = keras::h5_writer;

    static confidence detect(file_set const& of) {
        return of.has_file() && keras::looks_like_h5(of.file()) ? confidence::certain
                                                                : confidence::no;
    }

    template <source Source>
    static result<flow> read(Source& from, any_sink& to, options const& how) {
        return keras::read_h5(any_source(from), to, how);
    }
};

template <>
struct format_traits<keras::h5_weights> {
    static constexpr std::string_view name = "keras.h5_weights";
    static constexpr contents reads = content::weights | content::metadata;
    static constexpr contents writes = content::weights | content::metadata;
    static constexpr dtype_set dtypes = hdf5::storable_dtypes;
    static constexpr std::size_t max_rank = 32;
    static constexpr std::string_view separator = "/";

    using options = hdf5::options;
    using value_type = keras::model;
    using save_options = keras::h5_weights_options;
    using writer = keras::h5_writer;

    template <source Source>
    static result<flow> read(Source& from, any_sink& to, options const& how) {
        return keras::read_h5(any_source(from), to, how);
    }
};

template <>
struct format_traits<keras::archive> {
    static constexpr std::string_view name = "keras.archive";
    static constexpr std::array<std::string_view, 1> extensions{".keras"};
    static constexpr contents reads =
        content::weights | content::config | content::optimizer | content::metadata;
    static constexpr contents writes =
        content::weights | content::config | content::optimizer | content::metadata;
    static constexpr dtype_set dtypes = hdf5::storable_dtypes;
    static constexpr std::size_t max_rank = 32;
    static constexpr std::string_view separator = "/";

    using value_type = keras::model;
    using options = keras::archive_options;
    using save_options = keras::archive_save_options;
    using writer = keras::archive_writer;

    static confidence detect(zip::archive const& of) { return keras::looks_like_archive(of); }

    static result<flow> read(zip::archive const& from, any_sink& to, options const& how) {
        return keras::read_archive(from, to, how);
    }
};

template <>
struct format_traits<keras::weights_h5> {
    static constexpr std::string_view name = "keras.weights_h5";
    static constexpr std::array<std::string_view, 1> extensions{".weights.h5"};
    static constexpr contents reads = content::weights | content::optimizer;
    static constexpr contents writes = content::weights | content::optimizer;
    static constexpr dtype_set dtypes = hdf5::storable_dtypes;
    static constexpr std::size_t max_rank = 32;
    static constexpr std::string_view separator = "/";

    using options = hdf5::options;
    using value_type = keras::model;
    using save_options = hdf5::write_options;
    using writer = keras::object_writer;

    template <source Source>
    static result<flow> read(Source& from, any_sink& to, options const& how) {
        any_source whole(from);
        auto const opened = hdf5::file::open(whole, how);
        if (!opened) return opened.error();
        hdf5::reading_budget work(how.limits, whole.size());
        return hdf5::give_all(*opened, to, work);
    }
};

template <>
struct format_traits<keras::weights_index> {
    static constexpr std::string_view name = "keras.weights_json";
    static constexpr std::array<std::string_view, 1> extensions{".weights.json"};
    static constexpr contents reads = content::weights;
    static constexpr std::size_t max_rank = 32;
    static constexpr file_shape shape = file_shape::set;
    static constexpr std::string_view separator = "/";

    using options = hdf5::options;
    using value_type = keras::model;

    static confidence detect(file_set const& of) {
        return of.has_file() ? keras::looks_like_weights_index(of.file()) : confidence::no;
    }

    static result<flow> read(file_set& from, any_sink& to, options const& how) {
        return keras::read_weights_index(from, to, how);
    }
};

template <>
struct format_traits<keras::json> {
    static constexpr std::string_view name = "keras.json";
    static constexpr std::array<std::string_view, 1> extensions{".json"};
    static constexpr contents reads = content::config | content::metadata;
    static constexpr contents writes = content::config | content::metadata;

    using value_type = keras::model;
    using options = keras::text_options;
    using writer = keras::json_writer;

    static confidence detect(file_set const& of) {
        return of.has_file() ? keras::looks_like_json(of.file()) : confidence::no;
    }

    template <source Source>
    static result<flow> read(Source& from, any_sink& to, options const& how) {
        return keras::read_json(any_source(from), to, how.limits);
    }
};

template <>
struct format_traits<keras::yaml> {
    static constexpr std::string_view name = "keras.yaml";
    static constexpr std::array<std::string_view, 2> extensions{".yaml", ".yml"};
    static constexpr contents reads = content::config | content::metadata;
    static constexpr contents writes = content::config | content::metadata;

    using value_type = keras::model;
    using options = keras::text_options;
    using writer = keras::yaml_writer;

    static confidence detect(file_set const& of) {
        return of.has_file() ? keras::looks_like_yaml(of.file()) : confidence::no;
    }

    template <source Source>
    static result<flow> read(Source& from, any_sink& to, options const& how) {
        return keras::read_yaml(any_source(from), to, how.limits);
    }
};

}  // namespace lade::inline LADE_ABI
