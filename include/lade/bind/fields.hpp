// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/fixed_string.hpp>

#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

/// The names of the members of a struct.
///
///     template <> struct lade::bind<features> {
///         static constexpr std::tuple fields{field("0", &features::conv), field("3", &features::norm)};
///     };
///
/// A name may have dots. `lade/bind/pfr.hpp` gives every aggregate the names of its members; a
/// specialisation such as this one wins.
namespace lade::inline LADE_ABI {

/// `static constexpr std::tuple fields` of a struct; no definition for types that nobody has bound.
template <class T>
struct bind;

/// A name and the way to a member: a pointer to member, or a callable that gives a reference to a
/// part of the object it is called with, const or not.
template <class Member>
struct named_field {
    std::string_view name;
    Member member;

    template <class Object>
    constexpr auto& in(Object& object) const {
        if constexpr (std::is_member_object_pointer_v<Member>) return object.*member;
        else return member(object);
    }
};

/// `name` must live as long as the program: a literal.
template <class Member>
constexpr named_field<Member> field(std::string_view name, Member member) {
    return {name, member};
}

/// A struct whose members have names.
template <class T>
concept bound = requires { bind<std::remove_cv_t<T>>::fields; };

/// Two members of one struct with the same name: the compiler prints Name.
template <class Struct, fixed_string Name, bool Unique>
struct field_names_differ {
    static_assert(Unique, "two fields of this struct have the same name");
    static constexpr bool value = true;
};

namespace detail {

template <class T>
inline constexpr auto const& fields_of = bind<std::remove_cv_t<T>>::fields;

template <class T>
inline constexpr std::size_t field_count =
    std::tuple_size_v<std::remove_cvref_t<decltype(fields_of<T>)>>;

template <class T, std::size_t I>
using field_type = std::remove_reference_t<
    decltype(std::get<I>(fields_of<T>).in(std::declval<std::remove_cv_t<T>&>()))>;

/// Calls `use(field)` for each field of a struct, until one gives false.
template <class T, class Use>
constexpr bool each_field(Use&& use) {
    return std::apply([&](auto const&... one) { return (use(one) && ...); }, fields_of<T>);
}

/// The first field whose name another one has already; as many as there are fields if none has.
template <class T>
inline constexpr std::size_t same_name = [] {
    return []<std::size_t... I>(std::index_sequence<I...>) {
        std::string_view const names[]{std::get<I>(fields_of<T>).name..., ""};
        for (std::size_t i = 0; i < sizeof...(I); ++i)
            for (std::size_t j = 0; j < i; ++j)
                if (names[i] == names[j]) return i;
        return sizeof...(I);
    }(std::make_index_sequence<field_count<T>>{});
}();

template <class T>
consteval bool check_names() {
    if constexpr (same_name<T> < field_count<T>) {
        constexpr std::string_view name = std::get<same_name<T>>(fields_of<T>).name;
        return field_names_differ<T, fixed_string<name.size() + 1>(name), false>::value;
    }
    return true;
}

}  // namespace detail

}  // namespace lade::inline LADE_ABI
