// SPDX-License-Identifier: BSL-1.0
// Loads a model, takes the absolute value of every float32 and float64 in it, saves it as PyTorch
// does: what a program that trains or edits weights would do. absolute IN OUT
#include <lade/load.hpp>
#include <lade/save.hpp>
#include <lade/torch.hpp>

#include <cmath>
#include <cstdio>

namespace {

template <class T>
void make_absolute(lade::model& of, std::string_view name) {
    for (T& one : of.edit<T>(name)) one = std::abs(one);
}

}  // namespace

int main(int count, char** words) try {
    if (count != 3) return 2;
    auto loaded = lade::load(words[1]);
    std::vector<std::string> names;
    for (auto const& [name, tensor] : loaded.weights()) names.emplace_back(name);
    for (auto const& name : names) {
        auto const type = loaded.weights()[name].dtype();
        if (type == lade::dtype::float32) make_absolute<float>(loaded, name);
        if (type == lade::dtype::float64) make_absolute<double>(loaded, name);
    }
    lade::save<lade::torch::zip>(words[2], loaded);
    return 0;
} catch (std::exception const& wrong) {
    std::fputs(wrong.what(), stderr);
    return 3;
}
