// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/source.hpp>
#include <lade/codec/crc32c.hpp>
#include <lade/codec/snappy.hpp>
#include <lade/container/sstable/block.hpp>
#include <lade/container/sstable/footer.hpp>

#include <memory>
#include <utility>
#include <vector>

/// Reading block tables: LevelDB's files as TensorFlow writes them, with plain keys.
///
///     data blocks, metaindex block, index block, footer
///     block on disk = block, type (0 as it is, 1 Snappy), masked CRC-32C of block and type
///     index block   = for each data block a key that is not less than its last one, and its handle
///
/// Supported: any number of data blocks; Snappy. Refused: other types, blocks that overlap or are
/// not in the order of the index, what Snappy cannot have made. The metaindex is not looked at.
/// leveldb/table/table.cc, format.cc; tensorflow/core/lib/io/table.cc.
namespace lade::inline LADE_ABI::sstable {

namespace ids {
inline constexpr error_id bad_crc{"sstable.bad_crc", kind::corrupt,
                                  "the bytes of a block do not match their CRC-32C",
                                  "the file was edited or damaged after saving", numbers::hex};
inline constexpr error_id bad_type{"sstable.bad_type", kind::unsupported,
                                   "a block is compressed in an unknown way"};
inline constexpr error_id bomb{"sstable.bomb", kind::unsafe,
                               "a block says that it is larger than its compression can make it"};
inline constexpr error_id disorder{"sstable.disorder", kind::corrupt,
                                   "the blocks of a table are not in the order of its index"};
}  // namespace ids

struct read_options {
    bool verify_crc = true;
};

/// The bytes of a block, where they lie or decoded.
class block_data {
  public:
    bytes::view bytes() const { return lies_ ? view_ : bytes::view{owned_}; }

    /// Reads the block and checks it. `end`: where the footer begins. Errors: sstable.bad_handle,
    /// sstable.bad_type (found: the type), sstable.bad_crc, sstable.bomb, snappy.*, those of the
    /// source.
    static result<block_data> read(any_source const& from, handle const& where, std::uint64_t end,
                                   read_options const& options) {
        if (!lies_before(where, end)) return fail(ids::bad_handle, where.offset, end, where.size);
        block_data made;
        std::uint64_t const whole = where.size + trailer_size;
        bytes::view stored;
        if (auto const lying = from.view(where.offset, whole)) {
            stored = *lying;
            made.lies_ = true;
        } else {
            made.owned_.resize(static_cast<std::size_t>(whole));
            if (auto const done = from.read(where.offset, made.owned_); !done) return done.error();
            stored = made.owned_;
        }
        auto const size = static_cast<std::size_t>(where.size);
        auto const type = static_cast<std::uint8_t>(stored[size]);
        if (options.verify_crc) {
            auto const told =
                codec::unmasked(bytes::load_le<std::uint32_t>(stored.data() + size + 1));
            if (auto const found = codec::crc32c(stored.first(size + 1)); found != told)
                return fail(ids::bad_crc, where.offset, told, found);
        }
        if (type > 1) return fail(ids::bad_type, where.offset + size, 1, type);
        if (type == 0) {
            made.view_ = stored.first(size);
            if (!made.lies_) made.owned_.resize(size);
            return made;
        }
        auto const length = codec::snappy_length(stored.first(size));
        if (!length) return length.error();
        // three bytes copy at most 64, so nothing longer can come out
        std::uint64_t const most = where.size * 22 + 64;
        if (*length > most) return fail(ids::bomb, where.offset, most, *length);
        std::vector<std::byte> plain(*length);
        auto const done = codec::snappy_decompress(stored.first(size), plain);
        if (!done) {
            error inner = done.error();
            inner.offset += where.offset;
            return inner;
        }
        made.lies_ = false;
        made.owned_ = std::move(plain);
        return made;
    }

  private:
    bytes::view view_{};
    std::vector<std::byte> owned_;
    bool lies_ = false;
};

class table_cursor;

/// A table. Reads the footer and the index when it is opened, blocks when they are asked for.
class table {
  public:
    /// The source must outlive the table. Errors: sstable.no_footer, those of `block_data::read`
    /// for the index, those of the source.
    static result<table> open(any_source from, read_options const& options = {}) {
        std::uint64_t const size = from.size();
        if (size < footer_size) return fail(ids::no_footer, 0, footer_size, size);
        std::array<std::byte, footer_size> last;
        if (auto const done = from.read(size - footer_size, last); !done) return done.error();
        auto const end = read_footer(last, size);
        if (!end) return end.error();
        auto index = block_data::read(from, end->index, size - footer_size, options);
        if (!index) return index.error();
        table made{from, options, *end};
        made.index_ = std::make_shared<block_data const>(*std::move(index));
        if (auto const entries = made.index(); !entries) return entries.error();
        return made;
    }

    /// Before the first entry.
    table_cursor begin() const;

    any_source const& source() const { return from_; }
    sstable::footer const& footer() const { return footer_; }

  private:
    friend class table_cursor;
    table(any_source from, read_options const& options, sstable::footer const& footer)
        : from_(from), options_(options), footer_(footer) {}

    result<block_cursor> index() const {
        return block_cursor::open(index_->bytes(), footer_.index.offset);
    }

    any_source from_;
    read_options options_;
    sstable::footer footer_;
    std::shared_ptr<block_data const> index_;
};

/// Walks over the entries of a table, one block in memory at a time. Failure sticks. Keys and
/// values are good until the cursor moves. The source must outlive it, the table need not.
class table_cursor {
  public:
    explicit table_cursor(table const& of) : of_(of), index_(*of.index()) {}
    table_cursor(table_cursor&&) = default;
    table_cursor& operator=(table_cursor&&) = default;

    /// Goes to the next entry; false at the end and after a failure. Errors: those of the blocks,
    /// sstable.disorder, sstable.unsorted (also from block to block).
    bool next() {
        if (failed()) return false;
        while (!has_block_ || !block_.next()) {
            if (has_block_ && block_.failed()) return stop(block_.error());
            if (has_block_) keep_last();
            if (!index_.next()) return index_.failed() ? stop(index_.error()) : false;
            if (!load(true)) return false;
        }
        if (fresh_) {
            fresh_ = false;
            if (walked_ && block_.key() <= last_)
                return stop(lade::fail(ids::unsorted, block_offset_));
            walked_ = true;
        }
        return true;
    }

    /// Goes to the first entry whose key is not less than `target`; false: there is none, or a
    /// failure.
    bool seek(std::string_view target) {
        if (failed()) return false;
        walked_ = fresh_ = false;
        if (!index_.seek(target)) {
            if (index_.failed()) return stop(index_.error());
            has_block_ = false;
            return false;
        }
        if (!load(false)) return false;
        if (block_.seek(target)) return true;
        if (block_.failed()) return stop(block_.error());
        return next();  // an index key may lie between two blocks
    }

    std::string_view key() const { return block_.key(); }
    bytes::view value() const { return block_.value(); }

    bool failed() const { return error_.id != nullptr; }
    lade::error const& error() const { return error_; }
    result<void> status() const {
        if (failed()) return error_;
        return {};
    }

  private:
    void keep_last() {
        last_ = block_.key();
        has_block_ = false;
    }
    bool load(bool in_order) {
        bytes::cursor value{index_.value()};
        handle const where = read_handle(value);
        if (!value) return stop(lade::fail(ids::bad_handle, of_.footer_.index.offset));
        // one after another, so that a small index cannot have one large block read again and again
        if (in_order && where.offset < next_offset_)
            return stop(lade::fail(ids::disorder, where.offset, next_offset_, where.offset));
        auto data =
            block_data::read(of_.from_, where, of_.from_.size() - footer_size, of_.options_);
        if (!data) return stop(data.error());
        data_ = *std::move(data);
        auto block = block_cursor::open(data_.bytes(), where.offset);
        if (!block) return stop(block.error());
        block_ = *std::move(block);
        next_offset_ = where.offset + where.size + trailer_size;
        block_offset_ = where.offset;
        has_block_ = fresh_ = true;
        return true;
    }
    bool stop(lade::error const& error) {
        error_ = error;
        has_block_ = false;
        return false;
    }

    table of_;
    block_cursor index_;
    block_data data_;
    block_cursor block_;
    std::string last_;
    std::uint64_t next_offset_ = 0;
    std::uint64_t block_offset_ = 0;
    bool has_block_ = false;
    bool fresh_ = false;
    bool walked_ = false;
    lade::error error_{};
};

inline table_cursor table::begin() const { return table_cursor{*this}; }

}  // namespace lade::inline LADE_ABI::sstable
