// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/dtype.hpp>
#include <lade/base/limits.hpp>
#include <lade/base/result.hpp>
#include <lade/bytes/checked.hpp>
#include <lade/bytes/endian.hpp>
#include <lade/bytes/view.hpp>

#include <array>
#include <optional>
#include <span>
#include <string_view>

/// One array of NumPy in a file (numpy/lib/_format_impl.py; NEP 1).
///
///     byte   size  member
///        0      6  93 4E 55 4D 50 59, "\x93NUMPY"
///        6      2  version: 1.0, 2.0, 3.0
///        8    2|4  size N of the header, little-endian; 4 bytes from version 2 on
///    10|12      N  a dictionary in Python's spelling, padded with spaces, ending in a line end
///       ..         the elements
///
///     {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }
///
/// The header is Latin-1, in version 3 UTF-8. Read: the three keys in any order, both quotes, the
/// `u` and `L` that Python 2 left, all byte orders, the long and the short names of types,
/// structured types (their size only). Refused: other keys or versions, escapes in texts, numbers
/// in other bases, arrays of Python objects (they are pickles), dates, complex numbers of 32 bytes.
/// What follows the elements is not looked at, as NumPy does not either.
namespace lade::inline LADE_ABI::npy {

namespace ids {
inline constexpr error_id bad_header{
    "npy.bad_header", kind::corrupt,
    "the header is no dictionary of descr, fortran_order and shape as NumPy writes it"};
inline constexpr error_id unsupported_dtype{"npy.bad_dtype", kind::unsupported,
                                            "elements of this type are not supported"};
inline constexpr error_id object_array{
    "npy.object_array", kind::unsafe,
    "the array holds Python objects: a pickle, which is a program; nothing was run",
    "save the array again with a dtype other than object"};
inline constexpr error_id too_large{"npy.too_large", kind::corrupt,
                                    "the shape has more elements than 64 bits can count"};
}  // namespace ids

inline constexpr std::string_view signature{"\x93NUMPY", 6};

/// What elements are and how they lie in the file.
struct element_type {
    dtype type = dtype::float32;
    std::uint64_t size = 4;  ///< bytes of one element
    bytes::order order = bytes::order::little;
    bool unicode = false;  ///< UTF-32, else bytes; of strings

    /// Bytes that a change of byte order reverses.
    constexpr std::size_t word() const {
        if (type == dtype::string) return unicode ? 4 : 1;
        return bits_of(type) == 0 ? 1 : word_of(type);
    }
};

struct header {
    element_type element;
    bool fortran_order = false;  ///< the first axis varies fastest
    std::array<std::uint64_t, 64> axes{};
    std::size_t rank = 0;
    std::uint64_t count = 1;       ///< elements
    std::uint64_t data_begin = 0;  ///< in the file
    std::uint64_t data_size = 0;   ///< bytes; lie inside the file

    constexpr std::span<std::uint64_t const> shape() const { return std::span(axes).first(rank); }
    /// Whether elements must be brought into row-major order.
    constexpr bool is_permuted() const {
        std::size_t long_axes = 0;
        for (std::uint64_t const axis : shape()) long_axes += axis != 1;
        return fortran_order && long_axes > 1 && data_size != 0;
    }
    /// Whether words must be reversed to be little-endian.
    constexpr bool is_swapped() const {
        return element.order == bytes::order::big && element.word() > 1;
    }
};

namespace detail {

/// The spelling of a type behind its byte order; none if it has another meaning or none.
struct short_name {
    std::string_view spelled;
    dtype type;
};
// clang-format off
inline constexpr auto short_names = std::to_array<short_name>({
    {"?", dtype::boolean}, {"b1", dtype::boolean},
    {"b", dtype::int8}, {"i1", dtype::int8},
    {"B", dtype::uint8}, {"u1", dtype::uint8},
    {"h", dtype::int16}, {"i2", dtype::int16},
    {"H", dtype::uint16}, {"u2", dtype::uint16},
    {"i", dtype::int32}, {"i4", dtype::int32},
    {"I", dtype::uint32}, {"u4", dtype::uint32},
    {"q", dtype::int64}, {"i8", dtype::int64}, {"l", dtype::int64},
    {"Q", dtype::uint64}, {"u8", dtype::uint64}, {"L", dtype::uint64},
    {"e", dtype::float16}, {"f2", dtype::float16},
    {"f", dtype::float32}, {"f4", dtype::float32},
    {"d", dtype::float64}, {"f8", dtype::float64},
    {"float", dtype::float64},
    {"g", dtype::longdouble}, {"f16", dtype::longdouble},
    {"F", dtype::complex64}, {"c8", dtype::complex64},
    {"D", dtype::complex128}, {"c16", dtype::complex128},
});
// clang-format on

/// The characters from `at` on, at most `most`. Precondition: at <= text.size(). As substr, which
/// firmware has not, for it can throw.
constexpr std::string_view part_of(std::string_view text, std::size_t at,
                                   std::size_t most = std::string_view::npos) {
    return {text.data() + at, most < text.size() - at ? most : text.size() - at};
}

constexpr std::optional<std::uint64_t> natural(std::string_view digits) {
    if (digits.empty() || digits.size() > 19) return std::nullopt;
    std::uint64_t value = 0;
    for (char const c : digits) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return value;
}

/// A walk over the header as Python's ast.literal_eval would take it. Failure sticks.
class literal {
  public:
    constexpr literal(std::string_view text, std::uint64_t base) : text_(text), base_(base) {}

    constexpr explicit operator bool() const { return failed_ == nullptr; }
    constexpr lade::error error() const { return lade::fail(*failed_, base_ + at_); }
    constexpr void fail(error_id const& id) {
        if (failed_ == nullptr) failed_ = &id;
    }

    constexpr void skip_space() {
        while (at_ < text_.size() && std::string_view(" \t\r\n\f").find(text_[at_]) != text_.npos)
            ++at_;
    }
    constexpr bool done() {
        skip_space();
        return at_ == text_.size();
    }
    /// Whether `c` comes next; takes it.
    constexpr bool take(char c) {
        skip_space();
        if (failed_ != nullptr || at_ == text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    constexpr bool take(std::string_view word) {
        skip_space();
        if (failed_ != nullptr || !part_of(text_, at_).starts_with(word)) return false;
        at_ += word.size();
        return true;
    }
    constexpr bool peek(char c) {
        skip_space();
        return failed_ == nullptr && at_ < text_.size() && text_[at_] == c;
    }
    constexpr void want(char c) {
        if (!take(c)) fail(ids::bad_header);
    }

    constexpr std::string_view string() {
        skip_space();
        if (at_ < text_.size() && (text_[at_] == 'u' || text_[at_] == 'U')) ++at_;
        char const quote = at_ < text_.size() ? text_[at_] : '\0';
        if (failed_ != nullptr || (quote != '\'' && quote != '"')) {
            fail(ids::bad_header);
            return {};
        }
        std::size_t const end = text_.find(quote, at_ + 1);
        std::string_view const inner =
            end == text_.npos ? std::string_view{} : part_of(text_, at_ + 1, end - at_ - 1);
        if (end == text_.npos || inner.find_first_of("\\\n") != inner.npos) {
            fail(ids::bad_header);
            return {};
        }
        at_ = end + 1;
        return inner;
    }
    constexpr std::uint64_t number() {
        skip_space();
        std::size_t end = at_;
        while (end < text_.size() && text_[end] >= '0' && text_[end] <= '9') ++end;
        auto const value = natural(part_of(text_, at_, end - at_));
        if (failed_ != nullptr || !value) {
            fail(ids::bad_header);
            return 0;
        }
        at_ = end;
        if (at_ < text_.size() && text_[at_] == 'L') ++at_;
        return *value;
    }

  private:
    std::string_view text_;
    std::uint64_t base_;
    std::size_t at_ = 0;
    error_id const* failed_ = nullptr;
};

/// '<f4'; the id of what is wrong, or null.
constexpr error_id const* type_of(std::string_view spelled, element_type& to) {
    to = {};
    if (!spelled.empty() && std::string_view("<>=|").find(spelled[0]) != spelled.npos) {
        if (spelled[0] == '>') to.order = bytes::order::big;
        spelled.remove_prefix(1);
    }
    if (spelled.empty()) return &ids::bad_header;
    for (auto const& one : short_names)
        if (one.spelled == spelled) {
            to.type = one.type;
            to.size = size_of(one.type);
            return nullptr;
        }
    if (auto const named = dtype_named(spelled); named && size_of(*named) != 0) {
        auto const is = row_of(*named).is;
        if (is == dtype_class::bits || is == dtype_class::quantized) return &ids::unsupported_dtype;
        to.type = *named;
        to.size = size_of(*named);
        return nullptr;
    }
    char const letter = spelled[0];
    if (letter == 'O' || spelled == "object") return &ids::object_array;
    auto const size = spelled.size() == 1 ? 0 : natural(part_of(spelled, 1));
    if (letter == 'S' || letter == 'a' || letter == 'U') {
        if (!size || *size > ~std::uint64_t{0} / 8) return &ids::bad_header;
        to.type = dtype::string;
        to.unicode = letter == 'U';
        to.size = to.unicode ? *size * 4 : *size;
        return nullptr;
    }
    if (letter == 'V') {
        if (!size) return &ids::bad_header;
        to.type = dtype::opaque;
        to.size = *size;
        return nullptr;
    }
    return &ids::unsupported_dtype;
}

/// The size of a structured type: [('name', '<f4'), ('other', [...], (2, 3)), ...]. `depth` bounds
/// the recursion. Errors through the literal.
constexpr std::uint64_t size_of_fields(literal& from, unsigned depth) {
    std::uint64_t whole = 0;
    from.want('[');
    if (depth > 16) from.fail(ids::unsupported_dtype);
    while (from && !from.take(']')) {
        from.want('(');
        if (from.take('(')) {  // ('title', 'name')
            from.string();
            from.want(',');
            from.string();
            from.want(')');
        } else {
            from.string();
        }
        from.want(',');
        std::uint64_t size = 0;
        if (from.peek('[')) {
            size = size_of_fields(from, depth + 1);
        } else {
            element_type field;
            auto const spelled = from.string();
            if (!from) return 0;
            if (auto const* const wrong = type_of(spelled, field)) {
                from.fail(*wrong);
                return 0;
            }
            size = field.size;
        }
        if (from.take(',') && from.take('(')) {
            while (from && !from.take(')')) {
                auto const next = bytes::product(size, from.number());
                if (!next) from.fail(ids::too_large);
                size = next.value_or(0);
                if (!from.take(',') && !from.peek(')')) from.fail(ids::bad_header);
            }
            from.take(',');
        }
        from.want(')');
        auto const sum = bytes::sum(whole, size);
        if (!sum) from.fail(ids::too_large);
        whole = sum.value_or(0);
        if (!from.take(',') && !from.peek(']')) from.fail(ids::bad_header);
    }
    return whole;
}

constexpr void take_element(literal& from, element_type& to) {
    if (from.peek('[')) {
        to.type = dtype::compound;
        to.order = bytes::order::little;
        to.size = size_of_fields(from, 0);
        return;
    }
    auto const spelled = from.string();
    if (!from) return;
    if (auto const* const wrong = type_of(spelled, to)) from.fail(*wrong);
}

constexpr void take_shape(literal& from, header& to, std::uint32_t most) {
    from.want('(');
    bool comma = true;  // (2) is a number, (2,) a tuple
    for (to.rank = 0; from && !from.take(')');) {
        if (!comma) {
            from.fail(ids::bad_header);
            return;
        }
        if (to.rank == most || to.rank == to.axes.size()) {
            from.fail(lade::ids::limit);
            return;
        }
        to.axes[to.rank++] = from.number();
        comma = from.take(',');
    }
    if (to.rank == 1 && !comma) from.fail(ids::bad_header);
}

}  // namespace detail

/// Reads the dictionary. `base` is where it starts in the file. Sets all but the places of the
/// data. Errors: npy.bad_header, npy.bad_dtype, npy.object_array, npy.too_large, limit.exceeded
/// (axes).
constexpr result<header> parse_header(std::string_view text, std::uint64_t base = 0,
                                      std::uint32_t most_axes = 64) {
    enum : unsigned { nothing = 0, descr = 1, order = 2, shape = 4 };
    header to;
    detail::literal from(text, base);
    unsigned has = nothing;
    from.want('{');
    while (from && !from.take('}')) {
        auto const key = from.string();
        unsigned const met = key == "descr"           ? descr
                             : key == "fortran_order" ? order
                             : key == "shape"         ? shape
                                                      : nothing;
        if (met == nothing || (has & met) != 0) from.fail(ids::bad_header);
        has |= met;
        from.want(':');
        if (!from) break;
        if (met == descr) {
            detail::take_element(from, to.element);
        } else if (met == shape) {
            detail::take_shape(from, to, most_axes);
        } else {
            to.fortran_order = from.take("True");
            if (!to.fortran_order && !from.take("False")) from.fail(ids::bad_header);
        }
        if (!from.take(',') && !from.peek('}')) from.fail(ids::bad_header);
    }
    if (from && (has != (descr | order | shape) || !from.done())) from.fail(ids::bad_header);
    if (!from) return from.error();
    auto const count = bytes::product(to.shape());
    if (!count) return fail(ids::too_large, base);
    to.count = *count;
    return to;
}

/// How a type is spelled; empty for types that NumPy itself does not have. Strings need a size.
constexpr std::string_view spelled(dtype type) {
    switch (type) {
        case dtype::boolean: return "|b1";
        case dtype::int8: return "|i1";
        case dtype::uint8: return "|u1";
        case dtype::int16: return "<i2";
        case dtype::int32: return "<i4";
        case dtype::int64: return "<i8";
        case dtype::uint16: return "<u2";
        case dtype::uint32: return "<u4";
        case dtype::uint64: return "<u8";
        case dtype::float16: return "<f2";
        case dtype::float32: return "<f4";
        case dtype::float64: return "<f8";
        case dtype::longdouble: return "<f16";
        case dtype::complex64: return "<c8";
        case dtype::complex128: return "<c16";
        default: return {};
    }
}

}  // namespace lade::inline LADE_ABI::npy
