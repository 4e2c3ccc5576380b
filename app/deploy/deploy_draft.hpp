#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/deploy/deploy_pool.hpp"
#include "app/deploy/gpu_names.hpp"
#include "app/deploy/knob.hpp"

namespace spillway {

/// A platform's file in the making.
struct DeployDraft {
    ConfigNode tree = ConfigNode::object("", {});
    std::vector<std::string> unsaid;   ///< what the file cannot say, or says only nearly
    std::vector<std::string> replace;  ///< "replace PATH: what belongs there", "check PATH: what was guessed"

    void put(std::string_view path, const ConfigNode& value);
    void put_text(std::string_view path, std::string_view text);
    void put_count(std::string_view path, std::int64_t count);
    /// `text`, which holds REPLACE_ME or is a guess, for `what` the scenario does not know.
    void put_placeholder(std::string_view path, std::string_view text, std::string_view what);
    /// One knob, and what rounding does to it; nothing where the pool has no value.
    void put_knob(DeployPool& pool, std::string_view prefix, const KnobRow& row);
    void put_knobs(DeployPool& pool, std::string_view prefix, std::span<const KnobRow> rows);
    /// The pool's GPU as they call it, followed by `after`; a placeholder where they have no name for it.
    void put_gpu(DeployPool& pool, std::string_view path, GpuNaming naming, std::string_view after = {});
};

inline constexpr std::string_view kReplaceMe = "REPLACE_ME";

/// "REPLACE_ME" for the image, with the model that it has to serve.
void put_image(DeployDraft& draft, const DeployPool& pool, std::string_view path);

}  // namespace spillway
