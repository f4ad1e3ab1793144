// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/limits.hpp>
#include <lade/format/payload.hpp>
#include <lade/model/strides.hpp>
#include <lade/torch/decoder.hpp>

#include <algorithm>
#include <vector>

/// The bytes of storages and tensors of a PyTorch file: little-endian whatever the file, dense
/// whatever the strides.
namespace lade::inline LADE_ABI::torch {

/// Reads storages, wherever they lie. Borrows all that it is given.
class storage_bytes_reader {
  public:
    storage_bytes_reader(any_source file, lade::zip::archive const* archive,
                         storage_table const& storages, lade::zip::read_options options)
        : file_(file), archive_(archive), storages_(&storages), options_(options) {}

    storage const& about(std::uint32_t number) const { return (*storages_)[number]; }

    /// The bytes where they lie; none if they must be unpacked, swapped or read.
    std::optional<bytes::view> view(std::uint32_t number) const {
        storage const& one = about(number);
        if (one.is_big_endian && one.word > 1) return std::nullopt;
        if (one.absent || one.size == 0) return bytes::view{};
        if (one.entry != nullptr) {
            if (!one.entry->is_stored()) return std::nullopt;
            auto const begin = archive_->data_offset(*one.entry);
            return begin ? file_.view(*begin, one.size) : std::nullopt;
        }
        if (one.is_in_file()) return file_.view(one.offset, one.size);
        return one.memory;
    }

    /// Fills `to` from byte `from` of the storage on, swapped to little-endian. Errors: those of
    /// lade::zip::entry_reader and the source.
    result<void> read(std::uint32_t number, std::uint64_t from, std::span<std::byte> to) {
        storage const& one = about(number);
        std::size_t const word = one.is_big_endian && one.word > 1 ? one.word : 1;
        std::size_t const lead = static_cast<std::size_t>(from % word);
        if (lead == 0 && to.size() % word == 0) {
            if (auto const done = read_plain(one, from, to); !done) return done;
            if (word > 1) bytes::swap_elements(to, word);
            return {};
        }
        // begins or ends within a word: read whole words, give a part
        std::vector<std::byte> whole((lead + to.size() + word - 1) / word * word);
        if (auto const done = read_plain(one, from - lead, whole); !done) return done;
        bytes::swap_elements(whole, word);
        std::copy_n(whole.begin() + static_cast<std::ptrdiff_t>(lead), to.size(), to.begin());
        return {};
    }

    /// Counts bytes of tensors that are copied out of storages. All tensors together may not become
    /// more than what the file could hold: a file of a few names for one storage, or of many
    /// expanded numbers, would fill any memory. Errors: limit.exceeded.
    result<void> charge(std::uint64_t size) {
        copied_ += size;
        return room_for(0);
    }
    result<void> room_for(std::uint64_t size) const {
        std::uint64_t const most = limits{}.decoded(file_.size());
        if (copied_ > most || size > most - copied_)
            return fail(lade::ids::limit, error::nowhere, most, size);
        return {};
    }

    /// All bytes in memory: where they lie, or in a buffer that the next call reuses.
    result<bytes::view> whole(std::uint32_t number) {
        if (auto const there = view(number)) return *there;
        if (kept_number_ == number) return bytes::view(kept_);
        storage const& one = about(number);
        kept_number_ = name_index::none;
        kept_.resize(static_cast<std::size_t>(one.size));
        if (auto const done = read(number, 0, kept_); !done) return done.error();
        kept_number_ = number;
        return bytes::view(kept_);
    }

  private:
    result<void> read_plain(storage const& one, std::uint64_t from, std::span<std::byte> to) {
        if (to.empty()) return {};
        if (one.entry != nullptr) {
            if (reading_ != one.entry) {
                auto opened = lade::zip::entry_reader::open(*archive_, *one.entry, options_);
                if (!opened) return opened.error();
                reader_ = std::make_unique<lade::zip::entry_reader>(*std::move(opened));
                reading_ = one.entry;
            }
            return reader_->read(from, to);
        }
        if (one.is_in_file()) {
            if (!bytes::inside(from, to.size(), one.size))
                return fail(bytes::ids::truncated, from, to.size(), one.size);
            return file_.read(one.offset + from, to);
        }
        return memory(one.memory).read(from, to);
    }

    any_source file_;
    lade::zip::archive const* archive_;
    storage_table const* storages_;
    lade::zip::read_options options_;
    std::unique_ptr<lade::zip::entry_reader> reader_;
    lade::zip::entry const* reading_ = nullptr;
    std::uint64_t copied_ = 0;
    std::vector<std::byte> kept_;
    std::uint32_t kept_number_ = name_index::none;
};

/// A whole storage.
class storage_payload final : public any_payload {
  public:
    storage_payload(storage_bytes_reader& from, std::uint32_t number)
        : from_(&from), number_(number) {}

    std::uint64_t size() override { return from_->about(number_).size; }
    std::optional<bytes::view> view() override { return from_->view(number_); }
    result<void> read(std::uint64_t from, std::span<std::byte> to) override {
        return from_->read(number_, from, to);
    }

  private:
    storage_bytes_reader* from_;
    std::uint32_t number_;
};

/// A tensor in a storage.
class tensor_payload final : public any_payload {
  public:
    tensor_payload(storage_bytes_reader& from, tensor_record const& of)
        : from_(&from),
          of_(&of),
          item_(size_of(of.type)),
          nbytes_(*bytes_of(of.type, of.elements())),
          as_it_lies_(!of.conjugate && !of.negative && is_dense(of.shape, of.strides)) {}

    std::uint64_t size() override { return nbytes_; }
    /// Whether the elements lie in the storage as they are wanted.
    bool as_it_lies() const { return as_it_lies_; }

    std::optional<bytes::view> view() override {
        if (nbytes_ == 0) return bytes::view{};
        if (!as_it_lies_) return std::nullopt;
        auto const all = from_->view(of_->storage);
        if (!all) return std::nullopt;
        return all->subspan(static_cast<std::size_t>(begin()), static_cast<std::size_t>(nbytes_));
    }

    /// Errors: limit.exceeded if the tensor is far larger than its storage.
    result<void> granted() override {
        if (as_it_lies_ || nbytes_ == 0) return from_->room_for(nbytes_);
        std::uint64_t const most = limits{}.decoded(from_->about(of_->storage).size);
        if (nbytes_ > most) return fail(lade::ids::limit, error::nowhere, most, nbytes_);
        return from_->room_for(nbytes_);
    }

    /// Errors: those of `granted`; limit.exceeded if all tensors together become far larger than
    /// the file; those of the storage.
    result<void> read(std::uint64_t from, std::span<std::byte> to) override {
        if (!bytes::inside(from, to.size(), nbytes_))
            return fail(bytes::ids::truncated, from, to.size(), nbytes_);
        if (to.empty()) return {};
        if (from == 0)
            if (auto const done = granted(); !done) return done;
        if (auto const done = from_->charge(to.size()); !done) return done;
        if (as_it_lies_) return from_->read(of_->storage, begin() + from, to);
        if (item_ == 0) return fail(packed_strides);
        auto const all = from_->whole(of_->storage);
        if (!all) return all.error();
        gather(*all, from, to);
        return {};
    }

    static constexpr error_id packed_strides{
        "torch.packed_strides", kind::unsupported,
        "elements of less than a byte do not lie one after another"};

  private:
    std::uint64_t begin() const {
        return item_ != 0 ? of_->offset * item_ : of_->offset * bits_of(of_->type) / 8;
    }

    /// Copies the elements that bytes [from, from + to.size()) of the dense tensor hold.
    void gather(bytes::view all, std::uint64_t from, std::span<std::byte> to) const {
        strided_places at(of_->shape, of_->strides, of_->offset, from / item_);
        std::size_t skip = static_cast<std::size_t>(from % item_);
        while (!to.empty()) {
            std::byte one[16];
            std::memcpy(one, all.data() + static_cast<std::size_t>(at.place()) * item_, item_);
            apply_signs(one);
            std::size_t const part = (std::min)(item_ - skip, to.size());
            std::copy_n(one + skip, part, to.begin());
            to = to.subspan(part);
            skip = 0;
            at.next();
        }
    }

    /// PyTorch's lazy conjugation and negation: bits of the tensor that the values do not show.
    void apply_signs(std::byte* one) const {
        if (!of_->conjugate && !of_->negative) return;
        std::size_t const word = word_of(of_->type);
        bool const complex = row_of(of_->type).is == dtype_class::complex;
        for (std::size_t part = 0; part * word < item_; ++part)
            if (of_->negative != (complex && of_->conjugate && part == 1))
                one[part * word + word - 1] ^= std::byte{0x80};
    }

    storage_bytes_reader* from_;
    tensor_record const* of_;
    std::size_t item_;
    std::uint64_t nbytes_;
    bool as_it_lies_;
};

}  // namespace lade::inline LADE_ABI::torch
