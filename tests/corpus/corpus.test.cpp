// SPDX-License-Identifier: BSL-1.0
// Walks all fixtures (and $LADE_CORPUS/hostile where it is set): each does what its name says, and
// none of them, whole or damaged, crashes, hangs, or takes memory beyond a small multiple of its
// size.
#include <lade/inspect.hpp>
#include <lade/load.hpp>
#include <lade/torch/globals.hpp>

#include <doctest/doctest.h>

#include <support/files.hpp>
#include <support/recording.cpp.hpp>
#include <support/sources.hpp>

namespace {

using namespace lade;
using namespace support;

/// What memory an attacker may have: a tensor of the size that is always granted, and what a file
/// of this size may expand to (limits, deflate).
std::uint64_t granted(std::uint64_t size) { return (std::uint64_t{64} << 20) + 200 * size; }

/// What all readers say of some bytes.
struct verdict {
    std::string format;
    std::string refused;  ///< the id; empty: it was read, with all its tensors
    std::uint64_t peak = 0;
};

/// Reads each tensor whole, one after another, and forgets it.
class reading final : public any_sink {
  public:
    result<flow> take(tensor_info const& info, any_payload& bytes) override {
        if (info.absent) return flow::more;
        blob block(1 << 16);
        std::uint64_t count = 0;
        auto const done = in_blocks(bytes, block, [&](bytes::view piece) -> result<void> {
            count += piece.size();
            return {};
        });
        if (!done) return done.error();
        CHECK(count == bytes.size());
        return flow::more;
    }
};

template <class Open>
verdict judged_as(Open&& open) {
    recording::span_of_time const measured;
    verdict found;
    auto const file = open();
    if (!file) {
        found.refused = id_of(file);
        return found;
    }
    auto const outcome = with_format_of<bool, all_formats>(**file, [&]<class Format>() {
        found.format = trait<Format>::name;
        reading sink;
        auto const done = read<Format>(**file, sink, options_of<Format>{});
        return done ? result<bool>(true) : result<bool>(done.error());
    });
    found.refused = id_of(outcome);
    (void)torch::globals_in(**file);
    found.peak = measured.peak();
    return found;
}

template <source Source>
verdict judged(Source const& from) {
    return judged_as([&] { return opened::over(any_source(from)); });
}
verdict judged_at(std::string const& where) {
    return judged_as([&] { return opened::at(where); });
}

/// The same through the verbs.
verdict verbs(bytes::view data) {
    recording::span_of_time const measured;
    verdict found;
    if (auto const listed = try_inspect(data, {.objects = true})) found.format = listed->format;
    else found.refused = id_of(listed);
    if (auto const loaded = try_load(data); !loaded && found.refused.empty())
        found.refused = id_of(loaded);
    found.peak = measured.peak();
    return found;
}

/// "zip.bad_crc" of "torch/n_zip.bad_crc__storage.pth".
std::string wanted_id(std::string_view name) {
    name = name.substr(name.rfind('/') + 1);
    if (!name.starts_with("n_")) return {};
    name.remove_prefix(2);
    return std::string(name.substr(0, name.find("__")));
}
char wanted(std::string_view name) {
    auto const base = name.substr(name.rfind('/') + 1);
    return base.size() > 2 && base[1] == '_' ? base[0] : '?';
}

/// Fixtures of formats that are among all_formats: each lies in a folder by the first part of its
/// format's name.
bool is_ours(std::string_view file) {
    std::string_view const folder = file.substr(0, file.find('/'));
    return folder == "hostile" || all_formats::any([&]<class Format>() {
               std::string_view const name = trait<Format>::name;
               return folder == name.substr(0, name.find('.'));
           });
}
/// Names without a verdict belong to others: shards, lists.
bool is_alone(std::string_view file) {
    return wanted(file) != '?' && file.find(".data-") == file.npos;
}
/// An index is read with its neighbours.
bool is_index(std::string_view file) {
    return file.ends_with(".index.json") || file.ends_with(".index");
}
/// Where the mark that a format is known by is what was damaged, no reader is even asked.
bool says(std::string_view refused, std::string_view wanted) {
    bool const unknown = wanted == "hdf5.no_superblock" || wanted == "sstable.no_footer";
    return refused == wanted ||
           (unknown && (refused == "format.unknown" || refused == "format.empty"));
}

std::vector<std::string> fixtures() {
    std::vector<std::string> all;
    for (auto const& one : files_below(test_data()))
        if (is_ours(one) && is_alone(one)) all.push_back(one);
    return all;
}

TEST_CASE(
    "every fixture does what its name says, from a path, memory, and a source without views") {
    auto const all = fixtures();
    if (all.empty()) {
        MESSAGE("NO FIXTURES below ", test_data(), ": generate them with tests/make");
        return;
    }
    for (auto const& name : all) {
        CAPTURE(name);
        blob const data = read_file(test_data() + '/' + name);
        if (is_index(name)) {
            auto const found = judged_at(test_data() + '/' + name);
            CAPTURE(found.refused);
            if (wanted(name) != 'i') CHECK(says(found.refused, wanted_id(name)));
            continue;
        }
        verdict const fast = judged(memory(bytes::view(data)));
        verdict const slow = judged(unviewable(bytes::view(data)));
        CHECK(fast.refused == slow.refused);
        CHECK(fast.format == slow.format);
        switch (wanted(name)) {
            case 'y': CHECK(fast.refused.empty()); break;
            case 'n': CHECK(says(fast.refused, wanted_id(name))); break;
            default: break;
        }
        verdict const whole = verbs(data);
        CHECK(whole.refused == fast.refused);
        for (auto const& one : {fast, slow, whole}) CHECK(one.peak <= granted(data.size()));
        auto const from_disk = try_inspect(test_data() + '/' + name);
        if (whole.refused.empty()) CHECK(from_disk);
    }
}

TEST_CASE("no damaged fixture crashes, hangs or takes much memory") {
    // all of the small ones; of larger ones samples, so that the walk takes seconds
#if defined(LADE_TEST_SANITIZED)
    constexpr std::size_t samples = 60;
#else
    constexpr std::size_t samples = 160;
#endif
    std::size_t damaged = 0;
    for (auto const& name : fixtures()) {
        blob const data = read_file(test_data() + '/' + name);
        if (data.size() > (1 << 16)) continue;
        auto const check = [&](bytes::view changed) {
            ++damaged;
            verdict const one = judged(memory(changed));
            if (one.peak > granted(changed.size())) FAIL_CHECK(name, " takes ", one.peak, " bytes");
        };
        every_prefix(data, check, samples / 2);
        every_byte_flip(data, [&](bytes::view changed, std::size_t) { check(changed); }, samples);
        every_bit_flip(
            data, [&](bytes::view changed, std::size_t) { check(changed); }, samples / 2);
        // through the verbs as well, for they keep what readers only pass on
        every_byte_flip(
            data,
            [&](bytes::view changed, std::size_t) {
                ++damaged;
                if (verbs(changed).peak > granted(changed.size()))
                    FAIL_CHECK(name, " takes too much");
            },
            samples / 8);
    }
    MESSAGE(damaged, " damaged files");
}

TEST_CASE("files that attacked other programs do not attack this one") {
    char const* const corpus = std::getenv("LADE_CORPUS");
    std::string const folder = std::string(corpus != nullptr ? corpus : "") + "/hostile";
    if (corpus == nullptr || io::what_is(folder) != io::entry::directory) {
        MESSAGE("SKIPPED: LADE_CORPUS does not name a corpus with a folder `hostile`");
        return;
    }
    for (auto const& name : files_below(folder)) {
        CAPTURE(name);
        blob const data = read_file(folder + '/' + name);
        CHECK(judged(memory(bytes::view(data))).peak <= granted(data.size()));
        CHECK(judged(unviewable(bytes::view(data))).peak <= granted(data.size()));
        CHECK(verbs(data).peak <= granted(data.size()));
        (void)try_inspect(folder + '/' + name);
        (void)torch::try_globals(folder + '/' + name);
    }
}

}  // namespace
