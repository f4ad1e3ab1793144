// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/arena.hpp>

#include <cstdint>
#include <cstring>
#include <string_view>

namespace lade::inline LADE_ABI {

/// A hash of a name. Every character enters by multiplication, so that names of a file do not all
/// fall into one slot by accident; not meant to stand against an attacker who knows it, for a slot
/// is left after `name_index::longest_search`.
inline std::uint64_t hash_of(std::string_view name) {
    auto const mixed = [](std::uint64_t value) {
        value *= 0xff51afd7ed558ccdU;
        value ^= value >> 32;
        value *= 0xc4ceb9fe1a85ec53U;
        return value ^ value >> 29;
    };
    std::uint64_t hash = 0x9e3779b97f4a7c15U ^ name.size();
    char const* at = name.data();
    std::size_t left = name.size();
    for (; left >= 8; left -= 8, at += 8) {
        std::uint64_t eight;
        std::memcpy(&eight, at, 8);
        hash = mixed(hash ^ eight);
    }
    std::uint64_t rest = 0;
    if (left > 0) std::memcpy(&rest, at, left);
    return mixed(hash ^ rest);
}

/// Finds positions in a table by name: open addressing in an arena. The names stay where they are;
/// `name_at(position)` tells them.
class name_index {
  public:
    static constexpr std::uint32_t none = ~std::uint32_t{0};
    /// Slots that a search looks at before it gives up: far more than names of a real file ever
    /// need at a load of one half.
    static constexpr std::size_t longest_search = 4096;

    explicit name_index(arena& memory) : slots_(memory), memory_(&memory) {}

    enum class added : std::uint8_t { yes, there_already, no_memory };

    /// Adds the name of `position`. `there_already` leaves the first one in place.
    template <class NameAt>
    added add(std::string_view name, std::uint32_t position, NameAt&& name_at) {
        if ((count_ + 1) * 2 > slots_.size() && !grow(name_at)) return added::no_memory;
        std::size_t const at = search(name, name_at);
        if (at == missed) return added::no_memory;
        if (slots_[at] != none) return added::there_already;
        slots_[at] = position;
        ++count_;
        return added::yes;
    }

    /// Makes room for `names` names. Precondition: nothing was added yet. False when the memory is
    /// used up.
    [[nodiscard]] bool reserve(std::size_t names) {
        std::size_t size = 16;
        while (size < names * 2) size *= 2;
        return slots_.resize(size, none);
    }

    /// The position of the name, or `none`.
    template <class NameAt>
    std::uint32_t find(std::string_view name, NameAt&& name_at) const {
        if (slots_.empty()) return none;
        std::size_t const at = search(name, name_at);
        return at == missed ? none : slots_[at];
    }

  private:
    static constexpr std::size_t missed = static_cast<std::size_t>(-1);

    template <class NameAt>
    std::size_t search(std::string_view name, NameAt&& name_at) const {
        std::size_t at = static_cast<std::size_t>(hash_of(name)) & (slots_.size() - 1);
        for (std::size_t looked = 0; looked < longest_search;
             ++looked, at = (at + 1) & (slots_.size() - 1))
            if (slots_[at] == none || name_at(slots_[at]) == name) return at;
        return missed;
    }

    template <class NameAt>
    bool grow(NameAt&& name_at) {
        arena_list<std::uint32_t> const old = slots_;
        std::size_t const size = old.empty() ? 16 : old.size() * 2;
        slots_ = arena_list<std::uint32_t>(*memory_);
        if (!slots_.resize(size, none)) return false;
        for (std::uint32_t one : old) {
            if (one == none) continue;
            std::size_t const at = search(name_at(one), name_at);
            if (at == missed) return false;
            slots_[at] = one;
        }
        return true;
    }

    arena_list<std::uint32_t> slots_;
    arena* memory_;
    std::size_t count_ = 0;
};

}  // namespace lade::inline LADE_ABI
