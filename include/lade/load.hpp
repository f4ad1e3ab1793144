// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/glob.hpp>
#include <lade/inspect.hpp>
#include <lade/io/large_pages.hpp>
#include <lade/model/model.hpp>
#include <lade/model/strides.hpp>

namespace lade::inline LADE_ABI {

/// A sink that keeps everything: tensors in memory that the model owns.
class loader final : public any_sink {
  public:
    /// `only`: a glob; tensors whose names do not match are passed over, and with them the objects
    /// that refer to them.
    explicit loader(model& to, std::string_view only = {})
        : to_(&to), only_(only), about_(to.about(), true, true) {}

    /// Shared storages are read once, and tensors lie in them as they did; one that is not
    /// contiguous gets a dense copy.
    bool wants_storages() const override { return only_.empty(); }
    bool wants_objects() const override { return only_.empty(); }
    bool wants_files() const override { return only_.empty(); }
    result<void> storages(std::span<std::uint64_t const> sizes) override {
        if (!only_.empty()) return {};
        // one block for all: many storages of middling size fill large pages together
        std::uint64_t all = 0;
        for (std::uint64_t one : sizes) {
            auto const sum = bytes::sum(all, bytes::aligned(one, block::alignment));
            if (!sum) return fail(ids::out_of_memory);
            all = *sum;
        }
        auto const memory = to_->take(all, io::use_large_pages);
        if (!memory) return memory.error();
        std::uint64_t at = 0;
        for (std::uint64_t one : sizes) {
            to_->storages().push_back(
                memory->subspan(static_cast<std::size_t>(at), static_cast<std::size_t>(one)));
            at += bytes::aligned(one, block::alignment);
        }
        return {};
    }
    result<void> storage(std::uint64_t number, any_payload& bytes) override {
        return bytes.read(0, to_->storages()[static_cast<std::size_t>(number)]);
    }

    result<flow> take(tensor_info const& info, any_payload& bytes) override {
        if (!only_.empty() && !glob_match(only_, info.name)) return flow::more;
        if (only_.empty() && info.in != nullptr) return place_in_storage(info, bytes);
        tensor_info own = info;
        own.in = nullptr;
        if (info.absent) {
            to_->place(own, {});
            return flow::more;
        }
        auto const memory = read_all(bytes);
        if (!memory) return memory.error().in(info.name);
        to_->place(own, *memory);
        return flow::more;
    }

    result<void> metadata(std::string_view key, std::string_view value) override {
        return about_.metadata(key, value);
    }
    result<void> part(content of, std::string_view name, bytes::view data) override {
        return about_.part(of, name, data);
    }
    result<void> graph(graph_summary const& of) override { return about_.graph(of); }
    result<void> objects(values&& tree) override { return about_.objects(std::move(tree)); }
    void holds(contents parts) override {
        about_.holds(parts - (only_.empty() ? contents{} : contents(content::objects)));
    }

  private:
    result<std::span<std::byte>> read_all(any_payload& from) {
        if (auto const done = from.granted(); !done) return done.error();
        std::uint64_t const size = from.size();
        auto const memory = to_->take(size, io::use_large_pages);
        if (!memory) return memory.error();
        if (auto const done = from.read(0, *memory); !done) return done.error();
        return *memory;
    }

    result<flow> place_in_storage(tensor_info const& info, any_payload& bytes) {
        auto const whole = to_->storages()[static_cast<std::size_t>(info.in->storage)];
        if (is_dense(info.shape, info.in->strides)) {
            std::uint64_t const begin =
                info.nbytes == 0 ? 0 : info.in->offset * bits_of(info.type) / 8;
            to_->place(info, whole.subspan(static_cast<std::size_t>(begin),
                                           static_cast<std::size_t>(info.nbytes)));
            return flow::more;
        }
        auto const memory = read_all(bytes);
        if (!memory) return memory.error().in(info.name);
        to_->place(info, *memory);
        return flow::more;
    }

    model* to_;
    std::string_view only_;
    lister about_;
};

/// How any file is loaded.
struct load_options {
    /// A glob of names; everything if empty.
    std::string_view only{};
};

namespace detail {

template <class Format>
struct stated_value {
    using type = model;
};
template <class Format>
    requires requires { typename format_traits<Format>::value_type; }
struct stated_value<Format> {
    using type = typename format_traits<Format>::value_type;
};

template <class Format>
result<model> load_as(opened& file, options_of<Format> const& with, std::string_view only) {
    model made;
    made.about().format = trait<Format>::name;
    loader sink(made, only);
    if (auto const done = read<Format>(file, sink, with); !done)
        return done.error().in(file.name());
    made.seal();
    if (!made.metadata().empty()) made.about().holds |= content::metadata;
    return made;
}

}  // namespace detail

/// What a load of the format gives: lade::model, or a type of the format's own.
template <class Format>
using value_of = typename detail::stated_value<Format>::type;

/// Loads a file of a format found from its content, into memory that the model owns. `where`: a
/// path, bytes in memory, or a source. Errors: those of detection, of the format, of the operating
/// system; memory.exhausted.
template <format_choice List = all_formats, where Where>
    requires(!format<List>)
result<model> try_load(Where const& at, load_options const& options = {}) {
    auto const file = open_at(at);
    if (!file) return file.error();
    auto outcome = with_format_of<model, List>(**file, [&]<class Format>() {
        return detail::load_as<Format>(**file, options_of<Format>{}, options.only);
    });
    if (!outcome && outcome.error().where.empty()) return outcome.error().in((*file)->name());
    return outcome;
}
/// Loads a file of the format that is named. Errors: those of the format, of the operating system;
/// memory.exhausted.
template <format Format, where Where>
result<value_of<Format>> try_load(Where const& at, options_of<Format> const& options = {}) {
    auto const file = open_at(at);
    if (!file) return file.error();
    auto loaded = detail::load_as<Format>(**file, options, {});
    if (!loaded) return loaded.error();
    return value_of<Format>(*std::move(loaded));
}
#if LADE_EXCEPTIONS
/// `try_load`, its errors thrown.
template <format_choice List = all_formats, where Where>
    requires(!format<List>)
model load(Where const& at, load_options const& options = {}) {
    return value_or_throw(try_load<List>(at, options));
}
template <format Format, where Where>
value_of<Format> load(Where const& at, options_of<Format> const& options = {}) {
    return value_or_throw(try_load<Format>(at, options));
}
#endif

}  // namespace lade::inline LADE_ABI
