// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/numpy/extent.hpp>

#include <string>

namespace lade::inline LADE_ABI::numpy {

/// Reads the header and checks that the elements lie inside the source.
/// Errors: those of read_extent and read_dictionary.
template <source Source>
result<lade::npy::header> read_header(Source& from, limits const& bounds = {}) {
    auto const where = read_extent(from, bounds);
    if (!where) return where.error();
    std::string text(static_cast<std::size_t>(where->size), '\0');
    if (auto const done = from.read(where->begin, std::as_writable_bytes(std::span(text))); !done)
        return done.error();
    return read_dictionary(text, *where, from.size(), bounds);
}

}  // namespace lade::inline LADE_ABI::numpy
