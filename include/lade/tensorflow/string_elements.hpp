// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/result.hpp>
#include <lade/bytes/checked.hpp>
#include <lade/bytes/endian.hpp>
#include <lade/bytes/record.hpp>
#include <lade/bytes/view.hpp>

#include <algorithm>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

namespace lade::inline LADE_ABI::tensorflow {

/// The elements of a tensor of strings as a payload: an eight-byte length and the bytes of each.
/// Behind the stored elements the last one repeats up to the count of the tensor (none stored:
/// empty ones).
class string_elements {
  public:
    string_elements() = default;
    /// Borrows the elements. `count`: elements of the tensor; stored ones behind it do not count.
    string_elements(std::span<std::string_view const> stored, std::uint64_t count)
        : stored_(stored.first(
              static_cast<std::size_t>(std::min<std::uint64_t>(stored.size(), count)))),
          count_(count) {
        std::uint64_t sum = 0;
        for (auto const one : stored_) sum += one.size();
        std::uint64_t const repeated = count_ - stored_.size();
        auto const more = bytes::product(repeated, last().size());
        auto const words = bytes::product(count_, 8);
        auto const characters = more ? bytes::sum(sum, *more) : std::nullopt;
        auto const all = characters && words ? bytes::sum(*characters, *words) : std::nullopt;
        fits_ = all.has_value();
        characters_ = fits_ ? *characters : 0;
        size_ = fits_ ? *all : 0;
    }

    /// False: the size does not fit 64 bits.
    bool fits() const { return fits_; }
    std::uint64_t size() const { return size_; }
    /// The sum of the lengths.
    std::uint64_t characters() const { return characters_; }

    /// Bytes [from, from + to.size()). Reading on from where the last call ended costs nothing
    /// more. Errors: bytes.truncated.
    result<void> read(std::uint64_t from, std::span<std::byte> to) {
        if (!bytes::inside(from, to.size(), size_))
            return fail(bytes::ids::truncated, from, to.size(), size_);
        find(from);
        std::uint64_t inside = from - start_;
        std::uint64_t element = element_, start = start_;
        while (!to.empty()) {
            std::string_view const text = at(element);
            std::byte length[8];
            bytes::store_le(length, std::uint64_t{text.size()});
            copy({length, 8}, inside, to);
            if (inside < 8) inside = 8;
            inside -= 8;
            copy(bytes::of(text), inside, to);
            if (to.empty()) break;
            start += 8 + text.size();
            ++element;
            inside = 0;
        }
        element_ = element;
        start_ = start;
        return {};
    }

  private:
    std::string_view last() const { return stored_.empty() ? std::string_view{} : stored_.back(); }
    std::string_view at(std::uint64_t element) const {
        return element < stored_.size() ? stored_[static_cast<std::size_t>(element)] : last();
    }
    static void copy(bytes::view from, std::uint64_t& skip, std::span<std::byte>& to) {
        if (skip >= from.size()) return;
        auto const part = from.subspan(static_cast<std::size_t>(skip));
        std::size_t const count = (std::min)(part.size(), to.size());
        if (count != 0) std::memcpy(to.data(), part.data(), count);
        to = to.subspan(count);
        skip += count;
    }
    /// The element in which byte `place` lies.
    void find(std::uint64_t place) {
        if (place < start_) element_ = start_ = 0;
        while (element_ < stored_.size() && place - start_ >= 8 + at(element_).size()) {
            start_ += 8 + at(element_).size();
            ++element_;
        }
        if (element_ < stored_.size() || element_ == count_) return;
        std::uint64_t const each = 8 + last().size(), passed = (place - start_) / each;
        element_ += passed;
        start_ += passed * each;
    }

    std::span<std::string_view const> stored_{};
    std::uint64_t count_ = 0;
    std::uint64_t size_ = 0;
    std::uint64_t characters_ = 0;
    std::uint64_t element_ = 0;  ///< where the last read ended
    std::uint64_t start_ = 0;
    bool fits_ = true;
};

}  // namespace lade::inline LADE_ABI::tensorflow
