// SPDX-License-Identifier: BSL-1.0
#include <lade/keras/torch_layout.hpp>

#include <doctest/doctest.h>

#include <array>

using namespace lade;

namespace {

using shape_list = std::vector<std::uint64_t>;

/// Counts from 1, so that every element tells where it came from.
void count_up(model& to, std::string_view name, shape_list const& shape) {
    std::vector<float> numbers(static_cast<std::size_t>(bytes::product(shape).value_or(0)));
    float next = 1;
    for (float& one : numbers) one = next++;
    REQUIRE(to.add(name, dtype::float32, shape, std::as_bytes(std::span(numbers))));
}

/// A model of one layer, called it.
keras::model one_layer(std::string_view layer, std::vector<shape_list> const& shapes) {
    model made;
    made.about().parts.push_back(
        {content::config, "model_config",
         R"({"class_name": "Sequential", "config": {"layers": [{"name": "it", )" +
             std::string(layer.substr(1)) + "]}}"});
    made.about().holds |= content::config;
    for (std::size_t i = 0; i < shapes.size(); ++i)
        count_up(made, "it/w" + std::to_string(i), shapes[i]);
    made.seal();
    return keras::model(std::move(made));
}

std::vector<float> elements(lade::weights const& in, std::string_view name) {
    auto const found = in.find(name);
    REQUIRE(found);
    std::vector<float> made(found->bytes().size() / 4);
    if (!made.empty()) std::memcpy(made.data(), found->bytes().data(), found->bytes().size());
    return made;
}

shape_list shape_of(lade::weights const& in, std::string_view name) {
    auto const found = in.find(name);
    REQUIRE(found);
    return {found->shape().begin(), found->shape().end()};
}

}  // namespace

TEST_CASE("axes are exchanged as numpy exchanges them") {
    keras::dense_array from{dtype::uint8, {2, 3, 2}, {}};
    for (int i = 0; i < 12; ++i) from.data.push_back(static_cast<std::byte>(i));
    std::array<std::size_t, 3> const axes{2, 0, 1};
    auto const made = keras::permuted(from, axes);
    CHECK(made.shape == shape_list{2, 2, 3});
    std::vector<int> numbers;
    for (std::byte const one : made.data) numbers.push_back(static_cast<int>(one));
    CHECK(numbers == std::vector<int>{0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11});
}

TEST_CASE("kernels are turned") {
    auto const dense =
        keras::to_torch(one_layer(R"({"class_name": "Dense", "config": {}})", {{2, 3}, {3}}));
    REQUIRE(dense);
    CHECK(shape_of(dense->weights(), "it.weight") == shape_list{3, 2});
    CHECK(elements(dense->weights(), "it.weight") == std::vector<float>{1, 4, 2, 5, 3, 6});
    CHECK(elements(dense->weights(), "it.bias") == std::vector<float>{1, 2, 3});
    auto const conv = keras::to_torch(
        one_layer(R"({"class_name": "Conv2D", "config": {"use_bias": false}})", {{5, 4, 3, 2}}));
    REQUIRE(conv);
    CHECK(shape_of(conv->weights(), "it.weight") == shape_list{2, 3, 5, 4});
    auto const deep = keras::to_torch(one_layer(
        R"({"class_name": "DepthwiseConv2D", "config": {"use_bias": false}})", {{5, 4, 3, 2}}));
    REQUIRE(deep);
    CHECK(shape_of(deep->weights(), "it.weight") == shape_list{6, 1, 5, 4});
}

TEST_CASE("gates of a GRU are exchanged, and the rows of its bias are two biases") {
    auto const made = keras::to_torch(
        one_layer(R"({"class_name": "GRU", "config": {}})", {{2, 3}, {1, 3}, {2, 3}}));
    REQUIRE(made);
    CHECK(elements(made->weights(), "it.weight_ih_l0") == std::vector<float>{2, 5, 1, 4, 3, 6});
    CHECK(elements(made->weights(), "it.bias_ih_l0") == std::vector<float>{2, 1, 3});
    CHECK(elements(made->weights(), "it.bias_hh_l0") == std::vector<float>{5, 4, 6});
    auto const old = keras::to_torch(one_layer(
        R"({"class_name": "GRU", "config": {"reset_after": false}})", {{2, 3}, {1, 3}, {3}}));
    REQUIRE_FALSE(old);
    CHECK(*old.error().id == keras::ids::no_counterpart);
}

TEST_CASE("what went to PyTorch comes back the same") {
    struct example {
        std::string_view layer;
        std::vector<shape_list> shapes;
    };
    std::vector<example> const examples{
        {R"({"class_name": "Dense", "config": {}})", {{4, 3}, {3}}},
        {R"({"class_name": "Conv1D", "config": {}})", {{5, 3, 2}, {2}}},
        {R"({"class_name": "Conv3DTranspose", "config": {}})", {{2, 3, 4, 5, 6}, {5}}},
        {R"({"class_name": "SeparableConv2D", "config": {}})", {{2, 3, 4, 2}, {1, 1, 8, 5}, {5}}},
        {R"({"class_name": "Embedding", "config": {}})", {{7, 2}}},
        {R"({"class_name": "GRU", "config": {}})", {{2, 6}, {2, 6}, {2, 6}}},
        {R"({"class_name": "LSTM", "config": {}})", {{2, 12}, {3, 12}, {12}}},
        {R"({"class_name": "Bidirectional", "config": {"layer": )"
         R"({"class_name": "SimpleRNN", "config": {}}}})",
         {{2, 3}, {3, 3}, {3}, {2, 3}, {3, 3}, {3}}},
        {R"({"class_name": "BatchNormalization", "config": {}})", {{3}, {3}, {3}, {3}}}};
    for (auto const& one : examples) {
        auto const m = one_layer(one.layer, one.shapes);
        auto const there = keras::to_torch(m);
        REQUIRE(there);
        auto empty = one_layer(one.layer, one.shapes);
        for (auto const& [name, tensor] : m.weights()) {
            auto const place = empty.try_edit(name);
            REQUIRE(place);
            std::fill(place->begin(), place->end(), std::byte{0});
        }
        auto const told = keras::from_torch(there->weights(), empty);
        REQUIRE(told);
        CHECK(told->complete());
        for (auto const& [name, tensor] : m.weights())
            CHECK(elements(empty.weights(), name) == elements(m.weights(), name));
    }
}

TEST_CASE("a state dict of another network is refused, and nothing is changed") {
    auto to = one_layer(R"({"class_name": "Dense", "config": {}})", {{2, 3}, {3}});
    model other;
    count_up(other, "it.weight", {2, 3});
    count_up(other, "it.bias", {3});
    other.seal();
    auto const wrong = keras::from_torch(other.weights(), to);
    REQUIRE_FALSE(wrong);
    CHECK(*wrong.error().id == keras::ids::weight_shape);
    CHECK(wrong.error().where.text() == "it.weight > float32[2,3] > float32[2,3]");
    model none;
    none.seal();
    CHECK_FALSE(keras::from_torch(none.weights(), to));
    CHECK(elements(to.weights(), "it/w1") == std::vector<float>{1, 2, 3});
}

TEST_CASE("layers without a counterpart are named") {
    auto const made =
        keras::to_torch(one_layer(R"({"class_name": "Mine", "config": {}})", {{2, 3}}));
    REQUIRE_FALSE(made);
    CHECK(*made.error().id == keras::ids::no_counterpart);
    CHECK(made.error().where.text() == "it > Mine");
}
