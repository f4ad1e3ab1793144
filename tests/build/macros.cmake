# SPDX-License-Identifier: BSL-1.0
# Including everything defines no macro but LADE_..., beyond what the headers of standard and system define.
# COMPILER; LISTS is the folder with lade_every.hpp and lade_systems.hpp.
cmake_minimum_required(VERSION 3.23)
include(${CMAKE_CURRENT_LIST_DIR}/complain.cmake)

foreach(list systems every)
    execute_process(COMMAND ${COMPILER} -std=c++20 -I${ROOT}/include -x c++ -dM -E ${LISTS}/lade_${list}.hpp
        OUTPUT_VARIABLE text RESULT_VARIABLE bad ERROR_VARIABLE words)
    if(bad)
        message(FATAL_ERROR "${words}")
    endif()
    string(REGEX MATCHALL "#define [A-Za-z][A-Za-z0-9_]*" ${list} "${text}")
endforeach()
list(REMOVE_ITEM every ${systems})
list(FILTER every EXCLUDE REGEX "^#define LADE_")
if(every)
    list(JOIN every "\n  " words)
    complain("macros that leak out of our headers:\n  ${words}")
endif()
verdict()
