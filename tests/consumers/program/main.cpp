// SPDX-License-Identifier: BSL-1.0
// What every consumer builds: two units that include the library, a program that says whether it
// works.
#if __has_include(<lade/lade.hpp>)
#include <lade/lade.hpp>
#else
#include <lade/base/error.hpp>
#include <lade/base/result.hpp>
#endif

lade::result<int> second(bool good);

int main() {
    auto const bad = second(false);
    return *second(true) == 42 && !bad && bad.error().id->name == "consumer.refused" ? 0 : 1;
}
