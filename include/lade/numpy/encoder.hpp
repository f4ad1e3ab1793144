// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/utf8.hpp>
#include <lade/bytes/view.hpp>
#include <lade/container/npy_header.hpp>
#include <lade/format/writer.hpp>
#include <lade/model/tensor_view.hpp>
#include <lade/numpy/dtypes.hpp>

#include <vector>

namespace lade::inline LADE_ABI::numpy {

namespace ids {
inline constexpr error_id text_not_storable{
    "save.npy_text", kind::mismatch,
    "NumPy cannot hold these strings: it drops NUL at their ends, and pads all to the longest one",
    "save in another format"};
}  // namespace ids

/// Errors: save.dtype, tensor.no_bytes (absent), save.wrong_byte_count.
inline result<void> check_storable(tensor_info const& one) {
    if (!storable_dtypes.has(one.type)) return fail(lade::ids::dtype_not_storable).in(one.name);
    if (one.absent) return fail(lade::ids::no_bytes).in(one.name);
    auto const count = bytes::product(one.shape);
    if (!count) return fail(lade::npy::ids::too_large).in(one.name);
    if (one.type == dtype::string) return {};
    auto const size = bytes_of(one.type, *count);
    if (!size || *size != one.nbytes)
        return fail(lade::ids::wrong_byte_count, error::nowhere, size ? *size : 0, one.nbytes)
            .in(one.name);
    return {};
}

/// Turns pushed elements of one tensor into an .npy file. Numbers pass through; strings are kept
/// until the last one, for the header has the length of the longest.
class encoder {
  public:
    /// Precondition: check_storable(of); `of` outlives this.
    explicit encoder(tensor_info const& of)
        : of_(&of), strings_(of.type == dtype::string), left_(of.nbytes) {
        if (!strings_) return;
        left_ = 0;
        count_ = *bytes::product(of.shape);
    }

    bool is_string() const { return strings_; }
    /// Whether all elements have come.
    bool complete() const { return strings_ ? count_ == 0 : left_ == 0; }
    /// Bytes of the file; of strings when they are complete.
    std::uint64_t file_size() const { return header_.size() + of_->nbytes; }
    std::string const& number_header() {
        header_ = lade::npy::write_header(lade::npy::spelled(of_->type), of_->shape);
        return header_;
    }

    /// Takes the part of `data` that belongs to this tensor and cuts it off; gives the bytes that
    /// can be written at once.
    bytes::view take(bytes::view& data) {
        if (strings_) {
            take_strings(data);
            return {};
        }
        auto const part =
            data.first(static_cast<std::size_t>(left_ < data.size() ? left_ : data.size()));
        data = data.subspan(part.size());
        left_ -= part.size();
        return part;
    }

    /// Measures the strings. Errors: save.npy_text (expected, found: bytes).
    result<std::uint64_t> measure() {
        bool text = true;
        std::uint64_t characters = 0, longest = 0, count = 0;
        bool nul = false;
        each([&](bytes::view one) {
            nul |= !one.empty() && one.back() == std::byte{0};
            text = text && bytes::is_utf8(bytes::text(one));
            std::uint64_t length = 0;
            for (std::byte const b : one) length += (static_cast<unsigned>(b) & 0xc0) != 0x80;
            characters = (std::max)(characters, length);
            longest = std::max<std::uint64_t>(longest, one.size());
            ++count;
        });
        unicode_ = text;
        width_ = std::max<std::uint64_t>(1, text ? characters : longest);
        auto const size = bytes::product(width_ * (text ? 4 : 1), count);
        // a long string among many short ones is not made terabytes of
        std::uint64_t const most = limits{}.decoded(kept_.size());
        if (nul || !size || *size > most)
            return fail(ids::text_not_storable, error::nowhere, most, size ? *size : 0)
                .in(of_->name);
        header_ = lade::npy::write_header(
            std::string(text ? "<U" : "|S").append(std::to_string(width_)), of_->shape);
        return header_.size() + *size;
    }
    /// Hands the whole file of strings to `write(bytes::view) -> result<void>`. Precondition:
    /// measured.
    template <class Write>
    result<void> write_strings(Write&& write) {
        result<void> done = write(bytes::of(header_));
        std::vector<std::byte> block;
        auto const flush = [&](std::size_t at_least) {
            if (!done || block.size() < at_least) return;
            done = write(bytes::view(block));
            block.clear();
        };
        each([&](bytes::view one) {
            std::size_t const begin = block.size();
            if (unicode_) {
                while (!one.empty()) {
                    std::byte raw[4];
                    auto const character = bytes::first_code_point(one);
                    bytes::store_le<std::uint32_t>(raw, character.code);
                    block.insert(block.end(), raw, raw + 4);
                    one = one.subspan(character.size);
                }
            } else {
                block.insert(block.end(), one.begin(), one.end());
            }
            block.resize(begin + static_cast<std::size_t>(width_) * (unicode_ ? 4 : 1));
            flush(std::size_t{1} << 16);
        });
        flush(1);
        return done;
    }

  private:
    /// Whole strings and a rest in `kept_`: 8 bytes of length, then as many bytes.
    void take_strings(bytes::view& data) {
        while (count_ != 0 && !data.empty()) {
            if (left_ == 0) {
                lengths_[have_++] = data[0];
                data = data.subspan(1);
                if (have_ < 8) continue;
                have_ = 0;
                left_ = bytes::load_le<std::uint64_t>(lengths_);
                kept_.insert(kept_.end(), lengths_, lengths_ + 8);
                if (left_ == 0) --count_;
                continue;
            }
            auto const part =
                data.first(static_cast<std::size_t>(left_ < data.size() ? left_ : data.size()));
            kept_.insert(kept_.end(), part.begin(), part.end());
            data = data.subspan(part.size());
            left_ -= part.size();
            if (left_ == 0) --count_;
        }
    }
    template <class Do>
    void each(Do&& with) const {
        for (bytes::view rest = kept_; !rest.empty();) {
            auto const length =
                static_cast<std::size_t>(bytes::load_le<std::uint64_t>(rest.data()));
            with(rest.subspan(8, length));
            rest = rest.subspan(8 + length);
        }
    }

    tensor_info const* of_;
    bool strings_;
    std::uint64_t left_;       // bytes of the tensor, or of the string that is being taken
    std::uint64_t count_ = 0;  // strings to come
    std::string header_;
    std::vector<std::byte> kept_;
    std::byte lengths_[8]{};
    std::size_t have_ = 0;
    bool unicode_ = true;
    std::uint64_t width_ = 1;
};

}  // namespace lade::inline LADE_ABI::numpy
