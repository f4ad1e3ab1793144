// SPDX-License-Identifier: BSL-1.0
// Files of many small datasets: every one is found, opened and read by lade and by libhdf5. Each is
// the quickest of several runs, the file in the cache of the system; opening it counts.
#include <hdf5.h>
#include "bench.hpp"

#include <cstring>

namespace {

constexpr unsigned groups = 250, datasets = 8;
constexpr double all = groups * datasets;

enum class profile { old_groups, new_groups };

/// 250 groups of 8 datasets of 16 floats, as libhdf5 writes them.
void make(std::string const& at, profile how) {
    hid_t const access = H5Pcreate(H5P_FILE_ACCESS);
    if (how == profile::new_groups)
        H5Pset_libver_bounds(access, H5F_LIBVER_LATEST, H5F_LIBVER_LATEST);
    hid_t const file = H5Fcreate(at.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access);
    hsize_t const size = 16;
    hid_t const space = H5Screate_simple(1, &size, nullptr);
    float values[16];
    for (unsigned g = 0; g < groups; ++g) {
        hid_t const group = H5Gcreate2(file, ("layer_" + std::to_string(g)).c_str(), H5P_DEFAULT,
                                       H5P_DEFAULT, H5P_DEFAULT);
        for (unsigned d = 0; d < datasets; ++d) {
            for (unsigned i = 0; i < 16; ++i) values[i] = static_cast<float>(g * datasets + d + i);
            hid_t const one =
                H5Dcreate2(group, ("weight_" + std::to_string(d)).c_str(), H5T_NATIVE_FLOAT, space,
                           H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
            if (H5Dwrite(one, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0)
                std::exit(1);
            H5Dclose(one);
        }
        H5Gclose(group);
    }
    H5Sclose(space);
    H5Fclose(file);
    H5Pclose(access);
}

struct totals {
    double values = 0;
    unsigned count = 0;
};

herr_t visit(hid_t group, char const* name, H5L_info_t const*, void* to) {
    auto& sum = *static_cast<totals*>(to);
    hid_t const object = H5Oopen(group, name, H5P_DEFAULT);
    if (H5Iget_type(object) == H5I_GROUP) {
        hsize_t at = 0;
        H5Literate(object, H5_INDEX_NAME, H5_ITER_INC, &at, visit, to);
        H5Gclose(object);
        return 0;
    }
    hid_t const space = H5Dget_space(object);
    hsize_t dims[1];
    H5Sget_simple_extent_dims(space, dims, nullptr);
    float values[16];
    if (dims[0] != 16 ||
        H5Dread(object, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0)
        std::exit(1);
    sum.values += static_cast<double>(values[15]);
    ++sum.count;
    H5Sclose(space);
    H5Dclose(object);
    return 0;
}

totals with_libhdf5(std::string const& at) {
    totals sum;
    hid_t const file = H5Fopen(at.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    hsize_t first = 0;
    H5Literate(file, H5_INDEX_NAME, H5_ITER_INC, &first, visit, &sum);
    H5Fclose(file);
    return sum;
}

template <class Source>
totals with_lade(std::string const& at) {
    totals sum;
    auto const source = Source::open(at);
    if (!source) std::exit(1);
    auto const file = lade::hdf5::file::open(*source);
    if (!file) std::exit(1);
    auto const root = file->root();
    if (!root) std::exit(1);
    auto const done = lade::hdf5::walk(
        *file, *root,
        [&](std::string_view, lade::result<lade::hdf5::dataset>& one) -> lade::result<void> {
            if (!one || one->nbytes() != 64) std::exit(1);
            float values[16];
            auto const read = one->read(0, std::as_writable_bytes(std::span(values)));
            sum.values += static_cast<double>(values[15]);
            ++sum.count;
            return read;
        });
    if (!done) std::exit(1);
    return sum;
}

totals with_load(std::string const& at) {
    totals sum;
    auto const model = lade::try_load(at);
    if (!model) std::exit(1);
    for (auto const& [name, tensor] : model->weights()) {
        float last = 0;
        std::memcpy(&last, tensor.bytes().data() + 60, 4);
        sum.values += static_cast<double>(last);
        ++sum.count;
    }
    return sum;
}

void compare(std::string const& at, char const* what) {
    totals theirs;
    double const peer = bench::best_of(5, [&] { theirs = with_libhdf5(at); });
    std::printf("%s: libhdf5 takes %.2f us a dataset\n", what, peer / all * 1e6);
    auto const line = [&](char const* name, totals (*run)(std::string const&)) {
        totals ours;
        double const took = bench::best_of(20, [&] { ours = run(at); });
        if (ours.values != theirs.values || ours.count != theirs.count) {
            std::puts("WRONG");
            std::exit(1);
        }
        std::printf("%s, %s: %.2f us a dataset\n", what, name, took / all * 1e6);
        bench::report((std::string(what) + ", " + name).c_str(), peer / took,
                      "times as fast as libhdf5");
    };
    line("walked in a mapping", with_lade<lade::mapped_file>);
    line("walked in a file", with_lade<lade::file>);
    line("loaded", with_load);
}

}  // namespace

int main() {
    bench::folder const folder;
    make(folder / "old.h5", profile::old_groups);
    compare(folder / "old.h5", "old groups");
    make(folder / "new.h5", profile::new_groups);
    compare(folder / "new.h5", "new groups");
    return 0;
}
