// SPDX-License-Identifier: BSL-1.0
// How quickly PyTorch files are listed and loaded, against read(2) of the same file in the same
// run.
#include "bench.hpp"

namespace {

void read_whole(std::string const& at) {
    auto const file = lade::file::open(at);
    std::unique_ptr<std::byte[]> memory(new std::byte[static_cast<std::size_t>(file->size())]);
    if (!file->read(0, {memory.get(), static_cast<std::size_t>(file->size())})) std::exit(1);
}

}  // namespace

int main(int count, char** words) {
    if (count == 3) {  // a fresh process: lists, or does nothing but start
        if (words[1][0] == 'l' && !lade::try_inspect(words[2])) return 1;
        return 0;
    }
    bench::folder const folder;

    std::string const large = folder / "200 tensors.pth";
    bench::make_file<lade::torch::zip>(large, 200, 131072);
    bench::process listed, started;
    listed.seconds = started.seconds = 1e9;
    for (int i = 0; i < 9; ++i) {
        auto const one = bench::fresh(words[0], "list", large),
                   other = bench::fresh(words[0], "start", large);
        listed = {std::min(listed.seconds, one.seconds), std::max(listed.megabytes, one.megabytes)};
        started = {std::min(started.seconds, other.seconds),
                   std::max(started.megabytes, other.megabytes)};
    }
    double const reading = bench::best_of(5, [&] { read_whole(large); });
    std::printf(
        "list 200 tensors, 100 MB, fresh process: %.2f ms, %.1f MB resident "
        "(starting alone: %.2f ms, %.1f MB)\n",
        listed.seconds * 1e3, listed.megabytes, started.seconds * 1e3, started.megabytes);
    bench::report("list 200 tensors of 100 MB", reading / listed.seconds,
                  "times as fast as read(2) of the file");

    std::string const many = folder / "4000 tensors.pth";
    bench::make_file<lade::torch::zip>(many, 4000, 16);
    double const listing = bench::best_of(30, [&] {
        if (!lade::try_inspect(many)) std::exit(1);
    });
    double const reading_many = bench::best_of(30, [&] { read_whole(many); });
    std::printf("list 4,000 tensors: %.3f us a tensor\n", listing / 4000 * 1e6);
    bench::report("list 4,000 tensors", listing / reading_many, "times read(2) of the file");

    double const loading = bench::best_of(5, [&] {
        if (!lade::try_load(large)) std::exit(1);
    });
    bench::report("load 100 MB, CRC-32 compared", reading / loading,
                  "times as fast as read(2) into fresh memory");
    double const trusting = bench::best_of(5, [&] {
        if (!lade::try_load<lade::torch::zip>(large, {.verify_crc = false})) std::exit(1);
    });
    bench::report("load 100 MB, CRC-32 not compared", reading / trusting,
                  "times as fast as read(2) into fresh memory");
    return 0;
}
