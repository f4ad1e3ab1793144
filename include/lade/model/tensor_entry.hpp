// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/model/elements.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace lade::inline LADE_ABI {

/// A tensor of a model that lies in memory: what a caller without a heap gives room for. Points
/// into the model, of names that had to be made and of elements that had to be decoded into the
/// caller's scratch.
struct tensor_entry {
    /// Axes that an entry has room for; tensors of more are refused.
    static constexpr std::size_t most_axes = 8;

    std::string_view name{};
    /// The elements, dense, row-major, little-endian; of strings a length of 8 bytes and the
    /// characters of each.
    bytes::view bytes{};
    std::array<std::size_t, most_axes> axes{};
    lade::dtype type{};  ///< all of an entry is zero before use, so that it costs no flash
    std::uint8_t rank = 0;

    /// Elements along each axis, slowest first; empty for a scalar.
    constexpr std::span<std::size_t const> shape() const { return {axes.data(), rank}; }
    /// Elements in all; 1 for a scalar.
    constexpr std::size_t size() const {
        std::size_t all = 1;
        for (std::size_t const one : shape()) all *= one;
        return all;
    }
    /// The elements as objects of `T`, where they lie. Good as long as the model.
    /// Errors: tensor.wrong_dtype, tensor.unaligned, tensor.not_bool, tensor.foreign_order.
    template <element T>
    result<std::span<T const>> try_as() const {
        return elements_as<T>(name, type, bytes);
    }
};

/// The tensors of a model, in the order of the file. Borrows the caller's entries.
class tensor_entries {
  public:
    constexpr tensor_entries() = default;
    constexpr explicit tensor_entries(std::span<tensor_entry const> all) : all_(all) {}

    constexpr std::size_t size() const { return all_.size(); }
    constexpr bool empty() const { return all_.empty(); }
    constexpr tensor_entry const* begin() const { return all_.data(); }
    constexpr tensor_entry const* end() const { return all_.data() + all_.size(); }
    /// Precondition: i < size().
    constexpr tensor_entry const& operator[](std::size_t i) const { return all_[i]; }
    /// The first tensor of this name, or null. Linear.
    constexpr tensor_entry const* find(std::string_view name) const {
        for (auto const& one : all_)
            if (one.name == name) return &one;
        return nullptr;
    }

  private:
    std::span<tensor_entry const> all_{};
};

}  // namespace lade::inline LADE_ABI
