#include "app/advise/saving.hpp"

#include <array>

namespace spillway {
namespace {

constexpr std::array kSavings{
    Saving{"scale-to-zero", "scale to zero",
           "clients wait for a start as long as the run says; nobody leaves for good because of it",
           propose_scale_to_zero},
    Saving{"idle-timeout", "idle time-out", "the platform lets it be set so", propose_idle_timeout},
    Saving{"keep-warm", "keep-warm floor or spare", "workers that are kept cost what all others do",
           propose_keep_warm},
    Saving{"spike-buffer", "spike buffer",
           "the workers of both pools answer alike; a base that the scenario lacks is bought at the cheapest "
           "price in the book, and starts as its pool does",
           propose_spike_buffer},
    Saving{"micro-batching", "micro-batching", "the times by batch size hold for the requests as they come",
           propose_micro_batching},
    Saving{"concurrency", "concurrency", "the engine takes so many at once", propose_concurrency},
    Saving{"smaller-model", "smaller model",
           "the smaller model's answers are good enough and as long: nothing here measures quality",
           propose_smaller_model},
    Saving{"quantised-model", "quantised model",
           "the quantised model's answers are good enough and as long: nothing here measures quality",
           propose_quantised_model},
    Saving{"token-cap", "cap on answer tokens",
           "answers that end at the cap are good enough, and nobody asks again because of it",
           propose_token_cap},
    Saving{"summarised-history", "history summarised",
           "what a prompt has beyond the limit is history, its summary fits and costs nothing to make, and "
           "answers are as long; a summarised prompt shares no prefix",
           propose_summarised_history},
    Saving{"light-to-heavy", "light model first",
           "something tells at no cost which answers are not good enough, and they are a random share of all",
           propose_light_to_heavy},
    Saving{"token-api", "pay-per-token API",
           "the API's model answers as well, and it is as fast as the pool's service says",
           propose_token_api},
    Saving{"other-gpu", "another GPU",
           "that GPU can be had in the same numbers, starts as fast, and is as fast as the catalogue has it, "
           "which for some is the data sheet alone (`spillway list gpus`)",
           propose_other_gpu},
    Saving{"snapshot", "start from a snapshot",
           "the platform takes snapshots of this engine, every host can reach them, and they restore as "
           "preset modal/memory-snapshot does, whatever the model's size",
           propose_snapshot},
    Saving{"weight-cache", "weights cached on the host",
           "every host that starts land on has the weights on a fast disk, and the disk costs nothing",
           propose_weight_cache},
    Saving{
        "spot", "spot instances",
        "instances are taken back as the scenario's zone says; one that advise writes is up 4.3 h and down "
        "1.6 h in the mean, the median of traces of V100 in 2023",
        propose_spot},
};

}  // namespace

std::span<const Saving> savings() { return kSavings; }

}  // namespace spillway
