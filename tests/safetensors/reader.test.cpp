// SPDX-License-Identifier: BSL-1.0
#include "collect.hpp"

#include <lade/base/heap_arena.hpp>
#include <lade/safetensors/traits.hpp>

#include <doctest/doctest.h>

using namespace lade;

namespace {

std::string file_of(std::string_view header, std::string_view data = {}) {
    std::string file;
    for (unsigned i = 0; i < 8; ++i)
        file += static_cast<char>(static_cast<std::uint64_t>(header.size()) >> (8 * i) & 0xff);
    return file.append(header).append(data);
}

using format_file = format_traits<safetensors::file>;

/// What is listed, or the id of the error. Read from memory and from a source without views; both
/// must agree.
std::string read(std::string const& file, safetensors::options const& how = {}) {
    collected::sink seen, again;
    memory from(bytes::of(file));
    collected::read_only plain{file};
    auto const first = format_file::read(from, seen, how);
    auto const second = format_file::read(plain, again, how);
    CHECK(bool(first) == bool(second));
    for (auto const& one : seen.tensors) {
        CHECK(one.viewed);
        CHECK(one.same_in_pieces);
    }
    if (!first) {
        CHECK(first.error().id->name == second.error().id->name);
        return std::string(first.error().id->name);
    }
    CHECK(seen.text() == again.text());
    return seen.text();
}

/// An entry of a header: `name` of one byte at `at`.
std::string byte(std::string_view name, unsigned at) {
    return "\"" + std::string(name) + "\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[" +
           std::to_string(at) + "," + std::to_string(at + 1) + "]}";
}
std::string one_tensor(std::string_view type, std::string_view shape, std::string_view offsets) {
    return "{\"a\":{\"dtype\":\"" + std::string(type) + "\",\"shape\":" + std::string(shape) +
           ",\"data_offsets\":" + std::string(offsets) + "}}";
}

std::string const small =
    file_of(R"({"__metadata__":{"format":"pt","k\u00e9y":"v"},)"
            R"("b.weight":{"dtype":"F32","shape":[2,1],"data_offsets":[2,10]},)"
            R"("a":{"dtype":"BF16","shape":[],"data_offsets":[0,2]},)"
            R"( "z":{"dtype":"I64","shape":[0,3],"data_offsets":[10,10]}}  )",
            "0123456789");

}  // namespace

TEST_CASE("tensors come in the order of their data, with metadata before them") {
    collected::sink seen;
    memory from(bytes::of(small));
    REQUIRE(format_file::read(from, seen, {}));
    CHECK(seen.text() == "a:bfloat16[] b.weight:float32[2,1] z:int64[0,3]");
    CHECK(seen.tensors[0].bytes == "01");
    CHECK(seen.tensors[1].bytes == "23456789");
    CHECK(seen.tensors[1].nbytes == 8);
    REQUIRE(seen.words.size() == 2);
    CHECK(seen.words[0] == metadata_entry{"format", "pt"});
    CHECK(seen.words[1] == metadata_entry{"k\xc3\xa9y", "v"});
    CHECK(seen.parts == (content::weights | content::metadata));
}

TEST_CASE("a sink that has enough ends the read") {
    collected::sink seen;
    seen.stop_after = 1;
    memory from(bytes::of(small));
    auto const answer = format_file::read(from, seen, {});
    REQUIRE(answer);
    CHECK(*answer == flow::enough);
    CHECK(seen.tensors.size() == 1);
}

TEST_CASE("a listing reads the header and nothing else") {
    struct lister : any_sink {
        std::size_t count = 0;
        result<flow> take(tensor_info const&, any_payload&) override {
            ++count;
            return flow::more;
        }
    } seen;
    std::string const header = one_tensor("U8", "[1000000]", "[0,1000000]");
    collected::read_only from{file_of(header, std::string(1000000, 'x'))};
    REQUIRE(format_file::read(from, seen, {}));
    CHECK(seen.count == 1);
    CHECK(from.bytes_read == 8 + header.size());
}

TEST_CASE("every type of the format is read, and a type that it lacks is refused") {
    for (auto const& row : safetensors::dtype_names) {
        auto const size = *bytes_of(row.type, 4);
        std::string const offsets = "[0," + std::to_string(size) + "]";
        CHECK(read(file_of(one_tensor(row.spelled, "[4]", offsets),
                           std::string(static_cast<std::size_t>(size), 'x'))) ==
              "a:" + std::string(name_of(row.type)) + "[4]");
    }
    for (std::string_view const other : {"C128", "f32", "F8", "I4", "float32", ""})
        CHECK(read(file_of(one_tensor(other, "[0]", "[0,0]"))) == "safetensors.unknown_dtype");
    auto const made = safetensors::ids::unknown_dtype.kind;
    CHECK(made == kind::unsupported);
}

TEST_CASE("what the official validator accepts is read") {
    CHECK(read(file_of("{}")) == "");
    CHECK(read(file_of("{}   ")) == "");
    CHECK(read(file_of("{} \n\t\r")) == "");
    CHECK(read(file_of(R"({"__metadata__":null})")) == "");
    CHECK(read(file_of(R"({"__metadata__":{}})")) == "");
    CHECK(read(file_of("{" + byte("b", 1) + "," + byte("a", 0) + "}", "xy")) ==
          "a:uint8[1] b:uint8[1]");
    CHECK(read(file_of("{" + byte("", 0) + "}", "x")) == ":uint8[1]");
    CHECK(read(file_of(
              R"({"\u0061":{"dt\u0079pe":"\u00558","shape":[1],"data_offsets":[0,1],"x":[{}]}})",
              "x")) == "a:uint8[1]");
    CHECK(read(file_of(one_tensor("F6_E2M3", "[4]", "[0,3]"), "xyz")) == "a:float6_e2m3fn[4]");
    CHECK(read(file_of(one_tensor("U8", "[0,4294967296,4294967296]", "[0,0]"))) ==
          "a:uint8[0,4294967296,4294967296]");
}

TEST_CASE("each rule of the format has its own id") {
    CHECK(read("") == "safetensors.truncated");
    CHECK(read("1234567") == "safetensors.truncated");
    CHECK(read(std::string("\xff\xff\xff\xff\xff\xff\xff\xff{}", 10)) ==
          "safetensors.header_too_large");
    CHECK(read(std::string("\x01\xe1\xf5\x05\0\0\0\0{}", 10)) == "safetensors.header_too_large");
    CHECK(read(std::string("\x00\xe1\xf5\x05\0\0\0\0{}", 10)) == "safetensors.truncated");
    CHECK(read(std::string("\x03\0\0\0\0\0\0\0{}", 10)) == "safetensors.truncated");
    CHECK(read(file_of("")) == "safetensors.no_object");
    CHECK(read(file_of(" {}")) == "safetensors.no_object");
    CHECK(read(file_of("[]")) == "safetensors.no_object");
    CHECK(read(file_of("{")) == "json.cut_short");
    CHECK(read(file_of(std::string_view("{}\0", 3))) == "json.rest");
    CHECK(read(file_of("{\"\xff\":1}")) == "json.bad_utf8");
    CHECK(read(file_of(R"({"\ud800":1})")) == "json.lone_surrogate");
    CHECK(read(file_of(R"({"__metadata__":[]})")) == "safetensors.bad_metadata");
    CHECK(read(file_of(R"({"__metadata__":{"a":1}})")) == "safetensors.bad_metadata");
    CHECK(read(file_of(R"({"__metadata__":{},"__metadata__":{}})")) == "safetensors.duplicate_key");
    CHECK(read(file_of(R"({"__metadata__":{"a":"1","\u0061":"2"}})")) ==
          "safetensors.duplicate_key");
    CHECK(read(file_of(R"({"a":null})")) == "safetensors.bad_entry");
    CHECK(read(file_of(R"({"a":["U8",[1],[0,1]]})", "x")) == "safetensors.bad_entry");
    CHECK(read(file_of(R"({"a":{"dtype":"U8","data_offsets":[0,1]}})", "x")) ==
          "safetensors.bad_entry");
    CHECK(read(file_of(R"({"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}})",
                       "x")) == "safetensors.bad_entry");
    CHECK(read(file_of(R"({"a":{"dtype":8,"shape":[1],"data_offsets":[0,1]}})", "x")) ==
          "safetensors.bad_entry");
    for (std::string_view const shape : {"[1.0]", "[-1]", "[1e0]", "[\"1\"]", "[[1]]", "{}", "1",
                                         "[18446744073709551616]", "[null]"})
        CHECK(read(file_of(one_tensor("U8", shape, "[0,1]"), "x")) == "safetensors.bad_shape");
    for (std::string_view const offsets : {"[1,0]", "[0]", "[0,1,2]", "[]", "{}", "[0,1.0]",
                                           "[-1,0]", "\"\"", "[0,18446744073709551616]"})
        CHECK(read(file_of(one_tensor("U8", "[1]", offsets), "x")) == "safetensors.bad_offsets");
    CHECK(read(file_of(one_tensor("U8", "[4294967296,4294967296]", "[0,0]"))) ==
          "safetensors.shape_overflow");
    CHECK(read(file_of(one_tensor("F64", "[4611686018427387904]", "[0,0]"))) ==
          "safetensors.shape_overflow");
    CHECK(read(file_of(one_tensor("F4", "[3]", "[0,2]"), "xy")) == "safetensors.sub_byte");
    CHECK(read(file_of(one_tensor("F32", "[1]", "[0,3]"), "xyz")) == "safetensors.bad_size");
    CHECK(read(file_of(one_tensor("U8", "[0]", "[0,1]"), "x")) == "safetensors.bad_size");
    CHECK(read(file_of(one_tensor("U8", "[2]", "[0,2]"), "x")) == "safetensors.truncated");
    CHECK(read(file_of(one_tensor("U8", "[1]", "[1,2]"), "xy")) == "safetensors.hole");
    CHECK(read(file_of("{" + byte("a", 0) + "," + byte("b", 2) + "}", "xyz")) ==
          "safetensors.hole");
    CHECK(read(file_of("{" + byte("a", 0) + "," + byte("b", 0) + "}", "x")) ==
          "safetensors.overlap");
    CHECK(read(file_of("{" + byte("a", 0) + "," + byte("a", 1) + "}", "xy")) ==
          "safetensors.duplicate_key");
    CHECK(read(file_of("{" + byte("a", 0) + "," + byte("\\u0061", 1) + "}", "xy")) ==
          "safetensors.duplicate_key");
    CHECK(read(file_of("{" + byte("a", 0) + "}", "xy")) == "safetensors.trailing_bytes");
    CHECK(read(file_of("{" + byte("a", 0) + "}", "xy"), {.allow_trailing = true}) == "a:uint8[1]");
}

TEST_CASE("an error names the tensor and the place of it in the file") {
    collected::sink seen;
    std::string const file = file_of("{" + byte("a", 0) + "," + byte("\\u0062", 2) + "}", "xyz");
    memory from(bytes::of(file));
    auto const refused = format_file::read(from, seen, {});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().where.text() == "b");
    CHECK(refused.error().offset == 8 + 1 + byte("a", 0).size() + 1);
    CHECK(refused.error().expected == 1);
    CHECK(refused.error().found == 2);
}

TEST_CASE("axes are bounded by the limit, and the limit itself is allowed") {
    auto const axes = [](int count) {
        std::string text = "[1";
        for (int i = 1; i < count; ++i) text += ",1";
        return text + "]";
    };
    CHECK(read(file_of(one_tensor("U8", axes(64), "[0,1]"), "x")).starts_with("a:uint8[1,"));
    CHECK(read(file_of(one_tensor("U8", axes(65), "[0,1]"), "x")) == "limit.exceeded");
}

TEST_CASE("every prefix of a file is refused, every flipped bit gives an answer") {
    for (std::size_t length = 0; length < small.size(); ++length)
        CHECK(read(small.substr(0, length)).find('.') != std::string::npos);
    for (std::size_t at = 0; at < small.size(); ++at)
        for (unsigned bit = 0; bit < 8; ++bit) {
            std::string changed = small;
            changed[at] = static_cast<char>(changed[at] ^ 1 << bit);
            (void)read(changed);
        }
}

TEST_CASE("memory for the directory is bounded by the caller") {
    std::string header = "{";
    for (unsigned i = 0; i < 100; ++i) header += byte("t" + std::to_string(i), i) + ",";
    header.back() = '}';
    std::string const file = file_of(header, std::string(100, 'x'));
    memory from(bytes::of(file));
    collected::sink seen;
    scratch<1024> little;
    auto const refused = safetensors::read(from, seen, {}, little);
    REQUIRE_FALSE(refused);
    CHECK(*refused.error().id == ids::out_of_memory);
    scratch<32768> enough;
    CHECK(safetensors::read(from, seen, {}, enough));
    CHECK(seen.tensors.size() == 100);
}

TEST_CASE("names made to collide in the table neither stall the reader nor hide a duplicate") {
    // all of them in the first of 4096 slots
    std::vector<std::string> names;
    for (std::uint64_t i = 0; names.size() < 1500; ++i) {
        std::string name = std::to_string(i);
        if ((safetensors::detail::hash_of(name) & 4095) == 0) names.push_back(std::move(name));
    }
    std::string header = "{";
    unsigned at = 0;
    for (auto const& name : names) header += byte(name, at++) + ",";
    std::string const good = header.substr(0, header.size() - 1) + "}";
    CHECK(read(file_of(good, std::string(at, 'x'))).ends_with(names.back() + ":uint8[1]"));
    std::string const twice = header + byte(names[700], at) + "}";
    CHECK(read(file_of(twice, std::string(at + 1, 'x'))) == "safetensors.duplicate_key");
}

TEST_CASE("a file is recognised by its beginning, cut or whole") {
    head_bytes ends;
    auto const detect = [&](std::string const& file) {
        memory from(bytes::of(file));
        return format_file::detect(*ends.read(from));
    };
    CHECK(detect(small) == confidence::certain);
    CHECK(detect(small.substr(0, 20)) == confidence::certain);
    CHECK(detect(file_of("{}")) == confidence::certain);
    CHECK(detect(file_of("")) == confidence::no);
    CHECK(detect(std::string("\xff\xff\xff\xff\xff\xff\xff\xff{\"a\"", 12)) ==
          confidence::possible);
    CHECK(detect(file_of(" {}")) == confidence::possible);
    CHECK(detect(file_of("[]")) == confidence::possible);
    CHECK(detect("a text of {\"words\"} and no tensors") == confidence::no);
    CHECK(detect("{\"weight_map\": {}}") == confidence::no);
    CHECK(detect("") == confidence::no);
}
