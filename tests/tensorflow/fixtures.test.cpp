// SPDX-License-Identifier: BSL-1.0
#include <lade/io/file_set.hpp>
#include <lade/tensorflow/bundle_reader.hpp>
#include <lade/tensorflow/graph_index.hpp>
#include <lade/tensorflow/message_kind.hpp>
#include <lade/tensorflow/tensor_proto.hpp>
#include <lade/tensorflow/v1_reader.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

// The files of tests/data/tensorflow, made by tests/make/tensorflow_cases.py: `y_` must be read,
// all of it; `n_<id>__` must be refused with that id.

using namespace lade;
using namespace lade::tensorflow;

namespace {

bool ends_with(std::string_view text, std::string_view end) {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

/// Reads all tensors of a checkpoint.
template <class Reader, class Entries>
error all_tensors(Reader& reader, Entries const& entries) {
    for (auto const& entry : entries) {
        auto tensor = reader.open_tensor(entry);
        if (!tensor) return tensor.error();
        std::vector<std::byte> data(static_cast<std::size_t>(tensor->size()));
        if (auto const done = tensor->read(0, data); !done) return done.error();
    }
    return {};
}

error graph(bytes::view data) {
    heap_arena memory;
    auto index = graph_index::read(data, memory);
    if (!index) return index.error();
    if (auto const ends = index->summary(); !ends) return ends.error();
    for (std::uint32_t node = 0; node < index->size(); ++node) {
        if (index->op(node) != "Const") continue;
        protobuf::document in{memory};
        auto const value = index->node(node, in)
                               .at(proto::node_def::number("attr"), "value")
                               .sub(proto::attr_value::number("tensor"));
        auto constant = const_tensor::read(value, memory, {});
        if (!constant) return constant.error();
        std::vector<std::byte> bytes(static_cast<std::size_t>(constant->size()));
        if (auto const done = constant->read(0, bytes); !done) return done.error();
    }
    return {};
}

/// What is wrong with the file; no id: nothing.
error read_all(path const& at) {
    std::string const name(at.name());
    auto files = file_set::open(at);
    if (!files) return files.error();
    if (ends_with(name, ".index")) {
        auto reader = bundle_reader::open(*files, name.substr(0, name.size() - 6));
        return reader ? all_tensors(*reader, reader->entries()) : reader.error();
    }
    if (ends_with(name, ".ckpt")) {
        auto reader = v1_reader::open(files->file());
        return reader ? all_tensors(*reader, reader->entries()) : reader.error();
    }
    auto const data = files->file().view(0, files->file().size());
    REQUIRE(data);
    if (kind_of(*data) != message_kind::saved_model) return graph(*data);
    heap_arena memory;
    protobuf::document in{memory};
    auto const saved = protobuf::read(in, proto::saved_model::table, *data);
    for (auto const meta : saved.subs(proto::saved_model::number("meta_graphs")))
        return graph(meta.sub(proto::meta_graph_def::number("graph_def")).raw());
    return fail(tensorflow::ids::no_node);
}

}  // namespace

TEST_CASE("each fixture is read or refused as its name says") {
    path const folder = path("data") / "tensorflow";
    std::size_t good = 0, bad = 0;
    for (auto const& name : io::names_in(folder)) {
        bool const told =
            ends_with(name, ".index") || ends_with(name, ".ckpt") || ends_with(name, ".pb");
        if (!told) continue;
        CAPTURE(name);
        error const got = read_all(folder / name);
        if (name[0] == 'y') {
            CHECK(got.id == nullptr);
            ++good;
        } else {
            REQUIRE(got.id != nullptr);
            CHECK(name.substr(2, name.find("__") - 2) == got.id->name);
            ++bad;
        }
    }
    // run from the folder of the tests
    CHECK(good >= 18);
    CHECK(bad >= 18);
}
