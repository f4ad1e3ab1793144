// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/heap_arena.hpp>
#include <lade/container/zip/archive.hpp>
#include <lade/format/any_sink.hpp>
#include <lade/format/head.hpp>
#include <lade/io/file_set.hpp>

#include <memory>
#include <optional>

namespace lade::inline LADE_ABI {

/// A file that was opened for its format to be found and read: each container is opened once, and
/// shared by all formats that ask.
class opened {
  public:
    /// Errors: those of file_set::open.
    static result<std::unique_ptr<opened>> at(path const& where) {
        auto set = file_set::open(where);
        if (!set) return set.error();
        auto made = std::unique_ptr<opened>(new opened(*std::move(set)));
        if (auto const done = made->look(); !done) return done.error().in(where.string());
        return made;
    }
    /// Over a source of the caller, which must outlive this object. Errors: those of the source.
    static result<std::unique_ptr<opened>> over(any_source from, std::string_view name = "memory") {
        auto made = std::unique_ptr<opened>(new opened(file_set(from, name)));
        if (auto const done = made->look(); !done) return done.error().in(name);
        return made;
    }

    file_set& files() { return files_; }
    bool has_file() const { return files_.has_file(); }
    head const& ends() const { return ends_; }
    /// What errors call the file.
    std::string_view name() const { return files_.where().string(); }

    /// The file as a zip archive; null if it is none, or a broken one.
    zip::archive const* archive() const { return archive_ ? &*archive_ : nullptr; }
    /// Why a file with the signature of a zip archive is none.
    error const* broken() const { return broken_ ? &*broken_ : nullptr; }

  private:
    explicit opened(file_set files) : files_(std::move(files)) {}

    result<void> look() {
        if (!files_.has_file()) return {};
        any_source from = files_.file();
        auto const ends = head_.read(from);
        if (!ends) return ends.error();
        ends_ = *ends;
        if (!ends_.starts_with("PK\x03\x04")) return {};
        memory_ = std::make_unique<heap_arena>(limits{}.bookkeeping(from.size()));
        if (auto archive = zip::archive::open(from, *memory_))
            archive_.emplace(*std::move(archive));
        else broken_ = archive.error();
        return {};
    }

    file_set files_;
    head_bytes head_;
    head ends_;
    std::unique_ptr<heap_arena> memory_;
    std::optional<zip::archive> archive_;
    std::optional<error> broken_;
};

/// How sure a format is of a file: the best of all that it can look at.
template <format Format>
confidence detect(opened& file) {
    using traits = format_traits<Format>;
    confidence best = confidence::no;
    auto const take = [&](confidence one) { best = one > best ? one : best; };
    if constexpr (requires { traits::detect(file.ends()); })
        if (file.has_file()) take(traits::detect(file.ends()));
    if constexpr (requires { traits::detect(*file.archive()); })
        if (file.archive() != nullptr) take(traits::detect(*file.archive()));
    if constexpr (requires { traits::detect(file.files()); }) take(traits::detect(file.files()));
    return best;
}

namespace ids {
inline constexpr error_id wrong_format{"format.mismatch", kind::mismatch,
                                       "the file is not of the format that was asked for",
                                       "leave the format out, and it is found from the content"};
}  // namespace ids

/// Reads an opened file as `Format` into a sink. Errors: those of the format and of the sink;
/// format.mismatch; io.not_found.
template <format Format>
result<flow> read(opened& file, any_sink& to, options_of<Format> const& with) {
    using traits = format_traits<Format>;
    if constexpr (requires { traits::read(file.files(), to, with); }) {
        return traits::read(file.files(), to, with);
    } else {
        if (!file.has_file())
            return fail(file.files().what() == io::entry::directory ? ids::is_directory
                                                                    : ids::not_found);
        if constexpr (requires { traits::read(*file.archive(), to, with); }) {
            if (file.broken() != nullptr) return *file.broken();
            if (file.archive() == nullptr) return fail(ids::wrong_format).in(trait<Format>::name);
            return traits::read(*file.archive(), to, with);
        } else {
            any_source from = file.files().file();
            return traits::read(from, to, with);
        }
    }
}

}  // namespace lade::inline LADE_ABI
