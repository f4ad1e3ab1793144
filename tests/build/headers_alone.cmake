# SPDX-License-Identifier: BSL-1.0
# Each header compiles alone, and twice. COMPILER; WORK is a folder to write into. The optional headers
# are looked at by their tests.
cmake_minimum_required(VERSION 3.23)
include(${CMAKE_CURRENT_LIST_DIR}/complain.cmake)

file(GLOB_RECURSE headers RELATIVE ${ROOT}/include ${ROOT}/include/lade/*.hpp)
list(FILTER headers EXCLUDE REGEX "^lade/(bind/pfr|fmt)\\.hpp$")
foreach(header IN LISTS headers)
    file(WRITE ${WORK}/alone.cpp "#include <${header}>\n#include <${header}>\n")
    execute_process(COMMAND ${COMPILER} -std=c++20 -fsyntax-only -Wall -Wextra -I${ROOT}/include ${WORK}/alone.cpp
        RESULT_VARIABLE bad ERROR_VARIABLE words)
    if(bad)
        complain("<${header}> does not compile alone:\n${words}")
    endif()
endforeach()
verdict()
