// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/arena.hpp>
#include <lade/container/protobuf/schema.hpp>
#include <lade/container/protobuf/wire.hpp>

#include <bit>
#include <cstring>

/// What messages are made of in memory; see message.hpp.
namespace lade::inline LADE_ABI::protobuf {

namespace ids {
inline constexpr error_id too_large{"protobuf.too_large", kind::unsupported,
                                    "a message is larger than protobuf's 2 GiB"};
}  // namespace ids

class document;

namespace detail {

struct node;

/// One field of a message: as it stood in the file, or made here.
struct item {
    std::byte const* start;  ///< of the tag, or, if there is no header, of the payload
    node* child;             ///< the payload decoded as a message; null: not yet
    std::uint32_t size;      ///< of the payload; of a group up to its end
    std::uint32_t tag;       ///< number * 8 + wire type
    std::uint32_t spare;     ///< bytes free behind a packed payload that grows
    std::uint8_t
        header;  ///< bytes of the tag and the size as they stood; 0: made here, written canonically
    bool dropped;  ///< no longer written

    bytes::view data() const { return {start + header, size}; }
    std::uint32_t number() const { return tag >> 3; }
    wire kind() const { return static_cast<wire>(tag & 7); }
};
static_assert(sizeof(item) <= 32);

/// One message.
struct node {
    document* owner;
    message_type const* type;
    node* parent;
    std::byte const* raw;  ///< as it stood; written as it is while nothing in it has changed
    std::uint64_t raw_size;
    item* items;
    std::uint32_t count;
    std::uint32_t room;
    std::uint32_t depth;
    bool scanned;
    bool changed;
    std::uint64_t encoded;  ///< bytes to write, set by `measure`
};

}  // namespace detail

/// The bits of a number on the wire as an integer of its type: sign, width and zigzag undone. Of a
/// floating-point type the bits as they are.
constexpr std::int64_t integer_of(type of, std::uint64_t bits) {
    auto const low = static_cast<std::uint32_t>(bits);
    switch (of) {
        case type::int32:
        case type::enumeration:
        case type::sfixed32: return static_cast<std::int32_t>(low);
        case type::uint32:
        case type::fixed32: return low;
        case type::sint32: return static_cast<std::int32_t>(from_zigzag(low));
        case type::sint64: return from_zigzag(bits);
        case type::boolean: return bits != 0 ? 1 : 0;
        default: return static_cast<std::int64_t>(bits);
    }
}

/// The opposite of `integer_of`: the bits to write.
constexpr std::uint64_t bits_of(type of, std::int64_t value) {
    switch (of) {
        case type::sint32:
        case type::sint64: return zigzag(value);
        case type::uint32:
        case type::fixed32:
        case type::sfixed32: return static_cast<std::uint32_t>(value);
        default: return static_cast<std::uint64_t>(value);
    }
}

constexpr double real_of(type of, std::uint64_t bits) {
    if (of == type::real64) return std::bit_cast<double>(bits);
    if (of == type::real32) return double{std::bit_cast<float>(static_cast<std::uint32_t>(bits))};
    return static_cast<double>(integer_of(of, bits));
}

/// What the last of a document's failures hangs on: the arena that everything lives in, and the
/// first error.
///
/// Messages are decoded when they are first looked into. One that turns out to be malformed reads
/// as empty, and the document keeps the first error; ask `failed()` before trusting what was read,
/// or call `verify` (verify.hpp) once at the start. Must outlive its messages and stay where it is.
class document {
  public:
    /// `memory` must outlive the document. `depth`: messages in messages that are entered.
    explicit document(arena& memory, std::uint32_t depth = max_depth)
        : memory_(&memory), depth_(depth) {}
    document(document const&) = delete;
    document& operator=(document const&) = delete;

    bool failed() const { return error_.id != nullptr; }
    /// Precondition: failed().
    lade::error const& error() const { return error_; }
    /// Done, or the first error.
    result<void> status() const {
        if (failed()) return error_;
        return {};
    }

    arena& memory() { return *memory_; }
    std::uint32_t depth() const { return depth_; }

    /// Keeps the error if it is the first.
    void fail(lade::error const& error) {
        if (!failed()) error_ = error;
    }
    void fail_exhausted() { fail(memory_->exhausted()); }

    /// The place in the file of a byte of the message read last; error::nowhere for others.
    std::uint64_t offset_of(std::byte const* place) const {
        auto const at = reinterpret_cast<std::uintptr_t>(place);
        auto const begin = reinterpret_cast<std::uintptr_t>(data_.data());
        return at >= begin && at - begin <= data_.size() ? base_ + (at - begin)
                                                         : lade::error::nowhere;
    }

    detail::node* read_node(message_type const& type, bytes::view data, std::uint64_t base) {
        data_ = data;
        base_ = base;
        return new_node(type, nullptr, data);
    }

    /// Null: too large or too deep, or the memory is used up.
    detail::node* new_node(message_type const& type, detail::node* parent, bytes::view raw) {
        if (raw.size() > 0x7fffffff) {
            fail(lade::fail(ids::too_large, offset_of(raw.data()), 0x7fffffff, raw.size()));
            return nullptr;
        }
        std::uint32_t const depth = parent == nullptr ? 0 : parent->depth + 1;
        if (depth >= depth_) {
            fail(lade::fail(ids::too_deep, offset_of(raw.data()), depth_, depth + 1));
            return nullptr;
        }
        auto* const made = memory_->take_array<detail::node>(1);
        if (made == nullptr) {
            fail_exhausted();
            return nullptr;
        }
        return std::construct_at(made, detail::node{this, &type, parent, raw.data(), raw.size(),
                                                    nullptr, 0, 0, depth, false, false, 0});
    }

    /// Finds the fields of `of`, once. On failure it has none.
    void scan(detail::node& of) {
        if (of.scanned) return;
        of.scanned = true;
        bytes::view const raw{of.raw, static_cast<std::size_t>(of.raw_size)};
        wire_field found;
        std::uint32_t count = 0;
        std::uint64_t const base = offset_of(of.raw);
        wire_reader counting{raw, base};
        while (counting.next(found)) ++count;
        if (!counting) {
            lade::error error = counting.error();
            if (base == lade::error::nowhere) error.offset = base;
            return fail(error);
        }
        if (count == 0) return;
        of.items = memory_->take_array<detail::item>(count);
        if (of.items == nullptr) return fail_exhausted();
        of.room = count;
        for (wire_reader reading{raw}; reading.next(found);) {
            auto const header = static_cast<std::uint8_t>(found.data.data() - found.whole.data());
            std::construct_at(
                of.items + of.count++,
                detail::item{found.whole.data(), nullptr,
                             static_cast<std::uint32_t>(found.whole.size() - header),
                             static_cast<std::uint32_t>(tag_of(found.number, found.kind)), 0,
                             header, false});
        }
    }

  private:
    arena* memory_;
    std::uint32_t depth_;
    bytes::view data_{};
    std::uint64_t base_ = 0;
    lade::error error_{};
};

namespace detail {

/// Writes a number as a field of the wire type `kind` holds it. Precondition: room for ten bytes.
inline std::byte* put_number(std::byte* to, wire kind, std::uint64_t value) {
    switch (kind) {
        case wire::fixed64: bytes::store_le(to, value); return to + 8;
        case wire::fixed32: bytes::store_le(to, static_cast<std::uint32_t>(value)); return to + 4;
        default: return put_varint(to, value);
    }
}

/// Sets `encoded` of the node and of all that has changed in it: the bytes that `emit` writes.
/// Depth is bounded by the document.
inline std::uint64_t measure(node& of) {
    if (!of.changed) return of.encoded = of.raw_size;
    std::uint64_t size = 0;
    for (std::uint32_t i = 0; i < of.count; ++i) {
        item const& each = of.items[i];
        if (each.dropped) continue;
        if (each.child != nullptr && each.child->changed) {
            std::uint64_t const inner = measure(*each.child);
            size += varint_size(each.tag) + varint_size(inner) + inner;
        } else if (each.header != 0) {
            size += std::uint64_t{each.header} + each.size;
        } else {
            size += varint_size(each.tag) + each.size +
                    (each.kind() == wire::sized ? varint_size(each.size) : 0);
        }
    }
    return of.encoded = size;
}

/// Writes what `measure` has measured, and returns the place behind it.
inline std::byte* emit(node const& of, std::byte* to) {
    auto const copy = [&to](std::byte const* from, std::uint64_t size) {
        if (size != 0) std::memcpy(to, from, static_cast<std::size_t>(size));
        to += size;
    };
    if (!of.changed) {
        copy(of.raw, of.raw_size);
        return to;
    }
    for (std::uint32_t i = 0; i < of.count; ++i) {
        item const& each = of.items[i];
        if (each.dropped) continue;
        if (each.child != nullptr && each.child->changed) {
            to = put_varint(to, each.tag);
            to = put_varint(to, each.child->encoded);
            to = emit(*each.child, to);
        } else if (each.header != 0) {
            copy(each.start, std::uint64_t{each.header} + each.size);
        } else {
            to = put_varint(to, each.tag);
            if (each.kind() == wire::sized) to = put_varint(to, each.size);
            copy(each.start, each.size);
        }
    }
    return to;
}

}  // namespace detail

}  // namespace lade::inline LADE_ABI::protobuf
