// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/io/atomic_file.hpp>

#include <memory>
#include <string>
#include <vector>

namespace lade::inline LADE_ABI {

/// Where a save goes: a file, or a file with siblings (shards, index files). Each appears whole or
/// not at all, and all of them in the order in which they were created, when `commit` is called:
/// create the file that names the others last.
class output_set {
  public:
    /// A save to the file at `at`.
    explicit output_set(path at) : at_(std::move(at)) {}
    /// A save of a single file to an output of the caller, which must outlive the set.
    explicit output_set(any_output single) : single_(std::make_unique<any_output>(single)) {}

    path const& where() const { return at_; }
    /// Whether siblings can be created.
    bool has_folder() const { return single_ == nullptr; }

    /// The file itself. Errors: those of atomic_file::open.
    result<any_output> file() {
        if (single_ != nullptr) return *single_;
        return create(at_);
    }
    /// The file `name` in the same folder. Errors: those of atomic_file::open; io.outside_folder;
    /// save.no_folder where the set is a single output.
    result<any_output> sibling(std::string_view name) {
        if (single_ != nullptr) return fail(no_folder).in(name);
        if (path::leads_outside(name)) return fail(ids::outside_folder).in(name);
        return create(at_.sibling(name));
    }

    /// The file `name` below the directory `where()`, which is made if it is not there, as are
    /// those in `name`. Errors: those of `sibling`.
    result<any_output> below(std::string_view name) {
        if (single_ != nullptr) return fail(no_folder).in(name);
        if (path::leads_outside(name)) return fail(ids::outside_folder).in(name);
        path const at = at_ / name;
        io::make_folders(std::string(at.folder()));
        return create(at);
    }

    /// Puts all files in place. Errors: io.write.
    result<void> commit() {
        for (auto& one : files_)
            if (auto const done = one->commit(); !done) return done;
        files_.clear();
        return {};
    }

    static constexpr error_id no_folder{
        "save.no_folder", kind::mismatch,
        "this format needs several files and was given a single output", "save to a path"};

  private:
    result<any_output> create(path const& at) {
        auto made = atomic_file::open(at);
        if (!made) return made.error();
        files_.push_back(std::make_unique<atomic_file>(*std::move(made)));
        return any_output(*files_.back());
    }

    path at_;
    std::unique_ptr<any_output> single_;
    std::vector<std::unique_ptr<atomic_file>> files_;
};

}  // namespace lade::inline LADE_ABI
