// expect: verify_crc
// SPDX-License-Identifier: BSL-1.0
#include <lade/lade.hpp>

void use() {
    (void)lade::try_load<lade::torch::zip>("a", {.verify_crc = false});
#ifdef MUST_NOT_COMPILE
    (void)lade::try_load<lade::safetensors::file>("a", {.verify_crc = false});
#endif
}
