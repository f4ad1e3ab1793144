// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/error.hpp>

#include <concepts>
#include <memory>
#include <type_traits>
#include <utility>

namespace lade::inline LADE_ABI {

/// A value or an error: the subset of std::expected that this library needs, usable in constant
/// expressions.
template <class T>
class [[nodiscard]] result {
  public:
    using value_type = T;

    constexpr result(T value) : value_(std::move(value)), good_(true) {}
    constexpr result(lade::error error) : error_(error), good_(false) {}

    constexpr result(result const& other)
        requires(__is_constructible(T, T const&))  // the trait costs each T a dozen instantiations
        : good_(other.good_) {
        good_ ? void(std::construct_at(&value_, other.value_))
              : void(std::construct_at(&error_, other.error_));
    }
    constexpr result(result&& other) noexcept : good_(other.good_) {
        good_ ? void(std::construct_at(&value_, std::move(other.value_)))
              : void(std::construct_at(&error_, other.error_));
    }
    constexpr result& operator=(result other) noexcept {
        std::destroy_at(this);
        std::construct_at(this, std::move(other));
        return *this;
    }
    constexpr ~result() {
        if (good_) std::destroy_at(&value_);
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
