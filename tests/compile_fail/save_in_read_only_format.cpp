// expect: format_is_written<[^>]*torch::tar, false>
// SPDX-License-Identifier: BSL-1.0
#include <lade/lade.hpp>

void use(lade::model const& m) {
    (void)lade::try_save<lade::torch::zip>("a.pth", m);
#ifdef MUST_NOT_COMPILE
    (void)lade::try_save<lade::torch::tar>("a.pth", m);
#endif
}
