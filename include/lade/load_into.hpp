// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/fixed_string.hpp>
#include <lade/bind/walk.hpp>
#include <lade/format/cast.hpp>
#include <lade/load.hpp>
#include <lade/model/report.hpp>
#include <lade/save.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace lade::inline LADE_ABI {

namespace ids {
inline constexpr error_id incomplete{
    "bind.incomplete", kind::mismatch,
    "the file and the struct do not have the same tensors (expected: fields; found: fields that fit)",
    "pass {.strict = false} and look at the report"};
}  // namespace ids

/// How tensors of a file find the fields of a struct. Everything is off unless asked for; what was
/// done is in the report.
struct into_options {
    /// Every field must be in the file with its type and shape, and every tensor of the file must
    /// have a field; else nothing is loaded and the error is bind.incomplete.
    bool strict = true;
    /// A glob: tensors that do not match are not looked at.
    std::string_view only{};
    /// Names of the struct stand below this one in the file: `torch.save({'model': state_dict})`
    /// has "model".
    std::string_view root{};
    /// Taken off the front of the file's names where it stands: "module.".
    std::string_view prefix{};
    /// Convert numbers to the field's type, checked for range.
    bool cast = false;
};

/// A tensor of the file and the field that it is for, checked when compiling:
/// `lade::as<"encoder/kernel", "fc1.weight">`.
template <fixed_string From, fixed_string To>
struct renaming {
    static constexpr std::string_view from = From.view();
    static constexpr std::string_view to = To.view();
};
template <fixed_string From, fixed_string To>
inline constexpr renaming<From, To> as{};

/// A renaming onto a field that the struct does not have.
template <class Struct, fixed_string Field, bool Exists>
struct renaming_finds_field {
    static_assert(Exists, "the struct has no field of this name");
    static constexpr bool value = Exists;
};

namespace detail {

/// Which tensor of a file goes into which leaf of a struct.
class plan {
  public:
    struct pair {
        std::string_view from, to;
    };

    plan(std::vector<leaf_place> leaves, into_options const& options, std::vector<pair> renames)
        : leaves_(std::move(leaves)),
          options_(options),
          renames_(std::move(renames)),
          taken_(leaves_.size()) {
        for (std::size_t i = 0; i < leaves_.size(); ++i) order_.push_back(i);
        std::sort(order_.begin(), order_.end(),
                  [&](std::size_t a, std::size_t b) { return leaves_[a].name < leaves_[b].name; });
    }

    /// The leaf that a tensor of the file is for; null if nobody wants it, with `looked_at` whether
    /// it counts as unexpected.
    leaf_place const* leaf_for(std::string_view name, bool& looked_at) const {
        looked_at = options_.only.empty() || glob_match(options_.only, name);
        if (!looked_at) return nullptr;
        for (auto const& one : renames_)
            if (one.from == name) return find(one.to);
        if (!options_.root.empty()) {
            looked_at = name.size() > options_.root.size() && name.starts_with(options_.root) &&
                        name[options_.root.size()] == '.';
            if (!looked_at) return nullptr;
            name.remove_prefix(options_.root.size() + 1);
        }
        if (!options_.prefix.empty() && name.starts_with(options_.prefix))
            name.remove_prefix(options_.prefix.size());
        return find(name);
    }

    /// Holds the listing of a file against the struct.
    report compare(listing const& file) {
        report found;
        for (tensor_info const& one : file.tensors) {
            bool looked_at = true;
            leaf_place const* const leaf = leaf_for(one.name, looked_at);
            if (leaf == nullptr) {
                if (looked_at) found.unexpected.emplace_back(one.name);
                continue;
            }
            bool const same_type =
                leaf->type == one.type || (options_.cast && is_castable(one.type));
            if (one.absent || !same_type || !leaf->fits(leaf->object, one.shape)) {
                auto const shape = leaf->shape(leaf->object);
                found.mismatched.push_back(
                    {leaf->name, type_text(leaf->type, shape), type_text(one.type, one.shape)});
            } else {
                found.loaded.push_back(leaf->name);
                if (leaf->type != one.type)
                    found.changed.push_back(leaf->name + ": " + std::string(name_of(one.type)) +
                                            " to " + std::string(name_of(leaf->type)));
            }
            taken_[static_cast<std::size_t>(leaf - leaves_.data())] = true;
        }
        for (std::size_t i = 0; i < leaves_.size(); ++i)
            if (!taken_[i] && !leaves_[i].optional) found.missing.push_back(leaves_[i].name);
        return found;
    }

    std::size_t size() const { return leaves_.size(); }
    into_options const& options() const { return options_; }

  private:
    leaf_place const* find(std::string_view name) const {
        auto const at = std::lower_bound(
            order_.begin(), order_.end(), name,
            [&](std::size_t i, std::string_view wanted) { return leaves_[i].name < wanted; });
        return at != order_.end() && leaves_[*at].name == name ? &leaves_[*at] : nullptr;
    }

    std::vector<leaf_place> leaves_;
    into_options options_;
    std::vector<pair> renames_;
    std::vector<bool> taken_;
    std::vector<std::size_t> order_;
};

/// Reads the tensors that fit straight into their fields.
class filler final : public any_sink {
  public:
    filler(plan const& by, report const& checked)
        : by_(&by), fits_(checked.loaded.begin(), checked.loaded.end()) {
        std::sort(fits_.begin(), fits_.end());
    }

    result<flow> take(tensor_info const& info, any_payload& bytes) override {
        bool looked_at = true;
        leaf_place const* const leaf = by_->leaf_for(info.name, looked_at);
        if (leaf == nullptr ||
            !std::binary_search(fits_.begin(), fits_.end(), std::string_view(leaf->name)))
            return flow::more;
        auto const to = leaf->prepare(leaf->object, info.shape);
        if (auto const done = fill(*leaf, info, bytes, to); !done)
            return done.error().in(info.name);
        return flow::more;
    }

  private:
    static result<void> fill(leaf_place const& leaf, tensor_info const& info, any_payload& bytes,
                             std::span<std::byte> to) {
        std::uint64_t const wanted = leaf.type == info.type
                                         ? bytes.size()
                                         : bytes.size() / size_of(info.type) * size_of(leaf.type);
        if (wanted != to.size())
            return fail(ids::bad_tensor_size, error::nowhere, wanted, to.size());
        if (leaf.type != info.type) {
            cast_payload converted(bytes, info.type, leaf.type);
            if (auto const done = converted.read(0, to); !done) return done;
        } else if (auto const done = bytes.read(0, to); !done) {
            return done;
        }
        if (leaf.type == dtype::boolean)  // any other value in a C++ bool is undefined behaviour
            for (std::size_t i = 0; i < to.size(); ++i)
                if (to[i] > std::byte{1})
                    return fail(ids::not_bool, i, 1, static_cast<std::uint64_t>(to[i]));
        if constexpr (bytes::native_order != bytes::order::little)
            bytes::swap_elements(to, word_of(leaf.type));
        return {};
    }

    plan const* by_;
    std::vector<std::string_view> fits_;
};

template <class Choice, class Struct, where Where, class... Renamings>
result<report> load_into(Struct& to, Where const& at, into_options const& options, Renamings...) {
    auto const file = open_at(at);
    if (!file) return file.error();
    auto const listed = try_inspect<Choice>(**file);
    if (!listed) return listed.error();
    std::vector<leaf_place> leaves;
    for_each_leaf(to, "", true, false, [&](leaf_place const& one) { leaves.push_back(one); });
    plan by(std::move(leaves), options, {{Renamings::from, Renamings::to}...});
    report found = by.compare(*listed);
    if (options.strict && !found.complete()) {
        std::string_view const first =
            !found.missing.empty()      ? std::string_view(found.missing.front())
            : !found.mismatched.empty() ? std::string_view(found.mismatched.front().name)
                                        : std::string_view(found.unexpected.front());
        return fail(ids::incomplete, error::nowhere, by.size(), found.loaded.size())
            .in(first)
            .in((*file)->name());
    }
    filler sink(by, found);
    auto const done = with_format_of<flow, typename as_list<Choice>::type>(
        **file, [&]<class Format>() { return read<Format>(**file, sink, options_of<Format>{}); });
    if (!done) return done.error().in((*file)->name());
    return found;
}

}  // namespace detail

/// Loads the tensors of a file into the fields of a struct (bind/fields.hpp says what can be one),
/// straight into their memory. Strict by default, like load_state_dict: unless all fits, nothing is
/// loaded. `lade::as<"from", "to">` renames, checked when compiling. Errors: bind.incomplete
/// (place: the first name that does not fit), tensor.not_bool, cast.out_of_range, those of the
/// format and of the operating system.
template <format_choice Choice = all_formats, bindable Struct, where Where, fixed_string... From,
          fixed_string... To>
result<report> try_load_into(Struct& to, Where const& at, into_options const& options = {},
                             renaming<From, To>... renames) {
    static_assert(
        (renaming_finds_field<Struct, To, detail::has_leaf<Struct>(To.view())>::value && ...));
    return detail::load_into<Choice>(to, at, options, renames...);
}
#if LADE_EXCEPTIONS
/// `try_load_into`, its errors thrown.
template <format_choice Choice = all_formats, bindable Struct, where Where, fixed_string... From,
          fixed_string... To>
report load_into(Struct& to, Where const& at, into_options const& options = {},
                 renaming<From, To>... renames) {
    return value_or_throw(try_load_into<Choice>(to, at, options, renames...));
}
#endif

/// Hands the leaves of a struct to a sink, so that a struct is saved like a model. Errors: those of
/// the sink.
template <composite Struct>
result<flow> give(Struct const& from, any_sink& to) {
    to.holds(content::weights);
    result<flow> answer = flow::more;
    for_each_leaf(from, "", false, false, [&](leaf_place const& one) {
        if (!answer || *answer == flow::enough) return;
        auto const shape = one.shape(one.object);
        tensor_info info;
        info.name = one.name;
        info.type = one.type;
        info.shape = shape;
        bytes::view const bytes = one.bytes(one.object);
        info.nbytes = bytes.size();
        detail::memory_payload payload(bytes);
        answer = to.take(info, payload);
    });
    return answer;
}

/// What a bound struct holds.
template <composite Struct>
inline constexpr contents holds_of<Struct> = content::weights;
template <composite Struct>
inline constexpr dtype_set dtypes_of<Struct> = [] {
    dtype_set all;
    all.bits = detail::leaf_dtypes<Struct>();
    return all;
}();

}  // namespace lade::inline LADE_ABI
