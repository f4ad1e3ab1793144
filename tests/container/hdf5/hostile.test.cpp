// SPDX-License-Identifier: BSL-1.0
// Files that attack: structures that lead to themselves or are shared, sizes that cannot be, little
// that claims to be much. Checksums are right or not looked at: they are no defence.
#include <lade/codec/deflate.hpp>
#include <lade/container/hdf5/encode_object.hpp>

#include <doctest/doctest.h>

#include "files.hpp"

using namespace lade;

namespace {

using messages = std::vector<hdf5::written_message>;

hdf5::options unchecked() {
    hdf5::options how;
    how.verify_checksums = false;
    return how;
}

/// A file with one dataset "x": `fill` appends what it needs and returns the messages of the
/// dataset.
template <class F>
std::vector<std::byte> file_with(F fill) {
    hdf5::encoder to;
    to.zeros(48);
    messages const of = fill(to);
    to.align(8);
    std::uint64_t const dataset = to.size();
    CHECK(hdf5::encode_new_header(to, of));
    to.align(8);
    std::uint64_t const root = to.size();
    hdf5::encoder info;
    info.u16(0);
    info.u64(hdf5::no_address);
    info.u64(hdf5::no_address);
    hdf5::encoder link;
    link.u16(1);
    link.u8(1);
    link.text("x");
    link.u64(dataset);
    CHECK(hdf5::encode_new_header(to, {{hdf5::message_type::link_info, 0, std::move(info).take()},
                                       {hdf5::message_type::link, 0, std::move(link).take()}}));
    hdf5::encoder front;
    front.text(std::string_view("\x89HDF\r\n\x1a\n\x02\x08\x08\x00", 12));
    front.u64(0);
    front.u64(hdf5::no_address);
    front.u64(to.size());
    front.u64(root);
    front.checksum(0);
    auto made = std::move(to).take();
    std::ranges::copy(front.view(), made.begin());
    return made;
}

hdf5::written_message space(std::vector<std::uint64_t> const& dims, bool grows = false) {
    auto body = hdf5::encode_dataspace(dims, false);
    if (grows) {
        body[2] = std::byte{1};
        body.insert(body.end(), 8 * dims.size(), std::byte{0xff});
    }
    return {hdf5::message_type::dataspace, 0, std::move(body)};
}
hdf5::written_message type(dtype of) {
    return {hdf5::message_type::datatype, 0, *hdf5::encode_datatype(of)};
}
hdf5::written_message contiguous(std::uint64_t address, std::uint64_t size) {
    hdf5::encoder to;
    to.u8(3);
    to.u8(1);
    to.u64(address);
    to.u64(size);
    return {hdf5::message_type::layout, 0, std::move(to).take()};
}
hdf5::written_message old_chunks(std::uint64_t tree, std::vector<std::uint64_t> const& sizes) {
    hdf5::encoder to;
    to.u8(3);
    to.u8(2);
    to.u8(sizes.size());
    to.u64(tree);
    for (std::uint64_t one : sizes) to.u32(one);
    return {hdf5::message_type::layout, 0, std::move(to).take()};
}
/// `parameters`: those of the index.
hdf5::written_message new_chunks(unsigned index, std::uint64_t address,
                                 std::vector<std::uint64_t> const& sizes,
                                 std::vector<unsigned> const& parameters, unsigned flags = 0) {
    hdf5::encoder to;
    to.u8(4);
    to.u8(2);
    to.u8(flags);
    to.u8(sizes.size());
    to.u8(4);
    for (std::uint64_t one : sizes) to.u32(one);
    to.u8(index);
    for (unsigned one : parameters) to.u8(one);
    to.u64(address);
    return {hdf5::message_type::layout, 0, std::move(to).take()};
}
hdf5::written_message deflates(unsigned count) {
    hdf5::encoder to;
    to.u8(2);
    to.u8(count);
    for (unsigned i = 0; i < count; ++i) {
        to.u16(1);
        to.u16(0);
        to.u16(1);
        to.u32(6);
    }
    return {hdf5::message_type::filter_pipeline, 0, std::move(to).take()};
}

/// The error of opening the dataset, or of reading all of it; "none" if there is none.
std::string_view told(std::vector<std::byte> const& bytes, hdf5::options const& how = unchecked()) {
    memory const source(bytes);
    auto const file = hdf5::file::open(source, how);
    if (!file) return file.error().id->name;
    auto found = file->dataset_at("x");
    if (!found) return found.error().id->name;
    result<void> done = found->affordable();
    if (done && found->dtype() == dtype::string) {
        done = found->for_each_text([](std::string_view) -> result<void> { return {}; });
    } else if (done) {
        std::vector<std::byte> all(static_cast<std::size_t>(found->nbytes()));
        done = found->read(0, all);
    }
    return done ? "none" : done.error().id->name;
}

void old_node(hdf5::encoder& to, unsigned level, std::vector<std::uint64_t> const& children) {
    to.text("TREE");
    to.u8(1);
    to.u8(level);
    to.u16(children.size());
    to.u64(hdf5::no_address);
    to.u64(hdf5::no_address);
    for (std::size_t i = 0; i <= children.size(); ++i) {
        to.u32(16);
        to.u32(0);
        to.u64(4 * i);
        to.u64(0);
        if (i < children.size()) to.u64(children[i]);
    }
}

}  // namespace

TEST_CASE("a node of an old tree that leads to itself, or to its parent, is of the wrong level") {
    CHECK(told(file_with([](hdf5::encoder& to) -> messages {
              old_node(to, 1, {48});
              return {space({4}), type(dtype::float32), old_chunks(48, {4, 4})};
          })) == "hdf5.bad_btree");
    CHECK(told(file_with([](hdf5::encoder& to) -> messages {
              std::uint64_t const below = 48 + 24 + 24 + 32;
              old_node(to, 2, {below});
              CHECK(to.size() == below);
              old_node(to, 1, {48});
              return {space({4}), type(dtype::float32), old_chunks(48, {4, 4})};
          })) == "hdf5.bad_btree");
}

TEST_CASE("nodes of an old tree that share their children are read for no more than the file") {
    auto const bytes = file_with([](hdf5::encoder& to) -> messages {
        std::uint64_t at = to.size();
        old_node(to, 0, {48});
        for (unsigned level = 1; level <= 20; ++level) {
            std::uint64_t const below = at;
            at = to.size();
            old_node(to, level, std::vector<std::uint64_t>(100, below));
        }
        return {space({4}), type(dtype::float32), old_chunks(at, {4, 4})};
    });
    CHECK(told(bytes) == "hdf5.overlapping_structures");
}

TEST_CASE("the nodes of a new tree are bound in the same way, and its depth is") {
    auto const tree = [](unsigned depth, bool loops) {
        return file_with([&](hdf5::encoder& to) -> messages {
            std::uint64_t const leaf = to.size();
            to.text(std::string_view("BTLF\0\x0a", 6));
            to.zeros(16);
            to.zeros(40);
            std::uint64_t below = leaf;
            for (unsigned level = 1; level <= depth; ++level) {
                std::uint64_t const here = to.size();
                to.text(std::string_view("BTIN\0\x0a", 6));
                to.zeros(8 * 16);
                for (unsigned i = 0; i < 9; ++i) {
                    to.u64(loops ? here : below);
                    to.u8(level == 1 ? 1 : 8);
                    to.zeros(level == 1 ? 0 : 2);
                }
                to.zeros(40);
                below = here;
            }
            std::uint64_t const head = to.size();
            to.text(std::string_view("BTHD\0\x0a", 6));
            to.u32(512);
            to.u16(16);
            to.u16(depth);
            to.u16(0);
            to.u64(below);
            to.u16(depth == 0 ? 1 : 8);
            to.u64(1);
            to.u32(0);
            return {space({4}, true), type(dtype::float32),
                    new_chunks(5, head, {4, 4}, {0, 2, 0, 0, 0, 0})};
        });
    };
    CHECK(told(tree(0, false)) == "none");
    CHECK(told(tree(2, true)) == "hdf5.bad_signature");
    CHECK(told(tree(3, false)) == "hdf5.overlapping_structures");
    CHECK(told(tree(17, false)) == "hdf5.bad_btree");
}

TEST_CASE("arrays of chunks that lead to themselves, share blocks or claim endless elements") {
    auto const fixed = [](std::uint64_t count, std::uint64_t block) {
        return file_with([&](hdf5::encoder& to) -> messages {
            to.text(std::string_view("FAHD\0\0", 6));
            to.u8(8);
            to.u8(10);
            to.u64(count);
            to.u64(block);
            to.u32(0);
            return {space({4}), type(dtype::float32), new_chunks(3, 48, {4, 4}, {10})};
        });
    };
    CHECK(told(fixed(1, 48)) == "hdf5.bad_signature");
    CHECK(told(fixed(std::uint64_t{1} << 61, 48)) == "hdf5.bad_array_index");
    CHECK(told(fixed(~std::uint64_t{0}, 48)) == "hdf5.bad_array_index");

    auto const extensible = [](unsigned pointers, unsigned bits, bool itself) {
        return file_with([&](hdf5::encoder& to) -> messages {
            std::uint64_t const block = to.size();
            to.text(std::string_view("EADB\0\0", 6));
            to.zeros(30000);
            std::uint64_t const index = to.size();
            to.text(std::string_view("EAIB\0\0", 6));
            to.zeros(8);
            for (unsigned i = 0; i < 2 * (pointers - 1) + 64; ++i) to.u64(itself ? index : block);
            to.u32(0);
            std::uint64_t const head = to.size();
            to.text(std::string_view("EAHD\0\0", 6));
            for (unsigned one : {8U, bits, 0U, 16U, pointers, 20U}) to.u8(one);
            to.zeros(48);
            to.u64(index);
            to.u32(0);
            return {space({4}, true), type(dtype::float32),
                    new_chunks(4, head, {4, 4}, {bits, 0, 16, pointers, 20})};
        });
    };
    CHECK(told(extensible(128, 32, false)) == "hdf5.overlapping_structures");
    CHECK(told(extensible(128, 32, true)) == "hdf5.bad_signature");
    CHECK(told(extensible(4, 65, false)) == "hdf5.bad_array_index");
    CHECK(told(extensible(3, 32, false)) == "hdf5.bad_array_index");
}

TEST_CASE("an indirect block of a heap that leads to itself ends when it has claimed the file") {
    for (unsigned const rows : {30U, 200U}) {
        hdf5::encoder to;
        std::uint64_t const head_size = 4 + 1 + 2 + 2 + 1 + 4 + 12 * 8 + 3 * 8 + 2 + 2 + 2 + 2 + 4;
        to.text(std::string_view("FRHP\0", 5));
        to.u16(8);
        to.u16(0);
        to.u8(0);
        to.u32(4096);
        to.zeros(8);
        to.u64(hdf5::no_address);
        to.zeros(8 + 8 + 64);
        to.u16(4);
        to.u64(512);
        to.u64(512);
        to.u16(40);
        to.u16(1);
        to.u64(head_size);
        to.u16(rows);
        to.u32(0);
        CHECK(to.size() == head_size);
        to.text(std::string_view("FHIB\0", 5));
        to.zeros(8 + 5);
        for (unsigned i = 0; i < 4 * 30; ++i) to.u64(i < 12 ? hdf5::no_address : head_size);
        to.u32(0);
        memory const source(to.view());
        hdf5::reader in(source, unchecked());
        auto const heap = hdf5::fractal_heap::open(in, 0);
        REQUIRE_FALSE(heap);
        CHECK(*heap.error().id ==
              (rows == 30 ? hdf5::ids::too_much_work : hdf5::ids::bad_fractal_heap));
    }
}

TEST_CASE("a shared message that leads to itself is refused") {
    hdf5::encoder pointer;
    pointer.u8(3);
    pointer.u8(2);
    pointer.u64(48);
    auto const bytes = file_with([&](hdf5::encoder&) -> messages {
        return {space({4}),
                {hdf5::message_type::datatype, 2,
                 std::vector<std::byte>(pointer.view().begin(), pointer.view().end())},
                contiguous(48, 16)};
    });
    CHECK(told(bytes) == "hdf5.bad_shared_message");
}

TEST_CASE("sizes that cannot be are refused before anything is taken for them") {
    std::uint64_t const large = std::uint64_t{1} << 40;
    auto const with = [](hdf5::written_message dims, hdf5::written_message layout) {
        return told(file_with([&](hdf5::encoder& to) -> messages {
            to.zeros(64);
            return {dims, type(dtype::float32), layout};
        }));
    };
    CHECK(with(space({large, large}), contiguous(48, 64)) == "hdf5.bad_dataspace");
    CHECK(with(space({std::uint64_t{1} << 62}), contiguous(48, 64)) == "hdf5.bad_dataspace");
    CHECK(with(space({large}), contiguous(48, 64)) == "hdf5.bad_layout");
    CHECK(with(space({large}), contiguous(48, 4 * large)) == "hdf5.bad_address");
    CHECK(with(space({large}), contiguous(hdf5::no_address, 0)) == "limit.exceeded");
    CHECK(with(space({large}), old_chunks(hdf5::no_address, {4, 4})) == "limit.exceeded");
    CHECK(with(space({4}), old_chunks(hdf5::no_address, {0, 4})) == "hdf5.bad_layout");
    CHECK(with(space({4, 4}), old_chunks(hdf5::no_address, {65536, 65536, 4})) ==
          "hdf5.bad_layout");
    CHECK(with(space({4, 4}), old_chunks(hdf5::no_address, {4, 4})) == "hdf5.bad_layout");
    CHECK(with(space(std::vector<std::uint64_t>(33, 1)), contiguous(48, 64)) ==
          "hdf5.bad_dataspace");
    CHECK(with(space({large}), new_chunks(2, 48, {1, 4}, {})) == "hdf5.bad_chunk");
}

TEST_CASE("a chunk that claims far more than is stored is refused before it is decoded") {
    std::vector<std::byte> const zeros(std::size_t{1} << 20);
    auto const deflated = [](std::vector<std::byte> const& from) {
        std::vector<std::byte> to(codec::deflate_bound(from.size()) + 6);
        codec::deflater packer;
        auto const size = codec::deflate_zlib(packer, from, to, 9);
        CHECK(size);
        to.resize(*size);
        return to;
    };
    auto const once = deflated(zeros);
    auto const twice = deflated(once);
    CHECK(twice.size() < 200);
    auto const single = [](std::vector<std::byte> const& data, unsigned filters,
                           std::uint64_t elements) {
        return file_with([&](hdf5::encoder& to) -> messages {
            to.bytes(data);
            std::vector<unsigned> parameters{static_cast<unsigned>(data.size() & 0xff),
                                             static_cast<unsigned>(data.size() >> 8)};
            parameters.resize(12);
            return {space({elements}), type(dtype::float32), deflates(filters),
                    new_chunks(1, 48, {elements, 4}, parameters, 2)};
        });
    };
    CHECK(told(single(once, 1, zeros.size() / 4)) == "none");
    CHECK(told(single(twice, 2, zeros.size() / 4)) == "none");
    CHECK(told(single(once, 1, zeros.size() / 4 + 1)) == "hdf5.bad_chunk_size");
    CHECK(told(single(once, 1, 1000)) == "inflate.short_output");
    CHECK(told(single(twice, 2, (1U << 30) - 1)) == "limit.exceeded");
    hdf5::options strict = unchecked();
    strict.limits.expansion = 100;
    strict.limits.expansion_floor = 0;
    CHECK(told(single(twice, 2, zeros.size() / 4), strict) == "limit.exceeded");
    strict.limits.expansion = 1100;
    CHECK(told(single(once, 1, zeros.size() / 4), strict) == "none");
}

TEST_CASE(
    "chunks that share the bytes of one, and texts that share theirs, are bound by the file") {
    auto const shared = file_with([](hdf5::encoder& to) -> messages {
        to.zeros(4000);
        std::uint64_t const tree = to.size();
        old_node(to, 0, std::vector<std::uint64_t>(60000, 48));
        for (std::size_t i = 0; i < 60000; ++i) {
            to.patch(tree + 24 + 32 * i, 4000, 4);
            to.patch(tree + 24 + 32 * i + 8, 1000 * i, 8);
        }
        return {space({60000000}), type(dtype::float32), old_chunks(tree, {1000, 4})};
    });
    hdf5::options strict = unchecked();
    strict.limits.expansion = 10;
    strict.limits.expansion_floor = 0;
    CHECK(told(shared, strict) == "limit.exceeded");

    auto const texts = file_with([](hdf5::encoder& to) -> messages {
        to.text("GCOL");
        to.u32(1);
        to.u64(16 + 16 + 4000);
        to.u16(1);
        to.u16(0);
        to.u32(0);
        to.u64(4000);
        to.text(std::string(4000, 'x'));
        std::uint64_t const data = to.size();
        for (unsigned i = 0; i < 1000; ++i) {
            to.u32(4000);
            to.u64(48);
            to.u32(1);
        }
        return {space({1000}),
                {hdf5::message_type::datatype, 0, hdf5::encode_text_type({.vlen = true})},
                contiguous(data, 16000)};
    });
    CHECK(told(texts) == "none");
    CHECK(told(texts, strict) == "limit.exceeded");
    auto endless = texts;
    bytes::store_le(endless.data() + 48 + 8, std::uint64_t{1} << 62);
    CHECK(told(endless) == "hdf5.bad_address");
    auto beyond = texts;
    bytes::store_le(beyond.data() + 48 + 24, std::uint64_t{5000});
    CHECK(told(beyond) == "hdf5.bad_global_heap");
    auto empty = texts;  // objects of no bytes, one behind another
    bytes::store_le(empty.data() + 48 + 24, std::uint64_t{0});
    CHECK(told(empty) == "hdf5.bad_global_heap");
}

TEST_CASE("a free list that leads to itself is not followed") {
    auto bytes = hdf5_test::read("y_groups_earliest.h5");
    std::string_view const heap = "HEAP";
    for (std::size_t at = 0; at + 32 < bytes.size(); ++at)
        if (bytes::text(bytes).substr(at, 4) == heap)
            bytes::store_le(bytes.data() + at + 16, std::uint64_t{0});
    memory const source(bytes);
    CHECK(hdf5_test::listing_of_walk(source) == hdf5_test::expected("y_groups_earliest.h5"));
}
