// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/torch/records.hpp>

namespace lade::inline LADE_ABI::torch {

namespace ids {
inline constexpr error_id is_package{
    "torch.package", kind::unsupported,
    "this is a torch.package archive: pickles with their own Python code",
    "load it with torch.package, and save its state_dict() with torch.save"};
inline constexpr error_id is_exported{
    "torch.exported_program", kind::unsupported,
    "this is an exported program of torch.export (.pt2)",
    "load it with torch.export.load, and save its state_dict with torch.save"};
inline constexpr error_id is_old_script{"torch.old_script", kind::unsupported,
                                        "this is a TorchScript archive of PyTorch 1.0 or 1.1",
                                        "load and save it with PyTorch 1.2 to 1.4"};
}  // namespace ids

/// Archives of PyTorch's world that are not read; null for others.
inline error_id const* foreign(lade::zip::archive const& archive) {
    switch (records(archive).kind()) {
        case archive_kind::package: return &ids::is_package;
        case archive_kind::exported: return &ids::is_exported;
        case archive_kind::old_script: return &ids::is_old_script;
        default: return nullptr;
    }
}

}  // namespace lade::inline LADE_ABI::torch
