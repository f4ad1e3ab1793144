// SPDX-License-Identifier: BSL-1.0
// A model that the compiler reads: what is wrong with it is an error of the build.
#include <lade/core.hpp>
#include <lade/safetensors/in_place.hpp>

#include <doctest/doctest.h>

namespace compile_time {

/// A file in the program, as `lade embed`, xxd or #embed put it there.
constexpr std::string_view header =
    R"({"bias":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},)"
    R"("scale":{"dtype":"U8","shape":[1,3],"data_offsets":[8,11]}})";
constexpr auto file = [] {
    std::array<std::byte, 8 + header.size() + 11> bytes{};
    lade::bytes::store_le(bytes.data(), std::uint64_t{header.size()});
    for (std::size_t i = 0; i < header.size(); ++i)
        bytes[8 + i] = static_cast<std::byte>(header[i]);
    std::byte* const data = bytes.data() + 8 + header.size();
    lade::bytes::store_le(data, std::bit_cast<std::uint32_t>(0.5F));
    lade::bytes::store_le(data + 4, std::bit_cast<std::uint32_t>(-2.0F));
    for (unsigned i = 0; i < 3; ++i) data[8 + i] = static_cast<std::byte>(10 + i);
    return bytes;
}();

/// Keeps what the file says of one tensor.
struct finder {
    std::string_view wanted;
    lade::dtype type{};
    std::size_t rank = 0;
    lade::bytes::view bytes{};

    template <lade::payload Payload>
    constexpr lade::result<lade::flow> tensor(lade::tensor_info const& info, Payload& from) {
        if (info.name != wanted) return lade::flow::more;
        type = info.type;
        rank = info.shape.size();
        bytes = *from.view();
        return lade::flow::enough;
    }
};

/// Not constexpr: a call of it does not compile in constant expressions.
inline void no_such_tensor() {}

/// The tensor of that name; a file that is broken, or has none, does not compile.
consteval finder tensor(std::string_view name) {
    lade::memory from(file);
    finder sink{name};
    auto const found = lade::safetensors::read_in_place(from, sink);
    if (!found || *found != lade::flow::enough) no_such_tensor();
    return sink;
}

// types, shapes and numbers are known to the compiler
static_assert(tensor("bias").type == lade::dtype::float32);
static_assert(tensor("scale").rank == 2);
static_assert(std::bit_cast<float>(lade::bytes::load_le<std::uint32_t>(tensor("bias").bytes.data() +
                                                                       4)) == -2.0F);

TEST_CASE("a model is read by the compiler, and the same by the program") {
    CHECK(tensor("scale").bytes[2] == std::byte{12});
    std::array<lade::tensor_entry, 2> slots;
    auto const model = lade::try_view<lade::safetensors::file>(file, slots);
    REQUIRE(model);
    REQUIRE(model->size() == 2);
    CHECK((*model)[0].name == "bias");
    CHECK((*model)[1].bytes.data() == tensor("scale").bytes.data());
}

}  // namespace compile_time
