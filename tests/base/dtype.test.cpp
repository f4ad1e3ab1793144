// SPDX-License-Identifier: BSL-1.0
#include <lade/base/dtype.hpp>

#include <doctest/doctest.h>

namespace {

using lade::dtype;

static_assert(lade::size_of(dtype::float32) == 4 && lade::bits_of(dtype::float32) == 32);
static_assert(lade::size_of(dtype::complex64) == 8 && lade::word_of(dtype::complex64) == 4);
static_assert(lade::word_of(dtype::complex32) == 2 && lade::word_of(dtype::complex128) == 8);
static_assert(lade::word_of(dtype::float64) == 8 && lade::word_of(dtype::boolean) == 1);
static_assert(lade::size_of(dtype::quint4x2) == 0 && lade::bits_of(dtype::quint4x2) == 4);
static_assert(lade::size_of(dtype::string) == 0 && lade::bits_of(dtype::string) == 0);
static_assert(lade::bytes_of(dtype::int32, 3) == 12);
static_assert(lade::bytes_of(dtype::quint4x2, 3) == 2 && lade::bytes_of(dtype::quint4x2, 0) == 0);
static_assert(lade::bytes_of(dtype::quint2x4, 5) == 2);
static_assert(lade::bytes_of(dtype::float6_e2m3fn, 4) == 3);
static_assert(!lade::bytes_of(dtype::string, 0));
// sizes at and beyond 64 bits
static_assert(lade::bytes_of(dtype::float64, ~std::uint64_t{0} / 8) == ~std::uint64_t{0} - 7);
static_assert(!lade::bytes_of(dtype::float64, ~std::uint64_t{0} / 8 + 1));
static_assert(!lade::bytes_of(dtype::quint4x2, ~std::uint64_t{0} / 4));

TEST_CASE("every type has a name of its own that leads back to it") {
    for (auto const& row : lade::dtypes) {
        CHECK(lade::dtype_named(row.name) == row.type);
        CHECK(lade::name_of(row.type) == row.name);
        CHECK_FALSE(row.name.empty());
    }
    CHECK_FALSE(lade::dtype_named(""));
    CHECK_FALSE(lade::dtype_named("float"));
    CHECK_FALSE(lade::dtype_named("float3"));
    CHECK_FALSE(lade::dtype_named("float322"));
}

TEST_CASE("sizes, bits and words agree") {
    for (auto const& row : lade::dtypes) {
        if (row.bits % 8 == 0) CHECK(lade::size_of(row.type) * 8 == row.bits);
        else CHECK(lade::size_of(row.type) == 0);
        if (lade::size_of(row.type) != 0)
            CHECK(lade::size_of(row.type) % lade::word_of(row.type) == 0);
        if (row.is == lade::dtype_class::complex)
            CHECK(lade::word_of(row.type) * 2 == lade::size_of(row.type));
    }
}

}  // namespace
