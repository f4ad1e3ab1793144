// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/view.hpp>

#include <string_view>

/// One function for each decoder: whatever the bytes are, it returns, and takes no more memory
/// than limits grant. What it returns is the decoder's own affair.
namespace fuzz {

struct target {
    std::string_view name;
    void (*run)(lade::bytes::view data);
};

void inflate(lade::bytes::view data);
void snappy(lade::bytes::view data);
void lzf(lade::bytes::view data);
void zip(lade::bytes::view data);
void tar(lade::bytes::view data);
void npy(lade::bytes::view data);
void pickle(lade::bytes::view data);
void json(lade::bytes::view data);
void yaml(lade::bytes::view data);
void protobuf(lade::bytes::view data);
void textproto(lade::bytes::view data);
void sstable(lade::bytes::view data);
void hdf5(lade::bytes::view data);
/// Each format that is one file, asked for by its name.
void formats(lade::bytes::view data);
/// The verbs, which find the format themselves.
void verbs(lade::bytes::view data);

inline constexpr target targets[]{
    {"inflate", inflate},
    {"snappy", snappy},
    {"lzf", lzf},
    {"zip", zip},
    {"tar", tar},
    {"npy", npy},
    {"pickle", pickle},
    {"json", json},
    {"yaml", yaml},
    {"protobuf", protobuf},
    {"textproto", textproto},
    {"sstable", sstable},
    {"hdf5", hdf5},
    {"formats", formats},
    {"verbs", verbs},
};

}  // namespace fuzz
