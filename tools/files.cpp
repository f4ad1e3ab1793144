// SPDX-License-Identifier: BSL-1.0
#include "files.hpp"
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

result<void> convert(model_file& in, lade::filter_options const& filter, std::string const& out,
                     std::string_view format, write_options const& options) {
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
    auto const give_to = [&](lade::any_sink& sink) -> result<lade::flow> {
        if (options.layout.empty()) return in.read(sink, filter);
        if (!filter.is_active()) return lade::give(arranged, sink);
        lade::filtered through(sink, filter);
        return lade::give(arranged, through);
    };
    each_target([&]<class Format>() {
        if (tried || lade::trait<Format>::name != format) return;
        bool const wants_shards = options.shard_size != 0;
        constexpr bool makes_shards = requires(lade::save_options_of<Format> to) { to.shard_size; };
        if constexpr (lade::trait<Format>::shape == lade::file_shape::set && makes_shards) {
            if (!wants_shards) return;  // the format of one file has the same name
        } else if constexpr (!makes_shards) {
            if (wants_shards && format == "safetensors") return;
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
            options_for<Format>(options), options.dropped);
    });
    return done;
}

}  // namespace tool
