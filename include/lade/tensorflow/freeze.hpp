// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/tensorflow/freeze_body.hpp>
#include <lade/tensorflow/graph.hpp>
#include <lade/tensorflow/variables.hpp>

#include <list>

/// Graphs whose variables have become constants: the part that the outputs need, equal in effect to
/// TensorFlow's convert_variables_to_constants.
///
/// Supported: variables of TensorFlow 1 (Variable, VariableV2, AutoReloadVariable), resource
/// variables, and those that functions take as arguments: functions are copied with values in the
/// place of handles, not inlined. Training, saving and functions that nobody calls fall away.
/// Refused: a use of a variable that changes it.
namespace lade::inline LADE_ABI::tensorflow {

namespace ids {
inline constexpr error_id cannot_freeze{
    "tensorflow.cannot_freeze", kind::unsupported,
    "an output needs an operation that does more with a variable than read it",
    "choose outputs that only predict"};
inline constexpr error_id no_outputs{"tensorflow.no_outputs", kind::mismatch,
                                     "no output was named, and the file names none",
                                     "name the nodes that are wanted: {.outputs = {\"ypred\"}}"};
inline constexpr error_id no_function{"tensorflow.no_function", kind::corrupt,
                                      "a function is called that the graph does not have"};
inline constexpr error_id value_differs{
    "tensorflow.value_differs", kind::mismatch,
    "the value of a variable is of another type than the variable (numbers of TensorFlow)"};
}  // namespace ids

/// How a graph is frozen.
struct freeze_options {
    std::vector<std::string> outputs{};  ///< "ypred" or "ypred:0"
    /// Of a SavedModel, when no outputs are named: those of this signature.
    std::string signature{"serving_default"};
    std::vector<std::string> tags{};  ///< of a SavedModel: see saved_model_options
    lade::limits limits{};
};

namespace detail {

class freezer {
  public:
    /// `keys`: names of nodes, and how the values of these variables are called.
    freezer(graph const& from, variable_source& values, limits const& most,
            std::vector<std::pair<std::string, std::string>> keys = {})
        : from_(&from),
          values_(&values),
          most_(most),
          keys_(std::move(keys)),
          memory_(most.bookkeeping(8 * std::uint64_t{from.bytes().size()})) {
        std::sort(keys_.begin(), keys_.end());
    }

    result<graph> run(std::span<std::string const> outputs) {
        using proto::graph_def;
        if (outputs.empty()) return fail(ids::no_outputs);
        auto const wanted = from_->needed(outputs);
        if (!wanted) return wanted.error();
        auto const whole = protobuf::read(in_, graph_def::table, from_->bytes());
        made_ = protobuf::make(in_, graph_def::table);
        std::uint32_t number = 0;
        for (auto const node : whole.subs(graph_def::number("node")))
            if ((*wanted)[number++]) made_.add(graph_def::number("node"), node);
        if (whole.has(graph_def::number("versions")))
            copy_versions(whole.sub(graph_def::number("versions")));
        for (auto const each : whole.sub(graph_def::number("library"))
                                   .subs(proto::function_def_library::number("function")))
            functions_.push_back({name_of(each), each});
        std::sort(functions_.begin(), functions_.end(),
                  [](auto const& a, auto const& b) { return a.first < b.first; });
        library_ = protobuf::make(in_, proto::function_def_library::table);
        if (auto const done = freeze_graph(); !done) return done.error();
        keep_functions(whole.sub(graph_def::number("library")));
        if (library_.count(proto::function_def_library::number("function")) != 0)
            made_.set_encoded(graph_def::number("library"), library_);
        if (in_.failed()) return in_.error();
        return graph::parse(protobuf::encode(made_), most_);
    }

  private:
    static constexpr std::uint32_t deepest = 64;  ///< calls in calls

    static std::string_view name_of(protobuf::message function) {
        return function.sub(proto::function_def::number("signature"))
            .text(proto::op_def::number("name"));
    }

    void copy_versions(protobuf::message from) {
        auto const bytes = from.raw();
        made_.set_bytes_borrowed(proto::graph_def::number("versions"), bytes);
    }

    result<void> freeze_graph() {
        frozen_body body(made_, proto::graph_def::number("node"), {});
        auto& items = body.items();
        for (std::uint32_t i = 0; i < items.size(); ++i) {
            std::string_view const op = items[i].op;
            bool const handle = op == "VarHandleOp";
            if (!handle && op != "VariableV2" && op != "Variable" && op != "AutoReloadVariable")
                continue;
            auto const what = freeze_variable(items[i].node);
            if (!what) return what.error();
            if (handle) body.mark(i, 0, *what);
        }
        return freeze_body(body, 0);
    }

    /// Turns a variable into a constant.
    result<captured const*> freeze_variable(protobuf::message node) {
        using proto::node_def, proto::attr_value;
        std::string const name(node.text(node_def::number("name")));
        std::int64_t const told =
            node.at(node_def::number("attr"), "dtype").integer(attr_value::number("type"));
        auto found = value_of(
            name, node.at(node_def::number("attr"), "shared_name").text(attr_value::number("s")));
        if (!found) return found.error();
        auto const number = data_type_of(found->type);
        if (!number || *number != told)
            return fail(ids::value_differs, error::nowhere, static_cast<std::uint64_t>(told),
                        static_cast<std::uint64_t>(number.value_or(0)))
                .in(name);
        auto const& kept = kept_.emplace_back(std::move(*found));
        node.set_text(node_def::number("op"), "Const");
        node.clear(node_def::number("attr"));
        node.clear(node_def::number("device"));
        frozen_body::clear_debug(node);
        set_type(node, "dtype", *number);
        auto const tensor = attribute(node, "value").edit(attr_value::number("tensor"));
        if (kept.type == dtype::string) {
            std::vector<std::string_view> texts;
            bytes::cursor at{kept.data};
            while (at && !at.done()) {
                std::uint64_t const length = at.number<std::uint64_t>();
                texts.push_back(bytes::text(at.bytes(length)));
            }
            write_strings(tensor, kept.shape, texts);
        } else {
            write_tensor(tensor, kept.type, kept.shape, kept.data);
        }
        return &captured_.emplace_back(captured{*number, kept.shape});
    }

    result<variable_value> value_of(std::string const& name, std::string_view shared) {
        auto const key = std::lower_bound(keys_.begin(), keys_.end(),
                                          std::pair<std::string, std::string>{name, {}});
        if (key != keys_.end() && key->first == name) return values_->value(key->second);
        auto found = values_->value(name);
        if (found || shared.empty() || shared == name || *found.error().id != ids::no_value)
            return found;
        return values_->value(shared);
    }

    result<void> freeze_body(frozen_body& body, std::uint32_t depth) {
        body.follow();
        for (std::size_t i = 0; i < body.items().size(); ++i) {
            auto& each = body.items()[i];
            if (each.handles.empty() || !each.node) continue;
            result<void> done{};
            switch (use_of(each.op)) {
                case use::none: return fail(ids::cannot_freeze).in(each.op).in(each.name);
                case use::call: done = freeze_call(each, "Tin", 0, {"f"}, depth); break;
                case use::branch:
                    done = freeze_call(each, "Tin", 1, {"then_branch", "else_branch", "branches"},
                                       depth);
                    break;
                case use::loop: done = freeze_call(each, "T", 0, {"cond", "body"}, depth); break;
                default: body.rewrite_read(each);
            }
            if (!done) return done.error().in(each.name);
        }
        body.rename_users();
        return in_.failed() ? result<void>(in_.error()) : result<void>{};
    }

    /// A node that calls functions: its types, and copies of the functions. `skipped`: inputs that
    /// are not handed to them.
    result<void> freeze_call(frozen_body::item& of, std::string_view types, std::uint32_t skipped,
                             std::initializer_list<std::string_view> names, std::uint32_t depth) {
        using proto::attr_value, proto::name_attr_list;
        auto node = of.node;
        std::vector<captured const*> arguments;
        for (auto const& [place, what] : of.handles) {
            if (place < skipped) return fail(ids::cannot_freeze).in(of.op);
            std::uint32_t const at = place - skipped;
            if (arguments.size() <= at) arguments.resize(at + 1);
            arguments[at] = what;
            set_type_at(node, types, at, what->number);
            if (types == "T") set_loop_shape(node, at, *what);
        }
        drop_attribute(node, "_output_shapes");
        for (std::string_view const name : names) {
            auto const entry = node.entry(proto::node_def::number("attr"), name);
            if (!entry) continue;
            auto const value = entry.sub(2);
            auto function = value.sub(attr_value::number("func"));
            if (function) {
                if (auto const done = point_at_copy(function, arguments, depth); !done) return done;
                continue;
            }
            for (auto each : value.sub(attr_value::number("list"))
                                 .subs(proto::attr_value_list_value::number("func")))
                if (auto const done = point_at_copy(each, arguments, depth); !done) return done;
        }
        return {};
    }
    result<void> point_at_copy(protobuf::message function,
                               std::span<captured const* const> arguments, std::uint32_t depth) {
        auto const number = proto::name_attr_list::number("name");
        auto const name = copy_of(function.text(number), arguments, depth + 1);
        if (!name) return name.error();
        function.set_text(number, *name);
        return {};
    }

    /// In `output_shapes` of a loop stands the shape of the value now.
    void set_loop_shape(protobuf::message node, std::uint32_t place, captured const& what) {
        using proto::attr_value, proto::attr_value_list_value;
        std::uint32_t at = 0;
        for (auto shape : node.at(proto::node_def::number("attr"), "output_shapes")
                              .sub(attr_value::number("list"))
                              .subs(attr_value_list_value::number("shape"))) {
            if (at++ != place) continue;
            shape.clear(proto::tensor_shape_proto::number("dim"));
            shape.clear(proto::tensor_shape_proto::number("unknown_rank"));
            write_shape(shape, what.shape);
        }
    }

    /// The name of the function's copy for these arguments.
    result<std::string> copy_of(std::string_view name, std::span<captured const* const> arguments,
                                std::uint32_t depth) {
        using proto::function_def, proto::op_def, proto::op_def_arg_def;
        if (depth > deepest) return fail(lade::ids::limit, error::nowhere, deepest, depth);
        std::string key(name);
        for (auto const* const each : arguments) {
            key += each == nullptr ? std::string("\n-") : '\n' + std::to_string(each->number);
            if (each == nullptr) continue;
            for (std::uint64_t const axis : each->shape) key += ',' + std::to_string(axis);
        }
        for (auto const& [known, copy] : copies_)
            if (known == key) return copy;
        auto const at = std::lower_bound(
            functions_.begin(), functions_.end(), name,
            [](auto const& each, std::string_view wanted) { return each.first < wanted; });
        if (at == functions_.end() || at->first != name) return fail(ids::no_function).in(name);
        std::string const copy = std::string(name) + "_frozen_" + std::to_string(copies_.size());
        copies_.emplace_back(key, copy);  // before its body: a function may call itself

        auto function = library_.add(proto::function_def_library::number("function"), at->second);
        auto signature = function.edit(function_def::number("signature"));
        signature.set_text(op_def::number("name"), copy);
        std::vector<std::string_view> names;
        for (auto argument : signature.subs(op_def::number("input_arg"))) {
            std::size_t const i = names.size();
            names.push_back(argument.text(op_def_arg_def::number("name")));
            if (i >= arguments.size() || arguments[i] == nullptr) continue;
            set_argument(argument, *arguments[i]);
            for (std::string_view const field : {"arg_attr", "resource_arg_unique_id"})
                function.keep_if(function_def::table.named(field)->number,
                                 [&](protobuf::message each) {
                                     return static_cast<std::uint64_t>(each.integer(1)) != i;
                                 });
        }
        function.keep_if(function_def::number("attr"), [](protobuf::message each) {
            std::string_view const of = each.text(1);
            return of != "api_implements" && of != "api_preferred_device" && of != "_input_shapes";
        });
        frozen_body body(function, function_def::number("node_def"), names);
        for (std::uint32_t i = 0; i < arguments.size() && i < names.size(); ++i)
            if (arguments[i] != nullptr) body.mark(i, 0, arguments[i]);
        if (auto const done = freeze_body(body, depth); !done) return done.error().in(name);
        settle_results(function, signature, body);
        return copy;
    }

    static void set_argument(protobuf::message argument, captured const& what) {
        argument.set_integer(proto::op_def_arg_def::number("type"), what.number);
        argument.clear(proto::op_def_arg_def::number("handle_data"));
        argument.clear(proto::op_def_arg_def::number("experimental_full_type"));
    }
    /// Results that were handles, and results that came from a node whose output has another name.
    static void settle_results(protobuf::message function, protobuf::message signature,
                               frozen_body const& body) {
        using proto::function_def, proto::op_def, proto::op_def_arg_def;
        for (auto argument : signature.subs(op_def::number("output_arg"))) {
            auto entry = function.entry(function_def::number("ret"),
                                        argument.text(op_def_arg_def::number("name")));
            if (!entry) continue;
            if (auto const* const what = body.handle(entry.text(2))) set_argument(argument, *what);
            std::string const now = body.renamed(entry.text(2));
            if (now != entry.text(2)) entry.set_text(2, now);
        }
    }

    /// Puts what is called, and what that calls, into the library.
    void keep_functions(protobuf::message library) {
        using proto::function_def, proto::function_def_library, proto::node_def;
        auto const number = function_def_library::number("function");
        std::vector<bool> kept(functions_.size());
        std::vector<protobuf::message> left;
        auto const want = [&](std::string_view name) {
            auto const at = std::lower_bound(
                functions_.begin(), functions_.end(), name,
                [](auto const& each, std::string_view wanted) { return each.first < wanted; });
            if (at == functions_.end() || at->first != name) return;
            auto const place = static_cast<std::size_t>(at - functions_.begin());
            if (!kept[place]) left.push_back(at->second);
            kept[place] = true;
        };
        auto const look = [&](protobuf::message node) {
            want(node.text(node_def::number("op")));
            for (auto const entry : node.subs(node_def::number("attr"))) {
                auto const value = entry.sub(2);
                if (auto const one = value.sub(proto::attr_value::number("func")))
                    want(one.text(proto::name_attr_list::number("name")));
                for (auto const one : value.sub(proto::attr_value::number("list"))
                                          .subs(proto::attr_value_list_value::number("func")))
                    want(one.text(proto::name_attr_list::number("name")));
            }
        };
        for (auto const node : made_.subs(proto::graph_def::number("node"))) look(node);
        for (auto const each : library_.subs(number))
            for (auto const node : each.subs(function_def::number("node_def"))) look(node);
        while (!left.empty()) {
            auto const function = left.back();
            left.pop_back();
            for (auto const node : function.subs(function_def::number("node_def"))) look(node);
        }
        for (std::size_t i = 0; i < functions_.size(); ++i)
            if (kept[i]) library_.add(number, functions_[i].second);
        auto const gradients = function_def_library::number("gradient");
        for (auto const each : library.subs(gradients)) {
            std::string_view const of = each.text(proto::gradient_def::number("function_name"));
            auto const at = std::lower_bound(
                functions_.begin(), functions_.end(), of,
                [](auto const& one, std::string_view wanted) { return one.first < wanted; });
            if (at != functions_.end() && at->first == of &&
                kept[static_cast<std::size_t>(at - functions_.begin())])
                library_.add(gradients, each);
        }
    }

    graph const* from_;
    variable_source* values_;
    limits most_;
    std::vector<std::pair<std::string, std::string>> keys_;
    heap_arena memory_;
    protobuf::document in_{memory_};
    protobuf::message made_;
    protobuf::message library_;
    std::vector<std::pair<std::string_view, protobuf::message>> functions_;  ///< sorted
    std::vector<std::pair<std::string, std::string>> copies_;
    std::list<variable_value> kept_;
    std::list<captured> captured_;
};

/// Which key of the checkpoint each handle of a SavedModel's graph is restored from: the function
/// that restores says it.
inline std::vector<std::pair<std::string, std::string>> restored_keys(protobuf::message meta,
                                                                      limits const& most) {
    using proto::meta_graph_def, proto::graph_def, proto::node_def, proto::function_def,
        proto::attr_value;
    std::vector<std::pair<std::string, std::string>> found;
    std::string_view const restore = meta.sub(meta_graph_def::number("saver_def"))
                                         .text(proto::saver_def::number("restore_op_name"));
    auto const graph = meta.sub(meta_graph_def::number("graph_def"));
    protobuf::message call, function;
    for (auto const node : graph.subs(graph_def::number("node")))
        if (node.text(node_def::number("name")) == parse_input(restore).node) call = node;
    std::string_view const name = call.at(node_def::number("attr"), "f")
                                      .sub(attr_value::number("func"))
                                      .text(proto::name_attr_list::number("name"));
    for (auto const each : graph.sub(graph_def::number("library"))
                               .subs(proto::function_def_library::number("function")))
        if (!name.empty() &&
            each.sub(function_def::number("signature")).text(proto::op_def::number("name")) == name)
            function = each;
    if (!function) return found;
    std::vector<std::string> handles, arguments;
    for (auto const each : call.texts(node_def::number("input")))
        handles.emplace_back(parse_input(each).node);
    for (auto const each :
         function.sub(function_def::number("signature")).subs(proto::op_def::number("input_arg")))
        arguments.emplace_back(each.text(proto::op_def_arg_def::number("name")));
    std::vector<std::string> keys;
    std::uint32_t restoring = name_index::none;
    heap_arena scratch{most.bookkeeping(function.raw().size())};
    auto index = graph_index::read(function.raw(), scratch, function_def::number("node_def"));
    if (!index) return found;
    auto const find = [&](std::string_view wanted) {
        auto const at = index->find(wanted);
        return at ? *at : name_index::none;
    };
    for (std::uint32_t node = 0; node < index->size(); ++node) {
        if (index->op(node) != "AssignVariableOp" || index->inputs(node) < 2) continue;
        auto const argument = std::find(arguments.begin(), arguments.end(), index->input(node, 0));
        auto const place = static_cast<std::size_t>(argument - arguments.begin());
        if (argument == arguments.end() || place >= handles.size()) continue;
        auto from = parse_input(index->input(node, 1));
        std::uint32_t source = find(from.node);
        if (source != name_index::none && index->op(source) == "Identity" &&
            index->inputs(source) != 0) {
            from = parse_input(index->input(source, 0));
            source = find(from.node);
        }
        if (source == name_index::none || index->op(source) != "RestoreV2" ||
            index->inputs(source) < 2)
            continue;
        if (source != restoring) {  // one node restores all, or a few do
            restoring = source;
            keys.clear();
            std::uint32_t const table = find(parse_input(index->input(source, 1)).node);
            if (table == name_index::none) continue;
            heap_arena memory{most.bookkeeping(index->bytes(table).size())};
            protobuf::document in{memory};
            auto const names = const_tensor::read(index->node(table, in)
                                                      .at(node_def::number("attr"), "value")
                                                      .sub(attr_value::number("tensor")),
                                                  memory, most);
            if (!names) continue;
            for (auto const each : names->stored_strings()) keys.emplace_back(each);
        }
        if (from.index < keys.size()) found.emplace_back(handles[place], keys[from.index]);
    }
    return found;
}

/// A SavedModel without variables.
class no_variables final : public variable_source {
  public:
    result<variable_value> value(std::string_view name) override {
        return fail(ids::no_value).in(name);
    }
};

}  // namespace detail

/// Freezes a graph with values from anywhere. Errors: tensorflow.no_node, .no_outputs, .no_value,
/// .value_differs, .cannot_freeze, .no_function, limit.exceeded, those of the document.
inline result<graph> try_freeze(graph const& from, variable_source& values,
                                freeze_options const& how) {
    return detail::freezer(from, values, how.limits).run(how.outputs);
}
/// Freezes a graph with the values of a model in memory.
inline result<graph> try_freeze(graph const& from, weights const& values,
                                freeze_options const& how) {
    weights_variables source(values);
    return try_freeze(from, source, how);
}

/// Freezes the graph of a SavedModel (its directory, or a file_set on its saved_model.pb). Without
/// outputs those of the signature. Errors: as above; those of read_saved_model.
inline result<graph> try_freeze_saved_model(file_set& files, freeze_options const& how) {
    using proto::meta_graph_def, proto::signature_def;
    auto const from =
        files.has_file() ? result<any_source>(files.file()) : files.sibling("saved_model.pb");
    if (!from) return from.error();
    auto const data = detail::message_bytes::read(*from, message_kind::saved_model, how.limits);
    if (!data) return data.error();
    heap_arena memory{how.limits.bookkeeping(data->bytes().size())};
    protobuf::document in{memory};
    auto const meta =
        choose_meta_graph(protobuf::read(in, proto::saved_model::table, data->bytes()), how.tags);
    if (!meta) return meta.error();
    auto const body = meta->sub(meta_graph_def::number("graph_def"));
    auto whole = graph::parse(body ? body.raw() : bytes::view{}, how.limits);
    if (!whole) return whole.error();
    std::vector<std::string> outputs = how.outputs;
    if (outputs.empty())
        for (auto const each : meta->at(meta_graph_def::number("signature_def"), how.signature)
                                   .subs(signature_def::number("outputs")))
            outputs.emplace_back(each.sub(2).text(proto::tensor_info::number("name")));
    auto keys = detail::restored_keys(*meta, how.limits);
    if (in.failed()) return in.error();
    if (!files.has_sibling("variables/variables.index")) {
        detail::no_variables nothing;
        return detail::freezer(*whole, nothing, how.limits, std::move(keys)).run(outputs);
    }
    auto values = checkpoint_variables::open(files, "variables/variables", how.limits);
    if (!values) return values.error();
    return detail::freezer(*whole, *values, how.limits, std::move(keys)).run(outputs);
}

/// Freezes what stands at a place: a SavedModel, or a checkpoint (any of its files) whose graph is
/// `<prefix>.meta` beside it. Errors: those of the two above; io.not_found.
inline result<graph> try_freeze(path const& at, freeze_options const& how) {
    auto files = file_set::open(at);
    if (!files) return files.error();
    if (is_saved_model_directory(*files) ||
        looks_like_message(*files, message_kind::saved_model) == confidence::certain)
        return try_freeze_saved_model(*files, how);
    std::string const name(at.name());
    std::string meta_name;
    std::optional<file_set> beside;
    file_set* set = &*files;
    if (name.ends_with(".meta")) {  // the graph was named: the checkpoint stands beside it
        meta_name = name;
        auto opened = file_set::open(at.sibling(std::string_view(name).substr(0, name.size() - 5)));
        if (!opened) return opened.error();
        beside.emplace(*std::move(opened));
        set = &*beside;
    } else {
        auto const place = find_checkpoint(*files);
        if (!place) return place.error();
        std::string prefix = place->prefix;
        if (place->is == checkpoint_place::version::v1)
            prefix = place->shards.empty() ? name : place->shards.front();
        if (auto const end = detail::before_shard_number(prefix); end != prefix.npos)
            prefix.resize(end);
        meta_name = prefix + ".meta";
    }
    auto const meta = files->sibling(meta_name);
    if (!meta) return meta.error();
    auto const data = detail::message_bytes::read(*meta, message_kind::meta_graph, how.limits);
    if (!data) return data.error();
    heap_arena memory{how.limits.bookkeeping(data->bytes().size())};
    protobuf::document in{memory};
    auto const body = protobuf::read(in, proto::meta_graph_def::table, data->bytes())
                          .sub(proto::meta_graph_def::number("graph_def"));
    if (in.failed()) return in.error();
    if (!body) return fail(ids::no_graph).in(meta_name);
    auto const whole = graph::parse(body.raw(), how.limits);
    if (!whole) return whole.error();
    auto values = checkpoint_variables::open(*set, how.limits);
    if (!values) return values.error();
    return detail::freezer(*whole, *values, how.limits).run(how.outputs);
}

#if LADE_EXCEPTIONS
/// `try_freeze`, its errors thrown.
inline graph freeze(path const& at, freeze_options const& how) {
    return value_or_throw(try_freeze(at, how));
}
inline graph freeze(graph const& from, weights const& values, freeze_options const& how) {
    return value_or_throw(try_freeze(from, values, how));
}
#endif

}  // namespace lade::inline LADE_ABI::tensorflow
