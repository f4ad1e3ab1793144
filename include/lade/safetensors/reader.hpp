// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/arena.hpp>
#include <lade/format/sink.hpp>
#include <lade/safetensors/header.hpp>

#include <algorithm>

namespace lade::inline LADE_ABI::safetensors {

/// A tensor of the directory.
struct row {
    std::string_view name;
    std::uint64_t const* axes;
    std::uint64_t begin, end;  ///< from the beginning of the data
    std::uint64_t place;       ///< of the name, in the file
    dtype type;
    std::uint8_t rank;

    std::span<std::uint64_t const> shape() const { return {axes, rank}; }
};

/// A word of the metadata.
struct word {
    std::string_view key, value;
};

namespace detail {

/// For the table of names. Whoever makes names that collide gains nothing: the table gives up.
inline std::uint64_t hash_of(std::string_view name) {
    auto const* at = reinterpret_cast<std::byte const*>(name.data());
    std::size_t left = name.size();
    std::uint64_t value = 0x9e3779b97f4a7c15U ^ left;
    auto const mix = [&](std::uint64_t more) {
        value = (value ^ more) * 0xff51afd7ed558ccdU;
        value ^= value >> 32;
    };
    for (; left >= 8; left -= 8, at += 8) mix(bytes::load_le<std::uint64_t>(at));
    std::uint64_t rest = 0;
    for (std::size_t i = 0; i < left; ++i) rest |= static_cast<std::uint64_t>(at[i]) << (8 * i);
    mix(rest);
    return value ^ value >> 29;
}

}  // namespace detail

/// All that a header lists: the tensors in the order of their data, the metadata in the order of
/// the header. Lives in an arena; names without escapes lie in the header itself.
class directory {
  public:
    /// Reads and checks the whole header. Time is linear in it, but for n log n where the header is
    /// not in the order of the data. Errors: those of walk_header, safetensors.duplicate_key,
    /// .hole, .overlap, .trailing_bytes, limit.exceeded, memory.exhausted, those of the source.
    template <source Source>
    static result<directory> read(Source& from, options const& how, arena& memory) {
        auto const where = read_extent(from, how.limits);
        if (!where) return where.error();
        auto header = view_of(from, 8, where->header);
        if (!header) {
            auto* const room = memory.take_array<std::byte>(where->header);
            if (room == nullptr && where->header != 0) return memory.exhausted();
            std::span<std::byte> const to(room, static_cast<std::size_t>(where->header));
            if (auto const done = from.read(8, to); !done) return done.error();
            header = to;
        }
        directory made(*where, memory);
        made.reserve(where->header / 100);
        if (auto const done = walk_header(*header, where->data, how.limits, made); !done)
            return done.error();
        if (auto const done = made.sort(); !done) return done.error();
        if (auto const done = made.check_names(); !done) return done.error();
        if (auto const done = made.check_cover(how); !done) return done.error();
        return made;
    }

    std::span<row const> tensors() const { return {rows_, count_}; }
    std::span<word const> metadata() const { return words_.span(); }
    extent const& where() const { return where_; }

    // For walk_header.
    result<void> metadata(json::string key, json::string value, std::uint64_t) {
        word const one{key.in(*memory_), value.in(*memory_)};
        if (one.key.data() == nullptr || one.value.data() == nullptr || !words_.push(one))
            return memory_->exhausted();
        return {};
    }
    result<void> tensor(entry const& found) {
        row one;
        one.name = found.name.in(*memory_);
        auto const shape = memory_->copy(found.shape);
        one.axes = shape.data();
        one.begin = found.begin;
        one.end = found.end;
        one.place = found.place;
        one.type = found.type;
        one.rank = static_cast<std::uint8_t>(found.shape.size());
        bool const fits = one.name.data() != nullptr && shape.size() == found.shape.size();
        if (!fits || !push(one)) return memory_->exhausted();
        return {};
    }

  private:
    directory(extent const& where, arena& memory)
        : where_(where), memory_(&memory), words_(memory) {}

    /// Room for as many tensors as headers of this size mostly list: growing costs fresh memory,
    /// which is most of what reading costs.
    void reserve(std::uint64_t tensors) {
        if (tensors < 64) return;
        room_ = tensors;
        rows_ = memory_->take_array<row>(tensors);
        if (rows_ == nullptr) room_ = 0;
    }
    bool push(row const& one) {
        if (count_ == room_) {
            std::uint64_t const more = room_ < 8 ? 8 : room_ * 2;
            row* const to = memory_->take_array<row>(more);
            if (to == nullptr) return false;
            if (count_ != 0) std::memcpy(static_cast<void*>(to), rows_, count_ * sizeof(row));
            rows_ = to;
            room_ = more;
        }
        std::construct_at(rows_ + count_++, one);
        return true;
    }
    std::span<row> rows() { return {rows_, count_}; }

    /// By data, then as the header has them.
    result<void> sort() {
        auto const before = [](row const& a, row const& b) {
            if (a.begin != b.begin) return a.begin < b.begin;
            return a.end != b.end ? a.end < b.end : a.place < b.place;
        };
        auto const all = rows();
        if (!std::is_sorted(all.begin(), all.end(), before))
            std::sort(all.begin(), all.end(), before);
        return {};
    }

    result<void> check_cover(options const& how) const {
        std::uint64_t end = 0;
        for (row const& one : tensors()) {
            if (auto const done = check_neighbours(end, one.begin, one.place); !done)
                return done.in(one.name);
            end = one.end;
        }
        if (end < where_.data && !how.allow_trailing)
            return fail(ids::trailing_bytes, where_.data_begin() + end, end, where_.data);
        return {};
    }

    result<void> check_names() {
        auto const name_of = [](row const& one) { return one.name; };
        if (auto const twice = find_twice(tensors(), name_of))
            return fail(ids::duplicate_key, (*twice)->place).in((*twice)->name);
        auto const key_of = [](word const& one) { return one.key; };
        if (auto const twice = find_twice(words_.span(), key_of))
            return fail(ids::duplicate_key, 8).in((*twice)->key).in(metadata_name);
        return exhausted_ ? result<void>(memory_->exhausted()) : result<void>();
    }

    /// An item whose name another one has; none if all differ. A hash table, for sorting the names
    /// takes longer than reading them; names made to collide fall back to sorting.
    template <class Item, class Name>
    std::optional<Item const*> find_twice(std::span<Item const> items, Name&& name_of) {
        if (items.size() < 2) return std::nullopt;
        constexpr std::uint32_t none = ~std::uint32_t{0};
        std::size_t slots = 4;
        while (slots < items.size() * 2) slots *= 2;
        auto* const table = memory_->take_array<std::uint32_t>(slots);
        if (table == nullptr) {
            exhausted_ = true;
            return std::nullopt;
        }
        std::fill_n(table, slots, none);
        std::uint64_t patience = 16 * std::uint64_t{items.size()} + 1024;
        for (std::size_t i = 0; i < items.size(); ++i) {
            std::string_view const name = name_of(items[i]);
            std::size_t at = static_cast<std::size_t>(detail::hash_of(name)) & (slots - 1);
            for (; table[at] != none; at = (at + 1) & (slots - 1)) {
                if (name_of(items[table[at]]) == name) return &items[i];
                if (--patience == 0) return find_twice_by_sorting(items, name_of, table);
            }
            table[at] = static_cast<std::uint32_t>(i);
        }
        return std::nullopt;
    }
    template <class Item, class Name>
    static std::optional<Item const*> find_twice_by_sorting(std::span<Item const> items,
                                                            Name&& name_of, std::uint32_t* order) {
        for (std::size_t i = 0; i < items.size(); ++i) order[i] = static_cast<std::uint32_t>(i);
        std::sort(order, order + items.size(), [&](std::uint32_t a, std::uint32_t b) {
            return name_of(items[a]) < name_of(items[b]);
        });
        for (std::size_t i = 1; i < items.size(); ++i)
            if (name_of(items[order[i - 1]]) == name_of(items[order[i]])) return &items[order[i]];
        return std::nullopt;
    }
    extent where_;
    arena* memory_;
    row* rows_ = nullptr;
    std::size_t count_ = 0;
    std::uint64_t room_ = 0;
    arena_list<word> words_;
    bool exhausted_ = false;
};

/// Hands the metadata and then the tensors, in the order of their data, to the sink. `memory` keeps
/// the directory: at most limits::bookkeeping of the header, about 100 bytes a tensor.
/// Errors: those of directory::read and of the sink.
template <source Source, class Sink>
    requires sink<Sink, stored<Source>>
result<flow> read(Source& from, Sink& to, options const& how, arena& memory) {
    auto const listed = directory::read(from, how, memory);
    if (!listed) return listed.error();
    if constexpr (requires(contents parts) { to.holds(parts); }) {
        contents parts;
        if (!listed->tensors().empty()) parts |= content::weights;
        if (!listed->metadata().empty()) parts |= content::metadata;
        to.holds(parts);
    }
    if constexpr (requires(std::string_view text) { to.metadata(text, text); })
        for (word const& one : listed->metadata())
            if (auto const done = to.metadata(one.key, one.value); !done) return done.error();
    for (row const& one : listed->tensors()) {
        tensor_info info;
        info.name = one.name;
        info.type = one.type;
        info.shape = one.shape();
        info.nbytes = one.end - one.begin;
        stored<Source> payload(from, listed->where().data_begin() + one.begin, info.nbytes);
        auto const answer = to.tensor(info, payload);
        if (!answer || *answer == flow::enough) return answer;
    }
    return flow::more;
}

}  // namespace lade::inline LADE_ABI::safetensors
