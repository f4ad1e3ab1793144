// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/memory.hpp>
#include <lade/format/flash.hpp>
#include <lade/numpy/extent.hpp>
#include <lade/numpy/tags.hpp>

/// The view of an .npy file in flash: one tensor, `array`, as every other verb names it. Refused:
/// elements in Fortran order or big-endian, texts, more axes than a slot holds.
namespace lade::inline LADE_ABI {

template <>
struct flash_traits<numpy::npy> {
    /// Errors: npy.*, view.too_few_slots, view.not_in_place, limit.exceeded (axes).
    static result<tensor_entries> view(bytes::view flash, std::span<tensor_entry> slots) {
        memory from(flash);
        auto const where = numpy::read_extent(from);
        if (!where) return where.error();
        auto const text = bytes::text(flash.subspan(static_cast<std::size_t>(where->begin),
                                                    static_cast<std::size_t>(where->size)));
        auto const found = numpy::read_dictionary(text, *where, flash.size());
        if (!found) return found.error();
        if (found->is_permuted() || found->is_swapped() || found->element.type == dtype::string)
            return fail(ids::no_view);
        if (found->rank > tensor_entry::most_axes)
            return fail(ids::limit, where->begin, tensor_entry::most_axes, found->rank);
        if (slots.empty()) return fail(ids::too_few_slots, 0, 0, 1);
        tensor_entry& to = slots[0];
        to.name = "array";
        to.type = found->element.type;
        to.rank = static_cast<std::uint8_t>(found->rank);
        for (std::size_t axis = 0; axis < found->rank; ++axis) {
            to.axes[axis] = static_cast<std::size_t>(found->axes[axis]);
            if (to.axes[axis] != found->axes[axis]) return fail(ids::limit, where->begin);
        }
        to.bytes = flash.subspan(static_cast<std::size_t>(found->data_begin),
                                 static_cast<std::size_t>(found->data_size));
        return tensor_entries(slots.first(1));
    }
};

}  // namespace lade::inline LADE_ABI
