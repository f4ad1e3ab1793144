// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/memory.hpp>
#include <lade/container/zip/writer.hpp>
#include <support/bytes.hpp>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// An assembler for pickles: each function gives the bytes of one value, and values join with `+`.
namespace support::pickles {

template <class T>
std::string number(T value, std::size_t size = sizeof(T)) {
    std::string made;
    for (std::size_t i = 0; i < size; ++i)
        made += static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i) & 0xff);
    return made;
}

inline std::string proto(int version = 2) {
    return "\x80" + std::string(1, static_cast<char>(version));
}
/// A whole pickle.
inline std::string whole(std::string const& value, int version = 2) {
    return proto(version) + value + '.';
}

inline std::string text(std::string_view words) {
    return "X" + number(words.size(), 4) + std::string(words);
}
inline std::string global(std::string_view module, std::string_view name) {
    return "c" + std::string(module) + '\n' + std::string(name) + '\n';
}
inline std::string integer(std::int64_t value) {
    if (value >= 0 && value < 256) return "K" + number(value, 1);
    if (value >= -0x80000000LL && value <= 0x7fffffffLL) return "J" + number(value, 4);
    return "\x8a\x08" + number(value, 8);
}
inline std::string boolean(bool is) { return is ? "\x88" : "\x89"; }

inline std::string tuple(std::initializer_list<std::string> items) {
    std::string made = "(";
    for (auto const& one : items) made += one;
    return made + 't';
}
inline std::string tuple(std::vector<std::string> const& items) {
    std::string made = "(";
    for (auto const& one : items) made += one;
    return made + 't';
}
inline std::string list(std::initializer_list<std::string> items) {
    std::string made = "](";
    for (auto const& one : items) made += one;
    return made + 'e';
}
using entries = std::initializer_list<std::pair<std::string, std::string>>;
/// Values are pickled already, keys as well.
inline std::string dict(entries items) {
    std::string made = "}(";
    for (auto const& [key, value] : items) made += key + value;
    return made + 'u';
}
/// Keys are texts.
inline std::string table(entries items) {
    std::string made = "}(";
    for (auto const& [key, value] : items) made += text(key) + value;
    return made + 'u';
}
inline std::string call(std::string const& callable, std::string const& arguments) {
    return callable + arguments + 'R';
}
inline std::string create(std::string const& type, std::string const& state) {
    return type + ")\x81" + state + 'b';
}
inline std::string ordered(entries items = {}) {
    std::string made = global("collections", "OrderedDict") + ")R";
    if (items.size() == 0) return made;
    made += '(';
    for (auto const& [key, value] : items) made += text(key) + value;
    return made + 'u';
}
inline std::string ints(std::vector<std::int64_t> const& values) {
    std::vector<std::string> items;
    for (auto one : values) items.push_back(integer(one));
    return tuple(items);
}

// --- PyTorch

inline std::string storage(std::string_view key, std::int64_t elements,
                           std::string_view type = "FloatStorage") {
    return tuple({text("storage"), global("torch", type), text(key), text("cpu"),
                  integer(elements)}) +
           'Q';
}
inline std::string legacy_storage(std::string_view key, std::int64_t elements,
                                  std::string_view type = "FloatStorage",
                                  std::string const& view = "N") {
    return tuple({text("storage"), global("torch", type), text(key), text("cpu"), integer(elements),
                  view}) +
           'Q';
}
inline std::string pickled_tensor(std::string const& in, std::vector<std::int64_t> const& shape,
                                  std::vector<std::int64_t> const& strides, std::int64_t offset = 0,
                                  std::string const& more = "") {
    return call(global("torch._utils", "_rebuild_tensor_v2"),
                "(" + in + integer(offset) + ints(shape) + ints(strides) + boolean(false) +
                    ordered() + more + "t");
}
/// A vector of four floats in the storage "0".
inline std::string vector_of_4(std::string_view key = "0") {
    return pickled_tensor(storage(key, 4), {4}, {1});
}

/// An archive as torch.save writes it: `value` is the pickle without PROTO and STOP.
inline blob archive(std::string const& value,
                    std::vector<std::pair<std::string, blob>> const& storages = {},
                    std::string_view byteorder = "little") {
    lade::memory_output to;
    lade::zip::writer zip(lade::any_output(to), {64, true});
    auto const add = [&](std::string const& name, lade::bytes::view content) {
        if (!zip.add("archive/" + name, content)) std::abort();
    };
    add("data.pkl", lade::bytes::of(whole(value)));
    if (!byteorder.empty()) add("byteorder", lade::bytes::of(byteorder));
    for (auto const& [key, content] : storages) add("data/" + key, content);
    add("version", lade::bytes::of("3\n"));
    if (!zip.finish()) std::abort();
    return std::move(to).take();
}

/// A stacked file: the object's pickle, the keys and their elements.
struct legacy_part {
    std::string key;
    std::uint64_t elements;
    blob content;
};
inline blob legacy(std::string const& value, std::vector<legacy_part> const& storages = {},
                   std::int64_t protocol = 1001) {
    std::string made = whole(std::string("\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", 12)) +
                       whole(integer(protocol)) + whole(table({{"little_endian", boolean(true)}})) +
                       whole(value);
    std::string keys = "](";
    for (auto const& one : storages) keys += text(one.key);
    made += whole(keys + 'e');
    for (auto const& one : storages) made += number(one.elements, 8) + text_of(one.content);
    return bytes_of(made);
}

}  // namespace support::pickles
