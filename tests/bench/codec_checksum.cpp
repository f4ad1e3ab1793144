// SPDX-License-Identifier: BSL-1.0
#include <zlib.h>
#include <lade/codec/adler32.hpp>
#include <lade/codec/crc32.hpp>
#include <lade/codec/crc32c.hpp>
#include <lade/codec/fletcher32.hpp>
#include <lade/codec/lookup3.hpp>
#include <lade/codec/sha256.hpp>
#include <lade/codec/shuffle.hpp>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <vector>

/// Speed of the checksums relative to memcpy and zlib in the same run. Lines: name, ratio, peer.

namespace {

using lade::bytes::view;
namespace codec = lade::codec;

std::uint32_t volatile kept;

/// Seconds of the best of several runs.
template <class F>
double best(F&& run) {
    double least = 1e9;
    for (int i = 0; i < 7; ++i) {
        auto const start = std::chrono::steady_clock::now();
        run();
        std::chrono::duration<double> const took = std::chrono::steady_clock::now() - start;
        if (took.count() < least) least = took.count();
    }
    return least;
}

void measure(char const* what, std::size_t size, int times) {
    std::vector<std::byte> data(size);
    std::vector<std::byte> copy(size);
    std::uint32_t x = 1;
    for (auto& b : data) b = static_cast<std::byte>((x = x * 1664525 + 1013904223) >> 24);
    auto const timed = [&](auto&& run) {
        return best([&] {
            for (int i = 0; i < times; ++i) run();
        });
    };
    double const megabytes = static_cast<double>(size) * times / 1e6;
    double const memcpy_time = timed([&] {
        std::memcpy(copy.data(), data.data(), size);
        kept = static_cast<std::uint32_t>(copy[size / 2]);
    });
    auto const* const raw = reinterpret_cast<Bytef const*>(data.data());
    double const zlib_crc =
        timed([&] { kept = static_cast<std::uint32_t>(::crc32(0, raw, static_cast<uInt>(size))); });
    double const zlib_adler = timed(
        [&] { kept = static_cast<std::uint32_t>(::adler32(1, raw, static_cast<uInt>(size))); });

    auto const line = [&](char const* name, double time, double peer_time, char const* peer) {
        std::printf("%s_%s %.3f %s (%.0f MB/s)\n", name, what, peer_time / time, peer,
                    megabytes / time);
    };
    view const d{data};
    double const crc = timed([&] { kept = codec::crc32(d); });
    line("crc32", crc, memcpy_time, "memcpy");
    line("crc32", crc, zlib_crc, "zlib");
    line("crc32_portable", timed([&] { kept = codec::crc32_portable(d); }), zlib_crc, "zlib");
    line("crc32c", timed([&] { kept = codec::crc32c(d); }), memcpy_time, "memcpy");
    line("crc32c_portable", timed([&] { kept = codec::crc32c_portable(d); }), zlib_crc, "zlib");
    line("adler32", timed([&] { kept = codec::adler32(d); }), zlib_adler, "zlib");
    line("fletcher32", timed([&] { kept = codec::fletcher32(d); }), memcpy_time, "memcpy");
    line("lookup3", timed([&] { kept = codec::lookup3(d); }), memcpy_time, "memcpy");
    line("sha256",
         timed([&] { kept = static_cast<std::uint32_t>(codec::sha256{}.update(d).digest()[0]); }),
         memcpy_time, "memcpy");
    for (std::size_t element : {std::size_t{2}, std::size_t{4}, std::size_t{8}, std::size_t{3}}) {
        char name[32];
        std::snprintf(name, sizeof name, "unshuffle%zu", element);
        line(name, timed([&] { codec::unshuffle(d, copy, element); }), memcpy_time, "memcpy");
        std::snprintf(name, sizeof name, "shuffle%zu", element);
        line(name, timed([&] { codec::shuffle(d, copy, element); }), memcpy_time, "memcpy");
    }
}

}  // namespace

int main() {
    measure("64M", std::size_t{64} << 20, 1);
    measure("64K", std::size_t{64} << 10, 200);
    measure("256", 256, 50000);
}
