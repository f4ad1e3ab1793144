// SPDX-License-Identifier: BSL-1.0
#include <lade/tensorflow/proto/all.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace lade;
using namespace lade::tensorflow;

namespace {

// what `message_type::find` and the printers rely on
static_assert([] {
    for (auto const* type : proto::all) {
        std::uint32_t last = 0;
        for (auto const& field : type->fields) {
            if (field.number <= last || field.name.empty()) return false;
            if ((field.type == protobuf::type::message) != (field.message != nullptr)) return false;
            if ((field.type == protobuf::type::enumeration) != (field.values != nullptr))
                return false;
            if (field.rule == protobuf::rule::map && field.message->fields.size() != 2)
                return false;
            last = field.number;
        }
    }
    return true;
}());
static_assert(proto::tensor_shape_proto::number("dim") == 2);
static_assert(proto::bundle_entry_proto::table.find(6)->type == protobuf::type::fixed32);
static_assert(proto::structured_value::table.named("int64_value")->type == protobuf::type::sint64);
static_assert(proto::attr_value::table.named("b")->oneof ==
              proto::attr_value::table.named("list")->oneof);
static_assert(proto::node_def::table.named("attr")->message->find(2)->message ==
              &proto::attr_value::table);

}  // namespace

TEST_CASE("types are found by the names that a google.protobuf.Any has") {
    CHECK(protobuf::type_named(proto::all, "tensorflow.AssetFileDef") ==
          &proto::asset_file_def::table);
    CHECK(protobuf::type_named(proto::all, "tensorflow.serving.Signatures") ==
          &proto::serving_signatures::table);
    CHECK(protobuf::type_named(proto::all, "tensorflow.NoSuch") == nullptr);
    for (auto const* type : proto::all) CHECK(protobuf::type_named(proto::all, type->name) == type);
}
