// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/utf8.hpp>
#include <lade/container/pickle/writer.hpp>
#include <lade/model/value.hpp>

#include <string>
#include <vector>

namespace lade::inline LADE_ABI::torch {

/// Pickles values as CPython's pickler at protocol 2 does: the same order, batches and memo
/// (Modules/_pickle.c: save, save_reduce, batch_list, batch_dict). Iterative; shared values are
/// written once, cycles are closed through the memo.
class pickler {
  public:
    /// How storages are named: ('storage', class, key, location, elements), in stacked pickles with
    /// a None behind.
    enum class container : bool { zip, legacy };

    /// `keys`: for each storage the text value that is its key.
    pickler(values const& of, std::span<values::id const> keys, container in)
        : of_(&of), keys_(keys), container_(in), memo_(of.size(), nowhere) {}

    /// The pickle of one value. Call it once.
    std::vector<std::byte> pickle(values::id root) {
        tasks_.push_back({task::save, root, 0});
        while (!tasks_.empty()) {
            task const next = tasks_.back();
            tasks_.pop_back();
            run(next);
        }
        out_.put(lade::pickle::op::stop);
        auto const done = out_.bytes();
        return {done.begin(), done.end()};
    }

    /// Storages in the order in which the pickle named them first.
    std::vector<std::uint64_t> const& encountered() const { return encountered_; }

  private:
    static constexpr std::uint32_t nowhere = ~std::uint32_t{0};

    struct task {
        enum kind : std::uint8_t {
            save,
            code,
            memoize,
            end_tuple,
            list_items,
            dict_items,
            dict_entries
        };
        kind what;
        std::uint64_t value;     ///< id of a value, or an opcode
        std::uint64_t position;  ///< of the next item
    };

    void run(task const& one) {
        auto const id = static_cast<values::id>(one.value);
        switch (one.what) {
            case task::save: return save(of_->at(id));
            case task::code: return out_.put(static_cast<lade::pickle::op>(one.value));
            case task::memoize: return memoize(id);
            case task::end_tuple: return end_tuple(of_->at(id));
            case task::list_items: return list_items(of_->at(id), one.position);
            case task::dict_items: return dict_items(of_->at(id), one.position, true);
            case task::dict_entries: return dict_items(of_->at(id), one.position, false);
        }
    }

    void memoize(values::id id) {
        memo_[id] = next_memo_;
        out_.memo_put(next_memo_++);
    }
    void code_later(lade::pickle::op code) {
        tasks_.push_back({task::code, static_cast<std::uint64_t>(code), 0});
    }
    void later(task::kind what, value of) {
        if (of.exists()) tasks_.push_back({what, of.id(), 0});
    }

    void save(value of) {
        if (memo_[of.id()] != nowhere) return out_.memo_get(memo_[of.id()]);
        switch (of.type()) {
            case value_type::none: return out_.none();
            case value_type::boolean: return out_.boolean(*of.get<bool>());
            case value_type::integer: return out_.integer(*of.get<std::int64_t>());
            case value_type::big_integer:
                return out_.big_integer(bytes::of(*of.get<std::string_view>()));
            case value_type::real: return out_.real(*of.get<double>());
            case value_type::text: out_.text(*of.get<std::string_view>()); return memoize(of.id());
            case value_type::bytes: return save_bytes(of);
            case value_type::list:
                out_.put(lade::pickle::op::empty_list);
                memoize(of.id());
                return later(task::list_items, of);
            case value_type::dict:
                out_.put(lade::pickle::op::empty_dict);
                memoize(of.id());
                return later(task::dict_items, of);
            case value_type::tuple: return save_tuple(of);
            case value_type::set: return save_set(of);
            case value_type::global: out_.global(of.module(), of.name()); return memoize(of.id());
            case value_type::object: return save_object(of);
            case value_type::storage: return save_storage(of);
            case value_type::tensor: return out_.none();  // replaced before (torch/lowering.hpp)
        }
    }

    void save_tuple(value of) {
        std::size_t const count = of.size();
        if (count == 0) return out_.put(lade::pickle::op::empty_tuple);
        later(task::end_tuple, of);
        for (std::size_t i = count; i-- > 0;) later(task::save, of[i]);
        if (count > 3) out_.put(lade::pickle::op::mark);
    }
    void end_tuple(value of) {
        std::size_t const count = of.size();
        if (memo_[of.id()] != nowhere) {  // it was met within itself, and is complete
            if (count > 3) out_.put(lade::pickle::op::pop_mark);
            else
                for (std::size_t i = 0; i < count; ++i) out_.put(lade::pickle::op::pop);
            return out_.memo_get(memo_[of.id()]);
        }
        constexpr lade::pickle::op codes[]{lade::pickle::op::tuple1, lade::pickle::op::tuple2,
                                           lade::pickle::op::tuple3};
        out_.put(count > 3 ? lade::pickle::op::tuple : codes[count - 1]);
        memoize(of.id());
    }

    /// CPython writes batches of 1000; a single item has an opcode of its own.
    void list_items(value of, std::uint64_t position) {
        std::size_t const left = of.size() - static_cast<std::size_t>(position);
        if (left == 0) return;
        if (of.size() == 1) {
            code_later(lade::pickle::op::append);
            return later(task::save, of[0U]);
        }
        std::size_t const count =
            left < lade::pickle::writer::batch ? left : lade::pickle::writer::batch;
        tasks_.push_back({task::list_items, of.id(), position + count});
        code_later(lade::pickle::op::appends);
        for (std::size_t i = count; i-- > 0;)
            later(task::save, of[static_cast<std::size_t>(position) + i]);
        out_.put(lade::pickle::op::mark);
    }
    /// Of a dict itself (`exact`) a full last batch is followed by an empty one; of an object's
    /// entries it is not, and a single one that is left stands alone: batch_dict_exact and
    /// batch_dict differ.
    void dict_items(value of, std::uint64_t position, bool exact) {
        std::size_t const left = of.size() - static_cast<std::size_t>(position);
        bool const follows_full =
            exact && position != 0 && position % lade::pickle::writer::batch == 0;
        if (left == 0 && !follows_full) return;
        bool const alone = exact ? of.size() == 1 : left == 1;
        std::size_t const count =
            left < lade::pickle::writer::batch ? left : lade::pickle::writer::batch;
        if (!alone && count == lade::pickle::writer::batch)
            tasks_.push_back(
                {exact ? task::dict_items : task::dict_entries, of.id(), position + count});
        code_later(alone ? lade::pickle::op::setitem : lade::pickle::op::setitems);
        for (std::size_t i = count; i-- > 0;) {
            later(task::save, of[static_cast<std::size_t>(position) + i]);
            later(task::save, of.key(static_cast<std::size_t>(position) + i));
        }
        if (!alone) out_.put(lade::pickle::op::mark);
    }

    void save_object(value of) {
        if (of.made() == making::persistent) {
            code_later(lade::pickle::op::binpersid);
            return later(task::save, of.arguments());
        }
        if (of.state().exists()) {
            code_later(lade::pickle::op::build);
            later(task::save, of.state());
        }
        later(task::dict_entries, of.entries());
        later(task::list_items, of.items());
        later(task::memoize, of);
        if (of.made() == making::create_with_keywords) {  // protocol 2 has no opcode for it
            out_.global("copyreg", "__newobj_ex__");
            code_later(lade::pickle::op::reduce);
            code_later(lade::pickle::op::tuple3);
            later(task::save, of.keywords());
            later(task::save, of.arguments());
            return later(task::save, of.callable());
        }
        code_later(of.made() == making::create ? lade::pickle::op::newobj
                                               : lade::pickle::op::reduce);
        later(task::save, of.arguments());
        later(task::save, of.callable());
    }

    /// Protocol 2 has no sets: set([...]).
    void save_set(value of) {
        out_.global("__builtin__", "set");
        out_.put(lade::pickle::op::empty_list);
        later(task::memoize, of);
        code_later(lade::pickle::op::reduce);
        code_later(lade::pickle::op::tuple1);
        later(task::list_items, of);
    }

    /// Protocol 2 has no bytes: _codecs.encode(text, 'latin1').
    void save_bytes(value of) {
        std::string_view const data = *of.get<std::string_view>();
        if (data.empty()) {
            out_.global("__builtin__", "bytes");
            out_.put(lade::pickle::op::empty_tuple);
            out_.put(lade::pickle::op::reduce);
            return memoize(of.id());
        }
        std::string text;
        for (char c : data) {
            char units[4];
            text.append(units, bytes::put_utf8(static_cast<unsigned char>(c), units));
        }
        out_.global("_codecs", "encode");
        out_.text(text);
        out_.text("latin1");
        out_.put(lade::pickle::op::tuple2);
        out_.put(lade::pickle::op::reduce);
        memoize(of.id());
    }

    void save_storage(value of) {
        auto const& parts = of.storage();
        if (parts.number >= named_.size())
            named_.resize(static_cast<std::size_t>(parts.number) + 1);
        if (!named_[static_cast<std::size_t>(parts.number)]) encountered_.push_back(parts.number);
        named_[static_cast<std::size_t>(parts.number)] = true;
        out_.put(lade::pickle::op::mark);
        save(of_->at(parts.word));
        save(of_->at(parts.type));
        save(of_->at(keys_[static_cast<std::size_t>(parts.number)]));
        save(of_->at(parts.location));
        out_.integer(static_cast<std::int64_t>(parts.elements));
        if (container_ == container::legacy) out_.none();
        out_.put(lade::pickle::op::tuple);
        out_.memo_put(next_memo_++);
        out_.put(lade::pickle::op::binpersid);
    }

    values const* of_;
    std::span<values::id const> keys_;
    container container_;
    std::vector<std::uint32_t> memo_;
    std::uint32_t next_memo_ = 0;
    lade::pickle::writer out_;
    std::vector<task> tasks_;
    std::vector<bool> named_;
    std::vector<std::uint64_t> encountered_;
};

}  // namespace lade::inline LADE_ABI::torch
