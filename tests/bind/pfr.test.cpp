// SPDX-License-Identifier: BSL-1.0
#include <lade/bind/pfr.hpp>
#include <lade/bind/walk.hpp>

#include <map>
#include <memory>

#include <doctest/doctest.h>

// Names that nobody wrote down.
namespace pfr_test {

struct linear {
    lade::tensor<float> weight, bias;
};
struct net {
    linear fc1, fc2;
    std::array<linear, 2> head;
    std::optional<linear> extra;
    std::vector<linear> layers;
    std::map<std::string, lade::tensor<float, 2>> rest;
    std::vector<float> list;
    std::array<float, 3> triple;
    std::span<float const> view;
    bool flag;
};
/// Bound by hand: these names win.
struct bound {
    linear first, second;
};

}  // namespace pfr_test
template <>
struct lade::bind<pfr_test::bound> {
    static constexpr std::tuple fields{field("0", &pfr_test::bound::first),
                                       field("3", &pfr_test::bound::second)};
};
namespace {

using namespace pfr_test;
using lade::detail::may_name;

static_assert(lade::bindable<net> && lade::bindable<bound>);
static_assert(may_name<net>("fc1.weight") && may_name<net>("head.1.bias") &&
              may_name<net>("extra.bias") && may_name<net>("layers.7.weight") &&
              may_name<net>("rest.k") && may_name<net>("triple") && may_name<net>("flag"));
static_assert(!may_name<net>("fc3.weight") && !may_name<net>("triple.0"));
static_assert(may_name<bound>("3.weight") && !may_name<bound>("second.weight"));

struct names_of {
    std::string all;
    template <bool, class T>
    void leaf(T& of, std::string_view name) {
        all.append(name).append(1, ' ');
        if constexpr (std::is_same_v<T, bool>) of = true;
    }
};

TEST_CASE("fields of aggregates have the names that the program gave them") {
    net n{};
    names_of names;
    lade::detail::place_name at;
    lade::detail::walk<lade::detail::growth::none>(n, at, names);
    CHECK(names.all ==
          "fc1.weight fc1.bias fc2.weight fc2.bias head.0.weight head.0.bias head.1.weight "
          "head.1.bias list triple view flag ");
    CHECK(n.flag);
}

TEST_CASE("names that were written down win") {
    bound const b;
    names_of names;
    lade::detail::place_name at;
    lade::detail::walk<lade::detail::growth::none>(b, at, names);
    CHECK(names.all == "0.weight 0.bias 3.weight 3.bias ");
}

}  // namespace
