// SPDX-License-Identifier: BSL-1.0
#include <lade/io/file_set.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <support/files.hpp>
#include <support/sources.hpp>

namespace {

using namespace lade;
using namespace support;

std::string content(any_source from) {
    blob all(static_cast<std::size_t>(from.size()));
    return from.read(0, all) ? text_of(all) : "unreadable";
}

TEST_CASE("a file is opened with its neighbours, each once") {
    scratch_folder const in;
    REQUIRE(write_file(in / "index", "i"));
    REQUIRE(write_file(in / "part-1", "one"));
    auto set = file_set::open(in / "index");
    REQUIRE(set);
    CHECK(set->has_file());
    CHECK(content(set->file()) == "i");
    CHECK(set->what() == io::entry::file);
    CHECK(set->has_sibling("part-1"));
    CHECK_FALSE(set->has_sibling("part-2"));
    auto const part = set->sibling("part-1");
    REQUIRE(part);
    CHECK(content(*part) == "one");
    REQUIRE(write_file(in / "part-1", "changed afterwards"));
    CHECK(content(*set->sibling("part-1")).substr(0, 3) != "two");
    CHECK(id_of(set->sibling("part-2")) == "io.not_found");
    auto names = set->names();
    std::sort(names.begin(), names.end());
    CHECK(names == std::vector<std::string>{"index", "part-1"});
}

TEST_CASE("no file opens another one outside its folder") {
    scratch_folder const in;
    REQUIRE(::mkdir((in / "models").c_str(), 0700) == 0);
    REQUIRE(write_file(in / "secret", "s"));
    REQUIRE(write_file(in / "models/index", "i"));
    auto set = file_set::open(in / "models/index");
    REQUIRE(set);
    for (std::string const& name :
         {std::string("../secret"), in / "secret", std::string("a/../../secret"), std::string(".."),
          std::string("..\\secret"), std::string("C:secret"), std::string(),
          std::string("index\0x", 7)}) {
        CAPTURE(name);
        auto const refused = set->sibling(name);
        CHECK(id_of(refused) == "io.outside_folder");
        CHECK_FALSE(set->has_sibling(name));
        if (!refused) CHECK(refused.error().id->kind == kind::unsafe);
    }
}

TEST_CASE("a directory and a missing file are sets without a file of their own") {
    scratch_folder const in;
    REQUIRE(write_file(in / "part", "p"));
    auto folder = file_set::open(in.path());
    REQUIRE(folder);
    CHECK_FALSE(folder->has_file());
    CHECK(folder->what() == io::entry::directory);
    CHECK(content(*folder->sibling("part")) == "p");
    CHECK(folder->names() == std::vector<std::string>{"part"});
    auto prefix = file_set::open(in / "model.ckpt");
    REQUIRE(prefix);
    CHECK_FALSE(prefix->has_file());
    CHECK(content(*prefix->sibling("part")) == "p");
    CHECK(id_of(file_set::open("/dev/null")) == "io.not_regular");
}

TEST_CASE("a set of sources of the caller never touches the file system") {
    auto const one = "first"_bytes, two = "second"_bytes;
    unviewable const first{bytes::view(one)};
    memory const second{bytes::view(two)};
    file_set set(any_source(first), "index");
    CHECK(id_of(set.sibling("shard")) == "io.not_found");
    set.add("shard", any_source(second));
    CHECK(content(*set.sibling("shard")) == "second");
    CHECK(set.has_sibling("shard"));
    CHECK(id_of(set.sibling("tests")) == "io.not_found");
    CHECK(id_of(set.sibling("../x")) == "io.outside_folder");
    CHECK(set.names() == std::vector<std::string>{"index", "shard"});
}

}  // namespace
