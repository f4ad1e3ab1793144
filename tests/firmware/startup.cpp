// SPDX-License-Identifier: BSL-1.0
// What runs before and after main on the board: nothing of a C library's start.
#include "board.hpp"

#include <cstdint>

int main();

extern "C" {
extern std::uint32_t data_begin, data_end, data_load, bss_begin, bss_end, stack_top;
extern std::byte const model_begin[], model_end[];
[[noreturn]] void reset();
[[noreturn]] void fault();
}

namespace {

/// ARM's semihosting: the debugger, here QEMU, does what r0 asks.
std::uint32_t ask_host(std::uint32_t what, void const* with) {
    register std::uint32_t r0 asm("r0") = what;
    register void const* r1 asm("r1") = with;
    asm volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}
[[noreturn]] void leave(bool well) {
    // SYS_EXIT: ADP_Stopped_ApplicationExit, or ADP_Stopped_RunTimeErrorUnknown
    for (;;) ask_host(0x18, reinterpret_cast<void*>(well ? 0x20026 : 0x20023));
}

}  // namespace

std::span<std::byte const> board::flash() { return {model_begin, model_end}; }
void board::print(char const* text) { ask_host(0x04, text); }  // SYS_WRITE0

void reset() {
    for (std::uint32_t *from = &data_load, *to = &data_begin; to != &data_end;) *to++ = *from++;
    for (std::uint32_t* to = &bss_begin; to != &bss_end;) *to++ = 0;
    leave(main() == 0);
}
void fault() { leave(false); }

extern "C" [[gnu::section(".vectors"), gnu::used]] void* const vectors[16]{
    &stack_top,
    reinterpret_cast<void*>(reset),
    reinterpret_cast<void*>(fault),
    reinterpret_cast<void*>(fault),
    reinterpret_cast<void*>(fault),
    reinterpret_cast<void*>(fault),
    reinterpret_cast<void*>(fault),
};
