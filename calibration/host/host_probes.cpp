#include "calibration/host/host_probes.hpp"

#include <algorithm>
#include <array>

namespace spillway {
namespace {

constexpr std::array kProbes{&kCopyProbe,        &kProductProbe, &kDecodeProbe,  &kPrefillProbe,
                             &kElementwiseProbe, &kLaunchProbe,  &kProcessProbe, &kLibraryProbe,
                             &kAllocationProbe,  &kDiskProbe,    &kLoadProbe};

/// A row of the table as the suite's interface.
class HostProbe : public Probe {
public:
    HostProbe(const HostProbeEntry& entry, HostMeans& means) : entry_(entry), means_(means) {}

    std::string_view name() const noexcept override { return entry_.name; }
    std::string_view summary() const noexcept override { return entry_.summary; }
    std::vector<ProbePoint> points(Effort effort) const override { return entry_.points(means_, effort); }
    PreparedPoint prepare(const ProbePoint& point) override { return entry_.prepare(means_, point); }
    StopRule stop_rule(const StopRule& usual) const override {
        StopRule rule = usual;
        if (entry_.most_samples > 0)
            rule.most = std::min(rule.most, entry_.most_samples);
        return rule;
    }

private:
    const HostProbeEntry& entry_;
    HostMeans& means_;
};

}  // namespace

std::vector<std::unique_ptr<Probe>> host_probes(HostMeans& means) {
    std::vector<std::unique_ptr<Probe>> probes;
    probes.reserve(kProbes.size());
    for (const HostProbeEntry* entry : kProbes) probes.push_back(std::make_unique<HostProbe>(*entry, means));
    return probes;
}

}  // namespace spillway
