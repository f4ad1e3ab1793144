// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/error.hpp>
#include <lade/bytes/endian.hpp>
#include <lade/codec/inflate_fast.hpp>
#include <lade/codec/inflate_table.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>

/// DEFLATE (RFC 1951): blocks of three bits header (last, type) and then
///
///     type  contents                                                              section
///     0     to the next byte; u16 LEN, u16 ~LEN, LEN bytes as they are            3.2.4
///     1     symbols in the fixed codes                                            3.2.6
///     2     HLIT-257 (5), HDIST-1 (5), HCLEN-4 (4), lengths of the codes, symbols 3.2.7
///     3     reserved: refused
///
/// What zlib refuses is refused: more than 286 or 30 codes, a code oversubscribed or incomplete
/// (but for a single distance of one bit), no code for the end of a block, a distance before the
/// first byte.
namespace lade::inline LADE_ABI::codec {

namespace ids {
inline constexpr error_id inflate_truncated{"inflate.truncated", kind::corrupt,
                                            "the compressed data end early",
                                            "the file is cut short; fetch it again"};
inline constexpr error_id inflate_short_output{"inflate.short_output", kind::corrupt,
                                               "the compressed data hold more bytes than was said"};
inline constexpr error_id inflate_reserved_block{"inflate.reserved_block", kind::corrupt,
                                                 "a block is of the reserved type"};
inline constexpr error_id inflate_bad_stored_length{
    "inflate.bad_stored_length",
    kind::corrupt,
    "the length of a stored block does not match its complement",
    {},
    numbers::hex};
inline constexpr error_id inflate_too_many_codes{"inflate.too_many_codes", kind::corrupt,
                                                 "a block has more codes than there are symbols"};
inline constexpr error_id inflate_bad_repeat{
    "inflate.bad_repeat", kind::corrupt,
    "the lengths of the codes repeat beyond their number or before the first"};
inline constexpr error_id inflate_oversubscribed{"inflate.oversubscribed", kind::corrupt,
                                                 "a prefix code has more codes than fit"};
inline constexpr error_id inflate_incomplete{"inflate.incomplete", kind::corrupt,
                                             "a prefix code leaves codes without a meaning"};
inline constexpr error_id inflate_no_end_code{"inflate.no_end_code", kind::corrupt,
                                              "a block has no code for its end"};
inline constexpr error_id inflate_bad_code{"inflate.bad_code", kind::corrupt,
                                           "the bits are no code"};
inline constexpr error_id inflate_far_distance{"inflate.far_distance", kind::corrupt,
                                               "a distance reaches before the first byte"};
}  // namespace ids

namespace detail {

enum class inflate_status : std::uint8_t { more_input, more_output, finished, failed };

/// Decodes DEFLATE, resumable at any byte of input and output. Never holds a whole byte of input at
/// the end of the last block, so that what follows the stream can be read from where `in` stands.
class inflate_engine {
  public:
    constexpr inflate_engine() {}

    /// Begins a new stream.
    constexpr void restart() {
        bits_ = {};
        state_ = state::block;
        last_ = false;
        in_length_ = false;
        fixed_ = false;
    }

    /// Goes as far as input and output allow. Bytes between `out` and `out_end` may be overwritten.
    constexpr inflate_status run(inflate_io& io) {
        for (;;) {
            bool go = true;
            switch (state_) {
                case state::block: go = read_block(io); break;
                case state::stored_length: go = read_stored_length(io); break;
                case state::stored: go = copy_stored(io); break;
                case state::code_counts: go = read_code_counts(io); break;
                case state::length_codes: go = read_length_codes(io); break;
                case state::lengths: go = read_lengths(io); break;
                case state::symbols: go = read_symbols(io); break;
                case state::match: go = copy_match(io); break;
                case state::finished: return inflate_status::finished;
                case state::failed: return inflate_status::failed;
            }
            if (!go)
                return waits_for_output_ ? inflate_status::more_output : inflate_status::more_input;
        }
    }

    /// The error after `failed`; `offset` is where `in` stands, counted from where the offsets
    /// shall count from.
    constexpr error failure(std::uint64_t offset) const {
        return fail(*failed_, offset - bits_.count / 8, expected_, found_);
    }

  private:
    enum class state : std::uint8_t {
        block,
        stored_length,
        stored,
        code_counts,
        length_codes,
        lengths,
        symbols,
        match,
        finished,
        failed
    };

    // All these give false if they wait for input or output.

    constexpr bool need(inflate_io& io, unsigned bits) {
        while (bits_.count < bits) {
            if (io.in == io.in_end) return wait_for_input();
            bits_.bits |= static_cast<std::uint64_t>(*io.in++) << bits_.count;
            bits_.count += 8;
        }
        return true;
    }
    constexpr unsigned take(unsigned bits) {
        auto const value = static_cast<unsigned>(bits_.bits & ((std::uint64_t{1} << bits) - 1));
        bits_.bits >>= bits;
        bits_.count -= bits;
        return value;
    }
    constexpr bool wait_for_input() {
        waits_for_output_ = false;
        return false;
    }
    constexpr bool wait_for_output() {
        waits_for_output_ = true;
        return false;
    }
    constexpr bool refuse(error_id const& id, std::uint64_t expected = 0, std::uint64_t found = 0) {
        state_ = state::failed;
        failed_ = &id;
        expected_ = expected;
        found_ = found;
        return true;
    }

    constexpr bool read_block(inflate_io& io) {
        if (last_) {
            state_ = state::finished;
            return true;
        }
        if (!need(io, 3)) return false;
        last_ = take(1) != 0;
        switch (take(2)) {
            case 0:
                take(bits_.count % 8);
                state_ = state::stored_length;
                return true;
            case 1: return use_fixed_codes();
            case 2: state_ = state::code_counts; return true;
            default: return refuse(ids::inflate_reserved_block);
        }
    }

    constexpr bool read_stored_length(inflate_io& io) {
        if (!need(io, 32)) return false;
        std::uint32_t const length = take(16);
        std::uint32_t const complement = take(16);
        if (complement != (length ^ 0xffffU))
            return refuse(ids::inflate_bad_stored_length, length ^ 0xffffU, complement);
        length_ = length;
        state_ = state::stored;
        return true;
    }

    constexpr bool copy_stored(inflate_io& io) {
        while (length_ != 0) {
            auto const in_left = static_cast<std::size_t>(io.in_end - io.in);
            auto const out_left = static_cast<std::size_t>(io.out_end - io.out);
            if (out_left == 0) return wait_for_output();
            if (in_left == 0) return wait_for_input();
            std::size_t size = length_;
            if (size > in_left) size = in_left;
            if (size > out_left) size = out_left;
            if (std::is_constant_evaluated())
                for (std::size_t i = 0; i < size; ++i) io.out[i] = io.in[i];
            else std::memcpy(io.out, io.in, size);
            io.in += size;
            io.out += size;
            length_ -= static_cast<std::uint32_t>(size);
        }
        state_ = state::block;
        return true;
    }

    constexpr bool use_fixed_codes() {
        state_ = state::symbols;
        if (fixed_) return true;
        std::array<std::uint8_t, 288> lengths{};
        for (std::size_t i = 0; i < 288; ++i)
            lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
        std::array<std::uint8_t, 32> distances{};
        for (auto& length : distances) length = 5;
        build_table(codes_.literals, literal_root, lengths, literal_meanings.data(), false);
        build_table(codes_.distances, distance_root, distances, distance_meanings.data(), false);
        fixed_ = true;
        return true;
    }

    constexpr bool read_code_counts(inflate_io& io) {
        if (!need(io, 14)) return false;
        fixed_ = false;
        literal_count_ = take(5) + 257;
        distance_count_ = take(5) + 1;
        length_code_count_ = take(4) + 4;
        if (literal_count_ > 286) return refuse(ids::inflate_too_many_codes, 286, literal_count_);
        if (distance_count_ > 30) return refuse(ids::inflate_too_many_codes, 30, distance_count_);
        for (std::size_t i = 0; i < 19; ++i) lengths_[i] = 0;
        index_ = 0;
        state_ = state::length_codes;
        return true;
    }

    constexpr bool read_length_codes(inflate_io& io) {
        constexpr std::array<std::uint8_t, 19> order{16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                     11, 4,  12, 3, 13, 2, 14, 1, 15};
        for (; index_ < length_code_count_; ++index_) {
            if (!need(io, 3)) return false;
            lengths_[order[index_]] = static_cast<std::uint8_t>(take(3));
        }
        // the table of literals is not built yet, its room is free
        if (auto const fault =
                build_table(codes_.literals, length_code_root, std::span(lengths_).first(19),
                            length_code_meanings.data(), false);
            fault != code_fault::none)
            return refuse_code(fault);
        index_ = 0;
        state_ = state::lengths;
        return true;
    }

    constexpr bool read_lengths(inflate_io& io) {
        unsigned const all = literal_count_ + distance_count_;
        while (index_ < all) {
            table_entry e = 0;
            for (;;) {
                e = codes_.literals[bits_.bits & ((1U << length_code_root) - 1)];
                if (entry::taken(e) <= bits_.count) break;
                if (!need(io, bits_.count + 1)) return false;
            }
            unsigned const symbol = entry::value(e);
            unsigned const extra = take(entry::taken(e)) >> entry::code_bits(e);
            if (symbol < 16) {
                lengths_[index_++] = static_cast<std::uint8_t>(symbol);
                continue;
            }
            if (symbol == 16 && index_ == 0) return refuse(ids::inflate_bad_repeat);
            unsigned const times = extra + (symbol == 18 ? 11 : 3);
            if (times > all - index_) return refuse(ids::inflate_bad_repeat, all - index_, times);
            std::uint8_t const length = symbol == 16 ? lengths_[index_ - 1] : std::uint8_t{0};
            for (unsigned i = 0; i < times; ++i) lengths_[index_++] = length;
        }
        return build_codes();
    }

    constexpr bool build_codes() {
        auto const lengths = std::span(lengths_);
        if (lengths_[256] == 0) return refuse(ids::inflate_no_end_code);
        if (auto const fault =
                build_table(codes_.literals, literal_root, lengths.first(literal_count_),
                            literal_meanings.data(), true);
            fault != code_fault::none)
            return refuse_code(fault);
        if (auto const fault = build_table(codes_.distances, distance_root,
                                           lengths.subspan(literal_count_, distance_count_),
                                           distance_meanings.data(), true);
            fault != code_fault::none)
            return refuse_code(fault);
        if (literals_join(lengths, literal_root)) join_literals(codes_.literals, literal_root);
        state_ = state::symbols;
        return true;
    }

    constexpr bool refuse_code(code_fault fault) {
        return refuse(fault == code_fault::oversubscribed ? ids::inflate_oversubscribed
                                                          : ids::inflate_incomplete);
    }

    /// The entry of the next symbol, second table resolved: `taken` counts the whole code then.
    /// Waits for as many bits as the code and its extra bits need and no more; a literal counts
    /// alone.
    constexpr bool peek(inflate_io& io, table_entry const* table, unsigned root, table_entry& e,
                        unsigned& code, unsigned& all) {
        for (;;) {
            e = table[bits_.bits & ((std::uint64_t{1} << root) - 1)];
            unsigned before = 0;
            if ((e & entry::link) != 0 && (e & entry::special) != 0) {
                before = root;
                e = table[entry::value(e) +
                          ((bits_.bits >> root) & ((1U << entry::code_bits(e)) - 1))];
            }
            code =
                before + ((e & entry::literal) != 0 ? entry::first_bits(e) : entry::code_bits(e));
            all = (e & entry::literal) != 0 ? code : before + entry::taken(e);
            if (all <= bits_.count) return true;
            if (!need(io, bits_.count + 1)) return false;
        }
    }

    constexpr bool read_symbols(inflate_io& io) {
        for (;;) {
            if (!std::is_constant_evaluated() &&
                static_cast<std::size_t>(io.in_end - io.in) >= inflate_input_margin &&
                static_cast<std::size_t>(io.out_end - io.out) >= inflate_output_margin &&
                !in_length_) {
                switch (inflate_fast(codes_, bits_, io)) {
                    case inflate_stop::margin: break;
                    case inflate_stop::end: state_ = state::block; return true;
                    case inflate_stop::bad_code: return refuse(ids::inflate_bad_code);
                    case inflate_stop::far_distance:
                        return refuse(ids::inflate_far_distance, io.known(io.out), bits_.distance);
                }
            }
            table_entry e = 0;
            unsigned code = 0;
            unsigned all = 0;
            if (!in_length_) {
                if (!peek(io, codes_.literals.data(), literal_root, e, code, all)) return false;
                if ((e & entry::literal) != 0) {
                    if (io.out == io.out_end) return wait_for_output();
                    *io.out++ = static_cast<std::byte>(e >> 32 & 0xffU);
                    take(all);
                    continue;
                }
                if ((e & entry::special) != 0) {
                    if ((e & entry::end) == 0) return refuse(ids::inflate_bad_code);
                    take(all);
                    state_ = state::block;
                    return true;
                }
                length_ = entry::value(e) + (take(all) >> code);
                in_length_ = true;
            }
            if (!peek(io, codes_.distances.data(), distance_root, e, code, all)) return false;
            if ((e & entry::special) != 0) return refuse(ids::inflate_bad_code);
            distance_ = entry::value(e) + (take(all) >> code);
            in_length_ = false;
            if (distance_ > io.known(io.out))
                return refuse(ids::inflate_far_distance, io.known(io.out), distance_);
            state_ = state::match;
            return true;
        }
    }

    constexpr bool copy_match(inflate_io& io) {
        while (length_ != 0) {
            if (io.out == io.out_end) return wait_for_output();
            auto const here = static_cast<std::size_t>(io.out - io.begin);
            *io.out =
                distance_ <= here ? *(io.out - distance_) : io.window->before(distance_ - here);
            ++io.out;
            --length_;
        }
        state_ = state::symbols;
        return true;
    }

    inflate_bits bits_;  // fewer than 8 between symbols
    state state_ = state::block;
    bool last_ = false;
    bool fixed_ = false;  // the tables are those of the fixed codes
    bool waits_for_output_ = false;
    bool in_length_ = false;  // a length was read, its distance was not
    std::uint32_t length_ = 0;
    std::uint32_t distance_ = 0;
    unsigned literal_count_ = 0;
    unsigned distance_count_ = 0;
    unsigned length_code_count_ = 0;
    unsigned index_ = 0;
    error_id const* failed_ = nullptr;
    std::uint64_t expected_ = 0;
    std::uint64_t found_ = 0;
    std::array<std::uint8_t, 320> lengths_;
    inflate_codes codes_;
};

}  // namespace detail
}  // namespace lade::inline LADE_ABI::codec
