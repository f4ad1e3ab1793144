// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/io/system.hpp>
#include <support/bytes.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

/// Files of tests: fixtures, folders that vanish, files that are all hole.
namespace support {

/// A folder of its own for the time of a test, removed with all that is in it.
class scratch_folder {
  public:
    scratch_folder() {
        char const* const base = std::getenv("TMPDIR");
        std::string name = std::string(base != nullptr ? base : "/tmp") + "/lade-test-XXXXXX";
        made_ = ::mkdtemp(name.data()) != nullptr;
        at_ = name;
    }
    scratch_folder(scratch_folder const&) = delete;
    scratch_folder& operator=(scratch_folder const&) = delete;
    ~scratch_folder() {
        if (made_) remove_all(at_);
    }

    std::string operator/(std::string_view name) const {
        return std::string(at_).append(1, '/').append(name);
    }
    std::string const& path() const { return at_; }
    /// Names in it, sorted.
    std::vector<std::string> names() const {
        auto all = lade::io::names_in(at_);
        std::sort(all.begin(), all.end());
        return all;
    }

  private:
    static void remove_all(std::string const& folder) {
        ::chmod(folder.c_str(), 0700);
        for (auto const& name : lade::io::names_in(folder)) {
            std::string const at = folder + '/' + name;
            struct ::stat found{};
            if (::lstat(at.c_str(), &found) == 0 && S_ISDIR(found.st_mode)) remove_all(at);
            else ::unlink(at.c_str());
        }
        ::rmdir(folder.c_str());
    }

    std::string at_;
    bool made_ = false;
};

inline bool write_file(std::string const& at, lade::bytes::view content) {
    std::FILE* const file = std::fopen(at.c_str(), "wb");
    if (file == nullptr) return false;
    bool const good = std::fwrite(content.data(), 1, content.size(), file) == content.size();
    return std::fclose(file) == 0 && good;
}
inline bool write_file(std::string const& at, std::string_view content) {
    return write_file(at, lade::bytes::of(content));
}

/// The bytes of a file; empty if there is none.
inline blob read_file(std::string const& at) {
    blob all;
    std::FILE* const file = std::fopen(at.c_str(), "rb");
    if (file == nullptr) return all;
    std::byte part[1 << 14];
    for (std::size_t got; (got = std::fread(part, 1, sizeof part, file)) > 0;)
        all.insert(all.end(), part, part + got);
    std::fclose(file);
    return all;
}
inline std::string read_text(std::string const& at) { return text_of(read_file(at)); }

/// A piece of a file at a place.
struct piece {
    std::uint64_t offset;
    blob content;
};
/// A file of `size` bytes that is all hole but for some pieces. False where the file system cannot
/// hold it.
inline bool write_sparse(std::string const& at, std::uint64_t size,
                         std::vector<piece> const& pieces) {
    int const file = ::open(at.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) return false;
    bool good = ::ftruncate(file, static_cast<off_t>(size)) == 0;
    for (auto const& one : pieces)
        good = good &&
               ::pwrite(file, one.content.data(), one.content.size(),
                        static_cast<off_t>(one.offset)) == static_cast<ssize_t>(one.content.size());
    return ::close(file) == 0 && good;
}

/// The folder of the fixtures.
inline std::string test_data() {
    char const* const folder = std::getenv("LADE_TEST_DATA");
    return folder != nullptr ? folder : "data";
}

/// All files below a folder, as paths relative to it, sorted.
inline std::vector<std::string> files_below(std::string const& folder,
                                            std::string const& prefix = "") {
    std::vector<std::string> all;
    for (auto const& name : lade::io::names_in(prefix.empty() ? folder : folder + '/' + prefix)) {
        std::string const relative = prefix.empty() ? name : prefix + '/' + name;
        switch (lade::io::what_is(folder + '/' + relative)) {
            case lade::io::entry::directory:
                for (auto& one : files_below(folder, relative)) all.push_back(std::move(one));
                break;
            case lade::io::entry::file: all.push_back(relative); break;
            default: break;
        }
    }
    std::sort(all.begin(), all.end());
    return all;
}

}  // namespace support
