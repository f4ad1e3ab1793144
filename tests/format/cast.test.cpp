// SPDX-License-Identifier: BSL-1.0
#include <lade/bytes/memory.hpp>
#include <lade/format/cast.hpp>

#include <doctest/doctest.h>

#include <support/bytes.hpp>

namespace {

using namespace lade;
using namespace support;

class lying final : public any_payload {
  public:
    explicit lying(blob data) : data_(std::move(data)) {}
    std::uint64_t size() override { return data_.size(); }
    std::optional<bytes::view> view() override { return bytes::view(data_); }
    result<void> read(std::uint64_t from, std::span<std::byte> to) override {
        return memory(bytes::view(data_)).read(from, to);
    }

  private:
    blob data_;
};

template <class To, class From>
result<std::vector<To>> cast(std::initializer_list<From> from) {
    lying source(raw<From>(from));
    cast_payload made(source, dtype_of<From>::value, dtype_of<To>::value);
    REQUIRE(made.size() == from.size() * sizeof(To));
    CHECK_FALSE(made.view());
    blob room(static_cast<std::size_t>(made.size()));
    if (auto const done = made.read(0, room); !done) return done.error();
    std::vector<To> all(from.size());
    if (!room.empty()) std::memcpy(static_cast<void*>(all.data()), room.data(), room.size());
    return all;
}

TEST_CASE("numbers that fit are converted") {
    CHECK(*cast<double, float>({1.5F, -2}) == std::vector<double>{1.5, -2});
    CHECK(*cast<float, std::int32_t>({7, -7}) == std::vector<float>{7, -7});
    CHECK(*cast<std::int8_t, std::int64_t>({127, -128}) == std::vector<std::int8_t>{127, -128});
    CHECK(*cast<std::uint8_t, float>({255, 0}) == std::vector<std::uint8_t>{255, 0});
    CHECK((*cast<float16_t, float>({1.0F}))[0].bits == 0x3c00);
    CHECK((*cast<bfloat16_t, double>({1.0}))[0].bits == 0x3f80);
    CHECK(*cast<float, bfloat16_t>({bfloat16_t(2.0F)}) == std::vector<float>{2});
    CHECK(*cast<std::int32_t, float16_t>({float16_t(3.0F)}) == std::vector<std::int32_t>{3});
    CHECK(*cast<std::int64_t, double>({-9223372036854775808.0}) ==
          std::vector<std::int64_t>{std::numeric_limits<std::int64_t>::min()});
}

TEST_CASE("numbers that do not fit are refused with their position") {
    auto const refused = cast<std::int8_t, std::int64_t>({1, 128});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().id == &ids::out_of_range);
    CHECK(refused.error().found == 1);
    CHECK(id_of(cast<std::uint8_t, std::int32_t>({-1})) == "cast.out_of_range");
    CHECK(id_of(cast<std::int32_t, float>({1.5F})) == "cast.out_of_range");
    CHECK(id_of(cast<std::int64_t, double>({9223372036854775808.0})) == "cast.out_of_range");
    CHECK(id_of(cast<std::uint64_t, float>({18446744073709551616.0F})) == "cast.out_of_range");
    CHECK(id_of(cast<std::int32_t, float>({std::numeric_limits<float>::quiet_NaN()})) ==
          "cast.out_of_range");
    CHECK(id_of(cast<float16_t, float>({65520.0F})) == "cast.out_of_range");
    CHECK(id_of(cast<float, double>({1e300})) == "cast.out_of_range");
    CHECK(id_of(cast<float8_e4m3fn_t, float>({1000.0F})) == "cast.out_of_range");
}

TEST_CASE("infinity stays infinity where there is one") {
    float const infinity = std::numeric_limits<float>::infinity();
    CHECK((*cast<float16_t, float>({infinity}))[0].bits == 0x7c00);
    CHECK(std::isnan(static_cast<float>((*cast<float8_e4m3fn_t, float>({infinity}))[0])));
    CHECK(std::isinf((*cast<float, double>({std::numeric_limits<double>::infinity()}))[0]));
}

TEST_CASE("truth becomes numbers and numbers become truth") {
    lying source("\0\1\1"_bytes);
    cast_payload made(source, dtype::boolean, dtype::float32);
    blob room(12);
    REQUIRE(made.read(0, room));
    CHECK(room == raw<float>({0, 1, 1}));
    lying numbers(raw<std::int32_t>({0, 5, -1}));
    cast_payload truth(numbers, dtype::int32, dtype::boolean);
    blob three(3);
    REQUIRE(truth.read(0, three));
    CHECK(text_of(three) == std::string("\0\1\1", 3));
}

TEST_CASE("any part of the elements is converted alone") {
    lying source(raw<float>({0, 1, 2, 3, 4, 5, 6, 7}));
    cast_payload made(source, dtype::float32, dtype::float64);
    blob room(16);
    REQUIRE(made.read(8 * 3, room));
    CHECK(room == raw<double>({3, 4}));
}

TEST_CASE("types without numbers are not converted") {
    lying source(raw<float>({1}));
    cast_payload made(source, dtype::float32, dtype::complex64);
    blob room(8);
    CHECK(id_of(made.read(0, room)) == "cast.unsupported");
    CHECK_FALSE(is_castable(dtype::string));
    CHECK_FALSE(is_castable(dtype::qint8));
    CHECK(is_castable(dtype::float8_e5m2));
}

}  // namespace
