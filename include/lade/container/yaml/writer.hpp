// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/utf8.hpp>
#include <lade/container/json/document.hpp>
#include <lade/container/yaml/scalar.hpp>

#include <algorithm>

/// JSON as YAML 1.1 that `yaml.safe_load` and the loaders of old Keras read back as the same
/// values: block style, sequences in the column of their key, no tags, no anchors, no line folded,
/// ASCII only. Strings that would be read as something else are quoted; every real number has a
/// point.
namespace lade::inline LADE_ABI::yaml {

struct style {
    /// Keys in the order of their characters, as PyYAML sorts them; else they keep their order.
    bool sort_keys = false;
};

namespace detail {

/// Whether a string stands for itself without quotes, for readers of YAML 1.1 and 1.2.
inline bool is_plain(std::string_view text) {
    if (text.empty() || resolve(text).is != scalar::string) return false;
    if (text.front() == ' ' || text.back() == ' ' || text.back() == ':') return false;
    if (std::string_view("-?:,[]{}#&*!|>'\"%@`=<~").find(text.front()) != text.npos) return false;
    if (text.starts_with("...")) return false;
    // dates, and numbers as other versions of YAML spell them (1e5, 0o17)
    bool const like_number = is_digit(text[0]) || text[0] == '.' || text[0] == '+';
    if (like_number && text.find_first_not_of("0123456789+-.:_eExXoOabcdfABCDF TtZ") == text.npos)
        return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char const c = text[i];
        if (c < ' ' || c > '~') return false;
        if (c == ':' && text[i + 1] == ' ') return false;
        if (c == '#' && text[i - 1] == ' ') return false;
        if (c == ',' || c == '[' || c == ']' || c == '{' || c == '}') return false;
    }
    return true;
}

inline void append_scalar(std::string& to, std::string_view text) {
    if (is_plain(text)) {
        to.append(text);
        return;
    }
    bool const printable =
        std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
    if (printable) {
        to.push_back('\'');
        for (char const c : text) to.append(c == '\'' ? 2 : 1, c);
        to.push_back('\'');
        return;
    }
    constexpr std::string_view digits = "0123456789abcdef";
    to.push_back('"');
    while (!text.empty()) {
        auto const [code, size] = bytes::first_code_point(text);
        char const c = text.front();
        text.remove_prefix(size == 0 ? 1 : size);
        if (c == '"' || c == '\\') {
            to.push_back('\\');
            to.push_back(c);
        } else if (c == '\n') {
            to.append("\\n");
        } else if (c == '\t') {
            to.append("\\t");
        } else if (c >= ' ' && c <= '~') {
            to.push_back(c);
        } else {
            std::uint32_t const value = size == 0 ? 0xfffd : code;
            unsigned const width = value < 0x100 ? 2 : value < 0x10000 ? 4 : 8;
            to.append(width == 2 ? "\\x" : width == 4 ? "\\u" : "\\U");
            for (unsigned i = width; i-- > 0;) to.push_back(digits[value >> (4 * i) & 15]);
        }
    }
    to.push_back('"');
}

/// A number as YAML 1.1 knows it: a real one has a point, its exponent a sign.
inline void append_number(std::string& to, std::string_view spelled) {
    if (spelled == "NaN") {
        to.append(".nan");
    } else if (spelled.ends_with("Infinity")) {
        to.append(spelled.starts_with('-') ? "-.inf" : ".inf");
    } else if (std::size_t const e = spelled.find_first_of("eE"); e == spelled.npos) {
        to.append(spelled);
    } else {
        std::string_view const digits = spelled.substr(0, e), power = spelled.substr(e + 1);
        to.append(digits);
        if (digits.find('.') == digits.npos) to.append(".0");
        to.push_back(spelled[e]);
        if (power[0] != '+' && power[0] != '-') to.push_back('+');
        to.append(power);
    }
}

inline void append_leaf(std::string& to, lade::json::value v) {
    switch (v.type()) {
        case lade::json::type::string: append_scalar(to, v.text()); break;
        case lade::json::type::number: append_number(to, v.spelled()); break;
        case lade::json::type::boolean: to.append(*v.boolean() ? "true" : "false"); break;
        case lade::json::type::array: to.append("[]"); break;
        case lade::json::type::object: to.append("{}"); break;
        default: to.append("null"); break;
    }
}

struct open_collection {
    lade::json::value in;
    std::vector<std::size_t> order;  ///< of keys, where they are sorted
    std::size_t next = 0;
    std::size_t indent = 0;
    bool inlined = false;  ///< the first entry stands behind the dash of the item that this is
};

inline open_collection open(lade::json::value in, std::size_t indent, bool inlined,
                            style const& how) {
    open_collection made;
    made.in = in;
    made.indent = indent;
    made.inlined = inlined;
    if (how.sort_keys && in.is_object()) {
        made.order.resize(in.size());
        for (std::size_t i = 0; i < made.order.size(); ++i) made.order[i] = i;
        std::sort(made.order.begin(), made.order.end(), [&](std::size_t a, std::size_t b) {
            int const order = in.key(a).compare(in.key(b));
            return order != 0 ? order < 0 : a < b;
        });
    }
    return made;
}

}  // namespace detail

/// Appends a value as YAML. Nothing recurses.
inline void write(lade::json::value from, std::string& to, style const& how = {}) {
    std::vector<detail::open_collection> open;
    if (from.empty()) {
        detail::append_leaf(to, from);
        to.push_back('\n');
        return;
    }
    open.push_back(detail::open(from, 0, true, how));
    while (!open.empty()) {
        auto& top = open.back();
        if (top.next == top.in.size()) {
            open.pop_back();
            continue;
        }
        bool const first = top.next == 0;
        std::size_t const at = top.order.empty() ? top.next : top.order[top.next];
        ++top.next;
        if (!(first && top.inlined)) to.append(top.indent, ' ');
        lade::json::value const item = top.in[at];
        bool const in_object = top.in.is_object();
        std::size_t const indent = top.indent;
        if (in_object) {
            detail::append_scalar(to, top.in.key(at));
            to.push_back(':');
        } else {
            to.push_back('-');
        }
        if (item.empty()) {
            to.push_back(' ');
            detail::append_leaf(to, item);
            to.push_back('\n');
        } else if (!in_object) {
            to.push_back(' ');
            open.push_back(detail::open(item, indent + 2, true, how));
        } else {
            to.push_back('\n');
            open.push_back(detail::open(item, indent + (item.is_object() ? 2 : 0), false, how));
        }
    }
}

inline std::string str(lade::json::value from, style const& how = {}) {
    std::string text;
    write(from, text, how);
    return text;
}

}  // namespace lade::inline LADE_ABI::yaml
