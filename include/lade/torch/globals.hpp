// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/name_index.hpp>
#include <lade/format/opened.hpp>
#include <lade/torch/forms.hpp>
#include <lade/torch/legacy_file.hpp>
#include <lade/torch/opened_file.hpp>

#include <array>
#include <string>
#include <vector>

/// Every class and function that a pickle names, judged. Nothing is ever looked up or called.
namespace lade::inline LADE_ABI::torch {

enum class judgement : std::uint8_t {
    known,      ///< of the closed list that tensors and plain values are made of
    inert,      ///< unknown, and kept as a name; loading it in Python would import it
    dangerous,  ///< loading it in Python runs commands, opens files or connections, or calls what a
                ///< file chooses
};

constexpr std::string_view name_of(judgement of) {
    constexpr std::array<std::string_view, 3> names{"known", "inert", "dangerous"};
    return names[static_cast<std::size_t>(of)];
}

/// A text of its own that a C function can be given: `std::puts(one.name)`.
class global_name : public std::string {
  public:
    using std::string::string;
    global_name(std::string text) : std::string(std::move(text)) {}
    operator char const*() const { return c_str(); }
};

struct judged_global {
    std::string module;  ///< "os"
    global_name name;    ///< with its module: "os.system"
    judgement is = judgement::inert;
    std::string_view reason;  ///< why it is dangerous; empty otherwise
    std::string entry;        ///< the pickle that names it: "archive/data.pkl", or empty
};

struct danger {
    std::string_view module;  ///< with all modules below it
    std::string_view name;    ///< empty: everything in it
    std::string_view reason;
};
// clang-format off
inline constexpr auto dangers = std::to_array<danger>({
    {"os", "", "runs commands and changes files"},
    {"posix", "", "runs commands and changes files"},
    {"nt", "", "runs commands and changes files"},
    {"subprocess", "", "runs commands"},
    {"pty", "", "runs commands"},
    {"popen2", "", "runs commands"},
    {"commands", "", "runs commands"},
    {"platform", "popen", "runs commands"},
    {"sys", "", "changes the interpreter"},
    {"builtins", "eval", "runs code from a text"},
    {"builtins", "exec", "runs code from a text"},
    {"builtins", "compile", "makes code from a text"},
    {"builtins", "__import__", "imports any module"},
    {"builtins", "execfile", "runs code from a file"},
    {"builtins", "open", "opens files"},
    {"builtins", "file", "opens files"},
    {"builtins", "input", "runs code from a text, in Python 2"},
    {"builtins", "breakpoint", "starts a debugger"},
    {"builtins", "getattr", "reaches any attribute"},
    {"builtins", "setattr", "changes any attribute"},
    {"builtins", "delattr", "removes any attribute"},
    {"builtins", "apply", "calls what the file chooses"},
    {"builtins", "map", "calls what the file chooses"},
    {"builtins", "filter", "calls what the file chooses"},
    {"builtins", "vars", "reaches any attribute"},
    {"builtins", "globals", "reaches any global"},
    {"builtins", "locals", "reaches any local"},
    {"importlib", "", "imports any module"},
    {"imp", "", "imports any module"},
    {"runpy", "", "runs modules"},
    {"code", "", "runs code from a text"},
    {"codeop", "", "makes code from a text"},
    {"types", "CodeType", "makes code"},
    {"types", "FunctionType", "makes functions"},
    {"marshal", "", "makes code from bytes"},
    {"ctypes", "", "calls native code"},
    {"_ctypes", "", "calls native code"},
    {"cffi", "", "calls native code"},
    {"socket", "", "opens connections"},
    {"ssl", "", "opens connections"},
    {"http", "", "opens connections"},
    {"httplib", "", "opens connections"},
    {"urllib", "", "opens connections"},
    {"urllib2", "", "opens connections"},
    {"requests", "", "opens connections"},
    {"aiohttp", "", "opens connections"},
    {"ftplib", "", "opens connections"},
    {"smtplib", "", "opens connections"},
    {"telnetlib", "", "opens connections"},
    {"xmlrpc", "", "opens connections"},
    {"webbrowser", "", "opens pages"},
    {"asyncio", "", "runs commands and opens connections"},
    {"shutil", "", "changes files"},
    {"pathlib", "Path.write_text", "changes files"},
    {"tempfile", "", "changes files"},
    {"glob", "", "reads directories"},
    {"io", "FileIO", "opens files"},
    {"io", "open", "opens files"},
    {"_io", "FileIO", "opens files"},
    {"_io", "open", "opens files"},
    {"fileinput", "", "opens files"},
    {"linecache", "", "reads files"},
    {"pickle", "", "loads another pickle without checks"},
    {"_pickle", "", "loads another pickle without checks"},
    {"cPickle", "", "loads another pickle without checks"},
    {"dill", "", "makes functions from bytes"},
    {"cloudpickle", "", "makes functions from bytes"},
    {"joblib", "load", "loads another pickle without checks"},
    {"torch", "load", "loads another file without checks"},
    {"torch.serialization", "load", "loads another file without checks"},
    {"torch.jit", "load", "loads code"},
    {"torch.hub", "", "downloads code"},
    {"torch.utils.cpp_extension", "", "compiles native code"},
    {"torch._inductor", "", "compiles code"},
    {"torch.storage", "_load_from_bytes_unsafe", "loads another file without checks"},
    {"numpy.testing._private.utils", "runstring", "runs code from a text"},
    {"numpy.f2py", "", "compiles native code"},
    {"numpy", "load", "loads another pickle"},
    {"operator", "attrgetter", "reaches any attribute"},
    {"operator", "itemgetter", "reaches any item"},
    {"operator", "methodcaller", "calls what the file chooses"},
    {"_operator", "attrgetter", "reaches any attribute"},
    {"_operator", "methodcaller", "calls what the file chooses"},
    {"functools", "partial", "calls what the file chooses"},
    {"functools", "reduce", "calls what the file chooses"},
    {"bdb", "", "runs code under a debugger"},
    {"pdb", "", "runs code under a debugger"},
    {"cProfile", "", "runs code from a text"},
    {"profile", "", "runs code from a text"},
    {"timeit", "", "runs code from a text"},
    {"trace", "", "runs code"},
    {"doctest", "", "runs code"},
    {"idlelib", "", "runs code"},
    {"lib2to3", "", "loads another pickle"},
    {"pip", "", "installs programs"},
    {"ensurepip", "", "installs programs"},
    {"venv", "", "runs commands"},
    {"distutils", "", "runs commands"},
    {"setuptools", "", "runs commands"},
    {"pkg_resources", "", "imports any module"},
    {"pydoc", "", "runs commands and imports any module"},
    {"signal", "", "changes the process"},
    {"multiprocessing", "", "starts processes"},
    {"threading", "", "starts threads"},
    {"concurrent", "", "starts processes and threads"},
    {"_thread", "", "starts threads"},
    {"sqlite3", "", "opens files"},
    {"dbm", "", "opens files"},
    {"shelve", "", "opens files"},
    {"zipimport", "", "imports any module"},
    {"_posixsubprocess", "", "runs commands"},
    {"_winapi", "", "runs commands"},
    {"nturl2path", "", "reads files"},
    {"antigravity", "", "opens pages"},
    {"logging.config", "", "calls what the file chooses"},
    {"uuid", "_get_command_stdout", "runs commands"},
    {"ctypes.util", "", "runs commands"},
    {"tkinter", "", "runs code"},
    {"test.support", "", "runs commands"},
    {"site", "", "runs code from files"},
    {"this", "", "is no part of a model"},
});
// clang-format on

namespace detail {

constexpr bool is_below(std::string_view module, std::string_view top) {
    return module == top ||
           (module.size() > top.size() && module.starts_with(top) && module[top.size()] == '.');
}

constexpr std::string_view modern(std::string_view module) {
    if (module == "__builtin__") return "builtins";
    return module;
}

}  // namespace detail

/// What a global is. A name with dots (protocol 4) is judged by all its parts: `Path.home` as
/// `Path`, `os.system` in any module.
constexpr judgement judge(std::string_view module, std::string_view name,
                          std::string_view* reason = nullptr) {
    std::string_view const in = detail::modern(module);
    for (auto const& row : dangers) {
        bool const whole = row.name.empty() && detail::is_below(in, row.module);
        bool const one =
            !row.name.empty() && in == row.module &&
            (name == row.name || (name.starts_with(row.name) && name.size() > row.name.size() &&
                                  name[row.name.size()] == '.'));
        if (!whole && !one) continue;
        if (reason != nullptr) *reason = row.reason;
        return judgement::dangerous;
    }
    if (name.find('.') != name.npos && name.find("__") != name.npos) {
        if (reason != nullptr) *reason = "reaches into an object by a dotted name";
        return judgement::dangerous;
    }
    if (form_of(module, name) != form::unknown) return judgement::known;
    if (module == "torch" && (dtype_of_scalar(name) || name.starts_with("per_tensor_") ||
                              name.starts_with("per_channel_")))
        return judgement::known;
    if ((module == "torch" || module.starts_with("torch.")) && name.ends_with("Storage"))
        return judgement::known;
    if (module == "numpy" && name == "ndarray") return judgement::known;
    return judgement::inert;
}

namespace detail {

/// Which globals an entry has named already.
class named_globals {
  public:
    named_globals() : index_(memory_) {}

    bool is_new(std::string_view module, std::string_view name) {
        std::string both(module);
        both.append(1, '\n').append(name);
        auto const position = static_cast<std::uint32_t>(names_.size());
        names_.push_back(std::move(both));
        if (index_.add(names_.back(), position, [this](std::uint32_t at) -> std::string_view {
                return names_[at];
            }) != name_index::added::there_already)
            return true;
        names_.pop_back();
        return false;
    }

  private:
    heap_arena memory_;
    name_index index_;
    std::vector<std::string> names_;
};

inline void judge_all(lade::pickle::document const& nodes, std::string_view entry,
                      named_globals& named, std::vector<judged_global>& to) {
    auto const nodes_of = nodes.nodes();
    for (lade::pickle::node_id id = 0; id < nodes_of.size(); ++id) {
        auto const one = nodes.at(id);
        if (one.type() == lade::pickle::node_type::extension) {
            if (named.is_new("copyreg", "extension"))
                to.push_back({"copyreg", "copyreg.extension", judgement::dangerous,
                              "calls an entry of a registry that the file does not have",
                              std::string(entry)});
            continue;
        }
        if (one.type() != lade::pickle::node_type::global ||
            !named.is_new(one.module(), one.name()))
            continue;
        judged_global made;
        made.module = one.module();
        made.name.append(made.module).append(1, '.').append(one.name());
        made.is = judge(made.module, one.name(), &made.reason);
        made.entry = entry;
        to.push_back(std::move(made));
    }
}

/// All pickles that follow one another at the front of `data`, as far as they can be evaluated.
inline void judge_pickles(bytes::view data, std::string_view entry,
                          std::vector<judged_global>& to) {
    heap_arena memory(limits{}.bookkeeping(data.size()));
    named_globals named;
    std::size_t at = 0;
    for (int count = 0; count < 16 && at < data.size(); ++count) {
        auto const one =
            lade::pickle::machine::run_as_far_as_possible(data.subspan(at), memory, at);
        judge_all(one.nodes, entry, named, to);
        if (one.failure.id != nullptr || one.size == 0) return;
        at += static_cast<std::size_t>(one.size);
    }
}

}  // namespace detail

/// Every global that the pickles of an opened file name, each once for each pickle, in the order of
/// the file. Looks into all entries of an archive that begin like a pickle, whatever their names; a
/// pickle that breaks off is judged as far as it goes. Errors: those of the source; those of
/// zip::entry_reader.
inline result<std::vector<judged_global>> globals_in(opened& file) {
    std::vector<judged_global> found;
    if (!file.has_file()) return fail(lade::ids::not_found);
    any_source const from = file.files().file();
    if (file.archive() != nullptr) {
        for (auto const& entry : file.archive()->entries()) {
            bool const named = entry.name.ends_with(".pkl") || entry.name.ends_with(".pickle");
            bool const in_data = entry.name.find("/data/") != std::string_view::npos;
            if (!named && (in_data || entry.plain_size > (std::uint64_t{1} << 26))) continue;
            heap_arena memory(limits{}.decoded(entry.packed_size) + (std::uint64_t{1} << 16));
            auto const data = lade::zip::contents(*file.archive(), entry, memory, {}, {false});
            if (!data) {
                if (named) return data.error();
                continue;
            }
            if (named || bytes::starts_with(*data, "\x80"))
                detail::judge_pickles(*data, entry.name, found);
        }
        return found;
    }
    if (auto const all = from.view(0, from.size())) {
        detail::judge_pickles(*all, {}, found);
        return found;
    }
    std::vector<std::byte> data(
        static_cast<std::size_t>(std::min<std::uint64_t>(from.size(), std::uint64_t{1} << 28)));
    if (auto const done = from.read(0, data); !done) return done.error();
    detail::judge_pickles(data, {}, found);
    return found;
}

/// `globals_in` of the file at `where`. Errors: those of file_set::open, and of `globals_in`.
inline result<std::vector<judged_global>> try_globals(path const& where) {
    auto const file = opened::at(where);
    if (!file) return file.error();
    return globals_in(**file).in(where.string());
}
#if LADE_EXCEPTIONS
/// `try_globals`, its errors thrown.
inline std::vector<judged_global> globals(path const& where) {
    return value_or_throw(try_globals(where));
}
#endif

}  // namespace lade::inline LADE_ABI::torch
