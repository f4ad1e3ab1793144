// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/format/flash.hpp>
#include <lade/format/storable.hpp>
#include <lade/inspect.hpp>
#include <lade/model/weights.hpp>

namespace lade::inline LADE_ABI {

namespace detail {

/// A sink that keeps where tensors lie.
class viewer final : public any_sink {
  public:
    explicit viewer(weights& to) : to_(&to) {}

    result<flow> take(tensor_info const& info, any_payload& bytes) override {
        tensor_info own = info;
        own.in = nullptr;
        if (info.absent) {
            to_->add(own, {});
            return flow::more;
        }
        auto const there = bytes.view();
        if (!there) return fail(ids::no_view).in(info.name);
        to_->add(own, *there);
        return flow::more;
    }

  private:
    weights* to_;
};

}  // namespace detail

/// The tensors of a file where they lie: nothing is copied. `from` must outlive what is given, so a
/// temporary cannot be viewed. Errors: those of the format; view.not_in_place.
template <format Format, source Source>
result<weights> try_view(Source& from, options_of<Format> const& with = {}) {
    static_assert(format_can_be_viewed<Format, trait<Format>::zero_copy>::value);
    auto const file = opened::over(any_source(from));
    if (!file) return file.error();
    weights found;
    detail::viewer sink(found);
    if (auto const done = read<Format>(**file, sink, with); !done) return done.error();
    found.index();
    return found;
}
template <format Format, source Source>
result<weights> try_view(Source const&&, options_of<Format> const& = {}) = delete;
#if LADE_EXCEPTIONS
/// `try_view`, its errors thrown.
template <format Format, source Source>
weights view(Source& from, options_of<Format> const& with = {}) {
    return value_or_throw(try_view<Format>(from, with));
}
template <format Format, source Source>
weights view(Source const&&, options_of<Format> const& = {}) = delete;
#endif

}  // namespace lade::inline LADE_ABI
