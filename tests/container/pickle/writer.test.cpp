// SPDX-License-Identifier: BSL-1.0
#include <lade/base/heap_arena.hpp>
#include <lade/container/pickle/machine.hpp>
#include <lade/container/pickle/writer.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <support/bytes.hpp>

namespace {

using namespace lade;
using namespace support;

template <class Write>
std::string written(Write&& write) {
    pickle::writer out;
    write(out);
    return text_of(out.bytes()).substr(2);
}

TEST_CASE("integers take the form that CPython takes") {
    auto const of = [](std::int64_t value) {
        return written([&](pickle::writer& out) { out.integer(value); });
    };
    CHECK(of(0) == std::string("K\0", 2));
    CHECK(of(255) == "K\xff");
    CHECK(of(256) == std::string("M\0\1", 3));
    CHECK(of(65535) == "M\xff\xff");
    CHECK(of(65536) == std::string("J\0\0\1\0", 5));
    CHECK(of(-1) == "J\xff\xff\xff\xff");
    CHECK(of(0x7fffffff) == "J\xff\xff\xff\x7f");
    CHECK(of(0x80000000) == std::string("\x8a\5\0\0\0\x80\0", 7));
    CHECK(of(-0x80000000LL) == std::string("J\0\0\0\x80", 5));
    CHECK(of(-0x80000001LL) == "\x8a\5\xff\xff\xff\x7f\xff");
    CHECK(of(std::numeric_limits<std::int64_t>::min()) ==
          std::string("\x8a\x08\0\0\0\0\0\0\0\x80", 10));
}

TEST_CASE("every integer comes back, around every power of two") {
    for (int shift = 0; shift < 64; ++shift)
        for (int delta = -2; delta <= 2; ++delta)
            for (int sign : {0, 1}) {
                std::uint64_t const raw =
                    (std::uint64_t{1} << shift) + static_cast<std::uint64_t>(delta);
                auto const value = static_cast<std::int64_t>(sign != 0 ? ~raw + 1 : raw);
                pickle::writer out;
                out.integer(value);
                out.put(pickle::op::stop);
                heap_arena memory;
                auto const back = pickle::machine::run(out.bytes(), memory);
                REQUIRE(back);
                REQUIRE(back->nodes.root().integer() == value);
            }
}

TEST_CASE("everything else comes back as well") {
    pickle::writer out;
    out.put(pickle::op::mark);
    out.none();
    out.boolean(true);
    out.boolean(false);
    out.real(-0.1);
    out.text("\xc3\xa4");
    out.memo_put(0);
    out.memo_put(300);
    out.memo_get(300);
    out.global("a.b", "C");
    blob const big(300, std::byte{1});
    out.big_integer(big);
    out.big_integer(bytes::view(big).first(255));
    out.put(pickle::op::tuple);
    out.put(pickle::op::stop);
    heap_arena memory;
    auto const back = pickle::machine::run(out.bytes(), memory);
    REQUIRE_MESSAGE(back, id_of(back));
    auto const root = back->nodes.root();
    REQUIRE(root.count() == 9);
    CHECK(root[0].is_none());
    CHECK(root[1].integer() == 1);
    CHECK(root[3].real() == -0.1);
    CHECK(root[4].id() == root[5].id());
    CHECK(root[6].is_global("a.b", "C"));
    CHECK(root[7].characters().size() == 300);
    CHECK(root[8].characters().size() == 255);
}

}  // namespace
