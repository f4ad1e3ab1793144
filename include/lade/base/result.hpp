// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/error.hpp>

#include <concepts>
#include <new>
#include <type_traits>
#include <utility>

namespace lade::inline LADE_ABI {

/// A value or an error: the subset of std::expected that this library needs, usable in constant
/// expressions.
template <class T>
class [[nodiscard]] result {
    static constexpr bool trivial = __is_trivially_copyable(T);

  public:
    using value_type = T;

    constexpr result(T value) : value_(std::move(value)), good_(true) {}
    constexpr result(lade::error error) : error_(error), good_(false) {}
    /// `fail(id, ...)` without a copy of the error: for programs that count bytes.
    constexpr result(error_id const& id, std::uint64_t offset, std::uint64_t expected,
                     std::uint64_t found)
        : error_(fail(id, offset, expected, found)), good_(false) {}

    // As trivial as T. Others cannot be copied in constant expressions, for std::construct_at would
    // have every program parse all of <memory>.
    constexpr result(result const&)
        requires trivial
    = default;
    constexpr result(result&&) noexcept
        requires trivial
    = default;
    constexpr result& operator=(result const&) noexcept
        requires trivial
    = default;
    constexpr result& operator=(result&&) noexcept
        requires trivial
    = default;
    constexpr ~result()
        requires trivial
    = default;

    result(result const& other)
        requires(!trivial &&
                 __is_constructible(T, T const&))  // the trait costs each T a dozen instantiations
        : none_{}, good_(other.good_) {
        if (good_) ::new (static_cast<void*>(&value_)) T(other.value_);
        else ::new (static_cast<void*>(&error_)) lade::error(other.error_);
    }
    result(result&& other) noexcept
        requires(!trivial)
        : none_{}, good_(other.good_) {
        if (good_) ::new (static_cast<void*>(&value_)) T(std::move(other.value_));
        else ::new (static_cast<void*>(&error_)) lade::error(other.error_);
    }
    result& operator=(result other) noexcept
        requires(!trivial)
    {
        this->~result();
        ::new (static_cast<void*>(this)) result(std::move(other));
        return *this;
    }
    constexpr ~result()
        requires(!trivial)
    {
        if (good_) value_.~T();
    }

    constexpr explicit operator bool() const { return good_; }
    constexpr bool has_value() const { return good_; }

    /// Precondition: the result holds a value.
    constexpr T const& operator*() const& { return value_; }
    constexpr T& operator*() & { return value_; }
    constexpr T&& operator*() && { return std::move(value_); }
    constexpr T const* operator->() const { return &value_; }
    constexpr T* operator->() { return &value_; }

    /// Precondition: the result holds an error.
    constexpr lade::error const& error() const { return error_; }

    /// Calls `next` with the value, or passes the error on.
    template <std::invocable<T const&> F>
    constexpr auto and_then(F&& next) const -> std::invoke_result_t<F, T const&> {
        if (good_) return std::forward<F>(next)(value_);
        return error_;
    }

    /// The same result, its error seen from outside `name`.
    [[nodiscard]] constexpr result in(std::string_view name) && {
        if (good_) return std::move(*this);
        return error_.in(name);
    }

  private:
    union {
        char none_;
        T value_;
        lade::error error_;
    };
    bool good_;
};

/// Done, or an error.
template <>
class [[nodiscard]] result<void> {
  public:
    using value_type = void;

    constexpr result() : none_{}, good_(true) {}
    constexpr result(lade::error error) : error_(error), good_(false) {}

    constexpr explicit operator bool() const { return good_; }
    constexpr bool has_value() const { return good_; }

    /// Precondition: the result holds an error.
    constexpr lade::error const& error() const { return error_; }

    /// The same result, its error seen from outside `name`.
    [[nodiscard]] constexpr result in(std::string_view name) const {
        if (good_) return *this;
        return error_.in(name);
    }

  private:
    union {
        char none_;
        lade::error error_;
    };
    bool good_;
};

}  // namespace lade::inline LADE_ABI
