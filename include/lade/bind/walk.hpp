// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bind/names.hpp>

#include <string>
#include <vector>

/// From a struct to the tensors below it, by name.
namespace lade::inline LADE_ABI {

namespace detail {

/// The name of a place in a struct, while it is walked: parts joined by dots.
class place_name {
  public:
    /// Adds a part for as long as this object lives. An empty part changes nothing.
    class part {
      public:
        part(place_name& of, std::string_view text) : of_(&of), size_(of.text_.size()) {
            ++of.depth_;
            if (text.empty()) return;
            if (size_ != 0) of.text_ += '.';
            of.text_.append(text);
        }
        part(part const&) = delete;
        part& operator=(part const&) = delete;
        ~part() {
            of_->text_.resize(size_);
            --of_->depth_;
        }

      private:
        place_name* of_;
        std::size_t size_;
    };

    std::string const& text() const { return text_; }
    std::size_t depth() const { return depth_; }

  private:
    std::string text_;
    std::size_t depth_ = 0;
};

/// What containers do that have no members yet.
enum class growth {
    none,       ///< stay as they are
    pretended,  ///< show the members that they would have, and stay as they are
    real,       ///< make these members
};

/// Levels of containers in containers that grow: a type that holds itself would follow the names of
/// a file into any depth.
inline constexpr std::size_t most_levels = 64;

/// Visits every tensor below `of`, in the order of fields, positions and keys:
/// `to.template leaf<Transposed>(tensor, name)`.
///
/// Unless `How` is none, an empty std::vector grows to `to.positions(name)` members, an empty map
/// to those of `to.keys(name, is_leaf)`, and a std::optional gets a value if `to.has(name)`, and
/// loses it otherwise if `to.resets()`.
/// Containers that are not empty are as fixed as arrays. The same answers lead to the same visits,
/// pretended or real.
template <growth How, bool Transposed = false, class T, class Visitor>
void walk(T& of, place_name& name, Visitor& to) {
    using type = std::remove_const_t<T>;
    using part = place_name::part;
    if constexpr (tensor_like<type>) {
        static_assert(check_layout<type, Transposed>());
        to.template leaf<Transposed>(of, name.text());
    } else if constexpr (has_fields<type>) {
        static_assert(fields_have_different_names<type, fields_differ<type>()>::value);
        each_field(
            of, [&]<class M, bool Is>(std::string_view field, M& member, std::bool_constant<Is>) {
                part const below(name, field);
                walk<How, Transposed != Is>(member, name, to);
            });
    } else if constexpr (is_optional<type>) {
        if constexpr (How == growth::none) {
            if (of) walk<How, Transposed>(*of, name, to);
        } else {
            bool const is_there = name.depth() < most_levels && to.has(name.text());
            part const deeper(name, {});
            if constexpr (How == growth::real) {
                if (is_there) walk<How, Transposed>(of ? *of : of.emplace(), name, to);
                else if (to.resets()) of.reset();
            } else if (is_there && of) {
                walk<How, Transposed>(*of, name, to);
            } else if (is_there) {
                typename type::value_type const fresh{};
                walk<How, Transposed>(fresh, name, to);
            }
        }
    } else if constexpr (is_array<type> || is_vector<type>) {
        std::size_t count = of.size();
        [[maybe_unused]] bool grows = false;
        if constexpr (is_vector<type> && How != growth::none) {
            grows = count == 0 && name.depth() < most_levels;
            if (grows) count = to.positions(name.text());
            if constexpr (How == growth::real)
                if (grows) of.resize(count);
        }
        if constexpr (is_vector<type> && How == growth::pretended)
            if (grows && count != 0) {
                typename type::value_type const fresh{};
                for (std::size_t i = 0; i < count; ++i) {
                    part const below(name, std::to_string(i));
                    walk<How, Transposed>(fresh, name, to);
                }
                return;
            }
        for (std::size_t i = 0; i < count; ++i) {
            part const below(name, std::to_string(i));
            walk<How, Transposed>(of[i], name, to);
        }
    } else if constexpr (is_map<type>) {
        using mapped = typename type::mapped_type;
        if constexpr (How != growth::none)
            if (of.begin() == of.end() && name.depth() < most_levels) {
                std::vector<std::string_view> const keys =
                    to.keys(name.text(), tensor_like<mapped>);
                if constexpr (How == growth::real) {
                    for (auto const key : keys) (void)of[typename type::key_type(key)];
                } else {
                    mapped const fresh{};
                    for (auto const key : keys) {
                        part const below(name, key);
                        walk<How, Transposed>(fresh, name, to);
                    }
                    return;
                }
            }
        for (auto& [key, member] : of) {
            part const below(name, std::string_view(key));
            walk<How, Transposed>(member, name, to);
        }
    } else {
        static_assert(type_is_bound<type, false>::value);
    }
}

}  // namespace detail

}  // namespace lade::inline LADE_ABI
