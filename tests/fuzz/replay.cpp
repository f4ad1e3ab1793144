// SPDX-License-Identifier: BSL-1.0
// Runs every fuzz target over every small fixture, whole, cut and with bytes changed, and over the
// files that are named: what a fuzzer found stays found.
#include <support/bytes.hpp>
#include <support/files.hpp>

#include <fuzz/targets.hpp>

#include <cstdio>
#include <cstring>

namespace {

constexpr std::size_t largest_seed = 1 << 15;

void run_all(std::vector<std::byte> const& seed, std::size_t samples) {
    for (auto const& one : fuzz::targets) {
        one.run(seed);
        if (samples == 0) continue;
        support::every_prefix(seed, one.run, samples);
        support::every_byte_flip(
            seed, [&](lade::bytes::view changed, std::size_t) { one.run(changed); }, samples);
    }
}

}  // namespace

int main(int count, char** words) {
    std::size_t seeds = 0;
    if (count > 1) {
        for (int i = 1; i < count; ++i, ++seeds) run_all(support::read_file(words[i]), 0);
    } else {
        run_all({}, 0);
        for (auto const& name : support::files_below(support::test_data())) {
            auto const seed = support::read_file(support::test_data() + '/' + name);
            if (seed.empty() || seed.size() > largest_seed) continue;
            run_all(seed, 48);
            ++seeds;
        }
    }
    std::printf("%zu seeds, %zu targets\n", seeds, std::size(fuzz::targets));
    return seeds == 0;  // a replay of nothing shows nothing
}
