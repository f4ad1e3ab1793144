// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/format/head.hpp>
#include <lade/format/traits.hpp>
#include <lade/torch/reader.hpp>
#include <lade/torch/tags.hpp>
#include <lade/torch/writer.hpp>

namespace lade::inline LADE_ABI {

/// torch.save since 1.6 (torch/serialization.py, _save).
template <>
struct format_traits<torch::zip> {
    static constexpr std::string_view name = "torch.zip";
    static constexpr std::array<std::string_view, 5> extensions{".pth", ".pt", ".bin", ".ckpt",
                                                                ".th"};
    static constexpr contents reads = content::weights | content::objects;
    static constexpr contents writes = content::weights | content::objects;
    static constexpr dtype_set dtypes = torch::storable_dtypes;
    static constexpr bool keeps_aliases = true;
    using options = torch::read_options;
    using save_options = torch::save_options;
    using writer = torch::zip_writer;

    static confidence detect(lade::zip::archive const& archive) {
        return torch::records(archive).kind() == torch::archive_kind::saved ? confidence::certain
                                                                            : confidence::no;
    }
    static result<flow> read(lade::zip::archive const& archive, any_sink& to, options const& with) {
        return torch::read_zip(archive, to, with);
    }
};

/// torch.save before 1.6 (torch/serialization.py, _legacy_save).
template <>
struct format_traits<torch::legacy> {
    static constexpr std::string_view name = "torch.legacy";
    static constexpr std::array<std::string_view, 3> extensions{".pth", ".pt", ".bin"};
    static constexpr contents reads = content::weights | content::objects;
    static constexpr contents writes = content::weights | content::objects;
    static constexpr dtype_set dtypes = torch::storable_dtypes;
    static constexpr bool keeps_aliases = true;
    using options = torch::read_options;
    using save_options = torch::save_options;
    using writer = torch::legacy_writer;

    static confidence detect(head const& at) {
        return torch::is_legacy_head(at) ? confidence::certain : confidence::no;
    }
    static result<flow> read(any_source from, any_sink& to, options const& with) {
        return torch::read_legacy(from, to, with);
    }
};

/// torch.save up to 0.1.9; only read.
template <>
struct format_traits<torch::tar> {
    static constexpr std::string_view name = "torch.tar";
    static constexpr contents reads = content::weights | content::objects;
    using options = torch::read_options;

    static confidence detect(head const& at) {
        return at.has(257, "ustar") ? confidence::certain : confidence::no;
    }
    static result<flow> read(any_source from, any_sink& to, options const& with) {
        return torch::read_tar(from, to, with);
    }
};

/// TorchScript, and libtorch's torch::save; only read, and never run.
template <>
struct format_traits<torch::script> {
    static constexpr std::string_view name = "torch.script";
    static constexpr std::array<std::string_view, 3> extensions{".pt", ".pth", ".ptl"};
    static constexpr contents reads = content::weights | content::objects;
    using options = torch::read_options;

    static confidence detect(lade::zip::archive const& archive) {
        return torch::records(archive).kind() == torch::archive_kind::script ? confidence::certain
                                                                             : confidence::no;
    }
    static result<flow> read(lade::zip::archive const& archive, any_sink& to, options const& with) {
        return torch::read_script(archive, to, with);
    }
};

/// Any other pickle: dictionaries of NumPy arrays, tensors through `_load_from_bytes`; only read.
template <>
struct format_traits<torch::pickle> {
    static constexpr std::string_view name = "torch.pickle";
    static constexpr std::array<std::string_view, 2> extensions{".pkl", ".pickle"};
    static constexpr contents reads = content::weights | content::objects;
    using options = torch::read_options;

    static confidence detect(head const& at) {
        if (torch::is_legacy_head(at) || at.first.empty()) return confidence::no;
        auto const first = static_cast<unsigned char>(at.first[0]);
        if (first == 0x80) {  // PROTO 2 to 5, and an opcode: the length of a safetensors header may
                              // look like the one, not the other
            bool const is_pickle =
                at.first.size() > 2 && at.first[1] >= std::byte{2} && at.first[1] <= std::byte{5} &&
                lade::pickle::opcode_uses[static_cast<unsigned char>(at.first[2])].known();
            return is_pickle ? confidence::certain : confidence::no;
        }
        // protocols 0 and 1 have no signature: a container, a global or a mark begins nearly all of
        // them
        bool const ends = !at.last.empty() && at.last.back() == std::byte{'.'};
        return ends && (first == '(' || first == '}' || first == ']' || first == 'c')
                   ? confidence::possible
                   : confidence::no;
    }
    static result<flow> read(any_source from, any_sink& to, options const& with) {
        return torch::read_pickle(from, to, with);
    }
};

}  // namespace lade::inline LADE_ABI
