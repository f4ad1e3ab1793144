// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/npy.hpp>
#include <lade/format/traits.hpp>

namespace lade::inline LADE_ABI::numpy {

/// Types that a save can hold: NumPy's own, and strings. bfloat16 and the floats of 8 bits belong
/// to other packages, which .npy files do not name.
inline constexpr dtype_set storable_dtypes = [] {
    dtype_set set{dtype::string};
    for (auto const& row : dtypes)
        if (!lade::npy::spelled(row.type).empty()) set.bits |= dtype_set{row.type}.bits;
    return set;
}();

}  // namespace lade::inline LADE_ABI::numpy
