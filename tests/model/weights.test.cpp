// SPDX-License-Identifier: BSL-1.0
#include <lade/model/weights.hpp>

#include <doctest/doctest.h>

#include <string>
#include <support/bytes.hpp>

namespace {

using namespace lade;
using namespace support;

TEST_CASE("weights keep the order of the file and copy what describes them") {
    weights all;
    auto const elements = raw<std::int32_t>({1, 2});
    {
        std::string name = "a rather long name of a tensor";
        std::uint64_t shape[]{2};
        std::int64_t strides[]{1};
        alias in{3, 8, 0, strides};
        tensor_info info;
        info.name = name;
        info.type = dtype::int32;
        info.shape = shape;
        info.in = &in;
        all.add(info, elements);
        name = "gone";
        info.name = name;
        info.in = nullptr;
        all.add(info, elements);
        shape[0] = 99;
        strides[0] = 99;
        in.storage = 99;
    }
    REQUIRE(all.size() == 2);
    auto const first = all.at(0);
    CHECK(first.name() == "a rather long name of a tensor");
    CHECK(first.shape()[0] == 2);
    CHECK(first.info().in->storage == 3);
    CHECK(first.info().in->strides[0] == 1);
    CHECK(all.at(1).info().in == nullptr);
    std::string order;
    for (auto const& [name, tensor] : all) order += std::string(name) + ';';
    CHECK(order == "a rather long name of a tensor;gone;");
}

TEST_CASE("names are found with and without the index, of equal ones the first") {
    weights all;
    std::vector<std::string> names;
    for (int i = 0; i < 500; ++i) names.push_back("t" + std::to_string(i * 7919 % 500));
    names.push_back("t5");
    for (std::uint64_t i = 0; i < names.size(); ++i) {
        tensor_info info;
        info.name = names[static_cast<std::size_t>(i)];
        info.nbytes = i;
        all.add(info, {});
    }
    for (int round = 0; round < 2; ++round) {
        for (auto const& name : names) REQUIRE(all.contains(name));
        CHECK(all.find("t5")->info().nbytes < 500);
        CHECK_FALSE(all.find("t500"));
        CHECK_FALSE(all.find(""));
        all.index();
    }
    auto const missing = all.try_at("t9999");
    CHECK(id_of(missing) == "tensor.not_found");
    CHECK(place_of(missing) == "t9999");
}

TEST_CASE("weights move with their names") {
    weights all;
    tensor_info info;
    std::string const name = "weight";
    info.name = name;
    all.add(info, {});
    all.index();
    weights const moved = std::move(all);
    CHECK(moved.contains("weight"));
}

}  // namespace
