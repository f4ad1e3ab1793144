// SPDX-License-Identifier: BSL-1.0
#include <lade/load.hpp>
#include <lade/save.hpp>
#include <lade/tensorflow/saver.hpp>

#include <doctest/doctest.h>

#include <support/files.hpp>

using namespace lade;
using tensorflow::saver;

namespace {

std::byte const eight[8]{};

weights one_number() {
    weights of;
    of.add({"global_step", dtype::int64, {}, 8, false, nullptr}, eight);
    of.index();
    return of;
}

}  // namespace

TEST_CASE("a saver numbers checkpoints, keeps the newest and tells of them in the state file") {
    support::scratch_folder const in;
    saver of{{.max_to_keep = 2}};
    weights const value = one_number();
    for (std::int64_t step = 1; step <= 4; ++step) {
        auto const at = of.save(in / "model.ckpt", value, {.global_step = step, .now = 100});
        REQUIRE(at);
        CHECK(tensorflow::step_of(at->name()) == step);
    }
    CHECK(in.names() == std::vector<std::string>{
                            "checkpoint", "model.ckpt-3.data-00000-of-00001", "model.ckpt-3.index",
                            "model.ckpt-4.data-00000-of-00001", "model.ckpt-4.index"});
    auto const latest = tensorflow::latest_checkpoint(path(in.path()));
    REQUIRE(latest);
    CHECK(latest->name() == "model.ckpt-4");
    CHECK(try_load(*latest));

    saver after_restart{{.max_to_keep = 2}};
    REQUIRE(after_restart.recover(in.path()));
    REQUIRE(after_restart.save(in / "model.ckpt", value, {.global_step = 5, .now = 100}));
    CHECK(after_restart.last_checkpoints() ==
          std::vector<std::string>{"model.ckpt-4", "model.ckpt-5"});
    CHECK_FALSE(try_load(path(in / "model.ckpt-3")));
}

TEST_CASE(
    "one checkpoint of so many hours stays, and a graph is written and removed with its own") {
    support::scratch_folder const in;
    saver of{{.max_to_keep = 1, .keep_every_n_hours = 1}};
    weights const value = one_number();
    std::string const graph = "graph";
    double const times[]{1, 3700, 3800, 3900};
    for (std::size_t i = 0; i < 4; ++i)
        REQUIRE(
            of.save(in / "m", value, {static_cast<std::int64_t>(i), bytes::of(graph), times[i]}));
    CHECK(in.names() == std::vector<std::string>{"checkpoint", "m-1.data-00000-of-00001",
                                                 "m-1.index", "m-1.meta", "m-3.data-00000-of-00001",
                                                 "m-3.index", "m-3.meta"});
}

TEST_CASE("the step stands behind the last dash of a name") {
    CHECK(tensorflow::step_of("a-b-12") == 12);
    CHECK_FALSE(tensorflow::step_of("model"));
    CHECK_FALSE(tensorflow::step_of("model-"));
    CHECK_FALSE(tensorflow::step_of("model-1x"));
    CHECK_FALSE(tensorflow::step_of("m-99999999999999999999"));
}
