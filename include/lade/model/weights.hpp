// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/model/content.hpp>
#include <lade/model/tensor_table.hpp>
#include <lade/model/tensor_view.hpp>

namespace lade::inline LADE_ABI {

/// Named tensors in the order of their file: `for (auto const& [name, t] : w)`. Owns names and
/// shapes; the elements belong to the model that was loaded, or to the source that is viewed.
class weights {
  public:
    static constexpr contents holds{content::weights};

    struct named {
        std::string_view name;
        tensor_view tensor;
    };

    class iterator {
      public:
        using value_type = named;
        using difference_type = std::ptrdiff_t;
        iterator() = default;
        iterator(weights const& in, std::size_t at) : in_(&in), at_(at) {}
        named operator*() const { return {in_->at(at_).name(), in_->at(at_)}; }
        iterator& operator++() {
            ++at_;
            return *this;
        }
        iterator operator++(int) { return {*in_, at_++}; }
        friend bool operator==(iterator const& a, iterator const& b) { return a.at_ == b.at_; }

      private:
        weights const* in_ = nullptr;
        std::size_t at_ = 0;
    };

    std::size_t size() const { return table_.size(); }
    bool empty() const { return table_.empty(); }
    iterator begin() const { return {*this, 0}; }
    iterator end() const { return {*this, size()}; }
    /// Precondition: position < size().
    tensor_view at(std::size_t position) const { return {table_[position], data_[position]}; }
    std::optional<tensor_view> find(std::string_view name) const {
        if (auto const position = table_.find(name)) return at(*position);
        return std::nullopt;
    }
    bool contains(std::string_view name) const { return table_.find(name).has_value(); }
    /// Errors: tensor.not_found.
    result<tensor_view> try_at(std::string_view name) const {
        if (auto const found = find(name)) return *found;
        return fail(ids::no_tensor).in(name);
    }
#if LADE_EXCEPTIONS
    /// `try_at`, its error thrown.
    tensor_view operator[](std::string_view name) const { return value_or_throw(try_at(name)); }
#endif
    tensor_table const& table() const { return table_; }

    /// Copies what `info` points to. `data` must outlive this object.
    void add(tensor_info const& info, bytes::view data) {
        table_.add(info);
        data_.push_back(data);
    }
    /// Call it when all tensors are there: look-up by name is fast from then on.
    void index() { table_.index(); }

  private:
    tensor_table table_;
    std::vector<bytes::view> data_;
};

}  // namespace lade::inline LADE_ABI
