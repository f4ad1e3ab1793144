// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/error.hpp>
#include <lade/format/head.hpp>

#include <array>
#include <string_view>

/// Files that people take for models, and what to do with them. A precise name helps more than
/// "unknown format".
namespace lade::inline LADE_ABI {

namespace ids {
inline constexpr error_id empty_file{"format.empty", kind::corrupt, "the file is empty",
                                     "the download or the copy failed; fetch it again"};
inline constexpr error_id lfs_pointer{"format.lfs_pointer", kind::unsupported,
                                      "this is a Git LFS pointer, not the file that it stands for",
                                      "run `git lfs pull`"};
inline constexpr error_id html_page{"format.html_page", kind::unsupported,
                                    "this is a web page, perhaps an error message of a download",
                                    "look at it in a browser, and fetch the file itself"};
inline constexpr error_id gzip_wrapper{"format.gzip", kind::unsupported,
                                       "the file is compressed with gzip", "run `gunzip` on it"};
inline constexpr error_id zstd_wrapper{"format.zstd", kind::unsupported,
                                       "the file is compressed with Zstandard",
                                       "run `unzstd` on it"};
inline constexpr error_id xz_wrapper{"format.xz", kind::unsupported,
                                     "the file is compressed with xz", "run `unxz` on it"};
inline constexpr error_id bzip2_wrapper{"format.bzip2", kind::unsupported,
                                        "the file is compressed with bzip2", "run `bunzip2` on it"};
inline constexpr error_id lz4_wrapper{"format.lz4", kind::unsupported,
                                      "the file is compressed with LZ4", "run `unlz4` on it"};
inline constexpr error_id seven_zip{"format.7z", kind::unsupported, "the file is a 7z archive",
                                    "unpack it"};
inline constexpr error_id rar_archive{"format.rar", kind::unsupported, "the file is a RAR archive",
                                      "unpack it"};
inline constexpr error_id mobile_flatbuffer{
    "torch.mobile_flatbuffer", kind::unsupported,
    "this is a module for PyTorch Mobile in its flatbuffer form",
    "save it with `_save_for_lite_interpreter(..., _use_flatbuffer=False)`"};
inline constexpr error_id pytorch_prerelease{
    "torch.prerelease", kind::unsupported,
    "this is a file of a PyTorch of late 2018 that no release ever read",
    "save it again with a released PyTorch"};
inline constexpr error_id gguf_file{"format.gguf", kind::unsupported, "this is a GGUF file"};
inline constexpr error_id tflite_file{"format.tflite", kind::unsupported,
                                      "this is a TensorFlow Lite model"};
inline constexpr error_id unknown_format{
    "format.unknown", kind::unsupported, "the file is of no format that was asked for",
    "`lade inspect` tells the formats; perhaps the file belongs to another program"};
inline constexpr error_id ambiguous_format{"format.ambiguous", kind::corrupt,
                                           "the file passes for two formats at once",
                                           "name the format that is meant"};
inline constexpr error_id empty_archive{"zip.empty", kind::unsupported,
                                        "the zip archive has no entries"};
inline constexpr error_id unknown_archive{"zip.unknown_layout", kind::unsupported,
                                          "a zip archive, but not one of a model"};
}  // namespace ids

struct foreign_signature {
    std::size_t offset;
    std::string_view bytes;
    error_id const* id;
};
inline constexpr auto foreign_signatures = std::to_array<foreign_signature>({
    {0, "version https://git-lfs", &ids::lfs_pointer},
    {0, "<!DOCTYPE", &ids::html_page},
    {0, "<!doctype", &ids::html_page},
    {0, "<html", &ids::html_page},
    {0, "<HTML", &ids::html_page},
    {0, "<?xml", &ids::html_page},
    {0, "\x1f\x8b", &ids::gzip_wrapper},
    {0, "\x28\xb5\x2f\xfd", &ids::zstd_wrapper},
    {0,
     "\xfd"
     "7zXZ",
     &ids::xz_wrapper},
    {0, "BZh", &ids::bzip2_wrapper},
    {0, "\x04\x22\x4d\x18", &ids::lz4_wrapper},
    {0, "7z\xbc\xaf\x27\x1c", &ids::seven_zip},
    {0, "Rar!", &ids::rar_archive},
    {4, "PTMF", &ids::mobile_flatbuffer},
    {0, "PYTORCH1", &ids::pytorch_prerelease},
    {0, "GGUF", &ids::gguf_file},
    {4, "TFL3", &ids::tflite_file},
    {0, "PK\x05\x06", &ids::empty_archive},
});

/// What a file is that no format takes.
inline error_id const& foreign(head const& of) {
    if (of.size == 0) return ids::empty_file;
    for (auto const& one : foreign_signatures)
        if (of.has(one.offset, one.bytes)) return *one.id;
    std::size_t blank = 0;
    while (blank < of.first.size() &&
           (of.first[blank] == std::byte{' '} || of.first[blank] == std::byte{'\n'} ||
            of.first[blank] == std::byte{'\r'}))
        ++blank;
    if (of.has(blank, "<!DOCTYPE") || of.has(blank, "<html")) return ids::html_page;
    return ids::unknown_format;
}

}  // namespace lade::inline LADE_ABI
