// SPDX-License-Identifier: BSL-1.0
#include <doctest/doctest.h>

#include <lade/bind/pfr.hpp>

#include <examples/workplace.hpp>

// The snippets of the README that are about structs, their names found by Boost.PFR.

struct linear {
    lade::tensor<float> weight, bias;
};
struct net {
    linear fc1, fc2;
    std::array<linear, 2> head;
};  // fc1.weight ... head.1.bias

namespace {

using namespace examples;

#if LADE_EXCEPTIONS

TEST_CASE_FIXTURE(workplace, "a state dict goes straight into a struct") {
    net from;
    for (linear* one : {&from.fc1, &from.fc2, &from.head[0], &from.head[1]}) {
        one->weight.resize({2, 3});
        one->bias.resize({2});
    }
    from.head[1].bias(1) = 9;
    lade::save<lade::torch::zip>("net.pth", from, {.root = "model"});

    net n;
    lade::load_into<lade::torch::zip>(n, "net.pth",
                                      {.root = "model"});  // torch.save({'model': ...})
    CHECK(n.head[1].bias(1) == 9.0F);
    CHECK(n.fc1.weight.shape()[1] == 3);

    lade::report rep = lade::load_into<lade::torch::zip>(n, "net.pth", {.strict = false});
    CHECK(rep.loaded.empty());
    CHECK(rep.missing.size() == 8);
    CHECK(rep.unexpected.size() == 8);
    CHECK(rep.mismatched.empty());
    CHECK(rep.missing.front() == "fc1.weight");
    CHECK(rep.missing.back() == "head.1.bias");

    lade::save<lade::torch::zip>("out.pth", n);
    CHECK(lade::load("out.pth").weights().contains("head.1.bias"));
}

#endif

}  // namespace
