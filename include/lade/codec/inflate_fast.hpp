// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/endian.hpp>
#include <lade/codec/cpu.hpp>
#include <lade/codec/inflate_table.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

/// The inner loop of inflate: symbols in the middle of a block, away from the ends of input and
/// output.
namespace lade::inline LADE_ABI::codec::detail {

/// The 32 KiB in front of the output at hand, in a ring.
struct inflate_window {
    static constexpr std::size_t size = 32768;

    std::array<std::byte, size> ring;
    std::size_t at = 0;    ///< where the next byte goes
    std::size_t have = 0;  ///< bytes that are known

    void append(std::byte const* from, std::size_t count) {
        if (count > size) {
            from += count - size;
            count = size;
        }
        std::size_t const first = count < size - at ? count : size - at;
        std::memcpy(ring.data() + at, from, first);
        std::memcpy(ring.data(), from + first, count - first);
        at = (at + count) % size;
        have = have + count < size ? have + count : size;
    }

    /// The byte so far back; 1 is the last. Precondition: 1 <= back <= have.
    constexpr std::byte before(std::size_t back) const { return ring[(at - back) % size]; }
};

/// Where one call reads and writes. `begin` is the first byte of the output at hand.
struct inflate_io {
    std::byte const* in;
    std::byte const* in_end;
    std::byte* begin;
    std::byte* out;
    std::byte* out_end;
    inflate_window const* window = nullptr;  ///< none: nothing lies before `begin`

    /// Bytes that a distance may reach back from `place`.
    constexpr std::size_t known(std::byte const* place) const {
        return static_cast<std::size_t>(place - begin) + (window != nullptr ? window->have : 0);
    }
};

/// The tables of the block at hand.
struct inflate_codes {
    std::array<table_entry, literal_entries> literals;
    std::array<table_entry, distance_entries> distances;
};

/// Bits that were taken from the input and not used yet, lowest first; zero above `count`.
struct inflate_bits {
    std::uint64_t bits = 0;
    unsigned count = 0;
    std::uint32_t distance = 0;  ///< the one that was too far
};

/// Why the loop ended.
enum class inflate_stop : std::uint8_t { margin, end, bad_code, far_distance };

inline constexpr std::size_t inflate_input_margin = 16;  // two words
inline constexpr std::size_t inflate_output_margin =
    320;  // sixteen literals, a match of 258, and a word beyond

/// Little-endian.
template <class Word>
inline void put_word(std::byte* to, Word word) {
    if constexpr (bytes::native_order == bytes::order::big) bytes::store_le(to, word);
    else std::memcpy(to, &word, sizeof word);
}

template <bool Bmi>
LADE_CODEC_INLINE inflate_stop inflate_fast_body(inflate_codes const& codes, inflate_bits& reader,
                                                 inflate_io& io) {
    std::byte const* in = io.in;
    std::byte* out = io.out;
    std::byte const* const in_safe = io.in_end - inflate_input_margin;
    std::byte* const out_safe = io.out_end - inflate_output_margin;
    table_entry const* const literals = codes.literals.data();
    table_entry const* const distances = codes.distances.data();
    std::uint64_t bits = reader.bits;
    unsigned count = reader.count;
    inflate_stop stop = inflate_stop::margin;

    constexpr std::uint64_t literal_mask = (1U << literal_root) - 1;
    constexpr std::uint64_t distance_mask = (1U << distance_root) - 1;
    // of `count` only the low byte counts in here
    auto const refill = [&] {  // at least 56 bits
        bits |= bytes::load_le<std::uint64_t>(in) << (count & 63U);
        in += 7 - (count >> 3 & 7U);
        count |= 56;
    };
    auto const drop = [&](table_entry e) {
        bits >>= e & 63U;
        count -= static_cast<unsigned>(e);
    };
    auto const value = [&](table_entry e) {
        return entry::value(e) +
               static_cast<std::uint32_t>((bits & ((std::uint64_t{1} << (e & 63U)) - 1)) >>
                                          entry::code_bits(e));
    };
    auto const linked = [&](table_entry e) {
        return entry::value(e) + (bits & ((1U << entry::code_bits(e)) - 1));
    };
    // writes the literals of `e` and gives the entry behind them: this chain bounds the speed
    auto const put_literals = [&](table_entry e) {
        std::uint64_t index = 0;
#if LADE_CODEC_X86
        if constexpr (Bmi)
            __asm__("bextr {%2, %1, %0|%0, %1, %2}" : "=r"(index) : "r"(bits), "r"(e) : "cc");
        else
#endif
            index = (bits >> (e & 63U)) & literal_mask;
        table_entry const next = literals[index];
        put_word(out, entry::value(e));
        out += entry::literals(e);
        drop(e);
        return next;
    };

    refill();
    table_entry e = literals[bits & literal_mask];
    do {
        // `e` is the entry of the next symbol, looked up before the refill so as not to wait
        // for it
        refill();
        if ((e & entry::literal) != 0) {  // four of at most 10 bits leave 16
            e = put_literals(e);
            if ((e & entry::literal) != 0) {
                e = put_literals(e);
                if ((e & entry::literal) != 0) {
                    e = put_literals(e);
                    if ((e & entry::literal) != 0) {
                        e = put_literals(e);
                        continue;
                    }
                }
            }
        }
        if ((e & entry::special) != 0) {  // 26 bits are left, a length takes 20
            if ((e & entry::link) != 0) {
                drop(literal_root);
                e = literals[linked(e)];
            }
            if ((e & entry::literal) != 0) {
                *out++ = static_cast<std::byte>(e >> 32 & 0xffU);
                drop(e);
                e = literals[bits & literal_mask];
                continue;
            }
            if ((e & entry::special) != 0) {
                if ((e & entry::end) != 0) {
                    drop(e);
                    stop = inflate_stop::end;
                } else {
                    stop = inflate_stop::bad_code;
                }
                break;
            }
        }
        std::uint32_t length = value(e);
        drop(e);

        refill();
        table_entry d = distances[bits & distance_mask];
        if ((d & entry::special) != 0) {
            if ((d & entry::link) != 0) {
                drop(distance_root);
                d = distances[linked(d)];
            }
            if ((d & entry::special) != 0) {
                stop = inflate_stop::bad_code;
                break;
            }
        }
        std::uint32_t const distance = value(d);
        drop(d);
        e = literals[bits & literal_mask];

        auto const here = static_cast<std::size_t>(out - io.begin);
        if (distance > here) {
            if (distance > io.known(out)) {
                reader.distance = distance;
                stop = inflate_stop::far_distance;
                break;
            }
            for (std::size_t back = distance - here; back != 0 && length != 0; --back, --length)
                *out++ = io.window->before(back);
            if (length == 0) continue;
        }
        std::byte const* from = out - distance;
        std::byte* const end = out + length;
        if (distance >= 8) {
            do {
                put_word(out, bytes::load_le<std::uint64_t>(from));
                from += 8;
                out += 8;
            } while (out < end);
        } else if (distance == 1) {
            std::uint64_t const word = 0x0101010101010101U * static_cast<std::uint64_t>(*from);
            do {
                put_word(out, word);
                out += 8;
            } while (out < end);
        } else {
            // eight bytes of the pattern, then on in steps that are multiples of the distance
            for (unsigned i = 0; i < 8; ++i) out[i] = from[i];
            std::uint64_t const word = bytes::load_le<std::uint64_t>(out);
            unsigned const step = 8 - 8 % distance;
            do {
                put_word(out, word);
                out += step;
            } while (out < end);
        }
        out = end;
    } while (in <= in_safe && out <= out_safe);

    count &= 0xffU;
    in -= count / 8;  // give whole bytes back
    count %= 8;
    io.in = in;
    io.out = out;
    reader.bits = bits & ((std::uint64_t{1} << count) - 1);
    reader.count = count;
    return stop;
}

inline inflate_stop inflate_fast_portable(inflate_codes const& codes, inflate_bits& reader,
                                          inflate_io& io) {
    return inflate_fast_body<false>(codes, reader, io);
}

#if LADE_CODEC_X86
[[gnu::target("bmi,bmi2")]] inline inflate_stop inflate_fast_bmi(inflate_codes const& codes,
                                                                 inflate_bits& reader,
                                                                 inflate_io& io) {
    return inflate_fast_body<true>(codes, reader, io);
}
#endif

/// Decodes symbols until the block ends or fewer bytes than the margins are left. Preconditions:
/// both margins are there; fewer than 8 bits in `reader`. Postcondition: fewer than 8 bits in
/// `reader`. After an error `in` stands near it.
inline inflate_stop inflate_fast(inflate_codes const& codes, inflate_bits& reader, inflate_io& io) {
#if LADE_CODEC_X86
    if (cpu().bmi2) return inflate_fast_bmi(codes, reader, io);
#endif
    return inflate_fast_portable(codes, reader, io);
}

}  // namespace lade::inline LADE_ABI::codec::detail
