// SPDX-License-Identifier: BSL-1.0
// What every consumer builds: two units that include the library, a program that says whether it
// works. Most take the core alone, to be quick; with WHOLE it is the whole library.
#ifdef WHOLE
#include <lade/lade.hpp>
#else
#include <lade/core.hpp>
#endif

lade::result<int> second(bool good);

int main() {
    auto const bad = second(false);
    bool const works = *second(true) == 42 && !bad && bad.error().id->name == "consumer.refused";
#ifdef WHOLE
    auto const none = lade::try_load("there is no such file");
    return works && !none && none.error().id->kind == lade::kind::io ? 0 : 1;
#else
    return works ? 0 : 1;
#endif
}
