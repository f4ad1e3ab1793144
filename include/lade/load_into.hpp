// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bind/give.hpp>
#include <lade/bind/sinks.hpp>
#include <lade/formats.hpp>
#include <lade/io/large_pages.hpp>
#include <lade/where.hpp>

namespace lade::inline LADE_ABI {

/// How a file is loaded into a struct. A name of the file loses its root, then its prefix; then
/// `only` decides, and pairs (`as`) and `rename` give it the name of a field.
template <class Reading = no_options>
struct into_options {
    /// Every field has a tensor in the file, every tensor a field, and types and shapes agree: else
    /// nothing is loaded. False: what fits is loaded, and the report tells the rest.
    bool strict = true;
    /// A glob of names. Tensors that do not match are none of the file's, and fields that do not
    /// match are not missed.
    std::string_view only{};
    /// Name of the entry whose members are wanted: "model" of `torch.save({'model': ...})`. What
    /// does not lie below it is none of the file's.
    std::string_view root{};
    /// What a wrapper put in front of names, taken off where it is: "module." of DataParallel.
    std::string_view prefix{};
    /// {"from", "to"}: `from` with at most one `*`, which is put where `to` has one.
    std::vector<std::pair<std::string, std::string>> rename{};
    /// Convert numbers of other types than the field's, each checked for range.
    bool cast = false;
    /// Let vectors and spans take tensors of any shape, in row-major order.
    bool flatten = false;
    /// Gets the report, also when the load is refused.
    report* tell = nullptr;
    /// What the format itself can be told.
    Reading reading{};
};

namespace detail {

template <class Choice>
struct into_options_for {
    using type = into_options<>;
};
template <format Format>
struct into_options_for<Format> {
    using type = into_options<options_of<Format>>;
};

/// Whether a span below the type wants to point into the file.
template <class T, class... Seen>
consteval bool has_views() {
    if constexpr (is_among<T, Seen...>) {
        return false;
    } else if constexpr (tensor_like<T>) {
        return tensor_trait<T>::is_view;
    } else if constexpr (has_fields<T>) {
        bool found = false;
        each_field_type<T>([&]<class Member, bool>(std::string_view) {
            found = found || has_views<Member, T, Seen...>();
        });
        return found;
    } else if constexpr (bindable<T>) {
        return has_views<typename held<T>::type, T, Seen...>();
    } else {
        return false;
    }
}

}  // namespace detail

template <format_choice Choice>
using into_options_of = typename detail::into_options_for<Choice>::type;

/// Refused by the compiler, which prints the arguments: spans of const elements point into the
/// file, which must be mapped, and stay so.
template <class Struct, class Where, bool Stays>
struct spans_outlive_their_file {
    static_assert(Stays,
                  "Struct has spans of const elements, which point into the file: give a "
                  "source that outlives it, such as a lade::mapped_file of your own");
    static constexpr bool value = true;
};

namespace detail {

template <format Format, class T, class Options>
result<report> load_into(T& object, opened& file, Options const& options,
                         options_of<Format> const& reading, std::span<name_rule const> pairs) {
    bind_settings how;
    how.names = {options.only,   options.root, options.prefix,
                 options.rename, pairs,        trait<Format>::separator};
    how.strict = options.strict;
    how.cast = options.cast;
    how.flatten = options.flatten;

    tensor_table tensors;
    name_sink names(tensors);
    if (auto const done = read<Format>(file, names, reading); !done) return done.error();
    auto plan = bind_plan::of(object, tensors, how);
    if (!plan) return plan.error();
    if (options.tell != nullptr) *options.tell = plan->told();
    if (how.strict && !plan->told().complete()) return plan->incomplete();

    filling_sink fill(*plan, tensors, plan->grow(object, tensors, how), io::use_large_pages);
    if (!fill.is_done()) {
        if (auto const done = read<Format>(file, fill, reading); !done) return done.error();
        if (!fill.is_done()) return fail(ids::file_changed);
    }
    return std::move(plan->told());
}

}  // namespace detail

/// Loads the tensors of a file into the fields of a struct, by name, straight into their memory;
/// nothing is transposed, converted or renamed unless asked, and what was asked for is in the
/// report.
///
/// What the struct is made of: fields named by `lade::bind` (or by bind/pfr.hpp), tensors
/// (bind/tensor_trait.hpp), arrays, vectors, maps with text keys, optionals. Vectors and maps that
/// are empty get the members that the file has; an optional has a value if the file has one.
///
/// `at`: a path, bytes in memory, or a source. Without a format it is found from the content.
/// Names, types and shapes are compared before anything is written: a load that is refused leaves
/// the struct as it was. If the bytes themselves turn out to be damaged, or a number to be out of
/// range, fields may have been written.
///
/// Errors: bind.incomplete, bind.duplicate_name, cast.*, tensor.not_bool, memory.exhausted; of
/// spans into the file bind.not_in_place, tensor.unaligned; those of detection, of the format, of
/// the operating system.
template <format_choice Choice = all_formats, class T, class At, class... Pairs>
    requires where<std::remove_cvref_t<At>>
result<report> try_load_into(T& object, At&& at, into_options_of<Choice> const& options = {},
                             Pairs... pairs) {
    static_assert(type_is_bound<T, bindable<T>>::value);
    static_assert(detail::check_pairs<T, Pairs...>());
    if constexpr (detail::has_views<T>())
        static_assert(spans_outlive_their_file < T, At,
                      std::is_lvalue_reference_v<At> &&
                          source < std::remove_reference_t<At> const >> ::value);
    (void(pairs), ...);
    auto const file = open_at(at);
    if (!file) return file.error();
    auto const& rules = detail::rules_of<Pairs...>;
    result<report> outcome = fail(ids::unknown_format);
    if constexpr (format<Choice>) {
        outcome = detail::load_into<Choice>(object, **file, options, options.reading, rules);
    } else {
        outcome = with_format_of<report, Choice>(**file, [&]<class Format>() {
            return detail::load_into<Format>(object, **file, options, options_of<Format>{}, rules);
        });
    }
    return std::move(outcome).in((*file)->name());
}
template <format_choice Choice = all_formats, class T, class At, fixed_string From, fixed_string To,
          bool Transposed, class... Pairs>
    requires where<std::remove_cvref_t<At>>
result<report> try_load_into(T& object, At&& at, name_pair<From, To, Transposed> first,
                             Pairs... pairs) {
    return try_load_into<Choice>(object, std::forward<At>(at), into_options_of<Choice>{}, first,
                                 pairs...);
}
#if LADE_EXCEPTIONS
/// `try_load_into`, its errors thrown.
template <format_choice Choice = all_formats, class T, class At, class... Pairs>
    requires where<std::remove_cvref_t<At>>
report load_into(T& object, At&& at, into_options_of<Choice> const& options = {}, Pairs... pairs) {
    return value_or_throw(try_load_into<Choice>(object, std::forward<At>(at), options, pairs...));
}
template <format_choice Choice = all_formats, class T, class At, fixed_string From, fixed_string To,
          bool Transposed, class... Pairs>
    requires where<std::remove_cvref_t<At>>
report load_into(T& object, At&& at, name_pair<From, To, Transposed> first, Pairs... pairs) {
    return value_or_throw(try_load_into<Choice>(object, std::forward<At>(at), first, pairs...));
}
#endif

}  // namespace lade::inline LADE_ABI
