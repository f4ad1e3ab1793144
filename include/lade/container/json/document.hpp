// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/limits.hpp>
#include <lade/container/json/reader.hpp>
#include <lade/container/json/writer.hpp>

#include <algorithm>

namespace lade::inline LADE_ABI::json {

namespace ids {
inline constexpr error_id duplicate_key{"json.duplicate_key", kind::corrupt,
                                        "an object has two members of the same name"};
inline constexpr error_id too_large{"json.too_large", kind::unsupported,
                                    "the text has 4 GiB or more"};
}  // namespace ids

/// What a value is.
enum class type : std::uint8_t { none, null, boolean, number, string, array, object };

class value;

/// A JSON text as a tree that can be asked and changed. Members keep their order, numbers their
/// spelling, so what is read and written back in the same style is the same text. Owns all of it;
/// nothing recurses; the size is a small multiple of the text.
class document {
  public:
    using id = std::uint32_t;
    static constexpr id nothing = ~id{0};

    document() = default;

    /// Errors: those of the reader, json.duplicate_key if asked for, json.too_large.
    static result<document> parse(bytes::view text, options const& how = {},
                                  std::uint64_t base = 0);
    static result<document> parse(std::string_view text, options const& how = {}) {
        return parse(bytes::of(text), how);
    }

    /// The outermost value; of type none in an empty document.
    value root() const;
    /// The value behind a number that a member gave.
    value at(id number) const;

    // New values. They belong to the tree as soon as something holds them.
    id null() { return add({type::null}); }
    id boolean(bool v) { return add({type::boolean, 0, v ? 1U : 0U}); }
    id text(std::string_view words) { return add_words(type::string, words); }
    id number(std::int64_t v) { return spelled(std::to_string(v)); }
    id real(double v) { return spelled(spell(v)); }
    /// Precondition: a number as JSON or Python spells it.
    id spelled(std::string_view number) { return add_words(type::number, number); }
    id array() { return add({type::array}); }
    id object() { return add({type::object}); }

    void set_root(id to) { root_ = to; }
    /// Precondition: `to` is an array.
    void append(id to, id item) { push(nodes_[to], item); }
    /// Replaces the last member of that name, or appends one. Precondition: `of` is an object.
    void set(id of, std::string_view name, id item) {
        node const& self = nodes_[of];
        for (std::uint32_t i = self.count; i >= 2; i -= 2)
            if (words_of(slots_[self.first + i - 2]) == name) {
                slots_[self.first + i - 1] = item;
                return;
            }
        id const named = text(name);
        push(nodes_[of], named);
        push(nodes_[of], item);
    }
    /// Removes all members of that name. Precondition: `of` is an object.
    void remove(id of, std::string_view name) {
        node& self = nodes_[of];
        std::uint32_t kept = 0;
        for (std::uint32_t i = 0; i < self.count; i += 2) {
            id const named = slots_[self.first + i], item = slots_[self.first + i + 1];
            if (words_of(named) == name) continue;
            slots_[self.first + kept++] = named;
            slots_[self.first + kept++] = item;
        }
        self.count = kept;
    }
    /// Makes the value behind `of` another one, wherever it is held. `with` is used up.
    void replace(id of, id with) { nodes_[of] = nodes_[with]; }
    /// A copy of a value of another document, or of this one, as a new value.
    id copy(value from);

    void write(std::string& to, style const& how = compact) const;
    std::string str(style const& how = compact) const {
        std::string text;
        write(text, how);
        return text;
    }

  private:
    friend class value;

    struct node {
        json::type type = type::none;
        std::uint32_t first = 0;  ///< of characters or slots
        std::uint32_t count = 0;  ///< characters or slots; two slots a member; 1 for true
        std::uint32_t room = 0;   ///< slots reserved
    };

    id add(node made) {
        nodes_.push_back(made);
        return static_cast<id>(nodes_.size() - 1);
    }
    id add_words(json::type of, std::string_view words) {
        id const made =
            add({of, static_cast<std::uint32_t>(pool_.size()), static_cast<id>(words.size())});
        pool_.append(words);
        return made;
    }
    std::string_view words_of(id at) const {
        return std::string_view(pool_).substr(nodes_[at].first, nodes_[at].count);
    }
    void push(node& to, id item) {
        if (to.count == to.room) {  // it moves to the end, doubled
            std::uint32_t const from = to.first;
            to.first = static_cast<std::uint32_t>(slots_.size());
            to.room = to.count < 2 ? 4 : to.count * 2;
            slots_.resize(slots_.size() + to.room, nothing);
            std::copy_n(slots_.begin() + from, to.count, slots_.begin() + to.first);
        }
        slots_[to.first + to.count++] = item;
    }
    /// Moves the values from `from` to the end of `open` into the slots of the container `of`.
    void close(id of, std::vector<id>& open, std::size_t from) {
        node& self = nodes_[of];
        self.first = static_cast<std::uint32_t>(slots_.size());
        self.count = self.room = static_cast<std::uint32_t>(open.size() - from);
        slots_.insert(slots_.end(), open.begin() + static_cast<std::ptrdiff_t>(from), open.end());
        open.resize(from);
    }
    bool has_duplicates(id of) const {
        node const& self = nodes_[of];
        std::vector<std::string_view> names;
        for (std::uint32_t i = 0; i < self.count; i += 2)
            names.push_back(words_of(slots_[self.first + i]));
        std::sort(names.begin(), names.end());
        return std::adjacent_find(names.begin(), names.end()) != names.end();
    }

    std::vector<node> nodes_;
    std::vector<id> slots_;
    std::string pool_;
    id root_ = nothing;
};

/// A value of a document: a handle, copied freely, good as long as the document does not move or
/// change. Asking for what is not there gives a value of type none, so that look-ups can be
/// chained: `root["config"]["layers"][0]["class_name"].text()`.
class value {
  public:
    value() = default;
    value(document const& in, document::id at) : in_(&in), id_(at) {}

    document::id id() const { return id_; }
    json::type type() const { return in_ == nullptr ? type::none : node().type; }
    bool exists() const { return type() != type::none; }
    bool is_null() const { return type() == type::null; }
    bool is_object() const { return type() == type::object; }
    bool is_array() const { return type() == type::array; }
    bool is_string() const { return type() == type::string; }

    /// Of a string; empty for all others.
    std::string_view text() const { return is_string() ? in_->words_of(id_) : std::string_view{}; }
    /// Of a number, as it is spelled; empty for all others.
    std::string_view spelled() const {
        return type() == type::number ? in_->words_of(id_) : std::string_view{};
    }
    std::optional<bool> boolean() const {
        if (type() != type::boolean) return std::nullopt;
        return node().count != 0;
    }
    std::optional<std::uint64_t> natural() const { return to_natural(bytes::of(spelled())); }
    std::optional<std::int64_t> integer() const { return to_integer(bytes::of(spelled())); }
    std::optional<double> real() const { return to_real(bytes::of(spelled())); }

    /// Items of an array, members of an object.
    std::size_t size() const {
        if (is_object()) return node().count / 2;
        return is_array() ? node().count : 0;
    }
    bool empty() const { return size() == 0; }
    /// The item of an array, the value of a member, by position.
    template <std::integral Position>
    value operator[](Position position) const {
        auto const at = static_cast<std::size_t>(position);
        if (at >= size()) return {};
        return {*in_, in_->slots_[node().first + (is_object() ? at * 2 + 1 : at)]};
    }
    /// The name of a member by position.
    std::string_view key(std::size_t position) const {
        if (!is_object() || position >= size()) return {};
        return in_->words_of(in_->slots_[node().first + position * 2]);
    }
    /// The last member of that name. Linear in the number of members.
    value operator[](std::string_view name) const {
        if (is_object())
            for (std::size_t i = size(); i-- > 0;)
                if (key(i) == name) return (*this)[i];
        return {};
    }
    value operator[](char const* name) const { return (*this)[std::string_view(name)]; }
    bool has(std::string_view name) const { return (*this)[name].exists(); }

  private:
    document::node const& node() const { return in_->nodes_[id_]; }

    document const* in_ = nullptr;
    document::id id_ = document::nothing;
};

inline value document::at(id number) const {
    return number < nodes_.size() ? value(*this, number) : value();
}
inline value document::root() const { return at(root_); }

inline result<document> document::parse(bytes::view text, options const& how, std::uint64_t base) {
    // four characters make at most two nodes and two slots, so numbers of 32 bits suffice
    if (text.size() > ~std::uint32_t{0}) return fail(ids::too_large, base, 0, text.size());
    struct container {
        id made;
        std::size_t first;  // of its values in `values`
    };
    document made;
    reader from(text, how, base);
    std::vector<container> open;
    std::vector<id> values;  // of all open containers
    for (;;) {
        id one = nothing;
        switch (from.next()) {
            case token::failed: return from.error();
            case token::end:
                if (!values.empty()) made.root_ = values.front();
                return made;
            case token::object:
            case token::array:
                one = from.current() == token::object ? made.object() : made.array();
                values.push_back(one);
                open.push_back({one, values.size()});
                continue;
            case token::object_end:
            case token::array_end:
                made.close(open.back().made, values, open.back().first);
                if (how.refuse_duplicates && from.current() == token::object_end &&
                    made.has_duplicates(open.back().made))
                    return fail(ids::duplicate_key, from.offset());
                open.pop_back();
                continue;
            case token::key:
            case token::string: {
                auto const start = static_cast<std::uint32_t>(made.pool_.size());
                from.text().append_to(made.pool_);
                one = made.add(
                    {type::string, start, static_cast<std::uint32_t>(made.pool_.size() - start)});
                break;
            }
            case token::number: one = made.spelled(bytes::text(from.number())); break;
            case token::boolean: one = made.boolean(from.boolean()); break;
            case token::null: one = made.null(); break;
        }
        values.push_back(one);
    }
}

namespace detail {

/// Walks a value without recursion: `enter` and `leave` for containers, `key`, and `leaf`.
template <class Visitor>
void walk(value from, Visitor&& visit) {
    struct place {
        value in;
        std::size_t next;
    };
    std::vector<place> open;
    value now = from;
    for (;;) {
        if (now.is_object() || now.is_array()) {
            visit.enter(now);
            open.push_back({now, 0});
        } else {
            visit.leaf(now);
        }
        while (!open.empty() && open.back().next == open.back().in.size()) {
            visit.leave(open.back().in);
            open.pop_back();
        }
        if (open.empty()) return;
        auto& [in, next] = open.back();
        if (in.is_object()) visit.key(in.key(next));
        now = in[next++];
    }
}

}  // namespace detail

inline void document::write(std::string& to, style const& how) const {
    struct {
        writer out;
        void enter(value v) { v.is_object() ? out.begin_object() : out.begin_array(); }
        void leave(value v) { v.is_object() ? out.end_object() : out.end_array(); }
        void key(std::string_view name) { out.key(name); }
        void leaf(value v) {
            switch (v.type()) {
                case type::string: out.text(v.text()); break;
                case type::number: out.spelled(v.spelled()); break;
                case type::boolean: out.boolean(*v.boolean()); break;
                default: out.null(); break;
            }
        }
    } visitor{writer(to, how)};
    detail::walk(root(), visitor);
}

inline document::id document::copy(value from) {
    struct {
        document* to;
        std::vector<id> open;
        std::vector<std::size_t> first;
        std::vector<id> values;
        void enter(value v) {
            open.push_back(v.is_object() ? to->object() : to->array());
            first.push_back(values.size());
        }
        void leave(value) {
            to->close(open.back(), values, first.back());
            values.push_back(open.back());
            open.pop_back();
            first.pop_back();
        }
        void key(std::string_view name) { values.push_back(to->text(std::string(name))); }
        void leaf(value v) {
            switch (v.type()) {
                case type::string: values.push_back(to->text(std::string(v.text()))); break;
                case type::number: values.push_back(to->spelled(std::string(v.spelled()))); break;
                case type::boolean: values.push_back(to->boolean(*v.boolean())); break;
                default: values.push_back(to->null()); break;
            }
        }
    } visitor{this, {}, {}, {}};
    detail::walk(from, visitor);
    return visitor.values.front();
}

}  // namespace lade::inline LADE_ABI::json
