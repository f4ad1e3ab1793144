// SPDX-License-Identifier: BSL-1.0
#include <lade/bytes/memory.hpp>
#include <lade/format/payload.hpp>
#include <lade/format/storable.hpp>
#include <lade/format/traits.hpp>

#include <doctest/doctest.h>

#include <support/bytes.hpp>
#include <support/sources.hpp>

struct least {};
struct most {};
template <>
struct lade::format_traits<least> {
    static constexpr std::string_view name = "test.least";
};
template <>
struct lade::format_traits<most> {
    static constexpr std::string_view name = "test.most";
    static constexpr lade::contents writes = lade::content::weights | lade::content::graph;
    static constexpr lade::dtype_set dtypes{lade::dtype::float32};
    static constexpr std::size_t max_rank = 4;
    static constexpr bool zero_copy = true;
    static constexpr bool keeps_aliases = true;
    static constexpr std::string_view separator = "/";
    struct options {
        int level = 3;
    };
};

namespace {

using namespace lade;
using namespace support;

// what a format does not say is what refuses most
static_assert(format<least> && !format<int>);
static_assert(trait<least>::writes.empty() && trait<least>::reads.empty());
static_assert(!trait<least>::zero_copy && trait<least>::needs_heap && !trait<least>::keeps_aliases);
static_assert(trait<least>::max_rank == 64 && trait<least>::separator == ".");
static_assert(trait<least>::dtypes == every_dtype);
static_assert(std::same_as<options_of<least>, no_options>);
static_assert(trait<most>::dtypes.has(dtype::float32) && !trait<most>::dtypes.has(dtype::float64));
static_assert(options_of<most>{}.level == 3 && trait<most>::separator == "/");

struct graph_of_things {
    static constexpr contents holds = content::weights | content::config;
};
static_assert(lost<most, graph_of_things> == contents(content::config));
static_assert(!storable<graph_of_things, most>);
static_assert(storable<graph_of_things, most, dropped<content::config>>);
static_assert(check_lossless<most, graph_of_things, dropped<content::config>>());

TEST_CASE("a payload in a source is handed over in blocks of any size") {
    blob const whole = noise(1000);
    memory const seen{bytes::view(whole)};
    unviewable const unseen{bytes::view(whole)};
    stored one(seen, 100, 700);
    stored other(unseen, 100, 700);
    std::string const wanted = text_of(bytes::view(whole).subspan(100, 700));
    for (std::size_t const block : {1U, 7U, 699U, 700U, 5000U}) {
        std::vector<std::byte> room(block);
        std::string first, second;
        REQUIRE(in_blocks(one, room, [&](bytes::view piece) {
            first += bytes::text(piece);
            return result<void>();
        }));
        REQUIRE(in_blocks(other, room, [&](bytes::view piece) {
            second += bytes::text(piece);
            return result<void>();
        }));
        CHECK(text_of(*one.view()) == wanted);
        CHECK_FALSE(other.view());
        CHECK(first == wanted);
        CHECK(second == wanted);
    }
    std::vector<std::byte> room(64);
    int calls = 0;
    auto const stopped = in_blocks(other, room, [&](bytes::view) -> result<void> {
        return ++calls == 3 ? result<void>(fail(broken)) : result<void>();
    });
    CHECK(id_of(stopped) == "test.broken");
    CHECK(calls == 3);
    no_payload nothing;
    CHECK(nothing.size() == 0);
    CHECK(in_blocks(nothing, room, [&](bytes::view) { return result<void>(fail(broken)); }));
}

}  // namespace
