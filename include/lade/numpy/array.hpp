// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/utf8.hpp>
#include <lade/bytes/view.hpp>
#include <lade/container/npy.hpp>
#include <lade/format/payload.hpp>
#include <lade/model/block.hpp>

#include <algorithm>
#include <vector>

/// The elements of an array, whatever their order in the file.
namespace lade::inline LADE_ABI::numpy {

namespace ids {
inline constexpr error_id bad_text{"npy.bad_text",
                                   kind::corrupt,
                                   "a string holds a number that is no character",
                                   {},
                                   numbers::hex};
}  // namespace ids

/// Elements of fixed size as a payload: big-endian words are reversed, arrays in Fortran order are
/// brought into row-major order. The latter need all bytes in memory: where the source has no view,
/// they are read once, when they are first asked for.
template <source Source>
class elements {
  public:
    /// Precondition: the data of `of` lie in `from`; both outlive this.
    elements(Source& from, lade::npy::header const& of) : from_(&from), of_(&of) {
        permuted_ = of.is_permuted();
        swapped_ = of.is_swapped();
    }

    std::uint64_t size() const { return of_->data_size; }
    std::optional<bytes::view> view() {
        if (permuted_ || swapped_) return std::nullopt;
        return view_of(*from_, of_->data_begin, of_->data_size);
    }
    /// Errors: those of the source, memory.exhausted.
    result<void> read(std::uint64_t from, std::span<std::byte> to) {
        if (permuted_) {
            if (auto const done = fetch(); !done) return done;
            gather(from, to);
            return {};
        }
        if (!swapped_) return from_->read(of_->data_begin + from, to);
        return read_swapped(from, to);
    }

  private:
    result<void> fetch() {
        if (all_.data() != nullptr) return {};
        if (auto const there = view_of(*from_, of_->data_begin, of_->data_size)) {
            all_ = *there;
            return {};
        }
        auto room = block::of(of_->data_size);
        if (!room) return room.error();
        if (auto const done = from_->read(of_->data_begin, room->bytes()); !done) return done;
        own_ = *std::move(room);
        all_ = own_.bytes();
        return {};
    }

    /// Words that are cut by the ends of the range are read whole into a small buffer.
    result<void> read_swapped(std::uint64_t from, std::span<std::byte> to) {
        std::size_t const word = of_->element.word();
        std::byte whole[16];
        while (!to.empty()) {
            auto const skip = static_cast<std::size_t>(from % word);
            std::size_t taken = to.size() - to.size() % word;
            if (skip == 0 && taken != 0) {
                auto const part = to.first(taken);
                if (auto const done = from_->read(of_->data_begin + from, part); !done) return done;
                bytes::swap_elements(part, word);
            } else {
                if (auto const done =
                        from_->read(of_->data_begin + from - skip, std::span(whole, word));
                    !done)
                    return done;
                bytes::swap_elements(std::span(whole, word), word);
                taken = (std::min)(word - skip, to.size());
                std::memcpy(to.data(), whole + skip, taken);
            }
            to = to.subspan(taken);
            from += taken;
        }
        return {};
    }

    void gather(std::uint64_t from, std::span<std::byte> to) const {
        std::size_t const size = static_cast<std::size_t>(of_->element.size);
        auto skip = static_cast<std::size_t>(from % size);
        std::size_t const word = of_->element.word();

        std::array<std::uint64_t, 64> index{}, stride{};
        std::size_t const rank = of_->rank;
        std::uint64_t step = 1;
        for (std::size_t axis = 0; axis < rank; ++axis) {
            stride[axis] = step;
            step *= of_->axes[axis];
        }
        std::uint64_t rest = from / size, place = 0;
        for (std::size_t axis = rank; axis-- > 0;) {
            index[axis] = rest % of_->axes[axis];
            rest /= of_->axes[axis];
            place += index[axis] * stride[axis];
        }
        std::byte whole[16];
        while (!to.empty()) {
            std::byte const* const element = all_.data() + place * size;
            std::size_t const taken = (std::min)(size - skip, to.size());
            if (!swapped_) {
                copy(to.data(), element + skip, taken);
            } else {
                for (std::size_t done = 0; done < taken;) {  // word by word
                    std::size_t const at = skip + done, in = at % word;
                    std::memcpy(whole, element + at - in, word);
                    bytes::swap_elements(std::span(whole, word), word);
                    std::size_t const part = (std::min)(word - in, taken - done);
                    std::memcpy(to.data() + done, whole + in, part);
                    done += part;
                }
            }
            to = to.subspan(taken);
            skip = 0;
            for (std::size_t axis = rank; axis-- > 0;) {
                place += stride[axis];
                if (++index[axis] < of_->axes[axis]) break;
                place -= stride[axis] * of_->axes[axis];
                index[axis] = 0;
            }
        }
    }
    static void copy(std::byte* to, std::byte const* from, std::size_t size) {
        switch (size) {  // sizes that the compiler makes one move of
            case 1: *to = *from; return;
            case 2: std::memcpy(to, from, 2); return;
            case 4: std::memcpy(to, from, 4); return;
            case 8: std::memcpy(to, from, 8); return;
            default: std::memcpy(to, from, size); return;
        }
    }

    Source* from_;
    lade::npy::header const* of_;
    bool permuted_ = false;
    bool swapped_ = false;
    bytes::view all_{};
    block own_;
};

/// Strings as a payload: 8-byte lengths and bytes. Held in memory, for their size is not known
/// before all of them were read.
struct packed_strings {
    std::vector<std::byte> data;
    std::uint64_t characters = 0;  ///< bytes without the lengths

    std::uint64_t size() const { return data.size(); }
    std::optional<bytes::view> view() const { return bytes::view(data); }
    result<void> read(std::uint64_t from, std::span<std::byte> to) const {
        if (!to.empty()) std::memcpy(to.data(), data.data() + from, to.size());
        return {};
    }
};

/// Takes the padding from the strings; UTF-32 becomes UTF-8.
/// Errors: npy.bad_text, limit.exceeded (empty strings in numbers that no file justifies), those of
/// the source.
template <source Source>
result<packed_strings> pack_strings(Source& from, lade::npy::header const& of,
                                    limits const& bounds) {
    packed_strings out;
    std::uint64_t const most = bounds.decoded(of.data_size);
    if (of.count > most / 8) return fail(lade::ids::limit, of.data_begin, most / 8, of.count);
    elements<Source> all(from, of);
    auto const item = static_cast<std::size_t>(of.element.size);
    std::size_t const in_block =
        item == 0 ? 1 : std::max<std::size_t>(1, (std::size_t{1} << 16) / item);
    std::vector<std::byte> block;
    for (std::uint64_t i = 0; i < of.count; i += in_block) {
        auto const here = static_cast<std::size_t>(std::min<std::uint64_t>(in_block, of.count - i));
        block.resize(here * item);
        if (auto const done = all.read(i * item, block); !done) return done.error();
        for (std::size_t one = 0; one < here; ++one) {
            auto text = bytes::view(block).subspan(one * item, item);
            while (!text.empty() && text.back() == std::byte{0}) text = text.first(text.size() - 1);
            std::size_t const length_at = out.data.size();
            out.data.resize(length_at + 8);
            if (!of.element.unicode) {
                out.data.insert(out.data.end(), text.begin(), text.end());
            } else {
                auto const* const at = block.data() + one * item;
                for (std::size_t c = 0; c < (text.size() + 3) / 4; ++c) {
                    auto const character = bytes::load_le<std::uint32_t>(at + 4 * c);
                    if (!bytes::is_scalar(character))
                        return fail(ids::bad_text, of.data_begin + i * item, 0x10ffff, character);
                    char raw[4];
                    auto const size = bytes::put_utf8(character, raw);
                    auto const coded = bytes::of({raw, size});
                    out.data.insert(out.data.end(), coded.begin(), coded.end());
                }
            }
            std::uint64_t const length = out.data.size() - length_at - 8;
            bytes::store_le(out.data.data() + length_at, length);
            out.characters += length;
        }
    }
    return out;
}

}  // namespace lade::inline LADE_ABI::numpy
