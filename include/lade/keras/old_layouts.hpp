// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/keras/dense_array.hpp>
#include <lade/keras/object_paths.hpp>

/// Weights of one layer as older writers had them, made into those of Keras 2. Only where the
/// caller asks for it: a shape does not prove who wrote it.
///
///     Keras 1   Conv1D               (len, 1, in, out) or (out, in, len, 1)
///               Conv2D, Conv3D       channels_first: (out, in, ...)
///               Conv2DTranspose      last two axes exchanged; channels_first: (in, out, ...)
///               GRU                  9 weights: kernel, recurrent, bias of z, r, h
///               LSTM, ConvLSTM2D     12 weights: the same of i, c, f, o
///     cuDNN     LSTM, GRU            gates turned; two biases
///
/// Bidirectional: each half; TimeDistributed: the layer inside. Everything else is as it was.
/// Source: keras/engine/saving.py of Keras 2, preprocess_weights_for_loading; tf_keras
/// src/saving/legacy/hdf5_format.py.
namespace lade::inline LADE_ABI::keras {

namespace detail {

inline dense_array turned(dense_array const& from, std::initializer_list<std::size_t> axes) {
    if (from.rank() != axes.size()) return from;
    return permuted(from, std::span<std::size_t const>(axes.begin(), axes.size()));
}

/// The parts `first`, `first` + `step` * order ... joined along their last axis; none where they do
/// not fit.
inline std::optional<dense_array> gates(std::span<dense_array const> all, std::size_t kind,
                                        std::initializer_list<std::size_t> order) {
    std::vector<dense_array> parts;
    for (std::size_t const gate : order) parts.push_back(all[gate * 3 + kind]);
    for (auto const& one : parts)
        if (!one.same_type(parts[0]) || one.rank() == 0) return std::nullopt;
    return joined(parts, parts[0].rank() - 1);
}

/// Column blocks of a matrix, each changed, and put together again.
template <class Change>
dense_array in_gates(dense_array const& from, std::size_t count, Change&& change) {
    std::size_t const rows = static_cast<std::size_t>(from.shape[0]);
    std::size_t const width = from.data.size() / rows / count;
    std::vector<dense_array> parts;
    for (std::size_t g = 0; g < count; ++g) {
        dense_array one{from.type, {from.shape[0], from.shape[1] / count}, {}};
        for (std::size_t r = 0; r < rows; ++r) {
            auto const begin =
                from.data.begin() + static_cast<std::ptrdiff_t>((r * count + g) * width);
            one.data.insert(one.data.end(), begin, begin + static_cast<std::ptrdiff_t>(width));
        }
        parts.push_back(change(std::move(one)));
    }
    return joined(parts, 1);
}

/// One layer from Keras 1. Weights that have another number or shape than Keras 1 gave stay.
inline void from_keras1(lade::json::value layer, std::vector<dense_array>& weights) {
    std::string_view const name = plain_class(layer["class_name"].text());
    auto const config = layer["config"];
    bool const first =
        config["data_format"].text() == "channels_first" || config["dim_ordering"].text() == "th";
    if (weights.empty()) return;
    dense_array& kernel = weights[0];
    if (name == "Conv1D" && kernel.rank() == 4) {
        auto const filters = config["filters"].natural();
        if (kernel.shape[1] != 1 || (filters && kernel.shape[3] != *filters))
            kernel = turned(kernel, {2, 3, 1, 0});
        if (kernel.shape[1] == 1) kernel.shape.erase(kernel.shape.begin() + 1);
    } else if (name == "Conv2D" && first) {
        kernel = turned(kernel, {2, 3, 1, 0});
    } else if (name == "Conv3D" && first) {
        kernel = turned(kernel, {2, 3, 4, 1, 0});
    } else if (name == "Conv2DTranspose") {
        kernel = first ? turned(kernel, {2, 3, 0, 1}) : turned(kernel, {0, 1, 3, 2});
    } else if ((name == "GRU" && weights.size() == 9) ||
               (is_one_of(name, " LSTM ConvLSTM2D ") && weights.size() == 12)) {
        if (name == "ConvLSTM2D" && first)
            for (auto& one : weights) one = turned(one, {2, 3, 1, 0});
        std::vector<dense_array> made;
        for (std::size_t kind = 0; kind < 3; ++kind) {
            auto one = name == "GRU" ? gates(weights, kind, {0, 1, 2})
                                     : gates(weights, kind, {0, 2, 1, 3});
            if (!one) return;
            made.push_back(*std::move(one));
        }
        weights = std::move(made);
    }
}

/// One layer from cuDNN's form into that of LSTM and GRU, or the other way where the layer is one
/// of cuDNN; told by the size of the bias. Everything else stays.
inline void from_cudnn(lade::json::value layer, std::vector<dense_array>& weights) {
    std::string_view const name = plain_class(layer["class_name"].text());
    bool const is_gru = name == "GRU" || name == "CuDNNGRU";
    if (weights.size() != 3 || (!is_gru && name != "LSTM" && name != "CuDNNLSTM")) return;
    std::size_t const count = is_gru ? 3 : 4;
    bool const into_cudnn = name.starts_with("CuDNN");
    dense_array &kernel = weights[0], &recurrent = weights[1], &bias = weights[2];
    if (kernel.rank() != 2 || recurrent.rank() != 2 || recurrent.shape[0] == 0) return;
    auto const units = recurrent.shape[0];
    if (kernel.shape[1] != units * count || recurrent.shape[1] != units * count) return;
    bool const is_cudnn = bias.rank() == 1 && bias.shape[0] == 2 * count * units;
    bool const is_plain =
        is_gru ? bias.rank() == 2 && bias.shape[0] == 2 && bias.shape[1] == count * units
               : bias.rank() == 1 && bias.shape[0] == count * units;
    if (into_cudnn ? !is_plain : !is_cudnn) return;
    if (is_gru) {
        if (into_cudnn) bias.shape = {2 * count * units};
        else bias.shape = {2, count * units};
    } else if (!into_cudnn) {
        dense_array const rows{bias.type, {2, count * units}, bias.data};
        dense_array sum = row_of(rows, 0);
        if (!add_elements(sum, row_of(rows, 1))) return;
        bias = std::move(sum);
    } else {
        dense_array half = bias;  // half of it twice
        if (!halve_elements(half)) return;
        std::vector<dense_array> const both{half, half};
        bias = joined(both, 0);
    }
    kernel = in_gates(kernel, count, [&](dense_array one) {
        auto const shape = one.shape;
        if (into_cudnn) {
            auto made = turned(one, {1, 0});
            made.shape = shape;
            return made;
        }
        one.shape = {shape[1], shape[0]};
        return turned(one, {1, 0});
    });
    recurrent = in_gates(recurrent, count, [](dense_array one) { return turned(one, {1, 0}); });
}

/// Calls `change` with each layer that holds weights: the halves of a Bidirectional, what is inside
/// a TimeDistributed, else the layer.
template <class Change>
void in_layer(lade::json::value layer, std::vector<dense_array>& weights, Change&& change) {
    std::string_view name = plain_class(layer["class_name"].text());
    for (int depth = 0; name == "TimeDistributed" && depth < 8; ++depth) {
        layer = layer["config"]["layer"];
        name = plain_class(layer["class_name"].text());
    }
    if (name != "Bidirectional" || weights.size() % 2 != 0) {
        change(layer, weights);
        return;
    }
    auto const middle = weights.begin() + static_cast<std::ptrdiff_t>(weights.size() / 2);
    std::vector<dense_array> forward(weights.begin(), middle), backward(middle, weights.end());
    auto const inner = layer["config"]["layer"], other = layer["config"]["backward_layer"];
    change(inner, forward);
    change(other.is_object() ? other : inner, backward);
    weights = std::move(forward);
    for (auto& one : backward) weights.push_back(std::move(one));
}

}  // namespace detail

/// The weights of one layer, as Keras 1 wrote them, in the layout of Keras 2: `layer` is the layer
/// of the model that they are meant for.
inline std::vector<dense_array> keras1_to_keras2(lade::json::value layer,
                                                 std::vector<dense_array> weights) {
    detail::in_layer(layer, weights, detail::from_keras1);
    return weights;
}
/// The weights of one layer between CuDNNLSTM, CuDNNGRU and LSTM, GRU, whichever `layer` is.
inline std::vector<dense_array> between_cudnn(lade::json::value layer,
                                              std::vector<dense_array> weights) {
    detail::in_layer(layer, weights, detail::from_cudnn);
    return weights;
}

}  // namespace lade::inline LADE_ABI::keras
