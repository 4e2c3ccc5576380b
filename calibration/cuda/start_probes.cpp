#include <algorithm>

#include "calibration/common/fresh_process.hpp"
#include "calibration/cuda/grids.hpp"
#include "calibration/cuda/probes.hpp"

namespace spillway::cuda {
namespace {

/// What happens once in a process: each sample starts a new one, which prints the seconds (child.cpp).
class FreshTrial : public Trial {
public:
    explicit FreshTrial(std::vector<std::string> command) : command_(std::move(command)) {
        sample();  // the files of driver and libraries are in the page cache then
    }
    double sample() override { return printed_seconds(run_fresh(command_)); }

private:
    std::vector<std::string> command_;
};

/// One parameter that is a word, which the child gets after the probe's own word.
struct StartKind {
    std::string_view name;
    std::string_view summary;
    const char* child;
    const char* parameter;
    std::vector<const char*> words;
};

class StartProbe : public Probe {
public:
    StartProbe(const BackendOptions& options, StartKind kind) : options_(options), kind_(std::move(kind)) {}

    std::string_view name() const noexcept override { return kind_.name; }
    std::string_view summary() const noexcept override { return kind_.summary; }
    std::vector<ProbePoint> points(Effort /*effort*/) const override {
        return points_of_words(kind_.parameter, kind_.words);
    }
    PreparedPoint prepare(const ProbePoint& point) override {
        if (options_.program.empty())
            return PreparedPoint::missing("no program is known that could be started afresh");
        return PreparedPoint::ready(std::make_unique<FreshTrial>(std::vector<std::string>{
            options_.program.string(), "--child", "cuda", kind_.child, point.word(kind_.parameter)}));
    }
    StopRule stop_rule(const StopRule& usual) const override {
        StopRule rule = usual;
        rule.least = 6;  // the fewest that give an interval
        rule.most = 10;
        rule.precision = std::max(rule.precision, 0.05);
        rule.ceiling_seconds = std::max(rule.ceiling_seconds, 20.0);
        return rule;
    }

private:
    const BackendOptions& options_;
    StartKind kind_;
};

}  // namespace

std::unique_ptr<Probe> make_context_probe(const BackendOptions& options) {
    return std::make_unique<StartProbe>(options, StartKind{"start.context",
                                                           "The driver and a context, in a fresh process.",
                                                           "context",
                                                           "what",
                                                           {"driver", "context"}});
}

std::unique_ptr<Probe> make_library_probe(const BackendOptions& options) {
    return std::make_unique<StartProbe>(options,
                                        StartKind{"start.library",
                                                  "cuBLAS for the first time, in a fresh process.",
                                                  "library",
                                                  "what",
                                                  {"cublas_handle", "cublaslt_handle", "first_gemm"}});
}

std::unique_ptr<Probe> make_module_probe(const BackendOptions& options) {
    return std::make_unique<StartProbe>(options,
                                        StartKind{"start.module",
                                                  "This program's own kernels loaded, in a fresh process.",
                                                  "module",
                                                  "loading",
                                                  {"lazy", "eager"}});
}

}  // namespace spillway::cuda
