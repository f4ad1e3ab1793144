// SPDX-License-Identifier: BSL-1.0
#include <lade/format/writer.hpp>
#include <lade/torch/writer.hpp>

#include <torch/reading.hpp>

#include <support/files.hpp>

namespace {

using namespace torch_test;
using lade::torch::save_options;

/// A listing of dense tensors, made by hand.
struct wanted {
    listing about;
    std::vector<blob> contents;

    void add(std::string_view name, dtype type, std::vector<std::uint64_t> const& shape,
             blob elements) {
        tensor_info info;
        info.name = name;
        info.type = type;
        info.shape = shape;
        info.nbytes = elements.size();
        about.tensors.add(info);
        about.holds |= content::weights;
        contents.push_back(std::move(elements));
    }
    blob all() const {
        blob joined;
        for (auto const& one : contents) joined.insert(joined.end(), one.begin(), one.end());
        return joined;
    }
};

/// `old`: only types that have had a storage class, which stacked files need.
wanted samples(bool old) {
    wanted made;
    made.add("fc.weight", dtype::float32, {2, 3}, floats({1, 2, 3, 4, 5, 6}));
    made.add("fc.bias", dtype::float16, {2}, raw<std::uint16_t>({0x3c00, 0}));
    made.add("steps", dtype::int64, {}, raw<std::int64_t>({7}));
    made.add("nothing", dtype::float32, {0, 4}, {});
    made.add("flags", dtype::boolean, {3}, "\0\1\1"_bytes);
    if (!old) made.add("new", dtype::uint32, {1}, raw<std::uint32_t>({9}));
    if (!old) made.add("eighth", dtype::float8_e4m3fn, {2}, "\x38\x7e"_bytes);
    made.add("c", dtype::complex64, {1}, floats({1, -1}));
    return made;
}

template <class Writer>
blob written(listing const& about, bytes::view all, save_options const& with, std::size_t piece,
             std::string* trouble = nullptr) {
    memory_output to;
    output_set out{any_output(to)};
    auto writer = Writer::start(out, about, with);
    auto const keep = [&](auto const& outcome) {
        if (!outcome && trouble != nullptr) *trouble = id_of(outcome);
        if (trouble == nullptr) REQUIRE_MESSAGE(outcome, id_of(outcome));
        return bool(outcome);
    };
    if (!keep(writer)) return {};
    for (std::size_t at = 0; at < all.size(); at += piece)
        if (!keep(writer->push(all.subspan(at, std::min(piece, all.size() - at))))) return {};
    if (!keep(writer->finish())) return {};
    return std::move(to).take();
}

template <class Writer>
constexpr how container_of = std::same_as<Writer, lade::torch::zip_writer> ? how::zip : how::legacy;

template <class Writer>
void check_round_trip() {
    wanted const made = samples(container_of<Writer> == how::legacy);
    blob const all = made.all();
    for (save_options const& with :
         {save_options{}, save_options{.compact = true}, save_options{.newest_records = false},
          save_options{.root = "model"}}) {
        blob const whole = written<Writer>(made.about, all, with, 1 << 20);
        // the bytes may come in pieces of any size, one by one as well
        CHECK(written<Writer>(made.about, all, with, 1) == whole);
        CHECK(written<Writer>(made.about, all, with, 7) == whole);
        torch_file const back(container_of<Writer>, whole);
        CHECK(back.trouble == "");
        REQUIRE(back.kept.tensors.size() == made.contents.size());
        std::string const prefix = with.root.empty() ? "" : "model.";
        for (std::size_t i = 0; i < made.contents.size(); ++i) {
            CHECK(back.kept.tensors[i].name == prefix + std::string(made.about.tensors[i].name));
            CHECK(back.kept.tensors[i].elements == made.contents[i]);
        }
    }
}

TEST_CASE("what is declared and pushed is read again, from archives and stacked files") {
    check_round_trip<lade::torch::zip_writer>();
    check_round_trip<lade::torch::legacy_writer>();
}

TEST_CASE("too few bytes and too many are told, whatever the pieces") {
    wanted const made = samples(true);
    blob all = made.all();
    auto const outcome = [&](bytes::view pushed, std::size_t piece) {
        std::string first, second;
        (void)written<lade::torch::zip_writer>(made.about, pushed, {}, piece, &first);
        (void)written<lade::torch::legacy_writer>(made.about, pushed, {}, piece, &second);
        CHECK(first == second);
        return first;
    };
    for (std::size_t const piece : {std::size_t{1}, std::size_t{5}, std::size_t{1} << 20}) {
        CHECK(outcome(all, piece).empty());
        CHECK(outcome(bytes::view(all).first(all.size() - 1), piece) == "save.wrong_byte_count");
        CHECK(outcome({}, piece) == "save.wrong_byte_count");
        blob more = all;
        more.push_back(std::byte{0});
        CHECK(outcome(more, piece) == "save.wrong_byte_count");
    }
}

TEST_CASE("types that torch.save has no name for are refused before a byte is written") {
    for (dtype const type :
         {dtype::string, dtype::longdouble, dtype::qint8, dtype::float4_e2m1fn}) {
        wanted made;
        made.add("w", type, {0}, {});
        std::string trouble;
        (void)written<lade::torch::zip_writer>(made.about, {}, {}, 1, &trouble);
        CHECK(trouble == "save.dtype");
    }
}

TEST_CASE("types without a storage class do not go into stacked files, as in Python") {
    std::string trouble;
    wanted const made = samples(false);
    (void)written<lade::torch::legacy_writer>(made.about, made.all(), {}, 1, &trouble);
    CHECK(trouble == "save.dtype");
}

TEST_CASE("a model without tensors is an empty dict") {
    wanted const nothing;
    torch_file const back(how::zip, written<lade::torch::zip_writer>(nothing.about, {}, {}, 1));
    CHECK(back.told() == "");
    CHECK(back.kept.tree.root().type() == value_type::dict);
}

TEST_CASE("shapes that hold nothing but would wrap are written and read") {
    constexpr std::uint64_t huge = std::uint64_t{1} << 62;
    wanted made;
    made.add("w", dtype::float32, {0, huge, huge}, {});
    made.add("v", dtype::float32, {huge, huge, 0}, {});
    for (bool const compact : {true, false}) {
        torch_file const back(
            how::zip, written<lade::torch::zip_writer>(made.about, {}, {.compact = compact}, 1));
        CHECK(back.kept.tensors.size() == 2);
    }
}

TEST_CASE("archives are named after the file, as torch names them") {
    scratch_folder const in;
    wanted made;
    made.add("w", dtype::uint8, {1}, "x"_bytes);
    for (auto const& [file, root] :
         std::initializer_list<std::pair<char const*, char const*>>{{"net.pth", "net/"},
                                                                    {"a.b.pt", "a.b/"},
                                                                    {"plain", "plain/"},
                                                                    {".hidden", ".hidden/"},
                                                                    {"\xc3\xa4.pt", "archive/"}}) {
        output_set out(in / file);
        auto writer = lade::torch::zip_writer::start(out, made.about, {});
        REQUIRE(writer);
        REQUIRE(writer->push("x"_bytes));
        REQUIRE(writer->finish());
        REQUIRE(out.commit());
        blob const data = support::read_file(in / file);
        memory const from{bytes::view(data)};
        auto const opened_file = opened::over(any_source(from));
        REQUIRE((*opened_file)->archive() != nullptr);
        CHECK((*opened_file)->archive()->entries()[0].name == std::string(root) + "data.pkl");
        for (auto const& entry : (*opened_file)->archive()->entries())
            CHECK(*(*opened_file)->archive()->data_offset(entry) % 64 == 0);
    }
}

TEST_CASE("values of every kind survive a pickle of protocol 2, with what they share") {
    values all;
    auto const root = all.dict();
    auto const shared = all.list();
    all.append(shared, all.integer(1));
    auto const tuple_of = [&](int count) {
        auto const made = all.tuple();
        for (int i = 0; i < count; ++i) all.append(made, all.integer(i));
        return made;
    };
    all.set_entry(root, "none", all.none());
    all.set_entry(root, "yes", all.boolean(true));
    all.set_entry(root, "large", all.integer(std::int64_t{1} << 40));
    all.set_entry(root, "larger", all.big_integer(blob(20, std::byte{1})));
    all.set_entry(root, "real", all.real(-0.5));
    all.set_entry(root, "bytes", all.bytes("\0\xff"_bytes));
    all.set_entry(root, "no bytes", all.bytes({}));
    all.set_entry(root, "once", shared);
    all.set_entry(root, "twice", shared);
    for (int i = 0; i < 5; ++i) all.set_entry(root, "tuple" + std::to_string(i), tuple_of(i));
    auto const set = all.set();
    all.append(set, all.text("member"));
    all.set_entry(root, "set", set);
    all.set_entry(root, "self", root);
    values::object_parts parts;
    parts.callable = all.global("my", "Thing");
    parts.arguments = tuple_of(1);
    parts.state = all.dict();
    parts.made = making::create;
    all.set_entry(root, "object", all.object(parts));
    all.set_root(root);

    lade::torch::pickler out(all, {}, lade::torch::pickler::container::zip);
    auto const text = out.pickle(root);
    torch_file const back(how::pickle, text);
    REQUIRE(back.trouble == "");
    value const top = back.kept.tree.root();
    CHECK(top.size() == 17);
    CHECK(top["large"].get<std::int64_t>() == std::int64_t{1} << 40);
    CHECK(top["larger"].type() == value_type::big_integer);
    CHECK(top["real"].get<double>() == -0.5);
    CHECK(top["once"] == top["twice"]);
    CHECK(top["self"] == top);
    for (int i = 0; i < 5; ++i)
        CHECK(top["tuple" + std::to_string(i)].size() == static_cast<std::size_t>(i));
    CHECK(top["object"].callable().name() == "Thing");
    CHECK(top["object"].made() == making::create);
}

TEST_CASE("lists and dicts of any length come back, around every batch") {
    for (std::size_t const count : {0U, 1U, 2U, 999U, 1000U, 1001U, 1999U, 2000U, 2001U, 3000U}) {
        values all;
        auto const root = all.tuple(), list = all.list(), dict = all.dict(), items = all.list();
        values::object_parts parts;
        parts.callable = all.global("my", "Thing");
        parts.arguments = all.tuple();
        parts.entries = all.dict();
        parts.items = items;
        for (std::size_t i = 0; i < count; ++i) {
            auto const number = all.integer(static_cast<std::int64_t>(i));
            all.append(list, number);
            all.append(items, number);
            all.add_entry(dict, number, number);
            all.add_entry(parts.entries, number, number);
        }
        for (auto const one : {list, dict, all.object(parts)}) all.append(root, one);
        lade::torch::pickler out(all, {}, lade::torch::pickler::container::zip);
        torch_file const back(how::pickle, out.pickle(root));
        REQUIRE(back.trouble == "");
        value const top = back.kept.tree.root();
        CHECK(top[0].size() == count);
        CHECK(top[1].size() == count);
        CHECK(top[2].items().size() == count);
        CHECK(top[2].entries().size() == count);
        for (std::size_t i = 0; i < count; ++i) {
            REQUIRE(top[0][i].get<std::size_t>() == i);
            REQUIRE(top[1][i].get<std::size_t>() == i);
        }
    }
}

TEST_CASE("a hundred thousand levels are pickled without recursion") {
    values all;
    auto at = all.none();
    for (int i = 0; i < 100'000; ++i) {
        auto const outer = i % 2 == 0 ? all.list() : all.tuple();
        all.append(outer, at);
        at = outer;
    }
    lade::torch::pickler out(all, {}, lade::torch::pickler::container::zip);
    auto const text = out.pickle(at);
    heap_arena memory;
    CHECK(lade::pickle::machine::run(text, memory));
}

TEST_CASE("long numbers in decimal become the bytes that Python writes") {
    auto const bytes_of_number = [](std::string const& digits) {
        torch_file const file(how::pickle, bytes_of("(L" + digits + "L\nl."));
        CHECK(file.trouble == "");
        auto const value = file.kept.tree.root()[0].get<std::string_view>();
        return value ? std::string(*value) : "none";
    };
    std::string const zeros(8, '\0');
    CHECK(bytes_of_number("18446744073709551616") == zeros + '\1');
    CHECK(bytes_of_number("-18446744073709551616") == zeros + '\xff');
    CHECK(bytes_of_number("9223372036854775808") == zeros.substr(0, 7) + '\x80' + '\0');
    CHECK(bytes_of_number("-9223372036854775809") == std::string(7, '\xff') + '\x7f' + '\xff');
    CHECK(bytes_of_number("340282366920938463463374607431768211455") ==
          std::string(16, '\xff') + '\0');
    CHECK(bytes_of_number("1000000000000000000000000000") ==
          std::string("\0\0\0\xe8\x3c\x80\xd0\x9f\x3c\x2e\x3b\x03", 12));
}

TEST_CASE(
    "storages that no tensor uses are left behind by a compact save, and unknown ones refused") {
    wanted made;
    made.add("w", dtype::uint8, {1}, "x"_bytes);
    values& tree = made.about.objects;
    for (std::uint64_t number = 0; number < 40; ++number) {
        values::storage_parts parts;
        parts.number = number;
        (void)tree.storage(parts);
    }
    auto const root = tree.dict();
    tree.set_entry(root, "w", tree.tensor(0));
    tree.set_root(root);
    torch_file const back(
        how::zip, written<lade::torch::zip_writer>(made.about, made.all(), {.compact = true}, 1));
    CHECK(back.told() == "w:uint8[1]");
    std::string trouble;
    (void)written<lade::torch::zip_writer>(made.about, made.all(), {}, 1, &trouble);
    CHECK(trouble == "torch.unknown_storage");
}

TEST_CASE("names that are no UTF-8 are refused, for no pickle could be read with them") {
    wanted made;
    made.add("\xff", dtype::uint8, {1}, "x"_bytes);
    std::string trouble;
    (void)written<lade::torch::zip_writer>(made.about, made.all(), {}, 1, &trouble);
    CHECK(trouble == "torch.bad_name");
}

}  // namespace
