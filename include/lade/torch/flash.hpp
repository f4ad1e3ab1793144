// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/packed_names.hpp>
#include <lade/container/pickle/machine.hpp>
#include <lade/container/zip/flash.hpp>
#include <lade/format/flash.hpp>
#include <lade/model/strides.hpp>
#include <lade/torch/dtypes.hpp>
#include <lade/torch/errors.hpp>
#include <lade/torch/tags.hpp>

/// The view of a PyTorch file in flash (torch.save since 1.6): less than 12 KB of code, nodes of
/// the pickle in memory of the caller: about 2.8 KB for 4 tensors, 13.6 KB for 32; 2.2 KB of stack.
///
/// Read: dicts and OrderedDicts, lists and tuples of tensors and of each other, under the names
/// that every other verb gives them; parameters; tensors quantized as a whole; protocols 2 to 5.
/// Refused by name, never left out: tensors inside of other objects (whole modules, NumPy arrays,
/// sparse tensors), elements that do not lie dense and little-endian, compressed archives, opcodes
/// that files of tensors hardly have. Not looked at: checksums, the version of the archive, whether
/// texts are UTF-8.
namespace lade::inline LADE_ABI::torch {

namespace ids {
inline constexpr error_id not_plain{"torch.not_plain", kind::unsupported,
                                    "a tensor lies in an object that is not entered without a heap",
                                    "save a state dict: torch.save(model.state_dict(), path)"};
}  // namespace ids

namespace detail {

using namespace std::string_view_literals;

/// What the view makes of an object. Those above `dict` are tensors, and never left out.
enum class role : std::uint8_t { none, dict, wrapper, tensor, typed_tensor, other_tensor };
struct role_name {
    std::string_view name;
    role is;
};
inline constexpr auto role_names = std::to_array<role_name>({
    {"OrderedDict", role::dict},
    {"Parameter", role::wrapper},
    {"_rebuild_parameter", role::wrapper},
    {"_rebuild_parameter_with_state", role::wrapper},
    {"_rebuild_tensor", role::tensor},
    {"_rebuild_tensor_v2", role::tensor},
    {"_rebuild_qtensor", role::tensor},
    {"_rebuild_tensor_v3", role::typed_tensor},
    {"_reconstruct", role::other_tensor},
    {"_frombuffer", role::other_tensor},
    {"_load_from_bytes", role::other_tensor},
});

class flash_view {
    using ref = lade::pickle::ref;
    using node_type = lade::pickle::node_type;

  public:
    flash_view(bytes::view file, std::span<tensor_entry> slots, arena& memory)
        : archive_(file), slots_(slots), memory_(memory) {}

    result<tensor_entries> run() {
        std::string_view const first = archive_.first().name;
        root_ = {first.data(), first.find('/') + 1};
        bytes::view const pickle = archive_.find(root_, "data.pkl"sv, {});
        if (archive_.wrong == nullptr && pickle.data() == nullptr) refuse(ids::no_pickle);
        if (archive_.find(root_, "byteorder"sv, {}).size() == 3)
            refuse(lade::ids::no_view);  // "big"
        if (archive_.wrong == nullptr) {
            auto const evaluated = lade::pickle::basic_machine<
                lade::pickle::opcode_set::common>::run_as_far_as_possible(pickle, memory_);
            if (evaluated.failure.id != nullptr)
                return {*evaluated.failure.id, evaluated.failure.offset, evaluated.failure.expected,
                        evaluated.failure.found};
            read(evaluated.nodes);
        }
        if (archive_.wrong != nullptr) return {*archive_.wrong, archive_.wrong_at, 0, 0};
        return tensor_entries(slots_.first(count_));
    }

  private:
    [[gnu::noinline]] void refuse(error_id const& id) { archive_.refuse(id, error::nowhere); }
    bool failed() const { return archive_.wrong != nullptr; }

    void read(lade::pickle::document const& nodes) {
        seen_ = memory_.take_array<bool>(nodes.size());
        if (seen_ == nullptr) return refuse(lade::ids::out_of_memory);
        for (std::size_t i = 0; i < nodes.size(); ++i) seen_[i] = false;
        visit({}, nodes.root(), 0);
        for (std::size_t i = 0; i < nodes.size(); ++i)
            if (!seen_[i] && role_of(nodes.at(static_cast<lade::pickle::node_id>(i))) > role::dict)
                refuse(ids::not_plain);
    }

    /// What an object is, by the last name of what it calls.
    static role role_of(ref object) {
        constexpr auto& roles = packed<role_names, [](role_name const& of) { return of.name; },
                                       [](role_name const& of) { return of.is; }>;
        std::string_view const name = object.callable().name();
        role is{};
        if (roles.find(name, is)) return is;
        return name.starts_with("_rebuild"sv) || name.ends_with("Tensor"sv) ? role::other_tensor
                                                                            : role::none;
    }

    /// Lists a tensor, or what is in a container. `depth` bounds the recursion.
    void visit(std::string_view name, ref value, unsigned depth) {
        if (failed()) return;
        if (depth > 16) return refuse(lade::ids::limit);
        if (value.is(node_type::object)) {
            role const is = role_of(value);
            if (is == role::none) return;
            if (is == role::dict) {
                value = value.entries();
            } else {
                if (is == role::other_tensor) return refuse(ids::not_plain);
                seen_[value.id()] = true;
                ref const arguments = value.arguments();
                if (is == role::wrapper) return visit(name, arguments[0], depth + 1);
                return list(depth == 0 ? "tensor"sv : name, arguments, is == role::typed_tensor);
            }
        }
        bool const keyed = value.is(node_type::dict);
        if (!keyed && !value.is(node_type::list) && !value.is(node_type::tuple)) return;
        std::size_t position = 0;
        for (auto at = value.begin(); at != value.end() && !failed(); ++at, ++position) {
            ref const key = *at;
            if (keyed) ++at;
            if (!has_parts(*at)) continue;
            auto text = keyed ? key.text() : std::nullopt;
            if (!text) {
                std::size_t number = position;
                if (keyed && key.is(node_type::integer)) {
                    number = static_cast<std::size_t>(*key.integer());
                    if (*key.integer() < 0) return refuse(ids::not_plain);
                }
                text = digits(number);
            }
            visit(joined(name, *text), *at, depth + 1);
        }
    }
    static bool has_parts(ref of) {
        return of.is(node_type::object) || of.is(node_type::dict) || of.is(node_type::list) ||
               of.is(node_type::tuple);
    }

    /// Good until the next call.
    std::string_view digits(std::size_t number) {
        std::size_t at = sizeof digits_;
        do digits_[--at] = static_cast<char>('0' + number % 10);
        while ((number /= 10) != 0);
        return {digits_ + at, sizeof digits_ - at};
    }
    /// "name.text" in memory; a text that lies in flash alone stays there.
    std::string_view joined(std::string_view name, std::string_view text) {
        bool const stays =
            name.data() == nullptr && text.data() + text.size() != digits_ + sizeof digits_;
        if (stays) return text;
        std::size_t const prefix = name.data() == nullptr ? 0 : name.size() + 1;
        auto* const to = memory_.take_array<char>(prefix + text.size());
        if (to == nullptr) {
            refuse(lade::ids::out_of_memory);
            return {};
        }
        for (std::size_t i = 0; i < prefix; ++i) to[i] = i < name.size() ? name[i] : '.';
        for (std::size_t i = 0; i < text.size(); ++i) to[prefix + i] = text[i];
        return {to, prefix + text.size()};
    }

    /// (storage, offset, size, stride, ...); of v3 the type is the seventh, and (_, neg, conj) may
    /// follow.
    void list(std::string_view name, ref arguments, bool has_type) {
        if (count_ == slots_.size()) return refuse(lade::ids::too_few_slots);
        tensor_entry& to = slots_[count_];
        to.name = name;
        bytes::view const storage = storage_of(arguments[0].persistent_id(), to.type);
        if (has_type) to.type = type_named(arguments[6].name(), false);
        // a dict tells of a lazy conjugation or negation
        if (arguments[has_type ? 7 : 6].is(node_type::dict)) return refuse(lade::ids::no_view);

        ref sizes = arguments[2];
        if (sizes.is(node_type::object)) sizes = sizes.arguments()[0];  // torch.Size
        ref const strides = arguments[3];
        std::size_t const rank = sizes.count();
        if (rank > tensor_entry::most_axes) return refuse(lade::ids::limit);
        if (arguments.count() < 4 || strides.count() != rank) return refuse(ids::bad_tensor);
        to.rank = static_cast<std::uint8_t>(rank);
        std::size_t const bits = bits_of(to.type);
        std::size_t elements = 1;
        for (std::size_t axis = rank; axis-- > 0;) {
            to.axes[axis] = natural(sizes[axis]);
            if (!bytes::multiply(elements, to.axes[axis])) return refuse(ids::bad_tensor);
        }
        std::size_t dense = 1;
        for (std::size_t axis = rank; axis-- > 0; dense *= to.axes[axis])
            if (natural(strides[axis]) != dense && to.axes[axis] != 1 && elements != 0)
                return refuse(lade::ids::no_view);
        std::size_t size = elements, offset = natural(arguments[1]);
        if (!bytes::multiply(size, bits) || !bytes::multiply(offset, bits))
            return refuse(ids::bad_tensor);
        size = (size + 7) / 8;
        offset /= 8;
        if (size != 0 && !bytes::inside(offset, size, storage.size()))
            return refuse(ids::out_of_storage);
        if (failed()) return;
        to.bytes = size == 0 ? bytes::view{} : storage.subspan(offset, size);
        ++count_;
    }

    std::size_t natural(ref of) {
        auto const value = of.integer();
        if (value && *value >= 0 &&
            static_cast<std::uint64_t>(*value) <= static_cast<std::size_t>(-1) / 16)
            return static_cast<std::size_t>(*value);
        refuse(ids::bad_tensor);
        return 0;
    }

    /// ('storage', class, key, location, elements): its bytes, and the type that its class names.
    bytes::view storage_of(ref id, dtype& type) {
        auto const key = id[2].text();
        if (id[0].text() != "storage"sv || !key) {
            refuse(ids::bad_storage);
            return {};
        }
        std::string_view const name = id[1].name();
        bool const untyped = name.ends_with("UntypedStorage"sv);
        type = untyped ? dtype::uint8 : type_named(name, true);
        bytes::view const data = archive_.find(root_, "data/"sv, *key);
        std::size_t size = natural(id[4]);
        std::size_t const each = size_of(type);  // packed types count bytes
        if (!bytes::multiply(size, each == 0 ? 1 : each)) refuse(ids::bad_storage);
        if (data.data() == nullptr && size != 0) refuse(ids::missing_storage);
        if (data.size() != size) refuse(ids::storage_size);
        return data;
    }

    /// The type that a storage class, or torch.<name>, is.
    dtype type_named(std::string_view name, bool is_storage) {
        constexpr auto of_row = [](dtype_names const& of) { return of.type; };
        // classes that no version of Python's torch writes are not known here
        constexpr auto& storages =
            packed<dtype_table,
                   [](dtype_names const& of) {
                       return of.has_storage ? of.storage : std::string_view{};
                   },
                   of_row>;
        constexpr auto& scalars =
            packed<dtype_table, [](dtype_names const& of) { return of.scalar; }, of_row>;
        dtype type{};
        if (!(is_storage ? storages.find(name, type) : scalars.find(name, type)))
            refuse(ids::bad_tensor);
        return type;
    }

    lade::zip::flash_archive archive_;
    std::span<tensor_entry> slots_;
    std::size_t count_ = 0;
    arena& memory_;
    std::string_view root_{};
    bool* seen_ = nullptr;  ///< of each node, whether it was listed
    char digits_[20];
};

}  // namespace detail

}  // namespace lade::inline LADE_ABI::torch

namespace lade::inline LADE_ABI {

template <>
struct flash_traits<torch::zip> {
    /// Tensors in the order of the file, under the names that every other verb gives them. Time:
    /// linear in the pickle, for each tensor linear in the directory of the archive.
    /// Errors: zip.*, pickle.*, torch.*, view.*, memory.exhausted, limit.exceeded (axes, depth).
    static result<tensor_entries> view(bytes::view flash, std::span<tensor_entry> slots,
                                       arena& memory) {
        return torch::detail::flash_view(flash, slots, memory).run();
    }
};

}  // namespace lade::inline LADE_ABI
