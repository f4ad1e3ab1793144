// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bind/fields.hpp>
#include <lade/bytes/view.hpp>

#include <map>
#include <memory>
#include <string>

/// Structs as programs have them.
namespace networks {

struct linear {
    lade::tensor<float> weight, bias;
};
struct classifier {
    linear fc1, fc2;
    std::array<linear, 2> head;
};

struct normalisation {
    std::vector<float> weight;
    std::optional<lade::tensor<float>> bias;
    std::int64_t seen = 0;
};
/// Containers that take what a file has.
struct stack {
    std::vector<linear> layers;
    std::map<std::string, linear> heads;
    std::map<std::string, lade::tensor<float>> rest;
    std::optional<normalisation> norm;
};

/// A type that holds itself.
struct tree {
    std::int64_t value = 0;
    std::vector<tree> children;
};

/// Matrices that the library knows nothing of.
struct by_rows {
    std::size_t rows = 0, columns = 0;
    std::vector<float> elements;
    float at(std::size_t row, std::size_t column) const { return elements[row * columns + column]; }
};
struct by_columns {
    std::size_t rows = 0, columns = 0;
    std::vector<float> elements;
    float at(std::size_t row, std::size_t column) const { return elements[column * rows + row]; }
};
struct matrices {
    by_rows r;
    by_columns c;
    by_rows turned;
};

}  // namespace networks

template <>
struct lade::bind<networks::linear> {
    static constexpr std::tuple fields{field("weight", &networks::linear::weight),
                                       field("bias", &networks::linear::bias)};
};
template <>
struct lade::bind<networks::classifier> {
    static constexpr std::tuple fields{field("fc1", &networks::classifier::fc1),
                                       field("fc2", &networks::classifier::fc2),
                                       field("head", &networks::classifier::head)};
};
template <>
struct lade::bind<networks::normalisation> {
    static constexpr std::tuple fields{field("weight", &networks::normalisation::weight),
                                       field("bias", &networks::normalisation::bias),
                                       field("seen", &networks::normalisation::seen)};
};
template <>
struct lade::bind<networks::stack> {
    static constexpr std::tuple fields{
        field("layers", &networks::stack::layers), field("heads", &networks::stack::heads),
        field("rest", &networks::stack::rest), field("norm", &networks::stack::norm)};
};
template <>
struct lade::bind<networks::tree> {
    static constexpr std::tuple fields{field("value", &networks::tree::value),
                                       field("children", &networks::tree::children)};
};

template <>
struct lade::bind_tensor<networks::by_rows> {
    using element = float;
    static constexpr auto layout = lade::layout::rows;
    static std::array<std::size_t, 2> shape(networks::by_rows const& m) {
        return {m.rows, m.columns};
    }
    static float* data(networks::by_rows& m) { return m.elements.data(); }
    static float const* data(networks::by_rows const& m) { return m.elements.data(); }
    static void resize(networks::by_rows& m, std::span<std::uint64_t const> shape) {
        m.rows = static_cast<std::size_t>(shape[0]);
        m.columns = static_cast<std::size_t>(shape[1]);
        m.elements.resize(m.rows * m.columns);
    }
};
template <>
struct lade::bind_tensor<networks::by_columns> {
    using element = float;
    static constexpr auto layout = lade::layout::columns;
    static std::array<std::size_t, 2> shape(networks::by_columns const& m) {
        return {m.rows, m.columns};
    }
    static float* data(networks::by_columns& m) { return m.elements.data(); }
    static float const* data(networks::by_columns const& m) { return m.elements.data(); }
    static void resize(networks::by_columns& m, std::span<std::uint64_t const> shape) {
        m.rows = static_cast<std::size_t>(shape[0]);
        m.columns = static_cast<std::size_t>(shape[1]);
        m.elements.resize(m.rows * m.columns);
    }
};
template <>
struct lade::bind<networks::matrices> {
    static constexpr std::tuple fields{
        field("r", &networks::matrices::r), field("c", &networks::matrices::c, lade::transposed),
        field("turned", &networks::matrices::turned, lade::transposed)};
};
