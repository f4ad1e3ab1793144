// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/type_list.hpp>
#include <lade/format/opened.hpp>
#include <lade/format/writer.hpp>

namespace lade::inline LADE_ABI {

// For people who err: the compiler prints the arguments of these templates, and with them the
// format that lacks something.

template <class Format, bool States>
struct format_states_what_it_reads {
    static_assert(States, "state the contents that the format holds: `reads`");
    static constexpr bool value = true;
};
template <class Format, bool Detects>
struct format_detects {
    static_assert(Detects,
                  "give the format a `confidence detect(head const&)`, or one of a "
                  "zip::archive const& or a file_set const&");
    static constexpr bool value = true;
};
template <class Format, bool Reads>
struct format_has_reader {
    static_assert(Reads, "give the format a `result<flow> read(any_source, any_sink&, options)`");
    static constexpr bool value = true;
};
template <class Format, bool Fits>
struct format_writes_what_it_reads {
    static_assert(Fits,
                  "`writes` and a class `writer` go together, and nothing is written that is not "
                  "read");
    static constexpr bool value = true;
};
template <bool Distinct, class... Formats>
struct formats_are_distinct {
    static_assert(Distinct,
                  "a format, or the name of one of that shape, stands twice in this list");
    static constexpr bool value = true;
};

namespace detail {

template <class Format>
concept detects_something = requires(head const& ends) {
    { format_traits<Format>::detect(ends) } -> std::same_as<confidence>;
} || requires(zip::archive const& in) {
    { format_traits<Format>::detect(in) } -> std::same_as<confidence>;
} || requires(file_set& files) {
    { format_traits<Format>::detect(files) } -> std::same_as<confidence>;
};

template <class Format>
concept reads_something = requires(any_source from, any_sink& to, options_of<Format> const& with) {
    { format_traits<Format>::read(from, to, with) } -> std::same_as<result<flow>>;
} || requires(zip::archive& from, any_sink& to, options_of<Format> const& with) {
    { format_traits<Format>::read(from, to, with) } -> std::same_as<result<flow>>;
} || requires(file_set& from, any_sink& to, options_of<Format> const& with) {
    { format_traits<Format>::read(from, to, with) } -> std::same_as<result<flow>>;
};

template <class... Formats>
consteval bool names_differ() {
    constexpr std::array<std::string_view, sizeof...(Formats)> names{trait<Formats>::name...};
    constexpr std::array<file_shape, sizeof...(Formats)> shapes{trait<Formats>::shape...};
    for (std::size_t i = 0; i < names.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (names[i] == names[j] && shapes[i] == shapes[j]) return false;
    return true;
}
template <class... Formats>
consteval bool refuse_twins() {
    constexpr bool distinct = are_distinct<Formats...> && names_differ<Formats...>();
    return formats_are_distinct<distinct, Formats...>::value;
}

}  // namespace detail

/// Refuses to compile a specialisation of format_traits that the verbs could not use, in words that
/// name what it lacks; for a format's own tests: `static_assert(check_format<acme::blob>());`. A
/// format that is written may do without `detect`: it is then read by those who name it.
template <format Format>
consteval bool check_format() {
    using promise = trait<Format>;
    return format_states_what_it_reads<Format, !promise::reads.empty()>::value &&
               format_detects < Format,
           detail::detects_something<Format> ||
               writable < Format >> ::value &&
                   format_has_reader<Format, detail::reads_something<Format>>::value &&
                   format_writes_what_it_reads < Format,
           (writable<Format> == !promise::writes.empty()) &&
               (promise::writes - promise::reads).empty() > ::value;
}

}  // namespace lade::inline LADE_ABI
