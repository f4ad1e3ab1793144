// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/format/writer.hpp>
#include <lade/tensorflow/bundle_writer.hpp>
#include <lade/tensorflow/save_options.hpp>
#include <lade/tensorflow/state_file.hpp>

namespace lade::inline LADE_ABI::tensorflow {

namespace ids {
inline constexpr error_id objects_lost{
    "tensorflow.objects_lost", kind::mismatch,
    "a checkpoint holds tensors and the graph of TensorFlow's objects, no other objects",
    "drop them: lade::drop<lade::content::objects>, --drop objects on the command line"};
}  // namespace ids

/// The prefix that a path means: of `<prefix>.index` and `<prefix>.data-00000-of-00001` that before
/// the suffix.
constexpr std::string_view prefix_of(std::string_view name) {
    constexpr std::string_view suffix = ".index", data = ".data-00000-of-00001";
    if (name.size() > suffix.size() && name.ends_with(suffix)) name.remove_suffix(suffix.size());
    else if (name.size() > data.size() && name.substr(name.size() - data.size(), 6) == ".data-")
        name.remove_suffix(data.size());
    return name;
}

namespace detail {

/// Refuses what no checkpoint can hold. Errors: tensorflow.no_bytes, tensorflow.not_storable,
/// tensorflow.bad_name.
inline result<void> check_tensors(std::span<tensor_info const> of) {
    std::vector<std::string_view> names;
    names.reserve(of.size());
    for (tensor_info const& one : of) {
        if (one.absent || !has_bytes(one.type)) return fail(ids::no_bytes).in(one.name);
        if (!data_type_of(one.type)) return fail(ids::not_storable).in(one.name);
        if (one.name.empty()) return fail(ids::bad_name);
        names.push_back(one.name);
    }
    std::sort(names.begin(), names.end());
    if (auto const twice = std::adjacent_find(names.begin(), names.end()); twice != names.end())
        return fail(ids::bad_name).in(*twice);
    return {};
}

inline result<void> write_state_file(output_set& to, std::string const& prefix) {
    auto const state = to.sibling("checkpoint");
    if (!state) return state.error();
    any_output out = *state;
    return out.write(bytes::of(write_state({prefix, {prefix}, {}, 0})));
}

}  // namespace detail

/// Writes the files of a V2 checkpoint from tensors that are pushed: the data files with the
/// tensors in their order, and the index, which comes last. A tensor of strings is held in memory
/// while it is pushed, nothing else.
class bundle_pusher {
  public:
    /// `below`: the prefix is relative to the directory of the outputs, else it is a name in their
    /// folder. `of` and `to` must outlive the pusher. Errors: tensorflow.bad_name,
    /// tensorflow.not_storable, tensorflow.no_bytes, tensorflow.too_many_shards, those of the
    /// outputs.
    static result<bundle_pusher> start(output_set& to, bool below, std::string prefix,
                                       std::span<tensor_info const> of, save_options const& how) {
        if (auto const done = detail::check_tensors(of); !done) return done.error();
        auto plan = shard_plan::make(of, how);
        if (!plan) return plan.error();
        bundle_pusher made(to, below, std::move(prefix), of, *std::move(plan));
        if (auto const done = made.open_shard(0); !done) return done.error();
        return made;
    }

    /// Errors: save.wrong_byte_count, tensorflow.bad_pushed_strings, those of the output.
    result<void> push(bytes::view data) { return cutter_.push(data, *this); }
    /// Errors: save.wrong_byte_count, those of push.
    result<void> finish() {
        if (auto const done = cutter_.finish(*this); !done) return done;
        for (std::uint32_t next = open_ + 1; next < plan_.shards; ++next)
            if (auto const done = open_shard(next); !done) return done;
        auto const index = create(prefix_ + ".index");
        if (!index) return index.error();
        return index_->finish(*index);
    }

    // For the cutter.
    result<void> begin(std::size_t number) {
        tensor_info const& next = of_[number];
        while (open_ < plan_.of[number])
            if (auto const done = open_shard(open_ + 1); !done) return done;
        strings_.clear();
        return next.type == dtype::string ? result<void>{}
                                          : shard_->begin(next.name, next.type, next.shape);
    }
    result<void> write(std::size_t number, bytes::view part) {
        if (of_[number].type != dtype::string) return shard_->write(part);
        strings_.insert(strings_.end(), part.begin(), part.end());
        return {};
    }
    result<void> end(std::size_t number) {
        tensor_info const& of = of_[number];
        if (of.type != dtype::string) return shard_->end();
        auto const texts = pushed_strings(of, strings_);
        if (!texts) return texts.error();
        return shard_->add_strings(of.name, of.shape, *texts);
    }

  private:
    bundle_pusher(output_set& to, bool below, std::string prefix, std::span<tensor_info const> of,
                  shard_plan plan)
        : to_(&to),
          below_(below),
          prefix_(std::move(prefix)),
          of_(of),
          plan_(std::move(plan)),
          cutter_(of),
          index_(std::make_unique<bundle_index>(plan_.shards)) {}

    result<any_output> create(std::string_view name) {
        return below_ ? to_->below(name) : to_->sibling(name);
    }
    result<void> open_shard(std::uint32_t number) {
        auto const data = create(shard_name(prefix_, number, plan_.shards));
        if (!data) return data.error();
        shard_.emplace(*index_, number, *data);
        open_ = number;
        return {};
    }

    output_set* to_;
    bool below_;
    std::string prefix_;
    std::span<tensor_info const> of_;
    shard_plan plan_;
    push_cutter cutter_;
    std::unique_ptr<bundle_index> index_;
    std::optional<bundle_shard> shard_;
    std::uint32_t open_ = 0;  ///< number of `shard_`
    std::vector<std::byte> strings_;
};

/// Writes a V2 checkpoint: `<prefix>.data-00000-of-00001` (or of as many as asked), and
/// `<prefix>.index`, which appears last.
class checkpoint_writer {
  public:
    /// Errors: save.no_folder, tensorflow.objects_lost, those of bundle_pusher.
    static result<checkpoint_writer> start(output_set& to, listing const& of,
                                           save_options const& how) {
        if (!of.objects.empty()) return fail(ids::objects_lost);
        std::string prefix(prefix_of(to.where().name()));
        auto files = bundle_pusher::start(to, false, prefix, of.tensors.rows(), how);
        if (!files) return files.error();
        checkpoint_writer made{*std::move(files)};
        made.to_ = &to;
        if (how.state_file) made.told_ = std::move(prefix);
        return made;
    }

    /// Errors: those of bundle_pusher.
    result<void> push(bytes::view data) { return files_.push(data); }
    result<void> finish() {
        if (auto const done = files_.finish(); !done || told_.empty()) return done;
        return detail::write_state_file(*to_, told_);
    }

  private:
    explicit checkpoint_writer(bundle_pusher files) : files_(std::move(files)) {}

    output_set* to_ = nullptr;
    std::string told_;  ///< the prefix for the state file; empty: none is written
    bundle_pusher files_;
};

}  // namespace lade::inline LADE_ABI::tensorflow
