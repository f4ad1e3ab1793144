// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/protobuf/encode.hpp>
#include <lade/tensorflow/checkpoint_errors.hpp>
#include <lade/tensorflow/data_type.hpp>
#include <lade/tensorflow/proto/checkpoint.hpp>
#include <lade/tensorflow/shape.hpp>
#include <lade/tensorflow/slice.hpp>

#include <string>

/// What the index of a V2 checkpoint tells: a header under the empty key, an entry under each name.
///
///     BundleHeaderProto  num_shards, endianness, version
///     BundleEntryProto   dtype, shape, shard_id, offset, size, crc32c (masked), slices
///
/// Supported: version 0 (before September 2016) and 1, either byte order, any number of shards. An
/// entry with `slices` has no bytes of its own; they lie under the keys of ordered_code.hpp.
/// tensorflow/core/protobuf/tensor_bundle.proto, core/util/tensor_bundle/tensor_bundle.cc.
namespace lade::inline LADE_ABI::tensorflow {

/// Version of the format of bundles that this reader knows, and the writer writes.
inline constexpr std::int64_t bundle_version = 1;

struct bundle_header {
    std::uint32_t shards = 1;
    bytes::order order = bytes::order::little;
};

/// Errors: tensorflow.bad_bundle, tensorflow.bad_version, those of the document.
inline result<bundle_header> read_bundle_header(protobuf::message from) {
    using proto::bundle_header_proto, proto::version_def;
    auto const version = from.sub(bundle_header_proto::number("version"));
    std::int64_t const producer = version.integer(version_def::number("producer"));
    std::int64_t const least = version.integer(version_def::number("min_consumer"));
    if (producer < 0)
        return fail(ids::bad_bundle, error::nowhere, 0, static_cast<std::uint64_t>(producer));
    if (least > bundle_version)
        return fail(ids::bad_version, error::nowhere, bundle_version,
                    static_cast<std::uint64_t>(least));
    for (std::int64_t const bad : version.integers(version_def::number("bad_consumers")))
        if (bad == bundle_version)
            return fail(ids::bad_version, error::nowhere, bundle_version, bundle_version);
    std::int64_t const shards = from.integer(bundle_header_proto::number("num_shards"));
    std::int64_t const order = from.integer(bundle_header_proto::number("endianness"));
    if (shards < 0 || shards > 99'999)  // five digits in the name of a shard
        return fail(ids::bad_bundle, error::nowhere, 99'999, static_cast<std::uint64_t>(shards));
    if (order != 0 && order != 1)
        return fail(ids::bad_bundle, error::nowhere, 1, static_cast<std::uint64_t>(order));
    if (from && from.owner().failed()) return from.owner().error();
    return bundle_header{static_cast<std::uint32_t>(shards),
                         order == 0 ? bytes::order::little : bytes::order::big};
}

/// One entry. Names, axes and slices lie in the arena of the reader.
struct bundle_entry {
    std::string_view name;
    std::int32_t number = 0;  ///< TensorFlow's number of the type
    std::span<std::uint64_t const> shape{};
    std::uint32_t shard = 0;
    std::uint32_t crc = 0;  ///< masked
    std::uint64_t offset = 0;
    std::uint64_t size = 0;      ///< bytes in the shard
    protobuf::message slices{};  ///< the entry as a message, if it is partitioned
    bool is_slice = false;       ///< a part of another tensor: not listed
};

/// Errors: tensorflow.bad_bundle (a negative place), tensorflow.bad_shape, limit.exceeded, those of
/// the document.
inline result<bundle_entry> read_bundle_entry(std::string_view name, protobuf::message from,
                                              arena& memory, limits const& most) {
    using proto::bundle_entry_proto;
    bundle_entry made;
    made.name = name;
    made.number = static_cast<std::int32_t>(from.integer(bundle_entry_proto::number("dtype")));
    auto const shape = read_shape(from.sub(bundle_entry_proto::number("shape")), memory, most);
    if (!shape) return shape.error();
    made.shape = *shape;
    std::int64_t const shard = from.integer(bundle_entry_proto::number("shard_id"));
    std::int64_t const offset = from.integer(bundle_entry_proto::number("offset"));
    std::int64_t const size = from.integer(bundle_entry_proto::number("size"));
    if (shard < 0 || offset < 0 || size < 0) return fail(ids::bad_bundle);
    made.shard = static_cast<std::uint32_t>(shard);
    made.offset = static_cast<std::uint64_t>(offset);
    made.size = static_cast<std::uint64_t>(size);
    made.crc = static_cast<std::uint32_t>(from.integer(bundle_entry_proto::number("crc32c")));
    if (from.has(bundle_entry_proto::number("slices"))) made.slices = from;
    if (from.owner().failed()) return from.owner().error();
    return made;
}

/// "model.ckpt.data-00003-of-00010"
inline std::string shard_name(std::string_view prefix, std::uint32_t shard, std::uint32_t shards) {
    std::string made(prefix);
    auto const digits = [&made](std::uint32_t value) {
        for (std::uint32_t unit = 10'000; unit > 0; unit /= 10)
            made += static_cast<char>('0' + value / unit % 10);
    };
    made += ".data-";
    digits(shard);
    made += "-of-";
    digits(shards);
    return made;
}

}  // namespace lade::inline LADE_ABI::tensorflow
