// SPDX-License-Identifier: BSL-1.0
#include <lade/tensorflow/tensor_proto.hpp>
#include <lade/tensorflow/write_tensor.hpp>

#include <lade/base/heap_arena.hpp>
#include <lade/container/protobuf/encode.hpp>
#include <lade/container/textproto/parse.hpp>
#include <lade/format/payload.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace lade;
using namespace lade::tensorflow;
using namespace std::string_literals;

namespace {

static_assert(payload<const_tensor>);

/// A TensorProto from its text form, written and read again in binary.
struct constant {
    explicit constant(std::string_view text, limits const& most = {}) {
        protobuf::document made{memory};
        auto const from = textproto::parse(text, proto::tensor_proto::table, made);
        REQUIRE(from);
        encoded = protobuf::encode(*from);
        message = protobuf::read(in, proto::tensor_proto::table, encoded);
        is.emplace(const_tensor::read(message, memory, most));
    }
    std::string bytes() {
        std::string out(static_cast<std::size_t>((*is)->size()), '?');
        REQUIRE((*is)->read(0, std::as_writable_bytes(std::span(out))));
        // piece by piece it must be the same
        for (std::size_t step = 1; step < out.size(); step = step * 2 + 1) {
            std::string part(out.size(), '?');
            for (std::size_t at = 0; at < out.size(); at += step) {
                std::size_t const size = std::min(step, out.size() - at);
                REQUIRE((*is)->read(at, std::as_writable_bytes(std::span(part).subspan(at, size))));
            }
            CHECK(part == out);
        }
        if (auto const lying = (*is)->view()) CHECK(lade::bytes::text(*lying) == out);
        return out;
    }
    error const& refused() {
        REQUIRE_FALSE(*is);
        return is->error();
    }

    heap_arena memory;
    protobuf::document in{memory};
    std::vector<std::byte> encoded;
    protobuf::message message;
    std::optional<result<const_tensor>> is;
};

std::string decoded(std::string_view text) { return constant(text).bytes(); }

template <class T>
std::string raw(std::vector<T> const& values) {
    return std::string(bytes::text(std::as_bytes(std::span(values))));
}

std::string strings(std::vector<std::string> const& texts) {
    std::string out;
    for (auto const& text : texts) {
        std::byte length[8];
        bytes::store_le(length, std::uint64_t{text.size()});
        out += std::string(bytes::text(length)) + text;
    }
    return out;
}

}  // namespace

TEST_CASE("values are read from the list of their type") {
    CHECK(decoded("dtype: DT_FLOAT tensor_shape { dim { size: 2 } } float_val: [1, -2.5]") ==
          raw<float>({1, -2.5F}));
    CHECK(decoded("dtype: DT_DOUBLE tensor_shape { } double_val: 0.1") == raw<double>({0.1}));
    CHECK(decoded("dtype: DT_INT8 tensor_shape { dim { size: 2 } } int_val: [-1, 127]") ==
          "\xff\x7f");
    CHECK(decoded("dtype: DT_UINT16 tensor_shape { } int_val: 65535") == "\xff\xff");
    CHECK(decoded("dtype: DT_INT32 tensor_shape { } int_val: -2") == raw<std::int32_t>({-2}));
    CHECK(decoded("dtype: DT_INT64 tensor_shape { } int64_val: -2") == raw<std::int64_t>({-2}));
    CHECK(decoded("dtype: DT_UINT32 tensor_shape { } uint32_val: 4294967295") ==
          "\xff\xff\xff\xff");
    CHECK(decoded("dtype: DT_UINT64 tensor_shape { } uint64_val: 18446744073709551615") ==
          std::string(8, '\xff'));
    CHECK(decoded("dtype: DT_BOOL tensor_shape { dim { size: 2 } } bool_val: [true, false]") ==
          "\x01\x00"s);
    CHECK(decoded("dtype: DT_HALF tensor_shape { } half_val: 15360") == "\x00\x3c"s);
    CHECK(decoded("dtype: DT_BFLOAT16 tensor_shape { } half_val: 16256") == "\x80\x3f");
    CHECK(decoded("dtype: DT_COMPLEX64 tensor_shape { } scomplex_val: [1, 2]") ==
          raw<float>({1, 2}));
    CHECK(decoded("dtype: DT_COMPLEX128 tensor_shape { } dcomplex_val: [1, 2]") ==
          raw<double>({1, 2}));
    CHECK(decoded("dtype: DT_FLOAT8_E5M2 tensor_shape { dim { size: 2 } } float8_val: 'ab'") ==
          "ab");
    CHECK(decoded("dtype: DT_QINT8 tensor_shape { } int_val: -3") == "\xfd");
    CHECK(decoded("dtype: DT_INT4 tensor_shape { dim { size: 2 } } int_val: [-1, 3]") ==
          "\xff\x03");
    CHECK(decoded("dtype: DT_STRING tensor_shape { dim { size: 2 } } string_val: ['', 'ab']") ==
          strings({"", "ab"}));
}

TEST_CASE("of too few values the last repeats, of none all are zero") {
    CHECK(decoded("dtype: DT_FLOAT tensor_shape { dim { size: 4 } } float_val: [1, 2]") ==
          raw<float>({1, 2, 2, 2}));
    CHECK(decoded("dtype: DT_INT32 tensor_shape { dim { size: 3 } } int_val: 7") ==
          raw<std::int32_t>({7, 7, 7}));
    CHECK(decoded("dtype: DT_INT32 tensor_shape { dim { size: 1 } } int_val: [7, 8, 9]") ==
          raw<std::int32_t>({7}));
    CHECK(decoded("dtype: DT_FLOAT tensor_shape { dim { size: 1 } } float_val: [7, 8, 9]") ==
          raw<float>({7}));
    CHECK(decoded("dtype: DT_DOUBLE tensor_shape { dim { size: 2 } }") == std::string(16, '\0'));
    CHECK(decoded("dtype: DT_COMPLEX64 tensor_shape { dim { size: 2 } } scomplex_val: [1, 2, 3]") ==
          raw<float>({1, 2, 1, 2}));
    CHECK(decoded("dtype: DT_STRING tensor_shape { dim { size: 3 } } string_val: ['a', 'bc']") ==
          strings({"a", "bc", "bc"}));
    CHECK(decoded("dtype: DT_STRING tensor_shape { dim { size: 2 } }") == strings({"", ""}));
    CHECK(decoded("dtype: DT_INT64 tensor_shape { dim { } } int64_val: 5").empty());
    CHECK(decoded("dtype: DT_STRING tensor_shape { dim { } } string_val: 'x'").empty());
}

TEST_CASE("content wins over values and must have all elements") {
    CHECK(
        decoded(
            "dtype: DT_INT16 tensor_shape { dim { size: 2 } } tensor_content: 'abcd' int_val: 1") ==
        "abcd");
    CHECK(
        decoded(
            "dtype: DT_STRING tensor_shape { dim { size: 2 } } tensor_content: '\\001\\002abc'") ==
        strings({"a", "bc"}));
    for (auto const* text :
         {"dtype: DT_INT16 tensor_shape { dim { size: 2 } } tensor_content: 'abc'",
          "dtype: DT_INT16 tensor_shape { dim { size: 2 } } tensor_content: 'abcde'",
          "dtype: DT_INT16 tensor_shape { dim { } } tensor_content: 'ab'",
          "dtype: DT_STRING tensor_shape { dim { size: 2 } } tensor_content: '\\001\\002ab'",
          "dtype: DT_STRING tensor_shape { dim { size: 2 } } tensor_content: '\\001\\002abcd'",
          "dtype: DT_STRING tensor_shape { dim { size: 9 } } tensor_content: 'ab'",
          "dtype: DT_STRING tensor_shape { dim { size: 1 } } tensor_content: '\\200'"})
        CHECK(*constant(text).refused().id == tensorflow::ids::bad_content);
}

TEST_CASE("numbers in one piece are not copied") {
    constant one{"dtype: DT_FLOAT tensor_shape { dim { size: 2 } } float_val: [1, 2]"};
    REQUIRE(*one.is);
    auto const lying = (*one.is)->view();
    REQUIRE(lying);
    CHECK(lying->data() >= one.encoded.data());
    CHECK(lying->data() < one.encoded.data() + one.encoded.size());
}

TEST_CASE("a shape without end and one value: no memory, and the right refusal") {
    std::string const dims = "dim { size: 1048576 } dim { size: 1048576 }";
    for (auto const& text : std::vector<std::string>{
             "dtype: DT_FLOAT tensor_shape { " + dims + " } float_val: 1",
             "dtype: DT_INT8 tensor_shape { " + dims + " } int_val: 1",
             "dtype: DT_STRING tensor_shape { " + dims + " } string_val: 'x'"}) {
        CHECK(*constant(text).refused().id == lade::ids::limit);
        limits trusting;
        trusting.expansion_floor = ~std::uint64_t{0} >> 1;
        constant lazy{text, trusting};
        REQUIRE(*lazy.is);
        std::byte end[3];
        CHECK((*lazy.is)->read((*lazy.is)->size() - 3, end));
        CHECK_FALSE((*lazy.is)->read((*lazy.is)->size() - 2, end));
        CHECK(lazy.memory.taken() < 100'000);
    }
    std::string const huge = "dim { size: 4294967296 } dim { size: 4294967296 }";
    CHECK(*constant("dtype: DT_INT8 tensor_shape { " + huge + " }").refused().id ==
          tensorflow::ids::bad_shape);
    CHECK(*constant("dtype: DT_INT64 tensor_shape { dim { size: 4611686018427387904 } }")
               .refused()
               .id == tensorflow::ids::bad_shape);
    CHECK(*constant("dtype: DT_STRING tensor_shape { dim { size: 4611686018427387904 } } "
                    "string_val: 'xxxxxxxx'")
               .refused()
               .id == tensorflow::ids::bad_shape);
}

TEST_CASE("types and shapes that no tensor has are refused") {
    CHECK(*constant("dtype: DT_INVALID").refused().id == tensorflow::ids::unknown_dtype);
    CHECK(*constant("dtype: 99").refused().id == tensorflow::ids::unknown_dtype);
    CHECK(*constant("dtype: DT_FLOAT_REF").refused().id == tensorflow::ids::unknown_dtype);
    CHECK(*constant("dtype: DT_FLOAT tensor_shape { unknown_rank: true }").refused().id ==
          tensorflow::ids::bad_shape);
    CHECK(*constant("dtype: DT_FLOAT tensor_shape { dim { size: -1 } }").refused().id ==
          tensorflow::ids::bad_shape);
    std::string dims;
    for (int i = 0; i < 65; ++i) dims += "dim { size: 1 } ";
    CHECK(*constant("dtype: DT_FLOAT tensor_shape { " + dims + "}").refused().id ==
          lade::ids::limit);
    // a variant has no bytes, but a place in a listing
    constant variant{"dtype: DT_VARIANT tensor_shape { dim { size: 2 } }"};
    REQUIRE(*variant.is);
    CHECK((*variant.is)->size() == 0);
}

TEST_CASE("a tensor is written the way that it is read, and as TensorFlow would") {
    heap_arena memory;
    std::uint64_t const two[]{2};
    auto const text_of = [&](dtype type, std::string const& data,
                             std::span<std::uint64_t const> shape) {
        protobuf::document in{memory};
        auto const made = protobuf::make(in, proto::tensor_proto::table);
        write_tensor(made, type, shape, bytes::of(data));
        auto const again = const_tensor::read(made, memory, {});
        REQUIRE(again);
        std::string back(data.size(), '?');
        auto read = const_tensor::read(made, memory, {});
        CHECK(read->read(0, std::as_writable_bytes(std::span(back))));
        CHECK(back == data);
        auto const bytes = protobuf::encode(made);
        return std::string(bytes::text(bytes));
    };
    CHECK(text_of(dtype::float32, raw<float>({1, 2}), two) ==
          "\x08\x01\x12\x04\x12\x02\x08\x02\x22\x08\x00\x00\x80\x3f\x00\x00\x00\x40"s);
    CHECK(text_of(dtype::float32, raw<float>({1}), {}) ==
          "\x08\x01\x12\x00\x2a\x04\x00\x00\x80\x3f"s);
    CHECK(text_of(dtype::int8, "\xff", {}) ==
          "\x08\x06\x12\x00\x3a\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s);
    CHECK(text_of(dtype::boolean, "\x01\x00"s, two) ==
          "\x08\x0a\x12\x04\x12\x02\x08\x02\x5a\x02\x01\x00"s);
    CHECK(text_of(dtype::uint16, "\xff\xff\x01\x00"s, two) ==
          "\x08\x11\x12\x04\x12\x02\x08\x02\x3a\x04\xff\xff\x03\x01"s);
    CHECK(text_of(dtype::float16, "\x00\x3c"s, {}) == "\x08\x13\x12\x00\x6a\x02\x80\x78"s);
}
