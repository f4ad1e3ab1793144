// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/dtype.hpp>
#include <lade/base/half.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>

namespace lade::inline LADE_ABI {

/// The dtype whose elements are laid out like a C++ type. No definition for types that are no
/// elements; a program adds its own
/// (`std::complex<float>`) by a specialisation with a member `value`.
template <class T>
struct dtype_of;

// clang-format off
template <> struct dtype_of<bool> { static constexpr dtype value = dtype::boolean; };
template <> struct dtype_of<std::int8_t> { static constexpr dtype value = dtype::int8; };
template <> struct dtype_of<std::int16_t> { static constexpr dtype value = dtype::int16; };
template <> struct dtype_of<std::int32_t> { static constexpr dtype value = dtype::int32; };
template <> struct dtype_of<std::int64_t> { static constexpr dtype value = dtype::int64; };
template <> struct dtype_of<std::uint8_t> { static constexpr dtype value = dtype::uint8; };
template <> struct dtype_of<std::uint16_t> { static constexpr dtype value = dtype::uint16; };
template <> struct dtype_of<std::uint32_t> { static constexpr dtype value = dtype::uint32; };
template <> struct dtype_of<std::uint64_t> { static constexpr dtype value = dtype::uint64; };
template <> struct dtype_of<float> { static constexpr dtype value = dtype::float32; };
template <> struct dtype_of<double> { static constexpr dtype value = dtype::float64; };
template <> struct dtype_of<float16_t> { static constexpr dtype value = dtype::float16; };
template <> struct dtype_of<bfloat16_t> { static constexpr dtype value = dtype::bfloat16; };
template <> struct dtype_of<float8_e4m3fn_t> {
    static constexpr dtype value = dtype::float8_e4m3fn;
};
template <> struct dtype_of<float8_e5m2_t> { static constexpr dtype value = dtype::float8_e5m2; };
template <> struct dtype_of<float8_e4m3fnuz_t> {
    static constexpr dtype value = dtype::float8_e4m3fnuz;
};
template <> struct dtype_of<float8_e5m2fnuz_t> {
    static constexpr dtype value = dtype::float8_e5m2fnuz;
};
// clang-format on

/// A type whose objects can be the elements of a tensor.
template <class T>
concept element = requires {
    { dtype_of<T>::value } -> std::convertible_to<dtype>;
} && sizeof(T) == size_of(dtype_of<T>::value);

}  // namespace lade::inline LADE_ABI
