// SPDX-License-Identifier: BSL-1.0
#include <lade/tensorflow/latest_checkpoint.hpp>
#include <lade/tensorflow/object_graph.hpp>

#include <lade/bytes/memory.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace lade;
using namespace lade::tensorflow;

namespace {

struct parsed_graph {
    explicit parsed_graph(std::string_view text) {
        auto const from = textproto::parse(text, proto::trackable_object_graph::table, in);
        REQUIRE(from);
        is.emplace(object_graph::read(*from));
    }
    heap_arena memory;
    protobuf::document in{memory};
    std::optional<result<object_graph>> is;
};

constexpr std::string_view network =
    "nodes { children { node_id: 1 local_name: 'layer' } "
    "children { node_id: 3 local_name: 'opt' } children { node_id: 0 local_name: 'self' } }"
    "nodes { children { node_id: 2 local_name: 'a.b/c' } "
    "children { node_id: 1 local_name: 'again' } }"
    "nodes { attributes { name: 'VARIABLE_VALUE' full_name: 'dense/kernel' "
    "checkpoint_key: 'layer/k' } }"
    "nodes { children { node_id: 2 local_name: 'late' } "
    "slot_variables { original_variable_node_id: 2 slot_name: 'm' slot_variable_node_id: 4 } }"
    "nodes { attributes { name: 'VARIABLE_VALUE' checkpoint_key: 'slot/m' } }";

}  // namespace

TEST_CASE("each tensor is known by key, by path and by full name; cycles end") {
    parsed_graph const of{network};
    REQUIRE(*of.is);
    object_graph const& objects = **of.is;
    CHECK(objects.size() == 5);
    REQUIRE(objects.tensors().size() == 2);
    CHECK(objects.tensors()[0].key == "layer/k");
    CHECK(objects.tensors()[0].full_name == "dense/kernel");
    CHECK(objects.path(0).empty());
    CHECK(objects.path(2) == "layer/a..b.Sc");  // as short as the other one, and found first
    CHECK(objects.path(1) == "layer");
    CHECK(objects.path(4).empty());
    CHECK(objects.at("layer/a..b.Sc") == 2);
    CHECK(objects.at("self/self/layer/again") == 1);
    CHECK(objects.at("") == 0);
    CHECK_FALSE(objects.at("layer/nothing"));
    REQUIRE(objects.slot_of(4) != nullptr);
    CHECK(objects.slot_of(4)->variable == 2);
    CHECK(objects.slot_of(4)->name == "m");
    CHECK(objects.slot_of(2) == nullptr);
}

TEST_CASE("objects that refer beyond the graph are refused") {
    CHECK(*parsed_graph("nodes { children { node_id: 1 } }").is->error().id ==
          tensorflow::ids::bad_object);
    CHECK(*parsed_graph("nodes { children { node_id: -1 } }").is->error().id ==
          tensorflow::ids::bad_object);
    CHECK(
        *parsed_graph("nodes { slot_variables { original_variable_node_id: 9 } }").is->error().id ==
        tensorflow::ids::bad_object);
    CHECK(*parsed_graph("nodes { slot_variables { slot_variable_node_id: 9 } }").is->error().id ==
          tensorflow::ids::bad_object);
    parsed_graph const none{""};
    REQUIRE(*none.is);
    CHECK((*none.is)->size() == 0);
    CHECK_FALSE((*none.is)->at("a"));
}

TEST_CASE("a state file is read and written as TensorFlow writes it") {
    std::string const text =
        "model_checkpoint_path: \"m-2\"\nall_model_checkpoint_paths: \"m-1\"\n"
        "all_model_checkpoint_paths: \"m-2\"\n"
        "all_model_checkpoint_timestamps: 1700000000.25\n"
        "all_model_checkpoint_timestamps: 1700000001.5\n"
        "last_preserved_timestamp: 1690000000.0\n";
    auto const state = parse_state(text);
    REQUIRE(state);
    CHECK(state->latest == "m-2");
    CHECK(state->all == std::vector<std::string>{"m-1", "m-2"});
    CHECK(state->timestamps == std::vector<double>{1700000000.25, 1700000001.5});
    CHECK(write_state(*state) == text);
    auto const bare = parse_state("model_checkpoint_path: 'm' some_new_field: 1");
    REQUIRE(bare);
    CHECK(bare->all == std::vector<std::string>{"m"});
    CHECK(*parse_state("").error().id == tensorflow::ids::no_checkpoint);
    CHECK(*parse_state("all_model_checkpoint_paths: 'm'").error().id ==
          tensorflow::ids::no_checkpoint);
    CHECK(*parse_state("model_checkpoint_path: 'm").error().id == textproto::ids::bad_string);
}

TEST_CASE("a state file never leads out of its folder") {
    CHECK(local_prefix("model.ckpt-1") == "model.ckpt-1");
    CHECK(local_prefix("sub/model.ckpt-1") == "sub/model.ckpt-1");
    CHECK(local_prefix("/home/me/model.ckpt-1") == "model.ckpt-1");
    CHECK(local_prefix("C:\\Users\\me\\model.ckpt") == "model.ckpt");
    CHECK(local_prefix("gs://bucket/run/model.ckpt") == "model.ckpt");
    CHECK(local_prefix("../model.ckpt").empty());
    CHECK(local_prefix("a/../../model.ckpt").empty());
    CHECK(local_prefix("a\\..\\b").empty());
    CHECK(local_prefix("/").empty());
    CHECK(local_prefix("..a/b..") == "..a/b..");
}

TEST_CASE("the latest checkpoint must be there, in either version") {
    std::string const v2 = "model_checkpoint_path: '/far/away/m-2'",
                      v1 = "model_checkpoint_path: 'old'",
                      out = "model_checkpoint_path: '../../etc/passwd'",
                      gone = "model_checkpoint_path: 'gone'";
    memory nothing{bytes::view{}}, state2{bytes::of(v2)}, state1{bytes::of(v1)},
        outside{bytes::of(out)}, lost{bytes::of(gone)};
    file_set files{any_source(nothing), "m-2.index"};
    files.add("old", any_source(nothing));
    files.add("checkpoint", any_source(state2));
    files.add("one", any_source(state1));
    files.add("out", any_source(outside));
    files.add("lost", any_source(lost));
    REQUIRE(latest_checkpoint(files));
    CHECK(*latest_checkpoint(files) == "m-2");
    CHECK(*latest_checkpoint(files, "one") == "old");
    CHECK(*latest_checkpoint(files, "out").error().id == lade::ids::outside_folder);
    CHECK(latest_checkpoint(files, "out").error().id->kind == kind::unsafe);
    CHECK(*latest_checkpoint(files, "lost").error().id == lade::ids::not_found);
    CHECK(*latest_checkpoint(files, "none").error().id == lade::ids::not_found);
}
