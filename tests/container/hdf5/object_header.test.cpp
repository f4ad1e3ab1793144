// SPDX-License-Identifier: BSL-1.0
#include <lade/bytes/memory.hpp>
#include <lade/container/hdf5/encoder.hpp>
#include <lade/container/hdf5/object_header.hpp>

#include <doctest/doctest.h>

using namespace lade;

namespace {

/// A version 1 header of `size` bytes of messages that `fill` appends.
template <class F>
std::vector<std::byte> old_header(std::uint64_t size, F fill) {
    hdf5::encoder to;
    to.u8(1);
    to.u8(0);
    to.u16(1);
    to.u32(1);
    to.u32(size);
    to.u32(0);
    fill(to);
    return std::move(to).take();
}

void continuation(hdf5::encoder& to, std::uint64_t address, std::uint64_t length) {
    to.u16(0x10);
    to.u16(16);
    to.u32(0);
    to.u64(address);
    to.u64(length);
}

result<hdf5::object_header> read(std::vector<std::byte> const& bytes) {
    memory const source(bytes);
    hdf5::reader in(source, {});
    return hdf5::read_object_header(in, 0);
}

}  // namespace

TEST_CASE("a continuation that leads to itself ends when it has claimed the file") {
    auto const bytes = old_header(24, [](hdf5::encoder& to) {
        continuation(to, 16, 24);
        to.zeros(200);
    });
    auto const found = read(bytes);
    REQUIRE_FALSE(found);
    CHECK(*found.error().id == hdf5::ids::too_much_work);
}

TEST_CASE("continuations that together claim more than the file are refused") {
    auto const bytes = old_header(24 * 4, [](hdf5::encoder& to) {
        for (int i = 0; i < 4; ++i) continuation(to, 112, 100);
        to.zeros(100);
    });
    auto const found = read(bytes);
    REQUIRE_FALSE(found);
    CHECK(*found.error().id == hdf5::ids::too_much_work);
}

TEST_CASE("a rest too short for a message is a gap, a message beyond its block is refused") {
    hdf5::encoder to;
    to.text("OHDR");
    to.u8(2);
    to.u8(0);
    to.u8(4 + 2 + 3);
    to.u8(0x0d);
    to.u16(2);
    to.u8(0);
    to.text("ab");
    to.zeros(3);
    to.checksum(0);
    auto bytes = std::move(to).take();
    auto const good = read(bytes);
    REQUIRE(good);
    REQUIRE(good->messages.size() == 1);
    CHECK(bytes::text(good->messages[0].data) == "ab");
    CHECK(good->messages[0].offset == 11);

    bytes[8] = std::byte{9};
    CHECK(*read(bytes).error().id == hdf5::ids::bad_checksum);
    auto const sum = codec::lookup3(bytes::view(bytes).first(bytes.size() - 4));
    bytes::store_le(bytes.data() + bytes.size() - 4, sum);
    CHECK(*read(bytes).error().id == bytes::ids::truncated);
    for (std::size_t size = 0; size < bytes.size(); ++size)
        CHECK_FALSE(read({bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)}));
}

TEST_CASE("an unknown message that must be understood is unsupported, others are passed over") {
    for (unsigned const flags : {0U, 0x80U}) {
        auto const bytes = old_header(16, [flags](hdf5::encoder& to) {
            to.u16(0x50);
            to.u16(8);
            to.u32(flags);
            to.zeros(8);
        });
        auto const found = read(bytes);
        CHECK(bool(found) == (flags == 0));
        if (!found) CHECK(found.error().id->kind == kind::unsupported);
    }
}
