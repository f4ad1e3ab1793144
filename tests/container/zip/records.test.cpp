// SPDX-License-Identifier: BSL-1.0
#include <lade/container/zip/records.hpp>

#include <doctest/doctest.h>

#include <support/bytes.hpp>

namespace {

using namespace lade;
using namespace support;

/// The record of bytes 0, 1, 2, ... behind the right signature.
template <class Record>
std::pair<Record, blob> counted() {
    blob raw(bytes::size_of<Record>);
    for (std::size_t i = 0; i < raw.size(); ++i) raw[i] = static_cast<std::byte>(i);
    bytes::store_le(raw.data(), Record::table::magic);
    auto const read = bytes::read<Record>(raw, 0);
    REQUIRE(read);
    return {*read, raw};
}

template <class Record>
void check_round_trip(std::size_t size) {
    CHECK(bytes::size_of<Record> == size);
    auto const [record, raw] = counted<Record>();
    CHECK(text_of(bytes::write(record)) == text_of(raw));
    every_prefix(raw, [](bytes::view part) {
        CHECK(id_of(bytes::read<Record>(part, 0)) == "bytes.truncated");
    });
    auto wrong = raw;
    for (std::size_t i = 0; i < 4; ++i) {
        wrong[i] ^= std::byte{1};
        CHECK(id_of(bytes::read<Record>(wrong, 0)) == "bytes.bad_magic");
        wrong[i] ^= std::byte{1};
    }
}

TEST_CASE("every record of the specification is read and written byte for byte") {
    check_round_trip<zip::local_header>(30);
    check_round_trip<zip::central_header>(46);
    check_round_trip<zip::end_record>(22);
    check_round_trip<zip::zip64_locator>(20);
    check_round_trip<zip::zip64_end_record>(56);
    check_round_trip<zip::data_descriptor>(16);
    check_round_trip<zip::zip64_data_descriptor>(24);
}

TEST_CASE("members stand where APPNOTE says") {
    auto const local = counted<zip::local_header>().first;
    CHECK(local.flags == 0x0706);
    CHECK(local.method == 0x0908);
    CHECK(local.crc == 0x11100f0e);
    CHECK(local.plain_size == 0x19181716);
    CHECK(local.name_size == 0x1b1a);
    CHECK(local.extra_size == 0x1d1c);
    auto const central = counted<zip::central_header>().first;
    CHECK(central.flags == 0x0908);
    CHECK(central.crc == 0x13121110);
    CHECK(central.name_size == 0x1d1c);
    CHECK(central.comment_size == 0x2120);
    CHECK(central.disk == 0x2322);
    CHECK(central.local_offset == 0x2d2c2b2a);
    auto const end = counted<zip::end_record>().first;
    CHECK(end.entries == 0x0b0a);
    CHECK(end.directory_size == 0x0f0e0d0c);
    CHECK(end.comment_size == 0x1514);
    auto const wide = counted<zip::zip64_end_record>().first;
    CHECK(wide.entries == 0x2726252423222120);
    CHECK(wide.directory_offset == 0x3736353433323130);
    CHECK(counted<zip::zip64_locator>().first.end_offset == 0x0f0e0d0c0b0a0908);
    CHECK(counted<zip::zip64_data_descriptor>().first.packed_size == 0x0f0e0d0c0b0a0908);
}

}  // namespace
