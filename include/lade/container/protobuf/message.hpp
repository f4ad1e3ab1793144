// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/protobuf/list.hpp>

#include <bit>
#include <cstddef>
#include <cstring>

/// A message as a tree: its fields in the order in which they stand, messages in it decoded when
/// they are looked into.
///
/// Reading follows the specification whatever the order and the number of occurrences: of a single
/// field the last counts, single messages that occur several times are merged, a member of a oneof
/// takes the others out, numbers are read packed and one by one, a field whose wire type does not
/// fit its table is unknown. Unknown fields stay where they stand.
///
/// Editing replaces fields; what was not touched is written as it was, byte for byte (encode.hpp).
///
/// A `message` is a pointer: copied freely, good as long as its document. A message that is absent
/// is false, reads as empty, and ignores edits, so that a path through absent messages needs no
/// questions on the way.
namespace lade::inline LADE_ABI::protobuf {

class message {
  public:
    message() = default;
    explicit message(detail::node* node) : node_(node) {}

    explicit operator bool() const { return node_ != nullptr; }
    bool operator==(message const&) const = default;
    /// Precondition: not absent.
    message_type const& type() const { return *node_->type; }
    document& owner() const { return *node_->owner; }
    detail::node* node() const { return node_; }

    /// The bytes as they stood; empty for a message that was made or has changed.
    lade::bytes::view raw() const {
        if (node_ == nullptr || node_->changed) return {};
        return {node_->raw, static_cast<std::size_t>(node_->raw_size)};
    }

    // reading

    bool has(std::uint32_t number) const { return last(number) != nullptr; }
    /// Which member of a oneof is set: the number of its field; 0: none.
    std::uint32_t which(std::uint8_t oneof) const;

    /// Of a floating-point field its bits.
    std::int64_t integer(std::uint32_t number, std::int64_t otherwise = 0) const {
        detail::item const* const found = last(number);
        return found != nullptr ? integer_of(type_of(number), bits(*found)) : otherwise;
    }
    double real(std::uint32_t number, double otherwise = 0) const {
        detail::item const* const found = last(number);
        return found != nullptr ? real_of(type_of(number), bits(*found)) : otherwise;
    }
    bool flag(std::uint32_t number) const { return integer(number) != 0; }
    std::string_view text(std::uint32_t number) const { return lade::bytes::text(bytes(number)); }
    lade::bytes::view bytes(std::uint32_t number) const {
        detail::item const* const found = last(number);
        return found != nullptr && found->kind() == wire::sized ? found->data()
                                                                : lade::bytes::view{};
    }
    /// The message in a single field, merged of all its occurrences.
    message sub(std::uint32_t number) const;

    /// Occurrences of a repeated field; of numbers `integers`, `reals` or `bits` give the elements.
    std::size_t count(std::uint32_t number) const {
        std::size_t found = 0;
        for ([[maybe_unused]] auto each : bytes_list(number)) ++found;
        return found;
    }
    occurrences<detail::as_message> subs(std::uint32_t number) const { return {node_, number}; }
    occurrences<detail::as_text> texts(std::uint32_t number) const { return {node_, number}; }
    occurrences<detail::as_bytes> bytes_list(std::uint32_t number) const { return {node_, number}; }
    number_list<detail::as_integer> integers(std::uint32_t number) const { return {node_, number}; }
    number_list<detail::as_real> reals(std::uint32_t number) const { return {node_, number}; }
    number_list<detail::as_bits> bits_list(std::uint32_t number) const { return {node_, number}; }

    /// The value of a map with keys that are text; absent if no entry has the key, the last if
    /// several have.
    message at(std::uint32_t number, std::string_view key) const {
        message const found = entry(number, key);
        return found ? found.sub(2) : message{};
    }
    /// The entry itself, for values that are no messages. Looks at keys only, and decodes nothing
    /// but the entry.
    message entry(std::uint32_t number, std::string_view key) const;

    // editing

    /// Each replaces what was there, the other members of a oneof too. A field that was not there
    /// is put in the order of the numbers. Text and bytes are copied.
    void set_integer(std::uint32_t number, std::int64_t value) {
        set_bits(number, protobuf::bits_of(type_of(number), value));
    }
    void set_real(std::uint32_t number, double value) {
        set_bits(number, real_bits(type_of(number), value));
    }
    void set_flag(std::uint32_t number, bool value) { set_bits(number, value ? 1 : 0); }
    void set_text(std::uint32_t number, std::string_view value) {
        set_bytes(number, lade::bytes::of(value));
    }
    void set_bytes(std::uint32_t number, lade::bytes::view value) {
        if (detail::item* const to = replace(number, wire::sized)) put(*to, value);
    }
    void set_bits(std::uint32_t number, std::uint64_t value) {
        if (detail::item* const to = replace(number, wire_of(type_of(number))))
            put_bits(*to, value);
    }
    /// The message in a single field, to be edited: what stands there, or a new one.
    message edit(std::uint32_t number);
    void clear(std::uint32_t number) {
        if (node_ == nullptr) return;
        node_->owner->scan(*node_);
        for (std::uint32_t i = 0; i < node_->count; ++i)
            if (node_->items[i].number() == number) node_->items[i].dropped = true;
        mark();
    }

    /// Each puts one more element behind those of a repeated field.
    message add(std::uint32_t number);
    /// A copy of `of`, which may belong to another document; its bytes must outlive this one.
    message add(std::uint32_t number, message of);
    void add_text(std::uint32_t number, std::string_view value) {
        add_bytes(number, lade::bytes::of(value));
    }
    void add_bytes(std::uint32_t number, lade::bytes::view value) {
        if (detail::item* const to = insert(number, wire::sized)) put(*to, value);
    }
    /// The same two, but `value` is borrowed and must outlive the document: how a large tensor gets
    /// into a graph.
    void set_bytes_borrowed(std::uint32_t number, lade::bytes::view value) {
        if (detail::item* const to = replace(number, wire::sized)) borrow(*to, value);
    }
    void add_bytes_borrowed(std::uint32_t number, lade::bytes::view value) {
        if (detail::item* const to = insert(number, wire::sized)) borrow(*to, value);
    }
    /// The bytes of `value` in a field of bytes: the payload of a google.protobuf.Any.
    void set_encoded(std::uint32_t number, message value) {
        if (node_ == nullptr || !value) return;
        bytes_copy const from = value.stored(*node_->owner);
        if (from.data != nullptr)
            set_bytes_borrowed(number, lade::bytes::view{from.data, from.size});
    }
    void add_integer(std::uint32_t number, std::int64_t value) {
        add_bits(number, protobuf::bits_of(type_of(number), value));
    }
    void add_real(std::uint32_t number, double value) {
        add_bits(number, real_bits(type_of(number), value));
    }
    /// Packed where the table says so.
    void add_bits(std::uint32_t number, std::uint64_t value);

    /// Appends the fields of `of` that the table does not know, as they stand. Their bytes must
    /// outlive this document.
    void add_unknown(message of);

    /// The entry of a map for the key, new or as it stands.
    message edit_entry(std::uint32_t number, std::string_view key);

    /// Keeps the elements of a repeated message for which `keep` is true.
    template <class Keep>
    void keep_if(std::uint32_t number, Keep&& keep) {
        if (node_ == nullptr) return;
        node_->owner->scan(*node_);
        field const* const as = node_->type->find(number);
        for (std::uint32_t i = 0; i < node_->count; ++i) {
            detail::item& each = node_->items[i];
            if (each.number() != number || !detail::fits(each, as) ||
                keep(detail::as_message::get(*node_, each, as)))
                continue;
            each.dropped = true;
            mark();
        }
    }

  private:
    friend struct detail::as_message;

    static std::uint64_t real_bits(protobuf::type of, double value) {
        if (of == protobuf::type::real32)
            return std::bit_cast<std::uint32_t>(static_cast<float>(value));
        if (of == protobuf::type::real64) return std::bit_cast<std::uint64_t>(value);
        return protobuf::bits_of(of, static_cast<std::int64_t>(value));
    }
    protobuf::type type_of(std::uint32_t number) const {
        field const* const as = node_ != nullptr ? node_->type->find(number) : nullptr;
        return as != nullptr ? as->type : protobuf::type::uint64;
    }
    static std::uint64_t bits(detail::item const& of) {
        wire_reader from{of.data()};
        return from.number(of.kind());
    }
    bool fits_size(std::uint64_t size) const {
        if (size <= 0x7fffffff) return true;
        node_->owner->fail(lade::fail(ids::too_large, error::nowhere, 0x7fffffff, size));
        return false;
    }

    /// The occurrence that counts: the last, unless another member of its oneof stands behind it.
    /// Null: absent.
    detail::item* last(std::uint32_t number) const;

    /// This message and those it is in have changed.
    void mark() {
        for (detail::node* at = node_; at != nullptr && !at->changed; at = at->parent)
            at->changed = true;
    }
    /// Room for a field behind those with the same or a smaller number; null: absent, or the memory
    /// is used up.
    detail::item* insert(std::uint32_t number, wire kind);
    /// The field alone, empty, at the place of its last occurrence or a new one.
    detail::item* replace(std::uint32_t number, wire kind);
    /// Fields from the end that are looked at for the right place of a new one.
    static constexpr std::uint32_t look_back = 64;

    struct bytes_copy {
        std::byte const* data = nullptr;
        std::uint32_t size = 0;
    };
    /// The encoded message in bytes that last: its own, or new ones of `in`.
    bytes_copy stored(document& in) const;
    /// A new message as the payload of `to`.
    message fresh(detail::item& to, message_type const& of);
    void put(detail::item& to, lade::bytes::view value);
    void borrow(detail::item& to, lade::bytes::view value) {
        if (!fits_size(value.size())) return;
        to.start = value.data();
        to.size = static_cast<std::uint32_t>(value.size());
    }
    void put_bits(detail::item& to, std::uint64_t value);

    detail::node* node_ = nullptr;
};

inline message detail::as_message::get(node& of, item& from, field const* as) {
    if (as == nullptr || as->message == nullptr || from.kind() != wire::sized) return {};
    if (from.child == nullptr) from.child = of.owner->new_node(*as->message, &of, from.data());
    return message{from.child};
}

inline detail::item* message::last(std::uint32_t number) const {
    if (node_ == nullptr) return nullptr;
    node_->owner->scan(*node_);
    field const* const as = node_->type->find(number);
    for (std::uint32_t i = node_->count; i-- > 0;) {
        detail::item& each = node_->items[i];
        if (each.number() == number) {
            if (detail::fits(each, as)) return &each;
        } else if (as != nullptr && as->oneof != 0) {
            field const* const other = node_->type->find(each.number());
            if (other != nullptr && other->oneof == as->oneof && detail::fits(each, other))
                return nullptr;
        }
    }
    return nullptr;
}

inline std::uint32_t message::which(std::uint8_t oneof) const {
    if (node_ == nullptr) return 0;
    node_->owner->scan(*node_);
    for (std::uint32_t i = node_->count; i-- > 0;) {
        field const* const as = node_->type->find(node_->items[i].number());
        if (as != nullptr && as->oneof == oneof && detail::fits(node_->items[i], as))
            return as->number;
    }
    return 0;
}

inline message message::sub(std::uint32_t number) const {
    detail::item* const found = last(number);
    if (found == nullptr) return {};
    field const* const as = node_->type->find(number);
    if (found->child != nullptr || as == nullptr || as->is_repeated())
        return detail::as_message::get(*node_, *found, as);

    // several occurrences merge, and merging messages is the same as reading one after the other
    detail::item* first = found;
    std::uint64_t size = 0;
    for (detail::item* at = found + 1; at-- != node_->items;) {
        if (at->number() == number) {
            if (!detail::fits(*at, as)) continue;
            first = at;
            size += at->size;
        } else if (as->oneof != 0) {
            field const* const other = node_->type->find(at->number());
            if (other != nullptr && other->oneof == as->oneof && detail::fits(*at, other)) break;
        }
    }
    if (first == found) return detail::as_message::get(*node_, *found, as);
    auto* const merged = node_->owner->memory().take_array<std::byte>(size);
    if (merged == nullptr) {
        node_->owner->fail_exhausted();
        return {};
    }
    std::byte* to = merged;
    for (detail::item* at = first; at <= found; ++at) {
        if (at->number() != number || !detail::fits(*at, as)) continue;
        if (at->size != 0) std::memcpy(to, at->data().data(), at->size);
        to += at->size;
    }
    if (as->message != nullptr)
        found->child = node_->owner->new_node(
            *as->message, node_, lade::bytes::view{merged, static_cast<std::size_t>(size)});
    return message{found->child};
}

inline message message::entry(std::uint32_t number, std::string_view key) const {
    if (node_ == nullptr) return {};
    node_->owner->scan(*node_);
    field const* const as = node_->type->find(number);
    for (std::uint32_t i = node_->count; i-- > 0;) {
        detail::item& each = node_->items[i];
        if (each.number() != number || !detail::fits(each, as)) continue;
        std::string_view found;
        if (each.child != nullptr) {
            found = message{each.child}.text(1);
        } else {
            wire_field part;
            for (wire_reader inside{each.data()}; inside.next(part);)
                if (part.number == 1 && part.kind == wire::sized)
                    found = lade::bytes::text(part.data);
        }
        if (found == key) return detail::as_message::get(*node_, each, as);
    }
    return {};
}

inline detail::item* message::insert(std::uint32_t number, wire kind) {
    if (node_ == nullptr) return nullptr;
    node_->owner->scan(*node_);
    if (node_->count == node_->room) {
        std::uint32_t const room = node_->room < 4 ? 8 : node_->room * 2;
        auto* const to = node_->owner->memory().take_array<detail::item>(room);
        if (to == nullptr) {
            node_->owner->fail_exhausted();
            return nullptr;
        }
        if (node_->count != 0)
            std::memcpy(static_cast<void*>(to), node_->items, node_->count * sizeof(detail::item));
        node_->items = to;
        node_->room = room;
    }
    // behind smaller numbers, if the place is near: the order has no meaning, and moving many
    // fields for each would cost
    std::uint32_t const end = node_->count++;
    std::uint32_t at = end;
    while (at > 0 && node_->items[at - 1].number() > number && end - at < look_back) --at;
    if (end - at == look_back) at = end;
    for (std::uint32_t i = end; i > at; --i) node_->items[i] = node_->items[i - 1];
    mark();
    return std::construct_at(
        node_->items + at,
        detail::item{nullptr, nullptr, 0, static_cast<std::uint32_t>(tag_of(number, kind)), 0, 0,
                     false});
}

inline detail::item* message::replace(std::uint32_t number, wire kind) {
    if (node_ == nullptr) return nullptr;
    node_->owner->scan(*node_);
    field const* const as = node_->type->find(number);
    detail::item* kept = nullptr;
    for (std::uint32_t i = node_->count; i-- > 0;) {
        detail::item& each = node_->items[i];
        if (each.number() == number) {
            if (kept == nullptr) kept = &each;
            else each.dropped = true;
        } else if (as != nullptr && as->oneof != 0) {
            field const* const other = node_->type->find(each.number());
            if (other != nullptr && other->oneof == as->oneof) each.dropped = true;
        }
    }
    if (kept == nullptr) return insert(number, kind);
    *kept = detail::item{nullptr, nullptr, 0,    static_cast<std::uint32_t>(tag_of(number, kind)),
                         0,       0,       false};
    mark();
    return kept;
}

inline void message::put(detail::item& to, lade::bytes::view value) {
    if (!fits_size(value.size())) return;
    auto const kept = node_->owner->memory().copy(lade::bytes::text(value));
    if (kept.data() == nullptr) return node_->owner->fail_exhausted();
    to.start = lade::bytes::of(kept).data();
    to.size = static_cast<std::uint32_t>(kept.size());
}

inline void message::put_bits(detail::item& to, std::uint64_t value) {
    std::byte encoded[10];
    auto const size =
        static_cast<std::size_t>(detail::put_number(encoded, to.kind(), value) - encoded);
    put(to, lade::bytes::view{encoded, size});
}

inline void message::add_bits(std::uint32_t number, std::uint64_t value) {
    if (node_ == nullptr) return;
    field const* const as = node_->type->find(number);
    wire const kind = wire_of(type_of(number));
    if (as == nullptr || as->rule != rule::packed) {
        if (detail::item* const to = insert(number, kind)) put_bits(*to, value);
        return;
    }
    node_->owner->scan(*node_);
    detail::item* to = nullptr;
    for (std::uint32_t i = node_->count;
         i-- > 0 && node_->items[i].number() >= number && node_->count - i <= look_back;)
        if (node_->items[i].number() == number && !node_->items[i].dropped) {
            to = &node_->items[i];
            break;
        }
    if (to == nullptr || to->header != 0 || to->kind() != wire::sized)
        to = insert(number, wire::sized);
    if (to == nullptr) return;
    std::byte encoded[10];
    auto const size =
        static_cast<std::uint32_t>(detail::put_number(encoded, kind, value) - encoded);
    if (to->spare < size) {
        std::uint64_t const room = std::uint64_t{to->size} * 2 + 16;
        if (!fits_size(room)) return;
        auto* const grown = node_->owner->memory().take_array<std::byte>(room);
        if (grown == nullptr) return node_->owner->fail_exhausted();
        if (to->size != 0) std::memcpy(grown, to->start, to->size);
        to->start = grown;
        to->spare = static_cast<std::uint32_t>(room) - to->size;
    }
    std::memcpy(const_cast<std::byte*>(to->start) + to->size, encoded,
                size);  // memory of the arena, taken above
    to->size += size;
    to->spare -= size;
    mark();
}

inline message message::edit(std::uint32_t number) {
    message const found = sub(number);
    field const* const as = node_ != nullptr ? node_->type->find(number) : nullptr;
    if (!found) {
        if (as == nullptr || as->message == nullptr || node_->owner->failed()) return {};
        if (detail::item* const to = replace(number, wire::sized)) return fresh(*to, *as->message);
        return {};
    }
    bool several = false;
    for (std::uint32_t i = 0; i < node_->count; ++i) {
        detail::item& each = node_->items[i];
        if (each.number() != number || each.child == found.node_ || each.dropped) continue;
        each.dropped = true;
        several = true;
    }
    if (several) {
        node_->owner->scan(*found.node_);
        found.node_->changed = true;
        mark();
    }
    return found;
}

inline message message::add(std::uint32_t number) {
    field const* const as = node_ != nullptr ? node_->type->find(number) : nullptr;
    if (as == nullptr || as->message == nullptr) return {};
    detail::item* const to = insert(number, wire::sized);
    return to != nullptr ? fresh(*to, *as->message) : message{};
}

inline message message::add(std::uint32_t number, message of) {
    field const* const as = node_ != nullptr ? node_->type->find(number) : nullptr;
    if (!of || as == nullptr || as->message == nullptr) return {};
    bytes_copy const from = of.stored(*node_->owner);
    if (from.data == nullptr) return {};
    detail::item* const to = insert(number, wire::sized);
    if (to == nullptr) return {};
    to->start = from.data;
    to->size = from.size;
    return detail::as_message::get(*node_, *to, as);
}

inline message::bytes_copy message::stored(document& in) const {
    static constexpr std::byte nothing[1]{};
    if (!node_->changed)
        return {node_->raw_size != 0 ? node_->raw : nothing,
                static_cast<std::uint32_t>(node_->raw_size)};
    std::uint64_t const size = detail::measure(*node_);
    if (!fits_size(size)) return {};
    auto* const to = in.memory().take_array<std::byte>(size != 0 ? size : 1);
    if (to == nullptr) {
        in.fail_exhausted();
        return {};
    }
    detail::emit(*node_, to);
    return {to, static_cast<std::uint32_t>(size)};
}

inline message message::fresh(detail::item& to, message_type const& of) {
    to.child = node_->owner->new_node(of, node_, {});
    if (to.child == nullptr) return {};
    to.child->scanned = true;
    to.child->changed = true;
    return message{to.child};
}

inline message message::edit_entry(std::uint32_t number, std::string_view key) {
    if (message const found = entry(number, key)) return found;
    message made = add(number);
    made.set_text(1, key);
    return made;
}

inline void message::add_unknown(message of) {
    if (node_ == nullptr || !of) return;
    of.owner().scan(*of.node_);
    for (std::uint32_t i = 0; i < of.node_->count; ++i) {
        detail::item const& each = of.node_->items[i];
        field const* const as = node_->type->find(each.number());
        if (each.dropped || (as != nullptr && detail::fits(each, as))) continue;
        if (detail::item* const to = insert(0x1fffffff, each.kind())) *to = each;
    }
}

/// A message over `data`, decoded as it is looked into. `data` and `in` must outlive it. `base` is
/// where `data` starts in the file. Errors, in the document: protobuf.too_large.
inline message read(document& in, message_type const& type, bytes::view data,
                    std::uint64_t base = 0) {
    return message{in.read_node(type, data, base)};
}

/// A new, empty message.
inline message make(document& in, message_type const& type) {
    detail::node* const made = in.new_node(type, nullptr, {});
    if (made != nullptr) made->scanned = made->changed = true;
    return message{made};
}

}  // namespace lade::inline LADE_ABI::protobuf
