// expect: fields_have_different_names<twice, false>
// SPDX-License-Identifier: BSL-1.0
#include <lade/lade.hpp>

struct once {
    lade::tensor<float> weight, bias;
};
struct twice {
    lade::tensor<float> weight, bias;
};
template <>
struct lade::bind<once> {
    static constexpr std::tuple fields{field("weight", &once::weight), field("bias", &once::bias)};
};
template <>
struct lade::bind<twice> {
    static constexpr std::tuple fields{field("weight", &twice::weight),
                                       field("weight", &twice::bias)};
};

void use(once& good, twice& bad) {
    (void)lade::try_load_into<lade::torch::zip>(good, "a");
#ifdef MUST_NOT_COMPILE
    (void)lade::try_load_into<lade::torch::zip>(bad, "a");
#endif
    (void)bad;
}
