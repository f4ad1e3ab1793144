// SPDX-License-Identifier: BSL-1.0
// A program that uses one version of the library, and a plug-in of its that brought another.
#include <lade/safetensors.hpp>

#include <lade/inspect.hpp>

#include <cstdio>
#include <string>

std::string seen_by_the_plugin(char const* file);

int main() {
    constexpr char file[] = "no such file";
    auto const listed = lade::try_inspect(lade::path(file));
    std::string const ours = listed ? "?" : lade::describe(listed.error());
    std::string const theirs = seen_by_the_plugin(file);
    bool const apart = theirs == ours + " (0.99)";
    if (!apart) std::printf("%s\n%s\n", ours.c_str(), theirs.c_str());
    return apart ? 0 : 1;
}
