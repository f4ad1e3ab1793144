// SPDX-License-Identifier: BSL-1.0
#include <lade/codec/deflate.hpp>
#include <lade/container/hdf5/filters.hpp>

#include <doctest/doctest.h>

#include <memory>

using namespace lade;

namespace {

std::vector<std::byte> packed(std::vector<std::byte> const& plain) {
    auto const by = std::make_unique<codec::deflater>(6);
    std::vector<std::byte> to(codec::deflate_bound(plain.size()));
    to.resize(*codec::deflate_zlib(*by, plain, to, 6));
    return to;
}

result<bytes::view> decode(hdf5::filter_pipeline const& pipeline, bytes::view stored,
                           std::uint64_t size, std::uint32_t mask = 0) {
    static hdf5::filter_buffers memory;
    return hdf5::decode_chunk(pipeline, mask, stored, size, true, memory);
}

hdf5::filter_pipeline const deflated{{hdf5::filter_id::deflate, true, {6}}};

hdf5::filter_pipeline const shuffled{{hdf5::filter_id::shuffle, true, {4}},
                                     {hdf5::filter_id::deflate, true, {6}}};

}  // namespace

TEST_CASE("a chunk that does not decode to the bytes stated is refused") {
    std::vector<std::byte> const plain(1000, std::byte{7});
    auto const stored = packed(plain);
    CHECK(decode(deflated, stored, 1000));
    for (std::uint64_t const size : {999U, 1U, 0U, 1001U, 100000U})
        CHECK_FALSE(decode(deflated, stored, size));
    CHECK(decode(shuffled, stored, 1000));
    CHECK(*decode(shuffled, stored, 999).error().id == hdf5::ids::bad_chunk_size);
    for (std::size_t size = 0; size < stored.size(); ++size)
        CHECK_FALSE(decode(deflated, bytes::view(stored).first(size), 1000));
}

TEST_CASE("filters that the mask names are skipped") {
    std::vector<std::byte> const plain(1000, std::byte{7});
    CHECK(decode(deflated, plain, 1000, 1));
    CHECK(decode(shuffled, plain, 1000, 3));
    CHECK_FALSE(decode(deflated, plain, 1000, 2));
}

TEST_CASE("a checksum of a chunk is compared, in both byte orders of old writers") {
    hdf5::filter_pipeline const checked{{hdf5::filter_id::fletcher32, false, {}}};
    std::vector<std::byte> stored{std::byte{'a'}, std::byte{'b'}, std::byte{'c'}, std::byte{'d'}};
    std::uint32_t const sum = codec::fletcher32(stored);
    stored.resize(8);
    bytes::store_le(stored.data() + 4, sum);
    CHECK(decode(checked, stored, 4));
    bytes::store_le(stored.data() + 4, (sum & 0x00ff00ffU) << 8 | (sum >> 8 & 0x00ff00ffU));
    CHECK(decode(checked, stored, 4));
    bytes::store_le(stored.data() + 4, sum + 1);
    CHECK(*decode(checked, stored, 4).error().id == hdf5::ids::bad_chunk_checksum);
    CHECK(*decode(checked, bytes::view(stored).first(3), 4).error().id ==
          hdf5::ids::bad_chunk_size);
}

TEST_CASE("a filter that is not known is refused by name") {
    for (auto const id : {hdf5::filter_id::bzip2, hdf5::filter_id::blosc, hdf5::filter_id::zstd}) {
        hdf5::filter_pipeline const pipeline{{id, false, {}}};
        auto const refused = hdf5::check_filters(pipeline);
        REQUIRE_FALSE(refused);
        CHECK(*refused.error().id == hdf5::ids::unsupported_filter);
        CHECK(refused.error().where.text() == hdf5::name_of(id));
        CHECK(refused.error().found == static_cast<std::uint64_t>(id));
        CHECK(hdf5::check_filters(pipeline, 1));
        CHECK_FALSE(decode(pipeline, {}, 0));
    }
}

TEST_CASE("n-bit types that use up no bits cannot stand for endless work") {
    hdf5::filter how;
    how.id = hdf5::filter_id::nbit;
    how.values = {6, 0, 1000000, 3, 8, 0};
    std::vector<std::byte> to;
    CHECK(*hdf5::unpack_nbit(how, {}, to, 1U << 30).error().id == hdf5::ids::bad_nbit);
    how.values = {5, 0, 0xffffffff, 4, 0xffffffff};
    CHECK(*hdf5::unpack_nbit(how, {}, to, 1U << 20).error().id == hdf5::ids::bad_nbit);
}

TEST_CASE("scale-offset refuses bits that are not there and types that cannot be") {
    hdf5::filter how;
    how.id = hdf5::filter_id::scale_offset;
    how.values = {2, 0, 10, 0, 4, 1, 0, 0};
    std::vector<std::byte> stored(21 + 5);
    stored[0] = std::byte{4};
    stored[4] = std::byte{8};
    std::vector<std::byte> to;
    CHECK(hdf5::unpack_scale_offset(how, stored, to, 40));
    CHECK(to.size() == 40);
    CHECK_FALSE(hdf5::unpack_scale_offset(how, stored, to, 39));
    CHECK_FALSE(hdf5::unpack_scale_offset(how, bytes::view(stored).first(25), to, 40));
    stored[0] = std::byte{33};
    CHECK(*hdf5::unpack_scale_offset(how, stored, to, 40).error().id ==
          hdf5::ids::bad_scale_offset);
    how.values[4] = 3;
    CHECK(*hdf5::unpack_scale_offset(how, stored, to, 40).error().id == hdf5::ids::bad_pipeline);
}

TEST_CASE("szip refuses data that end early, at every place, and values that cannot be") {
    hdf5::filter how;
    how.id = hdf5::filter_id::szip;
    how.values = {32, 8, 8, 16};
    std::vector<std::byte> stored(4);
    bytes::store_le(stored.data(), std::uint32_t{16});
    for (unsigned one :
         {0xe1U, 1U, 2U, 3U, 4U, 5U, 6U, 7U, 0xe1U, 1U, 2U, 3U, 4U, 5U, 6U, 7U, 0U, 0U})
        stored.push_back(static_cast<std::byte>(one));
    std::vector<std::byte> to;
    CHECK(hdf5::unpack_szip(how, stored, to, 16));
    CHECK(to.size() == 16);
    CHECK_FALSE(hdf5::unpack_szip(how, stored, to, 15));
    for (std::size_t size = 0; size < 12; ++size)
        CHECK_FALSE(hdf5::unpack_szip(how, bytes::view(stored).first(size), to, 16));
    how.values[1] = 7;
    CHECK(*hdf5::unpack_szip(how, stored, to, 16).error().id == hdf5::ids::bad_pipeline);
    how.values = {32, 8, 33, 16};
    CHECK(*hdf5::unpack_szip(how, stored, to, 16).error().id == hdf5::ids::bad_pipeline);
}
