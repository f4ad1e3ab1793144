# SPDX-License-Identifier: BSL-1.0
# One refusal of the compiler. CASE is a source whose first line is `// expect: regex`. It must compile as it stands, and with
# MUST_NOT_COMPILE defined be refused with a line that the regex (CMake's) matches. GCC and CLANG: whichever are there.
# Without CASE: <lade/lade.hpp> is precompiled below PCH, where the cases find it.
cmake_minimum_required(VERSION 3.23)
include(${ROOT}/tests/build/complain.cmake)

set(precompiled ${PCH}/lade/lade.hpp)
set(suffix_GCC gch)
set(suffix_CLANG pch)
set(use_GCC -I${PCH})  # g++ takes lade.hpp.gch where it looks for lade.hpp
set(use_CLANG -include-pch ${precompiled}.pch)

if(NOT DEFINED CASE)
    file(MAKE_DIRECTORY ${PCH}/lade)
    foreach(kind GCC CLANG)
        if(${kind})
            execute_process(COMMAND ${${kind}} -std=c++20 -I${ROOT}/include -x c++-header ${ROOT}/include/lade/lade.hpp
                -o ${precompiled}.${suffix_${kind}} COMMAND_ERROR_IS_FATAL ANY)
        endif()
    endforeach()
    return()
endif()

file(READ ${CMAKE_CURRENT_LIST_DIR}/${CASE} text)
if(NOT text MATCHES "^// expect: ([^\n]+)\n")
    message(FATAL_ERROR "${CASE}: the first line is not `// expect: regex`")
endif()
set(expected "${CMAKE_MATCH_1}")
foreach(kind GCC CLANG)
    if(NOT ${kind})
        continue()
    endif()
    set(compiler ${${kind}})
    set(command ${compiler} -std=c++20 -fsyntax-only ${use_${kind}} -I${ROOT}/include ${CMAKE_CURRENT_LIST_DIR}/${CASE})
    execute_process(COMMAND ${command} RESULT_VARIABLE bad ERROR_VARIABLE words)
    if(bad)
        complain("${CASE} does not compile without MUST_NOT_COMPILE, by ${compiler}:\n${words}")
        continue()
    endif()
    execute_process(COMMAND ${command} -DMUST_NOT_COMPILE RESULT_VARIABLE bad ERROR_VARIABLE words)
    if(NOT bad)
        complain("${compiler} compiles ${CASE} with MUST_NOT_COMPILE")
    elseif(NOT words MATCHES "${expected}")
        complain("${CASE}: ${compiler} refuses it, but in words that `${expected}` does not match:\n${words}")
    endif()
endforeach()
verdict()
