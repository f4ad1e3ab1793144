// SPDX-License-Identifier: BSL-1.0
#include <lade/torch/globals.hpp>

#include <torch/reading.hpp>

#include <support/files.hpp>
#include <support/zips.hpp>

namespace {

using namespace torch_test;
using lade::torch::judge;
using lade::torch::judgement;

TEST_CASE("what tensors and plain values are made of is known") {
    for (auto const& row : lade::torch::forms) {
        CAPTURE(row.name);
        CHECK(judge(row.module, row.name) == judgement::known);
    }
    for (auto const& name : lade::torch::builtin_leaves) {
        CHECK(judge("builtins", name) == judgement::known);
        CHECK(judge("__builtin__", name) == judgement::known);
    }
    for (auto const& row : lade::torch::dtype_table) {
        CHECK(judge("torch", row.scalar) == judgement::known);
        CHECK(judge("torch", row.storage) == judgement::known);
    }
    CHECK(judge("torch.storage", "UntypedStorage") == judgement::known);
    CHECK(judge("torch", "per_channel_affine") == judgement::known);
    CHECK(judge("torch.cuda", "HalfTensor") == judgement::known);
    CHECK(judge("numpy", "ndarray") == judgement::known);
}

TEST_CASE("every row of the table of dangers is dangerous, with a reason, and what is below it") {
    for (auto const& row : lade::torch::dangers) {
        std::string_view reason;
        std::string_view const name = row.name.empty() ? "anything" : row.name;
        CAPTURE(row.module);
        CHECK(judge(row.module, name, &reason) == judgement::dangerous);
        CHECK_FALSE(reason.empty());
        if (row.module == "ctypes.util") continue;  // below a module that is dangerous itself
        CHECK(reason == row.reason);
        if (row.name.empty()) {
            CHECK(judge(std::string(row.module) + ".below", "x") == judgement::dangerous);
            CHECK(judge(std::string(row.module) + "x", "y") != judgement::dangerous);
        } else {
            CHECK(judge(row.module, std::string(row.name) + ".x") == judgement::dangerous);
            CHECK(judge(row.module, std::string(row.name) + "x") != judgement::dangerous);
        }
    }
    CHECK(judge("__builtin__", "eval") == judgement::dangerous);
    CHECK(judge("__builtin__", "execfile") == judgement::dangerous);
}

TEST_CASE("what nobody knows is inert, unless it reaches into objects by dots") {
    CHECK(judge("my.module", "Net") == judgement::inert);
    CHECK(judge("torch.nn.modules.linear", "Linear") == judgement::inert);
    CHECK(judge("builtins", "print") == judgement::inert);
    CHECK(judge("osx", "system") == judgement::inert);
    CHECK(judge("my", "Class.Inner") == judgement::inert);
    CHECK(judge("my", "x.__class__.__init__.__globals__") == judgement::dangerous);
    CHECK(lade::torch::name_of(judgement::dangerous) == "dangerous");
}

std::string told(bytes::view data) {
    memory const from(data);
    unviewable const slow(data);
    auto const one = opened::over(any_source(from));
    auto const other = opened::over(any_source(slow));
    REQUIRE(one);
    REQUIRE(other);
    auto const found = lade::torch::globals_in(**one), again = lade::torch::globals_in(**other);
    CHECK(id_of(found) == id_of(again));
    if (!found) return "!" + id_of(found);
    REQUIRE(again);
    CHECK(found->size() == again->size());
    std::string all;
    for (auto const& judged : *found)
        all += (all.empty() ? "" : " ") + judged.name + "=" + std::string(name_of(judged.is)) +
               (judged.entry.empty() ? "" : "@" + judged.entry);
    return all;
}

TEST_CASE("all pickles of a file are looked into, broken ones as far as they go") {
    CHECK(told(bytes_of(whole(global("os", "system")))) == "os.system=dangerous");
    CHECK(told(bytes_of(whole(global("a", "B") + global("a", "B") + global("a", "C")))) ==
          "a.B=inert a.C=inert");
    CHECK(told(bytes_of(whole("N") + whole(global("os", "system")))) == "os.system=dangerous");
    CHECK(told(bytes_of(proto() + global("os", "system") + "\xff")) == "os.system=dangerous");
    CHECK(told(bytes_of(proto() + global("os", "system"))) == "os.system=dangerous");
    CHECK(told(bytes_of(whole("\x82\x01\x82\x02"))) == "copyreg.extension=dangerous");
    CHECK(told(legacy(call(global("os", "system"), tuple({text("ls")})))) == "os.system=dangerous");
    CHECK(told(bytes_of("no pickle at all")) == "");
    CHECK(told({}) == "");
}

TEST_CASE("all entries of an archive that look like pickles are looked into") {
    auto const evil = bytes_of(whole(global("os", "system")));
    CHECK(told(archive(global("os", "system"))) == "os.system=dangerous@archive/data.pkl");
    CHECK(told(zips::archive({{.name = "x/data.pkl", .body = bytes_of(whole("N"))},
                              {.name = "x/extra/readme.txt", .body = evil},
                              {.name = "x/other.pickle", .body = bytes_of("cos\nsystem\n.")},
                              {.name = "x/data/0", .body = evil}})) ==
          "os.system=dangerous@x/extra/readme.txt os.system=dangerous@x/other.pickle");
    CHECK(told(zips::archive({{.name = "x/data.pkl", .body = evil, .crc = 1}})) ==
          "os.system=dangerous@x/data.pkl");
    CHECK(told(zips::archive({{.name = "x/data.pkl", .body = evil, .flags = 1}})) ==
          "!zip.encrypted");
}

TEST_CASE("a hundred thousand globals are judged in linear work") {
    std::string many = "(";
    for (int i = 0; i < 100'000; ++i) many += global("m", std::to_string(i));
    memory const from{bytes::of(many)};
    auto const file = opened::over(any_source(from));
    REQUIRE(file);
    auto const found = lade::torch::globals_in(**file);
    REQUIRE(found);
    CHECK(found->size() == 100'000);
}

TEST_CASE("globals of a file on disk, and of none") {
    scratch_folder const in;
    REQUIRE(write_file(in / "x.pkl", bytes::of(whole(global("os", "system")))));
    auto const found = lade::torch::try_globals(in / "x.pkl");
    REQUIRE(found);
    REQUIRE(found->size() == 1);
    CHECK(found->front().reason == "runs commands and changes files");
    CHECK(found->front().module == "os");
    char const* const name = found->front().name;
    CHECK(std::string_view(name) == "os.system");
    CHECK(id_of(lade::torch::try_globals(in / "nothing")) == "io.not_found");
}

}  // namespace
