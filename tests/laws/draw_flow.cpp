#include <string>

#include "tests/laws/draw.hpp"

namespace spillway::laws {
namespace {

StageTokens draw_tokens() {
    StageTokens tokens;
    tokens.factor = 0.5 * draw(0, 3);
    if (toss())
        tokens.plus = toss() ? Distribution::constant(draw(0, 50)) : Distribution::exponential(20);
    return tokens;
}

StageSpec draw_stage(std::uint32_t number, int pools) {
    StageSpec stage;
    stage.name = "stage" + std::to_string(number);
    if (draw(0, 3) > 0)
        stage.pool = PoolId{static_cast<std::uint32_t>(draw(0, pools - 1))};
    for (std::uint32_t before = 0; before < number; ++before) {
        if (toss())
            stage.after.push_back(before);
    }
    if (toss())
        stage.share = 0.25 * draw(0, 4);
    stage.input = draw_tokens();
    stage.output = draw_tokens();
    if (toss())
        stage.max_tokens = static_cast<std::uint32_t>(draw(0, 100));
    stage.service_factor = 0.5 * draw(0, 3);
    return stage;
}

}  // namespace

FlowSpec draw_flow(int pools) {
    FlowSpec flow;
    flow.name = "flow";
    const auto stages = static_cast<std::uint32_t>(draw(1, 4));
    for (std::uint32_t i = 0; i < stages; ++i) flow.stages.push_back(draw_stage(i, pools));
    flow.stages[static_cast<std::size_t>(draw(0, static_cast<int>(stages) - 1))].share = 1;
    if (toss())
        flow.answers = static_cast<std::uint32_t>(draw(0, static_cast<int>(stages) - 1));
    flow.retry = toss() ? FlowRetry::kStage : FlowRetry::kRequest;
    return flow;
}

void make_plain(Scenario& scenario) {
    scenario.flows.clear();
    for (ClassSpec& spec : scenario.classes) {
        spec.flow.reset();
        spec.poll.reset();
    }
}

}  // namespace spillway::laws
