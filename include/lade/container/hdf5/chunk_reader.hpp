// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/hdf5/boxes.hpp>
#include <lade/container/hdf5/chunk_index.hpp>
#include <lade/container/hdf5/executor.hpp>
#include <lade/container/hdf5/filters.hpp>

/// Reads boxes of a chunked dataset, each chunk once; the last chunks are kept, so that reading on
/// costs no second decoding.
namespace lade::inline LADE_ABI::hdf5 {

class chunk_reader {
  public:
    /// Bytes of decoded chunks that are kept for the next call, at least one chunk.
    static constexpr std::uint64_t most_kept = std::uint64_t{1} << 25;

    /// An element of the dataset is `parts` scalars of `scalar_size` bytes: more than one for array
    /// types, which are the last axis then. Preconditions: the ranks are equal; chunk_bytes =
    /// product of the chunk's sizes * parts * scalar_size; all bytes of the dataset fit 64 bits;
    /// `fill` is empty or one element.
    chunk_reader(dataspace const& space, layout const& how, filter_pipeline const& filters,
                 bytes::view fill, std::uint64_t parts, std::uint64_t scalar_size,
                 std::uint64_t chunk_bytes)
        : space_(space),
          how_(how),
          filters_(filters),
          fill_(fill.begin(), fill.end()),
          scalar_size_(scalar_size),
          chunk_bytes_(chunk_bytes),
          grid_(chunk_grid::of(space, how)),
          count_(grid_.rank + 1) {
        for (unsigned i = 0; i < grid_.rank; ++i) {
            sizes_[i] = space.dims[i];
            chunk_[i] = how.chunk[i];
        }
        sizes_[grid_.rank] = chunk_[grid_.rank] = parts;
        std::uint64_t row = 1;
        for (unsigned i = 1; i < grid_.rank; ++i)
            row = bytes::product(row, grid_.counts[i]).value_or(most_kept);
        std::uint64_t const fit = std::max<std::uint64_t>(1, most_kept / chunk_bytes_);
        slots_most_ = static_cast<std::size_t>(
            std::clamp<std::uint64_t>(row + 1, 1, (std::min<std::uint64_t>)(fit, 4096)));
    }

    /// Bytes of all stored chunks. Reads the index. Errors: those of the index.
    result<std::uint64_t> stored_bytes(reader& in) {
        if (auto const done = load(in); !done) return done.error();
        std::uint64_t all = 0;
        for (auto const& one : chunks_) all = bytes::sum(all, one.size).value_or(~std::uint64_t{0});
        return all;
    }
    /// Whether no stored chunk went through a filter that is not known. False also where the index
    /// cannot be read.
    bool all_skip_unknown(reader& in) {
        if (!load(in)) return false;
        for (auto const& one : chunks_)
            if (!check_filters(filters_, one.mask)) return false;
        return true;
    }
    /// The stored chunks, by number. Errors: those of the index.
    result<std::span<chunk_entry const>> chunks(reader& in) {
        if (auto const done = load(in); !done) return done.error();
        return std::span<chunk_entry const>(chunks_);
    }

    /// The scalars of a box as stored, row-major; the last axis are the parts of an element.
    /// Precondition: the box lies in the dataset and is not empty; `to` has its size. Errors: those
    /// of the index and of filters, limit.exceeded, io.
    result<void> read_box(reader& in, std::uint64_t const* start, std::uint64_t const* count,
                          std::span<std::byte> to) {
        if (auto const done = load(in); !done) return done;
        axes first;
        axes last;
        axes at{};
        unsigned const rank = grid_.rank;
        for (unsigned i = 0; i < rank; ++i) {
            first[i] = at[i] = start[i] / chunk_[i];
            last[i] = (start[i] + count[i] - 1) / chunk_[i];
        }
        while (true) {
            if (auto const done = read_part(in, at, start, count, to); !done) return done;
            unsigned axis = rank;
            while (axis > 0 && ++at[axis - 1] > last[axis - 1]) {
                --axis;
                at[axis] = first[axis];
            }
            if (axis == 0) return {};
        }
    }

    /// Whether there is work to share: several chunks, and filters. Reads the index.
    bool can_share(reader& in) { return !filters_.empty() && load(in) && chunks_.size() > 1; }
    /// All scalars of the dataset, the decoding of chunks shared among the threads of `run`. Where
    /// the source has no views, the calling thread reads what is stored of some chunks at a time,
    /// about `ahead` bytes.
    /// Preconditions: can_share; `to` has the size of the dataset. Errors: as `read_box`; of
    /// several the first by place.
    template <executor Executor>
    result<void> read_all(reader& in, std::span<std::byte> to, Executor& run, std::uint64_t ahead) {
        std::uint64_t all = 1;
        for (unsigned i = 0; i < grid_.rank; ++i) all *= grid_.counts[i];
        std::vector<bytes::view> stored;  // of the chunks of a round
        std::vector<std::byte> held;      // what of it was read
        for (std::size_t entry = 0, end = 0; entry < chunks_.size(); entry = end) {
            std::uint64_t const first = entry == 0 ? 0 : chunks_[entry].number;
            if (auto const done = gather(in, entry, end, ahead, stored, held); !done) return done;
            std::uint64_t const count = (end == chunks_.size() ? all : chunks_[end].number) - first;
            std::uint64_t const jobs = (std::min)(count, std::uint64_t{64});
            std::vector<result<void>> done(static_cast<std::size_t>(jobs));
            run(done.size(), [&](std::size_t job) {
                filter_buffers memory;
                std::uint64_t const last = first + count * (job + 1) / jobs;
                for (std::uint64_t i = first + count * job / jobs; i < last && done[job]; ++i)
                    done[job] = read_whole(in, i, entry, stored, to, memory);
            });
            for (auto const& one : done)
                if (!one) return one;
        }
        return {};
    }

  private:
    struct slot {
        std::uint64_t number = no_address;
        std::vector<std::byte> bytes;
    };
    result<void> load(reader& in) {
        if (loaded_) return {};
        auto index = read_chunk_index(in, space_, how_, !filters_.empty(), chunk_bytes_);
        if (!index) return index.error();
        chunks_ = std::move(*index);
        loaded_ = true;
        return {};
    }

    chunk_entry const* find(std::uint64_t number) {
        // chunks are mostly asked for in order
        if (next_ < chunks_.size() && chunks_[next_].number == number) return &chunks_[next_++];
        std::size_t const at = lower_bound(number);
        if (at == chunks_.size() || chunks_[at].number != number) return nullptr;
        next_ = at + 1;
        return &chunks_[at];
    }
    std::size_t lower_bound(std::uint64_t number) const {
        auto const at = std::lower_bound(
            chunks_.begin(), chunks_.end(), number,
            [](chunk_entry const& one, std::uint64_t key) { return one.number < key; });
        return static_cast<std::size_t>(at - chunks_.begin());
    }

    /// What a chunk and a box have in common.
    struct overlap {
        axes in_chunk;  ///< where it begins in the chunk
        axes in_box;    ///< and in the box
        axes sizes;
        bool whole = true;     ///< nothing of the chunk is left for a later call
        bool partial = false;  ///< the chunk reaches beyond the dataset
    };
    overlap meet(axes const& place, std::uint64_t const* start, std::uint64_t const* count) const {
        overlap made;
        for (unsigned i = 0; i < count_; ++i) {
            std::uint64_t const chunk_first = place[i] * chunk_[i];
            std::uint64_t const chunk_end =
                chunk_first + (std::min)(chunk_[i], sizes_[i] - chunk_first);
            std::uint64_t const first = (std::max)(chunk_first, start[i]);
            std::uint64_t const end = (std::min)(chunk_end, start[i] + count[i]);
            made.in_chunk[i] = first - chunk_first;
            made.in_box[i] = first - start[i];
            made.sizes[i] = end - first;
            made.whole = made.whole && first == chunk_first && end == chunk_end;
            made.partial = made.partial || chunk_end - chunk_first < chunk_[i];
        }
        return made;
    }

    /// Copies what the chunk at `place` has of the box.
    result<void> read_part(reader& in, axes const& place, std::uint64_t const* start,
                           std::uint64_t const* count, std::span<std::byte> to) {
        overlap const common = meet(place, start, count);
        std::uint64_t const number = *grid_.number(place);
        bytes::view from;
        if (chunk_entry const* const entry = find(number)) {
            if (auto const known = kept(number)) {
                from = *known;
            } else {
                auto const stored = fetch(in, *entry, plain(common));
                if (!stored) return stored.error();
                auto const decoded = decode(in, *entry, *stored, plain(common), memory_);
                if (!decoded) return decoded.error();
                from = common.whole ? *decoded : keep(*entry, *decoded);
            }
        }
        copy(from, common, count, to);
        return {};
    }

    /// The stored bytes of a chunk, where they lie or in `stored_`.
    result<bytes::view> fetch(reader& in, chunk_entry const& of, bool plain) {
        if (auto const good = check(in, of, plain || !filtered(of.mask)); !good)
            return good.error();
        if (auto const lying = in.view(of.address, of.size)) return *lying;
        stored_.resize(static_cast<std::size_t>(of.size));
        if (auto const done = in.read(of.address, stored_); !done) return done.error();
        return bytes::view(stored_);
    }

    /// The stored bytes of the chunks from entry `first` on, where they lie or in `held`; `end`:
    /// the first entry that is left for the next round.
    result<void> gather(reader& in, std::size_t first, std::size_t& end, std::uint64_t ahead,
                        std::vector<bytes::view>& stored, std::vector<std::byte>& held) const {
        std::uint64_t size = 0;
        for (end = first; end < chunks_.size() && (end == first || size < ahead); ++end)
            if (!in.view(chunks_[end].address, chunks_[end].size)) size += chunks_[end].size;
        held.resize(static_cast<std::size_t>(size));
        stored.clear();
        std::span<std::byte> room = held;
        for (std::size_t i = first; i < end; ++i) {
            chunk_entry const& one = chunks_[i];
            auto const lying = in.view(one.address, one.size);
            stored.push_back(lying ? *lying : room.first(static_cast<std::size_t>(one.size)));
            if (lying) continue;
            if (auto const done = in.read(one.address, room.first(stored.back().size())); !done)
                return done;
            room = room.subspan(stored.back().size());
        }
        return {};
    }

    /// Copies a whole chunk into memory for the whole dataset; `stored`: the bytes of the chunks
    /// from entry `first` on.
    result<void> read_whole(reader const& in, std::uint64_t number, std::size_t first,
                            std::span<bytes::view const> stored, std::span<std::byte> to,
                            filter_buffers& memory) const {
        axes place{};
        axes const none{};
        std::uint64_t rest = number;
        for (unsigned i = grid_.rank; i-- > 0; rest /= grid_.counts[i])
            place[i] = rest % grid_.counts[i];
        overlap const common = meet(place, none.data(), sizes_.data());
        std::size_t const entry = lower_bound(number);
        bytes::view from;
        if (entry < chunks_.size() && chunks_[entry].number == number) {
            auto const decoded =
                decode(in, chunks_[entry], stored[entry - first], plain(common), memory);
            if (!decoded) return decoded.error();
            from = *decoded;
        }
        copy(from, common, sizes_.data(), to);
        return {};
    }

    /// Chunks at the edge may bypass the filters.
    bool plain(overlap const& common) const { return common.partial && how_.edges_unfiltered; }

    bool filtered(std::uint32_t mask) const {
        for (std::size_t i = 0; i < filters_.size(); ++i)
            if ((mask >> i & 1) == 0) return true;
        return false;
    }

    /// Whether the limits grant the memory for a chunk, and it is stored as it must be.
    result<void> check(reader const& in, chunk_entry const& of, bool as_is) const {
        // memory is granted for what is stored, not for what is stated
        if (chunk_bytes_ > in.limits().decoded(of.size))
            return fail(::lade::ids::limit, in.place(of.address), in.limits().decoded(of.size),
                        chunk_bytes_);
        if (as_is && of.size != chunk_bytes_)
            return fail(ids::bad_chunk_size, in.place(of.address), chunk_bytes_, of.size);
        return {};
    }

    /// The elements of a chunk from what is stored of it. Good as long as
    /// `stored`, and until `memory` is used again.
    result<bytes::view> decode(reader const& in, chunk_entry const& of, bytes::view stored,
                               bool plain, filter_buffers& memory) const {
        bool const as_is = plain || !filtered(of.mask);
        if (auto const good = check(in, of, as_is); !good) return good.error();
        if (as_is) return stored;
        auto const decoded =
            decode_chunk(filters_, of.mask, stored, chunk_bytes_, in.verifies(), memory);
        if (!decoded) {
            std::uint64_t const place = in.place(of.address);
            error inner = decoded.error();
            inner.offset = inner.offset == error::nowhere ? place : place + inner.offset;
            return inner;
        }
        return decoded;
    }

    // ---- the last chunks: a chunk has one slot that it may be in, and a row of chunks has as many
    // slots if they fit

    std::optional<bytes::view> kept(std::uint64_t number) const {
        if (slots_.empty()) return std::nullopt;
        slot const& one = slots_[static_cast<std::size_t>(number % slots_most_)];
        if (one.number != number) return std::nullopt;
        return bytes::view(one.bytes);
    }
    /// Keeps a decoded chunk, without a copy where it fills memory of the decoder.
    bytes::view keep(chunk_entry const& of, bytes::view decoded) {
        if (slots_.empty()) slots_.resize(slots_most_);
        slot& one = slots_[static_cast<std::size_t>(of.number % slots_most_)];
        one.number = of.number;
        for (auto* const memory : {&memory_.a, &memory_.b, &stored_})
            if (decoded.data() == memory->data() && decoded.size() == memory->size()) {
                one.bytes.swap(*memory);
                return one.bytes;
            }
        if (filtered(of.mask)) {
            one.bytes.assign(decoded.begin(), decoded.end());
            return one.bytes;
        }
        one.number = no_address;  // it lies in the source
        return decoded;
    }

    /// From a chunk to a box, run by run; an empty `from` stands for the fill value.
    void copy(bytes::view from, overlap const& common, std::uint64_t const* box,
              std::span<std::byte> to) const {
        unsigned last = count_ - 1;
        std::uint64_t run = common.sizes[last];
        while (last > 0 && common.sizes[last] == chunk_[last] && common.sizes[last] == box[last])
            run *= common.sizes[--last];
        std::size_t const run_bytes = static_cast<std::size_t>(run * scalar_size_);
        axes at{};
        while (true) {
            std::uint64_t source = 0;
            std::uint64_t target = 0;
            for (unsigned i = 0; i < count_; ++i) {
                std::uint64_t const step = i < last ? at[i] : 0;
                source = source * chunk_[i] + common.in_chunk[i] + step;
                target = target * box[i] + common.in_box[i] + step;
            }
            auto const part =
                to.subspan(static_cast<std::size_t>(target * scalar_size_), run_bytes);
            if (from.empty()) fill_elements(part, fill_, source * scalar_size_);
            else std::memcpy(part.data(), from.data() + source * scalar_size_, run_bytes);
            unsigned axis = last;
            while (axis > 0 && ++at[axis - 1] == common.sizes[axis - 1]) at[--axis] = 0;
            if (axis == 0) return;
        }
    }

    dataspace space_;
    layout how_;
    filter_pipeline filters_;
    std::vector<std::byte> fill_;
    std::uint64_t scalar_size_;
    std::uint64_t chunk_bytes_;
    chunk_grid grid_;
    unsigned count_;
    axes sizes_{};  ///< of the dataset
    axes chunk_{};  ///< of a chunk
    std::vector<chunk_entry> chunks_;
    std::size_t next_ = 0;
    bool loaded_ = false;

    std::vector<slot> slots_;
    std::size_t slots_most_ = 1;
    filter_buffers memory_;
    std::vector<std::byte> stored_;  ///< of the chunk at hand
};

}  // namespace lade::inline LADE_ABI::hdf5
