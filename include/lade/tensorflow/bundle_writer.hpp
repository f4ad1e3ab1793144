// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/heap_arena.hpp>
#include <lade/bytes/output.hpp>
#include <lade/codec/crc32c.hpp>
#include <lade/container/sstable/writer.hpp>
#include <lade/tensorflow/bundle_entry.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

/// Writing V2 checkpoints, byte for byte as tf.raw_ops.SaveV2 does for the same tensors in the same
/// order.
///
/// A `bundle_index` collects what was written; each data file has a `bundle_shard` that writes to
/// it. The data files must be in place before the index: its name is what makes TensorFlow take the
/// prefix for a checkpoint.
///
///     bundle_index index;
///     bundle_shard shard{index, 0, output_of_the_data_file};
///     shard.add("w", dtype::float32, shape, bytes);
///     index.finish(output_of_the_index);
///
/// tensorflow/core/util/tensor_bundle/tensor_bundle.cc.
namespace lade::inline LADE_ABI::tensorflow {

namespace ids {
inline constexpr error_id not_storable{"tensorflow.not_storable", kind::mismatch,
                                       "TensorFlow has no such type of elements",
                                       "convert the tensor to another type"};
inline constexpr error_id bad_name{
    "tensorflow.bad_name", kind::mismatch,
    "a tensor of a checkpoint needs a name, and one that no other has"};
inline constexpr error_id wrong_bytes{
    "tensorflow.wrong_bytes", kind::mismatch,
    "the bytes that were given are not as many as type and shape say"};
}  // namespace ids

/// The entries of a checkpoint that is being written.
class bundle_index {
  public:
    /// `shards`: data files in all.
    explicit bundle_index(std::uint32_t shards = 1) : shards_(shards) {}

    std::uint32_t shards() const { return shards_; }

    /// The index file. Errors: tensorflow.bad_name (empty, or twice), those of the output.
    result<void> finish(any_output to) {
        std::sort(entries_.begin(), entries_.end(),
                  [](entry const& a, entry const& b) { return a.key < b.key; });
        sstable::table_writer table{to};
        if (auto const done = table.add("", header()); !done) return done;
        for (entry const& one : entries_) {
            if (auto const done = table.add(one.key, one.value); !done) {
                if (*done.error().id == sstable::ids::unsorted)
                    return fail(ids::bad_name).in(one.key);
                return done;
            }
        }
        return table.finish();
    }

    /// An entry under a key as it is. What `bundle_shard` calls.
    void put(std::string key, std::vector<std::byte> value) {
        entries_.push_back({std::move(key), std::move(value)});
    }

    /// A partitioned tensor: its slices are added to the shards under the same name.
    /// Errors: tensorflow.not_storable, tensorflow.bad_slice.
    result<void> add_partitioned(std::string_view name, lade::dtype type,
                                 std::span<std::uint64_t const> shape,
                                 std::span<std::vector<extent> const> slices) {
        auto const number = data_type_of(type);
        if (!number) return fail(ids::not_storable).in(name);
        using proto::bundle_entry_proto;
        heap_arena memory;
        protobuf::document in{memory};
        protobuf::message made = protobuf::make(in, bundle_entry_proto::table);
        made.set_integer(bundle_entry_proto::number("dtype"), *number);
        write_shape(made.edit(bundle_entry_proto::number("shape")), shape);
        std::vector<extent> box;
        for (auto const& slice : slices) {
            if (auto const done = box_of(slice, shape, box); !done) return done.error().in(name);
            write_slice(made.add(bundle_entry_proto::number("slices")), slice);
        }
        if (in.failed()) return in.error();
        put(std::string(name), protobuf::encode(made));
        return {};
    }

  private:
    struct entry {
        std::string key;
        std::vector<std::byte> value;
    };

    std::vector<std::byte> header() const {
        using proto::bundle_header_proto, proto::version_def;
        heap_arena memory;
        protobuf::document in{memory};
        protobuf::message made = protobuf::make(in, bundle_header_proto::table);
        made.set_integer(bundle_header_proto::number("num_shards"), shards_);
        made.edit(bundle_header_proto::number("version"))
            .set_integer(version_def::number("producer"), bundle_version);
        return protobuf::encode(made);
    }

    std::uint32_t shards_;
    std::vector<entry> entries_;
};

/// One data file. Tensors lie in it in the order in which they are added, without gaps.
class bundle_shard {
  public:
    /// Precondition: number < index.shards(). Both must outlive the shard.
    bundle_shard(bundle_index& index, std::uint32_t number, any_output to)
        : index_(&index), number_(number), to_(to) {}

    /// Begins a tensor of elements of a fixed size, whose bytes (dense, little-endian) come by
    /// `write`; `end` completes it. Errors: tensorflow.not_storable, tensorflow.bad_name.
    result<void> begin(std::string_view name, lade::dtype type,
                       std::span<std::uint64_t const> shape) {
        auto const count = bytes::product(shape);
        auto const size = count ? bytes_of(type, *count) : std::nullopt;
        auto const number = data_type_of(type);
        if (!number || !has_bytes(type) || !size) return fail(ids::not_storable).in(name);
        if (name.empty()) return fail(ids::bad_name);
        start(std::string(name), *number, shape);
        left_ = *size;
        return {};
    }
    /// Errors: tensorflow.wrong_bytes, those of the output.
    result<void> write(bytes::view data) {
        if (data.size() > left_)
            return fail(ids::wrong_bytes, error::nowhere, left_, data.size()).in(key_);
        left_ -= data.size();
        return put(data);
    }
    /// Errors: tensorflow.wrong_bytes.
    result<void> end() {
        if (left_ != 0) return fail(ids::wrong_bytes, error::nowhere, 0, left_).in(key_);
        return complete();
    }

    /// A whole tensor. Errors: those of the three above.
    result<void> add(std::string_view name, lade::dtype type, std::span<std::uint64_t const> shape,
                     bytes::view data) {
        if (auto const done = begin(name, type, shape); !done) return done;
        if (auto const done = write(data); !done) return done;
        return end();
    }

    /// A slice of a tensor that `bundle_index::add_partitioned` tells of: its dense elements.
    /// Errors: those of `add`, tensorflow.bad_slice.
    result<void> add_slice(std::string_view name, lade::dtype type,
                           std::span<std::uint64_t const> whole, std::span<extent const> slice,
                           bytes::view data) {
        std::vector<extent> box;
        if (auto const done = box_of(slice, whole, box); !done) return done.error().in(name);
        std::vector<std::uint64_t> shape;
        for (extent const& axis : box) shape.push_back(static_cast<std::uint64_t>(axis.length));
        if (auto const done = add(slice_key(name, slice), type, shape, data); !done) return done;
        return {};
    }

    /// A tensor of strings. Errors: tensorflow.wrong_bytes (not as many as the shape says),
    /// tensorflow.bad_name, those of the output.
    result<void> add_strings(std::string_view name, std::span<std::uint64_t const> shape,
                             std::span<std::string_view const> texts) {
        if (bytes::product(shape) != texts.size())
            return fail(ids::wrong_bytes, error::nowhere, 0, texts.size()).in(name);
        if (name.empty()) return fail(ids::bad_name);
        start(std::string(name), static_cast<std::int32_t>(data_type::string), shape);
        std::uint32_t lengths = 0;
        for (std::string_view const text : texts) {
            std::byte word[10];
            auto const size =
                static_cast<std::size_t>(protobuf::put_varint(word, text.size()) - word);
            if (auto const done = put({word, size}); !done) return done;
            bool const wide = text.size() > 0xffffffff;
            bytes::store_le(word, std::uint64_t{text.size()});
            lengths = codec::crc32c(bytes::view{word, wide ? 8U : 4U}, lengths);
        }
        std::byte stored[4];
        bytes::store_le(stored, codec::masked(lengths));
        if (auto const done = put(stored); !done) return done;
        crc_ = codec::crc32c(stored, lengths);  // the varints themselves do not count
        for (std::string_view const text : texts)
            if (auto const done = put(bytes::of(text)); !done) return done;
        return complete();
    }

  private:
    void start(std::string key, std::int32_t number, std::span<std::uint64_t const> shape) {
        key_ = std::move(key);
        type_ = number;
        shape_.assign(shape.begin(), shape.end());
        begin_ = at_;
        crc_ = 0;
    }
    result<void> put(bytes::view data) {
        crc_ = codec::crc32c(data, crc_);
        at_ += data.size();
        return to_.write(data);
    }
    result<void> complete() {
        using proto::bundle_entry_proto;
        heap_arena memory;
        protobuf::document in{memory};
        protobuf::message made = protobuf::make(in, bundle_entry_proto::table);
        made.set_integer(bundle_entry_proto::number("dtype"), type_);
        write_shape(made.edit(bundle_entry_proto::number("shape")), shape_);
        if (number_ != 0) made.set_integer(bundle_entry_proto::number("shard_id"), number_);
        if (begin_ != 0)
            made.set_integer(bundle_entry_proto::number("offset"),
                             static_cast<std::int64_t>(begin_));
        if (at_ != begin_)
            made.set_integer(bundle_entry_proto::number("size"),
                             static_cast<std::int64_t>(at_ - begin_));
        made.set_integer(bundle_entry_proto::number("crc32c"), codec::masked(crc_));
        if (in.failed()) return in.error();
        index_->put(std::move(key_), protobuf::encode(made));
        key_.clear();
        return {};
    }

    bundle_index* index_;
    std::uint32_t number_;
    any_output to_;
    std::uint64_t at_ = 0;
    std::uint64_t begin_ = 0;
    std::uint64_t left_ = 0;
    std::uint32_t crc_ = 0;
    std::int32_t type_ = 0;
    std::string key_;
    std::vector<std::uint64_t> shape_;
};

}  // namespace lade::inline LADE_ABI::tensorflow
