// SPDX-License-Identifier: BSL-1.0
#include <lade/base/heap_arena.hpp>
#include <lade/container/pickle/machine.hpp>

#include <doctest/doctest.h>

#include <support/bytes.hpp>
#include <support/pickles.hpp>

namespace {

using namespace lade;
using namespace support;
using pickle::node_type;
using pickle::ref;

/// A pickle that was run, in memory of exactly its size.
struct run {
    blob text;
    heap_arena memory;
    result<pickle::evaluated> outcome;

    explicit run(std::string const& program)
        : text(bytes_of(program)),
          memory(limits{}.bookkeeping(text.size())),
          outcome(pickle::machine::run(text, memory)) {}
    ref root() const {
        REQUIRE_MESSAGE(outcome, id_of(outcome));
        return outcome->nodes.root();
    }
};

/// The error of a pickle, empty if it has none.
std::string trouble(std::string const& program) { return id_of(run(program).outcome); }

/// A node as Python would write it, roughly; nothing deeper than `depth`.
std::string shown(ref of, int depth = 6) {
    if (!of.exists()) return "-";
    if (depth == 0) return "...";
    auto const items = [&] {
        std::string all;
        for (ref const one : of) all += (all.empty() ? "" : ",") + shown(one, depth - 1);
        return all;
    };
    switch (of.type()) {
        case node_type::none: return "None";
        case node_type::boolean: return *of.integer() != 0 ? "True" : "False";
        case node_type::integer: return std::to_string(*of.integer());
        case node_type::long_bytes: return "long" + std::to_string(of.characters().size());
        case node_type::long_text: return std::string(of.characters()) + "L";
        case node_type::real: return std::to_string(*of.real());
        case node_type::text: return "'" + std::string(*of.text()) + "'";
        case node_type::raw_text: return "r'" + std::string(*of.text()) + "'";
        case node_type::bytes: return "b'" + std::string(of.characters()) + "'";
        case node_type::bytearray: return "a'" + std::string(of.characters()) + "'";
        case node_type::list: return "[" + items() + "]";
        case node_type::tuple: return "(" + items() + ")";
        case node_type::dict: return "{" + items() + "}";
        case node_type::set: return "set{" + items() + "}";
        case node_type::frozenset: return "frozen{" + items() + "}";
        case node_type::global: return std::string(of.module()) + "." + std::string(of.name());
        case node_type::object: {
            std::string all = of.made() == pickle::how::call ? "call " : "new ";
            all += shown(of.callable(), depth - 1) + shown(of.arguments(), depth - 1);
            if (of.keywords().exists()) all += " keywords " + shown(of.keywords(), depth - 1);
            if (of.state().exists()) all += " state " + shown(of.state(), depth - 1);
            if (of.items().exists()) all += " items " + shown(of.items(), depth - 1);
            if (of.entries().exists()) all += " entries " + shown(of.entries(), depth - 1);
            return all;
        }
        case node_type::persistent: return "pid " + shown(of.persistent_id(), depth - 1);
        case node_type::extension: return "ext";
        case node_type::buffer: return "buffer";
    }
    return "?";
}
std::string value(std::string const& program) {
    run const one(program + '.');
    return one.outcome ? shown(one.root()) : "!" + id_of(one.outcome);
}
std::string zeros(char const* text, std::size_t size) { return std::string(text, size); }

TEST_CASE("numbers of all protocols") {
    CHECK(value("I42\n") == "42");
    CHECK(value("I-1\n") == "-1");
    CHECK(value("I01\n") == "True");
    CHECK(value("I00\n") == "False");
    CHECK(value("I9223372036854775808\n") == "9223372036854775808L");
    CHECK(value("L42L\n") == "42");
    CHECK(value("L42\n") == "42");
    CHECK(value("L-99999999999999999999L\n") == "-99999999999999999999L");
    CHECK(value("K\xff") == "255");
    CHECK(value("M\xff\xff") == "65535");
    CHECK(value("J\xff\xff\xff\xff") == "-1");
    CHECK(value(zeros("J\0\0\0\x80", 5)) == "-2147483648");
    CHECK(value(zeros("\x8a\0", 2)) == "0");
    CHECK(value("\x8a\x01\xff") == "-1");
    CHECK(value(zeros("\x8a\x02\xff\0", 4)) == "255");
    CHECK(value("\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f") == "9223372036854775807");
    CHECK(value("\x8a\x09\xff\xff\xff\xff\xff\xff\xff\xff\x7f") == "long9");
    CHECK(value(zeros("\x8b\x01\0\0\0\x05", 6)) == "5");
    CHECK(value(zeros("\x8b\0\0\0\0", 5)) == "0");
    CHECK(value("F1.5\n") == "1.500000");
    CHECK(value("F-inf\n") == "-inf");
    CHECK(value(zeros("G\x3f\xf8\0\0\0\0\0\0", 9)) == "1.500000");
    CHECK(value("\x88") == "True");
    CHECK(value("\x89") == "False");
    CHECK(value("N") == "None");
}

TEST_CASE("texts and bytes of all protocols") {
    CHECK(value("S'a\\nb'\n") == "r'a\nb'");
    CHECK(value("Va\\u00e4\n") == "'a\xc3\xa4'");
    CHECK(value(zeros("T\x02\0\0\0\xff"
                      "b",
                      7)) ==
          "r'\xff"
          "b'");
    CHECK(value("U\x01x") == "r'x'");
    CHECK(value(zeros("X\x02\0\0\0\xc3\xa4", 7)) == "'\xc3\xa4'");
    CHECK(value("\x8c\x01x") == "'x'");
    CHECK(value(zeros("\x8d\x01\0\0\0\0\0\0\0x", 10)) == "'x'");
    CHECK(value(zeros("B\x01\0\0\0\xff", 6)) == "b'\xff'");
    CHECK(value("C\x01\xff") == "b'\xff'");
    CHECK(value(zeros("\x8e\x01\0\0\0\0\0\0\0\xff", 10)) == "b'\xff'");
    CHECK(value(zeros("\x96\x01\0\0\0\0\0\0\0\xff", 10)) == "a'\xff'");
    CHECK(value(zeros("X\x03\0\0\0\xed\xa0\xbd", 8)) == "'\xed\xa0\xbd'");
    CHECK(value(zeros("X\0\0\0\0", 5)) == "''");
}

TEST_CASE("containers, in one go and piece by piece") {
    CHECK(value("]") == "[]");
    CHECK(value("]Na") == "[None]");
    CHECK(value("](NK\1e(K\2eK\3a") == "[None,1,2,3]");
    CHECK(value("(K\1K\2l") == "[1,2]");
    CHECK(value("(l") == "[]");
    CHECK(value(")") == "()");
    CHECK(value("(t") == "()");
    CHECK(value("(K\1K\2t") == "(1,2)");
    CHECK(value("K\1\x85") == "(1)");
    CHECK(value("K\1K\2\x86") == "(1,2)");
    CHECK(value("K\1K\2K\3\x87") == "(1,2,3)");
    CHECK(value("}") == "{}");
    CHECK(value("}NK\1s") == "{None,1}");
    CHECK(value("}(NK\1K\2K\3u(K\4K\5u") == "{None,1,2,3,4,5}");
    CHECK(value("(NK\1d") == "{None,1}");
    CHECK(value("\x8f(K\1K\2\x90") == "set{1,2}");
    CHECK(value("(K\1\x91") == "frozen{1}");
    CHECK(value("](e") == "[]");
    CHECK(value("}(u") == "{}");
    // two lists that grow in turn keep their own items
    CHECK(value("(]q\0]q\1h\0K\1ah\1K\2ah\0K\3ah\1K\4a00000t").starts_with("!"));
    CHECK(value(zeros("]q\0]q\1\x86q\2"
                      "0h\0K\1a0h\1K\2a0h\0K\3a0h\1K\4a0h\2",
                      36)) == "([1,3],[2,4])");
}

TEST_CASE("the stack: marks, pops, copies") {
    CHECK(value("K\1K\2"
                "0") == "1");
    CHECK(value("K\1(K\2K\3"
                "1") == "1");
    CHECK(value("K\1(0") == "1");
    CHECK(value("K\1(K\2(000") == "1");
    CHECK(value("K\1"
                "2\x86") == "(1,1)");
}

TEST_CASE("the memo shares, of every form") {
    CHECK(value("]p0\ng0\na") == "[[[[[[...]]]]]]");
    CHECK(value(zeros("K\7q\0h\0\x86", 7)) == "(7,7)");
    CHECK(value(zeros("K\7r\0\0\0\0j\0\0\0\0\x86", 13)) == "(7,7)");
    CHECK(value(zeros("K\7\x94h\0\x86", 6)) == "(7,7)");
    CHECK(value("K\7p5\ng5\n\x86") == "(7,7)");
    CHECK(value(zeros("K\1q\0"
                      "0K\2q\0h\0\x86",
                      12)) == "(2,2)");
    run const shared(zeros("]q\0h\0\x86.", 7));
    CHECK(shared.root()[0].id() == shared.root()[1].id());
}

TEST_CASE("globals and objects are told, never made") {
    CHECK(value("cos\nsystem\n") == "os.system");
    CHECK(value("\x8c\2os\x8c\6system\x93") == "os.system");
    CHECK(value("cos\nsystem\n(S'ls'\ntR") == "call os.system(r'ls')");
    CHECK(value("ca\nB\n)\x81") == "new a.B()");
    CHECK(value("ca\nB\n)}\x92") == "new a.B() keywords {}");
    CHECK(value("(K\1ia\nB\n") == "new a.B(1)");
    CHECK(value("(ca\nB\nK\1o") == "new a.B(1)");
    CHECK(value("ca\nB\n)R}b") == "call a.B() state {}");
    CHECK(value("ca\nB\n)R}bNb") == "call a.B() state None");
    CHECK(value("ca\nB\n)RK\1a(K\2e") == "call a.B() items [1,2]");
    CHECK(value("ca\nB\n)RNK\1s(K\2K\3u") == "call a.B() entries {None,1,2,3}");
    CHECK(value("ca\nB\n}b") == "a.B");
    CHECK(value("Pkey\n") == "pid r'key'");
    CHECK(value("K\5Q") == "pid 5");
    CHECK(value("\x82\1") == "ext");
    CHECK(value("\x83\1\1") == "ext");
    CHECK(value("\x84\1\1\1\1") == "ext");
    CHECK(value("\x97") == "buffer");
    CHECK(value("\x97\x98") == "buffer");
    // what is called may be anything: functools.partial(...)(...)
    CHECK(value("ca\nB\n)R)R") == "call call a.B()()");
}

TEST_CASE("protocols 0 to 5 are read, newer ones named; frames are passed over") {
    for (int version = 0; version <= 5; ++version)
        CHECK(value(pickles::proto(version) + "N") == "None");
    CHECK(value("\x80\x06N") == "!pickle.protocol");
    CHECK(value("\x80\xffN") == "!pickle.protocol");
    CHECK(value("\x80\2\x80\4N") == "None");
    CHECK(value(zeros("\x95\x02\0\0\0\0\0\0\0N", 10)) == "None");
    CHECK(value(zeros("\x95\0\0\0\0\0\0\0\0N", 10)) == "None");
    CHECK(value(zeros("\x95\x03\0\0\0\0\0\0\0N", 10)) == "!pickle.bad_frame");
    CHECK(value("\x95\xff\xff\xff\xff\xff\xff\xff\xffN") == "!pickle.bad_frame");
}

TEST_CASE("every refusal has its id and its place") {
    CHECK(trouble("") == "pickle.no_stop");
    CHECK(trouble("N") == "pickle.no_stop");
    CHECK(trouble(" .") == "pickle.unknown_opcode");
    CHECK(trouble("\xff.") == "pickle.unknown_opcode");
    for (auto const* const program :
         {".",      "0.",  "2.",  "a.",   "Na.",  "s.",    "NNs.", "\x85.", "N\x86.", "NN\x87.",
          "R.",     "NR.", "b.",  "}b.",  "q\1.", "\x94.", "Q.",   "\x81.", "\x92.",  "\x93.",
          "N\x93.", "(.",  "(a.", "N(b.", "(o.",  "\x98.", "(e.",  "(NNu."}) {
        CAPTURE(program);
        CHECK(trouble(program) == "pickle.stack_underflow");
    }
    for (auto const* const program :
         {"t.", "l.", "d.", "e.", "]e.", "u.", "1.", "\x90.", "\x91.", "ia\nb\n.", "o."}) {
        CAPTURE(program);
        CHECK(trouble(program) == "pickle.no_mark");
    }
    CHECK(trouble("(Nd.") == "pickle.odd_items");
    CHECK(trouble("}(Nu.") == "pickle.odd_items");
    for (auto const* const program :
         {"NNa.", ")Na.", "}Na.", "]NNs.", "NNNs.", "\x8fNNs.", "K\1}b.", "]}b.", "]]R.", "]N\x81.",
          "]NN\x92.", "N(Ne.", "](NNu.", "(N\x91Na."}) {
        CAPTURE(program);
        CHECK(trouble(program) == "pickle.wrong_target");
    }
    CHECK(trouble("g0\n.") == "pickle.undefined_memo");
    CHECK(trouble("h\7.") == "pickle.undefined_memo");
    CHECK(trouble("Np3\nh\1.") == "pickle.undefined_memo");
    CHECK(trouble("j\xff\xff\xff\xff.") == "pickle.undefined_memo");
    CHECK(trouble("Nr\xff\xff\xff\xff.") == "pickle.memo_index");
    CHECK(trouble("Np99999999\n.") == "pickle.memo_index");
    CHECK(trouble("Np-1\n.") == "pickle.bad_number");
    CHECK(trouble("Npx\n.") == "pickle.bad_number");
    CHECK(trouble("I1x\n.") == "pickle.bad_number");
    CHECK(trouble("I\n.") == "pickle.bad_number");
    CHECK(trouble("L1.5L\n.") == "pickle.bad_number");
    CHECK(trouble("Fx\n.") == "pickle.bad_number");
    CHECK(trouble("Sabc\n.") == "pickle.bad_literal");
    CHECK(trouble("V\\u12\n.") == "pickle.bad_literal");
    CHECK(trouble("T\xff\xff\xff\xff.") == "pickle.bad_length");
    CHECK(trouble("\x8b\xff\xff\xff\xff.") == "pickle.bad_length");
    CHECK(trouble(zeros("X\1\0\0\0\xff.", 7)) == "pickle.bad_text");
    CHECK(trouble("\x8c\2\xc0\x80.") == "pickle.bad_text");
    CHECK(trouble("c\xff\nb\n.") == "pickle.bad_global");
    CHECK(trouble("NN\x93.") == "pickle.bad_global");
    for (auto const* const program : {"I1", "ca", "ca\nb", "Vab", "K", "M1", "J123", "U\5ab", "X\5",
                                      "G1234567", "C\1", "\x80", "ia\n"}) {
        CAPTURE(program);
        CHECK(trouble(program) == "bytes.truncated");
    }
    for (char const code : {'\x8d', '\x8e', '\x96'})
        for (char const high : {'\x7f', '\x80', '\xff'})
            CHECK(trouble(std::string(1, code) + zeros("\0\0\0\0\0\0\0", 7) + high + "x.") ==
                  "bytes.truncated");
    auto const late = run("NNN\xff.").outcome;
    REQUIRE_FALSE(late);
    CHECK(late.error().offset == 3);
    CHECK(late.error().found == 0xff);
    heap_arena memory;
    blob const text = "\xff"_bytes;
    CHECK(pickle::machine::run(text, memory, 1000).error().offset == 1000);
}

TEST_CASE("a pickle ends at its STOP; what follows belongs to somebody else") {
    blob const text = "K\1.K\2."_bytes;
    heap_arena memory;
    auto const first = pickle::machine::run(text, memory);
    REQUIRE(first);
    CHECK(first->size == 3);
    CHECK(first->nodes.root().integer() == 1);
}

TEST_CASE("what a broken pickle names before it breaks is there to be judged") {
    blob const text = "cos\nsystem\nX"_bytes;
    heap_arena memory;
    auto const part = pickle::machine::run_as_far_as_possible(text, memory);
    CHECK(part.failure.id != nullptr);
    bool found = false;
    for (pickle::node_id id = 0; id < part.nodes.size(); ++id)
        found = found || part.nodes.at(id).is_global("os", "system");
    CHECK(found);
}

/// All opcodes in one program, several times.
std::string everything() {
    using namespace pickles;
    return proto(4) + "(" + integer(5) + "M\1\2" + "J\1\2\3\4" + "I7\nL8L\nF1.5\n" +
           zeros("G\x3f\xf8\0\0\0\0\0\0", 9) + "\x8a\1\1" + zeros("\x8b\1\0\0\0\1", 6) +
           "S'x'\nVy\n" + "U\1z" + zeros("T\1\0\0\0w", 6) + text("t") + "\x8c\1u" + "C\1b" +
           zeros("B\1\0\0\0c", 6) + zeros("\x8d\1\0\0\0\0\0\0\0d", 10) +
           zeros("\x8e\1\0\0\0\0\0\0\0e", 10) + zeros("\x96\1\0\0\0\0\0\0\0f", 10) + "]q\1Nah\1" +
           "}p2\nNNsg2\n" + "\x8f(N\x90" + "(N\x91" + "NNN\x87" + "ca\nb\n)R}b" + "ca\nb\n)\x81" +
           "ca\nb\n)}\x92" + "(ia\nb\n" + "(ca\nb\no" + "\x8c\1m\x8c\1n\x93" + "Pp\n" + "NQ" +
           "\x82\1\x83\1\2\x84\1\2\3\4" + "\x97\x98" + "N2" + "N0" + "(N1" + "N\x94" + "(NNd(Nl" +
           zeros("tr\5\0\0\0", 6) + ".";
}

TEST_CASE("every prefix of a pickle with all opcodes is refused, and no bit flip leads astray") {
    std::string const program = everything();
    REQUIRE_MESSAGE(trouble(program).empty(), trouble(program));
    every_prefix(bytes_of(program), [](bytes::view part) {
        heap_arena memory(limits{}.bookkeeping(part.size()));
        CHECK_FALSE(pickle::machine::run(part, memory));
    });
    every_bit_flip(bytes_of(program), [](bytes::view changed, std::size_t) {
        blob const copy(changed.begin(), changed.end());
        heap_arena memory(limits{}.bookkeeping(copy.size()));
        auto const outcome = pickle::machine::run_as_far_as_possible(copy, memory);
        for (pickle::node_id id = 0; id < outcome.nodes.size(); ++id) {
            ref const one = outcome.nodes.at(id);
            std::size_t count = 0;
            for (ref const item : one) count += item.exists();
            CHECK(count == one.count());
            if (one.count() > 0) (void)one[one.count() - 1];
        }
    });
}

TEST_CASE("a million levels of nesting are no depth at all") {
    constexpr std::size_t million = 1'000'000;
    run const tuples("N" + std::string(million, '\x85') + '.');
    ref at = tuples.root();
    std::size_t depth = 0;
    for (; at.is(node_type::tuple); at = at[0]) ++depth;
    CHECK(depth == million);
    CHECK(trouble(std::string(million, ']') + std::string(million - 1, 'a') + '.').empty());
    CHECK(trouble(std::string(million, '(') + std::string(million, 't') + '.').empty());
    CHECK(trouble(std::string(million, '(') + '.') == "pickle.stack_underflow");
    std::string dicts;
    for (std::size_t i = 0; i < million / 4; ++i) dicts += "}N";
    CHECK(trouble(dicts + "N" + std::string(million / 4, 's') + '.').empty());
}

TEST_CASE("a billion laughs are thirty nodes") {
    using namespace pickles;
    std::string program = "]" + text("lol") + "ap0\n";
    for (int level = 1; level <= 30; ++level) {
        std::string const inner = "g" + std::to_string(level - 1) + "\n";
        std::string ten;
        for (int i = 0; i < 10; ++i) ten += inner;
        program += "](" + ten + "ep" + std::to_string(level) + "\n";
    }
    run const laughs(program + '.');
    REQUIRE(laughs.outcome);
    CHECK(laughs.outcome->nodes.size() < 50);
    CHECK(laughs.memory.taken() < 64 * 1024);
    // DUP doubles on the stack alone: linear
    std::string doubled = "]";
    for (int i = 0; i < 2000; ++i) doubled += "2\x86";
    CHECK(trouble(doubled + '.').empty());
}

TEST_CASE("a container that contains itself is one node") {
    run const list("]p0\ng0\na.");
    CHECK(list.root()[0] == list.root());
    run const dict("}p0\nNg0\ns.");
    CHECK(dict.root().count() == 2);
    run const tuple("(]p0\ng0\nat.");
    CHECK(tuple.root()[0][0] == tuple.root()[0]);
}

TEST_CASE("items by position and by key, of one batch and of many") {
    std::string program = "]";
    for (int i = 0; i < 100; ++i) program += "(" + pickles::integer(i) + pickles::integer(-i) + "e";
    run const list(program + '.');
    REQUIRE(list.root().count() == 200);
    CHECK(list.root()[198].integer() == 99);
    CHECK(list.root()[199].integer() == -99);
    CHECK_FALSE(list.root()[200].exists());
    run const dict(pickles::table({{"a", "K\1"}, {"b", "K\2"}, {"a", "K\3"}}) + '.');
    CHECK(dict.root()["a"].integer() == 3);
    CHECK_FALSE(dict.root()["c"].exists());
    CHECK_FALSE(list.root()["a"].exists());
    CHECK_FALSE(ref()["a"].exists());
    CHECK(ref().count() == 0);
}

TEST_CASE("memory is linear in the pickle, and bounded by the arena whatever it says") {
    double first = 0;
    for (std::size_t const count : {1'000U, 10'000U, 100'000U, 1'000'000U}) {
        std::string program = "](";
        for (std::size_t i = 0; i < count; ++i) program += "M\1\1";
        run const one(program + "e.");
        REQUIRE(one.outcome);
        double const each = static_cast<double>(one.memory.taken()) / static_cast<double>(count);
        if (first == 0) first = each;
        CHECK(each < first * 3);
        CHECK(each < 200);
    }
    blob const text = bytes_of("(" + std::string(100'000, 'N') + "t.");
    heap_arena small(10'000);
    CHECK(id_of(pickle::machine::run(text, small)) == "limit.exceeded");
    scratch<1024> tiny;
    CHECK(id_of(pickle::machine::run(text, tiny)) == "memory.exhausted");
    // a memo number may be as large as the pickle, not larger
    blob const holes = bytes_of("Np100000\n" + std::string(100'000, '(') + ".");
    heap_arena enough(limits{}.bookkeeping(holes.size()));
    CHECK(id_of(pickle::machine::run(holes, enough)) == "pickle.stack_underflow");
}

TEST_CASE("a short pickle in front of gigabytes costs what a short pickle costs") {
    // the machine is given the rest of the file, for only the pickle knows its end
    blob text(50'000'000);
    std::string const program = "K\1.";
    std::copy_n(bytes_of(program).begin(), program.size(), text.begin());
    heap_arena memory;
    REQUIRE(pickle::machine::run(text, memory));
    CHECK(memory.taken() < 32'000'000);
}

}  // namespace
