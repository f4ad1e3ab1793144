// SPDX-License-Identifier: BSL-1.0
#include <doctest/doctest.h>

#include "files.hpp"

using namespace lade;
using namespace hdf5_test;

namespace {

constexpr char const* good[] = {"types_earliest",
                                "texts_earliest",
                                "custom_earliest",
                                "chunks_earliest",
                                "scales_earliest",
                                "more_chunks_earliest",
                                "odd_chunks_earliest",
                                "groups_earliest",
                                "attributes_earliest",
                                "tracked_earliest",
                                "types_latest",
                                "texts_latest",
                                "custom_latest",
                                "chunks_latest",
                                "scales_latest",
                                "more_chunks_latest",
                                "odd_chunks_latest",
                                "groups_latest",
                                "attributes_latest",
                                "tracked_latest",
                                "pages_latest",
                                "native_complex",
                                "szip",
                                "userblock",
                                "sizes_4_4",
                                "sizes_2_2",
                                "sizes_8_4",
                                "sizes_4_8"};

constexpr char const* bad[] = {"hdf5.cut_short__userblock",
                               "hdf5.no_superblock__signature",
                               "hdf5.unsupported_version__superblock",
                               "hdf5.bad_superblock__offset_size",
                               "hdf5.bad_checksum__superblock",
                               "hdf5.bad_checksum__header",
                               "hdf5.bad_signature__snod",
                               "hdf5.bad_signature__tree",
                               "hdf5.bad_signature__heap",
                               "hdf5.bad_signature__global_heap",
                               "hdf5.bad_btree__type",
                               "hdf5.unsupported_filter__bzip2",
                               "hdf5.virtual_dataset__one",
                               "hdf5.external_data__one",
                               "limit.exceeded__huge_fill"};

/// Small limits, so that what a damaged file claims shows as an error and not as time.
hdf5::options strict() {
    hdf5::options how;
    how.limits.expansion_floor = 1U << 18;
    how.limits.expansion = 64;
    how.verify_checksums = false;
    return how;
}

}  // namespace

TEST_CASE(
    "every dataset of every fixture equals what h5py reads, whatever the block and the source") {
    for (char const* const name : good) {
        CAPTURE(name);
        std::string const file = std::string("y_") + name + ".h5";
        auto const bytes = read(file);
        REQUIRE_FALSE(bytes.empty());
        memory const lying(bytes);
        unviewable const hidden(bytes);
        std::string const all = expected(file);
        CHECK(listing_of_walk(lying) == all);
        CHECK(listing_of_walk(lying, {}, 7) == all);
        CHECK(listing_of_walk(hidden, {}, 1U << 20) == all);
    }
}

TEST_CASE("every damaged or refused fixture is refused with the id in its name") {
    for (char const* const name : bad) {
        CAPTURE(name);
        auto const bytes = read(std::string("n_") + name + ".h5");
        REQUIRE_FALSE(bytes.empty());
        memory const lying(bytes);
        std::string const id = std::string(name).substr(0, std::string_view(name).find("__"));
        CHECK(listing_of_walk(lying).find("!" + id) != std::string::npos);
    }
}

TEST_CASE("no prefix of a file and no changed byte does more than an error") {
    for (char const* const name : good) {
        auto const bytes = read(std::string("y_") + name + ".h5");
        std::size_t const step = 1 + bytes.size() / 97;
        std::uint64_t seen = 0;
        for (std::size_t i = 0; i < bytes.size(); i += step) {
            std::vector<std::byte> const prefix(bytes.begin(),
                                                bytes.begin() + static_cast<long>(i));
            memory const shorter(prefix);
            std::string const told = listing_of_walk(shorter);
            CHECK((told.starts_with("!hdf5.") || told.starts_with("!bytes.")));
            for (unsigned const change : {0xffU, 0x01U, 0x80U}) {
                auto copy = bytes;
                copy[i] ^= static_cast<std::byte>(change);
                memory const changed(copy);
                seen += listing_of_walk(changed, strict(), 4096).size();
            }
        }
        CHECK(seen > 0);
    }
}

TEST_CASE("a walk bounds what many names of one object may cost") {
    auto const bytes = read("y_groups_earliest.h5");
    memory const lying(bytes);
    hdf5::options how;
    how.limits.expansion = 1;
    how.limits.expansion_floor = 100;
    CHECK(listing_of_walk(lying, how).find("!limit.exceeded") != std::string::npos);
}

TEST_CASE("a set of addresses knows what it has seen") {
    hdf5::address_set set;
    for (std::uint64_t i = 0; i < 1000; ++i) CHECK(set.insert(i * 4096));
    for (std::uint64_t i = 0; i < 1000; ++i) CHECK_FALSE(set.insert(i * 4096));
}
