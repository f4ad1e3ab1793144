// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/memory.hpp>
#include <lade/bytes/source.hpp>

#include <concepts>
#include <cstdint>
#include <optional>
#include <span>

namespace lade::inline LADE_ABI {

/// The elements of one tensor, dense, row-major, little-endian; nothing is read before it is asked
/// for. Strings come as an 8-byte length and the bytes of each. Good during the call of the sink
/// that it is handed to.
template <class P>
concept payload = requires(P& p, std::uint64_t from, std::span<std::byte> to) {
    { p.size() } -> std::same_as<std::uint64_t>;  ///< bytes
    {
        p.view()
    } -> std::same_as<std::optional<bytes::view>>;  ///< where they lie as they are; none: they must
                                                    ///< be decoded
    { p.read(from, to) } -> std::same_as<result<void>>;  ///< decodes bytes [from, from + to.size())
};

/// A payload whose type is forgotten.
class any_payload {
  public:
    virtual std::uint64_t size() = 0;
    virtual std::optional<bytes::view> view() = 0;
    virtual result<void> read(std::uint64_t from, std::span<std::byte> to) = 0;
    /// Whether the limits grant as many bytes as `size` says. Ask before taking memory for them.
    virtual result<void> granted() { return {}; }

  protected:
    ~any_payload() = default;
};
static_assert(payload<any_payload>);

/// Elements in memory as a payload.
class memory_payload final : public any_payload {
  public:
    explicit memory_payload(bytes::view data) : data_(data) {}
    std::uint64_t size() override { return data_.size(); }
    std::optional<bytes::view> view() override { return data_; }
    result<void> read(std::uint64_t from, std::span<std::byte> to) override {
        return memory(data_).read(from, to);
    }

  private:
    bytes::view data_;
};

/// A payload that lies in a source as it is: the common case.
template <source Source>
class stored {
  public:
    /// Precondition: [offset, offset + size) was compared with the size of the source.
    constexpr stored(Source& from, std::uint64_t offset, std::uint64_t size)
        : from_(&from), offset_(offset), size_(size) {}

    constexpr std::uint64_t size() const { return size_; }
    constexpr std::optional<bytes::view> view() const { return view_of(*from_, offset_, size_); }
    constexpr result<void> read(std::uint64_t from, std::span<std::byte> to) const {
        return from_->read(offset_ + from, to);
    }

  private:
    Source* from_;
    std::uint64_t offset_;
    std::uint64_t size_;
};

/// The payload of a tensor that has no bytes in the file.
class no_payload {
  public:
    constexpr std::uint64_t size() const { return 0; }
    constexpr std::optional<bytes::view> view() const { return std::nullopt; }
    constexpr result<void> read(std::uint64_t, std::span<std::byte>) const { return {}; }
};

/// Hands the bytes of a payload to `take(bytes::view) -> result<void>` in blocks of at most
/// `block.size()` bytes. They are read, not viewed, so that checksums are compared on the way.
template <payload P, class Take>
result<void> in_blocks(P& from, std::span<std::byte> block, Take&& take) {
    std::uint64_t const size = from.size();
    for (std::uint64_t at = 0; at < size;) {
        auto const part = block.first(
            static_cast<std::size_t>(size - at < block.size() ? size - at : block.size()));
        if (auto const done = from.read(at, part); !done) return done;
        if (auto const done = take(bytes::view(part)); !done) return done;
        at += part.size();
    }
    return {};
}

}  // namespace lade::inline LADE_ABI
