// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/describe.hpp>

#include <csignal>
#include <cstdint>
#include <string>
#include <string_view>

/// What the program says to people: errors and progress on standard error, nothing else.
namespace tool {

/// Exit statuses; the greatest of all files of a call is given.
enum status : int { done = 0, finding = 1, bad_use = 2, unreadable = 3, unsupported = 4 };

/// The status that an error leads to.
constexpr status status_of(lade::kind of) {
    return of == lade::kind::unsupported ? unsupported
           : of == lade::kind::unsafe    ? finding
                                         : unreadable;
}

/// Prints the error in full. `file` is put in front if the error does not know it.
status report(lade::error const& what, std::string_view file = {});

/// Whether standard output is a terminal that may be coloured (NO_COLOR is not set).
bool has_colour();
/// Columns of the terminal; 100 where there is none.
int columns();

/// A line on standard error that shows how far long work has come; only on a terminal, and only
/// after half a second.
class progress {
  public:
    progress(std::string_view what, std::uint64_t bytes);
    ~progress();
    void add(std::uint64_t bytes);

  private:
    std::string what_;
    std::uint64_t all_, done_ = 0;
    double began_;
    double shown_ = 0;
};

/// Set by Ctrl-C and its like: work stops at the next block, and what was begun is removed.
extern std::sig_atomic_t volatile interrupted;

inline constexpr lade::error_id interrupted_id{"tool.interrupted", lade::kind::io,
                                               "the work was interrupted"};

/// "1.2 MB"
std::string human_size(std::uint64_t bytes);

}  // namespace tool
