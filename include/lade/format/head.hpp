// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/source.hpp>
#include <lade/format/traits.hpp>

#include <array>

namespace lade::inline LADE_ABI {

/// The ends of a file: what most formats are recognised by.
struct head {
    bytes::view first;       ///< the first bytes, at most head_bytes::most
    bytes::view last;        ///< the last bytes, at most 64
    std::uint64_t size = 0;  ///< of the whole file

    constexpr bool starts_with(std::string_view signature) const {
        return bytes::starts_with(first, signature);
    }
    /// Whether `signature` stands at `offset`.
    constexpr bool has(std::size_t offset, std::string_view signature) const {
        return offset <= first.size() && bytes::starts_with(first.subspan(offset), signature);
    }
};

/// Reads the ends of a source and keeps them.
class head_bytes {
  public:
    static constexpr std::size_t most = 4096;

    /// Errors: those of the source.
    template <source S>
    result<head> read(S& from) {
        std::uint64_t const size = from.size();
        auto const first =
            std::span(first_).first(static_cast<std::size_t>(size < most ? size : most));
        auto const last = std::span(last_).first(static_cast<std::size_t>(size < 64 ? size : 64));
        if (auto const done = from.read(0, first); !done) return done.error();
        if (auto const done = from.read(size - last.size(), last); !done) return done.error();
        return head{first, last, size};
    }

  private:
    std::array<std::byte, most> first_;
    std::array<std::byte, 64> last_;
};

}  // namespace lade::inline LADE_ABI
