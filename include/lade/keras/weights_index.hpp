// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/sort.hpp>
#include <lade/format/hdf5_tensor.hpp>
#include <lade/io/file_set.hpp>
#include <lade/keras/json_reader.hpp>

/// Weights in several files, since Keras 3.10: `x.weights.json` beside `x_00000.weights.h5` ...
///
///     {"metadata": {"total_size": 960.0},
///      "weight_map": {"/layers/dense/vars": ["x_00000.weights.h5", ...], ...}}
///
/// A key is a group of variables, its value a name or a list: a group may lie in several files.
/// Read: the datasets of all files, in the order in which one file would have them. Refused: names
/// with folders, groups that no file has. Source: keras/src/saving/saving_lib.py, ShardedH5IOStore.
namespace lade::inline LADE_ABI::keras {

namespace ids {
inline constexpr error_id bad_weights_index{
    "keras.bad_weights_index", kind::corrupt,
    "the index of the weights has no weight_map of groups and of names of .weights.h5 files"};
}  // namespace ids

/// Certain of an object with a weight_map and names of `.weights.h5` files.
inline confidence looks_like_weights_index(any_source from) {
    std::byte first[1];
    if (from.size() < 16 || !from.read(0, first) || static_cast<char>(first[0]) != '{')
        return confidence::no;
    auto const all = detail::all_of(from, limits{});
    if (!all) return confidence::no;
    auto const text = bytes::text(*all);
    return text.find("\"weight_map\"") != text.npos && text.find(".weights.h5\"") != text.npos
               ? confidence::certain
               : confidence::no;
}

/// Hands over all datasets of all files by their paths. Errors: json.*, keras.bad_weights_index,
/// keras.missing_weight, those of HDF5, io.not_found and all others of file_set.
inline result<flow> read_weights_index(file_set& set, any_sink& to, hdf5::options const& how) {
    if (!set.has_file()) return fail(lade::ids::not_found);
    auto const text = detail::all_of(set.file(), how.limits);
    if (!text) return text.error();
    auto const index = lade::json::document::parse(bytes::text(*text), json_options);
    if (!index) return index.error();
    auto const map = index->root()["weight_map"];
    if (!map.is_object()) return fail(ids::bad_weights_index);

    std::vector<std::string_view> names;
    auto const add = [&names](lade::json::value one) {
        auto const name = one.text();
        bool const plain = name.ends_with(".weights.h5") && name.find('/') == name.npos &&
                           name.find('\\') == name.npos && name != "..";
        if (plain && (names.empty() || names.back() != name)) names.push_back(name);
        return plain;
    };
    for (std::size_t i = 0; i < map.size(); ++i) {
        auto const where = map[i];
        bool good = where.is_array() || add(where);
        for (std::size_t k = 0; where.is_array() && k < where.size(); ++k) good &= add(where[k]);
        if (!good) return fail(ids::bad_weights_index).in(map.key(i));
    }
    bytes::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());

    struct place {
        std::string path;
        std::size_t file;
    };
    std::vector<hdf5::file> files;
    std::vector<place> all;
    std::uint64_t size = 0;
    for (auto const name : names) {
        auto const from = set.sibling(name);
        if (!from) return from.error();
        size += from->size();
        auto opened = hdf5::file::open(*from, how);
        if (!opened) return opened.error().in(name);
        files.push_back(*std::move(opened));
        auto const root = files.back().root();
        if (!root) return root.error().in(name);
        auto const done =
            hdf5::walk(files.back(), *root,
                       [&](std::string_view path, result<hdf5::dataset>& found) -> result<void> {
                           if (!found) return found.error().in(path);
                           all.push_back({std::string(path), files.size() - 1});
                           return {};
                       });
        if (!done) return done.error().in(name);
    }
    // as one file is walked: names of groups in the order of their bytes
    auto const before = [](std::string_view a, std::string_view b) {
        return std::lexicographical_compare(
            a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
                auto const order = [](char c) {
                    return c == '/' ? 0U : static_cast<unsigned char>(c);
                };
                return order(x) < order(y);
            });
    };
    bytes::sort(all, [&](place const& a, place const& b) {
        return a.path != b.path ? before(a.path, b.path) : a.file < b.file;
    });
    for (std::size_t i = 0; i < map.size(); ++i) {
        std::string folder(map.key(i));
        folder.erase(0, folder.starts_with('/') ? 1 : 0);
        folder += '/';
        auto const at = std::lower_bound(
            all.begin(), all.end(), folder,
            [&](place const& one, std::string const& b) { return before(one.path, b); });
        if (at == all.end() || !at->path.starts_with(folder))
            return fail(ids::missing_weight).in(map.key(i));
    }
    to.holds(content::weights);
    hdf5::reading_budget work(how.limits, size);
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (i > 0 && all[i].path == all[i - 1].path) continue;
        auto const found = files[all[i].file].find(all[i].path);
        if (!found) return found.error().in(all[i].path);
        auto opened = found->as_dataset();
        if (!opened) return opened.error().in(all[i].path);
        auto const answer = hdf5::give_dataset(*opened, all[i].path, to, work);
        if (!answer || *answer == flow::enough) return answer;
    }
    return flow::more;
}

}  // namespace lade::inline LADE_ABI::keras
