// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>

/// How much memory of the heap a program has, and has had at most. `recording.cpp.hpp` installs the
/// counter; include it in one file of a test program.
namespace support::recording {

struct counters {
    std::int64_t now = 0;   ///< bytes
    std::int64_t peak = 0;  ///< bytes, since `start`
    std::uint64_t calls = 0;
};
inline counters counted;

inline void add(std::int64_t bytes) {
    counted.now += bytes;
    if (counted.now > counted.peak) counted.peak = counted.now;
    ++counted.calls;
}

/// Measures from its making on.
class span_of_time {
  public:
    span_of_time() : before_(counted.now) { counted.peak = counted.now; }
    /// Bytes that were taken at most at one time, above what was taken before.
    std::uint64_t peak() const {
        return counted.peak > before_ ? static_cast<std::uint64_t>(counted.peak - before_) : 0;
    }

  private:
    std::int64_t before_;
};

}  // namespace support::recording
