// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/dtype.hpp>
#include <lade/model/content.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

/// What a format promises, known to the compiler.
///
/// A format is an empty tag type. Everything that the library knows of it stands in one
/// specialisation of `format_traits`, which may stand anywhere, also in a user's program. A member
/// that is not there means the most careful answer, so a new format is a few lines long, and
/// forgetting a line refuses something instead of losing something.
///
///     identity    name, extensions (hints, never proof)
///     promises    reads, writes, dtypes, max_rank, shape, zero_copy, needs_heap, keeps_aliases,
///     separator behaviour   options, save_options, value_type, detect, read, writer
///
/// Behaviour:
///     confidence detect(head const&), detect(zip::archive const&), detect(file_set const&): any of
///     them result<flow> read(Source& from, Sink& to, options const&), or with a file_set& where
///     shape is file_shape::set class writer, see format/writer.hpp
namespace lade::inline LADE_ABI {

template <class Format>
struct format_traits;  // no definition: an unknown tag is no format

template <class T>
concept format = requires {
    { format_traits<T>::name } -> std::convertible_to<std::string_view>;
};

/// How sure a format is that a file is one of its own.
enum class confidence : std::uint8_t { no, possible, certain };

/// Whether a model is one file or several that belong together.
enum class file_shape : std::uint8_t { single, set };

/// The dtypes that a format can hold, as a set.
struct dtype_set {
    std::uint64_t bits = 0;

    constexpr dtype_set() = default;
    constexpr dtype_set(std::initializer_list<dtype> types) {
        for (dtype one : types) bits |= std::uint64_t{1} << static_cast<unsigned>(one);
    }
    constexpr bool has(dtype one) const { return (bits >> static_cast<unsigned>(one) & 1) != 0; }
    friend constexpr bool operator==(dtype_set, dtype_set) = default;
};
static_assert(dtypes.size() <= 64);

inline constexpr dtype_set every_dtype = [] {
    dtype_set all;
    for (auto const& row : dtypes) all.bits |= std::uint64_t{1} << static_cast<unsigned>(row.type);
    return all;
}();

/// The options of a format that has none.
struct no_options {};

/// The traits of a format with the careful default for each that it does not state. Read promises
/// here, never from `format_traits`.
template <format Format>
struct trait {
    using stated = format_traits<Format>;

    static constexpr std::string_view name = stated::name;
    static constexpr contents reads = [] {
        if constexpr (requires { stated::reads; }) return contents(stated::reads);
        else return contents{};
    }();
    static constexpr contents writes = [] {
        if constexpr (requires { stated::writes; }) return contents(stated::writes);
        else return contents{};
    }();
    /// Types that a save can hold. Nothing stated: every type, and the writer refuses at run time.
    static constexpr dtype_set dtypes = [] {
        if constexpr (requires { stated::dtypes; }) return dtype_set(stated::dtypes);
        else return every_dtype;
    }();
    static constexpr std::size_t max_rank = [] {
        if constexpr (requires { stated::max_rank; }) return std::size_t{stated::max_rank};
        else return std::size_t{64};
    }();
    static constexpr file_shape shape = [] {
        if constexpr (requires { stated::shape; }) return stated::shape;
        else return file_shape::single;
    }();
    /// May a view point into the file?
    static constexpr bool zero_copy = [] {
        if constexpr (requires { stated::zero_copy; }) return stated::zero_copy;
        else return false;
    }();
    static constexpr bool needs_heap = [] {
        if constexpr (requires { stated::needs_heap; }) return stated::needs_heap;
        else return true;
    }();
    /// Are storages that several tensors share written once? Then writers take storages, not dense
    /// tensors.
    static constexpr bool keeps_aliases = [] {
        if constexpr (requires { stated::keeps_aliases; }) return stated::keeps_aliases;
        else return false;
    }();
    /// What joins the parts of a name.
    static constexpr std::string_view separator = [] {
        if constexpr (requires { stated::separator; }) return std::string_view(stated::separator);
        else return std::string_view(".");
    }();
};

namespace detail {

template <class Stated>
struct stated_options {
    using type = no_options;
};
template <class Stated>
    requires requires { typename Stated::options; }
struct stated_options<Stated> {
    using type = typename Stated::options;
};
template <class Stated>
struct stated_save_options {
    using type = no_options;
};
template <class Stated>
    requires requires { typename Stated::save_options; }
struct stated_save_options<Stated> {
    using type = typename Stated::save_options;
};

}  // namespace detail

/// What a read of the format can be told.
template <format Format>
using options_of = typename detail::stated_options<format_traits<Format>>::type;

/// What a save in the format can be told.
template <format Format>
using save_options_of = typename detail::stated_save_options<format_traits<Format>>::type;

}  // namespace lade::inline LADE_ABI
