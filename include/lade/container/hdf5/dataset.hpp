// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/hdf5/attribute.hpp>
#include <lade/container/hdf5/chunk_reader.hpp>
#include <lade/container/hdf5/fill_value.hpp>

namespace lade::inline LADE_ABI::hdf5 {

namespace ids {
inline constexpr error_id not_a_dataset{"hdf5.not_a_dataset", kind::mismatch,
                                        "the object is no dataset"};
inline constexpr error_id external_data{
    "hdf5.external_data", kind::unsafe,
    "the elements of the dataset lie in another file, which is not followed",
    "copy the dataset with h5repack where the other file is"};
inline constexpr error_id bad_fill_value{"hdf5.bad_fill_value", kind::corrupt,
                                         "the fill value has another size than the elements"};
inline constexpr error_id outside_dataset{
    "hdf5.outside_dataset", kind::mismatch,
    "the part that was asked for does not lie in the dataset"};
}  // namespace ids

inline bool is_dataset(object_header const& of) {
    return of.find(message_type::layout) != nullptr && of.find(message_type::datatype) != nullptr;
}

/// A dataset of an open file, which must outlive it. Opening it reads no element and no index.
///
/// Elements are read dense: row-major, little-endian, booleans one byte, small precisions extended,
/// floats of unusual fields as the next IEEE type. Elements that have no such form (compounds,
/// references, strings and sequences of variable length) are read as stored.
class dataset {
  public:
    /// A dataset whose elements cannot be had is opened all the same; `readable` tells why.
    /// Errors: hdf5.not_a_dataset, those of dataspaces and datatypes.
    static result<dataset> open(file_state& state, std::shared_ptr<object_header const> header) {
        if (!is_dataset(*header)) return fail(ids::not_a_dataset, state.in.place(header->address));
        dataset made(state, std::move(header));
        if (auto const done = made.read_shape(); !done) return done.error();
        if (auto const done = made.read_storage(); !done) made.unreadable_ = done.error();
        return made;
    }

    lade::dtype dtype() const { return element_.type; }
    datatype const& type() const { return type_; }
    dataspace const& space() const { return space_; }
    hdf5::layout const& layout() const { return layout_; }
    filter_pipeline const& filters() const { return filters_; }
    object_header const& header() const { return *header_; }

    /// Sizes, those of array types appended. A null space has one axis of 0 elements.
    std::span<std::uint64_t const> shape() const { return shape_; }
    /// Bytes of all elements, dense.
    std::uint64_t nbytes() const { return scalars() * element_.dense; }
    /// Elements, those of array types counted one by one.
    std::uint64_t scalars() const { return elements_ * element_.parts; }
    /// Bytes of one scalar, dense.
    std::uint32_t scalar_size() const { return element_.dense; }

    /// Why the elements cannot be read, as far as that is known without reading them.
    /// Errors: hdf5.unsupported_filter, hdf5.virtual_dataset, hdf5.external_data, hdf5.bad_layout
    /// ...
    result<void> readable() const {
        if (unreadable_) return *unreadable_;
        return {};
    }

    /// Bytes that the file holds of the elements. Reads the index of chunks. Errors: those of the
    /// index.
    result<std::uint64_t> stored_bytes() {
        if (unreadable_) return *unreadable_;
        if (layout_.is == layout_class::compact) return layout_.data.size();
        if (layout_.is == layout_class::contiguous)
            return layout_.address == no_address ? 0 : elements_ * type_.root.size;
        return chunks_->stored_bytes(state_->in);
    }
    /// Whether the limits grant the memory for all elements: what a caller asks before it allocates
    /// `nbytes`. Errors: limit.exceeded (expected: bytes granted, found: bytes needed), those of
    /// `stored_bytes`.
    result<void> affordable() {
        auto const stored = stored_bytes();
        if (!stored) return stored.error();
        // several entries may share the bytes of a chunk
        std::uint64_t const granted =
            state_->in.limits().decoded((std::min)(*stored, state_->in.size()));
        if (nbytes() > granted) return fail(::lade::ids::limit, error::nowhere, granted, nbytes());
        return {};
    }

    /// All elements where they lie; none if they are in chunks, filtered, not dense little-endian,
    /// or the source has no views.
    std::optional<bytes::view> view() const {
        if (unreadable_ || element_.how != conversion::none) return std::nullopt;
        if (layout_.is == layout_class::compact)
            return layout_.data.first(static_cast<std::size_t>(nbytes()));
        if (layout_.is != layout_class::contiguous || layout_.address == no_address)
            return std::nullopt;
        return state_->in.view(layout_.address, nbytes());
    }

    /// Bytes [from, from + to.size()) of the dense form. Reading on from where the last read ended
    /// decodes no chunk twice, as long as a row of chunks fits chunk_reader::most_kept. Errors:
    /// hdf5.outside_dataset, those of `readable`, of the index, of filters; limit.exceeded; io.
    result<void> read(std::uint64_t from, std::span<std::byte> to) {
        if (unreadable_) return *unreadable_;
        if (!bytes::inside(from, to.size(), nbytes()))
            return fail(ids::outside_dataset, error::nowhere, nbytes(), from);
        if (to.empty()) return {};
        std::uint64_t const size = element_.dense;
        std::uint64_t const skip = from % size;
        if (skip == 0 && to.size() % size == 0)
            return read_scalars(from / size, to.size() / size, to);
        // parts of scalars at both ends
        std::uint64_t first = from / size;
        std::vector<std::byte> one(static_cast<std::size_t>(size));
        if (skip != 0) {
            if (auto const done = read_scalars(first++, 1, one); !done) return done;
            std::size_t const head = (std::min)(to.size(), static_cast<std::size_t>(size - skip));
            std::memcpy(to.data(), one.data() + skip, head);
            to = to.subspan(head);
        }
        std::size_t const whole = to.size() / static_cast<std::size_t>(size);
        std::size_t const middle = whole * static_cast<std::size_t>(size);
        if (whole > 0)
            if (auto const done = read_scalars(first, whole, to.first(middle)); !done) return done;
        to = to.subspan(middle);
        if (to.empty()) return {};
        if (auto const done = read_scalars(first + whole, 1, one); !done) return done;
        std::memcpy(to.data(), one.data(), to.size());
        return {};
    }

    /// All elements, dense. Where they are in filtered chunks, these are decoded by the threads of
    /// `run`; where the source has no views, about `ahead` bytes of chunks are read at a time,
    /// then decoded. Precondition: to.size() == nbytes(). Errors: as `read`.
    template <executor Executor>
    result<void> read_all(std::span<std::byte> to, Executor&& run,
                          std::uint64_t ahead = std::uint64_t{1} << 24) {
        if (unreadable_ || to.size() != nbytes() || to.empty() ||
            element_.stored != element_.dense || layout_.is != layout_class::chunked ||
            !chunks_->can_share(state_->in))
            return to.size() > nbytes()
                       ? fail(ids::outside_dataset, error::nowhere, nbytes(), to.size())
                       : read(0, to);
        if (auto const done = chunks_->read_all(state_->in, to, run, ahead); !done) return done;
        if (element_.how == conversion::none) return {};
        std::uint64_t const jobs = std::min<std::uint64_t>(64, scalars());
        run(static_cast<std::size_t>(jobs), [&](std::size_t job) {
            std::uint64_t const first =
                scalars() / jobs * job + std::min<std::uint64_t>(job, scalars() % jobs);
            std::uint64_t const count = scalars() / jobs + (job < scalars() % jobs ? 1 : 0);
            auto const part = to.subspan(static_cast<std::size_t>(first * element_.dense),
                                         static_cast<std::size_t>(count * element_.dense));
            convert(type_, element_, part, part);
        });
        return {};
    }

    /// A box of the dataspace: count[i] elements from start[i] on along axis i, dense and
    /// row-major. Errors: hdf5.outside_dataset (also where `to` has not the size of the box), those
    /// of `read`.
    result<void> read_slab(std::span<std::uint64_t const> start,
                           std::span<std::uint64_t const> count, std::span<std::byte> to) {
        if (unreadable_) return *unreadable_;
        if (start.size() != space_.rank || count.size() != space_.rank ||
            space_.kind == space_kind::null)
            return fail(ids::outside_dataset, error::nowhere, space_.rank, start.size());
        axes first{};
        axes box{};
        std::uint64_t all = element_.parts;
        for (unsigned i = 0; i < space_.rank; ++i) {
            if (!bytes::inside(start[i], count[i], space_.dims[i]))
                return fail(ids::outside_dataset, error::nowhere, space_.dims[i], start[i]);
            first[i] = start[i];
            box[i] = count[i];
            all *= count[i];
        }
        box[space_.rank] = element_.parts;
        if (all * element_.dense != to.size())
            return fail(ids::outside_dataset, error::nowhere, all * element_.dense, to.size());
        if (all == 0) return {};
        if (element_.stored == element_.dense) {
            if (auto const done = read_box(first.data(), box.data(), to); !done) return done;
            convert(type_, element_, to, to);
            return {};
        }
        std::uint64_t const stored = all * element_.stored;
        if (stored > state_->in.limits().decoded(to.size()))
            return fail(::lade::ids::limit, error::nowhere, to.size(), stored);
        std::vector<std::byte> raw(static_cast<std::size_t>(stored));
        if (auto const done = read_box(first.data(), box.data(), raw); !done) return done;
        convert(type_, element_, raw, to);
        return {};
    }

    /// Calls each(text) -> result<void> for all strings in row-major order, padding removed; a text
    /// is good during the call. Errors: hdf5.wrong_type, those of `read` and of global heaps, those
    /// of `each`.
    template <class F>
    result<void> for_each_text(F each) {
        if (unreadable_) return *unreadable_;
        if (element_.type != dtype::string) return fail(ids::wrong_type);
        std::uint64_t granted = state_->in.limits().decoded(state_->in.size());
        std::uint64_t const size = element_.stored;
        std::uint64_t const at_once = std::max<std::uint64_t>(1, block_size / size);
        std::vector<std::byte> raw;
        for (std::uint64_t first = 0; first < scalars();) {
            std::uint64_t const count = (std::min)(at_once, scalars() - first);
            raw.resize(static_cast<std::size_t>(count * size));
            if (auto const done = read_stored(first, count, raw); !done) return done;
            if (auto const done = for_each_text_in(*state_, type_, element_, raw, granted, each);
                !done)
                return done;
            first += count;
        }
        return {};
    }

    result<attribute> find_attribute(std::string_view name) const {
        return hdf5::find_attribute(*state_, *header_, name);
    }

  private:
    static constexpr std::uint64_t block_size = std::uint64_t{1} << 16;

    dataset(file_state& state, std::shared_ptr<object_header const> header)
        : state_(&state), header_(std::move(header)) {}

    result<void> read_shape() {
        message const& type_message = *header_->find(message_type::datatype);
        block held;
        auto const body = state_->body(type_message, held);
        if (!body) return body.error();
        bytes::cursor at(*body, type_message.offset);
        auto type = read_datatype(at);
        if (!type) return type.error();
        type_ = std::move(*type);
        element_ = element_of(type_);

        message const* const space_message = header_->find(message_type::dataspace);
        if (space_message == nullptr)
            return fail(ids::bad_header, state_->in.place(header_->address));
        block held_space;
        auto const space_body = state_->body(*space_message, held_space);
        if (!space_body) return space_body.error();
        auto const space = read_dataspace(state_->in, *space_body, space_message->offset);
        if (!space) return space.error();
        space_ = *space;
        auto const elements = space_.elements();
        std::uint64_t const largest =
            std::max<std::uint64_t>(type_.root.size, element_.parts * element_.dense);
        if (!elements || !bytes::product(*elements, largest))
            return fail(ids::bad_dataspace, space_message->offset);
        elements_ = *elements;
        for (unsigned i = 0; i < space_.rank; ++i) axes_[i] = space_.dims[i];
        axes_[space_.rank] = element_.parts;
        shape_.assign(space_.shape().begin(), space_.shape().end());
        if (space_.kind == space_kind::null) {
            shape_.assign(1, 0);
        } else if (has_extended_shape()) {
            for (type_node const* of = &type_.root; of->is == type_class::array;
                 of = &type_.node(of->base)) {
                auto const more = type_.dims_of(*of);
                shape_.insert(shape_.end(), more.begin(), more.end());
            }
        }
        return {};
    }

    /// Arrays of numbers extend the shape; what is read as stored does not show its parts.
    bool has_extended_shape() const {
        switch (element_.type) {
            case dtype::string:
            case dtype::compound:
            case dtype::reference:
            case dtype::opaque:
            case dtype::vlen:
            case dtype::time: return false;
            default: return true;
        }
    }

    result<void> read_storage() {
        reader& in = state_->in;
        if (header_->find(message_type::external_files) != nullptr) return fail(ids::external_data);
        block held;
        message const& from = *header_->find(message_type::layout);
        auto const layout = read_layout(in, from);
        if (!layout) return layout.error();
        layout_ = *layout;
        if (layout_.is == layout_class::virtual_data) return fail(ids::virtual_data, from.offset);

        message const* const pipeline = header_->find(message_type::filter_pipeline);
        if (pipeline != nullptr && layout_.is == layout_class::chunked) {
            auto const body = state_->body(*pipeline, held);
            if (!body) return body.error();
            auto filters = read_filter_pipeline(*body, pipeline->offset);
            if (!filters) return filters.error();
            filters_ = std::move(*filters);
        }
        if (auto const done = read_fill(); !done) return done;

        std::uint64_t const size = elements_ * type_.root.size;
        if (layout_.is == layout_class::compact && layout_.data.size() < size)
            return fail(ids::bad_layout, from.offset, size, layout_.data.size());
        if (layout_.is == layout_class::contiguous && layout_.address != no_address) {
            if (layout_.size != no_address && layout_.version >= 3 && layout_.size < size)
                return fail(ids::bad_layout, from.offset, size, layout_.size);
            if (!bytes::inside(layout_.address, size, in.size()))
                return in.outside(layout_.address, size);
        }
        if (layout_.is == layout_class::chunked) {
            if (layout_.rank != space_.rank || layout_.element_size != type_.root.size)
                return fail(ids::bad_layout, from.offset, space_.rank, layout_.rank);
            std::uint64_t chunk_bytes = type_.root.size;
            for (std::uint32_t one : layout_.chunk_shape()) {
                auto const next = bytes::product(chunk_bytes, one);
                if (!next || *next > 0xffffffff)
                    return fail(ids::bad_layout, from.offset, 0xffffffff, one);
                chunk_bytes = *next;
            }
            chunks_ = std::make_unique<chunk_reader>(space_, layout_, filters_, fill_,
                                                     element_.parts, element_.stored, chunk_bytes);
            if (auto const known = check_filters(filters_); !known) {
                // chunks may all have skipped the filter, which only their index tells
                bool optional = true;
                for (auto const& one : filters_)
                    optional = optional && (one.optional || is_supported(one.id));
                if (!optional || !chunks_->all_skip_unknown(in)) return known;
            }
        }
        return {};
    }

    result<void> read_fill() {
        for (auto const type : {message_type::fill_value, message_type::old_fill_value}) {
            message const* const from = header_->find(type);
            if (from == nullptr) continue;
            block held;
            auto const body = state_->body(*from, held);
            if (!body) return body.error();
            message plain = *from;
            plain.data = *body;
            auto const value = read_fill_value(plain);
            if (!value) return value.error();
            if (value->empty()) continue;
            if (value->size() != type_.root.size)
                return fail(ids::bad_fill_value, from->offset, type_.root.size, value->size());
            fill_.assign(value->begin(), value->end());
            return {};
        }
        return {};
    }

    result<void> read_scalars(std::uint64_t first, std::uint64_t count, std::span<std::byte> to) {
        if (element_.stored == element_.dense) {
            if (auto const done = read_stored(first, count, to); !done) return done;
            convert(type_, element_, to, to);
            return {};
        }
        std::uint64_t const size = element_.stored;
        std::uint64_t const at_once = std::max<std::uint64_t>(1, block_size / size);
        std::vector<std::byte> raw;
        while (count > 0) {
            std::uint64_t const now = (std::min)(at_once, count);
            raw.resize(static_cast<std::size_t>(now * size));
            if (auto const done = read_stored(first, now, raw); !done) return done;
            auto const part = to.first(static_cast<std::size_t>(now * element_.dense));
            convert(type_, element_, raw, part);
            to = to.subspan(part.size());
            first += now;
            count -= now;
        }
        return {};
    }

    /// Scalars [first, first + count) in row-major order, as stored.
    result<void> read_stored(std::uint64_t first, std::uint64_t count, std::span<std::byte> to) {
        std::uint64_t const size = element_.stored;
        if (layout_.is == layout_class::compact) {
            std::memcpy(to.data(), layout_.data.data() + first * size, to.size());
            return {};
        }
        if (layout_.is == layout_class::contiguous) {
            if (layout_.address != no_address)
                return state_->in.read(layout_.address + first * size, to);
            fill_elements(to, fill_, first * size);
            return {};
        }
        return for_each_box(
            extent(), first, count,
            [&](std::uint64_t const* start, std::uint64_t const* box, std::uint64_t scalars) {
                auto const part = to.first(static_cast<std::size_t>(scalars * size));
                to = to.subspan(part.size());
                return chunks_->read_box(state_->in, start, box, part);
            });
    }

    /// A box, as stored.
    result<void> read_box(std::uint64_t const* start, std::uint64_t const* count,
                          std::span<std::byte> to) {
        if (layout_.is == layout_class::chunked)
            return chunks_->read_box(state_->in, start, count, to);
        std::uint64_t const size = element_.stored;
        return for_each_run(
            extent(), start, count, [&](std::uint64_t first, std::uint64_t scalars) {
                auto const part = to.first(static_cast<std::size_t>(scalars * size));
                to = to.subspan(part.size());
                return read_stored(first, scalars, part);
            });
    }

    /// The sizes of the dataspace, and the parts of an element behind them.
    std::span<std::uint64_t const> extent() const {
        return {axes_.data(), space_.rank + std::size_t{1}};
    }

    file_state* state_;
    std::shared_ptr<object_header const> header_;
    datatype type_;
    element element_;
    dataspace space_{};
    hdf5::layout layout_{};
    filter_pipeline filters_;
    std::vector<std::byte> fill_;
    std::vector<std::uint64_t> shape_;
    std::uint64_t elements_ = 0;
    axes axes_{};
    std::optional<error> unreadable_;
    std::unique_ptr<chunk_reader> chunks_;
};

}  // namespace lade::inline LADE_ABI::hdf5
