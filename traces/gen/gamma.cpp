#include "traces/gen/gamma.hpp"

#include "traces/gen/modulated_times.hpp"
#include "traces/gen/timed_source.hpp"
#include "traces/gen/unit_gaps.hpp"

namespace spillway {

std::unique_ptr<RequestSource> make_gamma(ParamReader& params, const SourceContext& context) {
    const double rate = positive_rate(params, "rate");
    const double cv = positive_number(params, "cv");
    RequestMaker requests(params, context);
    requests.require_end(params);
    const ConstantRate segments(rate, requests.end().value_or(kForEver));
    const GammaGaps gaps(requests.stream("arrival gaps"), cv);
    const SimTime begin = requests.begin();
    return make_timed(std::move(requests), ModulatedTimes(begin, segments, gaps));
}

}  // namespace spillway
