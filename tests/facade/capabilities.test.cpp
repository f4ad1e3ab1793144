// SPDX-License-Identifier: BSL-1.0
#include <lade/capabilities.hpp>

#include <doctest/doctest.h>

#include <support/files.hpp>

namespace acme {
struct blob {};
}  // namespace acme
template <>
struct lade::format_traits<acme::blob> {
    static constexpr std::string_view name = "acme.blob";
    static constexpr contents reads = content::weights;
    static confidence detect(head const&) { return confidence::no; }
    static result<flow> read(any_source, any_sink&, no_options const&) { return flow::more; }
};

namespace {

TEST_CASE("every format of the library, and one of a program's own, is whole") {
    static_assert(lade::check_format<acme::blob>());
    std::size_t whole = 0;
    lade::all_formats::any([&]<class Format>() {
        static_assert(lade::check_format<Format>());
        ++whole;
        return false;
    });
    CHECK(whole == lade::all_formats::size);
}

TEST_CASE("a list of formats tells what each of them promises") {
    constexpr auto all = lade::capabilities<lade::all_formats::with<acme::blob>>();
    static_assert(all.size() == lade::all_formats::size + 1);
    CHECK(all.back().name == "acme.blob");
    CHECK(all.back().writes.empty());
    CHECK(all.front().name == "safetensors");
    CHECK(all.front().zero_copy);
    CHECK(all.front().dtypes.has(lade::dtype::bfloat16));
}

TEST_CASE("the README shows the table as it is") {
    auto const data = support::read_file(support::test_data() + "/../../README.md");
    auto const readme = lade::bytes::text(lade::bytes::view(data));
    std::string const table = lade::capability_table();
    INFO(table);
    CHECK(readme.find(table) != readme.npos);
}

}  // namespace
