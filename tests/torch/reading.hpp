// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/memory.hpp>
#include <lade/format/opened.hpp>
#include <lade/torch/reader.hpp>

#include <doctest/doctest.h>

#include <support/bytes.hpp>
#include <support/pickles.hpp>
#include <support/sources.hpp>

/// Reads PyTorch files in memory into what tests compare.
namespace torch_test {

using namespace lade;
using namespace support;
using namespace support::pickles;

/// Keeps everything, as text where it can be.
class keeper final : public any_sink {
  public:
    struct kept {
        std::string name, type;  ///< "float32[2,3]"
        blob elements;
        bool absent = false, viewed = false;
        std::optional<std::uint64_t> storage;
        std::uint64_t nbytes = 0;
    };
    std::vector<kept> tensors;
    std::vector<std::uint64_t> sizes;
    std::vector<std::string> parts;
    values tree;
    contents has;
    std::string failed;  ///< id of the first tensor that could not be read

    result<flow> take(tensor_info const& info, any_payload& bytes) override {
        kept one;
        one.name = info.name;
        one.type = name_of(info.type);
        one.type += '[';
        for (std::size_t i = 0; i < info.shape.size(); ++i)
            one.type += (i == 0 ? "" : ",") + std::to_string(info.shape[i]);
        one.type += ']';
        one.absent = info.absent;
        one.nbytes = info.nbytes;
        one.viewed = bytes.view().has_value();
        if (info.in != nullptr) one.storage = info.in->storage;
        if (!info.absent) {
            auto done = bytes.granted();
            if (done) {
                one.elements.resize(static_cast<std::size_t>(bytes.size()));
                done = bytes.read(0, one.elements);
            }
            if (!done && failed.empty()) failed = id_of(done);
        }
        tensors.push_back(std::move(one));
        return flow::more;
    }
    result<void> storages(std::span<std::uint64_t const> all) override {
        sizes.assign(all.begin(), all.end());
        return {};
    }
    result<void> part(content, std::string_view name, bytes::view) override {
        parts.emplace_back(name);
        return {};
    }
    bool wants_objects() const override { return true; }
    result<void> objects(values&& all) override {
        tree = std::move(all);
        return {};
    }
    void holds(contents all) override { has = all; }

    /// "a:float32[4] b:int64[]"
    std::string listing() const {
        std::string all;
        for (auto const& one : tensors)
            all += (all.empty() ? "" : " ") + one.name + ":" + one.type + (one.absent ? "?" : "");
        return all;
    }
    /// Names alone.
    std::string names() const {
        std::string all;
        for (auto const& one : tensors) all += (all.empty() ? "" : " ") + one.name;
        return all;
    }
    kept const& operator[](std::string_view name) const {
        for (auto const& one : tensors)
            if (one.name == name) return one;
        FAIL_CHECK("no tensor ", std::string(name), " among: ", names());
        static kept const none;
        return none;
    }
};

enum class how : std::uint8_t { zip, legacy, tar, script, pickle };

/// Reads from memory with views and without; both must tell the same. The error is in `trouble`.
struct torch_file {
    keeper kept;
    std::string trouble, place;

    torch_file(how container, bytes::view data, lade::torch::read_options const& options = {}) {
        lade::memory const fast(data);
        unviewable const slow(data);
        trouble = run(container, any_source(fast), kept, options);
        keeper other;
        CHECK(run(container, any_source(slow), other, options) == trouble);
        CHECK(other.listing() == kept.listing());
        for (std::size_t i = 0; i < other.tensors.size() && i < kept.tensors.size(); ++i)
            CHECK(other.tensors[i].elements == kept.tensors[i].elements);
    }
    /// "!id" or the listing.
    std::string told() const { return trouble.empty() ? kept.listing() : "!" + trouble; }

  private:
    std::string run(how container, any_source from, keeper& to,
                    lade::torch::read_options const& options) {
        auto const file = opened::over(from);
        if (!file) return id_of(file);
        result<flow> outcome = flow::more;
        switch (container) {
            case how::zip:
            case how::script:
                if ((*file)->broken() != nullptr) return std::string((*file)->broken()->id->name);
                if ((*file)->archive() == nullptr) return "no archive";
                outcome = container == how::zip
                              ? lade::torch::read_zip(*(*file)->archive(), to, options)
                              : lade::torch::read_script(*(*file)->archive(), to, options);
                break;
            case how::legacy: outcome = lade::torch::read_legacy(from, to, options); break;
            case how::tar: outcome = lade::torch::read_tar(from, to, options); break;
            case how::pickle: outcome = lade::torch::read_pickle(from, to, options); break;
        }
        if (!outcome) place = outcome.error().where.text();
        if (outcome && !to.failed.empty()) return to.failed;
        return id_of(outcome);
    }
};

inline blob floats(std::initializer_list<float> all) { return raw<float>(all); }

/// What an archive of one value lists, its storages "0", "1" ... given.
inline std::string listed(std::string const& value,
                          std::vector<std::pair<std::string, blob>> const& storages = {
                              {"0", raw<float>({1, 2, 3, 4})}}) {
    return torch_file(how::zip, archive(value, storages)).told();
}

}  // namespace torch_test
