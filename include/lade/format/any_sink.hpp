// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/format/sink.hpp>
#include <lade/model/content.hpp>
#include <lade/model/graph.hpp>
#include <lade/model/value.hpp>

namespace lade::inline LADE_ABI {

/// A sink whose type is forgotten, with an answer for every part of a file that nobody asked for.
/// Verbs derive from it; readers of formats that need the heap are compiled once for it.
class any_sink {
  public:
    /// A tensor. Wraps the payload of a reader and asks `take`.
    template <payload P>
    result<flow> tensor(tensor_info const& info, P& bytes) {
        if constexpr (std::derived_from<P, any_payload>) {
            return take(info, bytes);
        } else {
            wrapped<P> wrapper(bytes);
            return take(info, wrapper);
        }
    }

    virtual result<flow> take(tensor_info const& info, any_payload& bytes) = 0;
    /// How many tensors come, where the reader knows.
    virtual void expect(std::size_t /*tensors*/) {}
    /// Bytes of each storage that tensors of the file share (`tensor_info::in`), by number. Before
    /// all tensors.
    virtual result<void> storages(std::span<std::uint64_t const> /*sizes*/) { return {}; }
    /// Whether `storage` is of interest.
    virtual bool wants_storages() const { return false; }
    /// The bytes of a storage, in the order of their numbers; after `storages`, before all tensors.
    virtual result<void> storage(std::uint64_t /*number*/, any_payload& /*bytes*/) { return {}; }
    /// A word about the file. Both texts are good during the call.
    virtual result<void> metadata(std::string_view /*key*/, std::string_view /*value*/) {
        return {};
    }
    /// The parts of a file that are no tensors are handed over as they are: JSON, YAML, GraphDef
    /// bytes. `of` says which part.
    virtual result<void> part(content /*of*/, std::string_view /*name*/, bytes::view /*data*/) {
        return {};
    }
    /// Whether files that stand beside (assets of a SavedModel) are of interest, as parts.
    virtual bool wants_files() const { return false; }
    /// What stands between the parts of a name where the tensors go, for givers whose names have a
    /// `.` there: fields of structs.
    virtual std::string_view separator() const { return "."; }
    /// Nodes, inputs and outputs of the graph.
    virtual result<void> graph(graph_summary const& /*of*/) { return {}; }
    /// Whether `objects` is of interest; building the tree costs time.
    virtual bool wants_objects() const { return false; }
    /// What the file holds besides tensors: numbers, strings, lists, dictionaries, inert objects.
    virtual result<void> objects(values&& /*tree*/) { return {}; }
    /// Which parts the file has. Called once, at the end or as soon as they are known.
    virtual void holds(contents /*parts*/) {}

  protected:
    ~any_sink() = default;

  private:
    template <payload P>
    class wrapped final : public any_payload {
      public:
        explicit wrapped(P& inner) : inner_(&inner) {}
        std::uint64_t size() override { return inner_->size(); }
        std::optional<bytes::view> view() override { return inner_->view(); }
        result<void> read(std::uint64_t from, std::span<std::byte> to) override {
            return inner_->read(from, to);
        }

      private:
        P* inner_;
    };
};

}  // namespace lade::inline LADE_ABI
