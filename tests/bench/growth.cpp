// SPDX-License-Identifier: BSL-1.0
// Time for each tensor from a thousand to a million tensors: it must not grow. And files that are
// larger than memory.
#include "bench.hpp"

namespace {

/// Counts the bytes that are read, and gives no views.
struct counting {
    lade::file const* inner;
    mutable std::uint64_t bytes = 0;
    std::uint64_t size() const { return inner->size(); }
    lade::result<void> read(std::uint64_t at, std::span<std::byte> to) const {
        bytes += to.size();
        return inner->read(at, to);
    }
};

template <class Format>
void grow(bench::folder const& in, char const* name) {
    double first = 0;
    for (std::size_t const count : {1000U, 10000U, 100000U, 1000000U}) {
        std::string const at = in / "growth";
        bench::make_file<Format>(at, count, 1);
        double const each = bench::best_of(count > 100000 ? 1 : 3,
                                           [&] {
                                               if (!lade::try_inspect(at)) std::exit(1);
                                           }) /
                            static_cast<double>(count);
        if (first == 0) first = each;
        std::printf("%-12s %8zu tensors: %6.3f us each\n", name, count, each * 1e6);
        if (count == 1000000U)
            bench::report((std::string(name) + ", a million tensors").c_str(), each / first,
                          "times a tensor of a thousand");
        std::remove(at.c_str());
    }
}

/// One tensor of `elements` in a file that is all hole: its head and its end are written, nothing
/// else.
void list_sparse(bench::folder const& in, std::uint64_t elements) {
    std::string const at = in / "sparse.safetensors";
    std::string header = R"({"w":{"dtype":"F32","shape":[)" + std::to_string(elements) +
                         R"(],"data_offsets":[0,)" + std::to_string(elements * 4) + "]}}";
    header.resize((header.size() + 7) / 8 * 8, ' ');
    std::FILE* const file = std::fopen(at.c_str(), "wb");
    std::byte length[8];
    lade::bytes::store_le<std::uint64_t>(length, header.size());
    bool good = file != nullptr && std::fwrite(length, 1, 8, file) == 8 &&
                std::fwrite(header.data(), 1, header.size(), file) == header.size();
    good = good && std::fflush(file) == 0 &&
           ::ftruncate(::fileno(file), static_cast<off_t>(8 + header.size() + elements * 4)) == 0;
    if (file != nullptr) std::fclose(file);
    auto const opened = lade::file::open(at);
    if (!good || !opened) {
        std::printf("no sparse file of %.0f GB can be made here\n",
                    static_cast<double>(elements) * 4e-9);
        return;
    }
    counting const from{&*opened};
    if (!lade::try_inspect(from)) std::exit(1);
    std::printf("a file of %.0f GB is listed by reading %.3f MB\n",
                static_cast<double>(opened->size()) * 1e-9, static_cast<double>(from.bytes) * 1e-6);
    std::remove(at.c_str());
}

}  // namespace

int main() {
    bench::folder const folder;
    grow<lade::torch::zip>(folder, "torch.zip");
    grow<lade::torch::legacy>(folder, "torch.legacy");
    grow<lade::safetensors::file>(folder, "safetensors");
    grow<lade::numpy::npz>(folder, "numpy.npz");
    list_sparse(folder, std::uint64_t{5} << 28);
    list_sparse(folder, std::uint64_t{1} << 38);
    return 0;
}
