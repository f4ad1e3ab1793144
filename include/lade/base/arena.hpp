// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/error.hpp>
#include <lade/base/limits.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

namespace lade::inline LADE_ABI {

/// Memory that grows and is given back as a whole: what decoders put their tables, nodes and names
/// into.
///
/// One type serves firmware and desktop: `arena{span}` hands out the caller's memory and nothing
/// else; `heap_arena` (base/heap_arena.hpp) adds blocks from the heap up to a budget. Everything in
/// it is trivially destructible.
class arena {
  public:
    /// Hands out `memory`, which must outlive the arena. Never allocates.
    explicit arena(std::span<std::byte> memory) : next_(memory.data()), left_(memory.size()) {}
    arena(arena const&) = delete;
    arena& operator=(arena const&) = delete;
    ~arena() = default;  // never deleted through: whoever owns an arena knows which one

    /// `size` bytes aligned to `alignment` (a power of two, at most alignof(max_align_t)); null
    /// when the memory or the budget is used up. Not initialised.
    [[nodiscard]] std::byte* take(std::size_t size, std::size_t alignment) {
        std::size_t const gap =
            static_cast<std::size_t>(-reinterpret_cast<std::uintptr_t>(next_)) & (alignment - 1);
        if (gap <= left_ && size <= left_ - gap) {
            std::byte* const taken = next_ + gap;
            next_ = taken + size;
            left_ -= gap + size;
            return taken;
        }
        return more_ != nullptr ? more_(*this, size, alignment) : nullptr;
    }

    /// `count` elements, not initialised; null when the memory is used up.
    template <class T>
        requires std::is_trivially_destructible_v<T>
    [[nodiscard]] T* take_array(std::uint64_t count) {
        if (count > static_cast<std::size_t>(-1) / sizeof(T)) return nullptr;
        return reinterpret_cast<T*>(take(static_cast<std::size_t>(count) * sizeof(T), alignof(T)));
    }

    /// A copy that lives as long as the arena; null data when the memory is used up.
    [[nodiscard]] std::string_view copy(std::string_view text) {
        if (text.empty()) return std::string_view("", 0);
        auto* const to = take_array<char>(text.size());
        if (to == nullptr) return {};
        std::memcpy(to, text.data(), text.size());
        return {to, text.size()};
    }
    template <class T>
        requires std::is_trivially_copyable_v<T>
    [[nodiscard]] std::span<T const> copy(std::span<T const> items) {
        auto* const to = take_array<T>(items.size());
        if (to == nullptr) return {};
        if (!items.empty()) std::memcpy(static_cast<void*>(to), items.data(), items.size_bytes());
        return {to, items.size()};
    }

    /// The error to return when `take` gave null.
    [[nodiscard]] error exhausted() const {
        return fail(more_ != nullptr ? ids::limit : ids::out_of_memory);
    }

  protected:
    using refill = std::byte* (*)(arena&, std::size_t size, std::size_t alignment);
    /// Begins at a place that is not null, for nothing at all is a size that is granted.
    explicit arena(refill more) : next_(reinterpret_cast<std::byte*>(this)), more_(more) {}

    std::byte* next_ = nullptr;
    std::size_t left_ = 0;
    refill more_ = nullptr;
};

/// Caller-given memory as an arena of its own: `lade::scratch<4096> mem;`
template <std::size_t Size>
class scratch : public arena {
  public:
    scratch() : arena(std::span<std::byte>(memory_, Size)) {}
    ~scratch() = default;

  private:
    alignas(std::max_align_t) std::byte memory_[Size];
};

namespace detail {

/// A larger block with the `size` items of `each` bytes at `data`, and its `room`; null when the
/// memory is used up. One function for the lists of all types.
[[gnu::noinline]] inline void* regrow(arena& memory, void const* data, std::size_t size,
                                      std::size_t& room, std::size_t wanted, std::size_t each,
                                      std::size_t alignment) {
    std::size_t more = wanted > room * 2 ? wanted : room * 2;
    if (more < 8) more = 8;
    if (more > static_cast<std::size_t>(-1) / each) return nullptr;
    std::byte* const to = memory.take(more * each, alignment);
    if (to == nullptr) return nullptr;
    if (size != 0) std::memcpy(to, data, size * each);
    room = more;
    return to;
}

}  // namespace detail

/// A growing list in an arena. Growth doubles; old blocks stay behind in the arena, so a list costs
/// at most twice its size.
template <class T>
    requires(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>)
class arena_list {
  public:
    explicit arena_list(arena& memory) : memory_(&memory) {}

    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    T* data() { return data_; }
    T const* data() const { return data_; }
    T* begin() { return data_; }
    T* end() { return data_ + size_; }
    T const* begin() const { return data_; }
    T const* end() const { return data_ + size_; }
    T& operator[](std::size_t i) { return data_[i]; }
    T const& operator[](std::size_t i) const { return data_[i]; }
    T& back() { return data_[size_ - 1]; }
    std::span<T const> span() const { return {data_, size_}; }

    /// False when the memory is used up; the list is then as before.
    [[nodiscard]] LADE_HOT bool push(T const& item) {
        if (size_ == room_ && !grow(size_ + 1)) [[unlikely]]
            return false;
        ::new (static_cast<void*>(data_ + size_++)) T(item);
        return true;
    }
    /// Appends copies of `items`, which may not lie in this list. False when the memory is used up.
    [[nodiscard]] bool append(std::span<T const> items) {
        if (items.size() > room_ - size_ && !grow(size_ + items.size())) return false;
        T* const to = data_ + size_;
        for (std::size_t i = 0; i < items.size(); ++i)
            ::new (static_cast<void*>(to + i)) T(items[i]);
        size_ += items.size();
        return true;
    }
    /// Makes room for `size` elements in all. False when the memory is used up.
    [[nodiscard]] bool reserve(std::size_t size) { return size <= room_ || grow(size); }
    /// Makes the list `size` long; new elements are `fill`. False when the memory is used up.
    [[nodiscard]] bool resize(std::size_t size, T const& fill) {
        if (size > room_ && !grow(size)) return false;
        for (std::size_t i = size_; i < size; ++i) ::new (static_cast<void*>(data_ + i)) T(fill);
        size_ = size;
        return true;
    }
    /// Precondition: not empty.
    T pop() { return data_[--size_]; }
    /// Precondition: size <= size().
    void cut(std::size_t size) { size_ = size; }

  private:
    LADE_HOT bool grow(std::size_t wanted) {
        void* const to =
            detail::regrow(*memory_, data_, size_, room_, wanted, sizeof(T), alignof(T));
        if (to == nullptr) return false;
        data_ = static_cast<T*>(to);
        return true;
    }

    arena* memory_;
    T* data_ = nullptr;
    std::size_t size_ = 0;
    std::size_t room_ = 0;
};

}  // namespace lade::inline LADE_ABI
