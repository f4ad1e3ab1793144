// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/view.hpp>
#include <lade/container/protobuf/encode.hpp>
#include <lade/container/protobuf/message.hpp>
#include <lade/container/protobuf/well_known.hpp>
#include <lade/container/textproto/number.hpp>

#include <span>
#include <string>

/// Messages as text, the characters that google.protobuf.text_format.MessageToString gives.
///
///     name: 17                fields by number, two spaces of indent for each level, one field a
///     line list { b: true }        a message; maps as messages with `key` and `value`, by key
///     type: DT_FLOAT          enumerations by name, or by number if the table has none
///     text: "a\n\"\303\251"   bytes with octal escapes; of text UTF-8 stays as it is
///     [type.googleapis.com/tensorflow.AssetFileDef] { }      a google.protobuf.Any whose type is
///     known
///
/// Unknown fields are left out, as protobuf does.
/// Text Format Language Specification, protobuf.dev/reference/protobuf/textformat-spec;
/// python/google/protobuf/text_format.py.
namespace lade::inline LADE_ABI::textproto {

struct print_options {
    /// Where payloads of google.protobuf.Any are looked up; others are printed as bytes.
    std::span<protobuf::message_type const* const> types{};
    /// Spaces in front of each line.
    std::size_t indent = 0;
};

namespace detail {

/// Bytes of the UTF-8 sequence at the start of `text`; 0: it is none.
inline std::size_t utf8_sequence(std::string_view text) {
    auto const byte = [text](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    auto const tail = [byte](std::size_t i) { return (byte(i) & 0xc0U) == 0x80; };
    unsigned const lead = byte(0);
    if (lead < 0x80) return 1;
    if (lead >= 0xc2 && lead < 0xe0) return tail(1) ? 2 : 0;
    if (lead >= 0xe0 && lead < 0xf0) {
        bool const legal = !(lead == 0xe0 && byte(1) < 0xa0) && !(lead == 0xed && byte(1) >= 0xa0);
        return legal && tail(1) && tail(2) ? 3 : 0;
    }
    if (lead >= 0xf0 && lead < 0xf5) {
        bool const legal = !(lead == 0xf0 && byte(1) < 0x90) && !(lead == 0xf4 && byte(1) >= 0x90);
        return legal && tail(1) && tail(2) && tail(3) ? 4 : 0;
    }
    return 0;
}

inline void put_escaped(std::string& to, std::string_view text, bool keep_utf8) {
    to += '"';
    for (std::size_t i = 0; i < text.size();) {
        auto const c = static_cast<unsigned char>(text[i]);
        if (keep_utf8 && c >= 0x80)
            if (std::size_t const size = utf8_sequence(text.substr(i))) {
                to += text.substr(i, size);
                i += size;
                continue;
            }
        ++i;
        switch (c) {
            case '\n': to += "\\n"; break;
            case '\r': to += "\\r"; break;
            case '\t': to += "\\t"; break;
            case '"': to += "\\\""; break;
            case '\'': to += "\\'"; break;
            case '\\': to += "\\\\"; break;
            default:
                if (c >= 0x20 && c < 0x7f) {
                    to += static_cast<char>(c);
                } else {
                    to += '\\';
                    to += static_cast<char>('0' + (c >> 6));
                    to += static_cast<char>('0' + ((c >> 3) & 7));
                    to += static_cast<char>('0' + (c & 7));
                }
        }
    }
    to += '"';
}

class printer {
  public:
    printer(std::string& to, print_options const& options)
        : to_(to), types_(options.types), indent_(options.indent) {}

    void fields(protobuf::message of) {
        if (!of || expanded(of)) return;
        for (protobuf::field const& as : of.type().fields) {
            if (as.rule == protobuf::rule::map) {
                for (protobuf::message const entry :
                     protobuf::detail::sorted_entries(of, as.number))
                    sub(as.name, entry);
            } else if (as.type == protobuf::type::message) {
                if (as.is_repeated())
                    for (protobuf::message const each : of.subs(as.number)) sub(as.name, each);
                else if (protobuf::message const one = of.sub(as.number)) sub(as.name, one);
                else if (is_entry(of) && as.number == 2) sub(as.name, {});
            } else if (as.is_text()) {
                if (as.is_repeated())
                    for (auto const each : of.texts(as.number)) text(as, each);
                else if (shown(of, as)) text(as, of.text(as.number));
            } else if (as.is_repeated()) {
                for (auto const bits : of.bits_list(as.number)) number(as, bits);
            } else if (shown(of, as)) {
                number(as, protobuf::bits_of(as.type, of.integer(as.number)));
            }
        }
    }

  private:
    static bool is_entry(protobuf::message of) { return of.type().name.empty(); }
    static bool shown(protobuf::message of, protobuf::field const& as) {
        if (as.rule == protobuf::rule::single)
            return of.has(as.number) && !protobuf::detail::is_default(as, of);
        return of.has(as.number) || is_entry(of);
    }

    void begin(std::string_view name) {
        to_.append(indent_, ' ');
        to_ += name;
    }
    void sub(std::string_view name, protobuf::message of) {
        begin(name);
        braces(of);
    }
    void braces(protobuf::message of) {
        to_ += " {\n";
        indent_ += 2;
        fields(of);
        indent_ -= 2;
        to_.append(indent_, ' ');
        to_ += "}\n";
    }
    void text(protobuf::field const& as, std::string_view value) {
        begin(as.name);
        to_ += ": ";
        put_escaped(to_, value, as.type == protobuf::type::string);
        to_ += '\n';
    }
    void number(protobuf::field const& as, std::uint64_t bits) {
        using protobuf::type;
        begin(as.name);
        to_ += ": ";
        std::int64_t const value = protobuf::integer_of(as.type, bits);
        switch (as.type) {
            case type::real64: put_real(to_, std::bit_cast<double>(bits)); break;
            case type::real32:
                put_real(to_, std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
                break;
            case type::boolean: to_ += value != 0 ? "true" : "false"; break;
            case type::uint64:
            case type::fixed64: put_natural(to_, static_cast<std::uint64_t>(value)); break;
            case type::enumeration:
                if (auto const name = as.values->name_of(static_cast<std::int32_t>(value));
                    !name.empty()) {
                    to_ += name;
                    break;
                }
                [[fallthrough]];
            default: put_integer(to_, value);
        }
        to_ += '\n';
    }

    /// Whether a parser would take the URL back from between its brackets.
    static bool plain(std::string_view url) {
        constexpr std::string_view signs = "-.~_!$&()*+,;=%/";
        for (char const c : url) {
            bool const letter =
                (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!letter && signs.find(c) == signs.npos) return false;
        }
        return true;
    }

    /// Prints a google.protobuf.Any by the type of its payload.
    bool expanded(protobuf::message of) {
        using protobuf::any;
        if (&of.type() != &any::table) return false;
        std::string_view const url = of.text(any::number("type_url"));
        std::size_t const slash = url.rfind('/');
        if (slash == url.npos || slash == 0 || !plain(url)) return false;
        auto const* const type = protobuf::type_named(types_, url.substr(slash + 1));
        if (type == nullptr) return false;
        // a document of its own: a payload that is malformed is no fault of the message that
        // carries it
        protobuf::document payload{of.owner().memory(), of.owner().depth()};
        auto const inner = protobuf::read(payload, *type, of.bytes(any::number("value")));
        std::size_t const start = to_.size();
        begin("[");
        to_ += url;
        to_ += "]";
        if (++any_depth_ <= 8) braces(inner);
        --any_depth_;
        if (!payload.failed() && any_depth_ < 8) return true;
        to_.resize(start);
        return false;
    }

    std::string& to_;
    std::span<protobuf::message_type const* const> types_;
    std::size_t indent_;
    unsigned any_depth_ = 0;
};

}  // namespace detail

/// Errors: those of the message's document.
inline result<std::string> print(protobuf::message of, print_options const& options = {}) {
    std::string out;
    detail::printer{out, options}.fields(of);
    if (of && of.owner().failed()) return of.owner().error();
    return out;
}

}  // namespace lade::inline LADE_ABI::textproto
