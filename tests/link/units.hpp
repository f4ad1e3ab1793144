// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/error.hpp>

namespace two_units {

inline constexpr lade::error_id an_id{"link.test", lade::kind::corrupt, "two units see one id"};

/// The address of an inline constant: one for the whole program.
inline lade::error_id const* here() { return lade::fail(an_id).id; }

lade::error_id const* in_second();
bool exceptions_in_third();

}  // namespace two_units
