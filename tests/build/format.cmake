# SPDX-License-Identifier: BSL-1.0
# clang-format, of the one version that .clang-format is written for, would change nothing.
cmake_minimum_required(VERSION 3.23)
include(${CMAKE_CURRENT_LIST_DIR}/complain.cmake)

if(NOT CLANG_FORMAT)
    message("lade: skipped: clang-format-19 was not found")
    return()
endif()
file(GLOB_RECURSE sources RELATIVE ${ROOT} ${ROOT}/include/*.hpp ${ROOT}/tests/*.cpp ${ROOT}/tests/*.hpp ${ROOT}/tools/*.cpp
    ${ROOT}/tools/*.hpp)
list(FILTER sources EXCLUDE REGEX "^tests/compile_fail/")  # the first line there is what it has to be
execute_process(COMMAND ${CLANG_FORMAT} --dry-run -Werror ${sources} WORKING_DIRECTORY ${ROOT}
    RESULT_VARIABLE bad ERROR_VARIABLE words)
if(bad)
    string(REGEX MATCHALL "[^\n]+: error:" places "${words}")
    list(TRANSFORM places REPLACE ":.*" "")
    list(REMOVE_DUPLICATES places)
    list(JOIN places " " places)
    complain("run: clang-format-19 -i ${places}")
endif()
verdict()
