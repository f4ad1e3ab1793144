// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/limits.hpp>
#include <lade/container/pickle/machine.hpp>
#include <lade/torch/forms.hpp>
#include <lade/torch/numpy_arrays.hpp>
#include <lade/torch/storages.hpp>

#include <array>

/// From the nodes of a pickle to tensors: reads the arguments of the closed list of forms
/// (torch/forms.hpp).
namespace lade::inline LADE_ABI::torch {

/// What a node says of a tensor.
struct tensor_record {
    enum class shape_of : std::uint8_t {
        nothing,   ///< no tensor
        strided,   ///< elements in a storage
        absent,    ///< a type and a shape without elements
        parts,     ///< sparse: tensors of its own, each with a suffix to the name
        left_out,  ///< a tensor that no listing names (nested)
    };
    struct part {
        std::string_view suffix;
        lade::pickle::ref of;
    };

    shape_of is = shape_of::nothing;
    lade::dtype type = dtype::float32;
    bool conjugate = false, negative = false;  ///< to be applied to the values
    std::uint32_t storage = 0;
    std::uint64_t offset = 0;  ///< elements
    std::span<std::uint64_t const> shape;
    std::span<std::int64_t const> strides;  ///< elements
    std::span<part const> parts;

    std::uint64_t elements() const {
        std::uint64_t all = 1;
        for (std::uint64_t one : shape) all *= one;  // checked when it was decoded
        return all;
    }
};

/// The elements of a tensor must fit 64 bits, and so must their bytes. Errors: torch.bad_tensor.
inline result<std::uint64_t> count_elements(tensor_record const& of) {
    auto const elements = bytes::product(of.shape);
    bool const has_size = bits_of(of.type) != 0;  // compounds and strings have none
    if (!elements || (has_size && !bytes_of(of.type, *elements)))
        return fail(ids::bad_tensor, error::nowhere, 2, 2);
    return *elements;
}

/// A tensor must step forwards and reach no further than its storage. One without elements reaches
/// nothing. Errors: torch.bad_tensor, torch.out_of_storage.
inline result<void> check_tensor(tensor_record const& of, storage const& in) {
    auto const elements = count_elements(of);
    if (!elements) return elements.error();
    for (std::int64_t step : of.strides)
        if (step < 0) return fail(ids::bad_tensor, error::nowhere, 3, 3);
    if (*elements == 0) return {};
    std::uint64_t const size = size_of(of.type);
    std::uint64_t const have = size != 0               ? in.size / size
                               : bits_of(of.type) != 0 ? in.size * 8 / bits_of(of.type)
                                                       : ~std::uint64_t{0};
    std::uint64_t last = of.offset;
    for (std::size_t i = 0; i < of.shape.size(); ++i) {
        auto const reach =
            bytes::product(of.shape[i] - 1, static_cast<std::uint64_t>(of.strides[i]));
        auto const sum = reach ? bytes::sum(last, *reach) : std::nullopt;
        if (!sum)
            return fail(ids::out_of_storage, error::nowhere, have, ~std::uint64_t{0}).in(in.key);
        last = *sum;
    }
    if (last >= have) return fail(ids::out_of_storage, error::nowhere, have, last).in(in.key);
    return {};
}

/// Finds the bytes of a storage: fills the place in `storage`, or says why not.
class storage_locator {
  public:
    virtual result<void> locate(storage& one) = 0;
    /// Reads a file inside of a pickle (`_load_from_bytes`) and gives the number of the storage
    /// that it is.
    virtual result<std::uint32_t> nested(bytes::view file) = 0;
    /// The tensor that a bare key stands for (tar files); none if there is none.
    virtual tensor_record const* keyed(std::string_view /*key*/) const { return nullptr; }

  protected:
    ~storage_locator() = default;
};

class decoder {
  public:
    /// Looks at every node once: storages get their numbers in the order of the pickle, globals
    /// their form. Errors: torch.bad_storage, torch.missing_storage, torch.storage_size,
    /// torch.storage_conflict, limit.exceeded.
    static result<decoder> of(lade::pickle::document const& nodes, storage_table& storages,
                              storage_locator& where, arena& memory) {
        decoder made(nodes, storages, where, memory);
        if (auto const done = made.scan(); !done) return done.error();
        return made;
    }

    lade::pickle::document const& nodes() const { return *nodes_; }
    storage_table const& storages() const { return *storages_; }

    /// The form of what an object calls; unknown for everything else.
    form form_of_object(lade::pickle::ref object) const {
        lade::pickle::ref const called = object.callable();
        return called.is(lade::pickle::node_type::global) ? static_cast<form>(notes_[called.id()])
                                                          : form::unknown;
    }
    form form_of_global(lade::pickle::ref global) const {
        return static_cast<form>(notes_[global.id()]);
    }

    /// The storage that a persistent id stands for, or name_index::none.
    std::uint32_t storage_of(lade::pickle::ref persistent) const {
        return persistent.is(lade::pickle::node_type::persistent) ? notes_[persistent.id()]
                                                                  : name_index::none;
    }

    /// The storage that a file inside of the pickle is, if a tensor was found in it; or
    /// name_index::none.
    std::uint32_t nested_storage_of(lade::pickle::ref object) const {
        return form_of_object(object) == form::load_from_bytes ? notes_[object.id()]
                                                               : name_index::none;
    }

    /// What `of` says of a tensor. Errors: torch.bad_tensor, torch.out_of_storage, those of
    /// storages and of NumPy arrays.
    result<tensor_record> tensor(lade::pickle::ref of) {
        for (int depth = 0; depth < 64;
             ++depth) {  // Parameter of subclass of device form of ... : a few in practice
            if (of.is(lade::pickle::node_type::persistent)) return keyed(of.persistent_id());
            if (!of.is(lade::pickle::node_type::object)) return tensor_record{};
            form what = form_of_object(of);
            lade::pickle::ref arguments = of.arguments();
            if (what == form::from_type) {
                lade::pickle::ref const function = arguments[0];
                if (!function.is(lade::pickle::node_type::global) ||
                    !arguments[2].is(lade::pickle::node_type::tuple))
                    return bad(0);
                what = form_of_global(function);
                arguments = arguments[2];
            }
            if (what != form::first_argument) return tensor_of(what, of, arguments);
            // old Parameters are made empty and built from (data, requires_grad, hooks)
            of = arguments.count() > 0 ? arguments[0] : of.state()[0];
        }
        return tensor_record{};
    }

    /// A number as a tensor of no axes, as torch.tensor(number) makes it: float32 or int64. Errors:
    /// limit.exceeded.
    result<tensor_record> scalar(lade::pickle::ref number) {
        tensor_record made;
        storage in;
        std::byte raw[8]{};
        if (number.is(lade::pickle::node_type::real)) {
            made.type = dtype::float32;
            bytes::store_le(raw, std::bit_cast<std::uint32_t>(static_cast<float>(*number.real())));
        } else if (auto const whole = number.integer()) {
            made.type = dtype::int64;
            bytes::store_le(raw, static_cast<std::uint64_t>(*whole));
        } else {
            return made;
        }
        in.memory = memory_->copy(bytes::view(raw, size_of(made.type)));
        if (in.memory.data() == nullptr) return memory_->exhausted();
        in.size = in.memory.size();
        auto const at = storages_->add_nameless(in);
        if (!at) return at.error();
        made.is = tensor_record::shape_of::strided;
        made.storage = *at;
        return made;
    }

  private:
    decoder(lade::pickle::document const& nodes, storage_table& storages, storage_locator& where,
            arena& memory)
        : nodes_(&nodes), storages_(&storages), where_(&where), memory_(&memory), notes_(memory) {}

    result<void> scan() {
        auto const nodes = nodes_->nodes();
        if (!notes_.resize(nodes.size(), name_index::none)) return memory_->exhausted();
        std::size_t named = 0;
        for (auto const& one : nodes) named += one.type == lade::pickle::node_type::persistent;
        if (!storages_->reserve(named)) return memory_->exhausted();
        for (lade::pickle::node_id id = 0; id < nodes.size(); ++id) {
            lade::pickle::ref const one = nodes_->at(id);
            if (one.type() == lade::pickle::node_type::global) {
                notes_[id] = static_cast<std::uint32_t>(form_of(one.module(), one.name()));
            } else if (one.type() == lade::pickle::node_type::persistent) {
                auto const number = number_of(one.persistent_id());
                if (!number) return number.error();
                notes_[id] = *number;
            }
        }
        return {};
    }

    result<std::uint32_t> number_of(lade::pickle::ref id) {
        if (!id.is(lade::pickle::node_type::tuple)) {  // of tar: a bare key, known before
            auto const key = key_of(id, *memory_);
            if (!key)
                return key.error().id == &ids::bad_storage ? result<std::uint32_t>(name_index::none)
                                                           : key.error();
            return storages_->find(*key);
        }
        if (id[0].text() != "storage")
            return name_index::none;  // ('module', class, file, source) and the like
        auto described = describe_storage(id, *memory_);
        if (!described) return described.error();
        if (auto const there = storages_->find(described->described.key);
            there != name_index::none) {
            storage& old = (*storages_)[there];
            if (old.size != described->described.size)
                return fail(ids::storage_conflict, error::nowhere, old.size,
                            described->described.size)
                    .in(old.key);
            if (old.word == 0) old.word = described->described.word;
            return view_of_storage(there, described->view, described->type);
        }
        storage made = described->described;
        if (auto const done = where_->locate(made); !done) return done.error().in(made.key);
        auto const number = storages_->add(made);
        if (!number) return number.error();
        return view_of_storage(*number, described->view, described->type);
    }

    /// (view key, offset, size) in elements of the root: in files of 0.3 a part of a storage is a
    /// storage itself.
    result<std::uint32_t> view_of_storage(std::uint32_t root, lade::pickle::ref view,
                                          std::optional<lade::dtype> type) {
        if (!view.is(lade::pickle::node_type::tuple)) return root;
        auto const key = key_of(view[0], *memory_);
        auto const offset = view[1].integer(), size = view[2].integer();
        if (!key || !offset || !size || *offset < 0 || *size < 0) return fail(ids::bad_storage);
        storage part = (*storages_)[root];
        auto const begin = storage_bytes(type, static_cast<std::uint64_t>(*offset));
        auto const length = storage_bytes(type, static_cast<std::uint64_t>(*size));
        if (!begin || !length || !bytes::inside(*begin, *length, part.size))
            return fail(ids::bad_storage, error::nowhere, part.size,
                        static_cast<std::uint64_t>(*offset))
                .in(*key);
        part.key = *key;
        part.size = *length;
        part.elements = static_cast<std::uint64_t>(*size);
        part.root = root;
        part.root_offset = *begin;
        return storages_->add(part);
    }

    result<tensor_record> keyed(lade::pickle::ref id) {
        if (id.is(lade::pickle::node_type::tuple)) return tensor_record{};
        auto const key = key_of(id, *memory_);
        tensor_record const* const known = key ? where_->keyed(*key) : nullptr;
        return known != nullptr ? *known : tensor_record{};
    }

    static error bad(std::uint64_t position) {
        return fail(ids::bad_tensor, error::nowhere, position, position);
    }

    result<tensor_record> tensor_of(form what, lade::pickle::ref object,
                                    lade::pickle::ref arguments) {
        switch (what) {
            case form::tensor_v1: return strided(arguments, std::nullopt, {});
            case form::tensor_v2: return strided(arguments, std::nullopt, arguments[6]);
            case form::tensor_v3: {
                auto const type = scalar_type(arguments[6]);
                return type ? strided(arguments, type, arguments[7])
                            : result<tensor_record>(bad(6));
            }
            case form::qtensor: return strided(arguments, std::nullopt, {});
            case form::legacy_class:
                if (object.state().count() >= 4) return strided(object.state(), std::nullopt, {});
                return tensor_record{};
            case form::meta: return without_data(arguments[0], arguments[1]);
            case form::wrapper_subclass: return without_data(arguments[1], arguments[2]);
            case form::sparse:
            case form::sparse_csr: return sparse(arguments);
            case form::nested: return kind_of(tensor_record::shape_of::left_out);
            case form::array_reconstruct: {
                lade::pickle::ref const state = object.state();
                if (state.count() < 5)
                    return tensor_record{};  // an array that never got its contents
                return array(state[1], state[2], state[3], state[4], false);
            }
            case form::array_from_buffer:
                return array(arguments[2], arguments[1], arguments[3], arguments[0], true);
            default: return tensor_record{};
        }
    }

    static tensor_record kind_of(tensor_record::shape_of is) {
        tensor_record made;
        made.is = is;
        return made;
    }

    static std::optional<lade::dtype> scalar_type(lade::pickle::ref of) {
        if (!of.is(lade::pickle::node_type::global) || of.module() != "torch") return std::nullopt;
        return dtype_of_scalar(of.name());
    }

    /// The storage of a tensor: a persistent id, or a file inside of the pickle.
    result<std::uint32_t> storage_number(lade::pickle::ref of) {
        std::uint32_t number = storage_of(of);
        if (of.is(lade::pickle::node_type::object) && form_of_object(of) == form::load_from_bytes) {
            if (notes_[of.id()] != name_index::none) return notes_[of.id()];
            auto const file = bytes_of_node(of.arguments()[0], *memory_);
            if (!file) return file.error();
            auto const read = where_->nested(*file);
            if (!read) return read.error();
            number = notes_[of.id()] = *read;
        }
        if (number == name_index::none) return bad(0);
        return number;
    }

    /// (storage, offset, size, stride, ...). `type`: of the elements, where the storage has none.
    result<tensor_record> strided(lade::pickle::ref arguments, std::optional<lade::dtype> type,
                                  lade::pickle::ref metadata) {
        if (arguments.count() < 4) return bad(arguments.count());
        tensor_record made = kind_of(tensor_record::shape_of::strided);
        auto const number = storage_number(arguments[0]);
        if (!number) return number.error();
        made.storage = *number;
        storage& in = (*storages_)[*number];
        if (!type) type = type_of_reference(arguments[0], in);
        if (!type) return bad(0);
        made.type = *type;
        auto const offset = arguments[1].integer();
        if (!offset || *offset < 0) return bad(1);
        made.offset = static_cast<std::uint64_t>(*offset);
        if (auto const done = read_shape(arguments[2], made); !done) return done.error();
        if (auto const done = read_strides(arguments[3], made); !done) return done.error();
        if (auto const done = check_tensor(made, in); !done) return done.error();
        if (in.word == 0) in.word = word_of(*type);
        if (in.absent) made.is = tensor_record::shape_of::absent;
        if (metadata.is(lade::pickle::node_type::dict)) {
            made.conjugate = metadata["conj"].integer().value_or(0) != 0;
            made.negative = metadata["neg"].integer().value_or(0) != 0;
        }
        return made;
    }

    /// The type that this reference gives to the storage; the same storage may be named by several
    /// classes.
    std::optional<lade::dtype> type_of_reference(lade::pickle::ref of, storage const& in) const {
        lade::pickle::ref const id = of.persistent_id();
        if (id.is(lade::pickle::node_type::tuple) && id[1].is(lade::pickle::node_type::global))
            return id[1].id() == in.type ? in.class_type : dtype_of_storage(id[1].name());
        if (in.class_type) return in.class_type;
        return std::nullopt;
    }

    result<void> read_shape(lade::pickle::ref from, tensor_record& to) {
        if (!from.is_sequence() && !from.is(lade::pickle::node_type::object)) return bad(2);
        if (from.is(lade::pickle::node_type::object))
            from = from.arguments()[0];  // torch.Size((...))
        std::size_t const rank = from.count();
        if (rank > limits{}.rank)
            return fail(lade::ids::limit, error::nowhere, limits{}.rank, rank);
        auto* const sizes = memory_->take_array<std::uint64_t>(rank);
        if (sizes == nullptr) return memory_->exhausted();
        std::size_t axis = 0;
        for (lade::pickle::ref const one : from) {
            auto const size = one.integer();
            if (!size || *size < 0) return bad(2);
            sizes[axis++] = static_cast<std::uint64_t>(*size);
        }
        to.shape = {sizes, rank};
        return {};
    }

    result<void> read_strides(lade::pickle::ref from, tensor_record& to) {
        if (!from.is_sequence() || from.count() != to.shape.size()) return bad(3);
        auto* const steps = memory_->take_array<std::int64_t>(to.shape.size());
        if (steps == nullptr) return memory_->exhausted();
        std::size_t axis = 0;
        for (lade::pickle::ref const one : from) {
            auto const step = one.integer();
            if (!step || *step < 0) return bad(3);
            steps[axis++] = *step;
        }
        to.strides = {steps, to.shape.size()};
        return {};
    }

    result<tensor_record> without_data(lade::pickle::ref type, lade::pickle::ref size) {
        tensor_record made = kind_of(tensor_record::shape_of::absent);
        auto const scalar = scalar_type(type);
        if (!scalar) return bad(0);
        made.type = *scalar;
        if (auto const done = read_shape(size, made); !done) return done.error();
        if (auto const elements = count_elements(made); !elements) return elements.error();
        return made;
    }

    /// (layout, (indices, values, size)) or (layout, (compressed, plain, values, size)); libtorch
    /// writes the same flat: (layout, size, requires_grad, indices, values, hooks), (layout, size,
    /// requires_grad, compressed, plain, values, hooks).
    result<tensor_record> sparse(lade::pickle::ref arguments) {
        tensor_record made = kind_of(tensor_record::shape_of::parts);
        std::string_view const layout = layout_of(arguments[0]);
        bool const flat =
            !arguments[1].is(lade::pickle::node_type::tuple) || arguments.count() >= 6;
        lade::pickle::ref const from = flat ? arguments : arguments[1];
        std::size_t const first = flat ? 3 : 0;
        bool const rows = layout == "sparse_csr" || layout == "sparse_bsr";
        bool const columns = layout == "sparse_csc" || layout == "sparse_bsc";
        using part = tensor_record::part;
        std::array<part, 3> found{};
        if (layout == "sparse_coo") {
            found = {part{".indices", from[first]}, part{".values", from[first + 1]}, part{}};
        } else if (rows) {
            found = {part{".crow_indices", from[first]}, part{".col_indices", from[first + 1]},
                     part{".values", from[first + 2]}};
        } else if (columns) {
            found = {part{".ccol_indices", from[first]}, part{".row_indices", from[first + 1]},
                     part{".values", from[first + 2]}};
        } else {
            return bad(0);
        }
        std::size_t const count = layout == "sparse_coo" ? 2 : 3;
        for (std::size_t i = 0; i < count; ++i)
            if (!found[i].of.exists()) return bad(1);
        made.parts = memory_->copy(std::span<part const>(found.data(), count));
        if (made.parts.data() == nullptr) return memory_->exhausted();
        return made;
    }

    /// "sparse_coo" of `_get_layout('torch.sparse_coo')`, or of libtorch's number
    /// (c10/core/Layout.h).
    static std::string_view layout_of(lade::pickle::ref of) {
        constexpr std::array<std::string_view, 7> names{"strided",   "sparse_coo", "sparse_csr",
                                                        "mkldnn",    "sparse_csc", "sparse_bsr",
                                                        "sparse_bsc"};
        if (auto const number = of.integer())
            return *number > 0 && *number < 7 ? names[static_cast<std::size_t>(*number)]
                                              : std::string_view{};
        if (of.is(lade::pickle::node_type::object)) of = of.arguments()[0];
        auto text = of.text().value_or(std::string_view{});
        if (text.starts_with("torch.")) text.remove_prefix(6);
        return text;
    }

    /// A NumPy array is a tensor in a storage of its own, dense in one order or the other.
    result<tensor_record> array(lade::pickle::ref shape, lade::pickle::ref type,
                                lade::pickle::ref fortran, lade::pickle::ref data,
                                bool order_is_text) {
        tensor_record made = kind_of(tensor_record::shape_of::strided);
        auto const described = array_type(type);
        if (!described) return described.error();
        if (described->is_object) return tensor_record{};
        made.type = described->type;
        if (auto const done = read_shape(shape, made); !done) return done.error();
        if (!bytes::product(made.shape)) return bad(2);
        auto const elements = bytes_of_node(data, *memory_);
        if (!elements) return elements.error();
        std::uint64_t const count = made.elements();
        storage in;
        in.key = described->name;
        in.memory = *elements;
        in.size = elements->size();
        in.word = word_of(made.type);
        in.is_big_endian = described->is_big_endian;
        in.item_size = described->item_size;
        in.item = described->item;
        in.class_type = made.type;
        if (auto const size = bytes::product(count, described->item_size);
            !size || *size != in.size)
            return fail(ids::storage_size, error::nowhere, size.value_or(0), in.size);
        auto const number = storages_->add_nameless(in);
        if (!number) return number.error();
        made.storage = *number;
        bool const columns_first =
            order_is_text ? fortran.text() == "F" : fortran.integer().value_or(0) != 0;
        auto* const steps = memory_->take_array<std::int64_t>(made.shape.size());
        if (steps == nullptr) return memory_->exhausted();
        if (described->item_size == 0 && count != 0 && described->item != array_item::number)
            return fail(ids::bad_array).in(described->name);  // any number of strings of no bytes
        std::uint64_t step = 1;  // of no elements it may wrap, and nobody steps
        for (std::size_t i = 0; i < made.shape.size(); ++i) {
            std::size_t const axis = columns_first ? i : made.shape.size() - 1 - i;
            steps[axis] = static_cast<std::int64_t>(step & (~std::uint64_t{0} >> 1));
            step *= made.shape[axis];
        }
        made.strides = {steps, made.shape.size()};
        return made;
    }

    lade::pickle::document const* nodes_;
    storage_table* storages_;
    storage_locator* where_;
    arena* memory_;
    arena_list<std::uint32_t> notes_;  ///< of each node: a global's form, a persistent id's
                                       ///< storage, a nested file's storage
};

}  // namespace lade::inline LADE_ABI::torch
