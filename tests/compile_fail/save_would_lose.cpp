// expect: save_without_loss<[^>]*safetensors::file, frozen_graph, [^>]*graph>
// SPDX-License-Identifier: BSL-1.0
#include <lade/lade.hpp>

struct frozen_graph {
    static constexpr lade::contents holds = lade::content::weights | lade::content::graph;
};
lade::result<lade::flow> give(frozen_graph const&, lade::any_sink&);

void use(frozen_graph const& frozen) {
    (void)lade::try_save<lade::safetensors::file>("g", frozen, lade::drop<lade::content::graph>);
#ifdef MUST_NOT_COMPILE
    (void)lade::try_save<lade::safetensors::file>("g", frozen);
#endif
}
