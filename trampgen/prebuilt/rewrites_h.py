SOURCE = "0318b7567407c254b8913b2357954aea84d9f69ac1f9c5fbe8a4a0f6e54f8836"
JINJA2 = "3.1.6"
from jinja2.runtime import LoopContext, Macro, Markup, Namespace, TemplateNotFound, TemplateReference, TemplateRuntimeError, Undefined, escape, identity, internalcode, markup_join, missing, str_join
name = 'rewrites.h.j2'

def root(context, missing=missing):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    l_0_rewrites = resolve('rewrites')
    l_0_chain = resolve('chain')
    l_0_decoder = resolve('decoder')
    l_0_table = missing
    try:
        t_1 = environment.filters['comment']
    except KeyError:
        @internalcode
        def t_1(*unused):
            raise TemplateRuntimeError("No filter named 'comment' found.")
    try:
        t_2 = environment.filters['join']
    except KeyError:
        @internalcode
        def t_2(*unused):
            raise TemplateRuntimeError("No filter named 'join' found.")
    try:
        t_3 = environment.filters['length']
    except KeyError:
        @internalcode
        def t_3(*unused):
            raise TemplateRuntimeError("No filter named 'length' found.")
    pass
    def macro(l_1_type, l_1_name, l_1_lines):
        t_4 = []
        if l_1_type is missing:
            l_1_type = undefined("parameter 'type' was not provided", name='type')
        if l_1_name is missing:
            l_1_name = undefined("parameter 'name' was not provided", name='name')
        if l_1_lines is missing:
            l_1_lines = undefined("parameter 'lines' was not provided", name='lines')
        pass
        t_4.extend((
            'static const ',
            str(l_1_type),
            ' ',
            str(l_1_name),
            ' = {\n',
        ))
        for l_2_line in l_1_lines:
            _loop_vars = {}
            pass
            t_4.extend((
                '\t',
                str(l_2_line),
                ',\n',
            ))
        l_2_line = missing
        t_4.append(
            '};\n',
        )
        return concat(t_4)
    context.exported_vars.add('table')
    context.vars['table'] = l_0_table = Macro(environment, macro, 'table', ('type', 'name', 'lines'), False, False, False, context.eval_ctx.autoescape)
    if (undefined(name='rewrites') if l_0_rewrites is missing else l_0_rewrites):
        pass
        yield '\n/*\n * The format of x86 instructions. A table for each opcode map has, for each\n * opcode, an entry: rows for no prefix, 66, F3 and F2. A row has a leaf for each\n * ModRM.reg, of memory operands and of registers; 0 is undefined everywhere.\n */\n'
        def macro(l_1_view):
            t_5 = []
            l_1_prototype = resolve('prototype')
            l_1_x = l_1_m = l_1_read = missing
            if l_1_view is missing:
                l_1_view = undefined("parameter 'view' was not provided", name='view')
            pass
            (l_1_x, l_1_m) = (environment.getattr(l_1_view, 'x'), environment.getattr(l_1_view, 'macro'))
            l_1_read = [str_join(('struct ', (undefined(name='x') if l_1_x is missing else l_1_x), '_reader *reader', )), str_join(('const struct ', (undefined(name='x') if l_1_x is missing else l_1_x), '_leaf *leaf', ))]
            t_5.extend((
                '#ifndef __ASSEMBLY__\nenum ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_why {\n',
            ))
            for (l_2_name, l_2_text) in environment.getattr(l_1_view, 'whys'):
                _loop_vars = {}
                pass
                t_5.extend((
                    '\t/* ',
                    str(t_1(l_2_text)),
                    ' */\n\t',
                    str(l_2_name),
                    ',\n',
                ))
            l_2_name = l_2_text = missing
            t_5.extend((
                '};\n\nenum ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_control {\n',
            ))
            for (l_2_name, l_2_text) in environment.getattr(l_1_view, 'controls'):
                _loop_vars = {}
                pass
                t_5.extend((
                    '\t/* ',
                    str(t_1(l_2_text)),
                    ' */\n\t',
                    str(l_2_name),
                    ',\n',
                ))
            l_2_name = l_2_text = missing
            t_5.extend((
                '};\n\n#define ',
                str((undefined(name='m') if l_1_m is missing else l_1_m)),
                '_MAX_INSN_SIZE ',
                str(environment.getattr(l_1_view, 'longest')),
                '\n#define ',
                str((undefined(name='m') if l_1_m is missing else l_1_m)),
                '_NO_PREFIX 0xff\n\n/*\n * An instruction: offsets and sizes in bytes, 0 for what it does not have. @kind\n * is 0, 1 for VEX, 2 for EVEX, and @prefix_at where that or the REX begins. @regs has\n * a bit for each general-purpose register in ModRM.reg and vvvv, or used unnamed.\n */\nstruct ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_insn {\n\tenum ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_why why;\n\tenum ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_control control;\n\tu8 length;\n\tu8 kind;\n\tu8 prefix_at;\n\tu8 map;\n\tu8 opcode;\n\tu8 opcode_at;\n\tu8 modrm;\n\tu8 modrm_at;\n\tu8 displacement_at;\n\tu8 displacement_size;\n\tu8 immediate_at;\n\tu8 immediate_size;\n\tu8 reg;\n\tu8 vvvv;\n\tu16 regs;\n\tbool rip_relative;\n};\n\nstruct ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_reader {\n\tstruct ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_insn *insn;\n\tconst u8 *code;\n\tsize_t room;\n\tu8 at;\n\tu8 repeat;\n\tu8 rex;\n\tu8 prefix;\n\tbool operand;\n\tbool address;\n\tbool lock;\n\tbool wide;\n};\n\n',
            ))
            for (l_2_name, l_2_bit) in environment.getattr(l_1_view, 'flags'):
                _loop_vars = {}
                pass
                t_5.extend((
                    '#define ',
                    str(l_2_name),
                    ' ',
                    str(l_2_bit),
                    '\n',
                ))
            l_2_name = l_2_bit = missing
            for (l_2_name, l_2_number) in environment.getattr(l_1_view, 'immediates'):
                _loop_vars = {}
                pass
                t_5.extend((
                    '#define ',
                    str(l_2_name),
                    ' ',
                    str(l_2_number),
                    '\n',
                ))
            l_2_name = l_2_number = missing
            t_5.extend((
                '\nstruct ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_leaf {\n\tu8 immediate;\n\tu8 control;\n\tu8 flags;\n\tu8 implied;\n};\n\nstruct ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_row {\n\tu8 modrm;\t/* 0 none, 1 as usual, 2 registers whatever mod is */\n\tu8 memory[8];\n\tu8 registers[8];\n\tu64 bytes;\t/* a bit for each ModRM from 0xc0 that there is */\n};\n\n',
                str(context.call((undefined(name='table') if l_0_table is missing else l_0_table), str_join(('struct ', (undefined(name='x') if l_1_x is missing else l_1_x), '_leaf', )), str_join(((undefined(name='x') if l_1_x is missing else l_1_x), '_leaves[]', )), environment.getattr(l_1_view, 'leaves'))),
                '\n',
                str(context.call((undefined(name='table') if l_0_table is missing else l_0_table), str_join(('struct ', (undefined(name='x') if l_1_x is missing else l_1_x), '_row', )), str_join(((undefined(name='x') if l_1_x is missing else l_1_x), '_rows[]', )), environment.getattr(l_1_view, 'rows'))),
                '\n',
                str(context.call((undefined(name='table') if l_0_table is missing else l_0_table), 'u8', str_join(((undefined(name='x') if l_1_x is missing else l_1_x), '_entries[][4]', )), environment.getattr(l_1_view, 'entries'))),
                "\n/* The number of a map's table, from 1: of legacy opcodes, VEX and EVEX. */\n",
                str(context.call((undefined(name='table') if l_0_table is missing else l_0_table), 'u8', str_join(((undefined(name='x') if l_1_x is missing else l_1_x), '_maps[3][8]', )), environment.getattr(l_1_view, 'maps'))),
                '\nstatic const u8 ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_opcodes[',
                str(t_3(environment.getattr(l_1_view, 'opcodes'))),
                '][256] = {\n',
            ))
            for (l_2_name, l_2_lines) in environment.getattr(l_1_view, 'opcodes'):
                _loop_vars = {}
                pass
                t_5.extend((
                    '\t{\t/* ',
                    str(l_2_name),
                    ' */\n',
                ))
                for l_3_line in l_2_lines:
                    _loop_vars = {}
                    pass
                    t_5.extend((
                        '\t\t',
                        str(l_3_line),
                        ',\n',
                    ))
                l_3_line = missing
                t_5.append(
                    '\t},\n',
                )
            l_2_name = l_2_lines = missing
            t_5.extend((
                '};\n\nstatic inline void ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_fail(struct ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_reader *reader, enum ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_why why)\n{\n\tif (reader->insn->why == ',
                str((undefined(name='m') if l_1_m is missing else l_1_m)),
                '_WHY_OK)\n\t\treader->insn->why = why;\n}\n\n/* Where the next @count bytes begin; 0 if they are not there. */\nstatic inline u8 ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_need(struct ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_reader *reader, u8 count)\n{\n\tu8 at = reader->at;\n\n\tif (at + count > ',
                str((undefined(name='m') if l_1_m is missing else l_1_m)),
                '_MAX_INSN_SIZE) {\n\t\t',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_fail(reader, ',
                str((undefined(name='m') if l_1_m is missing else l_1_m)),
                '_WHY_LONG);\n\t\treturn 0;\n\t}\n\tif (at + count > reader->room) {\n\t\t',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_fail(reader, ',
                str((undefined(name='m') if l_1_m is missing else l_1_m)),
                '_WHY_SHORT);\n\t\treturn 0;\n\t}\n\treader->at += count;\n\treturn at;\n}\n\nstatic inline u8 ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_byte(struct ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_reader *reader)\n{\n\tu8 at = ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_need(reader, 1);\n\n\treturn reader->insn->why ? 0 : reader->code[at];\n}\n\n/* The first byte that is no prefix; a REX counts right before it only. */\nstatic inline u8 ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_prefixes(struct ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_reader *reader)\n{\n\tfor (;;) {\n\t\tu8 byte = ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_byte(reader);\n\n',
            ))
            if environment.getattr(l_1_view, 'wide'):
                pass
                t_5.append(
                    '\t\tif ((byte & 0xf0) == 0x40) {\n\t\t\treader->rex = byte;\n\t\t\treader->insn->prefix_at = reader->at - 1;\n\t\t\tcontinue;\n\t\t}\n',
                )
            t_5.append(
                '\t\tswitch (byte) {\n\t\tcase 0x66:\n\t\t\treader->operand = true;\n\t\t\tbreak;\n\t\tcase 0x67:\n\t\t\treader->address = true;\n\t\t\tbreak;\n\t\tcase 0xf0:\n\t\t\treader->lock = true;\n\t\t\tbreak;\n\t\tcase 0xf2:\n\t\tcase 0xf3:\n\t\t\treader->repeat = byte;\n\t\t\tbreak;\n',
            )
            for l_2_byte in environment.getattr(l_1_view, 'segments'):
                _loop_vars = {}
                pass
                t_5.extend((
                    '\t\tcase ',
                    str(l_2_byte),
                    ':\n',
                ))
            l_2_byte = missing
            t_5.append(
                '\t\t\tbreak;\n\t\tdefault:\n\t\t\treturn byte;\n\t\t}\n',
            )
            if environment.getattr(l_1_view, 'wide'):
                pass
                t_5.extend((
                    '\t\treader->rex = 0;\n\t\treader->insn->prefix_at = ',
                    str((undefined(name='m') if l_1_m is missing else l_1_m)),
                    '_NO_PREFIX;\n',
                ))
            t_5.extend((
                '\t}\n}\n\n/* The opcode behind VEX of two or three bytes, or EVEX. */\nstatic inline u8 ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_vector(struct ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_reader *reader, u8 byte)\n{\n\tstruct ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_insn *insn = reader->insn;\n\tu8 first, last;\n\n\tif (reader->rex || reader->operand || reader->repeat || reader->lock)\n\t\t',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_fail(reader, ',
                str((undefined(name='m') if l_1_m is missing else l_1_m)),
                '_WHY_UNKNOWN);\n\tinsn->prefix_at = reader->at - 1;\n\tinsn->kind = byte == 0x62 ? 2 : 1;\n\tinsn->map = 1;\n\tfirst = ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_byte(reader);\n\tlast = first;\n\tif (byte != 0xc5) {\n\t\tinsn->map = first & (byte == 0x62 ? 7 : 31);\n\t\tlast = ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_byte(reader);\n\t\treader->wide = last & 0x80;\n\t}\n\tif (byte == 0x62) {\n\t\t',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_byte(reader);\n\t\tif ((first & 8) || !(last & 4))\n\t\t\t',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_fail(reader, ',
                str((undefined(name='m') if l_1_m is missing else l_1_m)),
                '_WHY_UNKNOWN);\n\t}\n',
            ))
            if environment.getattr(l_1_view, 'wide'):
                pass
                t_5.append(
                    '\tinsn->reg = first & 0x80 ? 0 : 8;\n\tinsn->vvvv = ~last >> 3 & 15;\n',
                )
            else:
                pass
                t_5.append(
                    '\tinsn->vvvv = ~last >> 3 & 7;\n',
                )
            t_5.extend((
                '\treader->prefix = last & 3;\n\treturn ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_byte(reader);\n}\n\n/* The opcode of any other encoding; F2 and F3 count before 66. */\nstatic inline u8 ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_escapes(struct ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_reader *reader, u8 byte)\n{\n\tstruct ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_insn *insn = reader->insn;\n\n\treader->wide = reader->rex & 8;\n\tinsn->reg = (reader->rex & 4) << 1;\n\treader->prefix = reader->repeat ? (reader->repeat == 0xf3 ? 2 : 3) : reader->operand;\n\tif (byte != 0x0f)\n\t\treturn byte;\n\tinsn->map = 1;\n\tbyte = ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_byte(reader);\n\tif (byte != 0x38 && byte != 0x3a)\n\t\treturn byte;\n\tinsn->map = byte == 0x38 ? 2 : 3;\n\treturn ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                "_byte(reader);\n}\n\n/* Bytes of a memory operand's displacement, and whether it is from the next instruction. */\n",
                str(context.call((undefined(name='prototype') if l_1_prototype is missing else l_1_prototype), str_join(('static inline u8 ', (undefined(name='x') if l_1_x is missing else l_1_x), '_memory', )), (undefined(name='read') if l_1_read is missing else l_1_read))),
                '\n{\n\tstruct ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_insn *insn = reader->insn;\n\tu8 mod = insn->modrm >> 6;\n\tu8 rm = insn->modrm & 7;\n\tu8 base = rm;\n\n',
            ))
            if (not environment.getattr(l_1_view, 'wide')):
                pass
                t_5.extend((
                    '\tif (reader->address) {\n\t\tif (leaf->flags & ',
                    str((undefined(name='m') if l_1_m is missing else l_1_m)),
                    '_FLAG_SIB)\n\t\t\t',
                    str((undefined(name='x') if l_1_x is missing else l_1_x)),
                    '_fail(reader, ',
                    str((undefined(name='m') if l_1_m is missing else l_1_m)),
                    '_WHY_UNKNOWN);\n\t\treturn mod == 1 ? 1 : mod == 2 || rm == 6 ? 2 : 0;\n\t}\n',
                ))
            t_5.extend((
                '\tif (rm == 4)\n\t\tbase = ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_byte(reader) & 7;\n\telse if (leaf->flags & ',
                str((undefined(name='m') if l_1_m is missing else l_1_m)),
                '_FLAG_SIB)\n\t\t',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_fail(reader, ',
                str((undefined(name='m') if l_1_m is missing else l_1_m)),
                '_WHY_UNKNOWN);\n\tif (mod == 0 && base == 5) {\n',
            ))
            if environment.getattr(l_1_view, 'wide'):
                pass
                t_5.append(
                    '\t\tinsn->rip_relative = rm == 5;\n',
                )
            t_5.extend((
                "\t\treturn 4;\n\t}\n\treturn mod == 2 ? 4 : mod;\n}\n\n/* Bytes of an immediate, of a branch's displacement, of an address that the instruction holds. */\n",
                str(context.call((undefined(name='prototype') if l_1_prototype is missing else l_1_prototype), str_join(('static inline u8 ', (undefined(name='x') if l_1_x is missing else l_1_x), '_immediate', )), (undefined(name='read') if l_1_read is missing else l_1_read))),
                '\n{\n\tbool small = reader->operand && !reader->wide;\n\n\tswitch (leaf->immediate) {\n\tcase ',
                str((undefined(name='m') if l_1_m is missing else l_1_m)),
                '_IMM_IB:\n\t\treturn 1;\n\tcase ',
                str((undefined(name='m') if l_1_m is missing else l_1_m)),
                '_IMM_IW:\n\t\treturn 2;\n\tcase ',
                str((undefined(name='m') if l_1_m is missing else l_1_m)),
                '_IMM_IWB:\n\t\treturn 3;\n\tcase ',
                str((undefined(name='m') if l_1_m is missing else l_1_m)),
                '_IMM_IZ:\n\t\treturn small ? 2 : 4;\n\tcase ',
                str((undefined(name='m') if l_1_m is missing else l_1_m)),
                '_IMM_IV:\n\t\treturn reader->wide ? 8 : small ? 2 : 4;\n\tcase ',
                str((undefined(name='m') if l_1_m is missing else l_1_m)),
                '_IMM_IA:\n',
            ))
            if environment.getattr(l_1_view, 'wide'):
                pass
                t_5.append(
                    '\t\treturn reader->address ? 4 : 8;\n',
                )
            else:
                pass
                t_5.append(
                    '\t\treturn reader->address ? 2 : 4;\n',
                )
            t_5.extend((
                '\tcase ',
                str((undefined(name='m') if l_1_m is missing else l_1_m)),
                '_IMM_IP:\n\t\treturn small ? 4 : 6;\n\tcase ',
                str((undefined(name='m') if l_1_m is missing else l_1_m)),
                '_IMM_RELZ:\n',
            ))
            if environment.getattr(l_1_view, 'wide'):
                pass
                t_5.extend((
                    '\t\tif (small)\n\t\t\t',
                    str((undefined(name='x') if l_1_x is missing else l_1_x)),
                    '_fail(reader, ',
                    str((undefined(name='m') if l_1_m is missing else l_1_m)),
                    '_WHY_VENDOR);\n',
                ))
            t_5.extend((
                '\t\treturn small ? 2 : 4;\n\t}\n\treturn 0;\n}\n\n',
                str(context.call((undefined(name='prototype') if l_1_prototype is missing else l_1_prototype), str_join(('static inline u16 ', (undefined(name='x') if l_1_x is missing else l_1_x), '_regs', )), [str_join(('const ', environment.getitem((undefined(name='read') if l_1_read is missing else l_1_read), 0), )), environment.getitem((undefined(name='read') if l_1_read is missing else l_1_read), 1)])),
                '\n{\n\tconst struct ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_insn *insn = reader->insn;\n\tu16 regs = leaf->implied;\n\n\tif (leaf->flags & ',
                str((undefined(name='m') if l_1_m is missing else l_1_m)),
                '_FLAG_GPR)\n\t\tregs |= 1 << insn->reg;\n\tif (leaf->flags & ',
                str((undefined(name='m') if l_1_m is missing else l_1_m)),
                '_FLAG_BYTE) /* ah to bh are parts of rax to rbx */\n\t\tregs |= 1 << (!reader->rex && (insn->reg & 12) == 4 ? insn->reg - 4 : insn->reg);\n\tif (leaf->flags & ',
                str((undefined(name='m') if l_1_m is missing else l_1_m)),
                '_FLAG_VGPR)\n\t\tregs |= 1 << insn->vvvv;\n\treturn regs;\n}\n\n',
                str(context.call((undefined(name='prototype') if l_1_prototype is missing else l_1_prototype), str_join(('static inline const struct ', (undefined(name='x') if l_1_x is missing else l_1_x), '_row *', (undefined(name='x') if l_1_x is missing else l_1_x), '_row', )), [str_join(('const struct ', (undefined(name='x') if l_1_x is missing else l_1_x), '_insn *insn', )), 'u8 prefix'])),
                '\n{\n\tu8 map = insn->map < 8 ? ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_maps[insn->kind][insn->map] : 0;\n\tu8 entry = map ? ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_opcodes[map - 1][insn->opcode] : 0;\n\n\treturn &',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_rows[',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_entries[entry][prefix]];\n}\n\n/* What there is to know of the form; NULL if there is no such instruction. */\n',
                str(context.call((undefined(name='prototype') if l_1_prototype is missing else l_1_prototype), str_join(('static inline const struct ', (undefined(name='x') if l_1_x is missing else l_1_x), '_leaf *', (undefined(name='x') if l_1_x is missing else l_1_x), '_leaf', )), [environment.getitem((undefined(name='read') if l_1_read is missing else l_1_read), 0), 'bool *memory'])),
                '\n{\n\tstruct ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_insn *insn = reader->insn;\n\tconst struct ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_row *row = ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_row(insn, reader->prefix);\n\tu8 leaf = row->memory[0];\n\tbool lockable;\n\n\t*memory = false;\n\tif (row->modrm) {\n\t\tu8 reg;\n\n\t\tinsn->modrm_at = reader->at;\n\t\tinsn->modrm = ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_byte(reader);\n\t\t*memory = insn->modrm < 0xc0 && row->modrm == 1;\n\t\treg = insn->modrm >> 3 & 7;\n\t\tinsn->reg |= reg;\n\t\tleaf = row->memory[reg];\n\t\tif (!*memory)\n\t\t\tleaf = row->bytes >> (insn->modrm & 63) & 1 ? row->registers[reg] : 0;\n\t}\n\tlockable = *memory && (',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_leaves[leaf].flags & ',
                str((undefined(name='m') if l_1_m is missing else l_1_m)),
                '_FLAG_LOCK);\n\tif (!leaf || (reader->lock && !lockable))\n\t\t',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_fail(reader, ',
                str((undefined(name='m') if l_1_m is missing else l_1_m)),
                '_WHY_UNKNOWN);\n\treturn insn->why ? NULL : &',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_leaves[leaf];\n}\n\n/*\n * The format of the instruction that @code begins with, in ',
                str((64 if environment.getattr(l_1_view, 'wide') else 32)),
                '-bit mode; not more than\n * @room bytes of it are read. Returns its length, or -EINVAL; @insn->why says why.\n */\n',
                str(context.call((undefined(name='prototype') if l_1_prototype is missing else l_1_prototype), str_join(('static inline int ', (undefined(name='x') if l_1_x is missing else l_1_x), '_decode', )), [str_join(('struct ', (undefined(name='x') if l_1_x is missing else l_1_x), '_insn *insn', )), 'const u8 *code', 'size_t room'])),
                '\n{\n\tstruct ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_reader reader = { .insn = insn, .code = code, .room = room };\n\tconst struct ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_leaf *leaf;\n\tbool memory;\n\tu8 byte;\n\n\t*insn = (struct ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_insn){ .prefix_at = ',
                str((undefined(name='m') if l_1_m is missing else l_1_m)),
                '_NO_PREFIX };\n\tbyte = ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_prefixes(&reader);\n',
            ))
            if environment.getattr(l_1_view, 'wide'):
                pass
                t_5.extend((
                    '\tif (byte == 0xc4 || byte == 0xc5 || byte == 0x62)\n\t\tinsn->opcode = ',
                    str((undefined(name='x') if l_1_x is missing else l_1_x)),
                    '_vector(&reader, byte);\n\telse\n\t\tinsn->opcode = ',
                    str((undefined(name='x') if l_1_x is missing else l_1_x)),
                    '_escapes(&reader, byte);\n',
                ))
            else:
                pass
                t_5.extend((
                    '\tif ((byte == 0xc4 || byte == 0xc5 || byte == 0x62) && ',
                    str((undefined(name='x') if l_1_x is missing else l_1_x)),
                    '_byte(&reader) >= 0xc0) {\n\t\treader.at--;\n\t\tinsn->opcode = ',
                    str((undefined(name='x') if l_1_x is missing else l_1_x)),
                    '_vector(&reader, byte);\n\t} else {\n\t\tif ((byte == 0xc4 || byte == 0xc5 || byte == 0x62) && !insn->why)\n\t\t\treader.at--;\n\t\tinsn->opcode = ',
                    str((undefined(name='x') if l_1_x is missing else l_1_x)),
                    '_escapes(&reader, byte);\n\t}\n',
                ))
            t_5.extend((
                '\tinsn->opcode_at = reader.at - 1;\n\tleaf = ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_leaf(&reader, &memory);\n\tif (!leaf)\n\t\treturn -EINVAL;\n\tif (memory)\n\t\tinsn->displacement_size = ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_memory(&reader, leaf);\n\tif (insn->displacement_size)\n\t\tinsn->displacement_at = ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_need(&reader, insn->displacement_size);\n\tinsn->immediate_size = ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_immediate(&reader, leaf);\n\tif (insn->immediate_size)\n\t\tinsn->immediate_at = ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_need(&reader, insn->immediate_size);\n\tif (insn->why)\n\t\treturn -EINVAL;\n\tinsn->regs = ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_regs(&reader, leaf);\n\tinsn->control = (enum ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_control)leaf->control;\n\tinsn->length = reader.at;\n\treturn insn->length;\n}\n\n/* What is returned for a reason. */\nstatic inline int ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_error(enum ',
                str((undefined(name='x') if l_1_x is missing else l_1_x)),
                '_why why)\n{\n\tswitch (why) {\n\tcase ',
                str((undefined(name='m') if l_1_m is missing else l_1_m)),
                '_WHY_OK:\n\t\treturn 0;\n',
            ))
            for (l_2_errno, l_2_whys) in environment.getattr(l_1_view, 'errnos'):
                _loop_vars = {}
                pass
                for l_3_why in l_2_whys:
                    _loop_vars = {}
                    pass
                    t_5.extend((
                        '\tcase ',
                        str(l_3_why),
                        ':\n',
                    ))
                l_3_why = missing
                t_5.extend((
                    '\t\treturn -',
                    str(l_2_errno),
                    ';\n',
                ))
            l_2_errno = l_2_whys = missing
            t_5.append(
                '\tdefault:\n\t\treturn -EINVAL;\n\t}\n}\n#endif /* __ASSEMBLY__ */\n',
            )
            return concat(t_5)
        caller = Macro(environment, macro, None, ('view',), False, False, False, context.eval_ctx.autoescape)
        yield context.call((undefined(name='chain') if l_0_chain is missing else l_0_chain), (undefined(name='decoder') if l_0_decoder is missing else l_0_decoder), 'no decoder here', caller=caller)
        for (l_1_rewrite, l_1_branches) in (undefined(name='rewrites') if l_0_rewrites is missing else l_0_rewrites):
            l_1_documented = resolve('documented')
            _loop_vars = {}
            pass
            yield '\n'
            yield str(context.call((undefined(name='documented') if l_1_documented is missing else l_1_documented), environment.getattr(l_1_rewrite, 'name'), environment.getattr(l_1_rewrite, 'doc'), [], _loop_vars=_loop_vars))
            def macro(l_2_view):
                t_6 = []
                l_2_prototype = resolve('prototype')
                l_2_x = l_2_m = missing
                if l_2_view is missing:
                    l_2_view = undefined("parameter 'view' was not provided", name='view')
                pass
                (l_2_x, l_2_m) = (environment.getattr(l_2_view, 'x'), environment.getattr(l_2_view, 'macro'))
                t_6.extend((
                    '#ifndef __ASSEMBLY__\n/*\n * Write to @out, which has ',
                    str((undefined(name='m') if l_2_m is missing else l_2_m)),
                    "_MAX_INSN_SIZE bytes, the instruction that @code\n * begins with as it has to be for running elsewhere. Not more than @room bytes\n * are read. Returns its length; or with nothing written -EINVAL for what is no\n * known instruction, -EOPNOTSUPP for one that can't be moved",
                    str((',\n * -ERANGE if its operand is too far from @to' if (environment.getattr(l_2_view, 'action') == 'adjust') else cond_expr_undefined("the inline if-expression on line 421 in 'rewrites.h.j2' evaluated to false and no else section was defined."))),
                    '. @insn->why says why.\n',
                ))
                if (environment.getattr(l_2_view, 'action') == 'scratch'):
                    pass
                    t_6.extend((
                        ' *\n * @scratch becomes the number of the register that must hold the address behind\n * the original instruction while the copy runs, and what it held before after\n * that: ',
                        str(environment.getattr(l_2_view, 'names')),
                        ', the first that is free; -1 if none is needed.\n',
                    ))
                elif (environment.getattr(l_2_view, 'action') == 'adjust'):
                    pass
                    t_6.append(
                        ' *\n * The original is at @from; the copy will run at @to.\n',
                    )
                for l_3_line in environment.getattr(l_2_view, 'about'):
                    _loop_vars = {}
                    pass
                    t_6.extend((
                        ' * ',
                        str(t_1(l_3_line)),
                        '\n',
                    ))
                l_3_line = missing
                t_6.extend((
                    ' */\n',
                    str(context.call((undefined(name='prototype') if l_2_prototype is missing else l_2_prototype), str_join(('static inline int ', environment.getattr(l_1_rewrite, 'name'), '_rewrite', )), environment.getattr(l_2_view, 'arguments'))),
                    '\n{\n',
                ))
                if (environment.getattr(l_2_view, 'action') == 'scratch'):
                    pass
                    t_6.extend((
                        '\tstatic const u8 candidates[] = { ',
                        str(t_2(context.eval_ctx, environment.getattr(l_2_view, 'candidates'), ', ')),
                        ' };\n',
                    ))
                elif (environment.getattr(l_2_view, 'action') == 'adjust'):
                    pass
                    t_6.append(
                        '\tu64 displacement = 0;\n',
                    )
                t_6.extend((
                    '\tu8 length, i;\n\n\tif (',
                    str((undefined(name='x') if l_2_x is missing else l_2_x)),
                    '_decode(insn, code, room) < 0)\n\t\treturn -EINVAL;\n\tswitch (insn->control) {\n',
                ))
                for (l_3_control, l_3_why, l_3_relative_only) in environment.getattr(l_2_view, 'refusals'):
                    _loop_vars = {}
                    pass
                    t_6.extend((
                        '\tcase ',
                        str(l_3_control),
                        ':\n',
                    ))
                    if l_3_relative_only:
                        pass
                        t_6.extend((
                            '\t\tif (insn->rip_relative)\n\t\t\tinsn->why = ',
                            str(l_3_why),
                            ';\n',
                        ))
                    else:
                        pass
                        t_6.extend((
                            '\t\tinsn->why = ',
                            str(l_3_why),
                            ';\n',
                        ))
                    t_6.append(
                        '\t\tbreak;\n',
                    )
                l_3_control = l_3_why = l_3_relative_only = missing
                t_6.extend((
                    '\tdefault:\n\t\tbreak;\n\t}\n\tif (insn->why)\n\t\treturn ',
                    str((undefined(name='x') if l_2_x is missing else l_2_x)),
                    '_error(insn->why);\n',
                ))
                if (environment.getattr(l_2_view, 'action') == 'scratch'):
                    pass
                    t_6.extend((
                        '\t*scratch = -1;\n\tif (insn->rip_relative) {\n\t\tfor (i = 0; i < sizeof(candidates); i++)\n\t\t\tif (!(insn->regs >> candidates[i] & 1))\n\t\t\t\tbreak;\n\t\tif (i == sizeof(candidates)) {\n\t\t\tinsn->why = ',
                        str((undefined(name='m') if l_2_m is missing else l_2_m)),
                        '_WHY_SCRATCH;\n\t\t\treturn ',
                        str((undefined(name='x') if l_2_x is missing else l_2_x)),
                        '_error(insn->why);\n\t\t}\n\t\t*scratch = candidates[i];\n\t}\n',
                    ))
                elif (environment.getattr(l_2_view, 'action') == 'adjust'):
                    pass
                    t_6.extend((
                        '\tif (insn->rip_relative) {\n\t\tfor (i = 0; i < 4; i++)\n\t\t\tdisplacement |= (u64)code[insn->displacement_at + i] << 8 * i;\n\t\tdisplacement = (displacement ^ 0x80000000) - 0x80000000 + from - to;\n\t\tif (displacement + 0x80000000 > 0xffffffff) {\n\t\t\tinsn->why = ',
                        str((undefined(name='m') if l_2_m is missing else l_2_m)),
                        '_WHY_RANGE;\n\t\t\treturn ',
                        str((undefined(name='x') if l_2_x is missing else l_2_x)),
                        '_error(insn->why);\n\t\t}\n\t}\n',
                    ))
                elif environment.getattr(l_2_view, 'wide'):
                    pass
                    t_6.extend((
                        '\tif (insn->rip_relative) {\n\t\tinsn->why = ',
                        str((undefined(name='m') if l_2_m is missing else l_2_m)),
                        '_WHY_OPERAND;\n\t\treturn ',
                        str((undefined(name='x') if l_2_x is missing else l_2_x)),
                        '_error(insn->why);\n\t}\n',
                    ))
                t_6.append(
                    '\tlength = insn->length;\n\tfor (i = 0; i < length; i++)\n\t\tout[i] = code[i];\n',
                )
                if (environment.getattr(l_2_view, 'action') == 'scratch'):
                    pass
                    t_6.extend((
                        '\tif (*scratch < 0)\n\t\treturn length;\n\t/* mod 2, and no prefix that makes it r8 to r15: B, and X of EVEX, inverted there. */\n\tout[insn->modrm_at] = 0x80 | (insn->modrm & 0x38) | *scratch;\n\tif (insn->prefix_at == ',
                        str((undefined(name='m') if l_2_m is missing else l_2_m)),
                        '_NO_PREFIX)\n\t\treturn length;\n\tif (!insn->kind)\n\t\tout[insn->prefix_at] &= 0xfe;\n\telse if (out[insn->prefix_at] != 0xc5)\n\t\tout[insn->prefix_at + 1] |= 0x60;\n',
                    ))
                elif (environment.getattr(l_2_view, 'action') == 'adjust'):
                    pass
                    t_6.append(
                        '\tif (insn->rip_relative)\n\t\tfor (i = 0; i < 4; i++)\n\t\t\tout[insn->displacement_at + i] = displacement >> 8 * i;\n',
                    )
                t_6.append(
                    '\treturn length;\n}\n#endif /* __ASSEMBLY__ */\n',
                )
                return concat(t_6)
            caller = Macro(environment, macro, None, ('view',), False, False, False, context.eval_ctx.autoescape)
            yield context.call((undefined(name='chain') if l_0_chain is missing else l_0_chain), l_1_branches, str_join(('no ', environment.getattr(l_1_rewrite, 'name'), ' here', )), caller=caller, _loop_vars=_loop_vars)
        l_1_rewrite = l_1_branches = l_1_documented = missing

blocks = {}
debug_info = '2=33&3=44&4=49&5=54&9=64&16=67&17=74&18=75&20=78&21=81&22=86&23=88&27=94&28=97&29=102&30=104&34=110&35=114&42=116&43=118&44=120&63=122&64=124&77=127&78=132&80=138&81=143&84=151&91=153&98=155&99=157&100=159&102=161&103=163&104=168&105=173&106=176&107=181&113=191&115=197&120=199&124=203&125=205&129=209&136=213&138=217&144=219&147=223&149=226&170=234&171=239&177=246&179=250&185=255&187=259&191=261&195=265&199=267&203=269&205=271&207=276&214=288&218=290&220=294&228=296&232=298&236=300&238=302&243=305&245=309&246=311&251=318&252=320&253=322&255=327&264=334&269=336&271=338&273=340&275=342&277=344&279=346&280=349&285=361&287=363&288=366&290=370&297=377&299=379&302=381&304=383&306=385&311=387&313=389&314=391&316=393&320=397&322=399&323=401&332=405&340=407&342=411&343=415&347=417&350=419&352=421&353=423&357=425&358=429&359=432&361=436&363=438&365=445&367=447&371=449&375=454&379=456&381=458&382=460&384=462&387=464&388=466&394=468&397=472&399=475&400=478&401=483&403=489&16=498&411=499&413=504&414=505&415=512&418=515&421=517&422=520&426=524&427=527&431=532&432=537&435=543&437=546&438=550&439=553&444=560&447=563&448=568&449=571&451=575&453=582&461=591&462=594&469=598&470=600&474=603&480=607&481=609&484=612&486=616&487=618&493=624&498=628&504=631&414=641'
