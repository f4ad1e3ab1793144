// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/checked.hpp>
#include <lade/bytes/view.hpp>
#include <lade/container/zip/entry.hpp>

#include <span>

/// A zip file that lies in memory, read without any other memory: each question walks over the
/// central directory again. Only stored entries are given; CRCs are not compared. What makes an
/// archive of it for programs with a heap is in container/zip/archive.hpp.
namespace lade::inline LADE_ABI::zip {

namespace ids {
inline constexpr error_id not_stored{
    "zip.not_stored", kind::unsupported,
    "the entry is compressed, and cannot be viewed where it lies (found: method)",
    "pack the archive again without compression"};
}  // namespace ids

/// Failure sticks: after it nothing more is found, and `wrong` tells why.
class flash_archive {
  public:
    error_id const* wrong = nullptr;
    std::uint64_t wrong_at = 0;

    /// Finds the directory. Failures: zip.no_end_record, zip.several_disks, zip.bad_directory,
    /// zip.bad_zip64.
    explicit flash_archive(bytes::view file) : file_(file) {
        constexpr std::size_t size = bytes::size_of<end_record>;
        for (std::size_t behind = 0; behind <= 0xffff && behind + size <= file.size(); ++behind) {
            std::size_t const at = file.size() - size - behind;
            std::byte const* const found = find<end_record>(at);
            if (found == nullptr) continue;
            auto const end = end_record::table::decode<end_record>(found);
            if (end.comment_size != behind) continue;
            find_directory(end, at);
            return;
        }
        refuse(ids::no_end_record, file.size());
    }

    /// The first entry of the directory; one without a name: there is none.
    entry first() {
        std::size_t at = begin_;
        return next(at);
    }

    /// The stored bytes of the entry whose name is the three parts, one after another; null data if
    /// there is none. Failures: those of `next`, zip.duplicate_name, zip.encrypted, zip.not_stored,
    /// zip.header_mismatch, zip.bad_entry.
    bytes::view find(std::string_view folder, std::string_view prefix, std::string_view name) {
        entry found;
        for (std::size_t at = begin_; at < end_ && wrong == nullptr;) {
            entry const one = next(at);
            if (one.name.size() != folder.size() + prefix.size() + name.size() ||
                !one.name.starts_with(folder) || !one.name.ends_with(name) ||
                std::string_view(one.name.data() + folder.size(), prefix.size()) != prefix)
                continue;
            if (!found.name.empty()) refuse(ids::duplicate_name, one.local_offset);
            found = one;
        }
        return wrong != nullptr || found.name.empty() ? bytes::view{} : data_of(found);
    }

    /// Keeps the first failure.
    [[gnu::noinline]] void refuse(error_id const& id, std::uint64_t at) {
        if (wrong != nullptr) return;
        wrong = &id;
        wrong_at = at;
    }

  private:
    static constexpr std::uint32_t wide = 0xffffffff;

    /// The record at `at`; null if it is not there.
    template <bytes::record T>
    std::byte const* find(std::uint64_t at) const {
        if (!bytes::inside(at, bytes::size_of<T>, file_.size())) return nullptr;
        std::byte const* const from = file_.data() + static_cast<std::size_t>(at);
        constexpr auto magic = T::table::magic;
        return bytes::load_le<std::remove_cv_t<decltype(magic)>>(from) == magic ? from : nullptr;
    }
    void find_directory(end_record const& end, std::size_t at) {
        std::uint64_t offset = end.directory_offset, size = end.directory_size, limit = at;
        constexpr std::size_t locator_size = bytes::size_of<zip64_locator>;
        bool disks = end.this_disk != 0 && end.this_disk != 0xffff;
        std::byte const* const locator =
            at < locator_size ? nullptr : find<zip64_locator>(at - locator_size);
        if (locator != nullptr) {
            limit = zip64_locator::table::decode<zip64_locator>(locator).end_offset;
            std::byte const* const found = find<zip64_end_record>(limit);
            if (found == nullptr) return refuse(ids::bad_zip64, at);
            auto const more = zip64_end_record::table::decode<zip64_end_record>(found);
            disks = more.this_disk != 0 || more.directory_disk != 0;
            offset = more.directory_offset;
            size = more.directory_size;
        }
        if (disks) return refuse(ids::several_disks, at);
        if (limit > at || !bytes::inside(offset, size, limit))
            return refuse(ids::bad_directory, at);
        begin_ = static_cast<std::size_t>(offset);
        end_ = begin_ + static_cast<std::size_t>(size);
    }

    /// The entry at `at`, which becomes the place of the next one. Failures: zip.bad_directory,
    /// zip.bad_zip64, zip.bad_name.
    [[gnu::noinline]] entry next(std::size_t& at) {
        entry one;
        constexpr std::size_t fixed = bytes::size_of<central_header>;
        std::size_t const begin = at;
        std::byte const* const found = find<central_header>(begin);
        if (found == nullptr || end_ - begin < fixed) {
            refuse(ids::bad_directory, begin);
            return one;
        }
        auto const head = central_header::table::decode<central_header>(found);
        bytes::view const rest = file_.subspan(begin + fixed, end_ - begin - fixed);
        std::size_t const parts = std::size_t{head.name_size} + head.extra_size + head.comment_size;
        if (parts > rest.size()) {
            refuse(ids::bad_directory, begin);
            return one;
        }
        at = begin + fixed + parts;
        one.name = bytes::text(rest.first(head.name_size));
        if (one.name.empty()) refuse(ids::bad_name, begin);
        one.packed_size = head.packed_size;
        one.plain_size = head.plain_size;
        one.local_offset = head.local_offset;
        one.method = head.method;
        one.flags = head.flags;
        widen(one, rest.subspan(head.name_size, head.extra_size), begin);
        return one;
    }

    /// 4.5.3: of sizes and offset those that read 0xffffffff stand in the extra field, in this
    /// order.
    void widen(entry& one, bytes::view more, std::size_t at) {
        std::uint64_t* const numbers[]{&one.plain_size, &one.packed_size, &one.local_offset};
        bool asks = false;
        for (auto* const number : numbers) asks = asks || *number == wide;
        while (asks && more.size() >= 4) {
            auto const id = bytes::load_le<std::uint16_t>(more.data());
            std::size_t const size = bytes::load_le<std::uint16_t>(more.data() + 2);
            more = more.subspan(4);
            if (size > more.size()) break;
            bytes::view field = more.first(size);
            more = more.subspan(size);
            if (id != extra::zip64) continue;
            asks = false;
            for (auto* const number : numbers) {
                if (*number != wide) continue;
                if (field.size() < 8) return refuse(ids::bad_zip64, at);
                *number = bytes::load_le<std::uint64_t>(field.data());
                field = field.subspan(8);
            }
        }
        if (asks) refuse(ids::bad_zip64, at);
    }

    /// Holds the local header against the directory, for programs that believe the one or the other
    /// must not see two different archives.
    bytes::view data_of(entry const& of) {
        auto const at = of.local_offset;
        if ((of.flags & (flag::encrypted | flag::strongly_encrypted | flag::patched)) != 0)
            refuse(ids::encrypted, at);
        if (!of.is_stored()) refuse(ids::not_stored, at);
        std::byte const* const found = find<local_header>(at);
        if (found == nullptr) refuse(ids::header_mismatch, at);
        if (wrong != nullptr) return {};
        auto const local = local_header::table::decode<local_header>(found);
        std::size_t const name = static_cast<std::size_t>(at) + bytes::size_of<local_header>;
        bytes::view const rest = file_.subspan(name);
        bool const same = local.method == of.method && local.name_size == of.name.size() &&
                          bytes::starts_with(rest, of.name);
        if (!same || of.plain_size != of.packed_size) refuse(ids::header_mismatch, at);
        std::size_t const parts = std::size_t{local.name_size} + local.extra_size;
        if (!bytes::inside(parts, of.plain_size, rest.size())) refuse(ids::bad_entry, at);
        if (wrong != nullptr) return {};
        return rest.subspan(parts, static_cast<std::size_t>(of.plain_size));
    }

    bytes::view file_;
    std::size_t begin_ = 0, end_ = 0;  ///< of the directory
};

}  // namespace lade::inline LADE_ABI::zip
