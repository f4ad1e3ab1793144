// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/format/traits.hpp>
#include <lade/numpy/reader.hpp>
#include <lade/numpy/tags.hpp>
#include <lade/numpy/writer.hpp>

namespace lade::inline LADE_ABI {

template <>
struct format_traits<numpy::npy> {
    static constexpr std::string_view name = "numpy.npy";
    static constexpr std::array<std::string_view, 1> extensions{".npy"};
    static constexpr contents reads = content::weights;
    static constexpr contents writes = content::weights;
    static constexpr dtype_set dtypes = numpy::storable_dtypes;
    static constexpr std::size_t max_rank = 64;

    using options = numpy::options;
    using save_options = no_options;
    using writer = numpy::npy_writer;

    static constexpr confidence detect(head const& of) { return numpy::looks_like_npy(of); }

    template <source Source, class Sink>
    static result<flow> read(Source& from, Sink& to, options const& how) {
        return numpy::read_npy(from, to, how);
    }
};

template <>
struct format_traits<numpy::npz> {
    static constexpr std::string_view name = "numpy.npz";
    static constexpr std::array<std::string_view, 1> extensions{".npz"};
    static constexpr contents reads = content::weights;
    static constexpr contents writes = content::weights;
    static constexpr dtype_set dtypes = numpy::storable_dtypes;
    static constexpr std::size_t max_rank = 64;

    using options = numpy::options;
    using save_options = numpy::npz_options;
    using writer = numpy::npz_writer;

    static confidence detect(zip::archive const& of) { return numpy::looks_like_npz(of); }

    template <class Sink>
    static result<flow> read(zip::archive const& from, Sink& to, options const& how) {
        return numpy::read_npz(from, to, how);
    }
    template <source Source, class Sink>
    static result<flow> read(Source& from, Sink& to, options const& how) {
        return numpy::read_npz(any_source(from), to, how);
    }
};

}  // namespace lade::inline LADE_ABI
