// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/arena.hpp>
#include <lade/base/limits.hpp>
#include <lade/base/result.hpp>
#include <lade/bytes/checked.hpp>
#include <lade/container/protobuf/message.hpp>
#include <lade/tensorflow/proto/tensor.hpp>
#include <lade/tensorflow/value_list.hpp>

#include <cstdint>
#include <span>

/// Shapes of tensors (tensorflow/core/framework/tensor_shape.proto): one `dim` for each axis,
/// slowest first. An axis of no elements is a `dim` without a size. Refused for tensors that have
/// bytes: an unknown rank, a negative size.
namespace lade::inline LADE_ABI::tensorflow {

/// The shape, in `memory`. Errors: tensorflow.bad_shape (negative or unknown sizes, elements beyond
/// 64 bits), limit.exceeded (more axes than `limits` grants), those of the document.
inline result<std::span<std::uint64_t const>> read_shape(protobuf::message shape, arena& memory,
                                                         limits const& most) {
    using proto::tensor_shape_proto, proto::tensor_shape_proto_dim;
    if (!shape) return std::span<std::uint64_t const>{};
    if (shape.flag(tensor_shape_proto::number("unknown_rank"))) return fail(ids::bad_shape);
    arena_list<std::uint64_t> axes{memory};
    for (auto const dim : shape.subs(tensor_shape_proto::number("dim"))) {
        std::int64_t const size = dim.integer(tensor_shape_proto_dim::number("size"));
        if (size < 0)
            return fail(ids::bad_shape, error::nowhere, 0, static_cast<std::uint64_t>(size));
        if (axes.size() == most.rank)
            return fail(lade::ids::limit, error::nowhere, most.rank, most.rank + 1);
        if (!axes.push(static_cast<std::uint64_t>(size))) return memory.exhausted();
    }
    if (shape.owner().failed()) return shape.owner().error();
    if (!bytes::product(axes.span())) return fail(ids::bad_shape);
    return axes.span();
}

inline void write_shape(protobuf::message to, std::span<std::uint64_t const> axes) {
    using proto::tensor_shape_proto, proto::tensor_shape_proto_dim;
    for (std::uint64_t const size : axes) {
        protobuf::message dim = to.add(tensor_shape_proto::number("dim"));
        if (size != 0)
            dim.set_integer(tensor_shape_proto_dim::number("size"),
                            static_cast<std::int64_t>(size));
    }
}

}  // namespace lade::inline LADE_ABI::tensorflow
