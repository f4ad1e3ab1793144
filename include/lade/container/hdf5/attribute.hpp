// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/hdf5/dataspace.hpp>
#include <lade/container/hdf5/state.hpp>

#include <bit>
#include <string>

/// Attribute messages 0x0C: small named values of an object (IV.A.2.m), and their dense storage
/// (0x15, IV.A.2.v).
///
///     byte  size  member
///        0     1  version: 1, 2, 3
///        1     1  version 2 and 3: flags: 1 the type is shared, 2 the space is shared
///        2     2  bytes of the name, NUL included
///        4     2  bytes of the type
///        6     2  bytes of the space
///             (1) version 3: character set of the name
///              .  name, type, space; version 1 pads each to 8
///              .  data
///
///     attribute info: u8 0, u8 flags (1: u16 largest order), O fractal heap, O B-tree of names
///     (type 8: heap id, u8 flags, u32 order, u32 lookup3 of the name), (2: O B-tree of orders); an
///     object of the heap is an attribute message
namespace lade::inline LADE_ABI::hdf5 {

namespace ids {
inline constexpr error_id bad_attribute{"hdf5.bad_attribute", kind::corrupt,
                                        "an attribute holds a number that cannot be"};
inline constexpr error_id no_attribute{"hdf5.no_attribute", kind::mismatch,
                                       "the object has no attribute of this name"};
inline constexpr error_id wrong_type{"hdf5.wrong_type", kind::mismatch,
                                     "the value is not of the type that was asked for"};
}  // namespace ids

/// An attribute. Owns its bytes; borrows the file where texts are of variable length.
class attribute {
  public:
    /// `hops` bounds attributes whose parts are shared.
    static result<attribute> decode(file_state& state, bytes::view data, std::uint64_t offset) {
        attribute made(state);
        bytes::cursor at(data, offset);
        unsigned const version = at.number<std::uint8_t>();
        unsigned const flags = at.number<std::uint8_t>();
        std::uint64_t const name_size = at.number<std::uint16_t>();
        std::uint64_t const type_size = at.number<std::uint16_t>();
        std::uint64_t const space_size = at.number<std::uint16_t>();
        if (!at) return at.error();
        if (version < 1 || version > 3) return fail(ids::unsupported_version, offset, 3, version);
        if (version == 3) at.bytes(1);
        auto const padded = [version](std::uint64_t size) {
            return version == 1 ? bytes::aligned(size, 8) : size;
        };
        std::string_view name = bytes::text(at.bytes(padded(name_size)));
        std::uint64_t const type_at = at.offset();
        bytes::view type =
            at.bytes(padded(type_size)).first(at ? static_cast<std::size_t>(type_size) : 0);
        std::uint64_t const space_at = at.offset();
        bytes::view space =
            at.bytes(padded(space_size)).first(at ? static_cast<std::size_t>(space_size) : 0);
        if (!at) return at.error();
        name = name.substr(0, static_cast<std::size_t>(name_size));
        name = name.substr(0, name.find('\0'));
        made.name_.assign(name);

        block held_type;
        block held_space;
        if (version > 1 && (flags & 1) != 0) {
            auto found =
                follow_shared(state.in, state.shared, message_type::datatype, type, type_at);
            if (!found) return found.error();
            held_type = std::move(*found);
            type = held_type.view();
        }
        if (version > 1 && (flags & 2) != 0) {
            auto found =
                follow_shared(state.in, state.shared, message_type::dataspace, space, space_at);
            if (!found) return found.error();
            held_space = std::move(*found);
            space = held_space.view();
        }
        bytes::cursor type_cursor(type, type_at);
        auto decoded = read_datatype(type_cursor);
        if (!decoded) return decoded.error();
        made.type_ = std::move(*decoded);
        auto const shape = read_dataspace(state.in, space, space_at);
        if (!shape) return shape.error();
        made.space_ = *shape;
        made.element_ = element_of(made.type_);
        auto const elements = made.space_.elements();
        auto const size = elements ? bytes::product(*elements, made.type_.root.size) : std::nullopt;
        if (!size) return fail(ids::bad_attribute, offset);
        bytes::view const value = at.bytes(*size);
        if (!at) return at.error();
        made.data_.assign(value.begin(), value.end());
        return made;
    }

    std::string_view name() const { return name_; }
    datatype const& type() const { return type_; }
    dataspace const& space() const { return space_; }
    lade::dtype dtype() const { return element_.type; }
    bytes::view stored() const { return data_; }
    /// Scalars in all; those of arrays counted one by one.
    std::uint64_t size() const { return element_.stored == 0 ? 0 : data_.size() / element_.stored; }

    /// The elements dense and little-endian; strings of variable length as the file points to them.
    std::vector<std::byte> dense() const {
        std::vector<std::byte> made(static_cast<std::size_t>(size() * element_.dense));
        convert(type_, element_, data_, made);
        return made;
    }

    /// All texts. An attribute without elements has none, whatever its type: writers store empty
    /// lists as numbers. Errors: hdf5.wrong_type, hdf5.bad_global_heap, limit.exceeded.
    result<std::vector<std::string>> texts() const {
        std::vector<std::string> made;
        if (size() == 0) return made;
        if (element_.type != dtype::string) return fail(ids::wrong_type).in(name_);
        std::uint64_t granted = state_->in.limits().decoded(state_->in.size());
        auto const keep = [&made](std::string_view text) -> result<void> {
            made.emplace_back(text);
            return {};
        };
        if (auto const done = for_each_text_in(*state_, type_, element_, data_, granted, keep);
            !done)
            return done.error().in(name_);
        return made;
    }
    /// The one text. Errors: those of `texts`; hdf5.wrong_type where there is not exactly one.
    result<std::string> text() const {
        auto all = texts();
        if (!all) return all.error();
        if (all->size() != 1)
            return fail(ids::wrong_type, error::nowhere, 1, all->size()).in(name_);
        return std::move((*all)[0]);
    }
    /// All numbers as integers. Errors: hdf5.wrong_type for others than integers and booleans, or
    /// beyond 63 bits.
    result<std::vector<std::int64_t>> integers() const {
        auto const is = row_of(element_.type).is;
        if (is != dtype_class::integer && is != dtype_class::natural && is != dtype_class::boolean)
            return fail(ids::wrong_type).in(name_);
        std::vector<std::int64_t> made;
        for_each_number(
            [&](std::uint64_t bits) { made.push_back(static_cast<std::int64_t>(bits)); });
        if (element_.type == dtype::uint64)
            for (std::int64_t one : made)
                if (one < 0)
                    return fail(ids::wrong_type, error::nowhere, 0, static_cast<std::uint64_t>(one))
                        .in(name_);
        return made;
    }
    result<std::int64_t> integer() const {
        auto const all = integers();
        if (!all) return all.error();
        if (all->size() != 1)
            return fail(ids::wrong_type, error::nowhere, 1, all->size()).in(name_);
        return (*all)[0];
    }
    /// All numbers as float64: those of float16, bfloat16, float32, float64 and integers.
    /// Errors: hdf5.wrong_type for others.
    result<std::vector<double>> reals() const {
        float_fields from;
        switch (element_.type) {
            case dtype::float16: from = ieee16; break;
            case dtype::bfloat16: from = brain16; break;
            case dtype::float32: from = ieee32; break;
            case dtype::float64: from = ieee64; break;
            default: {
                auto const whole = integers();
                if (!whole) return whole.error();
                return std::vector<double>(whole->begin(), whole->end());
            }
        }
        std::vector<double> made;
        for_each_number([&](std::uint64_t bits) {
            made.push_back(std::bit_cast<double>(detail::convert_float(bits, from, ieee64)));
        });
        return made;
    }
    result<double> real() const {
        auto const all = reals();
        if (!all) return all.error();
        if (all->size() != 1)
            return fail(ids::wrong_type, error::nowhere, 1, all->size()).in(name_);
        return (*all)[0];
    }

  private:
    explicit attribute(file_state& state) : state_(&state) {}

    template <class F>
    void for_each_number(F each) const {
        auto const values = dense();
        bool const is_signed = row_of(element_.type).is == dtype_class::integer;
        unsigned const size = element_.dense;
        for (std::size_t at = 0; size != 0 && at + size <= values.size(); at += size) {
            std::uint64_t bits = detail::load_sized(values.data() + at, size, bytes::order::little);
            if (is_signed && size < 8 && (bits >> (8 * size - 1) & 1) != 0)
                bits |= ~std::uint64_t{0} << (8 * size);
            each(bits);
        }
    }

    file_state* state_;
    std::string name_;
    datatype type_;
    dataspace space_{};
    element element_;
    std::vector<std::byte> data_;
};

namespace detail {

/// The name in an attribute message, without decoding the rest; none if it is too short.
inline std::optional<std::string_view> attribute_name(bytes::view data) {
    bytes::cursor at(data);
    unsigned const version = at.number<std::uint8_t>();
    at.bytes(1);
    std::uint64_t const size = at.number<std::uint16_t>();
    at.bytes(version == 3 ? 5 : 4);
    std::string_view const name = bytes::text(at.bytes(size));
    if (!at) return std::nullopt;
    return name.substr(0, name.find('\0'));
}

/// Calls each(message body, offset) -> result<bool> (true: go on) for the attributes of an object,
/// as they are stored. `wanted`: only attributes that may have this name. A shared body is good
/// during the call.
template <class F>
result<void> for_each_attribute(file_state& state, object_header const& of,
                                std::string_view const* wanted, F each) {
    bool more = true;
    for (message const& one : of.messages) {
        if (one.type == message_type::attribute) {
            block held;
            auto const body = state.body(one, held);
            if (!body) return body.error();
            auto const name = attribute_name(*body);
            if (wanted != nullptr && name && *name != *wanted) continue;
            auto const go_on = each(*body, one.offset);
            if (!go_on) return go_on.error();
            if (!*go_on) return {};
        } else if (one.type == message_type::attribute_info) {
            bytes::cursor at(one.data, one.offset);
            if (auto const version = expect_version(at, 0); !version) return version;
            unsigned const flags = at.number<std::uint8_t>();
            if ((flags & 1) != 0) at.bytes(2);
            std::uint64_t const heap_at = state.in.address(at);
            std::uint64_t const tree_at = state.in.address(at);
            if (!at) return at.error();
            if (heap_at == no_address || tree_at == no_address) continue;
            auto heap = fractal_heap::open(state.in, heap_at);
            if (!heap) return heap.error();
            auto const tree = read_btree_v2_header(state.in, tree_at);
            if (!tree) return tree.error();
            if (tree->type != 8 || tree->record_size < 9 + 2)
                return fail(ids::bad_btree, state.in.place(tree_at), 8, tree->type);
            std::uint32_t const hash = wanted != nullptr ? codec::lookup3(bytes::of(*wanted)) : 0;
            budget work(state.in.size());
            auto const done = for_each_in_btree_v2(
                state.in, tree_at, *tree,
                [&](bytes::view record, std::uint64_t offset) -> result<void> {
                    if (!more) return {};
                    if (wanted != nullptr &&
                        bytes::load_le<std::uint32_t>(record.last(4).data()) != hash)
                        return {};
                    bytes::view const id = record.first(record.size() - 9);
                    unsigned const message_flags = static_cast<unsigned>(record[record.size() - 9]);
                    bytes::view body;
                    block held;
                    if ((message_flags & 2) != 0) {
                        std::vector<std::byte> pointer{std::byte{3}, std::byte{1}};
                        pointer.insert(pointer.end(), id.begin(), id.end());
                        auto found = follow_shared(state.in, state.shared, message_type::attribute,
                                                   pointer, offset);
                        if (!found) return found.error();
                        held = std::move(*found);
                        body = held.view();
                    } else {
                        auto const found = heap->find(id);
                        if (!found) return found.error();
                        body = *found;
                    }
                    if (auto const fits = work.spend(body.size(), offset); !fits) return fits;
                    if (wanted != nullptr) {
                        auto const name = attribute_name(body);
                        if (name && *name != *wanted) return {};
                    }
                    auto const go_on = each(body, offset);
                    if (!go_on) return go_on.error();
                    more = *go_on;
                    return {};
                });
            if (!done) return done;
            if (!more) return {};
        }
    }
    return {};
}

}  // namespace detail

/// The attribute of this name. Errors: hdf5.no_attribute, those of the structures.
inline result<attribute> find_attribute(file_state& state, object_header const& of,
                                        std::string_view name) {
    std::optional<result<attribute>> found;
    auto const done = detail::for_each_attribute(
        state, of, &name, [&](bytes::view body, std::uint64_t offset) -> result<bool> {
            found.emplace(attribute::decode(state, body, offset));
            return false;
        });
    if (!done) return done.error().in(name);
    if (!found) return fail(ids::no_attribute).in(name);
    if (!*found) return found->error().in(name);
    return std::move(*found);
}

/// Calls each(attribute) -> result<void> for all attributes that can be decoded, in the order of
/// the file; one that cannot is passed as its error: each(result<attribute>&).
template <class F>
result<void> for_each_attribute(file_state& state, object_header const& of, F each) {
    return detail::for_each_attribute(state, of, nullptr,
                                      [&](bytes::view body, std::uint64_t offset) -> result<bool> {
                                          auto one = attribute::decode(state, body, offset);
                                          if (auto const done = each(one); !done)
                                              return done.error();
                                          return true;
                                      });
}

}  // namespace lade::inline LADE_ABI::hdf5
