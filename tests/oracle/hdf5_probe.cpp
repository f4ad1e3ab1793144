// SPDX-License-Identifier: BSL-1.0
// What the oracle asks of the room container/hdf5 itself, beyond what the command line shows.
//
//     hdf5_probe dump FILE...     every link and attribute; lines that reference/hdf5_objects.py
//     prints too hdf5_probe write DIRECTORY  files with everything that the writer can do, in both
//     layouts
#include <lade/codec/sha256.hpp>
#include <lade/container/hdf5/walk.hpp>
#include <lade/container/hdf5/writer.hpp>
#include <lade/io/mapped_file.hpp>

#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

namespace {

namespace hdf5 = lade::hdf5;
using lade::dtype;

std::string hex(lade::codec::sha256 const& hash) {
    std::string made;
    for (std::byte const one : hash.digest()) {
        char text[3];
        std::snprintf(text, sizeof text, "%02x", static_cast<unsigned>(one));
        made += text;
    }
    return made;
}

/// Printable, without tabs and line ends.
std::string plain(std::string_view text) {
    std::string made;
    for (char const one : text) {
        if (one > ' ' && one < 127 && one != '%') {
            made += one;
            continue;
        }
        char code[4];
        std::snprintf(code, sizeof code, "%%%02x", static_cast<unsigned char>(one));
        made += code;
    }
    return made;
}

std::string value_of(hdf5::attribute const& of) {
    lade::codec::sha256 hash;
    if (of.dtype() == dtype::string) {
        auto const texts = of.texts();
        if (!texts) return "!" + std::string(texts.error().id->name);
        for (auto const& text : *texts) {
            std::byte size[8];
            lade::bytes::store_le(size, std::uint64_t{text.size()});
            hash.update(size).update(lade::bytes::of(std::string_view(text)));
        }
        return hex(hash);
    }
    switch (of.dtype()) {
        case dtype::compound:
        case dtype::reference:
        case dtype::opaque:
        case dtype::vlen:
        case dtype::time: return "-";
        default: return hex(hash.update(of.dense()));
    }
}

void dump_attributes(hdf5::object const& of, std::string const& path) {
    auto const done =
        of.for_each_attribute([&](lade::result<hdf5::attribute>& one) -> lade::result<void> {
            if (!one) {
                std::printf("A\t%s\t!%s\n", path.c_str(),
                            std::string(one.error().id->name).c_str());
                return {};
            }
            // found by name, too
            auto const again = of.find_attribute(one->name());
            bool const same = again && again->size() == one->size() &&
                              std::ranges::equal(again->stored(), one->stored());
            std::printf("A\t%s\t%s\t%s\t%llu\t%s\n", path.c_str(), plain(one->name()).c_str(),
                        std::string(lade::name_of(one->dtype())).c_str(),
                        static_cast<unsigned long long>(one->size()),
                        same ? value_of(*one).c_str() : "found by name, it is another");
            return {};
        });
    if (!done)
        std::printf("A\t%s\t!%s\n", path.c_str(), std::string(done.error().id->name).c_str());
}

void dump_group(hdf5::file const& file, hdf5::group const& of, std::string const& path,
                hdf5::address_set& seen, unsigned depth) {
    static constexpr char const* kinds[] = {"hard", "soft", "external", "user"};
    for (std::size_t i = 0; i < of.links().size(); ++i) {
        hdf5::link const one = of.links()[i];
        std::string const below = path + "/" + plain(one.name);
        auto const to = of.follow(one);
        std::printf("L\t%s\t%s\t%s\t%s\t%s\n", below.c_str(), kinds[static_cast<int>(one.kind)],
                    plain(one.file).c_str(),
                    (one.kind == hdf5::link_kind::user ? "" : plain(one.target)).c_str(),
                    to ? std::to_string(to->address()).c_str() : "-");
        if (one.kind != hdf5::link_kind::hard || !to || !seen.insert(to->address())) continue;
        dump_attributes(*to, below);
        if (to->kind() != hdf5::object_kind::group || depth > 300) continue;
        auto const inner = to->as_group();
        if (inner) dump_group(file, *inner, below, seen, depth + 1);
        else
            std::printf("L\t%s\t!%s\n", below.c_str(), std::string(inner.error().id->name).c_str());
    }
}

int dump(char const* name) {
    std::printf("F\t%s\n", name);
    auto const source = lade::mapped_file::open(name);
    if (!source) return 1;
    auto const file = hdf5::file::open(*source);
    if (!file) return 1;
    auto const root = file->root();
    if (!root) return 1;
    hdf5::address_set seen;
    seen.insert(root->address());
    dump_attributes(*root, "");
    dump_group(*file, *root, "", seen, 0);
    return 0;
}

// ---- writing

struct stdio {
    std::FILE* to;
    lade::result<void> write(lade::bytes::view data) {
        if (std::fwrite(data.data(), 1, data.size(), to) != data.size())
            return lade::fail(lade::ids::limit);
        return {};
    }
};

template <class T>
std::vector<T> counting(std::size_t count) {
    std::vector<T> made(count);
    for (std::size_t i = 0; i < count; ++i) made[i] = static_cast<T>(i % 100);
    return made;
}
template <class T>
lade::bytes::view of(std::vector<T> const& values) {
    return std::as_bytes(std::span(values));
}

bool good = true;
void must(bool done) { good = good && done; }

/// Attributes of every kind, on `at`; `large`: those that only new headers hold.
void attributes(hdf5::writer& file, hdf5::writer::handle at, bool large) {
    std::string_view const words[] = {"one", "", "three", "\xc3\xbc"};
    std::uint64_t const shape[] = {2, 3};
    must(file.attribute(at, "text", "fixed", {}).has_value());
    must(file.attribute(at, "utf8", "\xc3\xbc", {.utf8 = true}).has_value());
    must(file.attribute(at, "vlen", "variable", {.vlen = true}).has_value());
    must(file.attribute(at, "vlen utf8", "\xc3\xbc", {.vlen = true, .utf8 = true}).has_value());
    must(file.attribute(at, "long", std::string(100000, 'x'), {.vlen = true}).has_value());
    must(file.attribute(at, "words", words, {.utf8 = true}).has_value());
    must(file.attribute(at, "terminated", words,
                        {.padding = hdf5::padding::null_terminated, .utf8 = true})
             .has_value());
    must(file.attribute(at, "spaced", words, {.padding = hdf5::padding::space_padded, .utf8 = true})
             .has_value());
    must(file.attribute(at, "vlen words", words, {.vlen = true, .utf8 = true}).has_value());
    must(file.attribute(at, "no words", std::span<std::string_view const>{}, {}).has_value());
    must(file.attribute(at, "numbers", dtype::int32, shape, of(counting<std::int32_t>(6)))
             .has_value());
    must(
        file.attribute(at, "scalar", dtype::float64, {}, of(std::vector<double>{1.5})).has_value());
    must(file.attribute(at, "yes", dtype::boolean, {}, of(std::vector<char>{1})).has_value());
    must(
        file.attribute(at, "empty", dtype::float64, std::vector<std::uint64_t>{0}, {}).has_value());
    if (!large) return;
    std::uint64_t const many[] = {70000};
    must(file.attribute(at, "large", dtype::uint8, many, of(counting<std::uint8_t>(70000)))
             .has_value());
    std::vector<std::string> names;
    for (int i = 0; i < 3000; ++i)
        names.push_back("a name of a layer that is long, " + std::to_string(i));
    std::vector<std::string_view> const views(names.begin(), names.end());
    must(file.attribute(at, "names", views, {}).has_value());
}

/// A name for each thing that the writer can do; the same declarations whatever the layout.
void declare(hdf5::writer& file, bool old, std::vector<std::byte>& push) {
    auto const add = [&](lade::bytes::view more) {
        push.insert(push.end(), more.begin(), more.end());
    };
    auto const root = hdf5::writer::root();
    attributes(file, root, !old);
    std::uint64_t const shape[] = {2, 3};
    std::uint64_t const wide[] = {40, 30};
    constexpr dtype all[] = {dtype::boolean,       dtype::int8,       dtype::int16,
                             dtype::int32,         dtype::int64,      dtype::uint8,
                             dtype::uint16,        dtype::uint32,     dtype::uint64,
                             dtype::float16,       dtype::bfloat16,   dtype::float32,
                             dtype::float64,       dtype::complex64,  dtype::complex128,
                             dtype::float8_e4m3fn, dtype::float8_e5m2};
    for (dtype const one : all) {
        std::vector<std::byte> data(6 * lade::size_of(one));
        for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<std::byte>(i % 2);
        auto const made =
            file.dataset(root, "types/" + std::string(lade::name_of(one)), one, shape);
        must(made.has_value());
        add(data);
        if (made) attributes(file, *made, !old && one == dtype::int8);
    }
    std::string_view const words[] = {"one", "", "three", "\xc3\xbc"};
    std::uint64_t const four[] = {4};
    must(file.text_dataset(root, "texts/vlen", words, four).has_value());
    must(file.fixed_text_dataset(root, "texts/fixed", {.size = 2}, four).has_value());
    add(lade::bytes::of(std::string_view("abc\0\0\0xy", 8)));
    must(file.opaque_dataset(root, "opaque", 2, four).has_value());
    add(lade::bytes::of(std::string_view("abcdefgh")));
    must(file.dataset(root, "scalar", dtype::int64, {}).has_value());
    add(of(std::vector<std::int64_t>{-7}));
    must(file.dataset(root, "none", dtype::float32, std::vector<std::uint64_t>{3, 0}).has_value());
    must(file.compact_dataset(root, "compact", dtype::int32, shape, of(counting<std::int32_t>(6)))
             .has_value());
    must(file.chunked_dataset(root, "chunks/plain", dtype::int32, wide, {{7, 4}, false, 0},
                              of(counting<std::int32_t>(1200)))
             .has_value());
    must(file.chunked_dataset(root, "chunks/shuffled", dtype::int32, wide, {{7, 4}, true, 0},
                              of(counting<std::int32_t>(1200)))
             .has_value());
    must(file.chunked_dataset(root, "chunks/deflated", dtype::float64, wide, {{40, 30}, false, 9},
                              of(counting<double>(1200)))
             .has_value());
    must(file.chunked_dataset(root, "chunks/both", dtype::int16, wide, {{1, 30}, true, 6},
                              of(counting<std::int16_t>(1200)))
             .has_value());
    std::uint64_t const line[] = {5000};
    must(file.chunked_dataset(root, "chunks/many", dtype::uint8, line, {{1}, false, 0},
                              of(counting<std::uint8_t>(5000)))
             .has_value());
    must(file.chunked_dataset(root, "chunks/none", dtype::uint8, std::vector<std::uint64_t>{0},
                              {{4}, true, 6}, {})
             .has_value());
    for (int i = 0; i < 3000; ++i)
        must(file.dataset(root, "many/n" + std::to_string(i), dtype::int32, {}).has_value());
    add(of(counting<std::int32_t>(3000)));
    must(file.group(root, "empty/group/in a group").has_value());
    must(file.group(root, "\xc3\xbcmlaut/" + std::string(300, 'n')).has_value());
    std::string deep;
    for (int i = 0; i < 60; ++i) deep += i == 0 ? "d" : "/d";
    must(file.dataset(root, deep + "/x", dtype::int8, {}).has_value());
    add(of(counting<char>(1)));
    auto const busy = file.group(root, "busy");
    for (int i = 0; busy && i < 500; ++i)
        must(file.attribute(*busy, "a" + std::to_string(i), dtype::int32, {},
                            of(std::vector<std::int32_t>{i}))
                 .has_value());
}

void write(std::string const& at, hdf5::file_layout layout, std::size_t piece) {
    hdf5::writer file({layout});
    std::vector<std::byte> push;
    declare(file, layout == hdf5::file_layout::earliest, push);
    stdio output{std::fopen(at.c_str(), "wb")};
    if (output.to == nullptr) return must(false);
    lade::any_output to(output);
    must(file.begin(to).has_value());
    for (std::size_t i = 0; good && i < push.size(); i += piece)
        must(file.push(to, lade::bytes::view(push).subspan(i, (std::min)(piece, push.size() - i)))
                 .has_value());
    must(file.end().has_value());
    must(std::fclose(output.to) == 0);
}

}  // namespace

int main(int count, char** words) {
    std::string_view const verb = count > 2 ? words[1] : "";
    if (verb == "dump") {
        int status = 0;
        for (int i = 2; i < count; ++i) status |= dump(words[i]);
        return status;
    }
    if (verb != "write" || count != 3) return 2;
    std::string const folder = words[2];
    write(folder + "/compact.h5", hdf5::file_layout::compact, 1U << 20);
    write(folder + "/compact again.h5", hdf5::file_layout::compact, 1000);
    write(folder + "/earliest.h5", hdf5::file_layout::earliest, 1U << 20);
    write(folder + "/earliest again.h5", hdf5::file_layout::earliest, 1000);
    return good ? 0 : 1;
}
