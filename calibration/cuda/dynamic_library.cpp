#include "calibration/cuda/dynamic_library.hpp"

#include <dlfcn.h>

namespace spillway::cuda {

DynamicLibrary::DynamicLibrary(const char* name) : library_(dlopen(name, RTLD_NOW | RTLD_LOCAL)) {
    if (library_ == nullptr)
        error_ = dlerror();
}

void* DynamicLibrary::address(const char* name) const {
    return library_ == nullptr ? nullptr : dlsym(library_, name);
}

}  // namespace spillway::cuda
