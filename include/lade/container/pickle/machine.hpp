// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/record.hpp>
#include <lade/bytes/utf8.hpp>
#include <lade/container/pickle/literals.hpp>
#include <lade/container/pickle/nodes.hpp>
#include <lade/container/pickle/opcodes.hpp>

/// The pickle machine: evaluates the program of a pickle into nodes. Nothing is looked up, called
/// or made; a loop over the bytes without recursion; shared nodes stay shared, so a pickle never
/// expands.
namespace lade::inline LADE_ABI::pickle {

namespace ids {
inline constexpr error_id unknown_opcode{
    "pickle.unknown_opcode", kind::corrupt, "this byte is no opcode of pickle", {}, numbers::hex};
inline constexpr error_id newer_protocol{"pickle.protocol", kind::unsupported,
                                         "the pickle is of a newer protocol"};
inline constexpr error_id stack_underflow{"pickle.stack_underflow", kind::corrupt,
                                          "an opcode needs more values than are on the stack"};
inline constexpr error_id no_mark{"pickle.no_mark", kind::corrupt,
                                  "an opcode looks for a mark that is not there"};
inline constexpr error_id odd_items{"pickle.odd_items", kind::corrupt,
                                    "a key of a dict has no value"};
inline constexpr error_id wrong_target{
    "pickle.wrong_target", kind::corrupt,
    "an opcode changes a value that cannot be changed that way (found: node type)"};
inline constexpr error_id undefined_memo{"pickle.undefined_memo", kind::corrupt,
                                         "the memo is asked for what was never put into it"};
inline constexpr error_id memo_index{"pickle.memo_index", kind::corrupt,
                                     "the memo is given a number beyond what this pickle can fill"};
inline constexpr error_id bad_length{"pickle.bad_length", kind::corrupt, "a length is negative"};
inline constexpr error_id bad_frame{"pickle.bad_frame", kind::corrupt,
                                    "a frame ends beyond the pickle"};
inline constexpr error_id bad_text{"pickle.bad_text", kind::corrupt, "a text is not UTF-8"};
inline constexpr error_id bad_global{"pickle.bad_global", kind::corrupt,
                                     "the module or the name of a global is no text"};
inline constexpr error_id huge_text{"pickle.huge_text", kind::unsupported,
                                    "a text or a block of bytes has 4 GiB or more"};
inline constexpr error_id rare_opcode{
    "pickle.rare_opcode", kind::unsupported,
    "an opcode that files of tensors hardly have is not read here (found: the opcode)",
    "save the file again with protocol 2, PyTorch's default"};
inline constexpr error_id no_stop{"pickle.no_stop", kind::corrupt, "the pickle ends without STOP",
                                  "the file is cut short; fetch it again"};
}  // namespace ids

/// A pickle that was evaluated.
struct evaluated {
    document nodes;
    std::uint64_t size = 0;  ///< bytes of the pickle, STOP included
    error failure{};         ///< where `run_as_far_as_possible` stopped; no id: nowhere
};

/// Which opcodes a machine knows: all, or those that files of tensors have. These spare firmware
/// the text of protocol 0, sets, old classes, buffers, and the look whether texts are UTF-8.
enum class opcode_set : bool { all, common };

template <opcode_set Opcodes>
class basic_machine {
  public:
    /// Evaluates the pickle at the front of `data`; bytes after its STOP are not looked at. `base`
    /// is where `data` starts in the file. The nodes live in `memory`, which bounds them. Linear in
    /// time and memory. Errors: pickle.*, bytes.truncated, limit.exceeded.
    static result<evaluated> run(bytes::view data, arena& memory, std::uint64_t base = 0) {
        evaluated outcome = run_as_far_as_possible(data, memory, base);
        if (outcome.failure.id != nullptr) return outcome.failure;
        return outcome;
    }

    /// The same, with the nodes up to the first failure: for those who look for what a broken
    /// pickle would have called before it failed.
    static evaluated run_as_far_as_possible(bytes::view data, arena& memory,
                                            std::uint64_t base = 0) {
        basic_machine one(data, memory, base);
        one.evaluate();
        return {std::move(one.nodes_), one.offset() - base, one.failure_};
    }

  private:
    static constexpr bool knows_all = Opcodes == opcode_set::all;

    static constexpr bool is_rare(op code) {
        switch (code) {
            case op::empty_set:
            case op::additems:
            case op::frozenset:
            case op::bytearray8:
            case op::next_buffer:
            case op::readonly_buffer:
            case op::ext1:
            case op::ext2:
            case op::ext4:
            case op::inst:
            case op::obj: return true;
            default: return false;
        }
    }

    /// What stands behind each byte; of the common set rare opcodes are as those of protocol 0.
    static constexpr std::array<opcode_use, 256> uses = [] {
        auto all = opcode_uses;
        for (std::size_t code = 0; code < all.size(); ++code)
            if (!knows_all && is_rare(static_cast<op>(code))) all[code].takes = argument::line;
        return all;
    }();

    basic_machine(bytes::view data, arena& memory, std::uint64_t base)
        : begin_(data.data()),
          at_(data.data()),
          end_(data.data() + data.size()),
          base_(base),
          nodes_(memory),
          stack_(memory),
          marks_(memory),
          memo_(memory) {}

    /// Behind an opcode, read by its kind.
    struct operand {
        std::uint64_t number;
        bytes::view text, second;
    };

    void evaluate() {
        reserve();
        none_ = add({node_type::none, how::call, nothing, 0});
        false_ = add({node_type::boolean, how::call, nothing, 0});
        true_ = add({node_type::boolean, how::call, nothing, 1});
        empty_tuple_ = add({node_type::tuple, how::call, 0, 0});
        for (node_id& one : known_bytes_) one = nothing;
        operand with{};
        while (!failed()) {
            opcode_ = at_;
            if (at_ == end_) return refuse(ids::no_stop);
            auto const code = static_cast<std::uint8_t>(*at_++);
            auto const use = uses[code];
            if (!use.known()) return refuse(ids::unknown_opcode, 0, code);
            if constexpr (!knows_all)
                if (use.takes == argument::line) return refuse(ids::rare_opcode, 0, code);
            if (use.takes == argument::u1 && at_ != end_)
                with.number = static_cast<std::uint64_t>(*at_++);
            else if (use.takes != argument::none) read(use.takes, with);
            if (failed()) return;
            if (static_cast<op>(code) == op::stop) {
                nodes_.root_ = pop();
                return;
            }
            step(static_cast<op>(code), with);
        }
    }

    /// A pickle of tensors has a node for ten bytes, a slot for seven, an entry of the memo for
    /// eight; growth from nothing would touch twice the memory. Only STOP tells where the pickle
    /// ends: what follows may be gigabytes of storages, so that not all of it counts.
    void reserve() {
        if constexpr (!knows_all) {
            // the memory is small, and the data end with the pickle: what state dicts need
            std::size_t const size = left();
            keep(nodes_.nodes_.reserve(size / 9 + 40));
            keep(nodes_.slots_.reserve(size / 5 + 16));
            keep(memo_.reserve(size / 9 + 8));
            keep(nodes_.objects_.reserve(size / 44 + 4));
            return;
        }
        constexpr std::size_t most = std::size_t{1} << 22;
        std::size_t const size = left() < most ? left() : most;
        keep(nodes_.nodes_.reserve(size / 10 + 64));
        keep(nodes_.slots_.reserve(size / 7 + 64));
        keep(memo_.reserve(size / 8 + 64));
    }

    std::uint64_t offset() const { return base_ + static_cast<std::uint64_t>(at_ - begin_); }
    std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }

    void read(argument kind, operand& with) {
        switch (kind) {
            case argument::none:
            case argument::unknown: break;
            case argument::u1: with.number = number<std::uint8_t>(); break;
            case argument::u2: with.number = number<std::uint16_t>(); break;
            case argument::u4: with.number = number<std::uint32_t>(); break;
            case argument::u8: with.number = number<std::uint64_t>(); break;
            case argument::i4:
                with.number = static_cast<std::uint64_t>(
                    static_cast<std::int64_t>(static_cast<std::int32_t>(number<std::uint32_t>())));
                break;
            case argument::f8:
                with.number = number<std::uint64_t>();
                if (!failed()) with.number = bytes::load_be<std::uint64_t>(at_ - 8);
                break;
            case argument::line: with.text = line(); break;
            case argument::two_lines:
                with.text = line();
                with.second = line();
                break;
            case argument::counted1: with.text = take(number<std::uint8_t>()); break;
            case argument::counted4: with.text = take(number<std::uint32_t>()); break;
            case argument::counted8: with.text = take(number<std::uint64_t>()); break;
            case argument::counted_i4: {
                auto const size = number<std::uint32_t>();
                if (size > 0x7fffffff) refuse(ids::bad_length, 0, size);
                else with.text = take(size);
                break;
            }
        }
    }

    template <std::unsigned_integral T>
    T number() {
        if (left() < sizeof(T)) {
            truncated(sizeof(T));
            return 0;
        }
        at_ += sizeof(T);
        return bytes::load_le<T>(at_ - sizeof(T));
    }
    /// The next `size` bytes, a number that may come from the file as it is.
    bytes::view take(std::uint64_t size) {
        if (size > left()) {
            truncated(size);
            return {};
        }
        bytes::view const taken(at_, static_cast<std::size_t>(size));
        at_ += taken.size();
        return taken;
    }
    bytes::view line() {
        void const* const found = left() == 0 ? nullptr : std::memchr(at_, '\n', left());
        if (found == nullptr) {
            truncated(left() + 1);
            return {};
        }
        bytes::view const text =
            take(static_cast<std::uint64_t>(static_cast<std::byte const*>(found) - at_));
        ++at_;
        return text;
    }
    void truncated(std::uint64_t expected) {
        if (!failed()) failure_ = fail(bytes::ids::truncated, offset(), expected, left());
    }

    LADE_HOT void step(op code, operand const& with) {
        switch (code) {
            case op::proto:
                if (with.number > newest_protocol)
                    refuse(ids::newer_protocol, newest_protocol, with.number);
                return;
            case op::frame:
                if (with.number > left()) refuse(ids::bad_frame, with.number, left());
                return;
            case op::mark: return keep(marks_.push(static_cast<std::uint32_t>(stack_.size())));
            case op::pop: return drop();
            case op::pop_mark: return stack_.cut(take_mark());
            case op::dup: return push(top());

            case op::none: return push(none_);
            case op::newtrue: return push(true_);
            case op::newfalse: return push(false_);
            case op::binint1: return push(byte_number(with.number));
            case op::binint:
            case op::binint2: return push(integer(static_cast<std::int64_t>(with.number)));
            case op::int_line:
                if constexpr (knows_all) push_int_line(with.text);
                return;
            case op::long_line:
                if constexpr (knows_all) push_decimal(with.text);
                return;
            case op::long1:
            case op::long4: return push_long(with.text);
            case op::float_line:
                if constexpr (knows_all) push_float_line(with.text);
                return;
            case op::binfloat: return push(add({node_type::real, how::call, nothing, with.number}));

            case op::string_line:
                if constexpr (knows_all)
                    push_literal(unquote(with.text, nodes_.memory()), node_type::raw_text);
                return;
            case op::unicode_line:
                if constexpr (knows_all)
                    push_literal(unescape(with.text, nodes_.memory()), node_type::text);
                return;
            case op::binstring:
            case op::short_binstring: return push(characters(node_type::raw_text, with.text));
            case op::binunicode:
            case op::short_binunicode:
            case op::binunicode8:
                if constexpr (knows_all)
                    if (!bytes::is_utf8(bytes::text(with.text), bytes::surrogates::allowed))
                        return refuse(ids::bad_text);
                return push(characters(node_type::text, with.text));
            case op::binbytes:
            case op::short_binbytes:
            case op::binbytes8: return push(characters(node_type::bytes, with.text));
            case op::bytearray8:
                if constexpr (knows_all) push(characters(node_type::bytearray, with.text));
                return;
            case op::next_buffer:
                if constexpr (knows_all) push(add({node_type::buffer, how::call, nothing, 0}));
                return;
            case op::readonly_buffer:
                if constexpr (knows_all) (void)top();
                return;

            case op::empty_list: return push(add({node_type::list, how::call, nothing, 0}));
            case op::empty_dict: return push(add({node_type::dict, how::call, nothing, 0}));
            case op::empty_set:
                if constexpr (knows_all) push(add({node_type::set, how::call, nothing, 0}));
                return;
            case op::empty_tuple: return push(empty_tuple_);
            case op::tuple1: return push_items(node_type::tuple, below(1));
            case op::tuple2: return push_items(node_type::tuple, below(2));
            case op::tuple3: return push_items(node_type::tuple, below(3));
            case op::tuple: return push_items(node_type::tuple, take_mark());
            case op::list: return push_items(node_type::list, take_mark());
            case op::frozenset:
                if constexpr (knows_all) push_items(node_type::frozenset, take_mark());
                return;
            case op::dict: {
                std::size_t const from = take_mark();
                if ((stack_.size() - from) % 2 != 0) return refuse(ids::odd_items);
                return push_items(node_type::dict, from);
            }
            case op::append: return append(below(1));
            case op::appends:
            case op::additems: return append(take_mark());
            case op::setitem: return set(below(2));
            case op::setitems: return set(take_mark());

            case op::put:
                if constexpr (knows_all) put(number_in(with.text));
                return;
            case op::binput:
            case op::long_binput: return put(with.number);
            case op::memoize: return put(memo_count_);
            case op::get:
                if constexpr (knows_all) get(number_in(with.text));
                return;
            case op::binget:
            case op::long_binget: return get(with.number);

            case op::global: return push(global(with.text, with.second));
            case op::stack_global: return stack_global();
            case op::reduce: return make(how::call, 2);
            case op::newobj: return make(how::create, 2);
            case op::newobj_ex: return make(how::create_with_keywords, 3);
            case op::inst:
                if constexpr (knows_all) instance(take_mark(), global(with.text, with.second));
                return;
            case op::obj: {
                if constexpr (!knows_all) return;
                std::size_t const from = take_mark();
                if (from == stack_.size()) return refuse(ids::stack_underflow);
                instance(from + 1, stack_[from]);
                if (failed()) return;
                node_id const made = stack_.pop();
                stack_.cut(from);  // the class
                return push(made);
            }
            case op::build: return build();
            case op::persid:
                if constexpr (knows_all)
                    push(persistent(characters(node_type::raw_text, with.text)));
                return;
            case op::binpersid: return push(persistent(pop()));
            case op::ext1:
            case op::ext2:
            case op::ext4:
                if constexpr (knows_all)
                    push(add({node_type::extension, how::call, nothing, with.number}));
                return;
            case op::stop: return;
        }
    }

    // --- failures: the first one stays, and every step after it does nothing of consequence

    bool failed() const { return failure_.id != nullptr; }
    [[gnu::noinline, gnu::cold]] void refuse(error_id const& id) { refuse(id, 0, 0); }
    [[gnu::noinline, gnu::cold]] void refuse(error_id const& id, std::uint64_t expected,
                                             std::uint64_t found) {
        if (!failed())
            failure_ =
                fail(id, base_ + static_cast<std::uint64_t>(opcode_ - begin_), expected, found);
    }
    LADE_HOT void keep(bool had_memory) {
        if (!had_memory) refuse_memory();
    }
    [[gnu::noinline, gnu::cold]] void refuse_memory() {
        if (!failed()) failure_ = nodes_.memory().exhausted();
    }

    // --- the stack; never below the last mark

    std::size_t floor() const { return marks_.empty() ? 0 : marks_[marks_.size() - 1]; }
    LADE_HOT void push(node_id one) { keep(stack_.push(one)); }
    LADE_HOT node_id top() {
        if (stack_.size() > floor()) return stack_.back();
        refuse(ids::stack_underflow);
        return none_;
    }
    LADE_HOT node_id pop() {
        node_id const one = top();
        if (!failed()) stack_.cut(stack_.size() - 1);
        return one;
    }
    void drop() {
        if (stack_.size() > floor()) stack_.cut(stack_.size() - 1);
        else if (!marks_.empty())
            marks_.cut(marks_.size() - 1);  // POP takes a mark as well as a value
        else refuse(ids::stack_underflow);
    }
    /// Where the topmost `count` values begin.
    LADE_HOT std::size_t below(std::size_t count) {
        if (stack_.size() - floor() >= count) return stack_.size() - count;
        refuse(ids::stack_underflow, count, stack_.size() - floor());
        return stack_.size();
    }
    /// Removes the last mark: where the values above it begin.
    LADE_HOT std::size_t take_mark() {
        if (!marks_.empty()) return marks_.pop();
        refuse(ids::no_mark);
        return stack_.size();
    }

    // --- nodes

    LADE_HOT node_id add(node const& one) {
        keep(nodes_.nodes_.push(one));
        return static_cast<node_id>(nodes_.nodes_.size() - 1);
    }
    node_id integer(std::int64_t value) {
        return add({node_type::integer, how::call, nothing, static_cast<std::uint64_t>(value)});
    }
    LADE_HOT node_id byte_number(std::uint64_t value) {
        node_id& known = known_bytes_[value];
        if (known == nothing) known = integer(static_cast<std::int64_t>(value));
        return known;
    }
    node_id characters(node_type type, bytes::view text) {
        if (text.size() >= nothing) refuse(ids::huge_text, nothing - 1, text.size());
        return add({type, how::call, static_cast<std::uint32_t>(text.size()),
                    reinterpret_cast<std::uintptr_t>(text.data())});
    }
    void push_literal(result<std::string_view> const& text, node_type type) {
        if (text) return push(characters(type, bytes::of(*text)));
        refuse(*text.error().id);
    }
    void push_int_line(bytes::view text) {
        if (bytes::text(text) == "01") return push(true_);
        if (bytes::text(text) == "00") return push(false_);
        push_decimal(text);
    }
    void push_decimal(bytes::view text) {
        std::string_view digits = bytes::text(text);
        if (digits.ends_with('L')) digits.remove_suffix(1);
        if (!is_decimal(digits)) return refuse(ids::bad_number);
        if (auto const value = decimal(digits)) return push(integer(*value));
        push(characters(node_type::long_text, bytes::of(digits)));
    }
    void push_float_line(bytes::view text) {
        auto const value = real(bytes::text(text));
        if (!value) return refuse(ids::bad_number);
        push(add({node_type::real, how::call, nothing, std::bit_cast<std::uint64_t>(*value)}));
    }
    void push_long(bytes::view text) {
        if (text.size() > 8) return push(characters(node_type::long_bytes, text));
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < text.size(); ++i)
            value |= static_cast<std::uint64_t>(text[i]) << (8 * i);
        bool const negative = !text.empty() && (text.back() & std::byte{0x80}) != std::byte{0};
        if (negative && text.size() < 8) value |= ~std::uint64_t{0} << (8 * text.size());
        push(integer(static_cast<std::int64_t>(value)));
    }
    std::uint64_t number_in(bytes::view text) {
        auto const value = decimal(bytes::text(text));
        if (value && *value >= 0) return static_cast<std::uint64_t>(*value);
        refuse(ids::bad_number);
        return 0;
    }

    // --- containers

    /// Moves the values from `from` on off the stack into slots of their own: where these begin.
    LADE_HOT std::uint32_t to_slots(std::size_t from) {
        std::size_t const slot = nodes_.slots_.size();
        keep(nodes_.slots_.append({stack_.data() + from, stack_.size() - from}));
        stack_.cut(from);
        return static_cast<std::uint32_t>(slot);
    }
    /// Moves the values from `from` on off the stack, behind the items of `to`.
    void move_items(node_id to, std::size_t from) {
        std::size_t const count = stack_.size() - from;
        if (failed() || count == 0) return;
        std::uint32_t const slot = to_slots(from);
        if (failed()) return;
        node& grows = nodes_.nodes_[to];
        if (grows.first != nothing) {
            item_run& last = nodes_.runs_[static_cast<std::size_t>(grows.number >> 32)];
            grows.number += count;
            if (last.slot + last.count == slot) {
                last.count += static_cast<std::uint32_t>(count);
                return;
            }
            last.next = static_cast<std::uint32_t>(nodes_.runs_.size());
        } else {
            grows.first = static_cast<std::uint32_t>(nodes_.runs_.size());
            grows.number = count;
        }
        grows.number = (grows.number & nothing) | std::uint64_t{nodes_.runs_.size()} << 32;
        keep(nodes_.runs_.push({slot, static_cast<std::uint32_t>(count), nothing}));
    }
    void push_items(node_type type, std::size_t from) {
        if (failed()) return;
        if (type == node_type::tuple || type == node_type::frozenset) {
            std::uint64_t const count = stack_.size() - from;
            std::uint32_t const slot = to_slots(from);
            return push(add({type, how::call, slot, count}));
        }
        node_id const made = add({type, how::call, nothing, 0});
        move_items(made, from);
        push(made);
    }
    void append(std::size_t from) {
        node_id const target = target_below(from);
        if (failed()) return;
        auto const type = nodes_[target].type;
        if (type == node_type::object)
            return move_items(part(target, &object_row::items, node_type::list), from);
        if (type != node_type::list && type != node_type::set)
            return refuse(ids::wrong_target, 0, static_cast<std::uint64_t>(type));
        move_items(target, from);
    }
    void set(std::size_t from) {
        if ((stack_.size() - from) % 2 != 0) return refuse(ids::odd_items);
        node_id const target = target_below(from);
        if (failed()) return;
        auto const type = nodes_[target].type;
        if (type == node_type::object)
            return move_items(part(target, &object_row::entries, node_type::dict), from);
        if (type != node_type::dict)
            return refuse(ids::wrong_target, 0, static_cast<std::uint64_t>(type));
        move_items(target, from);
    }
    /// The value under those from `from` on.
    node_id target_below(std::size_t from) {
        if (from > floor()) return stack_[from - 1];
        refuse(ids::stack_underflow);
        return none_;
    }

    // --- memo: keeps references, for what was memoised may still change

    LADE_HOT void put(std::uint64_t index) {
        node_id const one = top();
        if (failed()) return;
        if (auto const most = static_cast<std::uint64_t>(end_ - begin_); index > most)
            return refuse(ids::memo_index, most, index);  // every put is at least one byte
        auto const at = static_cast<std::size_t>(index);
        if (at == memo_.size()) {  // nearly always: the next one
            ++memo_count_;
            return keep(memo_.push(one));
        }
        if (at > memo_.size()) keep(memo_.resize(at + 1, nothing));
        if (failed()) return;
        node_id& place = memo_[at];
        if (place == nothing) ++memo_count_;
        place = one;
    }
    LADE_HOT void get(std::uint64_t index) {
        if (index >= memo_.size() || memo_[static_cast<std::size_t>(index)] == nothing)
            return refuse(ids::undefined_memo, memo_.size(), index);
        push(memo_[static_cast<std::size_t>(index)]);
    }

    // --- globals and objects

    node_id global(bytes::view module, bytes::view name) {
        if constexpr (knows_all)
            if (!bytes::is_utf8(bytes::text(module), bytes::surrogates::refused) ||
                !bytes::is_utf8(bytes::text(name), bytes::surrogates::refused))
                refuse(ids::bad_global);
        node_id const first = characters(node_type::text, module);
        node_id const second = characters(node_type::text, name);
        return add({node_type::global, how::call, first, second});
    }
    void stack_global() {
        node_id const name = pop();
        node_id const module = pop();
        if (failed()) return;
        if (!nodes_.at(name).text() || !nodes_.at(module).text()) return refuse(ids::bad_global);
        push(add({node_type::global, how::call, module, name}));
    }
    node_id object(how made, object_row const& parts) {
        node_id const one =
            add({node_type::object, made, static_cast<std::uint32_t>(nodes_.objects_.size()), 0});
        keep(nodes_.objects_.push(parts));
        return one;
    }
    void make(how made, std::size_t taken) {
        std::size_t const from = below(taken);
        if (failed()) return;
        object_row parts;
        parts.callable = stack_[from];
        parts.arguments = stack_[from + 1];
        if (taken == 3) parts.keywords = stack_[from + 2];
        if (nodes_[parts.arguments].type != node_type::tuple)
            return refuse(ids::wrong_target, static_cast<std::uint64_t>(node_type::tuple),
                          static_cast<std::uint64_t>(nodes_[parts.arguments].type));
        stack_.cut(from);
        push(object(made, parts));
    }
    void instance(std::size_t from, node_id type) {
        if (failed()) return;
        object_row parts;
        parts.callable = type;
        push_items(node_type::tuple, from);
        if (failed()) return;
        parts.arguments = stack_.pop();
        push(object(how::create, parts));
    }
    void build() {
        node_id const state = pop();
        node_id const target = top();
        if (failed()) return;
        auto const type = nodes_[target].type;
        if (type == node_type::global || type == node_type::persistent)
            return;  // attributes of a class: nothing that we have
        if (type != node_type::object)
            return refuse(ids::wrong_target, static_cast<std::uint64_t>(node_type::object),
                          static_cast<std::uint64_t>(type));
        nodes_.objects_[nodes_[target].first].state = state;
    }
    /// The list or dict of an object, made when it is first needed.
    node_id part(node_id of, node_id object_row::* which, node_type type) {
        std::size_t const row = nodes_[of].first;
        if (nodes_.objects_[row].*which == nothing) {
            node_id const made = add({type, how::call, nothing, 0});
            nodes_.objects_[row].*which = made;
        }
        return nodes_.objects_[row].*which;
    }
    node_id persistent(node_id id) { return add({node_type::persistent, how::call, id, 0}); }

    std::byte const* begin_;
    std::byte const* at_;
    std::byte const* end_;
    std::byte const* opcode_ = nullptr;  ///< the one that is being done
    std::uint64_t base_;
    document nodes_;
    arena_list<node_id> stack_;
    arena_list<std::uint32_t> marks_;
    arena_list<node_id> memo_;
    std::size_t memo_count_ = 0;
    node_id none_ = 0, true_ = 0, false_ = 0, empty_tuple_ = 0;
    node_id known_bytes_[256];  ///< numbers of one byte, which most sizes and strides are: one node
                                ///< each
    error failure_;
};

/// The machine that reads every pickle.
using machine = basic_machine<opcode_set::all>;

}  // namespace lade::inline LADE_ABI::pickle
