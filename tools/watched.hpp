// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "terminal.hpp"

#include <lade/format/any_sink.hpp>

#include <algorithm>

namespace tool {

/// Passes on all that a reader gives, shows how far it has come, and stops at the next block when
/// the work is interrupted.
class watched final : public lade::any_sink {
  public:
    watched(lade::any_sink& to, progress& shown) : to_(&to), shown_(&shown) {}

    lade::result<lade::flow> take(lade::tensor_info const& info,
                                  lade::any_payload& bytes) override {
        payload through(bytes, *shown_);
        return to_->take(info, through);
    }
    void expect(std::size_t tensors) override { to_->expect(tensors); }
    lade::result<void> storages(std::span<std::uint64_t const> sizes) override {
        return to_->storages(sizes);
    }
    bool wants_storages() const override { return to_->wants_storages(); }
    lade::result<void> storage(std::uint64_t number, lade::any_payload& bytes) override {
        payload through(bytes, *shown_);
        return to_->storage(number, through);
    }
    lade::result<void> metadata(std::string_view key, std::string_view value) override {
        return to_->metadata(key, value);
    }
    lade::result<void> part(lade::content of, std::string_view name,
                            lade::bytes::view data) override {
        return to_->part(of, name, data);
    }
    lade::result<void> graph(lade::graph_summary const& of) override { return to_->graph(of); }
    bool wants_objects() const override { return to_->wants_objects(); }
    bool wants_files() const override { return to_->wants_files(); }
    lade::result<void> objects(lade::values&& tree) override {
        return to_->objects(std::move(tree));
    }
    void holds(lade::contents parts) override { to_->holds(parts); }

  private:
    /// Reads in blocks, so that an interruption need not wait for a large tensor.
    class payload final : public lade::any_payload {
      public:
        payload(lade::any_payload& inner, progress& shown) : inner_(&inner), shown_(&shown) {}
        std::uint64_t size() override { return inner_->size(); }
        std::optional<lade::bytes::view> view() override { return inner_->view(); }
        lade::result<void> read(std::uint64_t from, std::span<std::byte> to) override {
            if (interrupted != 0) return lade::fail(interrupted_id);
            auto const done = inner_->read(from, to);
            if (done) shown_->add(to.size());
            return done;
        }

      private:
        lade::any_payload* inner_;
        progress* shown_;
    };

    lade::any_sink* to_;
    progress* shown_;
};

}  // namespace tool
