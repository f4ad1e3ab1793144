// expect: format_has_reader<acme::half, false>
// SPDX-License-Identifier: BSL-1.0
#include <lade/lade.hpp>

namespace acme {
struct half {};
}  // namespace acme
template <>
struct lade::format_traits<acme::half> {
    static constexpr std::string_view name = "acme.half";
    static constexpr contents reads = content::weights;
    static confidence detect(head const&) { return confidence::no; }
};
static_assert(lade::check_format<lade::safetensors::file>());
#ifdef MUST_NOT_COMPILE
static_assert(lade::check_format<acme::half>());
#endif
