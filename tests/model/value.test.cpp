// SPDX-License-Identifier: BSL-1.0
#include <lade/model/value.hpp>

#include <doctest/doctest.h>

#include <limits>

namespace {

using namespace lade;

TEST_CASE("a checkpoint is walked by keys and positions, and what is not there is nothing") {
    values all;
    auto const root = all.dict();
    auto const groups = all.list();
    auto const group = all.dict();
    all.set_entry(group, "lr", all.real(0.1));
    all.append(groups, group);
    all.set_entry(root, "param_groups", groups);
    all.set_entry(root, "epoch", all.integer(5));
    all.set_root(root);
    value const top = all.root();
    CHECK(*top["param_groups"][0]["lr"].get<double>() == 0.1);
    CHECK(top["epoch"].get<int>() == 5);
    CHECK(top.size() == 2);
    CHECK(top.key(1).get<std::string_view>() == "epoch");
    CHECK_FALSE(top["nothing"][7]["at all"].get<int>());
    CHECK_FALSE(top["param_groups"][1].exists());
    CHECK_FALSE(top["param_groups"][-1].exists());
    CHECK(value().type() == value_type::none);
    CHECK(values().root() == value());
}

TEST_CASE("numbers are given in types that hold them, and in no other") {
    values all;
    auto const at = [&](values::id id) { return all.at(id); };
    auto const large = all.integer(300), negative = all.integer(-1), real = all.real(1.5);
    auto const truth = all.boolean(true);
    CHECK(at(large).get<std::uint16_t>() == 300);
    CHECK_FALSE(at(large).get<std::uint8_t>());
    CHECK_FALSE(at(large).get<std::int8_t>());
    CHECK(at(large).get<double>() == 300.0);
    CHECK(at(negative).get<std::int8_t>() == -1);
    CHECK_FALSE(at(negative).get<std::uint64_t>());
    CHECK(at(real).get<float>() == 1.5F);
    CHECK_FALSE(at(real).get<int>());
    CHECK(at(truth).get<bool>() == true);
    CHECK_FALSE(at(truth).get<int>());
    CHECK_FALSE(at(large).get<bool>());
    CHECK_FALSE(at(large).get<std::string_view>());
    auto const least = all.integer(std::numeric_limits<std::int64_t>::min());
    CHECK(at(least).get<std::int64_t>() == std::numeric_limits<std::int64_t>::min());
    CHECK_FALSE(at(least).get<std::uint64_t>());
}

TEST_CASE("containers grow side by side and keep their items") {
    values all;
    std::vector<values::id> lists;
    for (int i = 0; i < 10; ++i) lists.push_back(all.list());
    for (int n = 0; n < 100; ++n)
        for (auto const one : lists) all.append(one, all.integer(n));
    for (auto const one : lists) {
        REQUIRE(all.at(one).size() == 100);
        for (int n = 0; n < 100; ++n) REQUIRE(all.at(one)[n].get<int>() == n);
    }
}

TEST_CASE("an entry that is set again is replaced, one that is added again comes after") {
    values all;
    auto const dict = all.dict();
    all.set_entry(dict, "a", all.integer(1));
    all.set_entry(dict, "a", all.integer(2));
    CHECK(all.at(dict).size() == 1);
    CHECK(all.at(dict)["a"].get<int>() == 2);
    all.add_entry(dict, all.text("a"), all.integer(3));
    CHECK(all.at(dict).size() == 2);
    CHECK(all.at(dict)["a"].get<int>() == 3);
    CHECK(all.at(dict)[0].get<int>() == 2);
}

TEST_CASE("an object has its name, its parts, and its state by key") {
    values all;
    values::object_parts parts;
    parts.callable = all.global("torch.nn", "Linear");
    parts.arguments = all.tuple();
    parts.state = all.dict();
    parts.made = making::create;
    auto const object = all.object(parts);
    all.set_entry(all.parts(object).state, "in_features", all.integer(3));
    value const one = all.at(object);
    CHECK(one.type() == value_type::object);
    CHECK(one.callable().module() == "torch.nn");
    CHECK(one.callable().name() == "Linear");
    CHECK(one["in_features"].get<int>() == 3);
    CHECK(one.made() == making::create);
    CHECK_FALSE(one.items().exists());
    CHECK_FALSE(one.tensor());
    all.parts(object).tensor = 4;
    CHECK(one.tensor() == std::uint64_t{4});
    CHECK(all.at(all.tensor(9)).tensor() == std::uint64_t{9});
}

TEST_CASE("values may be shared and may contain themselves") {
    values all;
    auto const list = all.list();
    all.append(list, list);
    all.set_root(list);
    CHECK(all.root()[0][0][0] == all.root());
    auto const other = all.integer(1);
    all.replace(list, other);
    CHECK(all.root().get<int>() == 1);
}

TEST_CASE("texts with anything in them are kept as they are") {
    values all;
    std::string_view const odd("a\0\xff", 3);
    auto const text = all.text(odd), raw = all.bytes(bytes::of(odd)), empty = all.text("");
    CHECK(all.at(text).get<std::string_view>() == odd);
    CHECK(all.at(raw).get<std::string_view>() == odd);
    CHECK(all.at(raw).type() == value_type::bytes);
    CHECK(all.at(empty).get<std::string_view>() == "");
}

}  // namespace
