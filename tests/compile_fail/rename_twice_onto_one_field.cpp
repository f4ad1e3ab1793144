// expect: field_is_named_once<
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
    using lade::as;
    (void)lade::try_load_into<lade::torch::zip>(l, "a", {}, as<"k", "weight">, as<"b", "bias">);
#ifdef MUST_NOT_COMPILE
    (void)lade::try_load_into<lade::torch::zip>(l, "a", {}, as<"k", "weight">, as<"b", "weight">);
#endif
}
