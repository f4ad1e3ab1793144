// SPDX-License-Identifier: BSL-1.0
#include <torch/reading.hpp>

namespace {

using namespace torch_test;

std::string const t = vector_of_4();

TEST_CASE("tensors are named by the keys and positions that lead to them") {
    CHECK(listed(t) == "tensor:float32[4]");
    CHECK(listed(table({{"w", t}})) == "w:float32[4]");
    CHECK(listed(ordered({{"a.b", t}, {"c", t}})) == "a.b:float32[4] c:float32[4]");
    CHECK(listed(list({t, integer(1), t})) == "0:float32[4] 2:float32[4]");
    CHECK(listed(tuple({"N", t})) == "1:float32[4]");
    CHECK(listed(table({{"optimizer",
                         table({{"state", dict({{integer(0), table({{"exp_avg", t}})}})}})}})) ==
          "optimizer.state.0.exp_avg:float32[4]");
    CHECK(listed(dict({{integer(-7), t}})) == "-7:float32[4]");
    CHECK(listed(dict({{tuple({"N"}), t}, {"N", t}, {text("x"), t}})) ==
          "0:float32[4] 1:float32[4] x:float32[4]");
    CHECK(listed(dict({{boolean(true), t}})) == "0:float32[4]");
    CHECK(listed(table({{"", t}})) == ":float32[4]");
    CHECK(listed(table({{"a", table({{"", t}})}})) == "a.:float32[4]");
    CHECK(listed(dict({{"U\1k", t}})) == "k:float32[4]");
    CHECK(listed("N") == "");
    CHECK(listed(integer(5)) == "");
}

TEST_CASE("a tensor that is reached by two ways has two names, one of a key twice as well") {
    std::string const shared = t + "q\x05" + "0";
    CHECK(listed(shared + table({{"a", "h\x05"}, {"b", "h\x05"}})) == "a:float32[4] b:float32[4]");
    CHECK(listed(table({{"a", t}, {"a", t}})) == "a:float32[4] a:float32[4]");
}

TEST_CASE("sets, deques and numbers are never entered") {
    CHECK(listed(call(global("collections", "deque"), tuple({list({t})}))) == "");
    CHECK(listed("\x8f(" + t + "\x90") == "");
    CHECK(listed("(" + t + "\x91") == "");
    CHECK(listed(call(global("__builtin__", "set"), tuple({list({t})}))) == "");
}

TEST_CASE("containers of Python that a pickle calls are what they hold") {
    CHECK(listed(call(global("collections", "OrderedDict"),
                      tuple({list({list({text("a"), t}), list({text("b"), t})})}))) ==
          "a:float32[4] b:float32[4]");
    CHECK(listed(call(global("collections", "defaultdict"), tuple({global("builtins", "list")})) +
                 text("k") + t + "s") == "k:float32[4]");
    CHECK(listed(call(global("collections", "Counter"), tuple({table({{"k", t}})}))) ==
          "k:float32[4]");
    CHECK(listed(call(global("__builtin__", "dict"), tuple({table({{"k", t}})}))) ==
          "k:float32[4]");
    CHECK(listed(call(global("builtins", "list"), tuple({tuple({t})}))) == "0:float32[4]");
}

TEST_CASE("attributes of a state dict are no entries of it") {
    CHECK(listed(ordered({{"w", t}}) + table({{"_metadata", ordered({{"", t}})}}) + "b") ==
          "w:float32[4]");
}

TEST_CASE("unknown objects give their arguments, items, entries and attributes") {
    std::string const unknown = global("my.module", "Thing");
    CHECK(listed(call(unknown, tuple({t, integer(1), t}))) == "0:float32[4] 2:float32[4]");
    CHECK(listed(create(unknown, table({{"a", t}}))) == "a:float32[4]");
    CHECK(listed(create(unknown, tuple({"N", table({{"slot", t}})}))) == "slot:float32[4]");
    CHECK(listed(create(unknown, tuple({table({{"a", t}}), table({{"b", t}})}))) ==
          "a:float32[4] b:float32[4]");
    CHECK(listed(create(unknown, t)) == "state:float32[4]");
    CHECK(listed(create(unknown, list({t}))) == "state.0:float32[4]");
    CHECK(listed(call(unknown, tuple({t})) + t + "a") == "0:float32[4] 1:float32[4]");
    CHECK(listed(call(unknown, ")") + text("k") + t + "s") == "k:float32[4]");
    CHECK(listed(call(global("copyreg", "_reconstructor"),
                      tuple({unknown, global("builtins", "object"), "N"})) +
                 table({{"a", t}}) + "b") == "a:float32[4]");
}

std::string module(std::string const& parameters, std::string const& buffers,
                   std::string const& modules, std::string const& hidden = "",
                   std::string_view type = "Net") {
    std::string state = "}(" + text("training") + boolean(true) + text("_parameters") + parameters +
                        text("_buffers") + buffers;
    if (!hidden.empty()) state += text("_non_persistent_buffers_set") + hidden;
    state +=
        text("_modules") + modules + text("in_features") + integer(3) + text("extra") + t + "u";
    return create(global("my.module", type), state);
}

TEST_CASE("a module gives the names of its state_dict: parameters, buffers, submodules") {
    std::string const inner =
        module(ordered({{"weight", t}, {"bias", "N"}}), ordered({{"running_mean", t}}), ordered());
    CHECK(listed(module(ordered({{"w", t}}), ordered({{"b", t}}), ordered({{"fc", inner}}))) ==
          "w:float32[4] b:float32[4] fc.weight:float32[4] fc.running_mean:float32[4]");
    CHECK(listed(table({{"net", inner}})) == "net.weight:float32[4] net.running_mean:float32[4]");
    std::string const plain = module(table({{"w", t}}), "}", "}");
    CHECK(listed(plain) == "w:float32[4]");
    CHECK(listed(module(ordered(), ordered(), ordered({{"a", "N"}, {"b", plain}}))) ==
          "b.w:float32[4]");
}

TEST_CASE("buffers that are not persistent are in no state_dict") {
    std::string const buffers = ordered({{"kept", t}, {"hidden", t}});
    for (std::string const& hidden :
         {call(global("__builtin__", "set"), tuple({list({text("hidden")})})),
          std::string("\x8f(") + text("hidden") + "\x90"})
        CHECK(listed(module(ordered({{"hidden", t}}), buffers, ordered(), hidden)) ==
              "hidden:float32[4] kept:float32[4]");
}

TEST_CASE("an object with two of the three dictionaries is no module") {
    CHECK(listed(create(global("a", "B"),
                        table({{"_parameters", ordered({{"w", t}})}, {"_buffers", ordered()}}))) ==
          "_parameters.w:float32[4]");
}

TEST_CASE("cycles end where they close") {
    CHECK(listed("}q\x01(" + text("self") + "h\x01" + text("w") + t + "u") == "w:float32[4]");
    CHECK(listed("]q\x01(h\x01" + t + "e") == "1:float32[4]");
    CHECK(listed(global("a", "B") + ")\x81q\x01" + table({{"me", "h\x01"}, {"w", t}}) + "b") ==
          "w:float32[4]");
}

TEST_CASE("parts without tensors are entered once, so that laughs do not multiply") {
    std::string program = "]" + text("lol") + "ap0\n";
    for (int level = 1; level <= 25; ++level) {
        std::string ten;
        for (int i = 0; i < 10; ++i) ten += "g" + std::to_string(level - 1) + "\n";
        program += "](" + ten + "ep" + std::to_string(level) + "\n";
    }
    CHECK(listed(program) == "");
    // with a tensor at the bottom there would be 10^25 names: that is a limit
    std::string bomb = t + "p0\n";
    for (int level = 1; level <= 25; ++level) {
        std::string ten;
        for (int i = 0; i < 10; ++i) ten += "g" + std::to_string(level - 1) + "\n";
        bomb += "](" + ten + "ep" + std::to_string(level) + "\n";
    }
    CHECK(listed(bomb) == "!limit.exceeded");
}

TEST_CASE("depth is a limit, not a stack overflow") {
    auto const deep = [](int levels) {
        std::string program = t;
        for (int i = 0; i < levels; ++i) program += "\x85";
        return listed(program);
    };
    CHECK(deep(4'095).ends_with(":float32[4]"));
    CHECK(deep(4'097) == "!limit.exceeded");
    CHECK(deep(100'000) == "!limit.exceeded");
}

TEST_CASE("ten thousand hidden buffers are no quadratic work") {
    // counted by what is compared: names of one length that differ at their end
    std::string buffers = global("collections", "OrderedDict") + ")R(", hidden = "\x8f(";
    for (int i = 0; i < 10'000; ++i) {
        std::string const name = text("buffer" + std::to_string(100'000 + i));
        buffers += name + t;
        hidden += name;
    }
    CHECK(listed(module(ordered({{"w", t}}), buffers + "u", ordered(), hidden + "\x90")) ==
          "w:float32[4]");
}

TEST_CASE("many modules of one state cannot look at it without end") {
    // nothing of it is ever visited: parameters that are None are in no state_dict
    std::string nones = "}(";
    for (int i = 0; i < 3'000; ++i) nones += text("p" + std::to_string(i)) + "N";
    std::string const state =
        table({{"_parameters", nones + "u"}, {"_buffers", "}"}, {"_modules", "}"}});
    std::string many = state + "r" + number(300, 4) + "0](";
    for (int i = 0; i < 3'000; ++i) many += global("m", "M") + ")\x81j" + number(300, 4) + "b";
    CHECK(listed(many + "e") == "!limit.exceeded");
    // ten of them are no attack
    std::string few = state + "r" + number(300, 4) + "0](";
    for (int i = 0; i < 10; ++i) few += global("m", "M") + ")\x81j" + number(300, 4) + "b";
    CHECK(listed(few + "e") == "");
}

}  // namespace
