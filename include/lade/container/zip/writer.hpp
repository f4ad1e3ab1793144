// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/checked.hpp>
#include <lade/bytes/output.hpp>
#include <lade/codec/crc32.hpp>
#include <lade/container/zip/records.hpp>

#include <string>
#include <vector>

/// A zip file, written strictly from front to back: entries of any size without seeking.
namespace lade::inline LADE_ABI::zip {

namespace ids {
inline constexpr error_id name_too_long{"zip.name_too_long", kind::mismatch,
                                        "the name of an entry has more bytes than a zip file can "
                                        "hold",
                                        "shorten the names of the tensors"};
}  // namespace ids

/// How an archive is laid out. Two hands are known: the common one, and PyTorch's
/// (caffe2/serialize/inline_container.cc).
struct write_options {
    /// Data begin at multiples of this; 0: where they fall. A power of two.
    std::uint64_t alignment = 0;
    /// PyTorch's hand, which its reader relies on when it computes offsets: version needed 0, an
    /// "FB" padding field in every local header, zero sizes and a data descriptor for every entry
    /// that is not empty, always a zip64 end record.
    bool as_torch = false;
};

/// Writes entries one after another: `begin`, any number of `write`, `end`; `finish` writes the
/// directory.
///
/// Times are 0 and attributes are empty, so that the same entries give the same bytes. Entries
/// whose size is not known, or is too large, are followed by a data descriptor. Names are UTF-8.
class writer {
  public:
    explicit writer(any_output to, write_options options = {}) : to_(to), options_(options) {}

    /// Begins a stored entry of `size` bytes. Errors: zip.name_too_long (expected, found: bytes),
    /// those of the output.
    result<void> begin(std::string_view name, std::uint64_t size) {
        return begin_entry(name, size, method::stored);
    }
    /// Begins an entry that the caller deflates: the packed bytes go through `write_packed`. `size`
    /// is that of the plain bytes.
    result<void> begin_deflated(std::string_view name, std::uint64_t size) {
        return begin_entry(name, size, method::deflated);
    }

    /// Bytes of a stored entry. Errors: those of the output.
    result<void> write(bytes::view data) {
        current_.crc = codec::crc32(data, current_.crc);
        current_.plain_size += data.size();
        current_.packed_size += data.size();
        return to_.write(data);
    }
    /// Packed bytes of a deflated entry, and the plain bytes that they stand for; either may be
    /// empty.
    result<void> write_packed(bytes::view packed, bytes::view plain) {
        current_.crc = codec::crc32(plain, current_.crc);
        current_.plain_size += plain.size();
        current_.packed_size += packed.size();
        return to_.write(packed);
    }

    /// Ends the entry. Errors: those of the output.
    result<void> end() {
        if (current_.has_descriptor) {
            bool const wide = current_.wide_descriptor();
            auto const done = wide ? to_.write(bytes::write(zip64_data_descriptor{
                                         current_.crc, current_.packed_size, current_.plain_size}))
                                   : to_.write(bytes::write(
                                         data_descriptor{current_.crc, narrow(current_.packed_size),
                                                         narrow(current_.plain_size)}));
            if (!done) return done;
        }
        return add_to_directory();
    }

    /// A whole stored entry. Errors: those of the output.
    result<void> add(std::string_view name, bytes::view data) {
        if (auto const done = begin(name, data.size()); !done) return done;
        if (auto const done = write(data); !done) return done;
        return end();
    }

    /// Writes the directory. Errors: those of the output.
    result<void> finish() {
        std::uint64_t const offset = position();
        if (auto const done = to_.write(bytes::view(directory_)); !done) return done;
        std::uint64_t const end = position();
        std::uint64_t const size = end - offset;
        if (options_.as_torch || entries_ >= 0xffff || offset >= wide32 || size >= wide32) {
            zip64_end_record const wide{44, made_by, 45, 0, 0, entries_, entries_, size, offset};
            if (auto const done = to_.write(bytes::write(wide)); !done) return done;
            if (auto const done = to_.write(bytes::write(zip64_locator{0, end, 1})); !done)
                return done;
        }
        auto const count = static_cast<std::uint16_t>(entries_ < 0xffff ? entries_ : 0xffff);
        return to_.write(
            bytes::write(end_record{0, 0, count, count, narrow(size), narrow(offset), 0}));
    }

    /// CRC-32 of the bytes of the entry that was ended last.
    std::uint32_t last_crc() const { return current_.crc; }

  private:
    static constexpr std::uint64_t wide32 = 0xffffffff;
    static constexpr std::uint16_t made_by = 0x031e;

    struct open_entry {
        std::string name;
        std::uint64_t offset = 0, packed_size = 0, plain_size = 0, declared = 0;
        std::uint32_t crc = 0;
        std::uint16_t method = 0, flags = 0;
        bool has_descriptor = false;
        bool wide_local = false;

        bool wide_descriptor() const {
            return wide_local || offset >= wide32 || packed_size >= wide32 || plain_size >= wide32;
        }
    };

    static std::uint32_t narrow(std::uint64_t value) {
        return static_cast<std::uint32_t>(value < wide32 ? value : wide32);
    }
    std::uint64_t position() const { return to_.written(); }

    result<void> begin_entry(std::string_view name, std::uint64_t size, std::uint16_t how) {
        if (name.size() > 0xffff)
            return fail(ids::name_too_long, error::nowhere, 0xffff, name.size()).in(name);
        current_ = {};
        current_.name = name;
        current_.offset = position();
        current_.method = how;
        current_.declared = size;
        bool const empty = options_.as_torch && size == 0;
        current_.has_descriptor = !empty;
        current_.flags = static_cast<std::uint16_t>(flag::utf8 | (empty ? 0 : flag::descriptor));
        // packed bytes are at most a little more than the plain ones: leave room to be sure
        current_.wide_local = size >= wide32 - (how == method::deflated ? size / 1024 + 64 : 0);

        std::vector<std::byte> more;
        if (current_.wide_local || (options_.as_torch && current_.offset >= wide32))
            add_zip64_field(more, empty);
        std::uint64_t const before =
            current_.offset + bytes::size_of<local_header> + name.size() + more.size();
        if (options_.alignment > 0 || options_.as_torch) {
            std::uint64_t const alignment = options_.alignment > 0 ? options_.alignment : 1;
            std::uint64_t const gap = bytes::aligned(before + 4, alignment) - before - 4;
            number(more, extra::padding);
            number(more, static_cast<std::uint16_t>(gap));
            more.resize(more.size() + static_cast<std::size_t>(gap), std::byte{'Z'});
        }
        local_header head{};
        head.version_needed = version_needed(how);
        head.flags = current_.flags;
        head.method = how;
        if (current_.wide_local && !options_.as_torch)
            head.packed_size = head.plain_size = narrow(wide32);
        head.name_size = static_cast<std::uint16_t>(name.size());
        head.extra_size = static_cast<std::uint16_t>(more.size());
        if (auto const done = to_.write(bytes::write(head)); !done) return done;
        if (auto const done = to_.write(name); !done) return done;
        return to_.write(bytes::view(more));
    }

    /// 4.5.3. PyTorch lists the sizes if they are large and the offset if that is.
    void add_zip64_field(std::vector<std::byte>& to, bool empty) const {
        bool const sizes = current_.wide_local && !empty;
        bool const offset = options_.as_torch && current_.offset >= wide32;
        number(to, extra::zip64);
        number(to, static_cast<std::uint16_t>((sizes ? 16 : 0) + (offset ? 8 : 0)));
        std::uint64_t const known =
            options_.as_torch ? current_.declared : 0;  // the descriptor has the true ones
        if (sizes) {
            number(to, known);
            number(to, known);
        }
        if (offset) number(to, current_.offset);
    }

    std::uint16_t version_needed(std::uint16_t how) const {
        if (how == method::deflated) return 20;
        return options_.as_torch ? 0 : current_.wide_local ? 45 : 10;
    }

    result<void> add_to_directory() {
        bool const plain = current_.plain_size >= wide32, packed = current_.packed_size >= wide32,
                   offset = current_.offset >= wide32;
        std::vector<std::byte> more;
        if (plain || packed || offset) {
            number(more, extra::zip64);
            number(more, static_cast<std::uint16_t>(8 * (int{plain} + int{packed} + int{offset})));
            if (plain) number(more, current_.plain_size);
            if (packed) number(more, current_.packed_size);
            if (offset) number(more, current_.offset);
        }
        central_header head{};
        head.version_needed = version_needed(current_.method);
        head.flags = current_.flags;
        head.method = current_.method;
        head.crc = current_.crc;
        head.packed_size = narrow(current_.packed_size);
        head.plain_size = narrow(current_.plain_size);
        head.name_size = static_cast<std::uint16_t>(current_.name.size());
        head.extra_size = static_cast<std::uint16_t>(more.size());
        head.local_offset = narrow(current_.offset);
        auto const fixed = bytes::write(head);
        auto const name = bytes::of(current_.name);
        directory_.insert(directory_.end(), fixed.begin(), fixed.end());
        directory_.insert(directory_.end(), name.begin(), name.end());
        directory_.insert(directory_.end(), more.begin(), more.end());
        ++entries_;
        return {};
    }

    template <std::unsigned_integral T>
    static void number(std::vector<std::byte>& to, T value) {
        std::byte raw[sizeof(T)];
        bytes::store_le(raw, value);
        to.insert(to.end(), raw, raw + sizeof(T));
    }

    any_output to_;
    write_options options_;
    open_entry current_;
    std::vector<std::byte> directory_;
    std::uint64_t entries_ = 0;
};

}  // namespace lade::inline LADE_ABI::zip
