// SPDX-License-Identifier: BSL-1.0
// How quickly a graph of 100,000 nodes is parsed, against libprotobuf in the same run, which is
// given the messages of tensorflow_graph.proto: one kept on the heap, one in an arena.
//
//     protoc --cpp_out=OUT tensorflow_graph.proto
//     g++ -std=c++20 -O2 -I include -I OUT tests/bench/tensorflow_graph.cpp \
//         OUT/tensorflow_graph.pb.cc -lprotobuf -lpthread
//
// Measured on two busy cores of an EPYC, with libprotobuf 3.21: 16.7 MB are indexed in 3.9 ms, by
// libprotobuf in 233 ms (59 times as long), in an arena in 105 ms (27 times); inspect, with all
// constants and ends, in 45 ms.
#include "bench.hpp"

#include <tensorflow_graph.pb.h>

namespace {

/// Layers of five nodes, named and attributed as TensorFlow does: a constant, a matrix product, an
/// addition, a function, a copy.
std::string made_graph(int nodes) {
    peer::Graph graph;
    std::string last = "model/input";
    for (int i = 0; i < nodes / 5; ++i) {
        std::string const scope = "model/block_" + std::to_string(i) + "/dense/";
        auto const add = [&](std::string const& name, std::string const& op,
                             std::initializer_list<std::string> inputs) {
            auto* const node = graph.add_node();
            node->set_name(scope + name);
            node->set_op(op);
            for (auto const& one : inputs) node->add_input(one);
            (*node->mutable_attr())["T"].set_type(1);
            auto* const shape =
                (*node->mutable_attr())["_output_shapes"].mutable_list()->add_shape();
            shape->add_dim()->set_size(-1);
            shape->add_dim()->set_size(64);
            return node;
        };
        auto* const weight = add("kernel", "Const", {});
        weight->mutable_attr()->erase("T");
        (*weight->mutable_attr())["dtype"].set_type(1);
        auto* const value = (*weight->mutable_attr())["value"].mutable_tensor();
        value->set_dtype(1);
        value->mutable_tensor_shape()->add_dim()->set_size(16);
        value->set_tensor_content(std::string(64, 'x'));
        auto* const product = add("MatMul", "MatMul", {last, scope + "kernel"});
        (*product->mutable_attr())["transpose_a"].set_b(false);
        (*product->mutable_attr())["transpose_b"].set_b(false);
        (*add("BiasAdd", "BiasAdd", {scope + "MatMul", scope + "kernel"})
              ->mutable_attr())["data_format"]
            .set_s("NHWC");
        add("Relu", "Relu", {scope + "BiasAdd"});
        add("Identity", "Identity", {scope + "Relu", "^" + scope + "BiasAdd"});
        last = scope + "Identity";
    }
    graph.mutable_versions()->set_producer(1882);
    return graph.SerializeAsString();
}

}  // namespace

int main() {
    std::string const data = made_graph(100'000);
    auto const view = lade::bytes::of(data);
    int const rounds = 15;
    double const heap = bench::best_of(rounds, [&] {
        peer::Graph graph;
        if (!graph.ParseFromString(data) || graph.node_size() != 100'000) std::exit(1);
    });
    double const arena = bench::best_of(rounds, [&] {
        google::protobuf::Arena memory;
        auto* const graph = google::protobuf::Arena::CreateMessage<peer::Graph>(&memory);
        if (!graph->ParseFromString(data) || graph->node_size() != 100'000) std::exit(1);
    });
    double const ours = bench::best_of(rounds, [&] {
        lade::heap_arena memory;
        auto const index = lade::tensorflow::graph_index::read(view, memory);
        if (!index || index->size() != 100'000) std::exit(1);
    });
    double const message = bench::best_of(rounds, [&] {
        lade::heap_arena memory;
        lade::protobuf::document in{memory};
        std::size_t inputs = 0;
        auto const graph =
            lade::protobuf::read(in, lade::tensorflow::proto::graph_def::table, view);
        for (auto const node : graph.subs(1)) inputs += node.count(3);
        if (in.failed() || inputs != 140'000) std::exit(1);
    });
    lade::heap_arena memory;
    auto index = lade::tensorflow::graph_index::read(view, memory);
    double const finding = bench::best_of(1, [&] { (void)index->find("nothing"); });
    double const listing = bench::best_of(rounds, [&] {
        auto const found = lade::try_inspect<lade::tensorflow::graph_def>(view);
        if (!found || found->tensors.size() != 20'000) std::exit(1);
    });
    std::printf("%.1f MB of 100000 nodes, milliseconds\n", static_cast<double>(data.size()) / 1e6);
    std::printf("    libprotobuf %.2f, in an arena %.2f\n", heap * 1e3, arena * 1e3);
    std::printf("    index of nodes %.2f; every node and input as messages %.2f\n", ours * 1e3,
                message * 1e3);
    std::printf("    names sorted in %.2f; inspect, with constants and ends %.2f\n", finding * 1e3,
                listing * 1e3);
    bench::report("parse 100000 nodes", heap / ours, "times as fast as libprotobuf");
    bench::report("parse 100000 nodes", arena / ours, "times as fast as libprotobuf in an arena");
    bench::report("inspect 100000 nodes", heap / listing,
                  "times as fast as libprotobuf only parses them");
    return 0;
}
