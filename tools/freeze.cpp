// SPDX-License-Identifier: BSL-1.0
#include "command.hpp"

#include <lade/save.hpp>
#include <lade/tensorflow/freeze.hpp>
#include <lade/tensorflow/traits.hpp>

#include <fmt/core.h>

namespace tool {

status run_freeze(words const& given) {
    if (!given.has("-o")) {
        fmt::print(stderr, "lade freeze: -o OUT.pb says where the frozen graph goes\n");
        return bad_use;
    }
    lade::tensorflow::freeze_options how;
    auto const split = [](std::string_view list, std::vector<std::string>& to) {
        while (!list.empty()) {
            std::string_view const one = list.substr(0, list.find(','));
            list.remove_prefix(std::min(list.size(), one.size() + 1));
            if (!one.empty()) to.emplace_back(one);
        }
    };
    for (std::string_view const list : given.all("--outputs")) split(list, how.outputs);
    for (std::string_view const list : given.all("--tags")) split(list, how.tags);
    if (given.has("--signature")) how.signature = given.get("--signature");
    auto const frozen = lade::tensorflow::try_freeze(lade::path(given.files[0]), how);
    if (!frozen) return report(frozen.error(), given.files[0]);
    auto const saved = lade::try_save<lade::tensorflow::graph_def>(
        lade::path(std::string(given.get("-o"))), *frozen);
    return saved ? done : report(saved.error());
}

}  // namespace tool
