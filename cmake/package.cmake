# Install rules beside those of the libraries: what find_package(spillway) reads.
include(CMakePackageConfigHelpers)

set(package_folder "${CMAKE_INSTALL_LIBDIR}/cmake/spillway")
configure_package_config_file("${CMAKE_CURRENT_LIST_DIR}/spillwayConfig.cmake.in"
    "${spillway_BINARY_DIR}/spillwayConfig.cmake" INSTALL_DESTINATION "${package_folder}")
write_basic_package_version_file("${spillway_BINARY_DIR}/spillwayConfigVersion.cmake"
    COMPATIBILITY SameMinorVersion)
install(FILES
    "${spillway_BINARY_DIR}/spillwayConfig.cmake"
    "${spillway_BINARY_DIR}/spillwayConfigVersion.cmake"
    "${CMAKE_CURRENT_LIST_DIR}/dependencies.cmake"
    "${CMAKE_CURRENT_LIST_DIR}/spillway_plugin.cmake"
    DESTINATION "${package_folder}")

get_property(libraries GLOBAL PROPERTY SPILLWAY_LIBRARIES)
if(libraries)
    install(EXPORT spillway_targets NAMESPACE spillway:: DESTINATION "${package_folder}")
endif()
