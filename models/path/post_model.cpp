#include "models/path/post_model.hpp"

#include <optional>

#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr ParamSpec kPostParams[] = {
    default_param("time", ParamKind::kDurationLaw, "0s", "of post-processing, beside the transfer"),
    optional_param("bytes", ParamKind::kBytes, "moved for each answer"),
    optional_param("bytes_per_token", ParamKind::kBytes, "moved for each output token"),
    optional_param("bandwidth", ParamKind::kByteRate, "at which the bytes move"),
    default_param("holds_slot", ParamKind::kFlag, "false", "whether the worker's slot is held meanwhile"),
};

// Even 2^32 tokens of it stay far from where time overflows.
constexpr double kLongestTransferSeconds = 24.0 * 3600;
constexpr double kLongestTokenSeconds = 0.1;

}  // namespace

std::span<const ParamSpec> post_params() { return kPostParams; }

Duration PostModel::draw(std::uint64_t origin, std::uint32_t attempt, std::uint32_t output_tokens) const {
    const Duration time =
        seconds_.duration(seconds_.is_constant() ? 0.5 : RandomStream(key_, origin, attempt).uniform());
    return time + from_seconds(transfer_seconds_ + output_tokens * transfer_seconds_per_token_);
}

bool PostModel::is_free() const {
    return seconds_.is_constant() && seconds_.quantile(0.5) == 0 && transfer_seconds_ == 0 &&
           transfer_seconds_per_token_ == 0;
}

PostModel parse_post(const ConfigNode* node, const ModelContext& context) {
    const ConfigNode nothing = ConfigNode::object("post", {});
    ParamReader reader(node == nullptr ? nothing : *node, kPostParams);
    PostModel post(parse_distribution(*reader.node("time"), LawUnit::kSeconds), context.stream("post"));
    post.slot_ = reader.flag("holds_slot") ? PostModel::Slot::kHeld : PostModel::Slot::kFreed;
    const std::optional<std::int64_t> bytes = reader.optional_bytes("bytes");
    const std::optional<std::int64_t> per_token = reader.optional_bytes("bytes_per_token");
    const std::optional<double> bandwidth = reader.optional_byte_rate("bandwidth");
    reader.finish();
    if ((bytes || per_token) != bandwidth.has_value()) {
        throw InputError(reader.where(), "a transfer needs both its bytes and a bandwidth",
                         R"(write "bytes" or "bytes_per_token" together with "bandwidth", as in "100MB/s")");
    }
    if (!bandwidth)
        return post;
    post.transfer_seconds_ = static_cast<double>(bytes.value_or(0)) / *bandwidth;
    post.transfer_seconds_per_token_ = static_cast<double>(per_token.value_or(0)) / *bandwidth;
    if (post.transfer_seconds_ > kLongestTransferSeconds ||
        post.transfer_seconds_per_token_ > kLongestTokenSeconds) {
        throw InputError(reader.where("bandwidth"), "at this bandwidth an answer takes more than a day",
                         R"(write the rate with its unit, as in "100MB/s")");
    }
    return post;
}

}  // namespace spillway
