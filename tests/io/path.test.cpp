// SPDX-License-Identifier: BSL-1.0
#include <lade/io/path.hpp>

#include <doctest/doctest.h>

namespace {

struct other_path {
    std::string string() const { return "a/b"; }
};

TEST_CASE("a path falls apart into folder and name") {
    lade::path const at = "models/resnet/net.pth";
    CHECK(at.name() == "net.pth");
    CHECK(at.folder() == "models/resnet/");
    CHECK(at.sibling("index.json").string() == "models/resnet/index.json");
    CHECK(lade::path("net.pth").folder().empty());
    CHECK(lade::path("net.pth").sibling("x").string() == "x");
    CHECK(lade::path("/net.pth").folder() == "/");
    CHECK(lade::path("dir/").name().empty());
    CHECK(lade::path().empty());
}

TEST_CASE("a path is made of any text, and of anything that has one") {
    CHECK(lade::path(std::string("x")).string() == "x");
    CHECK(lade::path(std::string_view("x")).string() == "x");
    CHECK(lade::path(other_path{}).string() == "a/b");
    CHECK((lade::path("a") / "b").string() == "a/b");
    CHECK((lade::path("a/") / "b").string() == "a/b");
    CHECK((lade::path("") / "b").string() == "b");
}

TEST_CASE("names that lead out of a folder are known") {
    for (auto const* const name : {"", "/etc/passwd", "..", "../x", "a/../../x", "a/..", "..\\x",
                                   "a\\..\\x", "C:x", "c:\\x"}) {
        CAPTURE(name);
        CHECK(lade::path::leads_outside(name));
    }
    CHECK(lade::path::leads_outside(std::string_view("a\0b", 3)));
    for (auto const* const name : {"x", "a/b", "...", "..a", "a..", "a/..b/c", ".hidden", "a b"}) {
        CAPTURE(name);
        CHECK_FALSE(lade::path::leads_outside(name));
    }
}

}  // namespace
