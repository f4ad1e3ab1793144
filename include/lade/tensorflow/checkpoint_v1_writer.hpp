// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/tensorflow/checkpoint_writer.hpp>
#include <lade/tensorflow/v1_writer.hpp>

namespace lade::inline LADE_ABI::tensorflow {

/// Types that a V1 checkpoint can hold.
inline constexpr dtype_set storable_v1_dtypes = [] {
    dtype_set set;
    for (auto const& row : detail::data_types)
        if (values_of(row.type)) set.bits |= dtype_set{row.type}.bits;
    return set;
}();

/// Writes a V1 checkpoint: one table at the path itself, or `<path>-00000-of-00002` and so on.
/// Holds the tensors of a shard in memory until it is complete, for its table begins with a
/// directory.
class checkpoint_v1_writer {
  public:
    /// Errors: save.no_folder (several shards), tensorflow.bad_name, tensorflow.not_storable,
    /// tensorflow.no_bytes, tensorflow.too_many_shards, those of the outputs.
    static result<checkpoint_v1_writer> start(output_set& to, listing const& of,
                                              save_options const& how) {
        std::span<tensor_info const> const rows = of.tensors.rows();
        if (auto const done = detail::check_tensors(rows); !done) return done.error();
        auto plan = shard_plan::make(rows, how);
        if (!plan) return plan.error();
        checkpoint_v1_writer made(to, rows, *std::move(plan));
        made.tell_ = how.state_file;
        return made;
    }

    /// Errors: save.wrong_byte_count, tensorflow.bad_pushed_strings, tensorflow.v1_not_storable,
    /// those of the output.
    result<void> push(bytes::view data) { return cutter_.push(data, *this); }
    result<void> finish() {
        if (auto const done = cutter_.finish(*this); !done) return done;
        for (; open_ < plan_.shards; ++open_)
            if (auto const done = write_shard(); !done) return done;
        if (!tell_) return {};
        std::string name(to_->where().name());
        if (plan_.shards > 1) name = shard_of(name, plan_.shards);
        return detail::write_state_file(*to_, name);
    }

    // For the cutter.
    result<void> begin(std::size_t number) {
        value_.clear();
        for (; open_ < plan_.of[number]; ++open_)
            if (auto const done = write_shard(); !done) return done;
        return {};
    }
    result<void> write(std::size_t, bytes::view part) {
        value_.insert(value_.end(), part.begin(), part.end());
        return {};
    }
    result<void> end(std::size_t number) {
        tensor_info const& of = of_[number];
        if (of.type != dtype::string) return table_.add(of.name, of.type, of.shape, value_);
        auto const texts = pushed_strings(of, value_);
        if (!texts) return texts.error();
        return table_.add_strings(of.name, of.shape, *texts);
    }

  private:
    checkpoint_v1_writer(output_set& to, std::span<tensor_info const> of, shard_plan plan)
        : to_(&to), of_(of), plan_(std::move(plan)), cutter_(of) {}

    /// "model.ckpt-?????-of-00002", which TensorFlow takes for all shards.
    static std::string shard_of(std::string_view name, std::uint32_t shards) {
        std::string made = shard_name(name, 0, shards);
        made.erase(name.size(), std::string_view(".data").size());
        made.replace(name.size() + 1, 5, "?????");
        return made;
    }
    result<void> write_shard() {
        std::string name(to_->where().name());
        if (plan_.shards > 1) {
            std::size_t const stem = name.size();
            name = shard_name(name, open_, plan_.shards);
            name.erase(stem, std::string_view(".data").size());
        }
        auto const out = plan_.shards > 1 ? to_->sibling(name) : to_->file();
        if (!out) return out.error();
        v1_writer done = std::exchange(table_, {});
        return done.finish(*out);
    }

    output_set* to_;
    std::span<tensor_info const> of_;
    shard_plan plan_;
    push_cutter cutter_;
    bool tell_ = false;
    std::uint32_t open_ = 0;  ///< the shard that is being filled
    v1_writer table_;
    std::vector<std::byte> value_;
};

}  // namespace lade::inline LADE_ABI::tensorflow
