// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/utf8.hpp>
#include <lade/format/payload.hpp>
#include <lade/torch/decoder.hpp>

#include <vector>

namespace lade::inline LADE_ABI::torch {

/// A NumPy array of fixed-size strings in a pickle: `S` are bytes, `U` are code points of four
/// bytes; both are filled up with zeros, which are dropped. Given as an 8-byte length and the bytes
/// (of `U` as UTF-8) of each element, in row-major order.
class string_payload final : public any_payload {
  public:
    /// Precondition: `in.memory` holds all elements (the decoder compared sizes).
    string_payload(storage const& in, tensor_record const& of) {
        std::uint64_t const count = of.elements();
        std::vector<std::uint64_t> index(of.shape.size());
        for (std::uint64_t i = 0; i < count; ++i) {
            std::uint64_t at = of.offset;
            for (std::size_t axis = 0; axis < index.size(); ++axis)
                at += index[axis] * static_cast<std::uint64_t>(of.strides[axis]);
            add(in.memory.subspan(static_cast<std::size_t>(at) * in.item_size, in.item_size), in);
            for (std::size_t axis = index.size(); axis-- > 0;) {
                if (++index[axis] < of.shape[axis]) break;
                index[axis] = 0;
            }
        }
    }

    /// Bytes of all strings, without their lengths.
    std::uint64_t characters() const { return characters_; }
    std::uint64_t size() override { return data_.size(); }
    std::optional<bytes::view> view() override { return bytes::view(data_); }
    result<void> read(std::uint64_t from, std::span<std::byte> to) override {
        return memory(bytes::view(data_)).read(from, to);
    }

  private:
    void add(bytes::view element, storage const& in) {
        std::size_t const begin = data_.size();
        data_.resize(begin + 8);
        if (in.item == array_item::byte_string) {
            while (!element.empty() && element.back() == std::byte{0})
                element = element.first(element.size() - 1);
            data_.insert(data_.end(), element.begin(), element.end());
        } else {
            auto const order = in.is_big_endian ? bytes::order::big : bytes::order::little;
            std::size_t last = element.size() / 4;
            auto const code_at = [&](std::size_t i) {
                return bytes::load<std::uint32_t>(element.data() + 4 * i, order);
            };
            while (last > 0 && code_at(last - 1) == 0) --last;
            for (std::size_t i = 0; i < last; ++i) {
                std::uint32_t const code = code_at(i);
                char units[4];
                std::size_t const size = bytes::put_utf8(code < 0x110000 ? code : 0xfffd, units);
                for (std::size_t k = 0; k < size; ++k)
                    data_.push_back(static_cast<std::byte>(units[k]));
            }
        }
        std::uint64_t const length = data_.size() - begin - 8;
        bytes::store_le(data_.data() + begin, length);
        characters_ += length;
    }

    std::vector<std::byte> data_;
    std::uint64_t characters_ = 0;
};

}  // namespace lade::inline LADE_ABI::torch
