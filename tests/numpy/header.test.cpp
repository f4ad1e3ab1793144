// SPDX-License-Identifier: BSL-1.0
#include <lade/numpy/header.hpp>

#include <lade/bytes/memory.hpp>

#include <doctest/doctest.h>

using namespace lade;

TEST_CASE("files of all versions are read, and cut ones are refused with their place") {
    std::string const text = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }\n";
    for (char const version : {'\1', '\2', '\3'}) {
        std::string file(npy::signature);
        file += version;
        file += '\0';
        file += static_cast<char>(text.size());
        file.append(version == '\1' ? 1 : 3, '\0');
        file += text + "01234567";
        auto const id = [&](std::string const& of) {
            memory from(bytes::of(of));
            auto const read = numpy::read_header(from);
            return read ? "none" : std::string(read.error().id->name);
        };
        CHECK(id(file) == "none");
        CHECK(id(file + "more") == "none");
        for (std::size_t length = 0; length < file.size(); ++length) {
            auto const found = id(file.substr(0, length));
            if (length < 10) CHECK(found == "npy.bad_magic");
            else if (length < file.size() - 8) CHECK(found == "npy.truncated");
            else CHECK(found == "npy.truncated");
        }
    }
    std::string later(npy::signature);
    later += std::string("\4\0\0\0", 4);
    memory from(bytes::of(later));
    CHECK(*numpy::read_header(from).error().id == numpy::ids::unknown_version);
}
