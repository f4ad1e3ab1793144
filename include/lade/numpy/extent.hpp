// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/source.hpp>
#include <lade/container/npy.hpp>

/// Where the parts of an .npy file lie.
namespace lade::inline LADE_ABI::numpy {

namespace ids {
inline constexpr error_id bad_magic{"npy.bad_magic", kind::corrupt,
                                    "the file does not begin as an .npy file does"};
inline constexpr error_id unknown_version{"npy.version", kind::unsupported,
                                          "the file is of a version that is not known"};
inline constexpr error_id truncated{"npy.truncated", kind::corrupt,
                                    "the header, or the elements, end beyond the file",
                                    "the file is cut short; fetch it again"};
}  // namespace ids

/// The dictionary of an .npy file.
struct header_extent {
    std::uint64_t begin = 0;
    std::uint64_t size = 0;
};

/// Errors: npy.bad_magic, npy.version, npy.truncated, limit.exceeded, those of the source.
template <source Source>
result<header_extent> read_extent(Source& from, limits const& bounds = {}) {
    std::uint64_t const size = from.size();
    std::array<std::byte, 12> start{};
    if (size < 10) return fail(ids::bad_magic, 0, 10, size);
    if (auto const done = from.read(0, std::span(start).first(10)); !done) return done.error();
    if (!bytes::starts_with(start, lade::npy::signature)) return fail(ids::bad_magic, 0);
    auto const major = static_cast<std::uint8_t>(start[6]);
    if (major < 1 || major > 3 || start[7] != std::byte{0})
        return fail(ids::unknown_version, 6, 3, major);
    std::uint64_t const begin = major == 1 ? 10 : 12;
    if (major > 1) {
        if (size < 12) return fail(ids::truncated, 8, 12, size);
        if (auto const done = from.read(10, std::span(start).last(2)); !done) return done.error();
    }
    std::uint64_t const length = major == 1 ? bytes::load_le<std::uint16_t>(start.data() + 8)
                                            : bytes::load_le<std::uint32_t>(start.data() + 8);
    if (length > size - begin) return fail(ids::truncated, begin, length, size - begin);
    if (length > bounds.header) return fail(lade::ids::limit, 8, bounds.header, length);
    return header_extent{begin, length};
}

/// Reads the dictionary `text` of a file of `size` bytes and checks that the elements lie in it.
/// Errors: npy.truncated, those of npy::parse_header.
inline result<lade::npy::header> read_dictionary(std::string_view text, header_extent where,
                                                 std::uint64_t size, limits const& bounds = {}) {
    auto parsed = lade::npy::parse_header(text, where.begin, bounds.rank);
    if (!parsed) return parsed;
    parsed->data_begin = where.begin + where.size;
    auto const size_of_all = bytes::product(parsed->count, parsed->element.size);
    std::uint64_t const left = size - parsed->data_begin;
    if (!size_of_all || *size_of_all > left)
        return fail(ids::truncated, parsed->data_begin, size_of_all.value_or(~std::uint64_t{0}),
                    left);
    parsed->data_size = *size_of_all;
    return parsed;
}

}  // namespace lade::inline LADE_ABI::numpy
