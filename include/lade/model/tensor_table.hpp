// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/heap_arena.hpp>
#include <lade/model/tensor_info.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

namespace lade::inline LADE_ABI {

/// Names, types and shapes of tensors, owned, in the order of the file. Look-up by name goes
/// through a sorted index.
class tensor_table {
  public:
    /// Copies what `info` points to.
    void add(tensor_info const& info) {
        tensor_info own = info;
        own.name = memory_->copy(info.name);
        own.shape = memory_->copy(info.shape);
        if (info.in != nullptr) {
            auto* const in = std::construct_at(memory_->take_array<alias>(1), *info.in);
            in->strides = memory_->copy(info.in->strides);
            own.in = in;
        }
        rows_.push_back(own);
    }

    /// Makes room for `tensors` tensors in all.
    void reserve(std::size_t tensors) { rows_.reserve(tensors); }

    std::size_t size() const { return rows_.size(); }
    bool empty() const { return rows_.empty(); }
    tensor_info const& operator[](std::size_t position) const { return rows_[position]; }
    auto begin() const { return rows_.begin(); }
    auto end() const { return rows_.end(); }
    std::span<tensor_info const> rows() const { return rows_; }

    /// The position of the first tensor of this name. Linear until `index` was called, then
    /// logarithmic.
    std::optional<std::size_t> find(std::string_view name) const {
        if (order_.size() != rows_.size()) {
            for (std::size_t i = 0; i < rows_.size(); ++i)
                if (rows_[i].name == name) return i;
            return std::nullopt;
        }
        auto const at = std::lower_bound(
            order_.begin(), order_.end(), name,
            [&](std::size_t i, std::string_view wanted) { return rows_[i].name < wanted; });
        if (at == order_.end() || rows_[*at].name != name) return std::nullopt;
        return *at;
    }

    /// Builds the index for `find`. Call it when the table is complete.
    void index() {
        order_.resize(rows_.size());
        for (std::size_t i = 0; i < order_.size(); ++i) order_[i] = i;
        std::sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) {
            int const order = rows_[a].name.compare(rows_[b].name);
            return order != 0 ? order < 0 : a < b;  // of equal names the first one is found
        });
    }

  private:
    std::unique_ptr<heap_arena> memory_ = std::make_unique<heap_arena>();
    std::vector<tensor_info> rows_;
    std::vector<std::size_t> order_;
};

}  // namespace lade::inline LADE_ABI
