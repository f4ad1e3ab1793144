// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/format/writer.hpp>
#include <lade/tensorflow/bundle_writer.hpp>
#include <lade/tensorflow/state_file.hpp>

namespace lade::inline LADE_ABI::tensorflow {

namespace ids {
inline constexpr error_id objects_lost{
    "tensorflow.objects_lost", kind::mismatch,
    "a checkpoint holds tensors and the graph of TensorFlow's objects, no other objects",
    "drop them: lade::drop<lade::content::objects>, --drop objects on the command line"};
inline constexpr error_id bad_pushed_strings{
    "tensorflow.bad_pushed_strings", kind::mismatch,
    "the lengths of pushed strings contradict their number and size"};
}  // namespace ids

/// What a save can be told.
struct save_options {
    /// Write the state file `checkpoint` too, so that tf.train.latest_checkpoint finds the prefix.
    /// One that stands there is replaced; `saver` keeps what it tells of older checkpoints.
    bool state_file = false;
};

/// Types that a checkpoint can hold.
inline constexpr dtype_set storable_dtypes = [] {
    dtype_set set;
    for (auto const& row : detail::data_types)
        if (has_bytes(row.type)) set.bits |= dtype_set{row.type}.bits;
    return set;
}();

/// The prefix that a path means: of `<prefix>.index` that before the suffix.
constexpr std::string_view prefix_of(std::string_view name) {
    constexpr std::string_view suffix = ".index";
    if (name.size() > suffix.size() && name.ends_with(suffix)) name.remove_suffix(suffix.size());
    return name;
}

/// Writes a V2 checkpoint: `<prefix>.data-00000-of-00001` with the tensors in the order of the
/// listing, and `<prefix>.index`, which appears last. A tensor of strings is held in memory while
/// it is pushed, nothing else.
class checkpoint_writer {
  public:
    /// Errors: save.no_folder, tensorflow.bad_name, tensorflow.not_storable, tensorflow.no_bytes
    /// (absent), tensorflow.objects_lost, those of the outputs.
    static result<checkpoint_writer> start(output_set& to, listing const& of,
                                           save_options const& how) {
        if (!of.objects.empty()) return fail(ids::objects_lost);
        std::vector<std::string_view> names;
        names.reserve(of.tensors.size());
        for (tensor_info const& one : of.tensors) {
            if (one.absent || !has_bytes(one.type)) return fail(ids::no_bytes).in(one.name);
            if (!data_type_of(one.type)) return fail(ids::not_storable).in(one.name);
            if (one.name.empty()) return fail(ids::bad_name);
            names.push_back(one.name);
        }
        std::sort(names.begin(), names.end());
        if (auto const twice = std::adjacent_find(names.begin(), names.end()); twice != names.end())
            return fail(ids::bad_name).in(*twice);
        checkpoint_writer made(to, of, how);
        auto const data = to.sibling(shard_name(made.prefix_, 0, 1));
        if (!data) return data.error();
        made.shard_.emplace(*made.index_, 0, *data);
        return made;
    }

    /// Errors: save.wrong_byte_count, tensorflow.bad_pushed_strings, those of the output.
    result<void> push(bytes::view data) {
        while (!data.empty()) {
            if (auto const done = advance(); !done) return done;
            if (!begun_) return fail(lade::ids::wrong_byte_count, error::nowhere, 0, data.size());
            auto const part =
                data.first(static_cast<std::size_t>((std::min<std::uint64_t>)(left_, data.size())));
            data = data.subspan(part.size());
            left_ -= part.size();
            if (type() == dtype::string) strings_.insert(strings_.end(), part.begin(), part.end());
            else if (auto const done = shard_->write(part); !done) return done;
        }
        return {};
    }

    /// Errors: save.wrong_byte_count, those of push.
    result<void> finish() {
        if (auto const done = advance(); !done) return done;
        if (begun_) return fail(lade::ids::wrong_byte_count, error::nowhere, left_, 0);
        auto const index = to_->sibling(prefix_ + ".index");
        if (!index) return index.error();
        if (auto const done = index_->finish(*index); !done) return done;
        if (!how_.state_file) return {};
        auto const state = to_->sibling("checkpoint");
        if (!state) return state.error();
        any_output out = *state;
        return out.write(bytes::of(write_state({prefix_, {prefix_}, {}, 0})));
    }

  private:
    checkpoint_writer(output_set& to, listing const& of, save_options const& how)
        : to_(&to),
          of_(&of),
          how_(how),
          prefix_(prefix_of(to.where().name())),
          index_(std::make_unique<bundle_index>()) {}

    dtype type() const { return of_->tensors[number_].type; }

    /// Ends the tensor whose bytes are all there, and begins the next one that has any.
    result<void> advance() {
        while (left_ == 0) {
            if (begun_) {
                if (auto const done = end(); !done) return done;
                begun_ = false;
                ++number_;
            }
            if (number_ == of_->tensors.size()) return {};
            tensor_info const& next = of_->tensors[number_];
            begun_ = true;
            left_ = next.nbytes;
            if (next.type == dtype::string) {
                auto const count = bytes::product(next.shape);
                auto const words = count ? bytes::product(*count, 8) : std::nullopt;
                auto const all = words ? bytes::sum(*words, next.nbytes) : std::nullopt;
                if (!all) return fail(ids::wrong_bytes).in(next.name);
                left_ = *all;
                strings_.clear();
            } else if (auto const done = shard_->begin(next.name, next.type, next.shape); !done) {
                return done;
            }
        }
        return {};
    }
    result<void> end() {
        if (type() != dtype::string) return shard_->end();
        tensor_info const& of = of_->tensors[number_];
        std::uint64_t const count = *bytes::product(of.shape);
        std::vector<std::string_view> texts;
        texts.reserve(static_cast<std::size_t>(count));
        bytes::cursor from{strings_};
        for (std::uint64_t i = 0; i < count; ++i) {
            std::uint64_t const length = from.number<std::uint64_t>();
            texts.push_back(bytes::text(from.bytes(length)));
        }
        if (!from || !from.done()) return fail(ids::bad_pushed_strings).in(of.name);
        return shard_->add_strings(of.name, of.shape, texts);
    }

    output_set* to_;
    listing const* of_;
    save_options how_;
    std::string prefix_;
    std::unique_ptr<bundle_index> index_;
    std::optional<bundle_shard> shard_;
    std::size_t number_ = 0;  ///< of the tensor that is being pushed
    bool begun_ = false;
    std::uint64_t left_ = 0;
    std::vector<std::byte> strings_;
};

}  // namespace lade::inline LADE_ABI::tensorflow
