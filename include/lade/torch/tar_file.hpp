// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/tar.hpp>
#include <lade/torch/decoder.hpp>

/// The file of torch.save up to 0.1.9: a tar of four members (torch/serialization.py, legacy_load).
///
///     storages   pickle of a number n; n times: pickle (key, location, class), u64 elements, the
///     elements; then a pickle of
///                views [(key, root key, offset, elements), ...]
///     tensors    pickle of a number n; n times: pickle (key, storage key, class), i32 rank, 4
///     bytes, rank x i64 sizes,
///                rank x i64 strides, i64 offset
///     pickle     the object; persistent ids are keys of tensors or storages
///     sys_info   pickle of a dict, not looked at
///
/// All numbers are little-endian.
namespace lade::inline LADE_ABI::torch {

namespace ids {
inline constexpr error_id bad_tar{"torch.bad_tar", kind::corrupt,
                                  "the archive does not have the members of an old PyTorch file"};
}  // namespace ids

/// A tensor of the member `tensors`.
struct tar_tensor {
    std::string_view key;
    tensor_record record;
};

struct tar_contents {
    lade::pickle::document object;
    arena_list<tar_tensor> tensors;
};

class tar_reader {
  public:
    /// Errors: tar.*, pickle.*, torch.bad_tar, torch.storage_size, bytes.truncated.
    static result<tar_contents> read(any_source from, storage_table& storages, arena& memory) {
        auto const members = lade::tar::members(from, memory);
        if (!members) return members.error();
        tar_reader one(from, storages, memory);
        auto const part = [&](std::string_view name) -> result<bytes::view> {
            for (auto const& member : *members)
                if (member.name == name) return one.fetch(member);
            return fail(ids::bad_tar).in(name);
        };
        auto const stored = part("storages");
        if (!stored) return stored.error();
        for (auto const& member : *members)
            if (member.name == "storages") one.base_ = member.offset;
        if (auto const done = one.read_storages(*stored); !done) return done.error().in("storages");
        auto const tensors = part("tensors");
        if (!tensors) return tensors.error();
        if (auto const done = one.read_tensors(*tensors); !done) return done.error().in("tensors");
        auto const text = part("pickle");
        if (!text) return text.error();
        auto object = lade::pickle::machine::run(*text, memory);
        if (!object) return object.error().in("pickle");
        return tar_contents{std::move(object->nodes), one.tensors_};
    }

  private:
    tar_reader(any_source from, storage_table& storages, arena& memory)
        : from_(from), storages_(&storages), memory_(&memory), tensors_(memory) {}

    result<bytes::view> fetch(lade::tar::member const& of) {
        if (auto const there = from_.view(of.offset, of.size)) return *there;
        auto* const room = memory_->take_array<std::byte>(of.size);
        if (room == nullptr) return memory_->exhausted();
        std::span<std::byte> const to(room, static_cast<std::size_t>(of.size));
        if (auto const done = from_.read(of.offset, to); !done) return done.error();
        return bytes::view(to);
    }

    /// The next pickle at the cursor; it moves behind it.
    result<lade::pickle::document> next(bytes::cursor& at) {
        auto one = lade::pickle::machine::run(at.rest(), *memory_, at.offset());
        if (!one) return one.error();
        at.bytes(one->size);
        return std::move(one->nodes);
    }

    result<void> read_storages(bytes::view data) {
        bytes::cursor at(data);
        auto const count = next(at);
        if (!count) return count.error();
        auto const many = count->root().integer().value_or(-1);
        if (many < 0) return fail(ids::bad_tar, 0);
        for (std::int64_t i = 0; i < many; ++i) {
            auto const head = next(at);
            if (!head) return head.error();
            lade::pickle::ref const root = head->root();
            auto const key = key_of(root[0], *memory_);
            if (!key || !root[2].is(lade::pickle::node_type::global))
                return fail(ids::bad_tar, at.offset());
            auto const type = dtype_of_storage(root[2].name());
            if (!type) return fail(ids::bad_storage, at.offset()).in(root[2].name());
            storage one;
            one.elements = at.number<std::uint64_t>();
            auto const size = storage_bytes(type, one.elements);
            if (!at || !size || *size > at.left())
                return fail(ids::storage_size, at.offset(), at.left(), one.elements).in(*key);
            one.key = *key;
            one.location = root[1].text().value_or("cpu");
            one.size = *size;
            one.class_type = type;
            one.word = word_of(*type);
            one.offset = base_ + at.offset();
            at.bytes(*size);
            if (auto const added = storages_->add(one); !added) return added.error();
        }
        auto const views = next(at);
        if (!views) return views.error();
        for (lade::pickle::ref const view : views->root()) {
            auto const key = key_of(view[0], *memory_), root = key_of(view[1], *memory_);
            auto const offset = view[2].integer(), elements = view[3].integer();
            if (!key || !root || !offset || !elements || *offset < 0 || *elements < 0)
                return fail(ids::bad_tar, at.offset());
            std::uint32_t const number = storages_->find(*root);
            if (number == name_index::none)
                return fail(ids::missing_storage, at.offset()).in(*root);
            storage part = (*storages_)[number];
            auto const begin = storage_bytes(part.class_type, static_cast<std::uint64_t>(*offset));
            auto const size = storage_bytes(part.class_type, static_cast<std::uint64_t>(*elements));
            if (!begin || !size || !bytes::inside(*begin, *size, part.size))
                return fail(ids::bad_storage, at.offset()).in(*key);
            part.key = *key;
            part.elements = static_cast<std::uint64_t>(*elements);
            part.size = *size;
            part.offset += *begin;
            if (auto const added = storages_->add(part); !added) return added.error();
        }
        return {};
    }

    result<void> read_tensors(bytes::view data) {
        bytes::cursor at(data);
        auto const count = next(at);
        if (!count) return count.error();
        auto const many = count->root().integer().value_or(-1);
        if (many < 0) return fail(ids::bad_tar, 0);
        for (std::int64_t i = 0; i < many; ++i) {
            auto const head = next(at);
            if (!head) return head.error();
            auto const key = key_of(head->root()[0], *memory_),
                       in = key_of(head->root()[1], *memory_);
            if (!key || !in) return fail(ids::bad_tar, at.offset());
            tensor_record made;
            made.is = tensor_record::shape_of::strided;
            made.storage = storages_->find(*in);
            if (made.storage == name_index::none)
                return fail(ids::missing_storage, at.offset()).in(*in);
            made.type = (*storages_)[made.storage].class_type.value_or(dtype::uint8);
            auto const rank = at.number<std::uint32_t>();
            at.bytes(4);
            if (rank > limits{}.rank)
                return fail(lade::ids::limit, at.offset(), limits{}.rank, rank).in(*key);
            auto* const sizes = memory_->take_array<std::uint64_t>(rank);
            auto* const steps = memory_->take_array<std::int64_t>(rank);
            if (sizes == nullptr || steps == nullptr) return memory_->exhausted();
            for (std::uint32_t axis = 0; axis < rank; ++axis)
                sizes[axis] = at.number<std::uint64_t>();
            for (std::uint32_t axis = 0; axis < rank; ++axis)
                steps[axis] = static_cast<std::int64_t>(at.number<std::uint64_t>());
            made.offset = at.number<std::uint64_t>();
            if (!at) return at.error().in(*key);
            made.shape = {sizes, rank};
            made.strides = {steps, rank};
            if (auto const done = check_tensor(made, (*storages_)[made.storage]); !done)
                return done.error().in(*key);
            if (!tensors_.push({*key, made})) return memory_->exhausted();
        }
        return {};
    }

    any_source from_;
    storage_table* storages_;
    arena* memory_;
    std::uint64_t base_ = 0;  ///< of the member `storages` in the file
    arena_list<tar_tensor> tensors_;
};

}  // namespace lade::inline LADE_ABI::torch
