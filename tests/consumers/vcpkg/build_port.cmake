# SPDX-License-Identifier: BSL-1.0
# Stands in for vcpkg: its functions as far as our port calls them, then the port. PORT, WORK, GENERATOR.
cmake_minimum_required(VERSION 3.23)

set(CURRENT_PACKAGES_DIR ${WORK}/package)

function(step)
    execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY OUTPUT_QUIET)
endfunction()

function(vcpkg_cmake_configure)
    cmake_parse_arguments(PARSE_ARGV 0 arg "" SOURCE_PATH OPTIONS)
    step(${CMAKE_COMMAND} -S ${arg_SOURCE_PATH} -B ${WORK}/port -G ${GENERATOR} -DCMAKE_BUILD_TYPE=Release
        -DCMAKE_INSTALL_PREFIX=${CURRENT_PACKAGES_DIR} ${arg_OPTIONS})
endfunction()

function(vcpkg_cmake_install)
    step(${CMAKE_COMMAND} --build ${WORK}/port --target install)
endfunction()

# Moves the package configuration to share/PORT, where vcpkg looks for it.
function(vcpkg_cmake_config_fixup)
    cmake_parse_arguments(PARSE_ARGV 0 arg "" CONFIG_PATH "")
    file(RENAME ${CURRENT_PACKAGES_DIR}/${arg_CONFIG_PATH} ${CURRENT_PACKAGES_DIR}/share/lade)
    file(GLOB files ${CURRENT_PACKAGES_DIR}/share/lade/*.cmake)
    foreach(file IN LISTS files)
        file(READ ${file} text)
        string(REPLACE "/../../../" "/../../" text "${text}")
        string(REPLACE [[get_filename_component(_IMPORT_PREFIX "${_IMPORT_PREFIX}" PATH)
get_filename_component(_IMPORT_PREFIX "${_IMPORT_PREFIX}" PATH)
get_filename_component(_IMPORT_PREFIX "${_IMPORT_PREFIX}" PATH)]]
            [[get_filename_component(_IMPORT_PREFIX "${_IMPORT_PREFIX}" PATH)
get_filename_component(_IMPORT_PREFIX "${_IMPORT_PREFIX}" PATH)]] text "${text}")
        file(WRITE ${file} "${text}")
    endforeach()
endfunction()

function(vcpkg_fixup_pkgconfig)
endfunction()

function(vcpkg_install_copyright)
    cmake_parse_arguments(PARSE_ARGV 0 arg "" "" FILE_LIST)
    file(COPY_FILE ${arg_FILE_LIST} ${CURRENT_PACKAGES_DIR}/share/lade/copyright)
endfunction()

include(${PORT}/portfile.cmake)
