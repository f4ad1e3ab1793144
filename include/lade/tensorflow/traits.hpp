// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/format/traits.hpp>
#include <lade/tensorflow/checkpoint_reader.hpp>
#include <lade/tensorflow/checkpoint_v1_writer.hpp>
#include <lade/tensorflow/checkpoint_writer.hpp>
#include <lade/tensorflow/graph_reader.hpp>
#include <lade/tensorflow/graph_writer.hpp>
#include <lade/tensorflow/saved_model_writer.hpp>
#include <lade/tensorflow/tags.hpp>

#include <array>

namespace lade::inline LADE_ABI {

template <>
struct format_traits<tensorflow::checkpoint> {
    static constexpr std::string_view name = "tensorflow.checkpoint";
    static constexpr std::array<std::string_view, 2> extensions{".ckpt", ".index"};
    static constexpr contents reads = content::weights | content::objects;
    /// Of objects the graph of TensorFlow's, which is a tensor of strings; no others.
    static constexpr contents writes = content::weights | content::objects;
    static constexpr dtype_set dtypes = tensorflow::storable_dtypes;
    static constexpr std::size_t max_rank = 254;
    static constexpr file_shape shape = file_shape::set;
    static constexpr std::string_view separator = "/";

    using options = tensorflow::options;
    using save_options = tensorflow::save_options;
    using writer = tensorflow::checkpoint_writer;

    static confidence detect(file_set& of) {
        return tensorflow::looks_like_checkpoint(of, tensorflow::checkpoint_place::version::v2);
    }
    static result<flow> read(file_set& from, any_sink& to, options const& how) {
        return tensorflow::read_checkpoint(from, to, how);
    }
};

template <>
struct format_traits<tensorflow::checkpoint_v1> {
    static constexpr std::string_view name = "tensorflow.checkpoint_v1";
    static constexpr contents reads = content::weights;
    static constexpr contents writes = content::weights;
    static constexpr dtype_set dtypes = tensorflow::storable_v1_dtypes;
    static constexpr std::size_t max_rank = 254;
    static constexpr file_shape shape = file_shape::set;
    static constexpr std::string_view separator = "/";

    using options = tensorflow::options;
    using save_options = tensorflow::save_options;
    using writer = tensorflow::checkpoint_v1_writer;

    static confidence detect(file_set& of) {
        return tensorflow::looks_like_checkpoint(of, tensorflow::checkpoint_place::version::v1);
    }
    static result<flow> read(file_set& from, any_sink& to, options const& how) {
        return tensorflow::read_checkpoint_v1(from, to, how);
    }
};

template <>
struct format_traits<tensorflow::graph_def> {
    static constexpr std::string_view name = "tensorflow.graph_def";
    static constexpr std::array<std::string_view, 2> extensions{".pb", ".pbtxt"};
    static constexpr contents reads = content::weights | content::graph;
    static constexpr contents writes = content::weights | content::graph;
    static constexpr dtype_set dtypes = tensorflow::storable_dtypes;
    static constexpr std::size_t max_rank = 254;
    static constexpr std::string_view separator = "/";

    using options = tensorflow::options;
    using save_options = no_options;
    using writer = tensorflow::graph_writer<tensorflow::message_kind::graph_def>;

    static confidence detect(file_set& of) {
        return tensorflow::looks_like_message(of, tensorflow::message_kind::graph_def);
    }
    template <source Source>
    static result<flow> read(Source& from, any_sink& to, options const& how) {
        return tensorflow::read_graph_def(any_source(from), to, how);
    }
};

template <>
struct format_traits<tensorflow::meta_graph> {
    static constexpr std::string_view name = "tensorflow.meta_graph";
    static constexpr std::array<std::string_view, 1> extensions{".meta"};
    static constexpr contents reads = content::weights | content::graph;
    static constexpr contents writes = content::weights | content::graph;
    static constexpr dtype_set dtypes = tensorflow::storable_dtypes;
    static constexpr std::size_t max_rank = 254;
    static constexpr std::string_view separator = "/";

    using options = tensorflow::options;
    using save_options = no_options;
    using writer = tensorflow::graph_writer<tensorflow::message_kind::meta_graph>;

    static confidence detect(file_set& of) {
        return tensorflow::looks_like_message(of, tensorflow::message_kind::meta_graph);
    }
    template <source Source>
    static result<flow> read(Source& from, any_sink& to, options const& how) {
        return tensorflow::read_meta_graph(any_source(from), to, how);
    }
};

template <>
struct format_traits<tensorflow::saved_model> {
    static constexpr std::string_view name = "tensorflow.saved_model";
    static constexpr contents reads = content::weights | content::graph | content::objects;
    static constexpr contents writes = content::weights | content::graph | content::objects;
    static constexpr dtype_set dtypes = tensorflow::storable_dtypes;
    static constexpr std::size_t max_rank = 254;
    static constexpr file_shape shape = file_shape::set;
    static constexpr std::string_view separator = "/";

    using options = tensorflow::saved_model_options;
    using save_options = tensorflow::saved_model_save_options;
    using writer = tensorflow::saved_model_writer;

    static confidence detect(file_set& of) {
        if (tensorflow::is_saved_model_directory(of)) return confidence::certain;
        return tensorflow::looks_like_message(of, tensorflow::message_kind::saved_model);
    }
    static result<flow> read(file_set& from, any_sink& to, options const& how) {
        return tensorflow::read_saved_model(from, to, how);
    }
};

}  // namespace lade::inline LADE_ABI
