# SPDX-License-Identifier: BSL-1.0
# Builds and runs one consumer (see CMakeLists.txt beside this file). WORK is its folder, emptied first.
cmake_minimum_required(VERSION 3.23)

set(here ${CMAKE_CURRENT_LIST_DIR})
file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK})
set(ENV{CXX} ${COMPILER})
set(ENV{CXXFLAGS} "-O0 -Wall -Wextra -Werror")
set(ENV{DESTDIR} "")

function(run)
    execute_process(COMMAND ${ARGN} WORKING_DIRECTORY ${WORK} RESULT_VARIABLE bad OUTPUT_VARIABLE out ERROR_VARIABLE out)
    if(bad)
        list(JOIN ARGN " " words)
        message(FATAL_ERROR "${words}\n${out}")
    endif()
endfunction()

# Configures, builds and runs the CMake project `folder`; the rest are its definitions.
function(project folder)
    run(${CMAKE_COMMAND} -S ${folder} -B ${WORK}/build -G ${GENERATOR} -DCMAKE_MAKE_PROGRAM=${MAKE} ${ARGN})
    run(${CMAKE_COMMAND} --build ${WORK}/build)
    run(${WORK}/build/consumer)
endfunction()

function(skip_unless program package)
    find_program(found_${program} ${program})
    if(NOT found_${program})
        message("lade: skipped: ${program} was not found (${package})")
        set(skipped ON PARENT_SCOPE)
    endif()
endfunction()

macro(do_install)
    file(REMOVE_RECURSE ${PREFIX})
    run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${PREFIX} --component lade)
    # A library of headers has no place where libraries of one processor lie.
    file(GLOB stands RELATIVE ${PREFIX} ${PREFIX}/*)
    if(NOT stands STREQUAL "include;share")
        message(FATAL_ERROR "installed: ${stands}")
    endif()
endmacro()

macro(do_source_archive)
    file(REMOVE_RECURSE ${ARCHIVE})
    run(${CMAKE_CPACK_COMMAND} --config ${BUILD}/CPackSourceConfig.cmake -B ${ARCHIVE})
    file(REMOVE_RECURSE ${ARCHIVE}/_CPack_Packages)
endmacro()

macro(do_add_subdirectory)
    project(${here}/add_subdirectory -DLADE=${ROOT})
endmacro()

macro(do_find_package)
    project(${here}/find_package -DCMAKE_PREFIX_PATH=${PREFIX} -DVERSION=${VERSION})
endmacro()

macro(do_fetch_content)
    project(${here}/fetch_content -DARCHIVE=file://${ARCHIVE}/lade-${VERSION}.tar.gz)
endmacro()

# One header copied, two units, no build system.
macro(do_single_header)
    file(COPY ${ROOT}/single_include/lade DESTINATION ${WORK}/copied)
    run(${COMPILER} -std=c++20 -O0 -Wall -Wextra -Werror -Icopied -DWHOLE ${here}/program/main.cpp ${here}/program/second.cpp
        -o consumer)
    run(${WORK}/consumer)
endmacro()

# Two versions in one program: the other one is this one under another number.
macro(do_two_versions)
    file(COPY ${ROOT}/include DESTINATION ${WORK}/newer)
    file(READ ${ROOT}/include/lade/version.hpp text)
    string(REGEX REPLACE "MINOR [0-9]+" "MINOR 99" text "${text}")
    file(WRITE ${WORK}/newer/include/lade/version.hpp "${text}")
    run(${COMPILER} -std=c++20 -O0 -Wall -Wextra -I${ROOT}/include -c ${here}/two_versions/main.cpp)
    run(${COMPILER} -std=c++20 -O0 -Wall -Wextra -Inewer/include -c ${here}/two_versions/plugin.cpp)
    run(${COMPILER} main.o plugin.o -o consumer)
    run(${WORK}/consumer)
endmacro()

macro(do_pkg_config)
    skip_unless(pkg-config pkg-config)
    if(NOT skipped)
        set(ENV{PKG_CONFIG_PATH} ${PREFIX}/share/pkgconfig)
        execute_process(COMMAND pkg-config --cflags "lade = ${VERSION}" COMMAND_ERROR_IS_FATAL ANY
            OUTPUT_VARIABLE flags OUTPUT_STRIP_TRAILING_WHITESPACE)
        separate_arguments(flags)
        run(${COMPILER} -std=c++20 -O0 ${flags} ${here}/program/main.cpp ${here}/program/second.cpp -o consumer)
        run(${WORK}/consumer)
    endif()
endmacro()

macro(meson_project)
    file(COPY ${here}/meson/meson.build ${here}/program DESTINATION ${WORK}/project)
    run(meson setup build project --buildtype=plain ${ARGN})
    run(meson compile -C build)
    run(${WORK}/build/consumer)
endmacro()

macro(do_meson_subproject)
    skip_unless(meson meson)
    if(NOT skipped)
        file(MAKE_DIRECTORY ${WORK}/project/subprojects)
        file(CREATE_LINK ${ROOT} ${WORK}/project/subprojects/lade SYMBOLIC)
        meson_project(--force-fallback-for=lade)
    endif()
endmacro()

# Installed by meson, found as a dependency.
macro(do_meson_dependency)
    skip_unless(meson meson)
    if(NOT skipped)
        run(meson setup lade ${ROOT} --prefix=${WORK}/prefix -Dtests=disabled)
        run(meson install -C lade)
        set(ENV{PKG_CONFIG_PATH} ${WORK}/prefix/share/pkgconfig)
        meson_project(--wrap-mode=nofallback)
    endif()
endmacro()

macro(do_conan)
    if(DEFINED ENV{LADE_CONAN})
        set(found_conan $ENV{LADE_CONAN})
    endif()
    skip_unless(conan "pip install conan; LADE_CONAN may name it")
    if(NOT skipped)
        set(ENV{CONAN_HOME} ${WORK}/home)
        run(${found_conan} profile detect)
        run(${found_conan} create ${ROOT} --test-folder ${here}/conan --no-remote -s compiler.cppstd=20
            -c tools.cmake.cmaketoolchain:generator=${GENERATOR} -c tools.cmake.cmake_layout:test_folder=${WORK}/test)
        file(REMOVE_RECURSE ${WORK}/home)
    endif()
endmacro()

# The steps that vcpkg would take with the port, by CMake alone; then the port's package is found and used.
macro(do_vcpkg)
    run(${CMAKE_COMMAND} -DPORT=${ROOT}/tools/packaging/vcpkg/ports/lade -DWORK=${WORK} -DGENERATOR=${GENERATOR}
        -P ${here}/vcpkg/build_port.cmake)
    project(${here}/find_package -DCMAKE_PREFIX_PATH=${WORK}/package -DVERSION=${VERSION})
endmacro()

cmake_language(CALL do_${CONSUMER})
