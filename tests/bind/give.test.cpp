// SPDX-License-Identifier: BSL-1.0
#include <bind/networks.hpp>
#include <lade/load_into.hpp>
#include <lade/save.hpp>

#include <doctest/doctest.h>

#include <support/files.hpp>

namespace {

using namespace lade;
using namespace networks;

classifier filled() {
    classifier n;
    float next = 0;
    for (linear* one : {&n.fc1, &n.fc2, &n.head[0], &n.head[1]}) {
        one->weight.resize({2, 3});
        one->bias.resize({2});
        for (float& each : one->weight) each = next++;
        for (float& each : one->bias) each = next++;
    }
    return n;
}
bool same(classifier const& a, classifier const& b) {
    auto const equal = [](linear const& x, linear const& y) {
        return x.weight == y.weight && x.bias == y.bias;
    };
    return equal(a.fc1, b.fc1) && equal(a.fc2, b.fc2) && equal(a.head[0], b.head[0]) &&
           equal(a.head[1], b.head[1]);
}
template <class T>
std::string id_of(result<T> const& of) {
    return of ? std::string("fine") : std::string(of.error().id->name);
}

TEST_CASE_TEMPLATE("a struct is saved and comes back", Format, torch::zip, torch::legacy,
                   numpy::npz, safetensors::file) {
    support::scratch_folder const in;
    classifier const n = filled();
    REQUIRE(try_save<Format>(in / "n", n));
    classifier back;
    CHECK(id_of(try_load_into<Format>(back, in / "n")) == "fine");
    CHECK(same(n, back));

    // under other names: the same pairs lead in both directions
    constexpr auto weight = as<"encoder.kernel", "fc1.weight", transposed>;
    constexpr auto bias = as<"encoder.bias", "fc1.bias">;
    REQUIRE(try_save<Format>(in / "m", named(n, weight, bias)));
    classifier other;
    auto const done = try_load_into<Format>(other, in / "m", {}, weight, bias);
    REQUIRE_MESSAGE(done, id_of(done));
    CHECK(same(n, other));
    CHECK(done->changed.size() == 3);
    CHECK(id_of(try_load_into<Format>(other, in / "m")) == "bind.incomplete");
    tensor<float> kernel;
    std::map<std::string, tensor<float>> all;
    REQUIRE(try_load_into<Format>(all, in / "m"));
    REQUIRE(all["encoder.kernel"].shape()[0] == 3);
    CHECK(all["encoder.kernel"](2, 1) == n.fc1.weight(1, 2));
}

TEST_CASE("a struct is saved below a name, as checkpoints are") {
    support::scratch_folder const in;
    classifier const n = filled();
    REQUIRE(try_save<torch::zip>(in / "n", n, {.root = "model"}));
    classifier back;
    CHECK(id_of(try_load_into<torch::zip>(back, in / "n")) == "bind.incomplete");
    CHECK(id_of(try_load_into<torch::zip>(back, in / "n", {.root = "model"})) == "fine");
    CHECK(same(n, back));
}

TEST_CASE("an option of the format goes with those of the verb") {
    support::scratch_folder const in;
    REQUIRE(try_save<numpy::npz>(in / "n", filled(), {.compress = true}));
    classifier back;
    CHECK(id_of(try_load_into<numpy::npz>(back, in / "n", {.reading = {.verify_crc = false}})) ==
          "fine");
}

TEST_CASE("matrices by columns are saved by rows") {
    support::scratch_folder const in;
    matrices n;
    n.r = {1, 1, {1}};
    n.c = {2, 3, {1, 4, 2, 5, 3, 6}};
    n.turned = {1, 2, {7, 8}};
    REQUIRE(try_save<safetensors::file>(in / "n", n));
    std::map<std::string, tensor<float>> all;
    REQUIRE(try_load_into<safetensors::file>(all, in / "n"));
    CHECK(all["c"].shape()[0] == 2);
    CHECK(all["c"](0, 1) == 2);
    CHECK(all["c"](1, 0) == 4);
    CHECK(all["turned"].shape()[0] == 2);
    matrices back;
    REQUIRE(try_load_into<safetensors::file>(back, in / "n"));
    CHECK(back.c.elements == n.c.elements);
    CHECK(back.turned.elements == n.turned.elements);
}

TEST_CASE("what is transposed is given from any place") {
    std::vector<float> const elements{0, 1, 2, 3, 4, 5};
    std::uint64_t const shape[]{3, 2};
    detail::field_payload payload(std::as_bytes(std::span(elements)), dtype::float32, shape, true);
    CHECK(!payload.view());
    for (std::size_t first = 0; first < 6; ++first) {
        std::vector<float> part(6 - first);
        REQUIRE(payload.read(first * 4, std::as_writable_bytes(std::span(part))));
        float const wanted[]{0, 3, 1, 4, 2, 5};
        CHECK(std::equal(part.begin(), part.end(), wanted + first));
    }
}

TEST_CASE("a field that was moved from is not saved") {
    std::array<tensor<float, 2>, 1> n;
    auto const taken = std::move(n[0]);
    memory_output out;
    CHECK(id_of(try_save<safetensors::file>(out, n)) == "bind.no_room");
    std::array<tensor<float>, 1> empty;
    CHECK(id_of(try_save<safetensors::file>(out, empty)) == "fine");
    CHECK(taken.span().size() == 2);
}

TEST_CASE("a sink that has enough gets no more") {
    struct one_only final : any_sink {
        int taken = 0;
        result<flow> take(tensor_info const&, any_payload&) override {
            ++taken;
            return flow::enough;
        }
    } sink;
    auto const answer = give(filled(), sink);
    REQUIRE(answer);
    CHECK(*answer == flow::enough);
    CHECK(sink.taken == 1);
}

static_assert(storable<classifier, torch::zip> && savable<classifier>);
static_assert(savable<decltype(named(std::declval<classifier const&>(), as<"a", "fc1.bias">))>);
static_assert(
    !std::is_invocable_v<decltype([](auto&& n) -> decltype(named(std::move(n))) {}), classifier>);

}  // namespace
