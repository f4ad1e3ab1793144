// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/hdf5/btree_v2.hpp>
#include <lade/container/hdf5/filters.hpp>

#include <bit>

/// Fractal heaps: the links of new groups and the attributes that do not fit an object header
/// (III.G).
///
///     header: "FRHP", 0, u16 bytes of an id, u16 bytes of filters, u8 flags (2: blocks have
///     checksums),
///         u32 largest managed object, L next huge id, O B-tree of huge objects, L free space, O
///         its manager, 8 x L statistics, u16 width of the table, L first block, L largest direct
///         block, u16 bits of an offset, u16 first rows, O root block, u16 rows of the root,
///         (filtered: L bytes of the root, u32 mask, pipeline), u32 checksum
///     direct block: "FHDB", 0, O header, offset in the heap, (u32 checksum, computed with zeros in
///     its place), objects indirect block: "FHIB", 0, O header, offset in the heap, children
///     (direct: O, filtered: L bytes, u32 mask; indirect: O),
///         u32 checksum
///
///     id: byte 0: bits 4-5: 0 managed: offset, length; 1 huge: address, length (filtered: u32
///     mask, L bytes) where the id has
///         room for them, else a key of the B-tree; 2 tiny: the object itself
///
/// The table of blocks has rows of `width` blocks; blocks of row 0 and 1 have the first size, each
/// further row doubles it. Offsets count from the start of a block, header included.
namespace lade::inline LADE_ABI::hdf5 {

namespace ids {
inline constexpr error_id bad_fractal_heap{"hdf5.bad_fractal_heap", kind::corrupt,
                                           "a fractal heap holds a number that cannot be"};
inline constexpr error_id no_heap_object{"hdf5.no_heap_object", kind::corrupt,
                                         "an id leads to no object of its fractal heap"};
}  // namespace ids

class fractal_heap {
  public:
    /// Reads the header and all indirect blocks; direct blocks are read when they are asked for.
    /// `in` must outlive the heap. Errors: hdf5.bad_fractal_heap, hdf5.bad_signature,
    /// hdf5.unsupported_version, hdf5.bad_checksum, hdf5.overlapping_structures, hdf5.bad_address,
    /// bytes.truncated, io, those of filter pipelines.
    static result<fractal_heap> open(reader& in, std::uint64_t address) {
        fractal_heap made(in, address);
        if (auto const done = made.read_header(); !done) return done.error();
        budget work(in.size());
        if (made.root_ != no_address) {
            if (made.rows_ == 0) {
                made.blocks_.push_back({0,
                                        made.first_size_,
                                        made.root_,
                                        made.root_stored_,
                                        made.root_mask_,
                                        {},
                                        false});
            } else if (auto const done = made.read_indirect(made.root_, 0, made.rows_, work, 0);
                       !done) {
                return done.error();
            }
        }
        return made;
    }

    unsigned id_size() const { return id_size_; }

    /// The object; good as long as the heap. Errors: hdf5.no_heap_object, those of `open`.
    result<bytes::view> find(bytes::view id) {
        if (id.size() < id_size_ || id.empty())
            return fail(ids::no_heap_object, error::nowhere, id_size_, id.size());
        id = id.first(id_size_);
        unsigned const head = static_cast<unsigned>(id[0]);
        if (head >> 6 != 0) return fail(ids::unsupported_version, error::nowhere, 0, head >> 6);
        switch (head >> 4 & 3) {
            case 0: return find_managed(id);
            case 1: return find_huge(id);
            case 2: {
                std::size_t const skip = id_size_ > 18 ? 2 : 1;
                std::size_t size = head & 15;
                if (skip == 2) size = size << 8 | static_cast<std::size_t>(id[1]);
                if (size + 1 > id.size() - skip)
                    return fail(ids::no_heap_object, error::nowhere, id.size() - skip, size + 1);
                // the id may not live as long as the heap
                held_.emplace_back(std::vector<std::byte>(
                    id.begin() + static_cast<std::ptrdiff_t>(skip),
                    id.begin() + static_cast<std::ptrdiff_t>(skip + size + 1)));
                return held_.back().view();
            }
            default: return fail(ids::no_heap_object, error::nowhere, 2, head >> 4 & 3);
        }
    }

  private:
    struct direct_block {
        std::uint64_t offset;   ///< in the heap
        std::uint64_t size;     ///< in the heap
        std::uint64_t address;  ///< in the file
        std::uint64_t stored;   ///< filtered: bytes in the file
        std::uint32_t mask;
        block data;
        bool loaded;
    };
    struct huge_object {
        std::uint64_t id, address, stored, size;
        std::uint32_t mask;
    };

    fractal_heap(reader& in, std::uint64_t address)
        : in_(&in), address_(address), loads_(in.size()) {}

    result<void> read_header() {
        reader& in = *in_;
        std::uint64_t const place = in.place(address_);
        std::uint64_t const fixed = 4 + 1 + 2 + 2 + 1 + 4 + 12 * std::uint64_t{in.length_size()} +
                                    3 * std::uint64_t{in.offset_size()} + 2 + 2 + 2 + 2;
        auto const front = in.get(address_, 9);
        if (!front) return front.error();
        std::uint64_t const filters = bytes::load_le<std::uint16_t>(front->view().data() + 7);
        std::uint64_t const whole = fixed + (filters == 0 ? 0 : in.length_size() + 4 + filters) + 4;
        auto const head = in.get(address_, whole);
        if (!head) return head.error();
        bytes::cursor at(head->view(), place);
        if (auto const signature = expect(at, "FRHP"); !signature) return signature;
        if (auto const version = expect_version(at, 0); !version) return version;
        if (auto const good = in.check(head->view(), place); !good) return good;
        id_size_ = at.number<std::uint16_t>();
        at.bytes(2);
        flags_ = at.number<std::uint8_t>();
        std::uint64_t const most_managed = at.number<std::uint32_t>();
        in.length(at);
        huge_tree_ = in.address(at);
        in.length(at);
        in.address(at);
        at.bytes(std::uint64_t{8} * in.length_size());
        width_ = at.number<std::uint16_t>();
        first_size_ = in.length(at);
        most_direct_ = in.length(at);
        offset_bits_ = at.number<std::uint16_t>();
        at.bytes(2);
        root_ = in.address(at);
        rows_ = at.number<std::uint16_t>();
        if (filters != 0) {
            root_stored_ = in.length(at);
            root_mask_ = at.number<std::uint32_t>();
            std::uint64_t const offset = at.offset();
            auto pipeline = read_filter_pipeline(at.bytes(filters), offset);
            if (!pipeline) return pipeline.error();
            pipeline_ = std::move(*pipeline);
        }
        if (!at) return at.error();
        if (id_size_ < 2 || !std::has_single_bit(width_) || !std::has_single_bit(first_size_) ||
            !std::has_single_bit(most_direct_) || most_direct_ < first_size_ ||
            most_direct_ > 0xffffffff || offset_bits_ == 0 || offset_bits_ > 64 ||
            log2(first_size_) + log2(width_) > offset_bits_)
            return fail(ids::bad_fractal_heap, place, 64, offset_bits_);
        direct_rows_ = log2(most_direct_) - log2(first_size_) + 2;
        most_rows_ = offset_bits_ - log2(first_size_) - log2(width_) + 1;
        if (rows_ > most_rows_) return fail(ids::bad_fractal_heap, place, most_rows_, rows_);
        offset_width_ = (offset_bits_ + 7) / 8;
        length_width_ = width_for((std::min)(most_direct_, most_managed));
        return {};
    }

    static unsigned log2(std::uint64_t power) {
        return static_cast<unsigned>(std::bit_width(power)) - 1;
    }
    std::uint64_t row_size(unsigned row) const {
        return row == 0 ? first_size_ : first_size_ << (row - 1);
    }

    result<void> read_indirect(std::uint64_t address, std::uint64_t offset, unsigned rows,
                               budget& work, unsigned depth) {
        reader& in = *in_;
        std::uint64_t const place = in.place(address);
        if (depth > 32) return fail(ids::bad_fractal_heap, place, 32, depth);
        std::uint64_t const head = 5 + std::uint64_t{in.offset_size()} + offset_width_;
        unsigned const direct = (std::min)(rows, direct_rows_);
        std::uint64_t const child =
            in.offset_size() + (pipeline_.empty() ? 0 : in.length_size() + 4);
        std::uint64_t const whole =
            head + width_ * (direct * child + std::uint64_t{rows - direct} * in.offset_size()) + 4;
        if (auto const fits = work.spend(whole, place); !fits) return fits;
        auto const held = in.get(address, whole);
        if (!held) return held.error();
        bytes::cursor at(held->view(), place);
        if (auto const signature = expect(at, "FHIB"); !signature) return signature;
        if (auto const version = expect_version(at, 0); !version) return version;
        if (auto const good = in.check(held->view(), place); !good) return good;
        at.bytes(in.offset_size() + offset_width_);
        for (unsigned row = 0; row < rows; ++row) {
            std::uint64_t const size = row_size(row);
            for (std::uint64_t i = 0; i < width_; ++i, offset += size) {
                std::uint64_t const to = in.address(at);
                if (row < direct_rows_) {
                    std::uint64_t stored = size;
                    std::uint32_t mask = 0;
                    if (!pipeline_.empty()) {
                        stored = in.length(at);
                        mask = at.number<std::uint32_t>();
                    }
                    if (to != no_address)
                        blocks_.push_back({offset, size, to, stored, mask, {}, false});
                } else if (to != no_address) {
                    unsigned const bits = log2(size);
                    unsigned const least = log2(first_size_) + log2(width_);
                    if (bits < least) return fail(ids::bad_fractal_heap, place, least, bits);
                    if (auto const done =
                            read_indirect(to, offset, bits - least + 1, work, depth + 1);
                        !done)
                        return done;
                }
            }
        }
        return {};
    }

    result<void> load(direct_block& of) {
        reader& in = *in_;
        std::uint64_t const place = in.place(of.address);
        std::uint64_t const stored = pipeline_.empty() ? of.size : of.stored;
        if (auto const fits = loads_.spend(stored, place); !fits) return fits;
        auto held = in.get(of.address, stored);
        if (!held) return held.error();
        if (!pipeline_.empty()) {
            if (of.size > in.limits().decoded(stored))
                return fail(::lade::ids::limit, place, in.limits().decoded(stored), of.size);
            filter_buffers memory;
            auto const plain =
                decode_chunk(pipeline_, of.mask, held->view(), of.size, in.verifies(), memory);
            if (!plain) return plain.error();
            held = block(std::vector<std::byte>(plain->begin(), plain->end()));
        }
        bytes::cursor at(held->view(), place);
        if (auto const signature = expect(at, "FHDB"); !signature) return signature;
        if (auto const version = expect_version(at, 0); !version) return version;
        at.bytes(in.offset_size());
        std::uint64_t const offset = at.number_of(offset_width_);
        if (!at) return at.error();
        if (offset != of.offset) return fail(ids::bad_fractal_heap, place, of.offset, offset);
        if ((flags_ & 2) != 0 && in.verifies()) {
            std::size_t const sum_at = held->view().size() - at.left();
            std::uint32_t const stored_sum = at.number<std::uint32_t>();
            if (!at) return at.error();
            std::vector<std::byte> copy(held->view().begin(), held->view().end());
            std::memset(copy.data() + sum_at, 0, 4);
            std::uint32_t const sum = codec::lookup3(copy);
            if (sum != stored_sum) return fail(ids::bad_checksum, place, stored_sum, sum);
        }
        of.data = std::move(*held);
        of.loaded = true;
        return {};
    }

    result<bytes::view> find_managed(bytes::view id) {
        bytes::cursor at(id.subspan(1));
        std::uint64_t const offset = at.number_of(offset_width_);
        std::uint64_t const size = at.number_of(length_width_);
        if (!at) return at.error();
        auto next = std::upper_bound(
            blocks_.begin(), blocks_.end(), offset,
            [](std::uint64_t key, direct_block const& one) { return key < one.offset; });
        if (next == blocks_.begin())
            return fail(ids::no_heap_object, in_->place(address_), 0, offset);
        direct_block& within = *(next - 1);
        std::uint64_t const start = offset - within.offset;
        std::uint64_t const head =
            5 + std::uint64_t{in_->offset_size()} + offset_width_ + ((flags_ & 2) != 0 ? 4 : 0);
        if (start < head || !bytes::inside(start, size, within.size))
            return fail(ids::no_heap_object, in_->place(address_), within.size, start);
        if (!within.loaded)
            if (auto const done = load(within); !done) return done.error();
        return within.data.view().subspan(static_cast<std::size_t>(start),
                                          static_cast<std::size_t>(size));
    }

    result<bytes::view> find_huge(bytes::view id) {
        reader& in = *in_;
        bool const filtered = !pipeline_.empty();
        std::size_t const direct =
            in.offset_size() + in.length_size() + (filtered ? 4 + in.length_size() : 0U);
        bytes::cursor at(id.subspan(1));
        huge_object found{};
        if (direct <= id.size() - 1) {
            found.address = in.address(at);
            found.stored = found.size = in.length(at);
            if (filtered) {
                found.mask = at.number<std::uint32_t>();
                found.size = in.length(at);
            }
        } else {
            if (!huge_read_)
                if (auto const done = read_huge(); !done) return done.error();
            std::uint64_t const key = at.number_of(
                static_cast<unsigned>(std::min<std::size_t>(id.size() - 1, in.length_size())));
            auto const one =
                std::lower_bound(huge_.begin(), huge_.end(), key,
                                 [](huge_object const& a, std::uint64_t b) { return a.id < b; });
            if (one == huge_.end() || one->id != key)
                return fail(ids::no_heap_object, in.place(address_), 0, key);
            found = *one;
        }
        auto held = in.get(found.address, found.stored);
        if (!held) return held.error();
        if (filtered) {
            if (found.size > in.limits().decoded(found.stored))
                return fail(::lade::ids::limit, in.place(found.address),
                            in.limits().decoded(found.stored), found.size);
            filter_buffers memory;
            auto const plain = decode_chunk(pipeline_, found.mask, held->view(), found.size,
                                            in.verifies(), memory);
            if (!plain) return plain.error();
            held = block(std::vector<std::byte>(plain->begin(), plain->end()));
        }
        // copies of the same bytes under many ids must not pile up
        copied_ += found.size;
        if (copied_ > in.limits().decoded(in.size()))
            return fail(::lade::ids::limit, in.place(found.address), in.size(), copied_);
        held_.push_back(std::move(*held));
        return held_.back().view();
    }

    /// B-tree type 1: O address, L length, L id; type 2, filtered: O address, L length, u32 mask, L
    /// size, L id.
    result<void> read_huge() {
        reader& in = *in_;
        if (huge_tree_ == no_address) return fail(ids::no_heap_object, in.place(address_));
        auto const head = read_btree_v2_header(in, huge_tree_);
        if (!head) return head.error();
        bool const filtered = !pipeline_.empty();
        if (head->type != (filtered ? 2 : 1))
            return fail(ids::bad_btree, in.place(huge_tree_), 1, head->type);
        auto const done = for_each_in_btree_v2(
            in, huge_tree_, *head, [&](bytes::view record, std::uint64_t offset) -> result<void> {
                bytes::cursor at(record, offset);
                huge_object one{};
                one.address = in.address(at);
                one.stored = one.size = in.length(at);
                if (filtered) {
                    one.mask = at.number<std::uint32_t>();
                    one.size = in.length(at);
                }
                one.id = in.length(at);
                if (!at) return at.error();
                huge_.push_back(one);
                return {};
            });
        if (!done) return done;
        bytes::sort(huge_, [](huge_object const& a, huge_object const& b) { return a.id < b.id; });
        huge_read_ = true;
        return {};
    }

    reader* in_;
    std::uint64_t address_;
    budget loads_;
    unsigned id_size_ = 0;
    unsigned flags_ = 0;
    std::uint64_t huge_tree_ = no_address;
    std::uint64_t width_ = 0;
    std::uint64_t first_size_ = 0;
    std::uint64_t most_direct_ = 0;
    unsigned offset_bits_ = 0;
    unsigned rows_ = 0;
    unsigned direct_rows_ = 0;
    unsigned most_rows_ = 0;
    unsigned offset_width_ = 0;
    unsigned length_width_ = 0;
    std::uint64_t root_ = no_address;
    std::uint64_t root_stored_ = 0;
    std::uint32_t root_mask_ = 0;
    filter_pipeline pipeline_{};
    std::vector<direct_block> blocks_{};  ///< by offset
    std::vector<huge_object> huge_{};     ///< by id
    std::vector<block> held_{};
    std::uint64_t copied_ = 0;
    bool huge_read_ = false;
};

}  // namespace lade::inline LADE_ABI::hdf5
