// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/packed_names.hpp>
#include <lade/base/result.hpp>
#include <lade/bytes/checked.hpp>
#include <lade/bytes/endian.hpp>
#include <lade/format/flash.hpp>
#include <lade/safetensors/dtypes.hpp>
#include <lade/safetensors/errors.hpp>
#include <lade/safetensors/tags.hpp>

/// The view of a safetensors file in flash: less than 3 KB of code, no memory but the slots. The
/// header is that of safetensors/header.hpp. Refused beside what is corrupt: escapes in names,
/// members that nobody knows, more axes than a slot holds. Metadata is stepped over; texts are not
/// checked for UTF-8.
namespace lade::inline LADE_ABI::safetensors {

namespace detail {

/// Reads the header from front to back, once. Failure sticks.
class flash_view {
  public:
    flash_view(bytes::view file, std::span<tensor_entry> slots) : file_(file), slots_(slots) {}

    result<tensor_entries> run() {
        find_header();
        read_header();
        check();
        if (wrong_ != nullptr) return {*wrong_, wrong_at_, expected_, found_};
        return tensor_entries(slots_.first(count_));
    }

  private:
    [[gnu::noinline]] bool refuse(error_id const& id, std::size_t expected = 0,
                                  std::size_t found = 0) {
        if (wrong_ == nullptr) {
            wrong_ = &id;
            wrong_at_ = at_;
            expected_ = expected;
            found_ = found;
            end_ = 0;  // nothing more is read
        }
        return false;
    }
    /// What is read now is not as it must be.
    [[gnu::noinline]] bool refuse() { return refuse(*reading_); }

    void find_header() {
        std::size_t const size = file_.size();
        if (size < 8) return void(refuse(ids::truncated, 8, size));
        auto const header = bytes::load_le<std::uint64_t>(file_.data());
        if (header > limits{}.header) return void(refuse(ids::header_too_large));
        at_ = 8;
        if (header > size - 8)
            return void(refuse(ids::truncated, static_cast<std::size_t>(header), size - 8));
        data_ = end_ = 8 + static_cast<std::size_t>(header);
    }

    // --- JSON, as far as headers have it

    /// The next character that is no space; 0 at the end. Not taken.
    [[gnu::noinline]] unsigned peek() {
        for (; at_ < end_; ++at_) {
            auto const c = static_cast<unsigned>(file_[at_]);
            if (c != ' ' && c != '\n' && c != '\r' && c != '\t') return c;
        }
        return 0;
    }
    [[gnu::noinline]] bool take(unsigned c) {
        if (peek() != c) return false;
        ++at_;
        return true;
    }
    [[gnu::noinline]] bool want(unsigned c) { return take(c) || refuse(); }
    /// After an item: whether another one follows. Else `close` is taken.
    [[gnu::noinline]] bool more(unsigned close) {
        if (take(',')) return true;
        want(close);
        return false;
    }

    /// A string as it is spelled.
    [[gnu::noinline]] std::string_view string() {
        want('"');
        for (std::size_t const first = at_; at_ < end_;) {
            auto const c = static_cast<unsigned>(file_[at_++]);
            if (c == '"') return bytes::text(file_.subspan(first, at_ - 1 - first));
            if (c < 0x20) break;
            if (c == '\\') {
                has_escapes_ = true;
                ++at_;
            }
        }
        refuse();
        return {};
    }
    /// A string and the colon behind it.
    [[gnu::noinline]] std::string_view key() {
        std::string_view const text = string();
        want(':');
        return text;
    }

    /// [1, 2, 3]: how many, at most `most`.
    [[gnu::noinline]] std::size_t naturals(std::size_t* room, std::size_t most) {
        std::size_t count = 0;
        want('[');
        if (take(']')) return 0;
        do {
            if (count == most) {
                refuse(lade::ids::limit, most, count + 1);
                break;
            }
            unsigned const lead = peek();
            std::size_t const first = at_;
            std::size_t value = 0;
            for (; at_ < end_; ++at_) {
                auto const digit = static_cast<unsigned>(file_[at_]) - '0';
                if (digit > 9) break;
                if (value > (static_cast<std::size_t>(-1) - 9) / 10) refuse();
                value = value * 10 + digit;
            }
            if (at_ == first || (lead == '0' && at_ - first > 1)) refuse();
            room[count++] = value;
        } while (more(']'));
        return count;
    }

    // --- the header

    void read_header() {
        reading_ = &ids::no_object;
        want('{');
        reading_ = &ids::bad_entry;
        if (!take('}')) do {
                has_escapes_ = false;
                std::string_view const name = key();
                if (name == metadata_name) skip_metadata();
                else read_entry(name);
                reading_ = &ids::bad_entry;
            } while (more('}'));
        if (peek() != 0) refuse();
    }

    void skip_metadata() {
        reading_ = &ids::bad_metadata;
        if (take('n')) {
            for (char const c : {'u', 'l', 'l'}) want(static_cast<unsigned>(c));
            return;
        }
        want('{');
        if (take('}')) return;
        do {
            key();
            string();
        } while (more('}'));
    }

    [[gnu::noinline]] void read_entry(std::string_view name) {
        if (count_ == slots_.size()) refuse(lade::ids::too_few_slots, count_, count_ + 1);
        if (wrong_ != nullptr) return;
        tensor_entry& to = slots_[count_++];
        to.name = name;
        std::size_t ends[2]{};
        unsigned has = 0;
        want('{');
        do {
            std::string_view const name_of = key();
            unsigned met = 1;
            if (name_of == "dtype") {
                read_type(to);
            } else if (name_of == "shape") {
                met = 2;
                reading_ = &ids::bad_shape;
                to.rank = static_cast<std::uint8_t>(naturals(to.axes.data(), to.axes.size()));
            } else if (name_of == "data_offsets") {
                met = 4;
                reading_ = &ids::bad_offsets;
                if (naturals(ends, 2) != 2 || ends[1] < ends[0]) refuse();
            } else {
                refuse(ids::not_plain);
            }
            reading_ = &ids::bad_entry;
            if ((has & met) != 0) refuse();
            has |= met;
            if (has_escapes_) refuse(ids::not_plain);
        } while (more('}'));
        if (has != 7) refuse();
        if (wrong_ == nullptr) place(to, ends[0], ends[1]);
    }

    void read_type(tensor_entry& to) {
        constexpr auto& names = packed<dtype_names, [](dtype_name const& of) { return of.spelled; },
                                       [](dtype_name const& of) { return of.type; }>;
        if (!names.find(string(), to.type)) refuse(ids::unknown_dtype);
    }

    void place(tensor_entry& to, std::size_t begin, std::size_t end) {
        std::size_t const bits = bits_of(to.type);
        bool const whole = bits % 8 == 0;
        std::size_t size = whole ? bits / 8 : bits;
        for (std::size_t const axis : to.shape())
            if (!bytes::multiply(size, axis)) refuse(ids::shape_overflow);
        if (!whole) {
            if (size % 8 != 0) refuse(ids::sub_byte);
            size /= 8;
        }
        if (end - begin != size) refuse(ids::bad_size, size, end - begin);
        std::size_t const data = file_.size() - data_;
        if (end > data) refuse(ids::truncated, end, data);
        if (wrong_ == nullptr) to.bytes = file_.subspan(data_ + begin, size);
    }

    // --- all of them

    /// In the order of their data, which nearly all headers have, the data are covered without
    /// holes and overlaps; no name occurs twice.
    void check() {
        std::byte const* end = file_.data() + data_;
        for (std::size_t i = 0; i < count_; ++i) {
            for (std::size_t next = i + 1; next < count_; ++next) {
                if (slots_[next].name == slots_[i].name) refuse(ids::duplicate_key);
                if (is_before(slots_[next].bytes, slots_[i].bytes)) swap(slots_[next], slots_[i]);
            }
            bytes::view const one = slots_[i].bytes;
            if (one.data() != end) refuse(one.data() > end ? ids::hole : ids::overlap);
            end = one.data() + one.size();
        }
        if (end != file_.data() + file_.size()) refuse(ids::trailing_bytes);
    }
    static bool is_before(bytes::view a, bytes::view b) {
        return a.data() != b.data() ? a.data() < b.data() : a.size() < b.size();
    }
    /// Byte by byte, for a copy of a whole entry would pull in memcpy.
    static void swap(tensor_entry& a, tensor_entry& b) {
        auto* const first = reinterpret_cast<std::byte*>(&a);
        auto* const second = reinterpret_cast<std::byte*>(&b);
        for (std::size_t i = 0; i < sizeof(tensor_entry); ++i) {
            std::byte const kept = first[i];
            first[i] = second[i];
            second[i] = kept;
        }
    }

    bytes::view file_;
    std::span<tensor_entry> slots_;
    std::size_t count_ = 0;
    std::size_t at_ = 0;
    std::size_t end_ = 0;  ///< of what is read
    std::size_t data_ = 0;
    error_id const* reading_ = &ids::no_object;
    error_id const* wrong_ = nullptr;
    std::size_t wrong_at_ = 0, expected_ = 0, found_ = 0;
    bool has_escapes_ = false;  ///< since the beginning of the entry
};

}  // namespace detail

}  // namespace lade::inline LADE_ABI::safetensors

namespace lade::inline LADE_ABI {

template <>
struct flash_traits<safetensors::file> {
    /// Tensors in the order of their data. The place of an error counts from the beginning of the
    /// file. Time: linear in the header, quadratic in the tensors.
    /// Errors: those of safetensors/errors.hpp, view.too_few_slots, limit.exceeded (axes).
    static result<tensor_entries> view(bytes::view flash, std::span<tensor_entry> slots) {
        return safetensors::detail::flash_view(flash, slots).run();
    }
};

}  // namespace lade::inline LADE_ABI
