// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/config.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace lade::inline LADE_ABI {

/// Whether elements lie one after another, in row-major order. Axes of length 1 may have any
/// stride, and so may all axes of a tensor without elements.
constexpr bool is_dense(std::span<std::uint64_t const> shape,
                        std::span<std::int64_t const> strides) {
    for (std::uint64_t one : shape)
        if (one == 0) return true;
    std::uint64_t expected = 1;
    for (std::size_t i = shape.size(); i-- > 0;) {
        if (shape[i] != 1 && strides[i] != static_cast<std::int64_t>(expected)) return false;
        expected *= shape[i];
    }
    return true;
}

/// Walks over the elements of a strided tensor in row-major order: the place of each, in elements
/// of its storage. Precondition: at most 64 axes, none of length 0; all places were compared with
/// the storage.
class strided_places {
  public:
    strided_places(std::span<std::uint64_t const> shape, std::span<std::int64_t const> strides,
                   std::uint64_t offset, std::uint64_t first = 0)
        : shape_(shape), strides_(strides), at_(offset) {
        for (std::size_t axis = shape.size(); axis-- > 0;) {
            index_[axis] = first % shape[axis];
            first /= shape[axis];
            at_ += index_[axis] * static_cast<std::uint64_t>(strides[axis]);
        }
    }

    std::uint64_t place() const { return at_; }
    void next() {
        for (std::size_t axis = shape_.size(); axis-- > 0;) {
            at_ += static_cast<std::uint64_t>(strides_[axis]);
            if (++index_[axis] < shape_[axis]) return;
            at_ -= shape_[axis] * static_cast<std::uint64_t>(strides_[axis]);
            index_[axis] = 0;
        }
    }

  private:
    std::span<std::uint64_t const> shape_;
    std::span<std::int64_t const> strides_;
    std::uint64_t at_;
    std::uint64_t index_[64]{};
};

}  // namespace lade::inline LADE_ABI
