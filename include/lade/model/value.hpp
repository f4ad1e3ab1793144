// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/view.hpp>

#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lade::inline LADE_ABI {

/// What a value of a file is.
enum class value_type : std::uint8_t {
    none,
    boolean,
    integer,      ///< fits 64 bits with sign
    big_integer,  ///< little-endian two's complement of any length
    real,
    text,
    bytes,
    list,
    tuple,
    dict,  ///< ordered
    set,
    global,   ///< the name of a class or function; never looked up
    object,   ///< what a global would have made from arguments, state, items: kept, never made
    tensor,   ///< number of a tensor of the model
    storage,  ///< number of a storage of the model
};

/// How an object came to be in a pickle, kept so that it is saved back in the same way.
enum class making : std::uint8_t { call, create, create_with_keywords, persistent };

class value;

/// The values of a file besides its tensors: a graph of numbers, texts, lists, dictionaries and
/// inert objects.
///
/// Values may be shared and may form cycles, as in the program that saved them; nothing here
/// recurses. Values are made by the members of this class and read through `value`, a handle good
/// as long as the graph.
class values {
  public:
    using id = std::uint32_t;
    static constexpr id nothing = ~id{0};

    /// What an object is made of. Members that are `nothing` are not there.
    struct object_parts {
        id callable = nothing;   ///< a global, or any value that a pickle calls
        id arguments = nothing;  ///< a tuple
        id keywords = nothing;   ///< a dict
        id state = nothing;
        id items = nothing;    ///< a list: what was appended
        id entries = nothing;  ///< a dict: what was set by key
        making made = making::call;
        id tensor = nothing;  ///< number of the tensor that this object is, not a value
    };

    /// What PyTorch names a storage by. Values that are shared in the pickle are shared here.
    struct storage_parts {
        std::uint64_t number = 0;    ///< as in alias::storage
        std::uint64_t elements = 0;  ///< of the type of its class; bytes of an untyped one
        id word = nothing;           ///< the text "storage"
        id type = nothing;           ///< the global of the storage's class
        id location = nothing;       ///< the text "cpu", "cuda:0"
    };

    id none() { return add({value_type::none}); }
    id boolean(bool is) { return add({value_type::boolean, 0, 0, 0, is ? 1U : 0U}); }
    id integer(std::int64_t number) {
        return add({value_type::integer, 0, 0, 0, static_cast<std::uint64_t>(number)});
    }
    id real(double number) {
        return add({value_type::real, 0, 0, 0, std::bit_cast<std::uint64_t>(number)});
    }
    id text(std::string_view words) { return add_text(value_type::text, words); }
    id bytes(bytes::view data) { return add_text(value_type::bytes, bytes::text(data)); }
    id big_integer(bytes::view little_endian) {
        return add_text(value_type::big_integer, bytes::text(little_endian));
    }
    id global(std::string_view module, std::string_view name) {
        id const made = add_text(value_type::global, module);
        pool_.append(name);
        nodes_[made].count += name.size();
        nodes_[made].room = module.size();
        return made;
    }
    id list() { return add({value_type::list}); }
    id tuple() { return add({value_type::tuple}); }
    id set() { return add({value_type::set}); }
    id dict() { return add({value_type::dict}); }
    id tensor(std::uint64_t number) { return add({value_type::tensor, 0, 0, 0, number}); }
    id object(object_parts const& parts) {
        objects_.push_back(parts);
        return add({value_type::object, objects_.size() - 1});
    }
    id storage(storage_parts const& parts) {
        storages_.push_back(parts);
        return add({value_type::storage, storages_.size() - 1});
    }

    /// Appends to a list, tuple or set. Precondition: `to` is one of these.
    void append(id to, id item) { push(nodes_[to], item); }
    /// Appends an entry to a dict; an entry of the same key stays before it. Precondition: `to` is
    /// a dict.
    void add_entry(id to, id key, id item) {
        push(nodes_[to], key);
        push(nodes_[to], item);
    }
    /// Sets the entry of a text key, replacing the one that is there. Precondition: `to` is a dict.
    void set_entry(id to, std::string_view key, id item) {
        node const& in = nodes_[to];
        for (std::uint64_t i = 0; i + 1 < in.count; i += 2) {
            node const& one = nodes_[slots_[in.first + i]];
            if (one.type == value_type::text && text_of(one) == key) {
                slots_[in.first + i + 1] = item;
                return;
            }
        }
        add_entry(to, text(key), item);
    }
    /// Precondition: `of` is an object.
    object_parts& parts(id of) { return objects_[nodes_[of].first]; }

    /// Makes the value `of` the same as `by`: what refers to the one then refers to the other's
    /// contents.
    void replace(id of, id by) { nodes_[of] = nodes_[by]; }
    /// Precondition: `of` is a storage.
    storage_parts& edit_storage(id of) { return storages_[nodes_[of].first]; }

    /// Makes `root` the value that `root()` gives.
    void set_root(id root) { root_ = root; }
    /// The outermost value; one of type none in an empty graph.
    value root() const;
    /// The value behind a number that a member gave.
    value at(id number) const;
    std::size_t size() const { return nodes_.size(); }
    bool empty() const { return root_ == nothing; }

  private:
    friend class value;

    struct node {
        value_type type = value_type::none;
        std::uint64_t first = 0;   ///< of slots, characters, objects or storages
        std::uint64_t count = 0;   ///< slots or characters
        std::uint64_t room = 0;    ///< slots reserved; of a global the length of its module
        std::uint64_t number = 0;  ///< integers, bits of reals, numbers of tensors
    };

    id add(node made) {
        nodes_.push_back(made);
        return static_cast<id>(nodes_.size() - 1);
    }
    id add_text(value_type type, std::string_view words) {
        id const made = add({type, pool_.size(), words.size()});
        pool_.append(words);
        return made;
    }
    void push(node& to, id item) {
        if (to.count == to.room &&
            to.first + to.count != slots_.size()) {  // not at the end: it moves there, doubled
            std::uint64_t const from = to.first;
            to.first = slots_.size();
            to.room = to.count * 2;
            slots_.resize(slots_.size() + to.room);
            for (std::uint64_t i = 0; i < to.count; ++i) slots_[to.first + i] = slots_[from + i];
        }
        if (to.count == to.room) {
            slots_.push_back(item);
            ++to.room;
        }
        slots_[to.first + to.count++] = item;
    }
    std::string_view text_of(node const& of) const {
        return std::string_view(pool_).substr(of.first, of.count);
    }

    std::vector<node> nodes_;
    std::vector<id> slots_;
    std::vector<object_parts> objects_;
    std::vector<storage_parts> storages_;
    std::string pool_;
    id root_ = nothing;
};

/// A value of a graph: a handle, copied freely, good as long as the graph does not move or change.
/// Asking for what is not there gives a value of type none, so that lookups can be chained:
/// `root["optimizer"]["param_groups"][0]["lr"].get<double>()`.
class value {
  public:
    value() = default;
    value(values const& in, values::id at) : in_(&in), id_(at) {}

    bool exists() const { return in_ != nullptr; }
    values::id id() const { return id_; }
    value_type type() const { return in_ == nullptr ? value_type::none : node().type; }

    /// The value as a C++ type, if it is one: bool, an integer that fits, double (integers too),
    /// std::string_view (text and bytes). Texts are good as long as the graph.
    template <class T>
    std::optional<T> get() const {
        if (in_ == nullptr) return std::nullopt;
        auto const& self = node();
        if constexpr (std::same_as<T, bool>) {
            if (self.type == value_type::boolean) return self.number != 0;
        } else if constexpr (std::integral<T>) {
            if (self.type != value_type::integer) return std::nullopt;
            auto const number = static_cast<std::int64_t>(self.number);
            if constexpr (std::unsigned_integral<T>)
                if (number < 0) return std::nullopt;
            if (static_cast<std::int64_t>(static_cast<T>(number)) == number)
                return static_cast<T>(number);
        } else if constexpr (std::floating_point<T>) {
            if (self.type == value_type::real)
                return static_cast<T>(std::bit_cast<double>(self.number));
            if (self.type == value_type::integer)
                return static_cast<T>(static_cast<std::int64_t>(self.number));
        } else {
            static_assert(std::same_as<T, std::string_view>,
                          "bool, integers, floating-point numbers, std::string_view");
            if (self.type == value_type::text || self.type == value_type::bytes ||
                self.type == value_type::big_integer)
                return in_->text_of(self);
        }
        return std::nullopt;
    }

    /// Items of a list, tuple or set; entries of a dict.
    std::size_t size() const {
        if (in_ == nullptr) return 0;
        auto const& self = node();
        if (self.type == value_type::dict) return static_cast<std::size_t>(self.count / 2);
        return is_sequence(self.type) ? static_cast<std::size_t>(self.count) : 0;
    }
    /// The item of a list, tuple or set; the value of a dict's entry by position.
    template <std::integral Position>
    value operator[](Position at) const {
        auto const position = static_cast<std::size_t>(at);
        if (position >= size()) return {};
        auto const& self = node();
        return {*in_, in_->slots_[self.first +
                                  (self.type == value_type::dict ? position * 2 + 1 : position)]};
    }
    /// The key of a dict's entry by position.
    value key(std::size_t position) const {
        if (type() != value_type::dict || position >= size()) return {};
        return {*in_, in_->slots_[node().first + position * 2]};
    }
    /// The last entry of a dict with this text as key; of an object the entry of its state.
    value operator[](std::string_view name) const {
        if (type() == value_type::object) return state()[name];
        for (std::size_t i = size(); type() == value_type::dict && i-- > 0;)
            if (auto const one = key(i);
                one.type() == value_type::text && one.get<std::string_view>() == name)
                return (*this)[i];
        return {};
    }
    value operator[](char const* name) const { return (*this)[std::string_view(name)]; }

    /// "torch.nn.modules.linear" of a global; empty otherwise.
    std::string_view module() const {
        return type() == value_type::global ? in_->text_of(node()).substr(0, node().room)
                                            : std::string_view{};
    }
    /// "Linear" of a global; empty otherwise.
    std::string_view name() const {
        return type() == value_type::global ? in_->text_of(node()).substr(node().room)
                                            : std::string_view{};
    }

    value callable() const { return part(&values::object_parts::callable); }
    value arguments() const { return part(&values::object_parts::arguments); }
    value keywords() const { return part(&values::object_parts::keywords); }
    value state() const { return part(&values::object_parts::state); }
    value items() const { return part(&values::object_parts::items); }
    value entries() const { return part(&values::object_parts::entries); }
    making made() const {
        return type() == value_type::object ? in_->objects_[node().first].made : making::call;
    }

    /// The number of the tensor that this value is, in the model's `weights()`.
    std::optional<std::uint64_t> tensor() const {
        if (type() == value_type::tensor) return node().number;
        if (type() != value_type::object) return std::nullopt;
        values::id const number = in_->objects_[node().first].tensor;
        return number == values::nothing ? std::nullopt : std::optional<std::uint64_t>(number);
    }
    /// Precondition: type() is storage.
    values::storage_parts const& storage() const { return in_->storages_[node().first]; }

    friend bool operator==(value, value) = default;

  private:
    static constexpr bool is_sequence(value_type type) {
        return type == value_type::list || type == value_type::tuple || type == value_type::set;
    }
    values::node const& node() const { return in_->nodes_[id_]; }
    value part(values::id values::object_parts::* which) const {
        if (type() != value_type::object) return {};
        values::id const at = in_->objects_[node().first].*which;
        return at == values::nothing ? value{} : value{*in_, at};
    }

    values const* in_ = nullptr;
    values::id id_ = values::nothing;
};

inline value values::at(id number) const { return {*this, number}; }
inline value values::root() const { return root_ == nothing ? value{} : value{*this, root_}; }

}  // namespace lade::inline LADE_ABI
