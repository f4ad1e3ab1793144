// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/limits.hpp>
#include <lade/base/result.hpp>
#include <lade/bytes/checked.hpp>
#include <lade/bytes/cursor.hpp>
#include <lade/bytes/sort.hpp>
#include <lade/bytes/source.hpp>
#include <lade/codec/lookup3.hpp>

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

/// What every structure of an HDF5 file is read with: addresses, bounds, views or copies,
/// checksums, a budget of work.
namespace lade::inline LADE_ABI::hdf5 {

namespace ids {
inline constexpr error_id bad_address{"hdf5.bad_address", kind::corrupt,
                                      "an address leads outside the file",
                                      "the file is cut short or damaged"};
inline constexpr error_id bad_checksum{
    "hdf5.bad_checksum", kind::corrupt, "the bytes of a structure do not match their checksum",
    "pass {.verify_checksums = false} to go on all the same", numbers::hex};
inline constexpr error_id bad_signature{"hdf5.bad_signature",
                                        kind::corrupt,
                                        "a structure does not begin with its signature",
                                        {},
                                        numbers::hex};
inline constexpr error_id unsupported_version{"hdf5.unsupported_version", kind::unsupported,
                                              "a structure has a version that is not known"};
inline constexpr error_id too_much_work{
    "hdf5.overlapping_structures", kind::corrupt,
    "structures loop or overlap: they claim more bytes than the file has"};
}  // namespace ids

/// How a file is opened.
struct options {
    lade::limits limits{};
    /// Wrong checksums of metadata are errors. Old structures have none.
    bool verify_checksums = true;
};

/// The address that leads nowhere, whatever the width of addresses in the file.
inline constexpr std::uint64_t no_address = ~std::uint64_t{0};

/// Bytes of a structure: where they lie in the source, or a copy. Moving it keeps views of it good.
class block {
  public:
    block() = default;
    explicit block(bytes::view lying) : view_(lying) {}
    explicit block(std::vector<std::byte>&& owned) : owned_(std::move(owned)), view_(owned_) {}
    block(block&&) noexcept = default;
    block& operator=(block&&) noexcept = default;

    bytes::view view() const { return view_; }

  private:
    std::vector<std::byte> owned_;
    bytes::view view_;
};

/// Bounds the work of one traversal: its structures may together claim no more bytes than the file
/// has. Structures of a sound file do not overlap, so loops and shared branches are what runs out.
class budget {
  public:
    explicit budget(std::uint64_t bytes) : left_(bytes) {}

    /// Errors: hdf5.overlapping_structures.
    result<void> spend(std::uint64_t bytes, std::uint64_t offset = error::nowhere) {
        if (bytes > left_) return fail(ids::too_much_work, offset, left_, bytes);
        left_ -= bytes;
        return {};
    }

  private:
    std::uint64_t left_;
};

/// Reads an HDF5 file by address. Addresses count from the base address (the superblock), places in
/// errors from the start of the source. Where the source has no views, small reads go through a few
/// blocks of 64 KiB.
class reader {
  public:
    reader(any_source from, options const& how) : from_(from), how_(how), whole_(from.size()) {}

    /// Preconditions: base <= bytes of the source; both sizes are 2, 4 or 8.
    void set(std::uint64_t base, unsigned offset_size, unsigned length_size) {
        base_ = base;
        offset_size_ = offset_size;
        length_size_ = length_size;
    }

    std::uint64_t size() const { return whole_ - base_; }
    std::uint64_t base() const { return base_; }
    unsigned offset_size() const { return offset_size_; }
    unsigned length_size() const { return length_size_; }
    lade::limits const& limits() const { return how_.limits; }
    bool verifies() const { return how_.verify_checksums; }

    /// Bytes of metadata that were asked for so far: what a walk bounds its work with.
    std::uint64_t spent() const { return spent_; }

    /// The next address of a structure; no_address if all its bits are set.
    std::uint64_t address(bytes::cursor& at) const {
        std::uint64_t const value = at.number_of(offset_size_);
        return value == ones(offset_size_) ? no_address : value;
    }
    std::uint64_t length(bytes::cursor& at) const { return at.number_of(length_size_); }

    /// Bytes [address, address + size). Errors: hdf5.bad_address, io.
    result<block> get(std::uint64_t address, std::uint64_t size) {
        if (!bytes::inside(address, size, this->size())) return outside(address, size);
        spent_ += size;
        if (auto const lying = from_.view(base_ + address, size)) return block(*lying);
        std::vector<std::byte> owned(static_cast<std::size_t>(size));
        if (auto const done = fill(base_ + address, owned); !done) return done.error();
        return block(std::move(owned));
    }
    /// As many bytes as there are, at most `size`. Errors: hdf5.bad_address, io.
    result<block> get_up_to(std::uint64_t address, std::uint64_t size) {
        if (address > this->size()) return outside(address, size);
        return get(address, (std::min)(size, this->size() - address));
    }
    /// Raw data. Errors: hdf5.bad_address, io.
    result<void> read(std::uint64_t address, std::span<std::byte> to) {
        if (!bytes::inside(address, to.size(), size())) return outside(address, to.size());
        return fill(base_ + address, to);
    }
    std::optional<bytes::view> view(std::uint64_t address, std::uint64_t size) const {
        if (!bytes::inside(address, size, this->size())) return std::nullopt;
        return from_.view(base_ + address, size);
    }
    /// The place of an address in the source, for errors.
    std::uint64_t place(std::uint64_t address) const {
        return address <= size() ? base_ + address : error::nowhere;
    }
    error outside(std::uint64_t address, std::uint64_t size) const {
        return fail(ids::bad_address, place(address), size,
                    address <= this->size() ? this->size() - address : 0);
    }

    /// Compares the last four bytes of `structure` with the checksum over the bytes before them.
    /// Errors: hdf5.bad_checksum. Precondition: at least four bytes.
    result<void> check(bytes::view structure, std::uint64_t offset) const {
        if (!how_.verify_checksums) return {};
        std::uint32_t const stored = bytes::load_le<std::uint32_t>(structure.last(4).data());
        std::uint32_t const computed = codec::lookup3(structure.first(structure.size() - 4));
        if (stored != computed) return fail(ids::bad_checksum, offset, stored, computed);
        return {};
    }

  private:
    static constexpr std::uint64_t ahead = std::uint64_t{1} << 16;
    static constexpr std::uint64_t ones(unsigned size) {
        return size >= 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << (8 * size)) - 1;
    }

    struct slot {
        std::uint64_t number = no_address;
        std::uint64_t used = 0;
        std::vector<std::byte> bytes;
    };

    result<void> fill(std::uint64_t at, std::span<std::byte> to) {
        if (to.size() >= ahead) return from_.read(at, to);
        if (auto const lying = from_.view(at, to.size())) {
            if (!to.empty()) std::memcpy(to.data(), lying->data(), to.size());
            return {};
        }
        while (!to.empty()) {
            auto const held = block_of(at / ahead);
            if (!held) return held.error();
            std::size_t const skip = static_cast<std::size_t>(at % ahead);
            std::size_t const size = (std::min)(to.size(), (*held)->bytes.size() - skip);
            std::memcpy(to.data(), (*held)->bytes.data() + skip, size);
            to = to.subspan(size);
            at += size;
        }
        return {};
    }

    /// Precondition: the block begins before the end of the source.
    result<slot*> block_of(std::uint64_t number) {
        slot* oldest = &slots_[0];
        for (slot& one : slots_) {
            if (one.number == number) {
                one.used = ++clock_;
                return &one;
            }
            if (one.used < oldest->used) oldest = &one;
        }
        oldest->number = no_address;
        oldest->bytes.resize(static_cast<std::size_t>((std::min)(ahead, whole_ - number * ahead)));
        if (auto const done = from_.read(number * ahead, oldest->bytes); !done) return done.error();
        oldest->number = number;
        oldest->used = ++clock_;
        return oldest;
    }

    any_source from_;
    options how_;
    std::uint64_t whole_;
    std::uint64_t base_ = 0;
    std::uint64_t spent_ = 0;
    std::uint64_t clock_ = 0;
    unsigned offset_size_ = 8;
    unsigned length_size_ = 8;
    slot slots_[4];
};

/// Bytes that hold every number up to `most`.
constexpr unsigned width_for(std::uint64_t most) {
    unsigned size = 1;
    while (size < 8 && (most >> (8 * size)) != 0) ++size;
    return size;
}

/// Whether the structure begins with `signature`; reads on behind it. Errors: hdf5.bad_signature,
/// bytes.truncated.
inline result<void> expect(bytes::cursor& at, char const (&signature)[5]) {
    std::uint64_t const offset = at.offset();
    bytes::view const found = at.bytes(4);
    if (!at) return at.error();
    if (!bytes::starts_with(found, std::string_view(signature, 4)))
        return fail(ids::bad_signature, offset,
                    bytes::load_le<std::uint32_t>(reinterpret_cast<std::byte const*>(signature)),
                    bytes::load_le<std::uint32_t>(found.data()));
    return {};
}
/// Reads a version byte. Errors: hdf5.unsupported_version, bytes.truncated.
inline result<void> expect_version(bytes::cursor& at, unsigned version) {
    std::uint64_t const offset = at.offset();
    unsigned const found = at.number<std::uint8_t>();
    if (!at) return at.error();
    if (found != version) return fail(ids::unsupported_version, offset, version, found);
    return {};
}

}  // namespace lade::inline LADE_ABI::hdf5
