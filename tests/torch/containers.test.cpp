// SPDX-License-Identifier: BSL-1.0
#include <torch/reading.hpp>

#include <cstdio>
#include <support/zips.hpp>

namespace {

using namespace torch_test;

std::string const t = vector_of_4();
blob const elements = floats({1, 2, 3, 4});
blob const pickled = bytes_of(whole(table({{"w", t}})));

std::string zipped(std::vector<zips::entry> const& entries, how container = how::zip) {
    return torch_file(container, zips::archive(entries)).told();
}

TEST_CASE("archives of every age and hand are read") {
    zips::entry const zero{.name = "x/data/0", .body = elements};
    std::string const good = "w:float32[4]";
    CHECK(zipped({{.name = "x/data.pkl", .body = pickled}, zero}) == good);
    CHECK(zipped({{.name = "x/version", .body = "3\n"_bytes},
                  {.name = "x/data.pkl", .body = pickled},
                  zero}) == good);
    CHECK(zipped({zero, {.name = "x/data.pkl", .body = pickled}}) == good);
    CHECK(zipped({{.name = "data.pkl", .body = pickled}, {.name = "data/0", .body = elements}}) ==
          good);
    CHECK(zipped({{.name = "readme", .body = {}}, {.name = "x/data.pkl", .body = pickled}, zero}) ==
          good);
    CHECK(zipped({{.name = "other/first", .body = {}},
                  {.name = "x/data.pkl", .body = pickled},
                  zero}) == good);
    CHECK(zipped({{.name = "x/data.pkl", .body = pickled, .crc = 0},
                  {.name = "x/data/0", .body = elements, .crc = 0}}) == good);
    CHECK(zipped({{.name = "x/data.pkl", .body = pickled, .descriptor = true},
                  {.name = "x/data/0", .body = elements, .wide_descriptor = true, .wide = true}}) ==
          good);
    CHECK(zipped({{.name = "x/data.pkl", .body = pickled},
                  zero,
                  {.name = "x/byteorder", .body = "little"_bytes},
                  {.name = "x/.format_version", .body = "1"_bytes},
                  {.name = "x/.storage_alignment", .body = "64"_bytes}}) == good);
}

TEST_CASE("what an archive says of itself is believed within reason") {
    zips::entry const pickle{.name = "x/data.pkl", .body = pickled},
        zero{.name = "x/data/0", .body = elements};
    auto const with = [&](std::string const& name, std::string_view word) {
        return zipped({pickle, zero, {.name = name, .body = bytes_of(word)}});
    };
    CHECK(with("x/version", "10\n") == "w:float32[4]");
    CHECK(with("x/version", "11\n") == "!torch.bad_version");
    CHECK(with("x/.data/version", "11\n") == "!torch.bad_version");
    CHECK(with("x/version", "three") == "w:float32[4]");
    CHECK(with("x/byteorder", "big\n") == "w:float32[4]");
    CHECK(with("x/byteorder", "middle") == "!torch.bad_byteorder");
    CHECK(with("x/byteorder", "") == "w:float32[4]");
    CHECK(zipped({zero}) == "!torch.no_pickle");
    CHECK(zipped({pickle}) == "!torch.missing_storage");
    CHECK(zipped({{.name = "x/data.pkl", .body = pickled, .crc = 7}, zero}) == "!zip.bad_crc");
    CHECK(zipped({pickle, {.name = "x/data/0", .body = elements, .crc = 7}}) == "!zip.bad_crc");
    blob const odd = zips::archive({pickle, {.name = "x/data/0", .body = elements, .crc = 7}});
    CHECK(torch_file(how::zip, odd, {.verify_crc = false}).told() == "w:float32[4]");
    auto const place = torch_file(how::zip, zips::archive({pickle})).place;
    CHECK(place == "x/data.pkl > 0");
}

TEST_CASE("big-endian archives are swapped by the words of their types") {
    blob const shorts = "\x01\x02\x03\x04"_bytes;
    torch_file const file(
        how::zip,
        archive(table({{"h", pickled_tensor(storage("0", 2, "ShortStorage"), {2}, {1})},
                       {"b", pickled_tensor(storage("1", 4, "ByteStorage"), {4}, {1})},
                       {"c", pickled_tensor(storage("2", 1, "ComplexFloatStorage"), {1}, {1})}}),
                {{"0", shorts}, {"1", shorts}, {"2", "abcdefgh"_bytes}}, "big"));
    CHECK(file.trouble == "");
    CHECK(text_of(file.kept["h"].elements) == "\x02\x01\x04\x03");
    CHECK(text_of(file.kept["b"].elements) == "\x01\x02\x03\x04");
    CHECK(text_of(file.kept["c"].elements) == "dcbahgfe");
    CHECK_FALSE(file.kept["h"].viewed);
    CHECK(file.kept["b"].viewed);
}

TEST_CASE("stacked files: the object, its keys, its elements") {
    std::string const value =
        table({{"a", pickled_tensor(legacy_storage("7", 4), {4}, {1})},
               {"b", pickled_tensor(legacy_storage("8", 1, "LongStorage"), {}, {})}});
    blob const good = legacy(value, {{"7", 4, elements}, {"8", 1, raw<std::int64_t>({5})}});
    torch_file const file(how::legacy, good);
    CHECK(file.told() == "a:float32[4] b:int64[]");
    CHECK(file.kept["a"].elements == elements);
    CHECK(file.kept["b"].elements == raw<std::int64_t>({5}));
    torch_file const other(how::legacy,
                           legacy(value, {{"8", 1, raw<std::int64_t>({5})}, {"7", 4, elements}}));
    CHECK(other.kept["a"].elements == elements);
    auto trailing = good;
    trailing.resize(good.size() + 100);
    CHECK(torch_file(how::legacy, trailing).told() == "a:float32[4] b:int64[]");
}

TEST_CASE("stacked files whose parts contradict each other are refused") {
    std::string const value = pickled_tensor(legacy_storage("7", 4), {4}, {1});
    auto const told = [](blob const& data) { return torch_file(how::legacy, data).told(); };
    CHECK(told(legacy(value, {{"7", 3, elements}})) == "!torch.storage_size");
    CHECK(told(legacy(value, {{"7", ~std::uint64_t{0}, elements}})) == "!torch.storage_size");
    CHECK(told(legacy(value, {{"8", 4, elements}})) == "!torch.legacy_keys");
    CHECK(told(legacy(value, {{"7", 4, floats({1, 2, 3})}})) == "!bytes.truncated");
    CHECK(told(legacy(value, {})) == "!torch.missing_storage");
    CHECK(told(legacy(value, {{"7", 4, elements}}, 1002)) == "!torch.legacy_protocol");
    CHECK(told(bytes_of(whole(integer(1)))) == "!torch.bad_legacy");
    CHECK(told({}) == "!pickle.no_stop");
}

TEST_CASE("every prefix of a stacked file is refused and no bit flip leads astray") {
    blob const good =
        legacy(pickled_tensor(legacy_storage("7", 4), {4}, {1}), {{"7", 4, elements}});
    every_prefix(good, [](bytes::view part) {
        CHECK(torch_file(how::legacy, part).told().starts_with('!'));
    });
    every_bit_flip(
        good, [](bytes::view changed, std::size_t) { (void)torch_file(how::legacy, changed); });
}

TEST_CASE("in files of 0.3 a part of a storage is a storage itself") {
    auto const view = [](std::string_view key, std::int64_t offset, std::int64_t size) {
        return tuple({text(key), integer(offset), integer(size)});
    };
    std::string const part = legacy_storage("7", 4, "FloatStorage", view("v", 1, 2));
    torch_file const file(how::legacy,
                          legacy(pickled_tensor(part, {2}, {1}), {{"7", 4, elements}}));
    CHECK(file.told() == "tensor:float32[2]");
    CHECK(file.kept["tensor"].elements == floats({2, 3}));
    auto const told = [&](std::string const& of) {
        return torch_file(
                   how::legacy,
                   legacy(pickled_tensor(legacy_storage("7", 4, "FloatStorage", of), {1}, {1}),
                          {{"7", 4, elements}}))
            .told();
    };
    CHECK(told(view("v", 3, 2)) == "!torch.bad_storage");
    CHECK(told(view("v", -1, 2)) == "!torch.bad_storage");
    CHECK(told(view("v", 0, -1)) == "!torch.bad_storage");
    CHECK(told(view("v", std::int64_t{1} << 62, 1)) == "!torch.bad_storage");
    CHECK(told(tuple({"N", integer(0), integer(1)})) == "!torch.bad_storage");
    CHECK(told(view("v", 4, 0)) == "!torch.out_of_storage");
}

TEST_CASE("files inside of a pickle are read, each with keys of its own, never without end") {
    auto const nested = [](blob const& file) {
        return call(global("torch.storage", "_load_from_bytes"),
                    tuple({"B" + number(file.size(), 4) + text_of(file)}));
    };
    blob const inner = legacy(legacy_storage("7", 4), {{"7", 4, elements}});
    std::string const value = table({{"a", pickled_tensor(nested(inner), {4}, {1})},
                                     {"b", pickled_tensor(nested(inner), {2}, {1}, 2)}});
    torch_file const file(how::pickle, bytes_of(whole(value, 3)));
    CHECK(file.told() == "a:float32[4] b:float32[2]");
    CHECK(file.kept["b"].elements == floats({3, 4}));
    CHECK(torch_file(how::pickle, bytes_of(whole(pickled_tensor(nested("x"_bytes), {4}, {1}), 3)))
              .told() == "!pickle.unknown_opcode");
    CHECK(
        torch_file(how::pickle, bytes_of(whole(pickled_tensor(nested({}), {4}, {1}), 3))).told() ==
        "!pickle.no_stop");
    CHECK(
        torch_file(how::pickle,
                   bytes_of(whole(pickled_tensor(
                       call(global("torch.storage", "_load_from_bytes"), tuple({"N"})), {4}, {1}))))
            .told() == "!torch.bad_array");
}

/// numpy.ndarray of a dtype, built as NumPy pickles it at protocol 3.
std::string array(std::string_view type, std::vector<std::int64_t> const& shape,
                  std::string_view content, bool fortran = false, std::string_view order = "<",
                  std::int64_t size = -1) {
    std::string const described =
        call(global("numpy", "dtype"), tuple({text(type), boolean(false), boolean(true)})) +
        tuple({integer(3), text(order), "N", "N", "N", integer(size), integer(-1), integer(0)}) +
        "b";
    return call(global("numpy.core.multiarray", "_reconstruct"),
                tuple({global("numpy", "ndarray"), ints({0}), "C\1b"})) +
           tuple({integer(1), ints(shape), described, boolean(fortran),
                  "B" + number(content.size(), 4) + std::string(content)}) +
           "b";
}
torch_file pickled_file(std::string const& value) {
    return torch_file(how::pickle, bytes_of(whole(value, 3)));
}

TEST_CASE("NumPy arrays are tensors, of both orders of elements and of bytes") {
    std::string const six = text_of(raw<std::int16_t>({0, 1, 2, 3, 4, 5}));
    auto const rows = pickled_file(array("i2", {2, 3}, six));
    CHECK(rows.told() == "tensor:int16[2,3]");
    CHECK(rows.kept["tensor"].elements == raw<std::int16_t>({0, 1, 2, 3, 4, 5}));
    CHECK(pickled_file(array("i2", {2, 3}, six, true)).kept["tensor"].elements ==
          raw<std::int16_t>({0, 2, 4, 1, 3, 5}));
    CHECK(pickled_file(array("i2", {1}, std::string("\1\2"), false, ">")).kept["tensor"].elements ==
          raw<std::int16_t>({0x0102}));
    for (auto const& [type, name] :
         std::initializer_list<std::pair<char const*, char const*>>{{"b1", "bool"},
                                                                    {"i1", "int8"},
                                                                    {"u4", "uint32"},
                                                                    {"f2", "float16"},
                                                                    {"f8", "float64"},
                                                                    {"c8", "complex64"},
                                                                    {"c16", "complex128"},
                                                                    {"u8", "uint64"}})
        CHECK(pickled_file(array(type, {0}, "")).told() == "tensor:" + std::string(name) + "[0]");
}

TEST_CASE("arrays of strings are lengths and characters") {
    auto const made = pickled_file(array("S3", {2}, std::string("ab\0xyz", 6)));
    CHECK(made.told() == "tensor:string[2]");
    CHECK(text_of(made.kept["tensor"].elements) == number(2, 8) + "ab" + number(3, 8) + "xyz");
    CHECK(made.kept["tensor"].nbytes == 5);
    auto const unicode =
        pickled_file(array("U2", {1}, text_of(raw<std::uint32_t>({0xe4, 0x20ac}))));
    CHECK(text_of(unicode.kept["tensor"].elements) == number(5, 8) + "\xc3\xa4\xe2\x82\xac");
    CHECK(pickled_file(array("O", {1}, "x")).told() == "");
}

TEST_CASE("arrays that contradict themselves are refused, and none multiplies") {
    constexpr std::int64_t huge = std::int64_t{1} << 62;
    auto const told = [](std::string const& value) { return pickled_file(value).told(); };
    CHECK(told(array("f4", {2}, "1234567")) == "!torch.storage_size");
    CHECK(told(array("f4", {huge}, "1234")) == "!torch.storage_size");
    CHECK(told(array("f4", {huge, 8}, "1234")) == "!torch.bad_tensor");
    CHECK(told(array("f4", {0, huge, huge, huge}, "")).starts_with("tensor:float32[0,"));
    CHECK(told(array("f4", {huge, huge, 0}, "", true)).starts_with("tensor:float32["));
    CHECK(told(array("f4", {-1}, "1234")) == "!torch.bad_tensor");
    CHECK(told(array("q9", {1}, "1234")) == "!torch.bad_array");
    CHECK(told(array("", {1}, "1234")) == "!torch.bad_array");
    CHECK(told(array("f3", {1}, "123")) == "!torch.bad_array");
    // any number of strings of no bytes would be made of nothing
    CHECK(told(array("S0", {std::int64_t{1} << 40}, "")) == "!torch.bad_array");
    CHECK(told(array("U0", {std::int64_t{1} << 40}, "")) == "!torch.bad_array");
    CHECK(told(array("S0", {0}, "")) == "tensor:string[0]");
    CHECK(told(array("U99999999999999999999", {1}, "")) != "");
    CHECK(told(array("U4611686018427387904", {4}, "")) == "!torch.bad_array");
}

// --- tar

blob tar_member(std::string_view name, std::string const& content) {
    std::string raw(512, '\0');
    raw.replace(0, name.size(), name);
    char digits[16];
    std::snprintf(digits, sizeof digits, "%011zo", content.size());
    raw.replace(124, 11, digits);
    raw.replace(148, 8, "        ");
    raw[156] = '0';
    raw.replace(257, 5, "ustar");
    unsigned sum = 0;
    for (char c : raw) sum += static_cast<unsigned char>(c);
    std::snprintf(digits, sizeof digits, "%06o", sum & 0777777U);
    raw.replace(148, 7, std::string(digits, 7));
    raw += content;
    raw.resize((raw.size() + 511) / 512 * 512);
    return bytes_of(raw);
}
std::string const tar_storages =
    whole(integer(1)) + whole(tuple({text("7"), text("cpu"), global("torch", "FloatStorage")})) +
    number(4, 8) + text_of(floats({1, 2, 3, 4})) + whole("]");
std::string tar_tensors(std::uint32_t rank, std::vector<std::int64_t> const& numbers,
                        std::string_view in = "7") {
    std::string made = whole(integer(1)) +
                       whole(tuple({text("9"), text(in), global("torch", "FloatTensor")})) +
                       number(rank, 4) + number(0, 4);
    for (auto one : numbers) made += number(one, 8);
    return made;
}
std::string tarred(std::string const& storages, std::string const& tensors,
                   std::string const& object) {
    return torch_file(how::tar,
                      joined({tar_member("sys_info", whole("}")), tar_member("pickle", object),
                              tar_member("tensors", tensors), tar_member("storages", storages),
                              blob(1024)}))
        .told();
}

TEST_CASE("tar files: tensors by key, storages and views of them") {
    std::string const object = whole(table({{"w", text("9") + "Q"}}));
    CHECK(tarred(tar_storages, tar_tensors(1, {4, 1, 0}), object) == "w:float32[4]");
    CHECK(tarred(tar_storages, tar_tensors(2, {2, 2, 1, 2, 0}), object) == "w:float32[2,2]");
    CHECK(tarred(tar_storages, tar_tensors(0, {3}), object) == "w:float32[]");
    CHECK(tarred(tar_storages, tar_tensors(1, {4, 1, 0}), whole("Pnobody\n")) == "");
    std::string views = tar_storages.substr(0, tar_storages.size() - whole("]").size());
    views += whole(list({tuple({text("v"), text("7"), integer(1), integer(2)})}));
    CHECK(tarred(views, tar_tensors(1, {2, 1, 0}, "v"), object) == "w:float32[2]");
    CHECK(tarred(views, tar_tensors(1, {3, 1, 0}, "v"), object) == "!torch.out_of_storage");
}

TEST_CASE("tar files that contradict themselves are refused") {
    std::string const object = whole(table({{"w", text("9") + "Q"}}));
    CHECK(tarred(tar_storages, tar_tensors(1, {5, 1, 0}), object) == "!torch.out_of_storage");
    CHECK(tarred(tar_storages, tar_tensors(1, {-4, 1, 0}), object) == "!torch.bad_tensor");
    CHECK(tarred(tar_storages, tar_tensors(1, {4, -1, 3}), object) == "!torch.bad_tensor");
    CHECK(tarred(tar_storages, tar_tensors(0x7fffffff, {4, 1, 0}), object) == "!limit.exceeded");
    CHECK(tarred(tar_storages, tar_tensors(0xffffffff, {4, 1, 0}), object) == "!limit.exceeded");
    CHECK(tarred(tar_storages, tar_tensors(1, {4, 1}), object) == "!bytes.truncated");
    CHECK(tarred(tar_storages, tar_tensors(1, {4, 1, 0}, "8"), object) == "!torch.missing_storage");
    CHECK(tarred(whole(integer(-1)), tar_tensors(1, {4, 1, 0}), object) == "!torch.bad_tar");
    CHECK(tarred(whole(integer(1'000'000)), tar_tensors(1, {4, 1, 0}), object) ==
          "!pickle.no_stop");
    std::string huge = tar_storages;
    huge.replace(huge.find(number(4, 8)), 8, number(~std::uint64_t{0}, 8));
    CHECK(tarred(huge, tar_tensors(1, {4, 1, 0}), object) == "!torch.storage_size");
    CHECK(torch_file(how::tar, joined({tar_member("pickle", object), blob(1024)})).told() ==
          "!torch.bad_tar");
}

// --- TorchScript

std::string script_names(std::string const& object, std::string_view code) {
    return torch_file(how::script,
                      zips::archive({{.name = "n/data.pkl", .body = bytes_of(whole(object))},
                                     {.name = "n/data/0", .body = elements},
                                     {.name = "n/code/__torch__.py", .body = bytes_of(code)},
                                     {.name = "n/constants.pkl", .body = bytes_of(whole(")"))}}))
        .kept.names();
}

TEST_CASE("TorchScript archives give parameters, buffers and submodules, by their sources") {
    std::string const fc =
        create(global("__torch__.net", "Linear"),
               table({{"training", "\x88"}, {"weight", t}, {"bias", t}, {"cache", t}}));
    std::string const root =
        create(global("__torch__.net", "Net"), table({{"scale", t}, {"fc", fc}, {"note", t}}));
    std::string const source =
        "class Net(Module):\n  __parameters__ = []\n  __buffers__ = "
        "[\"scale\", ]\n  fc : Linear\n"
        "class Linear(Module):\n  __parameters__ = [\"weight\", \"bias\", "
        "]\n  __buffers__ = []\n";
    auto const entries = [&](std::string_view code) {
        return std::vector<zips::entry>{{.name = "n/data.pkl", .body = bytes_of(whole(root))},
                                        {.name = "n/data/0", .body = elements},
                                        {.name = "n/code/__torch__/net.py", .body = bytes_of(code)},
                                        {.name = "n/constants.pkl", .body = bytes_of(whole(")"))}};
    };
    torch_file const file(how::script, zips::archive(entries(source)));
    CHECK(file.kept.names() == "scale fc.weight fc.bias");
    CHECK(file.trouble == "");
    CHECK(file.kept.parts == std::vector<std::string>{"code/__torch__/net.py"});
    torch_file const all(how::script, zips::archive(entries(source)), {.attributes = true});
    CHECK(all.kept.names() == "scale note fc.weight fc.bias fc.cache");
    // without sources nothing tells a buffer from an attribute
    CHECK(torch_file(how::script, zips::archive(entries(""))).kept.names() ==
          "scale note fc.weight fc.bias fc.cache");
}

TEST_CASE("classes are told apart by their whole names, and the first of two counts") {
    std::string const object = create(global("__torch__", "Net"), table({{"a", t}, {"b", t}}));
    auto const names = [&](std::string_view code) { return script_names(object, code); };
    CHECK(names("class Network(Module):\n  __parameters__ = [\"b\", ]\n  __buffers__ = []\n"
                "class Net(Module):\n  __parameters__ = [\"a\", ]\n  __buffers__ = []\n") == "a");
    CHECK(names("class Net(Module):\n  __parameters__ = [\"a\", ]\n  __buffers__ = []\n"
                "class Net(Module):\n  __parameters__ = [\"b\", ]\n  __buffers__ = []\n") == "a");
    CHECK(names("# class Net(Module):\n  class Net\nclass Net:\n  __parameters__ = []\n  "
                "__buffers__ = [\"b\", ]") == "b");
    CHECK(names("class Net") == "a b");
    CHECK(names("class ") == "a b");
    CHECK(names("\nclass Net(Module):\n  __parameters__ = [\"a") == "a b");
}

TEST_CASE("ten thousand classes are found in linear work") {
    std::string code, root = "}(";
    for (int i = 0; i < 10'000; ++i) {
        std::string const name = "C" + std::to_string(i);
        code += "class " + name + "(Module):\n  __parameters__ = [\"a\", ]\n  __buffers__ = []\n";
        root += text(name) + create(global("__torch__", name), table({{"a", integer(i)}}));
    }
    CHECK(script_names(create(global("__torch__", "Net"), root + "u"), code).empty());
}

}  // namespace
