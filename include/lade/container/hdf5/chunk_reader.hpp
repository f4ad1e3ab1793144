// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/hdf5/boxes.hpp>
#include <lade/container/hdf5/chunk_index.hpp>
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
            std::clamp<std::uint64_t>(row + 1, 1, std::min<std::uint64_t>(fit, 4096)));
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

  private:
    struct slot {
        std::uint64_t number = no_address;
        std::uint64_t used = 0;
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
        auto const at = std::lower_bound(
            chunks_.begin(), chunks_.end(), number,
            [](chunk_entry const& one, std::uint64_t key) { return one.number < key; });
        if (at == chunks_.end() || at->number != number) return nullptr;
        next_ = static_cast<std::size_t>(at - chunks_.begin()) + 1;
        return &*at;
    }

    /// Copies what the chunk at `place` has of the box.
    result<void> read_part(reader& in, axes const& place, std::uint64_t const* start,
                           std::uint64_t const* count, std::span<std::byte> to) {
        axes in_chunk;         // where the common part begins in the chunk
        axes in_box;           // and in the box
        axes common;           // its sizes
        bool whole = true;     // nothing of the chunk is left for a later call
        bool partial = false;  // the chunk reaches beyond the dataset
        for (unsigned i = 0; i < count_; ++i) {
            std::uint64_t const chunk_first = place[i] * chunk_[i];
            std::uint64_t const chunk_end =
                chunk_first + std::min(chunk_[i], sizes_[i] - chunk_first);
            std::uint64_t const first = std::max(chunk_first, start[i]);
            std::uint64_t const end = std::min(chunk_end, start[i] + count[i]);
            in_chunk[i] = first - chunk_first;
            in_box[i] = first - start[i];
            common[i] = end - first;
            whole = whole && first == chunk_first && end == chunk_end;
            partial = partial || chunk_end - chunk_first < chunk_[i];
        }
        chunk_entry const* const entry = find(*grid_.number(place));
        bytes::view from;
        if (entry != nullptr) {
            auto const decoded = decode(in, *entry, partial && how_.edges_unfiltered, !whole);
            if (!decoded) return decoded.error();
            from = *decoded;
        }
        copy(from, in_chunk, in_box, common, count, to);
        return {};
    }

    /// The elements of a chunk; good until the next call.
    result<bytes::view> decode(reader& in, chunk_entry const& of, bool plain, bool keep) {
        std::uint64_t const place = in.place(of.address);
        for (slot& one : slots_)
            if (one.number == of.number) {
                one.used = ++clock_;
                return bytes::view(one.bytes);
            }
        // memory is granted for what is stored, not for what is stated
        if (chunk_bytes_ > in.limits().decoded(of.size))
            return fail(::lade::ids::limit, place, in.limits().decoded(of.size), chunk_bytes_);
        bool filtered = false;
        for (std::size_t i = 0; i < filters_.size(); ++i)
            filtered = filtered || (of.mask >> i & 1) == 0;
        if (plain) filtered = false;
        if (!filtered && of.size != chunk_bytes_)
            return fail(ids::bad_chunk_size, place, chunk_bytes_, of.size);

        if (!filtered) {
            if (auto const lying = in.view(of.address, of.size)) return *lying;
            auto& to = keep ? kept(of.number) : memory_.a;
            to.resize(static_cast<std::size_t>(chunk_bytes_));
            if (auto const done = in.read(of.address, to); !done) return forget(done.error());
            return bytes::view(to);
        }
        bytes::view stored;
        if (auto const lying = in.view(of.address, of.size)) {
            stored = *lying;
        } else {
            stored_.resize(static_cast<std::size_t>(of.size));
            if (auto const done = in.read(of.address, stored_); !done) return done.error();
            stored = stored_;
        }
        auto const decoded =
            decode_chunk(filters_, of.mask, stored, chunk_bytes_, in.verifies(), memory_);
        if (!decoded) {
            error inner = decoded.error();
            inner.offset = inner.offset == error::nowhere ? place : place + inner.offset;
            return inner;
        }
        if (!keep) return *decoded;
        auto& to = kept(of.number);
        if (decoded->data() == memory_.a.data()) to.swap(memory_.a);
        else if (decoded->data() == memory_.b.data()) to.swap(memory_.b);
        else to.assign(decoded->begin(), decoded->end());
        return bytes::view(to);
    }

    /// The memory of a slot that now belongs to chunk `number`.
    std::vector<std::byte>& kept(std::uint64_t number) {
        if (slots_.size() < slots_most_) {
            slots_.emplace_back();
            last_ = slots_.size() - 1;
        } else {
            last_ = 0;
            for (std::size_t i = 1; i < slots_.size(); ++i)
                if (slots_[i].used < slots_[last_].used) last_ = i;
        }
        slots_[last_].number = number;
        slots_[last_].used = ++clock_;
        return slots_[last_].bytes;
    }
    error forget(error const& why) {
        for (slot& one : slots_)
            if (one.used == clock_) one.number = no_address;
        return why;
    }

    /// From a chunk to a box, run by run; an empty `from` stands for the fill value.
    void copy(bytes::view from, axes const& in_chunk, axes const& in_box, axes const& common,
              std::uint64_t const* box, std::span<std::byte> to) const {
        unsigned last = count_ - 1;
        std::uint64_t run = common[last];
        while (last > 0 && common[last] == chunk_[last] && common[last] == box[last])
            run *= common[--last];
        std::size_t const run_bytes = static_cast<std::size_t>(run * scalar_size_);
        axes at{};
        while (true) {
            std::uint64_t source = 0;
            std::uint64_t target = 0;
            for (unsigned i = 0; i < count_; ++i) {
                std::uint64_t const step = i < last ? at[i] : 0;
                source = source * chunk_[i] + in_chunk[i] + step;
                target = target * box[i] + in_box[i] + step;
            }
            auto const part =
                to.subspan(static_cast<std::size_t>(target * scalar_size_), run_bytes);
            if (from.empty()) fill_elements(part, fill_, source * scalar_size_);
            else std::memcpy(part.data(), from.data() + source * scalar_size_, run_bytes);
            unsigned axis = last;
            while (axis > 0 && ++at[axis - 1] == common[axis - 1]) at[--axis] = 0;
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
    std::size_t last_ = 0;
    std::uint64_t clock_ = 0;
    filter_buffers memory_;
    std::vector<std::byte> stored_;
};

}  // namespace lade::inline LADE_ABI::hdf5
