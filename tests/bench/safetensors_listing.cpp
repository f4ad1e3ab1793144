// SPDX-License-Identifier: BSL-1.0
#include <lade/safetensors.hpp>

#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

/// Time to list a safetensors file by its number of tensors, in the order of the data and shuffled.
/// Lines: name, nanoseconds a tensor, ratio to copying the header, which is the least that any
/// reader does.

namespace {

struct counter : lade::any_sink {
    std::size_t seen = 0;
    lade::result<lade::flow> take(lade::tensor_info const&, lade::any_payload&) override {
        ++seen;
        return lade::flow::more;
    }
};

std::string file_of(std::size_t tensors, bool shuffled) {
    std::string header = "{";
    for (std::size_t i = 0; i < tensors; ++i) {
        // 7919 is prime and divides none of the sizes: every tensor comes once
        std::size_t const at = shuffled ? i * 7919 % tensors : i;
        header.append("\"model.layers.")
            .append(std::to_string(at))
            .append(".w\":{\"dtype\":\"BF16\",\"shape\":[8,8],\"data_offsets\":[")
            .append(std::to_string(at * 128))
            .append(",")
            .append(std::to_string((at + 1) * 128))
            .append("]},");
    }
    header.back() = '}';
    std::byte size[8];
    lade::bytes::store_le<std::uint64_t>(size, header.size());
    std::string file(lade::bytes::text(size));
    file.append(header);
    file.resize(file.size() + tensors * 128);
    return file;
}

template <class F>
double best(int runs, F&& run) {
    double least = 1e9;
    for (int i = 0; i < runs; ++i) {
        auto const start = std::chrono::steady_clock::now();
        run();
        std::chrono::duration<double> const took = std::chrono::steady_clock::now() - start;
        if (took.count() < least) least = took.count();
    }
    return least;
}

void measure(std::size_t tensors, bool shuffled) {
    auto const file = file_of(tensors, shuffled);
    std::size_t const header = file.size() - tensors * 128;
    int const runs = tensors > 100000 ? 3 : 20;
    std::size_t seen = 0;
    double const listing = best(runs, [&] {
        lade::memory from(lade::bytes::of(file));
        counter to;
        if (lade::format_traits<lade::safetensors::file>::read(from, to, {})) seen = to.seen;
    });
    std::vector<char> copy;
    double const copying = best(runs, [&] {
        std::vector<char>(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(header))
            .swap(copy);
    });
    std::printf("safetensors.list.%zu%s %.0f ns %.1f copies of the header%s\n", tensors,
                shuffled ? ".shuffled" : "", listing * 1e9 / static_cast<double>(tensors),
                listing / copying, seen == tensors ? "" : " FAILED");
}

}  // namespace

int main() {
    for (bool const shuffled : {false, true})
        for (std::size_t tensors = 1000; tensors <= 1000000; tensors *= 10)
            measure(tensors, shuffled);
}
