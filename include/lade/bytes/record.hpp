// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/result.hpp>
#include <lade/bytes/endian.hpp>
#include <lade/bytes/view.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

/// Fixed-size on-disk structures, declared once as a list of members.
///
/// The list is the byte table of the structure: it gives the size, the reader and the writer, so
/// none of the three can disagree with the other two. All of it works in constant expressions.
namespace lade::inline LADE_ABI::bytes {

namespace ids {
inline constexpr error_id truncated{"bytes.truncated", kind::corrupt,
                                    "the structure ends beyond the data",
                                    "the file is cut short; fetch it again"};
inline constexpr error_id bad_magic{"bytes.bad_magic",
                                    kind::corrupt,
                                    "the signature is not the one expected here",
                                    {},
                                    numbers::hex};
}  // namespace ids

/// The byte table: a signature, then the members in file order, little-endian, without gaps.
template <auto Magic, auto... Members>
struct layout {
    template <class Record>
    static constexpr std::size_t size =
        sizeof(Magic) + (sizeof(std::declval<Record>().*Members) + ... + 0);

    /// Always inlined, for what nobody asks of the record then costs nothing.
    template <class Record>
    [[gnu::always_inline]] static constexpr Record decode(std::byte const* at) {
        at += sizeof(Magic);
        Record record{};
        (take(record.*Members, at), ...);
        return record;
    }

    template <class Record>
    static constexpr void encode(Record const& record, std::byte* to) {
        put(Magic, to);
        (put(record.*Members, to), ...);
    }

    static constexpr auto magic = Magic;

  private:
    template <class T>
    [[gnu::always_inline]] static constexpr void take(T& member, std::byte const*& at) {
        member = load_le<T>(at);
        at += sizeof(T);
    }
    template <class T>
    static constexpr void put(T value, std::byte*& to) {
        store_le(to, value);
        to += sizeof(T);
    }
};

/// A struct with a member type `table` that is its layout.
template <class T>
concept record = requires { typename T::table; } && std::is_aggregate_v<T>;

template <record T>
inline constexpr std::size_t size_of = T::table::template size<T>;

/// Reads the record at `offset`. One bounds check for the whole record.
/// Errors: bytes.truncated (expected: size needed, found: bytes left), bytes.bad_magic (both
/// signatures).
template <record T>
constexpr result<T> read(view data, std::uint64_t offset) {
    std::uint64_t const left = offset <= data.size() ? data.size() - offset : 0;
    if (left < size_of<T>) return fail(ids::truncated, offset, size_of<T>, left);
    std::byte const* at = data.data() + offset;
    constexpr auto magic = T::table::magic;
    if (auto const found = load_le<std::remove_cv_t<decltype(magic)>>(at); found != magic)
        return fail(ids::bad_magic, offset, magic, found);
    return T::table::template decode<T>(at);
}

/// The bytes of the record, signature included.
template <record T>
constexpr std::array<std::byte, size_of<T>> write(T const& record) {
    std::array<std::byte, size_of<T>> out{};
    T::table::encode(record, out.data());
    return out;
}

}  // namespace lade::inline LADE_ABI::bytes
