// SPDX-License-Identifier: BSL-1.0
#include <lade/keras.hpp>
#include <lade/load.hpp>
#include <lade/save.hpp>

#include <doctest/doctest.h>

#include <array>

using namespace lade;

namespace {

void put(model& to, std::string_view name, std::vector<float> const& numbers) {
    std::array<std::uint64_t, 1> const shape{numbers.size()};
    REQUIRE(to.add(name, dtype::float32, shape, std::as_bytes(std::span(numbers))));
}

model with_structure(std::string_view text, std::string_view version = "3.5.0") {
    model made;
    made.about().parts.push_back({content::config, "model_config", std::string(text)});
    made.about().metadata.push_back({"keras_version", std::string(version)});
    made.about().holds |= content::config | content::metadata;
    return made;
}

/// Two Dense layers, a model inside with a BatchNormalization, one layer of which is frozen.
constexpr std::string_view nested =
    R"({"class_name": "Functional", "config": {"name": "m", "layers": [)"
    R"({"class_name": "InputLayer", "config": {"name": "in"}, "name": "in", "inbound_nodes": []}, )"
    R"({"class_name": "Sequential", "config": {"name": "inner", "layers": [)"
    R"({"class_name": "Dense", "config": {"name": "i1", "trainable": false}}, )"
    R"({"class_name": "BatchNormalization", "config": {"name": "i2"}}, )"
    R"({"class_name": "Dense", "config": {"name": "i3", "use_bias": false}}]}, "name": "inner"}, )"
    R"({"class_name": "Dense", "config": {"name": "z"}, "name": "z"}, )"
    R"({"class_name": "Dense", "config": {"name": "a"}, "name": "a"}]}})";

model nested_model() {
    auto made = with_structure(nested);
    put(made, "inner/inner/i2/gamma", {1});
    put(made, "inner/inner/i2/beta", {2});
    put(made, "inner/inner/i3/kernel", {3});
    put(made, "inner/inner/i1/kernel", {4});
    put(made, "inner/inner/i1/bias", {5});
    put(made, "inner/inner/i2/moving_mean", {6});
    put(made, "inner/inner/i2/moving_variance", {7});
    put(made, "z/kernel", {8, 8});
    put(made, "z/bias", {9});
    put(made, "a/kernel", {10, 10});
    put(made, "a/bias", {11});
    put(made, "optimizer_weights/adam/iteration", {12});
    put(made, "optimizer_weights/adam/learning_rate", {13});
    made.about().parts.push_back(
        {content::config, "training_config",
         R"({"loss": "mse", "metrics": [[{"class_name": "MeanMetricWrapper", )"
         R"("config": {"fn": "mean_absolute_error"}}]], "sample_weight_mode": null, )"
         R"("optimizer_config": {"class_name": "Custom>Adam", )"
         R"("config": {"learning_rate": 1e-07}}})"});
    made.seal();
    return made;
}

template <class Format, class Value>
std::vector<std::byte> file_of(Value const& from) {
    memory_output to;
    auto const done = try_save<Format>(to, from);
    REQUIRE(done);
    return std::move(to).take();
}

template <class Format>
keras::model read_back(std::vector<std::byte> const& data) {
    memory const from{bytes::view(data)};
    auto made = try_load<Format>(from);
    REQUIRE(made);
    return *std::move(made);
}

float first_of(lade::weights const& in, std::string_view name) {
    auto const found = in.find(name);
    REQUIRE(found);
    float number;
    REQUIRE(found->bytes().size() >= 4);
    std::memcpy(&number, found->bytes().data(), 4);
    return number;
}

std::string part_of(keras::model const& in, std::string_view name) {
    auto const* const part = in.parts().about().part(content::config, name);
    return part == nullptr ? std::string() : part->data;
}

error_id const* why(result<void> const& done) { return done ? nullptr : done.error().id; }

}  // namespace

TEST_CASE("an .h5 model becomes a .keras: weights go to the objects that hold them") {
    auto const data = file_of<keras::archive>(nested_model());
    CHECK(file_of<keras::archive>(nested_model()) == data);
    auto const m = read_back<keras::archive>(data);
    std::string const inner = "layers/sequential/layers/";
    CHECK(first_of(m.weights(), inner + "batch_normalization/vars/0") == 1);
    CHECK(first_of(m.weights(), inner + "batch_normalization/vars/1") == 2);
    CHECK(first_of(m.weights(), inner + "batch_normalization/vars/2") == 6);
    CHECK(first_of(m.weights(), inner + "batch_normalization/vars/3") == 7);
    CHECK(first_of(m.weights(), inner + "dense/vars/0") == 4);
    CHECK(first_of(m.weights(), inner + "dense/vars/1") == 5);
    CHECK(first_of(m.weights(), inner + "dense_1/vars/0") == 3);
    CHECK(first_of(m.weights(), "layers/dense/vars/0") == 8);
    CHECK(first_of(m.weights(), "layers/dense_1/vars/1") == 11);
    CHECK(first_of(m.optimizer(), "optimizer/vars/1") == 13);
    CHECK(part_of(m, "metadata.json") ==
          R"({"keras_version": "3.5.0", "date_saved": "1980-01-01@00:00:00"})");
    auto const root = m.config().root();
    CHECK(root["module"].text() == "keras.src.models.functional");
    CHECK(root["config"]["layers"][1]["module"].text() == "keras");
    CHECK(root["config"]["layers"][1]["config"]["layers"][1]["module"].text() == "keras.layers");
    auto const compile = root["compile_config"];
    CHECK(compile["optimizer"]["module"].text() == "keras.optimizers");
    CHECK(compile["optimizer"]["class_name"].text() == "Adam");
    CHECK(compile["optimizer"]["config"]["learning_rate"].spelled() == "1e-07");
    CHECK(compile["metrics"][0][0].text() == "mean_absolute_error");
    CHECK_FALSE(compile.has("sample_weight_mode"));
}

TEST_CASE("a .keras becomes an .h5 model again, in the order of layers and of trained weights") {
    auto const m = read_back<keras::archive>(file_of<keras::archive>(nested_model()));
    auto const back = read_back<keras::h5>(file_of<keras::h5>(m));
    std::vector<float> numbers;
    for (auto const& [name, tensor] : back.weights())
        numbers.push_back(first_of(back.weights(), name));
    CHECK(numbers == std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
    CHECK(back.weights().at(0).name() == "inner/inner/layers/batch_normalization/gamma");
    CHECK(back.weights().at(7).name() == "z/z/kernel");
    REQUIRE(back.optimizer().size() == 2);
    CHECK(first_of(back.optimizer(), back.optimizer().at(1).name()) == 13);
    CHECK(back.training_config().root()["optimizer_config"]["class_name"].text() == "Adam");
    CHECK(back.config().root()["config"]["layers"].size() == 4);
    CHECK_FALSE(back.config().root().has("module"));
}

TEST_CASE("layers of a .keras know their weights") {
    auto const m = read_back<keras::archive>(file_of<keras::archive>(nested_model()));
    auto const layers = m.layers();
    REQUIRE(layers.size() == 4);
    CHECK(layers[1].weights.size() == 7);
    CHECK(layers[2].name == "z");
    CHECK(layers[2].parameters == 3);
}

TEST_CASE("weights of a .weights.h5 go into a model by position and by the names of its layers") {
    auto const data = file_of<keras::weights_h5>(
        read_back<keras::archive>(file_of<keras::archive>(nested_model())).weights());
    auto const from = read_back<keras::weights_h5>(data);
    auto into = nested_model();
    for (auto const& [name, tensor] : into.weights()) {
        auto const numbers = into.try_edit<float>(name);
        REQUIRE(numbers);
        for (float& one : *numbers) one = 0;
    }
    keras::model to(std::move(into));
    for (bool const by_name : {false, true}) {
        auto const told = keras::try_load_weights(from, to, {.by_name = by_name});
        REQUIRE(told);
        CHECK(told->loaded.size() == 11);
        CHECK(first_of(to.weights(), "inner/inner/i2/moving_variance") == 7);
        CHECK(first_of(to.weights(), "a/bias") == 11);
    }
}

TEST_CASE("recurrent layers, wrappers, attention and stacks of cells have objects inside") {
    struct example {
        std::string_view layer;
        std::size_t count;
        std::vector<std::string_view> paths;
    };
    std::vector<example> const examples{
        {R"({"class_name": "LSTM", "config": {}})",
         3,
         {"lstm/cell/vars/0", "lstm/cell/vars/1", "lstm/cell/vars/2"}},
        {R"({"class_name": "Bidirectional", "config": {"layer": )"
         R"({"class_name": "Mine>Cell", "config": {}}}})",
         2,
         {"bidirectional/forward_layer/vars/0", "bidirectional/backward_layer/vars/0"}},
        {R"({"class_name": "TimeDistributed", "config": {"layer": )"
         R"({"class_name": "Dense", "config": {"use_bias": false}}}})",
         1,
         {"time_distributed/layer/vars/0"}},
        {R"({"class_name": "RNN", "config": {"cell": {"class_name": "StackedRNNCells", )"
         R"("config": {"cells": [{"class_name": "GRUCell", "config": {"use_bias": false}}, )"
         R"({"class_name": "GRUCell", "config": {"use_bias": false}}]}}}})",
         4,
         {"rnn/cell/cells/gru_cell/vars/0", "rnn/cell/cells/gru_cell/vars/1",
          "rnn/cell/cells/gru_cell_1/vars/0", "rnn/cell/cells/gru_cell_1/vars/1"}},
        {R"({"class_name": "Custom>ReLU6Conv2DThing", "config": {}})",
         1,
         {"re_lu6_conv2d_thing/vars/0"}},
        {R"({"class_name": "SpectralNormalization", "config": {"layer": )"
         R"({"class_name": "Dense", "config": {}}}})",
         4,
         {}},
        {R"({"class_name": "Sequential", "config": {"layers": [)"
         R"({"class_name": "Mine", "config": {}}, {"class_name": "Yours", "config": {}}]}})",
         3,
         {}}};
    for (auto const& one : examples) {
        auto made =
            with_structure(R"({"class_name": "Sequential", "config": {"layers": [{"name": "it", )" +
                           std::string(one.layer.substr(1)) + "]}}");
        for (std::size_t i = 0; i < one.count; ++i)
            put(made, "it/w" + std::to_string(i), {static_cast<float>(i)});
        made.seal();
        memory_output to;
        auto const done = try_save<keras::archive>(to, made);
        if (one.paths.empty()) {
            CHECK(why(done) == &keras::ids::unknown_layout);
            continue;
        }
        REQUIRE(done);
        auto const m = read_back<keras::archive>(std::move(to).take());
        REQUIRE(m.weights().size() == one.paths.size());
        for (std::size_t i = 0; i < one.paths.size(); ++i)
            CHECK(first_of(m.weights(), "layers/" + std::string(one.paths[i])) ==
                  static_cast<float>(i));
    }
}

TEST_CASE("attention has other names in tf_keras, and comes back from both") {
    for (std::string_view const version : {"2.15.0", "3.5.0"}) {
        auto made =
            with_structure(R"({"class_name": "Sequential", "config": {"layers": [)"
                           R"({"name": "it", "class_name": "MultiHeadAttention", "config": {}}]}})",
                           version);
        for (int i = 0; i < 8; ++i) put(made, "it/w" + std::to_string(i), {static_cast<float>(i)});
        made.seal();
        auto const m = read_back<keras::archive>(file_of<keras::archive>(made));
        CHECK(m.weights().find(version[0] == '2' ? "layers/multi_head_attention/_key_dense/vars/1"
                                                 : "layers/multi_head_attention/key_dense/vars/1"));
        auto const back = read_back<keras::h5>(file_of<keras::h5>(m));
        for (std::size_t i = 0; i < 8; ++i)
            CHECK(first_of(back.weights(), back.weights().at(i).name()) == static_cast<float>(i));
    }
}

TEST_CASE(
    "states of metrics and seeds are left out of an .h5, vocabularies are not lost silently") {
    auto whole = read_back<keras::archive>(file_of<keras::archive>(nested_model()));
    model other;
    for (auto const& part : whole.parts().parts()) other.about().parts.push_back(part);
    other.about().holds = whole.holds();
    put(other, "metrics/mean/vars/0", {1});
    for (auto const& [name, tensor] : whole.parts().weights())
        REQUIRE(other.add(name, tensor.dtype(), tensor.shape(), tensor.bytes()));
    put(other, "layers/dense/seed_generator/vars/0", {2});
    other.seal();
    auto const back = read_back<keras::h5>(file_of<keras::h5>(other));
    CHECK(back.weights().size() == 11);
    CHECK(first_of(back.weights(), "a/a/bias") == 11);
    CHECK(read_back<keras::archive>(file_of<keras::archive>(other)).weights().size() == 13);
    other.about().parts.push_back({content::config, "assets/layers/text/vocabulary.txt", "a\nb"});
    memory_output to;
    CHECK(why(try_save<keras::h5>(to, other)) == &keras::ids::assets_lost);
    auto const kept = read_back<keras::archive>(file_of<keras::archive>(other));
    CHECK(part_of(kept, "assets/layers/text/vocabulary.txt") == "a\nb");
}

TEST_CASE("weights without a structure are no .keras file") {
    model made;
    put(made, "a/b", {1});
    made.seal();
    memory_output to;
    CHECK(why(try_save<keras::archive>(to, made)) == &keras::ids::no_structure);
}

TEST_CASE("a tensor of no layer is not lost") {
    auto made = nested_model();
    put(made, "stranger/kernel", {1});
    made.seal();
    memory_output to;
    CHECK(why(try_save<keras::archive>(to, made)) == &keras::ids::no_such_layer);
}

TEST_CASE("a structure is saved alone, as JSON and as YAML") {
    auto const m = read_back<keras::h5>(file_of<keras::h5>(nested_model()));
    memory_output json, yaml;
    REQUIRE(try_save<keras::json>(json, m.parts(), {}, drop<content::weights, content::optimizer>));
    REQUIRE(try_save<keras::yaml>(yaml, m.parts(), {}, drop<content::weights, content::optimizer>));
    CHECK(bytes::text(json.bytes()) == keras::to_json(m));
    CHECK(bytes::text(yaml.bytes()) == keras::to_yaml(m));
    auto const text = std::string(bytes::text(json.bytes()));
    CHECK(text.starts_with(
        R"({"module": "keras.src.models.functional", "class_name": "Functional")"));
    CHECK(text.ends_with(R"("keras_version": "3.5.0"})"));
    auto const again = keras::try_from_json(text);
    REQUIRE(again);
    CHECK(keras::to_json(*again) == text);
}

TEST_CASE("every prefix of a .keras is refused, and flipped bits do no harm") {
    auto const data = file_of<keras::archive>(nested_model());
    for (std::size_t size = 0; size < data.size(); ++size) {
        memory const from{bytes::view(data).first(size)};
        CHECK_FALSE(try_load<keras::archive>(from));
    }
    for (std::size_t i = 0; i < data.size() * 8; i += 7) {
        auto changed = data;
        changed[i / 8] ^= static_cast<std::byte>(1U << (i % 8));
        memory const from{bytes::view(changed)};
        static_cast<void>(try_load<keras::archive>(from));
    }
}

TEST_CASE("a Bidirectional in a Bidirectional, sixty deep, costs nothing") {
    std::string layer = R"({"class_name": "Dense", "config": {}})";
    for (int depth = 0; depth < 60; ++depth)
        layer = R"({"class_name": "Bidirectional", "config": {"layer": )" + layer + "}}";
    auto made =
        with_structure(R"({"class_name": "Sequential", "config": {"layers": [)" + layer + "]}}");
    auto text = std::string(made.about().parts[0].data);
    text.insert(text.find("\"config\": {\"layer\": ") + 11, R"("name": "it", )");
    made.about().parts[0].data = text;
    put(made, "it/w", {1});
    made.seal();
    memory_output to;
    CHECK_FALSE(try_save<keras::archive>(to, made));
}
