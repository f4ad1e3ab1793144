// expect: name_is_a_field<linear, [^;]*(wieght|119, 105, 101)
// SPDX-License-Identifier: BSL-1.0
#include <lade/lade.hpp>

struct linear {
    lade::tensor<float> weight, bias;
};
template <>
struct lade::bind<linear> {
    static constexpr std::tuple fields{field("weight", &linear::weight),
                                       field("bias", &linear::bias)};
};

void use(linear& l) {
    (void)lade::try_load_into<lade::torch::zip>(l, "a", {}, lade::as<"kernel", "weight">);
#ifdef MUST_NOT_COMPILE
    (void)lade::try_load_into<lade::torch::zip>(l, "a", {}, lade::as<"kernel", "wieght">);
#endif
}
