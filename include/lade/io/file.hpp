// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/checked.hpp>
#include <lade/bytes/record.hpp>
#include <lade/bytes/source.hpp>
#include <lade/io/system.hpp>

#include <algorithm>
#include <utility>

namespace lade::inline LADE_ABI {

/// An open file as a source that is read piece by piece; the source for files that must not be
/// mapped. Owns the descriptor.
class file {
  public:
    file() = default;
    file(file&& other) noexcept
        : descriptor_(std::exchange(other.descriptor_, -1)), size_(std::exchange(other.size_, 0)) {}
    file& operator=(file&& other) noexcept {
        std::swap(descriptor_, other.descriptor_);
        std::swap(size_, other.size_);
        return *this;
    }
    ~file() {
        if (descriptor_ >= 0) close_descriptor();
    }

    /// Opens for reading. Directories, pipes and devices are refused: their size is not known.
    /// Errors: io.not_found, io.denied, io.is_directory, io.not_regular, io.open.
    static result<file> open(path const& at) {
        file opened;
#ifdef _WIN32
        opened.descriptor_ = ::_open(at.c_str(), _O_RDONLY | _O_BINARY);
#else
        opened.descriptor_ = ::open(at.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
#endif
        if (opened.descriptor_ < 0) return io::last_error(ids::open_failed).in(at.string());
        io::stat_record found{};
        if (io::stat_of(opened.descriptor_, &found) != 0)
            return io::last_error(ids::open_failed).in(at.string());
        if (io::is_folder(found)) return fail(ids::is_directory).in(at.string());
        if (!io::is_file(found)) return fail(ids::not_regular).in(at.string());
        opened.size_ = static_cast<std::uint64_t>(found.st_size);
        return opened;
    }

    std::uint64_t size() const { return size_; }
    int descriptor() const { return descriptor_; }

    /// Errors: bytes.truncated, io.read (found: errno).
    result<void> read(std::uint64_t offset, std::span<std::byte> to) const {
        if (!bytes::inside(offset, to.size(), size_))
            return fail(bytes::ids::truncated, offset, to.size(),
                        offset < size_ ? size_ - offset : 0);
        while (!to.empty()) {
            constexpr std::size_t most = std::size_t{1}
                                         << 30;  // some systems refuse more in one call
            std::size_t const wanted = (std::min)(to.size(), most);
#ifdef _WIN32
            auto const got = ::_lseeki64(descriptor_, static_cast<long long>(offset), SEEK_SET) < 0
                                 ? -1
                                 : ::_read(descriptor_, to.data(), static_cast<unsigned>(wanted));
#else
            auto const got = ::pread(descriptor_, to.data(), wanted, static_cast<off_t>(offset));
#endif
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) return io::last_error(ids::read_failed);
            if (got == 0)
                return fail(bytes::ids::truncated, offset, to.size(),
                            0);  // it shrank after it was opened
            to = to.subspan(static_cast<std::size_t>(got));
            offset += static_cast<std::uint64_t>(got);
        }
        return {};
    }

  private:
    void close_descriptor() {
#ifdef _WIN32
        ::_close(descriptor_);
#else
        ::close(descriptor_);
#endif
    }

    int descriptor_ = -1;
    std::uint64_t size_ = 0;
};
static_assert(source<file>);

}  // namespace lade::inline LADE_ABI
