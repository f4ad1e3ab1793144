// SPDX-License-Identifier: BSL-1.0
#include <bind/networks.hpp>
#include <lade/load_into.hpp>
#include <lade/save.hpp>

#include <doctest/doctest.h>

#include <support/bytes.hpp>

namespace {

using namespace lade;
using namespace networks;
using support::blob, support::raw;
using file = safetensors::file;

/// A safetensors file in memory, tensor by tensor.
class made_file {
  public:
    template <class T>
    made_file& add(std::string_view name, std::vector<std::uint64_t> shape,
                   std::initializer_list<T> elements, dtype type = dtype_of<T>::value) {
        REQUIRE(model_.add(name, type, shape, raw<T>(elements)));
        return *this;
    }
    bytes::view data() {
        model_.seal();
        output_.emplace();
        REQUIRE(try_save<file>(*output_, model_));
        return output_->bytes();
    }

  private:
    model model_;
    std::optional<memory_output> output_;
};

made_file two_layers(std::string const& prefix = "") {
    made_file made;
    made.add<float>(prefix + "0.weight", {2, 3}, {1, 2, 3, 4, 5, 6});
    made.add<float>(prefix + "0.bias", {2}, {7, 8});
    made.add<float>(prefix + "1.weight", {1, 2}, {9, 10});
    made.add<float>(prefix + "1.bias", {1}, {11});
    return made;
}
using layers = std::array<linear, 2>;

template <class T>
std::string id_of(result<T> const& of) {
    return of ? std::string("fine") : std::string(of.error().id->name);
}
std::string told(std::vector<std::string> const& names) {
    std::string all;
    for (auto const& one : names) all.append(all.empty() ? "" : " ").append(one);
    return all;
}

TEST_CASE("a state dict goes straight into a struct") {
    layers n;
    auto const done = try_load_into<file>(n, two_layers().data());
    REQUIRE_MESSAGE(done, id_of(done));
    CHECK(done->complete());
    CHECK(told(done->loaded) == "0.weight 0.bias 1.weight 1.bias");
    CHECK(done->changed.empty());
    CHECK(n[0].weight(1, 2) == 6);
    CHECK(n[1].bias(0) == 11);
    CHECK(n[1].weight.shape()[1] == 2);
}

TEST_CASE("the format is found from the content where none is named") {
    layers n;
    CHECK(id_of(try_load_into<format_list<file>>(n, two_layers().data())) == "fine");
    CHECK(n[0].weight(0, 0) == 1);
}

TEST_CASE("a difference is refused, told, and changes nothing") {
    layers n;
    n[0].weight.resize({1});
    n[0].weight(0) = 42;
    made_file made;
    made.add<float>("0.weigth", {2, 3}, {1, 2, 3, 4, 5, 6});
    made.add<double>("0.bias", {2}, {7, 8});
    made.add<float>("1.weight", {1, 2}, {9, 10});
    made.add<float>("1.bias", {1}, {11});
    report all;
    auto const done = try_load_into<file>(n, made.data(), {.tell = &all});
    REQUIRE(id_of(done) == "bind.incomplete");
    CHECK(done.error().id->kind == kind::mismatch);
    CHECK(done.error().where.text() == "memory > missing 0.weight (did you mean 0.weigth?)");
    CHECK(done.error().expected == 4);
    CHECK(done.error().found == 2);
    CHECK(told(all.missing) == "0.weight");
    CHECK(told(all.unexpected) == "0.weigth");
    REQUIRE(all.mismatched.size() == 1);
    CHECK(all.mismatched[0].name == "0.bias");
    CHECK(all.mismatched[0].wanted == "float32[...]");
    CHECK(all.mismatched[0].found == "float64[2]");
    CHECK(n[0].weight(0) == 42);
    CHECK(n[1].bias.empty());

    auto const rest = try_load_into<file>(n, made.data(), {.strict = false});
    REQUIRE(rest);
    CHECK(!rest->complete());
    CHECK(told(rest->loaded) == "1.weight 1.bias");
    CHECK(n[0].weight(0) == 42);
    CHECK(n[1].bias(0) == 11);
}

TEST_CASE("each kind of difference is the place of the error") {
    layers n;
    made_file more = two_layers(), other;
    more.add<float>("2.bias", {1}, {0});
    CHECK(try_load_into<file>(n, more.data()).error().where.text() == "memory > unexpected 2.bias");
    std::array<tensor<float, 2, 2>, 1> fixed;
    other.add<float>("0", {2, 3}, {0, 0, 0, 0, 0, 0});
    CHECK(try_load_into<file>(fixed, other.data()).error().where.text() ==
          "memory > 0: wanted float32[2,2], file float32[2,3]");
}

TEST_CASE("fixed shapes are compared") {
    std::map<std::string, tensor<float, 2, 3>> n;
    made_file made;
    made.add<float>("a", {2, 3}, {1, 2, 3, 4, 5, 6});
    REQUIRE(try_load_into<file>(n, made.data()));
    CHECK(n["a"](1, 2) == 6);
    made.add<float>("b", {3, 2}, {1, 2, 3, 4, 5, 6});
    CHECK(id_of(try_load_into<file>(n, made.data())) == "bind.incomplete");
    CHECK(n.size() == 1);
}

TEST_CASE("root, prefix, only and rename choose names in that order") {
    layers n;
    CHECK(id_of(try_load_into<file>(n, two_layers("model.").data(), {.root = "model"})) == "fine");
    CHECK(id_of(try_load_into<file>(n, two_layers("model.module.").data(),
                                    {.root = "model", .prefix = "module."})) == "fine");
    CHECK(id_of(try_load_into<file>(n, two_layers("modelx.").data(), {.root = "model"})) ==
          "bind.incomplete");
    // what lies beside the root is none of the file's
    made_file beside = two_layers("model.");
    beside.add<float>("optimizer.x", {1}, {0});
    CHECK(id_of(try_load_into<file>(n, beside.data(), {.root = "model"})) == "fine");
    // fields that do not match are not missed, tensors that do not match are not unexpected
    layers part;
    auto const done = try_load_into<file>(part, two_layers().data(), {.only = "1.*"});
    REQUIRE(done);
    CHECK(told(done->loaded) == "1.weight 1.bias");
    CHECK(part[0].weight.empty());
    CHECK(id_of(try_load_into<file>(part, two_layers("x.").data(), {.only = "1.*"})) ==
          "bind.incomplete");

    auto const renamed =
        try_load_into<file>(n, two_layers("enc/").data(), {.rename = {{"enc/*", "*"}}});
    REQUIRE(renamed);
    CHECK(renamed->changed.size() == 4);
    CHECK(renamed->changed[0] == "0.weight: from enc/0.weight");
}

TEST_CASE("pairs of names are checked when compiling, and win over names that fit by themselves") {
    classifier n;
    made_file made;
    made.add<float>("encoder/kernel", {1, 2}, {1, 2});
    made.add<float>("encoder/bias", {1}, {3});
    made.add<float>("decoder/bias", {1}, {4});
    auto const done =
        try_load_into<file>(n, made.data(), {.only = "encoder/**"},
                            as<"encoder/kernel", "fc1.weight">, as<"encoder/bias", "fc1.bias">);
    REQUIRE_MESSAGE(done, id_of(done));
    CHECK(told(done->loaded) == "fc1.weight fc1.bias");
    CHECK(n.fc1.weight(0, 1) == 2);

    made_file both;
    both.add<float>("0.bias", {1}, {1});
    both.add<float>("other", {1}, {2});
    std::array<std::map<std::string, tensor<float>>, 1> map;
    report all;
    auto const twice = try_load_into<file>(map, both.data(), {.strict = false, .tell = &all},
                                           as<"other", "0.bias">);
    REQUIRE(twice);
    CHECK(told(all.unexpected) == "0.bias");
    CHECK(map[0]["bias"](0) == 2);

    // without options, and missing
    CHECK(id_of(try_load_into<file>(map, both.data(), as<"nothing", "0.bias">)) ==
          "bind.incomplete");
}

TEST_CASE("numbers are converted only on request, and only if they fit") {
    std::map<std::string, tensor<std::int8_t>> n;
    made_file made, large, halves;
    made.add<float>("a", {3}, {1, -128, 127});
    large.add<std::int64_t>("a", {2}, {5, 128});
    halves.add<double>("a", {1}, {0.5});
    CHECK(id_of(try_load_into<file>(n, made.data())) == "bind.incomplete");
    CHECK(n.empty());
    auto const done = try_load_into<file>(n, made.data(), {.cast = true});
    REQUIRE(done);
    CHECK(done->changed[0] == "a: float32 to int8");
    CHECK(n["a"](1) == -128);
    auto const bad = try_load_into<file>(n, large.data(), {.cast = true});
    REQUIRE(id_of(bad) == "cast.out_of_range");
    CHECK(bad.error().found == 1);
    CHECK(bad.error().where.text() == "memory > a");
    CHECK(id_of(try_load_into<file>(n, halves.data(), {.cast = true})) == "cast.out_of_range");

    std::map<std::string, tensor<bool>> flags;
    CHECK(id_of(try_load_into<file>(flags, made.data(), {.cast = true})) == "fine");
    CHECK(flags["a"](0));
    std::map<std::string, tensor<bfloat16_t>> small;
    CHECK(id_of(try_load_into<file>(small, made.data(), {.cast = true})) == "fine");
    CHECK(float(small["a"](1)) == -128);
}

TEST_CASE("a cast of many elements is done in pieces") {
    model made;
    tensor<std::int32_t> many{300000};
    for (std::size_t i = 0; i < many.size(); ++i) many(i) = static_cast<std::int32_t>(i);
    REQUIRE(made.add("a", dtype::int32, many.shape(), std::as_bytes(many.span())));
    made.seal();
    memory_output out;
    REQUIRE(try_save<file>(out, made));
    std::map<std::string, tensor<double>> n;
    REQUIRE(try_load_into<file>(n, bytes::view(out.bytes()), {.cast = true}));
    CHECK(n["a"](299999) == 299999.0);
    CHECK(n["a"](131072) == 131072.0);
}

TEST_CASE("a byte that is no bool is refused, and leaves none behind") {
    made_file made;
    made.add<std::uint8_t>("a", {3}, {1, 0, 2}, dtype::boolean);
    std::map<std::string, tensor<bool>> n;
    auto const done = try_load_into<file>(n, made.data());
    REQUIRE(id_of(done) == "tensor.not_bool");
    CHECK(done.error().offset == 2);
    CHECK(n["a"] == tensor<bool>{3});
}

TEST_CASE("containers that are empty take what the file has") {
    made_file made = two_layers("layers.");
    made.add<float>("heads.b-c.weight", {1}, {1}).add<float>("heads.b-c.bias", {1}, {2});
    made.add<float>("heads.b.weight", {1}, {3}).add<float>("heads.b.bias", {1}, {4});
    made.add<float>("rest.x.y", {1}, {5}).add<float>("rest.x", {1}, {6});
    made.add<float>("norm.weight", {2}, {7, 8}).add<std::int64_t>("norm.seen", {}, {9});
    stack n;
    auto const done = try_load_into<file>(n, made.data());
    REQUIRE_MESSAGE(done, id_of(done));
    REQUIRE(n.layers.size() == 2);
    CHECK(n.layers[1].weight(0, 1) == 10);
    CHECK(n.heads["b-c"].bias(0) == 2);
    CHECK(n.heads["b"].bias(0) == 4);
    CHECK(n.rest["x.y"](0) == 5);
    CHECK(n.rest["x"](0) == 6);
    REQUIRE(n.norm);
    CHECK(n.norm->weight == std::vector<float>{7, 8});
    CHECK(n.norm->seen == 9);
    CHECK(!n.norm->bias);

    // from then on they are as fixed as arrays; an optional says what the file has
    made_file less = two_layers("layers.");
    CHECK(id_of(try_load_into<file>(n, less.data())) == "bind.incomplete");
    CHECK(n.norm);
    stack fresh;
    fresh.norm.emplace().bias.emplace();
    REQUIRE(try_load_into<file>(fresh, less.data()));
    CHECK(!fresh.norm);
    // where less than the whole was asked for, it stays
    fresh.norm.emplace();
    REQUIRE(try_load_into<file>(fresh, less.data(), {.strict = false}));
    REQUIRE(try_load_into<file>(fresh, less.data(), {.only = "layers.*"}));
    CHECK(fresh.norm);
}

TEST_CASE("positions have no gaps, and what grows has tensors in the file") {
    made_file made;
    made.add<float>("layers.0.weight", {1}, {1}).add<float>("layers.0.bias", {1}, {1});
    made.add<float>("layers.2.weight", {1}, {1}).add<float>("layers.999999999.bias", {1}, {1});
    made.add<float>("layers.01.bias", {1}, {1});
    stack n;
    report all;
    REQUIRE(try_load_into<file>(n, made.data(), {.strict = false, .tell = &all}));
    CHECK(n.layers.size() == 1);
    CHECK(told(all.unexpected) == "layers.2.weight layers.999999999.bias layers.01.bias");
}

TEST_CASE("a type that holds itself follows the names, but not without end") {
    made_file made;
    std::string deep = "value";
    for (int i = 0; i < 3; ++i) {
        made.add<std::int64_t>(deep, {}, {i});
        deep = "children.0." + deep;
    }
    tree n;
    REQUIRE(try_load_into<file>(n, made.data()));
    REQUIRE(n.children.size() == 1);
    REQUIRE(n.children[0].children.size() == 1);
    CHECK(n.children[0].children[0].value == 2);
    CHECK(n.children[0].children[0].children.empty());

    for (int i = 3; i < 1000; ++i) {
        made.add<std::int64_t>(deep, {}, {i});
        deep = "children.0." + deep;
    }
    tree other;
    auto const done = try_load_into<file>(other, made.data(), {.strict = false});
    REQUIRE(done);
    CHECK(done->loaded.size() > 10);
    CHECK(done->unexpected.size() > 900);
}

TEST_CASE("vectors and scalars take one shape, and more only on request") {
    made_file made;
    made.add<float>("weight", {2, 2}, {1, 2, 3, 4}).add<std::int64_t>("seen", {}, {5});
    normalisation n;
    report all;
    CHECK(id_of(try_load_into<file>(n, made.data(), {.tell = &all})) == "bind.incomplete");
    CHECK(all.mismatched[0].wanted == "float32[?]");
    auto const done = try_load_into<file>(n, made.data(), {.flatten = true});
    REQUIRE(done);
    CHECK(n.weight == std::vector<float>{1, 2, 3, 4});
    CHECK(done->changed[0] == "weight: flattened");
    made_file list;
    list.add<float>("weight", {1}, {1}).add<std::int64_t>("seen", {1}, {5});
    CHECK(id_of(try_load_into<file>(n, list.data())) == "bind.incomplete");
}

TEST_CASE("matrices of a program: by rows as they are, by columns transposed aloud") {
    made_file made;
    made.add<float>("r", {2, 3}, {1, 2, 3, 4, 5, 6});
    made.add<float>("c", {2, 3}, {1, 2, 3, 4, 5, 6});
    made.add<float>("turned", {2, 3}, {1, 2, 3, 4, 5, 6});
    matrices n;
    auto const done = try_load_into<file>(n, made.data());
    REQUIRE(done);
    CHECK(told(done->changed) == "c: transposed turned: transposed");
    CHECK(n.r.at(1, 0) == 4);
    CHECK(n.c.rows == 2);
    CHECK(n.c.at(1, 0) == 4);
    CHECK(n.c.elements == std::vector<float>{1, 4, 2, 5, 3, 6});
    CHECK(n.turned.rows == 3);
    CHECK(n.turned.at(0, 1) == 4);
    // a second transposition undoes the first
    auto const twice = try_load_into<file>(n, made.data(), {}, as<"c", "c", transposed>);
    REQUIRE(twice);
    CHECK(n.c.rows == 3);
    CHECK(n.c.at(0, 1) == 4);
    CHECK(n.c.elements == std::vector<float>{1, 2, 3, 4, 5, 6});
    made_file cube;
    cube.add<float>("r", {1, 1, 1}, {1})
        .add<float>("c", {1, 1}, {1})
        .add<float>("turned", {1}, {1});
    report all;
    CHECK(id_of(try_load_into<file>(n, cube.data(), {.tell = &all})) == "bind.incomplete");
    REQUIRE(all.mismatched.size() == 2);
    CHECK(all.mismatched[0].wanted == "float32[?,?]");
}

TEST_CASE("what is transposed may be converted as well, and have many axes") {
    model made;
    tensor<std::int32_t> cube{2, 3, 4};
    for (std::size_t i = 0; i < cube.size(); ++i) cube.span()[i] = static_cast<std::int32_t>(i);
    REQUIRE(made.add("0", dtype::int32, cube.shape(), std::as_bytes(cube.span())));
    made.seal();
    memory_output out;
    REQUIRE(try_save<file>(out, made));
    std::array<tensor<float, 4, 3, 2>, 1> n;
    REQUIRE(
        try_load_into<file>(n, bytes::view(out.bytes()), {.cast = true}, as<"0", "0", transposed>));
    CHECK(n[0](3, 2, 1) == 23.0F);
    CHECK(n[0](1, 0, 1) == 13.0F);
}

struct borrowed {
    std::span<float> target;
};
struct pointing {
    std::span<float const> weight;
};

}  // namespace
template <>
struct lade::bind<borrowed> {
    static constexpr std::tuple fields{field("weight", &borrowed::target)};
};
template <>
struct lade::bind<pointing> {
    static constexpr std::tuple fields{field("weight", &pointing::weight)};
};
namespace {

TEST_CASE("a span is filled where it points to") {
    made_file made, more;
    made.add<float>("weight", {2}, {1, 2});
    more.add<float>("weight", {3}, {1, 2, 3});
    float room[2]{};
    borrowed n{room};
    REQUIRE(try_load_into<file>(n, made.data()));
    CHECK(room[1] == 2);
    report all;
    CHECK(id_of(try_load_into<file>(n, more.data(), {.tell = &all})) == "bind.incomplete");
    CHECK(all.mismatched[0].wanted == "float32[2]");
    n.target = {};
    CHECK(id_of(try_load_into<file>(n, made.data())) == "bind.incomplete");
}

TEST_CASE("a span of const elements points into the file") {
    made_file made;
    made.add<float>("weight", {2, 1}, {1, 2});
    memory const source{made.data()};
    pointing n;
    REQUIRE(try_load_into<file>(n, source));
    REQUIRE(n.weight.size() == 2);
    CHECK(n.weight[1] == 2);
    auto const whole = *source.view(0, source.size());
    CHECK(reinterpret_cast<std::byte const*>(n.weight.data()) > whole.data());
    CHECK(reinterpret_cast<std::byte const*>(n.weight.data()) < whole.data() + whole.size());

    made_file other;
    other.add<double>("weight", {2}, {1, 2});
    memory const doubles{other.data()};
    CHECK(id_of(try_load_into<file>(n, doubles, {.cast = true})) == "bind.incomplete");
}

TEST_CASE("two fields of one name are told when running, where the compiler cannot see them") {
    std::map<std::string, std::map<std::string, tensor<float>>> n;
    n["a"]["b.c"];
    n["a.b"]["c"];
    made_file made;
    made.add<float>("a.b.c", {1}, {1});
    auto const done = try_load_into<file>(n, made.data());
    REQUIRE(id_of(done) == "bind.duplicate_name");
    CHECK(done.error().where.text() == "memory > a.b.c");
}

TEST_CASE("a file that changes between the passes is noticed") {
    layers n;
    made_file first = two_layers(), second;
    second.add<float>("0.weight", {2, 3}, {1, 2, 3, 4, 5, 6});
    tensor_table tensors;
    detail::name_sink names(tensors);
    auto opened_first = open_at(first.data());
    auto opened_second = open_at(second.data());
    REQUIRE(read<file>(**opened_first, names, {}));
    detail::bind_settings const how;
    auto const plan = detail::bind_plan::of(n, tensors, how);
    REQUIRE(plan);
    detail::filling_sink fill(*plan, tensors, plan->grow(n, tensors, how), nullptr);
    REQUIRE(read<file>(**opened_second, fill, {}));
    CHECK(!fill.is_done());
    made_file third;
    third.add<float>("0.weight", {3, 2}, {1, 2, 3, 4, 5, 6});
    auto opened_third = open_at(third.data());
    detail::filling_sink again(*plan, tensors, plan->grow(n, tensors, how), nullptr);
    CHECK(id_of(read<file>(**opened_third, again, {})) == "bind.file_changed");
}

TEST_CASE("a field that was moved from is told, not followed") {
    std::array<tensor<float, 2>, 1> n;
    auto const taken = std::move(n[0]);
    made_file made;
    made.add<float>("0", {2}, {1, 2});
    CHECK(id_of(try_load_into<file>(n, made.data())) == "bind.no_room");
    CHECK(taken.span().size() == 2);
}

TEST_CASE("a struct without fields, and a file without tensors, are a complete load") {
    std::map<std::string, tensor<float>> n;
    made_file made;
    auto const done = try_load_into<file>(n, made.data());
    REQUIRE(done);
    CHECK(done->complete());
    layers wanted;
    CHECK(id_of(try_load_into<file>(wanted, made.data())) == "bind.incomplete");
    CHECK(id_of(try_load_into<file>(wanted, "/nowhere/at/all")) == "io.not_found");
}

#if LADE_EXCEPTIONS
TEST_CASE("the verb without try_ throws the same error") {
    layers n;
    CHECK(load_into<file>(n, two_layers().data()).complete());
    CHECK(load_into<file>(n, two_layers().data(), as<"0.bias", "0.bias">).complete());
    CHECK_THROWS_AS((void)load_into<file>(n, two_layers("x.").data()), lade::exception);
}
#endif

}  // namespace
