// SPDX-License-Identifier: BSL-1.0
#include <lade/model/model.hpp>

#include <doctest/doctest.h>

#include <support/bytes.hpp>

namespace {

using namespace lade;
using namespace support;

TEST_CASE("a model made by hand has its tensors and lets them be changed") {
    model made;
    std::uint64_t const shape[]{2, 2};
    auto const elements = raw<float>({1, 2, 3, 4});
    REQUIRE(made.add("w", dtype::float32, shape, elements));
    REQUIRE(made.add("b", dtype::float32, {}, bytes::view(elements).first(4)));
    made.seal();
    CHECK(made.holds().has(content::weights));
    auto const numbers = made.try_edit<float>("w");
    REQUIRE(numbers);
    (*numbers)[3] = 40;
    CHECK((*made.weights().find("w")->try_as<float>())[3] == 40);
    CHECK(id_of(made.try_edit<double>("w")) == "tensor.wrong_dtype");
    CHECK(id_of(made.try_edit<float>("x")) == "tensor.not_found");
}

TEST_CASE("a tensor whose bytes do not fill its shape is refused, as is one of impossible shape") {
    model made;
    std::uint64_t const shape[]{2, 2};
    auto const short_by_one = raw<float>({1, 2, 3});
    CHECK(id_of(made.add("w", dtype::float32, shape, short_by_one)) == "tensor.bad_size");
    std::uint64_t const wraps[]{std::uint64_t{1} << 32, std::uint64_t{1} << 32};
    CHECK(id_of(made.add("w", dtype::uint8, wraps, {})) == "tensor.bad_size");
    std::uint64_t const too_many[]{~std::uint64_t{0}};
    CHECK(id_of(made.add("w", dtype::float64, too_many, {})) == "tensor.bad_size");
    CHECK(made.weights().empty());
}

TEST_CASE("memory of a model is aligned to 64 bytes and stays where it is") {
    model made;
    std::vector<std::span<std::byte>> pieces;
    for (std::size_t i = 0; i < 3000; ++i) {
        auto const piece = made.take(i * 7 % 5000);
        REQUIRE(piece);
        REQUIRE(piece->size() == i * 7 % 5000);
        REQUIRE(reinterpret_cast<std::uintptr_t>(piece->data()) % 64 == 0);
        for (auto& one : *piece) one = static_cast<std::byte>(i);
        pieces.push_back(*piece);
    }
    model const moved = std::move(made);
    bool same = true;
    for (std::size_t i = 0; i < pieces.size(); ++i)
        for (auto const one : pieces[i]) same = same && one == static_cast<std::byte>(i);
    CHECK(same);
    CHECK(id_of(model().take(~std::uint64_t{0})) == "memory.exhausted");
}

}  // namespace
