# How our own code is compiled. Everything hangs on the interface target spillway_build_options, so that
# neither third-party headers nor a project that adds us as a subdirectory see our warnings.

if(PROJECT_IS_TOP_LEVEL)
    if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
        set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
    endif()
    set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

    find_program(SPILLWAY_CCACHE ccache)
    if(SPILLWAY_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
        # The sloppiness lets ccache keep objects that were compiled with a precompiled header.
        set(CMAKE_CXX_COMPILER_LAUNCHER
            "${CMAKE_COMMAND}" -E env "CCACHE_SLOPPINESS=pch_defines,time_macros" "${SPILLWAY_CCACHE}")
    endif()
endif()

include(GNUInstallDirs)

add_library(spillway_build_options INTERFACE)
target_compile_features(spillway_build_options INTERFACE cxx_std_20)
target_compile_options(spillway_build_options INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wshadow
    # A fused multiply-add rounds once where two operations round twice: without it, results would
    # depend on the processor that the compiler was told to build for.
    -ffp-contract=off)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # g++ 12 warns about its own std::string when it inlines "text" + string (GCC bug 105651).
    target_compile_options(spillway_build_options INTERFACE -Wno-array-bounds -Wno-restrict -Wno-stringop-overflow)
endif()
if(CMAKE_UNITY_BUILD)
    # A local may hide what another source of the bundle has; builds without bundles tell of what its own source has.
    target_compile_options(spillway_build_options INTERFACE
        -Wno-shadow $<$<CXX_COMPILER_ID:GNU>:-Wshadow=local>)
endif()
if(SPILLWAY_WARNINGS_AS_ERRORS)
    target_compile_options(spillway_build_options INTERFACE -Werror)
endif()

if(SPILLWAY_SANITIZE)
    set(flags -fsanitize=${SPILLWAY_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_compile_options(spillway_build_options INTERFACE ${flags})
    target_link_options(spillway_build_options INTERFACE ${flags})
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        # g++ warns about code that its own instrumentation added.
        target_compile_options(spillway_build_options INTERFACE -Wno-maybe-uninitialized)
    endif()
endif()
