// SPDX-License-Identifier: BSL-1.0
#include <lade/container/pickle/opcodes.hpp>

#include <doctest/doctest.h>

namespace {

using namespace lade::pickle;

TEST_CASE("the table has the 68 opcodes of pickletools, each once") {
    CHECK(opcodes.size() == 68);
    int known = 0;
    for (auto const& use : opcode_uses) known += use.known();
    CHECK(known == 68);
    for (auto const& row : opcodes) {
        auto const& use = opcode_uses[static_cast<std::uint8_t>(row.code)];
        CHECK(use.known());
        CHECK(use.takes == row.takes);
        CHECK(row.protocol <= newest_protocol);
        CHECK_FALSE(row.name.empty());
    }
}

}  // namespace
