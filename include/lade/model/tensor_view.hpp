// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/exception.hpp>
#include <lade/bytes/endian.hpp>
#include <lade/bytes/view.hpp>
#include <lade/model/element.hpp>
#include <lade/model/tensor_info.hpp>

#include <span>

namespace lade::inline LADE_ABI {

namespace ids {
inline constexpr error_id wrong_dtype{
    "tensor.wrong_dtype", kind::mismatch, "the elements are of another type than the one asked for",
    "ask for the type that dtype() tells; nothing is converted unless asked"};
inline constexpr error_id unaligned{
    "tensor.unaligned", kind::mismatch,
    "the bytes lie where objects of this type may not stand (expected: alignment)",
    "copy bytes() into memory of your own, or load instead of viewing"};
inline constexpr error_id foreign_order{
    "tensor.foreign_order", kind::mismatch,
    "files are little-endian and this machine is not; elements must be swapped",
    "load instead of viewing"};
inline constexpr error_id not_bool{"tensor.not_bool", kind::corrupt,
                                   "a byte of a bool tensor is neither 0 nor 1"};
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
        if (info_.type != dtype_of<T>::value)
            return fail(ids::wrong_dtype, error::nowhere,
                        static_cast<std::uint64_t>(dtype_of<T>::value),
                        static_cast<std::uint64_t>(info_.type))
                .in(info_.name);
        if (info_.absent) return fail(ids::no_bytes).in(info_.name);
        if constexpr (bytes::native_order != bytes::order::little && sizeof(T) > 1)
            return fail(ids::foreign_order).in(info_.name);
        auto const address = reinterpret_cast<std::uintptr_t>(data_.data());
        if (address % alignof(T) != 0)
            return fail(ids::unaligned, error::nowhere, alignof(T), address % alignof(T))
                .in(info_.name);
        if constexpr (std::same_as<T,
                                   bool>)  // any other value in a C++ bool is undefined behaviour
            for (std::size_t i = 0; i < data_.size(); ++i)
                if (data_[i] > std::byte{1})
                    return fail(ids::not_bool, i, 1, static_cast<std::uint64_t>(data_[i]))
                        .in(info_.name);
        return std::span<T const>(reinterpret_cast<T const*>(data_.data()),
                                  data_.size() / sizeof(T));
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
