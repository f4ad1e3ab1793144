// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/memory.hpp>
#include <lade/format/any_sink.hpp>
#include <lade/model/listing.hpp>

#include <string>
#include <vector>

namespace collected {

using namespace lade;

/// A tensor with its bytes, read in whole and again in odd pieces.
struct kept {
    std::string name;
    lade::dtype type;
    std::vector<std::uint64_t> shape;
    std::uint64_t nbytes;
    std::string bytes;
    bool viewed;
    bool same_in_pieces;
};

/// Keeps all that a reader gives.
struct sink : any_sink {
    std::vector<kept> tensors;
    std::vector<metadata_entry> words;
    contents parts;
    std::size_t stop_after = ~std::size_t{0};

    result<flow> take(tensor_info const& info, any_payload& from) override {
        kept one{std::string(info.name),
                 info.type,
                 {info.shape.begin(), info.shape.end()},
                 info.nbytes,
                 std::string(static_cast<std::size_t>(from.size()), '\0'),
                 false,
                 true};
        auto const to = std::as_writable_bytes(std::span(one.bytes));
        if (auto const done = from.read(0, to); !done) return done.error();
        if (auto const view = from.view()) one.viewed = lade::bytes::text(*view) == one.bytes;
        std::string pieces;
        for (std::size_t at = 0; at < one.bytes.size() && at < 4096;) {
            std::byte block[7];
            std::size_t const size = std::min<std::size_t>(sizeof block, one.bytes.size() - at);
            if (auto const done = from.read(at, std::span(block, size)); !done) return done.error();
            pieces += lade::bytes::text(std::span(block, size));
            at += size;
        }
        one.same_in_pieces = one.bytes.starts_with(pieces);
        tensors.push_back(std::move(one));
        return tensors.size() >= stop_after ? flow::enough : flow::more;
    }
    result<void> metadata(std::string_view key, std::string_view value) override {
        words.push_back({std::string(key), std::string(value)});
        return {};
    }
    void holds(contents all) override { parts = all; }

    /// "name:float32[2,3] ..."
    std::string text() const {
        std::string all;
        for (auto const& one : tensors) {
            all.append(all.empty() ? "" : " ").append(one.name).append(":");
            all.append(name_of(one.type)).append("[");
            for (std::size_t i = 0; i < one.shape.size(); ++i)
                all.append(i == 0 ? "" : ",").append(std::to_string(one.shape[i]));
            all.append("]");
        }
        return all;
    }

    /// The same as a listing, to be saved.
    lade::listing listing() const {
        lade::listing all;
        for (auto const& one : tensors) {
            tensor_info info;
            info.name = one.name;
            info.type = one.type;
            info.shape = one.shape;
            info.nbytes = one.nbytes;
            all.tensors.add(info);
        }
        all.metadata = words;
        return all;
    }
};

/// A source that can only be read, not viewed.
struct read_only {
    std::string data;
    std::uint64_t bytes_read = 0;

    std::uint64_t size() const { return data.size(); }
    result<void> read(std::uint64_t offset, std::span<std::byte> to) {
        bytes_read += to.size();
        return memory(lade::bytes::of(data)).read(offset, to);
    }
};

}  // namespace collected
