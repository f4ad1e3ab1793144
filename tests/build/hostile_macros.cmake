# SPDX-License-Identifier: BSL-1.0
# Every header compiles after link/hostile_macros.cpp has defined what foreign headers define. COMPILER; LISTS as in macros.cmake.
cmake_minimum_required(VERSION 3.23)
include(${CMAKE_CURRENT_LIST_DIR}/complain.cmake)

set(ENV{LC_ALL} C)
execute_process(COMMAND ${COMPILER} -std=c++20 -fsyntax-only -I${ROOT}/include -I${LISTS} ${ROOT}/tests/link/hostile_macros.cpp
    RESULT_VARIABLE bad ERROR_VARIABLE words)
if(bad)
    # g++ says where each macro was expanded; what else goes wrong follows from that.
    string(REGEX MATCHALL "include/lade/[^:\n]+:[0-9]+:[0-9]+: note: in expansion of macro '[^'\n]+'" places "${words}")
    if(NOT places)
        string(REGEX MATCHALL "include/lade/[^:\n]+:[0-9]+:[0-9]+: error" places "${words}")
    endif()
    list(REMOVE_DUPLICATES places)
    list(JOIN places "\n  " places)
    complain("foreign macros reach our headers (see link/hostile_macros.cpp), (std::min)(a, b) keeps min out:\n  ${places}")
endif()
verdict()
