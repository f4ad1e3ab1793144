// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/checked.hpp>
#include <lade/bytes/cursor.hpp>
#include <lade/format/save_errors.hpp>
#include <lade/model/tensor_table.hpp>

#include <algorithm>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

/// What writers of TensorFlow's files share: tensors whose bytes are pushed one after another.
namespace lade::inline LADE_ABI::tensorflow {

namespace ids {
inline constexpr error_id bad_pushed_strings{
    "tensorflow.bad_pushed_strings", kind::mismatch,
    "the lengths of pushed strings contradict their number and size"};
}  // namespace ids

/// Bytes that a save pushes for a tensor: of strings the lengths as well. None: too many for any
/// file.
inline std::optional<std::uint64_t> pushed_bytes(tensor_info const& of) {
    if (of.absent) return 0;
    if (of.type != dtype::string) return of.nbytes;
    auto const count = bytes::product(of.shape);
    auto const words = count ? bytes::product(*count, 8) : std::nullopt;
    return words ? bytes::sum(*words, of.nbytes) : std::nullopt;
}

/// The strings in what was pushed for a tensor; they point into it. Errors:
/// tensorflow.bad_pushed_strings.
inline result<std::vector<std::string_view>> pushed_strings(tensor_info const& of,
                                                            bytes::view data) {
    std::uint64_t const count = bytes::product(of.shape).value_or(0);
    std::vector<std::string_view> texts;
    bytes::cursor from{data};
    for (std::uint64_t i = 0; i < count && from; ++i) {
        std::uint64_t const length = from.number<std::uint64_t>();
        texts.push_back(bytes::text(from.bytes(length)));
    }
    if (!from || !from.done()) return fail(ids::bad_pushed_strings).in(of.name);
    return texts;
}

/// Cuts what is pushed into tensors. `Each` has `begin(number)`, `write(number, bytes)` and
/// `end(number)`, each with a result<void>.
class push_cutter {
  public:
    explicit push_cutter(std::span<tensor_info const> of) : of_(of) {}

    /// Errors: save.wrong_byte_count, those of `to`.
    template <class Each>
    result<void> push(bytes::view data, Each& to) {
        while (!data.empty()) {
            if (auto const done = advance(to); !done) return done;
            if (!begun_) return fail(lade::ids::wrong_byte_count, error::nowhere, 0, data.size());
            auto const part =
                data.first(static_cast<std::size_t>((std::min<std::uint64_t>)(left_, data.size())));
            data = data.subspan(part.size());
            left_ -= part.size();
            if (auto const done = to.write(number_, part); !done) return done;
        }
        return {};
    }
    /// Errors: save.wrong_byte_count, those of `to`.
    template <class Each>
    result<void> finish(Each& to) {
        if (auto const done = advance(to); !done) return done;
        if (begun_) return fail(lade::ids::wrong_byte_count, error::nowhere, left_, 0);
        return {};
    }

  private:
    /// Ends the tensor whose bytes are all there, and begins the next one that has any.
    template <class Each>
    result<void> advance(Each& to) {
        while (left_ == 0) {
            if (begun_) {
                begun_ = false;
                if (auto const done = to.end(number_); !done) return done;
                ++number_;
            }
            if (number_ == of_.size()) return {};
            auto const size = pushed_bytes(of_[number_]);
            if (!size)
                return fail(lade::ids::wrong_byte_count, error::nowhere).in(of_[number_].name);
            left_ = *size;
            begun_ = true;
            if (auto const done = to.begin(number_); !done) return done;
        }
        return {};
    }

    std::span<tensor_info const> of_;
    std::size_t number_ = 0;  ///< of the tensor that is being pushed
    bool begun_ = false;
    std::uint64_t left_ = 0;
};

}  // namespace lade::inline LADE_ABI::tensorflow
