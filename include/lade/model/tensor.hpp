// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/checked.hpp>
#include <lade/model/block.hpp>
#include <lade/model/element.hpp>

#include <algorithm>
#include <array>
#include <concepts>
#include <cstring>
#include <initializer_list>
#include <new>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace lade::inline LADE_ABI {

namespace detail {

/// Elements on the heap, aligned as a block is. Copies, and fails, as a std::vector does.
template <element T>
class elements {
    static_assert(std::is_trivially_copyable_v<T>);

  public:
    elements() = default;
    /// All zero. Throws std::bad_alloc.
    explicit elements(std::optional<std::uint64_t> count) {
        auto const size = count ? bytes::product(*count, sizeof(T)) : std::nullopt;
        constexpr std::size_t too_many = static_cast<std::size_t>(-1) / 2;
        take(size && *size < too_many ? static_cast<std::size_t>(*size) : too_many);
        std::memset(static_cast<void*>(data_), 0, size_ * sizeof(T));
    }
    elements(elements const& other) {
        if (other.data_ == nullptr) return;
        take(other.size_ * sizeof(T));
        std::memcpy(static_cast<void*>(data_), other.data_, size_ * sizeof(T));
    }
    elements(elements&& other) noexcept
        : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
    elements& operator=(elements other) noexcept {
        std::swap(data_, other.data_);
        std::swap(size_, other.size_);
        return *this;
    }
    ~elements() {
        if (data_ != nullptr) ::operator delete(data_, std::align_val_t{block::alignment});
    }

    T* data() { return data_; }
    T const* data() const { return data_; }
    std::size_t size() const { return size_; }

    /// Elements that are not initialised. Errors: memory.exhausted.
    static result<elements> uninitialised(std::uint64_t count) {
        auto const size = bytes::product(count, sizeof(T));
        if (!size || *size > static_cast<std::size_t>(-1) / 2) return fail(ids::out_of_memory);
        elements made;
        made.data_ = static_cast<T*>(::operator new(
            static_cast<std::size_t>(*size), std::align_val_t{block::alignment}, std::nothrow));
        if (made.data_ == nullptr) return fail(ids::out_of_memory, error::nowhere, *size, 0);
        made.size_ = static_cast<std::size_t>(count);
        return made;
    }

  private:
    void take(std::size_t size) {
        data_ = static_cast<T*>(::operator new(size, std::align_val_t{block::alignment}));
        size_ = size / sizeof(T);
    }

    T* data_ = nullptr;
    std::size_t size_ = 0;
};

}  // namespace detail

/// A tensor that owns its elements: dense, row-major, copied as a value. Without `Dims` its shape
/// is found when running and may change; with them it is part of the type, and a load compares it.
/// Elements are zero until they are set.
template <element T, std::size_t... Dims>
class tensor {
  public:
    using element_type = T;
    static constexpr bool is_fixed = true;
    static constexpr std::size_t fixed_rank = sizeof...(Dims);
    static constexpr std::array<std::uint64_t, fixed_rank> fixed_shape{Dims...};
    static constexpr std::size_t fixed_size = (Dims * ... * std::size_t{1});

    tensor() : elements_(fixed_size) {}

    static constexpr std::span<std::uint64_t const> shape() { return fixed_shape; }
    static constexpr std::size_t rank() { return fixed_rank; }
    static constexpr std::size_t size() { return fixed_size; }

    // Of a tensor that was moved from, data() is null and the spans are empty.
    T* data() { return elements_.data(); }
    T const* data() const { return elements_.data(); }
    std::span<T> span() { return {data(), elements_.size()}; }
    std::span<T const> span() const { return {data(), elements_.size()}; }
    auto begin() { return span().begin(); }
    auto end() { return span().end(); }
    auto begin() const { return span().begin(); }
    auto end() const { return span().end(); }

    /// The element at a place. Precondition: each index lies in its axis.
    template <std::convertible_to<std::size_t>... Index>
        requires(sizeof...(Index) == fixed_rank)
    T& operator()(Index... at) {
        return data()[place(at...)];
    }
    template <std::convertible_to<std::size_t>... Index>
        requires(sizeof...(Index) == fixed_rank)
    T const& operator()(Index... at) const {
        return data()[place(at...)];
    }

    friend bool operator==(tensor const& a, tensor const& b) {
        return std::equal(a.begin(), a.end(), b.begin(), b.end());
    }

  private:
    template <class... Index>
    static constexpr std::size_t place(Index... at) {
        std::size_t all = 0;
        ((all = all * Dims + static_cast<std::size_t>(at)), ...);
        return all;
    }

    detail::elements<T> elements_;
};

template <element T>
class tensor<T> {
  public:
    using element_type = T;
    static constexpr bool is_fixed = false;

    /// One axis of no elements. So is a tensor that was moved from.
    tensor() = default;
    /// Of this shape, all elements zero.
    explicit tensor(std::initializer_list<std::uint64_t> shape) { resize(shape); }

    /// Elements along each axis, slowest first.
    std::span<std::uint64_t const> shape() const {
        static constexpr std::array<std::uint64_t, 1> nothing{0};
        if (data() == nullptr) return nothing;
        return shape_;
    }
    std::size_t rank() const { return shape().size(); }
    std::size_t size() const { return elements_.size(); }
    bool empty() const { return size() == 0; }

    T* data() { return elements_.data(); }
    T const* data() const { return elements_.data(); }
    std::span<T> span() { return {data(), size()}; }
    std::span<T const> span() const { return {data(), size()}; }
    auto begin() { return span().begin(); }
    auto end() { return span().end(); }
    auto begin() const { return span().begin(); }
    auto end() const { return span().end(); }

    /// The element at a place. Preconditions: as many indices as axes; each lies in its axis.
    template <std::convertible_to<std::size_t>... Index>
    T& operator()(Index... at) {
        return data()[place({static_cast<std::size_t>(at)...})];
    }
    template <std::convertible_to<std::size_t>... Index>
    T const& operator()(Index... at) const {
        return data()[place({static_cast<std::size_t>(at)...})];
    }

    /// Gives the tensor a new shape; all elements are zero then. Throws std::bad_alloc.
    void resize(std::span<std::uint64_t const> shape) {
        std::vector<std::uint64_t> made(shape.begin(), shape.end());  // it may be our own
        elements_ = detail::elements<T>(bytes::product(shape));
        shape_ = std::move(made);
    }
    void resize(std::initializer_list<std::uint64_t> shape) {
        resize(std::span<std::uint64_t const>(shape.begin(), shape.size()));
    }
    /// The same, for elements that are all about to be written: they are not initialised.
    /// `prepare` is shown the fresh memory first. Errors: memory.exhausted; the tensor is then as
    /// it was.
    result<void> try_resize_for_overwrite(std::span<std::uint64_t const> shape,
                                          void (*prepare)(std::span<std::byte>) = nullptr) {
        auto const count = bytes::product(shape);
        if (!count) return fail(ids::out_of_memory);
        if (*count != size() || elements_.data() == nullptr) {
            auto made = detail::elements<T>::uninitialised(*count);
            if (!made) return made.error();
            elements_ = *std::move(made);
            if (prepare != nullptr) prepare(std::as_writable_bytes(span()));
        }
        shape_ = std::vector<std::uint64_t>(shape.begin(), shape.end());
        return {};
    }

    friend bool operator==(tensor const& a, tensor const& b) {
        return std::equal(a.shape().begin(), a.shape().end(), b.shape().begin(), b.shape().end()) &&
               std::equal(a.begin(), a.end(), b.begin(), b.end());
    }

  private:
    std::size_t place(std::initializer_list<std::size_t> at) const {
        std::size_t all = 0, axis = 0;
        for (std::size_t one : at) all = all * static_cast<std::size_t>(shape_[axis++]) + one;
        return all;
    }

    detail::elements<T> elements_;
    std::vector<std::uint64_t> shape_;
};

}  // namespace lade::inline LADE_ABI
