// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/result.hpp>
#include <lade/bytes/endian.hpp>
#include <lade/bytes/view.hpp>
#include <lade/model/element.hpp>

#include <span>

/// The bytes of a tensor as objects of C++, without a copy.
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
}  // namespace ids

/// `data` as objects of `T`, where they lie. Good as long as the bytes. `name` is for errors.
/// Precondition: the bytes are elements of `type`, little-endian.
/// Errors: tensor.wrong_dtype (expected, found: rows of lade::dtypes), tensor.unaligned,
/// tensor.not_bool, tensor.foreign_order.
template <element T>
result<std::span<T const>> elements_as(std::string_view name, dtype type, bytes::view data) {
    if (type != dtype_of<T>::value)
        return fail(ids::wrong_dtype, error::nowhere,
                    static_cast<std::uint64_t>(dtype_of<T>::value),
                    static_cast<std::uint64_t>(type))
            .in(name);
    if constexpr (bytes::native_order != bytes::order::little && sizeof(T) > 1)
        return fail(ids::foreign_order).in(name);
    auto const address = reinterpret_cast<std::uintptr_t>(data.data());
    if (address % alignof(T) != 0)
        return fail(ids::unaligned, error::nowhere, alignof(T), address % alignof(T)).in(name);
    if constexpr (std::same_as<T, bool>)  // any other value in a C++ bool is undefined behaviour
        for (std::size_t i = 0; i < data.size(); ++i)
            if (data[i] > std::byte{1})
                return fail(ids::not_bool, i, 1, static_cast<std::uint64_t>(data[i])).in(name);
    return std::span<T const>(reinterpret_cast<T const*>(data.data()), data.size() / sizeof(T));
}

}  // namespace lade::inline LADE_ABI
