// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/error.hpp>

#include <cstdint>

namespace lade::inline LADE_ABI {

namespace ids {
inline constexpr error_id limit{"limit.exceeded", kind::unsupported,
                                "a limit that guards against hostile files was reached",
                                "if the file is trusted, raise the limit in lade::limits"};
inline constexpr error_id out_of_memory{"memory.exhausted", kind::io,
                                        "the memory that the caller gave is used up",
                                        "pass a larger scratch"};
}  // namespace ids

/// What a file may ask for. Every member bounds memory or time that a small file could otherwise
/// claim.
struct limits {
    /// Bytes of bookkeeping (nodes, names, tables) for each byte of metadata read. A pickle opcode
    /// of one byte makes a node of 24 bytes and slots of 4; 128 leaves room for growth by doubling.
    std::uint64_t bookkeeping_per_byte = 128;
    /// Bookkeeping that is always granted, so that small files never meet the ratio.
    std::uint64_t bookkeeping_floor = 1U << 20;
    /// Depth of containers in containers that a walk enters. Python itself pickles no more than
    /// about 1000 by default.
    std::uint32_t depth = 4096;
    /// Bytes that one tensor may have when it is decoded, as a multiple of the bytes stored for it.
    /// Deflate reaches 1032; a stride of 0 or a compressed chunk could claim any size.
    std::uint64_t expansion = 1100;
    /// Decoded bytes of one tensor that are always granted: an expanded bias or a chunk of zeros is
    /// no attack.
    std::uint64_t expansion_floor = std::uint64_t{1} << 26;
    /// The header of a safetensors file (the format's own validator: 100 MB).
    std::uint64_t header = 100'000'000;
    /// Axes of a tensor. NumPy stops at 64; nothing else goes higher.
    std::uint32_t rank = 64;

    /// Bytes of bookkeeping granted for `size` bytes of metadata.
    constexpr std::uint64_t bookkeeping(std::uint64_t size) const {
        if (bookkeeping_per_byte != 0 &&
            size > (~std::uint64_t{0} - bookkeeping_floor) / bookkeeping_per_byte)
            return ~std::uint64_t{0};
        return size * bookkeeping_per_byte + bookkeeping_floor;
    }
    /// Decoded bytes granted for `stored` bytes.
    constexpr std::uint64_t decoded(std::uint64_t stored) const {
        if (expansion != 0 && stored > (~std::uint64_t{0} - expansion_floor) / expansion)
            return ~std::uint64_t{0};
        return stored * expansion + expansion_floor;
    }
};

}  // namespace lade::inline LADE_ABI
