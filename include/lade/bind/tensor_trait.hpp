// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/model/tensor.hpp>

#include <array>
#include <cstdint>
#include <span>
#include <tuple>
#include <type_traits>
#include <vector>

/// Which types hold the elements of a tensor, and how. One trait for all of them: those of this
/// library, of the standard library, and the matrix types of a program.
///
///     template <> struct lade::bind_tensor<acme::matrix> {
///         using element = float;
///         static constexpr auto layout = lade::layout::rows;
///         static std::array<std::uint64_t, 2> shape(acme::matrix const& m) { ... }
///         static float* data(acme::matrix& m) { ... }
///         static float const* data(acme::matrix const& m) { ... }
///         static void resize(acme::matrix& m, std::span<std::uint64_t const> shape) { ... }
///     };
///
/// Without `resize` the shape must be that of the file. The rank is that of the array that `shape`
/// gives; types of any rank give a std::span.
namespace lade::inline LADE_ABI {

/// How the elements of a type lie: with the last index, or with the first, changing fastest.
enum class layout : std::uint8_t { rows, columns };

/// No definition: an unknown type is no tensor.
template <class T>
struct bind_tensor;

template <class T>
concept tensor_like = requires { typename bind_tensor<T>::element; };

/// For people who err: the compiler prints the argument.
template <class T, bool Stated>
struct layout_is_stated {
    static_assert(Stated,
                  "lade::bind_tensor of T must say how the elements lie: a static "
                  "constexpr member `layout`");
    static constexpr bool value = true;
};

namespace detail {

inline constexpr std::size_t any_rank = static_cast<std::size_t>(-1);

template <class Shape>
inline constexpr std::size_t rank_of_shape = any_rank;
template <class Integer, std::size_t N>
inline constexpr std::size_t rank_of_shape<std::array<Integer, N>> = N;

}  // namespace detail

/// What a type that holds a tensor says of itself, with the answers for what it does not say.
template <tensor_like T>
struct tensor_trait {
    using stated = bind_tensor<T>;
    using element = typename stated::element;

    static constexpr lade::dtype type = dtype_of<element>::value;
    static constexpr bool is_by_columns = [] {
        if constexpr (requires { stated::layout; }) return stated::layout == layout::columns;
        else return !layout_is_stated<T, false>::value;
    }();
    /// Axes, or detail::any_rank.
    static constexpr std::size_t rank = detail::rank_of_shape<
        std::remove_cvref_t<decltype(stated::shape(std::declval<T const&>()))>>;
    static constexpr bool can_resize =
        requires(T& t, std::span<std::uint64_t const> shape) { stated::resize(t, shape); };
    /// One axis, into which a tensor of any shape may be laid out when the caller asks for it.
    static constexpr bool is_flat = requires { requires stated::is_flat; };
    /// Points into a file instead of holding elements.
    static constexpr bool is_view = requires { requires stated::is_view; };
};

/// A matrix by columns holds the transposed tensor; whoever binds one says that aloud.
template <class T, bool Said>
struct transposition_is_said {
    static_assert(Said,
                  "the elements of T lie by columns, those of files by rows: say "
                  "lade::field(name, member, lade::transposed)");
    static constexpr bool value = true;
};

namespace detail {

/// Refuses to compile elements that would land in the wrong order.
template <tensor_like T, bool Transposed>
consteval bool check_layout() {
    return transposition_is_said < T, !tensor_trait<T>::is_by_columns || Transposed > ::value;
}

}  // namespace detail

template <element T, std::size_t... Dims>
struct bind_tensor<tensor<T, Dims...>> {
    using element = T;
    static constexpr auto layout = lade::layout::rows;
    static auto shape(tensor<T, Dims...> const& of) {
        if constexpr (sizeof...(Dims) > 0) return tensor<T, Dims...>::fixed_shape;
        else return of.shape();
    }
    static T* data(tensor<T, Dims...>& of) { return of.data(); }
    static T const* data(tensor<T, Dims...> const& of) { return of.data(); }
    static result<void> resize(tensor<T, Dims...>& of, std::span<std::uint64_t const> shape,
                               void (*prepare)(std::span<std::byte>) = nullptr)
        requires(sizeof...(Dims) == 0)
    {
        return of.try_resize_for_overwrite(shape, prepare);
    }
};

/// A scalar.
template <element T>
struct bind_tensor<T> {
    using element = T;
    static constexpr auto layout = lade::layout::rows;
    static std::array<std::uint64_t, 0> shape(T const&) { return {}; }
    static T* data(T& of) { return &of; }
    static T const* data(T const& of) { return &of; }
};

template <element T, std::size_t N>
struct bind_tensor<std::array<T, N>> {
    using element = T;
    static constexpr auto layout = lade::layout::rows;
    static std::array<std::uint64_t, 1> shape(std::array<T, N> const&) { return {N}; }
    static T* data(std::array<T, N>& of) { return of.data(); }
    static T const* data(std::array<T, N> const& of) { return of.data(); }
};

template <element T, std::size_t N>
struct bind_tensor<T[N]> {
    using element = T;
    static constexpr auto layout = lade::layout::rows;
    static std::array<std::uint64_t, 1> shape(T const (&)[N]) { return {N}; }
    static T* data(T (&of)[N]) { return of; }
    static T const* data(T const (&of)[N]) { return of; }
};

/// One axis.
template <element T, class Allocator>
    requires(!std::same_as<T, bool>)  // std::vector<bool> has no elements to point to
struct bind_tensor<std::vector<T, Allocator>> {
    using element = T;
    static constexpr auto layout = lade::layout::rows;
    static constexpr bool is_flat = true;
    static std::array<std::uint64_t, 1> shape(std::vector<T, Allocator> const& of) {
        return {of.size()};
    }
    static T* data(std::vector<T, Allocator>& of) { return of.data(); }
    static T const* data(std::vector<T, Allocator> const& of) { return of.data(); }
    static void resize(std::vector<T, Allocator>& of, std::span<std::uint64_t const> shape) {
        of.resize(static_cast<std::size_t>(shape[0]));
    }
};

/// One axis, in memory of the caller: a load writes where the span points to.
template <element T>
struct bind_tensor<std::span<T>> {
    using element = T;
    static constexpr auto layout = lade::layout::rows;
    static constexpr bool is_flat = true;
    static std::array<std::uint64_t, 1> shape(std::span<T> const& of) { return {of.size()}; }
    static T* data(std::span<T> const& of) { return of.data(); }
};

/// The elements of a tensor of any shape, where they lie in the file: a load copies nothing.
template <element T>
struct bind_tensor<std::span<T const>> {
    using element = T;
    static constexpr auto layout = lade::layout::rows;
    static constexpr bool is_flat = true;
    static constexpr bool is_view = true;
    static std::array<std::uint64_t, 1> shape(std::span<T const> const& of) { return {of.size()}; }
    static T const* data(std::span<T const> const& of) { return of.data(); }
};

}  // namespace lade::inline LADE_ABI
