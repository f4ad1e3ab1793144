// expect: formats_are_distinct<false,.*safetensors::file.*numpy::npz.*safetensors::file>
// SPDX-License-Identifier: BSL-1.0
#include <lade/lade.hpp>

using once = lade::format_list<lade::safetensors::file, lade::numpy::npz>;
static_assert(once::size == 2);
#ifdef MUST_NOT_COMPILE
static_assert(once::with<lade::safetensors::file>::size == 3);
#endif
