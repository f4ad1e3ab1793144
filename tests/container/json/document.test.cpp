// SPDX-License-Identifier: BSL-1.0
#include <lade/container/json/document.hpp>

#include <doctest/doctest.h>

using namespace lade;

namespace {

json::document parsed(std::string_view text, json::options const& how = {}) {
    auto made = json::document::parse(text, how);
    REQUIRE(made);
    return *std::move(made);
}

}  // namespace

TEST_CASE("look-ups are chained, and what is not there is none") {
    auto const doc = parsed(R"({"config": {"layers": [{"class_name": "Dense", "units": 12}]}})");
    auto const layer = doc.root()["config"]["layers"][0];
    CHECK(layer["class_name"].text() == "Dense");
    CHECK(layer["units"].natural() == 12U);
    CHECK(layer.key(1) == "units");
    CHECK_FALSE(doc.root()["nothing"]["there"][7]["at all"].exists());
    CHECK(doc.root()["nothing"].text().empty());
    CHECK_FALSE(json::document().root().exists());
}

TEST_CASE("order and spelling survive") {
    for (std::string_view const text :
         {R"({"b":1.50,"a":1e3,"c":[-0,123456789012345678901234567890,{}],"d":null,"e":[[]]})",
          R"("\u0001\n\"\\/")", "[]", "-0.0", "[true,false,[null]]"})
        CHECK(parsed(text).str() == text);
}

TEST_CASE("a text in Python's style is the text that Python writes") {
    auto const doc =
        parsed("{\"a\":[1,2.0,\"\xc3\xa9\xf0\x9f\x98\x80\x7f/\"],\"b\":{}, \"c\": []}");
    CHECK(doc.str(json::python) ==
          "{\"a\": [1, 2.0, \"\\u00e9\\ud83d\\ude00\x7f/\"], \"b\": {}, \"c\": []}");
    CHECK(doc.str(json::python_indented) ==
          "{\n  \"a\": [\n    1,\n    2.0,\n    \"\\u00e9\\ud83d\\ude00\x7f/\"\n  ],\n  \"b\": "
          "{},\n  \"c\": []\n}");
}

TEST_CASE(
    "of two members of one name the last one is found, both are kept, or the text is refused") {
    auto const doc = parsed(R"({"a":1,"\u0061":2})");
    CHECK(doc.root().size() == 2);
    CHECK(doc.root()["a"].natural() == 2U);
    auto const refused =
        json::document::parse(R"({"x":{"a":1,"\u0061":2}})", {.refuse_duplicates = true});
    REQUIRE_FALSE(refused);
    CHECK(*refused.error().id == json::ids::duplicate_key);
    CHECK(json::document::parse(R"([{"a":1},{"a":2}])", {.refuse_duplicates = true}));
}

TEST_CASE("a document is edited") {
    auto doc = parsed(R"({"name":"m","layers":[{"units":1}],"x":0,"x":1})");
    auto const root = doc.root().id();
    doc.set(root, "name", doc.text("renamed"));
    doc.set(root, "new", doc.real(0.5));
    doc.remove(root, "x");
    auto const layers = doc.root()["layers"].id();
    for (int i = 0; i < 20; ++i) doc.append(layers, doc.number(i));
    doc.set(doc.root()["layers"][0].id(), "bias", doc.boolean(true));
    CHECK(doc.root()["layers"].size() == 21);
    CHECK(doc.root()["layers"][20].integer() == 19);
    CHECK(doc.root()["layers"][0]["bias"].boolean() == true);
    CHECK(doc.str().starts_with(R"({"name":"renamed","layers":[{"units":1,"bias":true},0,1,)"));
    CHECK(doc.str().ends_with(R"(],"new":0.5})"));
}

TEST_CASE("a value is copied between documents") {
    auto const from = parsed(R"({"a":[{"b":1.50},"c",null,true]})");
    json::document to;
    auto const list = to.array();
    to.set_root(list);
    to.append(list, to.copy(from.root()));
    to.append(list, to.copy(to.root()[0]["a"]));
    CHECK(to.str() == R"([{"a":[{"b":1.50},"c",null,true]},[{"b":1.50},"c",null,true]])");
}

TEST_CASE("a deep text is read, written and copied without recursion") {
    std::string const deep = std::string(1024, '[') + std::string(1024, ']');
    auto doc = parsed(deep);
    CHECK(doc.str() == deep);
    auto const copied = doc.copy(doc.root());
    doc.set_root(copied);
    CHECK(doc.str() == deep);
}

TEST_CASE("a document without a root is written as null") {
    CHECK(json::document().str() == "null");
}
