// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/checked.hpp>
#include <lade/bytes/utf8.hpp>
#include <lade/container/json/writer.hpp>
#include <lade/container/shard_index.hpp>
#include <lade/format/writer.hpp>
#include <lade/model/tensor_view.hpp>
#include <lade/safetensors/header.hpp>

namespace lade::inline LADE_ABI::safetensors {

namespace ids {
inline constexpr error_id header_full{"save.header_too_large", kind::mismatch,
                                      "the header would be larger than the format allows",
                                      "save in several files: {.shard_size = bytes}"};
}  // namespace ids

/// What a save can be told.
struct save_options {
    /// Data begin at multiples of this. 64 is what memory-mapped tensors want; 8 is what the
    /// official writer gives: with the order of `official_order` the files are byte-identical.
    std::uint64_t alignment = 64;
    /// Bytes of tensors that one file holds at most; 0: all. What is more goes to
    /// `model-00001-of-00002.safetensors` and so on, and to `model.safetensors.index.json`.
    std::uint64_t shard_size = 0;
};

/// What a save in several files can be told: the same, with the size at which model hubs split.
struct sharded_save_options {
    std::uint64_t alignment = 64;
    std::uint64_t shard_size = 5'000'000'000;

    constexpr operator save_options() const { return {alignment, shard_size}; }
};

/// Positions in the order of the official writer: the widest type first, then by name. For callers
/// who want its files byte for byte; everybody else keeps the order of the model.
inline std::vector<std::size_t> official_order(tensor_table const& of) {
    std::vector<std::size_t> order(of.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        auto const first = rank_of(of[a].type), second = rank_of(of[b].type);
        if (first != second) return first > second;
        return of[a].name != of[b].name ? of[a].name < of[b].name : a < b;
    });
    return order;
}

/// Writes one file, or several and their index. The same listing gives the same bytes.
class writer {
  public:
    /// Writes nothing before all of the listing was checked.
    /// Errors: save.dtype, save.bad_name (not UTF-8, or reserved), save.duplicate_name,
    /// save.wrong_byte_count (a shape that does not fit its bytes), tensor.no_bytes (absent),
    /// safetensors.sub_byte, save.header_too_large, save.no_folder, those of the output.
    static result<writer> start(output_set& to, listing const& of, save_options const& how) {
        writer made(to, of, how);
        if (auto const done = made.check(); !done) return done.error();
        made.plan();
        if (auto const done = made.check_headers(); !done) return done.error();
        if (auto const done = made.open(); !done) return done.error();
        return made;
    }

    /// Errors: save.wrong_byte_count, those of the output.
    result<void> push(bytes::view data) {
        while (!data.empty()) {
            if (auto const done = advance(); !done) return done;
            if (left_ == 0)
                return fail(lade::ids::wrong_byte_count, error::nowhere, pushed_,
                            pushed_ + data.size());
            auto const part =
                data.first(static_cast<std::size_t>(left_ < data.size() ? left_ : data.size()));
            if (auto const done = out_.front().write(part); !done) return done;
            left_ -= part.size();
            pushed_ += part.size();
            data = data.subspan(part.size());
        }
        return {};
    }

    /// Errors: save.wrong_byte_count, those of the output.
    result<void> finish() {
        if (auto const done = advance(); !done) return done;
        if (left_ != 0)
            return fail(lade::ids::wrong_byte_count, error::nowhere, pushed_ + left_, pushed_);
        return is_split() ? write_index() : result<void>();
    }

  private:
    struct shard {
        std::size_t first, last;  // rows of the listing
        std::uint64_t size = 0;
    };

    writer(output_set& to, listing const& of, save_options const& how)
        : to_(&to), of_(&of), how_(how) {}

    static result<void> check_text(std::string_view text) {
        if (!bytes::is_utf8(text)) return fail(lade::ids::bad_name).in(text);
        return {};
    }
    template <class Items, class Name>
    static result<void> check_distinct(Items const& items, Name&& name_of) {
        std::vector<std::string_view> names;
        names.reserve(items.size());
        for (auto const& one : items) names.push_back(name_of(one));
        std::sort(names.begin(), names.end());
        auto const twice = std::adjacent_find(names.begin(), names.end());
        if (twice != names.end()) return fail(lade::ids::name_twice).in(*twice);
        return {};
    }

    result<void> check() const {
        for (tensor_info const& one : of_->tensors)
            if (auto const done = check_tensor(one); !done) return done.in(one.name);
        for (metadata_entry const& one : of_->metadata)
            for (std::string_view const text : {one.key, one.value})
                if (auto const done = check_text(text); !done) return done;
        if (auto const done = check_distinct(of_->tensors, [](auto& one) { return one.name; });
            !done)
            return done;
        return check_distinct(of_->metadata, [](auto& one) { return std::string_view(one.key); });
    }
    static result<void> check_tensor(tensor_info const& one) {
        if (one.name == metadata_name) return fail(lade::ids::bad_name);
        if (auto const done = check_text(one.name); !done) return fail(lade::ids::bad_name);
        if (!storable_dtypes.has(one.type)) return fail(lade::ids::dtype_not_storable);
        if (one.type == dtype::float4_e2m1fn_x2 && one.shape.empty())
            return fail(lade::ids::dtype_not_storable);
        if (one.absent) return fail(lade::ids::no_bytes);
        std::uint64_t count = 1;
        for (std::uint64_t const axis : one.shape) {
            auto const next = bytes::product(count, axis);
            if (!next) return fail(ids::shape_overflow);
            count = *next;
        }
        unsigned const bits = bits_of(one.type);
        auto const size = bytes_of(one.type, count);
        if (!size || *size != one.nbytes)
            return fail(lade::ids::wrong_byte_count, error::nowhere, size ? *size : 0, one.nbytes);
        if (bits % 8 != 0 && count * bits % 8 != 0) return fail(ids::sub_byte);
        return {};
    }

    /// Cuts the listing into files, in its order: a file ends where the next tensor would exceed
    /// its size.
    void plan() {
        std::size_t const count = of_->tensors.size();
        shards_.push_back({0, 0, 0});
        for (std::size_t i = 0; i < count; ++i) {
            std::uint64_t const size = of_->tensors[i].nbytes;
            auto& last = shards_.back();
            bool const full = how_.shard_size != 0 && last.last != last.first &&
                              (last.size > how_.shard_size || size > how_.shard_size - last.size);
            if (full) shards_.push_back({i, i, 0});
            ++shards_.back().last;
            shards_.back().size += size;
            total_ += size;
        }
    }
    result<void> check_headers() {
        if (is_split() && !to_->has_folder()) return fail(output_set::no_folder);
        for (shard const& one : shards_)
            if (auto const size = header_of(one).size(); size > limits{}.header)
                return fail(ids::header_full, error::nowhere, limits{}.header, size);
        return {};
    }

    /// Whether there is an index: several files are needed, or its name was given.
    bool is_split() const {
        return shards_.size() > 1 || to_->where().name().ends_with(shards::index_suffix);
    }

    std::string header_of(shard const& part) const {
        std::string text;
        json::writer out(text);
        out.begin_object();
        if (!of_->metadata.empty()) {
            out.key(metadata_name).begin_object();
            for (metadata_entry const& one : of_->metadata) out.key(one.key).text(one.value);
            out.end_object();
        }
        std::uint64_t at = 0;
        for (std::size_t i = part.first; i < part.last; ++i) {
            tensor_info const& one = of_->tensors[i];
            out.key(one.name).begin_object();
            out.key("dtype").text(dtype_names[*rank_of(one.type)].spelled);
            out.key("shape").begin_array();
            for (std::size_t axis = 0; axis < one.shape.size(); ++axis) {
                bool const pairs =
                    one.type == dtype::float4_e2m1fn_x2 && axis + 1 == one.shape.size();
                out.number(pairs ? one.shape[axis] * 2 : one.shape[axis]);
            }
            out.end_array();
            out.key("data_offsets").begin_array().number(at).number(at + one.nbytes).end_array();
            out.end_object();
            at += one.nbytes;
        }
        out.end_object();
        std::uint64_t const alignment = how_.alignment == 0 ? 1 : how_.alignment;
        std::uint64_t const over = (text.size() + 8) % alignment;
        if (over != 0) text.append(static_cast<std::size_t>(alignment - over), ' ');
        return text;
    }

    /// Opens the file of the current shard and writes its header.
    result<void> open() {
        shard const& part = shards_[at_];
        auto const opened = is_split() ? to_->sibling(name_of(at_)) : to_->file();
        if (!opened) return opened.error();
        out_.clear();
        out_.push_back(*opened);
        std::string const header = header_of(part);
        std::byte size[8];
        bytes::store_le<std::uint64_t>(size, header.size());
        if (auto const done = out_.front().write(bytes::view(size)); !done) return done;
        if (auto const done = out_.front().write(std::string_view(header)); !done) return done;
        left_ = part.size;
        return {};
    }
    result<void> advance() {
        while (left_ == 0 && at_ + 1 < shards_.size()) {
            ++at_;
            if (auto const done = open(); !done) return done;
        }
        return {};
    }

    /// `model` of `model.safetensors` and of `model.safetensors.index.json`.
    std::string_view stem() const {
        std::string_view name = to_->where().name();
        if (name.ends_with(shards::index_suffix)) name.remove_suffix(shards::index_suffix.size());
        if (name.ends_with(suffix)) name.remove_suffix(suffix.size());
        return name;
    }
    std::string name_of(std::size_t part) const {
        auto const five = [](std::size_t number) {
            std::string const text = std::to_string(number);
            return text.size() < 5 ? std::string(5 - text.size(), '0') + text : text;
        };
        return std::string(stem())
            .append("-")
            .append(five(part + 1))
            .append("-of-")
            .append(five(shards_.size()))
            .append(suffix);
    }

    /// As huggingface_hub lays it out: by name, indented.
    result<void> write_index() {
        std::vector<std::pair<std::string_view, std::size_t>> all;
        all.reserve(of_->tensors.size());
        for (std::size_t part = 0; part < shards_.size(); ++part)
            for (std::size_t i = shards_[part].first; i < shards_[part].last; ++i)
                all.emplace_back(of_->tensors[i].name, part);
        std::sort(all.begin(), all.end());
        std::string text;
        json::writer out(text, json::python_indented);
        out.begin_object().key("metadata").begin_object();
        out.key("total_size").number(total_).end_object();
        out.key("weight_map").begin_object();
        for (auto const& [name, part] : all) out.key(name).text(name_of(part));
        out.end_object().end_object();
        text += '\n';
        auto opened = to_->sibling(std::string(stem()).append(suffix).append(shards::index_suffix));
        if (!opened) return opened.error();
        return opened->write(std::string_view(text));
    }

    static constexpr std::string_view suffix = ".safetensors";

    output_set* to_;
    listing const* of_;
    save_options how_;
    std::vector<shard> shards_;
    std::vector<any_output> out_;  // one, or none before the first file is open
    std::size_t at_ = 0;
    std::uint64_t left_ = 0;
    std::uint64_t pushed_ = 0;
    std::uint64_t total_ = 0;
};
static_assert(format_writer<writer>);

}  // namespace lade::inline LADE_ABI::safetensors
