#include <array>

#include "app/deploy/deploy_form.hpp"
#include "sim/core/error.hpp"

namespace spillway {

std::span<const DeployForm> deploy_forms() {
    static const std::array kDeployForms{runpod_form(), modal_form(),    knative_form(),  keda_form(),
                                         hpa_form(),    skyserve_form(), terraform_form()};
    return kDeployForms;
}

const DeployForm& deploy_form(std::string_view name, const std::string& where) {
    std::vector<std::string_view> names;
    for (const DeployForm& form : deploy_forms()) {
        if (form.name == name)
            return form;
        names.push_back(form.name);
    }
    throw unknown_name(where, "form", name, names);
}

}  // namespace spillway
