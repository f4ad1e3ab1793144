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

TEST_CASE("tensors are spread over the data files that were asked for") {
    checkpoint_folder const made;
    auto const all = try_load(path(made.in / "net-7"));
    REQUIRE(all);
    REQUIRE(try_save<tensorflow::checkpoint>(made.in / "even", *all, {.shards = 3}));
    CHECK(format_at(made.in / "even.data-00002-of-00003") == "tensorflow.checkpoint 2");
    REQUIRE(try_save<tensorflow::checkpoint>(made.in / "small", *all, {.shard_size = 8}));
    CHECK(format_at(made.in / "small.data-00001-of-00002") == "tensorflow.checkpoint 2");
    REQUIRE(try_save<tensorflow::checkpoint_v1>(made.in / "old", *all));
    CHECK(format_at(made.in / "old") == "tensorflow.checkpoint_v1 2");
    REQUIRE(try_save<tensorflow::checkpoint_v1>(made.in / "olds", *all,
                                                {.state_file = true, .shards = 2}));
    CHECK(format_at(made.in / "olds-00001-of-00002") == "tensorflow.checkpoint_v1 1");
    CHECK(format_at(made.in / "olds") == "tensorflow.checkpoint_v1 2");
    CHECK(format_at(made.in.path()) == "tensorflow.checkpoint_v1 2");
    for (auto const* const name : {"even", "small", "old", "olds"}) {
        CAPTURE(name);
        auto const back = try_load(path(made.in / name));
        REQUIRE(back);
        auto const kernel = back->weights().try_at("z/kernel");
        REQUIRE(kernel);
        CHECK(std::vector<std::byte>(kernel->bytes().begin(), kernel->bytes().end()) ==
              made.floats);
    }
    auto const refused = try_save<tensorflow::checkpoint>(made.in / "x", *all, {.shards = 100'000});
    REQUIRE(!refused);
    CHECK(refused.error().id->name == "tensorflow.too_many_shards");
}

TEST_CASE("the graph of a checkpoint is a name for it where a checkpoint is asked for") {
    checkpoint_folder const made;
    REQUIRE(support::write_file(made.in / "net-7.meta", "no graph"));
    auto const back = try_load<tensorflow::checkpoint>(path(made.in / "net-7.meta"));
    REQUIRE(back);
    CHECK(back->weights().size() == 2);
    CHECK(format_at(made.in / "net-7.meta") == "format.unknown");
}

TEST_CASE("notes of the framework stay behind where nothing can hold them, or when dropped") {
    support::scratch_folder const in;
    model of;
    std::byte const word[8 + 2]{std::byte{2}, {}, {}, {}, {}, {}, {}, {}, {}, {}};
    tensor_info note;
    note.name = tensorflow::object_graph_key;
    note.type = dtype::string;
    note.nbytes = 2;
    auto const room = of.take(sizeof word);
    REQUIRE(room);
    std::copy(std::begin(word), std::end(word), room->begin());
    of.place(note, *room);
    REQUIRE(of.add("w", dtype::float32, {}, bytes::view(word).first(4)));
    of.seal();
    REQUIRE(try_save<tensorflow::checkpoint>(in / "net", of));
    CHECK(format_at(in / "net") == "tensorflow.checkpoint 2");
    REQUIRE(try_convert<tensorflow::checkpoint, safetensors::file>(path(in / "net"),
                                                                   in / "net.safetensors"));
    CHECK(format_at(in / "net.safetensors") == "safetensors 1");
    REQUIRE(
        try_convert<tensorflow::checkpoint, tensorflow::checkpoint>(path(in / "net"), in / "same"));
    CHECK(format_at(in / "same") == "tensorflow.checkpoint 2");
    REQUIRE(try_convert<tensorflow::checkpoint, tensorflow::checkpoint>(
        path(in / "net"), in / "less", drop<content::objects>));
    CHECK(format_at(in / "less") == "tensorflow.checkpoint 1");
    auto const loaded = try_load(path(in / "net"));
    REQUIRE(loaded);
    auto const refused = try_save<safetensors::file>(in / "x.safetensors", *loaded);
    REQUIRE(!refused);
    CHECK(refused.error().id->name == "save.would_lose");
    REQUIRE(try_save<safetensors::file>(in / "x.safetensors", *loaded, drop<content::objects>));
    CHECK(format_at(in / "x.safetensors") == "safetensors 1");
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
