// SPDX-License-Identifier: BSL-1.0
#include <lade/codec/inflate.hpp>
#include <lade/codec/lzf.hpp>
#include <lade/codec/snappy.hpp>

#include <fuzz/targets.hpp>

#include <array>

namespace fuzz {
namespace {

std::array<std::byte, 1 << 16> room;

}  // namespace

void inflate(lade::bytes::view data) {
    (void)lade::codec::inflate(data, room);
    (void)lade::codec::inflate_zlib(data, room);
    (void)lade::codec::inflate_gzip(data, room);
}
void snappy(lade::bytes::view data) {
    (void)lade::codec::snappy_length(data);
    (void)lade::codec::snappy_decompress(data, room);
}
void lzf(lade::bytes::view data) {
    (void)lade::codec::lzf_decompress(data, room);
    (void)lade::codec::lzf_decompress(data, std::span(room).first(data.size()));
}

}  // namespace fuzz
