// expect: format_is_written<[^>]*torch::script, false>
// SPDX-License-Identifier: BSL-1.0
#include <lade/lade.hpp>

void use() {
    (void)lade::try_convert<lade::torch::script, lade::torch::zip>("a", "b");
#ifdef MUST_NOT_COMPILE
    (void)lade::try_convert<lade::torch::zip, lade::torch::script>("a", "b");
#endif
}
