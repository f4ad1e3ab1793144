// SPDX-License-Identifier: BSL-1.0
#include "files.hpp"

#include "overlaid.hpp"
#include "watched.hpp"

#include <lade/lade.hpp>

#include <cstdio>

namespace tool {

namespace {

constexpr lade::error_id unknown_target{"convert.unknown_format", lade::kind::mismatch,
                                        "there is no such format to write",
                                        "`lade help convert` lists the formats"};

/// Standard input has no size before its end.
std::vector<std::byte> read_input() {
    std::vector<std::byte> all;
    std::byte block[1 << 16];
    while (auto const got = std::fread(block, 1, sizeof block, stdin))
        all.insert(all.end(), block, block + got);
    return all;
}

template <class Format>
lade::save_options_of<Format> options_for(write_options const& from) {
    lade::save_options_of<Format> to{};
    if constexpr (requires { to.shard_size; }) to.shard_size = from.shard_size;
    if constexpr (requires { to.compact; }) to.compact = from.compact;
    return to;
}

template <class Visit>
void each_target(Visit&& visit) {
    lade::all_formats::any([&]<class Format>() {
        if constexpr (lade::writable<Format>) visit.template operator()<Format>();
        return false;
    });
}

}  // namespace

result<std::unique_ptr<model_file>> model_file::open(std::string const& name) {
    auto made = std::make_unique<model_file>();
    made->name_ = name;
    if (name == "-") {
        made->input_ = read_input();
        made->memory_ = std::make_unique<lade::memory>(lade::bytes::view(made->input_));
        auto file = lade::opened::over(*made->memory_, name);
        if (!file) return file.error();
        made->file_ = *std::move(file);
    } else {
        auto file = lade::opened::at(name);
        if (!file) return file.error();
        made->file_ = *std::move(file);
    }
    return made;
}

result<std::string> model_file::find_format() {
    struct : lade::any_sink {
        result<lade::flow> take(lade::tensor_info const&, lade::any_payload&) override {
            return lade::flow::enough;
        }
    } nothing;
    if (auto const done = read(nothing); !done) return done.error();
    return format_;
}

result<lade::flow> model_file::read(lade::any_sink& to) {
    return lade::with_format_of<lade::flow, lade::all_formats>(
               *file_,
               [&]<class Format>() {
                   format_ = lade::trait<Format>::name;
                   return lade::read<Format>(*file_, to, lade::options_of<Format>{});
               })
        .in(name_);
}

result<lade::flow> model_file::read(lade::any_sink& to, lade::filter_options const& filter) {
    if (!filter.is_active()) return read(to);
    lade::filtered through(to, filter);
    return read(through);
}

std::vector<target_format> const& target_formats() {
    static std::vector<target_format> const all = [] {
        std::vector<target_format> found;
        each_target([&]<class Format>() {
            target_format one{lade::trait<Format>::name, {}};
            if constexpr (requires { lade::format_traits<Format>::extensions; })
                for (std::string_view const suffix : lade::format_traits<Format>::extensions)
                    one.extensions.push_back(suffix);
            found.push_back(one);
        });
        return found;
    }();
    return all;
}

bool is_target(std::string_view format) {
    auto const& all = target_formats();
    return std::any_of(all.begin(), all.end(), [&](auto const& one) { return one.name == format; });
}

result<conversion> convert(model_file& in, lade::filter_options const& filter,
                           std::string const& out, std::string_view format,
                           write_options const& options) {
    result<void> done = lade::fail(unknown_target).in(format);
    bool tried = false;
    lade::model arranged;  // as the caller asked for
    if (options.layout == "torch") {
        auto loaded = lade::try_load(lade::path(in.name()));
        if (!loaded) return loaded.error();
        auto made = lade::keras::to_torch(lade::keras::model(*std::move(loaded)));
        if (!made) return made.error().in(in.name());
        arranged = *std::move(made);
    }
    auto const give_in = [&](lade::any_sink& sink) -> result<lade::flow> {
        if (options.layout.empty()) return in.read(sink, filter);
        if (!filter.is_active()) return lade::give(arranged, sink);
        lade::filtered through(sink, filter);
        return lade::give(arranged, through);
    };
    conversion told;
    lade::model values;
    std::unique_ptr<model_file> like;
    if (!options.like.empty()) {
        auto opened = model_file::open(options.like);
        if (!opened) return opened.error();
        like = *std::move(opened);
        lade::loader keep(values);
        if (auto const read = give_in(keep); !read) return read.error();
        values.seal();
    }
    auto const give_to = [&](lade::any_sink& sink) -> result<lade::flow> {
        if (like == nullptr) return give_in(sink);
        overlaid with_values(sink, values.weights());
        auto const read = like->read(with_values);
        if (!read) return read;
        if (auto const all = with_values.complete(); !all) return all.error().in(options.like);
        told.replaced = with_values.replaced();
        told.kept = with_values.kept();
        return read;
    };
    each_target([&]<class Format>() {
        if (tried || lade::trait<Format>::name != format) return;
        // two formats of this name: one file, or several
        if constexpr (std::is_same_v<Format, lade::safetensors::sharded>) {
            if (options.shard_size == 0) return;
        } else if constexpr (std::is_same_v<Format, lade::safetensors::file>) {
            if (options.shard_size != 0) return;
        }
        tried = true;
        lade::output_set to{lade::path(out)};
        progress shown(out, in.size());
        done = lade::detail::write<Format>(
            to,
            [&](lade::any_sink& sink) {
                watched through(sink, shown);
                return give_to(through);
            },
            options_for<Format>(options), options.dropped, options.tacit, &told.left_out);
    });
    if (!done) return done.error();
    return told;
}

}  // namespace tool
