// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/hdf5/reader.hpp>

/// Object headers: the list of messages that a group, a dataset or a committed datatype consists of
/// (IV.A.1).
///
///     version 1                                           version 2
///     byte  size  member                                  byte  size  member
///        0     1  1                                          0     4  "OHDR"
///        1     1  0                                          4     1  2
///        2     2  messages, in all blocks                    5     1  flags
///        4     4  reference count                                 16  if flag 5: four times
///        8     4  bytes of messages in this block                  4  if flag 4: limits of
///        attribute storage
///       12     4  padding                                          n  bytes of messages; n = 1 <<
///       (flags & 3) 16     .  messages                                         .  messages
///                                                                  4  checksum of all before
///     a message: u16 type, u16 size, u8 flags,            a message: u8 type, u16 size, u8 flags,
///     3 reserved, data                                    u16 creation order if flag 2, data
///
/// Continuation messages (0x10: address, length) lead to further blocks: bare messages in version
/// 1; "OCHK", messages, checksum in version 2. A rest too short for a message is a gap. Refused: a
/// message that says it must be understood (flag 0x80) and is not.
namespace lade::inline LADE_ABI::hdf5 {

namespace ids {
inline constexpr error_id bad_header{"hdf5.bad_object_header", kind::corrupt,
                                     "an object header holds a number that cannot be"};
inline constexpr error_id unknown_message{
    "hdf5.unknown_message",
    kind::unsupported,
    "the object holds a message that must be understood and is not known",
    {},
    numbers::hex};
}  // namespace ids

enum class message_type : std::uint16_t {
    nil = 0x00,
    dataspace = 0x01,
    link_info = 0x02,
    datatype = 0x03,
    old_fill_value = 0x04,
    fill_value = 0x05,
    link = 0x06,
    external_files = 0x07,
    layout = 0x08,
    group_info = 0x0A,
    filter_pipeline = 0x0B,
    attribute = 0x0C,
    comment = 0x0D,
    old_time = 0x0E,
    shared_table = 0x0F,
    continuation = 0x10,
    symbol_table = 0x11,
    time = 0x12,
    k_values = 0x13,
    driver_info = 0x14,
    attribute_info = 0x15,
    reference_count = 0x16,
    file_space = 0x17,
    cache_image = 0x18,
};

/// One message. The bytes are good as long as the header that holds it.
struct message {
    message_type type = message_type::nil;
    std::uint8_t flags = 0;
    std::uint64_t offset = 0;  ///< of the data, from the start of the source
    bytes::view data;

    /// The data is a pointer to the message (IV.A.2, shared messages).
    bool shared() const { return (flags & 2) != 0; }
};

struct object_header {
    std::uint64_t address = no_address;
    std::uint8_t version = 1;
    std::uint8_t flags = 0;
    std::vector<message> messages;  ///< in file order, without NIL and continuations
    std::vector<block> blocks;

    /// The first message of a type; null if there is none.
    message const* find(message_type type) const {
        for (message const& one : messages)
            if (one.type == type) return &one;
        return nullptr;
    }
};

namespace detail {

/// Messages of one block. Pushes (address, length) of continuations to `more`.
inline result<void> read_messages(reader const& in, object_header& to, bytes::view data,
                                  std::uint64_t offset,
                                  std::vector<std::pair<std::uint64_t, std::uint64_t>>& more) {
    bool const old = to.version == 1;
    std::size_t const prefix = old ? 8 : (to.flags & 4) != 0 ? 6 : 4;
    bytes::cursor at(data, offset);
    while (at.left() >= prefix) {
        message one;
        std::uint64_t size = 0;
        if (old) {
            one.type = static_cast<message_type>(at.number<std::uint16_t>());
            size = at.number<std::uint16_t>();
            one.flags = at.number<std::uint8_t>();
            at.bytes(3);
        } else {
            one.type = static_cast<message_type>(at.number<std::uint8_t>());
            size = at.number<std::uint16_t>();
            one.flags = at.number<std::uint8_t>();
            if (prefix == 6) at.bytes(2);
        }
        one.offset = at.offset();
        one.data = at.bytes(size);
        if (!at) return at.error();
        if (one.type == message_type::nil) continue;
        if (one.type == message_type::continuation) {
            bytes::cursor place(one.data, one.offset);
            std::uint64_t const address = in.address(place);
            std::uint64_t const length = in.length(place);
            if (!place) return place.error();
            more.emplace_back(address, length);
            continue;
        }
        if ((one.flags & 0x80) != 0 && one.type > message_type::cache_image)
            return fail(ids::unknown_message, one.offset, 0, static_cast<std::uint64_t>(one.type));
        to.messages.push_back(one);
    }
    return {};
}

}  // namespace detail

/// Reads all blocks of the header at `address`. Terminates for continuations that loop: blocks may
/// together be no larger than the file. Errors: hdf5.bad_object_header, hdf5.unsupported_version,
/// hdf5.bad_checksum, hdf5.unknown_message, hdf5.overlapping_structures, hdf5.bad_address,
/// bytes.truncated, io.
inline result<object_header> read_object_header(reader& in, std::uint64_t address) {
    object_header made;
    made.address = address;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> more;
    budget work(in.size());

    auto const head = in.get_up_to(address, 34);
    if (!head) return head.error();
    std::uint64_t const offset = in.place(address);
    bytes::cursor at(head->view(), offset);
    std::uint64_t size = 0;
    if (bytes::starts_with(head->view(), "OHDR")) {
        made.version = 2;
        at.bytes(4);
        if (auto const known = expect_version(at, 2); !known) return known.error();
        made.flags = at.number<std::uint8_t>();
        if ((made.flags & 0xc0) != 0) return fail(ids::bad_header, offset + 5, 0, made.flags);
        if ((made.flags & 0x20) != 0) at.bytes(16);
        if ((made.flags & 0x10) != 0) at.bytes(4);
        size = at.number_of(1U << (made.flags & 3));
    } else {
        if (auto const known = expect_version(at, 1); !known) return known.error();
        at.bytes(1 + 2 + 4);
        size = at.number<std::uint32_t>();
        at.bytes(4);
    }
    if (!at) return at.error();

    std::uint64_t const prefix = at.offset() - offset;
    std::uint64_t const tail = made.version == 2 ? 4 : 0;
    if (size > in.size()) return in.outside(address, size);
    auto first = in.get(address, prefix + size + tail);
    if (!first) return first.error();
    bytes::view const whole = first->view();
    made.blocks.push_back(std::move(*first));
    if (auto const fits = work.spend(whole.size(), offset); !fits) return fits.error();
    if (made.version == 2)
        if (auto const good = in.check(whole, offset); !good) return good.error();
    made.messages.reserve(8);
    if (auto const done = detail::read_messages(
            in, made,
            whole.subspan(static_cast<std::size_t>(prefix), static_cast<std::size_t>(size)),
            offset + prefix, more);
        !done)
        return done.error();

    for (std::size_t i = 0; i < more.size(); ++i) {
        auto const [place, length] = more[i];
        auto next = in.get(place, length);
        if (!next) return next.error();
        if (auto const fits = work.spend(length, in.place(place)); !fits) return fits.error();
        bytes::view data = next->view();
        std::uint64_t start = in.place(place);
        if (length == 0) return fail(ids::bad_header, start);
        if (made.version == 2) {
            if (data.size() < 8) return fail(bytes::ids::truncated, start, 8, data.size());
            bytes::cursor begin(data, start);
            if (auto const signed_ = expect(begin, "OCHK"); !signed_) return signed_.error();
            if (auto const good = in.check(data, start); !good) return good.error();
            data = data.subspan(4, data.size() - 8);
            start += 4;
        }
        made.blocks.push_back(std::move(*next));
        if (auto const done = detail::read_messages(in, made, data, start, more); !done)
            return done.error();
    }
    return made;
}

}  // namespace lade::inline LADE_ABI::hdf5
