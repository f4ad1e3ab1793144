// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/result.hpp>
#include <lade/bytes/endian.hpp>
#include <lade/bytes/view.hpp>
#include <lade/container/protobuf/schema.hpp>

#include <array>

/// The wire format of Protocol Buffers, read and written field by field.
///
///     field    = tag, value
///     tag      = varint of number * 8 + wire type; number 1 ... 2^29 - 1
///     0 varint = base 128, low groups first, at most ten bytes; negative numbers are 64 bits wide
///     1, 5     = eight, four bytes, little-endian
///     2        = varint size, then so many bytes: text, bytes, a message, packed numbers
///     3 ... 4  = a group: fields up to the end tag with the same number
///
/// Supported: all of it; groups are found and stepped over as a whole. Refused: wire types 6 and 7,
/// number 0, an end tag without its start, groups in groups beyond `max_depth`. Encoding guide,
/// protobuf.dev/programming-guides/encoding.
namespace lade::inline LADE_ABI::protobuf {

namespace ids {
inline constexpr error_id truncated{"protobuf.truncated", kind::corrupt,
                                    "a field ends beyond its message",
                                    "the file is cut short, or is no protobuf message"};
inline constexpr error_id bad_varint{"protobuf.bad_varint", kind::corrupt,
                                     "a variable-length integer does not fit 64 bits"};
inline constexpr error_id bad_tag{"protobuf.bad_tag", kind::corrupt,
                                  "a field has no legal number and wire type"};
inline constexpr error_id bad_group{"protobuf.bad_group", kind::corrupt,
                                    "a group does not end where it should"};
inline constexpr error_id too_deep{"protobuf.too_deep", kind::unsupported,
                                   "messages are nested too deeply"};
}  // namespace ids

/// Messages in messages that are entered; protobuf's own default, which TensorFlow keeps.
inline constexpr std::uint32_t max_depth = 100;

/// One field as it stands. The views are good as long as the bytes that were read.
struct wire_field {
    std::uint32_t number = 0;
    wire kind = wire::varint;
    std::uint64_t value = 0;  ///< of a varint or fixed field
    bytes::view data{};       ///< the payload: of a group the fields in it, of a number its bytes
    bytes::view whole{};      ///< tag and payload
};

/// Pulls the fields of one message, front to back. Failure sticks: after it `next` gives no more,
/// and `error` tells why.
class wire_reader {
    template <class T>
    constexpr bool fixed(wire_field& to) {
        auto const left = static_cast<std::size_t>(end_ - at_);
        if (left < sizeof(T)) return fail(ids::truncated, at_, sizeof(T), left);
        to.value = bytes::load_le<T>(at_);
        to.data = {at_, sizeof(T)};
        at_ += sizeof(T);
        return true;
    }

  public:
    /// `base` is where `data` starts in the file; places in errors count from there.
    constexpr explicit wire_reader(bytes::view data, std::uint64_t base = 0)
        : at_(data.data()), end_(data.data() + data.size()), begin_(data.data()), base_(base) {}

    constexpr explicit operator bool() const { return failed_ == nullptr; }
    constexpr bool done() const { return at_ == end_; }

    /// Precondition: a read has failed.
    constexpr lade::error error() const {
        return lade::fail(*failed_, base_ + static_cast<std::uint64_t>(failed_at_ - begin_),
                          expected_, found_);
    }

    /// False at the end, and after a failure. Errors: protobuf.truncated (expected: bytes needed,
    /// found: bytes left), protobuf.bad_varint, protobuf.bad_tag (found: the tag),
    /// protobuf.bad_group, protobuf.too_deep.
    constexpr bool next(wire_field& to) {
        if (at_ == end_) return false;
        std::byte const* const start = at_;
        if (!header(to)) return false;
        if (to.kind == wire::group_end) return fail(ids::bad_group, start, 0, to.number);
        if (to.kind == wire::group) {
            std::byte const* const inside = at_;
            if (!skip_group(to.number)) return false;
            to.data = {inside, group_end_};
        }
        to.whole = {start, at_};
        return true;
    }

    /// The next varint, for packed numbers. Zero after a failure.
    constexpr std::uint64_t varint() {
        std::uint64_t value = 0;
        (void)read_varint(value);
        return value;
    }

    /// The next number as a field of the wire type `kind` (varint, fixed64, fixed32) holds it. Zero
    /// after a failure.
    constexpr std::uint64_t number(wire kind) {
        wire_field to;
        switch (kind) {
            case wire::fixed64: return fixed<std::uint64_t>(to) ? to.value : 0;
            case wire::fixed32: return fixed<std::uint32_t>(to) ? to.value : 0;
            default: return varint();
        }
    }

  private:
    constexpr bool read_varint(std::uint64_t& value) {
        if (at_ != end_ && static_cast<std::uint8_t>(*at_) < 0x80) {
            value = static_cast<std::uint8_t>(*at_++);
            return true;
        }
        if (end_ - at_ >= 2 && static_cast<std::uint8_t>(at_[1]) < 0x80) {
            value = (static_cast<std::uint64_t>(at_[0]) & 0x7f) | static_cast<std::uint64_t>(at_[1])
                                                                      << 7;
            at_ += 2;
            return true;
        }
        return read_long_varint(value);
    }

    constexpr bool read_long_varint(std::uint64_t& value) {
        std::byte const* const start = at_;
        value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            if (at_ == end_) return fail(ids::truncated, start, shift / 7 + 1, shift / 7);
            auto const byte = static_cast<std::uint8_t>(*at_++);
            auto const low = static_cast<std::uint64_t>(byte & 0x7f);
            if (shift == 63 && low > 1) break;
            value |= low << shift;
            if (byte < 0x80) return true;
        }
        return fail(ids::bad_varint, start);
    }

    /// Tag and payload, but of a group the tag only.
    constexpr bool header(wire_field& to) {
        std::byte const* const start = at_;
        std::uint64_t tag = 0;
        if (!read_varint(tag)) return false;
        auto const kind = static_cast<std::uint8_t>(tag & 7);
        if (tag > 0xffffffff || tag < 8 || kind > 5) return fail(ids::bad_tag, start, 0, tag);
        to.number = static_cast<std::uint32_t>(tag >> 3);
        to.kind = static_cast<wire>(kind);
        std::byte const* const payload = at_;
        switch (to.kind) {
            case wire::varint:
                if (!read_varint(to.value)) return false;
                to.data = {payload, at_};
                return true;
            case wire::fixed64: return fixed<std::uint64_t>(to);
            case wire::fixed32: return fixed<std::uint32_t>(to);
            case wire::sized: {
                std::uint64_t size = 0;
                if (!read_varint(size)) return false;
                auto const left = static_cast<std::uint64_t>(end_ - at_);
                if (size > left) return fail(ids::truncated, start, size, left);
                to.data = {at_, static_cast<std::size_t>(size)};
                at_ += size;
                return true;
            }
            default: return true;
        }
    }

    /// Steps behind the end tag that belongs to the start tag just read; `group_end_` is where that
    /// end tag begins.
    constexpr bool skip_group(std::uint32_t number) {
        std::array<std::uint32_t, max_depth> open{number};
        std::size_t depth = 1;
        wire_field inner;
        while (depth > 0) {
            std::byte const* const start = at_;
            if (at_ == end_) return fail(ids::truncated, start, 1, 0);
            if (!header(inner)) return false;
            if (inner.kind == wire::group) {
                if (depth == open.size())
                    return fail(ids::too_deep, start, max_depth, max_depth + 1);
                open[depth++] = inner.number;
            } else if (inner.kind == wire::group_end) {
                if (inner.number != open[--depth])
                    return fail(ids::bad_group, start, open[depth], inner.number);
                group_end_ = start;
            }
        }
        return true;
    }

    constexpr bool fail(error_id const& id, std::byte const* place, std::uint64_t expected = 0,
                        std::uint64_t found = 0) {
        if (failed_ == nullptr) {
            failed_ = &id;
            failed_at_ = place;
            expected_ = expected;
            found_ = found;
        }
        at_ = end_;
        return false;
    }

    std::byte const* at_;
    std::byte const* end_;
    std::byte const* begin_;
    std::byte const* failed_at_ = nullptr;
    std::byte const* group_end_ = nullptr;
    std::uint64_t base_;
    error_id const* failed_ = nullptr;
    std::uint64_t expected_ = 0;
    std::uint64_t found_ = 0;
};

/// Bytes that `value` takes as a varint: 1 to 10.
constexpr std::size_t varint_size(std::uint64_t value) {
    std::size_t size = 1;
    for (; value >= 0x80; value >>= 7) ++size;
    return size;
}

/// Writes `value` in as few bytes as it needs and returns the place behind it. Precondition: room
/// for varint_size(value).
constexpr std::byte* put_varint(std::byte* to, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) *to++ = static_cast<std::byte>((value & 0x7f) | 0x80);
    *to++ = static_cast<std::byte>(value);
    return to;
}

constexpr std::uint64_t tag_of(std::uint32_t number, wire kind) {
    return std::uint64_t{number} << 3 | static_cast<std::uint64_t>(kind);
}

/// Numbers of type sint32 and sint64: 0, -1, 1, -2 ... are 0, 1, 2, 3 ...
constexpr std::uint64_t zigzag(std::int64_t value) {
    return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
constexpr std::int64_t from_zigzag(std::uint64_t value) {
    return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

}  // namespace lade::inline LADE_ABI::protobuf
