// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/result.hpp>
#include <lade/bytes/view.hpp>
#include <lade/codec/inflate_engine.hpp>
#include <lade/codec/step.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace lade::inline LADE_ABI::codec {

/// Decompresses one raw DEFLATE stream in pieces of any size, down to single bytes, for entries
/// that are too large for memory. About 46 KB, no heap; put it where such an object may live.
///
///     inflater stream;
///     for (;;) {
///         auto const did = stream.next(input, output);   // error: refused for good
///         ... take did->produced bytes, drop did->consumed bytes of the input
///         if (did->finished) break;
///         if (input is empty and there is no more) -> stream.truncated()
///     }
class inflater {
  public:
    inflater() { window_.at = 0; }
    inflater(inflater const&) = delete;  // large: a copy is never meant
    inflater& operator=(inflater const&) = delete;

    /// Begins a new stream.
    void reset() {
        engine_.restart();
        window_.at = 0;
        window_.have = 0;
        read_ = 0;
    }

    /// Goes on until the input is used up, the output is full or the stream ends. Bytes of `output`
    /// behind `produced` may be overwritten. A call that can do nothing does nothing. Errors: the
    /// inflate.* of damaged data; the offset counts from the first byte of the stream. The same
    /// error again after an error.
    result<step> next(bytes::view input, std::span<std::byte> output) {
        detail::inflate_io io{input.data(),  input.data() + input.size(),   output.data(),
                              output.data(), output.data() + output.size(), &window_};
        auto const status = engine_.run(io);
        step const did{static_cast<std::size_t>(io.in - input.data()),
                       static_cast<std::size_t>(io.out - output.data()),
                       status == detail::inflate_status::finished};
        read_ += did.consumed;
        if (status == detail::inflate_status::failed) return engine_.failure(read_);
        if (did.produced != 0) window_.append(output.data(), did.produced);
        return did;
    }

    /// The error for a stream that has not finished when its input has ended.
    [[nodiscard]] error truncated() const { return fail(ids::inflate_truncated, read_); }

    /// Bytes of the stream read so far.
    [[nodiscard]] std::uint64_t read() const { return read_; }

  private:
    detail::inflate_engine engine_;
    detail::inflate_window window_;
    std::uint64_t read_ = 0;
};

}  // namespace lade::inline LADE_ABI::codec
