// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/protobuf/encode.hpp>
#include <lade/container/protobuf/message.hpp>
#include <lade/container/protobuf/well_known.hpp>
#include <lade/container/textproto/lexer.hpp>
#include <lade/container/textproto/number.hpp>

#include <span>

/// Text to messages, by the table of the message.
///
///     message = { field [ "," | ";" ] }
///     field   = name [ ":" ] ( block | "[" [ block { "," block } ] "]" )           of a message
///             | name ":" ( scalar | "[" [ scalar { "," scalar } ] "]" )            of anything
///             else | "[" url "/" type "]" [ ":" ] block                                 in a
///             google.protobuf.Any
///     block   = "{" message "}" | "<" message ">"
///
/// Supported: all of it; see lexer.hpp and number.hpp for what the words may be. Refused: names
/// that the table does not have (unless they are to be skipped), a single field or a second member
/// of a oneof twice, extensions, field numbers as names. Text Format Language Specification,
/// protobuf.dev/reference/protobuf/textformat-spec.
namespace lade::inline LADE_ABI::textproto {

namespace ids {
inline constexpr error_id unknown_field{"textproto.unknown_field", kind::corrupt,
                                        "the message has no field of this name",
                                        "pass {.unknown_fields = skip} to read the rest"};
inline constexpr error_id unknown_value{"textproto.unknown_value", kind::corrupt,
                                        "the enumeration has no such value"};
inline constexpr error_id bad_number{"textproto.bad_number", kind::corrupt,
                                     "the number does not fit its field"};
inline constexpr error_id twice{"textproto.twice", kind::corrupt,
                                "a field that may stand once stands again"};
inline constexpr error_id unknown_type{"textproto.unknown_type", kind::unsupported,
                                       "the payload of an Any is of an unknown type"};
}  // namespace ids

enum class unknown : std::uint8_t { refuse, skip };

struct parse_options {
    /// Where the types of payloads of google.protobuf.Any are looked up.
    std::span<protobuf::message_type const* const> types{};
    unknown unknown_fields = unknown::refuse;
};

namespace detail {

class parser {
  public:
    parser(std::string_view text, protobuf::document& in, parse_options const& options)
        : words_(text), in_(in), options_(options) {}

    result<void> run(protobuf::message to) { return fields(to, '\0'); }

  private:
    /// Fields up to `close`; '\0': up to the end.
    result<void> fields(protobuf::message to, char close) {
        for (;;) {
            if (in_.failed()) return in_.error();
            if (close == '\0' ? words_.kind() == word::end : words_.take(close)) return {};
            if (auto done = one_field(to); !done) return done;
            if (!words_.take(',')) (void)words_.take(';');
        }
    }

    result<void> one_field(protobuf::message to) {
        if (words_.is('[')) return expanded_any(to);
        if (words_.kind() != word::identifier) return words_.fail(ids::unexpected);
        protobuf::field const* const as = to.type().named(words_.now());
        if (as == nullptr) {
            if (options_.unknown_fields == unknown::refuse)
                return words_.fail(ids::unknown_field).in(words_.now());
            words_.next();
            return skip_value(to.node()->depth + 1);
        }
        if (!as->is_repeated() &&
            (to.has(as->number) || (as->oneof != 0 && to.which(as->oneof) != 0)))
            return words_.fail(ids::twice).in(words_.now());
        words_.next();
        bool const is_message = as->type == protobuf::type::message;
        if (!words_.take(':') && !is_message) return words_.fail(ids::unexpected);
        if (!as->is_repeated() || !words_.take('['))
            return is_message ? block(to, *as) : scalar(to, *as);
        if (words_.take(']')) return {};
        for (;;) {
            if (auto done = is_message ? block(to, *as) : scalar(to, *as); !done) return done;
            if (words_.take(']')) return {};
            if (!words_.take(',')) return words_.fail(ids::unexpected);
        }
    }

    result<void> block(protobuf::message to, protobuf::field const& as) {
        auto const close = open();
        if (!close) return close.error();
        protobuf::message const inner = as.is_repeated() ? to.add(as.number) : to.edit(as.number);
        if (!inner) return in_.error();
        return fields(inner, *close);
    }

    result<char> open() {
        if (words_.take('{')) return '}';
        if (words_.take('<')) return '>';
        return words_.fail(ids::unexpected);
    }

    result<void> scalar(protobuf::message to, protobuf::field const& as) {
        if (as.is_text()) {
            auto const text = words_.take_text(in_.memory());
            if (!text) return text.error();
            if (as.is_repeated()) to.add_bytes_borrowed(as.number, bytes::of(*text));
            else to.set_bytes_borrowed(as.number, bytes::of(*text));
            return in_.status();
        }
        auto const bits = number(as);
        if (!bits) return bits.error();
        if (as.is_repeated()) to.add_bits(as.number, *bits);
        else to.set_bits(as.number, *bits);
        return in_.status();
    }

    result<std::uint64_t> number(protobuf::field const& as) {
        using protobuf::type;
        std::size_t const start = words_.offset();
        bool const negative = words_.take('-');
        std::string_view const text = words_.now();
        bool const is_word = words_.kind() == word::identifier,
                   is_number = words_.kind() == word::number;
        if (!is_word && !is_number) return words_.fail(ids::unexpected);
        switch (as.type) {
            case type::real32:
            case type::real64: {
                auto const value = real(text);
                if (!value) return words_.fail(ids::bad_number, start);
                words_.next();
                double const is = negative ? -*value : *value;
                return as.type == type::real64
                           ? std::bit_cast<std::uint64_t>(is)
                           : std::uint64_t{std::bit_cast<std::uint32_t>(static_cast<float>(is))};
            }
            case type::boolean: {
                bool const yes = text == "true" || text == "True" || text == "t" || text == "1";
                bool const no = text == "false" || text == "False" || text == "f" || text == "0";
                if (negative || (!yes && !no)) return words_.fail(ids::bad_number, start);
                words_.next();
                return yes ? 1U : 0U;
            }
            case type::enumeration:
                if (is_word) {
                    auto const* const value = as.values->named(text);
                    if (negative || value == nullptr)
                        return words_.fail(ids::unknown_value, start).in(text);
                    words_.next();
                    return protobuf::bits_of(as.type, value->number);
                }
                break;
            default: break;
        }
        auto const size = natural(text);
        if (!is_number || !size || !fits(as.type, negative, *size))
            return words_.fail(ids::bad_number, start);
        words_.next();
        return protobuf::bits_of(as.type, static_cast<std::int64_t>(negative ? 0 - *size : *size));
    }

    static bool fits(protobuf::type of, bool negative, std::uint64_t size) {
        using protobuf::type;
        switch (of) {
            case type::uint64:
            case type::fixed64: return !negative || size == 0;
            case type::uint32:
            case type::fixed32: return (!negative || size == 0) && size <= 0xffffffff;
            case type::int64:
            case type::sint64:
            case type::sfixed64: return size <= 0x7fffffffffffffff + std::uint64_t{negative};
            default: return size <= 0x7fffffff + std::uint64_t{negative};
        }
    }

    /// [prefix/type.name] { ... }
    result<void> expanded_any(protobuf::message to) {
        using protobuf::any;
        std::size_t const start = words_.offset();
        if (&to.type() != &any::table) return words_.fail(ids::unexpected);
        if (to.has(any::number("type_url"))) return words_.fail(ids::twice);
        words_.next();
        arena_list<char> url{in_.memory()};
        for (; !words_.is(']'); words_.next()) {
            if (words_.kind() == word::end || words_.kind() == word::text)
                return words_.fail(ids::unexpected);
            for (char const c : words_.now())
                if (!url.push(c)) return in_.memory().exhausted();
        }
        words_.next();
        std::string_view const text{url.data(), url.size()};
        std::size_t const slash = text.rfind('/');
        auto const* const type = slash == text.npos || slash == 0
                                     ? nullptr
                                     : protobuf::type_named(options_.types, text.substr(slash + 1));
        if (type == nullptr) return words_.fail(ids::unknown_type, start).in(text);
        (void)words_.take(':');
        auto const close = open();
        if (!close) return close.error();
        if (++any_depth_ > 8) return words_.fail(protobuf::ids::too_deep, start);
        // a message of the same document, so that its depth counts from here
        protobuf::message const inner{in_.new_node(*type, to.node(), {})};
        if (!inner) return in_.error();
        inner.node()->scanned = inner.node()->changed = true;
        if (auto done = fields(inner, *close); !done) return done;
        --any_depth_;
        to.set_bytes_borrowed(any::number("type_url"), bytes::of(text));
        to.set_encoded(any::number("value"), inner);
        return in_.status();
    }

    /// What stands behind a name that the table does not have.
    result<void> skip_value(std::uint32_t depth) {
        if (depth >= in_.depth()) return words_.fail(protobuf::ids::too_deep);
        bool const colon = words_.take(':');
        if (words_.take('[')) {
            if (words_.take(']')) return {};
            for (;;) {
                if (auto done = skip_one(depth, true); !done) return done;
                if (words_.take(']')) return {};
                if (!words_.take(',')) return words_.fail(ids::unexpected);
            }
        }
        return skip_one(depth, colon);
    }
    result<void> skip_one(std::uint32_t depth, bool may_be_scalar) {
        if (words_.is('{') || words_.is('<')) {
            auto const close = open();
            for (;;) {
                if (words_.take(*close)) return {};
                if (words_.is('[')) {
                    while (!words_.is(']') && words_.kind() != word::end) words_.next();
                } else if (words_.kind() != word::identifier) {
                    return words_.fail(ids::unexpected);
                }
                if (words_.kind() == word::end) return words_.fail(ids::unexpected);
                words_.next();
                if (auto done = skip_value(depth + 1); !done) return done;
                if (!words_.take(',')) (void)words_.take(';');
            }
        }
        if (!may_be_scalar) return words_.fail(ids::unexpected);
        if (words_.kind() == word::text) {
            while (words_.kind() == word::text) words_.next();
            return {};
        }
        (void)words_.take('-');
        if (words_.kind() != word::identifier && words_.kind() != word::number)
            return words_.fail(ids::unexpected);
        words_.next();
        return {};
    }

    lexer words_;
    protobuf::document& in_;
    parse_options const& options_;
    unsigned any_depth_ = 0;
};

}  // namespace detail

/// The message that the text tells, new in the document `in`. `text` must outlive the document.
/// Errors, with line and column as their place: textproto.unexpected, textproto.bad_string,
/// textproto.unknown_field, textproto.unknown_value, textproto.bad_number, textproto.twice,
/// textproto.unknown_type; protobuf.too_deep.
inline result<protobuf::message> parse(std::string_view text, protobuf::message_type const& type,
                                       protobuf::document& in, parse_options const& options = {}) {
    protobuf::message const made = protobuf::make(in, type);
    if (!made) return in.error();
    if (auto done = detail::parser{text, in, options}.run(made); !done) return done.error();
    return made;
}

}  // namespace lade::inline LADE_ABI::textproto
