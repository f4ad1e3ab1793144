// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bind/fields.hpp>
#include <lade/bytes/view.hpp>

#include <string>
#include <utility>

/// Visits the leaves of a struct with their full names: "layers.1.weight".
namespace lade::inline LADE_ABI {

/// A leaf whose type is forgotten: what a file's tensor is read into.
struct leaf_place {
    std::string name;
    dtype type = dtype::float32;
    bool optional = false;  ///< the file need not have it
    void* object = nullptr;
    /// Elements along each axis as they are now.
    std::vector<std::uint64_t> (*shape)(void const*) = nullptr;
    /// Takes the shape of a file; false if it cannot. An optional part is made.
    bool (*fits)(void const*, std::span<std::uint64_t const>) = nullptr;
    std::span<std::byte> (*prepare)(void*, std::span<std::uint64_t const>) = nullptr;
    bytes::view (*bytes)(void const*) = nullptr;
};

namespace detail {

template <leaf T>
struct leaf_type;
template <class T, std::size_t... Dims>
struct leaf_type<tensor<T, Dims...>> {
    using element = T;
};
template <element T>
struct leaf_type<T> {
    using element = T;
};
template <user_tensor T>
struct leaf_type<T> {
    using element = typename bind_tensor<T>::element;
};
template <leaf T>
    requires(is_vector<T> || is_array<T>)
struct leaf_type<T> {
    using element = typename T::value_type;
};
template <leaf T>
using element_of = typename leaf_type<T>::element;

/// The axes of a leaf's type, if its type says them.
template <leaf T>
constexpr bool has_static_shape = element<T> || is_array<T>;
template <class T, std::size_t... Dims>
constexpr bool has_static_shape<tensor<T, Dims...>> = sizeof...(Dims) != 0;

template <leaf T>
std::vector<std::uint64_t> shape_of(void const* object) {
    T const& one = *static_cast<T const*>(object);
    if constexpr (is_tensor<T>) {
        return {one.shape().begin(), one.shape().end()};
    } else if constexpr (user_tensor<T>) {
        auto const shape = bind_tensor<T>::shape(const_cast<T&>(one));
        return {shape.begin(), shape.end()};
    } else if constexpr (element<T>) {
        return {};
    } else {
        return {one.size()};
    }
}

template <leaf T>
bool takes_shape(void const* object, std::span<std::uint64_t const> shape) {
    if constexpr (has_static_shape<T>) {
        auto const own = shape_of<T>(object);
        return std::equal(own.begin(), own.end(), shape.begin(), shape.end());
    } else if constexpr (is_vector<T>) {
        return shape.size() == 1;
    } else {
        return true;  // a matrix type answers when it is resized
    }
}

template <leaf T>
std::span<std::byte> prepared(void* object, std::span<std::uint64_t const> shape) {
    T& one = *static_cast<T*>(object);
    if constexpr (is_tensor<T> && !has_static_shape<T>) one.resize({shape.begin(), shape.end()});
    if constexpr (is_vector<T>) one.resize(static_cast<std::size_t>(shape[0]));
    if constexpr (user_tensor<T>) {
        if (!bind_tensor<T>::resize(one, shape)) return {};
        std::size_t count = 1;
        for (std::uint64_t axis : shape) count *= static_cast<std::size_t>(axis);
        return std::as_writable_bytes(std::span(bind_tensor<T>::data(one), count));
    } else if constexpr (element<T>) {
        return std::as_writable_bytes(std::span(&one, 1));
    } else {
        return std::as_writable_bytes(std::span(one.data(), one.size()));
    }
}

template <leaf T>
bytes::view bytes_in(void const* object) {
    T& one = *const_cast<T*>(static_cast<T const*>(object));
    if constexpr (user_tensor<T>) {
        std::size_t count = 1;
        for (std::uint64_t axis : shape_of<T>(object)) count *= static_cast<std::size_t>(axis);
        return std::as_bytes(std::span(bind_tensor<T>::data(one), count));
    } else if constexpr (element<T>) {
        return std::as_bytes(std::span(&one, 1));
    } else {
        return std::as_bytes(std::span(one.data(), one.size()));
    }
}

inline std::string joined(std::string_view prefix, std::string_view name) {
    std::string text(prefix);
    if (!text.empty() && !name.empty()) text += '.';
    return text.append(name);
}

}  // namespace detail

/// Calls `visit(leaf_place const&)` for every leaf, in the order of the fields. Vectors and maps
/// are visited as they are filled. An empty optional is made (default-constructed) if `fill` says
/// so, and passed over otherwise.
template <class T, class Visit>
    requires bindable<std::remove_const_t<T>>
void for_each_leaf(T& object, std::string_view name, bool fill, bool optional, Visit&& visit) {
    using type = std::remove_const_t<T>;
    if constexpr (leaf<type>) {
        using element = detail::element_of<type>;
        visit(leaf_place{std::string(name), dtype_of<element>::value, optional,
                         const_cast<type*>(&object), detail::shape_of<type>,
                         detail::takes_shape<type>, detail::prepared<type>,
                         detail::bytes_in<type>});
    } else if constexpr (bound<type>) {
        std::apply(
            [&](auto const&... each) {
                (for_each_leaf(object.*(each.member), detail::joined(name, each.name), fill,
                               optional, visit),
                 ...);
            },
            bind<type>::fields);
    } else if constexpr (detail::is_optional<type>) {
        if constexpr (!std::is_const_v<T>)
            if (!object && fill) object.emplace();
        if (object) for_each_leaf(*object, name, fill, true, visit);
    } else if constexpr (part_map<type>) {
        for (auto& [key, part] : object)
            for_each_leaf(part, detail::joined(name, key), fill, optional, visit);
    } else if constexpr (detail::is_array<type> || detail::is_vector<type>) {
        for (std::size_t i = 0; i < object.size(); ++i)
            for_each_leaf(object[i], detail::joined(name, std::to_string(i)), fill, optional,
                          visit);
    } else {
        reflect<type>::each(object, [&](std::string_view part, auto& member) {
            for_each_leaf(member, detail::joined(name, part), fill, optional, visit);
        });
    }
}

// ---- what is known of a struct before it runs

namespace detail {

constexpr bool is_number(std::string_view text) {
    for (char c : text)
        if (c < '0' || c > '9') return false;
    return !text.empty();
}

/// Whether a struct has a leaf of this name; what is decided when running (positions in vectors,
/// keys of maps) is granted.
template <class T>
constexpr bool has_leaf(std::string_view name) {
    auto const split = [&](std::string_view part, auto&& next) {
        if (!name.starts_with(part)) return false;
        if (name.size() == part.size()) return next(std::string_view{});
        return name[part.size()] == '.' && next(name.substr(part.size() + 1));
    };
    if constexpr (leaf<T>) {
        return name.empty();
    } else if constexpr (bound<T>) {
        return std::apply(
            [&](auto const&... each) {
                return (
                    split(each.name,
                          [&](std::string_view rest) {
                              return has_leaf<
                                  std::remove_cvref_t<decltype(std::declval<T&>().*(each.member))>>(
                                  rest);
                          }) ||
                    ...);
            },
            bind<T>::fields);
    } else if constexpr (is_optional<T>) {
        return has_leaf<typename T::value_type>(name);
    } else if constexpr (part_map<T>) {
        return true;
    } else if constexpr (is_array<T> || is_vector<T>) {
        std::string_view const first = name.substr(0, name.find('.'));
        return is_number(first) && has_leaf<typename T::value_type>(
                                       name.size() == first.size() ? std::string_view{}
                                                                   : name.substr(first.size() + 1));
    } else {
        bool found = false;
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            ((found =
                  found ||
                  split(reflect<T>::names[I],
                        [&](std::string_view rest) {
                            return has_leaf<std::tuple_element_t<I, typename reflect<T>::types>>(
                                rest);
                        })),
             ...);
        }(std::make_index_sequence<reflect<T>::names.size()>{});
        return found;
    }
}

/// The element types of all leaves, as bits of `dtype`.
template <class T>
constexpr std::uint64_t leaf_dtypes() {
    if constexpr (leaf<T>) {
        return std::uint64_t{1} << static_cast<unsigned>(dtype_of<element_of<T>>::value);
    } else if constexpr (bound<T>) {
        return std::apply(
            [](auto const&... each) {
                return (std::uint64_t{0} | ... |
                        leaf_dtypes<
                            std::remove_cvref_t<decltype(std::declval<T&>().*(each.member))>>());
            },
            bind<T>::fields);
    } else if constexpr (part_map<T>) {
        return leaf_dtypes<typename T::mapped_type>();
    } else if constexpr (is_optional<T> || is_array<T> || is_vector<T>) {
        return leaf_dtypes<typename T::value_type>();
    } else {
        return []<std::size_t... I>(std::index_sequence<I...>) {
            return (std::uint64_t{0} | ... |
                    leaf_dtypes<std::tuple_element_t<I, typename reflect<T>::types>>());
        }(std::make_index_sequence<reflect<T>::names.size()>{});
    }
}

}  // namespace detail

}  // namespace lade::inline LADE_ABI
