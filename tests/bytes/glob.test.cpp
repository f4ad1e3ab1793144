// SPDX-License-Identifier: BSL-1.0
#include <lade/bytes/glob.hpp>

#include <doctest/doctest.h>

#include <string>

namespace {

using lade::glob_match;

static_assert(glob_match("", "") && !glob_match("", "a") && !glob_match("a", ""));
static_assert(glob_match("*", "") && glob_match("**", "") && !glob_match("?", ""));
static_assert(glob_match("*.weight", "layer1.0.conv.weight"));
static_assert(!glob_match("*.weight", "layer1.0.conv.weight2"));
static_assert(glob_match("encoder/*", "encoder/kernel") && !glob_match("encoder/*", "encoder/a/b"));
static_assert(glob_match("encoder/**", "encoder/a/b") && glob_match("**/kernel", "a/b/kernel"));
static_assert(glob_match("**/*.w", "a/b/c.w") && !glob_match("**/*.w", "a/b/c.v"));
static_assert(glob_match("a?c", "abc") && !glob_match("a?c", "a/c") && !glob_match("a?c", "ac"));
static_assert(glob_match("a*b*c", "axxbyyc") && glob_match("a*b*c", "abc"));
static_assert(!glob_match("a*b*c", "axxcyyb"));
static_assert(glob_match("*/b", "a/b") && !glob_match("*/b", "a/c/b"));
static_assert(glob_match("**b*/x", "a/bc/x") && glob_match("**b*/x", "b/b/x"));

/// Matches by the definition, by recursion.
bool defined(std::string_view pattern, std::string_view name) {
    if (pattern.empty()) return name.empty();
    if (pattern.starts_with("**")) {
        for (std::size_t i = 0; i <= name.size(); ++i)
            if (defined(pattern.substr(2), name.substr(i))) return true;
        return false;
    }
    if (pattern.front() == '*') {
        for (std::size_t i = 0; i <= name.size(); ++i) {
            if (defined(pattern.substr(1), name.substr(i))) return true;
            if (i < name.size() && name[i] == '/') return false;
        }
        return false;
    }
    if (name.empty()) return false;
    bool const one =
        pattern.front() == name.front() || (pattern.front() == '?' && name.front() != '/');
    return one && defined(pattern.substr(1), name.substr(1));
}

TEST_CASE("globs match as their definition says, over all short patterns and names") {
    constexpr std::string_view letters = "a/?*";
    int broken = 0;
    std::string first_broken;
    for (unsigned p = 0; p < 4096; ++p)
        for (unsigned n = 0; n < 128; ++n) {
            std::string pattern, name;
            for (unsigned left = p; left != 0; left /= 4) pattern += letters[left % 4];
            for (unsigned left = n; left != 0; left /= 2) name += left % 2 ? 'a' : '/';
            if (glob_match(pattern, name) == defined(pattern, name)) continue;
            if (broken++ == 0) first_broken = pattern + " of " + name;
        }
    CAPTURE(first_broken);
    CHECK(broken == 0);
}

TEST_CASE("a hostile pattern costs no more than the product of both lengths") {
    std::string pattern, name(10'000, 'a');
    for (int i = 0; i < 200; ++i) pattern += "*a";
    CHECK_FALSE(glob_match(pattern + "b", name));
    CHECK(glob_match(pattern, name));
    std::string deep;
    for (int i = 0; i < 100; ++i) deep += "**a";
    CHECK_FALSE(glob_match(deep + "b", name));
}

}  // namespace
