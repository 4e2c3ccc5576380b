# Runs every scenario of an example, each alone and then all side by side, and fails unless each ends with exit
# code 0, nothing on standard error, a fleet that kept up, and a first line that holds every figure of the answer.
# On generated traffic, an example must also have something to tell: objectives that everybody meets in each of its
# scenarios, or nobody, teach nothing.
#
# Usage: cmake -D PROGRAM=spillway -D FOLDER=examples/NAME -D DATA=TRUE|FALSE -D PLUGIN=FILE -P run_example.cmake
cmake_minimum_required(VERSION 3.25)

set(options)
if(DATA)
    if("$ENV{SPILLWAY_DATA}" STREQUAL "")
        message(STATUS "SKIPPED: SPILLWAY_DATA is not set, so ${FOLDER} did not run")
        return()
    endif()
    set(options --folder "$ENV{SPILLWAY_DATA}")
endif()

if(PLUGIN)
    list(APPEND options --plugin "${PLUGIN}")
endif()

function(run result)
    execute_process(COMMAND "${PROGRAM}" run ${ARGN} ${options}
        RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE error)
    if(NOT status EQUAL 0 OR NOT error STREQUAL "")
        message(FATAL_ERROR "spillway run ${ARGN}: exit code ${status}\n${error}")
    endif()
    set(${result} "${output}" PARENT_SCOPE)
endfunction()

set(money "\\$[0-9.,]+")
set(time "[0-9.]+ (ms|s|min|h)")
set(share "[<>]?[0-9.]+%")
string(CONCAT answer
    "^${money} (a month|per hour of this traffic), ${money} per 1,000 requests inside the SLO\\; "
    "p50 ${time}, p95 ${time}, p99 ${time}\\; "
    "${share} met a cold start, ${share} failed, SLO attainment (${share})\n")

file(GLOB scenarios "${FOLDER}/*.json")  # what lies in shared/ is no scenario of its own
if(NOT scenarios)
    message(FATAL_ERROR "${FOLDER} has no scenario")
endif()
set(telling FALSE)
foreach(scenario IN LISTS scenarios)
    run(output "${scenario}")
    string(REPLACE "\\;" ";" pattern "${answer}")
    if(NOT "${output}" MATCHES "${pattern}")
        message(FATAL_ERROR "${scenario}: the first line is not the whole answer:\n${output}")
    endif()
    if(NOT CMAKE_MATCH_5 MATCHES "^(0|100)%$")
        set(telling TRUE)
    endif()
    if("${output}" MATCHES "NOT SETTLED")
        message(FATAL_ERROR "${scenario}: the fleet does not keep up:\n${output}")
    endif()
endforeach()
if(NOT telling AND NOT DATA)
    message(FATAL_ERROR "${FOLDER}: every request is inside the SLO in each scenario, or none is")
endif()

list(LENGTH scenarios count)
if(count GREATER 1)
    run(table ${scenarios})
    foreach(column IN ITEMS "$/h" "$/1k inside SLO" "p99" "cold" "failed")
        string(FIND "${table}" "${column}" found)
        if(found EQUAL -1)
            message(FATAL_ERROR "the table side by side has no column ${column}:\n${table}")
        endif()
    endforeach()
    # Where the page of the examples shows this table, it shows the one that the program prints today.
    cmake_path(GET FOLDER PARENT_PATH examples)
    cmake_path(GET FOLDER FILENAME name)
    file(READ "${examples}/README.md" page)
    string(FIND "${page}" "## ${name}" section)
    string(SUBSTRING "${page}" ${section} -1 page)
    string(REGEX REPLACE "(.)\n## .*" "\\1" page "${page}")
    string(REGEX MATCH "\n  scenario +[$]/h" shown "${page}")
    string(FIND "${table}" "\n\n" begin)
    string(SUBSTRING "${table}" ${begin} -1 table)
    string(STRIP "${table}" table)
    string(FIND "${page}" "${table}" same)
    if(NOT shown STREQUAL "" AND same EQUAL -1)
        message(FATAL_ERROR "examples/README.md shows another table than the program prints:\n${table}")
    endif()
endif()
