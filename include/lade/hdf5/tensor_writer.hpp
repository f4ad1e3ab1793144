// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/format/hdf5_output.hpp>

namespace lade::inline LADE_ABI::hdf5 {

/// Writes each tensor as a dataset at its name: '/' makes groups, '.' is a character like any
/// other. `.weights.h5` files of Keras 3 are written so. Numbers are streamed; where there are
/// strings, everything is kept until the end. The same listing and elements give the same bytes.
class tensor_writer {
  public:
    /// Errors: hdf5.bad_name (empty parts of a name), hdf5.name_taken (also where one name is the
    /// beginning of another's path), hdf5.cannot_write_shape, save.dtype, save.no_bytes, those of
    /// the output.
    static result<tensor_writer> start(output_set& to, listing const& of,
                                       write_options const& how) {
        auto const opened = to.file();
        if (!opened) return opened.error();
        tensor_writer made(*opened, of, how);
        for (std::size_t i = 0; i < of.tensors.size(); ++i) {
            std::string_view const name = of.tensors[i].name;
            if (name.starts_with('/')) return fail(ids::bad_name).in(name);
            if (auto const done = made.out_.place(hdf5::writer::root(), std::string(name)); !done)
                return done.error();
        }
        // tf_keras wants the variables of the model itself, were there none
        bool keras = false;
        for (tensor_info const& one : of.tensors)
            keras = keras || one.name.find("/vars/") != one.name.npos;
        if (keras) {
            made.out_.mark_bfloat16();
            auto const vars = made.out_.file().group(hdf5::writer::root(), "vars");
            if (!vars) return vars.error();
        }
        if (auto const done = made.out_.begin(); !done) return done.error();
        return made;
    }

    /// Errors: save.wrong_byte_count, those of the output.
    result<void> push(bytes::view data) { return out_.push(data); }
    /// Errors: save.wrong_byte_count, those of the output; where strings were kept, those of
    /// `start`.
    result<void> finish() { return out_.finish(); }

  private:
    tensor_writer(any_output to, listing const& of, write_options const& how) : out_(to, of, how) {}

    tensor_output out_;
};
static_assert(format_writer<tensor_writer>);

}  // namespace lade::inline LADE_ABI::hdf5
