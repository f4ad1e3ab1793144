// expect: format_holds_axes<[^>]*numpy::npz, linear<65>, 65
// SPDX-License-Identifier: BSL-1.0
#include <lade/lade.hpp>

template <std::size_t... I>
lade::tensor<float, (I, 1)...> cube(std::index_sequence<I...>);

template <std::size_t Rank>
struct linear {
    decltype(cube(std::make_index_sequence<Rank>{})) weight;
};
template <std::size_t Rank>
struct lade::bind<linear<Rank>> {
    static constexpr std::tuple fields{field("weight", &linear<Rank>::weight)};
};

void use() {
    (void)lade::try_save<lade::numpy::npz>("a", linear<64>{});
#ifdef MUST_NOT_COMPILE
    (void)lade::try_save<lade::numpy::npz>("a", linear<65>{});
#endif
}
