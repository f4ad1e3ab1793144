// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bind/tensor_trait.hpp>

#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

/// Which members of a struct are named how.
namespace lade::inline LADE_ABI {

/// The names of a struct's members. No definition: a program specialises it, in any namespace
/// scope.
///
///     template <> struct lade::bind<features> {
///         static constexpr std::tuple fields{field("0", &features::conv),
///                                            field("3", &features::norm)};
///     };
///
/// A field whose name is empty gives its own fields as if they stood in the struct itself.
template <class T>
struct bind;

/// Said of a field, or of a name (`as`): its memory holds the elements with all axes in reverse
/// order. So a matrix by columns holds a tensor of the same shape, and one by rows a tensor of the
/// transposed shape. Elements are moved accordingly, and the report tells.
struct transposed_t {};
inline constexpr transposed_t transposed{};

/// A member and its name.
template <class Owner, class Member, bool Transposed>
struct bound_field {
    using member_type = Member;
    static constexpr bool is_transposed = Transposed;

    std::string_view name;
    Member Owner::* member;
};

template <class Owner, class Member>
constexpr auto field(std::string_view name, Member Owner::* member) {
    return bound_field<Owner, Member, false>{name, member};
}
template <class Owner, class Member>
constexpr auto field(std::string_view name, Member Owner::* member, transposed_t) {
    return bound_field<Owner, Member, true>{name, member};
}

namespace detail {

/// Names that a program did not write down: defined by bind/pfr.hpp, and nowhere else.
template <class T>
struct reflected;

}  // namespace detail

template <class T>
concept has_fields = requires { bind<T>::fields; } || requires { detail::reflected<T>::is_there; };

namespace detail {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

// Containers, whose members are named by position or by key.
template <class T>
inline constexpr bool is_array = false;
template <class T, std::size_t N>
inline constexpr bool is_array<std::array<T, N>> = true;
template <class T>
inline constexpr bool is_vector = false;
template <class T, class Allocator>
inline constexpr bool is_vector<std::vector<T, Allocator>> = !std::same_as<T, bool>;
template <class T>
concept is_map = requires(T& t, typename T::key_type key) {
    typename T::mapped_type;
    requires std::constructible_from<typename T::key_type, std::string_view>;
    requires std::convertible_to<typename T::key_type const&, std::string_view>;
    { t[std::move(key)] } -> std::same_as<typename T::mapped_type&>;
    t.begin()->second;
};

}  // namespace detail

/// What has tensors below it: a struct with fields, or a container of such or of tensors.
template <class T>
concept bindable =
    !tensor_like<T> && (has_fields<T> || detail::is_optional<T> || detail::is_array<T> ||
                        detail::is_vector<T> || detail::is_map<T>);

/// For people who err: the compiler prints the argument.
template <class T, bool Is>
struct type_is_bound {
    static_assert(Is,
                  "T is no tensor and names no fields: specialise lade::bind<T>, or "
                  "lade::bind_tensor<T> for a matrix type, or include <lade/bind/pfr.hpp>");
    static constexpr bool value = true;
};

namespace detail {

/// Calls `use.template operator()<Member, Transposed>(name)` for each field.
template <has_fields T, class Use>
constexpr void each_field_type(Use&& use) {
    if constexpr (requires { bind<T>::fields; }) {
        std::apply(
            [&](auto const&... one) {
                (use.template operator()<typename std::remove_cvref_t<decltype(one)>::member_type,
                                         std::remove_cvref_t<decltype(one)>::is_transposed>(
                     one.name),
                 ...);
            },
            bind<T>::fields);
    } else {
        using names = reflected<T>;
        [&]<std::size_t... Index>(std::index_sequence<Index...>) {
            (use.template operator()<typename names::template member_at<Index>::type, false>(
                 names::template name<Index>()),
             ...);
        }(std::make_index_sequence<names::size()>{});
    }
}

/// Calls `use(name, member, std::bool_constant<Transposed>)` for each field. `T` may be const.
template <class T, class Use>
void each_field(T& of, Use&& use) {
    using type = std::remove_const_t<T>;
    if constexpr (requires { bind<type>::fields; }) {
        std::apply(
            [&](auto const&... one) {
                (use(one.name, of.*(one.member),
                     std::bool_constant<std::remove_cvref_t<decltype(one)>::is_transposed>{}),
                 ...);
            },
            bind<type>::fields);
    } else {
        using names = reflected<type>;
        [&]<std::size_t... Index>(std::index_sequence<Index...>) {
            (use(names::template name<Index>(), names::template member<Index>(of),
                 std::false_type{}),
             ...);
        }(std::make_index_sequence<names::size()>{});
    }
}

/// What a container holds.
template <class T>
struct held {
    using type = void;
};
template <class T>
    requires(is_optional<T> || is_array<T> || is_vector<T>)
struct held<T> {
    using type = typename T::value_type;
};
template <class T>
    requires(!has_fields<T> && is_map<T>)
struct held<T> {
    using type = typename T::mapped_type;
};

}  // namespace detail

}  // namespace lade::inline LADE_ABI
