// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bind/plan.hpp>
#include <lade/format/any_sink.hpp>
#include <lade/model/strides.hpp>

namespace lade::inline LADE_ABI {

namespace ids {
inline constexpr error_id file_changed{"bind.file_changed", kind::io,
                                       "the file changed while it was read",
                                       "load it again when nobody writes it"};
inline constexpr error_id not_in_place{
    "bind.not_in_place", kind::mismatch,
    "the elements do not lie in the file as they are, so that no span can point to them",
    "use a lade::tensor for this field, or a source that is mapped"};
}  // namespace ids

namespace detail {

/// A sink that keeps names, types and shapes of what can be a field: a framework's own notes are
/// none.
class name_sink final : public any_sink {
  public:
    explicit name_sink(tensor_table& to) : to_(&to) {}
    result<flow> take(tensor_info const& info, any_payload&) override {
        if (info.bookkeeping) return flow::more;
        tensor_info own = info;
        own.in = nullptr;
        to_->add(own);
        return flow::more;
    }
    void expect(std::size_t tensors) override { to_->reserve(tensors); }

  private:
    tensor_table* to_;
};

/// Elements as files have them become elements as this machine has them. Errors: tensor.not_bool.
inline result<void> settle_elements(std::span<std::byte> data, dtype type) {
    if (type == dtype::boolean)  // any other value in a C++ bool is undefined behaviour
        for (std::size_t i = 0; i < data.size(); ++i)
            if (data[i] > std::byte{1})
                return fail(ids::not_bool, i, 1, static_cast<std::uint64_t>(data[i]));
    if constexpr (bytes::native_order != bytes::order::little)
        bytes::swap_elements(data, word_of(type));
    return {};
}

inline constexpr std::size_t bind_block = std::size_t{1} << 20;

/// Strides of the transposition of a dense tensor: with them, walking over `shape` visits the
/// places of a dense tensor whose axes are in reverse order.
inline std::vector<std::int64_t> transposed_strides(std::span<std::uint64_t const> shape) {
    std::vector<std::int64_t> strides;
    std::int64_t stride = 1;
    for (std::uint64_t const one : shape) {
        strides.push_back(stride);
        stride *= static_cast<std::int64_t>(one);
    }
    return strides;
}

/// Reads the elements of a payload into memory, its axes reversed. Errors: those of the payload.
inline result<void> read_transposed(any_payload& from, std::span<std::uint64_t const> shape,
                                    std::size_t size, std::span<std::byte> to) {
    if (to.empty()) return {};
    std::vector<std::byte> block((std::min)(to.size(), bind_block / size * size));
    auto const strides = transposed_strides(shape);
    strided_places at(shape, strides, 0);
    return in_blocks(from, block, [&](bytes::view piece) -> result<void> {
        for (std::size_t i = 0; i < piece.size(); i += size, at.next())
            std::memcpy(to.data() + static_cast<std::size_t>(at.place()) * size, piece.data() + i,
                        size);
        return {};
    });
}

/// A sink that reads tensors into the fields that a plan chose.
class filling_sink final : public any_sink {
  public:
    /// `file`: what the plan was made for.
    filling_sink(bind_plan const& plan, tensor_table const& file, std::vector<open_leaf> leaves,
                 prepare_memory prepare)
        : plan_(&plan),
          file_(&file),
          leaves_(std::move(leaves)),
          prepare_(prepare),
          left_(plan.matched()) {}

    /// Errors: bind.file_changed, bind.not_in_place, those of tensor_view::try_as, cast.*,
    /// memory.exhausted, those of the payload.
    result<flow> take(tensor_info const& info, any_payload& bytes) override {
        if (info.bookkeeping) return flow::more;
        std::size_t const number = number_++;
        if (number >= file_->size() || !is_same((*file_)[number], info))
            return fail(ids::file_changed).in(info.name);
        auto const& step = plan_->steps()[number];
        if (step.to == bind_plan::nowhere) return flow::more;
        if (auto const done = fill(info, bytes, step); !done) return done.error().in(info.name);
        return --left_ == 0 ? flow::enough : flow::more;
    }

    bool is_done() const { return left_ == 0; }

  private:
    static bool is_same(tensor_info const& a, tensor_info const& b) {
        return a.name == b.name && a.type == b.type && a.nbytes == b.nbytes &&
               a.absent == b.absent &&
               std::equal(a.shape.begin(), a.shape.end(), b.shape.begin(), b.shape.end());
    }

    result<void> fill(tensor_info const& info, any_payload& bytes, bind_plan::step const& step) {
        open_leaf const& leaf = leaves_[step.to];
        dtype const type = plan_->fields()[step.to].type;
        if (leaf.point != nullptr) {
            auto const there = bytes.view();
            if (!there) return fail(ids::not_in_place);
            return leaf.point(leaf.at, tensor_view(info, *there));
        }
        if (auto const done = bytes.granted(); !done) return done;
        auto room = leaf.room(leaf.at, step.shape, prepare_);
        if (!room) return room.error();
        auto const done = [&]() -> result<void> {
            if (!step.cast) return read(bytes, info, step, *room, type);
            cast_payload converted(bytes, info.type, type);
            return read(converted, info, step, *room, type);
        }();
        if (!done && type == dtype::boolean)  // not half-read bytes, which are no bools
            for (std::byte& one : *room) one = {};
        return done;
    }

    static result<void> read(any_payload& from, tensor_info const& info,
                             bind_plan::step const& step, std::span<std::byte> to, dtype type) {
        if (from.size() != to.size()) return fail(ids::file_changed);
        if (step.transposed && info.shape.size() > 1) {
            if (auto const done = read_transposed(from, info.shape, size_of(type), to); !done)
                return done;
        } else if (step.cast) {
            for (std::size_t at = 0; at < to.size(); at += bind_block) {
                auto const piece = to.subspan(at, (std::min)(bind_block, to.size() - at));
                if (auto const done = from.read(at, piece); !done) return done;
            }
        } else if (auto const done = from.read(0, to); !done) {
            return done;
        }
        return settle_elements(to, type);
    }

    bind_plan const* plan_;
    tensor_table const* file_;
    std::vector<open_leaf> leaves_;
    prepare_memory prepare_;
    std::size_t left_;
    std::size_t number_ = 0;
};

}  // namespace detail

}  // namespace lade::inline LADE_ABI
