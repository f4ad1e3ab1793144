// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/config.hpp>

#include <type_traits>

namespace lade::inline LADE_ABI {

/// Whether a type is one of the others.
template <class T, class... Others>
inline constexpr bool is_among = (std::is_same_v<T, Others> || ...);

namespace detail {

template <class...>
inline constexpr bool differ = true;
template <class First, class... Rest>
inline constexpr bool differ<First, Rest...> = !is_among<First, Rest...> && differ<Rest...>;

}  // namespace detail

/// Whether no type stands twice among these.
template <class... T>
inline constexpr bool are_distinct = detail::differ<T...>;

}  // namespace lade::inline LADE_ABI
