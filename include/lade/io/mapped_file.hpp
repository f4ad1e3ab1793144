// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/exception.hpp>
#include <lade/bytes/memory.hpp>
#include <lade/io/file.hpp>

namespace lade::inline LADE_ABI {

/// A file mapped into memory: the source that gives views without reading. Owns the mapping; views
/// are good as long as it.
///
/// Whoever shortens the file while it is mapped makes reads of the lost part a bus error: the
/// operating system allows no check. Files replaced by a rename, as this library saves, stay whole.
/// Use `lade::file` where that can happen.
class mapped_file {
  public:
    mapped_file() = default;
#if LADE_EXCEPTIONS
    /// Throws lade::exception with the errors of `open`.
    explicit mapped_file(path const& at) : mapped_file(value_or_throw(open(at))) {}
#endif
    mapped_file(mapped_file&& other) noexcept : data_(std::exchange(other.data_, {})) {}
    mapped_file& operator=(mapped_file&& other) noexcept {
        std::swap(data_, other.data_);
        return *this;
    }
    ~mapped_file() {
        if (!data_.empty()) unmap();
    }

    /// Errors: those of file::open, io.map (found: errno).
    static result<mapped_file> open(path const& at) {
        auto const opened = file::open(at);
        if (!opened) return opened.error();
        return of(*opened).in(at.string());
    }

    /// Maps a file that is open. The file may be closed afterwards. Errors: io.map (found: errno).
    static result<mapped_file> of(file const& opened) {
        mapped_file mapped;
        std::uint64_t const size = opened.size();
        if (size == 0) return mapped;
        if (size > static_cast<std::size_t>(-1)) return fail(map_failed, error::nowhere, 0, size);
        auto const length = static_cast<std::size_t>(size);
#ifdef _WIN32
        auto const handle = reinterpret_cast<HANDLE>(::_get_osfhandle(opened.descriptor()));
        HANDLE const mapping = ::CreateFileMappingA(handle, nullptr, PAGE_READONLY, 0, 0, nullptr);
        void* const at =
            mapping == nullptr ? nullptr : ::MapViewOfFile(mapping, FILE_MAP_READ, 0, 0, 0);
        if (mapping != nullptr) ::CloseHandle(mapping);
        if (at == nullptr) return fail(map_failed, error::nowhere, 0, ::GetLastError());
#else
        void* const at = ::mmap(nullptr, length, PROT_READ, MAP_PRIVATE, opened.descriptor(), 0);
        if (at == MAP_FAILED) return io::last_error(map_failed);
#endif
        mapped.data_ = {static_cast<std::byte const*>(at), length};
        return mapped;
    }

    bytes::view bytes() const { return data_; }
    std::uint64_t size() const { return data_.size(); }
    std::optional<bytes::view> view(std::uint64_t offset, std::uint64_t size) const {
        return memory(data_).view(offset, size);
    }
    /// Errors: bytes.truncated.
    result<void> read(std::uint64_t offset, std::span<std::byte> to) const {
        return memory(data_).read(offset, to);
    }

    static constexpr error_id map_failed{
        "io.map", kind::io, "the operating system does not map the file (found: errno)"};

  private:
    void unmap() {
#ifdef _WIN32
        ::UnmapViewOfFile(data_.data());
#else
        ::munmap(const_cast<std::byte*>(data_.data()), data_.size());
#endif
    }

    bytes::view data_;
};
static_assert(source<mapped_file>);

}  // namespace lade::inline LADE_ABI
