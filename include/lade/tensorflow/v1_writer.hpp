// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/heap_arena.hpp>
#include <lade/container/protobuf/encode.hpp>
#include <lade/container/sstable/writer.hpp>
#include <lade/tensorflow/checkpoint_errors.hpp>
#include <lade/tensorflow/proto/checkpoint.hpp>
#include <lade/tensorflow/slice.hpp>
#include <lade/tensorflow/write_tensor.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace lade::inline LADE_ABI::tensorflow {

namespace ids {
inline constexpr error_id v1_not_storable{"tensorflow.v1_not_storable", kind::mismatch,
                                          "a V1 checkpoint cannot hold the tensor",
                                          "write a V2 checkpoint"};
}  // namespace ids

/// Writing V1 checkpoints (v1_reader.hpp), byte for byte as tf.raw_ops.Save does for the same
/// tensors in the same order. Keeps all values until the end, for the table begins with a directory
/// of what is in it.
class v1_writer {
  public:
    /// A whole tensor: dense, little-endian. Errors: tensorflow.v1_not_storable,
    /// tensorflow.bad_size.
    result<void> add(std::string_view name, dtype type, std::span<std::uint64_t const> shape,
                     bytes::view data) {
        return add_slice(name, type, shape, std::vector<extent>(shape.size()), data);
    }
    result<void> add_strings(std::string_view name, std::span<std::uint64_t const> shape,
                             std::span<std::string_view const> texts) {
        if (bytes::product(shape) != texts.size())
            return fail(ids::bad_size, error::nowhere, 0, texts.size()).in(name);
        std::vector<extent> const whole(shape.size());
        return put(name, dtype::string, shape, whole, [texts](protobuf::message to) {
            for (std::string_view const text : texts)
                to.add_bytes_borrowed(proto::tensor_proto::number("string_val"), bytes::of(text));
        });
    }
    /// A slice of a tensor of the shape `whole`: the dense elements of the slice. Slices of one
    /// tensor come one after another. Errors: tensorflow.v1_not_storable, tensorflow.bad_slice,
    /// tensorflow.bad_size.
    result<void> add_slice(std::string_view name, dtype type, std::span<std::uint64_t const> whole,
                           std::span<extent const> slice, bytes::view data) {
        std::vector<extent> box;
        if (auto const done = box_of(slice, whole, box); !done) return done.error().in(name);
        auto const size = bytes_of(type, elements_of(box));
        if (!size || !values_of(type)) return fail(ids::v1_not_storable).in(name);
        if (*size != data.size())
            return fail(ids::bad_size, error::nowhere, *size, data.size()).in(name);
        return put(name, type, whole, slice,
                   [type, data](protobuf::message to) { write_values(to, type, data); });
    }

    /// Errors: tensorflow.v1_not_storable (a slice twice), those of the output.
    result<void> finish(any_output to) {
        using proto::saved_slice_meta, proto::saved_tensor_slice_meta, proto::saved_tensor_slices,
            proto::version_def;
        heap_arena memory;
        protobuf::document in{memory};
        protobuf::message directory = protobuf::make(in, saved_tensor_slices::table);
        protobuf::message meta = directory.edit(saved_tensor_slices::number("meta"));
        for (tensor const& each : tensors_) {
            protobuf::message one = meta.add(saved_tensor_slice_meta::number("tensor"));
            one.set_text(saved_slice_meta::number("name"), each.name);
            write_shape(one.edit(saved_slice_meta::number("shape")), each.shape);
            one.set_integer(saved_slice_meta::number("type"), each.number);
            for (auto const& slice : each.slices)
                write_slice(one.add(saved_slice_meta::number("slice")), slice);
        }
        meta.edit(saved_tensor_slice_meta::number("versions"))
            .set_integer(version_def::number("producer"), 1);
        if (in.failed()) return in.error();
        std::sort(records_.begin(), records_.end(),
                  [](record const& a, record const& b) { return a.key < b.key; });
        sstable::table_writer table{to};
        if (auto const done = table.add("", protobuf::encode(directory)); !done) return done;
        for (record const& each : records_)
            if (auto const done = table.add(each.key, each.value); !done) return done;
        return table.finish();
    }

  private:
    struct tensor {
        std::string name;
        std::int32_t number;
        std::vector<std::uint64_t> shape;
        std::vector<std::vector<extent>> slices;
    };
    struct record {
        std::string key;
        std::vector<std::byte> value;
    };

    template <class Fill>
    result<void> put(std::string_view name, dtype type, std::span<std::uint64_t const> whole,
                     std::span<extent const> slice, Fill&& fill) {
        using proto::saved_slice, proto::saved_tensor_slices;
        auto const number = data_type_of(type);
        if (!number || name.empty()) return fail(ids::v1_not_storable).in(name);
        heap_arena memory;
        protobuf::document in{memory};
        protobuf::message made = protobuf::make(in, saved_tensor_slices::table);
        protobuf::message data = made.edit(saved_tensor_slices::number("data"));
        data.set_text(saved_slice::number("name"), name);
        write_slice(data.edit(saved_slice::number("slice")), slice);
        fill(data.edit(saved_slice::number("data")));
        if (in.failed()) return in.error().in(name);
        records_.push_back({slice_key(name, slice), protobuf::encode(made)});
        if (tensors_.empty() || tensors_.back().name != name)
            tensors_.push_back({std::string(name), *number, {whole.begin(), whole.end()}, {}});
        tensors_.back().slices.emplace_back(slice.begin(), slice.end());
        return {};
    }

    std::vector<tensor> tensors_;
    std::vector<record> records_;
};

}  // namespace lade::inline LADE_ABI::tensorflow
