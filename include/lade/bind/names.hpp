// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/fixed_string.hpp>
#include <lade/base/type_list.hpp>
#include <lade/bind/fields.hpp>

/// What the compiler knows of the names below a struct.
namespace lade::inline LADE_ABI {

/// A tensor of the file that goes to a field of another name, said at the call:
/// `load_into<F>(net, path, {}, as<"encoder/kernel", "fc1.weight">)`. With `transposed` its axes
/// are reversed on the way. That `To` is a field, the compiler checks.
template <fixed_string From, fixed_string To, bool Transposed = false>
struct name_pair {
    static constexpr std::string_view from = From.view();
    static constexpr std::string_view to = To.view();
    static constexpr bool is_transposed = Transposed;
};
template <fixed_string From, fixed_string To, transposed_t... Transposed>
    requires(sizeof...(Transposed) < 2)
inline constexpr name_pair<From, To, (sizeof...(Transposed) > 0)> as{};

/// The same when running.
struct name_rule {
    std::string_view from, to;
    bool is_transposed = false;
};

namespace detail {

/// What follows the first part of a name and its dot; the part itself in `part`.
constexpr std::string_view after_part(std::string_view name, std::string_view& part) {
    std::size_t dot = 0;  // by hand: under sanitizers, g++ finds no `find` in a constant
    while (dot < name.size() && name[dot] != '.') ++dot;
    part = name.substr(0, dot);
    return dot == name.size() ? std::string_view{} : name.substr(dot + 1);
}

/// The number that a part of a name is, as Python writes it; none if it is no such number.
constexpr std::optional<std::size_t> position_of(std::string_view part) {
    if (part.empty() || part.size() > 9 || (part.size() > 1 && part[0] == '0')) return std::nullopt;
    std::size_t number = 0;
    for (char c : part) {
        if (c < '0' || c > '9') return std::nullopt;
        number = number * 10 + static_cast<std::size_t>(c - '0');
    }
    return number;
}

/// Whether a tensor below a `T` can have this name. Containers that grow hold any position or key.
template <class T>
constexpr bool may_name(std::string_view name) {
    if constexpr (tensor_like<T>) {
        return name.empty();
    } else if constexpr (has_fields<T>) {
        bool found = false;
        each_field_type<T>([&]<class Member, bool>(std::string_view field) {
            if (found) return;
            if (field.empty()) found = may_name<Member>(name);
            else if (name == field) found = may_name<Member>({});
            else if (name.size() > field.size() && name[field.size()] == '.' &&
                     name.starts_with(field))
                found = may_name<Member>(name.substr(field.size() + 1));
        });
        return found;
    } else if constexpr (is_optional<T>) {
        return may_name<typename T::value_type>(name);
    } else if constexpr (is_array<T> || is_vector<T>) {
        std::string_view part;
        std::string_view const rest = after_part(name, part);
        auto const position = position_of(part);
        if constexpr (is_array<T>)
            if (position && *position >= std::tuple_size_v<T>) return false;
        return position && may_name<typename T::value_type>(rest);
    } else if constexpr (is_map<T>) {
        if constexpr (tensor_like<typename T::mapped_type>) return !name.empty();
        std::string_view part;
        std::string_view const rest = after_part(name, part);
        return !part.empty() && may_name<typename T::mapped_type>(rest);
    } else {
        return type_is_bound<T, false>::value;
    }
}

/// The number of the first field whose name another field has; none if all differ.
template <has_fields T>
constexpr bool fields_differ() {
    bool differ = true;
    std::size_t i = 0;
    each_field_type<T>([&]<class, bool>(std::string_view one) {
        std::size_t j = 0;
        each_field_type<T>([&]<class, bool>(std::string_view other) {
            if (i < j && one == other && !one.empty()) differ = false;
            ++j;
        });
        ++i;
    });
    return differ;
}

template <class Pair, class... Pairs>
inline constexpr bool is_only_one_to =
    ((Pair::to != Pairs::to || std::is_same_v<Pair, Pairs>) && ...);

}  // namespace detail

/// Refused by the compiler, which prints the arguments: a name that is given to no field,
template <class Struct, fixed_string To, bool Is>
struct name_is_a_field {
    static_assert(Is, "lade::as<from, to>: Struct has no tensor that is called To");
    static constexpr bool value = true;
};
/// two tensors for one field,
template <class Pair, bool Is>
struct field_is_named_once {
    static_assert(Is, "lade::as<from, to>: another tensor goes to the same field");
    static constexpr bool value = true;
};
/// and two fields of one name.
template <class Struct, bool Are>
struct fields_have_different_names {
    static_assert(Are, "lade::bind<Struct>::fields has two fields of the same name");
    static constexpr bool value = true;
};

namespace detail {

template <class Struct, fixed_string From, fixed_string To, bool Transposed>
consteval bool check_pair(name_pair<From, To, Transposed>) {
    return name_is_a_field<Struct, To, may_name<Struct>(To.view())>::value;
}

/// Refuses to compile names that fit no field.
template <class Struct, class... Pairs>
consteval bool check_pairs() {
    return (check_pair<Struct>(Pairs{}) && ...) &&
           (field_is_named_once<Pairs, is_only_one_to<Pairs, Pairs...>>::value && ...) &&
           are_distinct<Pairs...>;
}

}  // namespace detail

}  // namespace lade::inline LADE_ABI
