// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/config.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace lade::inline LADE_ABI {

/// What kind of trouble an error is. A caller decides on the kind, a person reads the id.
enum class kind : std::uint8_t {
    corrupt,      ///< the bytes contradict the format
    unsupported,  ///< the bytes are legal, this library does not read them
    unsafe,       ///< reading would run or follow what the file names
    mismatch,     ///< the file is fine, it does not fit what the caller asked for
    io,           ///< the operating system said no
};

/// How the two numbers of an error are to be read.
enum class numbers : std::uint8_t { none, decimal, hex };

#if LADE_ERROR_TEXT
using explanation = std::string_view;
#else
/// The sentences of errors, left out of the program.
struct explanation {
    constexpr explanation() = default;
    constexpr explanation(char const*) {}
    constexpr operator std::string_view() const { return {}; }
    constexpr bool empty() const { return true; }
};
#endif

/// An error id: stable, dotted, unique, with its kind. Declared next to the code that raises it, so
/// that a search for `error_id` lists all of them.
struct error_id {
    std::string_view name;  ///< "zip.bad_crc"; static storage
    lade::kind kind = lade::kind::corrupt;
    explanation says;  ///< one sentence, no full stop: "the bytes do not match their CRC-32"
    explanation hint{};
    lade::numbers shows = lade::numbers::decimal;

    constexpr bool operator==(error_id const& other) const { return name == other.name; }
};

/// The way to a place in words: "resnet18.pth > archive/data/17 > layer1.0.conv1.weight". Of a way
/// that is too long the end is kept, for the end is what tells.
class place {
  public:
    constexpr place() = default;

    constexpr std::string_view text() const {
        return {text_ + first_, std::size_t{LADE_ERROR_PLACE} - first_};
    }
    constexpr bool empty() const { return first_ == LADE_ERROR_PLACE; }

    /// Puts `outer` in front.
    constexpr void enter(std::string_view outer) {
        if (outer.empty()) return;
        if (!empty()) prepend(" > ");
        prepend(outer);
    }

  private:
    constexpr void prepend(std::string_view words) {
        for (std::size_t i = words.size(); i-- > 0 && first_ > 0;) text_[--first_] = words[i];
    }

    char text_[LADE_ERROR_PLACE + 1]{};
    std::uint16_t first_ = LADE_ERROR_PLACE;
};

/// One error: which, where, what was expected, what was found. Trivially copyable, never allocates;
/// its text is made on demand (base/describe.hpp).
struct error {
    static constexpr std::uint64_t nowhere = ~std::uint64_t{0};

    error_id const* id = nullptr;
    std::uint64_t offset =
        nowhere;  ///< bytes from the start of the file, or of the entry that `where` ends with
    std::uint64_t expected = 0;
    std::uint64_t found = 0;
    place where{};

    /// The same error seen from outside `name`: a file, an entry of an archive, an object.
    [[nodiscard]] constexpr error in(std::string_view name) const {
        error outer = *this;
        outer.where.enter(name);
        return outer;
    }
};
static_assert(std::is_trivially_copyable_v<error>);

/// Builds an error. A function, for a partly initialised aggregate makes compilers warn.
[[nodiscard]] constexpr error fail(error_id const& id, std::uint64_t offset = error::nowhere,
                                   std::uint64_t expected = 0, std::uint64_t found = 0) {
    error made;
    made.id = &id;
    made.offset = offset;
    made.expected = expected;
    made.found = found;
    return made;
}
void fail(error_id const&& id, std::uint64_t = 0, std::uint64_t = 0,
          std::uint64_t = 0) = delete;  ///< an id must outlive its errors

}  // namespace lade::inline LADE_ABI
