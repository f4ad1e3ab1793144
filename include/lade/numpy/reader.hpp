// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/heap_arena.hpp>
#include <lade/container/zip/entry_reader.hpp>
#include <lade/format/any_sink.hpp>
#include <lade/format/head.hpp>
#include <lade/numpy/array.hpp>
#include <lade/numpy/header.hpp>

namespace lade::inline LADE_ABI::numpy {

/// What a read can be told.
struct options {
    bool verify_crc = true;  ///< of .npz files; false lets stored arrays be viewed where they lie
    lade::limits limits{};
};

/// The name of an array that has none.
inline constexpr std::string_view lone_name = "array";

/// Hands over the array that `from` begins with. Structured elements and voids are `compound` and
/// `opaque`, their bytes as the file has them.
/// Errors: those of read_header, pack_strings and the sink.
template <source Source, class Sink>
result<flow> read_array(Source& from, std::string_view name, Sink& to, options const& how) {
    auto const found = read_header(from, how.limits);
    if (!found) return found.error();
    tensor_info info;
    info.name = name;
    info.type = found->element.type;
    info.shape = found->shape();
    info.nbytes = found->data_size;
    if (info.type == dtype::string) {
        auto packed = pack_strings(from, *found, how.limits);
        if (!packed) return packed.error();
        info.nbytes = packed->characters;
        return to.tensor(info, *packed);
    }
    elements<Source> payload(from, *found);
    return to.tensor(info, payload);
}

/// Errors: those of read_array.
template <source Source, class Sink>
result<flow> read_npy(Source& from, Sink& to, options const& how) {
    if constexpr (requires(contents parts) { to.holds(parts); }) to.holds(content::weights);
    return read_array(from, lone_name, to, how);
}

/// An entry of an archive as a source. Viewed only where nobody wants its CRC compared.
class entry_source {
  public:
    entry_source(zip::entry_reader& from, bool may_view) : from_(&from), may_view_(may_view) {}

    std::uint64_t size() const { return from_->size(); }
    result<void> read(std::uint64_t offset, std::span<std::byte> to) {
        return from_->read(offset, to);
    }
    std::optional<bytes::view> view(std::uint64_t offset, std::uint64_t size) const {
        if (!may_view_) return std::nullopt;
        auto const all = from_->view();
        if (!all || !bytes::inside(offset, size, all->size())) return std::nullopt;
        return all->subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(size));
    }

  private:
    zip::entry_reader* from_;
    bool may_view_;
};

inline constexpr std::string_view npy_suffix = ".npy";

namespace ids {
inline constexpr error_id no_arrays{"npz.no_arrays", kind::mismatch,
                                    "the archive holds files, but none of them is an .npy file",
                                    "leave the format out, and it is found from the content"};
}  // namespace ids

/// Hands over the arrays in the order of the archive, named without their suffix; entries without
/// it are no arrays.
/// Errors: npz.no_arrays; those of zip::entry_reader, those of read_array, with the entry's name;
/// limit.exceeded (an entry that claims to unpack to more than limits::decoded).
template <class Sink>
result<flow> read_npz(zip::archive const& archive, Sink& to, options const& how) {
    bool any = archive.entries().empty();
    for (zip::entry const& one : archive.entries()) any = any || one.name.ends_with(npy_suffix);
    if (!any) return fail(ids::no_arrays);
    if constexpr (requires(contents parts) { to.holds(parts); }) {
        contents parts;
        for (zip::entry const& one : archive.entries())
            if (one.name.ends_with(npy_suffix)) parts |= content::weights;
        to.holds(parts);
    }
    for (zip::entry const& one : archive.entries()) {
        if (!one.name.ends_with(npy_suffix)) continue;
        if (!one.is_stored() && one.plain_size > how.limits.decoded(one.packed_size))
            return fail(lade::ids::limit, one.local_offset, how.limits.decoded(one.packed_size),
                        one.plain_size)
                .in(one.name);
        auto reader = zip::entry_reader::open(archive, one, {.verify_crc = how.verify_crc});
        if (!reader) return reader.error();
        entry_source entry(*reader, !how.verify_crc);
        auto const name = one.name.substr(0, one.name.size() - npy_suffix.size());
        auto const answer = read_array(entry, name, to, how);
        if (!answer) {
            // the archive's own errors name the entry already
            error const& what = answer.error();
            return what.where.text().starts_with(one.name) ? what : what.in(one.name);
        }
        if (*answer == flow::enough) return flow::enough;
    }
    return flow::more;
}

/// Opens the archive first. Errors: those of zip::archive too.
template <class Sink>
result<flow> read_npz(any_source from, Sink& to, options const& how) {
    heap_arena memory(how.limits.bookkeeping(from.size()));
    auto const archive = zip::archive::open(from, memory);
    if (!archive) return archive.error();
    return read_npz(*archive, to, how);
}

/// Certain of the signature.
constexpr confidence looks_like_npy(head const& of) {
    return of.starts_with(lade::npy::signature) ? confidence::certain : confidence::no;
}

/// Certain of an archive of nothing but .npy files; an empty archive is what saving no array makes.
inline confidence looks_like_npz(zip::archive const& of) {
    std::size_t arrays = 0;
    for (zip::entry const& one : of.entries()) arrays += one.name.ends_with(npy_suffix);
    if (arrays == of.entries().size())
        return arrays == 0 ? confidence::possible : confidence::certain;
    return arrays == 0 ? confidence::no : confidence::possible;
}

}  // namespace lade::inline LADE_ABI::numpy
