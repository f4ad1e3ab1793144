// SPDX-License-Identifier: BSL-1.0
#include <lade/bytes/memory.hpp>
#include <lade/formats.hpp>
#include <lade/load.hpp>

#include <fuzz/targets.hpp>

#include <array>

namespace fuzz {

using namespace lade;

namespace {

/// Reads the beginning and the end of each tensor.
class tasting final : public any_sink {
  public:
    result<flow> take(tensor_info const&, any_payload& bytes) override {
        std::array<std::byte, 16> some;
        if (bytes.size() < some.size()) return flow::more;
        if (auto const done = bytes.read(0, some); !done) return done.error();
        auto const last = bytes.read(bytes.size() - some.size(), some);
        return last ? result<flow>(flow::more) : result<flow>(last.error());
    }
};

}  // namespace

void formats(bytes::view data) {
    memory const from(data);
    all_formats::any([&]<class Format>() {
        if constexpr (trait<Format>::shape == file_shape::single)
            if (auto const file = opened::over(any_source(from))) {
                tasting sink;
                (void)read<Format>(**file, sink, options_of<Format>{});
            }
        return false;
    });
}

void verbs(bytes::view data) { (void)try_load(data); }

}  // namespace fuzz
