// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/format/hdf5_tensor.hpp>

namespace lade::inline LADE_ABI::hdf5 {

/// Hands over all datasets, named by their paths: depth first, links in the byte order of their
/// names; each group once, each hard link of a dataset a name; soft and external links are not
/// followed. Errors: those of `file::open` and `give_all`.
inline result<flow> read_tensors(any_source from, any_sink& to, options const& how) {
    auto const opened = file::open(from, how);
    if (!opened) return opened.error();
    reading_budget work(how.limits, from.size());
    return give_all(*opened, to, work);
}

}  // namespace lade::inline LADE_ABI::hdf5
