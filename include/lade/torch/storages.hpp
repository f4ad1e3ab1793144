// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/name_index.hpp>
#include <lade/bytes/checked.hpp>
#include <lade/bytes/endian.hpp>
#include <lade/container/pickle/nodes.hpp>
#include <lade/container/zip/entry_reader.hpp>
#include <lade/torch/dtypes.hpp>
#include <lade/torch/errors.hpp>
#include <lade/torch/numpy_arrays.hpp>

#include <charconv>

/// The storages of a file: the blocks of memory that tensors lie in.
///
/// A pickle names a storage by a persistent id (torch/serialization.py, persistent_load):
///
///     ('storage', class, key, location, elements)                       zip archives; libtorch as
///     well
///     ('storage', class, key, location, elements, view or None)         stacked pickles
///     key                                                               tar
///
/// Keys are any text, of torch.package also numbers. `elements` counts elements of the class, bytes
/// of an untyped storage.
namespace lade::inline LADE_ABI::torch {

/// One storage.
struct storage {
    std::string_view key;
    std::string_view location;                           ///< "cpu", "cuda:0": told, never followed
    lade::pickle::node_id type = lade::pickle::nothing;  ///< the global of its class
    std::uint64_t elements = 0;
    std::uint64_t size = 0;  ///< bytes
    std::size_t word = 0;    ///< bytes that a change of byte order reverses; 0: not known yet
    std::optional<lade::dtype> class_type;  ///< of the class of a typed storage
    bool is_big_endian = false;
    bool is_array = false;      ///< a NumPy array: it has no storage of PyTorch
    std::size_t item_size = 0;  ///< of arrays: bytes of an element in the pickle
    array_item item = array_item::number;
    // where its bytes are: one of these
    lade::zip::entry const* entry = nullptr;
    std::uint64_t offset = ~std::uint64_t{0};  ///< in the file
    bytes::view memory;                        ///< in a pickle
    bool absent = false;                       ///< nowhere
    std::uint32_t root = name_index::none;     ///< a part of this storage (files of 0.3) ...
    std::uint64_t root_offset = 0;             ///< ... from this byte on

    bool is_in_file() const { return offset != ~std::uint64_t{0}; }
};

/// All storages of a file, in the order in which the pickle first names them.
class storage_table {
    auto name_at() const {
        return [this](std::uint32_t position) { return list_[position].key; };
    }

  public:
    explicit storage_table(arena& memory) : list_(memory), index_(memory), memory_(&memory) {}

    std::size_t size() const { return list_.size(); }
    storage& operator[](std::size_t number) { return list_[number]; }
    storage const& operator[](std::size_t number) const { return list_[number]; }
    std::span<storage const> all() const { return list_.span(); }

    /// Makes room for `count` storages. False when the memory is used up.
    [[nodiscard]] bool reserve(std::size_t count) {
        return list_.reserve(list_.size() + count) && (list_.size() != 0 || index_.reserve(count));
    }
    /// The number of the storage of this key, or name_index::none.
    std::uint32_t find(std::string_view key) const { return index_.find(key, name_at()); }

    /// Adds a storage; one of the same key must have the same size, and is given then.
    /// Errors: torch.storage_conflict, limit.exceeded.
    result<std::uint32_t> add(storage const& one) {
        if (auto const there = find(one.key); there != name_index::none) {
            if (list_[there].size != one.size)
                return fail(ids::storage_conflict, error::nowhere, list_[there].size, one.size)
                    .in(one.key);
            return there;
        }
        auto const number = static_cast<std::uint32_t>(list_.size());
        if (!list_.push(one)) return memory_->exhausted();
        if (index_.add(one.key, number, name_at()) == name_index::added::no_memory)
            return memory_->exhausted();
        return number;
    }

    /// Adds the storage of a NumPy array, which no key leads to. Errors: limit.exceeded.
    result<std::uint32_t> add_nameless(storage one) {
        one.is_array = true;
        if (!list_.push(one)) return memory_->exhausted();
        return static_cast<std::uint32_t>(list_.size() - 1);
    }

  private:
    arena_list<storage> list_;
    name_index index_;
    arena* memory_;
};

/// What a persistent id says of a storage.
struct storage_reference {
    storage described;
    std::optional<lade::dtype> type;  ///< none: untyped
    lade::pickle::ref view;  ///< (key, offset, size) of a view into another storage, or none
};

/// The text of a key; numbers are spelled out in the arena.
inline result<std::string_view> key_of(lade::pickle::ref key, arena& memory) {
    if (auto const text = key.text()) return *text;
    if (auto const number = key.integer()) {
        char digits[24];
        auto const end = std::to_chars(digits, digits + sizeof digits, *number).ptr;
        auto const copy =
            memory.copy(std::string_view(digits, static_cast<std::size_t>(end - digits)));
        if (copy.data() == nullptr) return memory.exhausted();
        return copy;
    }
    return fail(ids::bad_storage);
}

/// A key of a file that is nested in another: `prefix` in front of it, in the arena.
inline result<std::string_view> nested_key(std::string_view prefix, std::string_view key,
                                           arena& memory) {
    if (prefix.empty()) return key;
    auto* const joined = memory.take_array<char>(prefix.size() + key.size());
    if (joined == nullptr) return memory.exhausted();
    std::copy(prefix.begin(), prefix.end(), joined);
    std::copy(key.begin(), key.end(), joined + prefix.size());
    return std::string_view(joined, prefix.size() + key.size());
}

/// Bytes of `elements` elements of a type as storages hold them: packed types count bytes.
constexpr std::optional<std::uint64_t> storage_bytes(std::optional<lade::dtype> type,
                                                     std::uint64_t elements) {
    std::size_t const size = type ? size_of(*type) : 1;
    return bytes::product(elements, size == 0 ? 1 : size);
}

/// Reads ('storage', class, key, location, elements[, view]). Errors: torch.bad_storage,
/// limit.exceeded.
inline result<storage_reference> describe_storage(lade::pickle::ref id, arena& memory) {
    storage_reference found;
    if (!id.is(lade::pickle::node_type::tuple) || id.count() < 5 || id[0].text() != "storage")
        return fail(ids::bad_storage);
    lade::pickle::ref const type = id[1];
    auto const key = key_of(id[2], memory);
    if (!key) return key.error();
    auto const elements = id[4].integer();
    if (!type.is(lade::pickle::node_type::global) || !elements || *elements < 0)
        return fail(ids::bad_storage).in(*key);
    found.type = dtype_of_storage(type.name());
    bool const untyped = type.name() == "UntypedStorage" || type.name() == "_UntypedStorage";
    if (!found.type && !untyped) return fail(ids::bad_storage).in(type.name()).in(*key);
    auto const size = storage_bytes(found.type, static_cast<std::uint64_t>(*elements));
    if (!size)
        return fail(ids::bad_storage, error::nowhere, 0, static_cast<std::uint64_t>(*elements))
            .in(*key);
    found.described.key = *key;
    found.described.location = id[3].text().value_or("cpu");
    found.described.type = type.id();
    found.described.elements = static_cast<std::uint64_t>(*elements);
    found.described.size = *size;
    found.described.word = found.type ? word_of(*found.type) : 0;
    found.described.class_type = found.type;
    if (id.count() > 5) found.view = id[5];
    return found;
}

}  // namespace lade::inline LADE_ABI::torch
