// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/format/check.hpp>
#include <lade/format/foreign.hpp>
#include <lade/format/opened.hpp>
#include <lade/torch/foreign.hpp>

namespace lade::inline LADE_ABI {

/// A list of formats: among which a file's format is found. `all_formats::with<acme::blob>` adds
/// one of a program's own. No format, and no name of one, stands twice.
template <format... Formats>
struct format_list {
    static_assert(detail::refuse_twins<Formats...>());

    template <format... More>
    using with = format_list<Formats..., More...>;

    static constexpr std::size_t size = sizeof...(Formats);

    /// Calls `visit.template operator()<Format>()` for each, in order, until one returns true.
    template <class Visit>
    static constexpr bool any(Visit&& visit) {
        return (visit.template operator()<Formats>() || ...);
    }
};

/// A format, or a list of formats to choose from.
template <class T>
concept format_choice = format<T> || requires {
    T::size;
    typename T::template with<>;
};

namespace detail {

template <class Choice>
struct as_list {
    using type = format_list<Choice>;
};
template <class... Formats>
struct as_list<format_list<Formats...>> {
    using type = format_list<Formats...>;
};

}  // namespace detail

/// Finds the format of a file by its content and calls `use.template operator()<Format>()`, which
/// gives a result. Errors: format.unknown and what `foreign` tells; format.ambiguous; the error of
/// a container that is broken.
template <class Result, class List, class Use>
result<Result> with_format_of(opened& file, Use&& use) {
    confidence best = confidence::no;
    std::string_view chosen, also;
    List::any([&]<class Format>() {
        confidence const sure = detect<Format>(file);
        if (sure == confidence::no) return false;
        if (sure > best) {
            best = sure;
            chosen = trait<Format>::name;
            also = {};
        } else if (sure == confidence::certain && best == confidence::certain &&
                   chosen != trait<Format>::name) {
            also = trait<Format>::name;
        }
        return false;
    });
    if (!also.empty()) return fail(ids::ambiguous_format).in(also).in(chosen);
    result<Result> outcome = fail(ids::unknown_format);
    if (best == confidence::no) {
        if (file.broken() != nullptr) return *file.broken();
        if (!file.has_file())
            return fail(file.files().what() == io::entry::directory ? ids::is_directory
                                                                    : ids::not_found);
        if (file.archive() != nullptr) {
            error_id const* const known = torch::foreign(*file.archive());
            return fail(known != nullptr ? *known : ids::unknown_archive);
        }
        return fail(foreign(file.ends()));
    }
    List::any([&]<class Format>() {
        if (trait<Format>::name != chosen || detect<Format>(file) != best) return false;
        outcome = use.template operator()<Format>();
        return true;
    });
    return outcome;
}

}  // namespace lade::inline LADE_ABI
