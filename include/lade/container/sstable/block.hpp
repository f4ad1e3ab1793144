// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/result.hpp>
#include <lade/bytes/endian.hpp>
#include <lade/bytes/view.hpp>

#include <cstdint>
#include <string>
#include <string_view>

/// A block of a table, decompressed: keys in order, each sharing its beginning with the one before.
///
///     entry    = varint32 shared, varint32 unshared, varint32 value size, unshared bytes of the
///     key, value restarts = uint32 each: places of entries with shared = 0, the first one 0 count
///     = uint32 restarts
///
/// Refused: restarts beyond the block, entries that share more than there is or run into the
/// restarts, keys not in strictly ascending order (bytes as unsigned numbers).
/// leveldb/table/block.cc, block_builder.cc.
namespace lade::inline LADE_ABI::sstable {

namespace ids {
inline constexpr error_id bad_restarts{"sstable.bad_restarts", kind::corrupt,
                                       "the restarts of a block do not fit in it"};
inline constexpr error_id bad_entry{"sstable.bad_entry", kind::corrupt,
                                    "an entry of a block does not fit in it"};
inline constexpr error_id unsorted{"sstable.unsorted", kind::corrupt,
                                   "the keys of a table are not in ascending order"};
}  // namespace ids

/// Walks over the entries of one block. Failure sticks. Keys take memory for the longest of them
/// only, whatever they share.
class block_cursor {
  public:
    block_cursor() = default;

    /// Over `data`, the block without its trailer, which must outlive the cursor; `base` is its
    /// place in the file. Errors: sstable.bad_restarts.
    static result<block_cursor> open(bytes::view data, std::uint64_t base) {
        block_cursor made;
        if (data.size() < 4) return fail(ids::bad_restarts, base, 4, data.size());
        auto const count = bytes::load_le<std::uint32_t>(data.data() + data.size() - 4);
        std::uint64_t const most = (data.size() - 4) / 4;
        if (count > most || (count == 0 && data.size() > 4))
            return fail(ids::bad_restarts, base, most, count);
        made.entries_ = data.first(data.size() - 4 - std::size_t{count} * 4);
        made.restarts_ = data.subspan(made.entries_.size(), std::size_t{count} * 4);
        made.base_ = base;
        return made;
    }

    /// Goes to the next entry; false at the end and after a failure. Errors: sstable.bad_entry,
    /// sstable.unsorted.
    bool next() {
        if (at_ == entries_.size() || failed()) return false;
        return step(true);
    }

    /// Goes to the first entry whose key is not less than `target`; false: there is none, or a
    /// failure.
    bool seek(std::string_view target) {
        if (failed()) return false;
        std::uint32_t low = 0, high = static_cast<std::uint32_t>(restarts_.size() / 4);
        while (high - low > 1) {
            std::uint32_t const middle = low + (high - low) / 2;
            if (!jump(middle)) return false;
            if (key_ < target) low = middle;
            else high = middle;
        }
        if (restarts_.empty() || !jump(low)) return false;
        while (key_ < target)
            if (!next()) return false;
        return true;
    }

    std::string_view key() const { return key_; }
    bytes::view value() const { return value_; }
    /// Where the value lies in the block.
    std::size_t value_place() const {
        return static_cast<std::size_t>(value_.data() - entries_.data());
    }

    bool failed() const { return error_.id != nullptr; }
    lade::error const& error() const { return error_; }

  private:
    /// To the entry at a restart.
    bool jump(std::uint32_t restart) {
        auto const place =
            bytes::load_le<std::uint32_t>(restarts_.data() + std::size_t{restart} * 4);
        if (place >= entries_.size()) {
            if (entries_.empty()) return false;
            return stop(ids::bad_restarts, entries_.size(), place);
        }
        at_ = place;
        key_.clear();
        return step(false);
    }

    bool number(std::uint32_t& to) {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 35; shift += 7) {
            if (at_ == entries_.size()) return false;
            auto const byte = static_cast<std::uint8_t>(entries_[at_++]);
            value |= std::uint64_t{byte & 0x7fU} << shift;
            if (byte < 0x80) {
                to = static_cast<std::uint32_t>(value);
                return value <= 0xffffffff;
            }
        }
        return false;
    }

    bool step(bool ordered) {
        std::size_t const start = at_;
        std::uint32_t shared = 0, unshared = 0, size = 0;
        if (!number(shared) || !number(unshared) || !number(size))
            return stop(ids::bad_entry, 0, start);
        std::uint64_t const left = entries_.size() - at_;
        if (shared > key_.size()) return stop(ids::bad_entry, key_.size(), shared);
        if (unshared > left || size > left - unshared)
            return stop(ids::bad_entry, left, std::uint64_t{unshared} + size);
        auto const suffix = bytes::text(entries_.subspan(at_, unshared));
        // what is shared is equal, so the order shows behind it
        if (ordered && begun_ && std::string_view(key_).substr(shared) >= suffix)
            return stop(ids::unsorted, 0, start);
        begun_ = true;
        key_.resize(shared);
        key_ += suffix;
        value_ = entries_.subspan(at_ + unshared, size);
        at_ += unshared + size;
        return true;
    }

    bool stop(error_id const& id, std::uint64_t expected, std::uint64_t found) {
        error_ = fail(id, base_ + at_, expected, found);
        at_ = entries_.size();
        return false;
    }

    bytes::view entries_{};
    bytes::view restarts_{};
    std::size_t at_ = 0;
    std::uint64_t base_ = 0;
    bool begun_ = false;
    std::string key_;
    bytes::view value_{};
    lade::error error_{};
};

}  // namespace lade::inline LADE_ABI::sstable
