// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/utf8.hpp>
#include <lade/bytes/view.hpp>
#include <lade/container/json/real.hpp>

#include <string>
#include <vector>

namespace lade::inline LADE_ABI::json {

/// How a text is laid out. The same values in the same style give the same bytes.
struct style {
    std::string_view item = ",";  ///< between items
    std::string_view key = ":";   ///< between a key and its value
    bool ascii = false;           ///< other characters become \u escapes (Python's ensure_ascii)
    std::uint32_t indent = 0;     ///< spaces a level, each item on a line of its own; 0: one line
};

/// The shortest text.
inline constexpr style compact{};
/// What Python's json.dumps(value) writes.
inline constexpr style python{", ", ": ", true, 0};
/// What Python's json.dumps(value, indent=2) writes.
inline constexpr style python_indented{",", ": ", true, 2};

/// Writes `text` with its quotes. Escaped: what must be, with the short forms where there are any,
/// and DEL not, as Python and Rust's serde have it. Precondition: `text` is UTF-8; what is not
/// becomes U+FFFD.
inline void append_string(std::string& to, std::string_view text, bool ascii = false) {
    auto const escape = [&](std::uint32_t unit) {
        constexpr std::string_view digits = "0123456789abcdef";
        to.append("\\u");
        for (unsigned shift = 16; shift > 0; shift -= 4)
            to.push_back(digits[unit >> (shift - 4) & 15]);
    };
    to.push_back('"');
    bytes::view rest = bytes::of(text);
    while (!rest.empty()) {
        auto const c = static_cast<char>(rest[0]);
        std::size_t length = bytes::utf8_length(rest);
        if (length == 1) {
            switch (c) {
                case '"': to.append("\\\""); break;
                case '\\': to.append("\\\\"); break;
                case '\b': to.append("\\b"); break;
                case '\f': to.append("\\f"); break;
                case '\n': to.append("\\n"); break;
                case '\r': to.append("\\r"); break;
                case '\t': to.append("\\t"); break;
                default:
                    if (static_cast<unsigned char>(c) < 0x20) escape(static_cast<unsigned char>(c));
                    else to.push_back(c);
            }
        } else if (length != 0 && !ascii) {
            to.append(bytes::text(rest.first(length)));
        } else {
            std::uint32_t const character =
                length != 0 ? bytes::first_code_point(rest).code : 0xfffd;
            if (character >= 0x10000) {
                escape(0xd800 + ((character - 0x10000) >> 10));
                escape(0xdc00 + ((character - 0x10000) & 0x3ff));
            } else {
                escape(character);
            }
            if (length == 0) length = 1;
        }
        rest = rest.subspan(length);
    }
    to.push_back('"');
}

/// Writes a text from front to back into a string of the caller. Commas, colons and line ends come
/// by themselves. Precondition: the calls form one value.
class writer {
  public:
    explicit writer(std::string& to, style const& how = compact) : to_(&to), how_(how) {}

    writer& begin_object() { return begin('{'); }
    writer& end_object() { return end('}'); }
    writer& begin_array() { return begin('['); }
    writer& end_array() { return end(']'); }
    writer& key(std::string_view name) {
        separate();
        append_string(*to_, name, how_.ascii);
        to_->append(how_.key);
        after_key_ = true;
        return *this;
    }
    writer& text(std::string_view value) {
        separate();
        append_string(*to_, value, how_.ascii);
        return *this;
    }
    /// A number, or any other value, as it is spelled.
    writer& spelled(std::string_view value) {
        separate();
        to_->append(value);
        return *this;
    }
    writer& number(std::uint64_t value) { return spelled(std::to_string(value)); }
    writer& integer(std::int64_t value) { return spelled(std::to_string(value)); }
    /// As Python spells it; see `spell`.
    writer& real(double value) { return spelled(spell(value)); }
    writer& boolean(bool value) { return spelled(value ? "true" : "false"); }
    writer& null() { return spelled("null"); }

  private:
    writer& begin(char bracket) {
        separate();
        to_->push_back(bracket);
        empty_.push_back(true);
        return *this;
    }
    writer& end(char bracket) {
        bool const empty = empty_.back();
        empty_.pop_back();
        if (!empty) new_line();
        to_->push_back(bracket);
        return *this;
    }
    void separate() {
        if (after_key_) {
            after_key_ = false;
            return;
        }
        if (empty_.empty()) return;
        if (!empty_.back()) to_->append(how_.item);
        empty_.back() = false;
        new_line();
    }
    void new_line() {
        if (how_.indent != 0)
            to_->append("\n").append(std::size_t{how_.indent} * empty_.size(), ' ');
    }

    std::string* to_;
    style how_;
    std::vector<bool> empty_;  // for each open container: has it no item yet?
    bool after_key_ = false;
};

}  // namespace lade::inline LADE_ABI::json
