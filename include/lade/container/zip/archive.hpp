// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/arena.hpp>
#include <lade/base/name_index.hpp>
#include <lade/bytes/checked.hpp>
#include <lade/bytes/cursor.hpp>
#include <lade/bytes/memory.hpp>
#include <lade/bytes/source.hpp>
#include <lade/container/zip/entry.hpp>
#include <lade/container/zip/records.hpp>

#include <algorithm>

/// The directory of a zip file: what entries there are, and where.
namespace lade::inline LADE_ABI::zip {

/// The central directory of an archive, indexed by name. Borrows the source and the arena.
class archive {
    auto name_at() const {
        return [this](std::uint32_t position) { return entries_[position].name; };
    }

  public:
    /// Reads the directory, and nothing of the entries. Time and memory are linear in its size.
    /// Errors: zip.no_end_record, zip.several_disks, zip.bad_directory, zip.bad_zip64,
    /// zip.bad_entry, zip.bad_name, zip.duplicate_name, zip.overlap, zip.size_mismatch,
    /// limit.exceeded, those of the source.
    static result<archive> open(any_source from, arena& memory) {
        archive opened(from, memory);
        auto const ends = opened.find_directory();
        if (!ends) return ends.error();
        if (auto const done = opened.read_directory(*ends); !done) return done.error();
        if (auto const done = opened.check_overlap(ends->offset); !done) return done.error();
        if (auto const done = opened.build_index(); !done) return done.error();
        return opened;
    }

    /// In the order of the central directory.
    std::span<entry const> entries() const { return entries_.span(); }
    any_source from() const { return from_; }

    /// The entry of this name, or null. Names are compared byte by byte.
    entry const* find(std::string_view name) const {
        auto const position = index_.find(name, name_at());
        return position == name_index::none ? nullptr : &entries_[position];
    }

    /// Where the data of the entry begin. Reads the local header and holds it against the
    /// directory, for programs that believe the one or the other must not see two different
    /// archives. Errors: zip.encrypted, zip.method, zip.header_mismatch, zip.bad_entry,
    /// bytes.bad_magic.
    result<std::uint64_t> data_offset(entry const& of) const {
        if ((of.flags & (flag::encrypted | flag::strongly_encrypted | flag::patched)) != 0)
            return fail(ids::encrypted, of.local_offset).in(of.name);
        if (of.method != method::stored && of.method != method::deflated)
            return fail(ids::unknown_method, of.local_offset, method::deflated, of.method)
                .in(of.name);
        std::byte head[bytes::size_of<local_header>];
        if (auto const done = from_.read(of.local_offset, head); !done)
            return done.error().in(of.name);
        auto const local = bytes::read<local_header>(bytes::view(head), 0);
        if (!local)
            return fail(*local.error().id, of.local_offset, local.error().expected,
                        local.error().found)
                .in(of.name);
        std::uint64_t const after = of.local_offset + sizeof head;  // inside: the header was read
        error const contradicts = fail(ids::header_mismatch, of.local_offset).in(of.name);
        if (local->method != of.method || local->name_size != of.name.size()) return contradicts;
        if (auto const same = same_name(after, of.name); !same) return same.error().in(of.name);
        else if (!*same) return contradicts;
        bool const told = (local->flags & flag::descriptor) == 0;
        bool const wide = local->packed_size == wide32 || local->plain_size == wide32;
        if (told && !wide &&
            (local->packed_size != of.packed_size || local->plain_size != of.plain_size ||
             local->crc != of.crc))
            return contradicts;
        std::uint64_t const begin = after + local->name_size + local->extra_size;
        if (!bytes::inside(begin, of.packed_size, from_.size()))
            return fail(ids::bad_entry, of.local_offset, of.packed_size,
                        begin < from_.size() ? from_.size() - begin : 0)
                .in(of.name);
        return begin;
    }

  private:
    struct directory_place {
        std::uint64_t offset, size, entries;
    };
    static constexpr std::uint32_t wide32 = 0xffffffff;

    archive(any_source from, arena& memory)
        : from_(from), memory_(&memory), entries_(memory), index_(memory) {}

    /// Bytes of the source; read into the arena where the source has no view.
    result<bytes::view> fetch(std::uint64_t offset, std::uint64_t size) {
        if (auto const there = from_.view(offset, size)) return *there;
        if (!bytes::inside(offset, size, from_.size()))
            return fail(bytes::ids::truncated, offset, size,
                        offset < from_.size() ? from_.size() - offset : 0);
        auto* const room = memory_->take_array<std::byte>(size);
        if (room == nullptr) return memory_->exhausted();
        std::span<std::byte> const to(room, static_cast<std::size_t>(size));
        if (auto const done = from_.read(offset, to); !done) return done.error();
        return bytes::view(to);
    }

    /// The end record stands at the very end but for a comment, which may hold its signature too:
    /// only a record whose comment ends where the file ends is taken.
    result<directory_place> find_directory() {
        constexpr std::uint64_t size = bytes::size_of<end_record>;
        std::uint64_t const whole = from_.size();
        if (whole < size) return fail(ids::no_end_record, whole, size, whole);
        if (auto const tail = fetch(whole - size, size)) {
            if (auto const found = bytes::read<end_record>(*tail, 0);
                found && found->comment_size == 0)
                return directory_of(*found, whole - size);
        } else {
            return tail.error();
        }
        std::uint64_t const longest = std::min<std::uint64_t>(whole, size + 0xffff);
        auto const tail = fetch(whole - longest, longest);
        if (!tail) return tail.error();
        for (std::uint64_t at = longest - size + 1; at-- > 0;) {
            if ((*tail)[static_cast<std::size_t>(at)] != std::byte{'P'}) continue;
            auto const found = bytes::read<end_record>(*tail, at);
            if (found && found->comment_size == longest - size - at)
                return directory_of(*found, whole - longest + at);
        }
        return fail(ids::no_end_record, whole);
    }

    result<directory_place> directory_of(end_record const& end, std::uint64_t at) {
        directory_place told{end.directory_offset, end.directory_size, end.entries};
        std::uint64_t limit = at;  // where the directory must have ended
        constexpr std::uint64_t locator_size = bytes::size_of<zip64_locator>;
        bool const asks =
            end.entries == 0xffff || end.directory_size == wide32 || end.directory_offset == wide32;
        if (at >= locator_size) {
            auto const before = fetch(at - locator_size, locator_size);
            if (!before) return before.error();
            if (auto const locator = bytes::read<zip64_locator>(*before, 0)) {
                if (locator->end_disk != 0 || locator->disks > 1)
                    return fail(ids::several_disks, at - locator_size, 1, locator->disks);
                constexpr std::uint64_t record_size = bytes::size_of<zip64_end_record>;
                std::uint64_t const place = locator->end_offset;
                if (!bytes::inside(place, record_size, at - locator_size))
                    return fail(ids::bad_zip64, at - locator_size, at - locator_size, place);
                auto const raw = fetch(place, record_size);
                if (!raw) return raw.error();
                auto const wide = bytes::read<zip64_end_record>(*raw, 0);
                if (!wide)
                    return fail(ids::bad_zip64, place, zip64_end_record::table::magic,
                                wide.error().found);
                if (wide->this_disk != 0 || wide->directory_disk != 0)
                    return fail(ids::several_disks, place, 0, wide->this_disk);
                told = {wide->directory_offset, wide->directory_size, wide->entries};
                limit = place;
            } else if (asks && end.entries != 0xffff) {
                return fail(ids::bad_zip64, at);
            }
        }
        if (end.this_disk != 0 && end.this_disk != 0xffff)
            return fail(ids::several_disks, at, 0, end.this_disk);
        if (!bytes::inside(told.offset, told.size, limit))
            return fail(ids::bad_directory, at, limit, told.offset);
        if (told.entries > told.size / bytes::size_of<central_header>)
            return fail(ids::bad_directory, at, told.entries,
                        told.size / bytes::size_of<central_header>);
        return told;
    }

    result<void> read_directory(directory_place const& where) {
        auto const data = fetch(where.offset, where.size);
        if (!data) return data.error();
        bytes::cursor at(*data, where.offset);
        if (!entries_.reserve(static_cast<std::size_t>(where.entries)) ||
            !index_.reserve(static_cast<std::size_t>(where.entries)))
            return memory_->exhausted();
        for (std::uint64_t i = 0; i < where.entries; ++i) {
            std::uint64_t const begin = at.offset();
            bytes::view const fixed = at.bytes(bytes::size_of<central_header>);
            if (!at) return at.error();
            auto const head = bytes::read<central_header>(fixed, 0);
            if (!head)
                return fail(*head.error().id, begin, head.error().expected, head.error().found);
            bytes::view const name = at.bytes(head->name_size);
            bytes::view const more = at.bytes(head->extra_size);
            at.bytes(head->comment_size);
            if (!at) return at.error();
            entry one;
            one.name = bytes::text(name);
            one.packed_size = head->packed_size;
            one.plain_size = head->plain_size;
            one.local_offset = head->local_offset;
            one.crc = head->crc;
            one.method = head->method;
            one.flags = head->flags;
            if (one.name.empty() || one.name.find('\0') != std::string_view::npos)
                return fail(ids::bad_name, begin);
            if (head->disk != 0 && head->disk != 0xffff)
                return fail(ids::several_disks, begin, 0, head->disk).in(one.name);
            if (!widen(one, *head, more)) return fail(ids::bad_zip64, begin).in(one.name);
            // deflate cannot exceed 1032:1 (RFC 1951: 258 bytes in 2 bits)
            if (one.method == method::deflated && one.plain_size / 1032 > one.packed_size + 1)
                return fail(ids::bomb, begin, one.packed_size, one.plain_size).in(one.name);
            if (one.is_stored() && one.packed_size != one.plain_size &&
                (one.flags & flag::encrypted) == 0)
                return fail(ids::size_mismatch, begin, one.packed_size, one.plain_size)
                    .in(one.name);
            if (!entries_.push(one)) return memory_->exhausted();
        }
        return {};
    }

    /// 4.5.3: of sizes and offset those that read 0xffffffff stand in the extra field, in this
    /// order.
    static bool widen(entry& one, central_header const& head, bytes::view more) {
        bool const plain = head.plain_size == wide32, packed = head.packed_size == wide32,
                   offset = head.local_offset == wide32;
        if (!plain && !packed && !offset) return true;
        for (bytes::cursor at(more); at && at.left() >= 4;) {
            auto const id = at.number<std::uint16_t>();
            bytes::view const field = at.bytes(at.number<std::uint16_t>());
            if (!at || id != extra::zip64) continue;
            bytes::cursor in(field);
            if (plain) one.plain_size = in.number<std::uint64_t>();
            if (packed) one.packed_size = in.number<std::uint64_t>();
            if (offset) one.local_offset = in.number<std::uint64_t>();
            return bool(in);
        }
        return false;
    }

    /// Entries that share bytes are how a small file unpacks to a huge one. Local headers and data
    /// must lie one after another, before the directory; what the local header adds to an entry is
    /// checked when the entry is read.
    result<void> check_overlap(std::uint64_t directory) {
        std::uint32_t const count = static_cast<std::uint32_t>(entries_.size());
        bool ascending = true;
        for (std::uint32_t i = 1; i < count; ++i)
            ascending &= entries_[i - 1].local_offset <= entries_[i].local_offset;
        std::uint32_t* order = nullptr;
        if (!ascending) {
            order = memory_->take_array<std::uint32_t>(count);
            if (order == nullptr) return memory_->exhausted();
            for (std::uint32_t i = 0; i < count; ++i) order[i] = i;
            std::sort(order, order + count, [&](std::uint32_t a, std::uint32_t b) {
                return entries_[a].local_offset < entries_[b].local_offset;
            });
        }
        for (std::uint32_t i = 0; i < count; ++i) {
            entry const& one = entries_[order == nullptr ? i : order[i]];
            std::uint64_t const next =
                i + 1 == count ? directory
                               : entries_[order == nullptr ? i + 1 : order[i + 1]].local_offset;
            std::uint64_t const head = bytes::size_of<local_header> + one.name.size();
            if (one.local_offset > directory || !bytes::inside(one.local_offset, head, directory) ||
                one.packed_size > directory - one.local_offset - head)
                return fail(ids::bad_entry, one.local_offset, one.packed_size, directory)
                    .in(one.name);
            if (one.local_offset + head + one.packed_size > next)
                return fail(ids::overlap, one.local_offset, next,
                            one.local_offset + head + one.packed_size)
                    .in(one.name);
        }
        return {};
    }

    result<void> build_index() {
        for (std::size_t i = 0; i < entries_.size(); ++i) {
            switch (index_.add(entries_[i].name, static_cast<std::uint32_t>(i), name_at())) {
                case name_index::added::yes: break;
                case name_index::added::there_already:
                    return fail(ids::duplicate_name, entries_[i].local_offset).in(entries_[i].name);
                case name_index::added::no_memory: return memory_->exhausted();
            }
        }
        return {};
    }

    result<bool> same_name(std::uint64_t offset, std::string_view name) const {
        std::byte block[128];
        while (!name.empty()) {
            std::span<std::byte> const part(block, (std::min)(name.size(), sizeof block));
            if (auto const done = from_.read(offset, part); !done) return done.error();
            if (bytes::text(part) != name.substr(0, part.size())) return false;
            name.remove_prefix(part.size());
            offset += part.size();
        }
        return true;
    }

    any_source from_;
    arena* memory_;
    arena_list<entry> entries_;
    name_index index_;
};

}  // namespace lade::inline LADE_ABI::zip
