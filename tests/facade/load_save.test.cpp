// SPDX-License-Identifier: BSL-1.0
#include <lade/convert.hpp>
#include <lade/load.hpp>
#include <lade/save.hpp>
#include <lade/view.hpp>

#include <doctest/doctest.h>

#include <support/files.hpp>
#include <support/pickles.hpp>
#include <support/sources.hpp>
#include <support/zips.hpp>

namespace {

using namespace lade;
using namespace support;
namespace p = support::pickles;

/// The element types and values of floats in a model.
std::vector<float> numbers(model const& of, std::string_view name) {
    auto const found = of.weights().try_at(name);
    REQUIRE_MESSAGE(found, id_of(found));
    auto const elements = found->try_as<float>();
    REQUIRE_MESSAGE(elements, id_of(elements));
    return {elements->begin(), elements->end()};
}
using floats = std::vector<float>;

/// Two tensors in one storage, one of them transposed, a third of its own, and numbers beside them.
blob checkpoint() {
    std::string const s = p::storage("0", 6);
    return p::archive(
        p::table({{"model", p::ordered({{"whole", p::pickled_tensor(s, {2, 3}, {3, 1})},
                                        {"turned", p::pickled_tensor(s, {3, 2}, {1, 3})},
                                        {"last", p::pickled_tensor(s, {1}, {1}, 5)},
                                        {"own", p::pickled_tensor(p::storage("1", 1), {}, {})}})},
                  {"epoch", p::integer(5)},
                  {"lr", "G" + std::string("\x3f\xe0\0\0\0\0\0\0", 8)}}),
        {{"0", raw<float>({0, 1, 2, 3, 4, 5})}, {"1", raw<float>({9})}});
}

TEST_CASE("a model is loaded from a path, from memory, and from a source without views") {
    scratch_folder const in;
    blob const file = checkpoint();
    REQUIRE(write_file(in / "c.pth", file));
    unviewable const slow{bytes::view(file)};
    memory const fast{bytes::view(file)};
    auto const check = [](result<model> const& loaded) {
        REQUIRE_MESSAGE(loaded, id_of(loaded));
        CHECK(loaded->format() == "torch.zip");
        CHECK(loaded->weights().size() == 4);
        CHECK(numbers(*loaded, "model.turned") == floats{0, 3, 1, 4, 2, 5});
        CHECK(loaded->objects()["epoch"].get<int>() == 5);
        CHECK(loaded->objects()["lr"].get<double>() == 0.5);
        CHECK(loaded->holds() == (content::weights | content::objects));
    };
    check(try_load(in / "c.pth"));
    check(try_load(bytes::view(file)));
    check(try_load(slow));
    check(try_load(fast));
    check(try_load<torch::zip>(in / "c.pth"));
    check(try_load<torch::zip>(slow));
    CHECK(id_of(try_load<torch::legacy>(bytes::view(file))).starts_with("pickle."));
}

TEST_CASE("only the tensors that are asked for are loaded") {
    auto const loaded = try_load(bytes::view(checkpoint()), {.only = "*.turned"});
    REQUIRE(loaded);
    CHECK(loaded->weights().size() == 1);
    CHECK(numbers(*loaded, "model.turned") == floats{0, 3, 1, 4, 2, 5});
    CHECK(loaded->holds() == contents(content::weights));
}

template <format Format>
void check_edits() {
    scratch_folder const in;
    auto loaded = try_load(bytes::view(checkpoint()));
    REQUIRE(loaded);
    // tensors of one storage change together
    auto const whole = loaded->template try_edit<float>("model.whole");
    REQUIRE(whole);
    (*whole)[5] = 50;
    CHECK(numbers(*loaded, "model.last") == floats{50});
    // one that is not contiguous has a copy of its own, which is put back when the model is saved
    auto const turned = loaded->template try_edit<float>("model.turned");
    REQUIRE(turned);
    (*turned)[1] = 30;
    (*turned)[5] = 55;
    REQUIRE(try_save<Format>(in / "e", *loaded));
    auto const back = try_load(in / "e");
    REQUIRE_MESSAGE(back, id_of(back));
    CHECK(back->format() == trait<Format>::name);
    CHECK(numbers(*back, "model.whole") == floats{0, 1, 2, 30, 4, 55});
    CHECK(numbers(*back, "model.turned") == floats{0, 30, 1, 4, 2, 55});
    CHECK(numbers(*back, "model.last") == floats{55});
    CHECK(back->objects()["epoch"].get<int>() == 5);
    // still one storage
    CHECK(back->storages().size() == 2);
    auto const again = back->weights().find("model.turned");
    CHECK(again->info().in->storage == back->weights().find("model.whole")->info().in->storage);
}

TEST_CASE("a model that was loaded, changed and saved is what it was, but for the change") {
    check_edits<torch::zip>();
    check_edits<torch::legacy>();
}

TEST_CASE("a model saved twice is the same file, and a file that nobody changed as well") {
    auto const loaded = try_load(bytes::view(checkpoint()));
    REQUIRE(loaded);
    memory_output one, two;
    REQUIRE(try_save<torch::zip>(one, *loaded));
    REQUIRE(try_save<torch::zip>(two, *loaded));
    CHECK(text_of(one.bytes()) == text_of(two.bytes()));
    auto const back = try_load(one.bytes());
    REQUIRE(back);
    memory_output three;
    REQUIRE(try_save<torch::zip>(three, *back));
    CHECK(text_of(one.bytes()) == text_of(three.bytes()));
}

TEST_CASE("root puts a state dict under a key, compact drops what no tensor reaches") {
    model made;
    std::uint64_t const shape[]{2};
    REQUIRE(made.add("w", dtype::float32, shape, raw<float>({1, 2})));
    memory_output to;
    REQUIRE(try_save<torch::zip>(to, made, {.root = "model"}));
    auto const back = try_load(to.bytes());
    REQUIRE(back);
    CHECK(numbers(*back, "model.w") == floats{1, 2});

    std::string const s = p::storage("0", 1000);
    blob const large = p::archive(p::table({{"w", p::pickled_tensor(s, {2}, {1}, 500)}}),
                                  {{"0", blob(4000, std::byte{1})}});
    auto const view = try_load(bytes::view(large));
    REQUIRE(view);
    memory_output whole, compact;
    REQUIRE(try_save<torch::zip>(whole, *view));
    REQUIRE(try_save<torch::zip>(compact, *view, {.compact = true}));
    CHECK(whole.bytes().size() > 4000);
    CHECK(compact.bytes().size() < 3000);
    auto const small = try_load(compact.bytes());
    REQUIRE(small);
    CHECK(small->weights().find("w")->bytes().size() == 8);
}

TEST_CASE("a save that fails leaves the old file and no litter") {
    scratch_folder const in;
    REQUIRE(write_file(in / "f", "old"));
    model made;
    REQUIRE(made.add("w", dtype::string, {}, {}));
    made.seal();
    CHECK(id_of(try_save<torch::zip>(in / "f", made)) == "save.dtype");
    CHECK(read_text(in / "f") == "old");
    CHECK(in.names() == std::vector<std::string>{"f"});
    CHECK(id_of(try_save<torch::zip>(in / "no/f", made)) != "");
    struct full {
        int left = 5;
        result<void> write(bytes::view) {
            return left-- > 0 ? result<void>() : result<void>(fail(broken));
        }
    } to;
    auto const loaded = try_load(bytes::view(checkpoint()));
    CHECK(id_of(try_save<torch::zip>(to, *loaded)) == "test.broken");
}

TEST_CASE("what a format cannot hold is lost only aloud") {
    auto const loaded = try_load(bytes::view(checkpoint()));
    REQUIRE(loaded);
    memory_output to;
    auto const refused = try_save<safetensors::file>(to, *loaded);
    CHECK(id_of(refused) == "save.would_lose");
    CHECK(place_of(refused) == "safetensors > objects");
    CHECK(to.bytes().empty());
    CHECK(try_save<safetensors::file>(to, *loaded, {}, drop<content::objects>));
    auto const back = try_load(to.bytes());
    REQUIRE(back);
    CHECK(back->format() == "safetensors");
    CHECK(numbers(*back, "model.turned") == floats{0, 3, 1, 4, 2, 5});
}

TEST_CASE("every format of weights converts into every other, and back to the same elements") {
    scratch_folder const in;
    REQUIRE(write_file(in / "a.pth", checkpoint()));
    REQUIRE(try_convert<torch::zip, safetensors::file>(in / "a.pth", in / "b"));
    REQUIRE(try_convert<safetensors::file, numpy::npz>(in / "b", in / "c"));
    REQUIRE(try_convert<numpy::npz, torch::legacy>(in / "c", in / "d"));
    REQUIRE(try_convert<torch::legacy, torch::zip>(in / "d", in / "e"));
    auto const first = try_load(in / "a.pth");
    auto const last = try_load(in / "e");
    REQUIRE(first);
    REQUIRE_MESSAGE(last, id_of(last));
    REQUIRE(last->weights().size() == first->weights().size());
    for (auto const& [name, tensor] : first->weights()) {
        auto const found = last->weights().find(name);
        REQUIRE(found);
        CHECK(found->dtype() == tensor.dtype());
        CHECK(text_of(found->bytes()) == text_of(tensor.bytes()));
    }
    CHECK(in.names() == std::vector<std::string>{"a.pth", "b", "c", "d", "e"});
}

TEST_CASE("a conversion of a broken file leaves what was there") {
    scratch_folder const in;
    REQUIRE(write_file(in / "out", "old"));
    blob file = checkpoint();
    file[file.size() / 2] ^= std::byte{1};  // somewhere in the storages or the directory
    blob const cut(file.begin(), file.end() - 100);
    REQUIRE(write_file(in / "in", cut));
    CHECK_FALSE(try_convert<torch::zip, safetensors::file>(in / "in", in / "out"));
    CHECK(read_text(in / "out") == "old");
    CHECK(in.names() == std::vector<std::string>{"in", "out"});
}

TEST_CASE("a filter chooses, renames and casts on the way") {
    scratch_folder const in;
    blob const file = checkpoint();
    memory const from{bytes::view(file)};
    auto const again = opened::over(any_source(from));
    REQUIRE(again);
    output_set to(in / "f");
    filter_options const filter{
        .only = "model.*", .rename = {{"model.*", "*"}}, .type = dtype::float16};
    REQUIRE(try_convert<torch::zip, torch::zip>(**again, to, filter));
    auto const back = try_load(in / "f");
    REQUIRE(back);
    CHECK(back->weights().size() == 4);
    CHECK(back->weights().find("own")->dtype() == dtype::float16);
}

TEST_CASE("a view copies nothing and refuses what does not lie in place") {
    model made;
    std::uint64_t const shape[]{2};
    REQUIRE(made.add("w", dtype::float32, shape, raw<float>({1, 2})));
    memory_output to;
    REQUIRE(try_save<safetensors::file>(to, made));
    memory const from(to.bytes());
    auto const seen = try_view<safetensors::file>(from);
    REQUIRE_MESSAGE(seen, id_of(seen));
    auto const tensor = seen->find("w");
    REQUIRE(tensor);
    CHECK(tensor->bytes().data() >= to.bytes().data());
    CHECK(tensor->bytes().data() < to.bytes().data() + to.bytes().size());
    unviewable const slow(to.bytes());
    CHECK(id_of(try_view<safetensors::file>(slow)) == "view.not_in_place");
}

TEST_CASE("a file of zero-sized tensors with odd strides is loaded and saved") {
    std::string const s = p::storage("0", 0);
    blob const file = p::archive(p::table({{"a", p::pickled_tensor(s, {0, 3}, {5, 5})},
                                           {"b", p::pickled_tensor(s, {3, 0}, {7, 9}, 1'000)}}),
                                 {{"0", {}}});
    auto const loaded = try_load(bytes::view(file));
    REQUIRE_MESSAGE(loaded, id_of(loaded));
    memory_output to;
    REQUIRE(try_save<torch::zip>(to, *loaded));
    CHECK(try_load(to.bytes())->weights().size() == 2);
}

TEST_CASE("one storage under two classes is saved under both") {
    blob const file = p::archive(
        p::table({{"f", p::vector_of_4()},
                  {"b", p::pickled_tensor(p::storage("0", 16, "ByteStorage"), {16}, {1})}}),
        {{"0", raw<float>({1, 2, 3, 4})}});
    auto const loaded = try_load(bytes::view(file));
    REQUIRE_MESSAGE(loaded, id_of(loaded));
    memory_output to;
    REQUIRE(try_save<torch::zip>(to, *loaded));
    auto const back = try_load(to.bytes());
    REQUIRE_MESSAGE(back, id_of(back));
    CHECK(numbers(*back, "f") == floats{1, 2, 3, 4});
    CHECK(back->weights().find("b")->size() == 16);
}

TEST_CASE("strings of Python 2 that are no text are saved as bytes") {
    blob const file = p::archive(p::table({{"raw", "U\2\xff\xfe"}, {"text", "U\1x"}}));
    auto const loaded = try_load(bytes::view(file));
    REQUIRE(loaded);
    CHECK(loaded->objects()["raw"].type() == value_type::bytes);
    CHECK(loaded->objects()["text"].type() == value_type::text);
    memory_output to;
    REQUIRE(try_save<torch::zip>(to, *loaded));
    auto const back = try_load(to.bytes());
    CHECK_MESSAGE(back, id_of(back));
}

TEST_CASE("a big-endian file is saved little-endian") {
    blob swapped = raw<float>({1, 2, 3, 4});
    bytes::swap_elements(swapped, 4);
    blob const file = p::archive(p::table({{"w", p::vector_of_4()}}), {{"0", swapped}}, "big");
    auto const loaded = try_load(bytes::view(file));
    REQUIRE(loaded);
    memory_output to;
    REQUIRE(try_save<torch::zip>(to, *loaded));
    CHECK(numbers(*try_load(to.bytes()), "w") == floats{1, 2, 3, 4});
}

#if LADE_EXCEPTIONS
TEST_CASE("the verbs without try throw what their twins return") {
    scratch_folder const in;
    CHECK_THROWS_AS((void)load(in / "nothing"), exception);
    CHECK_THROWS_AS((void)inspect(in / "nothing"), exception);
    REQUIRE(write_file(in / "c.pth", checkpoint()));
    model const loaded = load(in / "c.pth");
    save<torch::zip>(in / "d.pth", loaded);
    CHECK(inspect(in / "d.pth").tensors.size() == 4);
    convert<torch::zip, safetensors::file>(in / "d.pth", in / "e");
    CHECK(inspect(in / "e").format == "safetensors");
    CHECK_THROWS_AS((save<safetensors::file>(in / "f", loaded)), exception);
    CHECK(load(in / "c.pth").weights()["model.own"].as<float>()[0] == 9);
}
#endif

}  // namespace
