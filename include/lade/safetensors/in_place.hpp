// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/format/sink.hpp>
#include <lade/safetensors/header.hpp>

/// The reader for flash: no heap, no scratch, usable in constant expressions.
namespace lade::inline LADE_ABI::safetensors {

namespace ids {
inline constexpr error_id needs_scratch{
    "safetensors.needs_scratch", kind::unsupported,
    "the header is not in memory, not in the order of the data, lists too many tensors or too long "
    "escaped names to be read without memory",
    "pass a scratch, or save the file again with this library"};
}  // namespace ids

namespace detail {

/// Characters of a name with escapes.
inline constexpr std::size_t longest_escaped = 256;
/// Tensors that are compared with all others without memory: that takes quadratic time.
inline constexpr std::size_t most_in_place = 4096;

/// The text of a string: where it lies, or in `room`. Constant expressions know no text in bytes.
constexpr std::optional<std::string_view> text_in(std::span<char> room, json::string of) {
    if (!std::is_constant_evaluated() && !of.escaped)
        return of.raw.empty() ? std::string_view("", 0) : bytes::text(of.raw);
    return of.copy(room);
}

struct order_check {
    std::uint64_t end = 0;
    std::size_t count = 0;
    std::size_t words = 0;

    constexpr result<void> metadata(json::string, json::string, std::uint64_t) {
        ++words;
        return {};
    }
    constexpr result<void> tensor(entry const& one) {
        if (auto const done = check_neighbours(end, one.begin, one.place); !done) {
            // a later entry may fill a hole; what begins early may have its place further up
            return in_tensor(fail(ids::needs_scratch, one.place, end, one.begin), one.name);
        }
        end = one.end;
        ++count;
        return {};
    }
};

/// Compares a block of names with all names after them: 32 names a walk.
struct name_check {
    static constexpr std::size_t block = 32;
    std::size_t first;  // of the block
    bool words;         // metadata instead of tensors
    std::size_t at = 0;
    json::string kept[block]{};

    constexpr result<void> met(json::string name, std::uint64_t place) {
        std::size_t const position = at++;
        if (position < first) return {};
        std::array<char, longest_escaped> room{};
        auto const text = text_in(room, name);
        if (!text) return fail(ids::needs_scratch, place, room.size(), name.raw.size());
        std::size_t const before = position - first < block ? position - first : block;
        for (std::size_t i = 0; i < before; ++i)
            if (kept[i].is(*text)) return fail(ids::duplicate_key, place).in(*text);
        if (before < block) kept[before] = name;
        return {};
    }
    constexpr result<void> metadata(json::string key, json::string, std::uint64_t place) {
        return words ? met(key, place) : result<void>();
    }
    constexpr result<void> tensor(entry const& one) {
        return words ? result<void>() : met(one.name, one.place);
    }
};

template <source Source, class Sink>
struct in_place_feed {
    Source* from;
    Sink* to;
    std::uint64_t data_begin;
    flow answer = flow::more;

    constexpr result<void> metadata(json::string key, json::string value, std::uint64_t place) {
        if constexpr (requires(std::string_view text) { to->metadata(text, text); }) {
            std::array<char, longest_escaped> key_room{}, value_room{};
            auto const name = text_in(key_room, key);
            auto const text = text_in(value_room, value);
            if (!name || !text) return fail(ids::needs_scratch, place, longest_escaped);
            return to->metadata(*name, *text);
        } else {
            return {};
        }
    }
    constexpr result<void> tensor(entry const& one) {
        if (answer == flow::enough) return {};
        std::array<char, longest_escaped> room{};
        tensor_info info;
        info.name = *text_in(room, one.name);  // name_check has seen that it fits
        info.type = one.type;
        info.shape = one.shape;
        info.nbytes = one.end - one.begin;
        stored<Source> payload(*from, data_begin + one.begin, info.nbytes);
        auto const got = to->tensor(info, payload);
        if (!got) return got.error();
        answer = *got;
        return {};
    }
};

}  // namespace detail

/// Reads a file whose header lies in memory and lists the tensors in the order of their data, as
/// all known writers do. Takes about 2 KB of stack and no other memory. Linear up to 32 tensors;
/// beyond, names are compared in blocks of 32, up to 4096 tensors.
/// Errors: those of walk_header, safetensors.duplicate_key, .trailing_bytes, .needs_scratch, those
/// of the sink.
template <source Source, class Sink>
    requires sink<Sink, stored<Source>>
constexpr result<flow> read_in_place(Source& from, Sink& to, options const& how = {}) {
    auto const where = read_extent(from, how.limits);
    if (!where) return where.error();
    auto const header = view_of(from, 8, where->header);
    if (!header) return fail(ids::needs_scratch, 8, where->header);
    auto const walk = [&](auto& visitor) {
        return walk_header(*header, where->data, how.limits, visitor);
    };

    detail::order_check order;
    if (auto const done = walk(order); !done) return done.error();
    if (order.end < where->data && !how.allow_trailing)
        return fail(ids::trailing_bytes, where->data_begin() + order.end, order.end, where->data);
    if (order.count > detail::most_in_place || order.words > detail::most_in_place)
        return fail(ids::needs_scratch, 8, detail::most_in_place, order.count);
    auto const check_names = [&](bool words, std::size_t count) -> result<void> {
        for (std::size_t first = 0; first < count; first += detail::name_check::block) {
            detail::name_check names{first, words};
            if (auto const done = walk(names); !done) return done;
        }
        return {};
    };
    if (auto const done = check_names(false, order.count); !done) return done.error();
    if (auto const done = check_names(true, order.words); !done) return done.error();

    detail::in_place_feed<Source, Sink> feed{&from, &to, where->data_begin()};
    if (auto const done = walk(feed); !done) return done.error();
    return feed.answer;
}

}  // namespace lade::inline LADE_ABI::safetensors
