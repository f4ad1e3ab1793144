// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/io/output_set.hpp>
#include <lade/tensorflow/latest_checkpoint.hpp>
#include <lade/tensorflow/place.hpp>
#include <lade/tensorflow/tags.hpp>

#include <cstdio>
#include <ctime>
#include <optional>
#include <string>
#include <vector>

/// A series of checkpoints in one folder, as tf.train.Saver keeps it: numbered by the step of the
/// training, listed in the state file `checkpoint`, the old ones removed.
/// tensorflow/python/training/saver.py.
namespace lade::inline LADE_ABI::tensorflow {

struct saver_options {
    std::size_t max_to_keep = 5;  ///< 0: all
    /// Of those that would be removed, one for each so many hours stays.
    double keep_every_n_hours = 10'000;
    std::string state_name{"checkpoint"};
};

struct saver_step {
    std::optional<std::int64_t> global_step{};  ///< "model.ckpt-1000"; none: "model.ckpt"
    bytes::view meta_graph{};                   ///< a MetaGraphDef, written beside it as `.meta`
    double now = 0;                             ///< seconds since 1970; 0: what the clock says
};

/// The number behind the last `-` of a checkpoint's name; none: it has none.
constexpr std::optional<std::int64_t> step_of(std::string_view prefix) {
    std::size_t const dash = prefix.rfind('-');
    if (dash == prefix.npos || dash + 1 == prefix.size() || prefix.size() - dash > 19)
        return std::nullopt;
    std::int64_t step = 0;
    for (char const c : prefix.substr(dash + 1)) {
        if (c < '0' || c > '9') return std::nullopt;
        step = step * 10 + (c - '0');
    }
    return step;
}

/// The latest checkpoint of a folder, as a path that every verb takes. Errors: those of
/// latest_checkpoint(file_set&).
inline result<path> latest_checkpoint(path const& folder) {
    auto files = file_set::open(folder);
    if (!files) return files.error();
    auto const name = latest_checkpoint(*files);
    if (!name) return name.error();
    return folder / *name;
}

namespace detail {

/// Found when a value is known: `try_save` of the library, which knows this room.
template <class Value>
result<void> save_checkpoint(path const& at, Value const& value) {
    return try_save<checkpoint>(at, value);
}

inline double seconds_now() { return static_cast<double>(std::time(nullptr)); }

/// Removes a checkpoint of either version and its graph. What is not there is no error.
inline void remove_checkpoint(path const& prefix) {
    std::remove((prefix.string() + ".index").c_str());
    std::string const name(prefix.name());
    for (auto const& one : io::names_in(path(prefix.folder())))
        if (prefix_of_data(one) == name) std::remove(prefix.sibling(one).c_str());
    std::remove((prefix.string() + ".meta").c_str());
    if (io::what_is(prefix) == io::entry::file) std::remove(prefix.c_str());
}

}  // namespace detail

class saver {
  public:
    explicit saver(saver_options options = {}) : options_(std::move(options)) {}

    /// Saves a value (lade::model, lade::weights, a bound struct) as the checkpoint
    /// `<prefix>-<step>`, tells the state file of it, and removes what is too old. Gives the path
    /// of the checkpoint. Errors: those of save<checkpoint>; those of the state file's output.
    template <class Value>
    result<path> save(path const& prefix, Value const& value, saver_step const& how = {}) {
        std::string name = prefix.string();
        if (how.global_step) name += '-' + std::to_string(*how.global_step);
        path const at(name);
        if (auto const done = detail::save_checkpoint(at, value); !done) return done.error();
        if (!how.meta_graph.empty())
            if (auto const done = write(name + ".meta", how.meta_graph); !done) return done.error();
        if (auto const done = tell(at, how.now != 0 ? how.now : detail::seconds_now()); !done)
            return done.error();
        return at;
    }

    /// Goes on with the series of a folder, as after a restart: what the state file lists counts as
    /// saved by this object. Errors: those of read_state; a folder without a state file is none.
    result<void> recover(path const& folder) {
        auto files = file_set::open(folder);
        if (!files) return files.error();
        if (!files->has_sibling(options_.state_name)) return {};
        auto const state = read_state(*files, options_.state_name);
        if (!state) return state.error();
        kept_.clear();
        for (std::size_t i = 0; i < state->all.size(); ++i) {
            std::string_view const local = local_prefix(state->all[i]);
            if (local.empty()) continue;
            double const time = i < state->timestamps.size() ? state->timestamps[i] : 0;
            kept_.push_back({std::string(local), time});
        }
        last_preserved_ = state->last_preserved;
        return {};
    }

    /// Names of the checkpoints that are kept, relative to their folder, oldest first.
    std::vector<std::string> last_checkpoints() const {
        std::vector<std::string> names;
        for (auto const& one : kept_) names.push_back(one.name);
        return names;
    }

  private:
    struct saved {
        std::string name;
        double time;
    };

    static result<void> write(path const& at, bytes::view data) {
        output_set to(at);
        auto out = to.file();
        if (!out) return out.error();
        if (auto const done = out->write(data); !done) return done;
        return to.commit();
    }

    result<void> tell(path const& at, double now) {
        std::string const name(at.name());
        if (last_preserved_ == 0) last_preserved_ = now;
        for (auto one = kept_.begin(); one != kept_.end();)
            one = one->name == name ? kept_.erase(one) : one + 1;
        kept_.push_back({name, now});
        std::vector<std::string> gone;
        while (options_.max_to_keep != 0 && kept_.size() > options_.max_to_keep) {
            saved const oldest = kept_.front();
            kept_.erase(kept_.begin());
            double const hours = options_.keep_every_n_hours * 3600;
            if (oldest.time > last_preserved_ + hours) last_preserved_ += hours;
            else gone.push_back(oldest.name);
        }
        checkpoint_state state;
        state.latest = name;
        for (auto const& one : kept_) {
            state.all.push_back(one.name);
            state.timestamps.push_back(one.time);
        }
        state.last_preserved = last_preserved_;
        // the state file first: it must not name what is gone
        if (auto const done = write(at.sibling(options_.state_name), bytes::of(write_state(state)));
            !done)
            return done;
        for (auto const& one : gone) detail::remove_checkpoint(at.sibling(one));
        return {};
    }

    saver_options options_;
    std::vector<saved> kept_;
    double last_preserved_ = 0;
};

}  // namespace lade::inline LADE_ABI::tensorflow
