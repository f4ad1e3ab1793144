// SPDX-License-Identifier: BSL-1.0
#include "command.hpp"
#include "files.hpp"

#include <lade/bytes/endian.hpp>
#include <lade/io/atomic_file.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <iterator>

/// Tensors as C++: a header of constexpr arrays, or of declarations beside an assembly file that
/// takes the bytes in with .incbin.
namespace tool {

namespace {

inline constexpr lade::error_id no_array{
    "embed.no_array", lade::kind::unsupported,
    "elements of this type, or a tensor without bytes, cannot be an array of C++",
    "leave it out with --only"};

/// How the elements of a type are spelled.
struct spelling {
    std::string_view type;  ///< of C++
    std::size_t size;       ///< bytes of one object
    char form;              ///< f: real, i: with sign, u: without, b: bool, x: bits
};

spelling spelled(lade::dtype of) {
    using lade::dtype;
    switch (of) {
        case dtype::boolean: return {"bool", 1, 'b'};
        case dtype::int8: return {"std::int8_t", 1, 'i'};
        case dtype::int16: return {"std::int16_t", 2, 'i'};
        case dtype::int32: return {"std::int32_t", 4, 'i'};
        case dtype::int64: return {"std::int64_t", 8, 'i'};
        case dtype::uint8: return {"std::uint8_t", 1, 'u'};
        case dtype::uint16: return {"std::uint16_t", 2, 'u'};
        case dtype::uint32: return {"std::uint32_t", 4, 'u'};
        case dtype::uint64: return {"std::uint64_t", 8, 'u'};
        case dtype::float32:
        case dtype::complex64: return {"float", 4, 'f'};  // a complex number is two
        case dtype::float64:
        case dtype::complex128: return {"double", 8, 'f'};
        case dtype::float16:
        case dtype::bfloat16:
        case dtype::complex32: return {"std::uint16_t", 2, 'x'};
        default: return {"std::uint8_t", 1, 'x'};
    }
}

constexpr std::string_view keywords[]{"alignas",       "alignof",      "and",
                                      "and_eq",        "asm",          "auto",
                                      "bitand",        "bitor",        "bool",
                                      "break",         "case",         "catch",
                                      "char",          "char16_t",     "char32_t",
                                      "char8_t",       "class",        "co_await",
                                      "co_return",     "co_yield",     "compl",
                                      "concept",       "const",        "const_cast",
                                      "consteval",     "constexpr",    "constinit",
                                      "continue",      "decltype",     "default",
                                      "delete",        "do",           "double",
                                      "dynamic_cast",  "else",         "enum",
                                      "explicit",      "export",       "extern",
                                      "false",         "float",        "for",
                                      "friend",        "goto",         "if",
                                      "inline",        "int",          "long",
                                      "mutable",       "namespace",    "new",
                                      "noexcept",      "not",          "not_eq",
                                      "nullptr",       "operator",     "or",
                                      "or_eq",         "private",      "protected",
                                      "public",        "register",     "reinterpret_cast",
                                      "requires",      "return",       "short",
                                      "signed",        "sizeof",       "static",
                                      "static_assert", "static_cast",  "std",
                                      "struct",        "switch",       "template",
                                      "this",          "thread_local", "throw",
                                      "true",          "try",          "typedef",
                                      "typeid",        "typename",     "union",
                                      "unsigned",      "using",        "virtual",
                                      "void",          "volatile",     "wchar_t",
                                      "while",         "xor",          "xor_eq"};

/// A name as an identifier: letters, digits, single underscores.
std::string identifier(std::string_view name) {
    std::string made;
    for (char const c : name) {
        bool const plain =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (plain) made += c;
        else if (!made.empty() && made.back() != '_') made += '_';
    }
    while (!made.empty() && made.back() == '_') made.pop_back();
    if (made.empty() || (made[0] >= '0' && made[0] <= '9')) made.insert(0, "t");
    if (std::find(std::begin(keywords), std::end(keywords), made) != std::end(keywords))
        made += "_of";
    return made;
}

/// The text of a C++ string literal's inside, and of a comment that ends with its line.
std::string printable(std::string_view name) {
    std::string made;
    for (char const c : name) made += c >= ' ' && c <= '~' && c != '\\' ? c : '?';
    return made;
}

template <class Real, class Bits>
void append_real(std::string& to, Bits bits, std::string_view type, char const* suffix) {
    auto const value = std::bit_cast<Real>(bits);
    if (std::isfinite(value)) fmt::format_to(std::back_inserter(to), "{:a}{}", value, suffix);
    else  // a NaN keeps its bits
        fmt::format_to(std::back_inserter(to), "std::bit_cast<{}>(std::uint{}_t{{{:#x}}})", type,
                       sizeof(Bits) * 8, bits);
}

void append(std::string& to, spelling const& how, std::byte const* from) {
    std::uint64_t bits = 0;
    for (std::size_t i = how.size; i-- > 0;) bits = bits << 8 | static_cast<std::uint64_t>(from[i]);
    auto const out = std::back_inserter(to);
    switch (how.form) {
        case 'b': to += bits != 0 ? "true" : "false"; break;
        case 'u': fmt::format_to(out, "{}", bits); break;
        case 'x': fmt::format_to(out, "{:#x}", bits); break;
        case 'i': {
            unsigned const shift = 64 - 8 * static_cast<unsigned>(how.size);
            auto const value = static_cast<std::int64_t>(bits << shift) >> shift;
            if (value == INT64_MIN) to += "INT64_MIN";  // no literal has its value
            else fmt::format_to(out, "{}", value);
            break;
        }
        default:
            if (how.size == 4)
                append_real<float>(to, static_cast<std::uint32_t>(bits), how.type, "f");
            else append_real<double>(to, bits, how.type, "");
    }
    if (how.form == 'u' && how.size == 8) to += 'u';
}

/// Writes each tensor as it comes.
class embedder final : public lade::any_sink {
  public:
    embedder(lade::atomic_file& header, lade::atomic_file* assembly, lade::atomic_file* data,
             std::string_view space, std::string_view data_name)
        : header_(&header),
          assembly_(assembly),
          data_(data),
          space_(space),
          data_name_(data_name),
          block_(std::size_t{1} << 16) {}

    std::size_t tensors() const { return names_.size(); }

    result<lade::flow> take(lade::tensor_info const& info, lade::any_payload& bytes) override {
        if (interrupted != 0) return lade::fail(interrupted_id);
        if (info.absent || lade::bits_of(info.type) == 0) return lade::fail(no_array).in(info.name);
        auto const how = spelled(info.type);
        std::string const name = unique(identifier(info.name));
        std::uint64_t const count = bytes.size() / how.size;

        std::string text =
            fmt::format("/// {}: {} [", printable(info.name), lade::name_of(info.type));
        std::string shape;
        for (auto const axis : info.shape)
            shape.append(shape.empty() ? "" : ", ").append(std::to_string(axis));
        text +=
            fmt::format("{0}]\ninline constexpr std::array<std::size_t, {1}> {2}_shape{{{0}}};\n",
                        shape, info.shape.size(), name);
        if (assembly_ != nullptr && count == 0)
            text +=
                fmt::format("inline constexpr std::span<{} const, 0> {}{{}};\n\n", how.type, name);
        else if (assembly_ != nullptr)
            text += fmt::format(
                "extern \"C\" {{\nextern {0} const {1}_{2}[{3}];\n}}\n"
                "inline constexpr std::span<{0} const, {3}> {2}{{{1}_{2}, {3}}};\n\n",
                how.type, space_, name, count);
        else
            text += fmt::format("alignas({}) inline constexpr std::array<{}, {}> {}{{", alignment,
                                how.type, count, name);
        if (auto const done = header_->write(lade::bytes::of(text)); !done) return done.error();
        auto const done = assembly_ != nullptr ? store(name, bytes) : spell(how, bytes);
        if (!done) return done.error().in(info.name);
        return lade::flow::more;
    }

  private:
    static constexpr std::size_t alignment = 16;

    std::string unique(std::string const& wanted) {
        std::string name = wanted;
        auto const taken = [&](std::string const& one) {
            return std::find(names_.begin(), names_.end(), one) != names_.end() ||
                   std::find(names_.begin(), names_.end(), one + "_shape") != names_.end() ||
                   (one.ends_with("_shape") &&
                    std::find(names_.begin(), names_.end(), one.substr(0, one.size() - 6)) !=
                        names_.end());
        };
        for (int number = 2; taken(name); ++number) name = wanted + '_' + std::to_string(number);
        names_.push_back(name);
        return name;
    }

    result<void> spell(spelling const& how, lade::any_payload& from) {
        std::size_t at = 0;
        auto const done = lade::in_blocks(from, block_, [&](lade::bytes::view piece) {
            if (interrupted != 0) return result<void>(lade::fail(interrupted_id));
            std::string text;
            for (std::size_t i = 0; i < piece.size(); i += how.size, ++at) {
                text += at % 6 == 0 ? "\n    " : " ";
                append(text, how, piece.data() + i);
                text += ',';
            }
            return header_->write(lade::bytes::of(text));
        });
        if (!done) return done;
        return header_->write(lade::bytes::of("};\n\n"));
    }

    result<void> store(std::string const& name, lade::any_payload& from) {
        std::uint64_t const size = from.size();
        if (size == 0) return {};
        std::string const text = fmt::format(
            "    .balign {0}\n    .global {1}_{2}\n{1}_{2}:\n    .incbin \"{3}\", {4}, {5}\n",
            alignment, space_, name, data_name_, stored_, size);
        if (auto const done = assembly_->write(lade::bytes::of(text)); !done) return done;
        stored_ += size;
        return lade::in_blocks(from, block_, [&](lade::bytes::view piece) {
            if (interrupted != 0) return result<void>(lade::fail(interrupted_id));
            return data_->write(piece);
        });
    }

    lade::atomic_file* header_;
    lade::atomic_file* assembly_;
    lade::atomic_file* data_;
    std::string space_, data_name_;
    std::vector<std::byte> block_;
    std::vector<std::string> names_;
    std::uint64_t stored_ = 0;
};

/// "dir/weights.hpp": "dir/weights".
std::string without_suffix(std::string_view name) {
    std::size_t const dot = name.rfind('.'), slash = name.find_last_of("/\\");
    bool const has = dot != name.npos && (slash == name.npos || dot > slash + 1);
    return std::string(name.substr(0, has ? dot : name.size()));
}
std::string_view last_part(std::string_view name) {
    std::size_t const slash = name.find_last_of("/\\");
    return slash == name.npos ? name : name.substr(slash + 1);
}

}  // namespace

status run_embed(words const& given) {
    if (!given.has("-o")) {
        fmt::print(stderr, "lade embed: -o OUT.hpp says where the header goes\n");
        return bad_use;
    }
    std::string const out(given.get("-o"));
    std::string const stem = without_suffix(out);
    bool const apart = given.has("--incbin");
    std::string const space = given.has("--namespace") ? std::string(given.get("--namespace"))
                                                       : identifier(last_part(stem));
    if (identifier(space) != space) {
        fmt::print(stderr, "lade embed: --namespace takes an identifier, not {}\n", space);
        return bad_use;
    }
    if (apart && last_part(stem).find('"') != std::string_view::npos) {
        fmt::print(stderr, "lade embed: an assembly file cannot name {}.bin\n", stem);
        return bad_use;
    }
    lade::filter_options filter;
    filter.only = given.get("--only");
    if (given.has("--dtype")) {
        filter.type = lade::dtype_named(given.get("--dtype"));
        if (!filter.type) {
            fmt::print(stderr, "lade embed: there is no type called {}\n", given.get("--dtype"));
            return bad_use;
        }
    }
    auto file = model_file::open(given.files[0]);
    if (!file) return report(file.error(), given.files[0]);

    std::vector<lade::atomic_file> files;  // the header first, the data last
    std::vector<std::string> names{out};
    if (apart) names.insert(names.end(), {stem + ".S", stem + ".bin"});
    files.reserve(names.size());
    for (auto const& name : names) {
        auto made = lade::atomic_file::open(lade::path(name));
        if (!made) return report(made.error(), name);
        files.push_back(*std::move(made));
    }
    auto const write = [&](std::size_t which, std::string const& text) {
        return files[which].write(lade::bytes::of(text));
    };
    std::string const from = printable(last_part(given.files[0]));
    auto done =
        write(0, fmt::format("// Made by `lade embed` from {}; not edited by hand.\n"
                             "#pragma once\n\n#include <array>\n#include <bit>\n"
                             "#include <cstddef>\n#include <cstdint>\n{}\nnamespace {} {{\n\n",
                             from, apart ? "#include <span>\n" : "", space));
    if (done && apart)
        done =
            write(1, fmt::format("/* Made by `lade embed` from {}; not edited by hand. Assemble it "
                                 "with -I of the folder of {}. */\n    .section .rodata\n",
                                 from, last_part(names[2])));
    embedder sink(files[0], apart ? &files[1] : nullptr, apart ? &files[2] : nullptr, space,
                  apart ? last_part(names[2]) : std::string_view{});
    if (done) {
        auto const read = (*file)->read(sink, filter);
        if (!read) return report(read.error(), given.files[0]);
        done = write(0, fmt::format("}}  // namespace {}\n", space));
        if (done && apart) done = write(1, "    .section .note.GNU-stack, \"\", %progbits\n");
    }
    if (done && sink.tensors() == 0) {
        fmt::print(stderr, "lade embed: no tensor of {} is wanted\n", given.files[0]);
        return bad_use;
    }
    // the header last, so that it never names bytes that are not there
    for (std::size_t i = files.size(); done && i-- > 0;) done = files[i].commit();
    return done ? tool::done : report(done.error(), out);
}

}  // namespace tool
