// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/config.hpp>
#include <lade/torch/tags.hpp>

#include <array>
#include <cstdint>
#include <string_view>

/// The closed list of what a PyTorch pickle may call and we understand (torch/_utils.py,
/// torch/_tensor.py, torch/storage.py, numpy/_core/multiarray.py, Lib/copyreg.py). Understood
/// means: we read its arguments. Nothing is ever called.
namespace lade::inline LADE_ABI::torch {

enum class form : std::uint8_t {
    unknown,
    // a tensor
    tensor_v1,         ///< (storage, offset, size, stride)
    tensor_v2,         ///< (storage, offset, size, stride, requires_grad, hooks[, metadata])
    tensor_v3,         ///< (storage, offset, size, stride, requires_grad, hooks, dtype[, metadata])
    qtensor,           ///< (storage, offset, size, stride, qparams, requires_grad, hooks)
    sparse,            ///< (layout, parts) or libtorch's flat form
    sparse_csr,        ///< (layout, (crow, col, values, size)), torch 1.9 to 1.13
    nested,            ///< (buffer, sizes, strides, offsets): listed by nobody, kept
    meta,              ///< (dtype, size, stride, requires_grad)
    wrapper_subclass,  ///< (class, dtype, size, stride, offset, layout, device, requires_grad): no
                       ///< data
    legacy_class,  ///< torch.FloatTensor and its like, with BUILD (storage, offset, size, stride)
    // a tensor inside
    first_argument,  ///< Parameter, device and XLA forms: the tensor or array is the first argument
    from_type,       ///< (function, type, args, state): the tensor is what function(args) gives
    load_from_bytes,  ///< (bytes,): a whole legacy file
    // NumPy
    array_reconstruct,  ///< BUILD (version, shape, dtype, fortran, data)
    array_from_buffer,  ///< (data, dtype, shape, order)
    // containers of Python
    ordered_dict,     ///< (), or ([[key, value], ...],)
    default_dict,     ///< (factory,)
    counter,          ///< ({...},)
    plain_container,  ///< list, tuple, dict of one argument
    reconstructor,    ///< (class, base, state)
    // values without tensors in them
    leaf,  ///< numbers, sets, bytes, dtypes, devices, sizes: never entered
};

struct form_row {
    std::string_view module;  ///< ends with '.': a prefix
    std::string_view name;
    form is;
};

// clang-format off
inline constexpr auto forms = std::to_array<form_row>({
    {"torch._utils", "_rebuild_tensor_v2", form::tensor_v2},
    {"torch._utils", "_rebuild_tensor_v3", form::tensor_v3},
    {"torch._utils", "_rebuild_tensor", form::tensor_v1},
    {"torch._utils", "_rebuild_parameter", form::first_argument},
    {"torch._utils", "_rebuild_parameter_with_state", form::first_argument},
    {"torch._utils", "_rebuild_qtensor", form::qtensor},
    {"torch._utils", "_rebuild_sparse_tensor", form::sparse},
    {"torch._utils", "_rebuild_sparse_csr_tensor", form::sparse_csr},
    {"torch._utils", "_rebuild_nested_tensor", form::nested},
    {"torch._utils", "_rebuild_meta_tensor_no_storage", form::meta},
    {"torch._utils", "_rebuild_wrapper_subclass", form::wrapper_subclass},
    {"torch._utils", "_rebuild_device_tensor_from_cpu_tensor", form::first_argument},
    {"torch._utils", "_rebuild_device_tensor_from_numpy", form::first_argument},
    {"torch._utils", "_rebuild_xla_tensor", form::first_argument},
    {"torch._utils", "_rebuild_mlc_tensor", form::first_argument},
    {"torch._utils", "_rebuild_ort_tensor", form::first_argument},
    {"torch._tensor", "_rebuild_from_type_v2", form::from_type},
    {"torch._tensor", "_rebuild_from_type", form::from_type},
    {"torch.tensor", "_rebuild_from_type", form::from_type},
    {"torch.nn.parameter", "Parameter", form::first_argument},
    {"torch.autograd.variable", "Variable", form::first_argument},
    {"torch.nn.parameter", "Buffer", form::first_argument},
    {"torch.storage", "_load_from_bytes", form::load_from_bytes},
    {"torch.serialization", "_get_layout", form::leaf},
    {"torch", "Size", form::leaf},
    {"torch", "device", form::leaf},
    {"numpy.core.multiarray", "_reconstruct", form::array_reconstruct},
    {"numpy._core.multiarray", "_reconstruct", form::array_reconstruct},
    {"numpy.core.numeric", "_frombuffer", form::array_from_buffer},
    {"numpy._core.numeric", "_frombuffer", form::array_from_buffer},
    {"numpy.core.multiarray", "scalar", form::leaf},
    {"numpy._core.multiarray", "scalar", form::leaf},
    {"numpy", "dtype", form::leaf},
    {"collections", "OrderedDict", form::ordered_dict},
    {"collections", "defaultdict", form::default_dict},
    {"collections", "Counter", form::counter},
    {"collections", "deque", form::leaf},
    {"copyreg", "_reconstructor", form::reconstructor},
    {"copy_reg", "_reconstructor", form::reconstructor},
    {"_codecs", "encode", form::leaf},
    {"builtins", "list", form::plain_container},
    {"builtins", "tuple", form::plain_container},
    {"builtins", "dict", form::plain_container},
    {"__builtin__", "list", form::plain_container},
    {"__builtin__", "tuple", form::plain_container},
    {"__builtin__", "dict", form::plain_container},
});
inline constexpr std::array<std::string_view, 15> builtin_leaves{
    "set", "frozenset", "bytearray", "bytes", "complex", "slice", "range", "xrange",
    "int", "long", "float", "str", "unicode", "bool", "object"};
// clang-format on

/// What a global is to us. Linear in the table: callers keep the answer by node.
constexpr form form_of(std::string_view module, std::string_view name) {
    for (auto const& row : forms)
        if (row.name == name && row.module == module) return row.is;
    if (module == "builtins" || module == "__builtin__") {
        for (auto const& leaf : builtin_leaves)
            if (leaf == name) return form::leaf;
        return form::unknown;
    }
    bool const of_torch = module == "torch" || module == "torch.cuda" || module == "torch.sparse" ||
                          module == "torch.cuda.sparse";
    if (of_torch && name.ends_with("Tensor")) return form::legacy_class;
    if (name == "Tensor" && (module == "torch._tensor" || module == "torch.tensor"))
        return form::legacy_class;
    return form::unknown;
}

}  // namespace lade::inline LADE_ABI::torch
