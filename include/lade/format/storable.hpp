// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/format/traits.hpp>

#include <array>
#include <utility>

/// Refused by the compiler: a save that would lose a part of what is saved.
namespace lade::inline LADE_ABI {

/// What a value holds: said by its type as `static constexpr contents holds`, or by a
/// specialisation.
template <class Value>
inline constexpr contents holds_of = [] {
    if constexpr (requires {
                      { Value::holds } -> std::convertible_to<contents>;
                  })
        return contents(Value::holds);
    else return contents{};
}();
/// The types of its tensors, where its type says them.
template <class Value>
inline constexpr dtype_set dtypes_of{};
/// The most axes that one of its tensors has, where its type says it.
template <class Value>
inline constexpr std::size_t axes_of = 0;

template <class Value>
concept model_part = !holds_of<Value>.empty();

/// Contents that the caller gives up, said aloud at the call: `save<file>(path, value,
/// drop<content::graph>)`.
template <content... Given>
struct dropped {
    static constexpr contents set = (contents{} | ... | contents(Given));
};
template <content... Given>
inline constexpr dropped<Given...> drop{};

/// What a save of the value in this format would lose without the caller having said so.
template <format Format, model_part Value, class Dropped = dropped<>>
inline constexpr contents lost = holds_of<Value> - trait<Format>::writes - Dropped::set;

/// For programs that ask: can this value be saved without loss?
template <class Value, class Format, class Dropped = dropped<>>
concept storable = format<Format> && model_part<Value> && lost<Format, Value, Dropped>.empty();

/// For people who err: the compiler prints the arguments of this template, and with them what would
/// be lost.
template <class Format, class Value, content... Lost>
struct save_without_loss {
    static_assert(sizeof...(Lost) == 0,
                  "this save would lose what Lost names; if you mean it, pass lade::drop<...>");
    static constexpr bool value = true;
};

/// A save in a format that this library only reads.
template <class Format, bool Writes>
struct format_is_written {
    static_assert(Writes, "this format is read-only");
    static constexpr bool value = true;
};

/// A save of elements that the format has no type for.
template <class Format, class Value, dtype... Lacking>
struct format_holds_dtypes {
    static_assert(sizeof...(Lacking) == 0,
                  "the format has no type for the elements that Lacking names");
    static constexpr bool value = true;
};

/// A save of a tensor with more axes than the format can hold.
template <class Format, class Value, std::size_t Axes, bool Holds>
struct format_holds_axes {
    static_assert(Holds, "the format cannot hold a tensor with as many axes as Axes tells");
    static constexpr bool value = true;
};

/// A view into a file of a format that may compress its tensors.
template <class Format, bool ZeroCopy>
struct format_can_be_viewed {
    static_assert(
        ZeroCopy,
        "tensors of this format may be compressed or spread; load it instead of viewing it");
    static constexpr bool value = true;
};

namespace detail {

template <contents Set>
constexpr std::size_t count = [] {
    std::size_t n = 0;
    for (content one : every_content) n += Set.has(one);
    return n;
}();

template <contents Set>
constexpr auto members = [] {
    std::array<content, count<Set>> list{};
    std::size_t n = 0;
    for (content one : every_content)
        if (Set.has(one)) list[n++] = one;
    return list;
}();

template <class Format, class Value, contents Set, std::size_t... Index>
constexpr bool refuse_loss(std::index_sequence<Index...>) {
    return save_without_loss<Format, Value, members<Set>[Index]...>::value;
}

/// The types that `Value` has and `Format` has not.
template <class Format, class Value>
constexpr dtype_set lacking = [] {
    dtype_set set;
    set.bits = dtypes_of<Value>.bits & ~trait<Format>::dtypes.bits;
    return set;
}();
template <dtype_set Set>
constexpr std::size_t count_types = [] {
    std::size_t n = 0;
    for (auto const& row : dtypes) n += Set.has(row.type);
    return n;
}();
template <dtype_set Set>
constexpr auto member_types = [] {
    std::array<dtype, count_types<Set>> list{};
    std::size_t n = 0;
    for (auto const& row : dtypes)
        if (Set.has(row.type)) list[n++] = row.type;
    return list;
}();
template <class Format, class Value, dtype_set Set, std::size_t... Index>
constexpr bool refuse_types(std::index_sequence<Index...>) {
    return format_holds_dtypes<Format, Value, member_types<Set>[Index]...>::value;
}

}  // namespace detail

/// Refuses to compile where the format has no type for some elements.
template <format Format, class Value>
consteval bool check_dtypes() {
    constexpr dtype_set set = detail::lacking<Format, Value>;
    return detail::refuse_types<Format, Value, set>(
        std::make_index_sequence<detail::count_types<set>>{});
}

/// Refuses to compile where something would be lost, or has too many axes; costs nothing when
/// running.
template <format Format, model_part Value, class Dropped = dropped<>>
consteval bool check_lossless() {
    constexpr contents set = lost<Format, Value, Dropped>;
    static_assert(format_holds_axes<Format, Value, axes_of<Value>,
                                    (axes_of<Value> <= trait<Format>::max_rank)>::value);
    return detail::refuse_loss<Format, Value, set>(std::make_index_sequence<detail::count<set>>{});
}

}  // namespace lade::inline LADE_ABI
