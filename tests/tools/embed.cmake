# SPDX-License-Identifier: BSL-1.0
# What `lade embed` makes compiles, and is the model bit for bit. LADE: the program. CXX: the compiler. WORK: a folder.
cmake_minimum_required(VERSION 3.23)
include(${ROOT}/tests/build/complain.cmake)

set(data ${ROOT}/tests/data)
file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK})

# embed(status model arguments...): runs the program, which must give that status.
function(embed status model)
    execute_process(COMMAND ${LADE} embed ${data}/${model} ${ARGN} WORKING_DIRECTORY ${WORK} RESULT_VARIABLE got ERROR_VARIABLE words)
    if(NOT got EQUAL status)
        complain("lade embed ${model} ${ARGN}: status ${got}, not ${status}\n${words}")
    endif()
endfunction()
function(compiles)
    execute_process(COMMAND ${CXX} -std=c++20 -Wall -Wextra -Wconversion -Werror -I${ROOT}/include -I${WORK} ${ARGN}
        WORKING_DIRECTORY ${WORK} RESULT_VARIABLE bad OUTPUT_VARIABLE words ERROR_VARIABLE words)
    if(bad)
        complain("${ARGN} does not compile:\n${words}")
    endif()
endfunction()

# the same bits, by arrays and by .incbin
embed(0 torch/y_state_small.pth -o weights.hpp)
embed(0 torch/y_state_small.pth --incbin -o apart.hpp)
compiles(${ROOT}/tests/tools/embedded.cpp apart.S -o embedded)
execute_process(COMMAND ${WORK}/embedded ${data}/torch/y_state_small.pth RESULT_VARIABLE bad OUTPUT_VARIABLE words)
if(bad)
    complain("the embedded model is not the file: status ${bad}\n${words}")
endif()

# every type, odd names, reals that are no numbers, no elements, none at all
foreach(model safetensors/y_all_dtypes.safetensors safetensors/y_names.safetensors safetensors/y_empty_tensors.safetensors
        numpy/y_le_c16.npy torch/y_all_dtypes.pth tensorflow/y_graph_repeated_double.pb)
    cmake_path(GET model STEM name)
    foreach(how "" --incbin)
        embed(0 ${model} ${how} -o ${name}.hpp --namespace one)
        file(WRITE ${WORK}/use.cpp "#include \"${name}.hpp\"\n#include \"${name}.hpp\"\nint main() {}\n")
        compiles(-fsyntax-only use.cpp)
    endforeach()
endforeach()

# what is asked for
embed(0 torch/y_state_small.pth --only "*.bias" --dtype float16 -o some.hpp)
file(READ ${WORK}/some.hpp text)
if(NOT text MATCHES "std::array<std::uint16_t, 4> t0_bias{" OR text MATCHES "weight")
    complain("--only or --dtype were not followed:\n${text}")
endif()

# what is refused leaves nothing behind
embed(4 tensorflow/y_graph_repeated_string.pb -o refused.hpp)
embed(2 torch/y_state_small.pth --only nothing -o refused.hpp)
embed(2 torch/y_state_small.pth)
embed(2 torch/y_state_small.pth -o refused.hpp --namespace "a b")
embed(3 torch/n_zip.bad_crc__storage.pth -o refused.hpp)
file(GLOB left ${WORK}/refused* ${WORK}/*~)
if(left)
    complain("left behind: ${left}")
endif()
verdict()
