# SPDX-License-Identifier: BSL-1.0
# What every source looks like: ASCII, 100 columns, no tabs; headers of the library open with licence and `#pragma once`.
cmake_minimum_required(VERSION 3.23)
include(${CMAKE_CURRENT_LIST_DIR}/complain.cmake)

file(GLOB_RECURSE sources RELATIVE ${ROOT} ${ROOT}/include/*.hpp ${ROOT}/tests/*.cpp ${ROOT}/tests/*.hpp ${ROOT}/tools/*.cpp
    ${ROOT}/tools/*.hpp)
list(FILTER sources EXCLUDE REGEX "^tests/compile_fail/")  # the first line there is what it has to be
string(REPEAT "[^\n]" 101 too_long)
foreach(source IN LISTS sources)
    file(READ ${ROOT}/${source} text)
    if(text MATCHES "([^\n]*)[^\n -~]")
        complain("${source}: a character outside ASCII, or a control character, after: ${CMAKE_MATCH_1}")
    endif()
    if(text MATCHES "${too_long}")
        complain("${source}: more than 100 columns: ${CMAKE_MATCH_0}...")
    endif()
    if(source MATCHES "^include/")
        if(NOT text MATCHES "^// SPDX-License-Identifier: BSL-1.0\n")
            complain("${source}: the first line is not `// SPDX-License-Identifier: BSL-1.0`")
        endif()
        if(NOT text MATCHES "\n#pragma once\n")
            complain("${source}: no `#pragma once`")
        endif()
    endif()
endforeach()
verdict()
