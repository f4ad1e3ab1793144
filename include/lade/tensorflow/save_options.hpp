// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/result.hpp>
#include <lade/bytes/checked.hpp>
#include <lade/format/traits.hpp>
#include <lade/tensorflow/data_type.hpp>
#include <lade/tensorflow/pushed_tensors.hpp>

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace lade::inline LADE_ABI::tensorflow {

namespace ids {
inline constexpr error_id too_many_shards{"tensorflow.too_many_shards", kind::mismatch,
                                          "a checkpoint has at most 99999 shards, for their names "
                                          "have five digits"};
}  // namespace ids

/// What a save of a checkpoint can be told.
struct save_options {
    /// Write the state file `checkpoint` too, so that tf.train.latest_checkpoint finds the prefix.
    /// One that stands there is replaced; `saver` keeps what it tells of older checkpoints.
    bool state_file = false;
    /// Data files among which the tensors are spread, in their order and about evenly.
    std::uint32_t shards = 1;
    /// If not 0: instead as many data files as it takes for each to hold at most so many bytes of
    /// elements. A larger tensor has one for itself.
    std::uint64_t shard_size = 0;
};

/// Types that a checkpoint can hold.
inline constexpr dtype_set storable_dtypes = [] {
    dtype_set set;
    for (auto const& row : detail::data_types)
        if (has_bytes(row.type)) set.bits |= dtype_set{row.type}.bits;
    return set;
}();

/// The shard of each tensor, and their number. Errors: tensorflow.too_many_shards (found),
/// save.wrong_byte_count (sizes that no file has).
struct shard_plan {
    std::vector<std::uint32_t> of;
    std::uint32_t shards = 1;

    static result<shard_plan> make(std::span<tensor_info const> tensors, save_options const& how) {
        shard_plan made;
        if (how.shards > most) return fail(ids::too_many_shards, error::nowhere, most, how.shards);
        std::uint64_t all = 0;
        for (auto const& one : tensors) {
            auto const size = pushed_bytes(one);
            auto const sum = size ? bytes::sum(all, *size) : std::nullopt;
            if (!sum) return fail(lade::ids::wrong_byte_count).in(one.name);
            all = *sum;
        }
        made.shards = (std::max)(how.shards, 1U);
        std::uint64_t const even = all / made.shards + (all % made.shards != 0);
        std::uint64_t at = 0, used = 0;
        std::uint32_t shard = 0;
        for (auto const& one : tensors) {
            std::uint64_t const size = *pushed_bytes(one);
            if (how.shard_size != 0) {
                if (used != 0 && size > how.shard_size - (std::min)(used, how.shard_size)) {
                    ++shard;
                    used = 0;
                }
                used += size;
            } else {
                std::uint64_t const middle = at + size / 2;
                shard = even == 0 ? 0
                                  : static_cast<std::uint32_t>(
                                        (std::min<std::uint64_t>)(middle / even, made.shards - 1));
            }
            made.of.push_back(shard);
            at += size;
        }
        if (how.shard_size != 0) made.shards = shard + 1;
        if (made.shards > most)
            return fail(ids::too_many_shards, error::nowhere, most, made.shards);
        return made;
    }

    static constexpr std::uint32_t most = 99'999;
};

}  // namespace lade::inline LADE_ABI::tensorflow
