// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/memory.hpp>
#include <lade/format/opened.hpp>

#include <concepts>
#include <memory>

namespace lade::inline LADE_ABI {

/// Where a model can be read from: a path, bytes in memory, or a source of the caller.
template <class T>
concept where = std::convertible_to<T const&, path> || std::convertible_to<T const&, bytes::view> ||
                source<T const>;

/// A place, opened; with what must live as long.
class open_place {
  public:
    opened& operator*() const { return *file_; }
    opened* operator->() const { return file_.get(); }

    template <where Where>
    static result<open_place> of(Where const& at) {
        open_place made;
        if constexpr (source<Where const>) {
            auto file = opened::over(any_source(at));
            if (!file) return file.error();
            made.file_ = *std::move(file);
        } else if constexpr (std::convertible_to<Where const&, path>) {
            auto file = opened::at(path(at));
            if (!file) return file.error();
            made.file_ = *std::move(file);
        } else {
            made.memory_ = std::make_unique<memory>(bytes::view(at));
            auto file = opened::over(any_source(*made.memory_));
            if (!file) return file.error();
            made.file_ = *std::move(file);
        }
        return made;
    }

  private:
    std::unique_ptr<memory> memory_;
    std::unique_ptr<opened> file_;
};

/// Opens a place. Errors: those of opened.
template <where Where>
result<open_place> open_at(Where const& at) {
    return open_place::of(at);
}

}  // namespace lade::inline LADE_ABI
