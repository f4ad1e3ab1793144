"""Writes include/lade/tensorflow/proto/*.hpp and container/protobuf/well_known.hpp from the descriptors that TensorFlow carries.

    python3 tensorflow_schema.py [--check] INCLUDE_FOLDER

Needs tensorflow; the result is committed, so that a build needs nothing. `--check` writes nothing and exits with 1 if a header
differs from what would be written.
"""

from __future__ import annotations

import argparse
import importlib
import re
import sys
from pathlib import Path

from google.protobuf import descriptor_pb2, descriptor_pool
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor, FileDescriptor

CORE = "tensorflow.core."
HEADERS = {
    "container/protobuf/well_known.hpp": (
        "The messages of the protobuf library itself that occur in model files.",
        ["google.protobuf.any_pb2", "google.protobuf.wrappers_pb2"],
        [],
    ),
    "tensorflow/proto/tensor.hpp": (
        "Types, shapes, slices, tensors, versions.",
        [CORE + "framework." + name for name in (
            "types_pb2", "tensor_shape_pb2", "tensor_slice_pb2", "resource_handle_pb2", "tensor_pb2", "versions_pb2")],
        [],
    ),
    "tensorflow/proto/graph.hpp": (
        "Nodes, attributes, operation definitions, functions, graphs.",
        [CORE + "framework." + name for name in (
            "attr_value_pb2", "full_type_pb2", "node_def_pb2", "op_def_pb2", "function_pb2", "graph_debug_info_pb2", "graph_pb2")],
        ["container/protobuf/well_known.hpp", "tensorflow/proto/tensor.hpp"],
    ),
    "tensorflow/proto/collections.hpp": (
        "What the collections of a meta graph hold in serialized form: variables, control flow contexts,\n"
        "/// queue runners, and the signatures of Session Bundles (TensorFlow Serving's manifest.proto).",
        [CORE + "framework.variable_pb2", CORE + "protobuf.control_flow_pb2", CORE + "protobuf.queue_runner_pb2",
         CORE + "lib.core.error_codes_pb2", "tensorflow.compiler.xla.tsl.protobuf.error_codes_pb2", "manifest"],
        ["container/protobuf/well_known.hpp", "tensorflow/proto/graph.hpp"],
    ),
    "tensorflow/proto/saved_objects.hpp": (
        "Objects: structured values, the object graphs of checkpoints and SavedModels, Keras' metadata.",
        [CORE + "protobuf.struct_pb2", CORE + "protobuf.trackable_object_graph_pb2", CORE + "protobuf.saved_object_graph_pb2",
         CORE + "protobuf.composite_tensor_variant_pb2", "tensorflow.python.keras.protobuf.versions_pb2",
         "tensorflow.python.keras.protobuf.saved_metadata_pb2"],
        ["container/protobuf/well_known.hpp", "tensorflow/proto/collections.hpp", "tensorflow/proto/graph.hpp"],
    ),
    "tensorflow/proto/meta_graph.hpp": (
        "Meta graphs, SavedModels, fingerprints.",
        [CORE + "protobuf.saver_pb2", CORE + "protobuf.meta_graph_pb2", CORE + "protobuf.saved_model_pb2",
         CORE + "protobuf.fingerprint_pb2", CORE + "protobuf.named_tensor_pb2"],
        ["container/protobuf/well_known.hpp", "tensorflow/proto/graph.hpp", "tensorflow/proto/saved_objects.hpp"],
    ),
    "tensorflow/proto/checkpoint.hpp": (
        "Checkpoints: V2 bundles, V1 tables, the state file, the directory of a memory-mapped graph.",
        [CORE + "protobuf.tensor_bundle_pb2", CORE + "util.saved_tensor_slice_pb2",
         "tensorflow.python.training.checkpoint_state_pb2", CORE + "util.memmapped_file_system_pb2"],
        ["tensorflow/proto/tensor.hpp"],
    ),
}
ALL = "tensorflow/proto/all.hpp"

# tensorflow_serving/session_bundle/manifest.proto: no longer part of tensorflow, found in checkpoints of 2016
MANIFEST = {
    "Signatures": [("default_signature", 1, "Signature", ""), ("named_signatures", 2, "Signature", "map")],
    "Signature": [("regression_signature", 1, "RegressionSignature", "type"),
                  ("classification_signature", 2, "ClassificationSignature", "type"),
                  ("generic_signature", 3, "GenericSignature", "type")],
    "RegressionSignature": [("input", 1, "TensorBinding", ""), ("output", 2, "TensorBinding", "")],
    "ClassificationSignature": [("input", 1, "TensorBinding", ""), ("classes", 2, "TensorBinding", ""),
                                ("scores", 3, "TensorBinding", "")],
    "GenericSignature": [("map", 1, "TensorBinding", "map")],
    "TensorBinding": [("tensor_name", 1, "string", "")],
    "AssetFile": [("tensor_binding", 1, "TensorBinding", ""), ("filename", 2, "string", "")],
}


def manifest() -> FileDescriptor:
    file = descriptor_pb2.FileDescriptorProto(
        name="lade/manifest.proto", package="tensorflow.serving", syntax="proto3")
    field_type = descriptor_pb2.FieldDescriptorProto
    for name, fields in MANIFEST.items():
        message = file.message_type.add(name=name)
        for field_name, number, of, how in fields:
            field = message.field.add(name=field_name, number=number, label=field_type.LABEL_OPTIONAL)
            if of == "string":
                field.type = field_type.TYPE_STRING
                continue
            field.type, field.type_name = field_type.TYPE_MESSAGE, f".tensorflow.serving.{of}"
            if how == "map":
                entry = message.nested_type.add(name=field_name.title().replace("_", "") + "Entry")
                entry.options.map_entry = True
                entry.field.add(name="key", number=1, type=field_type.TYPE_STRING, label=field_type.LABEL_OPTIONAL)
                entry.field.add(name="value", number=2, type=field_type.TYPE_MESSAGE, label=field_type.LABEL_OPTIONAL,
                                type_name=field.type_name)
                field.type_name = f".tensorflow.serving.{name}.{entry.name}"
                field.label = field_type.LABEL_REPEATED
            elif how:
                if not message.oneof_decl:
                    message.oneof_decl.add(name=how)
                field.oneof_index = 0
    pool = descriptor_pool.Default()
    pool.AddSerializedFile(file.SerializeToString())
    return pool.FindFileByName(file.name)


def snake(name: str) -> str:
    name = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()


def identifier(described: Descriptor | EnumDescriptor) -> str:
    outer = identifier(described.containing_type) + "_" if described.containing_type else ""
    return outer + snake(described.name)


def namespace_of(described: Descriptor | EnumDescriptor) -> str:
    if described.file.package == "google.protobuf":
        return "protobuf::"
    if "keras" in described.file.package:
        return "keras_"
    return "serving_" if described.file.package == "tensorflow.serving" else ""


def reference(described: Descriptor | EnumDescriptor, inside: str) -> str:
    name = namespace_of(described) + identifier(described)
    return name.removeprefix("protobuf::") if inside == "protobuf" else name


def is_map(field: FieldDescriptor) -> bool:
    return field.message_type is not None and field.message_type.GetOptions().map_entry


TYPES = {value: name.removeprefix("TYPE_").lower() for name, value in vars(FieldDescriptor).items() if name.startswith("TYPE_")}
TYPES |= {FieldDescriptor.TYPE_DOUBLE: "real64", FieldDescriptor.TYPE_FLOAT: "real32", FieldDescriptor.TYPE_BOOL: "boolean",
          FieldDescriptor.TYPE_ENUM: "enumeration"}


def rule(field: FieldDescriptor) -> str:
    if is_map(field):
        return "map"
    if field.is_repeated:
        return "packed" if field.is_packed else "repeated"
    return "optional" if field.has_presence else "single"


def row(field: FieldDescriptor, inside: str) -> str:
    oneof = field.containing_oneof
    group = 0
    if oneof is not None and not (len(oneof.fields) == 1 and oneof.name.startswith("_")):
        group = 1 + field.containing_type.oneofs.index(oneof)
    message, values = "nullptr", "nullptr"
    if is_map(field):
        key, value = field.message_type.fields_by_name["key"], field.message_type.fields_by_name["value"]
        of = ""
        if value.message_type is not None:
            of = f", &{reference(value.message_type, inside)}::table"
        elif value.enum_type is not None:
            of = f", nullptr, &{reference(value.enum_type, inside)}::table"
        if key.has_presence:
            of = (of or ", nullptr") + (", nullptr" if value.enum_type is None else "") + ", rule::optional"
        message = f"&map_entry<type::{TYPES[key.type]}, type::{TYPES[value.type]}{of}>"
    elif field.message_type is not None:
        message = f"&{reference(field.message_type, inside)}::table"
    elif field.enum_type is not None:
        values = f"&{reference(field.enum_type, inside)}::table"
    parts = [str(field.number), f'"{field.name}"', f"type::{TYPES[field.type]}", f"rule::{rule(field)}", str(group), message, values]
    defaults = [None, None, None, "rule::single", "0", "nullptr", "nullptr"]
    while len(parts) > 3 and parts[-1] == defaults[len(parts) - 1]:
        parts.pop()
    return "    {" + ", ".join(parts) + "},"


def nested(message: Descriptor) -> list[Descriptor]:
    found = [message]
    for inner in message.nested_types:
        if not inner.GetOptions().map_entry:
            found += nested(inner)
    return found


def enums_of(messages: list[Descriptor], file: FileDescriptor) -> list[EnumDescriptor]:
    return list(file.enum_types_by_name.values()) + [inner for message in messages for inner in message.enum_types]


def name_in_header(described: Descriptor | EnumDescriptor) -> str:
    return namespace_of(described).removeprefix("protobuf::") + identifier(described)


def header(path: str) -> tuple[str, list[str]]:
    says, modules, needs = HEADERS[path]
    files = [manifest() if name == "manifest" else importlib.import_module(name).DESCRIPTOR for name in modules]
    well_known = path.startswith("container/")
    inside = "protobuf" if well_known else ""
    messages, enums = [], []
    for file in files:
        own = [inner for message in file.message_types_by_name.values() for inner in nested(message)]
        messages += own
        enums += enums_of(own, file)
    lines = ["// SPDX-License-Identifier: BSL-1.0", "#pragma once", ""]
    includes = ["container/protobuf/schema.hpp", *needs]
    lines += [f"#include <lade/{need}>" for need in sorted(includes)]
    lines += ["", "// Made by tests/make/tensorflow_schema.py; not edited by hand.", "// clang-format off", ""]
    space = "protobuf" if well_known else "tensorflow::proto"
    lines += [f"/// {says}"] + ["///"] + [f"///     {file.name.removeprefix('lade/')}" for file in files]
    lines += [f"namespace lade::inline LADE_ABI::{space} {{", ""]
    if not well_known:
        lines += ["using protobuf::map_entry;", "using protobuf::rule;", "using protobuf::type;", ""]
    for enum in enums:
        lines.append(f"struct {name_in_header(enum)} {{ static protobuf::enum_type const table; }};")
    for message in messages:
        name = name_in_header(message)
        lines.append(f"struct {name} : protobuf::schema<{name}> {{ static protobuf::message_type const table; }};")
    for enum in enums:
        name = name_in_header(enum)
        lines += ["", f"inline constexpr protobuf::enum_value {name}_values[]{{"]
        pairs = [f'{{{value.number}, "{value.name}"}}' for value in sorted(enum.values, key=lambda value: value.number)]
        line = "    "
        for pair in pairs:
            if len(line) + len(pair) > 96:
                lines.append(line.rstrip())
                line = "    "
            line += pair + ", "
        lines += [line.rstrip(), "};"]
        lines.append(f'inline constexpr protobuf::enum_type {name}::table{{"{enum.full_name}", {name}_values}};')
    for message in messages:
        name = name_in_header(message)
        fields = sorted(message.fields, key=lambda field: field.number)
        lines.append("")
        if fields:
            lines += [f"inline constexpr protobuf::field {name}_fields[]{{", *(row(field, inside) for field in fields), "};"]
        what = f"{name}_fields" if fields else "{}"
        lines.append(f'inline constexpr protobuf::message_type {name}::table{{"{message.full_name}", {what}}};')
    lines += ["", f"}}  // namespace lade::inline LADE_ABI::{space}", "// clang-format on", ""]
    return "\n".join(wrapped(line) for line in lines), [reference(message, inside="") for message in messages]


def wrapped(line: str) -> str:
    """The line in at most 100 columns."""
    if len(line) <= 100 or line.startswith("//"):
        return line
    if line.startswith("struct "):
        line = line.replace("{ ", "{\n    ").replace("; }", ";\n}")
        return line if line.index("\n") <= 100 else line.replace(" : ", "\n    : ")
    if "_type " in line:
        line = line.replace("_type ", "_type\n    ", 1)
        return line if len(line) < 140 else line.replace('", ', '",\n        ', 1).replace('{"', '{\n        "', 1)
    if line.startswith("inline "):
        return line.replace("protobuf::field ", "protobuf::field\n    ").replace("enum_value ", "enum_value\n    ")
    at = line.rindex(", ", 0, 98)
    return line[:at + 1] + "\n     " + line[at + 2:]


def all_header(names: list[str]) -> str:
    lines = ["// SPDX-License-Identifier: BSL-1.0", "#pragma once", ""]
    lines += [f"#include <lade/{path}>" for path in sorted(HEADERS)]
    lines += ["", "// Made by tests/make/tensorflow_schema.py; not edited by hand.", "// clang-format off", ""]
    lines += ["namespace lade::inline LADE_ABI::tensorflow::proto {", ""]
    lines += ["/// Every message above: where the payload of a google.protobuf.Any is looked up.",
              "inline constexpr protobuf::message_type const* all[]{"]
    lines += [f"    &{name}::table," for name in sorted(names)]
    lines += ["};", "", "}  // namespace lade::inline LADE_ABI::tensorflow::proto", "// clang-format on", ""]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("include", type=Path)
    options = parser.parse_args()
    made, names = {}, []
    for path in HEADERS:
        made[path], found = header(path)
        names += found
    made[ALL] = all_header(names)
    differs = [path for path, text in made.items()
               if not (options.include / path).exists() or (options.include / path).read_text() != text]
    for path in differs:
        print(("differs: " if options.check else "written: ") + path)
        if not options.check:
            (options.include / path).write_text(made[path])
    return 1 if options.check and differs else 0


if __name__ == "__main__":
    sys.exit(main())
