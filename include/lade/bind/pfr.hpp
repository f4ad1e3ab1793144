// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bind/fields.hpp>

#include <boost/pfr/core.hpp>
#include <boost/pfr/core_name.hpp>

/// The names of fields by Boost.PFR (1.84 or newer), for aggregates that no program bound: `struct
/// linear { lade::tensor<float> weight, bias; };` needs no `lade::bind`, which wins where there is
/// one. Nothing else of the library includes this header; a unit that does pays about a second.
/// Every unit of a program that binds a type should see the same names of it.
namespace lade::inline LADE_ABI::detail {

template <class T>
concept reflectable = std::is_aggregate_v<T> && std::is_class_v<T> && !tensor_like<T> &&
                      !is_array<T> && !requires { bind<T>::fields; };

template <reflectable T>
struct reflected<T> {
    using members = decltype(boost::pfr::structure_tie(std::declval<T&>()));
    static constexpr std::size_t size = std::tuple_size_v<members>;
    template <std::size_t I>
    using member_type = std::remove_reference_t<std::tuple_element_t<I, members>>;

    static constexpr std::string_view name(std::size_t number) {
        constexpr auto names = boost::pfr::names_as_array<T>();
        return names[number];
    }
    template <std::size_t I, class Object>
    static auto& member(Object& of) {
        return boost::pfr::get<I>(of);
    }
};

}  // namespace lade::inline LADE_ABI::detail
