// SPDX-License-Identifier: BSL-1.0
#include <lade/bytes/memory.hpp>
#include <lade/format/foreign.hpp>

#include <doctest/doctest.h>

#include <support/bytes.hpp>

namespace {

using namespace lade;
using namespace support;

std::string told(std::string_view content) {
    memory const from{bytes::of(content)};
    head_bytes kept;
    auto const ends = kept.read(from);
    REQUIRE(ends);
    return std::string(foreign(*ends).name);
}

TEST_CASE("files that people take for models are called by their names") {
    CHECK(told("") == "format.empty");
    CHECK(told("version https://git-lfs.github.com/spec/v1\noid sha256:0") == "format.lfs_pointer");
    CHECK(told("<!DOCTYPE html><html>") == "format.html_page");
    CHECK(told("\n\r\n  <html lang=en>") == "format.html_page");
    CHECK(told("\x1f\x8b\x08") == "format.gzip");
    CHECK(told("\x28\xb5\x2f\xfd") == "format.zstd");
    CHECK(told("\xfd"
               "7zXZ") == "format.xz");
    CHECK(told("BZh9") == "format.bzip2");
    CHECK(told("7z\xbc\xaf\x27\x1c") == "format.7z");
    CHECK(told("Rar!\x1a") == "format.rar");
    CHECK(told(std::string("\x20\0\0\0PTMF", 8)) == "torch.mobile_flatbuffer");
    CHECK(told("PYTORCH1") == "torch.prerelease");
    CHECK(told("GGUF\3") == "format.gguf");
    CHECK(told(std::string("\x1c\0\0\0TFL3", 8)) == "format.tflite");
    CHECK(told("PK\5\6") == "zip.empty");
    CHECK(told("x") == "format.unknown");
    CHECK(told(std::string(5000, ' ')) == "format.unknown");
}

TEST_CASE("the ends of a file are read whatever its size") {
    for (std::size_t const size : {0U, 1U, 63U, 64U, 65U, 4095U, 4096U, 4097U, 10'000U}) {
        blob const whole = noise(size);
        memory const from{bytes::view(whole)};
        head_bytes kept;
        auto const ends = kept.read(from);
        REQUIRE(ends);
        CHECK(ends->size == size);
        CHECK(ends->first.size() == std::min<std::size_t>(size, 4096));
        CHECK(ends->last.size() == std::min<std::size_t>(size, 64));
        CHECK(std::equal(ends->last.begin(), ends->last.end(),
                         whole.end() - static_cast<std::ptrdiff_t>(ends->last.size())));
        CHECK(ends->has(size + 1, "") == false);
    }
}

}  // namespace
