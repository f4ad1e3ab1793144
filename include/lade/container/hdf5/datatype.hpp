// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/endian.hpp>
#include <lade/container/hdf5/reader.hpp>

/// Datatype message 0x03: what an element is (IV.A.2.d).
///
///     byte  size  member
///        0     1  class (bits 0-3), version (bits 4-7): 1 to 5
///        1     3  flags, by class
///        4     4  bytes of an element
///        8     .  properties, by class
///
///     class         flags                                     properties
///     0 fixed       0 big-endian, 3 signed                    u16 bit offset, u16 precision
///     1 floating    0 and 6 byte order, 4-5 normalisation,    u16 bit offset, u16 precision, u8
///     exponent place, size,
///                   8-15 place of the sign                    u8 mantissa place, size, u32
///                   exponent bias
///     2 time        0 big-endian                              u16 precision
///     3 string      0-3 padding, 4-7 character set            none
///     4 bit field   0 big-endian                              u16 bit offset, u16 precision
///     5 opaque      0-7 size of the tag                       tag
///     6 compound    0-15 members                              members: name, u8..u32 offset,
///     (version 1: sizes,) type 7 reference   0-3 kind                                  none 8
///     enumeration 0-15 members                              type, names, values 9 vlen        0-3:
///     1 string; 4-7 padding, 8-11 charset  type
///    10 array                                                 u8 rank, u32 sizes, type
///    11 complex                                               type of both parts (version 5)
///
/// Versions 1 and 2 pad names to 8 bytes; version 1 compounds may give members up to four sizes.
/// From version 3 on, member offsets take as many bytes as the size of the compound needs. Types
/// may nest 32 deep.
namespace lade::inline LADE_ABI::hdf5 {

namespace ids {
inline constexpr error_id bad_datatype{"hdf5.bad_datatype", kind::corrupt,
                                       "a datatype holds a number that cannot be"};
inline constexpr error_id deep_datatype{"hdf5.deep_datatype", kind::unsupported,
                                        "datatypes are nested more than 32 deep"};
}  // namespace ids

enum class type_class : std::uint8_t {
    fixed,
    floating,
    time,
    string,
    bitfield,
    opaque,
    compound,
    reference,
    enumeration,
    vlen,
    array,
    complex,
};

enum class padding : std::uint8_t { null_terminated, null_padded, space_padded };

/// The bits of a floating-point number: places count from the least significant bit.
struct float_fields {
    std::uint8_t sign_at = 0;
    std::uint8_t exponent_at = 0, exponent_bits = 0;
    std::uint8_t mantissa_at = 0, mantissa_bits = 0;
    std::uint8_t normalisation = 0;  ///< 0 none, 1 the top bit is set and stored, 2 it is implied
    std::uint32_t bias = 0;

    constexpr bool operator==(float_fields const&) const = default;
};

/// One type; what it is made of is said by numbers of other nodes of the same `datatype`.
struct type_node {
    type_class is = type_class::fixed;
    std::uint8_t version = 1;
    bytes::order order = bytes::order::little;
    bool vax = false;        ///< floating: the byte order of the VAX
    bool is_signed = false;  ///< fixed
    bool is_text = false;    ///< vlen: a string, not a sequence
    hdf5::padding padding = hdf5::padding::null_terminated;  ///< string, vlen string
    bool utf8 = false;  ///< string, vlen string: what the file says; many writers do not care
    std::uint8_t reference = 0;  ///< reference: 0 object, 1 region, 2 to 4 the revised kinds
    std::uint32_t size = 0;      ///< bytes of an element as stored
    std::uint16_t bit_offset = 0, precision = 0;  ///< fixed, bitfield, floating, time
    float_fields fields{};                        ///< floating
    std::uint32_t base = 0;  ///< enumeration, vlen, array, complex: the node of the type within
    std::uint32_t first =
        0;  ///< compound: in members; enumeration: in members; array: in dims; opaque: in text
    std::uint32_t count = 0;  ///< how many of them
};

/// A member of a compound, or a name of an enumeration.
struct type_member {
    std::uint32_t name_at = 0, name_size = 0;  ///< in the text of the datatype
    std::uint32_t offset = 0;  ///< compound: bytes into the element; enumeration: in `values`
    std::uint32_t type = 0;    ///< compound: node
};

/// A whole type. Simple types need no memory beyond the object.
class datatype {
  public:
    type_node root{};
    std::vector<type_node> nested{};  ///< node n is nested[n - 1]; node 0 is the root
    std::vector<type_member> members{};
    std::vector<std::uint64_t> dims{};
    std::vector<char> text{};
    std::vector<std::byte> values{};  ///< of enumerations, as stored

    type_node const& node(std::uint32_t number) const {
        return number == 0 ? root : nested[number - 1];
    }
    std::string_view name(type_member const& of) const {
        return {text.data() + of.name_at, of.name_size};
    }
    std::span<type_member const> members_of(type_node const& of) const {
        return {members.data() + of.first, of.count};
    }
    std::span<std::uint64_t const> dims_of(type_node const& of) const {
        return {dims.data() + of.first, of.count};
    }
    std::string_view tag_of(type_node const& of) const {
        return {text.data() + of.first, of.count};
    }
};

namespace detail {

class type_decoder {
  public:
    type_decoder(datatype& to, bytes::cursor& at) : to_(to), at_(at) {}

    /// Decodes one type into node `number`.
    result<void> decode(std::uint32_t number, unsigned depth) {
        std::uint64_t const offset = at_.offset();
        if (depth > 32) return fail(ids::deep_datatype, offset, 32, depth);
        type_node made;
        unsigned const head = at_.number<std::uint8_t>();
        std::uint32_t const flags = static_cast<std::uint32_t>(at_.number_of(3));
        made.size = at_.number<std::uint32_t>();
        if (!at_) return at_.error();
        made.version = static_cast<std::uint8_t>(head >> 4);
        if (made.version < 1 || made.version > 5)
            return fail(ids::unsupported_version, offset, 5, made.version);
        if ((head & 15) > 11) return fail(ids::bad_datatype, offset, 11, head & 15);
        if (made.size == 0) return fail(ids::bad_datatype, offset + 4, 1, 0);
        made.is = static_cast<type_class>(head & 15);
        if ((flags & 1) != 0) made.order = bytes::order::big;
        result<void> done;
        switch (made.is) {
            case type_class::fixed:
            case type_class::bitfield:
                made.is_signed = (flags & 8) != 0;
                made.bit_offset = at_.number<std::uint16_t>();
                made.precision = at_.number<std::uint16_t>();
                if (at_) done = check_bits(made, offset);
                break;
            case type_class::floating: done = floating(made, flags, offset); break;
            case type_class::time: made.precision = at_.number<std::uint16_t>(); break;
            case type_class::string: done = text(made, flags, 0, offset); break;
            case type_class::opaque: {
                bytes::view tag = at_.bytes(flags & 0xff);
                while (!tag.empty() && tag.back() == std::byte{0}) tag = tag.first(tag.size() - 1);
                made.first = static_cast<std::uint32_t>(to_.text.size());
                made.count = static_cast<std::uint32_t>(tag.size());
                append(tag);
                break;
            }
            case type_class::compound: done = compound(made, flags & 0xffff, depth, offset); break;
            case type_class::reference:
                made.reference = static_cast<std::uint8_t>(flags & 15);
                break;
            case type_class::enumeration:
                done = enumeration(made, flags & 0xffff, depth, offset);
                break;
            case type_class::vlen:
                made.is_text = (flags & 15) == 1;
                if (made.is_text) done = text(made, flags, 4, offset);
                if (done) done = base(made, depth);
                break;
            case type_class::array: done = array(made, depth, offset); break;
            case type_class::complex:
                done = base(made, depth);
                if (done && std::uint64_t{to_.node(made.base).size} * 2 != made.size)
                    return fail(ids::bad_datatype, offset, made.size, to_.node(made.base).size);
                break;
        }
        if (!done) return done;
        if (!at_) return at_.error();
        put(number, made);
        return {};
    }

  private:
    std::uint32_t add() {
        to_.nested.emplace_back();
        return static_cast<std::uint32_t>(to_.nested.size());
    }
    void put(std::uint32_t number, type_node const& made) {
        (number == 0 ? to_.root : to_.nested[number - 1]) = made;
    }
    void append(bytes::view text) {
        auto const* const from = reinterpret_cast<char const*>(text.data());
        to_.text.insert(to_.text.end(), from, from + text.size());
    }

    static result<void> check_bits(type_node const& made, std::uint64_t offset) {
        std::uint64_t const bits = std::uint64_t{made.size} * 8;
        if (made.precision == 0 || std::uint64_t{made.bit_offset} + made.precision > bits)
            return fail(ids::bad_datatype, offset, bits,
                        std::uint64_t{made.bit_offset} + made.precision);
        return {};
    }

    result<void> floating(type_node& made, std::uint32_t flags, std::uint64_t offset) {
        made.vax = (flags & 0x41) == 0x41;
        made.fields.normalisation = static_cast<std::uint8_t>(flags >> 4 & 3);
        made.fields.sign_at = static_cast<std::uint8_t>(flags >> 8 & 0xff);
        made.bit_offset = at_.number<std::uint16_t>();
        made.precision = at_.number<std::uint16_t>();
        made.fields.exponent_at = at_.number<std::uint8_t>();
        made.fields.exponent_bits = at_.number<std::uint8_t>();
        made.fields.mantissa_at = at_.number<std::uint8_t>();
        made.fields.mantissa_bits = at_.number<std::uint8_t>();
        made.fields.bias = at_.number<std::uint32_t>();
        if (!at_) return at_.error();
        if (auto const good = check_bits(made, offset); !good) return good;
        // the places count from the start of the element, whatever the bit offset
        unsigned const bits = made.size >= 32 ? 256 : made.size * 8;
        auto const& f = made.fields;
        if (f.sign_at >= bits || f.exponent_bits == 0 || f.exponent_at + f.exponent_bits > bits ||
            f.mantissa_bits == 0 || f.mantissa_at + f.mantissa_bits > bits || f.normalisation > 2)
            return fail(ids::bad_datatype, offset, bits, f.exponent_at);
        return {};
    }

    static result<void> text(type_node& made, std::uint32_t flags, unsigned shift,
                             std::uint64_t offset) {
        unsigned const pad = flags >> shift & 15;
        unsigned const charset = flags >> (shift + 4) & 15;
        if (pad > 2 || charset > 1) return fail(ids::bad_datatype, offset + 1, 2, flags);
        made.padding = static_cast<padding>(pad);
        made.utf8 = charset == 1;
        return {};
    }

    result<void> base(type_node& made, unsigned depth) {
        made.base = add();
        return decode(made.base, depth + 1);
    }

    /// A name that ends with NUL; versions 1 and 2 pad it to a multiple of 8 bytes.
    result<void> name(type_member& to, unsigned version) {
        bytes::view const rest = at_.rest();
        std::size_t size = 0;
        while (size < rest.size() && rest[size] != std::byte{0}) ++size;
        if (size == rest.size()) return fail(bytes::ids::truncated, at_.offset(), size + 1, size);
        to.name_at = static_cast<std::uint32_t>(to_.text.size());
        to.name_size = static_cast<std::uint32_t>(size);
        append(rest.first(size));
        at_.bytes(version < 3 ? bytes::aligned(size + 1, 8) : size + 1);
        if (!at_) return at_.error();
        return {};
    }

    result<void> compound(type_node& made, unsigned count, unsigned depth, std::uint64_t offset) {
        if (count == 0) return fail(ids::bad_datatype, offset + 1, 1, 0);
        if (count > at_.left() / 8)
            return fail(bytes::ids::truncated, at_.offset(), count * 8, at_.left());
        made.first = static_cast<std::uint32_t>(to_.members.size());
        made.count = count;
        to_.members.resize(to_.members.size() + count);
        for (unsigned i = 0; i < count; ++i) {
            type_member one;
            if (auto const done = name(one, made.version); !done) return done;
            one.offset = static_cast<std::uint32_t>(
                at_.number_of(made.version < 3 ? 4 : width_for(made.size)));
            std::uint32_t sizes[4] = {};
            unsigned rank = 0;
            if (made.version == 1) {
                rank = at_.number<std::uint8_t>();
                at_.bytes(3 + 4 + 4);
                for (auto& size : sizes) size = at_.number<std::uint32_t>();
            }
            if (!at_) return at_.error();
            if (rank > 4) return fail(ids::bad_datatype, at_.offset(), 4, rank);
            one.type = add();
            std::uint32_t element = one.type;
            if (rank > 0) element = add();
            if (auto const done = decode(element, depth + 1); !done) return done;
            if (rank > 0)
                if (auto const done = wrap(one.type, element, {sizes, rank}, at_.offset()); !done)
                    return done;
            std::uint64_t const size = to_.node(one.type).size;
            if (!bytes::inside(one.offset, size, made.size))
                return fail(ids::bad_datatype, at_.offset(), made.size, one.offset + size);
            to_.members[made.first + i] = one;
        }
        return {};
    }

    /// A member of version 1 with sizes of its own is an array.
    result<void> wrap(std::uint32_t number, std::uint32_t element,
                      std::span<std::uint32_t const> sizes, std::uint64_t offset) {
        type_node array;
        array.is = type_class::array;
        array.base = element;
        array.first = static_cast<std::uint32_t>(to_.dims.size());
        array.count = static_cast<std::uint32_t>(sizes.size());
        std::uint64_t whole = to_.node(element).size;
        for (std::uint32_t size : sizes) {
            to_.dims.push_back(size);
            whole *= size;
            if (size == 0 || whole > 0xffffffff) return fail(ids::bad_datatype, offset, 1, size);
        }
        array.size = static_cast<std::uint32_t>(whole);
        put(number, array);
        return {};
    }

    result<void> enumeration(type_node& made, unsigned count, unsigned depth,
                             std::uint64_t offset) {
        if (auto const done = base(made, depth); !done) return done;
        type_node const& within = to_.node(made.base);
        if (within.is != type_class::fixed || within.size != made.size)
            return fail(ids::bad_datatype, offset, within.size, made.size);
        std::uint64_t const size = made.size;
        if (count > at_.left() / (size + 1))
            return fail(bytes::ids::truncated, at_.offset(), count * (size + 1), at_.left());
        made.first = static_cast<std::uint32_t>(to_.members.size());
        made.count = count;
        for (unsigned i = 0; i < count; ++i) {
            type_member one;
            if (auto const done = name(one, made.version); !done) return done;
            one.offset = static_cast<std::uint32_t>(to_.values.size() + i * size);
            to_.members.push_back(one);
        }
        bytes::view const values = at_.bytes(count * size);
        if (!at_) return at_.error();
        to_.values.insert(to_.values.end(), values.begin(), values.end());
        return {};
    }

    result<void> array(type_node& made, unsigned depth, std::uint64_t offset) {
        unsigned const rank = at_.number<std::uint8_t>();
        if (made.version < 3) at_.bytes(3);
        if (rank > 32) return fail(ids::bad_datatype, at_.offset(), 32, rank);
        made.first = static_cast<std::uint32_t>(to_.dims.size());
        made.count = rank;
        std::uint64_t elements = 1;
        for (unsigned i = 0; i < rank; ++i) {
            std::uint64_t const size = at_.number<std::uint32_t>();
            to_.dims.push_back(size);
            elements = elements > made.size ? elements : elements * size;
            if (at_ && size == 0) return fail(ids::bad_datatype, at_.offset(), 1, 0);
        }
        if (made.version < 3) at_.bytes(std::uint64_t{4} * rank);
        if (!at_) return at_.error();
        if (auto const done = base(made, depth); !done) return done;
        if (elements > made.size || elements * to_.node(made.base).size != made.size)
            return fail(ids::bad_datatype, offset, made.size, elements);
        return {};
    }

    datatype& to_;
    bytes::cursor& at_;
};

}  // namespace detail

/// Reads a type and whatever it is made of; `at` stands behind it afterwards.
/// Errors: hdf5.bad_datatype, hdf5.deep_datatype, hdf5.unsupported_version, bytes.truncated.
inline result<datatype> read_datatype(bytes::cursor& at) {
    datatype made;
    if (auto const done = detail::type_decoder(made, at).decode(0, 0); !done) return done.error();
    return made;
}

}  // namespace lade::inline LADE_ABI::hdf5
