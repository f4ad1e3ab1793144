// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/hdf5/file.hpp>

/// Lists a file: depth first, links in the byte order of their names; each group is entered once, a
/// dataset has every hard link as a name. Soft, external and user-defined links are not followed,
/// committed datatypes are not listed.
namespace lade::inline LADE_ABI::hdf5 {

/// A set of addresses.
class address_set {
  public:
    /// False if it was there.
    bool insert(std::uint64_t address) {
        if (2 * (count_ + 1) > slots_.size()) grow();
        if (!place(slots_, address)) return false;
        ++count_;
        return true;
    }

  private:
    static bool place(std::vector<std::uint64_t>& to, std::uint64_t address) {
        std::size_t const mask = to.size() - 1;
        std::size_t at = static_cast<std::size_t>((address * 0x9e3779b97f4a7c15ULL) >> 20) & mask;
        while (to[at] != no_address) {
            if (to[at] == address) return false;
            at = (at + 1) & mask;
        }
        to[at] = address;
        return true;
    }
    void grow() {
        std::vector<std::uint64_t> larger(slots_.empty() ? 64 : slots_.size() * 2, no_address);
        for (std::uint64_t one : slots_)
            if (one != no_address) place(larger, one);
        slots_ = std::move(larger);
    }

    std::vector<std::uint64_t> slots_;
    std::size_t count_ = 0;
};

/// Calls each(path, result<dataset>&) -> result<void> for all datasets below `from`, and for what
/// cannot be read, with its error; the walk goes on behind that. The path has no '/' in front.
/// Errors: those of `each`; limit.exceeded where shared objects make a small file a long work, or
/// groups nest too deep.
template <class F>
result<void> walk(file const& of, group from, F each) {
    struct level {
        group at;
        std::size_t next;
        std::size_t path_size;
    };
    reader const& in = of.state().in;
    std::uint64_t const granted = in.spent() + in.limits().decoded(in.size() / 16);
    address_set entered;
    std::vector<level> levels;
    std::string path;
    entered.insert(from.address());
    levels.push_back({std::move(from), 0, 0});
    while (!levels.empty()) {
        level& top = levels.back();
        path.resize(top.path_size);
        if (top.next == top.at.links().size()) {
            levels.pop_back();
            continue;
        }
        link const one = top.at.links()[top.next++];
        if (one.kind != link_kind::hard) continue;
        if (!path.empty()) path += '/';
        path += one.name;
        if (in.spent() > granted)
            return fail(::lade::ids::limit, error::nowhere, granted, in.spent());

        auto const found = top.at.follow(one);
        if (!found) {
            result<dataset> broken(found.error());
            if (auto const done = each(std::string_view(path), broken); !done) return done;
            continue;
        }
        object_kind const kind = found->kind();
        if (kind == object_kind::dataset) {
            auto opened = found->as_dataset();
            if (auto const done = each(std::string_view(path), opened); !done) return done;
        } else if (kind == object_kind::group) {
            if (!entered.insert(found->address())) continue;
            auto inner = found->as_group();
            if (!inner) {
                result<dataset> broken(inner.error());
                if (auto const done = each(std::string_view(path), broken); !done) return done;
                continue;
            }
            if (levels.size() >= in.limits().depth)
                return fail(::lade::ids::limit, error::nowhere, in.limits().depth, levels.size());
            levels.push_back({std::move(*inner), 0, path.size()});
        }
    }
    return {};
}

namespace detail {

/// Bytes of an element in the memory of libhdf5, which is what listings state for elements without
/// a dense form.
inline std::uint64_t memory_size(datatype const& all, type_node const& of) {
    switch (of.is) {
        case type_class::vlen: return of.is_text ? 8 : 16;
        case type_class::reference: return of.reference >= 2 ? 64 : of.size;
        case type_class::array: {
            std::uint64_t const base = all.node(of.base).size;
            return of.size / base * memory_size(all, all.node(of.base));
        }
        case type_class::compound: {
            std::uint64_t size = of.size;
            for (type_member const& one : all.members_of(of))
                size += memory_size(all, all.node(one.type)) - all.node(one.type).size;
            return size;
        }
        default: return of.size;
    }
}

}  // namespace detail

/// Bytes of a dataset as listings state them: those of the dense form; of compounds, references and
/// sequences those in the memory of libhdf5. Strings are not counted here: theirs is the sum of
/// their lengths.
inline std::uint64_t listed_bytes(dataset const& of) {
    switch (of.dtype()) {
        case dtype::compound:
        case dtype::reference:
        case dtype::vlen: {
            std::uint64_t const size = detail::memory_size(of.type(), of.type().root);
            return bytes::product(size, of.space().elements().value_or(0))
                .value_or(~std::uint64_t{0});
        }
        default: return of.nbytes();
    }
}

}  // namespace lade::inline LADE_ABI::hdf5
