// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/format/any_sink.hpp>
#include <lade/format/save_errors.hpp>
#include <lade/format/traits.hpp>
#include <lade/io/output_set.hpp>
#include <lade/model/listing.hpp>

#include <vector>

namespace lade::inline LADE_ABI {

/// The two phases of every save: all names, types and shapes first, then the bytes, never the whole
/// model in memory.
///
/// `start` takes the listing of what comes and writes what can be written; `push` takes the
/// elements of all tensors in the order of the listing, in pieces of any size; `finish` closes the
/// file. Strings come as 8-byte lengths and bytes. Tensors that are `absent` have no bytes. Where
/// the format keeps aliases (its trait says so), the bytes of all storages come first, by number,
/// then those of the tensors that lie in none.
template <class W>
concept format_writer = requires(W& w, bytes::view data) {
    { w.push(data) } -> std::same_as<result<void>>;
    { w.finish() } -> std::same_as<result<void>>;
};

/// A format that can be saved. `start(output_set&, listing const&, save_options const&) ->
/// result<writer>`; the listing and the outputs must outlive the writer.
template <class Format>
concept writable = format<Format> && format_writer<typename format_traits<Format>::writer>;

/// A sink that pushes what a reader gives into a writer: the second pass of a conversion.
///
template <format_writer Writer>
class pump final : public any_sink {
  public:
    /// `leaves`: tells of a tensor that it is left out. `separator`: see any_sink.
    explicit pump(Writer& to, bool (*leaves)(tensor_info const&) = nullptr,
                  std::string_view separator = ".")
        : to_(&to), leaves_(leaves), separator_(separator), block_(block_size) {}

    std::string_view separator() const override { return separator_; }

    bool wants_storages() const override {
        if constexpr (requires { to_->keeps_aliases(); }) return to_->keeps_aliases();
        else return false;
    }
    result<void> storage(std::uint64_t /*number*/, any_payload& bytes) override {
        return push(bytes);
    }
    result<flow> take(tensor_info const& info, any_payload& bytes) override {
        if (leaves_ != nullptr && leaves_(info)) return flow::more;
        std::size_t const number = number_++;
        if (info.absent || (info.in != nullptr && wants_storages())) return flow::more;
        if constexpr (requires { to_->wants(number); })
            if (!to_->wants(number)) return flow::more;
        if (auto const done = push(bytes); !done) return done.error().in(info.name);
        return flow::more;
    }

  private:
    static constexpr std::size_t block_size = std::size_t{1} << 20;

    result<void> push(any_payload& from) {
        return in_blocks(from, block_, [&](bytes::view piece) { return to_->push(piece); });
    }

    Writer* to_;
    bool (*leaves_)(tensor_info const&);
    std::string_view separator_;
    std::vector<std::byte> block_;
    std::size_t number_ = 0;  ///< of the next tensor
};

}  // namespace lade::inline LADE_ABI
