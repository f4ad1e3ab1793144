// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/sort.hpp>
#include <lade/keras/dense_array.hpp>
#include <lade/keras/load_weights.hpp>

/// Weights of Keras in the layout of PyTorch and back, when asked for by name; nothing calls it by
/// itself. Names are `<layer>.weight`, models inside models are in front: `inner.fc.weight`.
///
///     Keras                                        PyTorch
///     Dense (in, out)                              weight (out, in)
///     Conv1D/2D/3D (..., in, out)                  weight (out, in, ...)
///     Conv1D/2D/3DTranspose (..., out, in)         weight (in, out, ...)
///     DepthwiseConv1D/2D (..., in, m)              weight (in * m, 1, ...), groups = in
///     SeparableConv1D/2D                           0.weight (depthwise), 1.weight, 1.bias
///     Embedding, PReLU                             weight
///     LSTM (in, 4u), gates i f c o                 weight_ih_l0 (4u, in), bias_hh_l0 zeros
///     GRU (in, 3u), gates z r h, bias (2, 3u)      gates r z n, bias_ih_l0, bias_hh_l0
///     SimpleRNN                                    weight_ih_l0, ..., bias_hh_l0 zeros
///     Bidirectional of these                       ..._l0 and ..._l0_reverse
///     BatchNormalization                           weight, bias, running_mean, running_var
///     LayerNormalization, GroupNormalization       weight, bias
///
/// What a state dict cannot say stays with the caller: eps (Keras 1e-3) and momentum (1 - Keras')
/// of normalizations, padding and order of axes of the data, a Dense layer behind a Flatten of maps
/// whose channels PyTorch has first. Refused: GRU with reset_after=False, layers that are not named
/// above. Source: keras/src/layers, torch/nn/modules.
namespace lade::inline LADE_ABI::keras {

namespace ids {
inline constexpr error_id no_counterpart{
    "keras.no_counterpart", kind::unsupported,
    "the weights of this layer have no counterpart that is known"};
}  // namespace ids

namespace detail {

/// How one tensor of PyTorch comes from a weight.
struct torch_piece {
    enum class turn : std::uint8_t { none, kernel, depthwise };
    std::size_t weight;  ///< position in the table of the model
    std::string name;
    turn how = turn::none;
    bool gru = false;                     ///< the first two of three blocks are exchanged
    std::optional<std::size_t> row = {};  ///< of a bias of two rows
    bool zeros = false;                   ///< what Keras has added up already
};

/// (..., a, b) to (b, a, ...), or to (a * b, 1, ...).
inline dense_array to_torch_order(dense_array const& from, torch_piece::turn how) {
    if (how == torch_piece::turn::none || from.rank() < 2) return from;
    bool const flat = how == torch_piece::turn::depthwise;
    std::vector<std::size_t> axes{from.rank() - 1, from.rank() - 2};
    if (flat) std::swap(axes[0], axes[1]);
    for (std::size_t k = 0; k + 2 < from.rank(); ++k) axes.push_back(k);
    auto made = permuted(from, axes);
    if (flat) {
        made.shape[0] *= made.shape[1];
        made.shape[1] = 1;
    }
    return made;
}
/// The other way; `shape` is that of Keras.
inline dense_array to_keras_order(dense_array from, torch_piece::turn how,
                                  std::span<std::uint64_t const> shape) {
    if (how == torch_piece::turn::none || shape.size() < 2 || from.rank() != shape.size())
        return from;
    bool const flat = how == torch_piece::turn::depthwise;
    auto const a = shape[shape.size() - 2], b = shape[shape.size() - 1];
    if (flat && from.shape[0] == a * b && from.shape[1] == 1) {
        from.shape[0] = a;
        from.shape[1] = b;
    }
    std::vector<std::size_t> axes;
    for (std::size_t k = 2; k < from.rank(); ++k) axes.push_back(k);
    axes.push_back(flat ? 0 : 1);
    axes.push_back(flat ? 1 : 0);
    return permuted(from, axes);
}

/// The tensors of PyTorch that an object's variables make: `at` are their positions in the table.
inline result<void> torch_pieces(holder const& of, std::span<std::size_t const> at,
                                 tensor_table const& table, std::vector<torch_piece>& to) {
    using turn = torch_piece::turn;
    auto const known = held_by(of);
    std::string_view const name = plain_class(of.layer["class_name"].text());
    auto const refused = [&] { return fail(ids::no_counterpart).in(name).in(of.name); };
    if (at.empty()) return {};
    if (!known || known->names.size() != at.size()) return refused();
    std::string prefix = of.name + ".";
    for (char& c : prefix) c = c == '/' ? '.' : c;
    bool const is_gru = name.starts_with("GRU");
    bool const recurrent = is_one_of(name, " LSTM GRU SimpleRNN LSTMCell GRUCell SimpleRNNCell ");
    bool const separable = name.starts_with("SeparableConv");
    bool const normalizes =
        name.ends_with("Normalization") && name != "Normalization" && name != "RMSNormalization";
    bool const plain = name == "Dense" || name.starts_with("Conv") || separable ||
                       name.starts_with("DepthwiseConv") || name == "Embedding" || name == "PReLU";
    if ((!recurrent && !normalizes && !plain) || name.starts_with("ConvLSTM")) return refused();
    std::string const end = of.path.find("/backward_layer") != of.path.npos ? "_l0_reverse" : "_l0";
    for (std::size_t i = 0; i < at.size(); ++i) {
        std::string_view const variable = known->names[i];
        torch_piece one{at[i], {}};
        if (recurrent && variable == "bias") {
            bool const rows = table[at[i]].shape.size() == 2;
            if (is_gru && (!rows || table[at[i]].shape[0] != 2)) return refused();
            one.gru = is_gru;
            for (std::size_t const row : {0U, 1U}) {
                one.name = prefix + (row == 0 ? "bias_ih" : "bias_hh") + end;
                if (rows) one.row = row;
                one.zeros = !rows && row == 1;
                to.push_back(one);
            }
            continue;
        }
        if (recurrent) {
            if (is_gru && !flag_of(of.layer["config"], "reset_after", true)) return refused();
            one.name = prefix + (variable == "kernel" ? "weight_ih" : "weight_hh") + end;
            one.how = turn::kernel;
            one.gru = is_gru;
        } else if (normalizes) {
            one.name = prefix + (variable == "gamma"         ? "weight"
                                 : variable == "beta"        ? "bias"
                                 : variable == "moving_mean" ? "running_mean"
                                                             : "running_var");
        } else {
            bool const is_bias = variable == "bias";
            bool const deep = variable == "depthwise_kernel";
            one.name =
                prefix + (separable ? (deep ? "0." : "1.") : "") + (is_bias ? "bias" : "weight");
            if (deep) one.how = turn::depthwise;
            else if (!is_bias && name != "Embedding" && name != "PReLU") one.how = turn::kernel;
        }
        to.push_back(std::move(one));
    }
    return {};
}

/// All tensors of PyTorch that a model makes.
inline result<std::vector<torch_piece>> torch_pieces(model const& of) {
    std::vector<torch_piece> made;
    auto const listed = layers_of(of.config().root());
    auto const layers = of.layers();
    for (std::size_t i = 0; i < layers.size(); ++i) {
        auto const& weights = layers[i].weights;
        if (weights.empty()) continue;
        if (i >= listed.size()) return fail(ids::no_counterpart).in(layers[i].name);
        auto const found = variables_at(listed[i], "", generation::keras3, weights.size());
        if (!found) return found.error();
        std::vector<std::pair<std::string_view, std::size_t>> index;
        for (std::size_t k = 0; k < found->size(); ++k) index.emplace_back((*found)[k].path, k);
        bytes::sort(index);
        std::vector<holder> holders;
        find_holders(listed[i], "", generation::keras3, holders);
        for (auto const& one : holders) {
            std::vector<std::size_t> at;
            for (;;) {
                std::string const path = one.path + "/vars/" + std::to_string(at.size());
                auto const place = std::lower_bound(
                    index.begin(), index.end(), std::pair<std::string_view, std::size_t>(path, 0));
                if (place == index.end() || place->first != path) break;
                at.push_back(weights[place->second]);
            }
            if (auto const done = torch_pieces(one, at, of.weights().table(), made); !done)
                return done.error();
        }
    }
    return made;
}

}  // namespace detail

/// The weights of a model as the state dict of the same network in PyTorch. Errors:
/// keras.no_counterpart, keras.unknown_layout, those of `lade::model::add`.
inline result<lade::model> to_torch(model const& from) {
    auto const pieces = detail::torch_pieces(from);
    if (!pieces) return pieces.error();
    lade::model made;
    for (auto const& one : *pieces) {
        auto array = dense_copy(from.weights().at(one.weight));
        if (one.row) array = row_of(array, *one.row);
        array = detail::to_torch_order(array, one.how);
        if (one.gru) array = first_blocks_exchanged(std::move(array), 3);
        if (one.zeros) std::fill(array.data.begin(), array.data.end(), std::byte{0});
        if (auto const done = made.add(one.name, array.type, array.shape, array.data); !done)
            return done.error();
    }
    made.seal();
    return made;
}

/// The weights of the same network in PyTorch over those of a model of Keras; both biases of LSTM
/// and SimpleRNN are added up. Where an error is returned nothing was changed. Errors:
/// keras.no_counterpart, keras.unknown_layout; keras.weight_shape; tensor.not_found.
inline result<report> from_torch(lade::weights const& from, model& to) {
    auto const pieces = detail::torch_pieces(to);
    if (!pieces) return pieces.error();
    std::vector<dense_array> made(to.weights().size());
    std::vector<std::string_view> used;
    for (auto const& one : *pieces) {
        auto const found = from.try_at(one.name);
        if (!found) return found.error();
        used.push_back(one.name);
        auto const target = to.weights().at(one.weight);
        auto array = dense_copy(*found);
        auto const wrong = [&] {
            return fail(ids::weight_shape)
                .in(type_text(found->dtype(), found->shape()))
                .in(type_text(target.dtype(), target.shape()))
                .in(one.name);
        };
        if (one.gru) {
            if (array.rank() == 0 || array.shape[0] % 3 != 0) return wrong();
            array = first_blocks_exchanged(std::move(array), 3);
        }
        array = detail::to_keras_order(std::move(array), one.how, target.shape());
        dense_array& whole = made[one.weight];
        if (one.zeros) {
            if (!detail::add_elements(whole, array)) return wrong();
        } else if (one.row && *one.row == 1) {
            whole.data.insert(whole.data.end(), array.data.begin(), array.data.end());
            whole.shape.insert(whole.shape.begin(), 2);
        } else {
            whole = std::move(array);
        }
        bool const half = one.row && *one.row == 0;
        if (!half && (whole.type != target.dtype() ||
                      !std::equal(whole.shape.begin(), whole.shape.end(), target.shape().begin(),
                                  target.shape().end())))
            return wrong();
    }
    report told;
    for (std::size_t i = 0; i < made.size(); ++i) {
        auto const name = to.weights().at(i).name();
        if (made[i].data.empty()) {
            told.missing.emplace_back(name);
            continue;
        }
        auto const place = to.try_edit(name);
        if (!place) return place.error();
        std::memcpy(place->data(), made[i].data.data(), made[i].data.size());
        told.loaded.emplace_back(name);
    }
    bytes::sort(used);
    for (auto const& [name, tensor] : from)
        if (!std::binary_search(used.begin(), used.end(), name)) told.unexpected.emplace_back(name);
    return told;
}

}  // namespace lade::inline LADE_ABI::keras
