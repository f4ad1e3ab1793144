// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/result.hpp>
#include <lade/bytes/view.hpp>
#include <lade/model/tensor.hpp>

/// Members that are one tensor.
namespace lade::inline LADE_ABI {

/// How a type holds a tensor. A program adds its own matrices:
///
///     template <> struct lade::bind_tensor<matrix> {
///         using element_type = float;
///         static std::array<std::uint64_t, 2> shape(matrix const& m) { return {m.rows(), m.cols()}; }
///         static float* data(matrix& m) { return m.data(); }
///         static float const* data(matrix const& m) { return m.data(); }
///         // to be loaded, unless the shape never changes:
///         static bool accepts(std::span<std::uint64_t const> shape) { return shape.size() == 2; }
///         static void resize(matrix& m, std::span<std::uint64_t const> shape);
///     };
///
/// Elements are dense, row-major, in the machine's byte order: a matrix that is stored by columns
/// tells its shape the other way round. A type whose shape is known to the compiler says so by
/// `static constexpr std::array<std::uint64_t, N> extents` instead of `shape`.
template <class M>
struct bind_tensor;

/// A member that is a tensor.
template <class T>
concept tensor_field = requires { typename bind_tensor<std::remove_cv_t<T>>::element_type; };

/// A tensor whose shape is known to the compiler.
template <class T>
concept static_tensor_field =
    tensor_field<T> && requires { bind_tensor<std::remove_cv_t<T>>::extents.size(); };

template <element T, std::size_t First, std::size_t... Dims>
struct bind_tensor<tensor<T, First, Dims...>> {
    using element_type = T;
    static constexpr auto extents = tensor<T, First, Dims...>::extents;
    static T* data(tensor<T, First, Dims...>& of) { return of.data(); }
    static T const* data(tensor<T, First, Dims...> const& of) { return of.data(); }
};

template <element T>
struct bind_tensor<tensor<T>> {
    using element_type = T;
    static auto shape(tensor<T> const& of) { return of.shape(); }
    static T* data(tensor<T>& of) { return of.data(); }
    static T const* data(tensor<T> const& of) { return of.data(); }
    static result<void> resize(tensor<T>& of, std::span<std::uint64_t const> shape) {
        return of.try_resize_for_overwrite(shape);
    }
};

/// A list of numbers has one axis.
template <element T, class Allocator>
    requires(!std::same_as<T, bool>)
struct bind_tensor<std::vector<T, Allocator>> {
    using element_type = T;
    static std::array<std::uint64_t, 1> shape(std::vector<T, Allocator> const& of) {
        return {of.size()};
    }
    static T* data(std::vector<T, Allocator>& of) { return of.data(); }
    static T const* data(std::vector<T, Allocator> const& of) { return of.data(); }
    static constexpr bool accepts(std::span<std::uint64_t const> shape) {
        return shape.size() == 1;
    }
    static void resize(std::vector<T, Allocator>& of, std::span<std::uint64_t const> shape) {
        of.resize(static_cast<std::size_t>(shape[0]));
    }
};

/// A number is a scalar.
template <element T>
struct bind_tensor<T> {
    using element_type = T;
    static constexpr std::array<std::uint64_t, 0> extents{};
    static T* data(T& of) { return &of; }
    static T const* data(T const& of) { return &of; }
};

namespace detail {

/// Numbers, and arrays of arrays of them.
template <class T>
inline constexpr bool is_plain = element<T>;
template <class T, std::size_t N>
inline constexpr bool is_plain<std::array<T, N>> = N != 0 && is_plain<T>;
template <class T, std::size_t N>
inline constexpr bool is_plain<T[N]> = is_plain<T>;

template <class T, std::size_t N>
struct plain_array {
    using element_type = typename bind_tensor<T>::element_type;
    static constexpr auto extents = [] {
        std::array<std::uint64_t, bind_tensor<T>::extents.size() + 1> all{N};
        for (std::size_t i = 1; i < all.size(); ++i) all[i] = bind_tensor<T>::extents[i - 1];
        return all;
    }();
    static element_type* data(auto& of) { return bind_tensor<T>::data(of[0]); }
    static element_type const* data(auto const& of) { return bind_tensor<T>::data(of[0]); }
};

}  // namespace detail

template <class T, std::size_t N>
    requires detail::is_plain<std::array<T, N>>
struct bind_tensor<std::array<T, N>> : detail::plain_array<T, N> {};
template <class T, std::size_t N>
    requires detail::is_plain<T[N]>
struct bind_tensor<T[N]> : detail::plain_array<T, N> {};

/// A member that points to elements where they lie, of a tensor of any shape.
template <class T>
inline constexpr bool is_view_field = false;
template <element T>
inline constexpr bool is_view_field<std::span<T const>> = true;

namespace detail {

/// What can be done with a tensor of a struct, its type forgotten.
struct leaf_calls {
    dtype type;
    bool is_static;  ///< the shape never changes
    bool is_view;    ///< it takes the place of elements, not the elements
    /// Replaces `to` by the shape.
    void (*shape)(void const* of, std::vector<std::uint64_t>& to);
    /// Whether it can have the shape.
    bool (*accepts)(void const* of, std::span<std::uint64_t const> shape);
    /// Gives it the shape: memory for the elements. Precondition: it accepts the shape.
    result<std::span<std::byte>> (*prepare)(void* of, std::span<std::uint64_t const> shape);
    bytes::view (*elements)(void const* of);
    /// Of a view: where the elements lie.
    void (*point)(void* of, bytes::view elements);
};

template <class L>
struct leaf {
    using trait = bind_tensor<L>;
    using number = typename trait::element_type;

    static L& at(void* of) { return *static_cast<L*>(of); }
    static L const& at(void const* of) { return *static_cast<L const*>(of); }

    static void shape(void const* of, std::vector<std::uint64_t>& to) {
        to.clear();
        auto const add = [&](auto const& from) {
            for (auto one : from) to.push_back(static_cast<std::uint64_t>(one));
        };
        if constexpr (static_tensor_field<L>) add(trait::extents);
        else add(trait::shape(at(of)));
    }
    static bool accepts(void const* of, std::span<std::uint64_t const> wanted) {
        if constexpr (requires { trait::accepts(wanted); }) {
            return trait::accepts(wanted);
        } else if constexpr (requires(L& l) { trait::resize(l, wanted); }) {
            return true;
        } else {
            std::vector<std::uint64_t> own;
            shape(of, own);
            return std::equal(own.begin(), own.end(), wanted.begin(), wanted.end());
        }
    }
    static result<std::span<std::byte>> prepare(void* of, std::span<std::uint64_t const> wanted) {
        if constexpr (requires { trait::resize(at(of), wanted); }) {
            using answer = decltype(trait::resize(at(of), wanted));
            if constexpr (std::same_as<answer, result<void>>) {
                if (auto const done = trait::resize(at(of), wanted); !done) return done.error();
            } else {
                trait::resize(at(of), wanted);
            }
        }
        return std::as_writable_bytes(std::span<number>(trait::data(at(of)), count(of)));
    }
    static std::size_t count(void const* of) {
        std::vector<std::uint64_t> own;
        shape(of, own);
        std::size_t all = 1;
        for (std::uint64_t one : own) all *= static_cast<std::size_t>(one);
        return all;
    }
    static bytes::view elements(void const* of) {
        return std::as_bytes(std::span<number const>(trait::data(at(of)), count(of)));
    }
};

template <class L>
inline constexpr leaf_calls calls_of{dtype_of<typename leaf<L>::number>::value,
                                     !requires(L& l, std::span<std::uint64_t const> s) {
                                         bind_tensor<L>::resize(l, s);
                                     },
                                     false,
                                     leaf<L>::shape,
                                     leaf<L>::accepts,
                                     leaf<L>::prepare,
                                     leaf<L>::elements,
                                     nullptr};
template <element T>
inline constexpr leaf_calls calls_of<std::span<T const>>{
    dtype_of<T>::value,
    false,
    true,
    nullptr,
    [](void const*, std::span<std::uint64_t const>) { return true; },
    nullptr,
    nullptr,
    [](void* of, bytes::view elements) {
        *static_cast<std::span<T const>*>(of) = {reinterpret_cast<T const*>(elements.data()),
                                                 elements.size() / sizeof(T)};
    }};

}  // namespace detail

}  // namespace lade::inline LADE_ABI
