// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/config.hpp>

#include <array>
#include <cstdint>
#include <string_view>

/// The opcodes of pickle, protocols 0 to 5 (Python's Lib/pickletools.py, PEP 307, 3154, 574): one
/// table.
///
/// A pickle is a program for a stack machine: opcodes of one byte, each with an argument of a fixed
/// kind behind it. Numbers are little-endian but for BINFLOAT. The program ends with STOP; what
/// follows belongs to somebody else.
namespace lade::inline LADE_ABI::pickle {

/// What stands behind an opcode.
enum class argument : std::uint8_t {
    unknown,  ///< the byte is no opcode
    none,
    u1,
    u2,
    u4,
    u8,    ///< a number of that many bytes, without sign
    i4,    ///< a number of 4 bytes with sign
    f8,    ///< a big-endian double
    line,  ///< text up to a line feed
    two_lines,
    counted1,
    counted4,
    counted8,    ///< a length of that many bytes, then as many bytes
    counted_i4,  ///< a length of 4 bytes with sign
};

enum class op : std::uint8_t {
    mark = '(',
    stop = '.',
    pop = '0',
    pop_mark = '1',
    dup = '2',
    float_line = 'F',
    int_line = 'I',
    binint = 'J',
    binint1 = 'K',
    long_line = 'L',
    binint2 = 'M',
    none = 'N',
    persid = 'P',
    binpersid = 'Q',
    reduce = 'R',
    string_line = 'S',
    binstring = 'T',
    short_binstring = 'U',
    unicode_line = 'V',
    binunicode = 'X',
    append = 'a',
    build = 'b',
    global = 'c',
    dict = 'd',
    empty_dict = '}',
    appends = 'e',
    get = 'g',
    binget = 'h',
    inst = 'i',
    long_binget = 'j',
    list = 'l',
    empty_list = ']',
    obj = 'o',
    put = 'p',
    binput = 'q',
    long_binput = 'r',
    setitem = 's',
    tuple = 't',
    empty_tuple = ')',
    setitems = 'u',
    binfloat = 'G',
    binbytes = 'B',
    short_binbytes = 'C',
    proto = 0x80,
    newobj = 0x81,
    ext1 = 0x82,
    ext2 = 0x83,
    ext4 = 0x84,
    tuple1 = 0x85,
    tuple2 = 0x86,
    tuple3 = 0x87,
    newtrue = 0x88,
    newfalse = 0x89,
    long1 = 0x8a,
    long4 = 0x8b,
    short_binunicode = 0x8c,
    binunicode8 = 0x8d,
    binbytes8 = 0x8e,
    empty_set = 0x8f,
    additems = 0x90,
    frozenset = 0x91,
    newobj_ex = 0x92,
    stack_global = 0x93,
    memoize = 0x94,
    frame = 0x95,
    bytearray8 = 0x96,
    next_buffer = 0x97,
    readonly_buffer = 0x98,
};

struct opcode_row {
    op code;
    std::string_view name;
    argument takes;
    std::uint8_t protocol;  ///< the first one that has it
};

// clang-format off
inline constexpr auto opcodes = std::to_array<opcode_row>({
    {op::mark, "MARK", argument::none, 0},
    {op::stop, "STOP", argument::none, 0},
    {op::pop, "POP", argument::none, 0},
    {op::pop_mark, "POP_MARK", argument::none, 1},
    {op::dup, "DUP", argument::none, 0},
    {op::float_line, "FLOAT", argument::line, 0},
    {op::int_line, "INT", argument::line, 0},
    {op::binint, "BININT", argument::i4, 1},
    {op::binint1, "BININT1", argument::u1, 1},
    {op::long_line, "LONG", argument::line, 0},
    {op::binint2, "BININT2", argument::u2, 1},
    {op::none, "NONE", argument::none, 0},
    {op::persid, "PERSID", argument::line, 0},
    {op::binpersid, "BINPERSID", argument::none, 1},
    {op::reduce, "REDUCE", argument::none, 0},
    {op::string_line, "STRING", argument::line, 0},
    {op::binstring, "BINSTRING", argument::counted_i4, 1},
    {op::short_binstring, "SHORT_BINSTRING", argument::counted1, 1},
    {op::unicode_line, "UNICODE", argument::line, 0},
    {op::binunicode, "BINUNICODE", argument::counted4, 1},
    {op::append, "APPEND", argument::none, 0},
    {op::build, "BUILD", argument::none, 0},
    {op::global, "GLOBAL", argument::two_lines, 0},
    {op::dict, "DICT", argument::none, 0},
    {op::empty_dict, "EMPTY_DICT", argument::none, 1},
    {op::appends, "APPENDS", argument::none, 1},
    {op::get, "GET", argument::line, 0},
    {op::binget, "BINGET", argument::u1, 1},
    {op::inst, "INST", argument::two_lines, 0},
    {op::long_binget, "LONG_BINGET", argument::u4, 1},
    {op::list, "LIST", argument::none, 0},
    {op::empty_list, "EMPTY_LIST", argument::none, 1},
    {op::obj, "OBJ", argument::none, 1},
    {op::put, "PUT", argument::line, 0},
    {op::binput, "BINPUT", argument::u1, 1},
    {op::long_binput, "LONG_BINPUT", argument::u4, 1},
    {op::setitem, "SETITEM", argument::none, 0},
    {op::tuple, "TUPLE", argument::none, 0},
    {op::empty_tuple, "EMPTY_TUPLE", argument::none, 1},
    {op::setitems, "SETITEMS", argument::none, 1},
    {op::binfloat, "BINFLOAT", argument::f8, 1},
    {op::proto, "PROTO", argument::u1, 2},
    {op::newobj, "NEWOBJ", argument::none, 2},
    {op::ext1, "EXT1", argument::u1, 2},
    {op::ext2, "EXT2", argument::u2, 2},
    {op::ext4, "EXT4", argument::i4, 2},
    {op::tuple1, "TUPLE1", argument::none, 2},
    {op::tuple2, "TUPLE2", argument::none, 2},
    {op::tuple3, "TUPLE3", argument::none, 2},
    {op::newtrue, "NEWTRUE", argument::none, 2},
    {op::newfalse, "NEWFALSE", argument::none, 2},
    {op::long1, "LONG1", argument::counted1, 2},
    {op::long4, "LONG4", argument::counted_i4, 2},
    {op::binbytes, "BINBYTES", argument::counted4, 3},
    {op::short_binbytes, "SHORT_BINBYTES", argument::counted1, 3},
    {op::short_binunicode, "SHORT_BINUNICODE", argument::counted1, 4},
    {op::binunicode8, "BINUNICODE8", argument::counted8, 4},
    {op::binbytes8, "BINBYTES8", argument::counted8, 4},
    {op::empty_set, "EMPTY_SET", argument::none, 4},
    {op::additems, "ADDITEMS", argument::none, 4},
    {op::frozenset, "FROZENSET", argument::none, 4},
    {op::newobj_ex, "NEWOBJ_EX", argument::none, 4},
    {op::stack_global, "STACK_GLOBAL", argument::none, 4},
    {op::memoize, "MEMOIZE", argument::none, 4},
    {op::frame, "FRAME", argument::u8, 4},
    {op::bytearray8, "BYTEARRAY8", argument::counted8, 5},
    {op::next_buffer, "NEXT_BUFFER", argument::none, 5},
    {op::readonly_buffer, "READONLY_BUFFER", argument::none, 5},
});
// clang-format on

/// What stands behind each byte, for the machine: `opcodes` by code.
struct opcode_use {
    argument takes{};
    constexpr bool known() const { return takes != argument::unknown; }
};
inline constexpr std::array<opcode_use, 256> opcode_uses = [] {
    std::array<opcode_use, 256> by_code{};
    for (auto const& row : opcodes) by_code[static_cast<std::uint8_t>(row.code)].takes = row.takes;
    return by_code;
}();

inline constexpr unsigned newest_protocol = 5;

}  // namespace lade::inline LADE_ABI::pickle
