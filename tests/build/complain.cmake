# SPDX-License-Identifier: BSL-1.0
# complain("words") prints a finding on lines of its own; verdict(), called last, fails if there was one.

function(complain words)
    message("${words}")
    set_property(GLOBAL APPEND PROPERTY complaints x)
endfunction()

function(verdict)
    get_property(complaints GLOBAL PROPERTY complaints)
    list(LENGTH complaints count)
    if(count)
        message(FATAL_ERROR "${count} found")
    endif()
endfunction()
