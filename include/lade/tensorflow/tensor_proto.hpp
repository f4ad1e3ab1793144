// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/cursor.hpp>
#include <lade/tensorflow/data_type.hpp>
#include <lade/tensorflow/shape.hpp>
#include <lade/tensorflow/string_elements.hpp>
#include <lade/tensorflow/value_list.hpp>

#include <vector>

/// Tensors inside of messages: constants of graphs, records of V1 checkpoints.
///
///     tensor_content   the elements as they lie in memory, little-endian; strings: a varint length
///     of each, then the bytes.
///                      If it is there it must have all elements
///     <type>_val       else the list of the type: what it has too much does not count; if it has
///     too few, the last one repeats
///                      to the end; an empty list is zeros
///
///     float_val float32 . double_val float64 . int_val int32 16 8 uint16 8 4 qint* . int64_val .
///     bool_val . string_val scomplex_val, dcomplex_val pairs . half_val float16, bfloat16 bits .
///     uint32_val . uint64_val . float8_val bytes
///
/// tensorflow/core/framework/tensor.cc: FromProtoField, tensor.proto.
namespace lade::inline LADE_ABI::tensorflow {

/// The elements of a TensorProto as a payload. Values are decoded, but what repeats is not laid
/// out: a shape of any size costs no memory. Lives as long as the message.
class const_tensor {
  public:
    const_tensor(const_tensor&&) = default;
    const_tensor& operator=(const_tensor&&) = default;

    lade::dtype dtype() const { return type_; }
    std::span<std::uint64_t const> shape() const { return shape_; }
    std::uint64_t elements() const { return count_; }
    /// Bytes of the payload; of strings with their lengths.
    std::uint64_t size() const { return type_ == lade::dtype::string ? strings_.size() : size_; }
    /// Bytes of the elements; of strings the sum of their lengths. Zero for types without bytes.
    std::uint64_t nbytes() const {
        return type_ == lade::dtype::string ? strings_.characters() : size_;
    }

    /// The elements where they lie in the message.
    std::optional<bytes::view> view() const {
        if (type_ == lade::dtype::string || stored().size() != size_) return std::nullopt;
        return stored();
    }

    /// Bytes [from, from + to.size()). Errors: bytes.truncated.
    result<void> read(std::uint64_t from, std::span<std::byte> to) {
        if (type_ == lade::dtype::string) return strings_.read(from, to);
        if (!bytes::inside(from, to.size(), size_))
            return fail(bytes::ids::truncated, from, to.size(), size_);
        bytes::view const have = stored();
        if (from < have.size()) {
            auto const part =
                static_cast<std::size_t>(std::min<std::uint64_t>(have.size() - from, to.size()));
            if (part != 0) std::memcpy(to.data(), have.data() + from, part);
            to = to.subspan(part);
            from += part;
        }
        std::size_t const each = size_of(type_);
        if (have.size() < each) {
            if (!to.empty()) std::memset(to.data(), 0, to.size());
            return {};
        }
        bytes::view const last = have.last(each);
        std::size_t phase = static_cast<std::size_t>((from - have.size()) % each);
        for (auto& byte : to) {
            byte = last[phase];
            if (++phase == each) phase = 0;
        }
        return {};
    }

    /// The elements of a TensorProto with its own type and shape. `memory` takes the shape. Errors:
    /// tensorflow.unknown_dtype (found: the number), tensorflow.bad_shape, tensorflow.bad_content,
    /// limit.exceeded (more bytes than `limits` grants for the size of the message), those of the
    /// document.
    static result<const_tensor> read(protobuf::message from, arena& memory, limits const& most) {
        using proto::tensor_proto;
        std::int64_t const number = from.integer(tensor_proto::number("dtype"));
        auto const type = dtype_of(number);
        if (!type || number > 100)
            return fail(ids::unknown_dtype, error::nowhere, 0, static_cast<std::uint64_t>(number));
        auto const shape = read_shape(from.sub(tensor_proto::number("tensor_shape")), memory, most);
        if (!shape) return shape.error();
        return read(from, *type, *shape, most);
    }

    /// The same with a type and shape that are known from elsewhere, as in V1 checkpoints.
    static result<const_tensor> read(protobuf::message from, lade::dtype type,
                                     std::span<std::uint64_t const> shape, limits const& most) {
        using proto::tensor_proto;
        const_tensor made;
        made.type_ = type;
        made.shape_ = shape;
        made.count_ = *bytes::product(shape);
        if (!has_bytes(type)) return made;
        bytes::view const content = from.bytes(tensor_proto::number("tensor_content"));
        if (type == lade::dtype::string) {
            if (auto const done = made.read_strings(from, content); !done) return done.error();
        } else {
            auto const size = bytes_of(type, made.count_);
            if (!size) return fail(ids::bad_shape);
            made.size_ = *size;
            if (!content.empty()) {
                if (content.size() != *size)
                    return fail(ids::bad_content, error::nowhere, *size, content.size());
                made.lies_ = content;
            } else {
                made.read_values(from);
            }
        }
        if (from && from.owner().failed()) return from.owner().error();
        std::uint64_t const stored = made.stored().size() + made.stored_characters_;
        if (made.size() > most.decoded(stored))
            return fail(lade::ids::limit, error::nowhere, most.decoded(stored), made.size());
        return made;
    }

    /// Elements that the message holds, without what repeats; at most `elements`.
    std::uint64_t stored_elements() const {
        if (type_ == lade::dtype::string) return (std::min<std::uint64_t>)(texts_.size(), count_);
        return has_bytes(type_) ? stored().size() / size_of(type_) : 0;
    }
    /// The strings of the tensor, without what repeats.
    std::span<std::string_view const> stored_strings() const { return texts_; }

  private:
    const_tensor() = default;

    bytes::view stored() const { return lies_.empty() ? bytes::view{values_} : lies_; }

    result<void> read_strings(protobuf::message from, bytes::view content) {
        if (!content.empty()) {
            // each element has a byte of length at least
            if (count_ > content.size())
                return fail(ids::bad_content, error::nowhere, count_, content.size());
            bytes::cursor lengths{content};
            for (std::uint64_t i = 0; i < count_; ++i) (void)lengths.varint();
            if (!lengths) return fail(ids::bad_content);
            bytes::cursor again{content}, characters{lengths.rest()};
            texts_.reserve(static_cast<std::size_t>(count_));
            for (std::uint64_t i = 0; i < count_; ++i)
                texts_.push_back(bytes::text(characters.bytes(again.varint())));
            if (!characters || !characters.done()) return fail(ids::bad_content);
        } else {
            for (auto const text : from.texts(proto::tensor_proto::number("string_val")))
                texts_.push_back(text);
        }
        for (auto const text : texts_) stored_characters_ += 8 + text.size();
        strings_ = {texts_, count_};
        if (!strings_.fits()) return fail(ids::bad_shape);
        return {};
    }

    void read_values(protobuf::message from) {
        auto const where = values_of(type_);
        if (!where) return;
        switch (where->is) {
            case value_list::form::fixed: return fixed(from, where->number, where->word);
            case value_list::form::number: return numbers(from, where->number, where->word);
            default: lies_ = cut(from.bytes(where->number));
        }
    }

    bytes::view cut(bytes::view all) const {
        return all.first(static_cast<std::size_t>(std::min<std::uint64_t>(all.size(), size_)));
    }

    /// A list of floating-point numbers: the bytes as they are, in place if they are one piece.
    void fixed(protobuf::message from, std::uint32_t number, std::size_t each) {
        std::size_t pieces = 0;
        for (auto const piece : from.bytes_list(number)) {
            if (piece.size() % each != 0)
                from.owner().fail(
                    fail(protobuf::ids::truncated, from.owner().offset_of(piece.data())));
            lies_ = piece;
            ++pieces;
        }
        lies_ = pieces == 1 ? cut(lies_) : bytes::view{};
        if (pieces == 1) {
            trim();
            return;
        }
        for (std::uint64_t const bits : from.bits_list(number)) push(bits, each);
        trim();
    }
    void numbers(protobuf::message from, std::uint32_t number, std::size_t each) {
        for (std::int64_t const value : from.integers(number))
            push(static_cast<std::uint64_t>(value), each);
        trim();
    }
    void push(std::uint64_t bits, std::size_t each) {
        if (values_.size() >= size_) return;
        for (std::size_t i = 0; i < each; ++i)
            values_.push_back(static_cast<std::byte>(bits >> (8 * i) & 0xff));
    }
    /// Half a complex number at the end does not count.
    void trim() {
        std::size_t const each = size_of(type_);
        lies_ = lies_.first(lies_.size() - lies_.size() % each);
        values_.erase(values_.end() - static_cast<std::ptrdiff_t>(values_.size() % each),
                      values_.end());
    }

    lade::dtype type_ = lade::dtype::float32;
    std::span<std::uint64_t const> shape_{};
    std::uint64_t count_ = 0;
    std::uint64_t size_ = 0;
    bytes::view lies_{};
    std::vector<std::byte> values_;
    std::vector<std::string_view> texts_;
    std::uint64_t stored_characters_ = 0;
    string_elements strings_;
};

}  // namespace lade::inline LADE_ABI::tensorflow
