// SPDX-License-Identifier: BSL-1.0
// Growth in counted work: bytes that are read and memory that is taken, never time. From a thousand
// to a hundred thousand tensors both must be linear; a file of a tebibyte is listed by its
// metadata.
#include <lade/inspect.hpp>
#include <lade/load.hpp>
#include <lade/save.hpp>

#include <doctest/doctest.h>

#include <cstdio>
#include <support/files.hpp>
#include <support/pickles.hpp>
#include <support/recording.hpp>
#include <support/sources.hpp>
#include <support/zips.hpp>

namespace {

using namespace lade;
using namespace support;

/// A model of `count` tensors of two floats.
model many(std::size_t count) {
    model made;
    std::uint64_t const shape[]{2};
    blob const elements(8);
    for (std::size_t i = 0; i < count; ++i)
        REQUIRE(made.add("model.layers." + std::to_string(i) + ".weight", dtype::float32, shape,
                         elements));
    made.seal();
    return made;
}

/// What work for each tensor may not grow beyond, as a multiple of the work for one of a thousand.
constexpr double usual = 1.6;
/// Stacked pickles do not say where they end: a source without views is read twice as far each
/// time.
constexpr double doubling = 3.2;

template <format Format>
void check_growth(double linear = usual) {
    double read_first = 0, memory_first = 0, loaded_first = 0;
    for (std::size_t const count : {1'000U, 10'000U, 100'000U}) {
        CAPTURE(count);
        memory_output to;
        REQUIRE(try_save<Format>(to, many(count)));
        memory const inner(to.bytes());
        counting const from(inner);
        auto const each = [&](std::uint64_t of) {
            return static_cast<double>(of) / static_cast<double>(count);
        };
        double listed_memory = 0, loaded_memory = 0;
        {
            recording::span_of_time const measured;
            auto const listed = try_inspect(from);
            REQUIRE_MESSAGE(listed, id_of(listed));
            REQUIRE(listed->tensors.size() == count);
            listed_memory = each(measured.peak());
        }
        CHECK(static_cast<double>(from.bytes()) <
              linear * static_cast<double>(to.bytes().size()) + 10'000);
        double const read = each(from.bytes());
        {
            recording::span_of_time const measured;
            auto const loaded = try_load(to.bytes());
            REQUIRE_MESSAGE(loaded, id_of(loaded));
            CHECK(loaded->weights().contains("model.layers.999.weight"));
            loaded_memory = each(measured.peak());
        }
        if (read_first == 0) {
            read_first = read;
            memory_first = listed_memory;
            loaded_first = loaded_memory;
        }
        CHECK(read < read_first * linear);
        CHECK(listed_memory < memory_first * linear);
        CHECK(loaded_memory < loaded_first * linear);
        MESSAGE(std::string(trait<Format>::name), ", ", count, " tensors: each reads ", read,
                " bytes and takes ", listed_memory, " to list, ", loaded_memory, " to load");
    }
}

TEST_CASE("listing and loading grow with the number of tensors and no faster: archives") {
    check_growth<torch::zip>();
}
TEST_CASE("listing and loading grow with the number of tensors and no faster: stacked pickles") {
    check_growth<torch::legacy>(doubling);
}
TEST_CASE("listing and loading grow with the number of tensors and no faster: safetensors") {
    check_growth<safetensors::file>();
}
TEST_CASE("listing and loading grow with the number of tensors and no faster: npz") {
    check_growth<numpy::npz>();
}

TEST_CASE("nodes of a pickle cost the same, however many there are") {
    double first = 0;
    for (std::size_t const count : {1'000U, 10'000U, 100'000U, 1'000'000U}) {
        std::string value = "](";
        for (std::size_t i = 0; i < count; ++i)
            value += pickles::integer(static_cast<int>(300 + i));
        blob const file = bytes_of(pickles::whole(value + 'e'));
        recording::span_of_time const measured;
        auto const listed = try_inspect(bytes::view(file), {.objects = true});
        REQUIRE_MESSAGE(listed, id_of(listed));
        CHECK(listed->objects.root().size() == count);
        double const each = static_cast<double>(measured.peak()) / static_cast<double>(count);
        if (first == 0) first = each;
        CHECK(each < first * usual);
    }
}

/// Lists a sparse file and says how many bytes that read.
std::uint64_t bytes_to_list(std::string const& at, std::string_view format,
                            std::uint64_t elements) {
    auto const opened_file = file::open(at);
    REQUIRE(opened_file);
    counting const from(*opened_file);
    recording::span_of_time const measured;
    auto const listed = try_inspect(from);
    REQUIRE_MESSAGE(listed, id_of(listed));
    CHECK(listed->format == format);
    REQUIRE(listed->tensors.size() == 1);
    REQUIRE(listed->tensors[0].shape.size() == 1);
    CHECK(listed->tensors[0].shape[0] == elements);
    CHECK(measured.peak() < (std::uint64_t{8} << 20));
    // and mapped, where nothing is copied but what is looked at
    auto const mapped = try_inspect(at);
    CHECK(mapped);
    return from.bytes();
}

/// Writes a file that is all hole behind its metadata, or skips the test aloud.
bool sparse(std::string const& at, std::uint64_t size, std::vector<piece> const& pieces) {
    if (write_sparse(at, size, pieces)) return true;
    MESSAGE("SKIPPED: this file system holds no sparse file of ", size, " bytes");
    return false;
}

constexpr std::uint64_t few_megabytes = std::uint64_t{8} << 20;

TEST_CASE("a file of five gibibytes, and one of a tebibyte, is listed by reading less than 8 MB") {
    scratch_folder const in;
    for (std::uint64_t const size : {std::uint64_t{5} << 30, std::uint64_t{1} << 40}) {
        std::uint64_t const elements = size / 4;
        CAPTURE(size);

        std::string header = R"({"w":{"dtype":"F32","shape":[)" + std::to_string(elements) +
                             R"(],"data_offsets":[0,)" + std::to_string(size) + "]}}";
        header.resize((header.size() + 7) / 8 * 8, ' ');
        blob const safe = joined({raw<std::uint64_t>({header.size()}), bytes_of(header)});
        if (sparse(in / "safetensors", safe.size() + size, {{0, safe}}))
            CHECK(bytes_to_list(in / "safetensors", "safetensors", elements) < few_megabytes);

        std::string head = "{'descr': '<f4', 'fortran_order': False, 'shape': (" +
                           std::to_string(elements) + ",), }";
        head.resize(118 - 1, ' ');
        blob const array = joined({"\x93NUMPY\x01\0v\0"_bytes, bytes_of(head + '\n')});
        REQUIRE(array.size() == 128);
        if (sparse(in / "npy", array.size() + size, {{0, array}}))
            CHECK(bytes_to_list(in / "npy", "numpy.npy", elements) < few_megabytes);

        // archives: the front, a hole, the directory
        auto const archived = [&](std::string const& name, std::string_view format,
                                  std::vector<zips::entry> entries, blob const& front_of_last) {
            // the last entry has all its bytes but those at its front in a hole
            entries.back().packed_size = entries.back().plain_size = front_of_last.size() + size;
            entries.back().crc = 0;
            entries.back().body = front_of_last;
            entries.back().descriptor = true;
            std::uint64_t before = 0;
            for (auto const& one : entries)
                before += 30 + one.name.size() + one.body.size() + (one.descriptor ? 16 : 0);
            before -= 16;
            // first everything without the hole, to take it apart
            for (std::uint64_t at = 0; auto& one : entries) {
                one.offset = at;
                at += 30 + one.name.size() + one.body.size();
            }
            blob const all = zips::archive(
                entries, {.zip64 = true, .directory_offset = before + size, .zip64_offset = 0});
            // the directory begins behind the descriptor of the last entry
            std::size_t const directory = static_cast<std::size_t>(before) + 16;
            blob front(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(before));
            blob tail(all.begin() + static_cast<std::ptrdiff_t>(directory), all.end());
            bytes::store_le<std::uint64_t>(tail.data() + tail.size() - 22 - 12,
                                           before + size + tail.size() - 22 - 20 - 56);
            if (sparse(in / name, before + size + tail.size(), {{0, front}, {before + size, tail}}))
                CHECK(bytes_to_list(in / name, format, elements) < few_megabytes);
        };
        using namespace pickles;
        archived("torch.zip", "torch.zip",
                 {{.name = "x/data.pkl",
                   .body = bytes_of(whole(table(
                       {{"w", pickled_tensor(storage("0", static_cast<std::int64_t>(elements)),
                                             {static_cast<std::int64_t>(elements)}, {1})}})))},
                  {.name = "x/data/0"}},
                 {});
        archived("npz", "numpy.npz", {{.name = "w.npy"}}, array);

        blob const stacked = legacy(
            table({{"w", pickled_tensor(legacy_storage("0", static_cast<std::int64_t>(elements)),
                                        {static_cast<std::int64_t>(elements)}, {1})}}),
            {{"0", elements, {}}});
        if (sparse(in / "torch.legacy", stacked.size() + size, {{0, stacked}}))
            CHECK(bytes_to_list(in / "torch.legacy", "torch.legacy", elements) < few_megabytes);
    }
}

TEST_CASE("a conversion needs a block of memory, whatever the file needs") {
    // through the pump: a source that makes its bytes up as they are asked for
    struct zeros {
        blob front;
        std::uint64_t all;
        std::uint64_t size() const { return all; }
        result<void> read(std::uint64_t at, std::span<std::byte> to) const {
            for (std::size_t i = 0; i < to.size(); ++i)
                to[i] =
                    at + i < front.size() ? front[static_cast<std::size_t>(at) + i] : std::byte{0};
            return {};
        }
    };
    constexpr std::uint64_t elements = std::uint64_t{1} << 26;  // 256 MiB
    std::string header = R"({"w":{"dtype":"F32","shape":[67108864],"data_offsets":[0,268435456]}})";
    header.resize((header.size() + 7) / 8 * 8, ' ');
    blob const front = joined({raw<std::uint64_t>({header.size()}), bytes_of(header)});
    zeros const from{front, front.size() + elements * 4};
    struct nowhere {
        std::uint64_t bytes = 0;
        result<void> write(bytes::view more) {
            bytes += more.size();
            return {};
        }
    } to;
    auto const in = opened::over(any_source(from));
    REQUIRE(in);
    output_set out{any_output(to)};
    recording::span_of_time const measured;
    listing about;
    lister names(about);
    REQUIRE(read<safetensors::file>(**in, names, {}));
    auto writer = torch::zip_writer::start(out, about, {});
    REQUIRE(writer);
    pump<torch::zip_writer> pumped(*writer);
    REQUIRE(read<safetensors::file>(**in, pumped, {}));
    REQUIRE(writer->finish());
    CHECK(to.bytes > elements * 4);
    CHECK(measured.peak() < few_megabytes);
}

}  // namespace
