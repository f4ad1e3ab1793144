// SPDX-License-Identifier: BSL-1.0
#include "command.hpp"
#include "files.hpp"

#include <lade/container/json/writer.hpp>
#include <lade/container/zip/entry_reader.hpp>
#include <lade/keras/code.hpp>
#include <lade/keras/config_graph.hpp>

#include <fmt/core.h>

#include <algorithm>

namespace tool {

namespace {

/// Reads every tensor to its end.
class reader_of_all final : public lade::any_sink {
  public:
    std::uint64_t tensors = 0;
    std::vector<std::string> structures;  ///< of models of Keras
    result<void> part(lade::content of, std::string_view, lade::bytes::view data) override {
        if (of == lade::content::config) structures.emplace_back(lade::bytes::text(data));
        return {};
    }
    result<lade::flow> take(lade::tensor_info const& info, lade::any_payload& from) override {
        if (interrupted != 0) return lade::fail(interrupted_id);
        ++tensors;
        if (info.absent) return lade::flow::more;
        block_.resize(std::size_t{1} << 20);
        auto const read =
            lade::in_blocks(from, block_, [](lade::bytes::view) { return result<void>(); });
        if (!read) return read.error().in(info.name);
        return lade::flow::more;
    }

  private:
    std::vector<std::byte> block_;
};

/// Compares the CRC-32 of every entry of an archive, those too that no tensor lies in.
result<void> check_entries(lade::zip::archive const& in) {
    std::vector<std::byte> block(std::size_t{1} << 20);
    for (auto const& entry : in.entries()) {
        if (entry.is_folder()) continue;
        auto reader = lade::zip::entry_reader::open(in, entry);
        if (!reader) return reader.error();
        for (std::uint64_t at = 0; at < reader->size();) {
            if (interrupted != 0) return lade::fail(interrupted_id);
            auto const part = std::span(block).first(static_cast<std::size_t>(
                std::min<std::uint64_t>(block.size(), reader->size() - at)));
            if (auto const read = reader->read(at, part); !read) return read;
            at += part.size();
        }
    }
    return {};
}

/// A name that a loader would look up, and why it must not.
struct named_code {
    std::string name;
    std::string_view reason;
};

struct verdict {
    std::string file, format;
    std::vector<named_code> dangerous;
    std::vector<named_code> unknown;
    lade::error failure{};
    std::uint64_t tensors = 0;
};

bool is_pickled(std::string_view format) { return format.empty() || format.starts_with("torch."); }

verdict judge(std::string const& name) {
    verdict found;
    found.file = name;
    auto const file = model_file::open(name);
    if (!file) {
        found.failure = file.error();
        return found;
    }
    reader_of_all all;
    auto const outcome = (*file)->read(all);
    found.format = (*file)->format();
    found.tensors = all.tensors;
    if (!outcome) found.failure = outcome.error();
    // pickles are judged even where the file cannot be read: what they would have called comes
    // before what is broken
    if (is_pickled(found.format) && (*file)->file().has_file())
        if (auto const globals = lade::torch::globals_in((*file)->file()))
            for (auto const& one : *globals) {
                if (one.is == lade::torch::judgement::dangerous)
                    found.dangerous.push_back({one.name.c_str(), one.reason});
                if (one.is == lade::torch::judgement::inert)
                    found.unknown.push_back({one.name.c_str(), {}});
            }
    if (found.format.starts_with("keras."))
        for (auto const& text : all.structures)
            if (auto const read = lade::json::document::parse(text, lade::keras::json_options))
                for (auto& one : lade::keras::code_carriers(read->root()))
                    (one.reason.empty() ? found.unknown : found.dangerous)
                        .push_back({std::move(one.name), one.reason});
    if (found.failure.id == nullptr && (*file)->file().archive() != nullptr)
        if (auto const checked = check_entries(*(*file)->file().archive()); !checked)
            found.failure = checked.error().in(name);
    return found;
}

status outcome_of(verdict const& of) {
    if (!of.dangerous.empty()) return finding;
    return of.failure.id == nullptr ? done : status_of(of.failure.id->kind);
}

std::string_view word_of(verdict const& of) {
    if (!of.dangerous.empty()) return "unsafe";
    if (of.failure.id == nullptr) return "good";
    return lade::name_of(of.failure.id->kind);
}

std::string json_line(verdict const& of) {
    std::string line;
    lade::json::writer out(line);
    out.begin_object().key("file").text(of.file).key("format").text(of.format).key("verdict").text(
        word_of(of));
    if (of.failure.id != nullptr) out.key("error").text(of.failure.id->name);
    out.key("dangerous").begin_array();
    for (auto const& one : of.dangerous)
        out.begin_object().key("global").text(one.name).key("reason").text(one.reason).end_object();
    out.end_array().key("unknown").begin_array();
    for (auto const& one : of.unknown) out.text(one.name);
    out.end_array().end_object();
    return line;
}

}  // namespace

status run_verify(words const& given) {
    status worst = done;
    for (auto const& name : given.files) {
        verdict const found = judge(name);
        if (given.has("--json")) fmt::print("{}\n", json_line(found));
        else
            fmt::print("{}: {}{}\n", name, word_of(found),
                       found.format.empty() ? "" : " " + found.format);
        if (!given.has("--json")) {
            for (auto const& one : found.dangerous)
                fmt::print("  dangerous  {}: {}\n", one.name.c_str(), one.reason);
            for (auto const& one : found.unknown)
                fmt::print("  unknown    {}: kept as a name, never looked up\n", one.name.c_str());
        }
        if (found.failure.id != nullptr) report(found.failure, name);
        worst = std::max(worst, outcome_of(found));
    }
    return worst;
}

}  // namespace tool
