// expect: format_holds_dtypes<[^>]*numpy::npz, linear, [^>]*bfloat16
// SPDX-License-Identifier: BSL-1.0
#include <lade/lade.hpp>

struct linear {
    lade::tensor<lade::bfloat16_t> weight;
};
template <>
struct lade::bind<linear> {
    static constexpr std::tuple fields{field("weight", &linear::weight)};
};

void use(linear const& l) {
    (void)lade::try_save<lade::safetensors::file>("a", l);
#ifdef MUST_NOT_COMPILE
    (void)lade::try_save<lade::numpy::npz>("a", l);
#endif
}
