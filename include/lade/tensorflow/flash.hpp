// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/arena.hpp>
#include <lade/bytes/checked.hpp>
#include <lade/container/protobuf/wire.hpp>
#include <lade/format/flash.hpp>
#include <lade/tensorflow/proto/graph.hpp>
#include <lade/tensorflow/tags.hpp>
#include <lade/tensorflow/value_list.hpp>

/// The view of the constants of a binary GraphDef in flash. Elements that the graph holds in one
/// piece are viewed where they lie; those that it lists as numbers, or repeats, and strings are
/// laid out in memory of the caller. Refused: constants of resources and variants, strings in
/// `tensor_content`, more axes than a slot holds.
namespace lade::inline LADE_ABI::tensorflow {

namespace detail {

class flash_view {
  public:
    flash_view(std::span<tensor_entry> slots, arena& memory) : slots_(slots), memory_(memory) {}

    result<tensor_entries> run(bytes::view graph) {
        graph_ = graph;
        constexpr auto node = proto::graph_def::number("node");
        each(graph, [&](protobuf::wire_field const& one) {
            if (one.number == node) read_node(one.data);
        });
        if (wrong_ != nullptr) return {*wrong_, place_, 0, found_};
        return tensor_entries(slots_.first(count_));
    }

  private:
    void refuse(error_id const& id, std::uint64_t found = 0) {
        if (wrong_ != nullptr) return;
        wrong_ = &id;
        found_ = found;
    }

    /// Calls `visit` for each field of a message, until something is wrong.
    template <class Visit>
    void each(bytes::view message, Visit&& visit) {
        auto const base = static_cast<std::uint64_t>(message.data() - graph_.data());
        protobuf::wire_reader fields(message, base);
        protobuf::wire_field one;
        while (wrong_ == nullptr && fields.next(one)) visit(one);
        if (fields) return;
        error const what = fields.error();
        if (wrong_ == nullptr) place_ = what.offset;
        refuse(*what.id, what.found);
    }

    void read_node(bytes::view node) {
        bytes::view name, op, tensor;
        each(node, [&](protobuf::wire_field const& one) {
            if (one.number == proto::node_def::number("name")) name = one.data;
            if (one.number == proto::node_def::number("op")) op = one.data;
            if (one.number == proto::node_def::number("attr")) read_attribute(one.data, tensor);
        });
        if (wrong_ != nullptr || bytes::text(op) != "Const") return;
        if (count_ == slots_.size()) return refuse(lade::ids::too_few_slots, count_ + 1);
        place_ = static_cast<std::uint64_t>(node.data() - graph_.data());
        slots_[count_].name = bytes::text(name);
        read_tensor(tensor, slots_[count_]);
        if (wrong_ == nullptr) ++count_;
    }

    void read_attribute(bytes::view entry, bytes::view& tensor) {
        bytes::view key, value;
        each(entry, [&](protobuf::wire_field const& one) {
            if (one.number == 1) key = one.data;
            if (one.number == 2) value = one.data;
        });
        if (bytes::text(key) != "value") return;
        each(value, [&](protobuf::wire_field const& one) {
            if (one.number == proto::attr_value::number("tensor")) tensor = one.data;
        });
    }

    void read_tensor(bytes::view message, tensor_entry& to) {
        std::uint64_t number = 0;
        bytes::view content;
        to.rank = 0;
        each(message, [&](protobuf::wire_field const& one) {
            if (one.number == proto::tensor_proto::number("dtype")) number = one.value;
            if (one.number == proto::tensor_proto::number("tensor_content")) content = one.data;
            if (one.number == proto::tensor_proto::number("tensor_shape")) read_shape(one.data, to);
        });
        auto const type = dtype_of(static_cast<std::int64_t>(number));
        if (!type || number > 100) return refuse(ids::unknown_dtype, number);
        to.type = *type;
        std::size_t count = 1;
        for (std::size_t const axis : to.shape())
            if (!bytes::multiply(count, axis)) refuse(ids::bad_shape);
        if (wrong_ != nullptr) return;
        auto const where = values_of(*type);
        if (!where) return refuse(lade::ids::no_view);
        if (where->is == value_list::form::text) {
            if (!content.empty()) return refuse(lade::ids::no_view);
            return read_strings(message, where->number, count, to);
        }
        std::size_t size = count;
        if (!bytes::multiply(size, size_of(*type))) return refuse(ids::bad_shape);
        if (content.empty()) return read_values(message, *where, size, to);
        if (content.size() != size) return refuse(ids::bad_content, content.size());
        to.bytes = content;
    }

    void read_shape(bytes::view message, tensor_entry& to) {
        each(message, [&](protobuf::wire_field const& one) {
            if (one.number == proto::tensor_shape_proto::number("unknown_rank") && one.value != 0)
                refuse(ids::bad_shape);
            if (one.number != proto::tensor_shape_proto::number("dim")) return;
            if (to.rank == to.axes.size()) return refuse(lade::ids::limit, to.rank + 1U);
            std::uint64_t size = 0;
            each(one.data, [&](protobuf::wire_field const& part) {
                if (part.number == proto::tensor_shape_proto_dim::number("size")) size = part.value;
            });
            if (size > static_cast<std::size_t>(-1) / 2) refuse(ids::bad_shape, size);
            to.axes[to.rank++] = static_cast<std::size_t>(size);
        });
    }

    std::byte* take(std::size_t size) {
        std::byte* const room = memory_.take(size, 8);
        if (room == nullptr) refuse(lade::ids::out_of_memory, size);
        return room;
    }

    /// The list of values of the type: where it lies, or laid out. The last one repeats.
    void read_values(bytes::view message, value_list where, std::size_t size, tensor_entry& to) {
        using enum value_list::form;
        bytes::view piece;
        std::size_t pieces = 0;
        each(message, [&](protobuf::wire_field const& one) {
            if (one.number != where.number) return;
            piece = one.data;
            ++pieces;
            if (where.is == fixed && one.data.size() % where.word != 0)
                refuse(protobuf::ids::truncated);
        });
        if (where.is != number && (pieces == 1 || where.is == bytes) && piece.size() >= size) {
            to.bytes = piece.first(size);
            return;
        }
        to.bytes = {};
        if (size == 0 || wrong_ != nullptr) return;
        std::byte* const room = take(size);
        if (room == nullptr) return;
        std::size_t at = 0;
        if (where.is == bytes) {
            for (std::byte const one : piece) room[at++] = one;
        } else {
            each(message, [&](protobuf::wire_field const& one) {
                if (one.number != where.number) return;
                protobuf::wire_reader packed(one.data);
                while (at < size && packed && !packed.done()) {
                    std::uint64_t const bits = packed.number(kind_of(where));
                    for (std::size_t i = 0; i < where.word && at < size; ++i)
                        room[at++] = static_cast<std::byte>(bits >> (8 * i) & 0xff);
                }
                if (!packed) refuse(*packed.error().id);
            });
        }
        std::size_t const each_one = size_of(to.type);
        at -= at % each_one;  // half a complex number does not count
        for (std::size_t from = at - each_one; at < size; ++at)
            room[at] = from + each_one == 0 ? std::byte{0} : room[from++];  // none: zeros
        to.bytes = {room, size};
    }
    static constexpr protobuf::wire kind_of(value_list const& of) {
        if (of.is == value_list::form::number) return protobuf::wire::varint;
        return of.word == 4 ? protobuf::wire::fixed32 : protobuf::wire::fixed64;
    }

    /// A length of 8 bytes and the characters of each; the last one repeats.
    void read_strings(bytes::view message, std::uint32_t number, std::size_t count,
                      tensor_entry& to) {
        std::size_t size = 0, met = 0;
        bytes::view last;
        auto const add = [&](bytes::view text) {
            if (met == count || wrong_ != nullptr) return;
            ++met;
            last = text;
            std::size_t const place = size;
            std::byte* const room = take_more(8 + text.size());
            if (room == nullptr) return;
            if (place == 0) to.bytes = {room, 0};
            bytes::store_le(room, std::uint64_t{text.size()});
            for (std::size_t i = 0; i < text.size(); ++i) room[8 + i] = text[i];
            size += 8 + text.size();
        };
        each(message, [&](protobuf::wire_field const& one) {
            if (one.number == number) add(one.data);
        });
        while (met < count && wrong_ == nullptr) add(last);
        to.bytes = size == 0 ? bytes::view{} : bytes::view{to.bytes.data(), size};
    }
    /// Right behind what was taken last.
    std::byte* take_more(std::size_t size) {
        std::byte* const room = memory_.take(size, 1);
        if (room == nullptr) refuse(lade::ids::out_of_memory, size);
        return room;
    }

    std::span<tensor_entry> slots_;
    std::size_t count_ = 0;
    arena& memory_;
    bytes::view graph_{};
    error_id const* wrong_ = nullptr;
    std::uint64_t place_ = error::nowhere, found_ = 0;
};

}  // namespace detail

}  // namespace lade::inline LADE_ABI::tensorflow

namespace lade::inline LADE_ABI {

template <>
struct flash_traits<tensorflow::graph_def> {
    /// Errors: protobuf.*, tensorflow.*, view.too_few_slots, view.not_in_place, memory.exhausted,
    /// limit.exceeded (axes).
    static result<tensor_entries> view(bytes::view flash, std::span<tensor_entry> slots,
                                       arena& memory) {
        return tensorflow::detail::flash_view(slots, memory).run(flash);
    }
    /// Of graphs whose constants all lie as they are wanted.
    static result<tensor_entries> view(bytes::view flash, std::span<tensor_entry> slots) {
        arena none{std::span<std::byte>{}};
        return view(flash, slots, none);
    }
};

}  // namespace lade::inline LADE_ABI
