// SPDX-License-Identifier: BSL-1.0
#include <torch/reading.hpp>

namespace {

using namespace torch_test;
using storage_list = std::vector<std::pair<std::string, blob>>;

storage_list const four{{"0", floats({1, 2, 3, 4})}};
std::string const s = storage("0", 4);
std::string const v2 = global("torch._utils", "_rebuild_tensor_v2");

TEST_CASE("every form that rebuilds a tensor rebuilds the same tensor") {
    std::string const t = vector_of_4();
    std::string const plain = s + integer(0) + ints({4}) + ints({1});
    std::string const hooks = boolean(false) + ordered();
    for (std::string const& form :
         {call(v2, "(" + plain + hooks + "t"), call(v2, "(" + plain + hooks + "Nt"),
          call(v2, "(" + plain + "I01\nNt"),
          call(global("torch._utils", "_rebuild_tensor"), "(" + plain + "t"),
          call(global("torch._utils", "_rebuild_parameter"), tuple({t, boolean(true), ordered()})),
          call(global("torch._utils", "_rebuild_parameter_with_state"),
               tuple({t, boolean(true), ordered(), "}"})),
          call(global("torch._tensor", "_rebuild_from_type_v2"),
               tuple({v2, global("torch", "Tensor"), "(" + plain + hooks + "t", "}"})),
          call(global("torch._tensor", "_rebuild_from_type"),
               tuple({v2, global("torch", "Tensor"), "(" + plain + hooks + "t", "}"})),
          call(global("torch.tensor", "_rebuild_from_type"),
               tuple({v2, global("torch", "Tensor"), "(" + plain + hooks + "t", "}"})),
          call(global("torch._tensor", "_rebuild_from_type_v2"),
               tuple({global("torch._utils", "_rebuild_parameter"), global("m", "P"),
                      tuple({t, boolean(true), ordered()}), "}"})),
          call(global("torch.nn.parameter", "Parameter"), tuple({t})),
          create(global("torch.nn.parameter", "Parameter"), tuple({t, boolean(true), "N"})),
          call(global("torch.nn.parameter", "Buffer"), tuple({t})),
          call(global("torch._utils", "_rebuild_device_tensor_from_cpu_tensor"),
               tuple({t, global("torch", "float32"), text("xla"), boolean(false)})),
          create(global("torch", "FloatTensor"), "(" + plain + "t"),
          create(global("torch.cuda", "FloatTensor"), "(" + plain + "t"),
          call(global("torch._utils", "_rebuild_tensor_v3"),
               "(" + storage("0", 16, "UntypedStorage") + integer(0) + ints({4}) + ints({1}) +
                   hooks + global("torch", "float32") + "t"),
          call(global("torch._utils", "_rebuild_tensor_v3"),
               "(" +
                   tuple({text("storage"), global("torch.storage", "UntypedStorage"), text("0"),
                          text("cpu"), integer(16)}) +
                   "Q" + integer(0) + ints({4}) + ints({1}) + hooks + global("torch", "float") +
                   "Nt")}) {
        torch_file const file(how::zip, archive(form, four));
        CHECK(file.told() == "tensor:float32[4]");
        if (file.kept.tensors.size() == 1)
            CHECK(file.kept.tensors[0].elements == floats({1, 2, 3, 4}));
    }
}

TEST_CASE("strides, offsets and views give the elements in row-major order") {
    blob const six = floats({0, 1, 2, 3, 4, 5});
    auto const elements = [&](std::vector<std::int64_t> const& shape,
                              std::vector<std::int64_t> const& strides, std::int64_t offset = 0) {
        torch_file const file(
            how::zip,
            archive(pickled_tensor(storage("0", 6), shape, strides, offset), {{"0", six}}));
        CHECK(file.trouble == "");
        return file.kept.tensors.empty() ? blob() : file.kept.tensors[0].elements;
    };
    CHECK(elements({2, 3}, {3, 1}) == six);
    CHECK(elements({3, 2}, {1, 3}) == floats({0, 3, 1, 4, 2, 5}));
    CHECK(elements({2}, {2}, 1) == floats({1, 3}));
    CHECK(elements({}, {}, 5) == floats({5}));
    CHECK(elements({3}, {0}, 2) == floats({2, 2, 2}));
    CHECK(elements({1, 6}, {77, 1}) == six);
    CHECK(elements({0}, {1}).empty());
    CHECK(elements({0, 3}, {9, 9}, 1'000).empty());
    CHECK(elements({3, 3}, {1, 1}) == floats({0, 1, 2, 1, 2, 3, 2, 3, 4}));
}

TEST_CASE("any part of a strided tensor is read alone") {
    blob const six = floats({0, 1, 2, 3, 4, 5});
    struct part_reader final : any_sink {
        bool good = false;
        result<flow> take(tensor_info const&, any_payload& bytes) override {
            blob all(24);
            REQUIRE(bytes.read(0, all));
            good = all == floats({0, 3, 1, 4, 2, 5});
            for (std::size_t from = 0; from <= 24; ++from)
                for (std::size_t size = 0; from + size <= 24; ++size) {
                    blob part(size);
                    REQUIRE(bytes.read(from, part));
                    good = good && std::equal(part.begin(), part.end(),
                                              all.begin() + static_cast<std::ptrdiff_t>(from));
                }
            CHECK(id_of(bytes.read(24, std::span(all).first(1))) == "bytes.truncated");
            return flow::more;
        }
    } sink;
    for (std::string_view const order : {"little", "big"}) {
        blob swapped = six;
        if (order == "big") bytes::swap_elements(swapped, 4);
        blob const file =
            archive(pickled_tensor(storage("0", 6), {3, 2}, {1, 3}), {{"0", swapped}}, order);
        memory const from{bytes::view(file)};
        auto const opened_file = opened::over(any_source(from));
        REQUIRE(opened_file);
        REQUIRE(lade::torch::read_zip(*(*opened_file)->archive(), sink, {}));
        CHECK(sink.good);
    }
}

TEST_CASE("lazy conjugation and negation are done") {
    std::string const c = storage("0", 2, "ComplexFloatStorage");
    blob const numbers = floats({1, 2, 3, -4});
    auto const with = [&](entries bits) {
        torch_file const file(
            how::zip, archive(pickled_tensor(c, {2}, {1}, 0, table(bits)), {{"0", numbers}}));
        CHECK(file.told() == "tensor:complex64[2]");
        CHECK_FALSE(file.kept.tensors.at(0).storage);
        return file.kept.tensors.at(0).elements;
    };
    CHECK(with({{"conj", boolean(true)}}) == floats({1, -2, 3, 4}));
    CHECK(with({{"neg", boolean(true)}}) == floats({-1, -2, -3, 4}));
    CHECK(with({{"conj", boolean(true)}, {"neg", boolean(true)}}) == floats({-1, 2, -3, -4}));
    torch_file const real(how::zip,
                          archive(pickled_tensor(s, {4}, {1}, 0, table({{"neg", "\x88"}})), four));
    CHECK(real.kept.tensors.at(0).elements == floats({-1, -2, -3, -4}));
}

TEST_CASE("storages that several tensors share are told once") {
    torch_file const file(how::zip,
                          archive(table({{"a", pickled_tensor(s, {2}, {1})},
                                         {"b", pickled_tensor(s, {2}, {1}, 2)},
                                         {"c", pickled_tensor(storage("1", 1), {1}, {1})}}),
                                  {{"0", floats({1, 2, 3, 4})}, {"1", floats({9})}}));
    CHECK(file.trouble == "");
    CHECK(file.kept.sizes == std::vector<std::uint64_t>{16, 4});
    CHECK(file.kept["a"].storage == file.kept["b"].storage);
    CHECK(file.kept["c"].storage != file.kept["b"].storage);
    CHECK(file.kept["b"].elements == floats({3, 4}));
}

TEST_CASE("every storage class and every new dtype has its elements") {
    for (auto const& row : lade::torch::dtype_table) {
        if (row.type == dtype::quint4x2 || row.type == dtype::quint2x4) continue;
        CAPTURE(row.scalar);
        auto const size = static_cast<std::int64_t>(size_of(row.type));
        REQUIRE(size > 0);
        blob const bytes(static_cast<std::size_t>(3 * size), std::byte{1});
        std::string const wanted = "tensor:" + std::string(name_of(row.type)) + "[3]";
        CHECK(listed(pickled_tensor(storage("0", 3, row.storage), {3}, {1}), {{"0", bytes}}) ==
              wanted);
        CHECK(listed(call(global("torch._utils", "_rebuild_tensor_v3"),
                          "(" + storage("0", 3 * size, "UntypedStorage") + integer(0) + ints({3}) +
                              ints({1}) + boolean(false) + ordered() + global("torch", row.scalar) +
                              "t"),
                     {{"0", bytes}}) == wanted);
    }
    std::string const q = tuple({global("torch", "per_tensor_affine"), "K\1", "K\0"});
    (void)q;
    CHECK(listed(pickled_tensor(storage("0", 2, "QUInt4x2Storage"), {4}, {1}), {{"0", blob(2)}}) ==
          "tensor:quint4x2[4]");
}

TEST_CASE("quantized tensors are listed with their elements") {
    std::string const parameters = tuple({global("torch", "per_tensor_affine"),
                                          std::string("G\x3f\xe0\0\0\0\0\0\0", 9), integer(3)});
    CHECK(listed(call(global("torch._utils", "_rebuild_qtensor"),
                      tuple({storage("0", 4, "QInt8Storage"), integer(0), ints({2, 2}),
                             ints({2, 1}), parameters, boolean(false), ordered()})),
                 {{"0", blob(4)}}) == "tensor:qint8[2,2]");
}

std::string longs(std::string_view key, std::vector<std::int64_t> const& shape) {
    std::int64_t count = 1;
    for (auto one : shape) count *= one;
    return pickled_tensor(
        storage(key, count, "LongStorage"), shape,
        shape.size() == 2 ? std::vector<std::int64_t>{shape[1], 1} : std::vector<std::int64_t>{1});
}

TEST_CASE("sparse tensors are their parts") {
    storage_list const parts{{"0", floats({1, 2, 3, 4})}, {"1", blob(32)}, {"2", blob(40)}};
    auto const sparse = [&](std::string_view layout, std::string const& inner,
                            std::string_view function = "_rebuild_sparse_tensor") {
        return listed(table({{"m", call(global("torch._utils", function),
                                        tuple({call(global("torch.serialization", "_get_layout"),
                                                    tuple({text(layout)})),
                                               inner}))}}),
                      parts);
    };
    std::string const values = vector_of_4();
    CHECK(sparse("torch.sparse_coo", tuple({longs("1", {1, 4}), values, ints({10})})) ==
          "m.indices:int64[1,4] m.values:float32[4]");
    CHECK(sparse("torch.sparse_coo", tuple({longs("1", {1, 4}), values, ints({10}), "\x88"})) ==
          "m.indices:int64[1,4] m.values:float32[4]");
    CHECK(sparse("torch.sparse_csr",
                 tuple({longs("2", {5}), longs("1", {4}), values, ints({4, 10})})) ==
          "m.crow_indices:int64[5] m.col_indices:int64[4] m.values:float32[4]");
    CHECK(sparse("torch.sparse_csr",
                 tuple({longs("2", {5}), longs("1", {4}), values, ints({4, 10})}),
                 "_rebuild_sparse_csr_tensor") ==
          "m.crow_indices:int64[5] m.col_indices:int64[4] m.values:float32[4]");
    CHECK(sparse("torch.sparse_bsr",
                 tuple({longs("2", {5}), longs("1", {4}), values, ints({4, 10})})) ==
          "m.crow_indices:int64[5] m.col_indices:int64[4] m.values:float32[4]");
    for (auto const* const layout : {"torch.sparse_csc", "torch.sparse_bsc"})
        CHECK(sparse(layout, tuple({longs("2", {5}), longs("1", {4}), values, ints({4, 10})})) ==
              "m.ccol_indices:int64[5] m.row_indices:int64[4] m.values:float32[4]");
    CHECK(sparse("torch.sparse_odd", tuple({longs("1", {1, 4}), values, ints({10})})) ==
          "!torch.bad_tensor");
    CHECK(sparse("torch.sparse_coo", tuple({longs("1", {1, 4})})) == "!torch.bad_tensor");
    CHECK(sparse("torch.sparse_coo", tuple({integer(1), integer(2), integer(3)})) ==
          "!torch.bad_tensor");
    // libtorch writes numbers for layouts, and all flat
    CHECK(listed(call(global("torch._utils", "_rebuild_sparse_tensor"),
                      tuple({integer(1), ints({10}), boolean(false), longs("1", {1, 4}), values,
                             ordered()})),
                 parts) == "tensor.indices:int64[1,4] tensor.values:float32[4]");
}

TEST_CASE("meta tensors and data-less wrappers are told of without elements") {
    CHECK(listed(call(global("torch._utils", "_rebuild_meta_tensor_no_storage"),
                      tuple({global("torch", "float16"), ints({2, 3}), ints({3, 1}), "\x89"}))) ==
          "tensor:float16[2,3]?");
    CHECK(listed(call(global("torch._utils", "_rebuild_wrapper_subclass"),
                      tuple({global("m", "Sub"), global("torch", "int64"), ints({5}), ints({1}),
                             integer(0), "N", "N", "\x89"}))) == "tensor:int64[5]?");
    CHECK(listed(pickled_tensor(tuple({text("storage"), global("torch", "FloatStorage"), text("7"),
                                       text("meta"), integer(4)}) +
                                    'Q',
                                {4}, {1}),
                 {}) == "tensor:float32[4]?");
    CHECK(listed(call(global("torch._utils", "_rebuild_nested_tensor"),
                      tuple({vector_of_4(), vector_of_4(), vector_of_4(), vector_of_4()}))) == "");
}

TEST_CASE("a tensor that reaches beyond its storage is refused, by whatever way it does") {
    auto const out = [&](std::vector<std::int64_t> const& shape,
                         std::vector<std::int64_t> const& strides, std::int64_t offset = 0) {
        return listed(pickled_tensor(s, shape, strides, offset));
    };
    constexpr std::int64_t huge = std::int64_t{1} << 62;
    CHECK(out({4}, {1}) == "tensor:float32[4]");
    CHECK(out({5}, {1}) == "!torch.out_of_storage");
    CHECK(out({4}, {1}, 1) == "!torch.out_of_storage");
    CHECK(out({2}, {4}) == "!torch.out_of_storage");
    CHECK(out({}, {}, 4) == "!torch.out_of_storage");
    CHECK(out({2}, {huge}) == "!torch.out_of_storage");
    CHECK(out({3}, {huge}) == "!torch.out_of_storage");
    CHECK(out({2, 2, 2, 2}, {huge, huge, huge, huge}) == "!torch.out_of_storage");
    CHECK(out({1}, {1}, huge) == "!torch.out_of_storage");
    CHECK(out({huge, 8}, {0, 0}) == "!torch.bad_tensor");
    CHECK(out({huge, huge, 0}, {0, 0, 0}) ==
          "tensor:float32[4611686018427387904,4611686018427387904,0]");
    CHECK(out({-1}, {1}) == "!torch.bad_tensor");
    CHECK(out({4}, {-1}, 3) == "!torch.bad_tensor");
    CHECK(out({4}, {1}, -1) == "!torch.bad_tensor");
    CHECK(out({2, 2}, {1}) == "!torch.bad_tensor");
    CHECK(listed(pickled_tensor(s, std::vector<std::int64_t>(65, 1),
                                std::vector<std::int64_t>(65, 1))) == "!limit.exceeded");
    CHECK(listed(
              pickled_tensor(s, std::vector<std::int64_t>(64, 1), std::vector<std::int64_t>(64, 1)))
              .starts_with("tensor:"));
}

TEST_CASE("a huge expansion is listed, and refused when its elements are asked for") {
    torch_file const file(how::zip,
                          archive(pickled_tensor(s, {1'000'000, 1'000'000}, {0, 0}), four));
    CHECK(file.trouble == "limit.exceeded");
    CHECK(file.kept.listing() == "tensor:float32[1000000,1000000]");
}

TEST_CASE("many names of one storage together are bounded as well") {
    blob const megabyte(1 << 20);
    std::string many = "](";
    std::string const t = pickled_tensor(storage("0", 1 << 18), {1 << 18}, {1});
    many += t + "q\xc8";
    for (int i = 0; i < 2'000; ++i) many += "h\xc8";
    blob const file = archive(many + "e", {{"0", megabyte}});
    memory const from{bytes::view(file)};
    auto const in = opened::over(any_source(from));
    REQUIRE(in);
    struct reader final : any_sink {
        blob room = blob(1 << 20);
        int count = 0;
        result<flow> take(tensor_info const&, any_payload& bytes) override {
            ++count;
            if (auto const done = bytes.granted(); !done) return done.error();
            if (auto const done = bytes.read(0, room); !done) return done.error();
            return flow::more;
        }
    } sink;
    CHECK(id_of(lade::torch::read_zip(*(*in)->archive(), sink, {})) == "limit.exceeded");
    CHECK(sink.count > 1'000);
    CHECK(sink.count < 1'500);
}

TEST_CASE("arguments that are not those of a tensor are told by their position") {
    auto const bad = [&](std::string const& arguments,
                         std::string_view function = "_rebuild_tensor_v2") {
        return listed(call(global("torch._utils", function), arguments));
    };
    std::string const hooks = boolean(false) + ordered();
    CHECK(bad(")") == "!torch.bad_tensor");
    CHECK(bad(tuple({s})) == "!torch.bad_tensor");
    CHECK(bad("(" + text("no storage") + integer(0) + ints({4}) + ints({1}) + hooks + "t") ==
          "!torch.bad_tensor");
    CHECK(bad("(" + s + text("0") + ints({4}) + ints({1}) + hooks + "t") == "!torch.bad_tensor");
    CHECK(bad("(" + s + integer(0) + integer(4) + ints({1}) + hooks + "t") == "!torch.bad_tensor");
    CHECK(bad("(" + s + integer(0) + tuple({"N"}) + ints({1}) + hooks + "t") ==
          "!torch.bad_tensor");
    CHECK(bad("(" + s + integer(0) + tuple({std::string("G\x40\x10\0\0\0\0\0\0", 9)}) + ints({1}) +
              hooks + "t") == "!torch.bad_tensor");
    CHECK(bad("(" + s + integer(0) + ints({4}) + "N" + hooks + "t") == "!torch.bad_tensor");
    CHECK(bad("(" + storage("0", 16, "UntypedStorage") + integer(0) + ints({4}) + ints({1}) +
              hooks + "t") == "!torch.bad_tensor");
    CHECK(bad("(" + storage("0", 16, "UntypedStorage") + integer(0) + ints({4}) + ints({1}) +
                  hooks + global("torch", "no_dtype") + "t",
              "_rebuild_tensor_v3") == "!torch.bad_tensor");
    CHECK(bad("(" + s + integer(0) + "\x8a\x09\xff\xff\xff\xff\xff\xff\xff\xff\x7f\x85" +
              ints({1}) + hooks + "t") == "!torch.bad_tensor");
    CHECK(listed(call(v2, "(" + s + integer(0) + call(global("torch", "Size"), tuple({ints({4})})) +
                              ints({1}) + hooks + "t")) == "tensor:float32[4]");
    CHECK(listed(call(v2, "(" + s + integer(0) + list({integer(4)}) + list({integer(1)}) + hooks +
                              "t")) == "tensor:float32[4]");
}

TEST_CASE("persistent ids that describe no storage are refused, those of others are kept") {
    auto const with = [&](std::string const& id) {
        return listed(pickled_tensor(id + "Q", {4}, {1}));
    };
    std::string const type = global("torch", "FloatStorage");
    CHECK(with(tuple({text("storage"), type, text("0"), text("cpu")})) == "!torch.bad_storage");
    CHECK(with(tuple({text("storage"), text("no class"), text("0"), text("cpu"), integer(4)})) ==
          "!torch.bad_storage");
    CHECK(with(tuple({text("storage"), global("torch", "OddStorage"), text("0"), text("cpu"),
                      integer(4)})) == "!torch.bad_storage");
    CHECK(with(tuple({text("storage"), type, "N", text("cpu"), integer(4)})) ==
          "!torch.bad_storage");
    CHECK(with(tuple({text("storage"), type, text("0"), text("cpu"), integer(-4)})) ==
          "!torch.bad_storage");
    CHECK(with(tuple({text("storage"), type, text("0"), text("cpu"),
                      integer(std::int64_t{1} << 62)})) == "!torch.bad_storage");
    CHECK(with(tuple({text("storage"), type, text("1"), text("cpu"), integer(4)})) ==
          "!torch.missing_storage");
    CHECK(with(tuple({text("storage"), type, text("../data.pkl"), text("cpu"), integer(4)})) ==
          "!torch.missing_storage");
    for (int const wrong : {3, 5, 0})
        CHECK(with(tuple({text("storage"), type, text("0"), text("cpu"), integer(wrong)})) ==
              "!torch.storage_size");
    CHECK(with(tuple({text("storage"), type, integer(0), text("cpu"), integer(4)})) ==
          "tensor:float32[4]");
    CHECK(listed(tuple({text("module"), text("a"), text("b"), text("c")}) + "Q") == "");
    CHECK(listed("N"
                 "Q") == "");
}

TEST_CASE("one storage of two sizes is refused, of two classes of one size it is two views") {
    CHECK(listed(table({{"a", pickled_tensor(storage("0", 4), {4}, {1})},
                        {"b", pickled_tensor(storage("0", 2), {2}, {1})}})) ==
          "!torch.storage_conflict");
    CHECK(listed(table({{"a", pickled_tensor(storage("0", 4), {4}, {1})},
                        {"b", pickled_tensor(storage("0", 4, "IntStorage"), {4}, {1})}})) ==
          "a:float32[4] b:int32[4]");
}

}  // namespace
