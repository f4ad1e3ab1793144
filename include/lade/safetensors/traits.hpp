// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/format/traits.hpp>
#include <lade/safetensors/in_place.hpp>
#include <lade/safetensors/shards.hpp>
#include <lade/safetensors/tags.hpp>
#include <lade/safetensors/writer.hpp>

namespace lade::inline LADE_ABI {

template <>
struct format_traits<safetensors::file> {
    static constexpr std::string_view name = "safetensors";
    static constexpr std::array<std::string_view, 1> extensions{".safetensors"};
    static constexpr contents reads = content::weights | content::metadata;
    static constexpr contents writes = content::weights | content::metadata;
    static constexpr dtype_set dtypes = safetensors::storable_dtypes;
    static constexpr std::size_t max_rank = 64;
    static constexpr bool zero_copy = true;
    static constexpr bool needs_heap = false;

    using options = safetensors::options;
    using save_options = safetensors::save_options;
    using writer = safetensors::writer;

    static constexpr confidence detect(head const& of) { return safetensors::looks_like(of); }

    template <source Source, class Sink>
    static result<flow> read(Source& from, Sink& to, options const& how) {
        std::uint64_t const size = from.size();
        std::uint64_t const most = how.limits.header;
        heap_arena memory(how.limits.bookkeeping(size < most ? size : most));
        return safetensors::read(from, to, how, memory);
    }
    /// For sources in memory, without any memory of its own.
    template <source Source, class Sink>
    static constexpr result<flow> read_in_place(Source& from, Sink& to, options const& how) {
        return safetensors::read_in_place(from, to, how);
    }
    /// With memory of the caller.
    template <source Source, class Sink>
    static result<flow> read(Source& from, Sink& to, options const& how, arena& memory) {
        return safetensors::read(from, to, how, memory);
    }
};

template <>
struct format_traits<safetensors::sharded> {
    static constexpr std::string_view name = "safetensors";
    static constexpr std::array<std::string_view, 1> extensions{".safetensors.index.json"};
    static constexpr contents reads = content::weights | content::metadata;
    static constexpr contents writes = content::weights | content::metadata;
    static constexpr dtype_set dtypes = safetensors::storable_dtypes;
    static constexpr std::size_t max_rank = 64;
    static constexpr file_shape shape = file_shape::set;

    using options = safetensors::options;
    using save_options = safetensors::sharded_save_options;
    using writer = safetensors::writer;

    static confidence detect(head const& of) {
        return shards::looks_like_index(of.first, ".safetensors") ? confidence::certain
                                                                  : confidence::no;
    }
    static confidence detect(file_set const& set) { return safetensors::looks_like_shards(set); }

    template <class Sink>
    static result<flow> read(file_set& set, Sink& to, options const& how) {
        return safetensors::read_shards(set, to, how);
    }
};

}  // namespace lade::inline LADE_ABI
