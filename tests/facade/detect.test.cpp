// SPDX-License-Identifier: BSL-1.0
#include <lade/inspect.hpp>

#include <doctest/doctest.h>

#include <support/files.hpp>
#include <support/pickles.hpp>
#include <support/sources.hpp>
#include <support/zips.hpp>

struct first_of_two {};
struct second_of_two {};
struct perhaps {};
template <>
struct lade::format_traits<first_of_two> {
    static constexpr std::string_view name = "test.first";
    static confidence detect(head const& at) {
        return at.starts_with("TWO") ? confidence::certain : confidence::no;
    }
    static result<flow> read(any_source, any_sink&, no_options const&) { return flow::more; }
};
template <>
struct lade::format_traits<second_of_two> : lade::format_traits<first_of_two> {
    static constexpr std::string_view name = "test.second";
};
template <>
struct lade::format_traits<perhaps> {
    static constexpr std::string_view name = "test.perhaps";
    static confidence detect(head const& at) {
        return at.starts_with("T") ? confidence::possible : confidence::no;
    }
    static result<flow> read(any_source, any_sink&, no_options const&) { return flow::more; }
};

namespace {

using namespace lade;
using namespace support;

/// The format, or "!id".
template <format_choice Choice = all_formats>
std::string told(bytes::view data) {
    auto const found = try_inspect<Choice>(data);
    unviewable const slow(data);
    auto const again = try_inspect<Choice>(slow);
    CHECK(id_of(found) == id_of(again));
    return found ? found->format : "!" + id_of(found);
}
std::string told(std::string_view text) { return told(bytes::of(text)); }

TEST_CASE("formats are found by content") {
    using namespace pickles;
    blob const four = raw<float>({1, 2, 3, 4});
    CHECK(told(archive(vector_of_4(), {{"0", four}})) == "torch.zip");
    CHECK(told(legacy(pickled_tensor(legacy_storage("7", 4), {4}, {1}), {{"7", 4, four}})) ==
          "torch.legacy");
    CHECK(told(bytes_of(whole("}"))) == "torch.pickle");
    CHECK(told("(dp0\n.") == "torch.pickle");
    CHECK(told(zips::archive({{.name = "x/data.pkl", .body = bytes_of(whole("}"))},
                              {.name = "x/constants.pkl", .body = bytes_of(whole(")"))}})) ==
          "torch.script");
    CHECK(told(joined({"\x93NUMPY\x01\0v\0"_bytes,
                       bytes_of("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }" +
                                std::string(60, ' ') + "\n"),
                       blob(4)})) == "numpy.npy");
    CHECK(told(joined({"\x02\0\0\0\0\0\0\0{}"_bytes})) == "safetensors");
}

TEST_CASE("files that belong to others are named, as are broken ones of ours") {
    CHECK(told("") == "!format.empty");
    CHECK(told("version https://git-lfs.github.com/spec/v1\n") == "!format.lfs_pointer");
    CHECK(told("<!DOCTYPE html>") == "!format.html_page");
    CHECK(told("\x1f\x8b\x08") == "!format.gzip");
    CHECK(told("nothing that anybody knows") == "!format.unknown");
    CHECK(told(zips::archive({{.name = "photo.jpg", .body = "x"_bytes}})) == "!zip.unknown_layout");
    CHECK(told(zips::archive({})) == "!zip.empty");
    CHECK(told(zips::archive({{.name = "p/.data/extern_modules"}})) == "!torch.package");
    CHECK(told(zips::archive({{.name = "p/archive_format"}})) == "!torch.exported_program");
    CHECK(told(zips::archive({{.name = "p/model.json"}})) == "!torch.old_script");
    blob broken = zips::archive({{.name = "x/data.pkl", .body = "N."_bytes}});
    broken.resize(broken.size() - 1);
    CHECK(told(broken) == "!zip.no_end_record");
    CHECK(told(zips::archive({{.name = "a"}, {.name = "a"}})) == "!zip.duplicate_name");
}

TEST_CASE("a file that passes for two formats is refused, unless one of them is surer") {
    using pair = format_list<first_of_two, second_of_two>;
    auto const both = try_inspect<pair>(bytes::of("TWO"));
    CHECK(id_of(both) == "format.ambiguous");
    CHECK(place_of(both) == "memory > test.first > test.second");
    CHECK(told<format_list<first_of_two, perhaps>>(bytes::of("TWO")) == "test.first");
    CHECK(told<format_list<perhaps, first_of_two>>(bytes::of("TWO")) == "test.first");
    CHECK(told<format_list<perhaps>>(bytes::of("T")) == "test.perhaps");
    CHECK(told<format_list<first_of_two>>(bytes::of("T")) == "!format.unknown");
    CHECK(told<first_of_two>(bytes::of("TWO")) == "test.first");
    CHECK(told<all_formats::with<first_of_two>>(bytes::of("TWO")) == "test.first");
}

TEST_CASE("paths that hold no model are told by the operating system's words") {
    scratch_folder const in;
    CHECK(id_of(try_inspect(in / "nothing")) == "io.not_found");
    CHECK(id_of(try_inspect(in.path())) == "io.is_directory");
    CHECK(id_of(try_inspect(std::string("/dev/null"))) == "io.not_regular");
    CHECK(place_of(try_inspect(in / "nothing")) == in / "nothing");
    REQUIRE(write_file(in / "empty.pth", ""));
    CHECK(id_of(try_inspect(in / "empty.pth")) == "format.empty");
    CHECK(place_of(try_inspect(in / "empty.pth")) == in / "empty.pth");
}

TEST_CASE("a source that dies while a file is looked at gives its own error") {
    blob const file = pickles::archive(pickles::vector_of_4(), {{"0", blob(16)}});
    int refused = 0;
    for (std::uint64_t good = 0; good < 40; ++good) {
        dying const from(file, good);
        auto const outcome = try_inspect(from);
        if (outcome) break;
        CHECK(id_of(outcome) == "test.broken");
        ++refused;
    }
    CHECK(refused > 3);
    CHECK(refused < 40);
}

}  // namespace
