// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/heap_arena.hpp>
#include <lade/codec/crc32c.hpp>
#include <lade/container/sstable/reader.hpp>
#include <lade/io/file_set.hpp>
#include <lade/tensorflow/bundle_entry.hpp>
#include <lade/tensorflow/string_elements.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// Reading V2 checkpoints: `<prefix>.index`, a block table, and `<prefix>.data-?????-of-?????`, the
/// bytes.
///
///     fixed size   elements row-major in the byte order of the header; bool, int4, uint4 ... one
///     byte each string       varint64 length of each, masked CRC-32C of the lengths, then the
///     bytes CRC-32C      of the bytes as they lie; of strings of each length as four bytes (eight
///     if it needs them), of the four bytes
///                  of the other checksum, and of the bytes
///
/// Supported: any number of shards, partitioned tensors, every type with bytes, both byte orders.
/// Variants and resources are listed without bytes. Both checksums are verified.
/// tensorflow/core/util/tensor_bundle/tensor_bundle.cc.
namespace lade::inline LADE_ABI::tensorflow {

namespace ids {
inline constexpr error_id no_header{"tensorflow.no_header", kind::corrupt,
                                    "the table is no index of a checkpoint"};
inline constexpr error_id no_such_slice{"tensorflow.no_such_slice", kind::corrupt,
                                        "a slice of a tensor has no entry in the checkpoint"};
inline constexpr error_id bad_crc{"tensorflow.bad_crc", kind::corrupt,
                                  "the bytes of a tensor do not match their CRC-32C",
                                  "the file was cut or edited after saving", numbers::hex};
inline constexpr error_id bad_strings{"tensorflow.bad_strings", kind::corrupt,
                                      "the lengths of strings contradict their bytes"};
}  // namespace ids

struct bundle_options {
    lade::limits limits{};
    bool verify_crc = true;
};

/// A V2 checkpoint. Opening reads the index; data files are opened when a tensor of theirs is read.
class bundle_reader {
  public:
    /// `files` must outlive the reader. `prefix` is the name of the checkpoint as its files have
    /// it, without folder:
    /// `<prefix>.index` stands in `files`. Errors: io.not_found, those of tables,
    /// tensorflow.no_header, .bad_bundle, .bad_version, .bad_shape, .no_such_slice, .bad_slice,
    /// .slices_overlap, limit.exceeded.
    static result<bundle_reader> open(file_set& files, std::string_view prefix,
                                      bundle_options const& options = {}) {
        auto const index = files.sibling(std::string(prefix) + ".index");
        if (!index) return index.error();
        return open(*index, files, prefix, options);
    }
    /// The same with the index from anywhere.
    static result<bundle_reader> open(any_source index, file_set& files, std::string_view prefix,
                                      bundle_options const& options = {}) {
        bundle_reader made{files, prefix, options, index.size()};
        if (auto const done = made.read_index(index); !done) return done.error();
        return made;
    }

    bundle_header const& header() const { return header_; }
    /// All entries in the order of their keys, slices included.
    std::span<bundle_entry const> entries() const { return entries_; }

    /// Calls `take(entry)` for each tensor in the order of the keys.
    template <class Take>
    void for_each(Take&& take) const {
        for (auto const& entry : entries_)
            if (!entry.is_slice) take(entry);
    }
    /// Null: no tensor of that name.
    bundle_entry const* find(std::string_view name) const {
        bundle_entry const* const found = lookup(name);
        return found != nullptr && !found->is_slice ? found : nullptr;
    }

    /// A tensor of the checkpoint as a payload. Reads in ascending order check the bytes on the
    /// way, with an error at the end; any other read checks the whole tensor first. Good as long as
    /// the reader.
    class tensor {
      public:
        lade::dtype dtype() const { return type_; }
        std::span<std::uint64_t const> shape() const { return entry_->shape; }
        std::string_view name() const { return entry_->name; }
        /// Bytes of the payload: dense, little-endian; strings with an eight-byte length each.
        std::uint64_t size() const {
            return type_ == lade::dtype::string ? strings_.size() : size_;
        }
        /// Of strings the sum of their lengths.
        std::uint64_t nbytes() const {
            return type_ == lade::dtype::string ? strings_.characters() : size_;
        }

        /// The elements of a tensor of strings, good as long as this tensor and the files.
        std::span<std::string_view const> texts() const { return texts_; }

        /// The bytes where they lie; none: they must be read. Not checked against their CRC-32C:
        /// `verify` does.
        std::optional<bytes::view> view() const {
            if (!lies_as_it_is()) return std::nullopt;
            return data_->view(entry_->offset, size_);
        }
        /// Errors: tensorflow.bad_crc, bytes.truncated, those of the source.
        result<void> read(std::uint64_t from, std::span<std::byte> to) {
            if (type_ == lade::dtype::string) return strings_.read(from, to);
            if (!bytes::inside(from, to.size(), size_))
                return fail(bytes::ids::truncated, from, to.size(), size_);
            if (!joined_.empty() || entry_->slices) {
                if (!to.empty()) std::memcpy(to.data(), joined_.data() + from, to.size());
                return {};
            }
            if (check_ && from != checked_)
                if (auto const done = verify(); !done) return done;
            // in pieces that stay in the cache between the copy and the checksum
            std::size_t const piece = check_ ? std::size_t{1} << 17 : to.size();
            for (std::size_t at = 0; at < to.size(); at += piece) {
                auto const part = to.subspan(at, (std::min)(piece, to.size() - at));
                if (auto const done = data_->read(entry_->offset + from + at, part); !done)
                    return done.error().in(entry_->name);
                if (!check_) continue;
                crc_ = codec::crc32c(part, crc_);
                checked_ += part.size();
            }
            if (check_ && checked_ == size_)
                if (auto const done = compare(); !done) return done;
            if (order_ != bytes::order::little) swap(from, to);
            return {};
        }
        /// Checks all bytes against their CRC-32C, once. Errors: tensorflow.bad_crc, those of the
        /// source.
        result<void> verify() {
            if (!check_) return {};
            crc_ = 0;
            if (auto const all = data_->view(entry_->offset, size_)) {
                crc_ = codec::crc32c(*all);
            } else {
                std::vector<std::byte> block(
                    static_cast<std::size_t>(std::min<std::uint64_t>(size_, 1U << 20)));
                for (std::uint64_t at = 0; at < size_;) {
                    auto const part = std::span<std::byte>(block).first(static_cast<std::size_t>(
                        (std::min<std::uint64_t>)(size_ - at, block.size())));
                    if (auto const done = data_->read(entry_->offset + at, part); !done)
                        return done.error().in(entry_->name);
                    crc_ = codec::crc32c(part, crc_);
                    at += part.size();
                }
            }
            return compare();
        }

        tensor(tensor&&) = default;
        tensor& operator=(tensor&&) = default;

      private:
        friend class bundle_reader;
        explicit tensor(bundle_entry const& entry, lade::dtype type, bytes::order order)
            : entry_(&entry), type_(type), order_(order) {}

        bool lies_as_it_is() const {
            return type_ != lade::dtype::string && !entry_->slices && data_.has_value() &&
                   (order_ == bytes::order::little || word_of(type_) <= 1);
        }
        result<void> compare() {
            std::uint32_t const told = codec::unmasked(entry_->crc);
            if (crc_ != told)
                return fail(ids::bad_crc, entry_->offset, told, crc_).in(entry_->name);
            check_ = false;
            return {};
        }
        /// Reverses words of which the read part may begin or end inside.
        void swap(std::uint64_t from, std::span<std::byte> to) {
            std::size_t const word = word_of(type_);
            if (word < 2 || (from % word == 0 && to.size() % word == 0))
                return bytes::swap_elements(to, word);
            // rare: byte by byte through the word it belongs to
            for (std::size_t i = 0; i < to.size(); ++i) {
                std::uint64_t const place = from + i,
                                    mirrored = place - place % word + (word - 1 - place % word);
                std::byte one;
                if (data_->read(entry_->offset + mirrored, {&one, 1})) to[i] = one;
            }
        }

        bundle_entry const* entry_;
        lade::dtype type_;
        bytes::order order_;
        std::uint64_t size_ = 0;
        std::optional<any_source> data_;
        bool check_ = false;
        std::uint64_t checked_ = 0;
        std::uint32_t crc_ = 0;
        std::vector<std::byte>
            joined_;  ///< a partitioned tensor put together, or the bytes of strings
        std::vector<std::string_view> texts_;
        string_elements strings_;
    };

    /// The tensor, ready to be read. Strings and partitioned tensors are read and checked here, all
    /// others when their payload is read. Errors: tensorflow.unknown_dtype, .no_bytes, .bad_size,
    /// .bad_strings, .bad_crc, .slices_missing, .slices_overlap, bytes.truncated (the shard is cut
    /// short), io.not_found (it is missing), limit.exceeded.
    result<tensor> open_tensor(bundle_entry const& entry) {
        auto const type = dtype_of(entry.number);
        if (!type || entry.number > 100)
            return fail(ids::unknown_dtype, error::nowhere, 0,
                        static_cast<std::uint64_t>(entry.number))
                .in(entry.name);
        if (!has_bytes(*type)) return fail(ids::no_bytes).in(entry.name);
        tensor made{entry, *type, header_.order};
        if (auto const done = prepare(made); !done) return done.error().in(entry.name);
        return made;
    }

  private:
    bundle_reader(file_set& files, std::string_view prefix, bundle_options const& options,
                  std::uint64_t size)
        : files_(&files),
          prefix_(prefix),
          options_(options),
          memory_(std::make_unique<heap_arena>(options.limits.bookkeeping(size))),
          in_(std::make_unique<protobuf::document>(*memory_)) {}

    bundle_entry const* lookup(std::string_view name) const {
        auto const at = std::lower_bound(
            entries_.begin(), entries_.end(), name,
            [](bundle_entry const& entry, std::string_view wanted) { return entry.name < wanted; });
        return at != entries_.end() && at->name == name ? &*at : nullptr;
    }

    result<void> read_index(any_source index) {
        auto const table = sstable::table::open(index, {.verify_crc = options_.verify_crc});
        if (!table) return table.error();
        auto at = table->begin();
        if (!at.next()) return at.failed() ? at.error() : fail(ids::no_header);
        // a header begins with the number of shards; the index of a V1 checkpoint has a message
        // there
        if (!at.key().empty() || (!at.value().empty() && at.value()[0] == std::byte{0x0a}))
            return fail(ids::no_header);
        {
            protobuf::document in{*memory_};
            auto const header = read_bundle_header(
                protobuf::read(in, proto::bundle_header_proto::table, at.value()));
            if (!header) return header.error();
            header_ = *header;
        }
        bool partitioned = false;
        while (at.next()) {
            std::string_view const name = memory_->copy(at.key());
            if (name.data() == nullptr) return memory_->exhausted();
            auto const entry = read_entry(name, at.value());
            if (!entry) return entry.error().in(name);
            if (entry->shard >= header_.shards && !entry->slices)
                return fail(ids::bad_bundle, error::nowhere, header_.shards, entry->shard).in(name);
            if (entry->slices) partitioned = true;
            if (entries_.size() == entries_.capacity()) {
                std::uint64_t const more = sizeof(bundle_entry) * (entries_.size() + 1);
                if (more > options_.limits.bookkeeping(index.size())) return fail(lade::ids::limit);
            }
            entries_.push_back(*entry);
        }
        if (at.failed()) return at.error();
        return partitioned ? hide_slices() : result<void>{};
    }

    /// Entries with slices keep their message, so its bytes go into the arena; of the others
    /// nothing is kept.
    result<bundle_entry> read_entry(std::string_view name, bytes::view value) {
        using proto::bundle_entry_proto;
        scratch<4096> light_memory;
        protobuf::document in{light_memory};
        auto const light = protobuf::read(in, bundle_entry_proto::table, value);
        bool const sliced = light.has(bundle_entry_proto::number("slices"));
        if (!sliced && !in.failed()) {
            auto const entry = read_bundle_entry(name, light, *memory_, options_.limits);
            if (entry || !in.failed()) return entry;
        }
        auto const kept = memory_->copy(bytes::text(value));
        if (kept.data() == nullptr) return memory_->exhausted();
        return read_bundle_entry(name,
                                 protobuf::read(*in_, bundle_entry_proto::table, bytes::of(kept)),
                                 *memory_, options_.limits);
    }

    /// Marks the entries that are parts of others.
    result<void> hide_slices() {
        std::vector<extent> slice;
        for (std::size_t i = 0; i < entries_.size(); ++i) {
            bundle_entry const& whole = entries_[i];
            if (!whole.slices) continue;
            std::string key = slice_key_of(whole.name);
            std::size_t const stem = key.size();
            for (auto const part : whole.slices.subs(proto::bundle_entry_proto::number("slices"))) {
                if (auto const done = read_slice(part, slice); !done)
                    return done.error().in(whole.name);
                key.resize(stem);
                put_slice(key, slice);
                auto* const found = const_cast<bundle_entry*>(lookup(key));
                if (found == nullptr || found->slices)
                    return fail(ids::no_such_slice).in(whole.name);
                if (found->is_slice) return fail(ids::slices_overlap).in(whole.name);
                found->is_slice = true;
            }
            if (in_->failed()) return in_->error().in(whole.name);
        }
        return {};
    }

    result<any_source> shard(std::uint32_t number) {
        if (shards_.empty()) shards_.resize(header_.shards);
        if (!shards_[number]) {
            auto const opened = files_->sibling(shard_name(prefix_, number, header_.shards));
            if (!opened) return opened.error();
            shards_[number] = *opened;
        }
        return *shards_[number];
    }
    /// Bytes of all data files that were opened.
    std::uint64_t opened_bytes() const {
        std::uint64_t sum = 0;
        for (auto const& each : shards_)
            if (each) sum += each->size();
        return sum;
    }

    result<void> prepare(tensor& made) {
        bundle_entry const& entry = *made.entry_;
        if (entry.slices) return join(made);
        auto const data = shard(entry.shard);
        if (!data) return data.error();
        if (!bytes::inside(entry.offset, entry.size, data->size()))
            return fail(bytes::ids::truncated, entry.offset, entry.size,
                        data->size() > entry.offset ? data->size() - entry.offset : 0);
        made.data_ = *data;
        if (made.type_ == lade::dtype::string) return read_strings(made);
        auto const size = bytes_of(made.type_, *bytes::product(entry.shape));
        if (!size || *size != entry.size)
            return fail(ids::bad_size, entry.offset, size ? *size : ~std::uint64_t{0}, entry.size);
        made.size_ = *size;
        made.check_ = options_.verify_crc;
        return {};
    }

    result<void> read_strings(tensor& made) {
        bundle_entry const& entry = *made.entry_;
        std::uint64_t const count = *bytes::product(entry.shape);
        // a byte of length for each element, and the checksum of the lengths
        if (count > entry.size || (entry.size - count < 4 && !(count == 0 && entry.size == 0)))
            return fail(ids::bad_strings, entry.offset, count, entry.size);
        bytes::view all;
        if (auto const lying = made.data_->view(entry.offset, entry.size)) {
            all = *lying;
        } else {
            made.joined_.resize(static_cast<std::size_t>(entry.size));
            if (auto const done = made.data_->read(entry.offset, made.joined_); !done) return done;
            all = made.joined_;
        }
        std::uint32_t crc = 0;
        if (entry.size != 0) {
            bytes::cursor lengths{all, entry.offset};
            for (std::uint64_t i = 0; i < count; ++i) {
                std::uint64_t const length = lengths.varint();
                std::byte word[8];
                bool const wide = length > 0xffffffff;
                if (wide) bytes::store(word, length, header_.order);
                else bytes::store(word, static_cast<std::uint32_t>(length), header_.order);
                crc = codec::crc32c(bytes::view{word, wide ? 8U : 4U}, crc);
            }
            auto const stored = lengths.bytes(4);
            if (!lengths) return lengths.error();
            auto const told = bytes::load<std::uint32_t>(stored.data(), header_.order);
            if (options_.verify_crc && codec::masked(crc) != told)
                return fail(ids::bad_crc, entry.offset, codec::unmasked(told), crc);
            crc = codec::crc32c(lengths.rest(), codec::crc32c(stored, crc));
            bytes::cursor again{all}, characters{lengths.rest()};
            made.texts_.reserve(static_cast<std::size_t>(count));
            for (std::uint64_t i = 0; i < count; ++i)
                made.texts_.push_back(bytes::text(characters.bytes(again.varint())));
            if (!characters || !characters.done()) return fail(ids::bad_strings, entry.offset);
        }
        if (options_.verify_crc && crc != codec::unmasked(entry.crc))
            return fail(ids::bad_crc, entry.offset, codec::unmasked(entry.crc), crc);
        made.strings_ = {made.texts_, count};
        return {};
    }

    result<void> join(tensor& made) {
        bundle_entry const& whole = *made.entry_;
        if (made.type_ == lade::dtype::string) return fail(ids::no_bytes);
        auto const size = bytes_of(made.type_, *bytes::product(whole.shape));
        if (!size) return fail(ids::bad_shape);
        std::vector<extent> slice, box;
        std::vector<std::pair<tensor, std::vector<extent>>> parts;
        std::uint64_t stored = 0;
        std::string key = slice_key_of(whole.name);
        std::size_t const stem = key.size();
        for (auto const part : whole.slices.subs(proto::bundle_entry_proto::number("slices"))) {
            if (auto const done = read_slice(part, slice); !done) return done;
            if (auto const done = box_of(slice, whole.shape, box); !done) return done;
            key.resize(stem);
            put_slice(key, slice);
            bundle_entry const* const found = lookup(key);
            if (found == nullptr || found->number != whole.number) return fail(ids::no_such_slice);
            bool fits = found->shape.size() == box.size();
            for (std::size_t axis = 0; fits && axis < box.size(); ++axis)
                fits = found->shape[axis] == static_cast<std::uint64_t>(box[axis].length);
            if (!fits) return fail(ids::bad_slice);
            tensor one{*found, made.type_, header_.order};
            if (auto const done = prepare(one); !done) return done;
            stored += one.size_;  // each lies in a file, and their number is that of entries
            parts.emplace_back(std::move(one), box);
        }
        // slices that cover the tensor without overlap have its size; told before memory is taken
        if (stored < *size) return fail(ids::slices_missing, error::nowhere, *size, stored);
        if (stored > *size) return fail(ids::slices_overlap, error::nowhere, *size, stored);
        // but slices may share their bytes
        if (std::uint64_t const most = options_.limits.decoded(opened_bytes()); *size > most)
            return fail(lade::ids::limit, error::nowhere, most, *size);
        slice_joiner joiner{whole.shape, size_of(made.type_)};
        std::vector<std::byte> room;
        for (auto& [part, where] : parts) {
            bytes::view data;
            if (auto const lying = part.view()) {
                if (auto const done = part.verify(); !done) return done;
                data = *lying;
            } else {
                room.resize(static_cast<std::size_t>(part.size_));
                if (auto const done = part.read(0, room); !done) return done;
                data = room;
            }
            if (auto const done = joiner.add(where, data); !done) return done;
        }
        auto joined = std::move(joiner).finish();
        if (!joined) return joined.error();
        made.joined_ = *std::move(joined);
        made.size_ = *size;
        return {};
    }

    file_set* files_;
    std::string prefix_;
    bundle_options options_;
    std::unique_ptr<heap_arena> memory_;
    std::unique_ptr<protobuf::document> in_;
    bundle_header header_{};
    std::vector<bundle_entry> entries_;
    std::vector<std::optional<any_source>> shards_;
};

}  // namespace lade::inline LADE_ABI::tensorflow
