#include "policies/policy_library.hpp"

// Without it Boost.DLL wants Boost.Filesystem, a library to link, for its paths.
#define BOOST_DLL_USE_STD_FS
#include <dlfcn.h>

#include <algorithm>
#include <boost/dll/shared_library.hpp>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include "policies/registry.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr const char* kRebuild =
    "build it again with the headers that are installed with this program (docs/plugins.md)";

constexpr auto kStaysLoaded = static_cast<boost::dll::load_mode::type>(RTLD_NODELETE);

boost::dll::shared_library open_library(const std::filesystem::path& file) {
    if (!std::filesystem::is_regular_file(file))
        throw InputError(file.string(), "there is no such file", "--plugin names a shared library");
    try {
        // An absolute path: the loader would look for a bare name elsewhere. Every symbol is looked up at
        // once, and the library stays: errors that it threw have their code in it, and outlive the fleet.
        return boost::dll::shared_library(std::filesystem::absolute(file),
                                          boost::dll::load_mode::rtld_now | kStaysLoaded);
    } catch (const std::system_error& error) {
        throw InputError(file.string(), std::string("cannot be loaded: ") + error.what(), kRebuild);
    }
}

void check_version(const PluginManifest& manifest, const std::string& where) {
    if (manifest.interface_version != kPluginInterface) {
        throw InputError(where,
                         fmt::format("has version {} of the plug-in interface, and this program has {}",
                                     manifest.interface_version, kPluginInterface),
                         kRebuild);
    }
    if (manifest.layout != plugin_layout())
        throw InputError(where, "was built with headers or a compiler that lay out its types differently",
                         kRebuild);
}

template <class Entry>
void check_entries(std::span<const Entry> own, std::span<const Entry> built_in, std::string_view kind,
                   const std::string& where) {
    for (std::size_t i = 0; i < own.size(); ++i) {
        const Entry& entry = own[i];
        if (entry.name.empty() || entry.make == nullptr)
            throw InputError(where, fmt::format("{} {} has no name or nothing that makes it", kind, i));
        const auto same = [&](const Entry& other) { return other.name == entry.name; };
        if (std::any_of(built_in.begin(), built_in.end(), same))
            throw InputError(
                where, fmt::format("its {} \"{}\" has the name of one that is built in", kind, entry.name),
                "give it another name");
        if (std::count_if(own.begin(), own.end(), same) > 1)
            throw InputError(where, fmt::format("has two of the {} \"{}\"", kind, entry.name));
    }
}

}  // namespace

struct PolicyLibrary::Handle {
    boost::dll::shared_library library;
};

PolicyLibrary::PolicyLibrary(const std::filesystem::path& file)
    : handle_(std::make_unique<Handle>(Handle{open_library(file)})) {
    const std::string where = file.string();
    if (!handle_->library.has(kPluginSymbol)) {
        throw InputError(where, fmt::format("does not export the function {}()", kPluginSymbol),
                         "declare it as docs/plugins.md shows, with SPILLWAY_PLUGIN_EXPORT");
    }
    manifest_ = handle_->library.get<PluginFunction>(kPluginSymbol)();
    if (manifest_ == nullptr)
        throw InputError(where, fmt::format("{}() returned nothing", kPluginSymbol));
    check_version(*manifest_, where);
    check_entries(manifest_->scale_policies, scale_policies(), "scale policy", where);
    check_entries(manifest_->fleet_policies, fleet_policies(), "fleet policy", where);
    check_entries(manifest_->pool_routes, pool_routes(), "pool route", where);
    check_entries(manifest_->worker_routes, worker_routes(), "worker route", where);
}

PolicyLibrary::~PolicyLibrary() = default;

}  // namespace spillway
