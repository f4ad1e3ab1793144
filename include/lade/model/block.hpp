// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/limits.hpp>
#include <lade/base/result.hpp>

#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <utility>

namespace lade::inline LADE_ABI {

/// Memory for the elements of tensors: aligned to 64 bytes, not initialised (fresh pages are the
/// cost of loading; writing them twice would double it), moved and never copied.
class block {
  public:
    static constexpr std::size_t alignment = 64;

    block() = default;
    block(block&& other) noexcept
        : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
    block& operator=(block&& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(size_, other.size_);
        return *this;
    }
    ~block() {
        if (data_ != nullptr) ::operator delete(data_, std::align_val_t{alignment});
    }

    /// Precondition: `size` was compared with what the file can hold. Errors: memory.exhausted.
    static result<block> of(std::uint64_t size) {
        block made;
        if (size > static_cast<std::size_t>(-1) / 2)
            return fail(ids::out_of_memory, error::nowhere, size, 0);
        auto const length = static_cast<std::size_t>(size);
        made.data_ = static_cast<std::byte*>(
            ::operator new(length == 0 ? 1 : length, std::align_val_t{alignment}, std::nothrow));
        if (made.data_ == nullptr) return fail(ids::out_of_memory, error::nowhere, size, 0);
        made.size_ = length;
        return made;
    }

    std::span<std::byte> bytes() { return {data_, size_}; }
    std::span<std::byte const> bytes() const { return {data_, size_}; }

  private:
    std::byte* data_ = nullptr;
    std::size_t size_ = 0;
};

}  // namespace lade::inline LADE_ABI
