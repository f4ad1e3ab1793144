// SPDX-License-Identifier: BSL-1.0
#include <doctest/doctest.h>

#include <support/pickles.hpp>

#include <examples/workplace.hpp>

#include <cstdio>

// The snippets of the README that are about files, as a user writes them.

/// A format of a program's own, read and never written: "BLB1", then floats to the end of the file.
namespace acme {
struct blob {};
}  // namespace acme
template <>
struct lade::format_traits<acme::blob> {
    static constexpr std::string_view name = "acme.blob";
    static constexpr contents reads = content::weights;

    static confidence detect(head const& of) {
        return of.starts_with("BLB1") ? confidence::certain : confidence::no;
    }
    static result<flow> read(any_source from, any_sink& to, no_options const&) {
        std::uint64_t const count[]{(from.size() - 4) / 4};
        stored floats(from, 4, count[0] * 4);
        return to.tensor({"values", dtype::float32, count, floats.size()}, floats);
    }
};

namespace {

using namespace examples;

#if LADE_EXCEPTIONS

TEST_CASE_FIXTURE(workplace, "any file is loaded, whatever it is called") {
    auto const made = model_of({{"conv1.weight", {2, 1}, {1, 2}}, {"fc.bias", {3}, {3, 4, 5}}});
    lade::save<lade::torch::zip>("resnet18.pth", made);
    std::string seen;
    auto const use = [&](auto name, lade::dtype type, auto shape, lade::bytes::view bytes) {
        CHECK(type == lade::dtype::float32);
        seen.append(name).append(1, ' ').append(std::to_string(shape.size()));
        seen.append(1, ' ').append(std::to_string(bytes.size())).append(1, '\n');
    };

    lade::model m = lade::load("resnet18.pth");
    for (auto const& [name, t] : m.weights()) use(name, t.dtype(), t.shape(), t.bytes());

    CHECK(m.format() == "torch.zip");
    CHECK(seen == "conv1.weight 2 8\nfc.bias 1 12\n");
}

TEST_CASE_FIXTURE(workplace, "what goes wrong is told with its place, and can be thrown") {
    auto const report = [](lade::error const& e) { return lade::describe(e); };
    auto const text = [&]() -> std::string {
        auto r = lade::try_load("resnet18.pth");
        if (!r) return report(r.error());
        return {};
    }();
    CHECK(text.find("io.not_found") != text.npos);
    CHECK(text.find("resnet18.pth") != text.npos);
    CHECK_THROWS_AS((void)lade::load("resnet18.pth"), lade::exception);
}

TEST_CASE_FIXTURE(workplace, "a mapping is viewed, and nothing is copied") {
    lade::save<lade::safetensors::file>("llm.safetensors",
                                        model_of({{"q_proj.weight", {2, 2}, {1, 2, 3, 4}}}));

    lade::mapped_file f{"llm.safetensors"};
    auto v = lade::view<lade::safetensors::file>(f);
    std::span<float const> q = v["q_proj.weight"].as<float>();

    CHECK(q.size() == 4);
    CHECK(q[3] == 4.0F);
    auto const* const at = reinterpret_cast<std::byte const*>(q.data());
    CHECK(at > f.bytes().data());
    CHECK(at < f.bytes().data() + f.size());
}

TEST_CASE_FIXTURE(workplace, "a file is converted in blocks") {
    lade::save<lade::torch::zip>("a.pth", model_of({{"w", {2}, {1, 2}}}));

    lade::convert<lade::torch::zip, lade::safetensors::file>("a.pth", "a.safetensors");

    lade::model const back = lade::load<lade::safetensors::file>("a.safetensors");
    CHECK(back.weights()["w"].as<float>()[1] == 2.0F);
}

TEST_CASE_FIXTURE(workplace, "a model goes from one format into another through memory") {
    lade::save<lade::numpy::npz>("a.npz", model_of({{"w", {2}, {1, 2}}}));

    lade::model m = lade::load("a.npz");
    for (float& one : m.edit<float>("w")) one *= 2;
    lade::save<lade::torch::zip>("a.pth", m);

    CHECK(lade::load("a.pth").weights()["w"].as<float>()[1] == 4.0F);
}

TEST_CASE_FIXTURE(workplace, "a file is looked at, and nothing in it runs") {
    REQUIRE(support::write_file(
        "untrusted.pth", support::pickles::archive(support::pickles::global("os", "system"))));

    for (auto g : lade::torch::globals("untrusted.pth")) std::puts(g.name);

    auto const all = lade::torch::globals("untrusted.pth");
    REQUIRE(all.size() == 1);
    CHECK(all[0].name == "os.system");
    CHECK(all[0].is == lade::torch::judgement::dangerous);
}

TEST_CASE_FIXTURE(workplace, "a format of the program's own stands beside all others") {
    REQUIRE(support::write_file("values.blob", std::string_view("BLB1\0\0\x80?\0\0\0@", 12)));

    using formats = lade::all_formats::with<acme::blob>;
    lade::model m = lade::load<formats>("values.blob");
    lade::convert<acme::blob, lade::safetensors::file>("values.blob", "values.safetensors");

    CHECK(m.format() == "acme.blob");
    CHECK(m.weights()["values"].as<float>()[1] == 2.0F);
    CHECK(lade::load("values.safetensors").weights()["values"].as<float>()[0] == 1.0F);
}

#endif

TEST_CASE_FIXTURE(workplace, "each verb has a twin that throws nothing") {
    REQUIRE(lade::try_save<lade::torch::zip>("a.pth", model_of({{"w", {2}, {1, 2}}})));
    REQUIRE(lade::try_convert<lade::torch::zip, lade::numpy::npz>("a.pth", "a.npz"));
    auto const listed = lade::try_inspect("a.npz");
    REQUIRE(listed);
    CHECK(listed->format == "numpy.npz");
    CHECK(listed->tensors[0].name == "w");
}

}  // namespace
