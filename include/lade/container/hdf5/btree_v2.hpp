// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/hdf5/btree_v1.hpp>

#include <array>

/// Version 2 B-trees: indices of links, attributes, huge heap objects, shared messages and chunks
/// (III.A.2).
///
///     header                                    leaf                        internal node
///     byte  size  member                        0  4  "BTLF"                0  4  "BTIN"
///        0     4  "BTHD"                        4  1  0                     4  1  0
///        4     1  0                             5  1  type                  5  1  type
///        5     1  type                          6  .  records               6  .  n records
///        6     4  bytes of a node                  4  checksum                 .  n + 1 children:
///        O address, records
///       10     2  bytes of a record                                               in it, records
///       in all below (only 12     2  depth where children are internal) 14     2  when to split,
///       when to merge                                 4  checksum 16     O  root
///              2  records of the root
///              L  records in all
///              4  checksum
///
/// The widths of the two numbers of a child follow from the most records that a node of its level
/// can have.
namespace lade::inline LADE_ABI::hdf5 {

struct btree_v2_header {
    std::uint64_t root = no_address;
    std::uint64_t records = 0;
    std::uint32_t node_size = 0;
    std::uint16_t record_size = 0;
    std::uint16_t root_records = 0;
    std::uint8_t type = 0;
    std::uint8_t depth = 0;
};

inline constexpr unsigned btree_v2_max_depth = 16;

/// Errors: hdf5.bad_btree, hdf5.bad_signature, hdf5.unsupported_version, hdf5.bad_checksum,
/// hdf5.bad_address, io.
inline result<btree_v2_header> read_btree_v2_header(reader& in, std::uint64_t address) {
    std::uint64_t const place = in.place(address);
    auto const head =
        in.get(address, 16 + std::uint64_t{in.offset_size()} + 2 + in.length_size() + 4);
    if (!head) return head.error();
    bytes::cursor at(head->view(), place);
    if (auto const signature = expect(at, "BTHD"); !signature) return signature.error();
    if (auto const version = expect_version(at, 0); !version) return version.error();
    if (auto const good = in.check(head->view(), place); !good) return good.error();
    btree_v2_header made;
    made.type = at.number<std::uint8_t>();
    made.node_size = at.number<std::uint32_t>();
    made.record_size = at.number<std::uint16_t>();
    unsigned const depth = at.number<std::uint16_t>();
    at.bytes(2);
    made.root = in.address(at);
    made.root_records = at.number<std::uint16_t>();
    made.records = in.length(at);
    if (depth > btree_v2_max_depth)
        return fail(ids::bad_btree, place + 12, btree_v2_max_depth, depth);
    made.depth = static_cast<std::uint8_t>(depth);
    if (made.record_size == 0 || made.node_size < 10U + made.record_size)
        return fail(ids::bad_btree, place + 6, made.node_size, made.record_size);
    return made;
}

namespace detail {

/// What follows from the sizes for each level: level 0 are leaves.
struct btree_v2_levels {
    std::array<std::uint64_t, btree_v2_max_depth + 1> most{};    ///< records in a node
    std::array<std::uint64_t, btree_v2_max_depth + 1> below{};   ///< records in a node and below it
    std::array<std::uint8_t, btree_v2_max_depth + 1> pointer{};  ///< bytes of a child
    unsigned count_width = 1;

    /// False if the sizes cannot be.
    bool build(reader const& in, btree_v2_header const& of) {
        most[0] = below[0] = (of.node_size - 10) / of.record_size;
        count_width = width_for(most[0]);
        for (unsigned k = 1; k <= of.depth; ++k) {
            unsigned const all = k == 1 ? 0 : width_for(below[k - 1]);
            unsigned const size = in.offset_size() + count_width + all;
            pointer[k] = static_cast<std::uint8_t>(size);
            if (of.node_size < 10 + size) return false;
            most[k] = (of.node_size - 10 - size) / (of.record_size + size);
            if (most[k] == 0) return false;
            auto const children = bytes::product(most[k] + 1, below[k - 1]);
            auto const sum = children ? bytes::sum(*children, most[k]) : std::nullopt;
            below[k] = sum ? *sum : ~std::uint64_t{0};
        }
        return true;
    }
};

template <class F>
result<void> walk_btree_v2(reader& in, btree_v2_header const& of, btree_v2_levels const& levels,
                           budget& work, std::uint64_t address, std::uint64_t count, unsigned level,
                           F& each) {
    std::uint64_t const place = in.place(address);
    if (count > levels.most[level]) return fail(ids::bad_btree, place, levels.most[level], count);
    std::uint64_t const size =
        6 + count * of.record_size + (level == 0 ? 0 : (count + 1) * levels.pointer[level]) + 4;
    if (auto const fits = work.spend(size, place); !fits) return fits;
    auto const node = in.get(address, size);
    if (!node) return node.error();
    bytes::cursor at(node->view(), place);
    if (auto const signature = level == 0 ? expect(at, "BTLF") : expect(at, "BTIN"); !signature)
        return signature;
    if (auto const version = expect_version(at, 0); !version) return version;
    if (auto const good = in.check(node->view(), place); !good) return good;
    unsigned const type = at.number<std::uint8_t>();
    if (type != of.type) return fail(ids::bad_btree, place + 5, of.type, type);
    std::uint64_t const records_at = at.offset();
    bytes::view const records = at.bytes(count * of.record_size);
    for (std::uint64_t i = 0; i <= count; ++i) {
        if (level > 0) {
            std::uint64_t const child = in.address(at);
            std::uint64_t const in_child = at.number_of(levels.count_width);
            at.bytes(levels.pointer[level] - in.offset_size() - levels.count_width);
            if (auto const done =
                    walk_btree_v2(in, of, levels, work, child, in_child, level - 1, each);
                !done)
                return done;
        }
        if (i == count) break;
        if (auto const done =
                each(records.subspan(static_cast<std::size_t>(i * of.record_size), of.record_size),
                     records_at + i * of.record_size);
            !done)
            return done;
    }
    return {};
}

}  // namespace detail

/// Calls each(record, offset) -> result<void> for all records in order.
/// Errors: hdf5.bad_btree, hdf5.bad_signature, hdf5.unsupported_version, hdf5.bad_checksum,
/// hdf5.overlapping_structures, hdf5.bad_address, io, those of `each`.
template <class F>
result<void> for_each_in_btree_v2(reader& in, std::uint64_t address, btree_v2_header const& of,
                                  F each) {
    if (of.root == no_address) return {};
    detail::btree_v2_levels levels;
    if (!levels.build(in, of)) return fail(ids::bad_btree, in.place(address), 0, of.node_size);
    budget work(in.size());
    return detail::walk_btree_v2(in, of, levels, work, of.root, of.root_records, of.depth, each);
}

}  // namespace lade::inline LADE_ABI::hdf5
