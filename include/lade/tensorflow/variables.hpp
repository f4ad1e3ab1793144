// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/model/weights.hpp>
#include <lade/tensorflow/bundle_reader.hpp>
#include <lade/tensorflow/object_graph.hpp>
#include <lade/tensorflow/place.hpp>
#include <lade/tensorflow/v1_reader.hpp>

namespace lade::inline LADE_ABI::tensorflow {

namespace ids {
inline constexpr error_id no_value{"tensorflow.no_value", kind::mismatch,
                                   "there is no value for a variable of the graph",
                                   "`lade inspect` lists the names of the checkpoint"};
}  // namespace ids

/// The value of a variable: dense, little-endian; strings with an eight-byte length each.
struct variable_value {
    dtype type = dtype::float32;
    std::vector<std::uint64_t> shape;
    std::vector<std::byte> data;
};

/// Where the values of variables come from.
class variable_source {
  public:
    /// Errors: tensorflow.no_value, those of reading.
    virtual result<variable_value> value(std::string_view name) = 0;

  protected:
    ~variable_source() = default;
};

/// Tensors in memory, by name.
class weights_variables final : public variable_source {
  public:
    explicit weights_variables(weights const& from) : from_(&from) {}
    result<variable_value> value(std::string_view name) override {
        auto const found = from_->find(name);
        if (!found) return fail(ids::no_value).in(name);
        return variable_value{found->dtype(),
                              {found->shape().begin(), found->shape().end()},
                              {found->bytes().begin(), found->bytes().end()}};
    }

  private:
    weights const* from_;
};

/// A checkpoint of either version. In one of objects a variable is found by its key, or by the full
/// name that it had.
class checkpoint_variables final : public variable_source {
  public:
    /// `files` must outlive this object. Errors: those of find_checkpoint and of the readers.
    static result<checkpoint_variables> open(file_set& files, limits const& most = {}) {
        auto const place = find_checkpoint(files);
        if (!place) return place.error();
        checkpoint_variables made;
        if (place->is == checkpoint_place::version::v1) {
            auto const tables = v1_tables(files, *place);
            if (!tables) return tables.error();
            auto reader = v1_reader::open(*tables, {most, true});
            if (!reader) return reader.error();
            made.v1_.emplace(*std::move(reader));
            return made;
        }
        if (place->is == checkpoint_place::version::none) return fail(lade::ids::not_found);
        return open(files, place->prefix, most);
    }
    /// The V2 checkpoint of that prefix, relative to the folder of `files`.
    static result<checkpoint_variables> open(file_set& files, std::string_view prefix,
                                             limits const& most = {}) {
        checkpoint_variables made;
        auto reader = bundle_reader::open(files, prefix, {most, true});
        if (!reader) return reader.error();
        made.v2_.emplace(*std::move(reader));
        if (auto const done = made.read_objects(most); !done) return done.error();
        return made;
    }

    result<variable_value> value(std::string_view name) override {
        if (v1_) {
            auto const* const entry = v1_->find(name);
            return entry != nullptr ? read(*v1_, *entry) : fail(ids::no_value).in(name);
        }
        auto const* entry = v2_->find(name);
        for (std::size_t i = 0; entry == nullptr && i < full_names_.size(); ++i)
            if (full_names_[i].first == name) entry = v2_->find(full_names_[i].second);
        return entry != nullptr ? read(*v2_, *entry) : fail(ids::no_value).in(name);
    }

  private:
    checkpoint_variables() = default;

    template <class Reader, class Entry>
    static result<variable_value> read(Reader& from, Entry const& entry) {
        auto tensor = from.open_tensor(entry);
        if (!tensor) return tensor.error();
        variable_value made;
        made.type = tensor->dtype();
        made.shape.assign(entry.shape.begin(), entry.shape.end());
        made.data.resize(static_cast<std::size_t>(tensor->size()));
        if (auto const done = tensor->read(0, made.data); !done) return done.error();
        return made;
    }

    result<void> read_objects(limits const& most) {
        auto const* const entry = v2_->find(object_graph_key);
        if (entry == nullptr) return {};
        auto tensor = v2_->open_tensor(*entry);
        if (!tensor) return tensor.error();
        if (tensor->texts().size() != 1) return {};
        std::string_view const text = tensor->texts()[0];
        heap_arena memory{most.bookkeeping(text.size())};
        protobuf::document in{memory};
        auto const objects = object_graph::read(
            protobuf::read(in, proto::trackable_object_graph::table, bytes::of(text)));
        if (!objects) return objects.error();
        for (auto const& each : objects->tensors())
            if (!each.full_name.empty())
                full_names_.emplace_back(std::string(each.full_name), std::string(each.key));
        return {};
    }

    std::optional<bundle_reader> v2_;
    std::optional<v1_reader> v1_;
    std::vector<std::pair<std::string, std::string>> full_names_;
};

}  // namespace lade::inline LADE_ABI::tensorflow
