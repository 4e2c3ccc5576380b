#include "models/path/pool_path.hpp"

#include <utility>

#include "models/path/post_model.hpp"
#include "models/path/request_path.hpp"

namespace spillway {
namespace {

class PoolPath final : public PathModel {
public:
    PoolPath(RequestPath path, PostModel post)
        : path_(std::move(path)),
          post_(std::move(post)),
          free_(path_.gateway_in.is_free() && path_.take_up.is_free() && path_.gateway_out.is_free() &&
                post_.is_free()) {}

    Duration gateway_in(std::uint64_t origin, std::uint32_t attempt) const override {
        return path_.gateway_in.draw(origin, attempt);
    }
    Duration take_up(std::uint64_t origin, std::uint32_t attempt) const override {
        return path_.take_up.draw(origin, attempt);
    }
    Duration post(std::uint64_t origin, std::uint32_t attempt, std::uint32_t output_tokens) const override {
        return post_.draw(origin, attempt, output_tokens);
    }
    Duration gateway_out(std::uint64_t origin, std::uint32_t attempt) const override {
        return path_.gateway_out.draw(origin, attempt);
    }
    bool post_holds_slot() const noexcept override { return post_.slot() == PostModel::Slot::kHeld; }
    bool is_free() const noexcept override { return free_; }

private:
    RequestPath path_;
    PostModel post_;
    bool free_;
};

}  // namespace

std::unique_ptr<PathModel> make_path(const ConfigNode* path, const ConfigNode* post,
                                     const ModelContext& context) {
    return std::make_unique<PoolPath>(parse_request_path(path, context), parse_post(post, context));
}

}  // namespace spillway
