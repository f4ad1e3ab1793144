// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/format/traits.hpp>
#include <lade/hdf5/reader.hpp>
#include <lade/hdf5/tags.hpp>
#include <lade/hdf5/tensor_writer.hpp>
#include <lade/io/file_set.hpp>

#include <array>

namespace lade::inline LADE_ABI {

template <>
struct format_traits<hdf5::any_file> {
    static constexpr std::string_view name = "hdf5";
    static constexpr std::array<std::string_view, 4> extensions{".weights.h5", ".h5", ".hdf5",
                                                                ".hdf"};
    static constexpr contents reads = content::weights;
    static constexpr contents writes = content::weights;
    static constexpr dtype_set dtypes = hdf5::storable_dtypes;
    static constexpr std::size_t max_rank = 32;
    static constexpr std::string_view separator = "/";

    using options = hdf5::options;
    using save_options = hdf5::write_options;
    using writer = hdf5::tensor_writer;

    /// Formats that lie in HDF5 files know more of theirs.
    static confidence detect(file_set const& of) {
        return of.has_file() && hdf5::has_signature(of.file()) ? confidence::possible
                                                               : confidence::no;
    }

    template <source Source>
    static result<flow> read(Source& from, any_sink& to, options const& how) {
        return hdf5::read_tensors(any_source(from), to, how);
    }
};

}  // namespace lade::inline LADE_ABI
