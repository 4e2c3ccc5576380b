#pragma once

#include <filesystem>
#include <memory>
#include <span>

#include "policies/plugin.hpp"

namespace spillway {

/// A shared library of the user's own policies, loaded. What was made from its entries must be gone before it
/// is destroyed.
class PolicyLibrary {
public:
    /// Throws InputError, with the file as its place, for a file that is no shared library or needs symbols
    /// that nobody has, one without the function `spillway_plugin`, another interface version or layout, a
    /// broken entry, and a name that the program's own tables have.
    explicit PolicyLibrary(const std::filesystem::path& file);
    PolicyLibrary(const PolicyLibrary&) = delete;
    PolicyLibrary& operator=(const PolicyLibrary&) = delete;
    ~PolicyLibrary();

    const PluginManifest& manifest() const noexcept { return *manifest_; }

private:
    struct Handle;
    std::unique_ptr<Handle> handle_;
    const PluginManifest* manifest_ = nullptr;
};

}  // namespace spillway
