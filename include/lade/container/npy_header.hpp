// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/npy.hpp>

#include <string>

/// The header of an .npy file, written.
namespace lade::inline LADE_ABI::npy {

/// All that stands before the elements, as NumPy 1.24 and newer write it, byte for byte: row-major,
/// the elements at a multiple of 64.
inline std::string write_header(std::string_view descr, std::span<std::uint64_t const> shape) {
    std::string text = "{'descr': '";
    text.append(descr).append("', 'fortran_order': False, 'shape': (");
    for (std::size_t i = 0; i < shape.size(); ++i)
        text.append(i == 0 ? "" : ", ").append(std::to_string(shape[i]));
    text.append(shape.size() == 1 ? ",), }" : "), }");
    // room for the first axis to grow in place to 21 digits
    if (!shape.empty()) text.append(21 - std::to_string(shape[0]).size(), ' ');

    std::size_t const limit = 0xffff;
    std::size_t prefix = 10;
    auto const pad = [&] {  // never nothing, as NumPy does it
        return (prefix + text.size() + 1) / 64 * 64 + 64 - prefix;
    };
    std::size_t padded = pad();
    if (padded > limit) {
        prefix = 12;
        padded = pad();
    }
    text.append(padded - text.size() - 1, ' ').append("\n");
    std::string out(signature);
    out += prefix == 10 ? '\1' : '\2';
    out += '\0';
    for (std::size_t i = 0; i < prefix - 8; ++i) out += static_cast<char>(padded >> (8 * i) & 0xff);
    return out.append(text);
}

}  // namespace lade::inline LADE_ABI::npy
