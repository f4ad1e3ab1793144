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

#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
/// g++ 12 gives up (internal error in check_noexcept_r) where PFR asks whether a struct with an
/// array of structs can be made from `{}`. So it is not asked: the parts of PFR that follow are.
template <class T>
struct reflected_members {
    static constexpr std::size_t size =
        boost::pfr::detail::detect_fields_count<T, 0, sizeof(T) * 4 + 1>(
            boost::pfr::detail::multi_element_range{}, 1L);

    template <std::size_t I, class Object>
    static constexpr auto& member(Object& of) {
        return boost::pfr::detail::sequence_tuple::get<I>(
            boost::pfr::detail::tie_as_tuple(of, boost::pfr::detail::size_t_<size>{}));
    }
    template <std::size_t I>
    static constexpr auto text =
        boost::pfr::detail::name_of_field<T, std::addressof(member<I>(
                                                 boost::pfr::detail::fake_object<T>()))>();
    template <std::size_t I>
    static constexpr std::string_view name() {
        return text<I>.data();
    }
};
#else
template <class T>
struct reflected_members {
    static constexpr std::size_t size = boost::pfr::tuple_size_v<T>;

    template <std::size_t I, class Object>
    static constexpr auto& member(Object& of) {
        return boost::pfr::get<I>(of);
    }
    template <std::size_t I>
    static constexpr std::string_view name() {
        return boost::pfr::get_name<I, T>();
    }
};
#endif

template <reflectable T>
struct reflected<T> {
    static constexpr bool is_there = true;
    static constexpr std::size_t size() { return reflected_members<T>::size; }

    template <std::size_t I>
    struct member_at {
        using type = std::remove_reference_t<decltype(reflected_members<T>::template member<I>(
            std::declval<T&>()))>;
    };
    template <std::size_t I>
    static constexpr std::string_view name() {
        return reflected_members<T>::template name<I>();
    }
    template <std::size_t I, class Object>
    static constexpr auto& member(Object& of) {
        return reflected_members<T>::template member<I>(of);
    }
};

}  // namespace lade::inline LADE_ABI::detail
