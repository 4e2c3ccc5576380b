#include "app/deploy/deploy_draft.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/deploy/config_tree.hpp"

namespace spillway {
namespace {

std::string shown_path(std::string_view path) {
    std::string shown;
    for (std::size_t i = 0; i < path.size(); ++i) {
        const bool into_list = path[i] == '>' && i + 1 < path.size() && path[i + 1] == '[';
        if (!into_list)
            shown += path[i] == '>' ? '.' : path[i];
    }
    return shown;
}

}  // namespace

void DeployDraft::put(std::string_view path, const ConfigNode& value) {
    tree = with_in_tree(tree, path, value);
}

void DeployDraft::put_text(std::string_view path, std::string_view text) {
    put(path, ConfigNode::text("", std::string(text)));
}

void DeployDraft::put_count(std::string_view path, std::int64_t count) {
    put(path, ConfigNode::integer("", count));
}

void DeployDraft::put_placeholder(std::string_view path, std::string_view text, std::string_view what) {
    put_text(path, text);
    const bool blank = text.find(kReplaceMe) != text.npos;
    replace.push_back(fmt::format("{} {}: {}", blank ? "replace" : "check", shown_path(path), what));
}

void DeployDraft::put_knob(DeployPool& pool, std::string_view prefix, const KnobRow& row) {
    const std::optional<ConfigNode> value = pool.value(row.at);
    if (!value)
        return;
    const KnobValue written = to_platform(row, *value);
    put(fmt::format("{}{}", prefix, row.key), written.value);
    if (!written.rounded.empty() && std::find(unsaid.begin(), unsaid.end(), written.rounded) == unsaid.end())
        unsaid.push_back(written.rounded);
}

void DeployDraft::put_knobs(DeployPool& pool, std::string_view prefix, std::span<const KnobRow> rows) {
    for (const KnobRow& row : rows) put_knob(pool, prefix, row);
}

void DeployDraft::put_gpu(DeployPool& pool, std::string_view path, GpuNaming naming, std::string_view after) {
    pool.value("gpu");
    const std::string gpu = pool.gpu();
    const std::string_view name = gpu_name_of(naming, gpu);
    if (!name.empty())
        return put_text(path, fmt::format("{}{}", name, after));
    put_placeholder(path, fmt::format("{}{}", kReplaceMe, after),
                    gpu.empty() ? "the GPU, which the scenario does not name"
                                : fmt::format("the GPU: no name for \"{}\" there is known", gpu));
}

void put_image(DeployDraft& draft, const DeployPool& pool, std::string_view path) {
    draft.put_placeholder(path, kReplaceMe,
                          pool.facts().serves
                              ? fmt::format("the image, of a server of {}", *pool.facts().serves)
                              : std::string("the image"));
}

}  // namespace spillway
