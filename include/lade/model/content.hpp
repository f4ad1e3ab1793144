// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/config.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace lade::inline LADE_ABI {

/// The parts that a model file can hold.
enum class content : std::uint8_t { weights, graph, config, optimizer, objects, metadata };

inline constexpr std::array every_content{content::weights,   content::graph,   content::config,
                                          content::optimizer, content::objects, content::metadata};

constexpr std::string_view name_of(content part) {
    constexpr std::array<std::string_view, 6> names{"weights",   "graph",   "config",
                                                    "optimizer", "objects", "metadata"};
    return names[static_cast<std::size_t>(part)];
}

/// A set of contents; a structural type, so that it can be a template argument.
struct contents {
    std::uint8_t bits = 0;

    constexpr contents() = default;
    constexpr contents(content one)
        : bits(static_cast<std::uint8_t>(1U << static_cast<unsigned>(one))) {}

    constexpr bool has(content one) const { return (bits & contents(one).bits) != 0; }
    constexpr bool empty() const { return bits == 0; }

    constexpr contents& operator|=(contents more) { return *this = *this | more; }
    friend constexpr contents operator|(contents a, contents b) { return of(a.bits | b.bits); }
    friend constexpr contents operator-(contents a, contents b) { return of(a.bits & ~b.bits); }
    friend constexpr contents operator&(contents a, contents b) { return of(a.bits & b.bits); }
    friend constexpr bool operator==(contents, contents) = default;

  private:
    static constexpr contents of(int bits) {
        contents set;
        set.bits = static_cast<std::uint8_t>(bits);
        return set;
    }
};
constexpr contents operator|(content a, content b) { return contents(a) | contents(b); }

}  // namespace lade::inline LADE_ABI
