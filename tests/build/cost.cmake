# SPDX-License-Identifier: BSL-1.0
# What a user's compiler has to read: lines after preprocessing, those of the standard library included, held to a budget.
# COMPILER; LISTS as in macros.cmake.
cmake_minimum_required(VERSION 3.23)
include(${CMAKE_CURRENT_LIST_DIR}/complain.cmake)

# header and thousands of lines
set(budgets core 25 safetensors 60 numpy 60 torch 65 hdf5 70 keras 80 tensorflow 75 lade 110)

set(unit ${LISTS}/lade_cost.cpp)
while(budgets)
    list(POP_FRONT budgets header thousands)
    file(WRITE ${unit} "#include <lade/${header}.hpp>\n")
    execute_process(COMMAND ${COMPILER} -std=c++20 -I${ROOT}/include -E -P ${unit} OUTPUT_VARIABLE text
        COMMAND_ERROR_IS_FATAL ANY)
    string(REGEX REPLACE "[^\n]" "" text "${text}")
    string(LENGTH "${text}" lines)
    math(EXPR budget "1000 * ${thousands}")
    message("lade/${header}.hpp: ${lines} lines of ${budget}")
    if(lines GREATER budget)
        complain("lade/${header}.hpp costs more than its budget: include less, or say in this file why it is worth it")
    endif()
endwhile()
verdict()
