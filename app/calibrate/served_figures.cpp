#include "app/calibrate/served_figures.hpp"

#include "sim/core/check.hpp"

namespace spillway {

void ServedSum::add(const ServiceEnd& end, SimTime sent, std::uint32_t output) {
    SPILLWAY_CHECK(!end.rejected && end.tokens_cut == 0 && output > 1, "a served run's request does not fit");
    sum_.ttft += to_seconds(end.first_token - sent);
    sum_.e2e += to_seconds(end.last_token - sent);
    sum_.tpot += to_seconds(end.last_token - end.first_token) / (output - 1);
    ++requests_;
}

ServedFigures ServedSum::means() const noexcept {
    const double all = requests_;
    return {sum_.ttft / all, sum_.tpot / all, sum_.e2e / all};
}

}  // namespace spillway
