// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/checked.hpp>
#include <lade/bytes/record.hpp>
#include <lade/bytes/source.hpp>

namespace lade::inline LADE_ABI {

/// A block of memory as a source: what tests, firmware and mappings use. Borrows the block.
class memory {
  public:
    constexpr explicit memory(bytes::view data) : data_(data) {}

    constexpr std::uint64_t size() const { return data_.size(); }
    constexpr std::optional<bytes::view> view(std::uint64_t offset, std::uint64_t size) const {
        if (!bytes::inside(offset, size, data_.size())) return std::nullopt;
        return data_.subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(size));
    }
    /// Errors: bytes.truncated.
    constexpr result<void> read(std::uint64_t offset, std::span<std::byte> to) const {
        auto const from = view(offset, to.size());
        if (!from)
            return fail(bytes::ids::truncated, offset, to.size(),
                        offset < data_.size() ? data_.size() - offset : 0);
        if (std::is_constant_evaluated()) {
            for (std::size_t i = 0; i < to.size(); ++i) to[i] = (*from)[i];
        } else if (!to.empty()) {
            std::memcpy(to.data(), from->data(), to.size());
        }
        return {};
    }

  private:
    bytes::view data_;
};
static_assert(source<memory>);

/// A part of another source as a source: an entry of an archive, a file inside a file. Borrows the
/// other.
template <source S>
class slice_of {
  public:
    /// Precondition: [offset, offset + size) lies in `from`.
    constexpr slice_of(S& from, std::uint64_t offset, std::uint64_t size)
        : from_(&from), offset_(offset), size_(size) {}

    constexpr std::uint64_t size() const { return size_; }
    constexpr std::optional<bytes::view> view(std::uint64_t offset, std::uint64_t size) const {
        if (!bytes::inside(offset, size, size_)) return std::nullopt;
        return view_of(*from_, offset_ + offset, size);
    }
    /// Errors: bytes.truncated, those of the other source.
    constexpr result<void> read(std::uint64_t offset, std::span<std::byte> to) const {
        if (!bytes::inside(offset, to.size(), size_))
            return fail(bytes::ids::truncated, offset, to.size(),
                        offset < size_ ? size_ - offset : 0);
        return from_->read(offset_ + offset, to);
    }

  private:
    S* from_;
    std::uint64_t offset_;
    std::uint64_t size_;
};

}  // namespace lade::inline LADE_ABI
