// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/describe.hpp>
#include <lade/base/dtype.hpp>
#include <lade/model/report.hpp>
#include <lade/model/tensor_info.hpp>

#include <ostream>

/// What lade says, into streams. An optional header: nothing else includes a stream.
namespace lade::inline LADE_ABI {

/// All of describe(): several lines.
inline std::ostream& operator<<(std::ostream& to, error const& what) {
    return to << describe(what);
}
/// All of describe(): a line for each finding.
inline std::ostream& operator<<(std::ostream& to, report const& what) {
    return to << describe(what);
}
/// NumPy's name: "float32".
inline std::ostream& operator<<(std::ostream& to, dtype what) { return to << name_of(what); }
/// "fc1.weight float32[128,784]"
inline std::ostream& operator<<(std::ostream& to, tensor_info const& what) {
    return to << what.name << ' ' << type_text(what.type, what.shape);
}

}  // namespace lade::inline LADE_ABI
