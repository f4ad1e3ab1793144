// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/heap_arena.hpp>
#include <lade/bytes/memory.hpp>
#include <lade/container/sstable/reader.hpp>
#include <lade/tensorflow/checkpoint_errors.hpp>
#include <lade/tensorflow/proto/checkpoint.hpp>
#include <lade/tensorflow/slice.hpp>
#include <lade/tensorflow/tensor_proto.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

/// Reading V1 checkpoints: one block table, or several that each hold some of the slices.
///
///     key ''     SavedTensorSlices{ meta: SavedTensorSliceMeta{ tensor: name, shape, type, slices;
///     versions } } slice key  SavedTensorSlices{ data: SavedSlice{ name, slice, data: TensorProto
///     of values alone } }
///
/// Every tensor has slices, a whole one a slice of everything. The values have neither type nor
/// shape of their own. Supported: whole and partitioned tensors, every type but variants and
/// resources; version 0 and 1. tensorflow/core/util/saved_tensor_slice.proto,
/// tensor_slice_reader.cc.
namespace lade::inline LADE_ABI::tensorflow {

namespace ids {
inline constexpr error_id not_v1{"tensorflow.not_v1", kind::corrupt,
                                 "the table is no V1 checkpoint"};
inline constexpr error_id no_record{"tensorflow.no_record", kind::corrupt,
                                    "a slice of a tensor has no record in the checkpoint"};
}  // namespace ids

struct v1_options {
    lade::limits limits{};
    bool verify_crc = true;
};

/// A V1 checkpoint. Opening reads the directory; values are read when a tensor is opened.
class v1_reader {
  public:
    struct entry {
        std::string_view name;
        std::int32_t number = 0;  ///< TensorFlow's number of the type
        std::span<std::uint64_t const> shape{};
        std::size_t place = 0;  ///< in the directories of the files
        std::vector<std::pair<std::uint32_t, std::vector<extent>>>
            slices;  ///< number of the file, and the slice
    };

    /// `files`: the one file, or all shards. They must outlive the reader. Errors: those of tables,
    /// tensorflow.not_v1, .bad_version, .bad_shape, .bad_slice, .bad_bundle (files disagree about a
    /// tensor), limit.exceeded.
    static result<v1_reader> open(std::span<any_source const> files,
                                  v1_options const& options = {}) {
        v1_reader made{options};
        for (any_source const& file : files)
            if (auto const done = made.add_file(file); !done) return done.error();
        if (auto const done = made.sort(); !done) return done.error();
        return made;
    }
    static result<v1_reader> open(any_source file, v1_options const& options = {}) {
        return open({&file, 1}, options);
    }

    /// By name, in the order of the bytes.
    std::span<entry const> entries() const { return entries_; }
    entry const* find(std::string_view name) const {
        auto const at = std::lower_bound(
            entries_.begin(), entries_.end(), name,
            [](entry const& one, std::string_view wanted) { return one.name < wanted; });
        return at != entries_.end() && at->name == name ? &*at : nullptr;
    }

    /// The elements of a tensor as a payload: dense, little-endian; strings with an eight-byte
    /// length each.
    class tensor {
      public:
        std::uint64_t size() const {
            return type_ == lade::dtype::string ? strings_.size() : data_.size();
        }
        std::uint64_t nbytes() const {
            return type_ == lade::dtype::string ? strings_.characters() : data_.size();
        }
        lade::dtype dtype() const { return type_; }
        /// The elements of a tensor of strings, good as long as this tensor.
        std::span<std::string_view const> texts() const { return texts_; }
        /// Good as long as the tensor.
        std::optional<bytes::view> view() const {
            if (type_ == lade::dtype::string) return std::nullopt;
            return bytes::view{data_};
        }
        /// Errors: bytes.truncated.
        result<void> read(std::uint64_t from, std::span<std::byte> to) {
            if (type_ == lade::dtype::string) return strings_.read(from, to);
            return memory(data_).read(from, to);
        }

        tensor(tensor&&) = default;
        tensor& operator=(tensor&&) = default;

      private:
        friend class v1_reader;
        tensor() = default;
        lade::dtype type_ = lade::dtype::float32;
        std::vector<std::byte> data_;
        std::vector<std::string> kept_;
        std::vector<std::string_view> texts_;
        string_elements strings_;
    };

    /// Reads all values of a tensor. Errors: those of tables, tensorflow.no_record, .unknown_dtype,
    /// .no_bytes, .bad_size (expected, found: bytes), .slices_missing, .slices_overlap,
    /// limit.exceeded, those of protobuf.
    result<tensor> open_tensor(entry const& of) const {
        auto const type = dtype_of(of.number);
        if (!type || of.number > 100)
            return fail(ids::unknown_dtype, error::nowhere, 0,
                        static_cast<std::uint64_t>(of.number))
                .in(of.name);
        if (!has_bytes(*type)) return fail(ids::no_bytes).in(of.name);
        auto made = read_tensor(of, *type);
        if (!made) return made.error().in(of.name);
        return made;
    }

  private:
    explicit v1_reader(v1_options const& options) : options_(options) {}

    result<void> add_file(any_source file) {
        auto table = sstable::table::open(file, {.verify_crc = options_.verify_crc});
        if (!table) return table.error();
        auto at = table->begin();
        if (!at.next()) return at.failed() ? at.error() : fail(ids::not_v1);
        if (!at.key().empty()) return fail(ids::not_v1);
        auto memory = std::make_unique<heap_arena>(options_.limits.bookkeeping(file.size()));
        auto const kept = memory->copy(bytes::text(at.value()));
        if (kept.data() == nullptr) return memory->exhausted();
        auto const number = static_cast<std::uint32_t>(tables_.size());
        auto const done = read_directory(bytes::of(kept), number, *memory);
        memories_.push_back(std::move(memory));
        tables_.push_back(*std::move(table));
        return done;
    }

    result<void> read_directory(bytes::view value, std::uint32_t file, arena& memory) {
        using proto::saved_slice_meta, proto::saved_tensor_slice_meta, proto::saved_tensor_slices,
            proto::version_def;
        protobuf::document in{memory};
        auto const record = protobuf::read(in, saved_tensor_slices::table, value);
        auto const meta = record.sub(saved_tensor_slices::number("meta"));
        if (in.failed() || !meta) return fail(ids::not_v1);
        auto const versions = meta.sub(saved_tensor_slice_meta::number("versions"));
        if (std::int64_t const least = versions.integer(version_def::number("min_consumer"));
            least > 1)
            return fail(ids::bad_version, error::nowhere, 1, static_cast<std::uint64_t>(least));
        for (auto const one : meta.subs(saved_tensor_slice_meta::number("tensor"))) {
            entry made;
            made.name = one.text(saved_slice_meta::number("name"));
            made.number = static_cast<std::int32_t>(one.integer(saved_slice_meta::number("type")));
            auto const shape =
                read_shape(one.sub(saved_slice_meta::number("shape")), memory, options_.limits);
            if (!shape) return shape.error().in(made.name);
            made.shape = *shape;
            made.place = entries_.size();
            for (auto const part : one.subs(saved_slice_meta::number("slice"))) {
                std::vector<extent> slice, box;
                if (auto const done = read_slice(part, slice); !done)
                    return done.error().in(made.name);
                if (auto const done = box_of(slice, made.shape, box); !done)
                    return done.error().in(made.name);
                made.slices.emplace_back(file, std::move(slice));
            }
            entries_.push_back(std::move(made));
        }
        return in.status();
    }

    /// Puts the slices of a tensor together that several files tell of.
    result<void> sort() {
        std::sort(entries_.begin(), entries_.end(), [](entry const& a, entry const& b) {
            return a.name != b.name ? a.name < b.name : a.place < b.place;
        });
        std::vector<entry> merged;
        for (entry& one : entries_) {
            if (merged.empty() || merged.back().name != one.name) {
                merged.push_back(std::move(one));
                continue;
            }
            entry& whole = merged.back();
            if (one.number != whole.number || !std::equal(one.shape.begin(), one.shape.end(),
                                                          whole.shape.begin(), whole.shape.end()))
                return fail(ids::bad_bundle).in(one.name);
            for (auto& slice : one.slices) whole.slices.push_back(std::move(slice));
        }
        entries_ = std::move(merged);
        return {};
    }

    result<tensor> read_tensor(entry const& of, lade::dtype type) const {
        tensor made;
        made.type_ = type;
        std::uint64_t const count = *bytes::product(of.shape);
        auto const size =
            type == lade::dtype::string ? std::optional<std::uint64_t>{0} : bytes_of(type, count);
        if (!size) return fail(ids::bad_shape);
        std::uint64_t covered = 0;
        std::vector<extent> box;
        for (auto const& [file, slice] : of.slices) {
            if (auto const done = box_of(slice, of.shape, box); !done) return done.error();
            auto const next = bytes::sum(covered, elements_of(box));
            if (!next || *next > count) return fail(ids::slices_overlap, error::nowhere, count);
            covered = *next;
        }
        if (covered != count) return fail(ids::slices_missing, error::nowhere, count, covered);
        if (type == lade::dtype::string && of.slices.size() != 1) return fail(ids::no_bytes);
        // the values that are there must be about as many: each record holds all of its elements
        std::uint64_t stored = 0;
        for (auto const& table : tables_) stored += table.source().size();
        if (*size > options_.limits.decoded(stored))
            return fail(lade::ids::limit, error::nowhere, options_.limits.decoded(stored), *size);
        bool const whole = of.slices.size() == 1;
        slice_joiner joiner{whole ? std::span<std::uint64_t const>{} : of.shape, size_of(type)};
        for (auto const& [file, slice] : of.slices) {
            if (auto const done = box_of(slice, of.shape, box); !done) return done.error();
            std::vector<std::byte> data;
            if (auto const done = read_record(of, type, file, slice, box, made, data); !done)
                return done.error();
            if (type == lade::dtype::string) return made;
            if (whole) {
                made.data_ = std::move(data);
                return made;
            }
            if (auto const done = joiner.add(box, data); !done) return done.error();
        }
        if (count == 0) return made;
        auto joined = std::move(joiner).finish();
        if (!joined) return joined.error();
        made.data_ = *std::move(joined);
        return made;
    }

    result<void> read_record(entry const& of, lade::dtype type, std::uint32_t file,
                             std::vector<extent> const& slice, std::span<extent const> box,
                             tensor& made, std::vector<std::byte>& data) const {
        using proto::saved_slice, proto::saved_tensor_slices;
        auto at = tables_[file].begin();
        std::string const key = slice_key(of.name, slice);
        if (!at.seek(key) || at.key() != key)
            return at.failed() ? at.error() : fail(ids::no_record);
        heap_arena memory{options_.limits.bookkeeping(at.value().size())};
        protobuf::document in{memory};
        auto const record = protobuf::read(in, saved_tensor_slices::table, at.value())
                                .sub(saved_tensor_slices::number("data"));
        if (in.failed()) return in.error();
        if (!record || record.text(saved_slice::number("name")) != of.name)
            return fail(ids::no_record);
        std::vector<std::uint64_t> shape;
        for (extent const& axis : box) shape.push_back(static_cast<std::uint64_t>(axis.length));
        auto values = const_tensor::read(record.sub(saved_slice::number("data")), type, shape,
                                         options_.limits);
        if (!values) return values.error();
        // unlike a constant, a record does not repeat its last value
        if (values->stored_elements() != values->elements())
            return fail(ids::bad_size, error::nowhere, values->elements(),
                        values->stored_elements());
        if (type == lade::dtype::string) {
            for (auto const text : values->stored_strings()) made.kept_.emplace_back(text);
            made.texts_.assign(made.kept_.begin(), made.kept_.end());
            made.strings_ = {made.texts_, values->elements()};
            return {};
        }
        data.resize(static_cast<std::size_t>(values->size()));
        return values->read(0, data);
    }

    v1_options options_;
    std::vector<std::unique_ptr<heap_arena>> memories_;
    std::vector<sstable::table> tables_;
    std::vector<entry> entries_;
};

}  // namespace lade::inline LADE_ABI::tensorflow
