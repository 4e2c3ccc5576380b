#pragma once

#include <array>
#include <memory>

#include "traces/gen/generator_params.hpp"
#include "traces/registry.hpp"

namespace spillway {

inline constexpr auto kServegenParams = generator_params(std::array{
    required_param("model", ParamKind::kText, "Model whose clients to play, as in the files."),
    optional_param("client", ParamKind::kCount, "One client of it; left out, all that the rates file has."),
    default_param("from", ParamKind::kDuration, "0s", "Begin at this time of the data."),
    default_param("folder", ParamKind::kText, ".", "Where the files are, relative to the scenario."),
    default_param(
        "rates_file", ParamKind::kText, "servegen_client_rates.csv",
        "CSV with model, client, t_s, rate_rps, dist (G, W or empty), p1 (shape); windows of 600 s."),
    default_param("tokens_file", ParamKind::kText, "servegen_token_quantiles.csv",
                  "CSV with model, client, t_s, field, mean, min, p10, ..., p99, max; windows of 6 h."),
});

/// Clients of ServeGen (Xiang et al., arXiv 2505.09999): in each window as many requests as were measured,
/// with gaps of the window's fitted law, rescaled to fill it; token lengths by the quantiles and mean of the
/// nearest window, where the client has any, else by "input_tokens" and "output_tokens".
std::unique_ptr<RequestSource> make_servegen(ParamReader& params, const SourceContext& context);

}  // namespace spillway
