// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bind/walk.hpp>

#include <boost/pfr/core.hpp>
#include <boost/pfr/core_name.hpp>

/// Names of fields by Boost.PFR (1.84 or newer), for aggregates that nobody bound by hand. Costs
/// about a second of compile time a unit; nothing else in the library includes it.
namespace lade::inline LADE_ABI {

template <class T>
    requires(std::is_aggregate_v<T> && !bound<T> && !leaf<T> && !detail::is_array<T> &&
             std::is_class_v<T>)
struct reflect<T> {
    static constexpr auto names = boost::pfr::names_as_array<T>();
    using types = decltype([]<std::size_t... I>(std::index_sequence<I...>) {
        return std::tuple<boost::pfr::tuple_element_t<I, T>...>();
    }(std::make_index_sequence<boost::pfr::tuple_size_v<T>>{}));

    template <class Object, class Visit>
    static void each(Object& object, Visit&& visit) {
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            (visit(names[I], boost::pfr::get<I>(object)), ...);
        }(std::make_index_sequence<boost::pfr::tuple_size_v<T>>{});
    }
};

}  // namespace lade::inline LADE_ABI
