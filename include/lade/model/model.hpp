// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/checked.hpp>
#include <lade/model/block.hpp>
#include <lade/model/listing.hpp>
#include <lade/model/weights.hpp>

#include <vector>

namespace lade::inline LADE_ABI {

/// A model file in memory, of any format: tensors and all that stood beside them. Owns everything;
/// moved, never copied.
class model {
  public:
    /// The trait's name of the format it came from; empty for a model made by hand.
    std::string const& format() const { return about_.format; }
    /// The parts that are there.
    contents holds() const { return about_.holds; }

    lade::weights const& weights() const { return weights_; }
    std::vector<metadata_entry> const& metadata() const { return about_.metadata; }
    graph_summary const& graph() const { return about_.graph; }
    /// Parts that are no tensors, as the file has them.
    std::vector<file_part> const& parts() const { return about_.parts; }
    /// Numbers, strings, lists, dictionaries, objects of a pickle; type none where the file has
    /// none.
    value objects() const { return about_.objects.root(); }
    /// For programs that add to them before saving.
    values& edit_objects() { return about_.objects; }
    listing& about() { return about_; }
    listing const& about() const { return about_; }

    /// The elements of a tensor, to be written to. Tensors that share a storage change together,
    /// unless one of them is not contiguous: it then has a dense copy of its own, which wins when
    /// the model is saved. Errors: tensor.not_found, tensor.wrong_dtype, those of
    /// tensor_view::try_as.
    template <element T>
    result<std::span<T>> try_edit(std::string_view name) {
        auto const found = weights_.try_at(name);
        if (!found) return found.error();
        auto const elements = found->template try_as<T>();
        if (!elements) return elements.error();
        return std::span<T>(const_cast<T*>(elements->data()),
                            elements->size());  // every block belongs to this model
    }
#if LADE_EXCEPTIONS
    template <element T>
    std::span<T> edit(std::string_view name) {
        return value_or_throw(try_edit<T>(name));
    }
#endif

    /// Adds a tensor with a copy of its elements, dense, row-major, little-endian.
    /// Errors: tensor.bad_size (expected, found: bytes), memory.exhausted.
    result<void> add(std::string_view name, dtype type, std::span<std::uint64_t const> shape,
                     bytes::view elements);

    // For the readers of this library: memory first, then the tensor that lies in it.

    /// What prepares fresh memory before it is first touched, or null.
    using prepare = void (*)(std::span<std::byte>);

    /// New memory that lives as long as the model, aligned to 64 bytes, not initialised. Small
    /// pieces come from blocks that grow with the model. Errors: memory.exhausted.
    result<std::span<std::byte>> take(std::uint64_t size, prepare with = nullptr) {
        if (size > rest_.size() || rest_.size() == 0) {
            constexpr std::uint64_t largest = std::uint64_t{1} << 25;
            std::uint64_t const room = size > next_block_ / 2 ? size : next_block_;
            auto made = block::of(room);
            if (!made) return made.error();
            blocks_.push_back(*std::move(made));
            if (with != nullptr) with(blocks_.back().bytes());
            if (room == size)
                return blocks_.back().bytes();  // what is left of the block before stays in use
            rest_ = blocks_.back().bytes();
            next_block_ = next_block_ < largest ? next_block_ * 2 : largest;
        }
        auto const taken = rest_.first(static_cast<std::size_t>(size));
        std::uint64_t const used = bytes::aligned(size, block::alignment);
        rest_ = used < rest_.size() ? rest_.subspan(static_cast<std::size_t>(used))
                                    : std::span<std::byte>{};
        return taken;
    }
    /// Precondition: `elements` lies in memory that `take` gave.
    void place(tensor_info const& info, bytes::view elements) { weights_.add(info, elements); }
    /// The bytes of the storages that tensors share, by number.
    std::vector<std::span<std::byte>>& storages() { return storages_; }
    std::vector<std::span<std::byte>> const& storages() const { return storages_; }
    /// Call it when all tensors are placed.
    void seal() {
        weights_.index();
        if (!weights_.empty()) about_.holds |= content::weights;
    }

  private:
    listing about_;  // without tensors: `weights_` has the table
    lade::weights weights_;
    std::vector<block> blocks_;
    std::span<std::byte> rest_;  ///< of the last block for small pieces
    std::uint64_t next_block_ = std::uint64_t{1} << 16;
    std::vector<std::span<std::byte>> storages_;
};

namespace ids {
inline constexpr error_id bad_tensor_size{"tensor.bad_size", kind::mismatch,
                                          "the bytes do not fill the shape"};
}  // namespace ids

inline result<void> model::add(std::string_view name, dtype type,
                               std::span<std::uint64_t const> shape, bytes::view elements) {
    tensor_info info;
    info.name = name;
    info.type = type;
    info.shape = shape;
    info.nbytes = elements.size();
    auto const count = bytes::product(shape);
    auto const size = count ? bytes_of(type, *count) : std::nullopt;
    if (!count || (bits_of(type) != 0 && size != elements.size()))
        return fail(ids::bad_tensor_size, error::nowhere, size.value_or(~std::uint64_t{0}),
                    elements.size())
            .in(name);
    auto const memory = take(elements.size());
    if (!memory) return memory.error();
    if (!elements.empty()) std::memcpy(memory->data(), elements.data(), elements.size());
    place(info, *memory);
    about_.holds |= content::weights;
    return {};
}

}  // namespace lade::inline LADE_ABI
