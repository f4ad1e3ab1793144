// SPDX-License-Identifier: BSL-1.0
#include <lade/base/heap_arena.hpp>
#include <lade/codec/deflate.hpp>
#include <lade/container/zip/entry_reader.hpp>

#include <doctest/doctest.h>

#include <support/bytes.hpp>
#include <support/sources.hpp>
#include <support/zips.hpp>

namespace {

using namespace lade;
using namespace support;
using zips::entry;

/// Raw deflate: literal blocks and matches of the library's own encoder would do; stored blocks are
/// independent of it.
blob stored_blocks(bytes::view plain) {
    blob made;
    do {
        std::size_t const size = std::min<std::size_t>(plain.size(), 40'000);
        made.push_back(static_cast<std::byte>(size == plain.size() ? 1 : 0));
        zips::put(made, raw<std::uint16_t>(
                            {static_cast<std::uint16_t>(size), static_cast<std::uint16_t>(~size)}));
        made.insert(made.end(), plain.begin(), plain.begin() + static_cast<std::ptrdiff_t>(size));
        plain = plain.subspan(size);
    } while (!plain.empty());
    return made;
}

entry packed(std::string name, bytes::view plain) {
    entry one{.name = std::move(name), .body = stored_blocks(plain), .method = 8};
    one.crc = codec::crc32(plain);
    one.plain_size = plain.size();
    return one;
}

/// An archive that is open, over a source with views or without.
struct open_archive {
    blob file;
    lade::memory fast{bytes::view(file)};
    unviewable slow{bytes::view(file)};
    heap_arena memory;
    result<zip::archive> archive;

    open_archive(std::vector<entry> const& entries, bool with_views)
        : file(zips::archive(entries)),
          archive(zip::archive::open(with_views ? any_source(fast) : any_source(slow), memory)) {
        REQUIRE(archive);
    }
    result<zip::entry_reader> reader(std::string_view name, zip::read_options options = {}) {
        return zip::entry_reader::open(*archive, *archive->find(name), options);
    }
};

TEST_CASE("stored and deflated entries are read in pieces of any size, to the same bytes") {
    blob const plain = noise(100'003);
    for (bool const views : {true, false}) {
        open_archive in({{.name = "stored", .body = plain}, packed("deflated", plain)}, views);
        for (std::string_view const name : {"stored", "deflated"})
            for (std::size_t const piece : {1'000U, 1'001U, 33'333U, 65'536U, 100'003U, 7U}) {
                auto reader = in.reader(name);
                REQUIRE(reader);
                CHECK(reader->size() == plain.size());
                blob got(plain.size());
                std::size_t const until = piece == 7 ? 7'000 : plain.size();
                for (std::size_t at = 0; at < until; at += piece)
                    REQUIRE(reader->read(
                        at, std::span(got).subspan(at, std::min(piece, plain.size() - at))));
                CHECK(std::equal(got.begin(), got.begin() + static_cast<std::ptrdiff_t>(until),
                                 plain.begin()));
            }
    }
}

TEST_CASE("any part of an entry is read alone, forwards and backwards") {
    blob const plain = noise(90'000);
    open_archive in({packed("deflated", plain), {.name = "stored", .body = plain}}, false);
    for (std::string_view const name : {"deflated", "stored"}) {
        auto reader = in.reader(name);
        REQUIRE(reader);
        for (std::size_t const at : {80'000U, 10U, 50'000U, 50'000U, 0U, 89'990U}) {
            std::byte room[10]{};
            REQUIRE(reader->read(at, room));
            CHECK(std::equal(std::begin(room), std::end(room),
                             plain.begin() + static_cast<std::ptrdiff_t>(at)));
        }
        CHECK(reader->read(90'000, {}));
        std::byte room[10]{};
        CHECK(id_of(reader->read(89'991, room)) == "bytes.truncated");
        CHECK(id_of(reader->read(~std::uint64_t{0}, room)) == "bytes.truncated");
        CHECK(place_of(reader->read(89'991, room)) == name);
    }
}

TEST_CASE("a wrong CRC is found when the last byte is read, whole or in pieces") {
    blob const plain = noise(10'000);
    for (bool const views : {true, false})
        for (bool const deflated : {true, false}) {
            entry one = deflated ? packed("e", plain) : entry{.name = "e", .body = plain};
            one.crc = 0x12345678;
            open_archive in({one}, views);
            blob room(10'000);
            auto reader = in.reader("e");
            REQUIRE(reader);
            auto const whole = reader->read(0, room);
            REQUIRE_FALSE(whole);
            CHECK(whole.error().id == &zip::ids::bad_crc);
            CHECK(whole.error().expected == 0x12345678);
            CHECK(whole.error().found == codec::crc32(plain));
            auto again = in.reader("e");
            CHECK(again->read(0, std::span(room).first(9'999)));
            CHECK(id_of(again->read(9'999, std::span(room).last(1))) == "zip.bad_crc");
            auto unchecked = in.reader("e", {false});
            CHECK(unchecked->read(0, room));
            CHECK(room == plain);
        }
}

TEST_CASE("a CRC of 0 was not recorded") {
    blob const plain = noise(1'000);
    entry one{.name = "e", .body = plain, .crc = 0};
    open_archive in({one}, false);
    blob room(1'000);
    CHECK(in.reader("e")->read(0, room));
}

TEST_CASE("a CRC is not missed by reading in another order") {
    blob const plain = noise(1'000);
    entry one{.name = "e", .body = plain, .crc = 1};
    open_archive in({one}, false);
    blob room(500);
    auto reader = in.reader("e");
    CHECK(reader->read(500, room));  // out of order: nothing can be compared
    CHECK(reader->read(0, room));
    CHECK(id_of(reader->read(500, room)) == "zip.bad_crc");
}

TEST_CASE("stored entries are viewed where they lie, deflated ones never") {
    blob const plain = noise(100);
    open_archive with({{.name = "s", .body = plain}, packed("d", plain)}, true);
    auto const stored = with.reader("s");
    REQUIRE(stored->view());
    CHECK(stored->view()->data() == with.file.data() + stored->offset());
    CHECK_FALSE(with.reader("d")->view());
    open_archive without({{.name = "s", .body = plain}}, false);
    CHECK_FALSE(without.reader("s")->view());
}

TEST_CASE("what unpacks to more, to less or to nothing is refused by name") {
    blob const plain = noise(1'000);
    auto const outcome = [&](entry one, bool views) {
        open_archive in({one}, views);
        auto reader = in.reader("e");
        blob room(static_cast<std::size_t>(reader->size()));
        return id_of(reader->read(0, room));
    };
    for (bool const views : {true, false}) {
        auto shorter = packed("e", plain);
        shorter.plain_size = 1'001;
        CHECK(outcome(shorter, views) == "zip.bad_plain_size");
        auto cut = packed("e", plain);
        cut.body.resize(cut.body.size() - 10);
        CHECK(outcome(cut, views) == "inflate.truncated");
        auto odd = packed("e", plain);
        odd.body[0] = std::byte{7};
        CHECK(outcome(odd, views).starts_with("inflate."));
    }
    auto longer = packed("e", plain);
    longer.plain_size = 999;
    CHECK(outcome(longer, true) != "");
    CHECK(outcome(longer, false) != "");
}

TEST_CASE("an entry without bytes is read without bytes") {
    open_archive in({{.name = "e"}, packed("d", {})}, false);
    CHECK(in.reader("e")->read(0, {}));
    CHECK(in.reader("d")->read(0, {}));
    std::byte one[1]{};
    CHECK(id_of(in.reader("e")->read(0, one)) == "bytes.truncated");
}

TEST_CASE("every bit flip of a deflated entry is an error or the same bytes") {
    blob const plain = bytes_of(std::string(300, 'a') + text_of(noise(50)));
    open_archive good({packed("e", plain)}, false);
    every_bit_flip(good.file, [&](bytes::view changed, std::size_t) {
        blob const file(changed.begin(), changed.end());
        for (bool const views : {true, false}) {
            lade::memory const fast{bytes::view(file)};
            unviewable const slow{bytes::view(file)};
            heap_arena memory(1 << 20);
            auto const archive =
                zip::archive::open(views ? any_source(fast) : any_source(slow), memory);
            if (!archive) continue;
            auto const* const found = archive->find("e");
            if (found == nullptr) continue;
            auto const data = zip::contents(*archive, *found, memory);
            if (data && found->crc != 0) REQUIRE(text_of(*data) == text_of(plain));
        }
    });
}

TEST_CASE("contents are bounded by the limits and by the arena") {
    blob const plain = noise(10'000);
    open_archive in({packed("e", plain), {.name = "s", .body = plain}}, false);
    auto const all = zip::contents(*in.archive, *in.archive->find("e"), in.memory);
    REQUIRE(all);
    CHECK(text_of(*all) == text_of(plain));
    limits strict;
    strict.expansion = 0;
    strict.expansion_floor = 9'999;
    auto const refused = zip::contents(*in.archive, *in.archive->find("e"), in.memory, strict);
    CHECK(id_of(refused) == "limit.exceeded");
    heap_arena small(5'000);
    CHECK(id_of(zip::contents(*in.archive, *in.archive->find("s"), small)) == "limit.exceeded");
    entry wrong{.name = "e", .body = plain, .crc = 1};
    open_archive bad({wrong}, true);
    CHECK(id_of(zip::contents(*bad.archive, *bad.archive->find("e"), bad.memory)) == "zip.bad_crc");
    CHECK(zip::contents(*bad.archive, *bad.archive->find("e"), bad.memory, {}, {false}));
}

}  // namespace
