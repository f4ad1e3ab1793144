// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/io/mapped_file.hpp>

#include <memory>
#include <string>
#include <vector>

namespace lade::inline LADE_ABI {

/// A file with its neighbours: what a format of several files (shards, checkpoints, SavedModels)
/// reads from.
///
/// Files are mapped, or read where they cannot be mapped. Owns all that it opened; sources are good
/// as long as it. A set can also be made of sources of the caller, for archives in memory and
/// object stores.
class file_set {
  public:
    /// Opens the file at `at`. A directory, and a name at which nothing stands, make a set without
    /// a file of its own: a format of several files may still find its parts. Errors: those of
    /// file::open, but io.not_found and io.is_directory.
    static result<file_set> open(path const& at) {
        file_set set;
        set.at_ = at;
        set.kind_ = io::what_is(at);
        if (set.kind_ == io::entry::nothing || set.kind_ == io::entry::directory) return set;
        auto opened = holder::open(at);
        if (!opened) return opened.error();
        set.own_.push_back(*std::move(opened));
        set.named_.push_back({std::string(at.name()), any_source(*set.own_.back())});
        return set;
    }

    /// A set of one source, named for error texts. The source must outlive the set.
    explicit file_set(any_source single, std::string_view name = "memory")
        : at_(name), kind_(io::entry::file) {
        add(name, single);
    }

    /// A set of sources that the caller has: `name` is how the other files speak of it.
    void add(std::string_view name, any_source from) {
        memory_only_ = true;
        named_.push_back({std::string(name), from});
    }

    path const& where() const { return at_; }
    /// What stands at `where()`.
    io::entry what() const { return kind_; }
    bool has_file() const { return kind_ != io::entry::nothing && kind_ != io::entry::directory; }
    /// The file itself. Precondition: has_file().
    any_source file() const { return named_.front().from; }

    /// The file `name`, relative to the folder of the file (or below the directory that the set was
    /// opened on). Opened once. Errors: io.outside_folder (absolute names and `..`), io.not_found,
    /// those of file::open.
    result<any_source> sibling(std::string_view name) {
        if (path::leads_outside(name)) return fail(ids::outside_folder).in(name);
        for (auto const& one : named_)
            if (one.name == name) return one.from;
        if (memory_only_) return fail(ids::not_found).in(name);
        auto opened = holder::open(kind_ == io::entry::directory ? at_ / name : at_.sibling(name));
        if (!opened) return opened.error();
        own_.push_back(*std::move(opened));
        named_.push_back({std::string(name), any_source(*own_.back())});
        return named_.back().from;
    }

    /// Whether `name` could be opened as a sibling.
    bool has_sibling(std::string_view name) const {
        if (path::leads_outside(name)) return false;
        for (auto const& one : named_)
            if (one.name == name) return true;
        if (memory_only_) return false;
        return io::what_is(kind_ == io::entry::directory ? at_ / name : at_.sibling(name)) ==
               io::entry::file;
    }

    /// Names in the folder of the file (or in the directory that the set was opened on), unsorted.
    std::vector<std::string> names() const {
        std::vector<std::string> all;
        if (memory_only_)
            for (auto const& one : named_) all.push_back(one.name);
        else all = io::names_in(kind_ == io::entry::directory ? at_ : path(at_.folder()));
        return all;
    }

  private:
    /// Large reads go through the descriptor, so that a file that is read from end to end does not
    /// stay in memory as the pages of a mapping do; views and small reads through the mapping.
    struct holder {
        mapped_file mapped;
        lade::file plain;
        bool is_mapped = false;

        static result<std::unique_ptr<holder>> open(path const& at) {
            auto opened = lade::file::open(at);
            if (!opened) return opened.error();
            auto held = std::make_unique<holder>();
            if (auto mapped = mapped_file::of(*opened)) {
                held->mapped = *std::move(mapped);
                held->is_mapped = true;
            }
            held->plain = *std::move(opened);
            return held;
        }

        std::uint64_t size() const { return plain.size(); }
        result<void> read(std::uint64_t offset, std::span<std::byte> to) const {
            constexpr std::size_t large = std::size_t{1} << 16;
            return is_mapped && to.size() < large ? mapped.read(offset, to)
                                                  : plain.read(offset, to);
        }
        std::optional<bytes::view> view(std::uint64_t offset, std::uint64_t size) const {
            return is_mapped ? mapped.view(offset, size) : std::nullopt;
        }
    };
    struct named {
        std::string name;
        any_source from;
    };

    file_set() = default;

    path at_;
    io::entry kind_ = io::entry::nothing;
    bool memory_only_ = false;
    std::vector<std::unique_ptr<holder>> own_;
    std::vector<named> named_;
};

}  // namespace lade::inline LADE_ABI
