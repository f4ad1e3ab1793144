// SPDX-License-Identifier: BSL-1.0
#include "terminal.hpp"

#include <fmt/core.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

#ifndef _WIN32
#include <sys/ioctl.h>
#include <unistd.h>
#endif

namespace tool {

std::sig_atomic_t volatile interrupted = 0;

namespace {

double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

bool is_terminal(int descriptor) {
#ifdef _WIN32
    (void)descriptor;
    return false;
#else
    return ::isatty(descriptor) != 0;
#endif
}

}  // namespace

status report(lade::error const& what, std::string_view file) {
    bool const knows = what.where.text().starts_with(file) || file.empty();
    fmt::print(stderr, "{}\n", lade::describe(knows ? what : what.in(file)));
    return status_of(what.id->kind);
}

bool has_colour() {
    char const* const no = std::getenv("NO_COLOR");
    return is_terminal(1) && (no == nullptr || *no == '\0');
}

int columns() {
#ifndef _WIN32
    winsize size{};
    if (::ioctl(1, TIOCGWINSZ, &size) == 0 && size.ws_col > 20) return size.ws_col;
#endif
    return 100;
}

progress::progress(std::string_view what, std::uint64_t bytes)
    : what_(what), all_(bytes), began_(now()) {}

progress::~progress() {
    if (shown_ > 0) fmt::print(stderr, "\r\x1b[K");
}

void progress::add(std::uint64_t bytes) {
    done_ += bytes;
    if (!is_terminal(2)) return;
    double const time = now();
    if (time - began_ < 0.5 || time - shown_ < 0.1) return;
    shown_ = time;
    std::uint64_t const part = all_ == 0 ? 100 : done_ * 100 / all_;
    fmt::print(stderr, "\r\x1b[K{}  {} of {}  {}%", what_, human_size(done_), human_size(all_),
               part > 100 ? 100 : part);
    std::fflush(stderr);
}

std::string human_size(std::uint64_t bytes) {
    constexpr std::string_view units[]{"B", "kB", "MB", "GB", "TB", "PB"};
    double size = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (size >= 999.5 && unit + 1 < std::size(units)) {
        size /= 1000;
        ++unit;
    }
    return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.3g} {}", size, units[unit]);
}

}  // namespace tool
