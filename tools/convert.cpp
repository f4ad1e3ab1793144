// SPDX-License-Identifier: BSL-1.0
#include "command.hpp"
#include "files.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

namespace tool {

namespace {

/// The format whose suffix is the longest that the name ends with.
std::string_view format_for(std::string_view name) {
    std::string_view best, suffix;
    for (auto const& one : target_formats())
        for (std::string_view const each : one.extensions)
            if (name.ends_with(each) && each.size() > suffix.size()) {
                best = one.name;
                suffix = each;
            }
    return best;
}

/// "500MB", "5GB", "1000000": bytes.
std::optional<std::uint64_t> size_in(std::string_view text) {
    std::uint64_t value = 0;
    auto const [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (trouble != std::errc{}) return std::nullopt;
    std::string_view const unit = text.substr(static_cast<std::size_t>(end - text.data()));
    constexpr std::pair<std::string_view, std::uint64_t> units[]{
        {"", 1}, {"B", 1}, {"kB", 1000}, {"KB", 1000}, {"MB", 1000000}, {"GB", 1000000000}};
    for (auto const& [known, factor] : units)
        if (unit == known && value <= ~std::uint64_t{0} / factor) return value * factor;
    return std::nullopt;
}

bool read_parts(std::string_view list, lade::contents& to) {
    while (!list.empty()) {
        std::string_view const one = list.substr(0, list.find(','));
        list.remove_prefix(std::min(list.size(), one.size() + 1));
        bool known = false;
        for (lade::content const part : lade::every_content)
            if (lade::name_of(part) == one) {
                to |= part;
                known = true;
            }
        if (!known) return false;
    }
    return true;
}

status wrong(std::string_view what, std::string_view value) {
    fmt::print(stderr, "lade convert: {}: {}\n", what, value);
    return bad_use;
}

}  // namespace

status run_convert(words const& given) {
    std::string const& out = given.files[1];
    std::string_view const format = given.has("--to") ? given.get("--to") : format_for(out);
    bool const known = std::any_of(target_formats().begin(), target_formats().end(),
                                   [&](auto const& one) { return one.name == format; });
    if (!known) {
        fmt::print(stderr, "lade convert: {} {}; --to takes one of",
                   given.has("--to") ? "there is no format to write called"
                                     : "no format is known by the suffix of",
                   given.has("--to") ? format : std::string_view(out));
        for (auto const& one : target_formats()) fmt::print(stderr, " {}", one.name);
        fmt::print(stderr, "\n");
        return bad_use;
    }
    lade::filter_options filter;
    filter.only = given.get("--only");
    for (std::string_view const rule : given.all("--rename")) {
        std::size_t const equals = rule.find('=');
        if (equals == rule.npos) return wrong("--rename takes FROM=TO, not", rule);
        filter.rename.emplace_back(rule.substr(0, equals), rule.substr(equals + 1));
    }
    if (given.has("--dtype")) {
        filter.type = lade::dtype_named(given.get("--dtype"));
        if (!filter.type) return wrong("there is no type", given.get("--dtype"));
    }
    write_options how;
    how.compact = given.has("--compact");
    // what a pickle holds besides tensors is what most conversions are meant to leave behind
    how.dropped = lade::content::objects;
    for (std::string_view const list : given.all("--drop"))
        if (!read_parts(list, how.dropped))
            return wrong("--drop takes weights,graph,config,optimizer,objects,metadata, not", list);
    if (format.starts_with("torch.") && !given.has("--drop")) how.dropped = {};
    if (given.has("--shard-size")) {
        auto const size = size_in(given.get("--shard-size"));
        if (!size || *size == 0)
            return wrong("--shard-size takes a size such as 5GB, not", given.get("--shard-size"));
        how.shard_size = *size;
    }
    how.layout = given.get("--layout");
    if (given.has("--layout") && how.layout != "torch")
        return wrong("--layout takes torch, not", how.layout);
    auto const in = model_file::open(given.files[0]);
    if (!in) return report(in.error(), given.files[0]);
    auto const outcome = convert(**in, filter, out, format, how);
    return outcome ? done : report(outcome.error());
}

}  // namespace tool
