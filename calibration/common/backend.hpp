#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "calibration/common/probe.hpp"

namespace spillway {

/// What a backend needs to know of the program that it runs in.
struct BackendOptions {
    std::filesystem::path program;  ///< what probes of fresh processes start, with "--child" and more
    std::filesystem::path folder;   ///< for the files of loading probes; its file system is what is measured
    bool show_uuid = false;         ///< the device's own number goes into the machine's facts
};

/// A backend, or why this machine has none, in one sentence with what to do about it.
struct OpenedBackend {
    std::unique_ptr<ProbeBackend> backend;  ///< null: see unusable
    std::string unusable;
};

/// A kind of backend that the program was built with.
struct BackendEntry {
    std::string_view name;  ///< "cuda", "host"
    std::string_view summary;
    OpenedBackend (*open)(const BackendOptions& options);
    /// Does what a probe asked of a fresh process and prints the seconds; returns the exit code.
    int (*child)(std::span<const std::string> arguments);
};

}  // namespace spillway
