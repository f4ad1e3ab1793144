// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/protobuf/node.hpp>

#include <cstddef>
#include <iterator>
#include <utility>

/// The elements of repeated fields, decoded as one walks over them. Good until the message is
/// edited.
namespace lade::inline LADE_ABI::protobuf {

class message;

namespace detail {

/// Whether the item is an occurrence of the field: the wire type fits, or it is packed.
inline bool fits(item const& of, field const* as) {
    if (of.dropped) return false;
    if (as == nullptr) return true;
    if (of.kind() == wire_of(as->type)) return true;
    return of.kind() == wire::sized && as->is_repeated() && wire_of(as->type) != wire::sized &&
           wire_of(as->type) != wire::group;
}

}  // namespace detail

/// The occurrences of a field: what `message::subs`, `texts`, `integers` and so on give. `Get`
/// turns an occurrence into a value.
template <class Get>
class occurrences {
  public:
    using value_type =
        decltype(Get::get(std::declval<detail::node&>(), std::declval<detail::item&>(), nullptr));

    occurrences(detail::node* of, std::uint32_t number)
        : of_(of), number_(number), as_(of != nullptr ? of->type->find(number) : nullptr) {
        if (of != nullptr) of->owner->scan(*of);
        end_ = of != nullptr ? of->count : 0;
    }

    class iterator {
      public:
        using value_type = occurrences::value_type;
        using difference_type = std::ptrdiff_t;
        using iterator_category = std::input_iterator_tag;
        using reference = value_type;
        using pointer = void;

        iterator() = default;
        iterator(occurrences const* from, std::uint32_t at) : from_(from), at_(at) { settle(); }
        value_type operator*() const {
            return Get::get(*from_->of_, from_->of_->items[at_], from_->as_);
        }
        iterator& operator++() {
            ++at_;
            settle();
            return *this;
        }
        iterator operator++(int) {
            iterator const was = *this;
            ++*this;
            return was;
        }
        bool operator==(iterator const& other) const { return at_ == other.at_; }

      private:
        void settle() {
            detail::node const* const of = from_->of_;
            while (at_ < from_->end_ && (of->items[at_].number() != from_->number_ ||
                                         !detail::fits(of->items[at_], from_->as_)))
                ++at_;
        }
        occurrences const* from_ = nullptr;
        std::uint32_t at_ = 0;
    };

    iterator begin() const { return {this, 0}; }
    iterator end() const { return {this, end_}; }

  private:
    detail::node* of_;
    std::uint32_t number_;
    field const* as_;
    std::uint32_t end_ = 0;
};

/// The numbers of a repeated field, packed or not, converted by `Convert`.
template <class Convert>
class number_list {
  public:
    using value_type = decltype(Convert::convert(type::int32, 0));

    number_list(detail::node* of, std::uint32_t number) : of_(of), number_(number) {
        as_ = of != nullptr ? of->type->find(number) : nullptr;
        if (as_ != nullptr) of->owner->scan(*of);
    }

    class iterator {
      public:
        using value_type = number_list::value_type;
        using difference_type = std::ptrdiff_t;
        using iterator_category = std::input_iterator_tag;
        using reference = value_type;
        using pointer = void;

        iterator() = default;
        explicit iterator(number_list const* from) : from_(from) { advance(); }
        value_type operator*() const { return Convert::convert(from_->as_->type, bits_); }
        iterator& operator++() {
            advance();
            return *this;
        }
        iterator operator++(int) {
            iterator const was = *this;
            advance();
            return was;
        }
        bool operator==(iterator const& other) const { return from_ == other.from_; }

      private:
        void advance() {
            while (packed_.done()) {
                if (at_ == from_->of_->count) {
                    from_ = nullptr;
                    return;
                }
                detail::item const& next = from_->of_->items[at_++];
                if (next.number() != from_->number_ || !detail::fits(next, from_->as_)) continue;
                packed_ = wire_reader{next.data(), from_->of_->owner->offset_of(next.start)};
            }
            bits_ = packed_.number(wire_of(from_->as_->type));
            if (!packed_) {
                from_->of_->owner->fail(packed_.error());
                from_ = nullptr;
            }
        }
        number_list const* from_ = nullptr;
        std::uint32_t at_ = 0;
        wire_reader packed_{bytes::view{}};
        std::uint64_t bits_ = 0;
    };

    iterator begin() const { return as_ != nullptr ? iterator{this} : iterator{}; }
    iterator end() const { return {}; }

  private:
    detail::node* of_;
    std::uint32_t number_;
    field const* as_;
};

namespace detail {
struct as_text {
    static std::string_view get(node&, item& of, field const*) {
        return lade::bytes::text(of.data());
    }
};
struct as_bytes {
    static lade::bytes::view get(node&, item& of, field const*) { return of.data(); }
};
struct as_integer {
    static std::int64_t convert(type of, std::uint64_t bits) { return integer_of(of, bits); }
};
struct as_real {
    static double convert(type of, std::uint64_t bits) { return real_of(of, bits); }
};
struct as_bits {
    static std::uint64_t convert(type, std::uint64_t bits) { return bits; }
};
struct as_message {
    static message get(node& of, item& from, field const* as);
};
}  // namespace detail

}  // namespace lade::inline LADE_ABI::protobuf
