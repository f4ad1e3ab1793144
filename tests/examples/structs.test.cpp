// SPDX-License-Identifier: BSL-1.0
#include <doctest/doctest.h>

#include <examples/workplace.hpp>

// The snippets of the README that are about structs whose fields a program names itself.

struct convolution {
    lade::tensor<float> weight;
};
struct normalisation {
    lade::tensor<float> weight, bias;
    std::int64_t batches = 0;
};
struct features {
    convolution conv;
    normalisation norm;
};
template <>
struct lade::bind<convolution> {
    static constexpr std::tuple fields{field("weight", &convolution::weight)};
};
template <>
struct lade::bind<normalisation> {
    static constexpr std::tuple fields{field("weight", &normalisation::weight),
                                       field("bias", &normalisation::bias),
                                       field("num_batches_tracked", &normalisation::batches)};
};
// names that are no C++ identifiers (nn.Sequential)
template <>
struct lade::bind<features> {
    static constexpr std::tuple fields{field("0", &features::conv), field("3", &features::norm)};
};

/// A tensor of a known shape, and the elements of another where they lie in the file.
struct attention {
    lade::tensor<float, 2, 2> q;
    std::span<float const> k;
};
template <>
struct lade::bind<attention> {
    static constexpr std::tuple fields{field("q_proj.weight", &attention::q),
                                       field("k_proj.weight", &attention::k)};
};

namespace {

using namespace examples;

features filled() {
    features made;
    std::uint64_t const shape[]{2, 1}, two[]{2};
    REQUIRE(made.conv.weight.try_resize_for_overwrite(shape));
    REQUIRE(made.norm.weight.try_resize_for_overwrite(two));
    REQUIRE(made.norm.bias.try_resize_for_overwrite(two));
    for (float& one : made.conv.weight) one = 1;
    for (float& one : made.norm.weight) one = 2;
    for (float& one : made.norm.bias) one = 3;
    made.norm.batches = 7;
    return made;
}

#if LADE_EXCEPTIONS

TEST_CASE_FIXTURE(workplace, "a struct is saved and loaded by the names of its fields") {
    features const f = filled();
    lade::save<lade::torch::zip>("out.pth", f);
    lade::save<lade::torch::zip>("net.pth", f, {.root = "model"});
    lade::save<lade::numpy::npz>("net.npz", f);

    features n;
    lade::report rep = lade::load_into<lade::torch::zip>(n, "net.pth", {.root = "model"});
    CHECK(rep.complete());
    CHECK(rep.loaded ==
          std::vector<std::string>{"0.weight", "3.weight", "3.bias", "3.num_batches_tracked"});
    CHECK(n.norm.batches == 7);
    CHECK(n.conv.weight(1, 0) == 1.0F);

    features of_npz;
    lade::load_into(of_npz, "net.npz");  // any format
    CHECK(of_npz.norm.bias(1) == 3.0F);

    lade::model const m = lade::load("out.pth");
    CHECK(m.weights()["3.bias"].as<float>()[0] == 3.0F);
}

TEST_CASE_FIXTURE(workplace, "what does not fit is told, and nothing is loaded unless asked") {
    lade::save<lade::torch::zip>("net.pth", model_of({{"0.weight", {2, 1}, {5, 6}},
                                                      {"3.wieght", {2}, {1, 2}},
                                                      {"3.bias", {2}, {3, 4}}}));
    features n = filled();
    auto const refused = lade::try_load_into<lade::torch::zip>(n, "net.pth");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().id->name == "bind.incomplete");
    CHECK(refused.error().where.text().find("3.weight") != std::string_view::npos);
    CHECK(n.conv.weight(0, 0) == 1.0F);

    lade::report rep = lade::load_into<lade::torch::zip>(n, "net.pth", {.strict = false});
    CHECK(rep.loaded == std::vector<std::string>{"0.weight", "3.bias"});
    CHECK(rep.missing == std::vector<std::string>{"3.weight", "3.num_batches_tracked"});
    CHECK(rep.unexpected == std::vector<std::string>{"3.wieght"});
    CHECK(rep.mismatched.empty());
    CHECK(lade::describe(rep).find("did you mean 3.wieght?") != std::string::npos);
    CHECK(n.conv.weight(0, 0) == 5.0F);
}

TEST_CASE_FIXTURE(workplace,
                  "a part of a file is loaded under other names, checked by the compiler") {
    lade::save<lade::torch::zip>("model.pth", model_of({{"encoder.kernel", {2, 1}, {5, 6}},
                                                        {"encoder.scale", {2}, {1, 2}},
                                                        {"decoder.kernel", {2}, {3, 4}}}));
    features n = filled();
    auto const rep = lade::load_into<lade::torch::zip>(n, "model.pth", {.only = "encoder.*"},
                                                       lade::as<"encoder.kernel", "0.weight">,
                                                       lade::as<"encoder.scale", "3.weight">);
    CHECK(rep.complete());
    CHECK(n.conv.weight(1, 0) == 6.0F);
    CHECK(n.norm.weight(1) == 2.0F);
    CHECK(n.norm.bias(1) == 3.0F);
}

TEST_CASE_FIXTURE(workplace, "spans of a struct point into a mapped file") {
    lade::save<lade::safetensors::file>(
        "llm.safetensors",
        model_of({{"q_proj.weight", {2, 2}, {1, 2, 3, 4}}, {"k_proj.weight", {1, 2}, {5, 6}}}));
    lade::mapped_file f{"llm.safetensors"};
    attention a;
    lade::load_into<lade::safetensors::file>(a, f);
    CHECK(a.q(1, 0) == 3.0F);
    REQUIRE(a.k.size() == 2);
    CHECK(a.k[1] == 6.0F);
    CHECK(reinterpret_cast<std::byte const*>(a.k.data()) > f.bytes().data());
}

#endif

TEST_CASE_FIXTURE(workplace, "structs come and go without exceptions") {
    REQUIRE(lade::try_save<lade::safetensors::file>("f.safetensors", filled()));
    features n;
    auto const rep = lade::try_load_into<lade::safetensors::file>(n, "f.safetensors");
    REQUIRE(rep);
    CHECK(n.norm.batches == 7);
}

}  // namespace
