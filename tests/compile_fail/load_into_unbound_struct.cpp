// expect: type_is_bound<linear, false>
// SPDX-License-Identifier: BSL-1.0
#include <lade/lade.hpp>

struct linear {
    lade::tensor<float> weight;
};
struct bound {
    lade::tensor<float> weight;
};
template <>
struct lade::bind<bound> {
    static constexpr std::tuple fields{field("weight", &bound::weight)};
};

void use(linear& l, bound& b) {
    (void)lade::try_load_into<lade::torch::zip>(b, "a");
#ifdef MUST_NOT_COMPILE
    (void)lade::try_load_into<lade::torch::zip>(l, "a");
#endif
    (void)l;
}
