// SPDX-License-Identifier: BSL-1.0
#include <lade/hdf5.hpp>
#include <lade/load.hpp>
#include <lade/save.hpp>

#include <doctest/doctest.h>

#include <array>

using namespace lade;

namespace {

model sample() {
    model made;
    std::array<float, 6> const numbers{1, 2, 3, 4, 5, 6};
    std::array<std::uint64_t, 2> const shape{2, 3};
    auto const bytes = std::as_bytes(std::span(numbers));
    CHECK(made.add("a.b/kernel:0", dtype::float32, shape, bytes));
    CHECK(made.add("a.b/none", dtype::int64, std::array<std::uint64_t, 1>{0}, {}));
    CHECK(made.add("scalar", dtype::boolean, {}, bytes::of("\1")));
    CHECK(made.add("half", dtype::bfloat16, std::array<std::uint64_t, 1>{3}, bytes.first(6)));
    made.seal();
    return made;
}

std::vector<std::byte> saved(model const& of) {
    memory_output to;
    auto const done = try_save<hdf5::any_file>(to, of);
    REQUIRE(done);
    return std::move(to).take();
}

}  // namespace

TEST_CASE("what is saved as HDF5 is loaded again, sorted by path") {
    auto const data = saved(sample());
    memory const from{bytes::view(data)};
    auto const back = try_load<hdf5::any_file>(from);
    REQUIRE(back);
    auto const& all = back->weights();
    REQUIRE(all.size() == 4);
    CHECK(all.at(0).name() == "a.b/kernel:0");
    CHECK(all.at(1).name() == "a.b/none");
    CHECK(all.at(2).name() == "half");
    CHECK(all.at(2).dtype() == dtype::bfloat16);
    CHECK(all.at(3).dtype() == dtype::boolean);
    CHECK(all.at(0).bytes().size() == 24);
}

TEST_CASE("the same model gives the same bytes") { CHECK(saved(sample()) == saved(sample())); }

TEST_CASE("strings are kept until the end and come back") {
    model made;
    std::string const packed("\2\0\0\0\0\0\0\0ab\0\0\0\0\0\0\0\0", 18);
    REQUIRE(made.add("words", dtype::string, std::array<std::uint64_t, 1>{2}, bytes::of(packed)));
    made.seal();
    auto const data = saved(made);
    memory const from{bytes::view(data)};
    auto const back = try_load<hdf5::any_file>(from);
    REQUIRE(back);
    CHECK(bytes::text(back->weights().at(0).bytes()) == packed);
}

TEST_CASE("names that HDF5 cannot hold are refused") {
    std::array<std::string_view, 4> const bad{"", "a//b", "./a", "/a"};
    for (auto const name : bad) {
        model made;
        REQUIRE(made.add(name, dtype::uint8, {}, bytes::of("x")));
        made.seal();
        memory_output to;
        auto const done = try_save<hdf5::any_file>(to, made);
        REQUIRE_FALSE(done);
        CHECK(done.error().id->name == "hdf5.bad_name");
    }
    model made;
    REQUIRE(made.add("a", dtype::uint8, {}, bytes::of("x")));
    REQUIRE(made.add("a/b", dtype::uint8, {}, bytes::of("x")));
    made.seal();
    memory_output to;
    auto const done = try_save<hdf5::any_file>(to, made);
    REQUIRE_FALSE(done);
    CHECK(done.error().id->name == "hdf5.name_taken");
}

TEST_CASE("every prefix of a file is refused or tells what it lacks") {
    auto const data = saved(sample());
    for (std::size_t size = 0; size < data.size(); ++size) {
        memory const from{bytes::view(data).first(size)};
        CHECK_FALSE(try_load<hdf5::any_file>(from));
    }
}
