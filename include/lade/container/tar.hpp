// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/arena.hpp>
#include <lade/base/result.hpp>
#include <lade/bytes/checked.hpp>
#include <lade/bytes/source.hpp>
#include <lade/bytes/view.hpp>

#include <string_view>

/// The members of a tar file (POSIX.1-1988 ustar, as Python's tarfile writes it): headers of 512
/// bytes, each followed by its data filled up to 512.
///
///     byte  size  member
///        0   100  name            NUL-terminated unless full
///      124    12  size            octal digits; bytes of data
///      148     8  checksum        octal: sum of the header's bytes, these eight counted as spaces
///      156     1  type            '0' or NUL: a file; everything else is passed over
///      257     5  "ustar"
///
/// A block of zeros ends the archive.
namespace lade::inline LADE_ABI::tar {

namespace ids {
inline constexpr error_id bad_header{"tar.bad_header", kind::corrupt,
                                     "a header of the archive is damaged"};
inline constexpr error_id bad_size{"tar.bad_size", kind::corrupt,
                                   "a member is longer than the file"};
}  // namespace ids

struct member {
    std::string_view name;
    std::uint64_t offset = 0, size = 0;  ///< of the data
};

namespace detail {

/// A number in octal digits, with spaces and a NUL around it.
constexpr std::optional<std::uint64_t> octal(std::string_view text) {
    std::uint64_t value = 0;
    bool any = false;
    for (char c : text) {
        if (c == ' ' && !any) continue;
        if (c == ' ' || c == '\0') break;
        if (c < '0' || c > '7' || value >> 61 != 0) return std::nullopt;
        value = value * 8 + static_cast<std::uint64_t>(c - '0');
        any = true;
    }
    return any ? std::optional(value) : std::nullopt;
}

}  // namespace detail

/// All files of the archive. Errors: tar.bad_header, tar.bad_size, limit.exceeded, those of the
/// source.
inline result<arena_list<member>> members(any_source from, arena& memory) {
    arena_list<member> found(memory);
    std::uint64_t at = 0;
    while (bytes::inside(at, 512, from.size())) {
        std::byte raw[512];
        if (auto const done = from.read(at, raw); !done) return done.error();
        std::string_view const header = bytes::text(raw);
        if (header.find_first_not_of('\0') == header.npos) break;
        std::uint64_t sum = 8 * std::uint64_t{' '};
        for (std::size_t i = 0; i < 512; ++i)
            if (i < 148 || i >= 156) sum += static_cast<std::uint64_t>(raw[i]);
        auto const told = detail::octal(header.substr(148, 8));
        if (!told || *told != sum) return fail(ids::bad_header, at, told.value_or(0), sum);
        auto const size = detail::octal(header.substr(124, 12));
        if (!size) return fail(ids::bad_header, at + 124);
        if (!bytes::inside(at + 512, *size, from.size()))
            return fail(ids::bad_size, at, from.size(), *size);
        if (header[156] == '0' || header[156] == '\0') {
            std::string_view const name =
                header.substr(0, std::min<std::size_t>(100, header.find('\0')));
            auto const kept = memory.copy(name.starts_with("./") ? name.substr(2) : name);
            if (kept.data() == nullptr || !found.push({kept, at + 512, *size}))
                return memory.exhausted();
        }
        at += 512 + bytes::aligned(*size, 512);
    }
    return found;
}

}  // namespace lade::inline LADE_ABI::tar
