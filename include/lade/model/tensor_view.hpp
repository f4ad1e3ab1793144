// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/exception.hpp>
#include <lade/bytes/view.hpp>
#include <lade/model/elements.hpp>
#include <lade/model/tensor_info.hpp>

#include <span>

namespace lade::inline LADE_ABI {

namespace ids {
inline constexpr error_id no_tensor{"tensor.not_found", kind::mismatch,
                                    "there is no tensor of this name",
                                    "`lade inspect` lists the names"};
inline constexpr error_id no_bytes{"tensor.no_bytes", kind::mismatch,
                                   "the file tells of the tensor but holds no bytes of it"};
}  // namespace ids

/// A tensor that somebody else owns: type, shape, and its elements dense, row-major, little-endian.
class tensor_view {
  public:
    constexpr tensor_view() = default;
    /// Precondition: `info.nbytes` bytes, in the order that this class promises.
    constexpr tensor_view(tensor_info const& info, bytes::view data) : info_(info), data_(data) {}

    constexpr std::string_view name() const { return info_.name; }
    constexpr lade::dtype dtype() const { return info_.type; }
    /// Elements along each axis, slowest first; empty for a scalar.
    constexpr std::span<std::uint64_t const> shape() const { return info_.shape; }
    constexpr std::size_t rank() const { return info_.shape.size(); }
    constexpr bytes::view bytes() const { return data_; }
    constexpr tensor_info const& info() const { return info_; }
    /// Elements in all; 1 for a scalar.
    constexpr std::uint64_t size() const {
        std::uint64_t all = 1;
        for (std::uint64_t one : info_.shape) all *= one;
        return all;
    }

    /// The elements as objects of `T`, where they lie. Good as long as the bytes.
    /// Errors: tensor.wrong_dtype (expected, found: rows of lade::dtypes), tensor.unaligned,
    /// tensor.no_bytes, tensor.not_bool, tensor.foreign_order.
    template <element T>
    result<std::span<T const>> try_as() const {
        if (info_.absent && info_.type == dtype_of<T>::value)
            return fail(ids::no_bytes).in(info_.name);
        return elements_as<T>(info_.name, info_.type, data_);
    }
#if LADE_EXCEPTIONS
    /// `try_as`, its errors thrown.
    template <element T>
    std::span<T const> as() const {
        return value_or_throw(try_as<T>());
    }
#endif

  private:
    tensor_info info_{};
    bytes::view data_{};
};

}  // namespace lade::inline LADE_ABI
