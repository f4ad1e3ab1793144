// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/json/document.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Which variables the layers of Keras have, in the order in which both of its files list them.
///
///     Dense, Conv*, EinsumDense, LocallyConnected*   kernel, bias
///     DepthwiseConv*, SeparableConv*                 depthwise_kernel, [pointwise_kernel], bias
///     Embedding, PReLU                               embeddings; alpha
///     LSTM, GRU, SimpleRNN, ConvLSTM*, their cells   kernel, recurrent_kernel, bias
///     BatchNormalization                             gamma, beta, moving_mean, moving_variance
///     Layer-, Group-, RMSNormalization               gamma, beta; scale
///     Normalization                                  mean, variance, count
///     Attention, AdditiveAttention                   scale, concat_score_weight
///
/// Source: keras/src/layers, the build methods.
namespace lade::inline LADE_ABI::keras {

struct variable_list {
    std::vector<std::string_view> names;
    std::size_t fixed = 0;  ///< how many of them, the last, are never trained
};

/// The class without the package that it is registered in: `Custom>Adam` is Adam.
inline std::string_view plain_class(std::string_view name) {
    return name.substr(name.rfind('>') + 1);  // npos + 1 is 0
}

namespace detail {

inline bool flag_of(lade::json::value config, std::string_view name, bool otherwise) {
    return config[name].boolean().value_or(otherwise);
}

/// Whether `name` is one of the words of a list with blanks between and around them.
inline bool is_one_of(std::string_view name, std::string_view words) {
    for (std::size_t at = words.find(name); at != words.npos && !name.empty();
         at = words.find(name, at + 1))
        if (words[at - 1] == ' ' && words[at + name.size()] == ' ') return true;
    return false;
}

}  // namespace detail

/// The variables that an object of this class holds itself, not those of layers inside it. None
/// where the class is not known: layers of users, quantized ones.
inline std::optional<variable_list> variables_of(std::string_view class_name,
                                                 lade::json::value config) {
    using detail::flag_of;
    using detail::is_one_of;
    std::string_view const name = plain_class(class_name);
    variable_list made;
    auto const add = [&made](bool has, std::string_view variable) {
        if (has) made.names.push_back(variable);
    };
    bool const biased = flag_of(config, "use_bias", true);
    if (!config["lora_rank"].is_null() && config.has("lora_rank")) return std::nullopt;
    if (!config["quantization_config"].is_null() && config.has("quantization_config"))
        return std::nullopt;
    if (is_one_of(name,
                  " Dense Conv1D Conv2D Conv3D Conv1DTranspose Conv2DTranspose Conv3DTranspose "
                  "LocallyConnected1D LocallyConnected2D ")) {
        add(true, "kernel");
        add(biased, "bias");
    } else if (name == "EinsumDense") {
        add(true, "kernel");
        add(config["bias_axes"].is_string(), "bias");
    } else if (is_one_of(name,
                         " DepthwiseConv1D DepthwiseConv2D SeparableConv1D SeparableConv2D ")) {
        add(true, "depthwise_kernel");
        add(name.starts_with("Separable"), "pointwise_kernel");
        add(biased, "bias");
    } else if (name == "Embedding") {
        add(true, "embeddings");
    } else if (name == "PReLU") {
        add(true, "alpha");
    } else if (is_one_of(name,
                         " LSTM GRU SimpleRNN ConvLSTM1D ConvLSTM2D ConvLSTM3D LSTMCell GRUCell "
                         "SimpleRNNCell CuDNNLSTM CuDNNGRU ConvLSTM1DCell ConvLSTM2DCell "
                         "ConvLSTM3DCell ")) {
        add(true, "kernel");
        add(true, "recurrent_kernel");
        add(biased, "bias");
    } else if (is_one_of(name, " BatchNormalization SyncBatchNormalization ")) {
        add(flag_of(config, "scale", true), "gamma");
        add(flag_of(config, "center", true), "beta");
        add(true, "moving_mean");
        add(true, "moving_variance");
        made.fixed = 2;
    } else if (is_one_of(name, " LayerNormalization GroupNormalization ")) {
        bool const plain = !flag_of(config, "rms_scaling", false);
        add(!plain || flag_of(config, "scale", true), "gamma");
        add(plain && flag_of(config, "center", true), "beta");
    } else if (name == "RMSNormalization") {
        add(true, "scale");
    } else if (name == "Normalization") {
        bool const adapts = !config["mean"].exists() || config["mean"].is_null();
        for (auto const each : {"mean", "variance", "count"}) add(adapts, each);
        made.fixed = made.names.size();
    } else if (name == "Attention" || name == "AdditiveAttention") {
        add(flag_of(config, "use_scale", name == "AdditiveAttention"), "scale");
        add(config["score_mode"].text() == "concat", "concat_score_weight");
    } else {
        bool const none =
            is_one_of(name,
                      " InputLayer Activation ReLU LeakyReLU ELU ThresholdedReLU Softmax Dropout "
                      "SpatialDropout1D SpatialDropout2D SpatialDropout3D AlphaDropout "
                      "GaussianDropout GaussianNoise Flatten Reshape Permute RepeatVector Masking "
                      "Lambda Add Subtract Multiply Average Maximum Minimum Concatenate Dot "
                      "ActivityRegularization UnitNormalization Rescaling Resizing CenterCrop "
                      "Identity TFOpLambda SlicingOpLambda ") ||
            name.starts_with("Random") || name.starts_with("ZeroPadding") ||
            name.starts_with("Cropping") || name.starts_with("UpSampling") ||
            name.find("Pooling") != name.npos;
        if (!none) return std::nullopt;
    }
    return made;
}

/// `Conv2D` is conv2d, `ReLU` re_lu, `MultiHeadAttention` multi_head_attention: the name of a group
/// of variables. Source: keras/src/utils/naming.py, to_snake_case.
inline std::string snake_case(std::string_view class_name) {
    auto const upper = [](char c) { return c >= 'A' && c <= 'Z'; };
    auto const lower = [](char c) { return c >= 'a' && c <= 'z'; };
    std::string words;
    for (char const c : class_name)
        if (upper(c) || lower(c) || (c >= '0' && c <= '9') || c == '_' ||
            static_cast<unsigned char>(c) >= 0x80)
            words += c;
    std::string once;  // '_' before a capital that small letters follow
    for (std::size_t i = 0; i < words.size();) {
        std::size_t end = i + 2;
        while (i + 2 < words.size() && end < words.size() && lower(words[end])) ++end;
        once += words[i];
        if (i + 2 < words.size() && upper(words[i + 1]) && lower(words[i + 2])) {
            once += '_';
            once.append(words, i + 1, end - i - 1);
            i = end;
            continue;
        }
        ++i;
    }
    std::string made;
    for (std::size_t i = 0; i < once.size(); ++i) {
        if (i > 0 && lower(once[i - 1]) && upper(once[i])) made += '_';
        made += upper(once[i]) ? static_cast<char>(once[i] - 'A' + 'a') : once[i];
    }
    return made;
}

}  // namespace lade::inline LADE_ABI::keras
