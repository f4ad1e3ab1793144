// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/output.hpp>
#include <lade/io/system.hpp>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>

#ifndef _WIN32
#include <sys/file.h>
#endif

namespace lade::inline LADE_ABI {

namespace ids {
inline constexpr error_id busy{"io.busy", kind::io,
                               "another process is saving this file at the moment"};
}  // namespace ids

/// A file that appears whole or not at all.
///
/// Bytes go to the sibling `<name>.lade~`; `commit` flushes them to the disk and renames the
/// sibling over `name`. Killed at any moment, the old file or the new one stands at `name`. A
/// sibling left by a killed save is overwritten by the next one; one that another process is
/// writing is not touched. Destroyed without `commit`, the sibling is removed.
class atomic_file {
  public:
    atomic_file(atomic_file&& other) noexcept
        : target_(std::move(other.target_)),
          sibling_(std::move(other.sibling_)),
          descriptor_(std::exchange(other.descriptor_, -1)),
          buffer_(std::move(other.buffer_)),
          used_(other.used_) {}
    atomic_file& operator=(atomic_file&&) = delete;
    ~atomic_file() {
        if (descriptor_ < 0) return;
        close_descriptor();
        std::remove(sibling_.c_str());
    }

    /// Starts a save to `at`. A symbolic link is followed; the mode of a file that is there is
    /// kept. Errors: io.busy, io.not_found (no such folder), io.denied, io.is_directory, io.write.
    static result<atomic_file> open(path const& at) {
        if (io::what_is(at) == io::entry::directory) return fail(ids::is_directory).in(at.string());
        atomic_file opened;
        opened.target_ = resolved(at);
        opened.sibling_ = opened.target_.string() + ".lade~";
        if (auto const done = opened.open_sibling(); !done) return done.error().in(at.string());
        opened.buffer_.reset(new std::byte[buffer_size]);
        return opened;
    }

    /// Errors: io.write (found: errno).
    result<void> write(bytes::view data) {
        if (data.size() >= buffer_size) {
            if (auto const done = flush(); !done) return done;
            return write_through(data);
        }
        if (data.size() > buffer_size - used_)
            if (auto const done = flush(); !done) return done;
        if (!data.empty()) std::memcpy(buffer_.get() + used_, data.data(), data.size());
        used_ += data.size();
        return {};
    }

    /// Puts the file in place. Errors: io.write; the old file is then still there, whole.
    result<void> commit() {
        if (auto const done = flush(); !done) return done;
#ifdef _WIN32
        if (::_commit(descriptor_) != 0)
            return io::last_error(ids::write_failed).in(target_.string());
        close_descriptor();
        if (::MoveFileExA(sibling_.c_str(), target_.c_str(),
                          MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH) == 0)
            return fail(ids::write_failed, error::nowhere, 0, ::GetLastError())
                .in(target_.string());
#else
        if (::fsync(descriptor_) != 0)
            return io::last_error(ids::write_failed).in(target_.string());
        if (::rename(sibling_.c_str(), target_.c_str()) != 0)
            return io::last_error(ids::write_failed).in(target_.string());
        close_descriptor();
        std::string const folder(target_.folder());
        if (int const open = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_CLOEXEC);
            open >= 0) {
            ::fsync(open);  // best effort: some file systems refuse to flush a directory
            ::close(open);
        }
#endif
        return {};
    }

  private:
    static constexpr std::size_t buffer_size = std::size_t{1} << 18;

    atomic_file() = default;

    static path resolved(path const& at) {
#ifndef _WIN32
        if (char* const real = ::realpath(at.c_str(), nullptr)) {
            std::string text(real);
            std::free(real);
            return text;
        }
#endif
        return at;
    }

    result<void> open_sibling() {
#ifdef _WIN32
        descriptor_ = ::_open(sibling_.c_str(), _O_WRONLY | _O_BINARY | _O_CREAT | _O_TRUNC,
                              _S_IREAD | _S_IWRITE);
        return descriptor_ < 0 ? result<void>(io::last_error(ids::write_failed)) : result<void>();
#else
        // a name may be renamed away between opening and locking it: the lock counts only if the
        // name still means our file
        for (int attempt = 0; attempt < 16; ++attempt) {
            int const open = ::open(sibling_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
            if (open < 0) return io::last_error(ids::write_failed);
            io::stat_record ours{}, named{};
            if (::flock(open, LOCK_EX | LOCK_NB) != 0) {
                ::close(open);
                return fail(ids::busy);
            }
            if (io::stat_of(open, &ours) == 0 && io::stat_of(sibling_.c_str(), &named) == 0 &&
                ours.st_ino == named.st_ino) {
                descriptor_ = open;
                if (::ftruncate(open, 0) != 0) return io::last_error(ids::write_failed);
                if (io::stat_record old{}; io::stat_of(target_.c_str(), &old) == 0)
                    (void)!::fchmod(open, old.st_mode & 07777);
                return {};
            }
            ::close(open);
        }
        return fail(ids::busy);
#endif
    }

    result<void> flush() {
        std::size_t const size = std::exchange(used_, 0);
        return write_through({buffer_.get(), size});
    }

    result<void> write_through(bytes::view data) {
        while (!data.empty()) {
            constexpr std::size_t most = std::size_t{1} << 30;
            std::size_t const wanted = data.size() < most ? data.size() : most;
#ifdef _WIN32
            auto const put = ::_write(descriptor_, data.data(), static_cast<unsigned>(wanted));
#else
            auto const put = ::write(descriptor_, data.data(), wanted);
#endif
            if (put < 0 && errno == EINTR) continue;
            if (put < 0) return io::last_error(ids::write_failed).in(target_.string());
            data = data.subspan(static_cast<std::size_t>(put));
        }
        return {};
    }

    void close_descriptor() {
#ifdef _WIN32
        ::_close(std::exchange(descriptor_, -1));
#else
        ::close(std::exchange(descriptor_, -1));
#endif
    }

    path target_;
    path sibling_;
    int descriptor_ = -1;
    std::unique_ptr<std::byte[]> buffer_;
    std::size_t used_ = 0;
};
static_assert(output<atomic_file>);

}  // namespace lade::inline LADE_ABI
