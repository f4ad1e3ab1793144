// SPDX-License-Identifier: BSL-1.0
#include "command.hpp"
#include "files.hpp"

#include <lade/bytes/glob.hpp>
#include <lade/codec/sha256.hpp>
#include <lade/container/json/writer.hpp>
#include <lade/format/cast.hpp>
#include <lade/keras/layers.hpp>
#include <lade/model/report.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace tool {

namespace {

/// What is known of the values of a tensor.
struct statistics {
    double least = std::numeric_limits<double>::infinity(), most = -least, sum = 0;
    std::uint64_t count = 0, not_numbers = 0;

    void add(double value) {
        if (std::isnan(value)) {
            ++not_numbers;
            return;
        }
        least = std::min(least, value);
        most = std::max(most, value);
        sum += value;
        ++count;
    }
};

/// A tensor as it is listed.
struct row {
    std::string name;
    lade::dtype type{};
    std::vector<std::uint64_t> shape;
    std::uint64_t nbytes = 0;
    std::string sha256;  ///< empty: none
    lade::error failure{};
    statistics values;
    std::uint64_t storage = ~std::uint64_t{0};
};

std::string hex(lade::codec::sha256::digest_type const& digest) {
    std::string text;
    for (std::byte const each : digest) {
        auto const one = static_cast<unsigned>(each);
        text += "0123456789abcdef"[one >> 4];
        text += "0123456789abcdef"[one & 15];
    }
    return text;
}

class collector final : public lade::any_sink {
  public:
    std::vector<row> rows;
    std::vector<std::pair<std::string, std::string>> words;
    std::vector<std::pair<std::string, std::string>> texts;  ///< parts that are no tensors
    lade::graph_summary nodes;
    lade::contents parts;
    std::size_t storages_in_all = 0;

    collector(bool hash, bool stats, std::string_view only)
        : hash_(hash), stats_(stats), only_(only), block_(std::size_t{1} << 20) {}

    result<lade::flow> take(lade::tensor_info const& info, lade::any_payload& bytes) override {
        if (!only_.empty() && !lade::glob_match(only_, info.name)) return lade::flow::more;
        if (interrupted != 0) return lade::fail(interrupted_id);
        row one;
        one.name = info.name;
        one.type = info.type;
        one.shape.assign(info.shape.begin(), info.shape.end());
        one.nbytes = info.nbytes;
        if (info.in != nullptr) one.storage = info.in->storage;
        bool const has_bytes =
            !info.absent && (lade::bits_of(info.type) != 0 || info.type == lade::dtype::string);
        if ((hash_ || stats_) && has_bytes) read_values(one, bytes);
        rows.push_back(std::move(one));
        return lade::flow::more;
    }
    result<void> storages(std::span<std::uint64_t const> sizes) override {
        storages_in_all = sizes.size();
        return {};
    }
    result<void> metadata(std::string_view key, std::string_view value) override {
        words.emplace_back(key, value);
        parts |= lade::content::metadata;
        return {};
    }
    result<void> part(lade::content, std::string_view name, lade::bytes::view data) override {
        texts.emplace_back(name, lade::bytes::text(data));
        return {};
    }
    result<void> graph(lade::graph_summary const& of) override {
        nodes = of;
        return {};
    }
    void holds(lade::contents all) override { parts |= all; }

  private:
    void read_values(row& one, lade::any_payload& bytes) {
        lade::codec::sha256 sum;
        bool const counts = stats_ && lade::is_castable(one.type);
        auto const done =
            lade::in_blocks(bytes, block_, [&](lade::bytes::view piece) -> result<void> {
                if (interrupted != 0) return lade::fail(interrupted_id);
                if (hash_) sum.update(piece);
                if (counts)
                    lade::detail::with_element(one.type, [&]<class T>() {
                        for (std::size_t at = 0; at + sizeof(T) <= piece.size(); at += sizeof(T))
                            one.values.add(static_cast<double>(
                                lade::detail::load_element<T>(piece.data() + at)));
                    });
                return {};
            });
        if (!done) one.failure = done.error();
        else if (hash_) one.sha256 = hex(sum.digest());
    }

    bool hash_, stats_;
    std::string_view only_;
    std::vector<std::byte> block_;
};

/// The object of design: one line, the same for every reader of it.
std::string json_line(model_file const& file, collector const& of, bool hash) {
    std::string line;
    lade::json::writer out(line);
    out.begin_object()
        .key("file")
        .text(file.name())
        .key("format")
        .text(file.format())
        .key("content")
        .begin_array();
    for (lade::content const part : lade::every_content)
        if (of.parts.has(part)) out.text(lade::name_of(part));
    out.end_array().key("tensors").begin_array();
    for (auto const& one : of.rows) {
        out.begin_object()
            .key("name")
            .text(one.name)
            .key("dtype")
            .text(lade::name_of(one.type))
            .key("shape")
            .begin_array();
        for (std::uint64_t const size : one.shape) out.number(size);
        out.end_array().key("nbytes").number(one.nbytes);
        if (hash) {
            if (one.sha256.empty()) out.key("sha256").null();
            else out.key("sha256").text(one.sha256);
            if (one.failure.id != nullptr) out.key("error").text(one.failure.id->name);
        }
        out.end_object();
    }
    out.end_array().key("metadata").begin_object();
    for (auto const& [key, value] : of.words) out.key(key).text(value);
    out.end_object().key("graph").begin_object().key("nodes").number(of.nodes.nodes);
    out.key("inputs").begin_array();
    for (auto const& name : of.nodes.inputs) out.text(name);
    out.end_array().key("outputs").begin_array();
    for (auto const& name : of.nodes.outputs) out.text(name);
    out.end_array().end_object();
    if (!of.nodes.operations.empty()) {
        out.key("graph_details").begin_object().key("producer").text(of.nodes.producer);
        out.key("functions").begin_array();
        for (auto const& name : of.nodes.functions) out.text(name);
        out.end_array().key("operations").begin_object();
        for (auto const& [name, count] : of.nodes.operations) out.key(name).number(count);
        out.end_object().end_object();
    }
    out.end_object();
    return line;
}

std::string refusal_line(std::string const& file, lade::error const& why) {
    std::string line;
    lade::json::writer out(line);
    lade::kind const kind = why.id->kind == lade::kind::io ? lade::kind::corrupt : why.id->kind;
    out.begin_object()
        .key("file")
        .text(file)
        .key("refused")
        .text(lade::name_of(kind))
        .key("error")
        .text(why.id->name)
        .end_object();
    return line;
}

std::string shape_text(std::vector<std::uint64_t> const& shape) {
    std::string text = "[";
    for (std::size_t i = 0; i < shape.size(); ++i)
        text.append(i == 0 ? "" : ", ").append(std::to_string(shape[i]));
    return text + "]";
}

/// A name that is too long keeps its end, which tells.
std::string fitted(std::string const& text, std::size_t width) {
    return text.size() <= width ? text : "..." + text.substr(text.size() - width + 3);
}

/// The layers of a model of Keras.
void print_layers(collector const& of) {
    lade::tensor_table weights;
    for (auto const& one : of.rows) {
        if (one.name.starts_with("optimizer_weights/") || one.name.starts_with("optimizer/"))
            continue;
        lade::tensor_info info;
        info.name = one.name;
        info.shape = one.shape;
        weights.add(info);
    }
    for (auto const& [name, text] : of.texts) {
        if (name != "model_config" && name != "config.json") continue;
        auto const read = lade::json::document::parse(text, lade::keras::json_options);
        if (read) fmt::print("{}", lade::keras::summary(weights, read->root()));
    }
}

/// The most frequent first, in lines as wide as the screen.
void print_operations(lade::graph_summary const& of) {
    auto sorted = of.operations;
    std::sort(sorted.begin(), sorted.end(), [](auto const& a, auto const& b) {
        return a.second != b.second ? a.second > b.second : a.first < b.first;
    });
    std::string line;
    auto const screen = static_cast<std::size_t>(columns());
    for (auto const& [name, count] : sorted) {
        std::string const one = fmt::format("  {} {}", count, name);
        if (!line.empty() && line.size() + one.size() > screen) {
            fmt::print("{}\n", line);
            line.clear();
        }
        line += one;
    }
    if (!line.empty()) fmt::print("{}\n", line);
    if (of.functions.empty()) return;
    fmt::print("{} functions\n", of.functions.size());
    constexpr std::size_t most = 20;
    for (std::size_t i = 0; i < of.functions.size() && i < most; ++i)
        fmt::print("  {}\n", fitted(of.functions[i], screen - 2));
    if (of.functions.size() > most) fmt::print("  and {} more\n", of.functions.size() - most);
}

void print_table(model_file const& file, collector const& of, bool stats) {
    std::uint64_t bytes = 0, elements = 0;
    std::size_t longest_name = 4, longest_shape = 5;
    for (auto const& one : of.rows) {
        bytes += one.nbytes;
        std::uint64_t count = 1;
        for (std::uint64_t const size : one.shape) count *= size;
        elements += count;
        longest_name = std::max(longest_name, one.name.size());
        longest_shape = std::max(longest_shape, shape_text(one.shape).size());
    }
    std::string parts;
    for (lade::content const part : lade::every_content)
        if (of.parts.has(part)) parts.append(parts.empty() ? "" : ", ").append(lade::name_of(part));
    bool const colour = has_colour();
    fmt::print("{}{}{}: {}; {}\n", colour ? "\x1b[1m" : "", file.name(), colour ? "\x1b[0m" : "",
               file.format(), parts);
    fmt::print("{} tensors, {} numbers, {}\n", of.rows.size(), elements, human_size(bytes));
    for (auto const& [key, value] : of.words)
        fmt::print("  {} = {}\n", key, fitted(value, static_cast<std::size_t>(columns()) - 6));
    if (of.nodes.nodes != 0) {
        fmt::print("graph of {} nodes{}{}\n", of.nodes.nodes, of.nodes.producer.empty() ? "" : ", ",
                   of.nodes.producer);
        for (auto const& name : of.nodes.inputs) fmt::print("  input  {}\n", name);
        for (auto const& name : of.nodes.outputs) fmt::print("  output {}\n", name);
        print_operations(of.nodes);
    }
    std::size_t const rest = longest_shape + 28;  // type, size and the gaps between the columns
    auto const screen = static_cast<std::size_t>(columns());
    std::size_t const width = std::min(longest_name, screen > rest + 20 ? screen - rest : 20);
    std::vector<std::uint64_t> seen;
    for (auto const& one : of.rows) {
        bool const shared = one.storage != ~std::uint64_t{0} &&
                            std::find(seen.begin(), seen.end(), one.storage) != seen.end();
        if (one.storage != ~std::uint64_t{0} && seen.size() < 10000) seen.push_back(one.storage);
        fmt::print("  {:{}}  {:12} {:{}}  {:>8}{}", fitted(one.name, width), width,
                   lade::name_of(one.type), shape_text(one.shape), longest_shape,
                   human_size(one.nbytes), shared ? "  shares memory" : "");
        if (stats && one.values.count + one.values.not_numbers > 0) {
            fmt::print(
                "  {:.6g} .. {:.6g}, mean {:.6g}", one.values.least, one.values.most,
                one.values.sum / static_cast<double>(std::max<std::uint64_t>(1, one.values.count)));
            if (one.values.not_numbers != 0) fmt::print(", {} NaN", one.values.not_numbers);
        }
        if (!one.sha256.empty()) fmt::print("  {}", one.sha256);
        fmt::print("\n");
    }
}

/// A name and what lies below it.
struct branch {
    std::string_view name;
    std::uint64_t numbers = 0, bytes = 0;
    std::vector<branch> below;
};

/// Tensors by the parts of their names, which '.' and '/' separate, with the totals of each; in the
/// order of the file. What lies deeper than anybody reads stays one name.
branch tree_of(std::vector<row> const& rows) {
    constexpr std::size_t deepest = 12;
    branch root;
    for (auto const& one : rows) {
        std::uint64_t numbers = 1;
        for (std::uint64_t const size : one.shape) numbers *= size;
        branch* at = &root;
        std::string_view rest = one.name;
        for (std::size_t depth = 0;; ++depth) {
            at->numbers += numbers;
            at->bytes += one.nbytes;
            if (rest.empty()) break;
            std::size_t const end =
                depth == deepest ? rest.size() : std::min(rest.find_first_of("./"), rest.size());
            auto const part = rest.substr(0, end);
            rest.remove_prefix(std::min(end + 1, rest.size()));
            if (at->below.empty() || at->below.back().name != part)
                at->below.push_back({part, 0, 0, {}});
            at = &at->below.back();
        }
    }
    return root;
}

void print_tree(branch const& of, std::size_t depth) {
    for (auto const& one : of.below) {
        fmt::print("  {:{}}{:<{}}  {:>12} numbers  {:>8}\n", "", 2 * depth, one.name,
                   40 - 2 * depth, one.numbers, human_size(one.bytes));
        print_tree(one, depth + 1);
    }
}

}  // namespace

status run_inspect(words const& given) {
    bool const json = given.has("--json"), hash = given.has("--hash"), stats = given.has("--stats");
    status worst = done;
    auto const worse = [&](status one) { worst = std::max(worst, one); };
    for (auto const& name : given.files) {
        collector found(hash, stats, given.get("--only"));
        auto const file = model_file::open(name);
        auto const outcome = file ? (*file)->read(found) : result<lade::flow>(file.error());
        if (!outcome) {
            if (json) fmt::print("{}\n", refusal_line(name, outcome.error()));
            worse(report(outcome.error(), name));
            continue;
        }
        if (!found.rows.empty()) found.parts |= lade::content::weights;
        for (auto const& one : found.rows)
            if (one.failure.id != nullptr) worse(report(one.failure.in(one.name).in(name), name));
        if (json) fmt::print("{}\n", json_line(**file, found, hash));
        else if (given.has("--tree")) print_tree(tree_of(found.rows), 0);
        else print_table(**file, found, stats);
        if (!json && !given.has("--tree") && (*file)->format().starts_with("keras."))
            print_layers(found);
    }
    return worst;
}

}  // namespace tool
