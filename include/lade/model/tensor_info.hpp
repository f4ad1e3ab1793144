// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/dtype.hpp>

#include <cstdint>
#include <span>
#include <string_view>

namespace lade::inline LADE_ABI {

/// Where the elements of a tensor lie in a storage that several tensors may share (PyTorch's views,
/// slices, tied weights).
struct alias {
    std::uint64_t storage;        ///< number of the storage, from 0, in the order of first use
    std::uint64_t storage_bytes;  ///< bytes of the whole storage
    std::uint64_t offset;         ///< elements before the first one of the tensor
    std::span<std::int64_t const> strides;  ///< elements between neighbours along each axis
};

/// Name and type of a tensor, without its bytes. What it points to belongs to the giver: during a
/// call of a sink to the reader, in a `listing` or `weights` to that.
struct tensor_info {
    std::string_view name;
    dtype type = dtype::float32;
    std::span<std::uint64_t const>
        shape;  ///< elements along each axis, slowest first; empty for a scalar
    /// Bytes of the elements, dense. Of strings the sum of their lengths.
    std::uint64_t nbytes = 0;
    /// The file tells of the tensor but holds no bytes of it (PyTorch's meta device).
    bool absent = false;
    /// Null where every tensor has its own dense bytes.
    alias const* in = nullptr;
    /// A framework's own notes (TensorFlow's graph of objects), no value of the model: a conversion
    /// into a format that cannot hold it leaves it behind.
    bool bookkeeping = false;
};

}  // namespace lade::inline LADE_ABI
