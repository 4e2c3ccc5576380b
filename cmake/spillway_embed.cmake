# spillway_embed(TARGET spillway_models SYMBOL spillway::catalog::kGpusJson FILE catalog/gpus.json)
#
# Compiles a text file into the target as a string. The target's own header declares it:
#     namespace spillway::catalog { extern const std::string_view kGpusJson; }
# Call it in the folder that made the target; FILE is relative to that folder. The string is made when
# CMake configures, and again whenever the file changes.
function(spillway_embed)
    cmake_parse_arguments(PARSE_ARGV 0 arg "" "TARGET;SYMBOL;FILE" "")
    spillway_require_arguments(spillway_embed TARGET SYMBOL FILE)
    if(NOT arg_SYMBOL MATCHES "^(.+)::([A-Za-z0-9_]+)$")
        message(FATAL_ERROR "spillway_embed: SYMBOL needs a namespace: ${arg_SYMBOL}")
    endif()
    set(scope "${CMAKE_MATCH_1}")
    set(name "${CMAKE_MATCH_2}")

    cmake_path(ABSOLUTE_PATH arg_FILE NORMALIZE)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${arg_FILE}")
    file(READ "${arg_FILE}" text)
    set(fence "spillway_text")
    string(FIND "${text}" ")${fence}\"" clash)
    if(NOT clash EQUAL -1)
        message(FATAL_ERROR "spillway_embed: ${arg_FILE} contains the text that ends the literal")
    endif()

    cmake_path(GET arg_FILE FILENAME file_name)
    set(output "${CMAKE_CURRENT_BINARY_DIR}/embedded/${arg_TARGET}_${name}.cpp")
    file(WRITE "${output}.new" "// Made from ${file_name}; edit that.\n"
        "#include <string_view>\n\n"
        "namespace ${scope} {\n"
        "extern const std::string_view ${name};\n"
        "constinit const std::string_view ${name} = R\"${fence}(${text})${fence}\";\n"
        "}  // namespace ${scope}\n")
    file(COPY_FILE "${output}.new" "${output}" ONLY_IF_DIFFERENT)
    # The length that the standard promises for one literal is far below a catalog's; both compilers take more.
    set_source_files_properties("${output}" PROPERTIES COMPILE_OPTIONS "-Wno-overlength-strings")
    target_sources(${arg_TARGET} PRIVATE "${output}")
endfunction()
