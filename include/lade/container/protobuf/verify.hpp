// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/protobuf/message.hpp>

namespace lade::inline LADE_ABI::protobuf {

namespace detail {

inline void verify_packed(document& in, bytes::view data, field const& as) {
    wire const kind = wire_of(as.type);
    wire_reader numbers{data, in.offset_of(data.data())};
    while (!numbers.done()) (void)numbers.number(kind);
    if (!numbers) in.fail(numbers.error());
}

inline void verify(document& in, message_type const& type, bytes::view data, std::uint32_t depth) {
    if (depth >= in.depth())
        return in.fail(fail(ids::too_deep, in.offset_of(data.data()), in.depth(), depth + 1));
    wire_field found;
    wire_reader reading{data, in.offset_of(data.data())};
    while (!in.failed() && reading.next(found)) {
        field const* const as = type.find(found.number);
        if (as == nullptr || found.kind != wire::sized) continue;
        if (as->type == type::message) {
            if (as->message != nullptr) verify(in, *as->message, found.data, depth + 1);
        } else if (as->is_repeated() && !as->is_text()) {
            verify_packed(in, found.data, *as);
        }
    }
    if (!reading) in.fail(reading.error());
}

}  // namespace detail

/// Looks into all of a message as it stood, and takes no memory for it. One that passes is read
/// without errors, however deep. Errors: those of `wire_reader` anywhere in it, protobuf.too_deep.
inline result<void> verify(message of) {
    if (!of) return {};
    detail::verify(of.owner(), of.type(), of.raw(), 0);
    return of.owner().status();
}

}  // namespace lade::inline LADE_ABI::protobuf
