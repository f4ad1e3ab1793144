// expect: root
// SPDX-License-Identifier: BSL-1.0
#include <lade/lade.hpp>

void use(lade::model const& m) {
    (void)lade::try_save<lade::torch::zip>("a", m, {.root = "model"});
#ifdef MUST_NOT_COMPILE
    (void)lade::try_save<lade::safetensors::file>("a", m, {.root = "model"});
#endif
}
