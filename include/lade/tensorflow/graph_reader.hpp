// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/textproto/parse.hpp>
#include <lade/format/opened.hpp>
#include <lade/tensorflow/checkpoint_reader.hpp>
#include <lade/tensorflow/graph_index.hpp>
#include <lade/tensorflow/message_kind.hpp>
#include <lade/tensorflow/proto/all.hpp>
#include <lade/tensorflow/tensor_proto.hpp>

/// Files of one message: GraphDef, MetaGraphDef, SavedModel; binary or text.
namespace lade::inline LADE_ABI::tensorflow {

namespace ids {
inline constexpr error_id split_message{
    "tensorflow.split_message", kind::unsupported,
    "the SavedModel is split into chunks (.cpb), which are not read",
    "save it again without experimental_image_format"};
inline constexpr error_id no_such_tags{"tensorflow.no_such_tags", kind::mismatch,
                                       "the SavedModel has no meta graph with exactly these tags"};
inline constexpr error_id no_graph{"tensorflow.no_graph", kind::corrupt, "the file holds no graph"};
}  // namespace ids

namespace detail {

/// The kind of message that a text begins as; `unknown`: none.
constexpr message_kind kind_of_text(std::string_view text) {
    constexpr std::string_view blank = " \t\r\n";
    for (;;) {
        std::size_t const at = text.find_first_not_of(blank);
        if (at == text.npos) return message_kind::unknown;
        text.remove_prefix(at);
        if (text[0] != '#') break;
        std::size_t const line = text.find('\n');
        if (line == text.npos) return message_kind::unknown;
        text.remove_prefix(line);
    }
    std::size_t const end = text.find_first_of(" \t\r\n:{");
    if (end == text.npos) return message_kind::unknown;
    std::string_view const word = text.substr(0, end);
    text.remove_prefix(end);
    text.remove_prefix((std::min)(text.size(), text.find_first_not_of(blank)));
    bool const colon = text.starts_with(':');
    if (word == "saved_model_schema_version" && colon) return message_kind::saved_model;
    if (colon) text.remove_prefix(1);
    text.remove_prefix((std::min)(text.size(), text.find_first_not_of(blank)));
    if (!text.starts_with('{')) return message_kind::unknown;
    if (word == "node" || word == "library" || word == "versions") return message_kind::graph_def;
    for (std::string_view const one : {"meta_info_def", "graph_def", "saver_def", "collection_def",
                                       "signature_def", "asset_file_def", "object_graph_def"})
        if (word == one) return message_kind::meta_graph;
    return word == "meta_graphs" ? message_kind::saved_model : message_kind::unknown;
}

/// Whether the first field of `data` begins as a node does, with a name and an operation. The node
/// need not be whole.
constexpr bool begins_with_node(bytes::view data) {
    bytes::cursor at{data};
    if (at.number<std::uint8_t>() != 0x0a) return false;
    (void)at.varint();
    if (at.number<std::uint8_t>() != 0x0a) return false;
    for (std::uint8_t const next : {std::uint8_t{0x12}, std::uint8_t{0}}) {
        std::uint64_t const size = at.varint();
        if (!at || size == 0 || size > at.rest().size()) return false;
        for (char const c : bytes::text(at.bytes(size)))
            if (c < ' ' || c > '~') return false;
        if (next != 0 && at.number<std::uint8_t>() != next) return false;
    }
    return static_cast<bool>(at);
}

/// What the first bytes of a file allow it to be, without looking at the rest.
struct first_look {
    message_kind kind = message_kind::unknown;
    bool is_text = false;
};
constexpr first_look look_at(head const& of) {
    if (of.first.size() < 2) return {};
    auto const first = static_cast<std::uint8_t>(of.first[0]);
    if (first == 0x08) {
        bytes::cursor at{of.first.subspan(1)};
        (void)at.varint();
        return {at && at.number<std::uint8_t>() == 0x12 ? message_kind::saved_model
                                                        : message_kind::unknown};
    }
    if (auto const text = kind_of_text(bytes::text(of.first)); text != message_kind::unknown)
        return {text, true};
    if (first != 0x0a && first != 0x12 && first != 0x22) return {};
    // the first message must end inside of the file
    bytes::cursor at{of.first.subspan(1)};
    std::uint64_t const size = at.varint();
    if (!at || size > of.size) return {};
    return {begins_with_node(of.first) ? message_kind::graph_def : message_kind::meta_graph};
}

/// The bytes of a file; those of a text as the binary message.
class message_bytes {
  public:
    /// Errors: protobuf.too_large, those of textproto and of the source.
    static result<message_bytes> read(any_source from, message_kind wanted, limits const& most) {
        if (from.size() > 0x7fffffff)
            return fail(protobuf::ids::too_large, 0, 0x7fffffff, from.size());
        message_bytes made;
        if (auto const lying = from.view(0, from.size())) {
            made.view_ = *lying;
        } else {
            made.owned_.resize(static_cast<std::size_t>(from.size()));
            if (auto const done = from.read(0, made.owned_); !done) return done.error();
            made.view_ = made.owned_;
        }
        if (wanted != message_kind::unknown && kind_of_text(bytes::text(made.view_)) == wanted) {
            heap_arena memory{most.bookkeeping(made.view_.size())};
            protobuf::document in{memory};
            auto const parsed = textproto::parse(bytes::text(made.view_), table_of(wanted), in,
                                                 {.types = proto::all});
            if (!parsed) return parsed.error();
            made.owned_ = protobuf::encode(*parsed);
            made.view_ = made.owned_;
        }
        return made;
    }
    bytes::view bytes() const { return view_; }

  private:
    static protobuf::message_type const& table_of(message_kind of) {
        if (of == message_kind::graph_def) return proto::graph_def::table;
        if (of == message_kind::meta_graph) return proto::meta_graph_def::table;
        return proto::saved_model::table;
    }

    std::vector<std::byte> owned_;
    bytes::view view_{};
};

/// The version of TensorFlow that wrote a meta graph, as it says.
inline std::string_view version_of(protobuf::message meta) {
    return meta.sub(proto::meta_graph_def::number("meta_info_def"))
        .text(proto::meta_graph_def_meta_info_def::number("tensorflow_version"));
}

/// Calls `each` with the fields of that number. A part that is broken ends it: this only
/// describes.
template <class Each>
void each_field(bytes::view data, std::uint32_t number, Each&& each) {
    protobuf::wire_reader at{data};
    for (protobuf::wire_field field; at.next(field);)
        if (field.number == number) each(field);
}

/// What a graph tells besides its nodes. `version`: of TensorFlow, if it is known.
inline void describe(bytes::view graph, graph_index const& index, std::string_view version,
                     graph_summary& to) {
    using proto::graph_def, proto::function_def_library, proto::function_def, proto::op_def,
        protobuf::wire_field;
    std::uint64_t producer = 0;
    bytes::view library, versions;
    protobuf::wire_reader at{graph};
    for (wire_field field; at.next(field);) {
        if (field.number == graph_def::number("library")) library = field.data;
        if (field.number == graph_def::number("versions")) versions = field.data;
    }
    each_field(library, function_def_library::number("function"), [&](wire_field const& function) {
        std::string& name = to.functions.emplace_back();
        each_field(function.data, function_def::number("signature"), [&](wire_field const& one) {
            each_field(one.data, op_def::number("name"),
                       [&](wire_field const& text) { name = bytes::text(text.data); });
        });
    });
    each_field(versions, proto::version_def::number("producer"),
               [&](wire_field const& one) { producer = one.value; });
    if (!version.empty()) to.producer.append("TensorFlow ").append(version);
    if (producer != 0)
        to.producer.append(version.empty() ? "" : ", ")
            .append("graph version ")
            .append(std::to_string(producer));
    for (auto const& [name, count] : index.histogram())
        to.operations.emplace_back(std::string(name), count);
}

/// Hands over the summary of a graph and its constants.
inline result<flow> read_nodes(bytes::view graph, any_sink& to, limits const& most, contents parts,
                               std::string_view version = {}) {
    heap_arena memory{most.bookkeeping(graph.size())};
    auto index = graph_index::read(graph, memory);
    if (!index) return index.error();
    auto summary = index->summary();
    if (!summary) return summary.error();
    describe(graph, *index, version, *summary);
    for (std::uint32_t node = 0; node < index->size() && !parts.has(content::weights); ++node)
        if (index->op(node) == "Const") parts |= content::weights;
    to.holds(parts | content::graph);
    if (auto const done = to.graph(*summary); !done) return done.error();
    for (std::uint32_t node = 0; node < index->size(); ++node) {
        if (index->op(node) != "Const") continue;
        std::string_view const name = index->name(node);
        heap_arena scratch{most.bookkeeping(index->bytes(node).size())};
        protobuf::document in{scratch};
        auto const value = index->node(node, in)
                               .at(proto::node_def::number("attr"), "value")
                               .sub(proto::attr_value::number("tensor"));
        auto constant = const_tensor::read(value, scratch, most);
        if (!constant) return constant.error().in(name);
        tensor_info info;
        info.name = name;
        info.type = constant->dtype();
        info.shape = constant->shape();
        info.nbytes = constant->nbytes();
        info.absent = !has_bytes(info.type);
        auto const answer = to.tensor(info, *constant);
        if (!answer || *answer == flow::enough) return answer;
    }
    return flow::more;
}

}  // namespace detail

/// How sure it is that a file is a message of that kind. Reads all of the file that may be one.
inline confidence looks_like_message(file_set& files, message_kind wanted) {
    if (!files.has_file()) return confidence::no;
    any_source from = files.file();
    head_bytes kept;
    auto const ends = kept.read(from);
    if (!ends) return confidence::no;
    auto const first = detail::look_at(*ends);
    if (first.kind == message_kind::unknown) return confidence::no;
    if (first.is_text) return first.kind == wanted ? confidence::certain : confidence::no;
    if ((first.kind == message_kind::saved_model) != (wanted == message_kind::saved_model))
        return confidence::no;
    auto const data = detail::message_bytes::read(from, message_kind::unknown, {});
    if (!data) return first.kind == wanted ? confidence::possible : confidence::no;
    auto const kind = kind_of(data->bytes());
    if (kind == wanted) return confidence::certain;
    // a graph that was cut: reading it tells where
    bool const broken =
        kind == message_kind::unknown && first.kind == wanted && wanted != message_kind::meta_graph;
    return broken ? confidence::possible : confidence::no;
}

/// Hands over a graph: its bytes as the part `graph_def`, its ends, its constants as tensors.
/// Errors: those of graph_index, const_tensor, textproto and the sink; protobuf.too_large.
inline result<flow> read_graph_def(any_source from, any_sink& to, options const& how) {
    auto const data = detail::message_bytes::read(from, message_kind::graph_def, how.limits);
    if (!data) return data.error();
    if (auto const done = to.part(content::graph, "graph_def", data->bytes()); !done)
        return done.error();
    return detail::read_nodes(data->bytes(), to, how.limits, {});
}

/// Hands over the graph of a meta graph; the whole is the part `meta_graph_def`. Errors: as of a
/// graph; tensorflow.no_graph.
inline result<flow> read_meta_graph(any_source from, any_sink& to, options const& how) {
    auto const data = detail::message_bytes::read(from, message_kind::meta_graph, how.limits);
    if (!data) return data.error();
    heap_arena memory{how.limits.bookkeeping(data->bytes().size())};
    protobuf::document in{memory};
    auto const meta = protobuf::read(in, proto::meta_graph_def::table, data->bytes());
    auto const graph = meta.sub(proto::meta_graph_def::number("graph_def"));
    if (in.failed()) return in.error();
    if (!graph) return fail(ids::no_graph);
    if (auto const done = to.part(content::graph, "meta_graph_def", data->bytes()); !done)
        return done.error();
    return detail::read_nodes(graph.raw(), to, how.limits, {}, detail::version_of(meta));
}

/// The meta graph with exactly these tags, in any order; without tags the first one.
/// Errors: tensorflow.no_such_tags, tensorflow.no_graph, those of the document.
inline result<protobuf::message> choose_meta_graph(protobuf::message saved,
                                                   std::span<std::string const> tags) {
    using proto::meta_graph_def;
    bool any = false;
    for (auto const meta : saved.subs(proto::saved_model::number("meta_graphs"))) {
        any = true;
        auto const info = meta.sub(meta_graph_def::number("meta_info_def"));
        std::size_t count = 0;
        bool all = true;
        for (auto const tag : info.texts(proto::meta_graph_def_meta_info_def::number("tags"))) {
            ++count;
            all = all && std::find(tags.begin(), tags.end(), tag) != tags.end();
        }
        if (tags.empty() || (all && count == tags.size())) return meta;
    }
    if (saved && saved.owner().failed()) return saved.owner().error();
    return any ? fail(ids::no_such_tags) : fail(ids::no_graph);
}

/// What stands before the name of a file that belongs to a SavedModel, in the name of its part.
inline constexpr std::string_view file_prefix = "saved_model/";

namespace detail {

/// Hands over the files below a directory of a SavedModel that its own messages do not hold: assets
/// and notes. `inside`: the directory, with a `/` at its end.
inline result<void> read_files(file_set& files, path const& root, std::string const& inside,
                               any_sink& to, std::uint32_t depth) {
    if (depth == 8) return {};
    for (auto const& name : io::names_in(root / inside)) {
        std::string const at = inside + name;
        if (at == "variables" || at == "fingerprint.pb" || at == "saved_model.pb" ||
            at == "saved_model.pbtxt" || at.ends_with(".lade~"))
            continue;
        switch (io::what_is(root / at)) {
            case io::entry::directory:
                if (auto const done = read_files(files, root, at + '/', to, depth + 1); !done)
                    return done;
                break;
            case io::entry::file: {
                auto const from = files.sibling(at);
                if (!from) return from.error();
                auto const data = message_bytes::read(*from, message_kind::unknown, {});
                if (!data) return data.error().in(at);
                if (auto const done =
                        to.part(content::metadata, std::string(file_prefix) + at, data->bytes());
                    !done)
                    return done;
                break;
            }
            default: break;
        }
    }
    return {};
}

}  // namespace detail

/// Hands over a SavedModel: the ends and constants of its meta graph, then the variables. The whole
/// message is the part `saved_model`. Errors: those of a meta graph and of a checkpoint,
/// tensorflow.no_such_tags, tensorflow.split_message.
inline result<flow> read_saved_model(file_set& files, any_sink& to,
                                     saved_model_options const& how) {
    constexpr std::string_view variables = "variables/variables";
    auto from =
        files.has_file() ? result<any_source>(files.file()) : files.sibling("saved_model.pb");
    if (!from && files.has_sibling("saved_model.pbtxt")) from = files.sibling("saved_model.pbtxt");
    if (!from)
        return files.has_sibling("saved_model.cpb") ? fail(ids::split_message) : from.error();
    auto const data = detail::message_bytes::read(*from, message_kind::saved_model, how.limits);
    if (!data) return data.error();
    heap_arena memory{how.limits.bookkeeping(data->bytes().size())};
    protobuf::document in{memory};
    auto const saved = protobuf::read(in, proto::saved_model::table, data->bytes());
    auto const meta = choose_meta_graph(saved, how.tags);
    if (!meta) return meta.error();
    auto const graph = meta->sub(proto::meta_graph_def::number("graph_def"));
    if (in.failed()) return in.error();
    contents parts;
    if (meta->has(proto::meta_graph_def::number("object_graph_def"))) parts |= content::objects;
    std::string const index = std::string(variables) + ".index";
    bool const has_variables = files.has_sibling(index);
    if (auto const done = to.part(content::graph, "saved_model", data->bytes()); !done)
        return done.error();
    if (to.wants_files() && (files.what() == io::entry::directory || files.has_file())) {
        path const root = files.what() == io::entry::directory
                              ? files.where()
                              : path(std::string(files.where().folder()));
        if (auto const done = detail::read_files(files, root, {}, to, 0); !done)
            return done.error();
    }
    auto const answer = detail::read_nodes(graph ? graph.raw() : bytes::view{}, to, how.limits,
                                           parts, detail::version_of(*meta));
    if (!answer || *answer == flow::enough || !has_variables) return answer;
    auto const table = files.sibling(index);
    if (!table) return table.error();
    return read_bundle(*table, files, variables, to, {how.verify_crc, how.limits});
}

/// A directory with a SavedModel in it.
inline bool is_saved_model_directory(file_set const& files) {
    return files.what() == io::entry::directory &&
           (files.has_sibling("saved_model.pb") || files.has_sibling("saved_model.pbtxt") ||
            files.has_sibling("saved_model.cpb"));
}

}  // namespace lade::inline LADE_ABI::tensorflow
