#pragma once

#include <string>

namespace spillway::cuda {

/// A shared library that this program starts without. It stays loaded until the process ends: drivers do not
/// like to go.
class DynamicLibrary {
public:
    /// Looks for it where the dynamic linker does; see loaded().
    explicit DynamicLibrary(const char* name);

    bool loaded() const noexcept { return library_ != nullptr; }
    /// Why it is not loaded.
    const std::string& error() const noexcept { return error_; }

    /// Sets `function` to what the library has under `name`. Returns false when it has none.
    template <class Function>
    bool find(const char* name, Function*& function) const {
        function = reinterpret_cast<Function*>(address(name));
        return function != nullptr;
    }

private:
    void* address(const char* name) const;

    void* library_ = nullptr;
    std::string error_;
};

}  // namespace spillway::cuda
