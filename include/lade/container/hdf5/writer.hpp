// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/output.hpp>
#include <lade/container/hdf5/encode_object.hpp>

/// Writes HDF5 files strictly from front to back: everything is declared, `begin` writes the
/// metadata, then the elements of the datasets are pushed in the order of their declaration. The
/// writer never holds a contiguous dataset.
///
///     hdf5::writer file;
///     auto layer = file.group(file.root(), "dense");
///     file.attribute(*layer, "weight_names", names);
///     auto kernel = file.dataset(*layer, "dense/kernel:0", dtype::float32, shape);
///     file.begin(output); file.push(kernel_bytes); file.end();
///
/// The file: superblock, then for each object its header and what belongs to it, global heaps, raw
/// data aligned to 64 bytes. The same declarations and bytes make the same file: there are no times
/// in it.
///
///     layout     superblock  headers  groups          attributes beyond 64 KiB   read by
///     compact    2           2        link messages   dense storage              HDF5 1.8 and
///     newer earliest   0           1        symbol tables   refused                    all of HDF5
namespace lade::inline LADE_ABI::hdf5 {

namespace ids {
inline constexpr error_id bad_name{"hdf5.bad_name", kind::mismatch,
                                   "a name is empty, or holds '/' or NUL, or is \".\""};
inline constexpr error_id name_taken{"hdf5.name_taken", kind::mismatch,
                                     "two objects or attributes would have the same name"};
inline constexpr error_id cannot_write_shape{
    "hdf5.cannot_write_shape", kind::mismatch,
    "the shape has too many axes or elements, or does not fit the chunks or the bytes"};
inline constexpr error_id attribute_too_large{
    "hdf5.attribute_too_large", kind::mismatch,
    "an attribute of more than 64 KiB does not fit an old header",
    "split it, or write with the compact layout"};
inline constexpr error_id wrong_bytes{
    "hdf5.wrong_byte_count", kind::mismatch,
    "the bytes that were pushed are not those that were declared"};
}  // namespace ids

enum class file_layout : std::uint8_t { compact, earliest };

struct write_options {
    file_layout layout = file_layout::compact;
};

class writer {
  public:
    /// An object of the file that is written.
    struct handle {
        std::uint32_t number = 0;
    };

    explicit writer(write_options const& how = {}) : old_(how.layout == file_layout::earliest) {
        objects_.emplace_back();
    }

    static constexpr handle root() { return {}; }

    /// The group at a path below `parent`; groups that are not there are made. "" is `parent`.
    /// Errors: hdf5.bad_name, hdf5.name_taken.
    result<handle> group(handle parent, std::string_view path) {
        for (bool more = !path.empty(); more;) {
            std::size_t const end = path.find('/');
            std::string_view const name = path.substr(0, end);
            more = end != std::string_view::npos;
            path.remove_prefix(more ? end + 1 : path.size());
            if (auto const found = find(parent, name)) {
                if (objects_[found->number].is_dataset) return fail(ids::name_taken).in(name);
                parent = *found;
                continue;
            }
            auto const made = add(parent, name);
            if (!made) return made;
            parent = *made;
        }
        return parent;
    }

    /// A contiguous dataset; groups on the way of `path` are made. Its dense little-endian elements
    /// are pushed later. Errors: hdf5.bad_name, hdf5.name_taken, hdf5.cannot_write_type,
    /// hdf5.cannot_write_shape.
    result<handle> dataset(handle parent, std::string_view path, dtype type,
                           std::span<std::uint64_t const> shape) {
        auto encoded = encode_datatype(type);
        if (!encoded) return encoded.error().in(path);
        return add_dataset(parent, path, std::move(*encoded), size_of(type), shape);
    }
    /// Elements of `size` bytes without a type; as Keras stores bfloat16 (size 2).
    result<handle> opaque_dataset(handle parent, std::string_view path, std::uint32_t size,
                                  std::span<std::uint64_t const> shape) {
        if (size == 0) return fail(ids::cannot_write_type).in(path);
        return add_dataset(parent, path, encode_opaque_type(size), size, shape);
    }
    /// Fixed strings of `how.size` bytes, padded by the caller; pushed like numbers.
    result<handle> fixed_text_dataset(handle parent, std::string_view path, text_type how,
                                      std::span<std::uint64_t const> shape) {
        if (how.size == 0) return fail(ids::cannot_write_type).in(path);
        how.vlen = false;
        return add_dataset(parent, path, encode_text_type(how), how.size, shape);
    }
    /// Strings of variable length. They are kept until `begin`; nothing is pushed for them.
    result<handle> text_dataset(handle parent, std::string_view path,
                                std::span<std::string_view const> texts,
                                std::span<std::uint64_t const> shape, bool utf8 = true) {
        auto const count = bytes::product(shape);
        if (!count || *count != texts.size()) return fail(ids::cannot_write_shape).in(path);
        text_type how;
        how.vlen = true;
        how.utf8 = utf8;
        auto const made = add_dataset(parent, path, encode_text_type(how), 16, shape);
        if (!made) return made;
        written_object& of = objects_[made->number];
        of.held = true;
        for (std::string_view text : texts) of.texts.push_back(heap_.add(text));
        return made;
    }
    /// A dataset inside the object header: at most 65,000 bytes, given here. Errors: as `dataset`.
    result<handle> compact_dataset(handle parent, std::string_view path, dtype type,
                                   std::span<std::uint64_t const> shape, bytes::view data) {
        auto const made = dataset(parent, path, type, shape);
        if (!made) return made;
        written_object& of = objects_[made->number];
        if (data.size() != of.size || data.size() > 65000)
            return fail(ids::cannot_write_shape, error::nowhere, of.size, data.size()).in(path);
        of.held = of.compact = true;
        of.data.assign(data.begin(), data.end());
        return made;
    }
    /// A chunked dataset. The elements are given here and kept, filtered, until `begin`: the places
    /// of everything behind them depend on their filtered size. Errors: as `dataset`; deflate.*.
    result<handle> chunked_dataset(handle parent, std::string_view path, dtype type,
                                   std::span<std::uint64_t const> shape, chunking const& how,
                                   bytes::view data) {
        auto const made = dataset(parent, path, type, shape);
        if (!made) return made;
        written_object& of = objects_[made->number];
        std::uint64_t whole = of.element;
        if (data.size() != of.size || how.shape.size() != shape.size() || shape.empty())
            return fail(ids::cannot_write_shape).in(path);
        for (std::uint32_t size : how.shape) {
            if (size == 0 || whole > 0xffffffff / size)
                return fail(ids::cannot_write_shape, error::nowhere, 0xffffffff, size).in(path);
            whole *= size;
        }
        auto chunks = make_chunks(shape, of.element, how, data);
        if (!chunks) return chunks.error().in(path);
        of.held = of.chunked = true;
        of.chunks = std::move(*chunks);
        of.how = how;
        of.size = of.chunks.size();
        return made;
    }

    /// A dense little-endian array of numbers as an attribute; an empty shape is a scalar.
    /// Errors: hdf5.bad_name, hdf5.cannot_write_type, hdf5.cannot_write_shape.
    result<void> attribute(handle of, std::string_view name, dtype type,
                           std::span<std::uint64_t const> shape, bytes::view data) {
        auto encoded = encode_datatype(type);
        if (!encoded) return encoded.error().in(name);
        auto const count = bytes::product(shape);
        auto const size = count ? bytes::product(*count, size_of(type)) : std::nullopt;
        if (!size || *size != data.size() || shape.size() > max_rank)
            return fail(ids::cannot_write_shape).in(name);
        return add_attribute(of, name, std::move(*encoded), shape,
                             std::vector<std::byte>(data.begin(), data.end()), {});
    }
    /// One text. `how.size` is not looked at.
    result<void> attribute(handle of, std::string_view name, std::string_view text, text_type how) {
        return add_texts(of, name, {&text, 1}, {}, how);
    }
    /// A list of texts. An empty one needs a type all the same: fixed strings of one byte. Fixed:
    /// as long as the longest.
    result<void> attribute(handle of, std::string_view name,
                           std::span<std::string_view const> texts, text_type how) {
        std::uint64_t const shape[] = {texts.size()};
        return add_texts(of, name, texts, shape, how);
    }

    /// Writes everything but the elements that are still to be pushed. Nothing can be declared
    /// afterwards. Errors: hdf5.name_taken, hdf5.attribute_too_large, hdf5.too_many_attributes,
    /// those of the output.
    result<void> begin(any_output& to) {
        if (auto const done = check(); !done) return done;
        encoder all;
        // sizes do not depend on addresses: the first pass finds the addresses, the second writes
        // them
        for (unsigned pass = 0; pass < 2; ++pass) {
            all.clear();
            if (auto const done = encode(all); !done) return done;
            place_data(all.size());
        }
        at_ = all.size();
        if (auto const done = to.write(all.view()); !done) return done;
        return write_held(to);
    }
    /// The next dense little-endian bytes of the datasets, in the order of their declaration;
    /// pieces of any size, which may reach from one dataset into the next. Errors:
    /// hdf5.wrong_byte_count, those of the output.
    result<void> push(any_output& to, bytes::view data) {
        while (!data.empty()) {
            if (next_ == data_.size())
                return fail(ids::wrong_bytes, error::nowhere, 0, data.size());
            written_object const& of = objects_[data_[next_]];
            std::size_t const part =
                static_cast<std::size_t>(std::min<std::uint64_t>(of.size - pushed_, data.size()));
            if (auto const done = align(to, of.place); !done) return done;
            if (auto const done = put(to, data.first(part)); !done) return done;
            data = data.subspan(part);
            pushed_ += part;
            if (pushed_ == of.size) {
                pushed_ = 0;
                ++next_;
                if (auto const done = write_held(to); !done) return done;
            }
        }
        return {};
    }
    /// Bytes that are still to be pushed.
    std::uint64_t missing() const {
        std::uint64_t all = 0;
        for (std::size_t i = next_; i < data_.size(); ++i)
            if (written_object const& of = objects_[data_[i]]; !of.held)
                all += of.size - (i == next_ ? pushed_ : 0);
        return all;
    }
    /// Errors: hdf5.wrong_byte_count where bytes are missing.
    result<void> end() const {
        if (next_ != data_.size()) return fail(ids::wrong_bytes, error::nowhere, missing(), 0);
        return {};
    }
    /// Bytes of the whole file; known after `begin`.
    std::uint64_t size() const { return end_; }

  private:
    static constexpr std::uint64_t data_alignment = 64;

    // ---- names

    std::size_t slot_of(handle parent, std::string_view name) const {
        std::size_t at = codec::lookup3(bytes::of(name), parent.number) & (names_.size() - 1);
        while (names_[at].object != 0) {
            if (names_[at].parent == parent.number && objects_[names_[at].object].name == name)
                break;
            at = (at + 1) & (names_.size() - 1);
        }
        return at;
    }
    std::optional<handle> find(handle parent, std::string_view name) const {
        if (names_.empty()) return std::nullopt;
        auto const found = names_[slot_of(parent, name)];
        if (found.object == 0) return std::nullopt;
        return handle{found.object};
    }
    /// Errors: hdf5.bad_name, hdf5.name_taken.
    result<handle> add(handle parent, std::string_view name) {
        if (name.empty() || name == "." || name.find('\0') != std::string_view::npos ||
            name.size() > 65000)
            return fail(ids::bad_name).in(name);
        if (objects_[parent.number].is_dataset || find(parent, name))
            return fail(ids::name_taken).in(name);
        if (2 * objects_.size() >= names_.size()) {
            auto const before = std::move(names_);
            names_.assign(std::max<std::size_t>(64, before.size() * 2), {});
            for (auto const& one : before)
                if (one.object != 0) names_[slot_of({one.parent}, objects_[one.object].name)] = one;
        }
        auto const number = static_cast<std::uint32_t>(objects_.size());
        std::size_t const slot = slot_of(parent, name);
        objects_.emplace_back();
        objects_.back().name.assign(name);
        objects_[parent.number].children.push_back(number);
        names_[slot] = {parent.number, number};
        return handle{number};
    }
    result<handle> add_dataset(handle parent, std::string_view path, std::vector<std::byte> type,
                               std::size_t element, std::span<std::uint64_t const> shape) {
        auto const count = bytes::product(shape);
        auto const size = count ? bytes::product(*count, element) : std::nullopt;
        if (shape.size() > max_rank || !size || *size > no_address / 4)
            return fail(ids::cannot_write_shape).in(path);
        std::size_t const cut = path.rfind('/');
        if (cut != std::string_view::npos) {
            auto const within = group(parent, path.substr(0, cut));
            if (!within) return within.error().in(path);
            parent = *within;
        }
        auto const made = add(parent, cut == std::string_view::npos ? path : path.substr(cut + 1));
        if (!made) return made;
        written_object& of = objects_[made->number];
        of.is_dataset = true;
        of.type = std::move(type);
        of.shape.assign(shape.begin(), shape.end());
        of.element = element;
        of.size = *size;
        data_.push_back(made->number);
        return made;
    }

    // ---- attributes

    result<void> add_attribute(handle of, std::string_view name, std::vector<std::byte> type,
                               std::span<std::uint64_t const> shape, std::vector<std::byte> data,
                               std::vector<heap_builder::place> texts) {
        if (name.empty() || name.size() > 60000 || name.find('\0') != std::string_view::npos)
            return fail(ids::bad_name).in(name);
        written_value made;
        made.name.assign(name);
        made.type = std::move(type);
        made.space = encode_dataspace(shape, old_);
        made.data = std::move(data);
        made.texts = std::move(texts);
        objects_[of.number].attributes.push_back(std::move(made));
        return {};
    }
    result<void> add_texts(handle of, std::string_view name,
                           std::span<std::string_view const> texts,
                           std::span<std::uint64_t const> shape, text_type how) {
        std::vector<heap_builder::place> places;
        encoder data;
        if (how.vlen) {
            for (std::string_view text : texts) {
                if (text.size() > 0xffffffff) return fail(ids::cannot_write_shape).in(name);
                places.push_back(heap_.add(text));
            }
            data.zeros(16 * texts.size());
        } else {
            std::size_t longest = 1;
            for (std::string_view text : texts) longest = (std::max)(longest, text.size());
            if (how.padding == padding::null_terminated) ++longest;
            if (longest > 0xffffffff) return fail(ids::cannot_write_shape).in(name);
            how.size = static_cast<std::uint32_t>(longest);
            for (std::string_view text : texts) {
                data.text(text);
                for (std::size_t i = text.size(); i < longest; ++i)
                    data.u8(how.padding == padding::space_padded ? ' ' : 0U);
            }
        }
        auto const done = add_attribute(of, name, encode_text_type(how), shape,
                                        std::move(data).take(), std::move(places));
        if (done) objects_[of.number].attributes.back().vlen = how.vlen;
        return done;
    }

    /// What can only be told when everything is declared. Sorts links.
    result<void> check() {
        for (written_object& of : objects_) {
            bytes::sort(of.children, [this](std::uint32_t a, std::uint32_t b) {
                return objects_[a].name < objects_[b].name;
            });
            std::vector<std::string_view> names;
            for (auto const& one : of.attributes) names.push_back(one.name);
            bytes::sort(names);
            auto const twice = std::adjacent_find(names.begin(), names.end());
            if (twice != names.end()) return fail(ids::name_taken).in(*twice);
            if (names.size() > 60000)
                return fail(ids::too_many_messages, error::nowhere, 60000, names.size())
                    .in(of.name);
            if (!detail::is_dense(of)) continue;
            if (old_) return fail(ids::attribute_too_large).in(of.name);
        }
        return {};
    }

    // ---- the two passes

    result<void> encode(encoder& to) {
        encode_superblock(to);
        for (written_object& of : objects_) {
            to.align(8);
            if (auto const done = encode_object(to, of); !done) return done.error().in(of.name);
        }
        // addresses of collections are those of the pass before, like all others
        collections_ = heap_.encode(to, 0);
        to.align(8);
        return {};
    }

    void encode_superblock(encoder& to) const {
        written_object const& top = objects_[0];
        to.text(std::string_view("\x89HDF\r\n\x1a\n", 8));
        if (!old_) {
            to.u8(2);
            to.u8(8);
            to.u8(8);
            to.u8(0);
            to.u64(0);
            to.u64(no_address);
            to.u64(end_);
            to.u64(top.header);
            to.checksum(0);
            return;
        }
        to.u32(0);
        to.u8(0);
        to.u8(8);
        to.u8(8);
        to.u8(0);
        to.u16(group_leaf_k);
        to.u16(group_internal_k);
        to.u32(0);
        to.u64(0);
        to.u64(no_address);
        to.u64(end_);
        to.u64(no_address);
        to.u64(0);  // the entry of the root group
        to.u64(top.header);
        to.u32(1);
        to.u32(0);
        to.u64(top.old_group.tree);
        to.u64(top.old_group.heap);
    }

    result<void> encode_object(encoder& to, written_object& of) {
        std::vector<written_message> messages;
        if (of.is_dataset) dataset_messages(of, old_, messages);
        else group_messages(of, messages);
        for (auto& one : of.attributes)
            if (one.vlen) one.data = pointers(one.texts);
        bool const dense = detail::is_dense(of);
        if (!old_ && !of.attributes.empty()) {
            // without it libhdf5 finds attributes in a new header, but counts none
            encoder info;
            info.u8(0);
            info.u8(0);
            info.u64(of.dense.heap);
            info.u64(of.dense.names);
            messages.push_back({message_type::attribute_info, 0, std::move(info).take()});
        }
        if (!dense) {
            for (auto const& one : of.attributes)
                messages.push_back(
                    {message_type::attribute, 0, encode_attribute(detail::view_of(one), old_)});
        }
        of.header = to.size();
        if (auto const done =
                old_ ? encode_old_header(to, messages) : encode_new_header(to, messages);
            !done)
            return done;

        to.align(8);
        if (of.is_dataset && of.chunked)
            of.tree = encode_chunk_tree(to, 0, of.chunks, of.how, of.element, of.place);
        if (!of.is_dataset && old_) {
            auto const links = links_of(of);
            of.old_group = encode_old_group(to, 0, links);
        }
        if (dense) {
            std::vector<std::vector<std::byte>> bodies;
            std::vector<std::string_view> names;
            for (auto const& one : of.attributes) {
                bodies.push_back(encode_attribute(detail::view_of(one), false));
                names.push_back(one.name);
            }
            of.dense = encode_dense_attributes(to, 0, bodies, names);
        }
        return {};
    }

    std::vector<std::byte> pointers(std::vector<heap_builder::place> const& of) const {
        encoder to;
        static constexpr std::uint64_t none[] = {0};
        for (auto const& one : of)
            encode_vlen_pointer(to, one,
                                one.collection < collections_.size()
                                    ? std::span<std::uint64_t const>(collections_)
                                    : std::span<std::uint64_t const>(none, 0));
        return std::move(to).take();
    }

    std::vector<written_link> links_of(written_object const& of) const {
        std::vector<written_link> made;
        for (std::uint32_t child : of.children)
            made.push_back({objects_[child].name, objects_[child].header});
        return made;
    }

    void group_messages(written_object const& of, std::vector<written_message>& to) const {
        encoder body;
        if (old_) {
            body.u64(of.old_group.tree);
            body.u64(of.old_group.heap);
            to.push_back({message_type::symbol_table, 0, std::move(body).take()});
            return;
        }
        body.u16(0);
        body.u64(no_address);
        body.u64(no_address);
        to.push_back({message_type::link_info, 0, std::move(body).take()});
        // without it libhdf5 reads the group but cannot add to it
        to.push_back({message_type::group_info, 0, std::vector<std::byte>(2)});
        for (auto const& one : links_of(of)) {
            encoder link;
            bool const utf8 = !detail::is_ascii(one.name);
            unsigned const width = one.name.size() < 256 ? 0 : 1;
            link.u8(1);
            link.u8(width | (utf8 ? 0x10U : 0U));
            if (utf8) link.u8(1);
            link.sized(one.name.size(), 1U << width);
            link.text(one.name);
            link.u64(one.address);
            to.push_back({message_type::link, 0, std::move(link).take()});
        }
    }

    void place_data(std::uint64_t at) {
        end_ = at;
        for (std::uint32_t number : data_) {
            written_object& of = objects_[number];
            if (of.compact || of.size == 0) continue;
            of.place = bytes::aligned(end_, data_alignment);
            end_ = of.place + of.size;
        }
    }

    // ---- raw data

    result<void> put(any_output& to, bytes::view data) {
        at_ += data.size();
        return to.write(data);
    }
    result<void> align(any_output& to, std::uint64_t place) {
        if (at_ >= place) return {};
        std::uint64_t const gap = place - at_;
        at_ = place;
        return to.pad(gap);
    }
    /// Writes what needs no push, up to the next dataset that does.
    result<void> write_held(any_output& to) {
        for (; next_ < data_.size(); ++next_) {
            written_object& of = objects_[data_[next_]];
            if (of.size == 0 || of.compact) continue;
            if (!of.held) return {};
            if (auto const done = align(to, of.place); !done) return done;
            if (of.chunked) {
                for (auto const& one : of.chunks.stored)
                    if (auto const done = put(to, one); !done) return done;
                of.chunks.stored.clear();
            } else if (auto const done = put(to, pointers(of.texts)); !done) {
                return done;
            }
        }
        return {};
    }

    bool old_;
    std::vector<written_object> objects_;
    struct named {
        std::uint32_t parent = 0;
        std::uint32_t object = 0;
    };
    std::vector<named> names_;  ///< open addressing; object 0 is none, for the root has no name
    std::vector<std::uint32_t> data_;  ///< datasets in the order of their declaration
    heap_builder heap_;
    std::vector<std::uint64_t> collections_;
    std::uint64_t end_ = 0;
    std::uint64_t at_ = 0;
    std::size_t next_ = 0;
    std::uint64_t pushed_ = 0;
};

}  // namespace lade::inline LADE_ABI::hdf5
