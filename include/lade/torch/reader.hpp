// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/torch/emit.hpp>
#include <lade/torch/script_classes.hpp>

namespace lade::inline LADE_ABI::torch {

/// How PyTorch files are read.
struct read_options {
    /// Compare the CRC-32 of every record that is read as a whole. A CRC of 0 was not recorded.
    bool verify_crc = true;
    /// Of TorchScript: list tensors that are plain attributes as well, which `state_dict()` does
    /// not.
    bool attributes = false;
    /// Of TorchScript: list the constants of the code as `constants.<n>`.
    bool constants = false;
};

namespace detail {

/// `open` opens the file; the rest is the same for every container.
template <class Open>
result<flow> read(any_source from, any_sink& to, read_options const& options, Open&& open) {
    opened_file file(from, {options.verify_crc});
    if (auto const done = open(file); !done) return done.error();
    auto const tensors = walker::tensors_of(file.decoder(), file.memory(), file.bounds());
    if (!tensors) return tensors.error();
    return emitter::emit(file, tensors->span(), to);
}

/// The sources of a TorchScript archive, as parts.
inline result<void> give_sources(opened_file& file, lade::zip::archive const& archive,
                                 any_sink& to) {
    std::string_view const root = file.records().root();
    for (auto const& one : archive.entries()) {
        std::string_view const name = one.name.substr(root.size());
        if (!name.starts_with("code/") || !name.ends_with(".py")) continue;
        auto const text = lade::zip::contents(archive, one, file.memory(), file.bounds());
        if (!text) return text.error();
        if (auto const done = to.part(content::objects, name, *text); !done) return done;
    }
    return {};
}

/// A sink that passes tensors on with a prefix to their names, and nothing else.
class prefixed final : public any_sink {
  public:
    prefixed(any_sink& to, std::string_view prefix) : to_(&to), prefix_(prefix) {}
    result<flow> take(tensor_info const& info, any_payload& bytes) override {
        std::string const name = std::string(prefix_).append(info.name);
        tensor_info renamed = info;
        renamed.name = name;
        renamed.in = nullptr;  // storages of another pickle
        return to_->take(renamed, bytes);
    }

  private:
    any_sink* to_;
    std::string_view prefix_;
};

/// The constants of the code: a tuple of tensors in a pickle of its own.
inline result<flow> read_constants(lade::zip::archive const& archive, any_sink& to,
                                   read_options const& options) {
    opened_file file(archive.from(), {options.verify_crc});
    file.set_storage_folder("constants/");
    if (auto const done = file.open_zip(archive, "constants.pkl"); !done) return done.error();
    auto const tensors = walker::tensors_of(file.decoder(), file.memory(), file.bounds());
    if (!tensors) return tensors.error();
    prefixed named(to, "constants.");
    return emitter::emit(file, tensors->span(), named);
}

}  // namespace detail

/// Reads what torch.save wrote since 1.6. Errors: torch.*, zip.*, pickle.*, limit.exceeded, those
/// of the sink.
inline result<flow> read_zip(lade::zip::archive const& archive, any_sink& to,
                             read_options const& options) {
    return detail::read(archive.from(), to, options,
                        [&](opened_file& file) { return file.open_zip(archive); });
}

/// Reads a TorchScript archive: names as `state_dict()` of the loaded module gives them; sources as
/// parts `code/...`, which nobody runs. Errors: torch.*, zip.*, pickle.*, limit.exceeded, those of
/// the sink.
inline result<flow> read_script(lade::zip::archive const& archive, any_sink& to,
                                read_options const& options) {
    opened_file file(archive.from(), {options.verify_crc});
    if (auto const done = file.open_zip(archive); !done) return done.error();
    script_classes classes(file.records(), file.memory());
    auto const tensors = walker::tensors_of(file.decoder(), file.memory(), file.bounds(), &classes,
                                            options.attributes);
    if (!tensors) return tensors.error();
    if (to.wants_objects())
        if (auto const done = detail::give_sources(file, archive, to); !done) return done.error();
    auto const answer = emitter::emit(file, tensors->span(), to);
    if (!answer || *answer == flow::enough || !options.constants) return answer;
    return detail::read_constants(archive, to, options);
}

/// Reads what torch.save wrote before, and on request. Errors: torch.*, pickle.*, limit.exceeded,
/// those of the sink.
inline result<flow> read_legacy(any_source from, any_sink& to, read_options const& options) {
    return detail::read(from, to, options, [](opened_file& file) { return file.open_legacy(); });
}

/// Reads what torch.save wrote up to 0.1.9. Errors: torch.*, tar.*, pickle.*, limit.exceeded, those
/// of the sink.
inline result<flow> read_tar(any_source from, any_sink& to, read_options const& options) {
    return detail::read(from, to, options, [](opened_file& file) { return file.open_tar(); });
}

/// Reads any other pickle. Errors: torch.*, pickle.*, limit.exceeded, those of the sink.
inline result<flow> read_pickle(any_source from, any_sink& to, read_options const& options) {
    return detail::read(from, to, options, [](opened_file& file) { return file.open_pickle(); });
}

}  // namespace lade::inline LADE_ABI::torch
