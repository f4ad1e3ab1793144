// SPDX-License-Identifier: BSL-1.0
#include <zlib.h>
#include <lade/codec/deflate.hpp>
#include <lade/codec/inflate.hpp>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "../codec/samples.hpp"

/// Compares with zlib what both can do: what zlib wrote at every level and strategy is read, what
/// we wrote zlib reads, and about damaged streams both say the same. Argument: rounds. Exit 1 if
/// they disagree.

namespace {

namespace codec = lade::codec;
using samples::block;

Bytef* raw(block const& data) {
    return const_cast<Bytef*>(reinterpret_cast<Bytef const*>(data.data()));
}

block zlib_deflate(block const& from, int level, int strategy, int memory) {
    z_stream s{};
    deflateInit2(&s, level, Z_DEFLATED, -15, memory, strategy);
    block to(deflateBound(&s, static_cast<uLong>(from.size())) + 64);
    s.next_in = raw(from);
    s.avail_in = static_cast<uInt>(from.size());
    s.next_out = raw(to);
    s.avail_out = static_cast<uInt>(to.size());
    deflate(&s, Z_FINISH);
    to.resize(s.total_out);
    deflateEnd(&s);
    return to;
}

/// Whether zlib reads a whole stream; how far it went.
bool zlib_inflate(block const& from, block& to, codec::inflated& done) {
    z_stream s{};
    inflateInit2(&s, -15);
    s.next_in = raw(from);
    s.avail_in = static_cast<uInt>(from.size());
    s.next_out = raw(to);
    s.avail_out = static_cast<uInt>(to.size());
    int const code = inflate(&s, Z_FINISH);
    done = {s.total_in, s.total_out};
    inflateEnd(&s);
    return code == Z_STREAM_END;
}

bool same(block const& a, block const& b, std::size_t size) {
    return size == 0 || std::memcmp(a.data(), b.data(), size) == 0;
}

}  // namespace

int main(int count, char** arguments) {
    int const rounds = count > 1 ? std::atoi(arguments[1]) : 500;
    auto const packer = std::make_unique<codec::deflater>();
    samples::random next(static_cast<std::uint64_t>(rounds));
    int wrong = 0;
    int compared = 0;
    auto const judge = [&](bool good, char const* what, int round) {
        ++compared;
        if (good) return;
        ++wrong;
        std::printf("%s: round %d\n", what, round);
    };
    for (int round = 0; round < rounds; ++round) {
        auto const what = static_cast<samples::kind>(
            next.below(static_cast<std::size_t>(samples::kind::every_kind)));
        std::size_t const size = next.below(round % 8 == 0 ? 200000 : 3000);
        auto const data = samples::make(what, size, static_cast<std::uint64_t>(round));
        int const level = static_cast<int>(next.below(10));

        auto const theirs = zlib_deflate(data, level, static_cast<int>(next.below(5)),
                                         1 + static_cast<int>(next.below(9)));
        block back(size);
        auto const done = codec::inflate(theirs, back);
        judge(done && *done == codec::inflated{theirs.size(), size} && back == data,
              "reading zlib's stream", round);

        block ours(codec::deflate_bound(size));
        auto const packed = codec::deflate(*packer, data, ours, level);
        if (packed) ours.resize(*packed);
        codec::inflated read;
        back.assign(size + 1, std::byte{0});  // zlib wants a place even for no bytes
        judge(packed && zlib_inflate(ours, back, read) &&
                  read == codec::inflated{ours.size(), size} && same(back, data, size),
              "zlib reading our stream", round);

        if (theirs.size() > 3000) continue;
        for (int i = 0; i < 30; ++i) {
            auto bad = i % 2 == 0 ? theirs : ours;
            if (bad.empty()) continue;
            bad[next.below(i < 10 && bad.size() > 40 ? 40 : bad.size())] ^=
                static_cast<std::byte>(1U << next.below(8));
            block a(size + 300);
            block b(size + 300);
            bool const good = zlib_inflate(bad, a, read);
            auto const mine = codec::inflate(bad, b);
            judge(
                good == mine.has_value() && (!good || (*mine == read && same(a, b, read.written))),
                "the verdict on a damaged stream", round);
        }
    }
    std::printf("%d comparisons, %d wrong\n", compared, wrong);
    return wrong == 0 ? 0 : 1;
}
