// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/format/any_sink.hpp>
#include <lade/model/weights.hpp>
#include <lade/save.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace tool {

namespace ids {
inline constexpr lade::error_id not_in_like{
    "convert.not_in_like", lade::kind::mismatch, "the model of --like has no tensor of this name",
    "leave it out with --only, or give it the name that it has there with --rename"};
inline constexpr lade::error_id differs{"convert.differs", lade::kind::mismatch,
                                        "the tensor of this name has another type or shape in the "
                                        "model of --like"};
}  // namespace ids

/// A sink that passes on a model with the values of other tensors, by name. Type and shape must
/// agree. Notes of frameworks stay those of the model.
class overlaid final : public lade::any_sink {
  public:
    overlaid(lade::any_sink& to, lade::weights const& values)
        : to_(&to), values_(&values), used_(values.size()) {}

    lade::result<lade::flow> take(lade::tensor_info const& info,
                                  lade::any_payload& bytes) override {
        lade::tensor_info own = info;
        own.in = nullptr;
        auto const at = values_->table().find(info.name);
        if (at) used_[*at] = true;
        if (!at || info.bookkeeping) {
            kept_ += !info.bookkeeping;
            return to_->take(own, bytes);
        }
        auto const value = values_->at(*at);
        if (value.dtype() != info.type || !std::equal(value.shape().begin(), value.shape().end(),
                                                      info.shape.begin(), info.shape.end()))
            return lade::fail(ids::differs).in(info.name);
        own.nbytes = value.info().nbytes;  // strings may have other lengths
        lade::memory_payload replaced(value.bytes());
        return to_->take(own, replaced);
    }
    lade::result<void> metadata(std::string_view key, std::string_view value) override {
        return to_->metadata(key, value);
    }
    lade::result<void> part(lade::content of, std::string_view name,
                            lade::bytes::view data) override {
        return to_->part(of, name, data);
    }
    lade::result<void> graph(lade::graph_summary const& of) override { return to_->graph(of); }
    bool wants_files() const override { return to_->wants_files(); }
    void holds(lade::contents parts) override { to_->holds(parts); }

    std::size_t kept() const { return kept_; }
    std::size_t replaced() const {
        return static_cast<std::size_t>(std::count(used_.begin(), used_.end(), true));
    }
    /// Every value had its tensor. Errors: convert.not_in_like.
    lade::result<void> complete() const {
        for (std::size_t i = 0; i < used_.size(); ++i)
            if (!used_[i] && !values_->at(i).info().bookkeeping)
                return lade::fail(ids::not_in_like).in(values_->at(i).name());
        return {};
    }

  private:
    lade::any_sink* to_;
    lade::weights const* values_;
    std::vector<bool> used_;
    std::size_t kept_ = 0;
};

}  // namespace tool
