// SPDX-License-Identifier: BSL-1.0
#include <lade/container/hdf5/writer.hpp>

#include <doctest/doctest.h>

#include <numeric>

#include "files.hpp"

using namespace lade;
using namespace hdf5_test;

namespace {

constexpr hdf5::file_layout layouts[] = {hdf5::file_layout::compact, hdf5::file_layout::earliest};
constexpr std::uint64_t shape_2_3[] = {2, 3};
constexpr std::uint64_t shape_4[] = {4};
constexpr std::uint64_t shape_40_30[] = {40, 30};

template <class T>
bytes::view of(std::vector<T> const& values) {
    return std::as_bytes(std::span(values));
}

std::vector<std::int32_t> counting(std::size_t count) {
    std::vector<std::int32_t> made(count);
    std::iota(made.begin(), made.end(), 0);
    return made;
}

/// Declares a bit of everything; the bytes that are to be pushed.
std::vector<std::byte> declare(hdf5::writer& to) {
    std::vector<std::byte> pushed;
    auto const push = [&](bytes::view more) {
        pushed.insert(pushed.end(), more.begin(), more.end());
    };
    auto const root = hdf5::writer::root();
    CHECK(to.dataset(root, "kernel", dtype::float32, shape_2_3));
    push(of(std::vector<float>{1, 2, 3, 4, 5, 6}));
    CHECK(to.dataset(root, "dense/dense/bias:0", dtype::complex64, shape_4));
    push(of(std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8}));
    CHECK(to.dataset(root, "none", dtype::float64, std::vector<std::uint64_t>{3, 0}));
    CHECK(to.dataset(root, "flags", dtype::boolean, shape_4));
    push(of(std::vector<char>{0, 1, 1, 0}));
    std::string_view const words[] = {"one", "", "three", "\xc3\xbc"};
    CHECK(to.text_dataset(root, "words", words, shape_4));
    CHECK(to.fixed_text_dataset(root, "letters", {.size = 2}, shape_4));
    push(bytes::of(std::string_view("abc\0\0\0xy", 8)));
    CHECK(to.compact_dataset(root, "inside", dtype::int32, shape_2_3, of(counting(6))));
    CHECK(to.chunked_dataset(root, "packed", dtype::int32, shape_40_30, {{7, 4}, true, 6},
                             of(counting(1200))));
    CHECK(to.chunked_dataset(root, "cut", dtype::int32, shape_40_30, {{2, 2}, false, 0},
                             of(counting(1200))));
    CHECK(to.dataset(root, "scalar", dtype::int64, {}));
    push(of(std::vector<std::int64_t>{-7}));
    auto const many = to.group(root, "many");
    REQUIRE(many);
    for (int i = 0; i < 600; ++i) {
        CHECK(to.dataset(*many, "n" + std::to_string(i), dtype::int32, {}));
        push(of(std::vector<std::int32_t>{i}));
    }
    CHECK(to.attribute(root, "config", std::string(100000, 'x'), {.vlen = true}));
    CHECK(to.attribute(root, "version", "2.15", {}));
    CHECK(to.attribute(root, "names", words, {.utf8 = true}));
    CHECK(to.attribute(root, "vlen names", words, {.vlen = true}));
    CHECK(to.attribute(root, "no names", std::span<std::string_view const>{}, {}));
    CHECK(to.attribute(root, "numbers", dtype::int32, shape_2_3, of(counting(6))));
    return pushed;
}

result<std::vector<std::byte>> written(hdf5::file_layout layout, std::size_t piece) {
    hdf5::writer to({layout});
    auto const data = declare(to);
    memory_output memory;
    any_output out(memory);
    if (auto const done = to.begin(out); !done) return done.error();
    CHECK(to.missing() == data.size());
    for (std::size_t at = 0; at < data.size(); at += piece)
        if (auto const done =
                to.push(out, bytes::view(data).subspan(at, std::min(piece, data.size() - at)));
            !done)
            return done.error();
    if (auto const done = to.end(); !done) return done.error();
    CHECK(to.size() == memory.bytes().size());
    return std::move(memory).take();
}

template <class T>
std::string_view id_of(result<T> const& of) {
    return of ? std::string_view("none") : of.error().id->name;
}

}  // namespace

TEST_CASE("what is written is read again, in both layouts") {
    for (auto const layout : layouts) {
        auto const bytes = written(layout, 1U << 20);
        REQUIRE(bytes);
        memory const source(*bytes);
        auto const file = hdf5::file::open(source);
        REQUIRE(file);
        CHECK(file->superblock().version == (layout == hdf5::file_layout::compact ? 2 : 0));
        auto const root = file->root();
        REQUIRE(root);
        CHECK(root->find_attribute("config")->text()->size() == 100000);
        // libhdf5 counts the attributes of new headers by it
        CHECK((root->header().find(hdf5::message_type::attribute_info) != nullptr) ==
              (layout == hdf5::file_layout::compact));
        CHECK(*root->find_attribute("version")->text() == "2.15");
        std::vector<std::string> const words{"one", "", "three", "\xc3\xbc"};
        CHECK(*root->find_attribute("names")->texts() == words);
        CHECK(*root->find_attribute("vlen names")->texts() == words);
        CHECK(root->find_attribute("no names")->texts()->empty());
        CHECK(root->find_attribute("numbers")->integers()->size() == 6);

        auto kernel = file->dataset_at("kernel");
        REQUIRE(kernel);
        REQUIRE(kernel->view());
        CHECK(kernel->dtype() == dtype::float32);
        CHECK((kernel->view()->data() - bytes->data()) % 64 == 0);
        CHECK(file->dataset_at("dense/dense/bias:0")->dtype() == dtype::complex64);
        CHECK(file->dataset_at("flags")->dtype() == dtype::boolean);
        CHECK(file->dataset_at("none")->nbytes() == 0);
        for (char const* const name : {"packed", "cut"}) {
            auto chunked = file->dataset_at(name);
            REQUIRE(chunked);
            std::vector<std::int32_t> values(1200);
            CHECK(chunked->read(0, std::as_writable_bytes(std::span(values))));
            CHECK(values == counting(1200));
        }
        std::vector<std::string> texts;
        CHECK(file->dataset_at("words")->for_each_text([&](std::string_view text) -> result<void> {
            texts.emplace_back(text);
            return {};
        }));
        CHECK(texts == words);
        auto const many = file->group_at("many");
        REQUIRE(many);
        REQUIRE(many->links().size() == 600);
        std::int32_t value = 0;
        CHECK(file->dataset_at("many/n599")->read(0, std::as_writable_bytes(std::span(&value, 1))));
        CHECK(value == 599);
    }
}

TEST_CASE("the same declarations and bytes make the same file, however they are pushed") {
    for (auto const layout : layouts) {
        auto const whole = written(layout, 1U << 20);
        auto const parts = written(layout, 3);
        REQUIRE(whole);
        REQUIRE(parts);
        CHECK(*whole == *parts);
    }
}

TEST_CASE("a dataset larger than any memory is declared, and pushed piece by piece") {
    std::uint64_t const huge[] = {std::uint64_t{1} << 40};
    for (auto const layout : layouts) {
        hdf5::writer to({layout});
        CHECK(to.dataset(hdf5::writer::root(), "huge", dtype::float32, huge));
        CHECK(to.dataset(hdf5::writer::root(), "behind", dtype::int32, shape_2_3));
        memory_output memory;
        any_output out(memory);
        REQUIRE(to.begin(out));
        CHECK(to.size() > huge[0] * 4);
        CHECK(memory.bytes().size() < 4096);
        std::vector<std::byte> const piece(100000);
        for (int i = 0; i < 5; ++i) CHECK(to.push(out, piece));
        CHECK(to.missing() == huge[0] * 4 + 24 - 500000);
        CHECK(memory.bytes().size() < 500000 + 4096);
        CHECK(id_of(to.end()) == "hdf5.wrong_byte_count");
    }
}

TEST_CASE("attributes beyond 64 KiB go to dense storage, which old headers do not have") {
    std::vector<std::int32_t> const large = counting(50000);
    std::uint64_t const shape[] = {50000};
    hdf5::writer to;
    auto const group = to.group(hdf5::writer::root(), "g");
    REQUIRE(group);
    CHECK(to.attribute(*group, "large", dtype::int32, shape, of(large)));
    for (int i = 0; i < 100; ++i)
        CHECK(to.attribute(*group, "a" + std::to_string(i), "text " + std::to_string(i),
                           {.vlen = i % 2 == 0}));
    memory_output memory_;
    any_output out(memory_);
    REQUIRE(to.begin(out));
    REQUIRE(to.end());
    memory const source(memory_.bytes());
    auto const file = hdf5::file::open(source);
    REQUIRE(file);
    auto const found = file->find("g");
    REQUIRE(found);
    CHECK(found->find_attribute("large")->stored().size() == 200000);
    CHECK(*found->find_attribute("a98")->text() == "text 98");
    CHECK(*found->find_attribute("a99")->text() == "text 99");
    int count = 0;
    CHECK(found->for_each_attribute([&](result<hdf5::attribute>& one) -> result<void> {
        count += one ? 1 : 0;
        return {};
    }));
    CHECK(count == 101);

    hdf5::writer old({hdf5::file_layout::earliest});
    CHECK(old.attribute(hdf5::writer::root(), "large", dtype::int32, shape, of(large)));
    memory_output none;
    any_output nowhere(none);
    CHECK(id_of(old.begin(nowhere)) == "hdf5.attribute_too_large");
}

TEST_CASE("names, shapes, types and byte counts that cannot be are refused") {
    hdf5::writer to;
    auto const root = hdf5::writer::root();
    CHECK(to.dataset(root, "a/b", dtype::int8, shape_4));
    CHECK(id_of(to.dataset(root, "a/b", dtype::int8, shape_4)) == "hdf5.name_taken");
    CHECK(id_of(to.dataset(root, "a", dtype::int8, shape_4)) == "hdf5.name_taken");
    CHECK(id_of(to.group(root, "a/b")) == "hdf5.name_taken");
    CHECK(id_of(to.dataset(root, "a/b/c", dtype::int8, shape_4)) == "hdf5.name_taken");
    CHECK(id_of(to.dataset(root, "", dtype::int8, shape_4)) == "hdf5.bad_name");
    CHECK(id_of(to.dataset(root, "x//y", dtype::int8, shape_4)) == "hdf5.bad_name");
    CHECK(id_of(to.dataset(root, ".", dtype::int8, shape_4)) == "hdf5.bad_name");
    CHECK(id_of(to.dataset(root, std::string_view("x\0y", 3), dtype::int8, shape_4)) ==
          "hdf5.bad_name");
    CHECK(id_of(to.dataset(root, "q", dtype::qint8, shape_4)) == "hdf5.cannot_write_type");
    std::uint64_t const huge[] = {~std::uint64_t{0}, 2};
    CHECK(id_of(to.dataset(root, "h", dtype::int8, huge)) == "hdf5.cannot_write_shape");
    std::vector<std::uint64_t> const axes(33, 1);
    CHECK(id_of(to.dataset(root, "r", dtype::int8, axes)) == "hdf5.cannot_write_shape");
    CHECK(id_of(to.attribute(root, "n", dtype::int32, shape_4, {})) == "hdf5.cannot_write_shape");
    CHECK(id_of(to.chunked_dataset(root, "c", dtype::int8, shape_4, {{0}},
                                   of(std::vector<char>(4)))) == "hdf5.cannot_write_shape");

    memory_output memory;
    any_output out(memory);
    REQUIRE(to.attribute(root, "twice", "x", {}));
    hdf5::writer doubled;
    CHECK(doubled.attribute(root, "twice", "x", {}));
    CHECK(doubled.attribute(root, "twice", "y", {}));
    CHECK(id_of(doubled.begin(out)) == "hdf5.name_taken");

    hdf5::writer counted;
    CHECK(counted.dataset(root, "x", dtype::int32, shape_4));
    REQUIRE(counted.begin(out));
    CHECK(counted.missing() == 16);
    CHECK(counted.push(out, of(std::vector<char>(15))));
    CHECK(id_of(counted.end()) == "hdf5.wrong_byte_count");
    CHECK(counted.push(out, of(std::vector<char>(1))));
    CHECK(counted.end());
    CHECK(id_of(counted.push(out, of(std::vector<char>(1)))) == "hdf5.wrong_byte_count");
}
