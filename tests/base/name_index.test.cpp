// SPDX-License-Identifier: BSL-1.0
#include <lade/base/heap_arena.hpp>
#include <lade/base/name_index.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

/// A table of names with its index, and how often a name was looked at.
struct table {
    std::vector<std::string> names;
    mutable std::uint64_t looks = 0;

    auto name_at() const {
        return [this](std::uint32_t position) -> std::string_view {
            ++looks;
            return names[position];
        };
    }
};

TEST_CASE("an index finds every name that was added and no other") {
    lade::heap_arena memory;
    lade::name_index index(memory);
    table all;
    CHECK(index.find("nothing", all.name_at()) == lade::name_index::none);
    for (std::uint32_t i = 0; i < 10'000; ++i) all.names.push_back("layer." + std::to_string(i));
    all.names.push_back("");
    for (std::uint32_t i = 0; i < all.names.size(); ++i)
        REQUIRE(index.add(all.names[i], i, all.name_at()) == lade::name_index::added::yes);
    for (std::uint32_t i = 0; i < all.names.size(); ++i)
        REQUIRE(index.find(all.names[i], all.name_at()) == i);
    CHECK(index.find("layer.10000", all.name_at()) == lade::name_index::none);
    CHECK(index.find("layer.1 ", all.name_at()) == lade::name_index::none);
}

TEST_CASE("of equal names the first one stays") {
    lade::heap_arena memory;
    lade::name_index index(memory);
    table const all{{"a", "b", "a"}};
    CHECK(index.add("a", 0, all.name_at()) == lade::name_index::added::yes);
    CHECK(index.add("b", 1, all.name_at()) == lade::name_index::added::yes);
    CHECK(index.add("a", 2, all.name_at()) == lade::name_index::added::there_already);
    CHECK(index.find("a", all.name_at()) == 0);
}

TEST_CASE("work for each name does not grow with their number") {
    double least = 1e9, most = 0;
    for (std::uint32_t const count : {1'000U, 10'000U, 100'000U}) {
        lade::heap_arena memory;
        lade::name_index index(memory);
        table all;
        for (std::uint32_t i = 0; i < count; ++i)
            all.names.push_back("model.layers." + std::to_string(i) + ".mlp.weight");
        REQUIRE(index.reserve(count));
        for (std::uint32_t i = 0; i < count; ++i)
            REQUIRE(index.add(all.names[i], i, all.name_at()) == lade::name_index::added::yes);
        for (auto const& name : all.names)
            REQUIRE(index.find(name, all.name_at()) != lade::name_index::none);
        double const each = static_cast<double>(all.looks) / count;
        least = std::min(least, each);
        most = std::max(most, each);
        CHECK(memory.taken() < count * 40U + 8'192U);
    }
    CHECK(most < 4);
    CHECK(most < least * 1.5);
}

/// The step of hash_of, which anybody can read and turn to an attack.
std::uint64_t mixed(std::uint64_t value) {
    value *= 0xff51afd7ed558ccdU;
    value ^= value >> 32;
    value *= 0xc4ceb9fe1a85ec53U;
    return value ^ value >> 29;
}

TEST_CASE("names that were made to have one hash end in a refusal, not in quadratic time") {
    lade::heap_arena memory;
    lade::name_index index(memory);
    table all;
    for (std::uint64_t i = 0; i < 20'000; ++i) {
        std::uint64_t const second = mixed(0x9e3779b97f4a7c15U ^ 16 ^ i);
        std::string name(16, '\0');
        std::memcpy(name.data(), &i, 8);
        std::memcpy(name.data() + 8, &second, 8);
        all.names.push_back(name);
    }
    REQUIRE(lade::hash_of(all.names[0]) == lade::hash_of(all.names[19'999]));
    REQUIRE(index.reserve(all.names.size()));
    std::uint32_t added = 0;
    while (added < 20'000 &&
           index.add(all.names[added], added, all.name_at()) == lade::name_index::added::yes)
        ++added;
    CHECK(added == lade::name_index::longest_search);
    CHECK(index.find(all.names[19'999], all.name_at()) == lade::name_index::none);
    CHECK(all.looks < 9'000'000);
}

TEST_CASE("an index without memory says so") {
    lade::scratch<64> memory;
    lade::name_index index(memory);
    table all;
    for (int i = 0; i < 20; ++i) all.names.push_back(std::to_string(i));
    CHECK_FALSE(index.reserve(1'000));
    std::uint32_t added = 0;
    while (added < 20 &&
           index.add(all.names[added], added, all.name_at()) == lade::name_index::added::yes)
        ++added;
    CHECK(added < 20);
}

}  // namespace
