// SPDX-License-Identifier: BSL-1.0
#include <lade/base/heap_arena.hpp>
#include <lade/container/tar.hpp>

#include <doctest/doctest.h>

#include <cstdio>
#include <support/bytes.hpp>
#include <support/sources.hpp>

namespace {

using namespace lade;
using namespace support;

/// A header with a right checksum.
blob header(std::string_view name, std::string_view size, char type = '0') {
    std::string raw(512, '\0');
    raw.replace(0, std::min<std::size_t>(name.size(), 100), name.substr(0, 100));
    raw.replace(124, size.size(), size);
    raw.replace(148, 8, "        ");
    raw[156] = type;
    raw.replace(257, 8,
                std::string("ustar\0"
                            "00",
                            8));
    unsigned sum = 0;
    for (char c : raw) sum += static_cast<unsigned char>(c);
    char text[8];
    std::snprintf(text, sizeof text, "%06o", sum & 0777777U);
    raw.replace(148, 7, std::string(text, 7));
    return bytes_of(raw);
}
std::string octal(std::size_t size) {
    char text[16];
    std::snprintf(text, sizeof text, "%011zo", size);
    return text;
}
blob member(std::string_view name, blob const& content, char type = '0') {
    blob made = joined({header(name, octal(content.size()), type), content});
    made.resize((made.size() + 511) / 512 * 512);
    return made;
}

std::string listed(blob const& file) {
    memory const from{bytes::view(file)};
    unviewable const slow{bytes::view(file)};
    heap_arena memory;
    auto const found = tar::members(any_source(from), memory);
    CHECK(id_of(found) == id_of(tar::members(any_source(slow), memory)));
    if (!found) return "!" + id_of(found);
    std::string all;
    for (auto const& one : *found)
        all += std::string(one.name) + "=" + text_of(*from.view(one.offset, one.size)) + ";";
    return all;
}

TEST_CASE("files of an archive are listed with their data") {
    CHECK(listed(joined({member("storages", "abc"_bytes), member("empty", {}),
                         member("./pickle", blob(512, std::byte{'x'})), blob(1024)})) ==
          "storages=abc;empty=;pickle=" + std::string(512, 'x') + ";");
    CHECK(listed(member("a", "1"_bytes, '\0')) == "a=1;");
    CHECK(listed(blob(1024)).empty());
    CHECK(listed({}).empty());
}

TEST_CASE("folders, links and long names are passed over, with their data") {
    CHECK(listed(joined({member("folder/", {}, '5'), member("link", {}, '2'),
                         member("././@LongLink", "a very long name"_bytes, 'L'),
                         member("a", "1"_bytes)})) == "a=1;");
}

TEST_CASE("a name may fill its field") {
    std::string wanted(100, 'n');
    CHECK(listed(member(wanted, "1"_bytes)) == wanted.append("=1;"));
}

TEST_CASE("a header that is damaged anywhere is refused") {
    blob const good = member("a", "1"_bytes);
    blob const first(good.begin(), good.begin() + 512);
    every_bit_flip(first, [&](bytes::view changed, std::size_t at) {
        blob file(changed.begin(), changed.end());
        file.insert(file.end(), good.begin() + 512, good.end());
        if (at < 148 || at >= 156) CHECK(listed(file) == "!tar.bad_header");
        else CHECK((listed(file) == "!tar.bad_header" || listed(file) == "a=1;"));
    });
}

TEST_CASE("sizes are digits of base 8 that lie in the file") {
    CHECK(listed(joined({header("a", "77777777777"), blob(512)})) == "!tar.bad_size");
    CHECK(listed(header("a", octal(1))) == "!tar.bad_size");
    CHECK(listed(header("a", octal(0))) == "a=;");
    CHECK(listed(header("a", "8")) == "!tar.bad_header");
    CHECK(listed(header("a", "")) == "!tar.bad_header");
    CHECK(listed(header("a", "-1")) == "!tar.bad_header");
    CHECK(listed(header("a", std::string("\x80\0\0\0\0\0\0\0\0\0\0\1", 12))) ==
          "!tar.bad_header");  // GNU's base 256, which nobody needs here
    CHECK(listed(joined({header("a", "  1 "), blob(512)})) == "a=" + std::string(1, '\0') + ";");
}

TEST_CASE("every prefix is an error or a shorter list") {
    blob const whole =
        joined({member("a", "1"_bytes), member("b", noise(700)), member("c", "3"_bytes)});
    every_prefix(whole, [](bytes::view part) {
        std::string const found = listed(blob(part.begin(), part.end()));
        CHECK((found.empty() || found[0] == '!' || found.starts_with("a=1;")));
    });
}

TEST_CASE("many members cost what they are") {
    blob file;
    blob const one = member("some/name/of/a/member", {});
    for (int i = 0; i < 5'000; ++i) file.insert(file.end(), one.begin(), one.end());
    memory const inner{bytes::view(file)};
    counting const from(inner);
    heap_arena memory;
    auto const found = tar::members(any_source(from), memory);
    REQUIRE(found);
    CHECK(found->size() == 5'000);
    CHECK(from.bytes() == file.size());
    CHECK(memory.taken() < 5'000 * 300);
}

}  // namespace
