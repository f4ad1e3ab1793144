// SPDX-License-Identifier: BSL-1.0
// Large datasets: contiguous ones against read(2) and libhdf5, chunks against libhdf5, on one
// thread and, where the caller passes an executor, on several. The files are in the cache of the
// system.
#include <hdf5.h>
#include "bench.hpp"

#include <atomic>
#include <cstring>
#include <random>
#include <thread>

#include <fcntl.h>

namespace {

constexpr std::size_t rows = 2048, columns = 4096;  // 32 MB of floats
constexpr std::size_t size = rows * columns * sizeof(float);

std::vector<float> weights() {
    std::mt19937 random(1);
    std::normal_distribution<float> normal(0, 0.02F);
    std::vector<float> all(rows * columns);
    for (auto& one : all) one = normal(random);
    return all;
}

/// One dataset "w"; chunks of 64 x 1024 floats unless `level` is negative.
void make(std::string const& at, std::vector<float> const& values, bool shuffle, int level) {
    hid_t const file = H5Fcreate(at.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hsize_t const dims[] = {rows, columns};
    hsize_t const chunk[] = {64, 1024};
    hid_t const space = H5Screate_simple(2, dims, nullptr);
    hid_t const how = H5Pcreate(H5P_DATASET_CREATE);
    if (level >= 0) H5Pset_chunk(how, 2, chunk);
    if (shuffle) H5Pset_shuffle(how);
    if (level > 0) H5Pset_deflate(how, static_cast<unsigned>(level));
    hid_t const one = H5Dcreate2(file, "w", H5T_NATIVE_FLOAT, space, H5P_DEFAULT, how, H5P_DEFAULT);
    if (H5Dwrite(one, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0)
        std::exit(1);
    H5Dclose(one);
    H5Pclose(how);
    H5Sclose(space);
    H5Fclose(file);
}

void with_libhdf5(std::string const& at, float* to) {
    hid_t const file = H5Fopen(at.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t const one = H5Dopen2(file, "w", H5P_DEFAULT);
    if (H5Dread(one, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, to) < 0) std::exit(1);
    H5Dclose(one);
    H5Fclose(file);
}

void with_read(std::string const& at, std::byte* to) {
    int const file = ::open(at.c_str(), O_RDONLY);
    for (std::size_t done = 0; done < size;) {
        auto const got = ::read(file, to + done, size - done);
        if (got <= 0) std::exit(1);
        done += static_cast<std::size_t>(got);
    }
    ::close(file);
}

/// Opens the file and hands its dataset to `read`.
template <class Source, class Read>
void with_lade(std::string const& at, Read&& read) {
    auto const source = Source::open(at);
    if (!source) std::exit(1);
    auto const file = lade::hdf5::file::open(*source);
    if (!file) std::exit(1);
    auto one = file->dataset_at("w");
    if (!one || !read(*one)) std::exit(1);
}

/// Two threads that take job after job. On a machine that has other work the clock tells little, so
/// the time that each thread had of a processor is taken too.
struct two_threads {
    double busiest = 0, both = 0;

    void operator()(std::size_t jobs, auto const& job) {
        std::atomic<std::size_t> next{0};
        double took[2];
        auto const work = [&](std::size_t number) {
            double const begin = now();
            for (std::size_t one; (one = next++) < jobs;) job(one);
            took[number] = now() - begin;
        };
        std::thread other(work, 0);
        work(1);
        other.join();
        busiest += (std::max)(took[0], took[1]);
        both += took[0] + took[1];
    }

  private:
    static double now() {
        timespec time;
        ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
    }
};

}  // namespace

int main() {
    bench::folder const folder;
    auto const values = weights();
    std::vector<float> back(values.size());
    std::span<std::byte> const to = std::as_writable_bytes(std::span(back));
    auto const same = [&] {
        if (back != values) {
            std::puts("WRONG");
            std::exit(1);
        }
        std::fill(back.begin(), back.end(), 0.0F);
    };
    auto const whole = [&](lade::hdf5::dataset& one) { return one.read(0, to).has_value(); };

    std::string const plain = folder / "contiguous.h5";
    make(plain, values, false, -1);
    double const reading = bench::best_of(7, [&] { with_read(plain, to.data()); });
    double const peer_plain = bench::best_of(7, [&] { with_libhdf5(plain, back.data()); });
    double const ours_plain = bench::best_of(7, [&] { with_lade<lade::file>(plain, whole); });
    same();
    double const viewed = bench::best_of(7, [&] {
        with_lade<lade::mapped_file>(
            plain, [](lade::hdf5::dataset const& one) { return one.view().has_value(); });
    });
    std::printf("contiguous, 32 MB: read(2) %.2f ms, libhdf5 %.2f ms, lade %.2f ms, view %.3f ms\n",
                reading * 1e3, peer_plain * 1e3, ours_plain * 1e3, viewed * 1e3);
    bench::report("contiguous, read", reading / ours_plain, "times as fast as read(2)");
    bench::report("contiguous, read", peer_plain / ours_plain, "times as fast as libhdf5");
    bench::report("contiguous, viewed in a mapping", reading / viewed, "times as fast as read(2)");

    struct {
        char const* name;
        bool shuffle;
        int level;
    } const ways[] = {{"chunks", false, 0},
                      {"shuffled chunks", true, 0},
                      {"deflated chunks", false, 6},
                      {"shuffled, deflated chunks", true, 6}};
    for (auto const& way : ways) {
        std::string const at = folder / "chunks.h5";
        make(at, values, way.shuffle, way.level);
        two_threads run;
        auto const shared = [&](lade::hdf5::dataset& data) {
            run = {};
            return data.read_all(to, run).has_value();
        };
        double peer = 1e9, one = 1e9, mapped = 1e9, two = 1e9, busiest = 1;
        for (int round = 0; round < 7; ++round) {  // in turn, for other work comes and goes
            peer = (std::min)(peer, bench::best_of(1, [&] { with_libhdf5(at, back.data()); }));
            same();
            one = (std::min)(one, bench::best_of(1, [&] { with_lade<lade::file>(at, whole); }));
            same();
            mapped = (std::min)(
                mapped, bench::best_of(1, [&] { with_lade<lade::mapped_file>(at, whole); }));
            same();
            two = (std::min)(two, bench::best_of(1, [&] { with_lade<lade::file>(at, shared); }));
            busiest = (std::min)(busiest, run.both > 0 ? run.busiest / run.both : 1);
            same();
        }
        std::printf(
            "%s, 32 MB: libhdf5 %.1f ms, lade %.1f ms (in a mapping %.1f), two threads "
            "%.1f ms\n",
            way.name, peer * 1e3, one * 1e3, mapped * 1e3, two * 1e3);
        bench::report(way.name, peer / one, "times as fast as libhdf5");
        if (way.level > 0) {
            bench::report((std::string(way.name) + ", two threads").c_str(), one / two,
                          "times as fast as one, by the clock");
            bench::report((std::string(way.name) + ", two threads").c_str(), 1 / busiest,
                          "the work of both, in that of the busier");
        }
    }
    return 0;
}
