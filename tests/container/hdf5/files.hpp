// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/memory.hpp>
#include <lade/codec/sha256.hpp>
#include <lade/container/hdf5/walk.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

/// Fixtures of the HDF5 tests, made by tests/make/hdf5_fixtures.py.
namespace hdf5_test {

inline std::string folder() {
    char const* const data = std::getenv("LADE_TEST_DATA");
    return std::string(data != nullptr ? data : "data") + "/hdf5/";
}

/// The bytes of a file; empty if there is none.
inline std::vector<std::byte> read(std::string const& name) {
    std::vector<std::byte> all;
    std::FILE* const file = std::fopen((folder() + name).c_str(), "rb");
    if (file == nullptr) return all;
    std::byte part[4096];
    for (std::size_t got; (got = std::fread(part, 1, sizeof part, file)) > 0;)
        all.insert(all.end(), part, part + got);
    std::fclose(file);
    return all;
}

/// A source without views: everything goes through read-ahead blocks and copies.
class unviewable {
  public:
    explicit unviewable(lade::bytes::view data) : data_(data) {}
    std::uint64_t size() const { return data_.size(); }
    lade::result<void> read(std::uint64_t offset, std::span<std::byte> to) const {
        return data_.read(offset, to);
    }

  private:
    lade::memory data_;
};

inline std::string hex(lade::codec::sha256 const& hash) {
    std::string made;
    for (std::byte const one : hash.digest())
        for (unsigned const digit :
             {static_cast<unsigned>(one) >> 4, static_cast<unsigned>(one) & 15})
            made += "0123456789abcdef"[digit];
    return made;
}

/// A dataset as a line of expected.txt, read in blocks of `block` bytes; ends with "|!id" if it
/// cannot be read.
inline std::string describe(std::string_view path, lade::result<lade::hdf5::dataset>& found,
                            std::size_t block) {
    std::string line(path);
    if (!found) return line + "|!" + std::string(found.error().id->name);
    line += "|" + std::string(lade::name_of(found->dtype())) + "|";
    bool first = true;
    for (std::uint64_t const size : found->shape()) {
        line += (first ? "" : ",") + std::to_string(size);
        first = false;
    }
    lade::codec::sha256 hash;
    auto done = found->affordable();
    if (done && found->dtype() == lade::dtype::string) {
        done = found->for_each_text([&](std::string_view text) -> lade::result<void> {
            std::byte size[8];
            lade::bytes::store_le(size, std::uint64_t{text.size()});
            hash.update(size).update(lade::bytes::of(text));
            return {};
        });
    } else if (done) {
        std::vector<std::byte> part(block);
        for (std::uint64_t at = 0; done && at < found->nbytes(); at += part.size()) {
            part.resize(
                static_cast<std::size_t>(std::min<std::uint64_t>(block, found->nbytes() - at)));
            done = found->read(at, part);
            hash.update(part);
        }
    }
    if (!done) return line + "|!" + std::string(done.error().id->name);
    switch (found->dtype()) {
        case lade::dtype::compound:
        case lade::dtype::reference:
        case lade::dtype::opaque:
        case lade::dtype::vlen:
        case lade::dtype::time: return line + "|-";
        default: return line + "|" + hex(hash);
    }
}

/// Everything that a walk finds, a line each; a line "!id" where it ends or cannot begin.
inline std::string listing_of_walk(lade::any_source from, lade::hdf5::options const& how = {},
                                   std::size_t block = 1000) {
    auto const file = lade::hdf5::file::open(from, how);
    if (!file) return "!" + std::string(file.error().id->name) + "\n";
    auto root = file->root();
    if (!root) return "!" + std::string(root.error().id->name) + "\n";
    std::string all;
    auto const done = lade::hdf5::walk(
        *file, *root,
        [&](std::string_view path, lade::result<lade::hdf5::dataset>& found) -> lade::result<void> {
            all += describe(path, found, block) + "\n";
            if (found) {
                auto const count =
                    [&](lade::result<lade::hdf5::attribute>& one) -> lade::result<void> {
                    if (one && !one->texts() && !one->integers()) (void)one->reals();
                    return {};
                };
                (void)lade::hdf5::for_each_attribute(file->state(), found->header(), count);
            }
            return {};
        });
    if (!done) all += "!" + std::string(done.error().id->name) + "\n";
    return all;
}

/// The part of expected.txt that is of one file, without the name of the file.
inline std::string expected(std::string const& name) {
    auto const bytes = read("expected.txt");
    std::string_view rest = lade::bytes::text(bytes);
    std::string all;
    while (!rest.empty()) {
        std::string_view const line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        if (line.starts_with(name + "|")) all += std::string(line.substr(name.size() + 1)) + "\n";
    }
    return all;
}

}  // namespace hdf5_test
