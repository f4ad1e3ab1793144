// SPDX-License-Identifier: BSL-1.0
// Lists the model in flash: name, type, shape, SHA-256 of each tensor. LADE_FORMAT: the tag of its
// format.
#include "board.hpp"

#include <lade/codec/sha256.hpp>
#include <lade/core.hpp>

namespace {

/// Prints a text that has no NUL.
void print(std::string_view text) {
    char part[64];
    while (!text.empty()) {
        std::size_t const size = text.size() < sizeof part - 1 ? text.size() : sizeof part - 1;
        for (std::size_t i = 0; i < size; ++i) part[i] = text[i];
        part[size] = '\0';
        board::print(part);
        text.remove_prefix(size);
    }
}
void print(std::size_t number) {
    char digits[20];
    std::size_t at = sizeof digits;
    do digits[--at] = static_cast<char>('0' + number % 10);
    while ((number /= 10) != 0);
    print(std::string_view(digits + at, sizeof digits - at));
}
void print_hash(lade::bytes::view data) {
    for (std::byte const one : lade::codec::sha256().update(data).digest()) {
        char const hex[]{"0123456789abcdef"[static_cast<unsigned>(one) >> 4],
                         "0123456789abcdef"[static_cast<unsigned>(one) & 15]};
        print(std::string_view(hex, 2));
    }
}

}  // namespace

int main() {
    static std::array<lade::tensor_entry, 32> slots;
    static lade::scratch<32768> memory;
    auto const model = lade::try_view<LADE_FORMAT>(board::flash(), slots, memory);
    if (!model) {
        print(model.error().id->name);
        print("\n");
        return 1;
    }
    for (auto const& one : *model) {
        print(one.name);
        print(" ");
        print(lade::name_of(one.type));
        for (std::size_t const axis : one.shape()) {
            print(" ");
            print(axis);
        }
        print(" ");
        print_hash(one.bytes);
        print("\n");
    }
    return 0;
}
