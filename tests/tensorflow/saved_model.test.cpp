// SPDX-License-Identifier: BSL-1.0
#include <lade/convert.hpp>
#include <lade/load.hpp>
#include <lade/save.hpp>

#include <doctest/doctest.h>

#include <support/files.hpp>

using namespace lade;

namespace {

/// A SavedModel with a constant, two variables and an asset.
struct model_folder {
    support::scratch_folder in;
    std::string at = in / "model";

    model_folder() {
        io::make_folders(at + "/assets/deep");
        io::make_folders(at + "/variables");
        heap_arena memory;
        protobuf::document document{memory};
        auto const made = textproto::parse(
            "saved_model_schema_version: 1 meta_graphs { meta_info_def { tags: 'serve' "
            "tensorflow_version: '2.21.0' } graph_def { node { name: 'x' op: 'Placeholder' } "
            "node { name: 'c' op: 'Const' attr { key: 'value' value { tensor { dtype: DT_FLOAT "
            "tensor_shape { dim { size: 2 } } float_val: 1 float_val: 2 } } } } "
            "node { name: 'y' op: 'AddV2' input: 'x' input: 'c' } "
            "library { function { signature { name: 'f' } } } versions { producer: 1882 } } } "
            "meta_graphs { meta_info_def { tags: 'serve' tags: 'gpu' } graph_def { } }",
            tensorflow::proto::saved_model::table, document, {.types = tensorflow::proto::all});
        REQUIRE(made);
        auto const encoded = protobuf::encode(*made);
        REQUIRE(support::write_file(at + "/saved_model.pb", bytes::text(encoded)));
        REQUIRE(support::write_file(at + "/assets/deep/words.txt", "a b c"));
        REQUIRE(support::write_file(at + "/fingerprint.pb", "of the old weights"));
        model variables;
        std::uint64_t const shape[]{2};
        float const values[]{3, 4};
        std::int64_t const step = 7;
        REQUIRE(variables.add("w", dtype::float32, shape, std::as_bytes(std::span(values))));
        REQUIRE(variables.add("step", dtype::int64, {}, std::as_bytes(std::span(&step, 1))));
        variables.seal();
        REQUIRE(try_save<tensorflow::checkpoint>(at + "/variables/variables", variables));
    }
};

std::vector<float> floats(model const& of, std::string_view name) {
    auto const found = of.weights().try_at(name);
    REQUIRE(found);
    auto const values = found->try_as<float>();
    REQUIRE(values);
    return {values->begin(), values->end()};
}

}  // namespace

TEST_CASE("weights of a SavedModel are changed and written back with all that stood beside them") {
    model_folder const made;
    auto loaded = try_load<tensorflow::saved_model>(path(made.at));
    REQUIRE(loaded);
    REQUIRE(loaded->weights().size() == 3);
    CHECK(loaded->graph().producer == "TensorFlow 2.21.0, graph version 1882");
    CHECK(loaded->graph().functions == std::vector<std::string>{"f"});
    REQUIRE(loaded->graph().operations.size() == 3);
    CHECK(loaded->graph().operations[1] == std::pair<std::string, std::uint64_t>{"Const", 1});
    auto const w = loaded->try_edit<float>("w"), c = loaded->try_edit<float>("c");
    REQUIRE(w);
    REQUIRE(c);
    for (float& one : *w) one *= 10;
    for (float& one : *c) one += 0.5F;

    std::string const to = made.in / "changed";
    REQUIRE(try_save<tensorflow::saved_model>(to, *loaded, {.shards = 2}));
    CHECK(io::what_is(to + "/variables/variables.data-00001-of-00002") == io::entry::file);
    CHECK(io::what_is(to + "/assets/deep/words.txt") == io::entry::file);
    CHECK(io::what_is(to + "/fingerprint.pb") == io::entry::nothing);
    auto const back = try_load(path(to));
    REQUIRE(back);
    CHECK(back->format() == "tensorflow.saved_model");
    CHECK(floats(*back, "w") == std::vector<float>{30, 40});
    CHECK(floats(*back, "c") == std::vector<float>{1.5F, 2.5F});
    CHECK(back->weights().contains("step"));

    // in place, and nothing changed: the same bytes
    auto const before = support::read_file(to + "/saved_model.pb");
    REQUIRE(try_save<tensorflow::saved_model>(to + "/", *back));
    CHECK(support::read_file(to + "/saved_model.pb") == before);
    CHECK(
        try_convert<tensorflow::saved_model, tensorflow::saved_model>(path(to), made.in / "copy"));
    CHECK(floats(*try_load(path(made.in / "copy")), "w") == std::vector<float>{30, 40});
}

TEST_CASE("a SavedModel is not made of tensors alone, and its meta graph must be there") {
    model_folder const made;
    weights const nothing;
    auto const without = try_save<tensorflow::saved_model>(made.in / "x", nothing);
    REQUIRE(!without);
    CHECK(without.error().id->name == "tensorflow.no_graph_given");
    auto const loaded =
        try_load<tensorflow::saved_model>(path(made.at), {.tags = {"gpu", "serve"}});
    REQUIRE(loaded);
    CHECK(loaded->weights().size() == 2);
    auto const wrong = try_save<tensorflow::saved_model>(made.in / "x", *loaded, {.tags = {"tpu"}});
    REQUIRE(!wrong);
    CHECK(wrong.error().id->name == "tensorflow.no_such_tags");
    CHECK(io::what_is(made.in / "x/saved_model.pb") == io::entry::nothing);
}
