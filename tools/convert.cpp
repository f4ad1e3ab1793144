// SPDX-License-Identifier: BSL-1.0
#include "command.hpp"
#include "files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace tool {

namespace {

/// "torch" of "torch.zip".
std::string_view family_of(std::string_view format) { return format.substr(0, format.find('.')); }

/// The formats whose suffix is the longest that the name ends with, of each family the first.
std::vector<std::string_view> formats_for(std::string_view name) {
    // "model.ckpt-1000": TensorFlow alone puts the step of the training behind the name
    std::size_t const dash = name.rfind('-');
    bool const has_step = dash != name.npos && dash + 1 < name.size() &&
                          name.find_first_not_of("0123456789", dash + 1) == name.npos;
    if (has_step && name.substr(0, dash).ends_with(".ckpt")) return {"tensorflow.checkpoint"};
    std::vector<std::string_view> best;
    std::string_view suffix;
    for (auto const& one : target_formats())
        for (std::string_view const each : one.extensions) {
            if (!name.ends_with(each) || each.size() < suffix.size()) continue;
            if (each.size() > suffix.size()) best.clear();
            suffix = each;
            bool const has_family = std::any_of(
                best.begin(), best.end(),
                [&](std::string_view known) { return family_of(known) == family_of(one.name); });
            if (!has_family) best.push_back(one.name);
        }
    return best;
}

/// The format that is meant without --to; empty: none, or several. Two families use ".ckpt": it
/// stays in that of the model. A name without any suffix is a directory: that of a SavedModel.
std::string format_for(words const& given) {
    lade::path const out(given.files[1]);
    std::string_view const name = out.name();
    auto const all = formats_for(name);
    if (all.size() == 1) return std::string(all.front());
    if (all.empty() && name.find('.') != name.npos) return {};
    auto const from =
        model_file::open(given.has("--like") ? std::string(given.get("--like")) : given.files[0]);
    auto const format = from ? (*from)->find_format() : result<std::string>(from.error());
    if (!format) return {};
    if (all.empty()) return *format == "tensorflow.saved_model" ? *format : std::string();
    for (std::string_view const one : all)
        if (family_of(one) == family_of(*format)) return std::string(one);
    return {};
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
    std::string const format =
        given.has("--to") ? std::string(given.get("--to")) : format_for(given);
    if (!is_target(format)) {
        lade::path const named(out);
        auto several = formats_for(named.name());
        if (several.empty() || given.has("--to"))
            for (auto const& one : target_formats()) several.push_back(one.name);
        fmt::print(stderr, "lade convert: {} {}; --to takes one of {}\n",
                   given.has("--to") ? "there is no format to write called"
                                     : "the suffix alone does not tell the format of",
                   given.has("--to") ? given.get("--to") : out, fmt::join(several, " "));
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
    how.like = given.get("--like");
    // what a pickle holds besides tensors is what most conversions are meant to leave behind
    how.tacit = lade::content::objects;
    for (std::string_view const list : given.all("--drop"))
        if (!read_parts(list, how.dropped))
            return wrong("--drop takes weights,graph,config,optimizer,objects,metadata, not", list);
    if (format.starts_with("torch.") && !given.has("--drop")) how.tacit = {};
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
    if (!outcome) return report(outcome.error());
    if (given.has("--like"))
        fmt::print(stderr, "lade convert: {} tensors have new values, {} keep theirs\n",
                   outcome->replaced, outcome->kept);
    for (auto const& name : outcome->left_out)
        fmt::print(stderr, "lade convert: left out: {}, a note of the framework\n", name);
    return done;
}

}  // namespace tool
