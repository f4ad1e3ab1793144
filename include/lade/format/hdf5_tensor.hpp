// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/hdf5/walk.hpp>
#include <lade/format/any_sink.hpp>

#include <optional>
#include <vector>

/// Datasets of HDF5 files as tensors, for all formats that lie in such files.
namespace lade::inline LADE_ABI::hdf5 {

/// What all tensors of a file may together ask for when they are read, a few times what one may
/// have in memory: a small file may name one dataset many times, or declare elements that were
/// never written.
class reading_budget {
  public:
    reading_budget(limits const& granted, std::uint64_t file_size)
        : left_(bytes::product(granted.decoded(file_size), 4).value_or(~std::uint64_t{0})) {}

    /// Errors: limit.exceeded.
    result<void> spend(std::uint64_t bytes) {
        if (bytes > left_) return fail(::lade::ids::limit, error::nowhere, left_, bytes);
        left_ -= bytes;
        return {};
    }

  private:
    std::uint64_t left_;
};

/// The elements of a dataset. Strings are packed as 8-byte lengths and bytes. What cannot be read
/// says so when it is read, not before.
class dataset_payload final : public any_payload {
  public:
    /// Both must outlive the payload.
    dataset_payload(dataset& of, reading_budget& work) : of_(&of), work_(&work) {}

    /// Reads all strings; their bytes are then what the payload gives.
    void pack_strings() {
        packed_.emplace();
        // each has at least one byte in the file, so that 8 more are no great multiple
        result<void> done = granted();
        if (done)
            done = of_->for_each_text([this](std::string_view text) -> result<void> {
                if (auto const fits = work_->spend(text.size()); !fits) return fits;
                std::byte length[8];
                bytes::store_le<std::uint64_t>(length, text.size());
                packed_->insert(packed_->end(), length, length + 8);
                auto const characters = bytes::of(text);
                packed_->insert(packed_->end(), characters.begin(), characters.end());
                characters_ += text.size();
                return {};
            });
        if (done) return;
        failure_ = done.error();
        packed_->clear();
        characters_ = 0;
    }
    /// Of all strings, without their lengths.
    std::uint64_t characters() const { return characters_; }

    std::uint64_t size() override {
        if (!packed_) return of_->nbytes();
        return failure_ ? 1 : packed_->size();  // so that readers come, and are told
    }
    std::optional<bytes::view> view() override {
        if (failure_) return std::nullopt;
        return packed_ ? bytes::view(*packed_) : of_->view();
    }
    /// Errors: those of `dataset::read`, of texts, limit.exceeded.
    result<void> read(std::uint64_t from, std::span<std::byte> to) override {
        if (!packed_ && !asked_) {
            asked_ = true;
            if (auto const done = work_->spend(of_->nbytes()); !done) failure_ = done.error();
        }
        if (failure_) return *failure_;
        if (!packed_) return of_->read(from, to);
        if (!bytes::inside(from, to.size(), packed_->size()))
            return fail(ids::outside_dataset, error::nowhere, packed_->size(), from);
        if (!to.empty()) std::memcpy(to.data(), packed_->data() + from, to.size());
        return {};
    }
    result<void> granted() override {
        if (failure_) return *failure_;
        return of_->affordable();
    }

  private:
    dataset* of_;
    reading_budget* work_;
    std::optional<std::vector<std::byte>> packed_;
    std::uint64_t characters_ = 0;
    bool asked_ = false;
    std::optional<error> failure_;
};

/// Keras 3 stores bfloat16 as two bytes without a type and says so in an attribute.
inline bool is_marked_bfloat16(dataset const& of) {
    if (of.type().root.size != 2) return false;
    auto const mark = of.find_attribute("dtype");
    if (!mark) return false;
    auto const text = mark->text();
    return text && *text == "bfloat16";
}

/// Hands a dataset to the sink. `two_bytes_are_bfloat16`: where it is known from elsewhere. Errors:
/// those of the sink; what cannot be read is its payload's error.
inline result<flow> give_dataset(dataset& of, std::string_view name, any_sink& to,
                                 reading_budget& work, bool two_bytes_are_bfloat16 = false) {
    dataset_payload payload(of, work);
    tensor_info info;
    info.name = name;
    info.shape = of.shape();
    info.type = of.dtype();
    info.nbytes = listed_bytes(of);
    if (info.type == dtype::string) {
        payload.pack_strings();
        info.nbytes = payload.characters();
    } else if (is_marked_bfloat16(of) ||
               (two_bytes_are_bfloat16 && info.type == dtype::opaque && of.type().root.size == 2)) {
        info.type = dtype::bfloat16;
    }
    return to.tensor(info, payload);
}

/// Hands over all datasets below the root in the order of `walk`. What cannot be opened at all is
/// passed over; the first error of that kind is returned when all others were handed over.
/// Errors: those of `walk` and of the sink.
inline result<flow> give_all(file const& of, any_sink& to, reading_budget& work) {
    auto const root = of.root();
    if (!root) return root.error();
    std::optional<error> broken;
    bool enough = false;
    auto const done =
        walk(of, *root, [&](std::string_view path, result<dataset>& found) -> result<void> {
            if (enough) return {};
            if (!found) {
                if (!broken) broken = found.error().in(path);
                return {};
            }
            auto const answer = give_dataset(*found, path, to, work);
            if (!answer) return answer.error();
            enough = *answer == flow::enough;
            return {};
        });
    if (!done) return done.error();
    if (enough) return flow::enough;
    if (broken) return *broken;
    return flow::more;
}

/// Whether the signature stands where a superblock may begin: at 0, 512, 1024, 2048 ...
inline bool has_signature(any_source from) {
    auto const found = find_superblock(from);
    return found && found->has_value();
}

}  // namespace lade::inline LADE_ABI::hdf5
