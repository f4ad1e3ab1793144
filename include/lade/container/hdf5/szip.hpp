// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/codec/shuffle.hpp>
#include <lade/container/hdf5/scale_offset.hpp>

/// Filter 4, szip: adaptive entropy coding as in CCSDS 121.0-B-2, in the dialect of the szip
/// library.
///
///     values: 0 options: 16 most significant byte first, 32 differences from the sample before; 1
///     samples of a block;
///             2 bits of a sample; 3 samples of a scan line
///     chunk:  u32 bytes of the output, then the coded blocks, the most significant bit first
///
/// A block begins with an id of 3, 4 or 5 bits (samples of up to 8, 16, 32 bits); n bits of the
/// first sample follow where a new line begins and differences are coded:
///
///     id            block
///     0, bit 0      zeros; a unary number tells how many blocks: n + 1 up to 4, 5 to the end of
///     the segment, n above 0, bit 1      pairs of small samples, a unary number each all ones
///     samples as they are k + 1         high parts as unary numbers, then low parts of k bits
///
/// Samples of 32 and 64 bits are cut into bytes first: all first bytes, all second bytes, and so
/// on, coded as samples of 8 bits. Lines are filled up to whole blocks.
namespace lade::inline LADE_ABI::hdf5 {

namespace ids {
inline constexpr error_id bad_szip{"hdf5.bad_szip", kind::corrupt,
                                   "a chunk that was packed with szip is damaged"};
}  // namespace ids

namespace detail {

/// Decodes one line after another. Reads beyond the data give zeros and are told by `good`.
class szip_decoder {
  public:
    szip_decoder(bytes::view from, unsigned bits, unsigned block, bool differences)
        : take_(from),
          bits_(bits),
          block_(block),
          id_bits_(bits > 16  ? 5
                   : bits > 8 ? 4
                              : 3),
          differences_(differences) {}

    bool good() const { return good_; }

    /// The first `wanted` samples of a line, at least; line.size() is a multiple of the block. The
    /// last line of a chunk may end early.
    void decode(std::span<std::uint32_t> line, std::size_t wanted) {
        std::size_t at = 0;
        while (at < wanted && good_) at += block(line, at);
        if (differences_ && good_) undo_differences(line.first(at));
    }

  private:
    std::uint32_t take(unsigned count) {
        if (take_.left() < count) {
            good_ = false;
            return 0;
        }
        return static_cast<std::uint32_t>(take_.take(count));
    }
    std::uint32_t unary() {
        std::uint32_t zeros = 0;
        while (good_ && take(1) == 0) ++zeros;
        return zeros;
    }

    /// Decodes the block at `at`, or several of zeros; the samples that were written.
    std::size_t block(std::span<std::uint32_t> line, std::size_t at) {
        std::size_t const reference = differences_ && at == 0 ? 1 : 0;
        auto const to = line.subspan(at, block_);
        std::uint32_t const id = take(id_bits_);
        if (id == (1U << id_bits_) - 1) {
            for (std::uint32_t& one : to) one = take(bits_);
            return block_;
        }
        bool const pairs = id == 0 && take(1) == 1;
        if (reference != 0) to[0] = take(bits_);
        if (id == 0 && !pairs) return zeros(line, at, reference);
        if (pairs) {
            for (std::size_t i = reference; i < block_ && good_;) {
                std::uint32_t const sum = unary();
                std::uint32_t row = 0;
                while (std::uint64_t{row + 1} * (row + 2) / 2 <= sum) ++row;
                std::uint32_t const second =
                    sum - static_cast<std::uint32_t>(std::uint64_t{row} * (row + 1) / 2);
                if (i % 2 == 0) to[i++] = row - second;
                to[i++] = second;
            }
            return block_;
        }
        unsigned const low = id - 1;
        for (std::size_t i = reference; i < block_ && good_; ++i)
            to[i] = low < 32 ? unary() << low : 0;
        for (std::size_t i = reference; i < block_ && low > 0; ++i) to[i] |= take(low);
        return block_;
    }

    std::size_t zeros(std::span<std::uint32_t> line, std::size_t at, std::size_t reference) {
        constexpr std::uint32_t rest_of_segment = 5;
        std::size_t const left = (line.size() - at) / block_;
        std::size_t blocks = std::size_t{unary()} + 1;
        if (blocks == rest_of_segment) blocks = std::min<std::size_t>(left, 64 - at / block_ % 64);
        else if (blocks > rest_of_segment) --blocks;
        if (blocks > left) {
            good_ = false;
            return 0;
        }
        for (std::size_t i = reference; i < blocks * block_; ++i) line[at + i] = 0;
        return blocks * block_;
    }

    void undo_differences(std::span<std::uint32_t> line) const {
        std::uint64_t const most = (std::uint64_t{1} << bits_) - 1;
        std::uint64_t last = line[0];
        for (std::size_t i = 1; i < line.size(); ++i) {
            std::uint64_t const code = line[i];
            bool const upper = last > most / 2;
            std::uint64_t const room =
                upper ? most - last : last;  // to the nearer end of the range
            if ((code + 1) / 2 <= room)
                last = code % 2 == 0 ? last + code / 2 : last - (code + 1) / 2;
            else last = upper ? most - code : code;
            last &= most;
            line[i] = static_cast<std::uint32_t>(last);
        }
    }

    bit_taker take_;
    unsigned bits_;
    unsigned block_;
    unsigned id_bits_;
    bool differences_;
    bool good_ = true;
};

}  // namespace detail

/// Unpacks a chunk. `most` bounds the answer. Errors: hdf5.bad_szip, hdf5.bad_filter_pipeline.
inline result<void> unpack_szip(filter const& how, bytes::view from, std::vector<std::byte>& to,
                                std::uint64_t most) {
    if (how.values.size() < 4) return fail(ids::bad_pipeline, error::nowhere, 4, how.values.size());
    bool const big = (how.values[0] & 16) != 0;
    bool const differences = (how.values[0] & 32) != 0;
    std::uint32_t const block = how.values[1];
    std::uint32_t const bits = how.values[2];
    std::uint32_t const line = how.values[3];
    bool const bytewise = bits == 32 || bits == 64;
    if (block == 0 || block > 32 || block % 2 != 0 || line == 0 || line > 128 * block ||
        bits == 0 || (bits > 24 && !bytewise))
        return fail(ids::bad_pipeline, error::nowhere, 32, block);
    if (from.size() < 4) return fail(ids::bad_szip, 0, 4, from.size());
    std::uint64_t const size = bytes::load_le<std::uint32_t>(from.data());
    std::size_t const width = bytewise || bits <= 8 ? 1 : bits <= 16 ? 2 : 4;
    if (size > most || size % width != 0 || (bytewise && size % (bits / 8) != 0))
        return fail(ids::bad_szip, 0, most, size);

    std::size_t const padded = static_cast<std::size_t>((line + block - 1) / block * block);
    detail::szip_decoder decode(from.subspan(4), bytewise ? 8 : bits, block, differences);
    std::vector<std::uint32_t> samples(padded);
    std::vector<std::byte> plain(static_cast<std::size_t>(size));
    for (std::size_t at = 0; at < plain.size();) {
        std::size_t const left = (plain.size() - at) / width;
        decode.decode(samples, std::min<std::size_t>(line, left));
        if (!decode.good()) return fail(ids::bad_szip, at, plain.size(), at);
        for (std::size_t i = 0; i < line && at < plain.size(); ++i, at += width)
            for (std::size_t k = 0; k < width; ++k)
                plain[at + k] =
                    static_cast<std::byte>(samples[i] >> (8 * (big ? width - 1 - k : k)) & 0xff);
    }
    to.resize(plain.size());
    if (bytewise) codec::unshuffle(plain, to, bits / 8);
    else to.swap(plain);
    return {};
}

}  // namespace lade::inline LADE_ABI::hdf5
