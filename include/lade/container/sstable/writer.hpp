// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/output.hpp>
#include <lade/codec/crc32c.hpp>
#include <lade/container/sstable/block.hpp>
#include <lade/container/sstable/footer.hpp>

#include <algorithm>
#include <string>
#include <vector>

/// Writing block tables, byte for byte as TensorFlow's builder does without compression: same block
/// size, restarts, index keys.
///
/// leveldb/table/table_builder.cc; tensorflow/core/lib/io/table_builder.cc.
namespace lade::inline LADE_ABI::sstable {

struct write_options {
    /// A block is closed when it has so many bytes. TensorFlow: 256 KiB; LevelDB: 4096.
    std::size_t block_size = 262'144;
    /// Entries from one restart to the next.
    std::uint32_t restart_interval = 16;
    /// TensorFlow closes a block before an entry of at least two block sizes, so that it stands
    /// alone; LevelDB does not.
    bool large_entries_alone = true;
};

/// The bytes of a block as it grows.
class block_builder {
  public:
    explicit block_builder(std::uint32_t interval) : interval_(interval) { restarts_.push_back(0); }

    bool empty() const { return data_.empty(); }
    /// Bytes of the block if it were closed now.
    std::size_t size() const { return data_.size() + restarts_.size() * 4 + 4; }

    /// Precondition: keys ascend.
    void add(std::string_view key, bytes::view value) {
        std::size_t shared = 0;
        if (since_restart_ < interval_) {
            std::size_t const most = (std::min)(last_.size(), key.size());
            while (shared < most && last_[shared] == key[shared]) ++shared;
        } else {
            restarts_.push_back(static_cast<std::uint32_t>(data_.size()));
            since_restart_ = 0;
        }
        put(shared);
        put(key.size() - shared);
        put(value.size());
        append(bytes::of(key.substr(shared)));
        append(value);
        last_ = key;
        ++since_restart_;
    }

    /// The whole block, good until the next call.
    bytes::view close() {
        for (std::uint32_t const restart : restarts_) put_fixed(restart);
        put_fixed(static_cast<std::uint32_t>(restarts_.size()));
        return data_;
    }
    void clear() {
        data_.clear();
        restarts_.assign(1, 0);
        last_.clear();
        since_restart_ = 0;
    }

  private:
    void append(bytes::view more) { data_.insert(data_.end(), more.begin(), more.end()); }
    void put(std::uint64_t value) {
        std::byte number[10];
        append({number, static_cast<std::size_t>(protobuf::put_varint(number, value) - number)});
    }
    void put_fixed(std::uint32_t value) {
        std::byte number[4];
        bytes::store_le(number, value);
        append(number);
    }

    std::uint32_t interval_;
    std::vector<std::byte> data_;
    std::vector<std::uint32_t> restarts_;
    std::string last_;
    std::uint32_t since_restart_ = 0;
};

/// Builds a table on an output. Keys are given in strictly ascending order.
class table_writer {
  public:
    /// The output must outlive the writer.
    explicit table_writer(any_output to, write_options const& options = {})
        : to_(to),
          start_(to.written()),
          options_(options),
          block_(options.restart_interval),
          index_(1) {}

    /// Errors: sstable.unsorted, sstable.too_large, those of the output.
    result<void> add(std::string_view key, bytes::view value) {
        if (begun_ && key <= last_) return fail(ids::unsorted);
        if (key.size() > 0x7fffffff || value.size() > 0x7fffffff)
            return fail(too_large, error::nowhere, 0x7fffffff, value.size());
        if (options_.large_entries_alone && key.size() + value.size() >= 2 * options_.block_size &&
            !block_.empty())
            if (auto const done = flush(); !done) return done;
        if (pending_) {
            cut_between(last_, key);
            put_index();
        }
        begun_ = true;
        last_ = key;
        block_.add(key, value);
        if (block_.size() >= options_.block_size) return flush();
        return {};
    }

    /// Writes what is left, an empty metaindex, the index and the footer. Nothing may be added
    /// afterwards.
    result<void> finish() {
        if (auto const done = flush(); !done) return done;
        footer end;
        block_builder metaindex{options_.restart_interval};
        if (auto const where = write_block(metaindex.close()); where) end.metaindex = *where;
        else return where.error();
        if (pending_) {
            cut_behind(last_);
            put_index();
        }
        if (auto const where = write_block(index_.close()); where) end.index = *where;
        else return where.error();
        return to_.write(write_footer(end));
    }

    static constexpr error_id too_large{"sstable.too_large", kind::mismatch,
                                        "an entry of a table has more than 2 GiB"};

  private:
    result<void> flush() {
        if (block_.empty()) return {};
        auto const where = write_block(block_.close());
        if (!where) return where.error();
        pending_handle_ = *where;
        pending_ = true;
        block_.clear();
        return {};
    }

    result<handle> write_block(bytes::view data) {
        handle const where{to_.written() - start_, data.size()};
        std::byte trailer[trailer_size]{};
        std::uint32_t const crc = codec::crc32c(bytes::view{trailer, 1}, codec::crc32c(data));
        bytes::store_le(trailer + 1, codec::masked(crc));
        if (auto const done = to_.write(data); !done) return done.error();
        if (auto const done = to_.write(trailer); !done) return done.error();
        return where;
    }

    void put_index() {
        std::byte value[20];
        index_.add(index_key_,
                   {value, static_cast<std::size_t>(put_handle(value, pending_handle_) - value)});
        pending_ = false;
    }

    /// A short key that is not less than `low` and less than `high`.
    void cut_between(std::string_view low, std::string_view high) {
        index_key_ = low;
        std::size_t const most = (std::min)(low.size(), high.size());
        std::size_t differs = 0;
        while (differs < most && low[differs] == high[differs]) ++differs;
        if (differs == most) return;
        auto const byte = static_cast<unsigned char>(low[differs]);
        if (byte == 0xff || byte + 1 >= static_cast<unsigned char>(high[differs])) return;
        index_key_.resize(differs + 1);
        index_key_[differs] = static_cast<char>(byte + 1);
    }
    /// A short key that is not less than `last`.
    void cut_behind(std::string_view last) {
        index_key_ = last;
        for (std::size_t i = 0; i < last.size(); ++i) {
            if (static_cast<unsigned char>(last[i]) == 0xff) continue;
            index_key_.resize(i + 1);
            index_key_[i] = static_cast<char>(static_cast<unsigned char>(last[i]) + 1);
            return;
        }
    }

    any_output to_;
    std::uint64_t start_;
    write_options options_;
    block_builder block_;
    block_builder index_;
    std::string last_;
    std::string index_key_;
    handle pending_handle_{};
    bool pending_ = false;
    bool begun_ = false;
};

}  // namespace lade::inline LADE_ABI::sstable
