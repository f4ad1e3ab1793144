// SPDX-License-Identifier: BSL-1.0
#include <lade/formats.hpp>
#include <lade/keras.hpp>
#include <lade/load.hpp>

#include <support/files.hpp>

#include <doctest/doctest.h>

using namespace lade;

// The files are made by tests/make/keras_old_layouts.py: tf_keras has loaded the older weights,
// too.

namespace {

keras::model fixture(std::string const& name) {
    auto made = try_load<keras::h5>(support::test_data() + "/keras/" + name);
    REQUIRE(made);
    return *std::move(made);
}

/// The model with zeros for all weights.
keras::model emptied() {
    auto made = fixture("y_old_layouts_from_keras1.h5");
    for (auto const& [name, tensor] : made.weights()) {
        auto const place = made.try_edit(name);
        REQUIRE(place);
        std::fill(place->begin(), place->end(), std::byte{0});
    }
    return made;
}

/// The number of weights of `wanted` that `found` has with other elements.
std::size_t differing(keras::model const& wanted, keras::model const& found) {
    std::size_t different = 0;
    for (auto const& [name, tensor] : wanted.weights()) {
        auto const other = found.weights().find(name);
        REQUIRE(other);
        auto const a = tensor.bytes(), b = other->bytes();
        different += std::equal(a.begin(), a.end(), b.begin(), b.end()) ? 0 : 1;
    }
    return different;
}

}  // namespace

TEST_CASE("weights of Keras 1 become those that tf_keras makes of them") {
    auto m = emptied();
    auto const old = fixture("y_old_layouts_keras1.h5");
    auto const plain = keras::try_load_weights(old, m, {.by_name = true});
    REQUIRE_FALSE(plain);  // never without being asked
    auto const told = keras::try_load_weights(old, m, {.by_name = true, .from_keras1 = true});
    REQUIRE(told);
    CHECK(told->changed.size() == 4);  // conv1d, turned, lstm, gru
    CHECK(told->loaded.size() == 12);
    auto const wanted = fixture("y_old_layouts_from_keras1.h5");
    std::size_t compared = 0;
    for (auto const& name : told->loaded) {
        auto const a = wanted.weights().find(name)->bytes();
        auto const b = m.weights().find(name)->bytes();
        CHECK(std::equal(a.begin(), a.end(), b.begin(), b.end()));
        compared += a.size();
    }
    CHECK(compared > 500);
}

TEST_CASE("weights of cuDNN's layers become those that tf_keras makes of them") {
    auto m = emptied();
    auto const old = fixture("y_old_layouts_cudnn.h5");
    CHECK_FALSE(keras::try_load_weights(old, m, {.by_name = true}));
    auto const told = keras::try_load_weights(old, m, {.by_name = true, .from_cudnn = true});
    REQUIRE(told);
    CHECK(told->changed.size() == 3);  // lstm, gru_after, both halves of a Bidirectional
    CHECK(differing(fixture("y_old_layouts_from_cudnn.h5"), m) == 0);
}

TEST_CASE("layers of cuDNN take the weights of plain ones, and give them back") {
    auto const numbers = [](std::size_t count) {
        std::vector<std::byte> made;
        for (std::size_t i = 0; i < count; ++i) {
            float const one = static_cast<float>(i * 2);
            auto const raw = std::as_bytes(std::span(&one, 1));
            made.insert(made.end(), raw.begin(), raw.end());
        }
        return made;
    };
    for (bool const gru : {false, true}) {
        std::uint64_t const gates = gru ? 3 : 4;
        std::vector<keras::dense_array> plain;
        plain.push_back({dtype::float32, {3, 2 * gates}, numbers(6 * gates)});
        plain.push_back({dtype::float32, {2, 2 * gates}, numbers(4 * gates)});
        if (gru) plain.push_back({dtype::float32, {2, 6}, numbers(12)});
        else plain.push_back({dtype::float32, {8}, numbers(8)});
        auto const layers =
            json::document::parse(gru ? R"([{"class_name": "GRU"}, {"class_name": "CuDNNGRU"}])"
                                      : R"([{"class_name": "LSTM"}, {"class_name": "CuDNNLSTM"}])");
        REQUIRE(layers);
        auto const there = keras::between_cudnn(layers->root()[1], plain);
        CHECK(there[2].shape == std::vector<std::uint64_t>{gru ? 12U : 16U});
        CHECK(there[0].data != plain[0].data);
        auto const back = keras::between_cudnn(layers->root()[0], there);
        for (std::size_t i = 0; i < 3; ++i) {
            CHECK(back[i].same_type(plain[i]));
            CHECK(back[i].data == plain[i].data);
        }
    }
}

TEST_CASE("prefixes and flipped bits of Keras' own files do no harm") {
    for (auto const& name : support::files_below(support::test_data() + "/keras")) {
        auto const file = lade::file::open(support::test_data() + "/keras/" + name);
        REQUIRE(file);
        std::vector<std::byte> data(static_cast<std::size_t>(file->size()));
        REQUIRE(file->read(0, data));
        bool const is_zip = name.ends_with(".keras");
        for (std::size_t size = 0; size < data.size(); size += 1 + size / 64) {
            memory const from{bytes::view(data).first(size)};
            CHECK_FALSE((is_zip ? try_load<keras::archive>(from) : try_load<keras::h5>(from)));
        }
        for (std::size_t i = 0; i < data.size() * 8; i += 61) {
            data[i / 8] ^= static_cast<std::byte>(1U << (i % 8));
            memory const from{bytes::view(data)};
            if (is_zip) static_cast<void>(try_load<keras::archive>(from));
            else static_cast<void>(try_load<keras::h5>(from));
            data[i / 8] ^= static_cast<std::byte>(1U << (i % 8));
        }
    }
}

TEST_CASE("pickled weights are refused as unsafe") {
    auto const made = try_load(support::test_data() + "/keras/n_keras.npz_weights__pickled.keras");
    REQUIRE_FALSE(made);
    CHECK(*made.error().id == keras::ids::pickled_weights);
}
