// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/config.hpp>

#include <array>
#include <cstddef>
#include <string_view>

namespace lade::inline LADE_ABI {

namespace detail {
/// Moves `at` to the row of that name. False: there is none, and `at` is back at the first row.
constexpr bool find_packed(char const*& at, char const* end, std::string_view name) {
    char const* row = at;
    while (row != end) {
        std::string_view const one(row + 2, static_cast<std::size_t>(row[1]));
        if (one == name) {
            at = row;
            return true;
        }
        row = one.data() + one.size();
    }
    return false;
}
}  // namespace detail

/// Names of values, packed for flash: the value, the length of the name, the name; and again. A
/// fifth of a table of views. Preconditions: values below 128, names shorter than that.
template <class Value, std::size_t Size>
struct packed_names {
    std::array<char, Size> text{};

    /// False: no value has that name, and `to` is of no use.
    constexpr bool find(std::string_view name, Value& to) const {
        char const* at = text.data();
        bool const found = detail::find_packed(at, at + Size, name);
        to = static_cast<Value>(at[0]);
        return found;
    }
};

/// A table, packed. `Name` gives the name of a row, `Value` what it stands for; rows of an empty
/// name are left out.
template <auto const& Table, auto Name, auto Value>
inline constexpr auto packed = [] {
    constexpr std::size_t size = [] {
        std::size_t sum = 0;
        for (auto const& row : Table) sum += Name(row).empty() ? 0 : Name(row).size() + 2;
        return sum;
    }();
    packed_names<decltype(Value(Table[0])), size> made;
    std::size_t at = 0;
    for (auto const& row : Table) {
        std::string_view const name = Name(row);
        if (name.empty()) continue;
        made.text[at++] = static_cast<char>(Value(row));
        made.text[at++] = static_cast<char>(name.size());
        for (char const c : name) made.text[at++] = c;
    }
    return made;
}();

}  // namespace lade::inline LADE_ABI
