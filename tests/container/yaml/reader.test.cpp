// SPDX-License-Identifier: BSL-1.0
#include <lade/container/yaml/reader.hpp>

#include <doctest/doctest.h>

#include <string>

namespace yaml = lade::yaml;

namespace {

std::string json_of(std::string_view text) {
    std::string made;
    auto const done = yaml::to_json(text, made);
    return done ? made : std::string(done.error().id->name);
}

constexpr std::string_view old_style =
    "class_name: Sequential\n"
    "config:\n"
    "- class_name: Dense\n"
    "  config:\n"
    "    W_constraint: null\n"
    "    batch_input_shape: !!python/tuple [null, 784]\n"
    "    bias: true\n"
    "    bias_initializer:\n"
    "      class_name: Zeros\n"
    "      config: {}\n"
    "    kernel_initializer:\n"
    "      class_name: VarianceScaling\n"
    "      config: {distribution: uniform, mode: fan_avg, scale: 1.0,\n"
    "        seed: null}\n"
    "    lr: 1.0e-07\n"
    "    name: dense_1\n"
    "keras_version: 2.1.5\n";

}  // namespace

TEST_CASE("what old Keras wrote becomes the JSON that it would have written") {
    CHECK(json_of(old_style) ==
          R"({"class_name":"Sequential","config":[{"class_name":"Dense","config":{)"
          R"("W_constraint":null,"batch_input_shape":[null,784],"bias":true,)"
          R"("bias_initializer":{"class_name":"Zeros","config":{}},)"
          R"("kernel_initializer":{"class_name":"VarianceScaling","config":{)"
          R"("distribution":"uniform","mode":"fan_avg","scale":1.0,"seed":null}},)"
          R"("lr":1.0e-07,"name":"dense_1"}}],"keras_version":"2.1.5"})");
}

TEST_CASE("tuples in block style stand in the column of their key or further in") {
    CHECK(json_of("a: !!python/tuple\n- null\n- 3\nb: 1\n") == R"({"a":[null,3],"b":1})");
    CHECK(json_of("a: !!python/tuple\n  - null\n  - 3\n") == R"({"a":[null,3]})");
    CHECK(json_of("- !!python/tuple\n  - 1\n- - 2\n  - - 3\n") == "[[1],[2,[3]]]");
    CHECK(json_of("a: !!python/tuple []\n") == R"({"a":[]})");
}

TEST_CASE("plain scalars are folded, and end where a comment or a key begins") {
    CHECK(json_of("a: b c\n  d\n\n  e # no\nf: g#h\n") == R"({"a":"b c d\ne","f":"g#h"})");
    CHECK(json_of("just\nwords\n") == R"("just words")");
    CHECK(json_of("{a: b\n  c, http://x: [y z,\n 1]}\n") == R"({"a":"b c","http://x":["y z",1]})");
}

TEST_CASE("quoted scalars know their escapes and fold their lines") {
    CHECK(json_of(R"('it''s')") == R"("it's")");
    CHECK(json_of("'a  \n  b\n\n  c'") == R"("a b\nc")");
    CHECK(json_of(R"("\x41\u00e9\U0001F600\ud83d\ude00\t\"\e")") ==
          "\"A\xc3\xa9\xf0\x9f\x98\x80\xf0\x9f\x98\x80\\t\\\"\\u001b\"");
    CHECK(json_of("\"a\\\n   b\\ \n  c\"") == R"("ab  c")");
    CHECK(json_of(R"("\q")") == "yaml.bad_escape");
    CHECK(json_of(R"("\ud83d")") == "yaml.bad_escape");
}

TEST_CASE("block scalars keep or fold their lines, and end as their indicators say") {
    CHECK(json_of("a: |\n  x\n   y\n\n  z\n\n\nb: 1\n") == R"({"a":"x\n y\n\nz\n","b":1})");
    CHECK(json_of("a: >-\n  x\n  y\n\n  z\n") == R"({"a":"x y\nz"})");
    CHECK(json_of("a: |+\n  x\n\n") == R"({"a":"x\n\n"})");
    CHECK(json_of("a: |2-\n    x\n") == R"({"a":"  x"})");
    CHECK(json_of("- |\n  x\n-\n") == R"(["x\n",null])");
}

TEST_CASE("an alias is a copy of what ended before it") {
    CHECK(json_of("a: &id001\n  x: 1\nb: *id001\nc: [*id001, &t [2], *t]\n") ==
          R"({"a":{"x":1},"b":{"x":1},"c":[{"x":1},[2],[2]]})");
    CHECK(json_of("- &a 1\n- &a 2\n- *a\n") == "[1,2,2]");
    CHECK(json_of("a: &x [*x]\n") == "yaml.unknown_alias");
    CHECK(json_of("a: *nothing\n") == "yaml.unknown_alias");
}

TEST_CASE("copies of copies end at a limit") {
    std::string text = "a0: &a0 [xxxxxxxxxx, xxxxxxxxxx]\n";
    for (int i = 1; i < 40; ++i) {
        std::string const before = "*a" + std::to_string(i - 1);
        text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before + ", " +
                before + ", " + before + "]\n";
    }
    CHECK(json_of(text) == "limit.exceeded");
}

TEST_CASE("tags of plain types are followed, objects are never made") {
    CHECK(json_of("!!python/unicode 'x'") == R"("x")");
    CHECK(json_of("[!!str 1, !!float 1, !!int '3', !!python/str yes]") == R"(["1",1.0,3,"yes"])");
    CHECK(json_of("!<tag:yaml.org,2002:python/tuple> [1]") == "[1]");
    CHECK(json_of("!!int x") == "yaml.wrong_tag");
    CHECK(json_of("!!python/object/apply:os.system ['true']") == "yaml.python_object");
    CHECK(json_of("!!python/name:os.system ''") == "yaml.python_object");
    CHECK(json_of("a: !!python/module:os\n") == "yaml.python_object");
    CHECK(json_of("!mine x") == "yaml.unknown_tag");
    CHECK(json_of("!!binary x") == "yaml.unknown_tag");
}

TEST_CASE("what is refused is refused by its name") {
    CHECK(json_of("? [a]\n: b\n") == "yaml.complex_key");
    CHECK(json_of("[a]: b\n") == "yaml.complex_key");
    CHECK(json_of("<<: {a: 1}\n") == "yaml.merge_key");
    CHECK(json_of("a: 1\n---\nb: 2\n") == "yaml.second_document");
    CHECK(json_of("a:\n    b: 1\n  c: 2\n") == "yaml.bad_indentation");
    CHECK(json_of("a:\n\tb: 1\n") == "yaml.bad_indentation");
    CHECK(json_of("a: b: c\n") == "yaml.bad_syntax");
    CHECK(json_of("a: - b\n") == "yaml.bad_syntax");
    CHECK(json_of("[a, b\n") == "yaml.cut_short");
    CHECK(json_of("'a") == "yaml.cut_short");
    CHECK(json_of("\xff") == "yaml.not_utf8");
    CHECK(json_of("@x") == "yaml.bad_syntax");
}

TEST_CASE("markers, directives, comments and empty documents are passed over") {
    CHECK(json_of("%YAML 1.1\n# x\n---\na: 1 # y\n...\n# z\n") == R"({"a":1})");
    CHECK(json_of("") == "null");
    CHECK(json_of("# nothing\n") == "null");
    CHECK(json_of("\xef\xbb\xbf"
                  "a:\r\n  b: 1\r\n") == R"({"a":{"b":1}})");
}

TEST_CASE("collections nest up to a bound, in either style") {
    CHECK(json_of(std::string(200, '[') + std::string(200, ']')) ==
          std::string(200, '[') + std::string(200, ']'));
    CHECK(json_of(std::string(100000, '[')) == "yaml.too_deep");
    std::string dashes;
    for (int i = 0; i < 100000; ++i) dashes += "- ";
    CHECK(json_of(dashes) == "yaml.too_deep");
}

TEST_CASE("every prefix and every damaged character ends in JSON or in an error") {
    std::string const text = std::string(old_style) + "x: &a [1, 'b', \"c\"]\ny: *a\nz: |\n  w\n";
    for (std::size_t i = 0; i <= text.size(); ++i) {
        std::string made;
        auto const done = yaml::to_json(std::string_view(text).substr(0, i), made);
        if (!done) CHECK(done.error().id->name.starts_with("yaml."));
    }
    for (std::size_t i = 0; i < text.size(); ++i)
        for (char const c : {'\0', '\n', ' ', ':', '-', '[', '}', '"', '\'', '&', '*', '!', '#'}) {
            std::string damaged = text, made;
            damaged[i] = c;
            auto const done = yaml::to_json(damaged, made);
            if (!done) CHECK(done.error().id->name.starts_with("yaml."));
        }
}
