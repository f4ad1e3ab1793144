// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/result.hpp>
#include <lade/format/save_errors.hpp>
#include <lade/format/traits.hpp>
#include <lade/model/listing.hpp>
#include <lade/torch/dtypes.hpp>
#include <lade/torch/pickler.hpp>

#include <string>
#include <utility>
#include <vector>

/// What stands between a model and its pickle: every tensor becomes the call that PyTorch writes
/// for it, every storage gets a key.
namespace lade::inline LADE_ABI::torch {

namespace ids {
inline constexpr error_id cannot_compact{
    "torch.cannot_compact", kind::mismatch,
    "an object refers to a storage itself, which a compact save does not keep",
    "save with the storages as they are, or save the tensors without the objects"};
inline constexpr error_id bad_name{"torch.bad_name", kind::mismatch,
                                   "the name of a tensor is not UTF-8, which texts of pickles are",
                                   "rename the tensor"};
inline constexpr error_id unknown_storage{
    "torch.unknown_storage", kind::mismatch,
    "a value refers to a storage that the model does not have (expected: storages)"};
}  // namespace ids

/// Types that torch.save has a name for.
inline constexpr dtype_set storable_dtypes = [] {
    dtype_set all;
    for (auto const& row : dtype_table)
        all.bits |= std::uint64_t{1} << static_cast<unsigned>(row.type);
    return all;
}();

/// How PyTorch files are written.
struct save_options {
    /// Name of the entry that holds the state dict: `torch.save({root: state_dict})`. Empty: the
    /// state dict itself. Only for models without objects of their own.
    std::string_view root{};
    /// Write each tensor dense, without the parts of its storage that it does not reach. Tensors
    /// that share elements then share them only if they are the same tensor.
    bool compact = false;
    /// The records that make an archive one of the newest PyTorch: `.format_version`,
    /// `.storage_alignment`, `serialization_id`. Without them older programs, and programs that
    /// rely on less, read it all the same.
    bool newest_records = true;
};

class lowering {
  public:
    /// `of`: what is to be saved. Errors: save.dtype, torch.cannot_compact,
    /// torch.bad_name, torch.unknown_storage.
    static result<lowering> lower(listing const& of, save_options const& options,
                                  pickler::container in) {
        lowering made(of, options, in);
        if (auto const done = made.build(); !done) return done.error();
        if (auto const done = made.make_keys(); !done) return done.error();
        return made;
    }

    /// Whether the bytes of tensor `number` are among the storages.
    bool has_bytes_of(std::size_t number) const { return made_[number] != values::nothing; }
    values const& tree() const { return tree_; }
    values::id root() const { return root_; }
    /// Bytes of each storage, by number.
    std::vector<std::uint64_t> const& sizes() const { return sizes_; }
    /// Elements of a storage, as its persistent id counts them.
    std::uint64_t elements(std::size_t number) const { return elements_[number]; }
    std::span<values::id const> keys() const { return keys_; }
    std::string key(std::size_t number) const {
        return std::string(*tree_.at(keys_[number]).get<std::string_view>());
    }

  private:
    lowering(listing const& of, save_options const& options, pickler::container in)
        : listing_(&of), options_(options), container_(in), tree_(of.objects) {}

    result<void> build() {
        if (!options_.compact) sizes_ = listing_->storages;
        made_.assign(listing_->tensors.size(), values::nothing);
        if (tree_.empty() || is_script()) return build_state_dict();
        if (container_ == pickler::container::zip) replace_module_ids();
        root_ = tree_.root().id();
        // values of tensors are replaced in place, so that what refers to them refers to the call;
        // the calls are made in the order of the listing, which is the order in which the bytes
        // come
        std::size_t const before = tree_.size();
        first_made_ = static_cast<values::id>(before);
        std::vector<bool> wanted(listing_->tensors.size());
        for (values::id id = 0; id < before; ++id)
            if (auto const number = replaced(id)) wanted[*number] = true;
        for (std::size_t i = 0; i < wanted.size(); ++i)
            if (wanted[i])
                if (auto const call = tensor(i); !call) return call.error();
        for (values::id id = 0; id < before; ++id)
            if (auto const number = replaced(id)) tree_.replace(id, made_[*number]);
        if (!options_.compact) return {};
        return refuse_old_storages(before);
    }

    /// Classes of TorchScript live in the sources of its archive, which no pickle has: of these
    /// only the state dict is saved.
    bool is_script() const { return tree_.root().callable().module().starts_with("__torch__"); }

    /// Stacked pickles give the source of a class with it, ('module', class, file, source); in an
    /// archive torch knows persistent ids of storages alone, and writes the class.
    void replace_module_ids() {
        for (values::id id = 0, end = static_cast<values::id>(tree_.size()); id < end; ++id) {
            value const one = tree_.at(id);
            if (one.type() != value_type::object || one.made() != making::persistent) continue;
            value const told = one.arguments();
            if (told[0].get<std::string_view>() == "module" && told[1].type() == value_type::global)
                tree_.replace(id, told[1].id());
        }
    }

    /// The number of the tensor whose call replaces a value. None: the value stands as it was read.
    std::optional<std::size_t> replaced(values::id id) const {
        value const one = tree_.at(id);
        auto const number = one.tensor();
        if (!number || *number >= listing_->tensors.size()) return std::nullopt;
        tensor_info const& info = listing_->tensors[static_cast<std::size_t>(*number)];
        bool const has_storage = info.in != nullptr && !options_.compact;
        if ((one.type() == value_type::object && has_storage) || info.absent) return std::nullopt;
        return static_cast<std::size_t>(*number);
    }

    /// A plain dict: what every version and libtorch's pickle_load read.
    result<void> build_state_dict() {
        values::id const dict = tree_.dict();
        for (std::size_t i = 0; i < listing_->tensors.size(); ++i) {
            if (listing_->tensors[i].absent) continue;
            if (!bytes::is_utf8(listing_->tensors[i].name, bytes::surrogates::allowed))
                return fail(ids::bad_name).in(listing_->tensors[i].name);
            auto const call = tensor(i);
            if (!call) return call.error();
            tree_.add_entry(dict, tree_.text(listing_->tensors[i].name), *call);
        }
        root_ = dict;
        if (!options_.root.empty()) {
            root_ = tree_.dict();
            tree_.add_entry(root_, tree_.text(options_.root), dict);
        }
        return {};
    }

    /// The call that rebuilds tensor `number` (torch/_tensor.py, _reduce_ex_internal).
    result<values::id> tensor(std::size_t number) {
        if (made_[number] != values::nothing) return made_[number];
        tensor_info const& info = listing_->tensors[number];
        dtype_names const* const names = names_of(info.type);
        bool const is_quantized = row_of(info.type).is == dtype_class::quantized;
        if (names == nullptr ||
            is_quantized)  // the scale of a quantized tensor is not in the listing
            return fail(lade::ids::dtype_not_storable, error::nowhere, 0,
                        static_cast<std::uint64_t>(info.type))
                .in(info.name);
        bool const typed = names->has_storage;
        if (!typed && container_ == pickler::container::legacy) return not_in_legacy(info.name);
        bool const shared = info.in != nullptr && !options_.compact;

        values::storage_parts in;
        in.number = shared ? info.in->storage : sizes_.size();
        std::uint64_t const size = shared ? info.in->storage_bytes : info.nbytes;
        if (!shared) sizes_.push_back(size);
        in.elements = typed ? size / size_of(info.type) : size;
        in.word = storage_word();
        in.type =
            typed ? global("torch", names->storage) : global("torch.storage", "UntypedStorage");
        in.location = cpu();

        values::id const arguments = tree_.tuple();
        tree_.append(arguments, tree_.storage(in));
        tree_.append(arguments,
                     tree_.integer(shared ? static_cast<std::int64_t>(info.in->offset) : 0));
        tree_.append(arguments, sizes_tuple(info.shape));
        tree_.append(arguments,
                     shared ? strides_tuple(info.in->strides) : dense_strides_tuple(info.shape));
        tree_.append(arguments, no());
        tree_.append(arguments, no_hooks());
        if (!typed) tree_.append(arguments, global("torch", names->scalar));

        values::object_parts call;
        call.callable = global("torch._utils", typed ? "_rebuild_tensor_v2" : "_rebuild_tensor_v3");
        call.arguments = arguments;
        return made_[number] = tree_.object(call);
    }

    values::id sizes_tuple(std::span<std::uint64_t const> shape) {
        values::id const made = tree_.tuple();
        for (std::uint64_t one : shape)
            tree_.append(made, tree_.integer(static_cast<std::int64_t>(one)));
        return made;
    }
    values::id strides_tuple(std::span<std::int64_t const> strides) {
        values::id const made = tree_.tuple();
        for (std::int64_t one : strides) tree_.append(made, tree_.integer(one));
        return made;
    }
    values::id dense_strides_tuple(std::span<std::uint64_t const> shape) {
        std::vector<std::int64_t> strides(shape.size());
        std::uint64_t step = 1;  // of no elements it may wrap, and nobody steps
        for (std::size_t i = shape.size(); i-- > 0;) {
            strides[i] = static_cast<std::int64_t>(step & (~std::uint64_t{0} >> 1));
            step *= shape[i] < 1 ? 1 : shape[i];
        }
        return strides_tuple(strides);
    }
    values::id no_hooks() {
        values::object_parts call;
        call.callable = global("collections", "OrderedDict");
        call.arguments = tree_.tuple();
        return tree_.object(call);
    }

    // words that PyTorch's pickles share

    values::id global(std::string_view module, std::string_view name) {
        for (values::id const known : globals_)
            if (tree_.at(known).module() == module && tree_.at(known).name() == name) return known;
        return globals_.emplace_back(tree_.global(module, name));
    }
    values::id storage_word() {
        return word_ == values::nothing ? word_ = tree_.text("storage") : word_;
    }
    values::id cpu() { return cpu_ == values::nothing ? cpu_ = tree_.text("cpu") : cpu_; }
    values::id no() { return no_ == values::nothing ? no_ = tree_.boolean(false) : no_; }

    /// Keys are numbers, "0", "1", ... In stacked pickles storages follow in the order of their
    /// sorted keys: there they have as many digits as the last one.
    result<void> make_keys() {
        std::size_t const width =
            container_ == pickler::container::legacy
                ? std::to_string(sizes_.empty() ? 0 : sizes_.size() - 1).size()
                : 1;
        for (std::size_t i = 0; i < sizes_.size(); ++i) {
            std::string text = std::to_string(i);
            if (text.size() < width) text.insert(0, width - text.size(), '0');
            keys_.push_back(tree_.text(text));
        }
        elements_ = sizes_;
        for (values::id id = 0, end = static_cast<values::id>(tree_.size()); id < end; ++id) {
            if (tree_.at(id).type() != value_type::storage) continue;
            if (options_.compact && id < first_made_) continue;  // of the old file, left behind
            auto& parts = tree_.edit_storage(id);
            if (parts.number >= sizes_.size())
                return fail(ids::unknown_storage, error::nowhere, sizes_.size(), parts.number);
            if (parts.word == values::nothing) parts.word = storage_word();
            if (parts.location == values::nothing) parts.location = cpu();
            if (parts.type == values::nothing) {
                parts.type = global("torch.storage", "UntypedStorage");
                parts.elements = sizes_[static_cast<std::size_t>(parts.number)];
            }
            if (container_ == pickler::container::legacy &&
                !dtype_of_storage(tree_.at(parts.type).name()))
                return not_in_legacy(tree_.at(parts.type).name());
            elements_[static_cast<std::size_t>(parts.number)] = parts.elements;
        }
        return {};
    }

    /// Storages without a type are of archives only: torch does not load stacked pickles that name
    /// one.
    static error not_in_legacy(std::string_view name) {
        return fail(lade::ids::dtype_not_storable).in(name);
    }

    /// A compact save has only the storages that were made for it: those of numbers from `before`
    /// on.
    result<void> refuse_old_storages(std::size_t before) const {
        std::vector<bool> seen(tree_.size());
        std::vector<values::id> open{root_};
        while (!open.empty()) {
            values::id const id = open.back();
            open.pop_back();
            if (seen[id]) continue;
            seen[id] = true;
            value const one = tree_.at(id);
            if (one.type() == value_type::storage && id < before) return fail(ids::cannot_compact);
            for (std::size_t i = 0; i < one.size(); ++i) {
                open.push_back(one[i].id());
                if (one.type() == value_type::dict) open.push_back(one.key(i).id());
            }
            for (value const part : {one.callable(), one.arguments(), one.keywords(), one.state(),
                                     one.items(), one.entries()})
                if (part.exists()) open.push_back(part.id());
        }
        return {};
    }

    listing const* listing_;
    save_options options_;
    pickler::container container_;
    values tree_;
    values::id root_ = values::nothing;
    values::id first_made_ = 0;  ///< values from here on were not in the file that was loaded
    std::vector<std::uint64_t> sizes_;
    std::vector<std::uint64_t> elements_;
    std::vector<values::id> made_;  ///< of each tensor its call
    std::vector<values::id> keys_;
    std::vector<values::id> globals_;
    values::id word_ = values::nothing, cpu_ = values::nothing, no_ = values::nothing;
};

}  // namespace lade::inline LADE_ABI::torch
