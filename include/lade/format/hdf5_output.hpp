// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/hdf5/writer.hpp>
#include <lade/format/writer.hpp>

#include <memory>

/// Tensors as datasets of an HDF5 file, for all formats that lie in such files.
namespace lade::inline LADE_ABI::hdf5 {

inline constexpr dtype_set storable_dtypes{
    dtype::boolean,       dtype::int8,        dtype::int16,   dtype::int32,     dtype::int64,
    dtype::uint8,         dtype::uint16,      dtype::uint32,  dtype::uint64,    dtype::float16,
    dtype::bfloat16,      dtype::float32,     dtype::float64, dtype::complex64, dtype::complex128,
    dtype::float8_e4m3fn, dtype::float8_e5m2, dtype::string};

/// Writes the datasets of a listing, whose places a format chooses. Numbers are passed on as they
/// come. Strings of variable length lie before all else in the file, so where there are any, the
/// elements of all tensors are kept until `finish`.
class tensor_output {
  public:
    /// The listing must outlive this object.
    tensor_output(any_output to, listing const& of, write_options const& how)
        : to_(to), of_(&of), file_(how) {}

    /// For groups and attributes, before `begin`.
    hdf5::writer& file() { return file_; }

    /// Stores bfloat16 as two bytes without a type that an attribute names, as Keras 3 does; else
    /// it is a float of its own fields.
    void mark_bfloat16() { marks_bfloat16_ = true; }

    /// Declares where the next tensor of the listing goes. Errors: save.dtype, tensor.no_bytes of
    /// absent ones, those of `hdf5::writer::dataset`.
    result<void> place(writer::handle parent, std::string path) {
        tensor_info const& one = of_->tensors[places_.size()];
        if (one.absent) return fail(absent_tensor).in(one.name);
        if (!storable_dtypes.has(one.type)) return fail(lade::ids::dtype_not_storable).in(one.name);
        places_.push_back({parent, std::move(path), false});
        has_texts_ = has_texts_ || one.type == dtype::string;
        return {};
    }
    /// The next tensor of the listing is not written, and its elements do not come.
    void leave_out() { places_.push_back({{}, {}, true}); }
    /// When all tensors have their places. Errors: those of the writer and the output.
    result<void> begin() {
        if (has_texts_) return {};
        for (std::size_t i = 0; i < places_.size(); ++i)
            if (auto const done = declare(i); !done) return done;
        return file_.begin(to_);
    }
    /// Errors: save.wrong_byte_count, those of the output.
    result<void> push(bytes::view data) {
        if (!has_texts_) return settled(file_.push(to_, data));
        kept_.insert(kept_.end(), data.begin(), data.end());
        return {};
    }
    /// Errors: save.wrong_byte_count, those of the output.
    result<void> finish() {
        if (!has_texts_) return settled(file_.end());
        return write_kept();
    }

    static constexpr error_id absent_tensor{"save.no_bytes", kind::mismatch,
                                            "the tensor has no bytes that could be saved"};

  private:
    struct spot {
        writer::handle parent;
        std::string path;
        bool left_out = false;
    };

    static result<void> settled(result<void> done) {
        if (!done && *done.error().id == ids::wrong_bytes) return fail(lade::ids::wrong_byte_count);
        return done;
    }

    result<void> declare(std::size_t number) {
        tensor_info const& one = of_->tensors[number];
        auto const& [parent, path, left_out] = places_[number];
        if (left_out) return {};
        if (marks_bfloat16_ && one.type == dtype::bfloat16) {
            auto const made = file_.opaque_dataset(parent, path, 2, one.shape);
            if (!made) return made.error().in(one.name);
            return file_.attribute(*made, "dtype", "bfloat16", {.vlen = true, .utf8 = true});
        }
        auto const made = file_.dataset(parent, path, one.type, one.shape);
        if (!made) return made.error().in(one.name);
        return {};
    }

    result<void> write_kept() {
        bytes::cursor at(kept_);
        std::vector<bytes::view> numbers;
        std::vector<std::string_view> texts;
        for (std::size_t i = 0; i < places_.size(); ++i) {
            tensor_info const& one = of_->tensors[i];
            if (places_[i].left_out) continue;
            if (one.type != dtype::string) {
                if (auto const done = declare(i); !done) return done;
                numbers.push_back(at.bytes(one.nbytes));
                if (!at) return fail(lade::ids::wrong_byte_count).in(one.name);
                continue;
            }
            auto const count = bytes::product(one.shape);
            if (!count || *count > at.left() / 8)
                return fail(lade::ids::wrong_byte_count).in(one.name);
            texts.clear();
            for (std::uint64_t k = 0; k < *count; ++k)
                texts.push_back(bytes::text(at.bytes(at.number<std::uint64_t>())));
            if (!at) return fail(lade::ids::wrong_byte_count).in(one.name);
            auto const made =
                file_.text_dataset(places_[i].parent, places_[i].path, texts, one.shape);
            if (!made) return made.error().in(one.name);
        }
        if (at.left() != 0) return fail(lade::ids::wrong_byte_count);
        if (auto const done = file_.begin(to_); !done) return done;
        for (bytes::view one : numbers)
            if (auto const done = file_.push(to_, one); !done) return settled(done);
        return settled(file_.end());
    }

    any_output to_;
    listing const* of_;
    hdf5::writer file_;
    std::vector<spot> places_;
    bool has_texts_ = false;
    bool marks_bfloat16_ = false;
    std::vector<std::byte> kept_;
};

}  // namespace lade::inline LADE_ABI::hdf5
