// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/exception.hpp>
#include <lade/formats.hpp>
#include <lade/model/listing.hpp>
#include <lade/where.hpp>

namespace lade::inline LADE_ABI {

/// A sink that keeps all of a file but the bytes of its tensors.
class lister final : public any_sink {
  public:
    /// `with_objects`: the values of pickles as well, which takes time; `with_files`: what stands
    /// beside a file, whole.
    explicit lister(listing& to, bool with_objects = false, bool with_files = false)
        : to_(&to), with_objects_(with_objects), with_files_(with_files) {}

    result<flow> take(tensor_info const& info, any_payload&) override {
        to_->tensors.add(info);
        return flow::more;
    }
    bool wants_files() const override { return with_files_; }
    void expect(std::size_t tensors) override { to_->tensors.reserve(tensors); }
    result<void> storages(std::span<std::uint64_t const> sizes) override {
        to_->storages.assign(sizes.begin(), sizes.end());
        return {};
    }
    result<void> metadata(std::string_view key, std::string_view value) override {
        to_->metadata.push_back({std::string(key), std::string(value)});
        return {};
    }
    result<void> part(content of, std::string_view name, bytes::view data) override {
        to_->parts.push_back({of, std::string(name), std::string(bytes::text(data))});
        return {};
    }
    result<void> graph(graph_summary const& of) override {
        to_->graph = of;
        return {};
    }
    bool wants_objects() const override { return with_objects_; }
    result<void> objects(values&& tree) override {
        to_->objects = std::move(tree);
        return {};
    }
    void holds(contents parts) override { to_->holds |= parts; }

  private:
    listing* to_;
    bool with_objects_, with_files_;
};

/// How a file is looked at.
struct inspect_options {
    /// Build the values of pickles (`listing::objects`).
    bool objects = false;
};

namespace detail {

inline void settle(listing& of) {
    if (!of.tensors.empty()) of.holds |= content::weights;
    if (!of.metadata.empty()) of.holds |= content::metadata;
}

}  // namespace detail

/// What a file holds: names, types, shapes, metadata; no byte of a tensor is read. `where`: a path,
/// bytes in memory, or a source. Without a format it is found from the content. Errors: those of
/// detection, of the format, of the operating system.
template <format_choice Choice = all_formats>
result<listing> try_inspect(opened& file, inspect_options const& options = {}) {
    auto outcome = with_format_of<listing, typename detail::as_list<Choice>::type>(
        file, [&]<class Format>() -> result<listing> {
            listing found;
            found.format = trait<Format>::name;
            lister sink(found, options.objects);
            if (auto const done = read<Format>(file, sink, options_of<Format>{}); !done)
                return done.error();
            detail::settle(found);
            return found;
        });
    if (!outcome) return outcome.error().in(file.name());
    return outcome;
}
template <format_choice Choice = all_formats, where Where>
result<listing> try_inspect(Where const& at, inspect_options const& options = {}) {
    auto const file = open_at(at);
    if (!file) return file.error();
    return try_inspect<Choice>(**file, options);
}
#if LADE_EXCEPTIONS
/// `try_inspect`, its errors thrown.
template <format_choice Choice = all_formats, where Where>
listing inspect(Where const& at, inspect_options const& options = {}) {
    return value_or_throw(try_inspect<Choice>(at, options));
}
#endif

}  // namespace lade::inline LADE_ABI
