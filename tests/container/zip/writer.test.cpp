// SPDX-License-Identifier: BSL-1.0
#include <lade/base/heap_arena.hpp>
#include <lade/container/zip/entry_reader.hpp>
#include <lade/container/zip/writer.hpp>

#include <doctest/doctest.h>

#include <support/bytes.hpp>
#include <support/sources.hpp>

namespace {

using namespace lade;
using namespace support;

constexpr zip::write_options plain{}, aligned{64, false}, torch{64, true}, torch_unaligned{0, true};

std::vector<std::pair<std::string, blob>> samples() {
    return {{"a", "hello"_bytes},
            {"empty", {}},
            {"folder/b", noise(1'000)},
            {"\xc3\xa4", noise(63)},
            {"long" + std::string(300, 'n'), noise(64)}};
}

blob written(std::vector<std::pair<std::string, blob>> const& entries, zip::write_options how) {
    memory_output to;
    zip::writer out(any_output(to), how);
    for (auto const& [name, content] : entries) REQUIRE(out.add(name, content));
    REQUIRE(out.finish());
    return std::move(to).take();
}

TEST_CASE("what is written is read again, in every hand") {
    for (auto const how : {plain, aligned, torch, torch_unaligned}) {
        blob const file = written(samples(), how);
        lade::memory const from{bytes::view(file)};
        heap_arena memory;
        auto const archive = zip::archive::open(any_source(from), memory);
        REQUIRE_MESSAGE(archive, id_of(archive));
        auto const all = samples();
        REQUIRE(archive->entries().size() == all.size());
        for (std::size_t i = 0; i < all.size(); ++i) {
            auto const& one = archive->entries()[i];
            CHECK(one.name == all[i].first);
            CHECK((one.flags & zip::flag::utf8) != 0);
            auto const data = zip::contents(*archive, one, memory);
            REQUIRE(data);
            CHECK(text_of(*data) == text_of(all[i].second));
            auto const at = archive->data_offset(one);
            REQUIRE(at);
            if (how.alignment != 0) CHECK(*at % how.alignment == 0);
        }
        CHECK(written(samples(), how) == file);  // the same every time
    }
}

TEST_CASE("PyTorch's hand: padding fields, descriptors, a zip64 end, empty entries without one") {
    blob const file = written(samples(), torch);
    auto const first = bytes::read<zip::local_header>(file, 0);
    REQUIRE(first);
    CHECK(first->version_needed == 0);
    CHECK(first->flags == (zip::flag::utf8 | zip::flag::descriptor));
    CHECK(first->crc == 0);
    CHECK(first->plain_size == 0);
    CHECK(text_of(bytes::view(file).subspan(31, 2)) == "FB");
    CHECK(file[35] == std::byte{'Z'});
    auto const descriptor = bytes::read<zip::data_descriptor>(file, 64 + 5);
    REQUIRE(descriptor);
    CHECK(descriptor->plain_size == 5);
    auto const empty = bytes::read<zip::local_header>(file, 64 + 5 + 16);
    REQUIRE(empty);
    CHECK(empty->flags == zip::flag::utf8);
    CHECK(bytes::read<zip::zip64_end_record>(file, file.size() - 22 - 20 - 56));
    CHECK(bytes::read<zip::zip64_locator>(file, file.size() - 22 - 20));
}

TEST_CASE("names of 65535 bytes are written, longer ones refused, not cut") {
    memory_output to;
    zip::writer out(any_output(to), plain);
    CHECK(out.add(std::string(65'535, 'n'), "x"_bytes));
    auto const refused = out.begin(std::string(65'536, 'n'), 1);
    REQUIRE_FALSE(refused);
    CHECK(id_of(refused) == "zip.name_too_long");
    CHECK(refused.error().expected == 65'535);
    CHECK(refused.error().found == 65'536);
    CHECK(id_of(out.add(std::string(1'000'000, 'n'), "x"_bytes)) == "zip.name_too_long");
    CHECK(out.finish());
    lade::memory const from{to.bytes()};
    heap_arena memory;
    auto const archive = zip::archive::open(any_source(from), memory);
    REQUIRE_MESSAGE(archive, id_of(archive));
    CHECK(archive->entries().size() == 1);
}

TEST_CASE("a deflated entry is what its packed bytes say") {
    memory_output to;
    zip::writer out(any_output(to), plain);
    REQUIRE(out.begin_deflated("e", 3));
    REQUIRE(out.write_packed("\x01\x03\x00\xfc\xff"_bytes, {}));
    REQUIRE(out.write_packed("abc"_bytes, "abc"_bytes));
    REQUIRE(out.end());
    REQUIRE(out.finish());
    lade::memory const from{to.bytes()};
    heap_arena memory;
    auto const archive = zip::archive::open(any_source(from), memory);
    REQUIRE(archive);
    auto const data = zip::contents(*archive, archive->entries()[0], memory);
    REQUIRE_MESSAGE(data, id_of(data));
    CHECK(text_of(*data) == "abc");
}

TEST_CASE("more than 65535 entries and an archive beyond 4 GiB need zip64 and get it") {
    struct counting_output {  // keeps the last 16 MiB only: the directory and what is behind it
        std::uint64_t size = 0;
        blob tail;
        result<void> write(bytes::view more) {
            size += more.size();
            if (more.size() < (1U << 24)) tail.insert(tail.end(), more.begin(), more.end());
            else tail.clear();
            return {};
        }
    };
    for (auto const how : {plain, torch}) {
        counting_output to;
        zip::writer out(any_output(to), how);
        blob const block(std::size_t{1} << 24);
        constexpr std::uint64_t large = std::uint64_t{17} << 28;  // 4.25 GiB
        REQUIRE(out.begin("large", large));
        for (std::uint64_t at = 0; at < large; at += block.size()) REQUIRE(out.write(block));
        REQUIRE(out.end());
        REQUIRE(out.add("behind", "x"_bytes));
        for (int i = 0; i < 66'000; ++i) REQUIRE(out.add(std::to_string(i), {}));
        REQUIRE(out.finish());
        struct far_source {
            bytes::view tail;
            std::uint64_t all;
            std::uint64_t size() const { return all; }
            result<void> read(std::uint64_t at, std::span<std::byte> into) const {
                return lade::memory(tail).read(at - (all - tail.size()), into);
            }
        };
        far_source const from{to.tail, to.size};
        heap_arena memory;
        auto const archive = zip::archive::open(any_source(from), memory);
        REQUIRE_MESSAGE(archive, id_of(archive));
        CHECK(archive->entries().size() == 66'002);
        CHECK(archive->find("large")->plain_size == large);
        CHECK(archive->find("behind")->local_offset > large);
        CHECK(archive->data_offset(*archive->find("behind")));
    }
}

TEST_CASE("an output that fails stops the archive") {
    struct full {
        int left;
        result<void> write(bytes::view) {
            return left-- > 0 ? result<void>() : result<void>(fail(broken));
        }
    };
    for (int good = 0; good < 10; ++good) {
        full to{good};
        zip::writer out(any_output(to), torch);
        auto const first = out.add("a", "x"_bytes);
        auto const second = first ? out.finish() : first;
        CHECK(id_of(second) == (std::string(good < 9 ? "test.broken" : "")));
    }
}

}  // namespace
