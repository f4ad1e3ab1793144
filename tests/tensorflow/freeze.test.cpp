// SPDX-License-Identifier: BSL-1.0
#include <lade/tensorflow/freeze.hpp>

#include <doctest/doctest.h>

using namespace lade;
using tensorflow::graph;

namespace {

constexpr std::string_view network = R"(
node { name: "inputXX" op: "Placeholder" attr { key: "dtype" value { type: DT_FLOAT } }
       attr { key: "shape" value { shape { dim { size: -1 } dim { size: 2 } } } } }
node { name: "w" op: "VariableV2" attr { key: "dtype" value { type: DT_FLOAT } } }
node { name: "w/Assign" op: "Assign" input: "w" input: "inputXX" }
node { name: "w/read" op: "Identity" input: "w" attr { key: "T" value { type: DT_FLOAT } }
       attr { key: "_class" value { list { s: "loc:@w" } } } }
node { name: "h" op: "VarHandleOp" attr { key: "dtype" value { type: DT_FLOAT } } }
node { name: "h/read" op: "ReadVariableOp" input: "h"
  attr { key: "dtype" value { type: DT_FLOAT } } }
node { name: "ypred" op: "Mul" input: "w/read" input: "h/read" input: "^inputXX"
       attr { key: "T" value { type: DT_FLOAT } } }
node { name: "train" op: "AssignVariableOp" input: "h" input: "ypred" }
versions { producer: 21 }
)";

std::vector<std::string> names_of(graph const& of) {
    std::vector<std::string> all;
    for (std::uint32_t i = 0; i < of.size(); ++i)
        all.push_back(std::string(of.index().op(i)) + ' ' + std::string(of.index().name(i)));
    return all;
}

struct two_values {
    std::byte one[4]{std::byte{1}}, two[4]{std::byte{2}};
    weights of;
    two_values() {
        of.add({"w", dtype::float32, {}, 4, false, nullptr}, one);
        of.add({"h", dtype::float32, {}, 4, false, nullptr}, two);
        of.index();
    }
};

}  // namespace

TEST_CASE("variables become constants, and what the output does not need is gone") {
    auto const whole = graph::parse_text(network);
    REQUIRE(whole);
    two_values const values;
    auto const frozen = tensorflow::try_freeze(*whole, values.of, {.outputs = {"ypred:0"}});
    REQUIRE(frozen);
    CHECK(names_of(*frozen) == std::vector<std::string>{"Placeholder inputXX", "Const w",
                                                        "Identity w/read", "Const h",
                                                        "Identity h/read", "Mul ypred"});
    auto const ends = frozen->summary();
    REQUIRE(ends);
    CHECK(ends->outputs == std::vector<std::string>{"ypred"});
}

TEST_CASE("what cannot be frozen is refused with its reason") {
    auto const whole = graph::parse_text(network);
    REQUIRE(whole);
    two_values const values;
    auto const id = [&](weights const& from, std::vector<std::string> outputs) {
        tensorflow::freeze_options how;
        how.outputs = std::move(outputs);
        auto const made = tensorflow::try_freeze(*whole, from, how);
        return made ? std::string() : std::string(made.error().id->name);
    };
    CHECK(id(values.of, {}) == "tensorflow.no_outputs");
    CHECK(id(values.of, {"y_pred"}) == "tensorflow.no_node");
    CHECK(id(values.of, {"train"}) == "tensorflow.cannot_freeze");
    CHECK(id(weights{}, {"ypred"}) == "tensorflow.no_value");
    weights wrong;
    wrong.add({"w", dtype::int32, {}, 4, false, nullptr}, values.one);
    CHECK(id(wrong, {"ypred"}) == "tensorflow.value_differs");
}

TEST_CASE("tensors of a graph are found by name, and a wrong name tells the likeliest") {
    auto const whole = graph::parse_text(network);
    REQUIRE(whole);
    auto const found = whole->tensor("inputXX:0");
    REQUIRE(found);
    CHECK(found->op == "Placeholder");
    CHECK(found->type == dtype::float32);
    REQUIRE(found->shape);
    CHECK(*found->shape == std::vector<std::int64_t>{-1, 2});
    auto const wrong = whole->tensor("yperd:0");
    REQUIRE(!wrong);
    CHECK(wrong.error().where.text() == "yperd > did you mean ypred?");
    CHECK(whole->tensor("^ypred").error().id->name == "tensorflow.no_output");
}

TEST_CASE("a graph is cut, put below a prefix, and printed") {
    auto const whole = graph::parse_text(network);
    REQUIRE(whole);
    std::string const wanted[]{"w/read"};
    auto const part = whole->subgraph(wanted);
    REQUIRE(part);
    CHECK(names_of(*part) == std::vector<std::string>{"VariableV2 w", "Identity w/read"});
    auto const below = part->imported("net/");
    REQUIRE(below);
    CHECK(names_of(*below) == std::vector<std::string>{"VariableV2 net/w", "Identity net/w/read"});
    CHECK(below->index().input(1, 0) == "net/w");
    auto const text = below->text();
    REQUIRE(text);
    CHECK(text->find("loc:@net/w") != text->npos);
    auto const back = graph::parse_text(*text);
    REQUIRE(back);
    CHECK(names_of(*back) == names_of(*below));
}

TEST_CASE("a function that calls itself ends") {
    auto const whole = graph::parse_text(R"(
node { name: "h" op: "VarHandleOp" attr { key: "dtype" value { type: DT_FLOAT } } }
node { name: "y" op: "PartitionedCall" input: "h"
       attr { key: "Tin" value { list { type: DT_RESOURCE } } }
       attr { key: "f" value { func { name: "f" } } } }
library { function {
  signature { name: "f" input_arg { name: "h" type: DT_RESOURCE }
              output_arg { name: "o" type: DT_FLOAT } }
  node_def { name: "r" op: "ReadVariableOp" input: "h"
             attr { key: "dtype" value { type: DT_FLOAT } } }
  node_def { name: "again" op: "PartitionedCall" input: "h"
             attr { key: "Tin" value { list { type: DT_RESOURCE } } }
             attr { key: "f" value { func { name: "f" } } } }
  ret { key: "o" value: "r:value:0" } } }
)");
    REQUIRE(whole);
    two_values const values;
    auto const frozen = tensorflow::try_freeze(*whole, values.of, {.outputs = {"y"}});
    REQUIRE(frozen);
    auto const text = frozen->text();
    REQUIRE(text);
    CHECK(text->find("r:output:0") != text->npos);
    CHECK(text->find("DT_RESOURCE") == text->npos);
    CHECK(text->find("name: \"f\"") == text->npos);
}
