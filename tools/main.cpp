// SPDX-License-Identifier: BSL-1.0
#include "command.hpp"

#include <lade/version.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>

namespace tool {

namespace {

constexpr std::string_view about =
    "looks into, converts and checks the model files of PyTorch, Keras, TensorFlow and others";

constexpr option inspect_options[]{
    {"--json", "", "one JSON object a file, a line each"},
    {"--hash", "", "the SHA-256 of every tensor, which reads them all"},
    {"--only", "GLOB", "only tensors whose names match; * stops at '/', ** does not"},
    {"--tree", "", "the modules or layers that names tell of, with the totals of each"},
    {"--stats", "", "smallest, largest and mean value of every tensor, which reads them all"},
};
constexpr std::string_view inspect_examples[]{"lade inspect resnet18.pth",
                                              "lade inspect --json --hash a.safetensors b.h5",
                                              "lade inspect --only 'encoder.*' model.pt"};

constexpr option convert_options[]{
    {"--to", "FORMAT", "the format to write; without it the suffix of OUT tells"},
    {"--only", "GLOB", "only tensors whose names match"},
    {"--rename", "FROM=TO",
     "another name; a * in FROM is any part, put where TO has a *; given as often as needed"},
    {"--dtype", "TYPE", "convert numbers to this type: float16, bfloat16, float32 ..."},
    {"--drop", "PARTS", "parts that may be lost: weights,graph,config,optimizer,objects,metadata"},
    {"--layout", "torch", "weights of Keras turned and named as PyTorch has them"},
    {"--like", "MODEL",
     "take all but the values of the tensors from this model: its graph, objects, assets, and the "
     "tensors that IN does not have"},
    {"--shard-size", "SIZE", "several files of at most this many bytes each: 500MB, 5GB"},
    {"--compact", "",
     "PyTorch: dense tensors, without the parts of storages that no tensor reaches"},
};
constexpr std::string_view convert_examples[]{
    "lade convert model.pth model.safetensors",
    "lade convert --rename 'module.*=*' ddp.pth plain.pth",
    "lade convert --dtype bfloat16 --shard-size 5GB a.pth a.safetensors",
    "lade convert model.ckpt-1000 model.safetensors",
    "lade convert trained.ckpt-7 --like saved_model_directory new_directory"};

constexpr option diff_options[]{
    {"--json", "", "differences as JSON"},
    {"--rtol", "X", "relative difference of numbers that is no difference; 0"},
    {"--atol", "X", "absolute difference of numbers that is no difference; 0"},
};
constexpr std::string_view diff_examples[]{"lade diff before.pth after.pth",
                                           "lade diff --rtol 1e-5 a.h5 a.safetensors"};

constexpr option verify_options[]{{"--json", "", "findings as JSON, a line a file"}};
constexpr std::string_view verify_examples[]{"lade verify downloaded.pth", "lade verify *.pth"};

constexpr option freeze_options[]{
    {"--outputs", "NAMES",
     "the nodes that are wanted, with commas between them; of a SavedModel "
     "those of its signature need not be named"},
    {"-o", "OUT", "the frozen graph: .pb, or .pbtxt for text"},
    {"--signature", "NAME", "of a SavedModel; serving_default"},
    {"--tags", "TAGS", "of a SavedModel: its meta graph with exactly these tags; the first"},
};
constexpr std::string_view freeze_examples[]{
    "lade freeze model.ckpt-1000 --outputs ypred -o frozen.pb",
    "lade freeze saved_model_directory -o frozen.pb"};

constexpr option embed_options[]{
    {"-o", "OUT", "the header; with --incbin an assembly file (.S) and the bytes (.bin) beside it"},
    {"--only", "GLOB", "only tensors whose names match"},
    {"--dtype", "TYPE", "convert numbers to this type: float16, float32, int8 ..."},
    {"--incbin", "",
     "bytes in a file of their own, for large tensors: the compiler does not see them"},
    {"--namespace", "NAME", "of the arrays; without it the name of OUT"},
};
constexpr std::string_view embed_examples[]{
    "lade embed model.pth --only 'encoder/**' -o weights.hpp",
    "lade embed --incbin model.safetensors -o weights.hpp"};

constexpr command table[]{
    {"inspect", "FILE...", "shows what is inside",
     "Names, types, shapes and metadata; no tensor is read unless --hash or --stats asks for it.",
     inspect_options, inspect_examples, 1, 0, run_inspect},
    {"convert", "IN OUT", "writes a file in another format",
     "In blocks, so that memory does not grow with the file. OUT appears whole or not at all.",
     convert_options, convert_examples, 2, 2, run_convert},
    {"diff", "A B", "compares names, types, shapes and values",
     "Exit status 1 if the files differ.", diff_options, diff_examples, 2, 2, run_diff},
    {"verify", "FILE...", "checks every checksum, every bound and every global of a pickle",
     "Exit status 1 if a file is unsafe, 3 if it is corrupt, 4 if it is of no known format.",
     verify_options, verify_examples, 1, 0, run_verify},
    {"freeze", "CKPT_OR_SAVED_MODEL", "makes a TensorFlow graph whose variables are constants",
     "Of a checkpoint the graph is read from the .meta file beside it. What the outputs do not "
     "need is left out.",
     freeze_options, freeze_examples, 1, 1, run_freeze},
    {"embed", "FILE", "makes a C++ header of tensors, for programs without files",
     "Aligned constexpr arrays and their shapes, named as the tensors are. Types that C++ lacks "
     "are their bits: 16-bit floats std::uint16_t, all else bytes; a complex number is two. "
     "--incbin is for machines that are little-endian.",
     embed_options, embed_examples, 1, 1, run_embed},
};

void print_help() {
    fmt::print("lade {}.{}.{}: {}\n\n", LADE_VERSION_MAJOR, LADE_VERSION_MINOR, LADE_VERSION_PATCH,
               about);
    for (auto const& one : commands())
        fmt::print("  lade {:8} {:8}  {}\n", one.name, one.arguments, one.about);
    fmt::print(
        "\nlade help COMMAND tells more. Exit status: 0 done, 1 finding, 2 bad use, 3 unreadable "
        "or corrupt, 4 unsupported.\n");
}

void print_help(command const& of) {
    fmt::print("lade {} [options] {}\n\n{}: {}\n{}\n\n", of.name, of.arguments, of.name, of.about,
               of.details);
    for (auto const& one : of.options)
        fmt::print("  {:24} {}\n", fmt::format("{} {}", one.name, one.value), one.about);
    fmt::print("\nExamples:\n");
    for (auto const& one : of.examples) fmt::print("  {}\n", one);
}

/// The manual page, in troff.
void print_manual() {
    fmt::print(".TH LADE 1 \"\" \"lade {}.{}.{}\"\n.SH NAME\nlade \\- {}\n.SH SYNOPSIS\n",
               LADE_VERSION_MAJOR, LADE_VERSION_MINOR, LADE_VERSION_PATCH, about);
    for (auto const& one : commands())
        fmt::print(".B lade {}\n[options] {}\n.br\n", one.name, one.arguments);
    fmt::print(".SH COMMANDS\n");
    for (auto const& one : commands()) {
        fmt::print(".SS {}\n{}. {}\n", one.name, one.about, one.details);
        for (auto const& each : one.options)
            fmt::print(".TP\n.B \\{} {}\n{}\n", each.name, each.value, each.about);
        fmt::print(".PP\nExamples:\n.nf\n");
        for (auto const& example : one.examples) fmt::print("    {}\n", example);
        fmt::print(".fi\n");
    }
    fmt::print(
        ".SH EXIT STATUS\n0 done, 1 finding (differs, unsafe), 2 bad use, 3 unreadable or corrupt, "
        "4 unsupported\n"
        ".SH ENVIRONMENT\n.TP\n.B NO_COLOR\nno colours if it is set\n");
}

/// Completions for a shell. False: no such shell.
bool print_completions(std::string_view shell) {
    std::string names;
    for (auto const& one : commands()) names.append(names.empty() ? "" : " ").append(one.name);
    auto const options_of = [](command const& one) {
        std::string all;
        for (auto const& each : one.options) all.append(all.empty() ? "" : " ").append(each.name);
        return all;
    };
    if (shell == "bash") {
        fmt::print(
            "_lade() {{\n  local current=${{COMP_WORDS[COMP_CWORD]}}\n"
            "  if [ \"$COMP_CWORD\" = 1 ]; then\n"
            "    COMPREPLY=($(compgen -W \"{} help\" -- \"$current\"))\n"
            "    return\n  fi\n  case ${{COMP_WORDS[1]}} in\n",
            names);
        for (auto const& one : commands())
            fmt::print(
                "    {}) [[ $current == -* ]] && "
                "COMPREPLY=($(compgen -W \"{}\" -- \"$current\")) ;;\n",
                one.name, options_of(one));
        fmt::print("  esac\n}}\ncomplete -o default -F _lade lade\n");
        return true;
    }
    if (shell == "zsh") {
        fmt::print(
            "#compdef lade\n_lade() {{\n  if (( CURRENT == 2 )); then\n    compadd {} help\n"
            "    return\n  fi\n  case $words[2] in\n",
            names);
        for (auto const& one : commands())
            fmt::print("    {}) [[ $PREFIX == -* ]] && compadd -- {} || _files ;;\n", one.name,
                       options_of(one));
        fmt::print("  esac\n}}\n_lade\n");
        return true;
    }
    if (shell == "fish") {
        for (auto const& one : commands()) {
            fmt::print("complete -c lade -n __fish_use_subcommand -a {} -d '{}'\n", one.name,
                       one.about);
            for (auto const& each : one.options) {
                bool const is_long = each.name.starts_with("--");
                fmt::print("complete -c lade -n '__fish_seen_subcommand_from {}' {} {}{} -d '{}'\n",
                           one.name, is_long ? "-l" : "-s", each.name.substr(is_long ? 2 : 1),
                           each.value.empty() ? "" : " -r", each.about);
            }
        }
        return true;
    }
    return false;
}

command const* command_named(std::string_view name) {
    for (auto const& one : commands())
        if (one.name == name) return &one;
    return nullptr;
}

/// Sorts the words of a call. None: they were wrong, and it was said what.
std::optional<words> parse(command const& of, std::span<char*> rest) {
    words given;
    bool only_files = false;
    for (std::size_t i = 0; i < rest.size(); ++i) {
        std::string_view word = rest[i];
        if (only_files || word == "-" || !word.starts_with('-')) {
            given.files.emplace_back(word);
            continue;
        }
        if (word == "--") {
            only_files = true;
            continue;
        }
        std::size_t const equals = word.starts_with("--") ? word.find('=') : word.npos;
        std::string_view const name = word.substr(0, equals);
        auto const known = std::find_if(of.options.begin(), of.options.end(),
                                        [&](option const& one) { return one.name == name; });
        if (known == of.options.end()) {
            fmt::print(stderr, "lade {}: there is no option {}; `lade help {}` lists them\n",
                       of.name, name, of.name);
            return std::nullopt;
        }
        if (known->value.empty()) {
            given.give(known->name, "");
        } else if (equals != word.npos) {
            given.give(known->name, word.substr(equals + 1));
        } else if (i + 1 < rest.size()) {
            given.give(known->name, rest[++i]);
        } else {
            fmt::print(stderr, "lade {}: {} needs {}\n", of.name, known->name, known->value);
            return std::nullopt;
        }
    }
    if (given.files.size() < of.least_files ||
        (of.most_files != 0 && given.files.size() > of.most_files)) {
        fmt::print(stderr, "lade {}: give it {}; `lade help {}` tells more\n", of.name,
                   of.arguments, of.name);
        return std::nullopt;
    }
    return given;
}

void interrupt(int) { interrupted = 1; }

}  // namespace

std::span<command const> commands() { return table; }

}  // namespace tool

int main(int count, char** words) {
    using namespace tool;
    std::signal(SIGINT, interrupt);
    std::signal(SIGTERM, interrupt);
    std::span<char*> const all(words, static_cast<std::size_t>(count));
    if (count < 2) {
        print_help();
        return bad_use;
    }
    std::string_view const first = all[1];
    if (first == "help" || first == "--help" || first == "-h") {
        command const* const asked = count > 2 ? command_named(all[2]) : nullptr;
        if (asked != nullptr) print_help(*asked);
        else print_help();
        return done;
    }
    if (first == "--version") {
        fmt::print("lade {}.{}.{}\n", LADE_VERSION_MAJOR, LADE_VERSION_MINOR, LADE_VERSION_PATCH);
        return done;
    }
    if (first == "--man") {
        print_manual();
        return done;
    }
    if (first == "--completions") {
        if (count > 2 && print_completions(all[2])) return done;
        fmt::print(stderr, "lade: --completions bash, zsh or fish\n");
        return bad_use;
    }
    command const* const chosen = command_named(first);
    if (chosen == nullptr) {
        fmt::print(stderr, "lade: there is no command {}; `lade help` lists them\n", first);
        return bad_use;
    }
    for (std::string_view const word : all.subspan(2))
        if (word == "--help" || word == "-h") {
            print_help(*chosen);
            return done;
        }
    auto const given = parse(*chosen, all.subspan(2));
    return given ? chosen->run(*given) : bad_use;
}
