# spillway_bench(NAME event_queue SOURCES event_queue_bench.cpp LIBS spillway::core)
#
# One Google Benchmark program, build/bench/<NAME>_bench, built by the target `bench` only.
function(spillway_bench)
    cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME" "SOURCES;LIBS")
    spillway_require_arguments(spillway_bench NAME SOURCES)
    set(target "${arg_NAME}_bench")
    add_executable(${target} EXCLUDE_FROM_ALL ${arg_SOURCES})
    set_target_properties(${target} PROPERTIES
        RUNTIME_OUTPUT_DIRECTORY "${spillway_BINARY_DIR}/bench" CXX_EXTENSIONS OFF)
    target_include_directories(${target} PRIVATE "${spillway_SOURCE_DIR}")
    target_link_libraries(${target} PRIVATE ${arg_LIBS} spillway_build_options benchmark::benchmark_main)
    add_dependencies(bench ${target})
endfunction()
