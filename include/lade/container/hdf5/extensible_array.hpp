// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/hdf5/fixed_array.hpp>

#include <bit>

/// Extensible arrays: the index of chunks of a dataset that can grow along one axis (III.L;
/// specification 3.0, appendix C).
///
///     header: "EAHD", 0, u8 client, u8 bytes of an element, u8 bits of an index, u8 elements in
///     the index block,
///         u8 least elements of a data block, u8 least pointers of a super block, u8 bits of a
///         page, 6 x L statistics, O index block, u32 checksum
///     index block: "EAIB", 0, u8 client, O header, elements, 2 * (least pointers - 1) data blocks,
///     super blocks, u32 checksum super block: "EASB", 0, u8 client, O header, offset, (a bit for
///     each page of each block), data blocks, u32 checksum data block: "EADB", 0, u8 client, O
///     header, offset, elements, u32 checksum; or, where it has more than a page,
///         u32 checksum, then pages of elements and u32 checksum
///
/// Super block u stands for 2^(u/2) data blocks of 2^((u+1)/2) * least elements. The blocks of the
/// first ones hang off the index block. The offset that data blocks state is not what it should be
/// (libhdf5 writes it so): it is not looked at.
namespace lade::inline LADE_ABI::hdf5 {

namespace detail {

template <class F>
class extensible_array_walk {
  public:
    extensible_array_walk(reader& in, F& each) : in_(in), each_(each), work_(in.size()) {}

    result<void> run(std::uint64_t address) {
        std::uint64_t const place = in_.place(address);
        auto const head =
            in_.get(address, 12 + 6 * std::uint64_t{in_.length_size()} + in_.offset_size() + 4);
        if (!head) return head.error();
        bytes::cursor at(head->view(), place);
        if (auto const signature = expect(at, "EAHD"); !signature) return signature;
        if (auto const version = expect_version(at, 0); !version) return version;
        if (auto const good = in_.check(head->view(), place); !good) return good;
        at.bytes(1);
        size_ = at.number<std::uint8_t>();
        unsigned const index_bits = at.number<std::uint8_t>();
        std::uint64_t const in_index = at.number<std::uint8_t>();
        least_ = at.number<std::uint8_t>();
        std::uint64_t const pointers = at.number<std::uint8_t>();
        page_bits_ = at.number<std::uint8_t>();
        at.bytes(std::uint64_t{6} * in_.length_size());
        std::uint64_t const index_at = in_.address(at);
        if (size_ == 0 || index_bits > 64 || !std::has_single_bit(least_) ||
            !std::has_single_bit(pointers) || pointers < 2 || page_bits_ > 32 ||
            index_bits < log2(least_))
            return fail(ids::bad_array_index, place, 64, index_bits);
        offset_width_ = (index_bits + 7) / 8;
        if (index_at == no_address) return {};
        unsigned const supers = 1 + index_bits - log2(least_);
        unsigned const direct_supers = (std::min)(supers, 2 * log2(pointers));
        return index_block(index_at, in_index, 2 * (pointers - 1), supers, direct_supers);
    }

  private:
    static unsigned log2(std::uint64_t power) {
        return static_cast<unsigned>(std::bit_width(power)) - 1;
    }
    static std::uint64_t blocks_of(unsigned super) { return std::uint64_t{1} << (super / 2); }
    std::uint64_t elements_of(unsigned super) const { return least_ << ((super + 1) / 2); }

    /// A block of `body` bytes behind the prefix, its signature, version and checksum looked at.
    result<block> open(std::uint64_t address, char const (&signature)[5], std::uint64_t prefix,
                       std::uint64_t body) {
        std::uint64_t const place = in_.place(address);
        if (auto const fits = work_.spend(prefix + body + 4, place); !fits) return fits.error();
        auto held = in_.get(address, prefix + body + 4);
        if (!held) return held.error();
        bytes::cursor at(held->view(), place);
        if (auto const known = expect(at, signature); !known) return known.error();
        if (auto const version = expect_version(at, 0); !version) return version.error();
        if (auto const good = in_.check(held->view(), place); !good) return good.error();
        return held;
    }

    result<void> elements(bytes::view data, std::uint64_t first, std::uint64_t offset) {
        for (std::size_t i = 0; i < data.size(); i += static_cast<std::size_t>(size_))
            if (auto const done =
                    each_(first + i / size_, data.subspan(i, static_cast<std::size_t>(size_)),
                          offset + i);
                !done)
                return done;
        return {};
    }

    result<void> index_block(std::uint64_t address, std::uint64_t in_index, std::uint64_t direct,
                             unsigned supers, unsigned direct_supers) {
        std::uint64_t const prefix = 6 + std::uint64_t{in_.offset_size()};
        std::uint64_t const body =
            in_index * size_ + (direct + (supers - direct_supers)) * in_.offset_size();
        auto const held = open(address, "EAIB", prefix, body);
        if (!held) return held.error();
        bytes::cursor at(held->view(), in_.place(address));
        at.bytes(prefix);
        std::uint64_t const offset = at.offset();
        if (auto const done = elements(at.bytes(in_index * size_), 0, offset); !done) return done;

        std::uint64_t first = in_index;
        bytes::cursor blocks(at.bytes(direct * in_.offset_size()), offset);
        for (unsigned u = 0; u < supers; ++u) {
            std::uint64_t const each = elements_of(u);
            if (u < direct_supers) {
                for (std::uint64_t i = 0; i < blocks_of(u) && !blocks.done(); ++i, first += each)
                    if (auto const done = data_block(in_.address(blocks), first, each, {}, 0);
                        !done)
                        return done;
            } else {
                std::uint64_t const super_at = in_.address(at);
                if (super_at != no_address)
                    if (auto const done = super_block(super_at, u, first); !done) return done;
                first += each << (u / 2);  // beyond 2^64 nothing can be stored
            }
        }
        return {};
    }

    result<void> super_block(std::uint64_t address, unsigned u, std::uint64_t first) {
        std::uint64_t const each = elements_of(u);
        std::uint64_t const blocks = blocks_of(u);
        std::uint64_t const page = std::uint64_t{1} << page_bits_;
        std::uint64_t const pages = each > page ? each / page : 0;
        std::uint64_t const prefix = 6 + std::uint64_t{in_.offset_size()} + offset_width_;
        if (blocks > in_.size() || pages > in_.size())
            return fail(ids::bad_array_index, in_.place(address), in_.size(), blocks);
        auto const bitmap = bytes::product(blocks, (pages + 7) / 8);
        if (!bitmap || *bitmap > in_.size())
            return fail(ids::bad_array_index, in_.place(address), in_.size(), pages);
        auto const held = open(address, "EASB", prefix, *bitmap + blocks * in_.offset_size());
        if (!held) return held.error();
        bytes::cursor at(held->view(), in_.place(address));
        at.bytes(prefix);
        bytes::view const bits = at.bytes(*bitmap);
        for (std::uint64_t i = 0; i < blocks; ++i)
            if (auto const done =
                    data_block(in_.address(at), first + i * each, each, bits, i * pages);
                !done)
                return done;
        return {};
    }

    result<void> data_block(std::uint64_t address, std::uint64_t first, std::uint64_t count,
                            bytes::view bits, std::uint64_t bit) {
        if (address == no_address) return {};
        std::uint64_t const prefix = 6 + std::uint64_t{in_.offset_size()} + offset_width_;
        std::uint64_t const page = std::uint64_t{1} << page_bits_;
        if (count > in_.size())
            return fail(ids::bad_array_index, in_.place(address), in_.size(), count);
        bool const paged = count > page;
        auto const held = open(address, "EADB", prefix, paged ? 0 : count * size_);
        if (!held) return held.error();
        if (!paged)
            return elements(held->view().subspan(static_cast<std::size_t>(prefix),
                                                 static_cast<std::size_t>(count * size_)),
                            first, in_.place(address) + prefix);
        std::uint64_t page_at = address + prefix + 4;
        for (std::uint64_t i = 0; i < count / page; ++i, ++bit, page_at += page * size_ + 4) {
            bool const written =
                bit / 8 >= bits.size() ||
                (static_cast<unsigned>(bits[static_cast<std::size_t>(bit / 8)]) >> (7 - bit % 8) &
                 1) != 0;
            if (!written) continue;
            if (auto const fits = work_.spend(page * size_ + 4, in_.place(page_at)); !fits)
                return fits;
            auto const one = in_.get(page_at, page * size_ + 4);
            if (!one) return one.error();
            if (auto const good = in_.check(one->view(), in_.place(page_at)); !good) return good;
            auto const done = elements(one->view().first(static_cast<std::size_t>(page * size_)),
                                       first + i * page, in_.place(page_at));
            if (!done) return done;
        }
        return {};
    }

    reader& in_;
    F& each_;
    budget work_;
    std::uint64_t size_ = 0;
    std::uint64_t least_ = 1;
    unsigned page_bits_ = 0;
    unsigned offset_width_ = 0;
};

}  // namespace detail

/// Calls each(index, element, offset) -> result<void> for all elements of blocks that were written.
/// Errors: hdf5.bad_array_index, hdf5.bad_signature, hdf5.unsupported_version, hdf5.bad_checksum,
/// hdf5.overlapping_structures, hdf5.bad_address, io, those of `each`.
template <class F>
result<void> for_each_in_extensible_array(reader& in, std::uint64_t address, F each) {
    return detail::extensible_array_walk<F>(in, each).run(address);
}

}  // namespace lade::inline LADE_ABI::hdf5
