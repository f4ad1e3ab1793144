// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/format/any_sink.hpp>
#include <lade/tensorflow/bundle_reader.hpp>
#include <lade/tensorflow/object_graph.hpp>
#include <lade/tensorflow/options.hpp>
#include <lade/tensorflow/place.hpp>
#include <lade/tensorflow/v1_reader.hpp>

namespace lade::inline LADE_ABI::tensorflow {

namespace detail {

/// A tensor of a checkpoint that is opened when somebody asks for its bytes: a list of names needs
/// no data file.
template <class Reader, class Entry>
class lazy_tensor final : public any_payload {
  public:
    /// `size`: bytes of the payload, if they are known without opening it.
    lazy_tensor(Reader& from, Entry const& entry, std::uint64_t size, bool checks)
        : from_(&from), entry_(&entry), size_(size), checks_(checks) {}

    std::uint64_t size() override { return tensor_ ? tensor_->size() : size_; }
    /// Only where nobody wants the checksum compared.
    std::optional<bytes::view> view() override {
        if (checks_ || !granted()) return std::nullopt;
        return tensor_->view();
    }
    result<void> read(std::uint64_t from, std::span<std::byte> to) override {
        if (auto const done = granted(); !done) return done;
        return tensor_->read(from, to);
    }
    /// Opens it: then its bytes are known to be there. Errors: those of open_tensor.
    result<void> granted() override {
        if (tensor_) return {};
        auto opened = from_->open_tensor(*entry_);
        if (!opened) return opened.error();
        tensor_.emplace(*std::move(opened));
        return {};
    }
    /// Precondition: granted.
    std::uint64_t nbytes() const { return tensor_->nbytes(); }

  private:
    Reader* from_;
    Entry const* entry_;
    std::uint64_t size_;
    bool checks_;
    std::optional<typename Reader::tensor> tensor_;
};

template <class Reader, class Entry>
result<flow> hand_over(Reader& from, Entry const& entry, any_sink& to, bool checks) {
    auto const type = dtype_of(entry.number);
    if (!type || entry.number > 100)
        return fail(ids::unknown_dtype, error::nowhere, 0, static_cast<std::uint64_t>(entry.number))
            .in(entry.name);
    tensor_info info;
    info.name = entry.name;
    info.type = *type;
    info.shape = entry.shape;
    info.bookkeeping = *type == dtype::string && is_bookkeeping_key(entry.name);
    if (!has_bytes(*type)) {
        info.absent = true;
        no_payload nothing;
        return to.tensor(info, nothing);
    }
    if (*type != dtype::string) {
        auto const size = bytes_of(*type, *bytes::product(entry.shape));
        if (!size) return fail(ids::bad_shape).in(entry.name);
        info.nbytes = *size;
    }
    lazy_tensor<Reader, Entry> payload(from, entry, info.nbytes, checks);
    if (*type == dtype::string) {  // its bytes say how many they are
        if (auto const done = payload.granted(); !done) return done.error();
        info.nbytes = payload.nbytes();
    }
    return to.take(info, payload);
}

template <class Reader, class Each>
result<flow> hand_over_all(Reader& from, Each const& entries, any_sink& to, bool checks) {
    for (auto const& entry : entries) {
        if constexpr (requires { entry.is_slice; })
            if (entry.is_slice) continue;
        auto const answer = hand_over(from, entry, to, checks);
        if (!answer || *answer == flow::enough) return answer;
    }
    return flow::more;
}

}  // namespace detail

/// Hands over the tensors of a V2 checkpoint by name, partitioned ones joined. Errors: those of
/// bundle_reader and of the sink.
inline result<flow> read_bundle(any_source index, file_set& files, std::string_view prefix,
                                any_sink& to, options const& how) {
    auto reader = bundle_reader::open(index, files, prefix, {how.limits, how.verify_crc});
    if (!reader) return reader.error();
    contents parts;
    if (!reader->entries().empty()) parts |= content::weights;
    if (reader->find(object_graph_key) != nullptr) parts |= content::objects;
    to.holds(parts);
    to.expect(reader->entries().size());
    return detail::hand_over_all(*reader, reader->entries(), to, how.verify_crc);
}

/// The checkpoint that `files` means. Errors: io.not_found, those of find_checkpoint, of
/// bundle_reader and of the sink.
inline result<flow> read_checkpoint(file_set& files, any_sink& to, options const& how) {
    auto const place = find_checkpoint(files);
    if (!place) return place.error();
    if (place->is != checkpoint_place::version::v2)
        return fail(files.has_file() ? ids::no_header : lade::ids::not_found);
    if (place->index) return read_bundle(*place->index, files, place->prefix, to, how);
    auto const index = files.sibling(place->prefix + ".index");
    if (!index) return index.error();
    return read_bundle(*index, files, place->prefix, to, how);
}

/// The same for V1. Errors: those of v1_reader.
inline result<flow> read_checkpoint_v1(file_set& files, any_sink& to, options const& how) {
    auto const place = find_checkpoint(files);
    if (!place) return place.error();
    if (place->is != checkpoint_place::version::v1)
        return fail(files.has_file() ? ids::not_v1 : lade::ids::not_found);
    auto const tables = v1_tables(files, *place);
    if (!tables) return tables.error();
    auto const reader = v1_reader::open(*tables, {how.limits, how.verify_crc});
    if (!reader) return reader.error();
    if (!reader->entries().empty()) to.holds(content::weights);
    to.expect(reader->entries().size());
    return detail::hand_over_all(*reader, reader->entries(), to, how.verify_crc);
}

}  // namespace lade::inline LADE_ABI::tensorflow
