// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/codec/deflate.hpp>
#include <lade/container/zip/writer.hpp>
#include <lade/numpy/encoder.hpp>

#include <algorithm>
#include <memory>
#include <optional>

namespace lade::inline LADE_ABI::numpy {

namespace ids {
inline constexpr error_id one_array{"save.one_array", kind::mismatch,
                                    "an .npy file holds one array (found: tensors)",
                                    "save to .npz, or choose one tensor"};
}  // namespace ids

/// Writes one array. The same listing and elements give the same bytes, those that numpy.save gives
/// for a row-major array.
class npy_writer {
  public:
    /// Errors: save.one_array, those of check_storable and of the output.
    static result<npy_writer> start(output_set& to, listing const& of, no_options const&) {
        if (of.tensors.size() != 1)
            return fail(ids::one_array, error::nowhere, 1, of.tensors.size());
        tensor_info const& one = of.tensors[0];
        if (auto const done = check_storable(one); !done) return done.error();
        auto const opened = to.file();
        if (!opened) return opened.error();
        npy_writer made(*opened, one);
        if (!made.array_.is_string())
            if (auto const done = made.to_.write(std::string_view(made.array_.number_header()));
                !done)
                return done.error();
        return made;
    }

    /// Errors: save.wrong_byte_count, those of the output.
    result<void> push(bytes::view data) {
        auto const part = array_.take(data);
        if (!data.empty()) return fail(lade::ids::wrong_byte_count);
        return part.empty() ? result<void>() : to_.write(part);
    }
    /// Errors: save.wrong_byte_count, save.npy_text, those of the output.
    result<void> finish() {
        if (!array_.complete()) return fail(lade::ids::wrong_byte_count);
        if (!array_.is_string()) return {};
        if (auto const size = array_.measure(); !size) return size.error();
        return array_.write_strings([&](bytes::view piece) { return to_.write(piece); });
    }

  private:
    npy_writer(any_output to, tensor_info const& of) : to_(to), array_(of) {}

    any_output to_;
    encoder array_;
};
static_assert(format_writer<npy_writer>);

/// What a save can be told.
struct npz_options {
    bool compress = false;  ///< deflate the arrays, as numpy.savez_compressed does
    int level = 6;          ///< of compression, as zlib has them
};

/// Writes an archive of arrays, each `<name>.npy`. The same listing and elements give the same
/// bytes.
class npz_writer {
  public:
    /// Errors: those of check_storable; save.bad_name (not UTF-8, NUL, too long),
    /// save.duplicate_name, those of the output.
    static result<npz_writer> start(output_set& to, listing const& of, npz_options const& how) {
        if (auto const done = check_names(of); !done) return done.error();
        for (tensor_info const& one : of.tensors)
            if (auto const done = check_storable(one); !done) return done.error();
        auto const opened = to.file();
        if (!opened) return opened.error();
        npz_writer made(*opened, of, how);
        if (auto const done = made.go_on(); !done) return done.error();
        return made;
    }

    /// Errors: save.wrong_byte_count, save.npy_text, those of the output.
    result<void> push(bytes::view data) {
        while (!data.empty()) {
            if (!array_) return fail(lade::ids::wrong_byte_count);
            auto const part = array_->take(data);
            if (auto const done = put(part); !done) return done;
            if (auto const done = go_on(); !done) return done;
        }
        return {};
    }
    /// Errors: save.wrong_byte_count, those of the output.
    result<void> finish() {
        if (array_) return fail(lade::ids::wrong_byte_count);
        return to_.finish();
    }

  private:
    npz_writer(any_output to, listing const& of, npz_options const& how)
        : to_(to), of_(&of), how_(how) {
        if (how_.compress) packer_ = std::make_unique<packer>(how_.level);
    }

    static result<void> check_names(listing const& of) {
        std::vector<std::string_view> names;
        names.reserve(of.tensors.size());
        for (tensor_info const& one : of.tensors) {
            bool const good = bytes::is_utf8(one.name) && one.name.find('\0') == one.name.npos &&
                              one.name.size() <= 0xff00;
            if (!good) return fail(lade::ids::bad_name).in(one.name);
            names.push_back(one.name);
        }
        std::sort(names.begin(), names.end());
        auto const twice = std::adjacent_find(names.begin(), names.end());
        if (twice != names.end()) return fail(lade::ids::name_twice).in(*twice);
        return {};
    }

    /// Ends the tensor whose elements have all come, and those after it that have none; begins the
    /// next one.
    result<void> go_on() {
        while (!array_ || array_->complete()) {
            if (array_)
                if (auto const done = end_tensor(); !done) return done;
            array_.reset();
            if (next_ == of_->tensors.size()) return {};
            array_.emplace(of_->tensors[next_++]);
            if (array_->is_string()) continue;
            std::string const header = array_->number_header();
            if (auto const done = begin_entry(array_->file_size()); !done) return done;
            if (auto const done = put(bytes::of(header)); !done) return done;
        }
        return {};
    }
    result<void> end_tensor() {
        if (array_->is_string()) {
            auto const size = array_->measure();
            if (!size) return size.error();
            if (auto const done = begin_entry(*size); !done) return done;
            if (auto const done =
                    array_->write_strings([&](bytes::view piece) { return put(piece); });
                !done)
                return done;
        }
        if (packer_ != nullptr)
            if (auto const done = pack({}, codec::flush::finish); !done) return done;
        return to_.end();
    }

    result<void> begin_entry(std::uint64_t size) {
        std::string const name = std::string(of_->tensors[next_ - 1].name).append(".npy");
        if (packer_ == nullptr) return to_.begin(name, size);
        packer_->stream.reset(how_.level);
        return to_.begin_deflated(name, size);
    }
    result<void> put(bytes::view data) {
        if (data.empty()) return {};
        return packer_ == nullptr ? to_.write(data) : pack(data, codec::flush::none);
    }
    result<void> pack(bytes::view data, codec::flush how) {
        for (;;) {
            auto const did = packer_->stream.next(data, packer_->room, how);
            auto const packed = bytes::view(packer_->room).first(did.produced);
            if (auto const done = to_.write_packed(packed, data.first(did.consumed)); !done)
                return done;
            data = data.subspan(did.consumed);
            bool const more = did.produced == sizeof packer_->room;
            if (how == codec::flush::finish ? did.finished : data.empty() && !more) return {};
        }
    }

    struct packer {
        explicit packer(int level) : stream(level) {}
        codec::deflater stream;
        std::byte room[std::size_t{1} << 15];
    };

    zip::writer to_;
    listing const* of_;
    npz_options how_;
    std::unique_ptr<packer> packer_;
    std::optional<encoder> array_;
    std::size_t next_ = 0;
};
static_assert(format_writer<npz_writer>);

}  // namespace lade::inline LADE_ABI::numpy
