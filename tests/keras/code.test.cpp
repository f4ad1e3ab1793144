// SPDX-License-Identifier: BSL-1.0
#include <lade/keras/code.hpp>

#include <lade/keras/config_graph.hpp>

#include <doctest/doctest.h>

using namespace lade;

namespace {

std::vector<keras::code_carrier> carried_by(std::string_view text) {
    auto const read = json::document::parse(text, keras::json_options);
    REQUIRE(read);
    return keras::code_carriers(read->root());
}

}  // namespace

TEST_CASE("code in a structure is listed with the layer that has it") {
    auto const found = carried_by(
        R"({"class_name": "Sequential", "module": "keras", "config": {"name": "m", "layers": [)"
        R"({"class_name": "Dense", "module": "keras.layers", "config": {"name": "d"}}, )"
        R"({"class_name": "Lambda", "config": {"name": "old", "function": ["4wEA", null, null]}}, )"
        R"({"class_name": "Lambda", "module": "keras.layers", "config": {"name": "new", )"
        R"("function": {"class_name": "__lambda__", "config": {"code": "4wEA"}}}}, )"
        R"({"class_name": "Activation", "config": {"name": "a", "activation": {"module": "os", )"
        R"("class_name": "function", "config": "system", "registered_name": "system"}}}]}})");
    REQUIRE(found.size() == 3);
    CHECK(found[0].name == "Lambda (old)");
    CHECK(found[1].name == "__lambda__ (new)");
    CHECK(found[2].name == "os.system (a)");
    for (auto const& one : found) CHECK_FALSE(one.reason.empty());
}

TEST_CASE("functions that switch safety off, foreign programs and files by path are dangerous") {
    for (std::string_view const text :
         {R"({"module": "keras.config", "class_name": "function", "config": "unsafe"})",
          R"({"module": "keras.src.utils.file_utils", "class_name": "function", "config": "g"})",
          R"({"module": "keras.layers", "class_name": "TorchModuleWrapper", "config": {}})",
          R"({"module": "keras.layers", "class_name": "StringLookup", )"
          R"("config": {"vocabulary": "/etc/passwd"}})",
          R"({"module": "keras_evil.layers", "class_name": "Dense", "config": {}})"}) {
        auto const found = carried_by(text);
        REQUIRE(found.size() == 1);
        CHECK_FALSE(found[0].reason.empty());
    }
}

TEST_CASE("layers of Keras are no code, layers of the user are known by name alone") {
    for (std::string_view const text :
         {R"({"module": "keras.layers", "class_name": "Dense", "config": {}})",
          R"({"module": "builtins", "class_name": "function", "config": "relu"})",
          R"({"module": "keras.losses", "class_name": "function", "config": "mse"})",
          R"({"class_name": "TFOpLambda", "config": {"name": "x", "function": "math.add"}})",
          R"({"class_name": "Custom>Adam", "config": {}})",
          R"({"module": "keras.layers", "class_name": "StringLookup", )"
          R"("config": {"vocabulary": ["a"]}})"})
        CHECK(carried_by(text).empty());
    auto const own = carried_by(
        R"({"module": null, "class_name": "Mine", "registered_name": "my>Mine", "config": {}})");
    REQUIRE(own.size() == 1);
    CHECK(own[0].reason.empty());
    auto const named =
        carried_by(R"({"class_name": "Lambda", "config": {"name": "f", "function": "double"}})");
    REQUIRE(named.size() == 1);
    CHECK(named[0].reason.empty());
}
