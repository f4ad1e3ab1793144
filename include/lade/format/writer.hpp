// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/format/sink.hpp>
#include <lade/format/traits.hpp>
#include <lade/io/output_set.hpp>
#include <lade/model/listing.hpp>

#include <vector>

namespace lade::inline LADE_ABI {

namespace ids {
inline constexpr error_id wrong_byte_count{
    "save.wrong_byte_count", kind::mismatch,
    "the bytes that were pushed are not those that were declared"};
inline constexpr error_id dtype_not_storable{"save.dtype", kind::mismatch,
                                             "the format cannot hold elements of this type",
                                             "convert to another format, or ask for a cast"};
}  // namespace ids

/// The two phases of every save: all names, types and shapes first, then the bytes, never the whole
/// model in memory.
///
/// `start` takes the listing of what comes and writes what can be written; `push` takes the
/// elements of all tensors in the order of the listing, in pieces of any size; `finish` closes the
/// file. Strings come as 8-byte lengths and bytes. Tensors that are `absent` have no bytes. Where
/// the format keeps aliases (its trait says so), a tensor with an alias stands for its whole
/// storage: the bytes of each storage come once, at the first tensor that lies in it.
template <class W>
concept format_writer = requires(W& w, bytes::view data) {
    { w.push(data) } -> std::same_as<result<void>>;
    { w.finish() } -> std::same_as<result<void>>;
};

/// A format that can be saved. `start(output_set&, listing const&, save_options const&) ->
/// result<writer>`; the listing and the outputs must outlive the writer.
template <class Format>
concept writable = format<Format> && format_writer<typename format_traits<Format>::writer>;

/// Which storages were seen: the order in which their bytes are pushed.
class seen_storages {
  public:
    /// True the first time.
    bool first_time(std::uint64_t storage) {
        if (storage >= seen_.size()) seen_.resize(static_cast<std::size_t>(storage) + 1);
        bool const first = !seen_[static_cast<std::size_t>(storage)];
        seen_[static_cast<std::size_t>(storage)] = true;
        return first;
    }

  private:
    std::vector<bool> seen_;
};

/// A sink that pushes what a reader gives into a writer: the second pass of a conversion.
/// `Aliases`: the writer's trait.
template <format_writer Writer, bool Aliases>
class pump final : public any_sink {
  public:
    explicit pump(Writer& to) : to_(&to), block_(block_size) {}

    result<flow> take(tensor_info const& info, any_payload& bytes) override {
        any_payload* from = &bytes;
        if constexpr (Aliases) {
            if (info.in != nullptr && bytes.storage() != nullptr) {
                if (!seen_.first_time(info.in->storage)) return flow::more;
                from = bytes.storage();
            }
        }
        if (info.absent) return flow::more;
        auto const done =
            in_blocks(*from, block_, [&](bytes::view piece) { return to_->push(piece); });
        if (!done) return done.error().in(info.name);
        return flow::more;
    }

  private:
    static constexpr std::size_t block_size = std::size_t{1} << 20;

    Writer* to_;
    std::vector<std::byte> block_;
    seen_storages seen_;
};

}  // namespace lade::inline LADE_ABI
