// SPDX-License-Identifier: BSL-1.0
#include <lade/io/atomic_file.hpp>
#include <lade/io/output_set.hpp>

#include <doctest/doctest.h>

#include <sys/resource.h>
#include <sys/wait.h>
#include <csignal>
#include <support/files.hpp>

namespace {

using namespace lade;
using namespace support;
using names = std::vector<std::string>;

/// Saves `content` in pieces; false if anything fails.
bool save(std::string const& at, std::string_view content, std::size_t piece = 1000) {
    auto to = atomic_file::open(at);
    if (!to) return false;
    for (; !content.empty(); content.remove_prefix(std::min(piece, content.size())))
        if (!to->write(bytes::of(content.substr(0, piece)))) return false;
    return bool(to->commit());
}

TEST_CASE("a file appears whole, whatever the pieces it came in") {
    scratch_folder const in;
    std::string const content = text_of(noise(1'000'000));
    for (std::size_t const piece : {std::size_t{1} << 10, std::size_t{1} << 18,
                                    (std::size_t{1} << 18) + 1, std::size_t{1'000'000}}) {
        CHECK(save(in / "f", content, piece));
        CHECK(read_text(in / "f") == content);
    }
    CHECK(save(in / "small", "abcdef", 1));
    CHECK(read_text(in / "small") == "abcdef");
    CHECK(save(in / "empty", ""));
    CHECK(io::what_is(in / "empty") == io::entry::file);
    CHECK(in.names() == names{"empty", "f", "small"});
}

TEST_CASE(
    "until it is committed the old file stands, and a save that is given up leaves no trace") {
    scratch_folder const in;
    REQUIRE(write_file(in / "f", "old"));
    {
        auto to = atomic_file::open(in / "f");
        REQUIRE(to);
        REQUIRE(to->write(bytes::of("new")));
        CHECK(read_text(in / "f") == "old");
        CHECK(in.names() == names{"f", "f.lade~"});
        atomic_file moved = *std::move(to);
    }
    CHECK(read_text(in / "f") == "old");
    CHECK(in.names() == names{"f"});
}

TEST_CASE("what a killed save leaves behind is overwritten by the next one") {
    scratch_folder const in;
    REQUIRE(write_file(in / "f", "old"));
    REQUIRE(write_file(in / "f.lade~", std::string(10'000, 'x')));
    CHECK(save(in / "f", "new"));
    CHECK(read_text(in / "f") == "new");
    CHECK(in.names() == names{"f"});
}

TEST_CASE("two saves of one file at a time: the second is told to wait, the first is not harmed") {
    scratch_folder const in;
    auto first = atomic_file::open(in / "f");
    REQUIRE(first);
    REQUIRE(first->write(bytes::of("first")));
    CHECK(id_of(atomic_file::open(in / "f")) == "io.busy");
    CHECK(first->commit());
    CHECK(read_text(in / "f") == "first");
    CHECK(save(in / "f", "second"));
    CHECK(read_text(in / "f") == "second");
}

TEST_CASE(
    "killed at any moment, the old file or the new one is there, and a second save cleans up") {
    scratch_folder const in;
    std::string const old(100'000, 'o'), fresh(700'000, 'n');
    constexpr std::size_t pieces = 14;
    int kept_old = 0, got_new = 0, litter = 0;
    for (std::size_t moment = 0; moment <= pieces + 1; ++moment) {
        REQUIRE(save(in / "f", old));
        pid_t const child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            auto to = atomic_file::open(in / "f");
            if (!to) ::_exit(1);
            for (std::size_t i = 0; i < pieces; ++i) {
                if (i == moment) ::raise(SIGKILL);
                if (!to->write(bytes::of(fresh).subspan(i * 50'000, 50'000))) ::_exit(1);
            }
            if (moment == pieces) ::raise(SIGKILL);
            if (!to->commit()) ::_exit(1);
            ::raise(SIGKILL);
        }
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        REQUIRE(WIFSIGNALED(status));
        std::string const found = read_text(in / "f");
        REQUIRE((found == old || found == fresh));
        ++(found == old ? kept_old : got_new);
        litter += in.names().size() == 2;
        REQUIRE(save(in / "f", "after"));
        CHECK(read_text(in / "f") == "after");
        CHECK(in.names() == names{"f"});
    }
    CHECK(kept_old == static_cast<int>(pieces) + 1);
    CHECK(got_new == 1);
    CHECK(litter == kept_old);
}

TEST_CASE("a disk that is full leaves the old file whole") {
    scratch_folder const in;
    REQUIRE(write_file(in / "f", "old"));
    pid_t const child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {  // a limit on the size of files stands for a full disk
        ::signal(SIGXFSZ, SIG_IGN);
        rlimit const small{100'000, 100'000};
        ::setrlimit(RLIMIT_FSIZE, &small);
        auto to = atomic_file::open(in / "f");
        if (!to) ::_exit(2);
        std::string const much(1'000'000, 'n');
        auto const done = to->write(bytes::of(much));
        if (done) ::_exit(3);
        ::_exit(done.error().id == &ids::write_failed ? 42 : 4);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 42);
    CHECK(read_text(in / "f") == "old");
    CHECK(save(in / "f", "new"));
    CHECK(in.names() == names{"f"});
}

TEST_CASE("the mode of the file that is replaced is kept") {
    scratch_folder const in;
    for (unsigned const mode : {0600U, 0640U, 0755U}) {
        REQUIRE(write_file(in / "f", "old"));
        REQUIRE(::chmod((in / "f").c_str(), mode) == 0);
        CHECK(save(in / "f", "new"));
        io::stat_record found{};
        REQUIRE(io::stat_of((in / "f").c_str(), &found) == 0);
        CHECK((found.st_mode & 07777) == mode);
    }
}

TEST_CASE("a symbolic link is followed and stays a link") {
    scratch_folder const in;
    REQUIRE(::mkdir((in / "real").c_str(), 0700) == 0);
    REQUIRE(write_file(in / "real/f", "old"));
    REQUIRE(::symlink("real/f", (in / "link").c_str()) == 0);
    CHECK(save(in / "link", "new"));
    CHECK(read_text(in / "real/f") == "new");
    struct ::stat found{};
    REQUIRE(::lstat((in / "link").c_str(), &found) == 0);
    CHECK(S_ISLNK(found.st_mode));
    CHECK(in.names() == names{"link", "real"});
}

TEST_CASE("places that cannot be saved to are named") {
    scratch_folder const in;
    CHECK(id_of(atomic_file::open(in / "nothing/f")) == "io.not_found");
    CHECK(id_of(atomic_file::open(in.path())) == "io.is_directory");
    CHECK(place_of(atomic_file::open(in / "nothing/f")) == in / "nothing/f");
    CHECK(in.names().empty());
}

TEST_CASE("the files of a set appear together, at the commit") {
    scratch_folder const in;
    output_set to(in / "index");
    auto shard = to.sibling("shard-1");
    REQUIRE(shard);
    auto index = to.file();
    REQUIRE(index);
    CHECK(shard->write("s"));
    CHECK(index->write("i"));
    CHECK(io::what_is(in / "shard-1") == io::entry::nothing);
    CHECK(io::what_is(in / "index") == io::entry::nothing);
    CHECK(to.commit());
    CHECK(read_text(in / "shard-1") == "s");
    CHECK(read_text(in / "index") == "i");
    CHECK(in.names() == names{"index", "shard-1"});
}

TEST_CASE("a set that is given up leaves nothing") {
    scratch_folder const in;
    {
        output_set to(in / "index");
        REQUIRE(to.file());
        REQUIRE(to.sibling("other"));
        CHECK(in.names().size() == 2);
    }
    CHECK(in.names().empty());
}

TEST_CASE("no save leads out of its folder") {
    scratch_folder const in;
    REQUIRE(::mkdir((in / "models").c_str(), 0700) == 0);
    output_set to(in / "models/index");
    for (std::string const& name : {std::string("../f"), in / "f", std::string("a/../../f")}) {
        CAPTURE(name);
        CHECK(id_of(to.sibling(name)) == "io.outside_folder");
    }
    CHECK(in.names() == names{"models"});
}

TEST_CASE("a single output of the caller has no neighbours") {
    memory_output memory;
    output_set to{any_output(memory)};
    CHECK_FALSE(to.has_folder());
    auto out = to.file();
    REQUIRE(out);
    CHECK(out->write("abc"));
    CHECK(id_of(to.sibling("x")) == "save.no_folder");
    CHECK(to.commit());
    CHECK(text_of(memory.bytes()) == "abc");
}

}  // namespace
