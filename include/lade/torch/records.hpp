// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/zip/archive.hpp>

#include <optional>
#include <string>
#include <string_view>

/// The records of a PyTorch archive (caffe2/serialize/inline_container.cc): entries of a zip file
/// below one root folder.
///
///     <root>/data.pkl              the pickle
///     <root>/data/<key>            storages
///     <root>/version               or .data/version
///     <root>/byteorder             "little" or "big"; missing: little
///     <root>/constants.pkl         TorchScript; with constants/<n>, code/**.py
///     <root>/.format_version, .storage_alignment, .data/serialization_id, extra/<name> ...
///
/// The root is the first part of the first entry's name; hand-made archives may have none.
namespace lade::inline LADE_ABI::torch {

/// What kind of archive of PyTorch's world a zip file is.
enum class archive_kind : std::uint8_t {
    none,
    saved,       ///< torch.save
    script,      ///< torch.jit.save, torch::save
    old_script,  ///< TorchScript of 1.0 and 1.1: model.json
    package,     ///< torch.package
    exported,    ///< torch.export's .pt2
};

class records {
  public:
    explicit records(lade::zip::archive const& in) : in_(&in) {
        if (in.entries().empty()) return;
        std::string_view const first = in.entries().front().name;
        if (auto const slash = first.find('/'); slash != first.npos)
            root_ = first.substr(0, slash + 1);
        if (find("data.pkl") == nullptr) find_other_root();
    }

    lade::zip::archive const& archive() const { return *in_; }
    /// With its slash; empty if the archive has none.
    std::string_view root() const { return root_; }

    lade::zip::entry const* find(std::string_view name) const {
        if (root_.empty()) return in_->find(name);
        buffer_.assign(root_).append(name);
        return in_->find(buffer_);
    }
    /// The record `name` of a folder.
    lade::zip::entry const* find(std::string_view folder, std::string_view name) const {
        buffer_.assign(root_).append(folder).append(name);
        return in_->find(buffer_);
    }

    archive_kind kind() const {
        if (find(".data/extern_modules") != nullptr) return archive_kind::package;
        if (find("archive_format") != nullptr ||
            find("serialized_exported_program.json") != nullptr)
            return archive_kind::exported;
        if (find("model.json") != nullptr && find("data.pkl") == nullptr)
            return archive_kind::old_script;
        if (find("constants.pkl") != nullptr) return archive_kind::script;
        if (find("data.pkl") != nullptr) return archive_kind::saved;
        return archive_kind::none;
    }

  private:
    /// Archives that were packed again may begin with another entry, or have no root: any one
    /// folder that has a data.pkl will do.
    void find_other_root() {
        if (in_->find("data.pkl") != nullptr) {
            root_ = {};
            return;
        }
        for (auto const& one : in_->entries())
            if (one.name.ends_with("/data.pkl")) {
                root_ = one.name.substr(0, one.name.size() - 8);
                return;
            }
    }

    lade::zip::archive const* in_;
    std::string_view root_;
    mutable std::string buffer_;
};

}  // namespace lade::inline LADE_ABI::torch
