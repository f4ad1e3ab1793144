// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/describe.hpp>
#include <lade/base/dtype.hpp>
#include <lade/model/report.hpp>
#include <lade/model/tensor_info.hpp>

#include <fmt/format.h>

/// What lade says, through {fmt}: `fmt::print("{}\n", error)`. An optional header: it needs fmt 8
/// or newer, or the target lade::fmt. Width, fill and precision are those of strings.

/// All of describe(): several lines.
template <>
struct fmt::formatter<lade::error> : fmt::formatter<fmt::string_view> {
    template <class Context>
    auto format(lade::error const& what, Context& to) const {
        auto const text = lade::describe(what);
        return fmt::formatter<fmt::string_view>::format({text.data(), text.size()}, to);
    }
};

/// All of describe(): a line for each finding.
template <>
struct fmt::formatter<lade::report> : fmt::formatter<fmt::string_view> {
    template <class Context>
    auto format(lade::report const& what, Context& to) const {
        auto const text = lade::describe(what);
        return fmt::formatter<fmt::string_view>::format({text.data(), text.size()}, to);
    }
};

/// NumPy's name: "float32".
template <>
struct fmt::formatter<lade::dtype> : fmt::formatter<fmt::string_view> {
    template <class Context>
    auto format(lade::dtype what, Context& to) const {
        auto const text = lade::name_of(what);
        return fmt::formatter<fmt::string_view>::format({text.data(), text.size()}, to);
    }
};

/// "fc1.weight float32[128,784]"
template <>
struct fmt::formatter<lade::tensor_info> : fmt::formatter<fmt::string_view> {
    template <class Context>
    auto format(lade::tensor_info const& what, Context& to) const {
        std::string text(what.name);
        text.append(" ").append(lade::type_text(what.type, what.shape));
        return fmt::formatter<fmt::string_view>::format({text.data(), text.size()}, to);
    }
};
