// SPDX-License-Identifier: BSL-1.0
// How quickly a checkpoint of 5,000 variables is opened, listed and read, against TensorFlow's
// tf.train.load_checkpoint and read(2) of the data file in the same run. Checksums are verified.
//
//     g++ -std=c++20 -O2 -I include tests/bench/tensorflow_checkpoint.cpp -o checkpoint
//     ./checkpoint PYTHON_WITH_TENSORFLOW
//
// Measured on two busy cores of an EPYC, with TensorFlow 2.21: opened and listed in 1.7 ms, by
// TensorFlow in 9 to 15 ms; 500 MB read at 0.90 to 0.95 of the speed of read(2), 20 MB (tensors of
// 4 kB) at 0.5 to 0.75; TensorFlow takes 7 times as long for the former, 78 times for the latter.
#include "bench.hpp"

namespace {

constexpr std::size_t variables = 5'000;

double milliseconds_of(char const* python, std::string const& prefix, std::string const& work) {
    std::string const program =
        "import os, time\n"
        "os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'\n"
        "import tensorflow as tf\n"
        "best = 1e9\n"
        "for _ in range(7):\n"
        "    start = time.perf_counter()\n"
        "    reader = tf.train.load_checkpoint('" +
        prefix +
        "')\n"
        "    shapes = reader.get_variable_to_shape_map()\n"
        "    assert len(shapes) == 5000\n"
        "    " +
        work +
        "\n"
        "    best = min(best, time.perf_counter() - start)\n"
        "print(best * 1e3)\n";
    std::string const command =
        std::string(python) + " -W ignore -c \"" + program + "\" 2> /dev/null";
    std::FILE* const out = ::popen(command.c_str(), "r");
    double best = 0;
    if (out == nullptr || std::fscanf(out, "%lf", &best) != 1) best = -1;
    if (out != nullptr) ::pclose(out);
    return best;
}

/// Puts one tensor behind the other into memory that is there.
struct reader final : lade::any_sink {
    explicit reader(std::span<std::byte> to) : room(to) {}
    std::span<std::byte> room;
    lade::result<lade::flow> take(lade::tensor_info const&, lade::any_payload& from) override {
        if (auto const done = from.granted(); !done) return done.error();
        auto const size = static_cast<std::size_t>(from.size());
        if (auto const done = from.read(0, room.first(size)); !done) return done.error();
        room = room.subspan(size);
        return lade::flow::more;
    }
};

void read_all(std::string const& prefix, std::span<std::byte> room) {
    auto files = lade::file_set::open(prefix);
    reader sink(room);
    if (!files || !lade::tensorflow::read_checkpoint(*files, sink, {}) || !sink.room.empty())
        std::exit(1);
}

void measure(char const* python, bench::folder const& folder, std::uint64_t elements) {
    std::string const prefix = folder / ("model.ckpt-" + std::to_string(elements));
    bench::make_file<lade::tensorflow::checkpoint>(prefix, variables, elements);
    std::uint64_t const bytes = variables * elements * 4;
    std::vector<std::byte> room(static_cast<std::size_t>(bytes));
    double const raw = bench::best_of(9, [&] {
        auto const file = lade::file::open(prefix + ".data-00000-of-00001");
        if (!file->read(0, room)) std::exit(1);
    });
    double const listed = bench::best_of(15, [&] {
        auto const found = lade::try_inspect(prefix);
        if (!found || found->tensors.size() != variables) std::exit(1);
    });
    double const read = bench::best_of(9, [&] { read_all(prefix, room); });
    double const loaded = bench::best_of(5, [&] {
        if (auto const all = lade::try_load(prefix); !all) std::exit(1);
    });
    std::printf(
        "5000 variables, %.0f MB: listed in %.2f ms, read in %.1f ms (read(2) %.1f ms), "
        "loaded into memory of its own in %.1f ms\n",
        static_cast<double>(bytes) / 1e6, listed * 1e3, read * 1e3, raw * 1e3, loaded * 1e3);
    bench::report("read all of 5000 variables", raw / read, "of the speed of read(2)");
    if (python == nullptr) return;
    double const theirs = milliseconds_of(python, prefix, "pass");
    double const reading = milliseconds_of(
        python, prefix, "all(reader.get_tensor(name) is not None for name in shapes)");
    std::printf("    TensorFlow: listed in %.2f ms, read in %.1f ms\n", theirs, reading);
    bench::report("open and list 5000 variables", theirs / (listed * 1e3),
                  "times as fast as tf.train.load_checkpoint");
    bench::report("read all of 5000 variables", reading / (read * 1e3),
                  "times as fast as tf.train.load_checkpoint");
}

}  // namespace

int main(int count, char** words) {
    bench::folder const folder;
    char const* const python = count > 1 ? words[1] : nullptr;
    measure(python, folder, 1'000);
    measure(python, folder, 25'000);
    return 0;
}
