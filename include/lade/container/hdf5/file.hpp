// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/hdf5/dataset.hpp>

/// HDF5 files of any kind: open, look up, read.
///
///     auto file = hdf5::file::open(source);             // result<hdf5::file>
///     auto weights = file->find("model_weights");       // result<hdf5::object>
///     auto group = weights->as_group();                 // result<hdf5::group>
///     for (std::size_t i = 0; i < group->links().size(); ++i) group->links()[i].name;
///     auto kernel = file->dataset_at("model_weights/dense/dense/kernel:0");
///     std::vector<std::byte> bytes(kernel->nbytes());
///     kernel->read(0, bytes);
///
/// Objects borrow the file, the file borrows the source. One thread at a time uses a file and its
/// objects.
namespace lade::inline LADE_ABI::hdf5 {

namespace ids {
inline constexpr error_id not_found{"hdf5.not_found", kind::mismatch,
                                    "the group has no link of this name"};
inline constexpr error_id link_loop{"hdf5.link_loop", kind::corrupt,
                                    "soft links lead to each other without end"};
inline constexpr error_id external_link{"hdf5.external_link", kind::unsafe,
                                        "the name is a link to another file, which is not followed",
                                        "open the other file, or pass a resolver"};
inline constexpr error_id user_link{"hdf5.user_link", kind::unsupported,
                                    "the name is a link of a kind that a program defined"};
inline constexpr error_id cache_image{
    "hdf5.cache_image", kind::unsupported,
    "the metadata of the file lie in an image of the writer's cache",
    "rewrite the file with h5repack"};
}  // namespace ids

enum class object_kind : std::uint8_t { group, dataset, datatype, unknown };

class group;
class object;

/// Follows an external link where the caller allows it; hdf5.external_link is what to return if
/// not.
struct external_resolver {
    void* context = nullptr;
    result<object> (*follow)(void* context, std::string_view file, std::string_view path) = nullptr;
};

/// An object of an open file: a group, a dataset or a committed datatype.
class object {
  public:
    /// Reads the object header at `address`. Errors: those of object headers.
    static result<object> at(file_state& state, std::uint64_t address) {
        auto header = state.header_at(address);
        if (!header) return header.error();
        return object(state, std::move(*header));
    }

    object_kind kind() const {
        if (is_dataset(*header_)) return object_kind::dataset;
        if (is_group(*header_)) return object_kind::group;
        if (header_->find(message_type::datatype) != nullptr) return object_kind::datatype;
        return object_kind::unknown;
    }
    std::uint64_t address() const { return header_->address; }
    object_header const& header() const { return *header_; }

    /// Errors: hdf5.not_a_group, those of groups.
    result<group> as_group() const;
    /// Errors: hdf5.not_a_dataset, those of `dataset::open`.
    result<dataset> as_dataset() const { return dataset::open(*state_, header_); }

    /// Errors: hdf5.no_attribute, those of attributes.
    result<attribute> find_attribute(std::string_view name) const {
        return hdf5::find_attribute(*state_, *header_, name);
    }
    /// Whether there is an attribute of this name that can be read.
    bool has_attribute(std::string_view name) const { return bool(find_attribute(name)); }
    /// Calls each(result<attribute>&) -> result<void> for all, in the order of the file.
    template <class F>
    result<void> for_each_attribute(F each) const {
        return hdf5::for_each_attribute(*state_, *header_, std::move(each));
    }

  protected:
    object(file_state& state, std::shared_ptr<object_header const> header)
        : state_(&state), header_(std::move(header)) {}

    file_state* state_;
    std::shared_ptr<object_header const> header_;
};

/// A group and its links.
class group : public object {
  public:
    /// In the byte order of their names.
    link_list const& links() const { return *links_; }

    /// The object that a link of this group leads to; soft links are followed, external ones by
    /// `resolve` alone. Errors: those of `find`.
    result<object> follow(link const& one, external_resolver resolve = {}) const {
        return follow(one, resolve, 0);
    }

    /// The object at a path: names between '/', from this group on, or from the root if it begins
    /// with '/'. Empty names and
    /// "." are passed over.
    /// Errors: hdf5.not_found, hdf5.not_a_group, hdf5.link_loop, hdf5.external_link,
    /// hdf5.user_link, those of headers and groups.
    result<object> find(std::string_view path, external_resolver resolve = {}) const {
        return find(path, resolve, 0);
    }

  private:
    friend class object;
    friend class file;
    static constexpr unsigned most_hops = 16;

    group(file_state& state, std::shared_ptr<object_header const> header,
          std::shared_ptr<link_list const> links)
        : object(state, std::move(header)), links_(std::move(links)) {}

    static result<group> at(file_state& state, std::uint64_t address) {
        auto const found = object::at(state, address);
        if (!found) return found.error();
        return found->as_group();
    }

    result<object> follow(link const& one, external_resolver resolve, unsigned hops) const {
        switch (one.kind) {
            case link_kind::hard: return object::at(*state_, one.address);
            case link_kind::soft:
                if (hops >= most_hops) return fail(ids::link_loop).in(one.name);
                return find(one.target, resolve, hops + 1);
            case link_kind::external:
                if (resolve.follow == nullptr) return fail(ids::external_link).in(one.name);
                return resolve.follow(resolve.context, one.file, one.target);
            case link_kind::user: break;
        }
        return fail(ids::user_link).in(one.name);
    }

    result<object> find(std::string_view path, external_resolver resolve, unsigned hops) const {
        group now = *this;
        if (!path.empty() && path.front() == '/') {
            auto root = at(*state_, state_->super.root);
            if (!root) return root.error();
            now = std::move(*root);
        }
        while (true) {
            std::size_t const end = path.find('/');
            std::string_view const name = path.substr(0, end);
            path.remove_prefix(end == std::string_view::npos ? path.size() : end + 1);
            bool const more = path.find_first_not_of("/.") != std::string_view::npos ||
                              path.find("..") != std::string_view::npos;
            if (!name.empty() && name != ".") {
                auto const one = now.links().find(name);
                if (!one) return fail(ids::not_found).in(name);
                auto next = now.follow(*one, resolve, hops);
                if (!next || !more) return next;
                auto inner = next->as_group();
                if (!inner) return inner.error().in(name);
                now = std::move(*inner);
            } else if (!more) {
                return object(now);
            }
        }
    }

    std::shared_ptr<link_list const> links_;
};

inline result<group> object::as_group() const {
    auto links = state_->links_of(*header_);
    if (!links) return links.error();
    return group(*state_, header_, std::move(*links));
}

/// An open HDF5 file. Borrows the source. May be moved; its objects stay good.
class file {
  public:
    /// Reads the superblock and its extension.
    /// Errors: those of superblocks and object headers, hdf5.cache_image, hdf5.split_file.
    static result<file> open(any_source from, options const& how = {}) {
        file made(std::make_unique<file_state>(from, how));
        file_state& state = *made.state_;
        auto const super = read_superblock(state.in, from);
        if (!super) return super.error();
        state.super = *super;
        if (super->extension != no_address) {
            auto const extension = read_object_header(state.in, super->extension);
            if (!extension) return extension.error();
            if (extension->find(message_type::cache_image) != nullptr)
                return fail(ids::cache_image, state.in.place(super->extension));
            if (extension->find(message_type::driver_info) != nullptr)
                return fail(ids::split_file, state.in.place(super->extension));
            if (message const* const table = extension->find(message_type::shared_table)) {
                auto shared = read_shared_table(state.in, *table);
                if (!shared) return shared.error();
                state.shared = std::move(*shared);
            }
        }
        return made;
    }
    static result<file> open(any_source from, limits const& granted) {
        options how;
        how.limits = granted;
        return open(from, how);
    }

    hdf5::superblock const& superblock() const { return state_->super; }

    /// Errors: those of object headers and groups.
    result<group> root() const { return group::at(*state_, state_->super.root); }

    /// The object at a path from the root. Errors: those of `group::find`.
    result<object> find(std::string_view path, external_resolver resolve = {}) const {
        auto const from = root();
        if (!from) return from.error();
        return from->find(path, resolve);
    }
    result<group> group_at(std::string_view path) const {
        auto const found = find(path);
        if (!found) return found.error();
        auto made = found->as_group();
        if (!made) return made.error().in(path);
        return made;
    }
    result<dataset> dataset_at(std::string_view path) const {
        auto const found = find(path);
        if (!found) return found.error();
        auto made = found->as_dataset();
        if (!made) return made.error().in(path);
        return made;
    }

    file_state& state() const { return *state_; }

  private:
    explicit file(std::unique_ptr<file_state> state) : state_(std::move(state)) {}

    std::unique_ptr<file_state> state_;
};

}  // namespace lade::inline LADE_ABI::hdf5
