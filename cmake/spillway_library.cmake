# spillway_library(NAME spillway_core SOURCES ... HEADERS ... [ALONE sources...] [PUBLIC deps...] [PRIVATE deps...])
#
# A static library of one folder, known to others as spillway::core. Paths are relative to the calling
# folder. HEADERS are installed, others are not. ALONE names sources that the unity builds (CMakePresets.json)
# compile by themselves, for they have local names that others have too. PUBLIC dependencies are those that our
# headers name; third-party libraries are PRIVATE (docs/architecture.md: no third-party include in a header).
function(spillway_library)
    cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME" "SOURCES;ALONE;HEADERS;PUBLIC;PRIVATE")
    spillway_require_arguments(spillway_library NAME SOURCES)
    string(REGEX REPLACE "^spillway_" "" short_name "${arg_NAME}")

    add_library(${arg_NAME} STATIC ${arg_SOURCES})
    spillway_alone(${arg_ALONE})
    add_library(spillway::${short_name} ALIAS ${arg_NAME})
    set_target_properties(${arg_NAME} PROPERTIES EXPORT_NAME ${short_name} CXX_EXTENSIONS OFF)
    target_compile_features(${arg_NAME} PUBLIC cxx_std_20)
    target_sources(${arg_NAME} PUBLIC
        FILE_SET HEADERS BASE_DIRS "${spillway_SOURCE_DIR}" FILES ${arg_HEADERS})
    target_include_directories(${arg_NAME} PUBLIC "$<BUILD_INTERFACE:${spillway_SOURCE_DIR}>")
    target_link_libraries(${arg_NAME}
        PUBLIC ${arg_PUBLIC}
        PRIVATE ${arg_PRIVATE} $<BUILD_INTERFACE:spillway_build_options>)

    set_property(GLOBAL APPEND PROPERTY SPILLWAY_LIBRARIES ${arg_NAME})
    if(SPILLWAY_INSTALL)
        install(TARGETS ${arg_NAME} EXPORT spillway_targets
            ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
            FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/spillway")
    endif()
endfunction()

# spillway_program(NAME spillway SOURCES ... [LIBS ...])
#
# A program that users run. It ends at the top of the build tree (build/spillway).
function(spillway_program)
    cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME" "SOURCES;LIBS")
    spillway_require_arguments(spillway_program NAME SOURCES)
    add_executable(${arg_NAME} ${arg_SOURCES})
    set_target_properties(${arg_NAME} PROPERTIES
        RUNTIME_OUTPUT_DIRECTORY "${spillway_BINARY_DIR}" CXX_EXTENSIONS OFF)
    target_include_directories(${arg_NAME} PRIVATE "${spillway_SOURCE_DIR}")
    target_link_libraries(${arg_NAME} PRIVATE ${arg_LIBS} spillway_build_options)
    if(SPILLWAY_INSTALL)
        install(TARGETS ${arg_NAME} RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
    endif()
endfunction()

# The unity builds compile these sources of the calling folder by themselves.
function(spillway_alone)
    if(ARGN)
        set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
    endif()
endfunction()

# Stops when a call of `command` lacks one of the named arguments or has one that nobody knows.
macro(spillway_require_arguments command)
    foreach(required IN ITEMS ${ARGN})
        if(NOT arg_${required})
            message(FATAL_ERROR "${command}: ${required} is missing")
        endif()
    endforeach()
    if(arg_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "${command}: unknown arguments: ${arg_UNPARSED_ARGUMENTS}")
    endif()
endmacro()
