// SPDX-License-Identifier: BSL-1.0
#include <lade/ostream.hpp>

#include <doctest/doctest.h>

#include <array>
#include <sstream>

namespace {

template <class T>
std::string text_of(T const& what) {
    std::ostringstream to;
    to << what;
    return to.str();
}

TEST_CASE("errors, reports, types and tensors go into streams as they describe themselves") {
    constexpr lade::error_id id{"zip.bad_crc", lade::kind::corrupt, "the CRC-32 differs"};
    auto const what = lade::fail(id, 12096, 1, 2).in("a.pth");
    CHECK(text_of(what) == lade::describe(what));
    lade::report found;
    found.loaded = {"fc1.weight"};
    CHECK(text_of(found) == "1 loaded, 0 missing, 0 unexpected, 0 mismatched");
    CHECK(text_of(lade::dtype::float32) == "float32");
    constexpr std::array<std::uint64_t, 2> shape{128, 784};
    lade::tensor_info info;
    info.name = "fc1.weight";
    info.type = lade::dtype::float32;
    info.shape = shape;
    CHECK(text_of(info) == "fc1.weight float32[128,784]");
}

}  // namespace
