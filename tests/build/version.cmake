# SPDX-License-Identifier: BSL-1.0
# The version is said in version.hpp; whoever must repeat it says the same.
cmake_minimum_required(VERSION 3.23)
include(${CMAKE_CURRENT_LIST_DIR}/complain.cmake)

file(READ ${ROOT}/include/lade/version.hpp text)
set(version "")
foreach(part MAJOR MINOR PATCH)
    string(REGEX MATCH "#define LADE_VERSION_${part} ([0-9]+)" found "${text}")
    list(APPEND version ${CMAKE_MATCH_1})
endforeach()
list(JOIN version . version)

function(agrees file pattern)
    file(READ ${ROOT}/${file} text)
    if(NOT text MATCHES "${pattern}")
        complain("${file} names no version (looked for ${pattern})")
    elseif(NOT CMAKE_MATCH_1 STREQUAL version)
        complain("${file} says ${CMAKE_MATCH_1}, include/lade/version.hpp says ${version}")
    endif()
endfunction()

set(number "([0-9]+\\.[0-9]+\\.[0-9]+)")
agrees(meson.build "version: *'${number}'")
agrees(CHANGELOG.md "\n## ${number}")
agrees(conanfile.py "\n    version = \"${number}\"")
agrees(tools/packaging/vcpkg/ports/lade/vcpkg.json "\"version\": *\"${number}\"")
verdict()
