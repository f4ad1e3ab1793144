// SPDX-License-Identifier: BSL-1.0
#include "collect.hpp"

#include <lade/safetensors/traits.hpp>

#include <doctest/doctest.h>

#include <cstdio>
#include <list>

using namespace lade;

namespace {

using sharded = format_traits<safetensors::sharded>;

std::string file_of(std::string_view text, std::string_view data) {
    std::string file(8, '\0');
    for (unsigned i = 0; i < 8; ++i)
        file[i] = static_cast<char>(static_cast<std::uint64_t>(text.size()) >> (8 * i) & 0xff);
    return file.append(text).append(data);
}
std::string byte(std::string_view name, unsigned at) {
    return "\"" + std::string(name) + "\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[" +
           std::to_string(at) + "," + std::to_string(at + 1) + "]}";
}

struct folder {
    std::list<std::string> texts;
    std::list<memory> sources;
    file_set set;

    explicit folder(std::string_view index)
        : texts{std::string(index)},
          sources{memory(bytes::of(texts.front()))},
          set(any_source(sources.front()), "model.safetensors.index.json") {}
    void add(std::string_view name, std::string text) {
        texts.push_back(std::move(text));
        sources.emplace_back(bytes::of(texts.back()));
        set.add(name, any_source(sources.back()));
    }
    std::string read() {
        collected::sink seen;
        auto const done = sharded::read(set, seen, {});
        words = seen.words;
        if (!done) return std::string(done.error().id->name);
        return seen.text();
    }
    std::vector<metadata_entry> words;
};

}  // namespace

TEST_CASE("an index gives the tensors of all its files, file by file") {
    folder of(R"({"metadata":{"total_size":3,"note":"x","more":{"a":[1]}},"other":[1,{}],
        "weight_map":{"c":"b.safetensors","a":"a.safetensors","b":"b.safetensors"}})");
    of.add("b.safetensors", file_of("{" + byte("c", 0) + "," + byte("b", 1) + "}", "cb"));
    of.add("a.safetensors", file_of("{" + byte("a", 0) + "}", "a"));
    CHECK(of.read() == "a:uint8[1] c:uint8[1] b:uint8[1]");
    CHECK(of.words == std::vector<metadata_entry>{
                          {"total_size", "3"}, {"note", "x"}, {"more", R"({"a":[1]})"}});
}

TEST_CASE("of a tensor in two files the one that the index names counts") {
    folder of(R"({"weight_map":{"x":"b.safetensors","a":"a.safetensors"}})");
    of.add("a.safetensors", file_of("{" + byte("a", 0) + "," + byte("x", 1) + "}", "a1"));
    of.add("b.safetensors", file_of("{" + byte("x", 0) + "," + byte("unlisted", 1) + "}", "2u"));
    collected::sink seen;
    REQUIRE(sharded::read(of.set, seen, {}));
    CHECK(seen.text() == "a:uint8[1] x:uint8[1] unlisted:uint8[1]");
    CHECK(seen.tensors[1].bytes == "2");
}

TEST_CASE("what an index cannot be has its own id") {
    CHECK(folder("[]").read() == "shards.bad_index");
    CHECK(folder("{}").read() == "shards.bad_index");
    CHECK(folder(R"({"weight_map":[]})").read() == "shards.bad_index");
    CHECK(folder(R"({"weight_map":{"a":1}})").read() == "shards.bad_index");
    CHECK(folder(R"({"weight_map":{},"weight_map":{}})").read() == "shards.bad_index");
    CHECK(folder(R"({"weight_map":{"a":"x","a":"y"}})").read() == "shards.duplicate_name");
    CHECK(folder(R"({"weight_map":{"a":"../x"}})").read() == "io.outside_folder");
    CHECK(folder(R"({"weight_map":{"a":"/etc/passwd"}})").read() == "io.outside_folder");
    CHECK(folder(R"({"weight_map":{"a":"x"}})").read() == "io.not_found");
    CHECK(folder(R"({"weight_map":{"a":"part/x"}})").read() == "io.not_found");
    for (std::string_view const other : {"./x", "a/./x", "a//x", "x/", "."})
        CHECK(folder(R"({"weight_map":{"a":")" + std::string(other) + "\"}}").read() ==
              "shards.bad_index");
    CHECK(folder(R"({"weight_map":{}})").read() == "");
    CHECK(folder("{\"weight_map\":{\"a\":\"x\"").read() == "json.cut_short");
    folder missing(R"({"weight_map":{"a":"a.safetensors"}})");
    missing.add("a.safetensors", file_of("{" + byte("b", 0) + "}", "b"));
    CHECK(missing.read() == "shards.missing_tensor");
    folder broken(R"({"weight_map":{"a":"a.safetensors"}})");
    broken.add("a.safetensors", file_of("{" + byte("a", 0) + "}", ""));
    collected::sink seen;
    auto const refused = sharded::read(broken.set, seen, {});
    REQUIRE_FALSE(refused);
    CHECK(*refused.error().id == safetensors::ids::truncated);
    CHECK(refused.error().where.text() == "a.safetensors > a");
}

TEST_CASE("an index is recognised by its content") {
    head_bytes ends;
    auto const detect = [&](std::string const& file, std::string_view suffix) {
        memory from(bytes::of(file));
        return shards::looks_like_index(ends.read(from)->first, suffix);
    };
    std::string const index = R"({"metadata": {}, "weight_map": {"a": "x.safetensors"}})";
    CHECK(detect(index, ".safetensors"));
    CHECK_FALSE(detect(index, ".bin"));
    CHECK_FALSE(detect("{}", ".safetensors"));
    CHECK_FALSE(detect(R"(["weight_map", "x.safetensors"])", ".safetensors"));
}

TEST_CASE("a large model is saved in several files and read back through its index") {
    std::string const place = "lade-shards-test.safetensors";
    collected::sink of;
    for (unsigned i = 0; i < 5; ++i)
        of.tensors.push_back({"t" + std::to_string(4 - i),
                              dtype::uint8,
                              {10},
                              10,
                              std::string(10, static_cast<char>('a' + i)),
                              true,
                              true});
    of.words = {{"format", "pt"}};
    std::vector<std::string> const names{"lade-shards-test-00001-of-00003.safetensors",
                                         "lade-shards-test-00002-of-00003.safetensors",
                                         "lade-shards-test-00003-of-00003.safetensors",
                                         "lade-shards-test.safetensors.index.json"};
    {
        output_set to(place);
        auto const about = of.listing();
        auto out = safetensors::writer::start(to, about, {.shard_size = 20});
        REQUIRE(out);
        std::string all;
        for (auto const& one : of.tensors) all += one.bytes;
        REQUIRE(out->push(bytes::of(all)));
        REQUIRE(out->finish());
        REQUIRE(to.commit());
    }
    CHECK(io::what_is(place) == io::entry::nothing);
    auto set = file_set::open(names.back());
    REQUIRE(set);
    collected::sink seen;
    REQUIRE(sharded::read(*set, seen, {}));
    CHECK(seen.text() == of.text());
    CHECK(seen.tensors[4].bytes == "eeeeeeeeee");
    CHECK(seen.words == std::vector<metadata_entry>{{"total_size", "50"}});
    auto index = file::open(names.back());
    REQUIRE(index);
    std::string text(static_cast<std::size_t>(index->size()), '\0');
    REQUIRE(index->read(0, std::as_writable_bytes(std::span(text))));
    CHECK(
        text.starts_with("{\n  \"metadata\": {\n    \"total_size\": 50\n  },\n  \"weight_map\": "
                         "{\n    \"t0\": \"lade-shards-test-00003-of-00003.safetensors\",\n"));
    for (auto const& name : names) CHECK(std::remove(name.c_str()) == 0);
}
