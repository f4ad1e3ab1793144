// SPDX-License-Identifier: BSL-1.0
#include <lade/base/heap_arena.hpp>
#include <lade/bytes/memory.hpp>
#include <lade/container/hdf5/file.hpp>
#include <lade/container/hdf5/walk.hpp>
#include <lade/container/json/document.hpp>
#include <lade/container/npy.hpp>
#include <lade/container/pickle/machine.hpp>
#include <lade/container/protobuf/verify.hpp>
#include <lade/container/sstable/reader.hpp>
#include <lade/container/tar.hpp>
#include <lade/container/yaml/reader.hpp>
#include <lade/container/zip/entry_reader.hpp>
#include <lade/tensorflow.hpp>

#include <fuzz/targets.hpp>

#include <string>

namespace fuzz {

using namespace lade;

void zip(bytes::view data) {
    memory const from(data);
    heap_arena table(limits{}.bookkeeping(data.size()));
    auto const archive = lade::zip::archive::open(any_source(from), table);
    if (!archive) return;
    for (auto const& one : archive->entries()) {
        heap_arena plain(1 << 20);
        (void)lade::zip::contents(*archive, one, plain);
    }
}

void tar(bytes::view data) {
    memory const from(data);
    heap_arena table(limits{}.bookkeeping(data.size()));
    (void)lade::tar::members(any_source(from), table);
}

void npy(bytes::view data) { (void)lade::npy::parse_header(bytes::text(data)); }

void pickle(bytes::view data) {
    heap_arena nodes(limits{}.bookkeeping(data.size()));
    (void)lade::pickle::machine::run(data, nodes);
}

void json(bytes::view data) { (void)lade::json::document::parse(data); }

void yaml(bytes::view data) {
    std::string text;
    (void)lade::yaml::to_json(bytes::text(data), text);
}

void protobuf(bytes::view data) {
    namespace proto = lade::tensorflow::proto;
    for (auto const* type : {&proto::graph_def::table, &proto::saved_model::table,
                             &proto::trackable_object_graph::table}) {
        heap_arena nodes(limits{}.bookkeeping(data.size()));
        lade::protobuf::document in{nodes};
        auto const message = lade::protobuf::read(in, *type, data);
        if (lade::protobuf::verify(message)) (void)lade::protobuf::encode(message);
    }
}

void textproto(bytes::view data) {
    if (auto const parsed = tensorflow::graph::parse_text(bytes::text(data))) (void)parsed->text();
}

void sstable(bytes::view data) {
    memory const from(data);
    auto const table = lade::sstable::table::open(any_source(from));
    if (!table) return;
    auto at = table->begin();
    while (at.next()) {}
}

void hdf5(bytes::view data) {
    memory const from(data);
    auto const file = lade::hdf5::file::open(any_source(from));
    if (!file) return;
    auto root = file->root();
    if (!root) return;
    (void)lade::hdf5::walk(*file, *std::move(root),
                           [](std::string_view, result<lade::hdf5::dataset>& one) -> result<void> {
                               std::byte some[64];
                               if (one) (void)one->read(0, some);
                               return {};
                           });
}

}  // namespace fuzz
