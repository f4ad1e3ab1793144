// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <support/files.hpp>

#include <lade/lade.hpp>

#include <initializer_list>
#include <vector>

/// Where the examples run: a folder of their own, with files that this library saved.
namespace examples {

class workplace {
  public:
    workplace() {
        if (::getcwd(before_, sizeof before_) == nullptr || ::chdir(folder_.path().c_str()) != 0)
            std::abort();
    }
    workplace(workplace const&) = delete;
    workplace& operator=(workplace const&) = delete;
    ~workplace() {
        if (::chdir(before_) != 0) std::abort();
    }

  private:
    support::scratch_folder folder_;
    char before_[4096];
};

struct named_floats {
    char const* name;
    std::vector<std::uint64_t> shape;
    std::vector<float> values;
};

/// A model of float32 tensors.
inline lade::model model_of(std::initializer_list<named_floats> tensors) {
    lade::model made;
    for (auto const& one : tensors)
        if (!made.add(one.name, lade::dtype::float32, one.shape,
                      std::as_bytes(std::span(one.values))))
            std::abort();
    made.seal();
    return made;
}

}  // namespace examples
