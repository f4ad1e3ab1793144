// SPDX-License-Identifier: BSL-1.0
#include <lade/convert.hpp>
#include <lade/load.hpp>
#include <lade/save.hpp>

#include <doctest/doctest.h>

#include <support/files.hpp>

using namespace lade;

namespace {

/// A folder with a checkpoint `net-7` of two tensors and a state file.
struct checkpoint_folder {
    support::scratch_folder in;
    std::vector<std::byte> floats = std::vector<std::byte>(24, std::byte{0x3f});

    checkpoint_folder() {
        weights of;
        std::uint64_t const shape[]{2, 3};
        of.add({"z/kernel", dtype::float32, shape, 24, false, nullptr}, floats);
        of.add({"a/step", dtype::int64, {}, 8, false, nullptr}, bytes::view(floats).first(8));
        of.index();
        REQUIRE(try_save<tensorflow::checkpoint>(in / "net-7", of, {.state_file = true}));
    }
};

std::string format_at(path const& at) {
    auto const found = try_inspect(at);
    if (!found) return std::string(found.error().id->name);
    return found->format + " " + std::to_string(found->tensors.size());
}

}  // namespace

TEST_CASE(
    "a checkpoint is understood by its prefix, any of its files, the state file, the folder") {
    checkpoint_folder const made;
    CHECK(made.in.names() ==
          std::vector<std::string>{"checkpoint", "net-7.data-00000-of-00001", "net-7.index"});
    for (auto const* const name :
         {"net-7", "net-7.index", "net-7.data-00000-of-00001", "checkpoint", ""})
        CHECK(format_at(made.in / name) == "tensorflow.checkpoint 2");
    CHECK(format_at(made.in.path()) == "tensorflow.checkpoint 2");
    CHECK(format_at(made.in / "net-8") == "io.not_found");
}

TEST_CASE("a checkpoint that was saved holds what was given, by name") {
    checkpoint_folder const made;
    auto const back = try_load(path(made.in / "net-7"));
    REQUIRE(back);
    REQUIRE(back->weights().size() == 2);
    CHECK(back->weights().at(0).info().name == "a/step");
    auto const kernel = back->weights().at(1);
    CHECK(kernel.dtype() == dtype::float32);
    CHECK(std::vector<std::byte>(kernel.bytes().begin(), kernel.bytes().end()) == made.floats);
    REQUIRE(try_save<tensorflow::checkpoint>(made.in / "copy.index", *back));
    CHECK(format_at(made.in / "copy") == "tensorflow.checkpoint 2");
    CHECK(try_convert<tensorflow::checkpoint, safetensors::file>(path(made.in / "copy"),
                                                                 made.in / "copy.safetensors"));
    CHECK(format_at(made.in / "copy.safetensors") == "safetensors 2");
}

TEST_CASE("a state file leads nowhere but into its folder") {
    support::scratch_folder const in;
    REQUIRE(support::write_file(in / "checkpoint", "model_checkpoint_path: \"../../etc/passwd\""));
    CHECK(format_at(in / "checkpoint") == "io.outside_folder");
    REQUIRE(support::write_file(in / "checkpoint", "model_checkpoint_path: \"/gone/model\""));
    CHECK(format_at(in.path()) == "tensorflow.checkpoint_gone");
    REQUIRE(support::write_file(in / "checkpoint", "model_checkpoint_path: \"\""));
    CHECK(format_at(in / "checkpoint") == "tensorflow.no_checkpoint");
}

TEST_CASE("names twice, empty names, a single output: nothing is written") {
    support::scratch_folder const in;
    std::byte const eight[8]{};
    for (std::string_view const second : {"a", ""}) {
        weights of;
        of.add({"a", dtype::int64, {}, 8, false, nullptr}, eight);
        of.add({second, dtype::int64, {}, 8, false, nullptr}, eight);
        of.index();
        auto const done = try_save<tensorflow::checkpoint>(in / "x.index", of);
        REQUIRE(!done);
        CHECK(done.error().id->name == "tensorflow.bad_name");
    }
    CHECK(in.names().empty());
}

TEST_CASE("graphs are told from meta graphs, SavedModels and what only looks like them") {
    std::string const node(
        "\x0a\x0a\x0a\x01x\x12\x05"
        "Const",
        12);
    CHECK(tensorflow::detail::begins_with_node(bytes::of(node)));
    auto const kind = [](std::string_view text) {
        memory const source{bytes::of(text)};
        file_set files{any_source(source)};
        for (auto const one :
             {tensorflow::message_kind::graph_def, tensorflow::message_kind::meta_graph,
              tensorflow::message_kind::saved_model})
            if (tensorflow::looks_like_message(files, one) == confidence::certain)
                return static_cast<int>(one);
        return 0;
    };
    using enum tensorflow::message_kind;
    CHECK(kind(node) == static_cast<int>(graph_def));
    CHECK(kind("\x12\x0c" + node) == static_cast<int>(meta_graph));
    CHECK(kind(std::string("\x08\x01\x12\x00", 4)) == static_cast<int>(saved_model));
    CHECK(kind("# a graph\nnode {\n name: \"x\" }") == static_cast<int>(graph_def));
    CHECK(kind("meta_info_def: {}") == static_cast<int>(meta_graph));
    CHECK(kind("nodes: 3") == 0);
    CHECK(kind("\n\n\n") == 0);
    CHECK(kind(std::string("\x08\x01\x10\x02", 4)) == 0);
    CHECK(kind("# only a comment") == 0);
}
