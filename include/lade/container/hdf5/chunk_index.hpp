// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/hdf5/btree_v2.hpp>
#include <lade/container/hdf5/extensible_array.hpp>
#include <lade/container/hdf5/layout.hpp>

/// Where the chunks of a dataset are, whatever index it has (III.A.1, IV.A.2.i, appendix C).
///
///     index              entries
///     version 1 B-tree   key: u32 bytes, u32 filter mask, (rank + 1) x u64 first element; child:
///     the chunk single             one chunk, stated in the layout message implicit chunks one
///     behind another, unfiltered fixed array        O address; filtered: bytes, u32 mask; in
///     row-major order of the grid of the maximal sizes extensible array   the same; the axis that
///     can grow is the slowest version 2 B-tree   type 10: O address, rank x u64 place in the grid;
///     11: O address, bytes, u32 mask, place
///
/// Chunks outside the dataset are left out. Chunks that are not there were never written.
namespace lade::inline LADE_ABI::hdf5 {

namespace ids {
inline constexpr error_id bad_chunk{"hdf5.bad_chunk", kind::corrupt,
                                    "a chunk index holds an entry that cannot be"};
}  // namespace ids

/// A stored chunk.
struct chunk_entry {
    std::uint64_t number = 0;  ///< in row-major order of the grid of the dataset
    std::uint64_t address = no_address;
    std::uint64_t size = 0;   ///< bytes in the file
    std::uint32_t mask = 0;   ///< bit i: filter i was skipped
    std::uint32_t order = 0;  ///< of the entry in the index
};

/// The grid of chunks over a dataset.
struct chunk_grid {
    unsigned rank = 0;
    std::array<std::uint64_t, max_rank> counts;  ///< chunks along each axis of the dataset
    std::array<std::uint64_t, max_rank>
        most;  ///< along each axis of its maximal size; 0: unlimited

    /// Precondition: the ranks are equal; no chunk size is 0.
    static chunk_grid of(dataspace const& space, layout const& how) {
        chunk_grid made;
        made.rank = how.rank;
        for (unsigned i = 0; i < made.rank; ++i) {
            std::uint64_t const size = how.chunk[i];
            made.counts[i] = space.dims[i] == 0 ? 0 : (space.dims[i] - 1) / size + 1;
            made.most[i] = space.max[i] == unlimited ? 0
                           : space.max[i] == 0       ? 0
                                                     : (space.max[i] - 1) / size + 1;
        }
        return made;
    }
    /// None if the place is outside. No overflow: there are at most as many chunks as elements.
    std::optional<std::uint64_t> number(std::span<std::uint64_t const> place) const {
        std::uint64_t all = 0;
        for (unsigned i = 0; i < rank; ++i) {
            if (place[i] >= counts[i]) return std::nullopt;
            all = all * counts[i] + place[i];
        }
        return all;
    }
};

namespace detail {

class chunk_index_reader {
  public:
    chunk_index_reader(reader& in, chunk_grid const& grid, layout const& how, bool filtered,
                       std::uint64_t chunk_bytes, std::vector<chunk_entry>& to)
        : in_(in),
          grid_(grid),
          how_(how),
          filtered_(filtered),
          chunk_bytes_(chunk_bytes),
          to_(to) {}

    result<void> run() {
        if (how_.address == no_address) return {};
        switch (how_.index) {
            case index_type::btree_v1: return btree_v1();
            case index_type::single: {
                std::uint64_t const size = how_.single_filtered ? how_.single_size : chunk_bytes_;
                if (filtered_ && !how_.single_filtered)
                    return fail(ids::bad_chunk, in_.place(how_.address));
                std::array<std::uint64_t, max_rank> const first{};
                return add(first, how_.address, size, how_.single_mask, in_.place(how_.address));
            }
            case index_type::implicit: return implicit();
            case index_type::fixed_array:
                return for_each_in_fixed_array(
                    in_, how_.address,
                    [this](std::uint64_t index, bytes::view data, std::uint64_t offset) {
                        return array_element(index, data, offset, none_grows);
                    });
            case index_type::extensible_array: {
                unsigned growing = none_grows;
                for (unsigned i = grid_.rank; i-- > 0;)
                    if (grid_.most[i] == 0) growing = i;
                if (growing == none_grows) return fail(ids::bad_chunk, in_.place(how_.address));
                return for_each_in_extensible_array(
                    in_, how_.address,
                    [this, growing](std::uint64_t index, bytes::view data, std::uint64_t offset) {
                        return array_element(index, data, offset, growing);
                    });
            }
            case index_type::btree_v2: return btree_v2();
        }
        return {};
    }

  private:
    using place_type = std::array<std::uint64_t, max_rank>;
    static constexpr unsigned none_grows = max_rank;

    result<void> add(place_type const& place, std::uint64_t address, std::uint64_t size,
                     std::uint32_t mask, std::uint64_t offset) {
        if (address == no_address) return {};
        auto const number = grid_.number(place);
        if (!number) return {};
        if (!bytes::inside(address, size, in_.size()))
            return fail(ids::bad_chunk, offset, in_.size(), address);
        to_.push_back({*number, address, size, mask, static_cast<std::uint32_t>(to_.size())});
        return {};
    }

    result<void> btree_v1() {
        std::size_t const key_size = 8 + 8 * (std::size_t{grid_.rank} + 1);
        return for_each_in_btree_v1(
            in_, how_.address, 1, key_size,
            [this](bytes::view key, std::uint64_t child, std::uint64_t offset) -> result<void> {
                bytes::cursor at(key, offset);
                std::uint64_t const size = at.number<std::uint32_t>();
                std::uint32_t const mask = at.number<std::uint32_t>();
                place_type place;
                for (unsigned i = 0; i < grid_.rank; ++i) {
                    std::uint64_t const first = at.number<std::uint64_t>();
                    if (first % how_.chunk[i] != 0)
                        return fail(ids::bad_chunk, offset, how_.chunk[i], first);
                    place[i] = first / how_.chunk[i];
                }
                return add(place, child, size, mask, offset);
            });
    }

    /// Place in the grid of the maximal sizes from an index in its row-major order, the axis
    /// `growing` being the slowest. False where that grid is not known. Precondition: `growing` is
    /// none_grows or less than the rank.
    bool place_of(std::uint64_t index, unsigned growing, place_type& place) const {
        for (unsigned i = grid_.rank; i-- > 0;) {
            if (i == growing) continue;
            if (grid_.most[i] == 0) return false;
            place[i] = index % grid_.most[i];
            index /= grid_.most[i];
        }
        if (growing != none_grows) place[growing] = index;
        else if (index != 0) return false;
        return true;
    }

    result<void> array_element(std::uint64_t index, bytes::view data, std::uint64_t offset,
                               unsigned growing) {
        bytes::cursor at(data, offset);
        std::uint64_t const address = in_.address(at);
        std::uint64_t size = chunk_bytes_;
        std::uint32_t mask = 0;
        if (filtered_) {
            if (data.size() < in_.offset_size() + 5U)
                return fail(ids::bad_chunk, offset, in_.offset_size() + 5U, data.size());
            size = at.number_of(static_cast<unsigned>(data.size()) - in_.offset_size() - 4);
            mask = at.number<std::uint32_t>();
        }
        if (!at) return at.error();
        if (address == no_address) return {};
        place_type place{};
        // elements behind the last chunk are room to grow
        if (!place_of(index, growing, place)) return {};
        return add(place, address, size, mask, offset);
    }

    result<void> implicit() {
        if (filtered_) return fail(ids::bad_chunk, in_.place(how_.address));
        std::uint64_t chunks = 1;
        for (unsigned i = 0; i < grid_.rank; ++i) {
            if (grid_.most[i] == 0)
                return grid_.counts[i] == 0 ? result<void>{}
                                            : fail(ids::bad_chunk, in_.place(how_.address));
            auto const all = bytes::product(chunks, grid_.most[i]);
            if (!all || *all > in_.size())
                return fail(ids::bad_chunk, in_.place(how_.address), in_.size(), grid_.most[i]);
            chunks = *all;
        }
        auto const whole = bytes::product(chunks, chunk_bytes_);
        if (!whole || !bytes::inside(how_.address, *whole, in_.size()))
            return in_.outside(how_.address, chunk_bytes_);
        for (std::uint64_t i = 0; i < chunks; ++i) {
            place_type place{};
            if (!place_of(i, none_grows, place)) continue;
            auto const done = add(place, how_.address + i * chunk_bytes_, chunk_bytes_, 0,
                                  in_.place(how_.address));
            if (!done) return done;
        }
        return {};
    }

    result<void> btree_v2() {
        auto const head = read_btree_v2_header(in_, how_.address);
        if (!head) return head.error();
        std::uint64_t const place_at = in_.place(how_.address);
        unsigned const type = filtered_ ? 11 : 10;
        std::uint64_t const fixed =
            std::uint64_t{in_.offset_size()} + (filtered_ ? 5U : 0U) + 8 * grid_.rank;
        if (head->type != type) return fail(ids::bad_btree, place_at, type, head->type);
        if (head->record_size < fixed || (!filtered_ && head->record_size != fixed) ||
            head->record_size > fixed + 7)
            return fail(ids::bad_btree, place_at, fixed, head->record_size);
        unsigned const width = filtered_ ? static_cast<unsigned>(head->record_size - fixed) + 1 : 0;
        return for_each_in_btree_v2(in_, how_.address, *head,
                                    [&](bytes::view record, std::uint64_t offset) -> result<void> {
                                        bytes::cursor at(record, offset);
                                        std::uint64_t const address = in_.address(at);
                                        std::uint64_t size = chunk_bytes_;
                                        std::uint32_t mask = 0;
                                        if (filtered_) {
                                            size = at.number_of(width);
                                            mask = at.number<std::uint32_t>();
                                        }
                                        place_type place;
                                        for (unsigned i = 0; i < grid_.rank; ++i)
                                            place[i] = at.number<std::uint64_t>();
                                        if (!at) return at.error();
                                        return add(place, address, size, mask, offset);
                                    });
    }

    reader& in_;
    chunk_grid const& grid_;
    layout const& how_;
    bool filtered_;
    std::uint64_t chunk_bytes_;
    std::vector<chunk_entry>& to_;
};

}  // namespace detail

/// The stored chunks of a dataset by number; of several with one number the first.
/// Preconditions: the rank of the layout is that of the space; the elements of the space fit 64
/// bits. Errors: hdf5.bad_chunk, those of the indices.
inline result<std::vector<chunk_entry>> read_chunk_index(reader& in, dataspace const& space,
                                                         layout const& how, bool filtered,
                                                         std::uint64_t chunk_bytes) {
    std::vector<chunk_entry> made;
    chunk_grid const grid = chunk_grid::of(space, how);
    if (auto const done =
            detail::chunk_index_reader(in, grid, how, filtered, chunk_bytes, made).run();
        !done)
        return done.error();
    auto const before = [](chunk_entry const& a, chunk_entry const& b) {
        return a.number != b.number ? a.number < b.number : a.order < b.order;
    };
    if (!std::is_sorted(made.begin(), made.end(), before)) bytes::sort(made, before);
    made.erase(std::unique(
                   made.begin(), made.end(),
                   [](chunk_entry const& a, chunk_entry const& b) { return a.number == b.number; }),
               made.end());
    return made;
}

}  // namespace lade::inline LADE_ABI::hdf5
