// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/describe.hpp>
#include <lade/base/result.hpp>

#if LADE_EXCEPTIONS
#include <exception>

namespace lade::inline LADE_ABI {

/// What the verbs without `try_` throw. Holds the same error that their twins return.
class exception : public std::exception {
  public:
    explicit exception(lade::error what) : error_(what), text_(describe(what)) {}

    lade::error const& error() const noexcept { return error_; }
    /// `describe(error())`.
    char const* what() const noexcept override { return text_.c_str(); }

  private:
    lade::error error_;
    std::string text_;
};

/// The value, or its error thrown.
template <class T>
T value_or_throw(result<T> outcome) {
    if (!outcome) throw exception(outcome.error());
    if constexpr (!std::is_void_v<T>) return *std::move(outcome);
}

}  // namespace lade::inline LADE_ABI
#endif
