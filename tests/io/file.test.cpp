// SPDX-License-Identifier: BSL-1.0
#include <lade/io/file.hpp>
#include <lade/io/mapped_file.hpp>

#include <doctest/doctest.h>

#include <support/files.hpp>

namespace {

using namespace lade;
using namespace support;

template <class File>
void check_refusals(scratch_folder const& in) {
    CHECK(id_of(File::open(in / "nothing")) == "io.not_found");
    CHECK(id_of(File::open(in / "nothing/below")) == "io.not_found");
    CHECK(id_of(File::open(in.path())) == "io.is_directory");
    CHECK(id_of(File::open(in / "pipe")) == "io.not_regular");
    CHECK(id_of(File::open("/dev/null")) == "io.not_regular");
    CHECK(place_of(File::open(in / "nothing")) == in / "nothing");
    if (::geteuid() != 0) CHECK(id_of(File::open(in / "secret")) == "io.denied");
}

TEST_CASE("what is no file is refused by its own name, and a pipe does not block") {
    scratch_folder const in;
    REQUIRE(::mkfifo((in / "pipe").c_str(), 0600) == 0);
    REQUIRE(write_file(in / "secret", "x"));
    REQUIRE(::chmod((in / "secret").c_str(), 0) == 0);
    check_refusals<file>(in);
    check_refusals<mapped_file>(in);
}

TEST_CASE("a file gives what is in it, and not a byte more") {
    scratch_folder const in;
    REQUIRE(write_file(in / "f", "0123456789"));
    auto const plain = file::open(in / "f");
    auto const mapped = mapped_file::open(in / "f");
    REQUIRE(plain);
    REQUIRE(mapped);
    CHECK(plain->size() == 10);
    CHECK(mapped->size() == 10);
    std::byte room[4]{};
    for (any_source const from : {any_source(*plain), any_source(*mapped)}) {
        CHECK(from.read(6, room));
        CHECK(text_of(room) == "6789");
        CHECK(from.read(10, {}));
        CHECK(id_of(from.read(7, room)) == "bytes.truncated");
        CHECK(id_of(from.read(~std::uint64_t{0}, room)) == "bytes.truncated");
    }
    CHECK(text_of(*mapped->view(2, 3)) == "234");
    CHECK_FALSE(mapped->view(8, 3));
    CHECK(text_of(mapped->bytes()) == "0123456789");
}

TEST_CASE("an empty file is a file without bytes") {
    scratch_folder const in;
    REQUIRE(write_file(in / "f", ""));
    auto const plain = file::open(in / "f");
    auto const mapped = mapped_file::open(in / "f");
    REQUIRE(plain);
    REQUIRE(mapped);
    CHECK(plain->size() == 0);
    CHECK(mapped->size() == 0);
    CHECK(mapped->view(0, 0));
    CHECK_FALSE(mapped->view(0, 1));
}

TEST_CASE("a file that shrinks while it is open is truncated, not made up") {
    scratch_folder const in;
    REQUIRE(write_file(in / "f", std::string(10'000, 'x')));
    auto const opened = file::open(in / "f");
    REQUIRE(opened);
    REQUIRE(::truncate((in / "f").c_str(), 5'000) == 0);
    std::vector<std::byte> room(10'000);
    CHECK(id_of(opened->read(0, room)) == "bytes.truncated");
}

TEST_CASE("files and mappings move, and the last owner closes") {
    scratch_folder const in;
    REQUIRE(write_file(in / "f", "abc"));
    auto opened = file::open(in / "f");
    REQUIRE(opened);
    file second = *std::move(opened);
    file third;
    third = std::move(second);
    std::byte room[3]{};
    CHECK(third.read(0, room));
    auto mapped = mapped_file::of(third);
    REQUIRE(mapped);
    mapped_file other = *std::move(mapped);
    third = file();  // a mapping outlives the file it was made of
    CHECK(text_of(other.bytes()) == "abc");
    mapped_file moved;
    moved = std::move(other);
    CHECK(text_of(moved.bytes()) == "abc");
}

TEST_CASE("a sparse file beyond 4 GiB is read at any place") {
    scratch_folder const in;
    constexpr std::uint64_t far = (std::uint64_t{5} << 30) + 3;
    if (!write_sparse(in / "f", far + 10, {{far, "0123456789"_bytes}})) {
        MESSAGE("this file system holds no sparse file of 5 GiB: skipped");
        return;
    }
    auto const plain = file::open(in / "f");
    REQUIRE(plain);
    CHECK(plain->size() == far + 10);
    std::byte room[4]{};
    CHECK(plain->read(far + 6, room));
    CHECK(text_of(room) == "6789");
    auto const mapped = mapped_file::open(in / "f");
    REQUIRE(mapped);
    CHECK(text_of(*mapped->view(far, 2)) == "01");
}

TEST_CASE("what stands at a path is told, links followed") {
    scratch_folder const in;
    REQUIRE(write_file(in / "f", "x"));
    REQUIRE(::symlink((in / "f").c_str(), (in / "link").c_str()) == 0);
    REQUIRE(::symlink((in / "gone").c_str(), (in / "dangling").c_str()) == 0);
    CHECK(io::what_is(in / "f") == io::entry::file);
    CHECK(io::what_is(in / "link") == io::entry::file);
    CHECK(io::what_is(in / "dangling") == io::entry::nothing);
    CHECK(io::what_is(in.path()) == io::entry::directory);
    CHECK(io::what_is("/dev/null") == io::entry::other);
    CHECK(in.names() == std::vector<std::string>{"dangling", "f", "link"});
    CHECK(io::names_in(in / "nothing").empty());
}

#if LADE_EXCEPTIONS
TEST_CASE("the constructor of a mapping throws what open returns") {
    CHECK_THROWS_AS(mapped_file("/nothing/at/all"), lade::exception);
}
#endif

}  // namespace
