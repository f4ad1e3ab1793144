// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/arena.hpp>
#include <lade/base/limits.hpp>
#include <lade/model/tensor_entry.hpp>

#include <concepts>
#include <type_traits>

/// Models in flash: viewed where they lie, in memory of the caller. No heap, no exceptions, no
/// operating system.
namespace lade::inline LADE_ABI {

namespace ids {
inline constexpr error_id no_view{
    "view.not_in_place", kind::mismatch,
    "the elements of a tensor do not lie in the file as they are wanted",
    "load the file instead of viewing it"};
inline constexpr error_id too_few_slots{"view.too_few_slots", kind::mismatch,
                                        "the file has more tensors than the caller gave room for",
                                        "pass more slots"};
}  // namespace ids

/// How a format is viewed without a heap. No definition: it cannot be. Members:
///
///     result<tensor_entries> view(bytes::view flash, std::span<tensor_entry> slots, arena& memory)
///
/// static, fills the slots in the order of the file and gives those it used; what must be decoded
/// or joined lies in `memory`. A format that never needs any takes the first two only.
template <class Format>
struct flash_traits;

template <class Format>
concept viewed_without_scratch = requires(bytes::view flash, std::span<tensor_entry> slots) {
    { flash_traits<Format>::view(flash, slots) } -> std::same_as<result<tensor_entries>>;
};
template <class Format>
concept viewed_with_scratch =
    requires(bytes::view flash, std::span<tensor_entry> slots, arena& memory) {
        {
            flash_traits<Format>::view(flash, slots, memory)
        } -> std::same_as<result<tensor_entries>>;
    };

/// A view of a format that needs a heap.
template <class Format, bool Possible>
struct format_can_be_viewed_without_heap {
    static_assert(Possible,
                  "this format is not viewed without a heap; load it on a larger machine");
    static constexpr bool value = true;
};
/// A view of a format that needs memory beside the slots.
template <class Format, bool Possible>
struct format_can_be_viewed_without_scratch {
    static_assert(Possible, "this format is viewed with a scratch: lade::scratch<4096> memory;");
    static constexpr bool value = true;
};

/// The tensors of a model in memory, in slots of the caller: nothing is copied, nothing allocated.
/// Flash and slots must outlive what is given. Checksums are not compared.
/// Errors: those of the format, view.too_few_slots, view.not_in_place, limit.exceeded (axes).
template <class Format>
result<tensor_entries> try_view(bytes::view flash, std::span<tensor_entry> slots) {
    constexpr bool possible = viewed_without_scratch<Format> || viewed_with_scratch<Format>;
    static_assert(format_can_be_viewed_without_heap<Format, possible>::value);
    if constexpr (possible) {
        static_assert(
            format_can_be_viewed_without_scratch<Format, viewed_without_scratch<Format>>::value);
        if constexpr (viewed_without_scratch<Format>)
            return flash_traits<Format>::view(flash, slots);
        else return tensor_entries();
    } else {
        return tensor_entries();
    }
}

/// The same with memory of the caller, `lade::scratch<4096>`, which must outlive what is given too.
/// Errors: memory.exhausted as well.
template <class Format>
result<tensor_entries> try_view(bytes::view flash, std::span<tensor_entry> slots, arena& memory) {
    constexpr bool possible = viewed_without_scratch<Format> || viewed_with_scratch<Format>;
    static_assert(format_can_be_viewed_without_heap<Format, possible>::value);
    if constexpr (viewed_with_scratch<Format>)
        return flash_traits<Format>::view(flash, slots, memory);
    else if constexpr (possible) return try_view<Format>(flash, slots);
    else return tensor_entries();
}

}  // namespace lade::inline LADE_ABI
