// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/memory.hpp>
#include <lade/bytes/source.hpp>

#include <cstdint>

/// Sources that watch or hinder their reader.
namespace support {

/// Memory that can only be read: no views.
class unviewable {
  public:
    explicit unviewable(lade::bytes::view data) : data_(data) {}
    std::uint64_t size() const { return data_.size(); }
    lade::result<void> read(std::uint64_t offset, std::span<std::byte> to) const {
        return data_.read(offset, to);
    }

  private:
    lade::memory data_;
};

/// Counts what is read of another source, and gives no views: bytes that are looked at are bytes
/// that are counted.
template <lade::source S>
class counting {
  public:
    explicit counting(S const& inner) : inner_(&inner) {}
    std::uint64_t size() const { return inner_->size(); }
    lade::result<void> read(std::uint64_t offset, std::span<std::byte> to) const {
        bytes_ += to.size();
        ++reads_;
        return inner_->read(offset, to);
    }
    std::uint64_t bytes() const { return bytes_; }
    std::uint64_t reads() const { return reads_; }

  private:
    S const* inner_;
    mutable std::uint64_t bytes_ = 0;
    mutable std::uint64_t reads_ = 0;
};

inline constexpr lade::error_id broken{"test.broken", lade::kind::io, "the test broke the source"};

/// Memory whose reads fail from the `good`-th on: a disk that dies.
class dying {
  public:
    dying(lade::bytes::view data, std::uint64_t good) : data_(data), left_(good) {}
    std::uint64_t size() const { return data_.size(); }
    lade::result<void> read(std::uint64_t offset, std::span<std::byte> to) const {
        if (left_ == 0) return lade::fail(broken, offset);
        --left_;
        return data_.read(offset, to);
    }

  private:
    lade::memory data_;
    mutable std::uint64_t left_;
};

}  // namespace support
