// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bind/tensor_trait.hpp>
#include <lade/model/report.hpp>
#include <lade/model/tensor_view.hpp>

#include <string>
#include <vector>

namespace lade::inline LADE_ABI::ids {
inline constexpr error_id no_room{"bind.no_room", kind::mismatch,
                                  "a field has no memory for the elements of its shape",
                                  "a tensor that was moved from must be given a value first"};
}  // namespace lade::inline LADE_ABI::ids

/// A field that holds a tensor, its type forgotten: what is compiled once for each type is small,
/// and all that follows is compiled once.
namespace lade::inline LADE_ABI::detail {

/// A length of an axis that may be any.
inline constexpr std::uint64_t any_length = ~std::uint64_t{0};

/// What a field can take.
struct wanted_tensor {
    std::string name;
    dtype type = dtype::float32;
    bool any_shape = false;
    std::vector<std::uint64_t> shape;  ///< as the field's memory has it, by rows
    bool is_flat = false;              ///< tensor_trait::is_flat
    bool is_view = false;              ///< tensor_trait::is_view
    bool transposed = false;           ///< the file has the axes in reverse order

    /// "float32[128,?]", as the file should have it.
    std::string text() const {
        std::string all(name_of(type));
        if (any_shape) return all += "[...]";
        all += '[';
        for (std::size_t i = 0; i < shape.size(); ++i) {
            std::uint64_t const one = shape[transposed ? shape.size() - 1 - i : i];
            all.append(i == 0 ? "" : ",");
            all.append(one == any_length ? "?" : std::to_string(one));
        }
        return all += ']';
    }
    /// Whether a tensor of this shape, as the field's memory would have it, fits.
    bool takes(std::span<std::uint64_t const> other) const {
        if (any_shape) return true;
        if (other.size() != shape.size()) return false;
        for (std::size_t i = 0; i < shape.size(); ++i)
            if (shape[i] != any_length && shape[i] != other[i]) return false;
        return true;
    }
};

inline std::vector<std::uint64_t> reversed(std::span<std::uint64_t const> shape) {
    return {shape.rbegin(), shape.rend()};
}

/// What prepares fresh memory before it is first touched, or null.
using prepare_memory = void (*)(std::span<std::byte>);

/// A field, about to be written.
struct open_leaf {
    void* at = nullptr;
    /// The memory of all elements, in the shape that was asked for (by rows). Errors:
    /// memory.exhausted, bind.no_room.
    result<std::span<std::byte>> (*room)(void* at, std::span<std::uint64_t const> shape,
                                         prepare_memory prepare) = nullptr;
    /// Instead of `room`, of a field that points into the file. Errors: those of
    /// tensor_view::try_as.
    result<void> (*point)(void* at, tensor_view const& to) = nullptr;
};

/// The shape of a tensor in memory, by rows.
template <tensor_like T>
std::vector<std::uint64_t> shape_of(T const& of) {
    auto const shape = bind_tensor<T>::shape(of);
    std::vector<std::uint64_t> lengths;
    for (auto const one : shape) lengths.push_back(static_cast<std::uint64_t>(one));
    if constexpr (tensor_trait<T>::is_by_columns) return reversed(lengths);
    else return lengths;
}

template <tensor_like T>
wanted_tensor wanted(T const& of, std::string_view name, bool transposed) {
    using trait = tensor_trait<T>;
    wanted_tensor made;
    made.name = name;
    made.type = trait::type;
    made.is_flat = trait::is_flat;
    made.is_view = trait::is_view;
    made.transposed = transposed;
    if constexpr (trait::is_view || (trait::can_resize && trait::rank == any_rank))
        made.any_shape = true;
    else if constexpr (trait::can_resize) made.shape.assign(trait::rank, any_length);
    else made.shape = shape_of(of);
    return made;
}

template <tensor_like T>
open_leaf open(T& of) {
    using trait = tensor_trait<T>;
    using E = typename trait::element;
    open_leaf made;
    made.at = &of;
    if constexpr (trait::is_view) {
        made.point = [](void* at, tensor_view const& to) -> result<void> {
            auto const elements = to.try_as<E>();
            if (!elements) return elements.error();
            *static_cast<T*>(at) = T(*elements);
            return {};
        };
    } else {
        made.room = [](void* at, std::span<std::uint64_t const> shape,
                       [[maybe_unused]] prepare_memory prepare) -> result<std::span<std::byte>> {
            T& to = *static_cast<T*>(at);
            std::vector<std::uint64_t> lengths(shape.begin(), shape.end());
            if constexpr (trait::is_by_columns) lengths = reversed(shape);
            std::span<std::uint64_t const> const wanted(lengths);
            using stated = bind_tensor<T>;
            if constexpr (requires { stated::resize(to, wanted, prepare); }) {
                if (auto const done = stated::resize(to, wanted, prepare); !done)
                    return done.error();
            } else if constexpr (trait::can_resize) {
                stated::resize(to, wanted);
            }
            std::uint64_t count = 1;
            for (std::uint64_t const one : wanted) count *= one;
            E* const data = stated::data(to);
            if (data == nullptr && count != 0) return fail(ids::no_room);
            return std::as_writable_bytes(std::span<E>(data, static_cast<std::size_t>(count)));
        };
    }
    return made;
}

}  // namespace lade::inline LADE_ABI::detail
