// SPDX-License-Identifier: BSL-1.0
#include "collect.hpp"

#include <lade/safetensors/traits.hpp>

#include <doctest/doctest.h>

#include <cstdio>

using namespace lade;

namespace {

using format_file = format_traits<safetensors::file>;

struct written {
    std::string_view name;
    dtype type;
    std::vector<std::uint64_t> shape;
    std::string bytes;
};

collected::sink model_of(std::vector<written> const& tensors,
                         std::vector<metadata_entry> const& words = {}) {
    collected::sink made;
    for (auto const& one : tensors)
        made.tensors.push_back(
            {std::string(one.name), one.type, one.shape, one.bytes.size(), one.bytes, true, true});
    made.words = words;
    return made;
}

result<std::string> save(collected::sink const& of, safetensors::save_options const& how = {},
                         std::size_t piece = 5) {
    memory_output to;
    any_output through(to);
    output_set set(through);
    auto const about = of.listing();
    auto out = safetensors::writer::start(set, about, how);
    if (!out) return out.error();
    std::string all;
    for (auto const& one : of.tensors) all += one.bytes;
    for (std::size_t at = 0; at < all.size(); at += piece)
        if (auto const done = out->push(bytes::of(std::string_view(all).substr(at, piece))); !done)
            return done.error();
    if (auto const done = out->finish(); !done) return done.error();
    return std::string(bytes::text(to.bytes()));
}

std::string id_of(result<std::string> const& of) {
    return of ? "none" : std::string(of.error().id->name);
}

collected::sink read(std::string const& file) {
    collected::sink seen;
    memory from(bytes::of(file));
    REQUIRE(format_file::read(from, seen, {}));
    return seen;
}

}  // namespace

TEST_CASE("what is saved is read back, in the order that was given") {
    auto const of = model_of({{"z", dtype::float32, {2, 1}, "01234567"},
                              {"a \"quoted\" \xc3\xa9", dtype::boolean, {}, std::string(1, '\1')},
                              {"empty", dtype::int64, {0, 7}, ""},
                              {"m", dtype::bfloat16, {1}, "ab"}},
                             {{"format", "pt"}, {"b", ""}});
    auto const file = save(of);
    REQUIRE(file);
    auto const seen = read(*file);
    CHECK(seen.text() ==
          "z:float32[2,1] a \"quoted\" \xc3\xa9:bool[] empty:int64[0,7] m:bfloat16[1]");
    CHECK(seen.tensors[0].bytes == "01234567");
    CHECK(seen.tensors[3].bytes == "ab");
    CHECK(seen.words == of.words);
    CHECK((8 + bytes::load_le<std::uint64_t>(bytes::of(*file).data())) % 64 == 0);
    CHECK(*save(of, {}, 1) == *file);
}

TEST_CASE("in the official order and alignment the bytes are the official writer's") {
    auto const of = model_of({{"b", dtype::float32, {1}, "4444"},
                              {"a", dtype::int64, {1}, "88888888"},
                              {"c", dtype::float32, {}, "4444"}});
    auto const order = safetensors::official_order(of.listing().tensors);
    CHECK(order == std::vector<std::size_t>{1, 0, 2});
    collected::sink sorted;
    for (auto const i : order) sorted.tensors.push_back(of.tensors[i]);
    auto const file = save(sorted, {.alignment = 8});
    REQUIRE(file);
    std::string_view const header = R"({"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},)"
                                    R"("b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]},)"
                                    R"("c":{"dtype":"F32","shape":[],"data_offsets":[12,16]}})";
    std::string expected(8, '\0');
    std::string padded(header);
    while (padded.size() % 8 != 0) padded += ' ';
    expected[0] = static_cast<char>(padded.size());
    CHECK(*file == expected + padded + "8888888844444444");
}

TEST_CASE("a model without tensors is a file") {
    auto const file = save(model_of({}));
    REQUIRE(file);
    CHECK(read(*file).tensors.empty());
}

TEST_CASE("what the format cannot hold is refused before anything is written") {
    auto const one = [](dtype type, std::vector<std::uint64_t> shape, std::string bytes,
                        std::string_view name = "a") {
        return id_of(save(model_of({{name, type, std::move(shape), std::move(bytes)}})));
    };
    CHECK(one(dtype::complex128, {1}, std::string(16, 'x')) == "save.dtype");
    CHECK(one(dtype::string, {1}, "x") == "save.dtype");
    CHECK(one(dtype::qint8, {1}, "x") == "save.dtype");
    CHECK(one(dtype::float32, {1}, "x") == "save.wrong_byte_count");
    CHECK(one(dtype::uint8, {1}, "x", "__metadata__") == "save.bad_name");
    CHECK(one(dtype::uint8, {1}, "x", "\xff") == "save.bad_name");
    CHECK(one(dtype::float4_e2m1fn, {3}, "xx") == "safetensors.sub_byte");
    CHECK(one(dtype::uint8, {1}, "x") == "none");
    CHECK(id_of(save(model_of({{"a", dtype::uint8, {1}, "x"}, {"a", dtype::uint8, {1}, "y"}}))) ==
          "save.duplicate_name");
    CHECK(id_of(save(model_of({}, {{"a", "1"}, {"a", "2"}}))) == "save.duplicate_name");
    CHECK(id_of(save(model_of({}, {{"a", "\xc0"}}))) == "save.bad_name");
    collected::sink absent = model_of({{"a", dtype::uint8, {1}, "x"}});
    auto about = absent.listing();
    listing meta;
    tensor_info info = about.tensors[0];
    info.absent = true;
    meta.tensors.add(info);
    memory_output to;
    any_output through(to);
    output_set set(through);
    auto const refused = safetensors::writer::start(set, meta, {});
    REQUIRE_FALSE(refused);
    CHECK(*refused.error().id == ids::no_bytes);
    CHECK(to.bytes().empty());
}

TEST_CASE("pairs of 4-bit floats become F4 with twice as many elements") {
    auto const file = save(model_of({{"a", dtype::float4_e2m1fn_x2, {2, 3}, "012345"}}));
    REQUIRE(file);
    CHECK(read(*file).text() == "a:float4_e2m1fn[2,6]");
}

TEST_CASE("too few and too many bytes are told") {
    auto const about = model_of({{"a", dtype::uint8, {2}, "xy"}}).listing();
    for (std::string_view const pushed : {"", "x", "xyz"}) {
        memory_output to;
        any_output through(to);
        output_set set(through);
        auto out = safetensors::writer::start(set, about, {});
        REQUIRE(out);
        auto const first = out->push(bytes::of(pushed));
        auto const last = out->finish();
        auto const& failed = first ? last : first;
        REQUIRE_FALSE(failed);
        CHECK(*failed.error().id == ids::wrong_byte_count);
    }
}

TEST_CASE("shards are refused where there is no folder for them") {
    auto const of = model_of({{"a", dtype::uint8, {2}, "xy"}, {"b", dtype::uint8, {2}, "zw"}});
    CHECK(id_of(save(of, {.shard_size = 3})) == "save.no_folder");
    CHECK(id_of(save(of, {.shard_size = 4})) == "none");
}
