// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/arena.hpp>
#include <lade/base/result.hpp>

#include <cstdint>
#include <cstring>
#include <string_view>

/// The words of the text format.
///
/// Supported: identifiers, numbers, text in single or double quotes with all escapes, comments from
/// # to the end of the line. Refused: text that runs over the end of its line, octal escapes beyond
/// \377. Text Format Language Specification, "Lexical Elements".
namespace lade::inline LADE_ABI::textproto {

namespace ids {
inline constexpr error_id unexpected{"textproto.unexpected", kind::corrupt,
                                     "the text is not what may stand here"};
inline constexpr error_id bad_string{"textproto.bad_string", kind::corrupt,
                                     "a text has no end, or a bad escape"};
}  // namespace ids

enum class word : std::uint8_t { end, identifier, number, text, sign };

class lexer {
  public:
    explicit lexer(std::string_view text) : text_(text) {
        if (text.substr(0, 3) == "\xef\xbb\xbf") at_ = 3;
        next();
    }

    word kind() const { return kind_; }
    /// The characters of the word: of a text with its quotes.
    std::string_view now() const { return now_; }
    std::size_t offset() const { return start_; }
    bool is(char sign) const { return kind_ == word::sign && now_[0] == sign; }

    bool take(char sign) {
        if (!is(sign)) return false;
        next();
        return true;
    }

    void next() {
        skip();
        start_ = at_;
        if (at_ == text_.size()) {
            kind_ = word::end;
            now_ = {};
            return;
        }
        char const c = text_[at_];
        if (is_letter(c)) {
            kind_ = word::identifier;
            while (at_ < text_.size() && (is_letter(text_[at_]) || is_digit(text_[at_]))) ++at_;
        } else if (is_digit(c) ||
                   (c == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]))) {
            kind_ = word::number;
            while (at_ < text_.size() && continues_number()) ++at_;
        } else if (c == '"' || c == '\'') {
            kind_ = word::text;
            for (++at_; at_ < text_.size() && text_[at_] != c && text_[at_] != '\n'; ++at_)
                if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
            if (at_ < text_.size() && text_[at_] == c) ++at_;
        } else {
            kind_ = word::sign;
            ++at_;
        }
        now_ = text_.substr(start_, at_ - start_);
    }

    /// The error with its line and column, both from 1. `id` must be a constant.
    lade::error fail(error_id const& id, std::size_t offset) const {
        std::uint64_t line = 1, column = 1;
        for (char const c : text_.substr(0, offset)) {
            ++column;
            if (c == '\n') {
                ++line;
                column = 1;
            }
        }
        lade::error made = lade::fail(id, offset);
        char words[64];
        std::size_t at = sizeof words;
        auto const digits = [&](std::uint64_t value) {
            do words[--at] = static_cast<char>('0' + value % 10);
            while ((value /= 10) != 0);
        };
        auto const put = [&](std::string_view what) {
            for (std::size_t i = what.size(); i-- > 0;) words[--at] = what[i];
        };
        digits(column);
        put(", column ");
        digits(line);
        put("line ");
        return made.in({words + at, sizeof words - at});
    }
    lade::error fail(error_id const& id) const { return fail(id, start_); }

    /// Takes the text that stands here, and those directly behind it, as one. Errors:
    /// textproto.unexpected, textproto.bad_string, memory.exhausted.
    result<std::string_view> take_text(arena& memory) {
        if (kind_ != word::text) return fail(ids::unexpected);
        std::string_view whole("", 0);
        while (kind_ == word::text) {
            char const quote = now_[0];
            if (now_.size() < 2 || now_.back() != quote) return fail(ids::bad_string);
            std::string_view const inside = now_.substr(1, now_.size() - 2);
            if (inside.find('\\') == inside.npos && whole.empty()) {
                whole = inside.empty() ? whole : inside;
            } else {
                // escapes only ever shrink; the list doubles, so that many pieces stay linear
                if (room_of_ != whole.data() || room_ - whole.size() < inside.size()) {
                    std::size_t const room = (whole.size() + inside.size()) * 2;
                    char* const to = memory.take_array<char>(room);
                    if (to == nullptr) return memory.exhausted();
                    if (!whole.empty()) std::memcpy(to, whole.data(), whole.size());
                    whole = {to, whole.size()};
                    room_of_ = to;
                    room_ = room;
                }
                std::size_t const size = unescape(inside, room_of_ + whole.size());
                if (size == bad) return fail(ids::bad_string);
                whole = {room_of_, whole.size() + size};
            }
            next();
        }
        return whole;
    }

  private:
    static constexpr std::size_t bad = static_cast<std::size_t>(-1);

    static bool is_letter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    }
    static bool is_digit(char c) { return c >= '0' && c <= '9'; }
    static int hex(char c) {
        if (is_digit(c)) return c - '0';
        char const low = static_cast<char>(c | 0x20);
        return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
    }

    bool continues_number() const {
        char const c = text_[at_];
        if (is_letter(c) || is_digit(c) || c == '.') return true;
        // the sign of an exponent; 0x1e+2 has none
        bool const hexadecimal = at_ - start_ > 1 && (text_[start_ + 1] | 0x20) == 'x';
        return (c == '+' || c == '-') && !hexadecimal && (text_[at_ - 1] | 0x20) == 'e';
    }

    void skip() {
        for (; at_ < text_.size(); ++at_) {
            char const c = text_[at_];
            if (c == '#') {
                at_ = text_.find('\n', at_);
                if (at_ == text_.npos) at_ = text_.size();
                if (at_ == text_.size()) return;
            } else if (c != ' ' && c != '\n' && c != '\t' && c != '\r' && c != '\v' && c != '\f') {
                return;
            }
        }
    }

    /// Writes at most as many characters as it reads; `bad` for a bad escape.
    static std::size_t unescape(std::string_view from, char* to) {
        char* const start = to;
        for (std::size_t i = 0; i < from.size();) {
            char c = from[i++];
            if (c != '\\') {
                *to++ = c;
                continue;
            }
            if (i == from.size()) return bad;
            c = from[i++];
            if (c >= '0' && c <= '7') {
                unsigned value = static_cast<unsigned>(c - '0');
                for (int more = 0; more < 2 && i < from.size() && from[i] >= '0' && from[i] <= '7';
                     ++more)
                    value = value * 8 + static_cast<unsigned>(from[i++] - '0');
                if (value > 0xff) return bad;
                *to++ = static_cast<char>(value);
                continue;
            }
            if (c == 'x' || c == 'X' || c == 'u' || c == 'U') {
                std::size_t const most = c == 'u' ? 4 : c == 'U' ? 8 : 2;
                std::uint32_t value = 0;
                std::size_t count = 0;
                for (; count < most && i < from.size() && hex(from[i]) >= 0; ++count)
                    value = value * 16 + static_cast<std::uint32_t>(hex(from[i++]));
                if (most == 2) {
                    if (count == 0) return bad;
                    *to++ = static_cast<char>(value);
                } else if (count != most || !put_utf8(value, to)) {
                    return bad;
                }
                continue;
            }
            constexpr std::string_view names = "abfnrtv\\'\"?", values = "\a\b\f\n\r\t\v\\'\"?";
            std::size_t const which = names.find(c);
            if (which == names.npos) return bad;
            *to++ = values[which];
        }
        return static_cast<std::size_t>(to - start);
    }

    static bool put_utf8(std::uint32_t value, char*& to) {
        if (value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) return false;
        auto const put = [&to](std::uint32_t byte) { *to++ = static_cast<char>(byte); };
        if (value < 0x80) return put(value), true;
        if (value < 0x800) {
            put(0xc0 | value >> 6);
        } else {
            if (value < 0x10000) {
                put(0xe0 | value >> 12);
            } else {
                put(0xf0 | value >> 18);
                put(0x80 | (value >> 12 & 0x3f));
            }
            put(0x80 | (value >> 6 & 0x3f));
        }
        put(0x80 | (value & 0x3f));
        return true;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t start_ = 0;
    std::string_view now_;
    word kind_ = word::end;
    char* room_of_ = nullptr;
    std::size_t room_ = 0;
};

}  // namespace lade::inline LADE_ABI::textproto
