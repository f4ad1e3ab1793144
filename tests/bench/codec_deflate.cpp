// SPDX-License-Identifier: BSL-1.0
#include <zlib.h>
#include <lade/codec/deflate.hpp>
#include <lade/codec/inflate.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

/// Speed of inflate and deflate relative to zlib in the same run. Lines: name, ratio, peer.

namespace {

namespace codec = lade::codec;
using block = std::vector<std::byte>;

template <class F>
double best(int times, F&& run) {
    double least = 1e9;
    for (int i = 0; i < times; ++i) {
        auto const start = std::chrono::steady_clock::now();
        run();
        std::chrono::duration<double> const took = std::chrono::steady_clock::now() - start;
        if (took.count() < least) least = took.count();
    }
    return least;
}

template <class T>
block as_bytes(std::vector<T> const& from) {
    block to(from.size() * sizeof(T));
    std::memcpy(to.data(), from.data(), to.size());
    return to;
}

block normal_floats(std::size_t count) {
    std::mt19937 random(1);
    std::normal_distribution<float> normal(0, 0.02F);
    std::vector<float> all(count);
    for (auto& f : all) f = normal(random);
    return as_bytes(all);
}

block sparse_floats(std::size_t count) {
    std::mt19937 random(2);
    std::normal_distribution<float> normal(0, 0.02F);
    std::vector<float> all(count);
    for (auto& f : all) f = random() % 4 == 0 ? normal(random) : 0.0F;
    return as_bytes(all);
}

block small_integers(std::size_t count) {
    std::mt19937 random(3);
    std::normal_distribution<double> normal(0, 12);
    std::vector<std::int8_t> all(count);
    for (auto& i : all) i = static_cast<std::int8_t>(normal(random));
    return as_bytes(all);
}

block words(std::size_t size) {
    std::mt19937 random(4);
    std::vector<std::string> const some{"conv",         "weight", "bias", "layer", "norm",
                                        "running_mean", ".",      "\": ", "{\n",   "0"};
    std::string all;
    while (all.size() < size) {
        all += some[random() % some.size()];
        if (random() % 5 == 0) all += std::to_string(random() % 1000);
    }
    return as_bytes(std::vector<char>(all.begin(), all.end()));
}

block zlib_deflate(block const& from, int level) {
    z_stream s{};
    deflateInit2(&s, level, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
    block to(deflateBound(&s, static_cast<uLong>(from.size())));
    s.next_in = const_cast<Bytef*>(reinterpret_cast<Bytef const*>(from.data()));
    s.avail_in = static_cast<uInt>(from.size());
    s.next_out = reinterpret_cast<Bytef*>(to.data());
    s.avail_out = static_cast<uInt>(to.size());
    deflate(&s, Z_FINISH);
    to.resize(s.total_out);
    deflateEnd(&s);
    return to;
}

bool zlib_inflate(block const& from, block& to) {
    z_stream s{};
    inflateInit2(&s, -15);
    s.next_in = const_cast<Bytef*>(reinterpret_cast<Bytef const*>(from.data()));
    s.avail_in = static_cast<uInt>(from.size());
    s.next_out = reinterpret_cast<Bytef*>(to.data());
    s.avail_out = static_cast<uInt>(to.size());
    int const code = inflate(&s, Z_FINISH);
    inflateEnd(&s);
    return code == Z_STREAM_END;
}

bool measure(char const* name, block const& data) {
    double const megabytes = static_cast<double>(data.size()) / 1e6;
    block const packed = zlib_deflate(data, 6);
    block back(data.size());
    bool good = true;
    double peer = 1e9;
    double ours = 1e9;
    for (int round = 0; round < 7; ++round) {  // in turn, for other work comes and goes
        peer = std::min(peer, best(1, [&] { good &= zlib_inflate(packed, back); }));
        ours = std::min(ours, best(1, [&] { good &= codec::inflate(packed, back).has_value(); }));
    }
    good &= back == data;
    std::printf("inflate_%s %.3f zlib (%.0f MB/s, zlib %.0f MB/s)\n", name, peer / ours,
                megabytes / ours, megabytes / peer);

    auto const stream = std::make_unique<codec::inflater>();
    block piece(std::size_t{256} << 10);
    double const streamed = best(5, [&] {
        stream->reset();
        lade::bytes::view rest = packed;
        for (;;) {
            auto const did =
                stream->next(rest.first(std::min(rest.size(), std::size_t{64} << 10)), piece);
            if (!did) good = false;
            if (!did || did->finished) break;
            rest = rest.subspan(did->consumed);
        }
    });
    std::printf("inflater_%s %.3f zlib\n", name, peer / streamed);

    auto const packer = std::make_unique<codec::deflater>();
    block room(codec::deflate_bound(data.size()));
    for (int level : {1, 6}) {
        std::size_t zlib_size = 0;
        std::size_t size = 0;
        double const theirs = best(2, [&] { zlib_size = zlib_deflate(data, level).size(); });
        double const took = best(2, [&] { size = *codec::deflate(*packer, data, room, level); });
        std::printf("deflate%d_%s %.3f zlib (%.0f MB/s, size %.4f of zlib's)\n", level, name,
                    theirs / took, megabytes / took,
                    static_cast<double>(size) / static_cast<double>(zlib_size));
        block const mine(room.begin(), room.begin() + static_cast<std::ptrdiff_t>(size));
        good &= zlib_inflate(mine, back) && back == data;
    }
    return good;
}

}  // namespace

int main() {
    bool good = true;
    good &= measure("float32", normal_floats(4 << 20));
    good &= measure("sparse", sparse_floats(4 << 20));
    good &= measure("int8", small_integers(8 << 20));
    good &= measure("text", words(8 << 20));
    if (!good) std::puts("WRONG");
    return good ? 0 : 1;
}
