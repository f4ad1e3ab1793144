// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bind/file_names.hpp>
#include <lade/bind/leaf.hpp>
#include <lade/bind/walk.hpp>
#include <lade/bytes/checked.hpp>
#include <lade/format/cast.hpp>

namespace lade::inline LADE_ABI {

namespace ids {
inline constexpr error_id incomplete{
    "bind.incomplete", kind::mismatch,
    "the tensors of the file are not those of the struct (expected, found: tensors)",
    "{.tell = &report} tells all differences, {.strict = false} loads what fits"};
inline constexpr error_id duplicate_field{"bind.duplicate_name", kind::mismatch,
                                          "two fields of the struct have the same name"};
}  // namespace ids

namespace detail {

/// What a load was told.
struct bind_settings {
    name_settings names;
    bool strict = true;
    bool cast = false;
    bool flatten = false;
};

/// Which tensor of a file goes to which field, found before anything is written.
class bind_plan {
  public:
    static constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

    /// What happens to a tensor of the file.
    struct step {
        std::size_t to = nowhere;  ///< number of the field
        bool transposed = false;
        bool cast = false;
        std::vector<std::uint64_t> shape;  ///< of the field's memory, by rows
    };

    /// Errors: bind.duplicate_name.
    template <class T>
    static result<bind_plan> of(T const& object, tensor_table const& file,
                                bind_settings const& how) {
        bind_plan made;
        file_names const names(file, how.names);
        listing_visitor visitor{&names, &made.fields_};
        place_name at;
        walk<growth::pretended>(object, at, visitor);
        if (auto const done = made.index(); !done) return done.error();
        made.match(file, names, how);
        return made;
    }

    std::vector<step> const& steps() const { return steps_; }
    std::vector<wanted_tensor> const& fields() const { return fields_; }
    report& told() { return report_; }
    /// Tensors that go to a field.
    std::size_t matched() const { return report_.loaded.size(); }

    /// The number of the field of this name, or nowhere.
    std::size_t find(std::string_view name) const {
        auto const at = std::lower_bound(
            order_.begin(), order_.end(), name,
            [&](std::size_t i, std::string_view wanted) { return fields_[i].name < wanted; });
        return at == order_.end() || fields_[*at].name != name ? nowhere : *at;
    }

    /// The object grown to what the file has, each field open to be written.
    template <class T>
    std::vector<open_leaf> grow(T& object, tensor_table const& file,
                                bind_settings const& how) const {
        file_names const names(file, how.names);
        std::vector<open_leaf> leaves(fields_.size());
        opening_visitor visitor{&names, how.strict && how.names.only.empty(), this, &leaves};
        place_name at;
        walk<growth::real>(object, at, visitor);
        return leaves;
    }

    /// The first difference, as the error of a strict load.
    error incomplete() const {
        std::string first;
        if (!report_.missing.empty()) {
            first = "missing " + report_.missing[0];
            if (auto const guess = closest(report_.missing[0], report_.unexpected); !guess.empty())
                first += " (did you mean " + guess + "?)";
        } else if (!report_.mismatched.empty()) {
            auto const& one = report_.mismatched[0];
            first = one.name + ": wanted " + one.wanted + ", file " + one.found;
        } else if (!report_.unexpected.empty()) {
            first = "unexpected " + report_.unexpected[0];
        }
        return fail(ids::incomplete, error::nowhere, wanted_, report_.loaded.size()).in(first);
    }

  private:
    struct visitor_names {
        file_names const* names;
        bool resets_optionals = false;
        bool resets() const { return resets_optionals; }
        bool has(std::string_view name) const { return names->has(name); }
        std::size_t positions(std::string_view name) const { return names->positions(name); }
        std::vector<std::string_view> keys(std::string_view name, bool whole) const {
            return names->keys(name, whole);
        }
    };
    struct listing_visitor : visitor_names {
        std::vector<wanted_tensor>* to;
        listing_visitor(file_names const* of, std::vector<wanted_tensor>* list)
            : visitor_names{of, false}, to(list) {}
        template <bool Transposed, class T>
        void leaf(T const& of, std::string_view name) {
            to->push_back(wanted(of, name, Transposed));
        }
    };
    struct opening_visitor : visitor_names {
        bind_plan const* plan;
        std::vector<open_leaf>* to;
        opening_visitor(file_names const* of, bool resets, bind_plan const* by,
                        std::vector<open_leaf>* list)
            : visitor_names{of, resets}, plan(by), to(list) {}
        template <bool Transposed, class T>
        void leaf(T& of, std::string_view name) {
            if (auto const at = plan->find(name); at != nowhere) (*to)[at] = open(of);
        }
    };

    result<void> index() {
        order_.resize(fields_.size());
        for (std::size_t i = 0; i < order_.size(); ++i) order_[i] = i;
        std::sort(order_.begin(), order_.end(),
                  [&](std::size_t a, std::size_t b) { return fields_[a].name < fields_[b].name; });
        for (std::size_t i = 1; i < order_.size(); ++i)
            if (fields_[order_[i]].name == fields_[order_[i - 1]].name)
                return fail(ids::duplicate_field).in(fields_[order_[i]].name);
        return {};
    }

    void match(tensor_table const& file, file_names const& names, bind_settings const& how) {
        enum class state : std::uint8_t { open, loaded, mismatched };
        std::vector<state> states(fields_.size(), state::open);
        steps_.resize(file.size());
        // names that were asked for go first: they win over a tensor that has the name by itself
        for (bool const renamed : {true, false})
            for (std::size_t i = 0; i < file.size(); ++i) {
                auto const& entry = names.entries()[i];
                if (!entry.is_in || entry.is_renamed != renamed) continue;
                std::size_t const at = find(entry.name);
                if (at == nowhere || states[at] != state::open || is_spoken_for(entry, how)) {
                    report_.unexpected.emplace_back(file[i].name);
                    continue;
                }
                bool const fits = plan_step(steps_[i], file[i], fields_[at], entry, how);
                states[at] = fits ? state::loaded : state::mismatched;
                if (fits) steps_[i].to = at;
            }
        for (std::size_t i = 0; i < file.size(); ++i)
            if (steps_[i].to != nowhere) report_.loaded.push_back(fields_[steps_[i].to].name);
        for (std::size_t i = 0; i < fields_.size(); ++i) {
            bool const wanted = states[i] != state::open || names.wants(fields_[i].name);
            wanted_ += wanted;
            if (wanted && states[i] == state::open) report_.missing.push_back(fields_[i].name);
        }
    }

    /// Whether another tensor was said to go where this one would go by its own name.
    static bool is_spoken_for(file_names::entry const& one, bind_settings const& how) {
        if (one.is_renamed) return false;
        for (auto const& pair : how.names.pairs)
            if (pair.to == one.name) return true;
        return false;
    }

    bool plan_step(step& made, tensor_info const& info, wanted_tensor const& field,
                   file_names::entry const& entry, bind_settings const& how) {
        made.transposed = field.transposed != entry.transposed;
        made.cast = info.type != field.type;
        made.shape = made.transposed
                         ? reversed(info.shape)
                         : std::vector<std::uint64_t>(info.shape.begin(), info.shape.end());
        auto const count = bytes::product(info.shape);
        bool const is_flattened = how.flatten && field.is_flat && made.shape.size() != 1;
        if (is_flattened && count) made.shape = {*count};
        bool fits = !info.absent && count.has_value() && field.takes(made.shape);
        if (made.cast) fits = fits && how.cast && is_castable(info.type) && is_castable(field.type);
        fits = fits && bytes_of(info.type, *count) == info.nbytes;
        if (field.is_view) fits = fits && !made.cast && !made.transposed;
        if (!fits) {
            wanted_tensor in_file = field;
            in_file.transposed = made.transposed;
            report_.mismatched.push_back(
                {field.name, in_file.text(),
                 type_text(info.type, info.shape) + (info.absent ? " without bytes" : "")});
            return false;
        }
        std::string const name = field.name + ": ";
        if (entry.is_renamed) report_.changed.push_back(name + "from " + std::string(info.name));
        if (made.cast)
            report_.changed.push_back(name + std::string(name_of(info.type)) + " to " +
                                      std::string(name_of(field.type)));
        if (made.transposed && info.shape.size() > 1)
            report_.changed.push_back(name + "transposed");
        if (is_flattened) report_.changed.push_back(name + "flattened");
        return true;
    }

    std::vector<wanted_tensor> fields_;
    std::vector<std::size_t> order_;  ///< of fields, by name
    std::vector<step> steps_;         ///< of the file's tensors
    report report_;
    std::size_t wanted_ = 0;  ///< fields that were to be loaded
};

}  // namespace detail

}  // namespace lade::inline LADE_ABI
