// SPDX-License-Identifier: BSL-1.0
#if __has_include(<lade/lade.hpp>)
#include <lade/lade.hpp>
#else
#include <lade/base/error.hpp>
#include <lade/base/result.hpp>
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
