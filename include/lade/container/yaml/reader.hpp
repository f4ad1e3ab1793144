// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/heap_arena.hpp>
#include <lade/base/limits.hpp>
#include <lade/base/name_index.hpp>
#include <lade/container/json/writer.hpp>
#include <lade/container/yaml/scanner.hpp>

/// YAML 1.1 (yaml.org/spec/1.1) as PyYAML writes it, read into JSON.
///
///     key: value                block mappings; a sequence may begin in the column of its key
///     - item                    block sequences; an item may be a mapping or a sequence itself
///     {a: 1, b: [x, y]}         flow collections, over several lines
///     plain, 'single', "double" scalars over several lines, folded
///     |  >  with + - 1..9       block scalars
///     &id001  *id001            anchors, and copies of what they name
///     !!python/tuple [null, 4]  tags of Python's plain types and of YAML's own
///     --- ... %YAML #           markers, directives, comments
///
/// Read: one document of all that. Keys become strings. Refused: tags that make Python objects
/// (unsafe), other tags, keys that are collections, merge keys, anchors that name what they are
/// in, tabs as indentation, a second document. Copies are bounded like bookkeeping.
namespace lade::inline LADE_ABI::yaml {

namespace ids {
inline constexpr error_id not_utf8{"yaml.not_utf8", kind::corrupt, "the text is not UTF-8"};
inline constexpr error_id unknown_alias{"yaml.unknown_alias", kind::corrupt,
                                        "an alias names no value that ended before it"};
inline constexpr error_id too_deep{"yaml.too_deep", kind::unsupported,
                                   "collections lie in collections beyond the bound"};
inline constexpr error_id python_object{
    "yaml.python_object", kind::unsafe,
    "a tag asks for a Python object, which would run code of the file",
    "the object is never made; edit the text if its plain value is enough"};
inline constexpr error_id unknown_tag{"yaml.unknown_tag", kind::unsupported,
                                      "a value has a tag that is not known"};
inline constexpr error_id wrong_tag{"yaml.wrong_tag", kind::corrupt,
                                    "a value is not of the type that its tag says"};
inline constexpr error_id complex_key{"yaml.complex_key", kind::unsupported, "a key is no scalar"};
inline constexpr error_id merge_key{"yaml.merge_key", kind::unsupported,
                                    "merge keys are not supported"};
inline constexpr error_id second_document{"yaml.second_document", kind::unsupported,
                                          "the text has more than one document"};
}  // namespace ids

namespace detail {

/// What a tag asks a value to be.
enum class tag : std::uint8_t { none, null, boolean, integer, real, text, sequence, mapping };

struct properties {
    yaml::detail::tag tag = tag::none;
    std::string_view anchor{};
    std::uint64_t offset = 0;
};

class translator : scanner {
  public:
    translator(std::string_view text, limits const& granted, std::string& to)
        : scanner(text),
          to_(&to),
          out_(to),
          memory_(granted.bookkeeping(text.size())),
          anchors_(memory_),
          index_(memory_),
          left_(granted.bookkeeping(text.size())) {}

    result<void> run() {
        if (!bytes::is_utf8(text_)) return fail(ids::not_utf8, 0);
        if (text_.starts_with("\xef\xbb\xbf")) at_ = line_ = 3;
        if (skip_directives() && block_node(-1, false, false)) {
            skip_to_content();
            if (at_ < text_.size() && marker("...")) {
                at_ += 3;
                skip_to_content();
            }
            if (at_ < text_.size())
                refuse(marker("---") ? ids::second_document : ids::bad_indentation, at_);
        }
        if (error_) return *error_;
        return {};
    }

  private:
    static constexpr unsigned deepest = 256;  // a level of YAML is at most one of JSON

    struct anchor {
        std::string_view name;
        std::size_t begin, end;  ///< of its value in the output
    };

    // ---- tags and anchors

    bool take_property(properties& to) {
        bool const is_anchor = peek() == '&';
        std::size_t const begin = at_;
        while (!space(0) && !(is_flow(peek()) && text_[begin + 1] != '<')) ++at_;
        std::string_view word = text_.substr(begin, at_ - begin);
        if (is_anchor) {
            to.anchor = word.substr(1);
            if (to.anchor.empty()) return unexpected(at_);
            return true;
        }
        constexpr std::string_view full = "!<tag:yaml.org,2002:";
        if (word.starts_with(full) && word.ends_with('>'))
            word = word.substr(full.size(), word.size() - full.size() - 1);
        else if (word.starts_with("!!")) word.remove_prefix(2);
        else return refuse(ids::unknown_tag, begin);
        to.offset = begin;
        bool const python = word.starts_with("python/");
        if (python) word.remove_prefix(7);
        struct row {
            std::string_view name;
            yaml::detail::tag tag;
            bool of_python;
        };
        constexpr row known[]{
            {"tuple", tag::sequence, true}, {"list", tag::sequence, true},
            {"dict", tag::mapping, true},   {"unicode", tag::text, true},
            {"str", tag::text, true},       {"none", tag::null, true},
            {"bool", tag::boolean, true},   {"int", tag::integer, true},
            {"long", tag::integer, true},   {"float", tag::real, true},
            {"seq", tag::sequence, false},  {"map", tag::mapping, false},
            {"str", tag::text, false},      {"null", tag::null, false},
            {"bool", tag::boolean, false},  {"int", tag::integer, false},
            {"float", tag::real, false},
        };
        for (row const& one : known)
            if (one.of_python == python && one.name == word) {
                to.tag = one.tag;
                return true;
            }
        return refuse(python ? ids::python_object : ids::unknown_tag, begin);
    }

    auto name_at() const {
        return [this](std::uint32_t position) { return anchors_[position].name; };
    }
    /// Remembers the value that the output has from `begin` on, behind the comma that may precede
    /// it.
    bool keep(properties const& of, std::size_t begin) {
        if (of.anchor.empty()) return true;
        if ((*to_)[begin] == ',') ++begin;
        auto const found = index_.find(of.anchor, name_at());
        anchor const made{of.anchor, begin, to_->size()};
        if (found != name_index::none) {
            anchors_[found] = made;
            return true;
        }
        auto const position = static_cast<std::uint32_t>(anchors_.size());
        if (!anchors_.push(made) ||
            index_.add(of.anchor, position, name_at()) != name_index::added::yes)
            return refuse(lade::ids::limit, at_);
        return true;
    }
    bool take_alias(std::string_view& name) {
        std::size_t const begin = ++at_;
        while (!space(0) && !is_flow(peek())) ++at_;
        name = text_.substr(begin, at_ - begin);
        return true;
    }
    bool emit_alias(properties const& with) {
        std::size_t const begin = at_;
        std::string_view name;
        take_alias(name);
        auto const found = index_.find(name, name_at());
        if (found == name_index::none || !with.anchor.empty() || with.tag != tag::none)
            return refuse(ids::unknown_alias, begin);
        std::size_t const size = anchors_[found].end - anchors_[found].begin;
        if (size > left_) {
            if (!error_) error_ = fail(lade::ids::limit, begin, left_, size);
            return false;
        }
        std::string const copy = to_->substr(anchors_[found].begin, size);
        left_ -= copy.size();
        out_.spelled(copy);
        return true;
    }

    // ---- values

    bool emit_text(std::string_view text, properties const& with) {
        if (with.tag == tag::none || with.tag == tag::text) {
            out_.text(text);
            return true;
        }
        return emit_tagged(text, with);
    }
    bool emit_plain(std::string_view text, properties const& with) {
        if (with.tag == tag::text) {
            out_.text(text);
            return true;
        }
        if (with.tag != tag::none) return emit_tagged(text, with);
        auto const found = resolve(text);
        if (found.is == scalar::string) out_.text(text);
        else out_.spelled(found.spelled);
        return true;
    }
    bool emit_tagged(std::string_view text, properties const& with) {
        auto const found = resolve(text);
        bool const fits = (with.tag == tag::null && found.is == scalar::null) ||
                          (with.tag == tag::boolean && found.is == scalar::boolean) ||
                          (with.tag == tag::integer && found.is == scalar::integer) ||
                          (with.tag == tag::real && found.is == scalar::real);
        if (fits) {
            out_.spelled(found.spelled);
            return true;
        }
        if (with.tag == tag::real) {  // `!!float 1` and `!!float 1e-7`
            if (auto const number = lade::json::to_real(bytes::of(text)))
                return out_.real(*number), true;
        }
        if (with.tag == tag::sequence && text.empty()) return out_.begin_array().end_array(), true;
        return refuse(ids::wrong_tag, with.offset);
    }
    bool expect_tag(properties const& with, tag wanted) {
        return with.tag == tag::none || with.tag == wanted || refuse(ids::wrong_tag, with.offset);
    }

    // ---- flow collections

    bool flow_node() {
        if (++depth_ > deepest) return refuse(ids::too_deep, at_, deepest);
        properties with;
        skip_to_content();
        while (!at_end() && (peek() == '&' || peek() == '!')) {
            if (!take_property(with)) return false;
            skip_to_content();
        }
        if (at_end()) return refuse(ids::cut_short, at_);
        std::size_t const begin = to_->size();
        if (!flow_value(with) || !keep(with, begin)) return false;
        --depth_;
        return true;
    }

    bool flow_value(properties const& with) {
        char const c = peek();
        if (c == '[') return expect_tag(with, tag::sequence) && flow_sequence();
        if (c == '{') return expect_tag(with, tag::mapping) && flow_mapping();
        if (c == '*') return emit_alias(with);
        if (c == ',' || c == ']' || c == '}') return emit_plain("", with);
        std::string text;
        if (c == '"' || c == '\'') return quoted(text) && emit_text(text, with);
        if (!plain_begins(true)) return unexpected(at_);
        text = plain_line(true);
        return plain_rest(text, 0, true) && emit_plain(text, with);
    }
    bool flow_sequence() {
        ++at_;
        out_.begin_array();
        for (;;) {
            skip_to_content();
            if (at_end() || any_marker()) return refuse(ids::cut_short, at_);
            if (peek() == ']') break;
            if (peek() == ',') return unexpected(at_);
            if (!flow_node()) return false;
            skip_to_content();
            if (peek() == ',') ++at_;
            else if (peek() == ':' && !at_end()) return refuse(ids::complex_key, at_);
            else if (peek() != ']') return unexpected(at_);
        }
        ++at_;
        out_.end_array();
        return true;
    }
    bool flow_mapping() {
        ++at_;
        out_.begin_object();
        for (;;) {
            skip_to_content();
            if (at_end() || any_marker()) return refuse(ids::cut_short, at_);
            if (peek() == '}') break;
            std::string key;
            char const c = peek();
            if (c == '?' && space(1)) return refuse(ids::complex_key, at_);
            if (c == '[' || c == '{' || c == '*') return refuse(ids::complex_key, at_);
            properties with;
            while (!at_end() && (peek() == '&' || peek() == '!')) {
                if (!take_property(with)) return false;
                skip_to_content();
            }
            if (!with.anchor.empty()) return refuse(ids::complex_key, at_);
            bool const is_quoted = peek() == '"' || peek() == '\'';
            if (is_quoted) {
                if (!quoted(key)) return false;
            } else {
                if (at_end() || !plain_begins(true)) return unexpected(at_);
                std::size_t const begin = at_;
                key = plain_line(true);
                if (!plain_rest(key, 0, true)) return false;
                if (key == "<<") return refuse(ids::merge_key, begin);
            }
            out_.key(key);
            skip_to_content();
            if (peek() == ':' && !at_end()) {
                ++at_;
                if (!flow_node()) return false;
                skip_to_content();
            } else {
                out_.null();
            }
            if (peek() == ',') ++at_;
            else if (peek() != '}') return unexpected(at_);
        }
        ++at_;
        out_.end_object();
        return true;
    }

    // ---- block collections

    /// A value that stands beyond column `parent`; a sequence also in it if `shared` says so.
    /// `behind_key`: on the line of its key.
    bool block_node(long parent, bool shared, bool behind_key) {
        if (++depth_ > deepest) return refuse(ids::too_deep, at_, deepest);
        properties with;
        std::size_t const first_line = line_;
        for (;;) {
            std::size_t const here = at_, line = line_;
            skip_to_content();
            bool const inside = line_ == first_line || column() > parent ||
                                (shared && column() == parent && indicator('-'));
            if (at_end() || any_marker() || !inside) {
                at_ = here;
                line_ = line;
                std::size_t const begin = to_->size();
                if (!emit_plain("", with) || !keep(with, begin)) return false;
                --depth_;
                return true;
            }
            if (peek() != '&' && peek() != '!') break;
            if (!take_property(with)) return false;
        }
        bool const same_line = behind_key && line_ == first_line;
        if (line_ != first_line && !indented_by_spaces()) return false;
        std::size_t const begin = to_->size();
        if (!block_value(with, parent, same_line) || !keep(with, begin)) return false;
        --depth_;
        return true;
    }

    bool block_value(properties const& with, long parent, bool same_line) {
        long const column = this->column();
        char const c = peek();
        if (indicator('-'))
            return same_line ? unexpected(at_)
                             : expect_tag(with, tag::sequence) && block_sequence(column);
        if (indicator('?')) return refuse(ids::complex_key, at_);
        if (c == '[' || c == '{') return flow_value(with) && ends_line(true);
        if (c == '*') return emit_alias(with) && ends_line(true);
        std::string text;
        if (c == '|' || c == '>') return block_scalar(text, parent) && emit_text(text, with);
        bool const is_quoted = c == '"' || c == '\'';
        std::size_t const first = at_, line = line_;
        if (is_quoted) {
            if (!quoted(text)) return false;
        } else {
            if (!plain_begins(false)) return unexpected(at_);
            text = plain_line(false);
        }
        std::size_t const end = at_;
        skip_blanks();
        if (line_ == line && indicator(':')) {
            if (same_line) return unexpected(at_);
            if (!is_quoted && text == "<<") return refuse(ids::merge_key, first);
            return expect_tag(with, tag::mapping) && block_mapping(column, text);
        }
        at_ = end;
        if (is_quoted) return ends_line() && emit_text(text, with);
        if (!plain_rest(text, parent, false)) return false;
        return ends_line() && emit_plain(text, with);
    }
    /// Nothing but a comment may follow on the line. `collection`: what ends here cannot be a key.
    bool ends_line(bool collection = false) {
        std::size_t const here = at_;
        skip_blanks();
        if (at_end() || is_break(peek()) || (peek() == '#' && at_ > here)) return true;
        return collection && indicator(':') ? refuse(ids::complex_key, at_) : unexpected(at_);
    }

    /// Goes on to the next line of a collection in `column`. True: there is one.
    bool next_in(long column) {
        skip_to_content();
        if (error_ || at_end() || any_marker() || this->column() < column) return false;
        if (this->column() > column) return refuse(ids::bad_indentation, at_);
        return indented_by_spaces();
    }

    bool block_sequence(long column) {
        out_.begin_array();
        do {
            ++at_;
            if (!block_node(column, false, false)) return false;
        } while (next_in(column) && indicator('-'));
        out_.end_array();
        return !error_;
    }
    bool block_mapping(long column, std::string key) {
        out_.begin_object();
        for (;;) {
            out_.key(key);
            ++at_;  // the colon
            if (!block_node(column, true, true)) return false;
            if (!next_in(column)) break;
            if (indicator('?')) return refuse(ids::complex_key, at_);
            if (indicator('-')) return unexpected(at_);
            if (peek() == '&' || peek() == '!' || peek() == '*' || peek() == '[' || peek() == '{')
                return refuse(ids::complex_key, at_);
            key.clear();
            std::size_t const first = at_, line = line_;
            if (peek() == '"' || peek() == '\'') {
                if (!quoted(key)) return false;
            } else {
                if (!plain_begins(false)) return unexpected(at_);
                key = plain_line(false);
                if (key == "<<") return refuse(ids::merge_key, first);
            }
            skip_blanks();
            if (line_ != line || !indicator(':')) return unexpected(at_);
        }
        out_.end_object();
        return !error_;
    }

    std::string* to_;
    lade::json::writer out_;
    heap_arena memory_;
    arena_list<anchor> anchors_;
    name_index index_;
    std::uint64_t left_;  ///< bytes that copies may still have
    unsigned depth_ = 0;
};

}  // namespace detail

/// Appends the document as JSON; NaN and Infinity as Python spells them. Keys keep their order, and
/// one that occurs twice is there twice. Time and memory are linear but for copies of anchored
/// values, which `granted` bounds. Errors: yaml.*, limit.exceeded.
inline result<void> to_json(std::string_view text, std::string& to, limits const& granted = {}) {
    return detail::translator(text, granted, to).run();
}

}  // namespace lade::inline LADE_ABI::yaml
