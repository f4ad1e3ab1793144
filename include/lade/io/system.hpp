// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/result.hpp>
#include <lade/io/path.hpp>

#include <cerrno>
#include <cstdint>
#include <string>
#include <vector>

#ifdef _WIN32
#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#ifndef NOMINMAX
#define NOMINMAX
#endif
#include <fcntl.h>
#include <io.h>
#include <process.h>
#include <sys/stat.h>
#include <windows.h>
#else
#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

/// What is asked of the operating system, in the words of POSIX. The only header that includes its
/// headers.
namespace lade::inline LADE_ABI {

namespace ids {
inline constexpr error_id not_found{"io.not_found", kind::io, "there is no such file",
                                    "check the path"};
inline constexpr error_id denied{"io.denied", kind::io, "the file may not be opened"};
inline constexpr error_id is_directory{"io.is_directory", kind::io,
                                       "this is a directory, not a file"};
inline constexpr error_id not_regular{"io.not_regular", kind::io,
                                      "this is a pipe, a socket or a device, not a file",
                                      "copy it to a file first"};
inline constexpr error_id open_failed{"io.open", kind::io,
                                      "the operating system does not open the file (found: errno)"};
inline constexpr error_id read_failed{"io.read", kind::io,
                                      "the operating system does not read the file (found: errno)"};
inline constexpr error_id write_failed{
    "io.write", kind::io, "the operating system does not write the file (found: errno)"};
inline constexpr error_id outside_folder{
    "io.outside_folder", kind::unsafe,
    "a file names another one outside its own folder; nothing was opened",
    "move the parts into one folder and name them relative to it"};
}  // namespace ids

namespace io {

/// What stands at a path.
enum class entry : std::uint8_t { nothing, file, directory, other };

#ifdef _WIN32
using stat_record = struct ::_stat64;
inline int stat_of(char const* name, stat_record* to) { return ::_stat64(name, to); }
inline int stat_of(int descriptor, stat_record* to) { return ::_fstat64(descriptor, to); }
inline bool is_file(stat_record const& s) { return (s.st_mode & _S_IFMT) == _S_IFREG; }
inline bool is_folder(stat_record const& s) { return (s.st_mode & _S_IFMT) == _S_IFDIR; }
#else
using stat_record = struct ::stat;
inline int stat_of(char const* name, stat_record* to) { return ::stat(name, to); }
inline int stat_of(int descriptor, stat_record* to) { return ::fstat(descriptor, to); }
inline bool is_file(stat_record const& s) { return S_ISREG(s.st_mode); }
inline bool is_folder(stat_record const& s) { return S_ISDIR(s.st_mode); }
#endif

/// Follows symbolic links.
inline entry what_is(path const& at) {
    stat_record found{};
    if (stat_of(at.c_str(), &found) != 0) return entry::nothing;
    if (is_file(found)) return entry::file;
    return is_folder(found) ? entry::directory : entry::other;
}

/// The error that the last failed call left behind.
inline error last_error(error_id const& otherwise) {
    int const number = errno;
    error_id const* id = &otherwise;
    if (number == ENOENT || number == ENOTDIR) id = &ids::not_found;
    if (number == EACCES || number == EPERM) id = &ids::denied;
    if (number == EISDIR) id = &ids::is_directory;
    return fail(*id, error::nowhere, 0, static_cast<std::uint64_t>(number));
}

/// Makes the directory `at` and those above it that are not there. What is there is no error; the
/// last failure shows when a file is made in it.
inline void make_folders(path const& at) {
    std::string const& text = at.string();
    for (std::size_t end = 1; end <= text.size(); ++end) {
        if (end != text.size() && !path::is_separator(text[end])) continue;
        path const part(text.substr(0, end));
        if (what_is(part) != entry::nothing) continue;
#ifdef _WIN32
        (void)::CreateDirectoryA(part.c_str(), nullptr);
#else
        (void)::mkdir(part.c_str(), 0777);
#endif
    }
}

/// Names in a directory, unsorted, without `.` and `..`. Empty where there is no such directory.
inline std::vector<std::string> names_in(path const& folder) {
    std::vector<std::string> names;
#ifdef _WIN32
    WIN32_FIND_DATAA found;
    HANDLE const search = ::FindFirstFileA((folder / "*").c_str(), &found);
    if (search == INVALID_HANDLE_VALUE) return names;
    do names.emplace_back(found.cFileName);
    while (::FindNextFileA(search, &found) != 0);
    ::FindClose(search);
#else
    DIR* const open = ::opendir(folder.empty() ? "." : folder.c_str());
    if (open == nullptr) return names;
    while (dirent const* const one = ::readdir(open)) names.emplace_back(one->d_name);
    ::closedir(open);
#endif
    std::erase_if(names, [](std::string const& name) { return name == "." || name == ".."; });
    return names;
}

}  // namespace io
}  // namespace lade::inline LADE_ABI
