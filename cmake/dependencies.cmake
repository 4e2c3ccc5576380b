# What our libraries link. The list stands once, here: this file is also installed, and the package
# configuration runs it in the consumer's build (spillway_find is then find_dependency).

if(NOT COMMAND spillway_find)
    macro(spillway_find)
        find_package(${ARGN} REQUIRED)
    endmacro()
endif()

spillway_find(Threads)
spillway_find(fmt)
spillway_find(nlohmann_json)
spillway_find(Boost 1.74 CONFIG COMPONENTS program_options)
spillway_find(simdjson)
spillway_find(FastFloat)
spillway_find(Eigen3)
spillway_find(TBB)  # studies run on all processors
spillway_find(SQLiteCpp)  # and keep their results where a killed one goes on
spillway_find(yaml-cpp)  # configurations of Kubernetes and SkyPilot
spillway_find(zstd)
spillway_find(ZLIB)

# Since version 0.8 its target has a namespace.
if(TARGET yaml-cpp::yaml-cpp)
    set(SPILLWAY_YAML yaml-cpp::yaml-cpp)
else()
    set(SPILLWAY_YAML yaml-cpp)
endif()

# Clp has no package configuration of CMake's.
if(NOT TARGET spillway_clp)
    find_path(SPILLWAY_CLP_INCLUDE coin/ClpSimplex.hpp REQUIRED)
    find_library(SPILLWAY_CLP_LIBRARY Clp REQUIRED)
    find_library(SPILLWAY_COINUTILS_LIBRARY CoinUtils REQUIRED)
    add_library(spillway_clp INTERFACE IMPORTED GLOBAL)
    set_target_properties(spillway_clp PROPERTIES
        INTERFACE_INCLUDE_DIRECTORIES "${SPILLWAY_CLP_INCLUDE}"
        INTERFACE_LINK_LIBRARIES "${SPILLWAY_CLP_LIBRARY};${SPILLWAY_COINUTILS_LIBRARY}")
endif()

# Random123 is headers only and has no package configuration.
if(NOT TARGET spillway_random123)
    find_path(SPILLWAY_RANDOM123_INCLUDE Random123/philox.h REQUIRED)
    add_library(spillway_random123 INTERFACE IMPORTED GLOBAL)
    set_target_properties(spillway_random123 PROPERTIES
        INTERFACE_INCLUDE_DIRECTORIES "${SPILLWAY_RANDOM123_INCLUDE}")
endif()
