// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/config.hpp>

#include <concepts>
#include <cstddef>

namespace lade::inline LADE_ABI::hdf5 {

/// Whatever runs jobs for a caller who has threads: run(jobs, job) calls job(0) ... job(jobs - 1),
/// each once, in any order, on any threads, and returns when all have returned. A job neither
/// throws nor waits for another. The library starts no thread itself.
///
///     [](std::size_t jobs, auto const& job) {   // one thread
///         for (std::size_t i = 0; i < jobs; ++i) job(i);
///     }
template <class E>
concept executor = std::invocable<E&, std::size_t, void (&)(std::size_t)>;

}  // namespace lade::inline LADE_ABI::hdf5
