// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/result.hpp>
#include <lade/bytes/endian.hpp>
#include <lade/bytes/view.hpp>
#include <lade/codec/adler32.hpp>
#include <lade/codec/deflate_codes.hpp>
#include <lade/codec/deflate_matcher.hpp>
#include <lade/codec/step.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

/// Compression to DEFLATE (RFC 1951; the card stands in inflate_engine.hpp). Blocks are of 32 KiB
/// input; each is written stored, in the fixed codes or in codes of its own, whichever is shortest.
/// The output depends on the input and the level alone, not on how the input was cut.
namespace lade::inline LADE_ABI::codec {

namespace ids {
inline constexpr error_id deflate_short_output{"deflate.short_output", kind::mismatch,
                                               "the compressed data do not fit the room given",
                                               "give deflate_bound(size) bytes"};
}  // namespace ids

/// What the caller wants of what it has given so far.
enum class flush : std::uint8_t {
    none,    ///< keep what makes compression better
    sync,    ///< write all of it, end at a whole byte with an empty stored block
    finish,  ///< write all of it and end the stream
};

/// Room that one stream of `size` bytes of input needs at most, without syncs; wrappers included.
[[nodiscard]] constexpr std::size_t deflate_bound(std::size_t size) {
    return size + 5 * (size / 32768 + 2) + 16;
}

/// Compresses one raw DEFLATE stream in pieces of any size. About 340 KB, no heap; put it where
/// such an object may live.
class deflater {
  public:
    /// Levels as zlib has them: 0 stores, 1 is fast, 6 is usual, 9 searches longest. Other values
    /// count as the nearest.
    explicit deflater(int level = 6) { reset(level); }
    deflater(deflater const&) = delete;  // large: a copy is never meant
    deflater& operator=(deflater const&) = delete;

    /// Begins a new stream.
    void reset(int level) {
        level_ = level < 0 ? 0 : level > 9 ? 9 : static_cast<unsigned>(level);
        matcher_.reset();
        block_ = 0;
        bits_ = 0;
        count_ = 0;
        stage_ = stage::fill;
        to_sync_ = false;
    }

    /// Goes on until the input is used up or the output is full. `finished` says that everything
    /// `mode` asks for has been written: call again with the same mode and more room until then.
    /// Bytes of `output` behind `produced` may be overwritten.
    step next(bytes::view input, std::span<std::byte> output, flush mode = flush::none) {
        io_state io{input.data(), input.data() + input.size(), output.data(),
                    output.data() + output.size()};
        bool const finished = run(io, mode);
        return {static_cast<std::size_t>(io.in - input.data()),
                static_cast<std::size_t>(io.out - output.data()), finished};
    }

  private:
    static constexpr std::size_t window =
        detail::deflate_matcher::window;  // and the size of a block

    struct io_state {
        std::byte const* in;
        std::byte const* in_end;
        std::byte* out;
        std::byte* out_end;
    };
    struct bit_field {
        std::uint16_t value;
        std::uint8_t bits;
    };
    enum class stage : std::uint8_t { fill, preface, tokens, stored, end, finished };

    bool run(io_state& io, flush mode) {
        for (;;) {
            switch (stage_) {
                case stage::fill: {
                    take_input(io);
                    bool const full = matcher_.filled == block_end();
                    bool const more = io.in != io.in_end;
                    if (full && more) {
                        begin_block(false);
                    } else if (more) {
                        continue;
                    } else if (mode == flush::finish) {
                        begin_block(true);
                    } else if (mode == flush::sync && matcher_.filled != block_) {
                        begin_block(false);
                    } else if (mode == flush::sync && to_sync_) {
                        begin_sync();
                    } else {
                        drain(io);
                        return count_ < 8;
                    }
                    break;
                }
                case stage::preface:
                    for (; preface_at_ < preface_size_; ++preface_at_) {
                        if (!has_room(io)) return false;
                        put(preface_[preface_at_].value, preface_[preface_at_].bits);
                    }
                    stage_ = after_preface_;
                    break;
                case stage::tokens:
                    if (!write_tokens(io)) return false;
                    stage_ = stage::end;
                    break;
                case stage::stored: {
                    drain(io);
                    if (count_ != 0) return false;
                    std::size_t const left = matcher_.filled - token_at_;
                    auto const room = static_cast<std::size_t>(io.out_end - io.out);
                    std::size_t const some = left < room ? left : room;
                    if (some != 0) std::memcpy(io.out, matcher_.buffer.data() + token_at_, some);
                    io.out += some;
                    token_at_ += some;
                    if (token_at_ != matcher_.filled) return false;
                    stage_ = stage::end;
                    break;
                }
                case stage::end: end_block(); break;
                case stage::finished: drain(io); return count_ == 0;
            }
        }
    }

    std::size_t block_end() const { return block_ < window ? window : 2 * window; }

    void take_input(io_state& io) {
        if (matcher_.filled == 2 * window && block_ == matcher_.filled && io.in != io.in_end) {
            matcher_.slide();
            block_ -= window;
        }
        auto const left = static_cast<std::size_t>(io.in_end - io.in);
        std::size_t const room = block_end() - matcher_.filled;
        std::size_t const some = left < room ? left : room;
        if (some != 0) std::memcpy(matcher_.buffer.data() + matcher_.filled, io.in, some);
        io.in += some;
        matcher_.filled += some;
        if (some != 0) to_sync_ = true;
    }

    void make_tokens() {
        token_count_ = 0;
        literal_counts_ = {};
        distance_counts_ = {};
        literal_counts_[256] = 1;
        if (level_ == 0) return;
        auto const& how = detail::deflate_efforts[level_];
        matcher_.catch_up(block_);
        std::size_t at = block_;
        while (at < matcher_.filled) {
            auto match = matcher_.search(at, matcher_.shortest - 1, how);
            if (match.distance == 0) {
                push_literal(at++);
                continue;
            }
            while (match.length < how.lazy && matcher_.filled - at > matcher_.shortest) {
                auto const later = matcher_.search(at + 1, match.length, how);
                if (later.distance == 0) break;
                push_literal(at++);
                match = later;
            }
            push_match(match);
            at += match.length;
            matcher_.catch_up(at);
        }
    }

    void push_literal(std::size_t at) {
        auto const byte = static_cast<std::uint8_t>(matcher_.buffer[at]);
        tokens_[token_count_++] = byte;
        ++literal_counts_[byte];
    }
    void push_match(detail::deflate_match match) {
        tokens_[token_count_++] = 0x80000000U | match.length << 16 | (match.distance - 1);
        ++literal_counts_[detail::symbol_of_length(match.length).symbol];
        ++distance_counts_[detail::symbol_of_distance(match.distance).symbol];
    }

    // ---- blocks

    void prefix(unsigned value, unsigned bits) {
        preface_[preface_size_++] = {static_cast<std::uint16_t>(value),
                                     static_cast<std::uint8_t>(bits)};
    }

    void begin_block(bool last) {
        last_ = last;
        make_tokens();
        preface_size_ = preface_at_ = 0;
        token_at_ = 0;
        stage_ = stage::preface;
        after_preface_ = stage::tokens;

        std::size_t const size = matcher_.filled - block_;
        unsigned const padding =
            (5 - count_ % 8) % 8;  // from behind the three bits to the next byte
        std::size_t const stored_bits = 3 + padding + 32 + 8 * size;
        std::size_t fixed_bits = ~std::size_t{0};
        std::size_t own_bits = ~std::size_t{0};
        if (level_ != 0 || size == 0) {
            use_fixed_codes();
            fixed_bits = 3 + cost();
        }
        if (level_ != 0 && size != 0) {
            detail::make_codes(literal_counts_, 15, literal_codes_);
            detail::make_codes(distance_counts_, 15, distance_codes_);
            prefix(last ? 5 : 4, 3);
            own_bits = 3 + describe_codes() + cost();
        }
        if (own_bits < fixed_bits && own_bits < stored_bits) return;
        preface_size_ = 0;
        if (fixed_bits <= stored_bits) {
            use_fixed_codes();
            prefix(last ? 3 : 2, 3);
            return;
        }
        prefix(last ? 1 : 0, 3);
        prefix(0, padding);
        prefix(static_cast<unsigned>(size), 16);
        prefix(static_cast<unsigned>(size) ^ 0xffffU, 16);
        token_at_ = block_;
        after_preface_ = stage::stored;
    }

    void begin_sync() {
        last_ = false;
        to_sync_ = false;
        preface_size_ = preface_at_ = 0;
        prefix(0, 3);
        prefix(0, (5 - count_ % 8) % 8);
        prefix(0, 16);
        prefix(0xffff, 16);
        stage_ = stage::preface;
        after_preface_ = stage::fill;
    }

    void end_block() {
        block_ = matcher_.filled;
        stage_ = stage::fill;
        if (!last_) return;
        count_ = (count_ + 7) / 8 * 8;
        stage_ = stage::finished;
    }

    void use_fixed_codes() {
        for (std::size_t i = 0; i < literal_codes_.size(); ++i)
            literal_codes_[i].length = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
        for (auto& code : distance_codes_) code.length = 5;
        detail::assign_codes(literal_codes_);
        detail::assign_codes(distance_codes_);
    }

    /// Bits that the tokens take in the codes at hand.
    std::size_t cost() const {
        std::size_t bits = 0;
        for (std::size_t i = 0; i < literal_counts_.size(); ++i) {
            std::size_t const extra = i < 265 || i >= 285 ? 0 : (i - 261) / 4;
            bits += literal_counts_[i] * (literal_codes_[i].length + extra);
        }
        for (std::size_t i = 0; i < 30; ++i)
            bits += distance_counts_[i] * (distance_codes_[i].length + (i < 4 ? 0 : i / 2 - 1));
        return bits;
    }

    /// Puts the description of the codes at hand into the preface (3.2.7); the bits that it takes.
    std::size_t describe_codes() {
        constexpr std::array<std::uint8_t, 19> order{16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                     11, 4,  12, 3, 13, 2, 14, 1, 15};
        std::size_t literals = 286;
        while (literals > 257 && literal_codes_[literals - 1].length == 0) --literals;
        std::size_t distances = 30;
        while (distances > 1 && distance_codes_[distances - 1].length == 0) --distances;

        std::array<std::uint8_t, 316> lengths{};
        for (std::size_t i = 0; i < literals; ++i) lengths[i] = literal_codes_[i].length;
        for (std::size_t i = 0; i < distances; ++i)
            lengths[literals + i] = distance_codes_[i].length;
        std::size_t const all = literals + distances;

        std::array<bit_field, 316> runs{};  // symbol and, in `bits`, what its extra bits say
        std::size_t run_count = 0;
        std::array<std::uint32_t, 19> counts{};
        for (std::size_t at = 0; at < all;) {
            std::size_t same = 1;
            while (at + same < all && lengths[at + same] == lengths[at]) ++same;
            at += same;
            std::uint16_t const length = lengths[at - 1];
            auto const push = [&](std::uint16_t symbol, std::size_t extra) {
                runs[run_count++] = {symbol, static_cast<std::uint8_t>(extra)};
                ++counts[symbol];
            };
            while (length == 0 && same >= 3) {
                std::size_t const some = same < 138 ? same : 138;
                if (some <= 10) push(17, some - 3);
                else push(18, some - 11);
                same -= some;
            }
            if (same != 0 && length != 0) {
                push(length, 0);
                --same;
            }
            while (length != 0 && same >= 3) {
                std::size_t const some = same < 6 ? same : 6;
                push(16, some - 3);
                same -= some;
            }
            for (; same != 0; --same) push(length, 0);
        }

        std::array<detail::prefix_code, 19> codes;
        detail::make_codes(counts, 7, codes);
        std::size_t code_count = 19;
        while (code_count > 4 && codes[order[code_count - 1]].length == 0) --code_count;
        prefix(static_cast<unsigned>(literals - 257), 5);
        prefix(static_cast<unsigned>(distances - 1), 5);
        prefix(static_cast<unsigned>(code_count - 4), 4);
        std::size_t bits = 14 + 3 * code_count;
        for (std::size_t i = 0; i < code_count; ++i) prefix(codes[order[i]].length, 3);
        for (std::size_t i = 0; i < run_count; ++i) {
            auto const& code = codes[runs[i].value];
            unsigned const extra_bits = runs[i].value < 16    ? 0
                                        : runs[i].value == 16 ? 2
                                        : runs[i].value == 17 ? 3
                                                              : 7;
            prefix(code.bits | static_cast<unsigned>(runs[i].bits) << code.length,
                   code.length + extra_bits);
            bits += code.length + extra_bits;
        }
        return bits;
    }

    // ---- bits

    void put(std::uint64_t value, unsigned bits) {
        bits_ |= value << count_;
        count_ += bits;
    }

    /// Writes whole bytes as far as there is room.
    void drain(io_state& io) {
        if (io.out_end - io.out >= 8) {
            bytes::store_le(io.out, bits_);
            unsigned const whole = count_ / 8;
            io.out += whole;
            bits_ = whole == 8 ? 0 : bits_ >> (8 * whole);
            count_ %= 8;
            return;
        }
        for (; count_ >= 8 && io.out != io.out_end; count_ -= 8, bits_ >>= 8)
            *io.out++ = static_cast<std::byte>(bits_ & 0xffU);
    }

    /// Room for another 48 bits, the most that a token takes.
    bool has_room(io_state& io) {
        if (count_ <= 15) return true;
        drain(io);
        return count_ <= 15;
    }

    bool write_tokens(io_state& io) {
        for (; token_at_ <= token_count_; ++token_at_) {
            if (!has_room(io)) return false;
            std::uint32_t const token = token_at_ < token_count_ ? tokens_[token_at_] : 256;
            if (token < 0x80000000U) {
                put(literal_codes_[token].bits, literal_codes_[token].length);
                continue;
            }
            auto const length = detail::symbol_of_length(token >> 16 & 0x7fffU);
            auto const distance = detail::symbol_of_distance((token & 0xffffU) + 1);
            put(literal_codes_[length.symbol].bits, literal_codes_[length.symbol].length);
            put(length.extra, length.extra_bits);
            put(distance_codes_[distance.symbol].bits, distance_codes_[distance.symbol].length);
            put(distance.extra, distance.extra_bits);
        }
        return true;
    }

    stage stage_ = stage::fill;
    stage after_preface_ = stage::fill;
    bool last_ = false;
    bool to_sync_ = false;  // something has come since the last sync
    unsigned level_ = 6;
    unsigned count_ = 0;      // of bits in bits_
    std::uint64_t bits_ = 0;  // not written yet
    std::size_t block_ = 0;   // where the block at hand begins in the buffer
    std::size_t token_count_ = 0;
    std::size_t token_at_ = 0;  // the next token, or the next byte of a stored block
    std::size_t preface_size_ = 0;
    std::size_t preface_at_ = 0;
    std::array<std::uint32_t, 288> literal_counts_;
    std::array<std::uint32_t, 32> distance_counts_;
    std::array<detail::prefix_code, 288> literal_codes_;
    std::array<detail::prefix_code, 32> distance_codes_;
    std::array<bit_field, 352> preface_;
    detail::deflate_matcher matcher_;
    std::array<std::uint32_t, window> tokens_;
};

/// Compresses all of `from` to the front of `to` as one raw stream; the number of bytes written.
/// `by` is begun anew. Error: deflate.short_output.
inline result<std::size_t> deflate(deflater& by, bytes::view from, std::span<std::byte> to,
                                   int level = 6) {
    by.reset(level);
    step const did = by.next(from, to, flush::finish);
    if (!did.finished)
        return fail(ids::deflate_short_output, did.consumed, deflate_bound(from.size()), to.size());
    return did.produced;
}

/// The same as a zlib stream (RFC 1950).
inline result<std::size_t> deflate_zlib(deflater& by, bytes::view from, std::span<std::byte> to,
                                        int level = 6) {
    if (to.size() < 6)
        return fail(ids::deflate_short_output, 0, deflate_bound(from.size()), to.size());
    auto const body = deflate(by, from, to.subspan(2, to.size() - 6), level);
    if (!body) return body.error();
    bytes::store_be(to.data(), std::uint16_t(level < 2    ? 0x7801
                                             : level < 6  ? 0x785e
                                             : level == 6 ? 0x789c
                                                          : 0x78da));
    bytes::store_be(to.data() + 2 + *body, adler32(from));
    return *body + 6;
}

}  // namespace lade::inline LADE_ABI::codec
