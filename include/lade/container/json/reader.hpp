// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/result.hpp>
#include <lade/container/json/number.hpp>
#include <lade/container/json/text.hpp>

#include <array>

/// JSON (RFC 8259), read piece by piece where it lies.
///
///     value    object | array | string | number | true | false | null
///     object   { "key" : value , ... }         spaces, tabs, line ends between all parts
///     array    [ value , ... ]
///
/// Read: all of it, strictly; UTF-8 without byte order mark. On request NaN, Infinity, -Infinity,
/// as Python's json writes them. Refused: comments, trailing commas, single quotes, bytes that are
/// not UTF-8, halves of surrogate pairs, containers deeper than a bound. Keys that occur twice are
/// the caller's affair: the reader has no memory.
namespace lade::inline LADE_ABI::json {

namespace ids {
inline constexpr error_id bad_syntax{"json.bad_syntax",
                                     kind::corrupt,
                                     "a character stands where none like it may stand",
                                     {},
                                     numbers::hex};
inline constexpr error_id cut_short{"json.cut_short", kind::corrupt,
                                    "the text ends before its last value does",
                                    "the file is cut short; fetch it again"};
inline constexpr error_id bad_number{"json.bad_number", kind::corrupt,
                                     "a number is not spelled as JSON spells numbers"};
inline constexpr error_id not_finite{
    "json.not_finite", kind::corrupt, "NaN and Infinity are no JSON",
    "Python writes them; accept them with {.special_numbers = true}"};
inline constexpr error_id too_deep{"json.too_deep", kind::unsupported,
                                   "containers lie in containers beyond the bound"};
inline constexpr error_id rest{
    "json.rest", kind::corrupt, "something follows the value that the text is", {}, numbers::hex};
}  // namespace ids

/// What the reader met.
enum class token : std::uint8_t {
    object,  ///< the beginning of one
    object_end,
    array,
    array_end,
    key,
    string,
    number,
    boolean,
    null,
    end,     ///< of the text
    failed,  ///< `error()` tells
};

struct options {
    bool special_numbers = false;  ///< accept NaN, Infinity, -Infinity
    std::uint32_t depth = 1024;    ///< containers in containers, at most reader::deepest
    /// Of a document: refuse two members of one name. Else all stay and the last one is found.
    bool refuse_duplicates = false;
};

/// Pulls the tokens of a text one by one. No memory, no recursion; works in constant expressions.
/// Failure sticks. Linear in the length of the text.
class reader {
  public:
    static constexpr std::uint32_t deepest = 1024;

    /// `base` is where `text` starts in the file; places in errors count from there. The text must
    /// outlive what the reader gives.
    constexpr explicit reader(bytes::view text, options const& how = {}, std::uint64_t base = 0)
        : text_(text), base_(base), how_(how) {
        if (how_.depth > deepest) how_.depth = deepest;
    }

    /// Goes on to the next token.
    constexpr token next() { return token_ = step(); }

    constexpr token current() const { return token_; }
    /// Of a key or a string.
    constexpr string text() const { return string_; }
    /// Of a number, as it is spelled.
    constexpr bytes::view number() const { return number_; }
    /// Of a boolean.
    constexpr bool boolean() const { return boolean_; }
    /// Containers around the place after the current token.
    constexpr std::uint32_t depth() const { return depth_; }
    /// Where the current token begins, in the file.
    constexpr std::uint64_t offset() const { return base_ + start_; }
    /// Precondition: current() is failed.
    constexpr lade::error error() const { return error_; }

    /// Goes on to the end of the value that the current token begins; after a key, of its value.
    /// False after a failure.
    constexpr bool skip() {
        if (token_ == token::key) next();
        if (token_ == token::object || token_ == token::array)
            for (std::uint32_t const outer = depth_ - 1; depth_ > outer;)
                if (next() == token::failed) return false;
        return token_ != token::failed;
    }

    /// A short cut for arrays of numbers, which fill the headers of some formats. If the next value
    /// is an array of at most `room.size()` natural numbers that fit 64 bits, takes all of it and
    /// gives its length; the current token is then its end. Else nothing is taken, and `next` tells
    /// what is there.
    constexpr std::optional<std::size_t> take_naturals(std::span<std::uint64_t> room) {
        if (want_ != want::value || token_ == token::failed || depth_ >= how_.depth)
            return std::nullopt;
        std::size_t at = at_, count = 0;
        auto const char_at = [&](std::size_t i) {
            return i < text_.size() ? static_cast<char>(text_[i]) : '\0';
        };
        while (char_at(at) == ' ') ++at;
        std::size_t const start = at;
        if (char_at(at) != '[') return std::nullopt;
        if (char_at(++at) != ']') {
            for (;; ++at) {
                while (char_at(at) == ' ') ++at;
                std::size_t const first = at;
                std::uint64_t value = 0;
                for (unsigned digit; (digit = static_cast<unsigned>(char_at(at)) - '0') < 10; ++at)
                    value = value * 10 + digit;
                // 19 digits cannot overflow
                if (at == first || at - first > 19 || count == room.size()) return std::nullopt;
                if (char_at(first) == '0' && at - first > 1) return std::nullopt;
                room[count++] = value;
                if (char_at(at) != ',') break;
            }
            if (char_at(at) != ']') return std::nullopt;
        }
        start_ = start;
        at_ = at + 1;
        want_ = want::more;
        token_ = token::array_end;
        return count;
    }

    /// For the decoder above: what it read cannot be.
    constexpr token fail(error_id const& id, std::uint64_t expected = 0, std::uint64_t found = 0) {
        return token_ = refuse(id, start_, expected, found);
    }

  private:
    enum class want : std::uint8_t { value, item_or_end, key, key_or_end, more };

    constexpr token refuse(error_id const& id, std::size_t at, std::uint64_t expected,
                           std::uint64_t found) {
        if (token_ != token::failed) error_ = lade::fail(id, base_ + at, expected, found);
        at_ = text_.size();
        return token_ = token::failed;
    }
    constexpr token unexpected(char wanted) {
        if (at_ == text_.size()) return refuse(ids::cut_short, at_, 0, 0);
        return refuse(ids::bad_syntax, at_, static_cast<std::uint64_t>(wanted),
                      static_cast<std::uint64_t>(text_[at_]));
    }
    constexpr bool is(char c) const {
        return at_ < text_.size() && text_[at_] == static_cast<std::byte>(c);
    }
    constexpr void skip_space() {
        while (at_ < text_.size()) {
            auto const c = static_cast<char>(text_[at_]);
            if (c != ' ' && c != '\n' && c != '\r' && c != '\t') break;
            ++at_;
        }
    }
    constexpr bool in_object() const {
        return (objects_[(depth_ - 1) / 64] >> ((depth_ - 1) % 64) & 1) != 0;
    }

    constexpr token step() {
        if (token_ == token::failed) return token_;
        skip_space();
        if (want_ == want::more) {
            if (depth_ == 0) {
                start_ = at_;
                if (at_ == text_.size()) return token::end;
                return refuse(ids::rest, at_, 0, static_cast<std::uint64_t>(text_[at_]));
            }
            bool const object = in_object();
            if (is(',')) {
                ++at_;
                skip_space();
                want_ = object ? want::key : want::value;
            } else if (is(object ? '}' : ']')) {
                return close(object);
            } else {
                return unexpected(',');
            }
        }
        start_ = at_;
        if (want_ == want::key_or_end && is('}')) return close(true);
        if (want_ == want::item_or_end && is(']')) return close(false);
        if (want_ == want::key || want_ == want::key_or_end) {
            if (!is('"')) return unexpected('"');
            if (!take_string()) return token_;
            skip_space();
            if (!is(':')) return unexpected(':');
            ++at_;
            want_ = want::value;
            return token::key;
        }
        return take_value();
    }

    constexpr token close(bool object) {
        start_ = at_++;
        --depth_;
        want_ = want::more;
        return object ? token::object_end : token::array_end;
    }
    constexpr token open(bool object) {
        if (depth_ >= how_.depth) return refuse(ids::too_deep, at_, how_.depth, depth_ + 1);
        std::uint64_t const bit = std::uint64_t{1} << (depth_ % 64);
        auto& word = objects_[depth_ / 64];
        word = object ? word | bit : word & ~bit;
        ++depth_;
        ++at_;
        want_ = object ? want::key_or_end : want::item_or_end;
        return object ? token::object : token::array;
    }

    constexpr bool take_string() {
        auto const scanned = scan_string(text_.subspan(at_));
        if (scanned.wrong != nullptr) {
            refuse(*scanned.wrong, at_ + scanned.at, 0, scanned.found);
            return false;
        }
        string_ = scanned.text;
        at_ += scanned.size;
        return true;
    }

    constexpr bool take_word(std::string_view word) {
        if (!bytes::starts_with(text_.subspan(at_), word)) return false;
        at_ += word.size();
        want_ = want::more;
        return true;
    }

    /// Whether all that is left is the beginning of `word`.
    constexpr bool is_beginning_of(std::string_view word) const {
        return text_.size() - at_ < word.size() &&
               bytes::starts_with(text_.subspan(at_), word.substr(0, text_.size() - at_));
    }

    constexpr token take_value() {
        if (at_ == text_.size()) return unexpected('"');
        switch (static_cast<char>(text_[at_])) {
            case '{': return open(true);
            case '[': return open(false);
            case '"':
                if (!take_string()) return token_;
                want_ = want::more;
                return token::string;
            case 't':
            case 'f':
                boolean_ = text_[at_] == std::byte{'t'};
                if (take_word(boolean_ ? "true" : "false")) return token::boolean;
                break;
            case 'n':
                if (take_word("null")) return token::null;
                break;
            case '-':
            case 'N':
            case 'I': {
                std::size_t const from = at_;
                if (take_word("NaN") || take_word("Infinity") || take_word("-Infinity")) {
                    if (!how_.special_numbers) return refuse(ids::not_finite, from, 0, 0);
                    number_ = text_.subspan(from, at_ - from);
                    return token::number;
                }
                if (text_[at_] == std::byte{'-'}) return take_number();
                break;
            }
            default:
                if (static_cast<unsigned>(text_[at_]) - '0' < 10) return take_number();
                break;
        }
        for (std::string_view const word : {"true", "false", "null"})
            if (is_beginning_of(word)) return refuse(ids::cut_short, text_.size(), 0, 0);
        return unexpected('"');
    }

    constexpr token take_number() {
        std::size_t const length = number_length(text_.subspan(at_));
        auto const after = at_ + length;
        if (length == 0 || (after < text_.size() && goes_on(text_[after])))
            return refuse(ids::bad_number, at_, 0, 0);
        number_ = text_.subspan(at_, length);
        at_ = after;
        want_ = want::more;
        return token::number;
    }
    static constexpr bool goes_on(std::byte c) {
        auto const code = static_cast<unsigned>(c);
        return code - '0' < 10 || (code | 0x20) - 'a' < 26 || code == '.' || code == '+' ||
               code == '-';
    }

    bytes::view text_;
    std::uint64_t base_;
    options how_;
    std::size_t at_ = 0;
    std::size_t start_ = 0;
    std::uint32_t depth_ = 0;
    want want_ = want::value;
    token token_ = token::null;
    bool boolean_ = false;
    string string_{};
    bytes::view number_{};
    std::array<std::uint64_t, deepest / 64> objects_{};
    lade::error error_{};
};

}  // namespace lade::inline LADE_ABI::json
