// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/version.hpp>

/// What the compiler can do, and the name of the inline namespace that all symbols live in.
///
/// The namespace carries the version and whatever changes layout or inline bodies, so that two
/// versions, or one version with and without exceptions, can live in one program.

#if !defined(__cpp_concepts) || __cplusplus < 202002L
#if !defined(_MSVC_LANG) || _MSVC_LANG < 202002L
#error "lade needs C++20"
#endif
#endif

#ifndef LADE_EXCEPTIONS
#if defined(__cpp_exceptions) || defined(_CPPUNWIND)
#define LADE_EXCEPTIONS 1
#else
#define LADE_EXCEPTIONS 0
#endif
#endif

/// Characters that an error keeps of the path to its place. Firmware may set 0.
#ifndef LADE_ERROR_PLACE
#define LADE_ERROR_PLACE 160
#endif

/// Whether error ids keep the sentences that explain them. Firmware may set 0: names and numbers
/// stay.
#ifndef LADE_ERROR_TEXT
#define LADE_ERROR_TEXT 1
#endif

#define LADE_ABI_JOIN(major, minor, exceptions, place, text) \
    v##major##_##minor##_x##exceptions##_p##place##_t##text
#define LADE_ABI_NAME(major, minor, exceptions, place, text) \
    LADE_ABI_JOIN(major, minor, exceptions, place, text)
#define LADE_ABI                                                                             \
    LADE_ABI_NAME(LADE_VERSION_MAJOR, LADE_VERSION_MINOR, LADE_EXCEPTIONS, LADE_ERROR_PLACE, \
                  LADE_ERROR_TEXT)

/// Functions that pay for their size by their speed, but not where size is what was asked for.
#if defined(__OPTIMIZE_SIZE__)
#define LADE_HOT
#elif defined(__GNUC__)
#define LADE_HOT [[gnu::always_inline]]
#else
#define LADE_HOT
#endif

namespace lade::inline LADE_ABI {}
