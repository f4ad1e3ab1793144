// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/glob.hpp>
#include <lade/format/any_sink.hpp>
#include <lade/format/cast.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lade::inline LADE_ABI {

/// What happens to tensors on their way. Everything is off unless asked for.
struct filter_options {
    /// A glob; tensors whose names do not match are left out. Empty: all.
    std::string only{};
    /// Names: {"from", "to"}. A `*` in `from` stands for any part, and is put where `to` has a `*`.
    std::vector<std::pair<std::string, std::string>> rename{};
    /// Numbers are converted to this type, checked for range.
    std::optional<lade::dtype> type{};

    bool is_active() const { return !only.empty() || !rename.empty() || type.has_value(); }
};

/// The name that a rule gives, if it matches: `from` with at most one `*`.
inline std::optional<std::string> renamed(std::string_view name, std::string_view from,
                                          std::string_view to) {
    std::size_t const star = from.find('*');
    if (star == from.npos) return name == from ? std::optional(std::string(to)) : std::nullopt;
    std::string_view const before = from.substr(0, star), after = from.substr(star + 1);
    if (name.size() < before.size() + after.size() || !name.starts_with(before) ||
        !name.ends_with(after))
        return std::nullopt;
    std::string_view const middle =
        name.substr(before.size(), name.size() - before.size() - after.size());
    std::size_t const hole = to.find('*');
    if (hole == to.npos) return std::string(to);
    return std::string(to.substr(0, hole)).append(middle).append(to.substr(hole + 1));
}

/// A sink that passes on what an options struct lets through. The tensors become dense and stand
/// for themselves: storages and objects, which refer to all tensors by their old names, are left
/// behind.
class filtered final : public any_sink {
  public:
    filtered(any_sink& to, filter_options const& options) : to_(&to), options_(&options) {}

    bool wants_files() const override { return to_->wants_files(); }
    result<flow> take(tensor_info const& info, any_payload& bytes) override {
        if (!options_->only.empty() && !glob_match(options_->only, info.name)) return flow::more;
        tensor_info own = info;
        own.in = nullptr;
        std::string name;
        for (auto const& [from, to] : options_->rename)
            if (auto changed = renamed(info.name, from, to)) {
                name = *std::move(changed);
                own.name = name;
                break;
            }
        if (!options_->type || *options_->type == info.type || info.absent ||
            !is_castable(info.type))
            return to_->take(own, bytes);
        cast_payload converted(bytes, info.type, *options_->type);
        own.type = *options_->type;
        own.nbytes = converted.size();
        return to_->take(own, converted);
    }
    result<void> metadata(std::string_view key, std::string_view value) override {
        return to_->metadata(key, value);
    }
    result<void> part(content of, std::string_view name, bytes::view data) override {
        return to_->part(of, name, data);
    }
    result<void> graph(graph_summary const& of) override { return to_->graph(of); }
    void holds(contents parts) override { to_->holds(parts - contents(content::objects)); }

  private:
    any_sink* to_;
    filter_options const* options_;
};

}  // namespace lade::inline LADE_ABI
