# Builds and runs consumer/ the way that WAY says. Everything it writes stays in the build tree.
set(work "${SPILLWAY_BUILD}/tests/install/${WAY}")
file(REMOVE_RECURSE "${work}")

# An argument that holds a list has to stay one argument, whatever becomes of it on the way.
file(MAKE_DIRECTORY "${work}")
file(WRITE "${work}/toolchain.cmake"
    "set(CMAKE_CXX_COMPILER [==[${COMPILER}]==])\n"
    "set(CMAKE_CXX_COMPILER_LAUNCHER [==[${LAUNCHER}]==])\n")

function(run)
    execute_process(COMMAND ${ARGV} COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
endfunction()

if(WAY STREQUAL "find_package")
    run("${CMAKE_COMMAND}" --install "${SPILLWAY_BUILD}" --prefix "${work}/prefix")
    set(where "-DCMAKE_PREFIX_PATH=${work}/prefix")
else()
    set(where "-DSPILLWAY_SOURCE=${SPILLWAY_SOURCE}")
endif()
run("${CMAKE_COMMAND}" -S "${CMAKE_CURRENT_LIST_DIR}/consumer" -B "${work}/build" -G Ninja
    -DCMAKE_TOOLCHAIN_FILE=${work}/toolchain.cmake -DCMAKE_BUILD_TYPE=Release ${where})
run("${CMAKE_COMMAND}" --build "${work}/build" --target consumer -j 2)
run("${work}/build/consumer")

# A policy of the user's own, built against the installed headers and loaded by the installed program.
if(WAY STREQUAL "find_package")
    set(example "${SPILLWAY_SOURCE}/examples/14_own_policy")
    run("${CMAKE_COMMAND}" -S "${example}" -B "${work}/plugin" -G Ninja
        -DCMAKE_TOOLCHAIN_FILE=${work}/toolchain.cmake -DCMAKE_BUILD_TYPE=Release ${where})
    run("${CMAKE_COMMAND}" --build "${work}/plugin" -j 2)
    run("${work}/prefix/bin/spillway" run "${example}/drain_time.json" --plugin "${work}/plugin/libdrain_time.so")
endif()

# Headers of the build tree must not be needed once the package is installed.
if(WAY STREQUAL "find_package")
    file(GLOB_RECURSE exported "${work}/prefix/*.cmake")
    foreach(file IN LISTS exported)
        file(READ "${file}" text)
        string(FIND "${text}" "${SPILLWAY_SOURCE}/" place)
        if(NOT place EQUAL -1)
            message(FATAL_ERROR "${file} names the source tree")
        endif()
    endforeach()
endif()
