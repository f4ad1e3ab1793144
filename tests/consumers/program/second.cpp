// SPDX-License-Identifier: BSL-1.0
#ifdef WHOLE
#include <lade/lade.hpp>
#else
#include <lade/core.hpp>
#endif

namespace {
constexpr lade::error_id refused{"consumer.refused", lade::kind::mismatch,
                                 "the caller asked for it"};
}

lade::result<int> second(bool good);
lade::result<int> second(bool good) {
    if (!good) return lade::fail(refused);
    return 42;
}
