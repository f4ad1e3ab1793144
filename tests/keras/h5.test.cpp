// SPDX-License-Identifier: BSL-1.0
#include <lade/keras.hpp>
#include <lade/load.hpp>
#include <lade/save.hpp>

#include <doctest/doctest.h>

#include <array>

using namespace lade;

namespace {

constexpr std::string_view structure =
    R"({"class_name": "Functional", "config": {"name": "m", "layers": [)"
    R"({"class_name": "InputLayer", "config": {"name": "in"}, "name": "in", "inbound_nodes": []}, )"
    R"({"class_name": "Dense", "config": {"name": "z", "trainable": false}, "name": "z", )"
    R"("inbound_nodes": [[["in", 0, 0, {}]]]}, )"
    R"({"class_name": "Dense", "config": {"name": "a/b", "trainable": true}, "name": "a/b", )"
    R"("inbound_nodes": [[["z", 0, 0, {}]]]}], )"
    R"("input_layers": [["in", 0, 0]], "output_layers": [["a/b", 0, 0]]}})";

void add(model& to, std::string_view name, std::vector<float> const& numbers) {
    std::array<std::uint64_t, 1> const shape{numbers.size()};
    REQUIRE(to.add(name, dtype::float32, shape, std::as_bytes(std::span(numbers))));
}

model sample(bool with_structure = true) {
    model made;
    if (with_structure) {
        made.about().parts.push_back({content::config, "model_config", std::string(structure)});
        made.about().holds |= content::config;
    }
    add(made, "a/b/kernel:0", {1, 2, 3});
    add(made, "z/z/kernel:0", {4, 5});
    add(made, "z/z/bias:0", {6});
    add(made, "optimizer_weights/iter:0", {7});
    made.seal();
    return made;
}

template <class Model>
std::vector<std::byte> saved(Model const& of) {
    memory_output to;
    auto const done = try_save<keras::h5>(to, of);
    REQUIRE(done);
    return std::move(to).take();
}

keras::model loaded(std::vector<std::byte> const& data) {
    memory const from{bytes::view(data)};
    auto made = try_load<keras::h5>(from);
    REQUIRE(made);
    return *std::move(made);
}

std::vector<float> numbers_of(keras::model const& of, std::string_view name) {
    auto const found = of.weights().find(name);
    REQUIRE(found);
    std::vector<float> made(found->bytes().size() / 4);
    std::memcpy(made.data(), found->bytes().data(), found->bytes().size());
    return made;
}

}  // namespace

TEST_CASE("a whole model comes back in the order of its layers") {
    auto const m = loaded(saved(sample()));
    REQUIRE(m.weights().size() == 3);
    CHECK(m.weights().at(0).name() == "z/z/kernel:0");
    CHECK(m.weights().at(1).name() == "z/z/bias:0");
    CHECK(m.weights().at(2).name() == "a/b/kernel:0");
    REQUIRE(m.optimizer().size() == 1);
    CHECK(m.optimizer().at(0).name() == "optimizer_weights/iter:0");
    CHECK(m.config().root()["class_name"].text() == "Functional");
    CHECK(m.parts().about().word("keras_version") == "2.15.0");
    CHECK(m.parts().graph().inputs == std::vector<std::string>{"in"});
    CHECK(m.parts().graph().outputs == std::vector<std::string>{"a/b"});
    CHECK(saved(m) == saved(loaded(saved(m))));
}

TEST_CASE("layers know their class, inputs and parameters") {
    auto const m = loaded(saved(sample()));
    auto const layers = m.layers();
    REQUIRE(layers.size() == 3);
    CHECK(layers[1].class_name == "Dense");
    CHECK(layers[1].inputs == std::vector<std::string_view>{"in"});
    CHECK(layers[1].parameters == 3);
    CHECK_FALSE(layers[1].trainable);
    CHECK(layers[2].name == "a/b");
    CHECK(layers[2].parameters == 3);
    auto const text = keras::summary(m);
    CHECK(text.find("z (Dense)") != text.npos);
    CHECK(text.find("parameters 6, trained 3, fixed 3") != text.npos);
}

TEST_CASE("weights alone have no structure, and layers in order of appearance") {
    auto const m = loaded(saved(sample(false)));
    CHECK_FALSE(m.config().root().exists());
    CHECK(m.weights().at(0).name() == "a/b/kernel:0");
    CHECK(m.layers().size() == 2);
    CHECK(m.layers()[0].name == "a");
}

TEST_CASE("lists of names beyond an attribute are cut as Keras cuts them") {
    model made;
    for (int i = 0; i < 700; ++i) {
        std::string name = std::to_string(i);
        name.insert(0, 123 - name.size(), 'n');
        add(made, name + "/w", {static_cast<float>(i)});
    }
    made.seal();
    auto const data = saved(made);
    memory const source{bytes::view(data)};
    auto const file = hdf5::file::open(source);
    REQUIRE(file);
    auto const root = file->root();
    REQUIRE(root);
    CHECK_FALSE(root->has_attribute("layer_names"));
    CHECK_FALSE(root->has_attribute("layer_names2"));
    auto const part = root->find_attribute("layer_names1");
    REQUIRE(part);
    CHECK(part->size() == 350);
    auto const m = loaded(data);
    REQUIRE(m.weights().size() == 700);
    CHECK(numbers_of(m, m.weights().at(699).name()) == std::vector<float>{699});
}

TEST_CASE("weights are loaded by the names of layers, and what does not fit is told") {
    model other;
    add(other, "z/any/name", {40, 50});
    add(other, "z/other", {60, 61});
    add(other, "x/w", {1});
    other.seal();
    auto m = loaded(saved(sample()));
    keras::model const from(std::move(other));
    auto const strict = keras::try_load_weights(from, m, {.by_name = true});
    REQUIRE_FALSE(strict);
    CHECK(*strict.error().id == keras::ids::weight_shape);
    CHECK(strict.error().where.text() == "z/z/bias:0 > float32[1] > float32[2]");
    CHECK(numbers_of(m, "z/z/kernel:0") == std::vector<float>{4, 5});
    auto const told = keras::try_load_weights(from, m, {.by_name = true, .skip_mismatch = true});
    REQUIRE(told);
    CHECK(told->loaded == std::vector<std::string>{"z/z/kernel:0"});
    CHECK(told->missing == std::vector<std::string>{"a/b/kernel:0"});
    CHECK(told->unexpected == std::vector<std::string>{"x/w"});
    REQUIRE(told->mismatched.size() == 1);
    CHECK(told->mismatched[0].name == "z/z/bias:0");
    CHECK(told->mismatched[0].wanted == "float32[1]");
    CHECK(numbers_of(m, "z/z/kernel:0") == std::vector<float>{40, 50});
    CHECK(numbers_of(m, "z/z/bias:0") == std::vector<float>{6});
}

TEST_CASE("weights are loaded by position, names of layers do not matter") {
    model other;
    add(other, "q/1", {40, 50});
    add(other, "q/2", {60});
    add(other, "r/1", {1, 1, 1});
    other.seal();
    auto m = loaded(saved(sample()));
    keras::model const from(std::move(other));
    REQUIRE(keras::try_load_weights(from, m));
    CHECK(numbers_of(m, "a/b/kernel:0") == std::vector<float>{1, 1, 1});
    model few;
    add(few, "q/1", {1});
    few.seal();
    auto const done = keras::try_load_weights(keras::model(std::move(few)), m);
    REQUIRE_FALSE(done);
    CHECK(*done.error().id == keras::ids::layer_count);
    CHECK(done.error().expected == 2);
    CHECK(done.error().found == 1);
}

TEST_CASE("a structure goes through JSON and back without loss") {
    auto const m = keras::try_from_json(structure);
    REQUIRE(m);
    CHECK(keras::to_json(*m) == structure);
    CHECK(m->layers().size() == 3);
    auto const none = keras::try_from_json("[1]");
    REQUIRE_FALSE(none);
    CHECK(*none.error().id == keras::ids::not_a_model);
    CHECK_FALSE(keras::try_from_json("{"));
}

TEST_CASE("every prefix of a model is refused") {
    auto const data = saved(sample());
    for (std::size_t size = 0; size < data.size(); ++size) {
        memory const from{bytes::view(data).first(size)};
        CHECK_FALSE(try_load<keras::h5>(from));
    }
}

TEST_CASE("flipped bits never do harm") {
    auto const data = saved(sample());
    for (std::size_t i = 0; i < data.size() * 8; i += 3) {
        auto changed = data;
        changed[i / 8] ^= static_cast<std::byte>(1U << (i % 8));
        memory const from{bytes::view(changed)};
        static_cast<void>(try_load<keras::h5>(from));
    }
}

TEST_CASE("a structure goes through YAML and back") {
    auto const m = keras::try_from_json(structure);
    REQUIRE(m);
    auto const text = keras::to_yaml(*m);
    CHECK(text.starts_with("class_name: Functional"));
    auto const back = keras::try_from_yaml(text);
    REQUIRE(back);
    CHECK(keras::to_yaml(*back) == text);
    CHECK(back->layers().size() == 3);
    auto const unsafe = keras::try_from_yaml("class_name: !!python/name:os.system\nconfig: {}\n");
    REQUIRE_FALSE(unsafe);
    CHECK(unsafe.error().id->name == "yaml.python_object");
}

namespace {

std::vector<std::byte> written(hdf5::writer& file, bytes::view data) {
    memory_output to;
    any_output through(to);
    REQUIRE(file.begin(through));
    REQUIRE(file.push(through, data));
    REQUIRE(file.end());
    return std::move(to).take();
}

}  // namespace

TEST_CASE("weights of Keras before 1.0 are read by position") {
    hdf5::writer file;
    std::array<std::uint64_t, 1> const two{2};
    std::int64_t const count = 11;
    auto const root = hdf5::writer::root();
    REQUIRE(
        file.attribute(root, "nb_layers", dtype::int64, {}, std::as_bytes(std::span(&count, 1))));
    REQUIRE(file.group(root, "layer_1"));
    for (auto const name : {"layer_0/param_0", "layer_10/param_1", "layer_10/param_0"})
        REQUIRE(file.dataset(root, name, dtype::float32, two));
    for (int i = 2; i < 10; ++i) REQUIRE(file.group(root, "layer_" + std::to_string(i)));
    std::array<float, 6> const numbers{1, 2, 3, 4, 5, 6};
    auto const data = written(file, std::as_bytes(std::span(numbers)));
    memory const from{bytes::view(data)};
    CHECK_FALSE(keras::looks_like_h5(from));  // who does not ask for Keras gets plain HDF5
    auto const m = loaded(data);
    REQUIRE(m.weights().size() == 3);
    CHECK(m.weights().at(1).name() == "layer_10/param_0");
    CHECK(numbers_of(m, "layer_10/param_0") == std::vector<float>{5, 6});
    auto into = loaded(saved(sample()));
    auto const done = keras::try_load_weights(m, into, {.skip_mismatch = true});
    REQUIRE(done);
    CHECK(done->mismatched.size() == 2);
}

TEST_CASE("two bytes without a type are bfloat16 where the layer says so") {
    for (bool const half : {true, false}) {
        hdf5::writer file;
        auto const root = hdf5::writer::root();
        std::string text =
            R"({"class_name": "Sequential", "config": {"layers": [{"class_name": "Dense", )"
            R"("config": {"name": "d", "dtype": {"class_name": "DTypePolicy", )"
            R"("config": {"name": "bfloat16"}}}}]}})";
        if (!half) text.replace(text.find("bfloat16"), 8, "float16");
        std::array<std::uint64_t, 1> const shape{3};
        std::array<std::string_view, 1> const layers{"d"}, weights{"k"};
        auto const inner = file.group(root, "model_weights");
        auto const layer = file.group(root, "model_weights/d");
        REQUIRE(inner);
        REQUIRE(layer);
        REQUIRE(file.attribute(root, "model_config", text, {.vlen = true}));
        REQUIRE(file.attribute(*inner, "layer_names", layers, {}));
        REQUIRE(file.attribute(*layer, "weight_names", weights, {}));
        REQUIRE(file.opaque_dataset(*layer, "k", 2, shape));
        std::array<std::uint16_t, 3> const numbers{0x3f80, 0x4000, 0x4040};
        auto const m = loaded(written(file, std::as_bytes(std::span(numbers))));
        REQUIRE(m.weights().size() == 1);
        CHECK(m.weights().at(0).dtype() == (half ? dtype::bfloat16 : dtype::opaque));
    }
}

TEST_CASE("thousands of short names fit, which Keras itself cannot save") {
    model made;
    for (int i = 0; i < 4200; ++i)
        add(made, "d" + std::to_string(i) + "/k", {static_cast<float>(i)});
    made.seal();
    auto const data = saved(made);
    memory const source{bytes::view(data)};
    auto const file = hdf5::file::open(source);
    REQUIRE(file);
    auto const root = file->root();
    REQUIRE(root);
    auto const names = root->find_attribute("layer_names");
    REQUIRE(names);
    CHECK(names->size() == 4200);
    auto const m = loaded(data);
    REQUIRE(m.weights().size() == 4200);
    CHECK(numbers_of(m, "d4199/k") == std::vector<float>{4199});
}

TEST_CASE("weights in several files are one, in the order of one file") {
    auto const shard = [](std::vector<std::string> const& names, float first) {
        model made;
        for (auto const& name : names) add(made, name, {first++});
        made.seal();
        memory_output to;
        REQUIRE(try_save<keras::weights_h5>(to, made));
        return std::move(to).take();
    };
    auto const a = shard({"layers/dense_1/vars/0", "layers/dense/vars/1"}, 1);
    auto const b = shard({"layers/dense/vars/0"}, 3);
    std::string text = R"({"metadata": {"total_size": 12.0}, "weight_map": {)"
                       R"("/layers/dense/vars": ["x_00000.weights.h5", "x_00001.weights.h5"], )"
                       R"("/layers/dense_1/vars": "x_00000.weights.h5"}})";
    auto const read = [&](std::string const& index) {
        memory const from{bytes::of(index)}, first{bytes::view(a)}, second{bytes::view(b)};
        file_set set{any_source(from), "x.weights.json"};
        set.add("x_00000.weights.h5", any_source(first));
        set.add("x_00001.weights.h5", any_source(second));
        struct names final : any_sink {
            std::string all;
            result<flow> take(tensor_info const& info, any_payload&) override {
                all.append(info.name).append(" ");
                return flow::more;
            }
        } sink;
        auto const done = keras::read_weights_index(set, sink, {});
        return done ? sink.all : std::string(done.error().id->name);
    };
    memory const from{bytes::of(text)};
    CHECK(keras::looks_like_weights_index(from) == confidence::certain);
    CHECK(read(text) == "layers/dense/vars/0 layers/dense/vars/1 layers/dense_1/vars/0 ");
    auto const changed = [&](std::string_view what, std::string_view with) {
        std::string made = text;
        made.replace(made.find(what), what.size(), with);
        return read(made);
    };
    CHECK(changed("\"x_00001", "\"../x_00001") == "keras.bad_weights_index");
    CHECK(changed("x_00001.weights.h5", "x_00009.weights.h5") == "io.not_found");
    CHECK(changed("/layers/dense_1/", "/layers/other/") == "keras.missing_weight");
    CHECK(changed("weight_map", "weights") == "keras.bad_weights_index");
}
