// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/format/filter.hpp>
#include <lade/save.hpp>

namespace lade::inline LADE_ABI {

/// Converts an opened file into `To`, in two passes and in blocks: memory does not grow with the
/// file. Errors: those of both formats, save.*, cast.*.
template <format From, format To>
result<void> try_convert(opened& in, output_set& out, filter_options const& filter = {},
                         options_of<From> const& reading = {},
                         save_options_of<To> const& writing = {}, contents dropped = {},
                         contents tacit = {}) {
    static_assert(format_is_written<To, writable<To>>::value);
    return detail::write<To>(
        out,
        [&](any_sink& sink) -> result<flow> {
            if (!filter.is_active()) return read<From>(in, sink, reading);
            filtered through(sink, filter);
            return read<From>(in, through, reading);
        },
        writing, dropped, tacit);
}

/// Converts a file into another format, holding at most a block of a tensor in memory (the whole
/// tensor where its format must decode it at once). The new file appears whole or not at all. A
/// conversion that can only lose a part does not compile unless the part is dropped aloud:
/// `lade::convert<torch::zip, safetensors::file>(a, b)` keeps the weights and drops objects that
/// have no tensors only if the file has some: then it is the error save.would_lose. Errors: those
/// of both formats, save.*.
template <format From, format To, where In, content... Given>
result<void> try_convert(In const& in, path const& out, dropped<Given...> = {}) {
    auto const file = open_at(in);
    if (!file) return file.error();
    output_set to(out);
    // a pickle always has objects; what tensors do not need of them is what a conversion is for
    return try_convert<From, To>(**file, to, {}, {}, {}, dropped<Given...>::set, content::objects)
        .in((*file)->name());
}
#if LADE_EXCEPTIONS
/// `try_convert`, its errors thrown.
template <format From, format To, where In, content... Given>
void convert(In const& in, path const& out, dropped<Given...> given = {}) {
    value_or_throw(try_convert<From, To>(in, out, given));
}
#endif

}  // namespace lade::inline LADE_ABI
