// SPDX-License-Identifier: BSL-1.0
#include <doctest/doctest.h>

#include <examples/workplace.hpp>

// A network of five layers is saved as a TensorFlow checkpoint and restored into one of six, and
// back: what fits is restored, and the report tells the rest.

struct dense_layer {
    lade::tensor<float> kernel, bias;
};
template <>
struct lade::bind<dense_layer> {
    static constexpr std::tuple fields{field("kernel", &dense_layer::kernel),
                                       field("bias", &dense_layer::bias)};
};
struct five_layers {
    std::array<dense_layer, 5> layer;
};
template <>
struct lade::bind<five_layers> {
    static constexpr std::tuple fields{field("layer", &five_layers::layer)};
};
struct six_layers {
    std::array<dense_layer, 6> layer;
};
template <>
struct lade::bind<six_layers> {
    static constexpr std::tuple fields{field("layer", &six_layers::layer)};
};

namespace {

using namespace examples;

template <class Net>
Net filled_with(float value) {
    Net made;
    std::uint64_t const matrix[]{3, 3}, vector[]{3};
    for (auto& one : made.layer) {
        REQUIRE(one.kernel.try_resize_for_overwrite(matrix));
        REQUIRE(one.bias.try_resize_for_overwrite(vector));
        for (float& each : one.kernel) each = value;
        for (float& each : one.bias) each = -value;
    }
    return made;
}

}  // namespace

TEST_CASE("five layers are restored into a network of six") {
    workplace const here;
    auto const five = filled_with<five_layers>(5);
    lade::tensorflow::saver saver{{.max_to_keep = 5}};
    REQUIRE(saver.save("model.ckpt", five, {.global_step = 1000}));

    auto six = filled_with<six_layers>(6);
    auto const latest = lade::tensorflow::latest_checkpoint(lade::path("."));
    REQUIRE(latest);
    lade::report told;
    auto const refused =
        lade::try_load_into<lade::tensorflow::checkpoint>(six, *latest, {.tell = &told});
    CHECK_FALSE(refused);  // strict, as load_state_dict: nothing was loaded
    CHECK(told.missing == std::vector<std::string>{"layer.5.kernel", "layer.5.bias"});
    CHECK(*six.layer[0].bias.begin() == -6);

    auto const restored =
        lade::try_load_into<lade::tensorflow::checkpoint>(six, *latest, {.strict = false});
    REQUIRE(restored);
    CHECK(restored->loaded.size() == 10);
    CHECK(restored->missing == std::vector<std::string>{"layer.5.kernel", "layer.5.bias"});
    CHECK(restored->unexpected.empty());
    CHECK(*six.layer[4].kernel.begin() == 5);
    CHECK(*six.layer[5].kernel.begin() == 6);
}

TEST_CASE("of six layers five are restored into a network that has no more") {
    workplace const here;
    auto const six = filled_with<six_layers>(6);
    REQUIRE(lade::try_save<lade::tensorflow::checkpoint>("six.ckpt", six, {.shards = 2}));
    auto five = filled_with<five_layers>(5);
    auto const restored =
        lade::try_load_into<lade::tensorflow::checkpoint>(five, "six.ckpt", {.strict = false});
    REQUIRE(restored);
    CHECK(restored->loaded.size() == 10);
    CHECK(restored->unexpected == std::vector<std::string>{"layer/5/bias", "layer/5/kernel"});
    CHECK(*five.layer[4].bias.begin() == -6);

    // only what is named, into layers of other names
    auto other = filled_with<five_layers>(0);
    auto const some = lade::try_load_into<lade::tensorflow::checkpoint>(
        other, "six.ckpt",
        {.strict = false, .only = "layer/5/*", .rename = {{"layer/5/*", "layer.0.*"}}});
    REQUIRE(some);
    CHECK(some->loaded.size() == 2);
    CHECK(*other.layer[0].kernel.begin() == 6);
    CHECK(*other.layer[1].kernel.begin() == 0);
}
