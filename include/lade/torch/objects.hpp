// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/utf8.hpp>
#include <lade/model/value.hpp>
#include <lade/torch/decoder.hpp>

#include <algorithm>
#include <vector>

/// From the nodes of a pickle to the values of a model: the same graph, owned by the model. Objects
/// stay what they are, names and arguments; those that are tensors of the listing know their
/// number.
namespace lade::inline LADE_ABI::torch {

class object_builder {
  public:
    /// `tensor_numbers`: for each node the number of the tensor that it is, or name_index::none.
    /// `storage_numbers`: for each storage of the table its number in the listing, or
    /// name_index::none.
    static values build(decoder const& from, storage_table const& storages,
                        std::span<std::uint32_t const> tensor_numbers,
                        std::span<std::uint32_t const> storage_numbers) {
        object_builder one(from, storages, tensor_numbers, storage_numbers);
        auto const& nodes = from.nodes();
        one.made_.resize(nodes.size(), values::nothing);
        for (lade::pickle::node_id id = 0; id < nodes.size(); ++id) one.make(nodes.at(id));
        for (lade::pickle::node_id id = 0; id < nodes.size(); ++id) one.fill(nodes.at(id));
        one.out_.set_root(one.made_[nodes.root().id()]);
        return std::move(one.out_);
    }

  private:
    object_builder(decoder const& from, storage_table const& storages,
                   std::span<std::uint32_t const> tensor_numbers,
                   std::span<std::uint32_t const> storage_numbers)
        : from_(&from),
          storages_(&storages),
          tensor_numbers_(tensor_numbers),
          storage_numbers_(storage_numbers) {}

    /// First pass: every node has its value, containers are empty.
    void make(lade::pickle::ref of) {
        using lade::pickle::node_type;
        values::id& to = made_[of.id()];
        switch (of.type()) {
            case node_type::none:
            case node_type::buffer: to = out_.none(); break;
            case node_type::boolean: to = out_.boolean(*of.integer() != 0); break;
            case node_type::integer: to = out_.integer(*of.integer()); break;
            case node_type::real: to = out_.real(*of.real()); break;
            case node_type::long_bytes: to = out_.big_integer(bytes::of(of.characters())); break;
            case node_type::long_text:
                to = out_.big_integer(bytes::of(binary_of(of.characters())));
                break;
            case node_type::text: to = out_.text(of.characters()); break;
            case node_type::raw_text:  // of Python 2: text if it can be one, for pickles' texts are
                to = bytes::is_utf8(of.characters(), bytes::surrogates::allowed)
                         ? out_.text(of.characters())
                         : out_.bytes(bytes::of(of.characters()));
                break;
            case node_type::bytes: to = out_.bytes(bytes::of(of.characters())); break;
            case node_type::bytearray:
                to = call("builtins", "bytearray", out_.bytes(bytes::of(of.characters())));
                break;
            case node_type::list: to = out_.list(); break;
            case node_type::tuple: to = out_.tuple(); break;
            case node_type::dict: to = out_.dict(); break;
            case node_type::set: to = out_.set(); break;
            case node_type::frozenset: to = call("builtins", "frozenset", out_.list()); break;
            case node_type::global: to = out_.global(of.module(), of.name()); break;
            case node_type::object: to = object(of); break;
            case node_type::persistent: to = persistent(of); break;
            case node_type::extension:
                to = call("copyreg", "extension", out_.integer(of.integer().value_or(0)));
                break;
        }
    }

    /// Second pass: what containers and objects refer to.
    void fill(lade::pickle::ref of) {
        std::uint32_t const tensor = tensor_numbers_[of.id()];
        using lade::pickle::node_type;
        values::id const to = made_[of.id()];
        switch (of.type()) {
            case node_type::list:
            case node_type::tuple:
            case node_type::set:
                for (lade::pickle::ref const one : of) out_.append(to, made_[one.id()]);
                break;
            case node_type::frozenset: {
                values::id const items = out_.at(to).arguments()[0].id();
                for (lade::pickle::ref const one : of) out_.append(items, made_[one.id()]);
                break;
            }
            case node_type::dict:
                for (auto at = of.begin(); at != of.end(); ++at) {
                    values::id const key = made_[(*at).id()];
                    out_.add_entry(to, key, made_[(*++at).id()]);
                }
                break;
            case node_type::object: {
                if (out_.at(to).type() != value_type::object) break;
                values::object_parts& parts = out_.parts(to);
                parts.callable = id_of(of.callable());
                parts.arguments = id_of(of.arguments());
                parts.keywords = id_of(of.keywords());
                parts.state = id_of(of.state());
                parts.items = id_of(of.items());
                parts.entries = id_of(of.entries());
                parts.made = of.made() == lade::pickle::how::call ? making::call
                             : of.made() == lade::pickle::how::create
                                 ? making::create
                                 : making::create_with_keywords;
                parts.tensor = tensor == name_index::none ? values::nothing : tensor;
                break;
            }
            case node_type::persistent:
                if (out_.at(to).type() == value_type::storage) fill_storage(to, of.persistent_id());
                if (out_.at(to).type() == value_type::object)
                    out_.parts(to).arguments = made_[of.persistent_id().id()];
                break;
            default: break;
        }
    }

    values::id persistent(lade::pickle::ref of) {
        std::uint32_t const number = from_->storage_of(of);
        if (number != name_index::none && storage_numbers_[number] != name_index::none)
            return stored(number);
        if (tensor_numbers_[of.id()] != name_index::none)  // of tar: the id is that of a tensor
            return out_.tensor(tensor_numbers_[of.id()]);
        values::object_parts parts;
        parts.made = making::persistent;
        return out_.object(parts);
    }
    /// A file inside of the pickle is the storage that it holds.
    values::id object(lade::pickle::ref of) {
        std::uint32_t const number = from_->nested_storage_of(of);
        if (number != name_index::none && storage_numbers_[number] != name_index::none)
            return stored_in_pickle(number);
        return out_.object({});
    }
    /// Its class is told in another pickle, and spelled again.
    values::id stored_in_pickle(std::uint32_t number) {
        values::id const made = stored(number);
        auto const type = (*storages_)[number].class_type;
        dtype_names const* const names = type ? names_of(*type) : nullptr;
        if (names != nullptr && names->has_storage)
            out_.edit_storage(made).type = out_.global("torch", names->storage);
        return made;
    }
    values::id stored(std::uint32_t number) {
        values::storage_parts parts;
        parts.number = storage_numbers_[number];
        parts.elements = (*storages_)[number].elements;
        return out_.storage(parts);
    }

    /// The words of a persistent id keep their identity, for the pickle that is written names
    /// shared ones by reference.
    void fill_storage(values::id to, lade::pickle::ref id) {
        values::storage_parts& parts = out_.edit_storage(to);
        if (!id.is(lade::pickle::node_type::tuple)) return;
        parts.word = made_[id[0].id()];
        parts.type = made_[id[1].id()];
        parts.location = made_[id[3].id()];
        // another class counts other elements; of a part (files of 0.3) the table has the number
        if (auto const elements = id[4].integer();
            elements && !id[5].is(lade::pickle::node_type::tuple))
            parts.elements = static_cast<std::uint64_t>(*elements);
    }

    values::id call(std::string_view module, std::string_view name, values::id argument) {
        values::object_parts parts;
        parts.callable = out_.global(module, name);
        parts.arguments = out_.tuple();
        out_.append(parts.arguments, argument);
        return out_.object(parts);
    }

    values::id id_of(lade::pickle::ref of) const {
        return of.exists() ? made_[of.id()] : values::nothing;
    }

    /// Little-endian two's complement of a decimal number. Quadratic; a number of more than 4,000
    /// digits is nobody's.
    static std::string binary_of(std::string_view digits) {
        bool const negative = digits.starts_with('-');
        if (negative || digits.starts_with('+')) digits.remove_prefix(1);
        std::vector<std::uint32_t> words(1);  // of 32 bits, the lowest first
        digits = digits.substr(0, 4000);
        while (!digits.empty()) {  // nine digits at a time, as many as a word holds
            std::size_t const count = digits.size() % 9 == 0 ? 9 : digits.size() % 9;
            std::uint64_t carry = 0, scale = 1;
            for (char digit : digits.substr(0, count)) {
                carry = carry * 10 + static_cast<std::uint64_t>(digit - '0');
                scale *= 10;
            }
            digits.remove_prefix(count);
            for (std::uint32_t& word : words) {
                carry += word * scale;
                word = static_cast<std::uint32_t>(carry);
                carry >>= 32;
            }
            if (carry != 0) words.push_back(static_cast<std::uint32_t>(carry));
        }
        std::string value;
        for (std::uint32_t const word : words)
            for (int shift = 0; shift < 32; shift += 8)
                value += static_cast<char>(word >> shift & 0xff);
        while (value.size() > 1 && value.back() == '\0') value.pop_back();
        if ((static_cast<unsigned char>(value.back()) & 0x80) != 0) value += '\0';
        if (negative) {
            unsigned carry = 1;
            for (char& byte : value) {
                carry += static_cast<unsigned char>(~byte);
                byte = static_cast<char>(carry & 0xff);
                carry >>= 8;
            }
        }
        return value;
    }

    decoder const* from_;
    storage_table const* storages_;
    std::span<std::uint32_t const> tensor_numbers_;
    std::span<std::uint32_t const> storage_numbers_;
    values out_;
    std::vector<values::id> made_;
};

}  // namespace lade::inline LADE_ABI::torch
