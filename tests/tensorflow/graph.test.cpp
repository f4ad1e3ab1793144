// SPDX-License-Identifier: BSL-1.0
#include <lade/tensorflow/graph_index.hpp>
#include <lade/tensorflow/message_kind.hpp>

#include <lade/base/heap_arena.hpp>
#include <lade/container/protobuf/encode.hpp>
#include <lade/container/textproto/parse.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace lade;
using namespace lade::tensorflow;

namespace {

std::string encoded(std::string_view text,
                    protobuf::message_type const& type = proto::graph_def::table) {
    heap_arena memory;
    protobuf::document in{memory};
    auto const made = textproto::parse(text, type, in);
    REQUIRE(made);
    auto const bytes = protobuf::encode(*made);
    return std::string(bytes::text(bytes));
}

constexpr std::string_view small =
    "node { name: 'x' op: 'Placeholder' attr { key: 'dtype' value { type: DT_FLOAT } } }"
    "node { name: 'w' op: 'Const' }"
    "node { name: 'y' op: 'MatMul' input: 'x' input: 'w:0' input: '^init' }"
    "node { name: 'init' op: 'NoOp' }"
    "node { name: 'loop' op: 'NextIteration' input: 'loop' }"
    "library { function { signature { name: 'f' } "
    "node_def { name: 'n' op: 'Add' input: 'a' input: 'b:out:1' } } }"
    "versions { producer: 27 }";

static_assert(parse_input("a").node == "a" && parse_input("a").index == 0);
static_assert(parse_input("a/b:12").node == "a/b" && parse_input("a/b:12").index == 12);
static_assert(parse_input("^a").control && parse_input("^a").node == "a");
static_assert(parse_input("a:out:3").output == "out" && parse_input("a:out:3").index == 3);
static_assert(parse_input("").node.empty() && parse_input(":").node.empty() &&
              parse_input("a::").node == "a");
static_assert(parse_input("a:99999999999").output == "99999999999");

}  // namespace

TEST_CASE("nodes are found, the ends of the graph, and how often each operation occurs") {
    std::string const graph = encoded(small);
    heap_arena memory;
    auto index = graph_index::read(bytes::of(graph), memory);
    REQUIRE(index);
    REQUIRE(index->size() == 5);
    CHECK(index->name(2) == "y");
    CHECK(index->op(2) == "MatMul");
    REQUIRE(index->inputs(2) == 3);
    CHECK(index->input(2, 1) == "w:0");
    CHECK(index->inputs(3) == 0);
    CHECK(index->inputs(4) == 1);
    auto const summary = index->summary();
    REQUIRE(summary);
    CHECK(summary->inputs == std::vector<std::string>{"x"});
    CHECK(summary->outputs == std::vector<std::string>{"y", "loop"});
    CHECK(*index->find("init") == 3);
    CHECK(*index->find("nothing") == name_index::none);
    auto const counts = index->histogram();
    CHECK(counts.size() == 5);
    CHECK(counts[0].first == "Const");
    protobuf::document in{memory};
    CHECK(index->node(0, in)
              .at(proto::node_def::number("attr"), "dtype")
              .integer(proto::attr_value::number("type")) == 1);
}

TEST_CASE("the body of a function is a graph as well") {
    heap_arena memory;
    std::string const graph = encoded(small);
    protobuf::document in{memory};
    auto const library = protobuf::read(in, proto::graph_def::table, bytes::of(graph))
                             .sub(proto::graph_def::number("library"));
    for (auto const function : library.subs(proto::function_def_library::number("function"))) {
        auto const index =
            graph_index::read(function.raw(), memory, proto::function_def::number("node_def"));
        REQUIRE(index);
        REQUIRE(index->size() == 1);
        CHECK(index->input(0, 1) == "b:out:1");
    }
}

TEST_CASE("many nodes, among them some without names and with the same") {
    std::string graph;
    for (int i = 0; i < 5000; ++i) {
        std::string const name = "n" + std::to_string(i / 2);
        graph += encoded("node { name: '" + name + "' op: 'Identity' input: 'n" +
                         std::to_string(i / 2 + 1) + "' }");
    }
    graph += encoded("node { }");
    heap_arena memory;
    auto index = graph_index::read(bytes::of(graph), memory);
    REQUIRE(index);
    CHECK(index->size() == 5001);
    auto const summary = index->summary();
    REQUIRE(summary);
    CHECK(summary->outputs == std::vector<std::string>{"n0", "n0", ""});
}

TEST_CASE("a graph that is cut is refused, and memory that runs out is told") {
    std::string const graph = encoded(small);
    std::size_t refused = 0;
    for (std::size_t size = 0; size < graph.size(); ++size) {
        heap_arena memory;
        if (!graph_index::read(bytes::of(graph.substr(0, size)), memory)) ++refused;
    }
    CHECK(refused > graph.size() - 10);
    heap_arena tight{5000};
    std::string many;
    for (int i = 0; i < 1000; ++i) many += encoded("node { }");
    auto const got = graph_index::read(bytes::of(many), tight);
    REQUIRE_FALSE(got);
    CHECK(*got.error().id == lade::ids::limit);
}

TEST_CASE("a file of one message is told by what is in it") {
    std::string const graph = encoded(small);
    CHECK(kind_of(bytes::of(graph)) == message_kind::graph_def);
    std::string const meta =
        encoded("meta_info_def { tags: 'serve' } graph_def { " + std::string(small) + " }",
                proto::meta_graph_def::table);
    CHECK(kind_of(bytes::of(meta)) == message_kind::meta_graph);
    std::string const bare =
        encoded("graph_def { " + std::string(small) + " }", proto::meta_graph_def::table);
    CHECK(kind_of(bytes::of(bare)) == message_kind::meta_graph);
    std::string const saved = encoded(
        "saved_model_schema_version: 1 meta_graphs { graph_def { " + std::string(small) + " } }",
        proto::saved_model::table);
    CHECK(kind_of(bytes::of(saved)) == message_kind::saved_model);
    CHECK(kind_of(bytes::of(small)) == message_kind::text);
    CHECK(kind_of(bytes::of("# a graph\n")) == message_kind::text);
    CHECK(kind_of({}) == message_kind::unknown);
    CHECK(kind_of(bytes::of("\x08\x03")) == message_kind::unknown);  // tfhub_module.pb
    CHECK(kind_of(bytes::of("PK\x03\x04")) == message_kind::unknown);
    CHECK(kind_of(bytes::of(encoded("versions { producer: 1 }"))) == message_kind::unknown);
    for (std::size_t size = 0; size < meta.size(); ++size)
        (void)kind_of(bytes::of(meta).first(size));
}
