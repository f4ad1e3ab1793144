// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/format/head.hpp>
#include <lade/torch/decoder.hpp>

#include <array>
#include <vector>

/// The file of torch.save before 1.6, and on request ever since: pickles one after another, without
/// an index (torch/serialization.py, _legacy_save).
///
///     pickle   0x1950a86a20f9469cfc6c
///     pickle   1001
///     pickle   {'protocol_version': 1001, 'little_endian': ..., 'type_sizes': ...}
///     pickle   the object; storages are persistent ids
///     pickle   [key, ...] of the storages
///     for each key: u64 number of elements, then the elements, little-endian whatever the machine
///
/// Protocols 0 to 5, Python 2 and 3. Bytes after the last storage are not looked at, as torch does.
namespace lade::inline LADE_ABI::torch {

namespace ids {
inline constexpr error_id bad_legacy{
    "torch.bad_legacy", kind::corrupt,
    "a pickle of the file is not the one that stands at this place"};
inline constexpr error_id legacy_protocol{"torch.legacy_protocol", kind::unsupported,
                                          "the file has another protocol version than 1001"};
inline constexpr error_id legacy_keys{
    "torch.legacy_keys", kind::corrupt,
    "the list of storages is not that of the storages that the object names"};
}  // namespace ids

/// Whether a pickle at the front of a file is the magic number of these files.
inline bool is_legacy_magic(lade::pickle::ref root) {
    constexpr std::string_view bytes_of_it("\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", 10);
    if (root.is(lade::pickle::node_type::long_bytes)) return root.characters() == bytes_of_it;
    return root.is(lade::pickle::node_type::long_text) &&
           root.characters() == "119547037146038801333356";
}

/// Whether a file begins with the magic number: LONG1 behind PROTO and perhaps FRAME, or the LONG
/// of protocols 0 and 1.
constexpr bool is_legacy_head(head const& at) {
    constexpr std::string_view binary("\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", 13);
    return at.has(2, binary) || at.has(11, binary) || at.has(0, "L119547037146038801333356L\n.");
}

/// The pickles at the front of a file.
struct legacy_pickles {
    lade::pickle::document object;
    lade::pickle::document keys;
    std::uint64_t end = 0;  ///< of the last pickle: where the storages begin
};

/// Evaluates the five pickles at the front of `data`, which starts at byte 0 of the file.
/// Errors: pickle.*, bytes.truncated (perhaps `data` was too short), torch.bad_legacy,
/// torch.legacy_protocol.
inline result<legacy_pickles> read_legacy_pickles(bytes::view data, arena& memory) {
    std::uint64_t at = 0;
    auto const next = [&]() -> result<lade::pickle::document> {
        auto one =
            lade::pickle::machine::run(data.subspan(static_cast<std::size_t>(at)), memory, at);
        if (!one) return one.error();
        at += one->size;
        return std::move(one->nodes);
    };
    auto const magic = next();
    if (!magic) return magic.error();
    if (!is_legacy_magic(magic->root())) return fail(ids::bad_legacy, 0);
    auto const protocol = next();
    if (!protocol) return protocol.error();
    if (protocol->root().integer() != 1001)
        return fail(ids::legacy_protocol, at, 1001,
                    static_cast<std::uint64_t>(protocol->root().integer().value_or(0)));
    auto const system = next();
    if (!system) return system.error();
    if (!system->root().is(lade::pickle::node_type::dict)) return fail(ids::bad_legacy, at);
    auto object = next();
    if (!object) return object.error();
    auto keys = next();
    if (!keys) return keys.error();
    if (!keys->root().is(lade::pickle::node_type::list)) return fail(ids::bad_legacy, at);
    return legacy_pickles{*std::move(object), *std::move(keys), at};
}

/// The front of a source with its pickles. Where the source has no view, as much as they need is
/// read, doubling.
inline result<legacy_pickles> read_legacy_pickles(any_source from, arena& memory) {
    if (auto const all = from.view(0, from.size())) return read_legacy_pickles(*all, memory);
    for (std::uint64_t size = std::uint64_t{1} << 18;; size *= 2) {
        size = (std::min)(size, from.size());
        auto* const room = memory.take_array<std::byte>(size);
        if (room == nullptr) return memory.exhausted();
        std::span<std::byte> const front(room, static_cast<std::size_t>(size));
        if (auto const done = from.read(0, front); !done) return done.error();
        auto read = read_legacy_pickles(bytes::view(front), memory);
        bool const cut = !read && (*read.error().id == bytes::ids::truncated ||
                                   *read.error().id == lade::pickle::ids::no_stop ||
                                   *read.error().id == lade::pickle::ids::bad_frame);
        if (!cut || size == from.size()) return read;
    }
}

/// Walks over the storages behind the pickles and gives each of the table its place in the file.
/// Precondition: `storages` from `first` on are those that the object names, with `prefix` in front
/// of their keys. Errors: torch.legacy_keys, torch.storage_size, bytes.truncated.
inline result<void> locate_legacy_storages(any_source from, legacy_pickles const& pickles,
                                           storage_table& storages, std::string_view prefix,
                                           arena& memory) {
    std::uint64_t at = pickles.end;
    for (lade::pickle::ref const one : pickles.keys.root()) {
        auto const own = key_of(one, memory);
        if (!own) return own.error();
        auto const key = nested_key(prefix, *own, memory);
        if (!key) return key.error();
        std::uint32_t const number = storages.find(*key);
        if (number == name_index::none) return fail(ids::legacy_keys, at).in(*key);
        storage& place = storages[number];
        std::byte raw[8];
        if (auto const done = from.read(at, raw); !done) return done.error().in(*key);
        auto const count = bytes::load_le<std::uint64_t>(raw);
        if (count != place.elements)
            return fail(ids::storage_size, at, place.elements, count).in(*key);
        at += sizeof raw;
        if (!bytes::inside(at, place.size, from.size()))
            return fail(bytes::ids::truncated, at, place.size, from.size() - at).in(*key);
        place.offset = at;
        at += place.size;
    }
    return {};
}

/// Parts of storages lie where their root lies. Errors: torch.missing_storage.
inline result<void> settle_parts(storage_table& storages) {
    for (std::uint32_t i = 0; i < storages.size(); ++i) {
        storage& one = storages[i];
        if (one.root == name_index::none) continue;
        storage const& root = storages[one.root];
        if (!root.memory.empty())
            one.memory = root.memory.subspan(static_cast<std::size_t>(one.root_offset),
                                             static_cast<std::size_t>(one.size));
        else if (root.is_in_file()) one.offset = root.offset + one.root_offset;
    }
    for (storage const& one : storages.all())
        if (one.size != 0 && !one.is_in_file() && one.memory.empty())
            return fail(ids::missing_storage).in(one.key);
    return {};
}

}  // namespace lade::inline LADE_ABI::torch
