// SPDX-License-Identifier: BSL-1.0
#include <lade/container/protobuf/verify.hpp>
#include <lade/container/textproto/parse.hpp>
#include <lade/container/textproto/print.hpp>
#include <lade/io/file_set.hpp>
#include <lade/tensorflow/bundle_reader.hpp>
#include <lade/tensorflow/bundle_writer.hpp>
#include <lade/tensorflow/graph_index.hpp>
#include <lade/tensorflow/message_kind.hpp>
#include <lade/tensorflow/object_graph.hpp>
#include <lade/tensorflow/proto/all.hpp>
#include <lade/tensorflow/state_file.hpp>
#include <lade/tensorflow/v1_reader.hpp>

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>
#include <vector>

// Real files. LADE_CORPUS names the folder; without it nothing here runs, and each case says so.

using namespace lade;
using namespace lade::tensorflow;

namespace {

bool ends_with(std::string_view text, std::string_view end) {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

void collect(path const& folder, std::vector<std::string>& to) {
    for (auto const& name : io::names_in(folder)) {
        if (name == "." || name == "..") continue;
        path const one = folder / name;
        if (io::what_is(one) == io::entry::directory) collect(one, to);
        else to.push_back(one.string());
    }
}

/// All TensorFlow files of the corpus; none and a message without a corpus.
std::vector<std::string> files() {
    std::vector<std::string> all;
    char const* const folder = std::getenv("LADE_CORPUS");
    if (folder == nullptr) {
        MESSAGE("SKIPPED: LADE_CORPUS is not set, so no real file was looked at");
        return all;
    }
    collect(path(folder) / "tensorflow", all);
    REQUIRE(all.size() > 50);
    return all;
}

protobuf::message_type const* type_of(std::string const& file, bytes::view data) {
    std::string const name(path(file).name());
    if (name == "fingerprint.pb") return &proto::fingerprint_def::table;
    if (name == "keras_metadata.pb") return &proto::keras_saved_metadata::table;
    switch (kind_of(data)) {
        case message_kind::graph_def: return &proto::graph_def::table;
        case message_kind::meta_graph: return &proto::meta_graph_def::table;
        case message_kind::saved_model: return &proto::saved_model::table;
        default: return nullptr;
    }
}

/// Decodes everything that the tables know, so that the tree, not the bytes, is what is written.
void touch(protobuf::message of) {
    for (auto const& field : of.type().fields)
        if (field.type == protobuf::type::message)
            for (auto const each : of.subs(field.number))
                if (each) {
                    touch(each);
                    each.node()->owner->scan(*each.node());
                    each.node()->changed = true;
                }
    of.node()->owner->scan(*of.node());
    of.node()->changed = true;
}

}  // namespace

TEST_CASE("real messages are written as they were read, byte for byte") {
    std::size_t count = 0;
    for (auto const& file : files()) {
        if (!ends_with(file, ".pb") && !ends_with(file, ".meta")) continue;
        auto const from = mapped_file::open(file);
        REQUIRE(from);
        auto const* const type = type_of(file, from->bytes());
        if (type == nullptr) continue;  // a text with the suffix .pb
        CAPTURE(file);
        heap_arena memory;
        protobuf::document in{memory};
        auto const message = protobuf::read(in, *type, from->bytes());
        CHECK(protobuf::verify(message));
        CHECK(bytes::text(protobuf::encode(message)) == bytes::text(from->bytes()));
        touch(message);
        CHECK(bytes::text(protobuf::encode(message)) == bytes::text(from->bytes()));
        CHECK(in.status());
        ++count;
    }
    if (std::getenv("LADE_CORPUS") != nullptr) CHECK(count > 50);
}

TEST_CASE("real messages printed as text are read back as the same messages") {
    for (auto const& file : files()) {
        if (!ends_with(file, ".pb") && !ends_with(file, ".meta")) continue;
        auto const from = mapped_file::open(file);
        REQUIRE(from);
        auto const* const type = type_of(file, from->bytes());
        if (type == nullptr) continue;
        CAPTURE(file);
        heap_arena memory;
        protobuf::document in{memory}, again{memory};
        auto const message = protobuf::read(in, *type, from->bytes());
        auto const text = textproto::print(message, {.types = proto::all});
        REQUIRE(text);
        auto const back = textproto::parse(*text, *type, again, {.types = proto::all});
        REQUIRE(back);
        CHECK(textproto::print(*back, {.types = proto::all})
                  .and_then(
                      [&](std::string const& twice) -> result<bool> { return twice == *text; }));
        auto const one = protobuf::serialize(message), two = protobuf::serialize(*back);
        REQUIRE((one && two));
        CHECK(one->size() == two->size());
    }
}

TEST_CASE("real texts are read") {
    for (auto const& file : files()) {
        auto const from = mapped_file::open(file);
        REQUIRE(from);
        if (path(file).name() == "checkpoint") {
            CAPTURE(file);
            CHECK(parse_state(bytes::text(from->bytes())));
        } else if (kind_of(from->bytes()) == message_kind::text &&
                   file.find("tfx/trainer") == file.npos) {
            CAPTURE(file);
            heap_arena memory;
            protobuf::document in{memory};
            CHECK(textproto::parse(bytes::text(from->bytes()), proto::graph_def::table, in));
        }
    }
}

TEST_CASE("real checkpoints are written anew, byte for byte") {
    for (auto const& file : files()) {
        if (!ends_with(file, ".index")) continue;
        CAPTURE(file);
        auto set = file_set::open(file);
        REQUIRE(set);
        std::string const name(path(file).name());
        std::string const prefix(name, 0, name.size() - 6);
        auto reader = bundle_reader::open(*set, prefix);
        REQUIRE(reader);
        std::uint32_t const shards = reader->header().shards;
        bundle_index index{shards};
        std::vector<memory_output> data(shards);
        std::vector<bundle_shard> out;
        for (std::uint32_t i = 0; i < shards; ++i) out.emplace_back(index, i, any_output(data[i]));
        std::vector<bundle_entry const*> order;
        for (auto const& entry : reader->entries()) order.push_back(&entry);
        std::sort(order.begin(), order.end(), [](auto const* a, auto const* b) {
            return a->offset != b->offset ? a->offset < b->offset : a->size < b->size;
        });
        for (auto const* const entry : order) {
            auto tensor = reader->open_tensor(*entry);
            REQUIRE(tensor);
            std::vector<std::byte> bytes(static_cast<std::size_t>(tensor->size()));
            REQUIRE(tensor->read(0, bytes));
            if (tensor->dtype() != dtype::string) {
                REQUIRE(out[entry->shard].add(entry->name, tensor->dtype(), entry->shape, bytes));
                continue;
            }
            std::vector<std::string_view> texts;
            for (bytes::cursor at{bytes}; !at.done();) {
                auto const length = at.number<std::uint64_t>();
                texts.push_back(bytes::text(at.bytes(length)));
            }
            REQUIRE(out[entry->shard].add_strings(entry->name, entry->shape, texts));
            if (entry->name == object_graph_key) {
                heap_arena memory;
                protobuf::document in{memory};
                CHECK(object_graph::read(
                    protobuf::read(in, proto::trackable_object_graph::table, bytes::of(texts[0]))));
            }
        }
        for (std::uint32_t i = 0; i < shards; ++i) {
            auto const original = set->sibling(shard_name(prefix, i, shards));
            REQUIRE(original);
            CHECK(bytes::text(*original->view(0, original->size())) ==
                  bytes::text(data[i].bytes()));
        }
        memory_output table;
        REQUIRE(index.finish(any_output(table)));
        auto const original = set->file();
        // two were saved by Google's own builds, which compress the index
        bool const compressed = file.find("half_plus_two_tf2_cpu") != file.npos ||
                                file.find("tfma_saved_model") != file.npos;
        if (!compressed)
            CHECK(bytes::text(*original.view(0, original.size())) == bytes::text(table.bytes()));
    }
}

TEST_CASE("real graphs have nodes, and their constants are decoded") {
    for (auto const& file : files()) {
        auto const from = mapped_file::open(file);
        REQUIRE(from);
        if (kind_of(from->bytes()) != message_kind::graph_def) continue;
        CAPTURE(file);
        heap_arena memory;
        auto index = graph_index::read(from->bytes(), memory);
        REQUIRE(index);
        CHECK(index->size() > 0);
        for (std::uint32_t node = 0; node < index->size(); ++node) {
            if (index->op(node) != "Const") continue;
            protobuf::document in{memory};
            auto const value = index->node(node, in)
                                   .at(proto::node_def::number("attr"), "value")
                                   .sub(proto::attr_value::number("tensor"));
            CHECK(const_tensor::read(value, memory, {}));
        }
    }
}

TEST_CASE("real V1 checkpoints are read") {
    for (auto const& file : files()) {
        auto const from = mapped_file::open(file);
        REQUIRE(from);
        if (ends_with(file, ".index") || !sstable::table::open(any_source(*from))) continue;
        CAPTURE(file);
        auto const reader = v1_reader::open(any_source(*from));
        REQUIRE(reader);
        for (auto const& entry : reader->entries()) CHECK(reader->open_tensor(entry));
    }
}
