// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/result.hpp>
#include <lade/container/protobuf/message.hpp>
#include <lade/tensorflow/ordered_code.hpp>
#include <lade/tensorflow/proto/tensor.hpp>

#include <cstring>
#include <span>
#include <utility>
#include <vector>

/// Partitioned variables: tensors that a checkpoint holds in boxes.
///
/// A slice is a box, one extent for each axis (tensorflow/core/framework/tensor_slice.proto).
/// Refused: boxes that reach beyond the tensor, overlap, or leave a part of it open.
namespace lade::inline LADE_ABI::tensorflow {

namespace ids {
inline constexpr error_id bad_slice{"tensorflow.bad_slice", kind::corrupt,
                                    "a slice does not lie in its tensor"};
inline constexpr error_id slices_overlap{"tensorflow.slices_overlap", kind::corrupt,
                                         "two slices of a tensor overlap"};
inline constexpr error_id slices_missing{"tensorflow.slices_missing", kind::corrupt,
                                         "the slices of a tensor do not cover it"};
}  // namespace ids

/// The extents of a TensorSliceProto as they are written in keys. Errors: tensorflow.bad_slice,
/// those of the document.
inline result<void> read_slice(protobuf::message from, std::vector<extent>& to) {
    using proto::tensor_slice_proto, proto::tensor_slice_proto_extent;
    to.clear();
    for (auto const axis : from.subs(tensor_slice_proto::number("extent"))) {
        extent read;
        read.start = axis.integer(tensor_slice_proto_extent::number("start"));
        read.length = axis.integer(tensor_slice_proto_extent::number("length"), extent::all);
        bool const whole = read.length == extent::all;
        if (read.start < 0 || (whole ? read.start != 0 : read.length <= 0))
            return fail(ids::bad_slice);
        to.push_back(read);
    }
    return from ? from.owner().status() : result<void>{};
}

inline void write_slice(protobuf::message to, std::span<extent const> slice) {
    using proto::tensor_slice_proto, proto::tensor_slice_proto_extent;
    for (extent const& axis : slice) {
        protobuf::message one = to.add(tensor_slice_proto::number("extent"));
        if (axis.length == extent::all) continue;
        if (axis.start != 0)
            one.set_integer(tensor_slice_proto_extent::number("start"), axis.start);
        one.set_integer(tensor_slice_proto_extent::number("length"), axis.length);
    }
}

/// A slice as a box of a tensor of `shape`: starts and lengths, none `extent::all`. Errors:
/// tensorflow.bad_slice.
inline result<void> box_of(std::span<extent const> slice, std::span<std::uint64_t const> shape,
                           std::vector<extent>& to) {
    if (slice.size() != shape.size())
        return fail(ids::bad_slice, error::nowhere, shape.size(), slice.size());
    to.assign(slice.begin(), slice.end());
    for (std::size_t axis = 0; axis < shape.size(); ++axis) {
        auto const size = static_cast<std::int64_t>(shape[axis]);
        if (to[axis].length == extent::all) to[axis] = {0, size};
        if (to[axis].start > size || to[axis].length > size - to[axis].start)
            return fail(ids::bad_slice, error::nowhere, shape[axis],
                        static_cast<std::uint64_t>(to[axis].start));
    }
    return {};
}

/// Elements of a box. Precondition: it lies in a tensor whose elements fit 64 bits.
inline std::uint64_t elements_of(std::span<extent const> box) {
    std::uint64_t count = 1;
    for (extent const& axis : box) count *= static_cast<std::uint64_t>(axis.length);
    return count;
}

/// Puts a tensor together from its boxes.
class slice_joiner {
  public:
    /// `size`: bytes of an element. Precondition: the bytes of the whole tensor fit the memory.
    slice_joiner(std::span<std::uint64_t const> shape, std::size_t size)
        : shape_(shape.begin(), shape.end()), size_(size) {
        for (std::uint64_t const axis : shape) count_ *= static_cast<std::size_t>(axis);
        data_.resize(count_ * size);
        taken_.resize((count_ + 7) / 8);
    }

    /// Copies the dense elements of a box to their places. Preconditions: `box_of` made it, `data`
    /// has its elements. Errors: tensorflow.slices_overlap.
    result<void> add(std::span<extent const> box, bytes::view data) {
        std::size_t const rank = shape_.size();
        if (data.empty()) return {};
        std::size_t const run = rank == 0 ? 1 : static_cast<std::size_t>(box[rank - 1].length);
        std::vector<std::uint64_t> at(rank, 0);
        for (std::size_t from = 0; from < data.size(); from += run * size_) {
            std::size_t place = 0;
            for (std::size_t axis = 0; axis < rank; ++axis)
                place = place * static_cast<std::size_t>(shape_[axis]) +
                        static_cast<std::size_t>(box[axis].start) +
                        static_cast<std::size_t>(at[axis]);
            for (std::size_t i = place; i < place + run; ++i) {
                auto const bit = static_cast<std::uint8_t>(1U << i % 8);
                if ((taken_[i / 8] & bit) != 0) return fail(ids::slices_overlap);
                taken_[i / 8] = static_cast<std::uint8_t>(taken_[i / 8] | bit);
            }
            std::memcpy(data_.data() + place * size_, data.data() + from, run * size_);
            filled_ += run;
            for (std::size_t axis = rank > 0 ? rank - 1 : 0; axis-- > 0;) {
                if (++at[axis] < static_cast<std::uint64_t>(box[axis].length)) break;
                at[axis] = 0;
            }
        }
        return {};
    }

    /// Errors: tensorflow.slices_missing (expected, found: elements).
    result<std::vector<std::byte>> finish() && {
        if (filled_ != count_) return fail(ids::slices_missing, error::nowhere, count_, filled_);
        return std::move(data_);
    }

  private:
    std::vector<std::uint64_t> shape_;
    std::size_t size_;
    std::size_t count_ = 1;
    std::size_t filled_ = 0;
    std::vector<std::byte> data_;
    std::vector<std::uint8_t> taken_;
};

}  // namespace lade::inline LADE_ABI::tensorflow
