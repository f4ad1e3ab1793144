// SPDX-License-Identifier: BSL-1.0
#include <lade/container/hdf5/element.hpp>

#include <doctest/doctest.h>

#include <array>

using namespace lade;

namespace {

template <class... Bytes>
auto data(Bytes... all) {
    return std::array<std::byte, sizeof...(all)>{static_cast<std::byte>(all)...};
}

auto const f32 =
    data(0x11, 0x20, 0x1f, 0, 4, 0, 0, 0, 0, 0, 0x20, 0, 0x17, 8, 0, 0x17, 0x7f, 0, 0, 0);
auto const bf16 = data(0x11, 0x20, 0x0f, 0, 2, 0, 0, 0, 0, 0, 0x10, 0, 7, 8, 0, 7, 0x7f, 0, 0, 0);
auto const i64_be = data(0x10, 0x09, 0, 0, 8, 0, 0, 0, 0, 0, 0x40, 0);
auto const text = data(0x19, 1, 1, 0, 16, 0, 0, 0, 0x10, 0, 0, 0, 1, 0, 0, 0, 0, 0, 8, 0);
auto const complex = data(0x5b, 1, 0, 0, 8, 0, 0, 0, 0x51, 0x20, 0x1f, 0, 4, 0, 0, 0, 0, 0, 0x20, 0,
                          0x17, 8, 0, 0x17, 0x7f, 0, 0, 0);

result<hdf5::datatype> read(bytes::view from) {
    bytes::cursor at(from, 1000);
    return hdf5::read_datatype(at);
}

}  // namespace

TEST_CASE("the examples of the format notes are read as what they are") {
    CHECK(hdf5::element_of(*read(f32)).type == dtype::float32);
    CHECK(hdf5::element_of(*read(bf16)).type == dtype::bfloat16);
    CHECK(hdf5::element_of(*read(text)).type == dtype::string);
    CHECK(hdf5::element_of(*read(complex)).type == dtype::complex64);
    auto const big = hdf5::element_of(*read(i64_be));
    CHECK(big.type == dtype::int64);
    CHECK(big.how == hdf5::conversion::swap);
    CHECK(big.word == 8);
}

TEST_CASE("every prefix of a datatype is refused") {
    for (bytes::view const all : {bytes::view(f32), bytes::view(text), bytes::view(complex)})
        for (std::size_t size = 0; size < all.size(); ++size) {
            auto const found = read(all.first(size));
            REQUIRE_FALSE(found);
            CHECK(*found.error().id == bytes::ids::truncated);
        }
}

TEST_CASE(
    "types that cannot be are refused: size 0, bits beyond the element, class 12, version 9") {
    auto none = i64_be;
    none[4] = std::byte{0};
    CHECK(*read(none).error().id == hdf5::ids::bad_datatype);
    auto wide = i64_be;
    wide[10] = std::byte{65};
    CHECK(*read(wide).error().id == hdf5::ids::bad_datatype);
    auto strange = i64_be;
    strange[0] = std::byte{0x1c};
    CHECK(*read(strange).error().id == hdf5::ids::bad_datatype);
    auto later = i64_be;
    later[0] = std::byte{0x90};
    CHECK(*read(later).error().id == hdf5::ids::unsupported_version);
    CHECK(read(later).error().offset == 1000);
}

TEST_CASE("types nest 32 deep and no deeper") {
    for (unsigned depth : {32U, 33U}) {
        std::vector<std::byte> nested;
        for (unsigned i = 0; i < depth; ++i)
            for (int one : {0x19, 0, 0, 0, 16, 0, 0, 0})
                nested.push_back(static_cast<std::byte>(one));
        nested.insert(nested.end(), i64_be.begin(), i64_be.end());
        auto const found = read(nested);
        CHECK(bool(found) == (depth == 32));
        if (!found) CHECK(*found.error().id == hdf5::ids::deep_datatype);
    }
}

TEST_CASE("an array that states another size than its elements have is refused") {
    auto array = data(0x30 | 10, 0, 0, 0, 24, 0, 0, 0, 2, 2, 0, 0, 0, 3, 0, 0, 0, 0x10, 0, 0, 0, 4,
                      0, 0, 0, 0, 0, 32, 0);
    auto const good = read(array);
    REQUIRE(good);
    CHECK(hdf5::element_of(*good).parts == 6);
    array[4] = std::byte{23};
    CHECK(*read(array).error().id == hdf5::ids::bad_datatype);
    array[9] = array[10] = array[11] = array[12] = std::byte{0xff};
    CHECK(*read(array).error().id == hdf5::ids::bad_datatype);
}

TEST_CASE("padding is removed as the type says") {
    using hdf5::padding;
    CHECK(hdf5::unpadded(std::string_view("ab\0cd\0", 6), padding::null_terminated) == "ab");
    CHECK(hdf5::unpadded(std::string_view("ab\0cd\0", 6), padding::null_padded) ==
          std::string_view("ab\0cd", 5));
    CHECK(hdf5::unpadded("ab cd  ", padding::space_padded) == "ab cd");
    CHECK(hdf5::unpadded("  ", padding::space_padded).empty());
    CHECK(hdf5::unpadded("", padding::null_terminated).empty());
}
