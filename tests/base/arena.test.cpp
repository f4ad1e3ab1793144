// SPDX-License-Identifier: BSL-1.0
#include <lade/base/arena.hpp>
#include <lade/base/heap_arena.hpp>

#include <doctest/doctest.h>

#include <vector>

namespace {

bool is_aligned(void const* at, std::size_t alignment) {
    return reinterpret_cast<std::uintptr_t>(at) % alignment == 0;
}

TEST_CASE("an arena over memory of the caller gives that and no more") {
    alignas(16) std::byte room[64];
    lade::arena memory{std::span<std::byte>(room)};
    std::byte* const first = memory.take(1, 1);
    CHECK(first == room);
    CHECK(memory.take(8, 8) == room + 8);
    CHECK(memory.take(48, 16) == room + 16);
    CHECK(memory.take(1, 1) == nullptr);
    CHECK(memory.take(0, 1) != nullptr);
    CHECK(memory.exhausted().id == &lade::ids::out_of_memory);
}

TEST_CASE("an arena refuses what does not fit and stays as it was") {
    lade::scratch<64> memory;
    CHECK(memory.take(65, 1) == nullptr);
    CHECK(memory.take(static_cast<std::size_t>(-1), 1) == nullptr);
    CHECK(memory.take_array<std::uint64_t>(static_cast<std::uint64_t>(-1)) == nullptr);
    CHECK(memory.take_array<std::uint64_t>((std::uint64_t{1} << 61) + 1) == nullptr);
    CHECK(memory.take_array<std::uint64_t>(8) != nullptr);
    CHECK(memory.take_array<std::byte>(1) == nullptr);
}

TEST_CASE("every block is aligned as it was asked for") {
    lade::heap_arena memory;
    for (std::size_t i = 1; i < 3000; ++i) {
        std::size_t const alignment = std::size_t{1} << (i % 5);
        std::byte* const at = memory.take(i % 97, alignment);
        REQUIRE(at != nullptr);
        REQUIRE(is_aligned(at, alignment));
    }
}

TEST_CASE("nothing at all is always granted, even by an arena that has taken no memory yet") {
    lade::heap_arena fresh, poor(0);
    CHECK(fresh.take(0, 1) != nullptr);
    CHECK(fresh.take_array<char>(0) != nullptr);
    CHECK(poor.take(0, 1) != nullptr);
    CHECK(fresh.taken() == 0);
}

TEST_CASE("copies live in the arena, empty ones too") {
    lade::heap_arena memory;
    std::string gone = "a name that is long enough to be no small string";
    std::string_view const kept = memory.copy(gone);
    gone.assign(gone.size(), '?');
    CHECK(kept == "a name that is long enough to be no small string");
    CHECK(memory.copy("").data() != nullptr);
    std::vector<std::uint64_t> const numbers{1, 2, 3};
    auto const copied = memory.copy(std::span<std::uint64_t const>(numbers));
    CHECK(std::vector<std::uint64_t>(copied.begin(), copied.end()) == numbers);
    CHECK(memory.copy(std::span<std::uint64_t const>()).empty());
}

TEST_CASE("a budget is kept to the byte and named when it is used up") {
    lade::heap_arena memory(10'000);
    CHECK(memory.take(20'000, 1) == nullptr);
    CHECK(memory.taken() == 0);
    std::size_t got = 0;
    while (memory.take(100, 1) != nullptr) got += 100;
    CHECK(got > 8'000);
    CHECK(memory.taken() <= 10'000);
    CHECK(memory.exhausted().id == &lade::ids::limit);
    CHECK(lade::heap_arena(0).take(1, 1) == nullptr);
    CHECK(lade::heap_arena().take(static_cast<std::size_t>(-1) - 8, 1) == nullptr);
}

TEST_CASE("a large piece does not waste the rest of the block before") {
    lade::heap_arena memory;
    REQUIRE(memory.take(16, 1) != nullptr);
    std::uint64_t const before = memory.taken();
    REQUIRE(memory.take(1'000'000, 16) != nullptr);
    std::uint64_t const after = memory.taken();
    CHECK(after - before < 1'000'100);
    REQUIRE(memory.take(3'000, 1) != nullptr);  // still of the first block
    CHECK(memory.taken() == after);
}

TEST_CASE("a list keeps its elements while it grows, and costs a small multiple of its size") {
    lade::heap_arena memory;
    lade::arena_list<std::uint32_t> list(memory);
    CHECK(list.empty());
    for (std::uint32_t i = 0; i < 100'000; ++i) REQUIRE(list.push(i));
    bool same = list.size() == 100'000;
    for (std::uint32_t i = 0; same && i < 100'000; ++i) same = list[i] == i;
    CHECK(same);
    CHECK(memory.taken() < 6 * 100'000 * sizeof(std::uint32_t));
    CHECK(list.back() == 99'999);
    CHECK(list.pop() == 99'999);
    list.cut(10);
    CHECK(list.size() == 10);
    CHECK(list.span().size() == 10);
}

TEST_CASE("a list that cannot grow stays as it is") {
    lade::scratch<64> memory;
    lade::arena_list<std::uint64_t> list(memory);
    for (std::uint64_t i = 0; i < 8; ++i) REQUIRE(list.push(i));
    CHECK_FALSE(list.push(8));
    CHECK_FALSE(list.reserve(9));
    CHECK_FALSE(list.resize(9, 0));
    std::uint64_t const more[]{1, 2};
    CHECK_FALSE(list.append(more));
    CHECK(list.size() == 8);
    CHECK(list[7] == 7);
}

TEST_CASE("resize fills what is new and append takes nothing for nothing") {
    lade::heap_arena memory;
    lade::arena_list<int> list(memory);
    CHECK(list.append({}));
    CHECK(list.resize(3, 7));
    CHECK(list.resize(2, 9));
    CHECK(list.resize(4, 5));
    CHECK(std::vector<int>(list.begin(), list.end()) == std::vector<int>{7, 7, 5, 5});
    int const more[]{1, 2, 3};
    CHECK(list.append(more));
    CHECK(list.size() == 7);
    CHECK(list.back() == 3);
}

}  // namespace
