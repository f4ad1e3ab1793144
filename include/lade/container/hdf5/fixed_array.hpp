// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/hdf5/reader.hpp>

/// Fixed arrays: the index of chunks of a dataset that cannot grow (III.K; specification 3.0,
/// appendix C).
///
///     header                                    data block
///     byte  size  member                        byte  size  member
///        0     4  "FAHD"                           0     4  "FADB"
///        4     1  0                                4     1  0
///        5     1  client: 0 plain, 1 filtered      5     1  client
///        6     1  bytes of an element              6     O  header
///        7     1  bits of a page                         .  up to 2^bits elements: the elements,
///        u32 checksum 8     L  elements                               .  else: a bit for each
///        page, the most significant first,
///              O  data block                                u32 checksum; pages of 2^bits elements
///              and u32 checksum 4  checksum
///
/// Pages whose bit is 0 were never written; their space is there all the same.
namespace lade::inline LADE_ABI::hdf5 {

namespace ids {
inline constexpr error_id bad_array_index{
    "hdf5.bad_array_index", kind::corrupt,
    "an array that indexes chunks holds a number that cannot be"};
}  // namespace ids

/// Calls each(index, element, offset) -> result<void> for all elements that were written.
/// Errors: hdf5.bad_array_index, hdf5.bad_signature, hdf5.unsupported_version, hdf5.bad_checksum,
/// hdf5.bad_address, io, those of `each`.
template <class F>
result<void> for_each_in_fixed_array(reader& in, std::uint64_t address, F each) {
    std::uint64_t place = in.place(address);
    auto const head = in.get(address, 8 + std::uint64_t{in.length_size()} + in.offset_size() + 4);
    if (!head) return head.error();
    bytes::cursor at(head->view(), place);
    if (auto const signature = expect(at, "FAHD"); !signature) return signature;
    if (auto const version = expect_version(at, 0); !version) return version;
    if (auto const good = in.check(head->view(), place); !good) return good;
    at.bytes(1);
    std::uint64_t const size = at.number<std::uint8_t>();
    unsigned const page_bits = at.number<std::uint8_t>();
    std::uint64_t const count = in.length(at);
    std::uint64_t const block_at = in.address(at);
    if (size == 0 || page_bits > 32) return fail(ids::bad_array_index, place, 32, page_bits);
    if (block_at == no_address) return {};
    auto const all = bytes::product(count, size);
    if (!all || *all > in.size()) return fail(ids::bad_array_index, place, in.size(), count);

    auto const elements = [&](bytes::view data, std::uint64_t first,
                              std::uint64_t offset) -> result<void> {
        for (std::size_t i = 0; i < data.size(); i += static_cast<std::size_t>(size))
            if (auto const done = each(first + i / size,
                                       data.subspan(i, static_cast<std::size_t>(size)), offset + i);
                !done)
                return done;
        return {};
    };

    place = in.place(block_at);
    std::uint64_t const prefix = 6 + std::uint64_t{in.offset_size()};
    std::uint64_t const page = std::uint64_t{1} << page_bits;
    bool const paged = count > page;
    std::uint64_t const pages = paged ? (count - 1) / page + 1 : 0;
    std::uint64_t const body = paged ? (pages + 7) / 8 : *all;
    auto const held = in.get(block_at, prefix + body + 4);
    if (!held) return held.error();
    bytes::cursor front(held->view(), place);
    if (auto const signature = expect(front, "FADB"); !signature) return signature;
    if (auto const version = expect_version(front, 0); !version) return version;
    if (auto const good = in.check(held->view(), place); !good) return good;
    bytes::view const data =
        held->view().subspan(static_cast<std::size_t>(prefix), static_cast<std::size_t>(body));
    if (!paged) return elements(data, 0, place + prefix);

    std::uint64_t page_at = block_at + prefix + body + 4;
    for (std::uint64_t i = 0; i < pages; ++i) {
        std::uint64_t const in_page = (std::min)(page, count - i * page) * size;
        auto const bits = static_cast<unsigned>(data[static_cast<std::size_t>(i / 8)]);
        if ((bits >> (7 - i % 8) & 1) != 0) {
            auto const one = in.get(page_at, in_page + 4);
            if (!one) return one.error();
            if (auto const good = in.check(one->view(), in.place(page_at)); !good) return good;
            auto const done = elements(one->view().first(static_cast<std::size_t>(in_page)),
                                       i * page, in.place(page_at));
            if (!done) return done;
        }
        page_at += in_page + 4;
    }
    return {};
}

}  // namespace lade::inline LADE_ABI::hdf5
