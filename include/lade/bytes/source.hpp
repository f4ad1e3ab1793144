// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/result.hpp>
#include <lade/bytes/view.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>

namespace lade::inline LADE_ABI {

/// Bytes from somewhere: a mapping, a block of memory, a descriptor, a ranged reader of the caller.
///
/// `view` is optional for a user's source; one that has none can only be read. Reads are always
/// whole: all of `to`, or an error.
template <class S>
concept source = requires(S& s, std::uint64_t offset, std::span<std::byte> to) {
    { s.size() } -> std::same_as<std::uint64_t>;
    { s.read(offset, to) } -> std::same_as<result<void>>;
};

/// Bytes [offset, offset + size) of `from` where they lie, if they lie in memory.
template <source S>
constexpr std::optional<bytes::view> view_of(S& from, std::uint64_t offset, std::uint64_t size) {
    if constexpr (requires {
                      { from.view(offset, size) } -> std::same_as<std::optional<bytes::view>>;
                  }) {
        return from.view(offset, size);
    } else {
        return std::nullopt;
    }
}

/// A source whose type is forgotten: borrowed, two words, copied freely. So that a reader is
/// compiled once for all sources.
class any_source {
  public:
    template <source S>
        requires(!std::same_as<std::remove_cvref_t<S>, any_source>)
    any_source(S& from) : from_(const_cast<std::remove_const_t<S>*>(&from)), calls_(&calls_of<S>) {}

    /// Bytes in all.
    std::uint64_t size() const { return calls_->size(from_); }
    /// Fills `to` with the bytes from `offset` on. Errors: bytes.truncated, io.read, whatever the
    /// source says.
    result<void> read(std::uint64_t offset, std::span<std::byte> to) const {
        return calls_->read(from_, offset, to);
    }
    /// The bytes where they lie; none: they can only be read, or are not all there.
    std::optional<bytes::view> view(std::uint64_t offset, std::uint64_t size) const {
        return calls_->view(from_, offset, size);
    }

  private:
    struct calls {
        std::uint64_t (*size)(void*);
        result<void> (*read)(void*, std::uint64_t, std::span<std::byte>);
        std::optional<bytes::view> (*view)(void*, std::uint64_t, std::uint64_t);
    };
    template <class S>
    static constexpr calls calls_of{[](void* from) { return static_cast<S*>(from)->size(); },
                                    [](void* from, std::uint64_t offset, std::span<std::byte> to) {
                                        return static_cast<S*>(from)->read(offset, to);
                                    },
                                    [](void* from, std::uint64_t offset, std::uint64_t size) {
                                        return view_of(*static_cast<S*>(from), offset, size);
                                    }};

    void* from_;
    calls const* calls_;
};

}  // namespace lade::inline LADE_ABI
