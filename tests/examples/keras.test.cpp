// SPDX-License-Identifier: BSL-1.0
#include <doctest/doctest.h>

#include <examples/workplace.hpp>

// The snippets that are about models of Keras.

namespace {

using namespace examples;

#if LADE_EXCEPTIONS

constexpr std::string_view json_string =
    R"({"class_name": "Sequential", "config": {"name": "net", "layers": [)"
    R"({"class_name": "Dense", "config": {"name": "block1", "units": 2}}, )"
    R"({"class_name": "Dense", "config": {"name": "head", "units": 1}}]}})";

/// A Sequential of two layers as a file, with weights that begin with `first`.
void save_network(char const* at, float first, std::uint64_t classes) {
    lade::model made =
        model_of({{"block1/block1/kernel:0", {2, 2}, {first, 2, 3, 4}},
                  {"block1/block1/bias:0", {2}, {5, 6}},
                  {"head/head/kernel:0", {2, classes}, std::vector<float>(2 * classes)}});
    made.about().parts.push_back({lade::content::config, "model_config", std::string(json_string)});
    made.about().holds |= lade::content::config;
    lade::save<lade::keras::h5>(at, made);
}

TEST_CASE_FIXTURE(workplace, "a model of Keras is loaded whole, looked at and saved") {
    save_network("my_model.h5", 1, 1);

    auto km = lade::load<lade::keras::h5>("my_model.h5");
    for (auto const& layer : km.layers()) std::puts(std::string(layer.name).c_str());
    lade::save<lade::keras::h5>("out.h5", km);

    CHECK(km.layers().size() == 2);
    CHECK(km.layers()[0].class_name == "Dense");
    CHECK(km.layers()[0].parameters == 6);
    CHECK(km.config().root()["class_name"].text() == "Sequential");
    CHECK(km.weights().size() == 3);
    CHECK(km.optimizer().size() == 0);
    CHECK_FALSE(km.training_config().root().exists());
    CHECK(support::read_text("out.h5") == support::read_text("my_model.h5"));
}

TEST_CASE_FIXTURE(workplace, "structures go between JSON and YAML") {
    auto arch = lade::keras::from_json(json_string);
    std::string const yaml = lade::keras::to_yaml(arch);
    auto same = lade::keras::from_yaml(yaml);

    CHECK(arch.layers().size() == 2);
    CHECK(lade::keras::to_yaml(same) == yaml);
    CHECK(lade::keras::to_json(arch).find("\"block1\"") != std::string::npos);
    CHECK_THROWS_AS((void)lade::keras::from_json("{"), lade::exception);
}

TEST_CASE_FIXTURE(workplace, "weights go into another model by the names of its layers") {
    save_network("vgg_weights.h5", 7, 1000);
    save_network("my_model.h5", 1, 10);
    auto km = lade::load<lade::keras::h5>("my_model.h5");

    auto vgg = lade::load<lade::keras::h5>("vgg_weights.h5");
    lade::report rep = lade::keras::load_weights(vgg, km, {.by_name = true, .skip_mismatch = true});

    CHECK(rep.loaded.size() == 2);
    CHECK(rep.mismatched.size() == 1);
    CHECK(km.weights()["block1/block1/kernel:0"].as<float>()[0] == 7.0F);
    CHECK(km.weights()["head/head/kernel:0"].shape()[1] == 10);
}

#endif

}  // namespace
