// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/dtype.hpp>
#include <lade/container/hdf5/element.hpp>
#include <lade/container/hdf5/encoder.hpp>

/// Datatype and dataspace messages as the writer makes them: version 1, little-endian (the layout
/// is in datatype.hpp and dataspace.hpp). Readers since HDF5 1.2 know them.
///
///     dtype                                       HDF5
///     int, uint                                   fixed
///     float16, bfloat16, float32, float64, float8 floating, by its fields
///     bool                                        enumeration FALSE = 0, TRUE = 1 of int8, as h5py
///     has it complex64, complex128                       compound {r, i}, as h5py has it
namespace lade::inline LADE_ABI::hdf5 {

namespace ids {
inline constexpr error_id cannot_write_type{"hdf5.cannot_write_type", kind::mismatch,
                                            "elements of this type have no form in an HDF5 file"};
}  // namespace ids

/// Size, padding and character set of a fixed string; of a string of variable length all but the
/// size.
struct text_type {
    bool vlen = false;
    std::uint32_t size = 1;  ///< fixed: bytes, at least 1
    hdf5::padding padding = hdf5::padding::null_padded;
    bool utf8 = false;
};

namespace detail {

inline void encode_fixed(encoder& to, unsigned size, bool is_signed,
                         type_class is = type_class::fixed) {
    to.u8(0x10U | static_cast<unsigned>(is));
    to.u8(is_signed ? 8 : 0);
    to.u16(0);
    to.u32(size);
    to.u16(0);
    to.u16(size * 8);
}

inline void encode_float(encoder& to, unsigned size, float_fields const& fields) {
    to.u8(0x11);
    to.u8(static_cast<unsigned>(fields.normalisation) << 4);
    to.u8(fields.sign_at);
    to.u8(0);
    to.u32(size);
    to.u16(0);
    to.u16(size * 8);
    to.u8(fields.exponent_at);
    to.u8(fields.exponent_bits);
    to.u8(fields.mantissa_at);
    to.u8(fields.mantissa_bits);
    to.u32(fields.bias);
}

inline void encode_complex(encoder& to, unsigned part, float_fields const& fields) {
    to.u8(0x16);
    to.u8(2);
    to.u16(0);
    to.u32(2 * part);
    for (unsigned i = 0; i < 2; ++i) {
        to.text(i == 0 ? "r" : "i");
        to.zeros(7);
        to.u32(i * part);
        to.zeros(1 + 3 + 4 + 4 + 16);
        encode_float(to, part, fields);
    }
}

inline void encode_boolean(encoder& to) {
    to.u8(0x18);
    to.u8(2);
    to.u16(0);
    to.u32(1);
    encode_fixed(to, 1, true);
    to.text(std::string_view("FALSE\0\0\0TRUE\0\0\0\0\0\1", 18));
}

}  // namespace detail

/// Errors: hdf5.cannot_write_type.
inline result<std::vector<std::byte>> encode_datatype(dtype type) {
    encoder to;
    switch (type) {
        case dtype::boolean: detail::encode_boolean(to); break;
        case dtype::float16: detail::encode_float(to, 2, ieee16); break;
        case dtype::bfloat16: detail::encode_float(to, 2, brain16); break;
        case dtype::float32: detail::encode_float(to, 4, ieee32); break;
        case dtype::float64: detail::encode_float(to, 8, ieee64); break;
        case dtype::float8_e4m3fn: detail::encode_float(to, 1, tiny_e4m3); break;
        case dtype::float8_e5m2: detail::encode_float(to, 1, tiny_e5m2); break;
        case dtype::complex64: detail::encode_complex(to, 4, ieee32); break;
        case dtype::complex128: detail::encode_complex(to, 8, ieee64); break;
        default: {
            auto const is = row_of(type).is;
            if ((is != dtype_class::integer && is != dtype_class::natural) ||
                !detail::machine_size(static_cast<std::uint32_t>(size_of(type))))
                return fail(ids::cannot_write_type).in(name_of(type));
            detail::encode_fixed(to, static_cast<unsigned>(size_of(type)),
                                 is == dtype_class::integer);
        }
    }
    return std::move(to).take();
}

/// A fixed string, or a string of variable length.
inline std::vector<std::byte> encode_text_type(text_type const& how) {
    encoder to;
    auto const pad = static_cast<unsigned>(how.padding);
    if (how.vlen) {
        to.u8(0x19);
        to.u8(1);
        to.u8(how.utf8 ? 1 : 0);
        to.u8(0);
        to.u32(16);
        detail::encode_fixed(to, 1, false);
    } else {
        to.u8(0x13);
        to.u8(pad | (how.utf8 ? 0x10U : 0U));
        to.u16(0);
        to.u32(how.size);
    }
    return std::move(to).take();
}

/// Bytes without meaning: `size` of them, no tag. Keras stores bfloat16 so.
inline std::vector<std::byte> encode_opaque_type(std::uint32_t size) {
    encoder to;
    to.u8(0x15);
    to.zeros(3);
    to.u32(size);
    return std::move(to).take();
}

/// Version 2 for new headers, version 1 for old ones. No rank: a scalar. Precondition: rank <=
/// max_rank.
inline std::vector<std::byte> encode_dataspace(std::span<std::uint64_t const> shape, bool old) {
    encoder to;
    to.u8(old ? 1 : 2);
    to.u8(shape.size());
    to.u8(0);
    if (old) to.zeros(5);
    else to.u8(shape.empty() ? 0 : 1);
    for (std::uint64_t size : shape) to.u64(size);
    return std::move(to).take();
}

}  // namespace lade::inline LADE_ABI::hdf5
