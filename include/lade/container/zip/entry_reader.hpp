// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/limits.hpp>
#include <lade/codec/crc32.hpp>
#include <lade/codec/inflate.hpp>
#include <lade/codec/inflater.hpp>
#include <lade/container/zip/archive.hpp>

#include <memory>
#include <vector>

/// The bytes of one entry, unpacked.
namespace lade::inline LADE_ABI::zip {

namespace ids {
inline constexpr error_id bad_crc{
    "zip.bad_crc", kind::corrupt, "the bytes of the entry do not match their CRC-32",
    "the file was cut or edited after saving; fetch it again, or pass {.verify_crc = false}",
    numbers::hex};
inline constexpr error_id bad_plain_size{
    "zip.bad_plain_size", kind::corrupt,
    "the entry unpacks to another size than the directory says"};
}  // namespace ids

/// How entries are read.
struct read_options {
    /// Compare the CRC-32 of entries that are read from front to back. A CRC of 0 is taken as "not
    /// recorded", for PyTorch can be told to write that.
    bool verify_crc = true;
};

/// Reads an entry as a payload: any part, best from front to back. Small for stored entries; a
/// deflated one that is read in parts takes about 110 KB while it is read.
class entry_reader {
  public:
    /// Errors: those of archive::data_offset.
    static result<entry_reader> open(archive const& in, entry const& of,
                                     read_options options = {}) {
        auto const begin = in.data_offset(of);
        if (!begin) return begin.error();
        return entry_reader(in.from(), of, *begin, options);
    }

    entry const& about() const { return entry_; }
    /// Where the packed bytes begin in the file.
    std::uint64_t offset() const { return begin_; }
    std::uint64_t size() const { return entry_.plain_size; }

    /// The bytes where they lie; none if they are deflated, or the source has no view. Their CRC is
    /// not looked at.
    std::optional<bytes::view> view() const {
        if (!entry_.is_stored()) return std::nullopt;
        return from_.view(begin_, entry_.plain_size);
    }

    /// Fills `to` from byte `from` of the unpacked entry on. The CRC is compared when the last byte
    /// was read and all before it came in order. Going backwards in a deflated entry starts again
    /// from its front. Errors: bytes.truncated, zip.bad_crc, zip.bad_plain_size, inflate.*, those
    /// of the source.
    result<void> read(std::uint64_t from, std::span<std::byte> to) {
        if (!bytes::inside(from, to.size(), entry_.plain_size))
            return fail(bytes::ids::truncated, from, to.size(),
                        entry_.plain_size - (std::min)(from, entry_.plain_size))
                .in(entry_.name);
        auto const done = entry_.is_stored() ? read_stored(from, to) : read_deflated(from, to);
        return done.in(entry_.name);
    }

  private:
    entry_reader(any_source from, entry const& of, std::uint64_t begin, read_options options)
        : from_(from), entry_(of), begin_(begin), verify_(options.verify_crc && of.crc != 0) {}

    result<void> read_stored(std::uint64_t from, std::span<std::byte> to) {
        // in blocks that stay in the cache between reading and checking
        constexpr std::size_t block = std::size_t{1} << 18;
        bool const checks = verify_ && from == checked_;
        for (std::size_t at = 0; at < to.size() || (at == 0 && to.empty()); at += block) {
            auto const part = to.subspan(at, (std::min)(block, to.size() - at));
            if (auto const done = from_.read(begin_ + from + at, part); !done) return done;
            if (checks) crc_ = codec::crc32(part, crc_);
            if (to.empty()) break;
        }
        if (checks) checked_ += to.size();
        return compare_crc();
    }

    result<void> read_deflated(std::uint64_t from, std::span<std::byte> to) {
        if (from == 0 && to.size() == entry_.plain_size)
            if (auto const packed = from_.view(begin_, entry_.packed_size))
                return inflate_whole(*packed, to);
        if (state_ == nullptr) {
            state_ = std::make_unique<streaming>();
        } else if (from < position_) {
            state_->stream.reset();
            state_->used = state_->have = 0;
            state_->ended = false;
            position_ = read_ = checked_ = 0;
            crc_ = 0;
        }
        while (position_ < from) {
            std::span<std::byte> const skipped = state_->skip;
            auto const size =
                static_cast<std::size_t>(std::min<std::uint64_t>(skipped.size(), from - position_));
            if (auto const done = inflate_more(skipped.first(size)); !done) return done;
        }
        return inflate_more(to);
    }

    result<void> inflate_whole(bytes::view packed, std::span<std::byte> to) {
        auto const done = codec::inflate(packed, to);
        if (!done)
            return fail(*done.error().id, begin_ + done.error().offset, done.error().expected,
                        done.error().found);
        if (done->written != to.size())
            return fail(ids::bad_plain_size, begin_, to.size(), done->written);
        if (!verify_) return {};
        auto const found = codec::crc32(to);
        if (found != entry_.crc) return fail(ids::bad_crc, begin_, entry_.crc, found);
        return {};
    }

    /// Packed bytes that the stream has not taken yet; more are read when there are none.
    result<bytes::view> packed() {
        if (state_->used == state_->have) {
            std::uint64_t const left = entry_.packed_size - read_;
            state_->have =
                static_cast<std::size_t>(std::min<std::uint64_t>(sizeof state_->input, left));
            state_->used = 0;
            if (auto const done =
                    from_.read(begin_ + read_, std::span(state_->input, state_->have));
                !done)
                return done.error();
            read_ += state_->have;
        }
        return bytes::view(state_->input, state_->have).subspan(state_->used);
    }

    result<codec::step> next(std::span<std::byte> to) {
        auto const input = packed();
        if (!input) return input.error();
        auto const did = state_->stream.next(*input, to);
        if (!did)
            return fail(*did.error().id, begin_ + did.error().offset, did.error().expected,
                        did.error().found);
        state_->used += did->consumed;
        state_->ended = did->finished;
        if (did->produced == 0 && did->consumed == 0 && !did->finished &&
            state_->have == state_->used && read_ == entry_.packed_size)
            return fail(*state_->stream.truncated().id, begin_ + read_);
        return *did;
    }

    /// The stream must end with the entry, as it must where it is unpacked at once.
    result<void> expect_end() {
        while (!state_->ended) {
            std::byte spare[1];
            auto const did = next(spare);
            if (!did) return did.error();
            if (did->produced != 0)
                return fail(codec::ids::inflate_short_output, begin_ + read_, entry_.plain_size,
                            entry_.plain_size + 1);
        }
        return {};
    }

    result<void> inflate_more(std::span<std::byte> to) {
        std::size_t filled = 0;
        while (filled < to.size()) {
            auto const did = next(to.subspan(filled));
            if (!did) return did.error();
            filled += did->produced;
            if (did->finished && filled < to.size())
                return fail(ids::bad_plain_size, begin_, entry_.plain_size, position_ + filled);
        }
        if (position_ + to.size() == entry_.plain_size)
            if (auto const done = expect_end(); !done) return done;
        if (verify_ && checked_ == position_) {
            crc_ = codec::crc32(to, crc_);
            checked_ += to.size();
        }
        position_ += to.size();
        return compare_crc();
    }

    result<void> compare_crc() const {
        if (verify_ && checked_ == entry_.plain_size && crc_ != entry_.crc)
            return fail(ids::bad_crc, begin_, entry_.crc, crc_);
        return {};
    }

    struct streaming {
        codec::inflater stream;
        std::size_t used = 0, have = 0;
        bool ended = false;
        std::byte input[std::size_t{1} << 15];
        std::byte skip[std::size_t{1} << 15];
    };

    any_source from_;
    entry entry_;
    std::uint64_t begin_;
    bool verify_;
    std::uint32_t crc_ = 0;
    std::uint64_t checked_ = 0;   ///< bytes from the front whose CRC is in `crc_`
    std::uint64_t position_ = 0;  ///< unpacked bytes that the stream has given
    std::uint64_t read_ = 0;      ///< packed bytes that were read
    std::unique_ptr<streaming> state_;
};

/// All bytes of an entry that must be in memory at once (a pickle, a JSON text): where they lie if
/// they are stored and the source has views, else unpacked into the arena. Compares the CRC.
/// Errors: those of entry_reader; limit.exceeded.
inline result<bytes::view> contents(archive const& in, entry const& of, arena& memory,
                                    limits const& bounds = {}, read_options options = {}) {
    auto reader = entry_reader::open(in, of, options);
    if (!reader) return reader.error();
    if (auto const there = reader->view()) {
        if (options.verify_crc && of.crc != 0)
            if (auto const found = codec::crc32(*there); found != of.crc)
                return fail(ids::bad_crc, reader->offset(), of.crc, found).in(of.name);
        return *there;
    }
    if (of.plain_size > bounds.decoded(of.packed_size))
        return fail(lade::ids::limit, reader->offset(), bounds.decoded(of.packed_size),
                    of.plain_size)
            .in(of.name);
    auto* const room = memory.take_array<std::byte>(of.plain_size);
    if (room == nullptr) return memory.exhausted().in(of.name);
    std::span<std::byte> const to(room, static_cast<std::size_t>(of.plain_size));
    if (auto const done = reader->read(0, to); !done) return done.error();
    return bytes::view(to);
}

}  // namespace lade::inline LADE_ABI::zip
