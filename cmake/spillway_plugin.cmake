# spillway_plugin(NAME mine SOURCES mine.cpp)
#
# A shared library of policies for `spillway run --plugin`, libmine.so. It sees Spillway's headers and links none of
# its libraries: the program that loads it has what it calls.
function(spillway_plugin)
    cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME" "SOURCES")
    if(NOT arg_NAME OR NOT arg_SOURCES OR arg_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "spillway_plugin: needs NAME and SOURCES, and nothing else")
    endif()
    add_library(${arg_NAME} MODULE ${arg_SOURCES})
    set_target_properties(${arg_NAME} PROPERTIES
        CXX_EXTENSIONS OFF CXX_VISIBILITY_PRESET hidden PREFIX lib)
    target_compile_features(${arg_NAME} PRIVATE cxx_std_20)
    target_include_directories(${arg_NAME} PRIVATE
        "$<TARGET_PROPERTY:spillway::core,INTERFACE_INCLUDE_DIRECTORIES>")
endfunction()
