// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/io/system.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace lade::inline LADE_ABI::io {

/// Asks for pages of 2 MiB under fresh memory, where the system has them: the first touch of a page
/// costs more than copying it, so that filling large blocks gets several times faster. Advice only;
/// nothing depends on it.
inline void use_large_pages(std::span<std::byte> memory) {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
    constexpr std::uintptr_t page = std::uintptr_t{1} << 21;
    auto const begin = (reinterpret_cast<std::uintptr_t>(memory.data()) + page - 1) & ~(page - 1);
    auto const end =
        (reinterpret_cast<std::uintptr_t>(memory.data()) + memory.size()) & ~(page - 1);
    if (begin < end) (void)::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
#else
    (void)memory;
#endif
}

}  // namespace lade::inline LADE_ABI::io
