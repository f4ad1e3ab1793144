// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/result.hpp>
#include <lade/bytes/utf8.hpp>
#include <lade/container/yaml/scalar.hpp>

#include <optional>

/// The characters and scalars of a YAML text (YAML 1.1, chapters 5 and 9).
///
///     a b            plain: ends before ": ", " #" and, in flow collections, before , [ ] { }
///     'it''s'        single quotes: only the quote itself is doubled
///     "\t \x41"      double quotes: escapes
///     |  >           blocks, with + - and 1..9 behind; lines kept, or folded
///
/// A line end inside the first three is a space, more line ends are one less. Line ends are LF, CR
/// and CR LF.
namespace lade::inline LADE_ABI::yaml {

namespace ids {
inline constexpr error_id bad_indentation{"yaml.bad_indentation", kind::corrupt,
                                          "a line begins in a column of its own"};
inline constexpr error_id bad_syntax{"yaml.bad_syntax",
                                     kind::corrupt,
                                     "a character stands where none like it may stand",
                                     {},
                                     numbers::hex};
inline constexpr error_id cut_short{"yaml.cut_short", kind::corrupt,
                                    "the text ends inside a scalar or a collection",
                                    "the file is cut short; fetch it again"};
inline constexpr error_id bad_escape{"yaml.bad_escape", kind::corrupt,
                                     "a backslash begins no escape sequence that is known"};
}  // namespace ids

namespace detail {

/// Reads one text from front to back. The first failure sticks.
class scanner {
  protected:
    explicit scanner(std::string_view text) : text_(text) {}

    // ---- characters

    bool refuse(error_id const& id, std::size_t at, std::uint64_t expected = 0) {
        if (!error_)
            error_ = fail(id, at, expected,
                          at < text_.size() ? static_cast<unsigned char>(text_[at]) : 0);
        return false;
    }
    bool unexpected(std::size_t at) {
        return refuse(at >= text_.size() ? ids::cut_short : ids::bad_syntax, at);
    }
    char peek(std::size_t ahead = 0) const {
        return ahead < text_.size() - at_ ? text_[at_ + ahead] : '\0';
    }
    bool at_end() const { return at_ >= text_.size(); }
    static bool is_break(char c) { return c == '\n' || c == '\r'; }
    static bool is_blank(char c) { return c == ' ' || c == '\t'; }
    /// Whether a space, a line end or the end of the text stands `ahead`.
    bool space(std::size_t ahead) const {
        return ahead >= text_.size() - at_ || is_blank(text_[at_ + ahead]) ||
               is_break(text_[at_ + ahead]);
    }
    static bool is_flow(char c) { return c == ',' || c == '[' || c == ']' || c == '{' || c == '}'; }
    long column() const { return static_cast<long>(at_ - line_); }
    void take_break() {
        if (peek() == '\r' && peek(1) == '\n') ++at_;
        ++at_;
        line_ = at_;
    }
    /// Whether a document marker begins the line.
    bool marker(std::string_view what) const {
        return at_ == line_ && text_.substr(at_).starts_with(what) && space(3);
    }
    bool any_marker() const { return marker("---") || marker("..."); }
    bool indicator(char c) const { return peek() == c && space(1); }

    /// Goes on to the next character that is neither space, line end nor comment.
    void skip_to_content() {
        while (!at_end()) {
            char const c = peek();
            if (is_break(c)) take_break();
            else if (is_blank(c)) ++at_;
            else if (c == '#' &&
                     (at_ == line_ || is_blank(text_[at_ - 1]) || is_flow(text_[at_ - 1])))
                while (!at_end() && !is_break(peek())) ++at_;
            else return;
        }
    }
    void skip_blanks() {
        while (is_blank(peek()) && !at_end()) ++at_;
    }
    bool skip_directives() {
        for (;;) {
            skip_to_content();
            if (at_ == line_ && peek() == '%' && !at_end()) {
                while (!at_end() && !is_break(peek())) ++at_;
                continue;
            }
            if (marker("---")) at_ += 3;
            return true;
        }
    }
    bool indented_by_spaces() {
        for (std::size_t i = line_; i < at_; ++i)
            if (text_[i] == '\t') return refuse(ids::bad_indentation, i);
        return true;
    }

    // ---- scalars

    /// Line ends inside a scalar: one is a space, more are one less. False at the end of the text,
    /// or where a document ends.
    bool fold(std::string& to, bool escaped = false) {
        while (!to.empty() && !escaped && to.size() > floor_ && is_blank(to.back())) to.pop_back();
        std::size_t breaks = 0;
        while (!at_end() && (is_break(peek()) || is_blank(peek()))) {
            if (is_break(peek())) ++breaks, take_break();
            else ++at_;
        }
        if (at_end() || any_marker()) return false;
        if (breaks > 1) to.append(breaks - 1, '\n');
        else if (!escaped) to.push_back(' ');
        return true;
    }

    bool single_quoted(std::string& to) {
        floor_ = 0;
        for (++at_; !at_end();) {
            char const c = peek();
            if (c == '\'') {
                ++at_;
                if (peek() != '\'' || at_end()) return true;
                to.push_back('\'');
                ++at_;
            } else if (is_break(c)) {
                if (!fold(to)) break;
            } else {
                to.push_back(c);
                ++at_;
            }
        }
        return refuse(ids::cut_short, at_);
    }

    bool hex(unsigned digits, std::uint32_t& code) {
        code = 0;
        for (unsigned i = 0; i < digits; ++i, ++at_) {
            int const digit = at_end() ? 16 : digit_of(peek());
            if (digit > 15) return refuse(ids::bad_escape, at_);
            code = code << 4 | static_cast<std::uint32_t>(digit);
        }
        return true;
    }
    bool escape(std::string& to) {
        std::size_t const begin = at_++;
        if (at_end()) return refuse(ids::cut_short, at_);
        char const c = text_[at_++];
        std::uint32_t code = 0;
        switch (c) {
            case '0': code = 0; break;
            case 'a': code = 7; break;
            case 'b': code = 8; break;
            case 't':
            case '\t': code = 9; break;
            case 'n': code = 10; break;
            case 'v': code = 11; break;
            case 'f': code = 12; break;
            case 'r': code = 13; break;
            case 'e': code = 27; break;
            case ' ':
            case '"':
            case '/':
            case '\\': code = static_cast<unsigned char>(c); break;
            case 'N': code = 0x85; break;
            case '_': code = 0xa0; break;
            case 'L': code = 0x2028; break;
            case 'P': code = 0x2029; break;
            case 'x':
            case 'u':
            case 'U':
                if (!hex(c == 'x' ? 2 : c == 'u' ? 4 : 8, code)) return false;
                if (code >= 0xd800 && code < 0xdc00 && peek() == '\\' && peek(1) == 'u') {
                    at_ += 2;
                    std::uint32_t low = 0;
                    if (!hex(4, low)) return false;
                    if (low < 0xdc00 || low > 0xdfff) return refuse(ids::bad_escape, begin);
                    code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
                }
                if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
                    return refuse(ids::bad_escape, begin);
                break;
            default:
                if (!is_break(c)) return refuse(ids::bad_escape, begin);
                --at_;
                floor_ = to.size();
                return fold(to, true) || refuse(ids::cut_short, at_);
        }
        char utf8[4];
        to.append(utf8, bytes::put_utf8(code, utf8));
        floor_ = to.size();  // what was escaped is no space at a line end
        return true;
    }
    bool double_quoted(std::string& to) {
        floor_ = 0;
        for (++at_; !at_end();) {
            char const c = peek();
            if (c == '"') {
                ++at_;
                return true;
            }
            if (c == '\\') {
                if (!escape(to)) return false;
            } else if (is_break(c)) {
                if (!fold(to)) break;
            } else {
                to.push_back(c);
                ++at_;
            }
        }
        return refuse(ids::cut_short, at_);
    }
    bool quoted(std::string& to) { return peek() == '"' ? double_quoted(to) : single_quoted(to); }

    /// Whether a plain scalar may begin here.
    bool plain_begins(bool flow) const {
        char const c = peek();
        if (flow && c == '?') return false;
        if (c == '-' || c == '?' || c == ':') return !space(1) && !(flow && is_flow(peek(1)));
        return std::string_view(",[]{}#&*!|>'\"%@`").find(c) == std::string_view::npos;
    }
    /// The part of a plain scalar that is on this line.
    std::string_view plain_line(bool flow) {
        std::size_t const begin = at_;
        std::size_t last = at_;  // behind the last character that is no space
        while (!at_end() && !is_break(peek())) {
            char const c = peek();
            if (c == ':' && (space(1) || (flow && is_flow(peek(1))))) break;
            if (c == '#' && at_ > begin && is_blank(text_[at_ - 1])) break;
            if (flow && is_flow(c)) break;
            ++at_;
            if (!is_blank(c)) last = at_;
        }
        at_ = last;
        return text_.substr(begin, last - begin);
    }
    /// The lines that go on with a plain scalar; in blocks those beyond column `parent`.
    bool plain_rest(std::string& to, long parent, bool flow) {
        for (;;) {
            std::size_t const here = at_, line = line_;
            std::size_t breaks = 0;
            while (!at_end() && (is_break(peek()) || is_blank(peek()))) {
                if (is_break(peek())) ++breaks, take_break();
                else ++at_;
            }
            char const c = peek();
            bool const more = breaks > 0 && !at_end() && !any_marker() && c != '#' &&
                              (flow ? !is_flow(c) && !(c == ':' && space(1)) : column() > parent);
            if (!more) {
                at_ = here;
                line_ = line;
                return true;
            }
            if (breaks > 1) to.append(breaks - 1, '\n');
            else to.push_back(' ');
            std::string_view const part = plain_line(flow);
            if (part.empty()) return unexpected(at_);
            to.append(part);
        }
    }

    bool block_scalar(std::string& to, long parent) {
        bool const folds = peek() == '>';
        ++at_;
        char chomp = ' ';
        long indent = 0;
        for (; !space(0); ++at_) {
            char const c = peek();
            if ((c == '+' || c == '-') && chomp == ' ') chomp = c;
            else if (c >= '1' && c <= '9' && indent == 0) indent = c - '0';
            else return unexpected(at_);
        }
        skip_blanks();
        if (peek() == '#' && !at_end())
            while (!at_end() && !is_break(peek())) ++at_;
        if (at_end()) return true;
        if (!is_break(peek())) return unexpected(at_);
        take_break();
        long const from = parent < 0 ? 0 : parent;
        indent = indent > 0 ? from + indent : 0;

        std::size_t breaks = 0;    // before the next line that has text
        bool more_before = false;  // was the last such line indented further?
        bool first = true;
        for (;;) {
            std::size_t const begin = at_;
            while (peek() == ' ' && !at_end() && (indent == 0 || column() < indent)) ++at_;
            if (at_end()) break;
            if (is_break(peek())) {
                ++breaks;
                take_break();
                continue;
            }
            if (indent == 0) indent = column() > from ? column() : -1;
            if (column() < indent || indent < 0 || any_marker()) {
                at_ = begin;
                break;
            }
            bool const more_now = is_blank(peek());
            if (first) to.append(breaks, '\n');
            else if (!folds || more_now || more_before) to.append(breaks, '\n');
            else if (breaks == 1) to.push_back(' ');
            else to.append(breaks - 1, '\n');
            std::size_t const text = at_;
            while (!at_end() && !is_break(peek())) ++at_;
            to.append(text_.substr(text, at_ - text));
            first = false;
            more_before = more_now;
            breaks = 0;
            if (at_end()) break;
            breaks = 1;
            take_break();
        }
        if (first) {
            if (chomp == '+') to.append(breaks, '\n');
        } else if (chomp == '+') {
            to.append(breaks, '\n');
        } else if (chomp == ' ' && breaks > 0) {
            to.push_back('\n');
        }
        return true;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t line_ = 0;   ///< where the line begins
    std::size_t floor_ = 0;  ///< of a scalar: what spaces at a line end are not cut beyond
    std::optional<error> error_;
};

}  // namespace detail

}  // namespace lade::inline LADE_ABI::yaml
