// SPDX-License-Identifier: BSL-1.0
#include <lade/tensorflow/bundle_reader.hpp>
#include <lade/tensorflow/bundle_writer.hpp>

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

static_assert(payload<bundle_reader::tensor>);

/// A checkpoint in memory, its index put together from text forms of the messages.
struct handmade {
    std::string header = "num_shards: 1 version { producer: 1 }";
    std::vector<std::pair<std::string, std::string>> entries;  ///< in the order of the keys
    std::vector<std::string> shards{""};

    /// Puts `data` behind shard 0 and gives the members of an entry that tell of it.
    std::string put(std::string const& data, std::uint32_t crc) {
        std::string const at = std::to_string(shards[0].size());
        shards[0] += data;
        return " offset: " + at + " size: " + std::to_string(data.size()) +
               " crc32c: " + std::to_string(codec::masked(crc));
    }
    std::string put(std::string const& data) { return put(data, codec::crc32c(bytes::of(data))); }

    std::string index() const {
        memory_output out;
        sstable::table_writer table{any_output(out)};
        add(table, "", header, proto::bundle_header_proto::table);
        for (auto const& [key, text] : entries)
            add(table, key, text, proto::bundle_entry_proto::table);
        REQUIRE(table.finish());
        return std::string(bytes::text(out.bytes()));
    }
    static void add(sstable::table_writer& table, std::string_view key, std::string_view text,
                    protobuf::message_type const& type) {
        heap_arena memory;
        protobuf::document in{memory};
        auto const made = textproto::parse(text, type, in);
        REQUIRE(made);
        REQUIRE(table.add(key, protobuf::encode(*made)));
    }
};

/// The files of a checkpoint `m` as sources that can only be read.
struct opened_bundle {
    struct part {
        std::string data;
        std::uint64_t size() const { return data.size(); }
        result<void> read(std::uint64_t offset, std::span<std::byte> to) const {
            return lade::memory(bytes::of(data)).read(offset, to);
        }
        std::optional<bytes::view> view(std::uint64_t offset, std::uint64_t size) const {
            if (!mapped) return std::nullopt;
            return lade::memory(bytes::of(data)).view(offset, size);
        }
        bool mapped = false;
    };

    opened_bundle(std::string index, std::vector<std::string> shards, bool mapped = false,
                  bundle_options const& options = {}) {
        parts.reserve(shards.size() + 1);
        parts.push_back({std::move(index), mapped});
        for (auto& shard : shards) parts.push_back({std::move(shard), mapped});
        set.emplace(any_source(parts[0]), "m.index");
        for (std::uint32_t i = 0; i + 1 < parts.size(); ++i)
            set->add(shard_name("m", i, static_cast<std::uint32_t>(parts.size() - 1)),
                     any_source(parts[i + 1]));
        reader.emplace(bundle_reader::open(*set, "m", options));
    }
    explicit opened_bundle(handmade const& from, bool mapped = false,
                           bundle_options const& options = {})
        : opened_bundle(from.index(), from.shards, mapped, options) {}

    std::vector<part> parts;
    std::optional<file_set> set;
    std::optional<result<bundle_reader>> reader;

    error_id const& refused() {
        REQUIRE_FALSE(*reader);
        return *reader->error().id;
    }
    /// The bytes of a tensor, or the name of the error.
    std::string bytes_of(std::string_view name) {
        REQUIRE(*reader);
        auto const* const entry = (*reader)->find(name);
        if (entry == nullptr) return "absent";
        auto tensor = (*reader)->open_tensor(*entry);
        if (!tensor) return std::string(tensor.error().id->name);
        std::string out(static_cast<std::size_t>(tensor->size()), '?');
        if (auto const done = tensor->read(0, std::as_writable_bytes(std::span(out))); !done)
            return std::string(done.error().id->name);
        // again in small pieces
        auto again = (*reader)->open_tensor(*entry);
        std::string pieces(out.size(), '?');
        for (std::size_t at = 0; at < out.size(); at += 3)
            if (auto const done =
                    again->read(at, std::as_writable_bytes(std::span(pieces).subspan(
                                        at, std::min<std::size_t>(3, out.size() - at))));
                !done)
                return std::string(done.error().id->name);
        CHECK(pieces == out);
        if (auto const lying = tensor->view()) {
            CHECK(lade::bytes::text(*lying) == out);
            CHECK(tensor->verify());
        }
        return out;
    }
    std::vector<std::string> names() {
        std::vector<std::string> all;
        (*reader)->for_each([&](bundle_entry const& entry) { all.emplace_back(entry.name); });
        return all;
    }
};

std::string strings(std::vector<std::string> const& texts) {
    std::string out;
    for (auto const& text : texts) {
        std::byte length[8];
        bytes::store_le(length, std::uint64_t{text.size()});
        out += std::string(bytes::text(length)) + text;
    }
    return out;
}

}  // namespace

TEST_CASE("what is written is read, every type, from memory and from files") {
    bundle_index index;
    memory_output data;
    bundle_shard shard{index, 0, any_output(data)};
    std::uint64_t const shape[]{2, 3};
    std::vector<std::pair<std::string, std::string>> wanted;
    for (auto const& row : dtypes) {
        if (!data_type_of(row.type) || !has_bytes(row.type) || row.type == dtype::string) continue;
        std::string bytes;
        for (std::size_t i = 0; i < 6 * size_of(row.type); ++i)
            bytes += static_cast<char>(i * 7 + 1);
        REQUIRE(shard.add(row.name, row.type, shape, lade::bytes::of(bytes)));
        wanted.emplace_back(row.name, bytes);
    }
    std::uint64_t const three[]{3}, none[]{0};
    std::string const long_text(300, 'l');
    REQUIRE(shard.add_strings("text", three, std::vector<std::string_view>{"", long_text, "b"}));
    wanted.emplace_back("text", strings({"", long_text, "b"}));
    REQUIRE(shard.add_strings("no text", none, {}));
    wanted.emplace_back("no text", "");
    REQUIRE(shard.add("empty", dtype::int64, none, {}));
    wanted.emplace_back("empty", "");
    memory_output table;
    REQUIRE(index.finish(any_output(table)));
    CHECK(wanted.size() > 28);
    for (bool const mapped : {false, true}) {
        opened_bundle from{std::string(bytes::text(table.bytes())),
                           {std::string(bytes::text(data.bytes()))},
                           mapped};
        for (auto const& [name, bytes] : wanted) CHECK(from.bytes_of(name) == bytes);
        CHECK(from.names().size() == wanted.size());
        auto const names = from.names();
        CHECK(std::is_sorted(names.begin(), names.end()));
        CHECK(from.bytes_of("nothing") == "absent");
        auto const tensor = (*from.reader)->open_tensor(*(*from.reader)->find("text"));
        CHECK(tensor->nbytes() == 301);
    }
}

TEST_CASE("the bytes are those of tf.raw_ops.SaveV2") {
    bundle_index index;
    memory_output data, table;
    bundle_shard shard{index, 0, any_output(data)};
    REQUIRE(shard.add("b", dtype::float32, {}, bytes::of("\x00\x00\x40\x40"s)));
    REQUIRE(index.finish(any_output(table)));
    opened_bundle from{std::string(bytes::text(table.bytes())),
                       {std::string(bytes::text(data.bytes()))}};
    REQUIRE(*from.reader);
    // TensorFlow 2.21, the scalar `b` = 3.0
    CHECK(table.bytes().size() == 117);
    CHECK(codec::crc32c(table.bytes()) == 0x27f05aa8);
    CHECK((*from.reader)->find("b")->crc == 0xc382d6ef);
}

TEST_CASE("a partitioned tensor is put together") {
    // 3 x 4 bytes in three boxes
    bundle_index index{2};
    memory_output first, second, table;
    bundle_shard one{index, 0, any_output(first)}, two{index, 1, any_output(second)};
    std::uint64_t const shape[]{3, 4};
    std::vector<std::vector<extent>> const slices{{{0, 1}, {}}, {{1, 2}, {0, 3}}, {{1, 2}, {3, 1}}};
    REQUIRE(index.add_partitioned("p", dtype::uint8, shape, slices));
    REQUIRE(one.add_slice("p", dtype::uint8, shape, slices[0], bytes::of("abcd")));
    REQUIRE(two.add_slice("p", dtype::uint8, shape, slices[1], bytes::of("efgijk")));
    REQUIRE(two.add_slice("p", dtype::uint8, shape, slices[2], bytes::of("hl")));
    REQUIRE(one.add("other", dtype::uint8, {}, bytes::of("o")));
    REQUIRE(index.finish(any_output(table)));
    for (bool const mapped : {false, true}) {
        opened_bundle from{
            std::string(bytes::text(table.bytes())),
            {std::string(bytes::text(first.bytes())), std::string(bytes::text(second.bytes()))},
            mapped};
        CHECK(from.bytes_of("p") == "abcdefghijkl");
        CHECK(from.bytes_of("other") == "o");
        CHECK(from.names() == std::vector<std::string>{"other", "p"});
    }
}

TEST_CASE("the writer refuses what it cannot keep") {
    bundle_index index;
    memory_output data, table;
    bundle_shard shard{index, 0, any_output(data)};
    std::uint64_t const two[]{2}, huge[]{1ULL << 40, 1ULL << 40};
    CHECK(*shard.add("", dtype::int8, two, bytes::of("ab")).error().id ==
          tensorflow::ids::bad_name);
    CHECK(*shard.add("a", dtype::int8, two, bytes::of("a")).error().id ==
          tensorflow::ids::wrong_bytes);
    CHECK(*shard.add("a", dtype::int8, two, bytes::of("abc")).error().id ==
          tensorflow::ids::wrong_bytes);
    CHECK(*shard.add("a", dtype::longdouble, two, {}).error().id == tensorflow::ids::not_storable);
    CHECK(*shard.add("a", dtype::int8, huge, {}).error().id == tensorflow::ids::not_storable);
    CHECK(*shard.add_strings("a", two, {}).error().id == tensorflow::ids::wrong_bytes);
    CHECK(*shard.add_slice("a", dtype::int8, two, std::vector<extent>{{1, 2}}, {}).error().id ==
          tensorflow::ids::bad_slice);
    REQUIRE(shard.add("a", dtype::int8, two, bytes::of("ab")));
    REQUIRE(shard.add("a", dtype::int8, two, bytes::of("cd")));
    CHECK(*index.finish(any_output(table)).error().id == tensorflow::ids::bad_name);
}

TEST_CASE("bytes of the other order are turned around, checksums taken before") {
    handmade from;
    from.header = "num_shards: 1 endianness: BIG version { producer: 1 }";
    std::string lengths = "\x00\x00\x00\x02\x00\x00\x00\x00"s;
    std::uint32_t const of_lengths = codec::crc32c(bytes::of(lengths));
    std::byte stored[4];
    bytes::store_be(stored, codec::masked(of_lengths));
    std::string const check{bytes::text(stored)};
    std::uint32_t const whole =
        codec::crc32c(bytes::of("xy"), codec::crc32c(bytes::of(check), of_lengths));
    from.entries = {{"c", "dtype: DT_COMPLEX64 shape { }" + from.put("abcdefgh")},
                    {"i", "dtype: DT_INT16 shape { dim { size: 2 } }" + from.put("abcd")},
                    {"s", "dtype: DT_STRING shape { dim { size: 2 } }" +
                              from.put("\x02\x00"s + check + "xy", whole)}};
    for (bool const mapped : {false, true}) {
        opened_bundle got{from, mapped};
        CHECK(got.bytes_of("c") == "dcbahgfe");
        CHECK(got.bytes_of("i") == "badc");
        CHECK(got.bytes_of("s") == strings({"xy", ""}));
    }
}

TEST_CASE("headers: versions and shards") {
    auto const with = [](std::string header) {
        handmade from;
        from.header = std::move(header);
        return opened_bundle(from);
    };
    CHECK(*with("num_shards: 1").reader);  // before September 2016
    CHECK(*with("").reader);
    CHECK(*with("num_shards: 1 version { producer: 7 }").reader);
    CHECK(with("num_shards: 1 version { min_consumer: 2 }").refused() ==
          tensorflow::ids::bad_version);
    CHECK(with("num_shards: 1 version { bad_consumers: 1 }").refused() ==
          tensorflow::ids::bad_version);
    CHECK(with("num_shards: 1 version { producer: -1 }").refused() == tensorflow::ids::bad_bundle);
    CHECK(with("num_shards: -1").refused() == tensorflow::ids::bad_bundle);
    CHECK(with("num_shards: 100000").refused() == tensorflow::ids::bad_bundle);
    CHECK(with("num_shards: 1 endianness: 2").refused() == tensorflow::ids::bad_bundle);

    memory_output out;
    sstable::table_writer table{any_output(out)};
    REQUIRE(table.add("x", {}));
    REQUIRE(table.finish());
    CHECK(opened_bundle(std::string(bytes::text(out.bytes())), {""}).refused() ==
          tensorflow::ids::no_header);
}

TEST_CASE("each contradiction of an entry has its id, and leaves the other tensors readable") {
    handmade from;
    from.entries.emplace_back("good", "dtype: DT_INT8 shape { dim { size: 2 } }" + from.put("ok"));
    auto const with = [&](std::string const& text) {
        handmade made = from;
        made.entries.emplace_back("x", text);
        opened_bundle got{made};
        CHECK(got.bytes_of("good") == "ok");
        return got.bytes_of("x");
    };
    CHECK(with("dtype: DT_INT8 shape { dim { size: 3 } } size: 2 crc32c: 0") ==
          "tensorflow.bad_size");
    CHECK(with("dtype: DT_INT8 shape { dim { size: 2 } } size: 2 crc32c: 0") ==
          "tensorflow.bad_crc");
    CHECK(with("dtype: DT_INT8 shape { dim { size: 2 } } offset: 1 size: 2") == "bytes.truncated");
    CHECK(with("dtype: DT_INT8 shape { dim { size: 2 } } offset: 9223372036854775807 "
               "size: 9223372036854775807") == "bytes.truncated");
    CHECK(with("dtype: 77 shape { }") == "tensorflow.unknown_dtype");
    CHECK(with("dtype: DT_FLOAT_REF shape { }") == "tensorflow.unknown_dtype");
    CHECK(with("dtype: DT_VARIANT shape { }") == "tensorflow.no_bytes");
    CHECK(with("dtype: DT_STRING shape { dim { size: 1000000000000 } } size: 2") ==
          "tensorflow.bad_strings");
    CHECK(with("dtype: DT_STRING shape { dim { size: 1 } } size: 2") == "tensorflow.bad_strings");

    auto const refused = [&](std::string const& text) {
        handmade made = from;
        made.entries.emplace_back("x", text);
        return std::string(opened_bundle(made).refused().name);
    };
    CHECK(refused("shard_id: 1") == "tensorflow.bad_bundle");
    CHECK(refused("shard_id: -1") == "tensorflow.bad_bundle");
    CHECK(refused("offset: -1") == "tensorflow.bad_bundle");
    CHECK(refused("size: -1") == "tensorflow.bad_bundle");
    CHECK(refused("shape { dim { size: -1 } }") == "tensorflow.bad_shape");
    CHECK(refused("shape { unknown_rank: true }") == "tensorflow.bad_shape");
    CHECK(refused("shape { dim { size: 4294967296 } dim { size: 4294967296 } }") ==
          "tensorflow.bad_shape");
}

TEST_CASE("strings: lengths, their checksum and that of the bytes") {
    std::uint32_t const of_lengths = codec::crc32c(bytes::of("\x02\x00\x00\x00"s));
    std::byte stored[4];
    bytes::store_le(stored, codec::masked(of_lengths));
    std::string const check{bytes::text(stored)};
    auto const with = [&](std::string const& data, std::uint32_t crc) {
        handmade from;
        from.entries.emplace_back("s", "dtype: DT_STRING shape { }" + from.put(data, crc));
        return opened_bundle(from).bytes_of("s");
    };
    std::uint32_t const right =
        codec::crc32c(bytes::of("xy"), codec::crc32c(bytes::of(check), of_lengths));
    CHECK(with("\x02" + check + "xy", right) == strings({"xy"}));
    CHECK(with("\x02" + check + "xz", right) == "tensorflow.bad_crc");
    CHECK(with("\x02" + check + "xy", right + 1) == "tensorflow.bad_crc");
    CHECK(with("\x01" + check + "xy", right) == "tensorflow.bad_crc");
    CHECK(with("\x02" + check + "xyz",
               codec::crc32c(bytes::of("xyz"), codec::crc32c(bytes::of(check), of_lengths))) ==
          "tensorflow.bad_strings");
    CHECK(with("\x02" + check + "x",
               codec::crc32c(bytes::of("x"), codec::crc32c(bytes::of(check), of_lengths))) ==
          "tensorflow.bad_strings");
    CHECK(with("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s + check, right) ==
          "bytes.bad_varint");
    CHECK(with("\x80\x80\x80\x80\x80"s, right) == "bytes.truncated");
    handmade unchecked;
    unchecked.entries.emplace_back(
        "s", "dtype: DT_STRING shape { }" + unchecked.put("\x02" + check + "xz", right));
    CHECK(opened_bundle(unchecked, false, {.verify_crc = false}).bytes_of("s") == strings({"xz"}));
}

TEST_CASE("slices: missing, overlapping, beyond their tensor, slices of slices") {
    auto const part = [](std::string const& slice, std::string const& shape,
                         std::string const& rest) {
        return std::pair(slice, "dtype: DT_INT8 shape { " + shape + " }" + rest);
    };
    auto const key = [](std::int64_t start, std::int64_t length) {
        return slice_key("p", std::vector<extent>{{start, length}});
    };
    handmade base;
    std::string const low = base.put("ab"), high = base.put("cd");
    std::string const whole = "dtype: DT_INT8 shape { dim { size: 4 } } ";
    std::string const both =
        "slices { extent { length: 2 } } slices { extent { start: 2 length: 2 } }";
    auto const with = [&](std::vector<std::pair<std::string, std::string>> parts,
                          std::string const& told) {
        handmade made = base;
        made.entries = std::move(parts);
        made.entries.emplace_back("p", told);
        return made;
    };
    auto const two = "dim { size: 2 }"s;
    CHECK(opened_bundle(with({part(key(0, 2), two, low), part(key(2, 2), two, high)}, whole + both))
              .bytes_of("p") == "abcd");
    CHECK(opened_bundle(with({part(key(0, 2), two, low)}, whole + both)).refused() ==
          tensorflow::ids::no_such_slice);
    CHECK(
        opened_bundle(with({part(key(0, 2), two, low)}, whole + "slices { extent { length: 2 } }"))
            .bytes_of("p") == "tensorflow.slices_missing");
    CHECK(opened_bundle(
              with({part(key(0, 2), two, low)},
                   whole + "slices { extent { length: 2 } } slices { extent { length: 2 } }"))
              .refused() == tensorflow::ids::slices_overlap);
    CHECK(opened_bundle(
              with({part(key(0, 2), two, low), part(key(1, 2), two, high)},
                   whole +
                       "slices { extent { length: 2 } } slices { extent { start: 1 length: 2 } }"))
              .bytes_of("p") == "tensorflow.slices_overlap");
    CHECK(opened_bundle(
              with({part(key(3, 2), two, low)}, whole + "slices { extent { start: 3 length: 2 } }"))
              .bytes_of("p") == "tensorflow.bad_slice");
    CHECK(opened_bundle(with({part(key(0, 2), "dim { size: 1 } dim { size: 2 }", low)},
                             whole + "slices { extent { length: 2 } }"))
              .bytes_of("p") == "tensorflow.bad_slice");
    for (auto const* bad :
         {"slices { extent { start: -1 length: 2 } }", "slices { extent { length: 0 } }",
          "slices { extent { start: 1 } }", "slices { extent { length: -2 } }"})
        CHECK(opened_bundle(with({}, whole + bad)).refused() == tensorflow::ids::bad_slice);
    CHECK(opened_bundle(with({part(key(0, -1), "dim { size: 4 }", " slices { extent { } }")},
                             whole + "slices { extent { } }"))
              .refused() == tensorflow::ids::no_such_slice);
    // a tensor as large as its slices claim, which all claim the same bytes
    handmade bomb = base;
    bomb.shards[0] = std::string(1 << 20, 'x');
    std::string told =
        "dtype: DT_INT8 shape { dim { size: " + std::to_string(200LL << 20) + " } } ";
    std::vector<std::pair<std::string, std::string>> parts;
    for (std::int64_t i = 0; i < 200; ++i) {
        std::string const size = std::to_string(1 << 20), start = std::to_string(i << 20);
        parts.push_back(
            part(key(i << 20, 1 << 20), "dim { size: " + size + " }", " size: " + size));
        told +=
            " slices { extent { " + (i == 0 ? "" : "start: " + start) + " length: " + size + " } }";
    }
    bomb.entries = parts;
    bomb.entries.emplace_back("p", told);
    bundle_options options;
    options.limits.expansion = 10;
    CHECK(opened_bundle(bomb, false, options).bytes_of("p") == "limit.exceeded");
}

TEST_CASE("a missing data file is told when a tensor of it is read") {
    handmade from;
    from.entries.emplace_back("x", "dtype: DT_INT8 shape { dim { size: 2 } }" + from.put("ok"));
    from.shards.clear();
    opened_bundle got{from};
    CHECK(got.names() == std::vector<std::string>{"x"});
    CHECK(got.bytes_of("x") == "io.not_found");
}

TEST_CASE("no flipped bit in index or data does harm") {
    bundle_index index;
    memory_output data, table;
    bundle_shard shard{index, 0, any_output(data)};
    std::uint64_t const shape[]{2, 2};
    std::vector<std::vector<extent>> const slices{{{0, 1}, {}}, {{1, 1}, {}}};
    REQUIRE(shard.add("f", dtype::float32, shape, bytes::of("abcdefghijklmnop")));
    REQUIRE(shard.add_strings("s", shape, std::vector<std::string_view>{"a", "", "ccc", "d"}));
    REQUIRE(index.add_partitioned("p", dtype::int8, shape, slices));
    REQUIRE(shard.add_slice("p", dtype::int8, shape, slices[0], bytes::of("ab")));
    REQUIRE(shard.add_slice("p", dtype::int8, shape, slices[1], bytes::of("cd")));
    REQUIRE(index.finish(any_output(table)));
    std::string const whole{bytes::text(table.bytes())}, payload{bytes::text(data.bytes())};
    for (std::size_t bit = 0; bit < (whole.size() + payload.size()) * 8; ++bit) {
        std::string changed = whole, bytes = payload;
        auto& byte = bit / 8 < whole.size() ? changed[bit / 8] : bytes[bit / 8 - whole.size()];
        byte = static_cast<char>(byte ^ (1 << bit % 8));
        for (bool const check : {true, false}) {
            opened_bundle got{changed, {bytes}, false, {.verify_crc = check}};
            if (!*got.reader) continue;
            for (auto const& name : got.names()) (void)got.bytes_of(name);
            if (check && bit / 8 >= whole.size())
                CHECK((got.bytes_of("f") != "abcdefghijklmnop" || got.bytes_of("p") != "abcd" ||
                       got.bytes_of("s") != strings({"a", "", "ccc", "d"})));
        }
    }
}
