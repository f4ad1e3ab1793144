// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bind/leaf.hpp>
#include <lade/bind/sinks.hpp>
#include <lade/bind/walk.hpp>
#include <lade/format/storable.hpp>

/// Structs as models: handed to a sink, as a reader hands a file.
namespace lade::inline LADE_ABI {

namespace detail {

/// The elements of a field as files have them.
class field_payload final : public any_payload {
  public:
    /// `shape`: of the file's tensor; `from` has its axes in reverse order if `transposed`.
    field_payload(bytes::view from, dtype type, std::span<std::uint64_t const> shape,
                  bool transposed)
        : from_(from), type_(type), shape_(shape), transposed_(transposed && shape.size() > 1) {}

    std::uint64_t size() override { return from_.size(); }
    std::optional<bytes::view> view() override {
        if (transposed_ || bytes::native_order != bytes::order::little) return std::nullopt;
        return from_;
    }
    result<void> read(std::uint64_t from, std::span<std::byte> to) override {
        if (to.empty()) return {};
        auto const first = static_cast<std::size_t>(from);
        std::size_t const size = size_of(type_);
        if (!transposed_) {
            std::memcpy(to.data(), from_.data() + first, to.size());
        } else {
            auto const strides = transposed_strides(shape_);
            strided_places at(shape_, strides, 0, first / size);
            for (std::size_t i = 0; i < to.size(); i += size, at.next())
                std::memcpy(to.data() + i,
                            from_.data() + static_cast<std::size_t>(at.place()) * size, size);
        }
        if constexpr (bytes::native_order != bytes::order::little)
            bytes::swap_elements(to, word_of(type_));
        return {};
    }

  private:
    bytes::view from_;
    dtype type_;
    std::span<std::uint64_t const> shape_;
    bool transposed_;
};

/// A visitor that hands each tensor to a sink, under its own name or that of a pair.
class giving_visitor {
  public:
    giving_visitor(any_sink& to, std::span<name_rule const> pairs) : to_(&to), pairs_(pairs) {}

    template <bool Transposed, class T>
    void leaf(T const& of, std::string_view name) {
        if (!answer_ || *answer_ == flow::enough) return;
        auto const shape = shape_of(of);
        auto const* const data = bind_tensor<T>::data(of);
        if (std::size_t const count = size_in(shape); data == nullptr && count != 0)
            answer_ = fail(ids::no_room).in(name);
        else
            answer_ = give(name, tensor_trait<T>::type, shape,
                           std::as_bytes(std::span(data, count)), Transposed);
    }
    result<flow> answer() const { return answer_; }

  private:
    static std::size_t size_in(std::span<std::uint64_t const> shape) {
        std::uint64_t count = 1;
        for (std::uint64_t const one : shape) count *= one;
        return static_cast<std::size_t>(count);
    }

    result<flow> give(std::string_view name, dtype type, std::vector<std::uint64_t> shape,
                      bytes::view data, bool transposed) {
        std::string spelled(name);
        std::string_view const between = to_->separator();
        for (std::size_t at = 0; between != "." && (at = spelled.find('.', at)) != spelled.npos;
             at += between.size())
            spelled.replace(at, 1, between);
        for (auto const& pair : pairs_)
            if (pair.to == name) {
                spelled = pair.from;
                transposed = transposed != pair.is_transposed;
                break;
            }
        if (transposed) shape = reversed(shape);
        tensor_info info;
        info.name = spelled;
        info.type = type;
        info.shape = shape;
        info.nbytes = data.size();
        field_payload bytes(data, type, shape, transposed);
        return to_->take(info, bytes);
    }

    any_sink* to_;
    std::span<name_rule const> pairs_;
    result<flow> answer_ = flow::more;
};

template <class T>
result<flow> give_fields(T const& from, any_sink& to, std::span<name_rule const> pairs) {
    to.holds(content::weights);
    giving_visitor visitor(to, pairs);
    place_name at;
    walk<growth::none>(from, at, visitor);
    return visitor.answer();
}

template <class... Pairs>
inline constexpr std::array<name_rule, sizeof...(Pairs)> rules_of{
    name_rule{Pairs::from, Pairs::to, Pairs::is_transposed}...};

}  // namespace detail

/// Hands the tensors below a struct to a sink, under the names of its fields. Errors: those of the
/// sink.
template <bindable T>
result<flow> give(T const& from, any_sink& to) {
    return detail::give_fields(from, to, {});
}

/// A struct whose tensors have other names in the file: what `named` makes.
template <bindable T, class... Pairs>
struct named_fields {
    T const* of;
};
/// For saves: `save<F>(path, named(net, as<"encoder/kernel", "fc1.weight">))`, with the same pairs
/// that load it. Borrows the struct. That each `to` is a field, the compiler checks.
template <bindable T, fixed_string... From, fixed_string... To, bool... Transposed>
[[nodiscard]] constexpr auto named(T const& of, name_pair<From, To, Transposed>...) {
    static_assert(detail::check_pairs<T, name_pair<From, To, Transposed>...>());
    return named_fields<T, name_pair<From, To, Transposed>...>{&of};
}
template <bindable T, class... Pairs>
void named(T const&&, Pairs...) = delete;  ///< the struct must outlive what is made

template <bindable T, class... Pairs>
result<flow> give(named_fields<T, Pairs...> const& from, any_sink& to) {
    return detail::give_fields(*from.of, to, detail::rules_of<Pairs...>);
}

namespace detail {

/// What the compiler knows of the tensors below a type; `Seen` are the types around it.
struct known_tensors {
    dtype_set types;
    std::size_t axes = 0;
};
template <class T, class... Seen>
consteval known_tensors tensors_below() {
    known_tensors found;
    auto const add = [&](known_tensors more) {
        found.types.bits |= more.types.bits;
        if (more.axes > found.axes) found.axes = more.axes;
    };
    if constexpr (is_among<T, Seen...>) {
    } else if constexpr (tensor_like<T>) {
        found.types = {tensor_trait<T>::type};
        if (tensor_trait<T>::rank != any_rank) found.axes = tensor_trait<T>::rank;
    } else if constexpr (has_fields<T>) {
        each_field_type<T>([&]<class Member, bool>(std::string_view) {
            add(tensors_below<Member, T, Seen...>());
        });
    } else if constexpr (bindable<T>) {
        add(tensors_below<typename held<T>::type, T, Seen...>());
    }
    return found;
}

}  // namespace detail

template <bindable T>
inline constexpr contents holds_of<T> = content::weights;
template <bindable T>
inline constexpr dtype_set dtypes_of<T> = detail::tensors_below<T>().types;
template <bindable T>
inline constexpr std::size_t axes_of<T> = detail::tensors_below<T>().axes;
template <bindable T, class... Pairs>
inline constexpr contents holds_of<named_fields<T, Pairs...>> = content::weights;
template <bindable T, class... Pairs>
inline constexpr dtype_set dtypes_of<named_fields<T, Pairs...>> = dtypes_of<T>;
template <bindable T, class... Pairs>
inline constexpr std::size_t axes_of<named_fields<T, Pairs...>> = axes_of<T>;

}  // namespace lade::inline LADE_ABI
