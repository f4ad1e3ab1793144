// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/torch/decoder.hpp>
#include <lade/torch/script_classes.hpp>

#include <algorithm>
#include <charconv>
#include <string>
#include <vector>

/// The names of the tensors in a pickle: those that `state_dict()` would give.
///
///     module                       parameters, persistent buffers, then submodules, by name
///     (torch/nn/modules/module.py) dict                         key, if it is text or a whole
///     number; else the position of the entry list, tuple                  position any other
///     object             positional arguments and appended items by position, entries by key,
///     attributes by name sets, deques, numbers ...    not entered
///
/// Parts of a name are joined by dots. A tensor that is reached by two ways has two names. Cycles
/// end where they close.
namespace lade::inline LADE_ABI::torch {

/// A tensor and its name.
struct named_tensor {
    std::string_view name;
    tensor_record tensor;
    lade::pickle::node_id node = lade::pickle::nothing;
};

class walker {
  public:
    /// All tensors below the root, depth first. Iterative; parts without tensors are entered once,
    /// so that shared parts do not multiply. Errors: those of the decoder, limit.exceeded.
    /// `classes`: of TorchScript, whose objects are told apart by the sources of their classes.
    static result<arena_list<named_tensor>> tensors_of(decoder& from, arena& memory,
                                                       limits const& bounds = {},
                                                       script_classes* classes = nullptr,
                                                       bool attributes = false) {
        walker one(from, memory, bounds);
        one.classes_ = classes;
        one.attributes_ = attributes;
        if (auto const done = one.walk(); !done) return done.error();
        return one.found_;
    }

  private:
    struct child {
        std::string_view key;     ///< if it has text
        std::int64_t number = 0;  ///< else
        bool has_text = false;
        lade::pickle::ref value;
        bool is_scalar = false;  ///< a number that stands for a tensor of no axes
    };
    struct frame {
        std::size_t first, next, end;  ///< in children_
        std::size_t prefix;            ///< characters of name_ that lead here
        lade::pickle::node_id node;
        bool has_tensor;
    };
    enum : std::uint8_t { unknown, on_path, empty };

    walker(decoder& from, arena& memory, limits const& bounds)
        : from_(&from), memory_(&memory), bounds_(bounds), found_(memory), state_(memory) {}

    result<void> walk() {
        if (!state_.resize(from_->nodes().size(), unknown)) return memory_->exhausted();
        if (!found_.reserve(from_->storages().size() + 16)) return memory_->exhausted();
        std::uint64_t const budget = 16 * std::uint64_t{from_->nodes().size()} + 4096;
        std::uint64_t visits = 0;
        lade::pickle::ref const root = from_->nodes().root();
        auto const first = visit(root, true);
        if (!first) return first.error();
        while (!frames_.empty()) {
            frame& top = frames_.back();
            if (top.next == top.end) {
                leave();
                continue;
            }
            if (++visits + passed_ > budget * 4 || found_.size() > budget)
                return fail(lade::ids::limit, error::nowhere, budget, visits);
            child const& one = children_[top.next++];
            name_.resize(top.prefix);
            append(one);
            auto const has = one.is_scalar ? list_scalar(one.value) : visit(one.value, false);
            if (!has) return has.error().in(name_);
            if (*has) frames_.back().has_tensor = true;
        }
        return {};
    }

    /// Lists a tensor, or enters what may hold some. True: a tensor was listed, or a cycle closed.
    result<bool> visit(lade::pickle::ref value, bool is_root) {
        if (!value.exists()) return false;

        auto const found = from_->tensor(value);
        if (!found) return found.error();
        switch (found->is) {
            case tensor_record::shape_of::left_out: return false;
            case tensor_record::shape_of::strided:
            case tensor_record::shape_of::absent:
                if (auto const done = list(*found, value, is_root ? "tensor" : ""); !done)
                    return done.error();
                return true;
            case tensor_record::shape_of::parts:
                for (auto const& part : found->parts) {
                    auto const inner = from_->tensor(part.of);
                    if (!inner) return inner.error();
                    if (inner->is != tensor_record::shape_of::strided) return fail(ids::bad_tensor);
                    std::size_t const size = name_.size();
                    if (is_root) name_ = "tensor";
                    name_ += part.suffix;
                    auto const done = list(*inner, part.of, "");
                    name_.resize(size);
                    if (!done) return done.error();
                }
                return true;
            case tensor_record::shape_of::nothing: break;
        }
        if (state_[value.id()] == on_path) return true;
        if (state_[value.id()] == empty) return false;
        std::size_t const first = children_.size();
        add_children(value);
        if (children_.size() == first) return false;
        if (frames_.size() >= bounds_.depth)
            return fail(lade::ids::limit, error::nowhere, bounds_.depth, frames_.size() + 1);
        state_[value.id()] = on_path;
        if (!is_root) name_ += '.';
        frames_.push_back({first, first, children_.size(), name_.size(), value.id(), false});
        return false;
    }

    result<bool> list_scalar(lade::pickle::ref value) {
        auto const made = from_->scalar(value);
        if (!made) return made.error();
        if (made->is == tensor_record::shape_of::nothing) return false;
        if (auto const done = list(*made, {}, ""); !done) return done.error();
        return true;
    }

    void leave() {
        frame const done = frames_.back();
        frames_.pop_back();
        children_.resize(done.first);
        state_[done.node] = done.has_tensor ? unknown : empty;
        if (done.has_tensor && !frames_.empty()) frames_.back().has_tensor = true;
    }

    result<void> list(tensor_record const& tensor, lade::pickle::ref value, std::string_view lone) {
        auto const name = memory_->copy(lone.empty() ? std::string_view(name_) : lone);
        if (name.data() == nullptr) return memory_->exhausted();
        if (!found_.push({name, tensor, value.exists() ? value.id() : lade::pickle::nothing}))
            return memory_->exhausted();
        return {};
    }

    void append(child const& one) {
        if (one.has_text) {
            name_ += one.key;
            return;
        }
        char digits[24];
        auto const end = std::to_chars(digits, digits + sizeof digits, one.number).ptr;
        name_.append(digits, end);
    }

    // --- children

    void add(std::int64_t position, lade::pickle::ref value) {
        children_.push_back({{}, position, false, value, false});
    }
    void add(std::string_view key, lade::pickle::ref value) {
        children_.push_back({key, 0, true, value, false});
    }
    void add_keyed(lade::pickle::ref key, std::int64_t position, lade::pickle::ref value) {
        if (auto const text = key.text()) add(*text, value);
        else if (key.is(lade::pickle::node_type::integer)) add(*key.integer(), value);
        else add(position, value);
    }

    void add_children(lade::pickle::ref of) {
        switch (of.type()) {
            case lade::pickle::node_type::dict: return add_entries(of);
            case lade::pickle::node_type::list:
            case lade::pickle::node_type::tuple: {
                std::int64_t position = 0;
                for (lade::pickle::ref const one : of) add(position++, one);
                return;
            }
            case lade::pickle::node_type::object: return add_object(of);
            default: return;
        }
    }

    void add_entries(lade::pickle::ref dict) {
        children_.reserve(children_.size() + dict.count() / 2);
        std::int64_t position = 0;
        for (auto at = dict.begin(); at != dict.end(); ++at, ++position) {
            lade::pickle::ref const key = *at;
            add_keyed(key, position, *++at);
        }
    }

    void add_object(lade::pickle::ref of) {
        form const what = from_->form_of_object(of);
        switch (what) {
            case form::unknown:
                if (classes_ != nullptr && of.callable().module().starts_with("__torch__"))
                    return add_script_object(of);
                break;
            case form::ordered_dict:
            case form::default_dict: return add_dictionary(of);
            case form::counter:
                if (of.arguments()[0].exists()) add_children(of.arguments()[0]);
                return add_dictionary(of);
            case form::plain_container:
                if (of.arguments()[0].is_sequence() ||
                    of.arguments()[0].is(lade::pickle::node_type::dict))
                    add_children(of.arguments()[0]);
                return;
            case form::reconstructor: break;
            case form::from_type:
                return add_children(of.arguments()[2]);  // what an unknown function would take
            default: return;
        }
        if (add_module(of)) return;
        std::int64_t position = 0;
        if (what == form::reconstructor) {
            if (of.arguments()[2].exists() && !of.arguments()[2].is_none())
                add(position++, of.arguments()[2]);
        } else {
            for (lade::pickle::ref const one : of.arguments()) add(position++, one);
        }
        for (lade::pickle::ref const one : of.items()) add(position++, one);
        add_entries(of.entries());
        add_attributes(of.state());
    }

    /// Python 2 gives an OrderedDict its items as a list of [key, value].
    void add_dictionary(lade::pickle::ref of) {
        std::int64_t position = 0;
        for (lade::pickle::ref const pair : of.arguments()[0])
            if (pair.is_sequence() && pair.count() == 2) add_keyed(pair[0], position++, pair[1]);
        add_entries(of.entries());
    }

    /// BUILD gives a dict of attributes, a pair of dicts (attributes, slots), or anything that the
    /// class understands.
    void add_attributes(lade::pickle::ref state) {
        if (!state.exists() || state.is_none()) return;
        if (is_attributes(state)) return add_entries(state);
        if (state.is(lade::pickle::node_type::tuple) && state.count() == 2 &&
            is_attributes_or_none(state[0]) && is_attributes_or_none(state[1])) {
            add_entries(state[0]);
            add_entries(state[1]);
            return;
        }
        add("state", state);
    }
    static bool is_attributes(lade::pickle::ref of) { return of.is(lade::pickle::node_type::dict); }
    static bool is_attributes_or_none(lade::pickle::ref of) {
        return of.is_none() || is_attributes(of);
    }

    /// An nn.Module is known by its three dictionaries.
    bool add_module(lade::pickle::ref of) {
        lade::pickle::ref state = of.state();
        if (state.is(lade::pickle::node_type::tuple) && state.count() == 2) state = state[0];
        if (!state.is(lade::pickle::node_type::dict)) return false;
        lade::pickle::ref const parameters = state["_parameters"], buffers = state["_buffers"],
                                modules = state["_modules"];
        if (!parameters.exists() || !buffers.exists() || !modules.exists()) return false;
        passed_ += state.count() + parameters.count() + buffers.count();
        std::size_t const first = children_.size();
        add_children(parameters);
        std::size_t const first_buffer = children_.size();
        add_children(buffers);
        lade::pickle::ref hidden = state["_non_persistent_buffers_set"];
        if (hidden.is(lade::pickle::node_type::object))
            hidden = hidden.arguments()[0];  // set([...]) of protocol 2
        std::vector<std::string_view> not_kept;
        for (lade::pickle::ref const name : hidden)
            if (auto const words = name.text()) not_kept.push_back(*words);
        std::sort(not_kept.begin(), not_kept.end());
        keep_children(first_buffer, [&](child const& one) {
            return !one.has_text || !std::binary_search(not_kept.begin(), not_kept.end(), one.key);
        });
        keep_children(first, [](child const& one) { return !one.value.is_none(); });
        if (of.callable().module().find("nn.quantized") != std::string_view::npos) {
            // these modules put two numbers into their state_dict (torch/ao/nn/quantized)
            for (std::string_view const name :
                 {std::string_view("scale"), std::string_view("zero_point")})
                if (state[name].exists()) children_.push_back({name, 0, true, state[name], true});
        }
        add_children(modules);
        return true;
    }
    /// A TorchScript module: parameters, buffers, then submodules, each in the order of its
    /// attributes. Objects that are no modules, and attributes that are neither, are in no
    /// state_dict.
    void add_script_object(lade::pickle::ref of) {
        lade::pickle::ref const state = of.state();
        if (!state.is(lade::pickle::node_type::dict)) return;
        passed_ += 2 * state.count();
        script_class const& type = classes_->of(of.callable().module(), of.callable().name());
        auto const add_if = [&](auto&& wanted) {
            for (auto at = state.begin(); at != state.end(); ++at) {
                auto const key = (*at).text();
                ++at;
                if (key && wanted(*key, *at)) add(*key, *at);
            }
        };
        auto const is_in = [](std::vector<std::string> const& names, std::string_view key) {
            return std::binary_search(names.begin(), names.end(), key);
        };
        auto const is_tensor = [&](lade::pickle::ref one) { return is_tensor_object(one); };
        add_if(
            [&](std::string_view key, lade::pickle::ref) { return is_in(type.parameters, key); });
        if (type.is_known && type.tells_buffers) {
            add_if(
                [&](std::string_view key, lade::pickle::ref) { return is_in(type.buffers, key); });
            if (attributes_)
                add_if([&](std::string_view key, lade::pickle::ref one) {
                    return is_tensor(one) && !is_in(type.parameters, key) &&
                           !is_in(type.buffers, key);
                });
        } else {  // nothing says which tensors are buffers: all are taken for some
            add_if([&](std::string_view key, lade::pickle::ref one) {
                return is_tensor(one) && !is_in(type.parameters, key);
            });
        }
        add_if([&](std::string_view, lade::pickle::ref one) {
            lade::pickle::ref const callable = one.callable();
            if (!callable.module().starts_with("__torch__")) return false;
            script_class const& inner = classes_->of(callable.module(), callable.name());
            return inner.is_module || !inner.is_known;
        });
    }
    bool is_tensor_object(lade::pickle::ref one) const {
        switch (from_->form_of_object(one)) {
            case form::tensor_v1:
            case form::tensor_v2:
            case form::tensor_v3:
            case form::qtensor:
            case form::sparse:
            case form::first_argument: return true;
            default: return false;
        }
    }

    template <class Keep>
    void keep_children(std::size_t first, Keep&& keep) {
        std::size_t kept = first;
        for (std::size_t i = first; i < children_.size(); ++i)
            if (keep(children_[i])) children_[kept++] = children_[i];
        children_.resize(kept);
    }

    decoder* from_;
    arena* memory_;
    limits bounds_;
    arena_list<named_tensor> found_;
    arena_list<std::uint8_t> state_;
    std::vector<child> children_;
    std::vector<frame> frames_;
    std::string name_;
    std::uint64_t passed_ = 0;  ///< items that were looked at and may never be visited
    script_classes* classes_ = nullptr;
    bool attributes_ = false;
};

}  // namespace lade::inline LADE_ABI::torch
