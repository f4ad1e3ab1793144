// SPDX-License-Identifier: BSL-1.0
#include <lade/core.hpp>
#include <lade/load.hpp>
#include <lade/numpy.hpp>
#include <lade/safetensors.hpp>
#include <lade/tensorflow.hpp>
#include <lade/torch.hpp>

#include <doctest/doctest.h>

#include <support/bytes.hpp>
#include <support/files.hpp>

#include <map>

namespace flash_test {

using namespace lade;
using namespace support;

/// One fixture, seen by both readers.
struct outcome {
    std::string refused;  ///< the id; empty: it was read
    std::string listing{};

    bool operator==(outcome const&) const = default;
};

template <class Shape>
void add(std::string& to, std::string_view name, dtype type, Shape const& shape, bytes::view data) {
    to.append(name).append(" ").append(name_of(type));
    for (auto const axis : shape) to.append(" ").append(std::to_string(axis));
    to.append(": ").append(text_of(data)).append("\n");
}

template <class Format>
outcome in_flash(bytes::view file) {
    std::vector<tensor_entry> slots(64);
    static scratch<65536> memory;
    memory.~scratch();
    ::new (&memory) scratch<65536>();
    auto const seen = try_view<Format>(file, slots, memory);
    if (!seen) return {id_of(seen)};
    outcome made;
    for (auto const& one : *seen) add(made.listing, one.name, one.type, one.shape(), one.bytes);
    return made;
}

template <class Format>
outcome on_host(bytes::view file) {
    memory from(file);
    auto const loaded = try_load<Format>(from);
    if (!loaded) return {id_of(loaded)};
    outcome made;
    for (auto const& [name, one] : loaded->weights())
        add(made.listing, name, one.dtype(), one.shape(), one.bytes());
    return made;
}

/// What the view in flash refuses, by the id, though the host reads it; and what it gives, though
/// the host refuses it. All other fixtures must be read alike, or refused by both.
struct difference {
    std::size_t alike = 0;
    std::map<std::string, std::string> refused{};
    std::map<std::string, std::string> given{};

    /// The ids, and the files of one.
    std::map<std::string, std::size_t> refusals() const {
        std::map<std::string, std::size_t> counts;
        for (auto const& [name, id] : refused) ++counts[id];
        return counts;
    }
};
using names = std::map<std::string, std::string>;

template <class Format>
difference compare(std::string const& folder, std::string_view suffix) {
    difference found;
    for (auto const& name : files_below(test_data() + '/' + folder)) {
        if (!name.ends_with(suffix)) continue;
        blob const file = read_file(test_data() + '/' + folder + '/' + name);
        auto const host = on_host<Format>(file);
        auto const flash = in_flash<Format>(file);
        INFO(name);
        if (host.refused.empty() && !flash.refused.empty()) {
            found.refused[name] = flash.refused;
        } else if (!host.refused.empty() && flash.refused.empty()) {
            found.given[name] = host.refused;
        } else if (host.refused.empty()) {
            CHECK(flash.listing == host.listing);
            ++found.alike;
        }
    }
    return found;
}

TEST_CASE("safetensors in flash are what the host reads, or refused by name") {
    auto const found = compare<safetensors::file>("safetensors", ".safetensors");
    CHECK(found.alike == 26);
    CHECK(found.refused == names{{"i_unknown_field.safetensors", "safetensors.not_plain"},
                                 {"y_escapes_in_header.safetensors", "safetensors.not_plain"},
                                 {"y_names.safetensors", "safetensors.not_plain"}});
    // metadata and texts are stepped over, not looked at
    CHECK(found.given == names{{"i_metadata_twice.safetensors", "safetensors.duplicate_key"},
                               {"i_null_byte_after_header.safetensors", "json.rest"},
                               {"n_json.bad_utf8__not_utf8.safetensors", "json.bad_utf8"},
                               {"n_safetensors.no_object__starts_with_space.safetensors",
                                "safetensors.no_object"}});
}

TEST_CASE("arrays of NumPy in flash are what the host reads, or refused by name") {
    auto const found = compare<numpy::npy>("numpy", ".npy");
    CHECK(found.alike == 19);
    CHECK(found.refusals() == std::map<std::string, std::size_t>{{"view.not_in_place", 7}});
    CHECK(found.given == names{});
}

TEST_CASE("PyTorch files in flash are what the host reads, or refused by name") {
    auto const found = compare<torch::zip>("torch", "");
    CHECK(found.alike == 66);
    for (auto const& [name, id] : found.refused) {
        INFO(name);
        bool const plain = id == "torch.not_plain" || id == "view.not_in_place" ||
                           id == "zip.not_stored" || id == "pickle.rare_opcode";
        CHECK((plain || name == "y_cycle.pth" || name == "i_zero_size_beside_huge.pth"));
        CHECK_FALSE(name.starts_with("y_state"));
        CHECK_FALSE(name.starts_with("y_checkpoint_adam"));
        CHECK_FALSE(name.starts_with("y_zip_protocol_4"));
    }
    CHECK(found.refusals()["view.not_in_place"] == 8);
    CHECK(found.refusals()["pickle.rare_opcode"] == 1);
    // checksums, the words of the archive and its counts are not looked at
    CHECK(found.given == names{{"i_byteorder_odd.pth", "torch.bad_byteorder"},
                               {"i_encrypted_central_directory.pth", "zip.header_mismatch"},
                               {"i_flags_differ.pth", "zip.header_mismatch"},
                               {"i_name_with_nul.pth", "zip.bad_name"},
                               {"i_version_11.pth", "torch.bad_version"},
                               {"n_zip.bad_crc__pickle.pth", "zip.bad_crc"},
                               {"n_zip.bad_crc__storage.pth", "zip.bad_crc"},
                               {"n_zip.bad_directory__count_2_63.pth", "zip.bad_directory"},
                               {"n_zip.bad_directory__more_entries.pth", "zip.bad_directory"}});
}

TEST_CASE("frozen graphs in flash are what the host reads") {
    auto const found = compare<tensorflow::graph_def>("tensorflow", ".pb");
    CHECK(found.alike == 6);
    CHECK(found.refused == names{});
    CHECK(found.given == names{});
}

TEST_CASE("damaged models in flash are read or refused, never read beyond") {
    auto const damage = [](std::string const& name, auto&& view) {
        blob const file = read_file(test_data() + '/' + name);
        REQUIRE_FALSE(file.empty());
        std::size_t good = 0;
        every_prefix(file, [&](bytes::view part) { good += view(part); }, 2000);
        every_bit_flip(
            file, [&](bytes::view changed, std::size_t) { good += view(changed); }, 4000);
        CHECK(good > 0);
    };
    damage("safetensors/y_by_the_package.safetensors",
           [](bytes::view file) { return in_flash<safetensors::file>(file).refused.empty(); });
    damage("numpy/y_le_f4.npy",
           [](bytes::view file) { return in_flash<numpy::npy>(file).refused.empty(); });
    damage("torch/y_state_small.pth",
           [](bytes::view file) { return in_flash<torch::zip>(file).refused.empty(); });
    damage("tensorflow/y_graph_dense.pb",
           [](bytes::view file) { return in_flash<tensorflow::graph_def>(file).refused.empty(); });
}

TEST_CASE("slots and scratch are the caller's, and too little of them is said") {
    blob const file = read_file(test_data() + "/torch/y_state_small.pth");
    std::array<tensor_entry, 8> slots;
    scratch<4096> memory;
    auto const model = try_view<torch::zip>(file, slots, memory);
    REQUIRE(model);
    CHECK(model->begin() == slots.data());
    for (auto const& one : *model) {
        CHECK(one.bytes.data() >= file.data());  // not copied
        CHECK(one.bytes.data() + one.bytes.size() <= file.data() + file.size());
        CHECK(model->find(one.name) == &one);
    }
    CHECK(model->find("no such name") == nullptr);
    scratch<64> small_memory;
    CHECK(id_of(try_view<torch::zip>(file, slots, small_memory)) == "memory.exhausted");
    scratch<4096> again;
    CHECK(id_of(try_view<torch::zip>(file, std::span(slots).first(1), again)) ==
          "view.too_few_slots");
    blob const other = read_file(test_data() + "/safetensors/y_all_dtypes.safetensors");
    auto const few = try_view<safetensors::file>(other, slots);
    CHECK(id_of(few) == "view.too_few_slots");
    blob const graph = read_file(test_data() + "/tensorflow/y_graph_repeated_double.pb");
    CHECK(id_of(try_view<tensorflow::graph_def>(graph, slots)) == "memory.exhausted");
}

TEST_CASE("a state dict needs half a kilobyte of scratch a tensor") {
    blob const file = read_file(test_data() + "/torch/y_state_network.pth");
    std::vector<tensor_entry> slots(32);
    scratch<16384> memory;
    auto const model = try_view<torch::zip>(file, slots, memory);
    REQUIRE(model);
    CHECK(model->size() == 32);
}

TEST_CASE("elements of an entry are objects of C++, if type and place allow it") {
    blob const file = read_file(test_data() + "/numpy/y_le_f4.npy");
    std::array<tensor_entry, 1> slots;
    auto const model = try_view<numpy::npy>(file, slots);
    REQUIRE(model);
    REQUIRE(model->size() == 1);
    tensor_entry const& one = (*model)[0];
    CHECK(one.name == "array");
    CHECK(one.size() * 4 == one.bytes.size());
    CHECK(id_of(one.try_as<double>()) == "tensor.wrong_dtype");
    auto const elements = one.try_as<float>();
    if (bytes::native_order != bytes::order::little) {
        CHECK(id_of(elements) == "tensor.foreign_order");
    } else if (reinterpret_cast<std::uintptr_t>(one.bytes.data()) % alignof(float) == 0) {
        REQUIRE(elements);
        CHECK(elements->size() == one.size());
    }
}

}  // namespace flash_test
