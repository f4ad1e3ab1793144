// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/hdf5/object_header.hpp>

/// Link message 0x06: a name in a group (IV.A.2.g).
///
///     byte  size  member
///        0     1  1
///        1     1  flags: 0-1 width of the size of the name; 2 order; 3 type; 4 character set are
///        there
///             (1) type: 0 hard, 1 soft, 64 external, 65 and more defined by users
///             (8) creation order
///             (1) character set: 0 ASCII, 1 UTF-8
///          1 2 4 8  size of the name
///              .  name, without NUL
///              .  hard: O address. soft: u16 size, path. external: u16 size, 0, file, NUL, path,
///              NUL. Others: u16 size, bytes
///
/// External links are listed, never followed here. Links defined by users are listed.
namespace lade::inline LADE_ABI::hdf5 {

namespace ids {
inline constexpr error_id bad_link{"hdf5.bad_link", kind::corrupt,
                                   "a link holds a number that cannot be"};
}  // namespace ids

enum class link_kind : std::uint8_t { hard, soft, external, user };

/// A link of a group. The texts are good as long as the list that gave it.
struct link {
    std::string_view name;
    link_kind kind = link_kind::hard;
    std::uint64_t address = no_address;  ///< hard: of the object header
    std::string_view target;             ///< soft, external: path of an object; user: the bytes
    std::string_view file;               ///< external: the other file
};

/// The texts are good as long as `data`. Errors: hdf5.bad_link, hdf5.unsupported_version,
/// bytes.truncated.
inline result<link> read_link(reader const& in, bytes::view data, std::uint64_t offset) {
    bytes::cursor at(data, offset);
    if (auto const known = expect_version(at, 1); !known) return known.error();
    unsigned const flags = at.number<std::uint8_t>();
    unsigned const type = (flags & 8) != 0 ? at.number<std::uint8_t>() : 0;
    if ((flags & 4) != 0) at.bytes(8);
    if ((flags & 16) != 0) at.bytes(1);
    link made;
    std::uint64_t const size = at.number_of(1U << (flags & 3));
    made.name = bytes::text(at.bytes(size));
    if (!at) return at.error();
    if (made.name.empty() || flags > 31 || (type > 1 && type < 64))
        return fail(ids::bad_link, offset, 31, flags);
    if (type == 0) {
        made.address = in.address(at);
        if (at && made.address == no_address) return fail(ids::bad_link, offset);
    } else {
        made.kind = type == 1    ? link_kind::soft
                    : type == 64 ? link_kind::external
                                 : link_kind::user;
        std::uint16_t const length = at.number<std::uint16_t>();
        made.target = bytes::text(at.bytes(length));
    }
    if (!at) return at.error();
    if (made.kind == link_kind::external) {
        // a version and flags byte, then two strings that end with NUL
        if (made.target.size() < 3 || made.target.back() != '\0')
            return fail(ids::bad_link, offset);
        made.target.remove_prefix(1);
        std::size_t const end = made.target.find('\0');
        made.file = made.target.substr(0, end);
        made.target.remove_prefix(end + 1);
        made.target = made.target.substr(0, made.target.find('\0'));
    } else if (made.kind == link_kind::soft && made.target.find('\0') != std::string_view::npos) {
        made.target = made.target.substr(0, made.target.find('\0'));
    }
    return made;
}

/// The links of one group, in the byte order of their names. Of two with one name the first is
/// kept, as libhdf5 finds it.
class link_list {
  public:
    std::size_t size() const { return entries_.size(); }
    bool empty() const { return entries_.empty(); }

    /// Precondition: number < size(). The texts are good as long as the list.
    link operator[](std::size_t number) const {
        entry const& from = entries_[number];
        char const* const text = text_.data() + from.at;
        link made;
        made.kind = from.kind;
        made.address = from.address;
        made.name = {text, from.name_size};
        made.target = {text + from.name_size, from.target_size};
        made.file = {text + from.name_size + from.target_size, from.file_size};
        return made;
    }
    std::optional<link> find(std::string_view name) const {
        auto const at = std::lower_bound(
            entries_.begin(), entries_.end(), name,
            [this](entry const& one, std::string_view key) { return name_of(one) < key; });
        if (at == entries_.end() || name_of(*at) != name) return std::nullopt;
        return (*this)[static_cast<std::size_t>(at - entries_.begin())];
    }

    /// Bytes of the texts added so far: what a reader bounds its work with.
    std::size_t text_size() const { return text_.size(); }

    void add(link const& one) {
        entry made;
        made.at = text_.size();
        made.address = one.address;
        made.name_size = static_cast<std::uint32_t>(one.name.size());
        made.target_size = static_cast<std::uint32_t>(one.target.size());
        made.file_size = static_cast<std::uint32_t>(one.file.size());
        made.kind = one.kind;
        for (std::string_view part : {one.name, one.target, one.file})
            text_.insert(text_.end(), part.begin(), part.end());
        entries_.push_back(made);
    }
    /// To be called once, after the last `add`.
    void sort() {
        auto const before = [this](entry const& a, entry const& b) {
            std::string_view const x = name_of(a);
            std::string_view const y = name_of(b);
            return x != y ? x < y : a.at < b.at;
        };
        if (!std::is_sorted(entries_.begin(), entries_.end(), before))
            bytes::sort(entries_, before);
        entries_.erase(std::unique(entries_.begin(), entries_.end(),
                                   [this](entry const& a, entry const& b) {
                                       return name_of(a) == name_of(b);
                                   }),
                       entries_.end());
    }

  private:
    struct entry {
        std::size_t at = 0;
        std::uint64_t address = no_address;
        std::uint32_t name_size = 0, target_size = 0, file_size = 0;
        link_kind kind = link_kind::hard;
    };
    std::string_view name_of(entry const& one) const {
        return {text_.data() + one.at, one.name_size};
    }

    std::vector<entry> entries_;
    std::vector<char> text_;
};

}  // namespace lade::inline LADE_ABI::hdf5
