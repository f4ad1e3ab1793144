// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/format/any_sink.hpp>
#include <lade/torch/objects.hpp>
#include <lade/torch/opened_file.hpp>
#include <lade/torch/string_arrays.hpp>
#include <lade/torch/walk.hpp>

namespace lade::inline LADE_ABI::torch {

/// Hands a PyTorch file to a sink: storages, objects, then tensors by name.
class emitter {
  public:
    /// `tensors` as the walker found them. Errors: those of the sink and of what it reads.
    static result<flow> emit(opened_file& from, std::span<named_tensor const> tensors,
                             any_sink& to) {
        emitter one(from, tensors, to);
        if (auto const done = one.number_storages(); !done) return done.error();
        to.holds(tensors.empty() ? contents(content::objects)
                                 : content::weights | content::objects);
        if (auto const done = one.give_storages(); !done) return done.error();
        if (to.wants_objects())
            if (auto const done = one.give_objects(); !done) return done.error();
        to.expect(tensors.size());
        return one.give_tensors();
    }

  private:
    emitter(opened_file& from, std::span<named_tensor const> tensors, any_sink& to)
        : from_(&from), tensors_(tensors), to_(&to), bytes_(from.bytes()) {}

    /// Arrays of NumPy have no storage that could be shared, and absent storages have no bytes:
    /// they get no number.
    result<void> number_storages() {
        storage_table const& storages = from_->storages();
        numbers_.assign(storages.size(), name_index::none);
        for (std::uint32_t i = 0; i < storages.size(); ++i) {
            if (storages[i].is_array || storages[i].absent) continue;
            numbers_[i] = static_cast<std::uint32_t>(sizes_.size());
            sizes_.push_back(storages[i].size);
        }
        return to_->storages(sizes_);
    }

    result<void> give_storages() {
        if (!to_->wants_storages()) return {};
        for (std::uint32_t i = 0; i < numbers_.size(); ++i) {
            if (numbers_[i] == name_index::none) continue;
            storage_payload one(bytes_, i);
            if (auto const done = to_->storage(numbers_[i], one); !done)
                return done.error().in(from_->storages()[i].key);
        }
        return {};
    }

    result<void> give_objects() {
        std::vector<std::uint32_t> tensor_numbers(from_->nodes().size(), name_index::none);
        for (std::uint32_t i = 0; i < tensors_.size(); ++i)
            if (tensors_[i].node != lade::pickle::nothing &&
                tensor_numbers[tensors_[i].node] == name_index::none)
                tensor_numbers[tensors_[i].node] = i;
        return to_->objects(
            object_builder::build(from_->decoder(), from_->storages(), tensor_numbers, numbers_));
    }

    result<flow> give_tensors() {
        for (auto const& one : tensors_) {
            auto const answer = give(one);
            if (!answer) return answer.error().in(one.name);
            if (*answer == flow::enough) return answer;
        }
        return flow::more;
    }

    result<flow> give(named_tensor const& one) {
        tensor_info info;
        info.name = one.name;
        info.type = one.tensor.type;
        info.shape = one.tensor.shape;
        if (one.tensor.is == tensor_record::shape_of::absent) {
            info.absent = true;
            info.nbytes = bytes_of(info.type, one.tensor.elements()).value_or(0);
            no_payload nothing;
            return to_->tensor(info, nothing);
        }
        storage const& in = bytes_.about(one.tensor.storage);
        if (in.item != array_item::number) {
            if (auto const done = bytes_.charge(in.size); !done) return done.error();
            string_payload strings(in, one.tensor);
            info.nbytes = strings.characters();
            return to_->take(info, strings);
        }
        if (bits_of(info.type) == 0) {  // structured: told, not decoded
            info.nbytes = in.size;
            no_payload nothing;
            return to_->tensor(info, nothing);
        }
        tensor_payload elements(bytes_, one.tensor);
        info.nbytes = elements.size();
        alias place;
        if (std::uint32_t const number = numbers_[one.tensor.storage];
            number != name_index::none && !one.tensor.conjugate && !one.tensor.negative) {
            place = {number, in.size, one.tensor.offset, one.tensor.strides};
            info.in = &place;
        }
        return to_->take(info, elements);
    }

    opened_file* from_;
    std::span<named_tensor const> tensors_;
    any_sink* to_;
    storage_bytes_reader bytes_;
    std::vector<std::uint32_t> numbers_;  ///< of the table's storages in the listing
    std::vector<std::uint64_t> sizes_;
};

}  // namespace lade::inline LADE_ABI::torch
