#include "models/llm/measured_range.hpp"

#include <algorithm>
#include <set>
#include <string_view>

namespace spillway {
namespace {

const ValidRange* range_of(const SectionQuality& quality, std::string_view name) {
    const auto found = std::find_if(quality.valid.begin(), quality.valid.end(),
                                    [name](const ValidRange& range) { return range.name == name; });
    return found == quality.valid.end() ? nullptr : &*found;
}

std::uint32_t most_of(const SectionQuality& quality, std::string_view name) {
    const ValidRange* range = range_of(quality, name);
    return range == nullptr ? 0 : static_cast<std::uint32_t>(range->most);
}

bool within(const SectionQuality& quality, std::string_view name, double value) {
    const ValidRange* range = range_of(quality, name);
    return range == nullptr || (value >= range->least && value <= range->most);
}

template <class Form>
const Section<Form>* section_of(const std::vector<Section<Form>>& sections, Precision precision) {
    const auto found = std::find_if(sections.begin(), sections.end(), [precision](const Section<Form>& one) {
        return one.precision == precision;
    });
    return found == sections.end() ? nullptr : &*found;
}

/// A profile of the user's own says so: results with it cannot be compared with others'.
void mark_own_profile(const GpuProfile& gpu, std::vector<std::string>& marks) {
    if (gpu.kind == ProfileKind::kMeasured)
        marks.push_back("kernels of " + gpu.name +
                        " are those of a profile of your own: " + gpu.provenance.software);
    if (gpu.kind == ProfileKind::kMeasuredHost)
        marks.push_back(gpu.name + " is a processor: " + gpu.provenance.software +
                        "; engines' overheads are those that GPUs had");
}

void mark_products(const Deployment& deployment, std::vector<std::string>& marks) {
    const auto* gemm = section_of(deployment.gpu.gemm, deployment.weights);
    if (gemm == nullptr)
        return;
    if (gemm->quality.samples == 0) {
        marks.push_back("matrix products of " + deployment.gpu.name + " in " +
                        precision_name(deployment.weights) + ": " + gemm->quality.note);
        return;
    }
    const LlmSpec& llm = deployment.llm;
    const double each = 1.0 / deployment.gpus;
    const auto hidden = static_cast<double>(llm.hidden);
    const auto feed = static_cast<double>(llm.intermediate) * each;
    const auto queries = static_cast<double>(llm.heads * llm.head_dim) * each;
    const bool known = within(gemm->quality, "n", 2 * feed) && within(gemm->quality, "n", hidden) &&
                       within(gemm->quality, "k", hidden) && within(gemm->quality, "k", feed) &&
                       within(gemm->quality, "k", queries);
    if (!known)
        marks.push_back("matrix products of " + llm.name +
                        " are larger or smaller than those that were measured on " + deployment.gpu.name);
}

void mark_attention(const Deployment& deployment, std::vector<std::string>& marks) {
    const auto* decode = section_of(deployment.gpu.decode, deployment.cache);
    if (decode == nullptr)
        return;
    const double heads = static_cast<double>(deployment.llm.heads) / deployment.gpus;
    if (!within(decode->quality, "heads", heads) ||
        !within(decode->quality, "head_dim", static_cast<double>(deployment.llm.head_dim)))
        marks.push_back("attention heads of " + deployment.llm.name +
                        " are unlike those that were measured on " + deployment.gpu.name);
}

void mark_engine(const Deployment& deployment, const EngineProfile& engine, std::vector<std::string>& marks) {
    const ServedBefore served = served_before(deployment, engine);
    if (served == ServedBefore::kThisModel)
        return;
    if (served == ServedBefore::kThisGpu) {
        marks.push_back("no served run of " + engine.name + " on " + deployment.gpu.name + " had " +
                        deployment.llm.name + " in " + precision_name(deployment.weights) +
                        ": its overheads are those of other models");
        return;
    }
    std::set<std::string> measured;
    for (const KernelCorrection& one : engine.corrections) measured.insert(one.gpu);
    std::string on;
    for (const std::string& gpu : measured) on += (on.empty() ? "" : ", ") + gpu;
    marks.push_back("no served run of " + engine.name + " on " + deployment.gpu.name +
                    " was measured: its overheads are those on " + on);
}

}  // namespace

ServedBefore served_before(const Deployment& deployment, const EngineProfile& engine) {
    ServedBefore served = ServedBefore::kElsewhere;
    for (const KernelCorrection& one : engine.corrections) {
        if (one.gpu != deployment.gpu.name)
            continue;
        if (one.llm == deployment.llm.name && one.weights == deployment.weights)
            return ServedBefore::kThisModel;
        served = ServedBefore::kThisGpu;
    }
    return served;
}

MeasuredRange measured_range(const Deployment& deployment, const EngineProfile& engine) {
    MeasuredRange range;
    if (deployment.gpu.kind == ProfileKind::kDataSheet) {
        range.marks.push_back("kernels " + std::string(deployment.gpus > 1 ? "and all-reduces " : "") +
                              "of " + deployment.gpu.name +
                              " were never measured: their times are a roofline of its data sheet");
    } else {
        mark_own_profile(deployment.gpu, range.marks);
        mark_products(deployment, range.marks);
        mark_attention(deployment, range.marks);
        if (const auto* prefill = section_of(deployment.gpu.prefill, deployment.cache))
            range.prompt_tokens = most_of(prefill->quality, "new_tokens");
        if (const auto* decode = section_of(deployment.gpu.decode, deployment.cache))
            range.sequences = most_of(decode->quality, "sequences");
    }
    mark_engine(deployment, engine, range.marks);
    return range;
}

MeasuredRange measured_range(const FoundEmpirical& found, const DeploymentKey& key) {
    MeasuredRange range;
    if (found.measured != nullptr) {
        range.prompt_tokens = found.measured->input_tokens[1];
        range.sequences = found.measured->clients[1];
        return range;
    }
    range.marks.push_back("no served run had " + key.llm + " in " + precision_name(key.weights) + " on " +
                          std::to_string(key.gpus) + " x " + key.gpu + " with " + key.engine +
                          ": its times are put together from other deployments, with the errors that "
                          "docs/accuracy.md has for those left out");
    // What its model was measured with elsewhere is as far as anybody looked.
    for (const EmpiricalDeployment& one : empirical_catalog().deployments) {
        if (one.key.llm != key.llm)
            continue;
        range.prompt_tokens = std::max(range.prompt_tokens, one.input_tokens[1]);
        range.sequences = std::max(range.sequences, one.clients[1]);
    }
    return range;
}

std::vector<std::string> beyond_measured(const MeasuredRange& range, const ServiceUsage& usage) {
    std::vector<std::string> marks = range.marks;
    if (range.prompt_tokens > 0 && usage.longest_prompt > range.prompt_tokens) {
        marks.push_back("prompts had up to " + std::to_string(usage.longest_prompt) +
                        " tokens; measurements end at " + std::to_string(range.prompt_tokens));
    }
    if (range.sequences > 0 && usage.largest_batch > range.sequences) {
        marks.push_back("up to " + std::to_string(usage.largest_batch) +
                        " sequences ran at once; measurements end at " + std::to_string(range.sequences));
    }
    return marks;
}

}  // namespace spillway
