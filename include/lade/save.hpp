// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/format/storable.hpp>
#include <lade/format/writer.hpp>
#include <lade/inspect.hpp>
#include <lade/model/model.hpp>
#include <lade/model/strides.hpp>

#include <cstring>

namespace lade::inline LADE_ABI {

namespace ids {
inline constexpr error_id would_lose{
    "save.would_lose", kind::mismatch,
    "the format cannot hold a part of what is saved, and would lose it",
    "choose another format, or drop that part: lade::drop<...>, --drop on the command line"};
inline constexpr error_id too_many_axes{"save.rank", kind::mismatch,
                                        "a tensor has more axes than the format can hold"};
inline constexpr error_id read_only_format{"save.read_only", kind::unsupported,
                                           "the format is only read, not written"};
}  // namespace ids

namespace detail {

/// Copies the elements of dense copies back into the storages that they were copied from. What is
/// equal is not written, so that saving a model that nobody changed writes nothing into it.
inline void settle_storages(model const& of) {
    for (std::size_t i = 0; i < of.weights().size(); ++i) {
        tensor_view const one = of.weights().at(i);
        alias const* const in = one.info().in;
        if (in == nullptr || in->storage >= of.storages().size() ||
            is_dense(one.shape(), in->strides))
            continue;
        std::span<std::byte> const storage = of.storages()[static_cast<std::size_t>(in->storage)];
        std::size_t const size = size_of(one.dtype());
        strided_places at(one.shape(), in->strides, in->offset);
        for (std::size_t from = 0; from < one.bytes().size(); from += size, at.next()) {
            std::byte* const to = storage.data() + static_cast<std::size_t>(at.place()) * size;
            if (std::memcmp(to, one.bytes().data() + from, size) != 0)
                std::memcpy(to, one.bytes().data() + from, size);
        }
    }
}

}  // namespace detail

/// Hands a model to a sink, as a reader hands a file. Errors: those of the sink.
inline result<flow> give(model const& from, any_sink& to) {
    to.holds(from.holds());
    std::vector<std::uint64_t> sizes;
    for (auto const& one : from.storages()) sizes.push_back(one.size());
    if (auto const done = to.storages(sizes); !done) return done.error();
    if (to.wants_storages()) {
        detail::settle_storages(from);
        for (std::size_t i = 0; i < from.storages().size(); ++i) {
            memory_payload bytes(from.storages()[i]);
            if (auto const done = to.storage(i, bytes); !done) return done.error();
        }
    }
    for (auto const& one : from.metadata())
        if (auto const done = to.metadata(one.key, one.value); !done) return done.error();
    for (auto const& one : from.parts())
        if (auto const done = to.part(one.of, one.name, bytes::of(one.data)); !done)
            return done.error();
    if (auto const done = to.graph(from.graph()); !done) return done.error();
    if (to.wants_objects() && !from.about().objects.empty())
        if (auto const done = to.objects(values(from.about().objects)); !done) return done.error();
    for (auto const& [name, tensor] : from.weights()) {
        memory_payload bytes(tensor.bytes());
        auto const answer = to.take(tensor.info(), bytes);
        if (!answer || *answer == flow::enough) return answer;
    }
    return flow::more;
}

/// Hands tensors to a sink. Errors: those of the sink.
inline result<flow> give(weights const& from, any_sink& to) {
    to.holds(content::weights);
    for (auto const& [name, tensor] : from) {
        tensor_info info = tensor.info();
        info.in = nullptr;
        memory_payload bytes(tensor.bytes());
        auto const answer = to.take(info, bytes);
        if (!answer || *answer == flow::enough) return answer;
    }
    return flow::more;
}

/// What `give` hands to a sink.
template <class V>
concept savable = requires(V const& from, any_sink& to) {
    { give(from, to) } -> std::same_as<result<flow>>;
};

namespace detail {

/// What would be lost, found out when running. Errors: save.would_lose, save.dtype, save.rank.
template <format To>
result<void> check_storable(listing const& of, contents dropped) {
    // a word about the file is lost silently only where every format loses it: metadata is dropped
    // by all but a few
    contents const lost = of.holds - trait<To>::writes - dropped - contents(content::metadata);
    for (content one : every_content)
        if (lost.has(one)) return fail(ids::would_lose).in(name_of(one)).in(trait<To>::name);
    for (tensor_info const& one : of.tensors) {
        if (!trait<To>::dtypes.has(one.type) && !one.absent)
            return fail(ids::dtype_not_storable, error::nowhere, 0,
                        static_cast<std::uint64_t>(one.type))
                .in(name_of(one.type))
                .in(one.name);
        auto const elements = bytes::product(one.shape);
        auto const size = elements ? bytes_of(one.type, *elements) : std::nullopt;
        if (bits_of(one.type) != 0 && size.value_or(~std::uint64_t{0}) != one.nbytes)
            return fail(ids::bad_tensor_size, error::nowhere, size.value_or(0), one.nbytes)
                .in(one.name);
        if (one.shape.size() > trait<To>::max_rank)
            return fail(ids::too_many_axes, error::nowhere, trait<To>::max_rank, one.shape.size())
                .in(one.name);
    }
    return {};
}

/// A lister that leaves some tensors out, and notes their names.
class choosing_lister final : public any_sink {
  public:
    choosing_lister(listing& to, bool with_objects, bool (*leaves)(tensor_info const&),
                    std::vector<std::string>* left_out, std::string_view separator)
        : names_(to, with_objects, true),
          leaves_(leaves),
          left_out_(left_out),
          separator_(separator) {}

    std::string_view separator() const override { return separator_; }

    result<flow> take(tensor_info const& info, any_payload& bytes) override {
        if (leaves_ == nullptr || !leaves_(info)) return names_.take(info, bytes);
        if (left_out_ != nullptr) left_out_->emplace_back(info.name);
        return flow::more;
    }
    void expect(std::size_t tensors) override { names_.expect(tensors); }
    result<void> storages(std::span<std::uint64_t const> sizes) override {
        return names_.storages(sizes);
    }
    result<void> metadata(std::string_view key, std::string_view value) override {
        return names_.metadata(key, value);
    }
    result<void> part(content of, std::string_view name, bytes::view data) override {
        return names_.part(of, name, data);
    }
    result<void> graph(graph_summary const& of) override { return names_.graph(of); }
    bool wants_objects() const override { return names_.wants_objects(); }
    bool wants_files() const override { return names_.wants_files(); }
    result<void> objects(values&& tree) override { return names_.objects(std::move(tree)); }
    void holds(contents parts) override { names_.holds(parts); }

  private:
    lister names_;
    bool (*leaves_)(tensor_info const&);
    std::vector<std::string>* left_out_;
    std::string_view separator_;
};

/// A framework's notes go with the objects that they tell of, ...
inline bool is_bookkeeping(tensor_info const& of) { return of.bookkeeping; }
/// ... and where the format has no type for them.
template <format To>
bool is_foreign_bookkeeping(tensor_info const& of) {
    return of.bookkeeping && !trait<To>::dtypes.has(of.type);
}

/// Both phases of a save: `give_to` hands the whole to a sink, twice. `dropped`: what is lost
/// because somebody said so; `tacit`: what a conversion may lose without that.
template <format To, class Give>
result<void> write(output_set& to, Give&& give_to, save_options_of<To> const& with,
                   contents dropped, contents tacit = {},
                   std::vector<std::string>* left_out = nullptr) {
    using traits = format_traits<To>;
    bool const objects = !(dropped | tacit).has(content::objects);
    bool (*leaves)(tensor_info const&) = nullptr;
    if (dropped.has(content::objects)) leaves = is_bookkeeping;
    else if (left_out != nullptr || !objects) leaves = is_foreign_bookkeeping<To>;
    listing about;
    choosing_lister names(about, trait<To>::writes.has(content::objects) && objects, leaves,
                          left_out, trait<To>::separator);
    if (auto const done = give_to(names); !done) return done.error();
    settle(about);
    if (auto const done = check_storable<To>(about, dropped | tacit); !done) return done.error();
    auto writer = traits::writer::start(to, about, with);
    if (!writer) return writer.error();
    pump<typename traits::writer> bytes(*writer, leaves, trait<To>::separator);
    if (auto const done = give_to(bytes); !done) return done.error();
    if (auto const done = writer->finish(); !done) return done.error();
    return to.commit();
}

}  // namespace detail

/// Saves in a format, atomically: the file appears whole or not at all. `value`: a lade::model,
/// lade::weights, a bound struct. What the format cannot hold must be given up aloud with
/// `lade::drop<...>`; of a value whose type says what it holds, a loss does not compile; of a model
/// it is the error save.would_lose. Errors: save.*, those of the format and of the operating
/// system.
template <format To, savable Value, content... Given>
result<void> try_save(path const& where, Value const& value, save_options_of<To> const& with = {},
                      dropped<Given...> = {}) {
    static_assert(format_is_written<To, writable<To>>::value);
    if constexpr (model_part<Value>)
        static_assert(check_lossless<To, Value, dropped<Given...>>() && check_dtypes<To, Value>());
    output_set to(where);
    return detail::write<To>(
               to, [&](any_sink& sink) { return give(value, sink); }, with, dropped<Given...>::set)
        .in(where.string());
}
template <format To, savable Value, content... Given>
result<void> try_save(path const& where, Value const& value, dropped<Given...> given) {
    return try_save<To>(where, value, save_options_of<To>{}, given);
}
/// Saves to an output of the caller. Errors: save.*, those of the format and of the output.
template <format To, savable Value, output Output, content... Given>
    requires(!std::convertible_to<Output&, path>)
result<void> try_save(Output& where, Value const& value, save_options_of<To> const& with = {},
                      dropped<Given...> = {}) {
    static_assert(format_is_written<To, writable<To>>::value);
    if constexpr (model_part<Value>)
        static_assert(check_lossless<To, Value, dropped<Given...>>() && check_dtypes<To, Value>());
    output_set to{any_output(where)};
    return detail::write<To>(
        to, [&](any_sink& sink) { return give(value, sink); }, with, dropped<Given...>::set);
}
#if LADE_EXCEPTIONS
/// `try_save`, its errors thrown.
template <format To, savable Value, content... Given>
void save(path const& where, Value const& value, save_options_of<To> const& with = {},
          dropped<Given...> given = {}) {
    value_or_throw(try_save<To>(where, value, with, given));
}
template <format To, savable Value, content... Given>
void save(path const& where, Value const& value, dropped<Given...> given) {
    value_or_throw(try_save<To>(where, value, save_options_of<To>{}, given));
}
#endif

}  // namespace lade::inline LADE_ABI
