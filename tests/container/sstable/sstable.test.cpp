// SPDX-License-Identifier: BSL-1.0
#include <lade/container/sstable/reader.hpp>
#include <lade/container/sstable/writer.hpp>

#include <lade/bytes/memory.hpp>

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

using namespace lade;
using namespace std::string_literals;
using sstable::handle;

namespace {

using pairs = std::vector<std::pair<std::string, std::string>>;

std::string table_of(pairs const& entries, sstable::write_options const& options = {}) {
    memory_output out;
    sstable::table_writer writer{any_output(out), options};
    for (auto const& [key, value] : entries) REQUIRE(writer.add(key, bytes::of(value)));
    REQUIRE(writer.finish());
    return std::string(bytes::text(out.bytes()));
}

/// A source that can only be read, as a file can.
struct plain {
    memory inner;
    std::uint64_t size() const { return inner.size(); }
    result<void> read(std::uint64_t offset, std::span<std::byte> to) const {
        return inner.read(offset, to);
    }
};

struct outcome {
    pairs entries;
    error failed{};
};
outcome read_all(std::string const& file, sstable::read_options const& options = {}) {
    plain from{memory(bytes::of(file))};
    outcome got;
    auto const opened = sstable::table::open(from, options);
    if (!opened) {
        got.failed = opened.error();
        return got;
    }
    auto at = opened->begin();
    while (at.next()) got.entries.emplace_back(at.key(), bytes::text(at.value()));
    if (at.failed()) got.failed = at.error();
    return got;
}
error_id const& refused(std::string const& file, sstable::read_options const& options = {}) {
    outcome const got = read_all(file, options);
    REQUIRE(got.failed.id != nullptr);
    return *got.failed.id;
}

pairs many(std::size_t count) {
    pairs made;
    for (std::size_t i = 0; i < count; ++i) {
        std::string number = std::to_string(i);
        number.insert(0, 6 - number.size(), '0');
        made.emplace_back("layer/" + number + "/kernel",
                          std::string(i % 40, static_cast<char>('a' + i % 26)));
    }
    return made;
}

std::string fixed32(std::uint32_t value) {
    std::byte out[4];
    bytes::store_le(out, value);
    return std::string(bytes::text(out));
}
std::string varint(std::uint64_t value) {
    std::byte out[10];
    return std::string(
        bytes::text({out, static_cast<std::size_t>(protobuf::put_varint(out, value) - out)}));
}
std::string handle_text(handle const& of) { return varint(of.offset) + varint(of.size); }
std::string entry(std::size_t shared, std::string const& key, std::string const& value) {
    return varint(shared) + varint(key.size()) + varint(value.size()) + key + value;
}
std::string block_of(std::string const& entries) { return entries + fixed32(0) + fixed32(1); }

/// Files put together block by block, with right checksums unless told otherwise.
struct builder {
    std::string file;
    handle put(std::string const& data, char type = '\0', bool right = true) {
        handle const where{file.size(), data.size()};
        std::string const whole = data + type;
        file += whole + fixed32(codec::masked(codec::crc32c(bytes::of(whole))) + (right ? 0 : 1));
        return where;
    }
    std::string end(handle const& index, handle const& metaindex = {}) const {
        return file + std::string(bytes::text(sstable::write_footer({metaindex, index})));
    }
    /// One data block and its index.
    std::string around(std::string const& data, char type = '\0', bool right = true) {
        handle const where = put(data, type, right);
        return end(put(block_of(entry(0, "z", handle_text(where)))));
    }
};

std::string compressed(std::string const& plain) {
    std::vector<std::byte> out(codec::snappy_bound(plain.size()));
    return std::string(bytes::text({out.data(), codec::snappy_compress(bytes::of(plain), out)}));
}

static_assert(sstable::read_footer(sstable::write_footer({{0, 8}, {13, 8}}), 48 + 26)->index ==
              handle{13, 8});
static_assert(!sstable::read_footer(sstable::write_footer({{0, 8}, {14, 8}}), 48 + 26));
static_assert(!sstable::read_footer(
    sstable::write_footer({{0, 8}, {~std::uint64_t{0}, ~std::uint64_t{0}}}), 100));

}  // namespace

TEST_CASE("a table gives back what was put in, whatever the size of its blocks") {
    for (std::size_t const size :
         {std::size_t{1}, std::size_t{100}, std::size_t{4096}, std::size_t{262'144}}) {
        pairs const wanted = many(500);
        outcome const got = read_all(table_of(wanted, {.block_size = size}));
        CHECK(got.failed.id == nullptr);
        CHECK(got.entries == wanted);
    }
    CHECK(read_all(table_of({})).entries.empty());
    CHECK(read_all(table_of({{"", ""}})).entries == pairs{{"", ""}});
    // values of any bytes, keys that the order of signed characters would mix up
    pairs const odd{{"", "a\0b"s}, {"\0"s, ""},   {"\0\xff"s, "x"},
                    {"a", "1"},    {"\x80", "2"}, {"\xff\xff", "3"}};
    for (std::size_t const size : {std::size_t{1}, std::size_t{4096}})
        CHECK(read_all(table_of(odd, {.block_size = size})).entries == odd);
}

TEST_CASE("the bytes are those of TensorFlow's builder") {
    // tf.raw_ops.SaveV2 of the scalar `b` = 3.0, TensorFlow 2.21
    std::string const file =
        "\x00\x00\x06\x08\x01\x1a\x02\x08\x01\x00\x01\x0b\x62\x08\x01"
        "\x12\x00\x28\x04\x35\xef\xd6\x82\xc3\0\0\0\0"
        "\x01\0\0\0\0\x3a\x6a\x55\xf7\0\0\0\0\x01\0\0\0\0\xc0\xf2\xa1\xb0"
        "\0\x01\x02\x63\0\x20\0\0\0\0\x01\0\0\0\0"
        "\x93\x75\x09\x74\x25\x08\x32\x0e"s +
        std::string(36, '\0') + "\x57\xfb\x80\x8b\x24\x75\x47\xdb";
    REQUIRE(file.size() == 117);
    pairs const entries{{"", "\x08\x01\x1a\x02\x08\x01"s},
                        {"b", "\x08\x01\x12\x00\x28\x04\x35\xef\xd6\x82\xc3"s}};
    CHECK(read_all(file).entries == entries);
    CHECK(table_of(entries) == file);
}

TEST_CASE("seek finds the first key that is not less, in any block") {
    pairs const wanted = many(300);
    std::string const file = table_of(wanted, {.block_size = 200, .restart_interval = 4});
    memory from{bytes::of(file)};
    auto const table = sstable::table::open(from);
    REQUIRE(table);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        auto at = table->begin();
        REQUIRE(at.seek(wanted[i].first));
        CHECK(at.key() == wanted[i].first);
        CHECK(bytes::text(at.value()) == wanted[i].second);
        REQUIRE(at.seek(wanted[i].first + "!") == (i + 1 < wanted.size()));
        if (i + 1 < wanted.size()) CHECK(at.key() == wanted[i + 1].first);
    }
    auto at = table->begin();
    CHECK(at.seek(""));
    CHECK(at.key() == wanted[0].first);
    CHECK(at.next());
    CHECK(at.key() == wanted[1].first);
    CHECK_FALSE(at.seek("z"));
    CHECK_FALSE(at.failed());
    CHECK_FALSE(at.next());
    CHECK(at.seek("layer/000299/kernel"));
    CHECK_FALSE(at.next());
}

TEST_CASE("a value that lies in memory is not copied") {
    std::string const file = table_of({{"k", "value"}});
    memory from{bytes::of(file)};
    auto const table = sstable::table::open(from);
    REQUIRE(table);
    auto at = table->begin();
    REQUIRE(at.next());
    CHECK(bytes::text(at.value()).data() == file.data() + 4);
}

TEST_CASE("blocks compressed by Snappy are read") {
    std::string plain = block_of(entry(0, "key", std::string(1000, 'v')));
    builder made;
    outcome const got = read_all(made.around(compressed(plain), '\1'));
    REQUIRE(got.failed.id == nullptr);
    CHECK(got.entries == pairs{{"key", std::string(1000, 'v')}});
}

TEST_CASE("every prefix of a table is refused") {
    std::string const file = table_of(many(20), {.block_size = 100});
    for (std::size_t size = 0; size < file.size(); ++size) {
        outcome const got = read_all(file.substr(0, size));
        REQUIRE(got.failed.id != nullptr);
        CHECK(got.failed.id->kind == kind::corrupt);
    }
}

TEST_CASE("every flipped bit is noticed, or lies where nothing is looked at") {
    pairs const wanted = many(20);
    std::string const file = table_of(wanted, {.block_size = 100});
    for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
        std::string flipped = file;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
        outcome const got = read_all(flipped);
        CHECK((got.failed.id != nullptr || got.entries == wanted));
        (void)read_all(flipped, {.verify_crc = false});
    }
}

TEST_CASE("handles are compared with the file without a sum that could wrap") {
    for (handle const& index :
         {handle{~std::uint64_t{0}, 8}, handle{0, ~std::uint64_t{0}},
          handle{0, ~std::uint64_t{0} - 4}, handle{20, 0}, handle{0, 9}, handle{1'000'000, 1}}) {
        builder made;
        made.put(block_of(""));
        CHECK(refused(made.end(index)) == sstable::ids::bad_handle);
        builder data;
        CHECK(refused(data.end(data.put(block_of(
                  entry(0, "z", handle_text(index.size == 9 ? handle{0, 99} : index)))))) ==
              sstable::ids::bad_handle);
    }
    builder made;
    CHECK(refused(made.end(made.put(block_of(entry(0, "z", ""))))) == sstable::ids::bad_handle);
}

TEST_CASE("each damage to a block has its id") {
    CHECK(refused("") == sstable::ids::no_footer);
    CHECK(refused(std::string(48, '\0')) == sstable::ids::no_footer);
    CHECK(refused(builder{}.around(block_of(entry(0, "a", "b")), '\0', false)) ==
          sstable::ids::bad_crc);
    CHECK(
        read_all(builder{}.around(block_of(entry(0, "a", "b")), '\0', false), {.verify_crc = false})
            .entries.size() == 1);
    CHECK(refused(builder{}.around(block_of(""), '\2')) == sstable::ids::bad_type);
    CHECK(refused(builder{}.around("")) == sstable::ids::bad_restarts);
    CHECK(refused(builder{}.around("abc")) == sstable::ids::bad_restarts);
    CHECK(refused(builder{}.around(entry(0, "a", "b") + fixed32(0))) == sstable::ids::bad_restarts);
    CHECK(refused(builder{}.around(entry(0, "a", "b") + fixed32(0) + fixed32(0xffffffff))) ==
          sstable::ids::bad_restarts);
    CHECK(refused(builder{}.around(block_of(entry(1, "a", "b")))) == sstable::ids::bad_entry);
    CHECK(refused(builder{}.around(block_of(entry(0, "a", "b") + entry(2, "c", "")))) ==
          sstable::ids::bad_entry);
    CHECK(refused(builder{}.around(block_of("\0\x05\0a"s))) == sstable::ids::bad_entry);
    CHECK(refused(builder{}.around(block_of("\0\x01\x05"
                                            "abc"s))) == sstable::ids::bad_entry);
    CHECK(refused(builder{}.around(block_of("\0\xff\xff\xff\xff\x0f\xff\xff\xff\xff\x0f"
                                            "abc"s))) == sstable::ids::bad_entry);
    CHECK(refused(builder{}.around(block_of("\x80\x80\x80\x80\x80\x80"s))) ==
          sstable::ids::bad_entry);
    CHECK(refused(builder{}.around(block_of(entry(0, "b", "") + entry(0, "a", "")))) ==
          sstable::ids::unsorted);
    CHECK(refused(builder{}.around(block_of(entry(0, "b", "") + entry(1, "", "")))) ==
          sstable::ids::unsorted);
    CHECK(refused(builder{}.around("\x05\x10xxxx"s, '\1')) == codec::ids::snappy_truncated);
}

TEST_CASE("a restart outside of its block does no harm to seek") {
    builder made;
    std::string const file = made.around(entry(0, "a", "") + entry(0, "b", "") + fixed32(0) +
                                         fixed32(0xfffffff0) + fixed32(2));
    memory from{bytes::of(file)};
    auto const table = sstable::table::open(from);
    REQUIRE(table);
    auto at = table->begin();
    CHECK_FALSE(at.seek("b"));
    REQUIRE(at.failed());
    CHECK(*at.error().id == sstable::ids::bad_restarts);
}

TEST_CASE("a block that claims more than Snappy can hold is refused before memory is taken") {
    outcome const got =
        read_all(builder{}.around("\xff\xff\xff\xff\x0f"
                                  "abc"s,
                                  '\1'));
    REQUIRE(got.failed.id != nullptr);
    CHECK(*got.failed.id == sstable::ids::bomb);
    CHECK(got.failed.id->kind == kind::unsafe);
    CHECK(got.failed.found == 0xffffffff);
}

TEST_CASE("one block is not read again and again, and blocks out of order are refused") {
    builder made;
    handle const data = made.put(block_of(entry(0, "a", std::string(1000, 'x'))));
    std::string index;
    for (char key = 'a'; key < 'z'; ++key)
        index += entry(0, std::string(1, key), handle_text(data));
    CHECK(refused(made.end(made.put(block_of(index)))) == sstable::ids::disorder);
}

TEST_CASE("keys must ascend from block to block as well") {
    builder made;
    handle const first = made.put(block_of(entry(0, "b", ""))),
                 second = made.put(block_of(entry(0, "a", "")));
    std::string const index =
        entry(0, "x", handle_text(first)) + entry(0, "y", handle_text(second));
    CHECK(refused(made.end(made.put(block_of(index)))) == sstable::ids::unsorted);
}

TEST_CASE("keys that share long beginnings take no memory for each of them") {
    std::string entries = entry(0, std::string(60'000, 'a'), "");
    for (int i = 0; i < 250; ++i)
        for (int j = 0; j < 250; ++j)
            entries += entry(
                j == 0 ? 60'000 : 60'001,
                (j == 0 ? std::string(1, static_cast<char>(i)) : "") + static_cast<char>(j), "");
    // 62,500 keys of 60,002 characters: 3.75 GB if they were kept
    std::string const file = builder{}.around(block_of(entries));
    plain from{memory(bytes::of(file))};
    auto const table = sstable::table::open(from);
    REQUIRE(table);
    auto at = table->begin();
    std::size_t count = 0;
    while (at.next()) ++count;
    CHECK_FALSE(at.failed());
    CHECK(count == 62'501);
}

TEST_CASE("keys that do not ascend are not written") {
    memory_output out;
    sstable::table_writer writer{any_output(out)};
    CHECK(writer.add("", {}));
    CHECK_FALSE(writer.add("", {}));
    CHECK(writer.add("b", {}));
    auto const done = writer.add("a", {});
    REQUIRE_FALSE(done);
    CHECK(*done.error().id == sstable::ids::unsorted);
}
