#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "sim/core/config.hpp"
#include "traces/combine/recording.hpp"

namespace spillway {

/// The recorded traces of a study, each read once for all of its runs. Owned by the study, and gone with it;
/// its threads may share it.
class Recordings {
public:
    using Make = std::function<Recording()>;

    /// The recording of that key, made by whoever asks for it first while all others wait. What `make` throws
    /// goes to its caller, and the next one tries again.
    std::shared_ptr<const Recording> get(const std::string& key, const Make& make);

private:
    std::mutex mutex_;
    // shared_ptr: a run that still plays one outlives its study's interest in it.
    std::map<std::string, std::shared_ptr<const Recording>> made_;
};

/// What a value says, without its places: equal for equal configurations.
std::string config_text(const ConfigNode& node);

}  // namespace spillway
