// SPDX-License-Identifier: BSL-1.0
#include <lade/model/tensor_view.hpp>

#include <doctest/doctest.h>

#include <support/bytes.hpp>

namespace {

using namespace lade;
using namespace support;

tensor_view view_of(dtype type, std::span<std::uint64_t const> shape, bytes::view elements) {
    tensor_info info;
    info.name = "w";
    info.type = type;
    info.shape = shape;
    info.nbytes = elements.size();
    return {info, elements};
}

TEST_CASE("elements are given as what they are, where they lie") {
    alignas(8) float const numbers[]{1, 2, 3, 4, 5, 6};
    std::uint64_t const shape[]{2, 3};
    auto const view = view_of(dtype::float32, shape, std::as_bytes(std::span(numbers)));
    CHECK(view.name() == "w");
    CHECK(view.rank() == 2);
    CHECK(view.size() == 6);
    auto const elements = view.try_as<float>();
    REQUIRE(elements);
    CHECK(elements->data() == numbers);
    CHECK(elements->size() == 6);
    CHECK(view_of(dtype::float32, {}, std::as_bytes(std::span(numbers, 1))).size() == 1);
}

TEST_CASE("nothing is converted, guessed or misaligned") {
    alignas(8) std::byte const room[16]{};
    std::uint64_t const shape[]{2};
    auto const wrong = view_of(dtype::float32, shape, bytes::view(room, 8)).try_as<std::int32_t>();
    CHECK(id_of(wrong) == "tensor.wrong_dtype");
    CHECK(place_of(wrong) == "w");
    auto const odd = view_of(dtype::float64, shape, bytes::view(room + 1, 8)).try_as<double>();
    REQUIRE_FALSE(odd);
    CHECK(odd.error().id == &ids::unaligned);
    CHECK(odd.error().expected == alignof(double));
    tensor_info absent;
    absent.absent = true;
    CHECK(id_of(tensor_view(absent, {}).try_as<float>()) == "tensor.no_bytes");
}

TEST_CASE("a bool that is neither 0 nor 1 is refused, for C++ has no such bool") {
    auto const good = "\0\1\1"_bytes, bad = "\0\1\2"_bytes;
    std::uint64_t const shape[]{3};
    auto const read = view_of(dtype::boolean, shape, good).try_as<bool>();
    REQUIRE(read);
    CHECK((*read)[1]);
    auto const refused = view_of(dtype::boolean, shape, bad).try_as<bool>();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().id == &ids::not_bool);
    CHECK(refused.error().offset == 2);
}

#if LADE_EXCEPTIONS
TEST_CASE("as throws what try_as returns") {
    CHECK_THROWS_AS((void)view_of(dtype::int8, {}, {}).as<float>(), lade::exception);
}
#endif

static_assert(element<float> && element<bfloat16_t> && element<bool> && !element<char>);
static_assert(dtype_of<std::uint64_t>::value == dtype::uint64);

}  // namespace
