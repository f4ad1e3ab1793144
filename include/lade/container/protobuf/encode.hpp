// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/protobuf/message.hpp>

#include <algorithm>
#include <span>
#include <vector>

namespace lade::inline LADE_ABI::protobuf {

/// Bytes that `encode` makes. Zero for an absent message.
inline std::uint64_t encoded_size(message of) { return of ? detail::measure(*of.node()) : 0; }

/// The message as bytes: what was not touched as it stood, in its place. Same message, same bytes.
inline std::vector<std::byte> encode(message of) {
    std::vector<std::byte> out(static_cast<std::size_t>(encoded_size(of)));
    if (of) detail::emit(*of.node(), out.data());
    return out;
}

/// A message equal to `of` in the form that protobuf's own deterministic serialization gives:
/// fields by number, entries of maps by key, single fields once, numbers packed where the table
/// says so, zeros only where presence counts; unknown fields last, in their order. `to` is a new
/// message of the same type, of any document. Borrows bytes of `of`.
inline void normalize(message of, message to);

namespace detail {

inline bool is_default(field const& as, message of) {
    if (as.is_text()) return of.bytes(as.number).empty();
    return of.integer(as.number) == 0;  // the bits: -0.0 is no default
}

inline void normalize_numbers(message of, message to, field const& as) {
    for (std::uint64_t const bits : of.bits_list(as.number))
        to.add_bits(as.number, protobuf::bits_of(as.type, integer_of(as.type, bits)));
}

inline int compare_keys(message a, message b) {
    field const* const as = a.type().find(1);
    if (as->is_text()) {
        int const order = a.text(1).compare(b.text(1));
        return order < 0 ? -1 : order > 0 ? 1 : 0;
    }
    if (as->type == type::uint64 || as->type == type::fixed64) {
        auto const x = static_cast<std::uint64_t>(a.integer(1)),
                   y = static_cast<std::uint64_t>(b.integer(1));
        return x < y ? -1 : x > y ? 1 : 0;
    }
    auto const x = a.integer(1), y = b.integer(1);
    return x < y ? -1 : x > y ? 1 : 0;
}

/// The entries of a map by key, of each key the last.
inline std::vector<message> sorted_entries(message of, std::uint32_t number) {
    struct numbered {
        message entry;
        std::size_t place;
    };
    std::vector<numbered> entries;
    for (message const each : of.subs(number))
        if (each) entries.push_back({each, entries.size()});
    std::sort(entries.begin(), entries.end(), [](numbered const& a, numbered const& b) {
        int const order = compare_keys(a.entry, b.entry);
        return order != 0 ? order < 0 : a.place < b.place;
    });
    std::vector<message> kept;
    kept.reserve(entries.size());
    for (std::size_t i = 0; i < entries.size(); ++i)
        if (i + 1 == entries.size() || compare_keys(entries[i].entry, entries[i + 1].entry) != 0)
            kept.push_back(entries[i].entry);
    return kept;
}

inline void normalize_entry(message of, message to) {
    field const &key = *of.type().find(1), &value = *of.type().find(2);
    if (key.is_text()) to.set_bytes_borrowed(1, of.bytes(1));
    else to.set_integer(1, of.integer(1));
    if (value.type == type::message) normalize(of.sub(2), to.edit(2));
    else if (value.is_text()) to.set_bytes_borrowed(2, of.bytes(2));
    else to.set_integer(2, of.integer(2));
}

}  // namespace detail

inline void normalize(message of, message to) {
    if (!of || !to) return;
    for (field const& as : of.type().fields) {
        switch (as.rule) {
            case rule::map:
                for (message const entry : detail::sorted_entries(of, as.number))
                    detail::normalize_entry(entry, to.add(as.number));
                break;
            case rule::repeated:
            case rule::packed:
                if (as.type == type::message)
                    for (message const each : of.subs(as.number))
                        normalize(each, to.add(as.number));
                else if (as.is_text())
                    for (bytes::view const each : of.bytes_list(as.number))
                        to.add_bytes(as.number, each);
                else detail::normalize_numbers(of, to, as);
                break;
            default:
                if (!of.has(as.number)) break;
                if (as.rule == rule::single && detail::is_default(as, of)) break;
                if (as.type == type::message) normalize(of.sub(as.number), to.edit(as.number));
                else if (as.is_text()) to.set_bytes_borrowed(as.number, of.bytes(as.number));
                else to.set_integer(as.number, of.integer(as.number));
        }
    }
    to.add_unknown(of);
}

/// The bytes of the normalized message: what protobuf's deterministic serialization gives.
/// Errors: those of the document of `of`.
inline result<std::vector<std::byte>> serialize(message of) {
    if (!of) return std::vector<std::byte>{};
    document made{of.owner().memory(), of.owner().depth()};
    message const to = make(made, of.type());
    normalize(of, to);
    if (of.owner().failed()) return of.owner().error();
    if (made.failed()) return made.error();
    return encode(to);
}

}  // namespace lade::inline LADE_ABI::protobuf
