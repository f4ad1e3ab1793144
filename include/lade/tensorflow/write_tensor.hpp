// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/tensorflow/tensor_proto.hpp>

/// Tensors into messages.
namespace lade::inline LADE_ABI::tensorflow {

/// Adds the values of a tensor (dense, little-endian, whole elements) to the list of their type in
/// a TensorProto. `data` is borrowed where it can go as it is. Precondition: a type with a list
/// that is no list of texts.
inline void write_values(protobuf::message to, dtype type, bytes::view data) {
    auto const where = values_of(type);
    if (!where || data.empty()) return;
    if (where->is != value_list::form::number) return to.set_bytes_borrowed(where->number, data);
    std::size_t const word = where->word;
    dtype_class const is = row_of(type).is;
    bool const has_sign = is == dtype_class::integer || type == dtype::qint8 ||
                          type == dtype::qint16 || type == dtype::qint32;
    unsigned const unused = static_cast<unsigned>(64 - 8 * word);
    for (std::size_t at = 0; data.size() - at >= word; at += word) {
        std::uint64_t bits = 0;
        for (std::size_t i = 0; i < word; ++i)
            bits |= static_cast<std::uint64_t>(data[at + i]) << (8 * i);
        if (has_sign)
            bits = static_cast<std::uint64_t>(static_cast<std::int64_t>(bits << unused) >> unused);
        to.add_bits(where->number, bits);
    }
}

/// Fills a TensorProto as tf.make_tensor_proto does: the bytes as they are for tensors of several
/// elements of most types, the list of the type for all others. `data`: dense, little-endian, as
/// many as type and shape say; it must outlive the document.
inline void write_tensor(protobuf::message to, dtype type, std::span<std::uint64_t const> shape,
                         bytes::view data) {
    using proto::tensor_proto;
    auto const number = data_type_of(type);
    if (!number) return;
    to.set_integer(tensor_proto::number("dtype"), *number);
    write_shape(to.edit(tensor_proto::number("tensor_shape")), shape);
    dtype_class const is = row_of(type).is;
    bool const plain = is == dtype_class::real || is == dtype_class::integer ||
                       is == dtype_class::quantized ||
                       (is == dtype_class::natural && type != dtype::uint16);
    if (plain && data.size() > size_of(type))
        to.set_bytes_borrowed(tensor_proto::number("tensor_content"), data);
    else write_values(to, type, data);
}

/// The same for strings.
inline void write_strings(protobuf::message to, std::span<std::uint64_t const> shape,
                          std::span<std::string_view const> texts) {
    using proto::tensor_proto;
    to.set_integer(tensor_proto::number("dtype"), static_cast<std::int32_t>(data_type::string));
    write_shape(to.edit(tensor_proto::number("tensor_shape")), shape);
    for (std::string_view const text : texts)
        to.add_bytes_borrowed(tensor_proto::number("string_val"), bytes::of(text));
}

}  // namespace lade::inline LADE_ABI::tensorflow
