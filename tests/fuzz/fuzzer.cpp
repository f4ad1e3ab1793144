// SPDX-License-Identifier: BSL-1.0
// The entry that libFuzzer calls; LADE_FUZZ_TARGET is one of the functions of targets.hpp.
#include <fuzz/targets.hpp>

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    fuzz::LADE_FUZZ_TARGET({reinterpret_cast<std::byte const*>(data), size});
    return 0;
}
