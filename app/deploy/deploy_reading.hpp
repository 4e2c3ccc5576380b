#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/deploy/gpu_names.hpp"
#include "app/deploy/knob.hpp"

namespace spillway {

/// A platform's file while a form reads a pool from it: remembers what was used, so that the rest can be
/// named.
class DeployReading {
public:
    /// `tree` must outlive the reading.
    explicit DeployReading(const ConfigNode& tree) : tree_(tree) {}

    /// The value there, which stays unused; nullptr when it is absent.
    const ConfigNode* peek(std::string_view path) const;
    /// The value there, used from now on; nullptr when it is absent or null.
    const ConfigNode* take(std::string_view path);
    /// The same as text. Throws InputError for an expression.
    std::string take_text(std::string_view path);
    /// The value there, left unused for a reason that the user is told.
    void pass_over(std::string_view path, std::string_view why);

    /// Sets a member of the pool ("policy.target").
    void set(std::string_view at, const ConfigNode& value);
    void set_text(std::string_view at, std::string_view text);
    bool has(std::string_view at) const;
    const ConfigNode& pool() const noexcept { return pool_; }

    /// Whether the file has it. The value as a pool writes it goes to the pool.
    bool take_knob(std::string_view prefix, const KnobRow& row);
    void take_knobs(std::string_view prefix, std::span<const KnobRow> rows);
    /// A GPU's name there, "H100" or "H100:2"; one that is not known is told.
    void take_gpu(std::string_view path, GpuNaming naming);

    /// The number after an option of the server's command line ("--max-num-seqs") in the texts below the
    /// path: in one with it, or alone in the next. Both count as used.
    std::optional<std::int64_t> take_option(std::string_view path, std::string_view option);

    void assume(std::string text) { assumed_.push_back(std::move(text)); }
    const std::vector<std::string>& assumed() const noexcept { return assumed_; }
    /// Every value that was not used, as "FILE:LINE: path: value".
    std::vector<std::string> unused() const;

private:
    const ConfigNode& tree_;
    ConfigNode pool_ = ConfigNode::object("", {});
    std::set<const ConfigNode*> used_;
    std::vector<std::string> passed_over_;
    std::vector<std::string> assumed_;
};

}  // namespace spillway
