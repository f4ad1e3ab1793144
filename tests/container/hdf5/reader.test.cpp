// SPDX-License-Identifier: BSL-1.0
#include <lade/bytes/memory.hpp>
#include <lade/container/hdf5/superblock.hpp>

#include <doctest/doctest.h>

#include "files.hpp"

using namespace lade;

static_assert(hdf5::width_for(0) == 1 && hdf5::width_for(255) == 1 && hdf5::width_for(256) == 2);
static_assert(hdf5::width_for(~std::uint64_t{0}) == 8);

TEST_CASE("reads cross blocks of reading ahead, and never the end") {
    std::vector<std::byte> bytes(300000);
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<std::byte>(i * 7 >> 3 & 0xff);
    hdf5_test::unviewable const source(bytes);
    hdf5::reader in(source, {});
    for (std::uint64_t const at : {0U, 65530U, 131071U, 200000U, 299990U, 65536U, 5U})
        for (std::uint64_t const size : {0U, 1U, 10U, 70000U, 99999U}) {
            auto const got = in.get(at, size);
            CHECK(bool(got) == (at + size <= bytes.size()));
            if (!got) {
                CHECK(*got.error().id == hdf5::ids::bad_address);
                continue;
            }
            bool equal = got->view().size() == size;
            for (std::size_t i = 0; equal && i < size; ++i) equal = got->view()[i] == bytes[at + i];
            CHECK(equal);
        }
    CHECK_FALSE(in.get(~std::uint64_t{0}, 1));
    CHECK_FALSE(in.get(1, ~std::uint64_t{0}));
}

TEST_CASE("addresses of any width that have all bits set lead nowhere") {
    std::vector<std::byte> const ones(8, std::byte{0xff});
    memory const source(ones);
    hdf5::reader in(source, {});
    for (unsigned const size : {2U, 4U, 8U}) {
        in.set(0, size, size);
        bytes::cursor at(ones);
        CHECK(in.address(at) == hdf5::no_address);
    }
}

TEST_CASE("a budget is spent once") {
    hdf5::budget work(10);
    CHECK(work.spend(4));
    CHECK(work.spend(6));
    CHECK(work.spend(0));
    CHECK(*work.spend(1).error().id == hdf5::ids::too_much_work);
    CHECK_FALSE(work.spend(~std::uint64_t{0}));
}

TEST_CASE("the superblock is found at 0, 512, 1024 and so on, and nowhere else") {
    auto const file = hdf5_test::read("y_types_latest.h5");
    REQUIRE_FALSE(file.empty());
    for (std::size_t const before : {0U, 512U, 1024U, 8192U, 256U, 1536U}) {
        std::vector<std::byte> bytes(before);
        bytes.insert(bytes.end(), file.begin(), file.end());
        memory const source(bytes);
        auto const found = hdf5::find_superblock(source);
        REQUIRE(found);
        bool const legal = before != 256 && before != 1536;
        CHECK(found->has_value() == legal);
        if (legal)
            CHECK(hdf5_test::listing_of_walk(source) == hdf5_test::expected("y_types_latest.h5"));
    }
}
