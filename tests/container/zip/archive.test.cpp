// SPDX-License-Identifier: BSL-1.0
#include <lade/base/heap_arena.hpp>
#include <lade/container/zip/archive.hpp>

#include <doctest/doctest.h>

#include <support/bytes.hpp>
#include <support/sources.hpp>
#include <support/zips.hpp>

namespace {

using namespace lade;
using namespace support;
using zips::entry;

/// What an archive says of itself: the error, or the names of its entries.
std::string opened(blob const& file) {
    heap_arena memory;
    unviewable const slow{bytes::view(file)};
    auto const second = zip::archive::open(any_source(slow), memory);
    lade::memory const fast{bytes::view(file)};
    auto const first = zip::archive::open(any_source(fast), memory);
    CHECK(id_of(first) == id_of(second));
    if (!first) return id_of(first);
    std::string names;
    for (auto const& one : first->entries()) names += std::string(one.name) + ';';
    return names;
}

/// The error of an entry's data, empty if there is none.
std::string data_of(blob const& file, std::string_view name) {
    heap_arena memory;
    lade::memory const from{bytes::view(file)};
    auto const archive = zip::archive::open(any_source(from), memory);
    if (!archive) return "unopened: " + id_of(archive);
    auto const* const found = archive->find(name);
    return found == nullptr ? "unfound" : id_of(archive->data_offset(*found));
}

std::vector<entry> two() {
    return {{.name = "a.txt", .body = "hello"_bytes}, {.name = "b/", .body = {}}};
}

TEST_CASE("entries are listed in the order of the directory and found by name") {
    blob const file = zips::archive(two());
    heap_arena memory;
    lade::memory const from{bytes::view(file)};
    auto const archive = zip::archive::open(any_source(from), memory);
    REQUIRE(archive);
    REQUIRE(archive->entries().size() == 2);
    auto const* const found = archive->find("a.txt");
    REQUIRE(found != nullptr);
    CHECK(found->plain_size == 5);
    CHECK(found->is_stored());
    CHECK(archive->find("b/")->is_folder());
    CHECK(archive->find("A.TXT") == nullptr);
    CHECK(archive->find("") == nullptr);
    auto const at = archive->data_offset(*found);
    REQUIRE(at);
    CHECK(text_of(*from.view(*at, 5)) == "hello");
}

TEST_CASE("an archive without entries, with comments and with something in front of it is one") {
    CHECK(opened(zips::archive({})) == "");
    CHECK(opened(zips::archive(two(), {.comment = "a comment"})) == "a.txt;b/;");
    CHECK(opened(zips::archive(two(), {.comment = std::string(65535, 'c')})) == "a.txt;b/;");
    CHECK(opened(zips::archive(two(), {.before = "#!/bin/sh\n"_bytes})) == "a.txt;b/;");
    auto commented = two();
    commented[0].comment = "of an entry";
    commented[1].central_extra = "\x55\x54\x01\0x"_bytes;
    CHECK(opened(zips::archive(commented)) == "a.txt;b/;");
}

TEST_CASE("an end record in a comment is a decoy") {
    blob decoy;
    zips::put(decoy, zip::end_record{0, 0, 0, 0, 0, 0, 0});
    blob shorter = decoy;
    zips::put(shorter, "x");
    CHECK(opened(zips::archive(two(), {.comment = text_of(shorter)})) == "a.txt;b/;");
    // one that ends with the file is the one that every reader takes
    CHECK(opened(zips::archive(two(), {.comment = text_of(decoy)})) == "");
    CHECK(opened("PK\5\6"_bytes) == "zip.no_end_record");
}

TEST_CASE("whatever is cut off the end, there is no end record any more") {
    every_prefix(zips::archive(two()), [](bytes::view part) {
        CHECK(opened(blob(part.begin(), part.end())) == "zip.no_end_record");
    });
    every_prefix(zips::archive(two(), {.zip64 = true}), [](bytes::view part) {
        CHECK(opened(blob(part.begin(), part.end())) == "zip.no_end_record");
    });
}

TEST_CASE("no bit flip reads beyond the file") {
    auto entries = two();
    entries.push_back({.name = "c", .body = "data"_bytes, .wide_descriptor = true, .wide = true});
    for (bool const wide : {false, true})
        every_bit_flip(zips::archive(entries, {.zip64 = wide}),
                       [](bytes::view changed, std::size_t) {
                           heap_arena memory(limits{}.bookkeeping(changed.size()));
                           blob const copy(changed.begin(), changed.end());
                           lade::memory const from{bytes::view(copy)};
                           if (auto const archive = zip::archive::open(any_source(from), memory))
                               for (auto const& one : archive->entries())
                                   (void)archive->data_offset(one);
                       });
}

TEST_CASE("what the end record says must be so") {
    CHECK(opened(zips::archive(two(), {.entries = 3})) == "zip.bad_directory");
    CHECK(opened(zips::archive(two(), {.directory_offset = 1'000'000})) == "zip.bad_directory");
    CHECK(opened(zips::archive(two(), {.directory_size = 1'000'000})) == "zip.bad_directory");
    CHECK(opened(zips::archive(two(), {.directory_offset = 3})) == "bytes.bad_magic");
    CHECK(opened(zips::archive(two(), {.disk = 1})) == "zip.several_disks");
    CHECK(opened(zips::archive(two(), {.zip64 = true, .disks = 2})) == "zip.several_disks");
    CHECK(opened(zips::archive(two(), {.zip64 = true, .disk = 1})) == "zip.several_disks");
    CHECK(opened(zips::archive(two(), {.entries = 1})) == "a.txt;");
    for (std::uint64_t const many : {std::uint64_t{1} << 63, ~std::uint64_t{0}}) {
        CHECK(opened(zips::archive(two(), {.zip64 = true, .entries = many})) ==
              "zip.bad_directory");
        CHECK(opened(zips::archive(two(), {.zip64 = true, .directory_offset = many})) ==
              "zip.bad_directory");
        CHECK(opened(zips::archive(two(), {.zip64 = true, .directory_size = many})) ==
              "zip.bad_directory");
        CHECK(opened(zips::archive(two(), {.zip64 = true, .zip64_offset = many})) ==
              "zip.bad_zip64");
    }
    CHECK(opened(zips::archive(two(), {.zip64 = true, .zip64_offset = 0})) == "zip.bad_zip64");
    CHECK(opened(zips::archive(two(), {.zip64 = true})) == "a.txt;b/;");
}

TEST_CASE("an end record that asks for zip64 must find it") {
    blob file = zips::archive(two());
    bytes::store_le<std::uint32_t>(file.data() + file.size() - 10, 0xffffffff);
    CHECK(opened(file) == "zip.bad_zip64");
}

TEST_CASE("zip64 fields are read in their order, superfluous ones passed over") {
    auto entries = two();
    entries[0].wide = true;
    CHECK(opened(zips::archive(entries)) == "a.txt;b/;");
    CHECK(data_of(zips::archive(entries), "a.txt").empty());
    auto odd = two();
    odd[0].central_extra = joined({"\x55\x54\x02\0xx"_bytes, "\x01\0\x08\0abcdefgh"_bytes});
    CHECK(data_of(zips::archive(odd), "a.txt").empty());
}

TEST_CASE("a zip64 field that is cut, missing or of another kind is refused") {
    auto const with_field = [](blob const& field) {
        blob file = zips::archive({{.name = "a", .body = "x"_bytes, .central_extra = field}});
        // the directory begins behind one local header, a name and a byte
        bytes::store_le<std::uint32_t>(file.data() + 32 + 24, 0xffffffff);  // the plain size
        return opened(file);
    };
    CHECK(with_field("\x01\0\x08\0\1\0\0\0\0\0\0\0"_bytes) == "a;");
    CHECK(with_field({}) == "zip.bad_zip64");
    CHECK(with_field("\x01\0\x04\0\1\0\0\0"_bytes) == "zip.bad_zip64");
    CHECK(with_field("\x01\0\x08\0\1\0\0\0"_bytes) == "zip.bad_zip64");
    CHECK(with_field("\x02\0\x08\0\1\0\0\0\0\0\0\0"_bytes) == "zip.bad_zip64");
    CHECK(with_field("\x01\0\xff\xff\1\0\0\0\0\0\0\0"_bytes) == "zip.bad_zip64");
    CHECK(with_field("\x01"_bytes) == "zip.bad_zip64");
}

TEST_CASE("two entries of one name are refused, names that differ in case are two") {
    CHECK(opened(zips::archive({{.name = "a"}, {.name = "b"}, {.name = "a"}})) ==
          "zip.duplicate_name");
    CHECK(opened(zips::archive({{.name = "a"}, {.name = "A"}})) == "a;A;");
}

TEST_CASE("names without letters and with NUL are refused") {
    CHECK(opened(zips::archive({{.name = ""}})) == "zip.bad_name");
    CHECK(opened(zips::archive({{.name = std::string("a\0b", 3)}})) == "zip.bad_name");
    CHECK(opened(zips::archive({{.name = "\xff\xfe"}})) == "\xff\xfe;");
    CHECK(opened(zips::archive({{.name = std::string(65535, 'n')}})).size() == 65536);
}

TEST_CASE("entries that share bytes are refused, in whatever order they are listed") {
    auto same = two();
    same[1].offset = 0;
    CHECK(opened(zips::archive(same)) == "zip.overlap");
    auto into = two();
    into[0].packed_size = into[0].plain_size = 6;  // reaches into the next header
    into[0].descriptor = true;
    CHECK(opened(zips::archive(into)) != "zip.overlap");  // the descriptor is in between
    into[0].packed_size = into[0].plain_size = 22;
    CHECK(opened(zips::archive(into)) == "zip.overlap");
    auto beyond = two();
    beyond[1].packed_size = beyond[1].plain_size = 1;  // into the directory
    CHECK(opened(zips::archive(beyond)) == "zip.bad_entry");
    auto far = two();
    far[0].offset = 1'000'000'000;
    CHECK(opened(zips::archive(far)) == "zip.bad_entry");
    for (std::uint64_t const huge : {std::uint64_t{1} << 63, ~std::uint64_t{0}}) {
        auto wide = two();
        wide[0].offset = huge;
        CHECK(opened(zips::archive(wide)) == "zip.bad_entry");
        wide[0].offset.reset();
        wide[0].packed_size = wide[0].plain_size = huge;
        CHECK(opened(zips::archive(wide)) == "zip.bad_entry");
    }
    // listed backwards, with room for each: the names in the order of the directory
    blob file = zips::archive({{.name = "one", .body = "11"_bytes, .offset = 36 + 0},
                               {.name = "two", .body = "22"_bytes, .offset = 0}});
    // 30 + 3 + 2 = 35 bytes an entry
    file = zips::archive({{.name = "two", .body = "22"_bytes, .offset = 35},
                          {.name = "one", .body = "11"_bytes, .offset = 0}});
    CHECK(opened(file) == "two;one;");
}

TEST_CASE("what cannot be is refused when the directory is read") {
    auto const with = [](entry one) {
        one.name = "a";
        return opened(zips::archive({one}));
    };
    CHECK(with({.name = "", .body = "12345"_bytes, .plain_size = 6}) == "zip.size_mismatch");
    CHECK(with({.name = "", .body = "12345"_bytes, .method = 8, .plain_size = 1'000'000}) ==
          "zip.bomb");
    CHECK(with({.name = "", .body = "12345"_bytes, .method = 8, .plain_size = 6 * 1032}) == "a;");
    CHECK(with({.name = "", .body = "12345"_bytes, .disk = 3}) == "zip.several_disks");
    CHECK(with({.name = "", .body = "12345"_bytes, .method = 8, .plain_size = ~std::uint64_t{0}}) ==
          "zip.bomb");
}

TEST_CASE("what is not read is named when the entry is asked for, and only then") {
    auto const with = [](entry one) {
        one.name = "a";
        return data_of(zips::archive({one}), "a");
    };
    CHECK(with({.name = "", .body = "x"_bytes, .flags = 1}) == "zip.encrypted");
    CHECK(with({.name = "", .body = "x"_bytes, .flags = 0x40}) == "zip.encrypted");
    CHECK(with({.name = "", .body = "x"_bytes, .flags = 0x20}) == "zip.encrypted");
    for (std::uint16_t const method : {std::uint16_t{9}, std::uint16_t{12}, std::uint16_t{14},
                                       std::uint16_t{93}, std::uint16_t{99}})
        CHECK(with({.name = "", .body = "x"_bytes, .method = method}) == "zip.method");
}

TEST_CASE("a local header that tells another story is refused") {
    auto const with = [](entry one) {
        one.name = "abc";
        one.body = "12345"_bytes;
        return data_of(zips::archive({one}), "abc");
    };
    CHECK(with({.name = ""}).empty());
    CHECK(with({.name = "", .local_name = "abd"}) == "zip.header_mismatch");
    CHECK(with({.name = "", .local_name = "abcd"}) == "zip.header_mismatch");
    CHECK(with({.name = "", .local_method = std::uint16_t{8}}) == "zip.header_mismatch");
    CHECK(with({.name = "", .local_crc = 1}) == "zip.header_mismatch");
    CHECK(with({.name = "", .local_extra = blob(9)}).empty());
    CHECK(with({.name = "", .descriptor = true}).empty());
    CHECK(with({.name = "", .wide_descriptor = true}).empty());
    blob file = zips::archive({{.name = "abc", .body = "12345"_bytes}});
    file[0] = std::byte{'Q'};
    CHECK(data_of(file, "abc") == "bytes.bad_magic");
    // an extra field that pushes the data beyond the end of the file
    file = zips::archive({{.name = "abc", .body = "12345"_bytes}});
    bytes::store_le<std::uint16_t>(file.data() + 28, 0xffff);
    CHECK(data_of(file, "abc") == "zip.bad_entry");
    std::string const long_name(1000, 'n');
    auto other = long_name;
    other[999] = 'm';
    CHECK(data_of(zips::archive({{.name = long_name, .local_name = other}}), long_name) ==
          "zip.header_mismatch");
    CHECK(data_of(zips::archive({{.name = long_name}}), long_name).empty());
}

TEST_CASE("an archive of terabytes is read by its directory alone") {
    // 300 GiB of entries that are not there: a source that holds the directory and no more
    constexpr std::uint64_t each = std::uint64_t{1} << 32;
    std::vector<entry> entries;
    std::uint64_t offset = 0;
    for (int i = 0; i < 300; ++i) {
        entries.push_back({.name = "e" + std::to_string(i),
                           .crc = 0,
                           .plain_size = each,
                           .packed_size = each,
                           .offset = offset});
        offset += 100 + each;
    }
    blob const all = zips::archive(entries);
    std::uint64_t locals = 0;
    for (auto const& one : entries) locals += 30 + one.name.size();
    blob tail(all.begin() + static_cast<std::ptrdiff_t>(locals), all.end() - 22);
    std::uint64_t const size = tail.size();
    zips::put(tail, zip::zip64_end_record{44, 45, 45, 0, 0, 300, 300, size, offset});
    zips::put(tail, zip::zip64_locator{0, offset + size, 1});
    zips::put(tail, zip::end_record{0, 0, 0xffff, 0xffff, 0xffffffff, 0xffffffff, 0});
    struct far_source {
        bytes::view tail;
        std::uint64_t begin;
        mutable std::uint64_t read_bytes = 0;
        std::uint64_t size() const { return begin + tail.size(); }
        result<void> read(std::uint64_t at, std::span<std::byte> to) const {
            read_bytes += to.size();
            for (auto& one : to) one = std::byte{0};
            if (at < begin) return {};
            return lade::memory(tail).read(at - begin, to);
        }
    };
    far_source const from{tail, offset};
    heap_arena memory;
    auto const archive = zip::archive::open(any_source(from), memory);
    REQUIRE_MESSAGE(archive, id_of(archive));
    CHECK(archive->entries().size() == 300);
    CHECK(archive->entries()[299].local_offset == 299 * (100 + each));
    CHECK(archive->find("e299")->plain_size == each);
    CHECK(from.read_bytes < tail.size() + 1000);
}

TEST_CASE("memory and work for each entry do not grow with their number") {
    double first = 0;
    for (std::size_t const count : {1'000U, 10'000U, 100'000U}) {
        std::vector<entry> entries(count);
        for (std::size_t i = 0; i < count; ++i)
            entries[i].name = "archive/data/" + std::to_string(i);
        blob const file = zips::archive(entries);
        heap_arena memory;
        lade::memory const inner{bytes::view(file)};
        counting const from(inner);
        auto const archive = zip::archive::open(any_source(from), memory);
        REQUIRE(archive);
        REQUIRE(archive->entries().size() == count);
        CHECK(from.reads() < 8);
        CHECK(from.bytes() < file.size() + 100);
        double const each = static_cast<double>(memory.taken()) / static_cast<double>(count);
        if (first == 0) first = each;
        CHECK(each < first * 2);
        CHECK(each < 400);
    }
}

TEST_CASE("an archive in a small scratch says that it does not fit") {
    std::vector<entry> entries(100);
    for (std::size_t i = 0; i < 100; ++i) entries[i].name = std::to_string(i);
    blob const file = zips::archive(entries);
    lade::memory const from{bytes::view(file)};
    scratch<4096> memory;
    CHECK(id_of(zip::archive::open(any_source(from), memory)) == "memory.exhausted");
}

TEST_CASE("a source that dies ends in its own error, at whatever read") {
    blob const file = zips::archive(two(), {.comment = "c", .zip64 = true});
    for (std::uint64_t good = 0; good < 5; ++good) {
        dying const from(file, good);
        heap_arena memory;
        CHECK(id_of(zip::archive::open(any_source(from), memory)) == "test.broken");
    }
}

}  // namespace
