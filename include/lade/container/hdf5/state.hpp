// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/hdf5/element.hpp>
#include <lade/container/hdf5/global_heap.hpp>
#include <lade/container/hdf5/group_links.hpp>
#include <lade/container/hdf5/shared_message.hpp>
#include <lade/container/hdf5/superblock.hpp>

#include <memory>

/// What the objects of one open file share: the reader, and what it has read that others will want
/// too.
namespace lade::inline LADE_ABI::hdf5 {

struct file_state {
    file_state(any_source from, options const& how) : in(from, how) {}

    reader in;
    superblock super;
    shared_table shared;
    global_heap heap;

    /// The links of the group with this header; the last few lists are kept, so that paths may be
    /// looked up one by one.
    result<std::shared_ptr<link_list const>> links_of(object_header const& group) {
        for (auto& one : kept)
            if (one.links != nullptr && one.address == group.address) {
                one.used = ++clock;
                return one.links;
            }
        auto read = read_links(in, group);
        if (!read) return read.error();
        kept_links* oldest = &kept[0];
        for (auto& one : kept)
            if (one.used < oldest->used) oldest = &one;
        *oldest = {group.address, ++clock, std::make_shared<link_list const>(std::move(*read))};
        return oldest->links;
    }

    /// The object header at `address`; the last few are kept, for an object may have many names.
    result<std::shared_ptr<object_header const>> header_at(std::uint64_t address) {
        auto& slot =
            headers[(address >> 3 ^ address >> 7) % (sizeof(headers) / sizeof(headers[0]))];
        if (slot != nullptr && slot->address == address) return slot;
        auto read = read_object_header(in, address);
        if (!read) return read.error();
        slot = std::make_shared<object_header const>(std::move(*read));
        return slot;
    }

    /// The bytes of a message, wherever they are. Good as long as `held` and the header.
    result<bytes::view> body(message const& of, block& held) {
        if (!of.shared()) return of.data;
        auto found = follow_shared(in, shared, of.type, of.data, of.offset);
        if (!found) return found.error();
        held = std::move(*found);
        return held.view();
    }

  private:
    struct kept_links {
        std::uint64_t address = no_address;
        std::uint64_t used = 0;
        std::shared_ptr<link_list const> links;
    };
    kept_links kept[16];
    std::shared_ptr<object_header const> headers[16];
    std::uint64_t clock = 0;
};

/// An element of a vlen type as stored: u32 count, O address of the collection, u32 index.
struct vlen_pointer {
    std::uint32_t count = 0;
    std::uint64_t address = no_address;
    std::uint32_t index = 0;
};
inline vlen_pointer read_vlen_pointer(reader const& in, bytes::view element) {
    bytes::cursor at(element);
    vlen_pointer made;
    made.count = at.number<std::uint32_t>();
    made.address = in.address(at);
    made.index = at.number<std::uint32_t>();
    return made;
}

/// Calls each(text) -> result<void> for the strings in `stored`, padding removed; good during the
/// call. `granted` bounds the bytes of all texts: strings of variable length may share their bytes.
/// Preconditions: the type of the elements is a string; `stored` is a whole number of elements.
/// Errors: hdf5.bad_global_heap, limit.exceeded, those of `each`.
template <class F>
result<void> for_each_text_in(file_state& state, datatype const& type, element const& how,
                              bytes::view stored, std::uint64_t& granted, F& each) {
    type_node const& of = type.node(how.node);
    for (std::size_t at = 0; at < stored.size(); at += how.stored) {
        bytes::view const one = stored.subspan(at, how.stored);
        std::string_view text;
        if (of.is == type_class::string) {
            text = unpadded(bytes::text(one), of.padding);
        } else {
            auto const to = read_vlen_pointer(state.in, one);
            if (to.count != 0) {
                auto const found = state.heap.find(state.in, to.address, to.index);
                if (!found) return found.error();
                if (to.count > found->size())
                    return fail(ids::bad_global_heap, state.in.place(to.address), found->size(),
                                to.count);
                // readers of C strings end at NUL, so writers may have stored one
                text = bytes::text(found->first(to.count));
                text = text.substr(0, text.find('\0'));
            }
            if (text.size() > granted)
                return fail(::lade::ids::limit, state.in.place(to.address), granted, text.size());
            granted -= text.size();
        }
        if (auto const done = each(text); !done) return done;
    }
    return {};
}

}  // namespace lade::inline LADE_ABI::hdf5
