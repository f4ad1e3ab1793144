// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/arena.hpp>
#include <lade/bytes/view.hpp>

#include <bit>
#include <cstdint>
#include <optional>
#include <string_view>

/// What a pickle says, as data: a graph of nodes in an arena. Nothing of it was ever looked up,
/// called or made.
namespace lade::inline LADE_ABI::pickle {

/// Number of a node in its document.
using node_id = std::uint32_t;
inline constexpr node_id nothing = ~node_id{0};

enum class node_type : std::uint8_t {
    none,
    boolean,
    integer,     ///< fits 64 bits with sign
    long_bytes,  ///< little-endian two's complement, more than 8 bytes
    long_text,   ///< decimal, more than 64 bits
    real,
    text,      ///< UTF-8, surrogates allowed as Python's "surrogatepass" does
    raw_text,  ///< `str` of Python 2: text or bytes, nobody knows
    bytes,
    bytearray,
    list,
    tuple,
    dict,
    set,
    frozenset,
    global,      ///< module and name of a class or function
    object,      ///< what a callable would make
    persistent,  ///< what the program that loads has to supply: a storage, a class
    extension,   ///< an entry of the copyreg extension registry, by number
    buffer,      ///< an out-of-band buffer, which is not in the file
};

/// How an object is made.
enum class how : std::uint8_t {
    call,                  ///< REDUCE
    create,                ///< NEWOBJ, INST, OBJ
    create_with_keywords,  ///< NEWOBJ_EX
};

/// Sixteen bytes, for fresh memory is what a large pickle costs. What the two numbers are:
///
///     type                                      first            number
///     boolean, integer, real, extension         -                the value, or its bits
///     text, raw_text, bytes, bytearray, long_*  size             address of the characters
///     tuple, frozenset                          first slot       items
///     list, dict, set                           first run        items | last run << 32
///     global                                    module           name, a node each
///     object                                    row              -
///     persistent                                id, a node       -
struct node {
    node_type type = node_type::none;
    how made = how::call;
    std::uint32_t first = nothing;
    std::uint64_t number = 0;
};
static_assert(sizeof(node) == 16);

/// Some neighbouring items of a container. Lists, dicts and sets grow by runs, for a pickle appends
/// to them in batches.
struct item_run {
    std::uint32_t slot = 0, count = 0, next = nothing;
};

struct object_row {
    node_id callable = nothing, arguments = nothing, keywords = nothing;
    node_id state = nothing;    ///< of BUILD
    node_id items = nothing;    ///< a list: of APPEND
    node_id entries = nothing;  ///< a dict: of SETITEM
};

class ref;
enum class opcode_set : bool;
template <opcode_set>
class basic_machine;

/// The nodes of one pickle. Texts and bytes are views into the pickle where it has them as they
/// are, else into the arena; both must outlive the document. The machine fills it.
class document {
  public:
    explicit document(arena& memory)
        : nodes_(memory), slots_(memory), runs_(memory), objects_(memory), memory_(&memory) {}

    ref root() const;
    ref at(node_id of) const;
    std::size_t size() const { return nodes_.size(); }
    node const& operator[](node_id of) const { return nodes_[of]; }
    std::span<node const> nodes() const { return nodes_.span(); }
    arena& memory() const { return *memory_; }

  private:
    friend class ref;
    template <opcode_set>
    friend class basic_machine;

    arena_list<node> nodes_;
    arena_list<node_id> slots_;
    arena_list<item_run> runs_;
    arena_list<object_row> objects_;
    arena* memory_;
    node_id root_ = nothing;
};

/// A node and the document that it stands in: a handle, copied freely. One that refers to nothing
/// has type none.
class ref {
  public:
    ref() = default;
    ref(document const& in, node_id at) : in_(&in), id_(at) {}

    bool exists() const { return in_ != nullptr; }
    node_id id() const { return id_; }
    document const& in() const { return *in_; }
    node_type type() const { return in_ == nullptr ? node_type::none : in_->nodes_[id_].type; }
    bool is(node_type wanted) const { return exists() && type() == wanted; }
    bool is_none() const { return is(node_type::none); }

    std::optional<std::int64_t> integer() const {
        if (!is(node_type::integer) && !is(node_type::boolean))
            return std::nullopt;  // Python's bool is an int
        return static_cast<std::int64_t>(self().number);
    }
    std::optional<double> real() const {
        if (is(node_type::real)) return std::bit_cast<double>(self().number);
        if (auto const whole = integer()) return static_cast<double>(*whole);
        return std::nullopt;
    }
    std::optional<std::string_view> text() const {
        if (!is(node_type::text) && !is(node_type::raw_text)) return std::nullopt;
        return characters();
    }
    /// Of bytes, bytearray, raw_text, and of long numbers as they are spelled.
    std::string_view characters() const {
        return {reinterpret_cast<char const*>(static_cast<std::uintptr_t>(self().number)),
                self().first};
    }

    bool is_sequence() const {
        switch (type()) {
            case node_type::list:
            case node_type::tuple:
            case node_type::set:
            case node_type::frozenset: return true;
            default: return false;
        }
    }
    /// Items of a sequence; keys and values of a dict, counted singly; 0 of everything else.
    std::size_t count() const {
        switch (type()) {
            case node_type::tuple:
            case node_type::frozenset: return static_cast<std::size_t>(self().number);
            case node_type::list:
            case node_type::dict:
            case node_type::set: return static_cast<std::uint32_t>(self().number);
            default: return 0;
        }
    }

    /// Walks over the items of a sequence, or over key, value, key, value of a dict.
    class iterator {
      public:
        iterator() = default;
        iterator(document const& in, std::uint32_t slot, std::uint32_t left, std::uint32_t next)
            : in_(&in), slot_(slot), left_(left), next_(next) {
            skip_empty();
        }
        ref operator*() const { return {*in_, in_->slots_[slot_]}; }
        iterator& operator++() {
            ++slot_;
            --left_;
            skip_empty();
            return *this;
        }
        friend bool operator==(iterator const& a, iterator const& b) {
            return a.left_ == b.left_ && (a.left_ == 0 || a.slot_ == b.slot_);
        }

      private:
        void skip_empty() {
            while (left_ == 0 && next_ != nothing) {
                item_run const& run = in_->runs_[next_];
                slot_ = run.slot;
                left_ = run.count;
                next_ = run.next;
            }
        }
        document const* in_ = nullptr;
        std::uint32_t slot_ = 0, left_ = 0;  ///< of the run that it is in
        std::uint32_t next_ = nothing;       ///< the run after it
    };
    iterator begin() const {
        if (count() == 0) return {};
        if (has_one_run())
            return {*in_, self().first, static_cast<std::uint32_t>(self().number), nothing};
        return {*in_, 0, 0, self().first};
    }
    iterator end() const { return {}; }

    /// An item of a sequence by position. Constant time in tuples and in lists that came in one
    /// batch.
    ref operator[](std::size_t position) const {
        if (position >= count()) return {};
        if (has_one_run()) return {*in_, in_->slots_[self().first + position]};
        for (std::uint32_t at = self().first; at != nothing; at = in_->runs_[at].next) {
            if (position < in_->runs_[at].count)
                return {*in_, in_->slots_[in_->runs_[at].slot + position]};
            position -= in_->runs_[at].count;
        }
        return {};
    }
    /// The value of a dict's last entry with this text as key. Linear.
    ref operator[](std::string_view key) const {
        ref found;
        if (!is(node_type::dict)) return found;
        for (auto at = begin(); at != end(); ++at) {
            bool const same = (*at).text() == key;
            ++at;
            if (same) found = *at;
        }
        return found;
    }

    std::string_view module() const {
        return is(node_type::global) ? ref{*in_, self().first}.characters() : std::string_view{};
    }
    std::string_view name() const {
        return is(node_type::global) ? ref{*in_, static_cast<node_id>(self().number)}.characters()
                                     : std::string_view{};
    }
    bool is_global(std::string_view of_module, std::string_view of_name) const {
        return is(node_type::global) && name() == of_name && module() == of_module;
    }

    how made() const { return self().made; }
    ref callable() const { return part(&object_row::callable); }
    ref arguments() const { return part(&object_row::arguments); }
    ref keywords() const { return part(&object_row::keywords); }
    ref state() const { return part(&object_row::state); }
    ref items() const { return part(&object_row::items); }
    ref entries() const { return part(&object_row::entries); }
    /// What a persistent node is known by.
    ref persistent_id() const {
        return is(node_type::persistent) ? ref{*in_, self().first} : ref{};
    }

    friend bool operator==(ref const&, ref const&) = default;

  private:
    node const& self() const { return in_->nodes_[id_]; }
    bool has_one_run() const {
        return type() == node_type::tuple || type() == node_type::frozenset;
    }
    ref part(node_id object_row::* which) const {
        if (!is(node_type::object)) return {};
        node_id const at = in_->objects_[self().first].*which;
        return at == nothing ? ref{} : ref{*in_, at};
    }

    document const* in_ = nullptr;
    node_id id_ = nothing;
};

inline ref document::at(node_id of) const { return {*this, of}; }
inline ref document::root() const { return root_ == nothing ? ref{} : ref{*this, root_}; }

}  // namespace lade::inline LADE_ABI::pickle
