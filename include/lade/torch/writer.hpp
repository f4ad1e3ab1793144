// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/name_index.hpp>
#include <lade/container/zip/writer.hpp>
#include <lade/format/writer.hpp>
#include <lade/torch/lowering.hpp>

#include <algorithm>

namespace lade::inline LADE_ABI::torch {

/// Writes what torch.save writes (torch/serialization.py, _save;
/// caffe2/serialize/inline_container.cc): records in the same order, aligned to 64 bytes, so that
/// `torch.load(weights_only=True)` and `mmap=True` open it.
///
/// Of a plain state dict that the newest torch saved, all records come out byte for byte, but for
/// `.data/serialization_id`: half of it hashes the names in the order of a hash table of libstdc++.
class zip_writer {
  public:
    /// Errors: save.dtype, torch.cannot_compact, those of the outputs.
    static result<zip_writer> start(output_set& to, listing const& of,
                                    save_options const& options) {
        auto lowered = lowering::lower(of, options, pickler::container::zip);
        if (!lowered) return lowered.error();
        auto out = to.file();
        if (!out) return out.error();
        zip_writer made(*out, *std::move(lowered), root_of(to.where()), options);
        pickler pickled(made.lowered_.tree(), made.lowered_.keys(), pickler::container::zip);
        auto const text = pickled.pickle(made.lowered_.root());
        // a program that computes offsets (torch's calculate_storage_offsets) relies on storages in
        // the order of the pickle
        made.is_ordered_ =
            std::is_sorted(pickled.encountered().begin(), pickled.encountered().end()) &&
            pickled.encountered().size() == made.lowered_.sizes().size();
        if (auto const done = made.write_head(text); !done) return done.error();
        if (auto const done = made.begin_storages(); !done) return done.error();
        return made;
    }

    bool keeps_aliases() const { return !options_.compact; }
    bool wants(std::size_t tensor) const { return lowered_.has_bytes_of(tensor); }

    /// The bytes of the storages, one after another. Errors: save.wrong_byte_count, those of the
    /// output.
    result<void> push(bytes::view data) {
        while (!data.empty()) {
            if (number_ == lowered_.sizes().size())
                return fail(lade::ids::wrong_byte_count, error::nowhere, 0, data.size());
            auto const part =
                data.first(static_cast<std::size_t>(std::min<std::uint64_t>(left_, data.size())));
            if (auto const done = zip_.write(part); !done) return done;
            data = data.subspan(part.size());
            left_ -= part.size();
            if (left_ != 0) continue;
            if (auto const done = end(); !done) return done;
            ++number_;
            if (auto const done = begin_storages(); !done) return done;
        }
        return {};
    }

    /// Errors: save.wrong_byte_count, those of the output.
    result<void> finish() {
        if (number_ != lowered_.sizes().size())
            return fail(lade::ids::wrong_byte_count, error::nowhere, left_, 0);
        if (auto const done = add("version", "3\n"); !done) return done;
        if (options_.newest_records)
            if (auto const done = add(".data/serialization_id", serialization_id()); !done)
                return done;
        return zip_.finish();
    }

  private:
    zip_writer(any_output to, lowering lowered, std::string root, save_options const& options)
        : zip_(to, {64, true}),
          lowered_(std::move(lowered)),
          root_(std::move(root)),
          options_(options) {}

    /// The name of the file without its last suffix, as torch chooses it; "archive" where there is
    /// no such name.
    static std::string root_of(path const& at) {
        std::string_view name = at.name();
        if (auto const dot = name.rfind('.'); dot != name.npos && dot != 0)
            name = name.substr(0, dot);
        bool plain = !name.empty();
        for (char c : name) plain = plain && c >= ' ' && c < '\x7f' && c != '/' && c != '\\';
        return std::string(plain ? name : "archive") + '/';
    }

    result<void> write_head(std::vector<std::byte> const& pickle) {
        if (auto const done = add("data.pkl", bytes::text(pickle)); !done) return done;
        if (options_.newest_records && is_ordered_) {
            if (auto const done = add(".format_version", "1"); !done) return done;
            if (auto const done = add(".storage_alignment", "64"); !done) return done;
        }
        return add("byteorder", "little");
    }

    /// Begins the record of the next storage that has bytes; empty ones are whole at once.
    result<void> begin_storages() {
        auto const& sizes = lowered_.sizes();
        for (; number_ < sizes.size(); ++number_) {
            left_ = sizes[number_];
            if (auto const done = begin("data/" + lowered_.key(number_), left_); !done) return done;
            if (left_ != 0) return {};
            if (auto const done = end(); !done) return done;
        }
        return {};
    }

    result<void> add(std::string_view name, std::string_view data) {
        if (auto const done = begin(name, data.size()); !done) return done;
        if (auto const done = zip_.write(bytes::of(data)); !done) return done;
        return end();
    }
    result<void> begin(std::string_view name, std::uint64_t size) {
        names_hash_ = combined(names_hash_, hash_of(name));
        return zip_.begin(root_ + std::string(name), size);
    }
    result<void> end() {
        auto const done = zip_.end();
        contents_hash_ = combined(contents_hash_, zip_.last_crc());
        return done;
    }

    static std::uint64_t combined(std::uint64_t seed, std::uint64_t value) {
        return seed ^ (value + 0x9e3779b9 + (seed << 6) + (seed >> 2));
    }
    std::string serialization_id() const {
        std::string id;
        for (std::uint64_t const half : {names_hash_, contents_hash_}) {
            std::string const digits = std::to_string(half);
            id.append(20 - digits.size(), '0').append(digits);
        }
        return id;
    }

    lade::zip::writer zip_;
    lowering lowered_;
    std::string root_;
    save_options options_;
    bool is_ordered_ = false;
    std::size_t number_ = 0;  ///< of the storage that is being written
    std::uint64_t left_ = 0;  ///< bytes of it that are to come
    std::uint64_t names_hash_ = 0, contents_hash_ = 0;
};

/// Writes what torch.save writes with `_use_new_zipfile_serialization=False`: pickles one after
/// another (torch/legacy_file.hpp).
class legacy_writer {
  public:
    /// Errors: save.dtype, torch.cannot_compact, those of the outputs.
    static result<legacy_writer> start(output_set& to, listing const& of,
                                       save_options const& options) {
        auto lowered = lowering::lower(of, options, pickler::container::legacy);
        if (!lowered) return lowered.error();
        auto out = to.file();
        if (!out) return out.error();
        legacy_writer made(*out, of, *std::move(lowered), options);
        if (auto const done = made.write_head(); !done) return done.error();
        if (auto const done = made.begin_storages(); !done) return done.error();
        return made;
    }

    bool keeps_aliases() const { return !options_.compact; }
    bool wants(std::size_t tensor) const { return lowered_.has_bytes_of(tensor); }

    /// The bytes of the storages, one after another. Errors: save.wrong_byte_count, those of the
    /// output.
    result<void> push(bytes::view data) {
        while (!data.empty()) {
            if (number_ == lowered_.sizes().size())
                return fail(lade::ids::wrong_byte_count, error::nowhere, 0, data.size());
            auto const part =
                data.first(static_cast<std::size_t>(std::min<std::uint64_t>(left_, data.size())));
            if (auto const done = out_.write(part); !done) return done;
            data = data.subspan(part.size());
            left_ -= part.size();
            if (left_ != 0) continue;
            ++number_;
            if (auto const done = begin_storages(); !done) return done;
        }
        return {};
    }

    /// Errors: save.wrong_byte_count.
    result<void> finish() {
        if (number_ != lowered_.sizes().size())
            return fail(lade::ids::wrong_byte_count, error::nowhere, left_, 0);
        return {};
    }

  private:
    legacy_writer(any_output to, listing const&, lowering lowered, save_options const& options)
        : out_(to), lowered_(std::move(lowered)), options_(options) {}

    result<void> write_head() {
        lade::pickle::writer magic;
        constexpr std::string_view number("\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", 10);
        magic.big_integer(bytes::of(number));
        magic.put(lade::pickle::op::stop);
        if (auto const done = out_.write(magic.bytes()); !done) return done;
        lade::pickle::writer protocol;
        protocol.integer(1001);
        protocol.put(lade::pickle::op::stop);
        if (auto const done = out_.write(protocol.bytes()); !done) return done;

        values system;
        values::id const types = system.dict();
        system.add_entry(types, system.text("short"), system.integer(2));
        system.add_entry(types, system.text("int"), system.integer(4));
        system.add_entry(types, system.text("long"), system.integer(4));
        values::id const about = system.dict();
        system.add_entry(about, system.text("protocol_version"), system.integer(1001));
        system.add_entry(about, system.text("little_endian"), system.boolean(true));
        system.add_entry(about, system.text("type_sizes"), types);
        if (auto const done = write(system, about, {}); !done) return done;
        if (auto const done = write(lowered_.tree(), lowered_.root(), lowered_.keys()); !done)
            return done;

        values keys;
        values::id const list = keys.list();
        for (std::size_t i = 0; i < lowered_.sizes().size(); ++i)
            keys.append(list, keys.text(lowered_.key(i)));
        return write(keys, list, {});
    }

    result<void> write(values const& tree, values::id root, std::span<values::id const> keys) {
        return out_.write(
            bytes::view(pickler(tree, keys, pickler::container::legacy).pickle(root)));
    }

    /// Counts elements of the storage's class; empty storages are whole at once.
    result<void> begin_storages() {
        auto const& sizes = lowered_.sizes();
        for (; number_ < sizes.size(); ++number_) {
            left_ = sizes[number_];
            std::byte raw[8];
            bytes::store_le(raw, lowered_.elements(number_));
            if (auto const done = out_.write(bytes::view(raw)); !done) return done;
            if (left_ != 0) return {};
        }
        return {};
    }

    any_output out_;
    lowering lowered_;
    save_options options_;
    std::size_t number_ = 0;
    std::uint64_t left_ = 0;
};

}  // namespace lade::inline LADE_ABI::torch
