// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <support/recording.hpp>

#include <cerrno>
#include <cstddef>
#include <cstdlib>

#ifdef __GLIBC__
#include <malloc.h>
#endif

/// The counter itself: stands in front of the allocator of glibc, or behind a hook of the
/// sanitizers; elsewhere nothing is counted. Threads are not counted right; these programs have
/// none.

#if defined(__SANITIZE_ADDRESS__)
#define LADE_TEST_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LADE_TEST_SANITIZED 1
#endif
#endif

#ifdef LADE_TEST_SANITIZED
extern "C" int __sanitizer_install_malloc_and_free_hooks(void (*)(void const volatile*,
                                                                  std::size_t),
                                                         void (*)(void const volatile*));
extern "C" std::size_t __sanitizer_get_allocated_size(void const volatile*);
namespace support::recording {
inline int const installed = __sanitizer_install_malloc_and_free_hooks(
    [](void const volatile*, std::size_t size) { add(static_cast<std::int64_t>(size)); },
    [](void const volatile* at) {
        counted.now -= static_cast<std::int64_t>(__sanitizer_get_allocated_size(at));
    });
}  // namespace support::recording
#elif defined(__GLIBC__)
extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
void __libc_free(void*);

inline void* lade_test_counted(void* at) {
    if (at != nullptr) support::recording::add(static_cast<std::int64_t>(::malloc_usable_size(at)));
    return at;
}
void* malloc(std::size_t size) { return lade_test_counted(__libc_malloc(size)); }
void* calloc(std::size_t count, std::size_t size) {
    return lade_test_counted(__libc_calloc(count, size));
}
void* realloc(void* at, std::size_t size) {
    auto const before = at == nullptr ? 0 : static_cast<std::int64_t>(::malloc_usable_size(at));
    void* const to = __libc_realloc(at, size);
    if (to != nullptr || size == 0) support::recording::counted.now -= before;
    return lade_test_counted(to);
}
void* memalign(std::size_t alignment, std::size_t size) {
    return lade_test_counted(__libc_memalign(alignment, size));
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
    return lade_test_counted(__libc_memalign(alignment, size));
}
int posix_memalign(void** to, std::size_t alignment, std::size_t size) {
    *to = lade_test_counted(__libc_memalign(alignment, size));
    return *to == nullptr ? ENOMEM : 0;
}
void free(void* at) {
    if (at != nullptr)
        support::recording::counted.now -= static_cast<std::int64_t>(::malloc_usable_size(at));
    __libc_free(at);
}
}
#endif
