// SPDX-License-Identifier: BSL-1.0
#include <lade/bytes/memory.hpp>
#include <lade/format/filter.hpp>

#include <doctest/doctest.h>

#include <support/bytes.hpp>

namespace {

using namespace lade;
using namespace support;

TEST_CASE("names are changed by rules with at most one star") {
    CHECK(renamed("a.b", "a.b", "c") == "c");
    CHECK_FALSE(renamed("a.b", "a", "c"));
    CHECK(renamed("module.fc.weight", "module.*", "*") == "fc.weight");
    CHECK(renamed("fc.weight", "*", "net.*") == "net.fc.weight");
    CHECK(renamed("a.x.b", "a.*.b", "c.*") == "c.x");
    CHECK(renamed("a.b", "a*b", "*") == ".");
    CHECK(renamed("ab", "a*b", "[*]") == "[]");
    CHECK_FALSE(renamed("a", "a*a", "*"));
    CHECK(renamed("anything", "*", "fixed") == "fixed");
}

struct keeper final : any_sink {
    std::vector<std::string> names;
    std::vector<std::uint64_t> sizes;
    contents parts;
    result<flow> take(tensor_info const& info, any_payload& bytes) override {
        names.emplace_back(info.name);
        sizes.push_back(bytes.size());
        CHECK(info.in == nullptr);
        return flow::more;
    }
    void holds(contents all) override { parts = all; }
};

TEST_CASE("a filter lets through what it is told, renamed and converted") {
    keeper to;
    filter_options options{.only = "fc*", .rename = {{"fc.*", "*"}}, .type = dtype::float16};
    filtered through(to, options);
    blob const elements(8);
    memory const from{bytes::view(elements)};
    stored payload(from, 0, 8);
    alias in{};
    tensor_info info;
    info.in = &in;
    info.type = dtype::float32;
    info.nbytes = 8;
    for (auto const* const name : {"fc.weight", "conv.weight", "fcx"}) {
        info.name = name;
        REQUIRE(through.tensor(info, payload));
    }
    info.name = "fc.text";
    info.type = dtype::string;
    REQUIRE(through.tensor(info, payload));
    through.holds(content::weights | content::objects);
    CHECK(to.names == std::vector<std::string>{"weight", "fcx", "text"});
    CHECK(to.sizes == std::vector<std::uint64_t>{4, 4, 8});
    CHECK(to.parts == contents(content::weights));
    CHECK_FALSE(filter_options{}.is_active());
}

}  // namespace
