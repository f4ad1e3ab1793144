// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/half.hpp>
#include <lade/bytes/endian.hpp>
#include <lade/format/payload.hpp>
#include <lade/model/element.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <type_traits>
#include <vector>

/// Conversion of numbers from one type to another, only where it was asked for.
namespace lade::inline LADE_ABI {

namespace ids {
inline constexpr error_id out_of_range{
    "cast.out_of_range", kind::mismatch,
    "a number does not fit the type that was asked for (found: position of the element)"};
inline constexpr error_id no_cast{"cast.unsupported", kind::mismatch,
                                  "numbers of this type cannot be converted"};
}  // namespace ids

namespace detail {

/// Calls `use.template operator()<T>()` with the C++ type of a dtype; false if it has none.
template <class Use>
constexpr bool with_element(dtype type, Use&& use) {
    switch (type) {
        case dtype::boolean: use.template operator()<bool>(); return true;
        case dtype::int8: use.template operator()<std::int8_t>(); return true;
        case dtype::int16: use.template operator()<std::int16_t>(); return true;
        case dtype::int32: use.template operator()<std::int32_t>(); return true;
        case dtype::int64: use.template operator()<std::int64_t>(); return true;
        case dtype::uint8: use.template operator()<std::uint8_t>(); return true;
        case dtype::uint16: use.template operator()<std::uint16_t>(); return true;
        case dtype::uint32: use.template operator()<std::uint32_t>(); return true;
        case dtype::uint64: use.template operator()<std::uint64_t>(); return true;
        case dtype::float16: use.template operator()<float16_t>(); return true;
        case dtype::bfloat16: use.template operator()<bfloat16_t>(); return true;
        case dtype::float32: use.template operator()<float>(); return true;
        case dtype::float64: use.template operator()<double>(); return true;
        case dtype::float8_e4m3fn: use.template operator()<float8_e4m3fn_t>(); return true;
        case dtype::float8_e5m2: use.template operator()<float8_e5m2_t>(); return true;
        case dtype::float8_e4m3fnuz: use.template operator()<float8_e4m3fnuz_t>(); return true;
        case dtype::float8_e5m2fnuz: use.template operator()<float8_e5m2fnuz_t>(); return true;
        default: return false;
    }
}

template <class T>
T load_element(std::byte const* from) {
    if constexpr (std::is_same_v<T, bool>) {
        return *from != std::byte{0};
    } else if constexpr (sizeof(T) == 1) {
        return std::bit_cast<T>(static_cast<std::uint8_t>(*from));
    } else if constexpr (sizeof(T) == 2) {
        return std::bit_cast<T>(bytes::load_le<std::uint16_t>(from));
    } else if constexpr (sizeof(T) == 4) {
        return std::bit_cast<T>(bytes::load_le<std::uint32_t>(from));
    } else {
        return std::bit_cast<T>(bytes::load_le<std::uint64_t>(from));
    }
}
template <class T>
void store_element(std::byte* to, T value) {
    if constexpr (sizeof(T) == 1) *to = static_cast<std::byte>(std::bit_cast<std::uint8_t>(value));
    else if constexpr (sizeof(T) == 2) bytes::store_le(to, std::bit_cast<std::uint16_t>(value));
    else if constexpr (sizeof(T) == 4) bytes::store_le(to, std::bit_cast<std::uint32_t>(value));
    else bytes::store_le(to, std::bit_cast<std::uint64_t>(value));
}

/// What a number passes through on its way from one type to another, so that n types need 2 n
/// conversions and not n * n. It loses nothing.
template <class From>
using widest =
    std::conditional_t<!std::is_integral_v<From>, double,
                       std::conditional_t<std::is_signed_v<From>, std::int64_t, std::uint64_t>>;

/// Whole numbers must fit exactly; floating-point numbers are rounded, and may overflow only if
/// they were infinite. `Wide` is one of widest<...>.
template <class To, class Wide>
bool narrow(Wide from, To& to) {
    if constexpr (std::is_same_v<To, bool>) {
        to = from != Wide{};
        return true;
    } else if constexpr (std::is_integral_v<To> && std::is_integral_v<Wide>) {
        to = static_cast<To>(from);
        return std::in_range<To>(from);
    } else if constexpr (std::is_integral_v<To>) {
        if (!(from >= static_cast<double>((std::numeric_limits<To>::lowest)()) &&
              from < std::ldexp(1.0, std::numeric_limits<To>::digits)) ||
            from != std::trunc(from))
            return false;
        to = static_cast<To>(from);
        return true;
    } else if constexpr (std::is_same_v<To, double>) {
        to = static_cast<double>(from);
        return true;
    } else {
        to = To(static_cast<float>(from));
        return !std::isfinite(static_cast<double>(from)) || std::isfinite(static_cast<float>(to));
    }
}

/// How many numbers were converted before one did not fit.
template <class Wide>
std::size_t narrow_all(std::span<Wide const> from, dtype type, std::byte* to) {
    std::size_t done = 0;
    with_element(type, [&]<class To>() {
        for (To made{}; done < from.size() && narrow(from[done], made); ++done)
            store_element(to + done * sizeof(To), made);
    });
    return done;
}

}  // namespace detail

/// Whether numbers of the type can be converted at all.
constexpr bool is_castable(dtype type) {
    return detail::with_element(type, []<class T>() {});
}

/// Another payload with its elements converted, in blocks.
class cast_payload final : public any_payload {
  public:
    /// Precondition: is_castable(from_type).
    cast_payload(any_payload& from, dtype from_type, dtype to_type)
        : from_(&from), from_type_(from_type), to_type_(to_type) {}

    std::uint64_t size() override {
        return from_->size() / size_of(from_type_) * size_of(to_type_);
    }
    std::optional<bytes::view> view() override { return std::nullopt; }

    /// Errors: cast.out_of_range, cast.unsupported, those of the other payload. `from` and the size
    /// of `to` are whole elements.
    result<void> read(std::uint64_t from, std::span<std::byte> to) override {
        if (!is_castable(to_type_))
            return fail(ids::no_cast, error::nowhere, 0, static_cast<std::uint64_t>(to_type_))
                .in(name_of(to_type_));
        std::size_t const count = to.size() / size_of(to_type_);
        std::uint64_t const first = from / size_of(to_type_);
        block_.resize(count * size_of(from_type_));
        if (auto const done = from_->read(first * size_of(from_type_), block_); !done) return done;
        std::size_t done = 0;
        detail::with_element(from_type_, [&]<class From>() {
            std::array<detail::widest<From>, 512> wide;
            for (std::size_t piece = 1, good = 1; piece == good && done < count; done += good) {
                piece = (std::min)(wide.size(), count - done);
                for (std::size_t i = 0; i < piece; ++i)
                    wide[i] = static_cast<detail::widest<From>>(
                        detail::load_element<From>(block_.data() + (done + i) * sizeof(From)));
                good = detail::narrow_all<detail::widest<From>>(
                    {wide.data(), piece}, to_type_, to.data() + done * size_of(to_type_));
            }
        });
        if (done != count) return fail(ids::out_of_range, error::nowhere, 0, first + done);
        return {};
    }

  private:
    any_payload* from_;
    dtype from_type_, to_type_;
    std::vector<std::byte> block_;
};

}  // namespace lade::inline LADE_ABI
