// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/config.hpp>

/// What the processor can do beyond what the compiler was told, asked once and kept.
///
/// The fast versions in this room are functions with a target attribute and compiler builtins, so
/// that they need neither flags nor the heavy intrinsics headers. Other compilers and processors
/// take the portable twins.

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__)) && !defined(_MSC_VER)
#define LADE_CODEC_X86 1
#include <cpuid.h>
#else
#define LADE_CODEC_X86 0
#endif

#if defined(__aarch64__) && defined(__ARM_FEATURE_CRC32) && \
    (defined(__GNUC__) || defined(__clang__))
#define LADE_CODEC_ARM_CRC 1
#include <arm_acle.h>
#else
#define LADE_CODEC_ARM_CRC 0
#endif

#if defined(__GNUC__) || defined(__clang__)
#define LADE_CODEC_INLINE [[gnu::always_inline]] inline
#elif defined(_MSC_VER)
#define LADE_CODEC_INLINE __forceinline
#else
#define LADE_CODEC_INLINE inline
#endif

#if LADE_CODEC_X86

namespace lade::inline LADE_ABI::codec::detail {

struct cpu_features {
    bool pclmul = false;  ///< PCLMULQDQ and SSE4.1
    bool crc32c = false;  ///< SSE4.2
    bool sha = false;     ///< SHA-NI and SSSE3
    bool bmi2 = false;    ///< BMI1 and BMI2
};

inline cpu_features ask_cpu() {
    cpu_features has;
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    if (!__get_cpuid(1, &a, &b, &c, &d)) return has;
    bool const ssse3 = (c >> 9 & 1U) != 0;
    bool const sse41 = (c >> 19 & 1U) != 0;
    has.pclmul = (c >> 1 & 1U) != 0 && sse41;
    has.crc32c = (c >> 20 & 1U) != 0;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return has;
    has.sha = (b >> 29 & 1U) != 0 && ssse3 && sse41;
    has.bmi2 = (b >> 3 & 1U) != 0 && (b >> 8 & 1U) != 0;
    return has;
}

inline cpu_features const& cpu() {
    static cpu_features const has = ask_cpu();
    return has;
}

}  // namespace lade::inline LADE_ABI::codec::detail

#endif
