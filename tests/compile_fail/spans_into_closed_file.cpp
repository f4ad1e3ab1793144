// expect: spans_outlive_their_file<linear, [^>]*false>
// SPDX-License-Identifier: BSL-1.0
#include <lade/lade.hpp>

struct linear {
    std::span<float const> weight;
};
template <>
struct lade::bind<linear> {
    static constexpr std::tuple fields{field("weight", &linear::weight)};
};

void use(linear& l, lade::mapped_file const& f) {
    (void)lade::try_load_into<lade::safetensors::file>(l, f);
#ifdef MUST_NOT_COMPILE
    (void)lade::try_load_into<lade::safetensors::file>(l, "a");
#endif
}
