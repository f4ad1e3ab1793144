// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/lade.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/// What the benchmark programs share: a clock, made-up files, a process of its own for what must
/// start fresh.
namespace bench {

/// Seconds of the quickest of `rounds` calls.
template <class Work>
double best_of(int rounds, Work&& work) {
    double best = 1e9;
    for (int i = 0; i < rounds; ++i) {
        auto const begin = std::chrono::steady_clock::now();
        work();
        best = std::min(
            best, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    }
    return best;
}

/// Where files of a benchmark go: below $TMPDIR, and removed at the end.
class folder {
  public:
    folder() {
        char const* const base = std::getenv("TMPDIR");
        text_ = std::string(base == nullptr ? "/tmp" : base) + "/lade-bench-XXXXXX";
        if (::mkdtemp(text_.data()) == nullptr) std::abort();
    }
    ~folder() {
        for (auto const& name : lade::io::names_in(text_))
            std::remove((text_ + "/" + name).c_str());
        ::rmdir(text_.c_str());
    }
    std::string operator/(std::string const& name) const { return text_ + "/" + name; }

  private:
    std::string text_;
};

/// Writes `count` float32 tensors of `elements` each, by the streaming writer: the model is never
/// in memory.
template <class Format>
void make_file(std::string const& at, std::size_t count, std::uint64_t elements) {
    lade::listing about;
    for (std::size_t i = 0; i < count; ++i) {
        std::string const name = "encoder.layers." + std::to_string(i / 4) + ".block." +
                                 std::to_string(i % 4) + ".weight";
        lade::tensor_info info;
        info.name = name;
        info.shape = {&elements, 1};
        info.nbytes = elements * 4;
        about.tensors.add(info);
    }
    lade::output_set to{lade::path(at)};
    auto writer = lade::format_traits<Format>::writer::start(to, about, {});
    std::vector<float> block(1 << 18);
    for (std::size_t i = 0; i < block.size(); ++i) block[i] = static_cast<float>(i) * 0.001F;
    bool good = writer.has_value();
    for (std::uint64_t left = count * elements * 4; good && left > 0;) {
        auto const part = static_cast<std::size_t>(std::min<std::uint64_t>(left, block.size() * 4));
        good = writer->push({reinterpret_cast<std::byte const*>(block.data()), part}).has_value();
        left -= part;
    }
    if (!good || !writer->finish() || !to.commit()) {
        std::fprintf(stderr, "cannot write %s\n", at.c_str());
        std::exit(1);
    }
}

/// Peak resident memory of a process, and how long it took.
struct process {
    double seconds = 0;
    double megabytes = 0;
};

/// Runs this program again with one argument more, in a fresh process.
inline process fresh(char const* self, std::string const& role, std::string const& file) {
    auto const begin = std::chrono::steady_clock::now();
    pid_t const child = ::fork();
    if (child == 0) {
        ::execl(self, self, role.c_str(), file.c_str(), static_cast<char*>(nullptr));
        ::_exit(127);
    }
    int status = 0;
    rusage used{};
    ::wait4(child, &status, 0, &used);
    if (status != 0) std::exit(1);
    return {std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(),
            static_cast<double>(used.ru_maxrss) / 1024};
}

/// One figure and what it is a ratio to.
inline void report(char const* name, double ratio, char const* peer) {
    std::printf("%-44s %8.2f  %s\n", name, ratio, peer);
}

}  // namespace bench
