// SPDX-License-Identifier: BSL-1.0
#include <lade/tensorflow/v1_reader.hpp>
#include <lade/tensorflow/v1_writer.hpp>

#include <lade/bytes/memory.hpp>
#include <lade/container/textproto/parse.hpp>
#include <lade/format/payload.hpp>

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

using namespace lade;
using namespace lade::tensorflow;
using namespace std::string_literals;

namespace {

static_assert(payload<v1_reader::tensor>);

std::string file_of(v1_writer& writer) {
    memory_output out;
    REQUIRE(writer.finish(any_output(out)));
    return std::string(bytes::text(out.bytes()));
}

/// A table of text forms of SavedTensorSlices.
std::string handmade(std::vector<std::pair<std::string, std::string>> const& records) {
    memory_output out;
    sstable::table_writer table{any_output(out)};
    for (auto const& [key, text] : records) {
        heap_arena memory;
        protobuf::document in{memory};
        auto const made = textproto::parse(text, proto::saved_tensor_slices::table, in);
        REQUIRE(made);
        REQUIRE(table.add(key, protobuf::encode(*made)));
    }
    REQUIRE(table.finish());
    return std::string(bytes::text(out.bytes()));
}

std::string bytes_of(std::vector<std::string> const& files, std::string_view name) {
    std::vector<memory> parts;
    for (auto const& file : files) parts.emplace_back(bytes::of(file));
    std::vector<any_source> sources(parts.begin(), parts.end());
    auto const reader = v1_reader::open(sources);
    if (!reader) return std::string(reader.error().id->name);
    auto const* const entry = reader->find(name);
    if (entry == nullptr) return "absent";
    auto tensor = reader->open_tensor(*entry);
    if (!tensor) return std::string(tensor.error().id->name);
    std::string out(static_cast<std::size_t>(tensor->size()), '?');
    REQUIRE(tensor->read(0, std::as_writable_bytes(std::span(out))));
    return out;
}

std::string meta(std::string const& slices, std::string const& more = "") {
    return "meta { tensor { name: 'p' shape { dim { size: 4 } } type: DT_INT8 " + slices + " } " +
           more + "}";
}
std::string data(std::string const& slice, std::string const& values) {
    return "data { name: 'p' slice { " + slice + " } data { " + values + " } }";
}
std::string key(std::int64_t start, std::int64_t length) {
    return slice_key("p", std::vector<extent>{{start, length}});
}

}  // namespace

TEST_CASE("what is written is read, whole tensors of every type") {
    v1_writer writer;
    std::uint64_t const shape[]{2, 3}, none[]{0}, two[]{2};
    std::vector<std::pair<std::string, std::string>> wanted;
    for (auto const& row : dtypes) {
        if (!data_type_of(row.type) || !has_bytes(row.type) || row.type == dtype::string) continue;
        std::string bytes;
        for (std::size_t i = 0; i < 6 * size_of(row.type); ++i)
            bytes += static_cast<char>(i * 41 + 1);
        if (row.type == dtype::boolean) bytes = "\0\1\0\1\1\0"s;
        REQUIRE(writer.add(row.name, row.type, shape, lade::bytes::of(bytes)));
        wanted.emplace_back(row.name, bytes);
    }
    REQUIRE(writer.add("scalar", dtype::int16, {}, bytes::of("\xff\xff")));
    wanted.emplace_back("scalar", "\xff\xff");
    REQUIRE(writer.add("none", dtype::int16, none, {}));
    wanted.emplace_back("none", "");
    REQUIRE(writer.add_strings("text", two, std::vector<std::string_view>{"ab", ""}));
    wanted.emplace_back("text", "\2\0\0\0\0\0\0\0ab\0\0\0\0\0\0\0\0"s);
    std::string const file = file_of(writer);
    for (auto const& [name, bytes] : wanted) CHECK(bytes_of({file}, name) == bytes);
    CHECK(bytes_of({file}, "") == "absent");
}

TEST_CASE("slices are put together, from one file and from several") {
    std::uint64_t const shape[]{2, 3};
    std::vector<extent> const left{{}, {0, 2}}, right{{}, {2, 1}};
    v1_writer one, first, second;
    REQUIRE(one.add_slice("p", dtype::uint8, shape, left, bytes::of("abde")));
    REQUIRE(one.add_slice("p", dtype::uint8, shape, right, bytes::of("cf")));
    CHECK(bytes_of({file_of(one)}, "p") == "abcdef");
    REQUIRE(first.add_slice("p", dtype::uint8, shape, left, bytes::of("abde")));
    REQUIRE(second.add_slice("p", dtype::uint8, shape, right, bytes::of("cf")));
    CHECK(bytes_of({file_of(first), file_of(second)}, "p") == "abcdef");
    CHECK(bytes_of({file_of(first)}, "p") == "tensorflow.slices_missing");
    v1_writer other;
    std::uint64_t const another[]{2, 4};
    REQUIRE(other.add_slice("p", dtype::uint8, another, right, bytes::of("cf")));
    CHECK(bytes_of({file_of(first), file_of(other)}, "p") == "tensorflow.bad_bundle");
}

TEST_CASE("the writer refuses what does not fit") {
    v1_writer writer;
    std::uint64_t const two[]{2};
    CHECK(*writer.add("a", dtype::int8, two, bytes::of("abc")).error().id ==
          tensorflow::ids::bad_size);
    CHECK(*writer.add("", dtype::int8, two, bytes::of("ab")).error().id ==
          tensorflow::ids::v1_not_storable);
    CHECK(*writer.add("a", dtype::longdouble, {}, bytes::of("ab")).error().id ==
          tensorflow::ids::v1_not_storable);
    CHECK(*writer.add_slice("a", dtype::int8, two, std::vector<extent>{{1, 2}}, bytes::of("ab"))
               .error()
               .id == tensorflow::ids::bad_slice);
}

TEST_CASE("each contradiction has its id") {
    std::string const whole = "slice { extent { } }";
    CHECK(bytes_of({handmade({{"", meta(whole)},
                              {key(0, -1), data("extent { }", "int_val: [97, 98, 99, 100]")}})},
                   "p") == "abcd");
    CHECK(bytes_of({handmade({{"", meta(whole, "versions { min_consumer: 2 } ")}})}, "p") ==
          "tensorflow.bad_version");
    CHECK(bytes_of({handmade({{"", meta(whole)}})}, "p") == "tensorflow.no_record");
    CHECK(bytes_of({handmade({{"", meta(whole)}, {key(0, -1), "data { name: 'q' }"}})}, "p") ==
          "tensorflow.no_record");
    CHECK(bytes_of({handmade({{"", meta("")}})}, "p") == "tensorflow.slices_missing");
    CHECK(bytes_of({handmade({{"x", ""}})}, "p") == "tensorflow.not_v1");
    CHECK(bytes_of({handmade({{"", ""}})}, "p") == "tensorflow.not_v1");
    CHECK(bytes_of({""}, "p") == "sstable.no_footer");
    // unlike in a constant, values do not repeat
    CHECK(bytes_of({handmade({{"", meta(whole)}, {key(0, -1), data("extent { }", "int_val: 97")}})},
                   "p") == "tensorflow.bad_size");
    CHECK(bytes_of({handmade({{"", meta("slice { extent { start: -1 length: 2 } }")}})}, "p") ==
          "tensorflow.bad_slice");
    CHECK(bytes_of({handmade({{"", meta("slice { extent { start: 3 length: 2 } }")}})}, "p") ==
          "tensorflow.bad_slice");
    CHECK(bytes_of({handmade({{"", meta("slice { extent { length: 9223372036854775807 } }")}})},
                   "p") == "tensorflow.bad_slice");
    CHECK(bytes_of({handmade({{"", meta("slice { extent { start: 1 } }")}})}, "p") ==
          "tensorflow.bad_slice");
    CHECK(bytes_of({handmade({{"", meta("slice { }")}})}, "p") == "tensorflow.bad_slice");
    CHECK(bytes_of({handmade({{"", meta(whole + whole)}})}, "p") == "tensorflow.slices_overlap");
    std::string const overlap =
        "slice { extent { length: 2 } } slice { extent { start: 1 length: 2 } }";
    CHECK(bytes_of(
              {handmade({{"", meta(overlap)},
                         {key(0, 2), data("extent { length: 2 }", "int_val: [1, 2]")},
                         {key(1, 2), data("extent { start: 1 length: 2 }", "int_val: [1, 2]")}})},
              "p") == "tensorflow.slices_overlap");
    CHECK(
        bytes_of(
            {handmade(
                {{"", "meta { tensor { name: 'p' shape { dim { size: -1 } } type: DT_INT8 } }"}})},
            "p") == "tensorflow.bad_shape");
    CHECK(bytes_of({handmade({{"", "meta { tensor { name: 'p' shape { } type: 55 slice { } } }"}})},
                   "p") == "tensorflow.unknown_dtype");
    CHECK(bytes_of(
              {handmade(
                  {{"", "meta { tensor { name: 'p' shape { } type: DT_RESOURCE slice { } } }"}})},
              "p") == "tensorflow.no_bytes");
    // a tensor far larger than the file
    CHECK(bytes_of({handmade({{"",
                               "meta { tensor { name: 'p' shape { dim { size: 1099511627776 } } "
                               "type: DT_INT8 slice { extent { } } } }"},
                              {key(0, -1), data("extent { }", "int_val: 1")}})},
                   "p") == "limit.exceeded");
}

TEST_CASE("every prefix and every flipped bit is refused or read as it is") {
    v1_writer writer;
    std::uint64_t const shape[]{2};
    REQUIRE(writer.add("a", dtype::float32, shape, bytes::of("abcdefgh")));
    REQUIRE(writer.add_strings("s", shape, std::vector<std::string_view>{"ab", ""}));
    std::string const file = file_of(writer);
    for (std::size_t size = 0; size < file.size(); ++size)
        CHECK(bytes_of({file.substr(0, size)}, "a") != "abcdefgh");
    for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
        std::string flipped = file;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
        (void)bytes_of({flipped}, "s");
        memory part{bytes::of(flipped)};
        auto const reader = v1_reader::open(any_source(part), {.verify_crc = false});
        if (!reader) continue;
        for (auto const& entry : reader->entries()) (void)reader->open_tensor(entry);
    }
}
