// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/arena.hpp>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>

namespace lade::inline LADE_ABI {

/// An arena that takes blocks from the heap, up to a budget of bytes. Blocks grow by doubling, so
/// that small uses stay small and large ones are few.
class heap_arena : public arena {
  public:
    /// `budget`: bytes in all, blocks' headers included; `limits::bookkeeping` gives one that fits
    /// a file.
    explicit heap_arena(std::uint64_t budget = ~std::uint64_t{0})
        : arena(&heap_arena::refill_from_heap), budget_(budget) {}
    ~heap_arena() {
        while (last_ != nullptr) {
            block* const before = last_->before;
            std::free(last_);
            last_ = before;
        }
    }

    /// Bytes taken from the heap so far.
    std::uint64_t taken() const { return taken_; }

  private:
    struct alignas(std::max_align_t) block {
        block* before;
    };

    static std::byte* refill_from_heap(arena& self, std::size_t size, std::size_t alignment) {
        return static_cast<heap_arena&>(self).refill_block(size, alignment);
    }

    std::byte* refill_block(std::size_t size, std::size_t alignment) {
        constexpr std::size_t largest = std::size_t{1} << 22;
        if (size > static_cast<std::size_t>(-1) / 2) return nullptr;
        std::size_t const wanted = (std::max)(size + sizeof(block), next_size_);
        std::uint64_t const left = budget_ - taken_;
        std::size_t const whole = wanted <= left ? wanted : size + sizeof(block);
        if (whole > left) return nullptr;
        auto* const memory = static_cast<std::byte*>(std::malloc(whole));
        if (memory == nullptr) return nullptr;
        last_ = std::construct_at(reinterpret_cast<block*>(memory), block{last_});
        taken_ += whole;
        next_size_ = (std::min)(next_size_ * 2, largest);
        if (whole - sizeof(block) - size < left_)
            return memory + sizeof(block);  // a large piece: the rest of the old block stays in use
        next_ = memory + sizeof(block);
        left_ = whole - sizeof(block);
        return take(size, alignment);
    }

    std::uint64_t budget_;
    std::uint64_t taken_ = 0;
    std::size_t next_size_ = 4096;
    block* last_ = nullptr;
};

}  // namespace lade::inline LADE_ABI
