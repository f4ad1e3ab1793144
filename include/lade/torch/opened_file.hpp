// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/heap_arena.hpp>
#include <lade/torch/legacy_file.hpp>
#include <lade/torch/payload.hpp>
#include <lade/torch/records.hpp>
#include <lade/torch/tar_file.hpp>

#include <optional>

/// A PyTorch file, opened: its pickle evaluated, its storages located. The four containers differ
/// only here.
namespace lade::inline LADE_ABI::torch {

class opened_file final : public storage_locator {
  public:
    /// Memory is bounded by the limits for a file of this size, and grows with the pickle, not with
    /// the storages.
    opened_file(any_source from, lade::zip::read_options options, limits const& bounds = {})
        : memory_(bounds.bookkeeping(from.size())),
          from_(from),
          options_(options),
          bounds_(bounds),
          storages_(memory_),
          keyed_(memory_) {}
    opened_file(opened_file const&) = delete;
    opened_file& operator=(opened_file const&) = delete;

    /// torch.save since 1.6, TorchScript. `name`: of the pickle's record. Errors: torch.*, zip.*,
    /// pickle.*.
    result<void> open_zip(lade::zip::archive const& archive, std::string_view name = "data.pkl") {
        archive_ = &archive;
        records_.emplace(archive);
        lade::zip::entry const* const entry = records_->find(name);
        if (entry == nullptr) return fail(ids::no_pickle).in(name);
        if (auto const done = read_versions(); !done) return done;
        auto const text = lade::zip::contents(archive, *entry, memory_, bounds_, options_);
        if (!text) return text.error();
        auto evaluated = lade::pickle::machine::run(*text, memory_);
        if (!evaluated) return evaluated.error().in(entry->name);
        nodes_.emplace(std::move(evaluated->nodes));
        return decode().in(entry->name);
    }

    /// Pickles one after another. Errors: torch.*, pickle.*, bytes.truncated.
    result<void> open_legacy() {
        auto pickles = read_legacy_pickles(from_, memory_);
        if (!pickles) return pickles.error();
        nodes_.emplace(pickles->object);
        if (auto const done = decode(); !done) return done;
        if (auto const done = locate_legacy_storages(from_, *pickles, storages_, {}, memory_);
            !done)
            return done;
        return settle_parts(storages_);
    }

    /// Errors: torch.*, tar.*, pickle.*.
    result<void> open_tar() {
        auto contents = tar_reader::read(from_, storages_, memory_);
        if (!contents) return contents.error();
        tar_tensors_.emplace(contents->tensors);
        for (std::uint32_t i = 0; i < tar_tensors_->size(); ++i)
            if (keyed_.add((*tar_tensors_)[i].key, i, tar_key()) == name_index::added::no_memory)
                return memory_.exhausted();
        nodes_.emplace(std::move(contents->object));
        return decode();
    }

    /// A pickle that is the whole file. Errors: torch.*, pickle.*.
    result<void> open_pickle() {
        bytes::view text;
        if (auto const all = from_.view(0, from_.size())) {
            text = *all;
        } else {
            auto* const room = memory_.take_array<std::byte>(from_.size());
            if (room == nullptr) return memory_.exhausted();
            std::span<std::byte> const to(room, static_cast<std::size_t>(from_.size()));
            if (auto const done = from_.read(0, to); !done) return done;
            text = to;
        }
        auto evaluated = lade::pickle::machine::run(text, memory_);
        if (!evaluated) return evaluated.error();
        nodes_.emplace(std::move(evaluated->nodes));
        if (auto const done = decode(); !done) return done;
        return settle_parts(storages_);
    }

    arena& memory() { return memory_; }
    limits const& bounds() const { return bounds_; }
    lade::pickle::document const& nodes() const { return *nodes_; }
    lade::torch::decoder& decoder() { return *decoder_; }
    storage_table const& storages() const { return storages_; }
    /// Precondition: opened from a zip archive.
    lade::torch::records const& records() const { return *records_; }
    storage_bytes_reader bytes() const { return {from_, archive_, storages_, options_}; }

    // storage_locator

    result<void> locate(storage& one) override {
        if (archive_ == nullptr) return {};  // found when all are known
        one.entry = records_->find(storage_folder_, one.key);
        if (one.entry == nullptr) {
            if (one.size != 0 && one.location != "meta") return fail(ids::missing_storage);
            one.absent = one.size != 0;
            return {};
        }
        if (one.entry->plain_size != one.size) {
            if (one.entry->plain_size != 0 || one.location != "meta")
                return fail(ids::storage_size, one.entry->local_offset, one.size,
                            one.entry->plain_size);
            one.absent = true;
        }
        one.is_big_endian = is_big_endian_;
        return {};
    }

    result<std::uint32_t> nested(bytes::view file) override {
        if (++depth_ > 32) return fail(ids::nested_too_deep);
        lade::memory in(file);
        auto pickles = read_legacy_pickles(any_source(in), memory_);
        if (!pickles) return pickles.error();
        // keys of a file in a file are its own: they get a prefix
        std::string const prefix = std::to_string(++nested_files_) + '/';
        auto described = describe_storage(pickles->object.root().persistent_id(), memory_);
        if (!described) return described.error();
        auto const key = nested_key(prefix, described->described.key, memory_);
        if (!key) return key.error();
        described->described.key = *key;
        auto const number = storages_.add(described->described);
        if (!number) return number.error();
        if (auto const done =
                locate_legacy_storages(any_source(in), *pickles, storages_, prefix, memory_);
            !done)
            return done.error();
        storage& made = storages_[*number];
        made.type = lade::pickle::nothing;  // its class is a node of another pickle
        if (made.is_in_file()) {
            made.memory = file.subspan(static_cast<std::size_t>(made.offset),
                                       static_cast<std::size_t>(made.size));
            made.offset = ~std::uint64_t{0};
        }
        --depth_;
        return *number;
    }

    tensor_record const* keyed(std::string_view key) const override {
        if (!tar_tensors_) return nullptr;
        auto const at = keyed_.find(key, tar_key());
        return at == name_index::none ? nullptr : &(*tar_tensors_)[at].record;
    }

    /// The folder that storages are records of; TorchScript's constants have another.
    void set_storage_folder(std::string_view folder) { storage_folder_ = folder; }

  private:
    struct key_at {
        opened_file const* of;
        std::string_view operator()(std::uint32_t position) const {
            return (*of->tar_tensors_)[position].key;
        }
    };
    key_at tar_key() const { return {this}; }

    result<void> decode() {
        auto made = lade::torch::decoder::of(*nodes_, storages_, *this, memory_);
        if (!made) return made.error();
        decoder_.emplace(*std::move(made));
        return {};
    }

    /// Records that are a word: "3\n", "little".
    result<std::string_view> word(std::string_view name) {
        lade::zip::entry const* const entry = records_->find(name);
        if (entry == nullptr || entry->plain_size > 64) return std::string_view{};
        auto const data = lade::zip::contents(*archive_, *entry, memory_, bounds_, options_);
        if (!data) return data.error();
        std::string_view text = bytes::text(*data);
        while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' '))
            text.remove_suffix(1);
        return text;
    }

    /// Archives without a version are read all the same: programs that pack archives again forget
    /// it, and nothing depends on it.
    result<void> read_versions() {
        constexpr std::int64_t newest =
            10;  // caffe2/serialize/versions.h, kMaxSupportedFileFormatVersion
        for (std::string_view const name :
             {std::string_view(".data/version"), std::string_view("version")}) {
            auto const text = word(name);
            if (!text) return text.error();
            auto const version = lade::pickle::decimal(*text);
            if (version && *version > newest)
                return fail(ids::bad_version, error::nowhere, newest,
                            static_cast<std::uint64_t>(*version))
                    .in(name);
        }
        auto const order = word("byteorder");
        if (!order) return order.error();
        if (*order == "big") is_big_endian_ = true;
        else if (!order->empty() && *order != "little")
            return fail(ids::bad_byteorder).in("byteorder");
        return {};
    }

    heap_arena memory_;
    any_source from_;
    lade::zip::read_options options_;
    limits bounds_;
    lade::zip::archive const* archive_ = nullptr;
    std::optional<lade::torch::records> records_;
    std::string_view storage_folder_ = "data/";
    bool is_big_endian_ = false;
    int depth_ = 0;
    int nested_files_ = 0;
    storage_table storages_;
    std::optional<lade::pickle::document> nodes_;
    std::optional<arena_list<tar_tensor>> tar_tensors_;
    name_index keyed_;
    std::optional<lade::torch::decoder> decoder_;
};

}  // namespace lade::inline LADE_ABI::torch
