# spillway_test(NAME core_event_queue SOURCES event_queue_test.cpp [more.cpp] LIBS spillway::core
#               [ALONE one.cpp] [LABELS slow] [TIMEOUT seconds] [NEEDS_PROGRAM])
#
# One Catch2 program and one ctest entry. The program includes "tests/support/catch.hpp", whose main it
# shares with the others. A case that cannot run here calls SPILLWAY_SKIP("why"): the entry is then
# reported as skipped, unless another case in it fails. LABELS slow keeps it out of plain `./dev test`;
# LABELS unsanitized keeps it out of `./dev test --sanitize`, where it would take minutes; LABELS threads adds it to
# what runs under the thread sanitizer. NEEDS_PROGRAM builds the programs `spillway` and `spillway-probe` first (for
# tests that start them). ALONE: see spillway_library.
add_custom_target(threads_tests)

function(spillway_test)
    cmake_parse_arguments(PARSE_ARGV 0 arg "NEEDS_PROGRAM" "NAME;TIMEOUT" "SOURCES;ALONE;LIBS;LABELS")
    spillway_require_arguments(spillway_test NAME SOURCES)
    set(target "${arg_NAME}_test")

    add_executable(${target} ${arg_SOURCES})
    spillway_alone(${arg_ALONE})
    set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
    target_link_libraries(${target} PRIVATE ${arg_LIBS} spillway_test_support spillway_test_options)
    target_precompile_headers(${target} REUSE_FROM spillway_test_pch)
    if(arg_NEEDS_PROGRAM)
        add_dependencies(${target} spillway spillway-probe)
    endif()

    if("threads" IN_LIST arg_LABELS)
        add_dependencies(threads_tests ${target})
    endif()

    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 300)
    endif()
    if(SPILLWAY_SANITIZE)
        math(EXPR arg_TIMEOUT "${arg_TIMEOUT} * 4")
    endif()
    add_test(NAME ${arg_NAME} COMMAND ${target})
    set_tests_properties(${arg_NAME} PROPERTIES
        LABELS "${arg_LABELS}" TIMEOUT ${arg_TIMEOUT} SKIP_RETURN_CODE 77)
endfunction()
