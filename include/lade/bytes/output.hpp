// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/result.hpp>
#include <lade/bytes/view.hpp>

#include <concepts>
#include <cstdint>
#include <type_traits>
#include <vector>

namespace lade::inline LADE_ABI {

/// Where a writer puts its bytes, strictly one after another: a file, memory, a socket of the
/// caller.
template <class O>
concept output = requires(O& o, bytes::view data) {
    { o.write(data) } -> std::same_as<result<void>>;  ///< all of `data`, or an error
};

/// An output whose type is forgotten: borrowed, copied freely. Counts what went through it.
class any_output {
  public:
    template <output O>
        requires(!std::same_as<std::remove_cvref_t<O>, any_output>)
    any_output(O& to)
        : to_(&to),
          write_([](void* o, bytes::view data) { return static_cast<O*>(o)->write(data); }) {}

    result<void> write(bytes::view data) {
        written_ += data.size();
        return write_(to_, data);
    }
    result<void> write(std::string_view text) { return write(bytes::of(text)); }
    /// `count` zero bytes.
    result<void> pad(std::uint64_t count, std::byte with = std::byte{0}) {
        std::byte block[256];
        for (auto& one : block) one = with;
        while (count > 0) {
            auto const part = static_cast<std::size_t>(count < sizeof block ? count : sizeof block);
            if (auto const done = write(bytes::view(block, part)); !done) return done;
            count -= part;
        }
        return {};
    }

    /// Bytes written through this object, or through the one it was copied from.
    std::uint64_t written() const { return written_; }

  private:
    void* to_;
    result<void> (*write_)(void*, bytes::view);
    std::uint64_t written_ = 0;
};

/// Memory that grows with what is written.
class memory_output {
  public:
    result<void> write(bytes::view more) {
        data_.insert(data_.end(), more.begin(), more.end());
        return {};
    }
    bytes::view bytes() const { return data_; }
    std::vector<std::byte> take() && { return std::move(data_); }

  private:
    std::vector<std::byte> data_;
};
static_assert(output<memory_output>);

}  // namespace lade::inline LADE_ABI
