// SPDX-License-Identifier: BSL-1.0
#include <bind/networks.hpp>
#include <lade/bind/give.hpp>
#include <lade/bind/names.hpp>

#include <doctest/doctest.h>

namespace {

using namespace lade;
using namespace networks;
using detail::may_name;

static_assert(bindable<linear> && bindable<std::vector<linear>> && bindable<std::array<tree, 2>> &&
              bindable<std::map<std::string, tensor<float>>>);
static_assert(!bindable<tensor<float>> && !bindable<std::vector<float>> && !bindable<float> &&
              !bindable<std::span<float>> && !bindable<std::string> && !bindable<by_rows>);
static_assert(!tensor_like<std::vector<bool>> && tensor_like<std::array<bool, 3>>);

// names that a struct has
static_assert(may_name<classifier>("fc1.weight") && may_name<classifier>("head.1.bias"));
static_assert(!may_name<classifier>("fc1") && !may_name<classifier>("fc1.weigth") &&
              !may_name<classifier>("fc1.weight.x") && !may_name<classifier>("head.2.bias") &&
              !may_name<classifier>("head.01.bias") && !may_name<classifier>("head..bias") &&
              !may_name<classifier>("") && !may_name<classifier>("fc1."));
// containers grow to any position, and to any key
static_assert(may_name<stack>("layers.1000.bias") && !may_name<stack>("layers.x.bias") &&
              !may_name<stack>("layers.0"));
static_assert(may_name<stack>("heads.any.bias") && !may_name<stack>("heads.a.b.bias") &&
              !may_name<stack>("heads.any"));
static_assert(may_name<stack>("rest.a.b.c") && !may_name<stack>("rest"));
static_assert(may_name<stack>("norm.bias") && may_name<stack>("norm.seen"));
static_assert(may_name<tree>("children.0.children.5.value"));

// the first tensor of a Sequential, whose fields stand in the struct around it
struct base {
    float scale = 0;
};
struct derived : base {
    base member;
    float dotted = 0;
};

}  // namespace
template <>
struct lade::bind<base> {
    static constexpr std::tuple fields{field("scale", &base::scale)};
};
template <>
struct lade::bind<derived> {
    static constexpr std::tuple fields{field("own", &derived::scale), field("", &derived::member),
                                       field("0.1", &derived::dotted)};
};
namespace {

static_assert(may_name<derived>("own") && may_name<derived>("scale") && may_name<derived>("0.1"));
static_assert(!may_name<derived>("") && !may_name<derived>("0"));

// what the compiler knows of tensors
static_assert(holds_of<classifier> == contents(content::weights));
static_assert(dtypes_of<stack> == dtype_set{dtype::float32, dtype::int64});
static_assert(dtypes_of<tree> == dtype_set{dtype::int64});
static_assert(axes_of<classifier> == 0 && axes_of<matrices> == 2);
static_assert(axes_of<std::array<tensor<float, 1, 2, 3>, 2>> == 3);
static_assert(model_part<classifier> && !model_part<int>);

static_assert(are_distinct<> && are_distinct<int, float> && !are_distinct<int, float, int>);
static_assert(fixed_string("abc").view() == "abc");
static_assert(!std::is_same_v<decltype(as<"a", "b">), decltype(as<"a", "b", transposed>)>);
static_assert(detail::position_of("0") == 0U && detail::position_of("120") == 120U);
static_assert(!detail::position_of("") && !detail::position_of("00") &&
              !detail::position_of("-1") && !detail::position_of("1234567890"));

/// Names that a walk meets.
struct names_of {
    std::string all;
    template <bool Transposed, class T>
    void leaf(T const&, std::string_view name) {
        all.append(name).append(Transposed ? "' " : " ");
    }
};
template <class T>
std::string walked(T const& of) {
    names_of names;
    detail::place_name at;
    detail::walk<detail::growth::none>(of, at, names);
    CHECK(at.text().empty());
    CHECK(at.depth() == 0);
    return names.all;
}

TEST_CASE("names are those of fields, positions and keys, joined by dots") {
    CHECK(walked(classifier{}) ==
          "fc1.weight fc1.bias fc2.weight fc2.bias head.0.weight head.0.bias head.1.weight "
          "head.1.bias ");
    CHECK(walked(derived{}) == "own scale 0.1 ");
    CHECK(walked(matrices{}) == "r c' turned' ");
}

TEST_CASE("containers are walked as they are filled") {
    stack s;
    CHECK(walked(s).empty());
    s.layers.resize(1);
    s.heads["b"];
    s.heads["a"];
    s.rest["x.y"];
    s.norm.emplace();
    CHECK(walked(s) ==
          "layers.0.weight layers.0.bias heads.a.weight heads.a.bias heads.b.weight heads.b.bias "
          "rest.x.y norm.weight norm.seen ");
    std::vector<std::map<std::string, std::array<std::optional<float>, 2>>> nested(2);
    nested[1]["k"][1] = 3.0F;
    CHECK(walked(nested) == "1.k.1 ");
}

}  // namespace
