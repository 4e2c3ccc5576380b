#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/deploy/deploy_draft.hpp"
#include "app/deploy/deploy_reading.hpp"

namespace spillway {

/// Something that a file configures and that is scaled by itself: an endpoint, a service, a class.
struct DeployUnit {
    std::string name;
    ConfigNode tree{""};
    std::vector<std::string> passed_over;  ///< what else the file holds, "FILE:1: Service \"chat\""
};

/// What scale-to-zero and keep-warm have in common.
struct IdleScaling {
    ConfigNode idle_timeout{""};
    std::int64_t spare = 0;
    std::optional<ConfigNode> queue_delay;
    std::optional<ConfigNode> requests_per_worker;
};

/// A policy of the form's own in the place of a general one, and what it does otherwise.
struct NativePolicy {
    ConfigNode policy{""};
    std::vector<std::string> differs;
};

/// A platform's own configuration, both ways.
struct DeployForm {
    std::string_view name;                       ///< "keda"
    std::string_view summary;                    ///< of the file
    std::string_view speaker;                    ///< who reads the file: "KEDA"
    std::string_view platform;                   ///< that a pool names for it
    std::string_view comment;                    ///< how a line of comment begins; empty: the file has none
    std::span<const std::string_view> policies;  ///< that it can express; the first is its own
    std::string_view rule;                       ///< how it scales, where it cannot express another policy
    /// Scale-to-zero and keep-warm in its own words; nullptr: it has none.
    NativePolicy (*from_idle)(const IdleScaling&);
    void (*write)(DeployPool&, DeployDraft&);
    std::string (*text)(const ConfigNode& tree);
    /// Whether a file that begins so, without a name of a form, is one.
    bool (*recognises)(std::string_view text);
    std::vector<DeployUnit> (*units)(std::string_view text, const std::string& shown);
    void (*read)(DeployReading&);
};

// One for each platform.
DeployForm runpod_form();
DeployForm modal_form();
DeployForm knative_form();
DeployForm keda_form();
DeployForm hpa_form();
DeployForm skyserve_form();
DeployForm terraform_form();

/// All, in the order of `spillway export --help`.
std::span<const DeployForm> deploy_forms();
/// Throws InputError at `where` with the nearest name.
const DeployForm& deploy_form(std::string_view name, const std::string& where);

/// Documents of YAML by their kinds, one unit for each of `kind`: {"ScaledObject": {...}, "Deployment":
/// {...}}, with the one Deployment that it scales, if the file holds it.
std::vector<DeployUnit> kubernetes_units(std::string_view text, const std::string& shown,
                                         std::string_view kind);

}  // namespace spillway
