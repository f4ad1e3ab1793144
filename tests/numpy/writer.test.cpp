// SPDX-License-Identifier: BSL-1.0
#include "../safetensors/collect.hpp"

#include <lade/numpy/traits.hpp>

#include <doctest/doctest.h>

using namespace lade;

namespace {

struct written {
    std::string_view name;
    dtype type;
    std::vector<std::uint64_t> shape;
    std::string bytes;
};

collected::sink model_of(std::vector<written> const& tensors) {
    collected::sink made;
    for (auto const& one : tensors)
        made.tensors.push_back(
            {std::string(one.name), one.type, one.shape, one.bytes.size(), one.bytes, true, true});
    return made;
}
std::string packed(std::vector<std::string> const& texts) {
    std::string all;
    for (auto const& one : texts) {
        all += static_cast<char>(one.size() & 0xff);
        all += static_cast<char>(one.size() >> 8);
        all.append(6, '\0').append(one);
    }
    return all;
}

template <class Format>
result<std::string> save(collected::sink const& of, save_options_of<Format> const& how = {},
                         std::size_t piece = 5) {
    memory_output to;
    any_output through(to);
    output_set set(through);
    auto const about = of.listing();
    auto out = format_traits<Format>::writer::start(set, about, how);
    if (!out) return out.error();
    std::string all;
    for (auto const& one : of.tensors) all += one.bytes;
    for (std::size_t at = 0; at < all.size(); at += piece)
        if (auto const done = out->push(bytes::of(std::string_view(all).substr(at, piece))); !done)
            return done.error();
    if (auto const done = out->finish(); !done) return done.error();
    return std::string(bytes::text(to.bytes()));
}
std::string id_of(result<std::string> const& of) {
    return of ? "none" : std::string(of.error().id->name);
}
template <class Format>
collected::sink read(std::string const& file, options_of<Format> const& how = {}) {
    collected::sink seen;
    memory from(bytes::of(file));
    auto const done = format_traits<Format>::read(from, seen, how);
    REQUIRE(done);
    return seen;
}

auto const several = [] {
    return model_of({{"w", dtype::float32, {2, 1}, "01234567"},
                     {"empty", dtype::int64, {0, 7}, ""},
                     {"a/b c", dtype::boolean, {}, std::string(1, '\1')},
                     {"text", dtype::string, {2, 2}, packed({"a", "", "\xe2\x82\xac", "xyz"})},
                     {"none", dtype::string, {0}, ""},
                     {"big", dtype::uint8, {100000}, std::string(100000, 'x')}});
};

}  // namespace

TEST_CASE("an array is saved and read back") {
    auto const of = model_of({{"w", dtype::float32, {2, 1}, "01234567"}});
    auto const file = save<numpy::npy>(of);
    REQUIRE(file);
    CHECK(file->size() == 128 + 8);
    auto const seen = read<numpy::npy>(*file);
    CHECK(seen.text() == "array:float32[2,1]");
    CHECK(seen.tensors[0].bytes == "01234567");
    CHECK(*save<numpy::npy>(of, {}, 1) == *file);
}

TEST_CASE("strings become UTF-32 of the longest, or bytes where they are no text") {
    auto const text = packed({"a", "", "\xe2\x82\xac\xf0\x9f\x98\x80"});
    auto const file = save<numpy::npy>(model_of({{"w", dtype::string, {3}, text}}));
    REQUIRE(file);
    CHECK(file->find("'descr': '<U2'") != std::string::npos);
    CHECK(read<numpy::npy>(*file).tensors[0].bytes == text);
    auto const raw = packed({"\xff", "abc"});
    auto const bytes_file = save<numpy::npy>(model_of({{"w", dtype::string, {2}, raw}}));
    REQUIRE(bytes_file);
    CHECK(bytes_file->find("'descr': '|S3'") != std::string::npos);
    CHECK(read<numpy::npy>(*bytes_file).tensors[0].bytes == raw);
}

TEST_CASE("strings that NumPy would change are refused") {
    auto const trailing = packed({std::string("a\0", 2)});
    CHECK(id_of(save<numpy::npy>(model_of({{"w", dtype::string, {1}, trailing}}))) ==
          "save.npy_text");
    std::vector<std::string> uneven(20000);
    uneven[7] = std::string(60000, 'x');
    CHECK(id_of(save<numpy::npy>(model_of({{"w", dtype::string, {20000}, packed(uneven)}}), {},
                                 65536)) == "save.npy_text");
}

TEST_CASE("what .npy cannot hold is refused before anything is written") {
    auto const one = [](dtype type, std::string bytes) {
        return id_of(save<numpy::npy>(model_of({{"a", type, {1}, std::move(bytes)}})));
    };
    CHECK(one(dtype::bfloat16, "ab") == "save.dtype");
    CHECK(one(dtype::float8_e4m3fn, "a") == "save.dtype");
    CHECK(one(dtype::complex32, "abcd") == "save.dtype");
    CHECK(one(dtype::compound, "a") == "save.dtype");
    CHECK(one(dtype::float32, "abc") == "save.wrong_byte_count");
    CHECK(id_of(save<numpy::npy>(model_of({}))) == "save.one_array");
    CHECK(id_of(save<numpy::npy>(several())) == "save.one_array");
}

TEST_CASE("an archive is saved and read back, stored and deflated, pushed in any pieces") {
    auto const of = several();
    auto const stored = save<numpy::npz>(of);
    auto const deflated = save<numpy::npz>(of, {.compress = true});
    REQUIRE(stored);
    REQUIRE(deflated);
    CHECK(deflated->size() < stored->size() / 10);
    CHECK(*save<numpy::npz>(of, {}, 1 << 20) == *stored);
    CHECK(*save<numpy::npz>(of, {.compress = true}, 77) == *deflated);
    for (auto const& file : {*stored, *deflated}) {
        auto const seen = read<numpy::npz>(file);
        CHECK(seen.text() == of.text());
        for (std::size_t i = 0; i < seen.tensors.size(); ++i) {
            CHECK(seen.tensors[i].bytes == of.tensors[i].bytes);
            CHECK(seen.tensors[i].same_in_pieces);
        }
    }
    CHECK(read<numpy::npz>(*stored, {.verify_crc = false}).tensors[0].viewed);
    CHECK_FALSE(read<numpy::npz>(*stored).tensors[0].viewed);
    CHECK(id_of(save<numpy::npz>(model_of({}))) == "none");
}

TEST_CASE("many arrays without elements need no depth of calls") {
    std::vector<std::string> names;
    for (int i = 0; i < 60000; ++i) names.push_back(std::to_string(i));
    std::vector<written> all;
    for (auto const& name : names) all.push_back({name, dtype::float32, {0}, ""});
    auto const file = save<numpy::npz>(model_of(all));
    REQUIRE(file);
    CHECK(read<numpy::npz>(*file).tensors.size() == 60000);
}

TEST_CASE("names that an archive cannot hold are refused") {
    auto const named = [](std::string_view name) {
        return id_of(save<numpy::npz>(model_of({{name, dtype::uint8, {1}, "x"}})));
    };
    CHECK(named("\xff") == "save.bad_name");
    CHECK(named(std::string_view("a\0b", 3)) == "save.bad_name");
    CHECK(named(std::string(70000, 'a')) == "save.bad_name");
    CHECK(named("") == "none");
    CHECK(id_of(save<numpy::npz>(
              model_of({{"a", dtype::uint8, {1}, "x"}, {"a", dtype::uint8, {1}, "x"}}))) ==
          "save.duplicate_name");
}

TEST_CASE("too few and too many bytes are told") {
    auto const about = model_of({{"a", dtype::uint8, {2}, "xy"}}).listing();
    for (std::string_view const pushed : {"", "x", "xyz"}) {
        memory_output to;
        any_output through(to);
        output_set set(through);
        auto out = numpy::npz_writer::start(set, about, {});
        REQUIRE(out);
        auto const first = out->push(bytes::of(pushed));
        auto const last = out->finish();
        CHECK((!first || !last));
    }
}

TEST_CASE("a damaged archive is refused with its own id, whatever bit is flipped") {
    auto const of =
        model_of({{"w", dtype::float32, {2, 1}, "01234567"}, {"v", dtype::int16, {4}, "aabbccdd"}});
    for (bool const compress : {false, true}) {
        auto const file = *save<numpy::npz>(of, {.compress = compress});
        auto const id = [&](std::string const& changed) {
            collected::sink seen;
            memory from(bytes::of(changed));
            auto const done = numpy::read_npz(from, seen, {});
            return done ? "none" : std::string(done.error().id->name);
        };
        REQUIRE(id(file) == "none");
        for (std::size_t length = 0; length < file.size(); ++length)
            CHECK(id(file.substr(0, length)) == "zip.no_end_record");
        for (std::size_t at = 0; at < file.size(); ++at)
            for (unsigned bit = 0; bit < 8; ++bit) {
                std::string changed = file;
                changed[at] = static_cast<char>(changed[at] ^ 1 << bit);
                (void)id(changed);
            }
        std::string wrong = file;
        if (!compress) {
            wrong[wrong.find("01234567")] ^= 1;
            CHECK(id(wrong) == "zip.bad_crc");
        }
    }
}

TEST_CASE("an archive of arrays is recognised, others are not") {
    auto const detect = [](std::vector<std::string_view> names) {
        memory_output to;
        zip::writer out{any_output(to)};
        for (auto const name : names) REQUIRE(out.add(name, bytes::of("x")));
        REQUIRE(out.finish());
        memory from(to.bytes());
        heap_arena room;
        auto const archive = zip::archive::open(any_source(from), room);
        REQUIRE(archive);
        return format_traits<numpy::npz>::detect(*archive);
    };
    CHECK(detect({"a.npy", "b/c.npy"}) == confidence::certain);
    CHECK(detect({}) == confidence::possible);
    CHECK(detect({"a.npy", "b.txt"}) == confidence::possible);
    CHECK(detect({"archive/data.pkl"}) == confidence::no);
}

TEST_CASE("an archive of other files is refused, not taken for one without arrays") {
    memory_output to;
    zip::writer out{any_output(to)};
    REQUIRE(out.add("archive/data.pkl", bytes::of("x")));
    REQUIRE(out.finish());
    memory const from(to.bytes());
    collected::sink none;
    auto const refused = numpy::read_npz(any_source(from), none, {});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().id->name == "npz.no_arrays");
}
