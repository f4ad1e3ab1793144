// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/format/filter.hpp>
#include <lade/format/opened.hpp>
#include <lade/model/listing.hpp>
#include <lade/torch/globals.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// All formats behind a few functions, so that the formats are compiled once and not once a
/// command.
namespace tool {

using lade::error, lade::result;

/// A file, opened, of a format that was found.
class model_file {
  public:
    /// `-` is standard input, read to its end. Errors: those of lade::opened.
    static result<std::unique_ptr<model_file>> open(std::string const& name);

    std::string const& name() const { return name_; }
    lade::opened& file() { return *file_; }
    /// The trait's name of the format; empty before `read`.
    std::string const& format() const { return format_; }

    /// Bytes of the file, or of the first of several.
    std::uint64_t size() const {
        return file_->files().has_file() ? file_->files().file().size() : 0;
    }

    /// Finds the format without reading the file. Errors: those of detection and of the format.
    result<std::string> find_format();
    /// Reads the file into a sink. Errors: those of detection, of the format, of the sink; with the
    /// name of the file in them.
    result<lade::flow> read(lade::any_sink& to);
    /// The same through a filter.
    result<lade::flow> read(lade::any_sink& to, lade::filter_options const& filter);

  private:
    std::string name_;
    std::string format_;
    std::vector<std::byte> input_;  ///< of standard input
    std::unique_ptr<lade::memory> memory_;
    std::unique_ptr<lade::opened> file_;
};

/// How files are written, whatever the format.
struct write_options {
    lade::contents dropped{};      ///< because the user said so
    lade::contents tacit{};        ///< what may be lost without that
    std::string like{};            ///< a model that gives all but the values of the tensors
    std::uint64_t shard_size = 0;  ///< bytes; 0: one file
    bool compact = false;
    std::string_view
        layout{};  ///< "torch": weights of Keras as PyTorch has them; empty: as they are
};

/// A format that can be written, by the name of its trait.
struct target_format {
    std::string_view name;
    std::vector<std::string_view> extensions;
};
std::vector<target_format> const& target_formats();
bool is_target(std::string_view format);

/// What a conversion did besides.
struct conversion {
    /// Names of tensors that the format cannot hold, and that are no values of the model.
    std::vector<std::string> left_out;
    std::size_t replaced = 0, kept = 0;  ///< tensors of `write_options::like`
};

/// Writes what `in` gives, in two passes; with `like` its tensors are held in memory. Errors: those
/// of both formats; save.read_only for a format that is not written.
result<conversion> convert(model_file& in, lade::filter_options const& filter,
                           std::string const& out, std::string_view format,
                           write_options const& options);

}  // namespace tool
