SOURCE = "2d94290a66b63de7b9315df213060ec145b73f91b8562f27a19051a4e2c17b0e"
JINJA2 = "3.1.6"
from jinja2.runtime import LoopContext, Macro, Markup, Namespace, TemplateNotFound, TemplateReference, TemplateRuntimeError, Undefined, escape, identity, internalcode, markup_join, missing, str_join
name = 'tables.h.j2'

def root(context, missing=missing):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    l_0_tables = resolve('tables')
    l_0_breakpoints = resolve('breakpoints')
    l_0_callsites = resolve('callsites')
    l_0_said = l_0_bits = l_0_functions = l_0_looked_up = missing
    try:
        t_1 = environment.filters['batch']
    except KeyError:
        @internalcode
        def t_1(*unused):
            raise TemplateRuntimeError("No filter named 'batch' found.")
    try:
        t_2 = environment.filters['comment']
    except KeyError:
        @internalcode
        def t_2(*unused):
            raise TemplateRuntimeError("No filter named 'comment' found.")
    try:
        t_3 = environment.filters['format']
    except KeyError:
        @internalcode
        def t_3(*unused):
            raise TemplateRuntimeError("No filter named 'format' found.")
    try:
        t_4 = environment.filters['join']
    except KeyError:
        @internalcode
        def t_4(*unused):
            raise TemplateRuntimeError("No filter named 'join' found.")
    try:
        t_5 = environment.filters['length']
    except KeyError:
        @internalcode
        def t_5(*unused):
            raise TemplateRuntimeError("No filter named 'length' found.")
    try:
        t_6 = environment.filters['list']
    except KeyError:
        @internalcode
        def t_6(*unused):
            raise TemplateRuntimeError("No filter named 'list' found.")
    try:
        t_7 = environment.filters['map']
    except KeyError:
        @internalcode
        def t_7(*unused):
            raise TemplateRuntimeError("No filter named 'map' found.")
    try:
        t_8 = environment.filters['selectattr']
    except KeyError:
        @internalcode
        def t_8(*unused):
            raise TemplateRuntimeError("No filter named 'selectattr' found.")
    try:
        t_9 = environment.filters['sum']
    except KeyError:
        @internalcode
        def t_9(*unused):
            raise TemplateRuntimeError("No filter named 'sum' found.")
    pass
    def macro(l_1_lines):
        t_10 = []
        if l_1_lines is missing:
            l_1_lines = undefined("parameter 'lines' was not provided", name='lines')
        pass
        if (t_5(l_1_lines) == 1):
            pass
            t_10.extend((
                '/* ',
                str(t_2(environment.getitem(l_1_lines, 0))),
                ' */\n',
            ))
        else:
            pass
            t_10.append(
                '/*\n',
            )
            for l_2_line in l_1_lines:
                _loop_vars = {}
                pass
                t_10.extend((
                    str(context.call(environment.getattr(str_join((' * ', t_2(l_2_line), )), 'rstrip'), _loop_vars=_loop_vars)),
                    '\n',
                ))
            l_2_line = missing
            t_10.append(
                ' */\n',
            )
        return concat(t_10)
    context.exported_vars.add('said')
    context.vars['said'] = l_0_said = Macro(environment, macro, 'said', ('lines',), False, False, False, context.eval_ctx.autoescape)
    def macro(l_1_word):
        t_11 = []
        if l_1_word is missing:
            l_1_word = undefined("parameter 'word' was not provided", name='word')
        pass
        t_11.extend((
            str(context.call((undefined(name='said') if l_0_said is missing else l_0_said), environment.getattr(l_1_word, 'about'))),
            '#define ',
            str(environment.getattr(l_1_word, 'macro')),
            '_MASK ',
            str(environment.getattr(l_1_word, 'mask')),
            '\n#define ',
            str(environment.getattr(l_1_word, 'macro')),
            '_VALUE ',
            str(environment.getattr(l_1_word, 'value')),
            '\n',
        ))
        return concat(t_11)
    context.exported_vars.add('bits')
    context.vars['bits'] = l_0_bits = Macro(environment, macro, 'bits', ('word',), False, False, False, context.eval_ctx.autoescape)
    def macro(l_1_predicates, l_1_type):
        t_12 = []
        if l_1_predicates is missing:
            l_1_predicates = undefined("parameter 'predicates' was not provided", name='predicates')
        if l_1_type is missing:
            l_1_type = 'u32'
        pass
        if l_1_predicates:
            pass
            t_12.append(
                '\n#ifndef __ASSEMBLY__\n',
            )
            l_2_loop = missing
            for l_2_predicate, l_2_loop in LoopContext(l_1_predicates, undefined):
                _loop_vars = {}
                pass
                t_12.extend((
                    str(context.call((undefined(name='said') if l_0_said is missing else l_0_said), environment.getattr(l_2_predicate, 'about'), _loop_vars=_loop_vars)),
                    'static inline bool ',
                    str(environment.getattr(l_2_predicate, 'name')),
                    '(',
                    str(l_1_type),
                    ' insn)\n{\n',
                ))
                if (environment.getitem(environment.getattr(l_2_predicate, 'terms'), 0) == 'false'):
                    pass
                    t_12.append(
                        '\t(void)insn;\n',
                    )
                t_12.extend((
                    '\treturn ',
                    str(t_4(context.eval_ctx, environment.getattr(l_2_predicate, 'terms'), str_join((' ', environment.getattr(l_2_predicate, 'operator'), '\n\t       ', )))),
                    ';\n}\n',
                ))
                if (not environment.getattr(l_2_loop, 'last')):
                    pass
                    t_12.append(
                        '\n',
                    )
            l_2_loop = l_2_predicate = missing
            t_12.append(
                '#endif /* __ASSEMBLY__ */\n',
            )
        return concat(t_12)
    context.exported_vars.add('functions')
    context.vars['functions'] = l_0_functions = Macro(environment, macro, 'functions', ('predicates', 'type'), False, False, False, context.eval_ctx.autoescape)
    def macro(l_1_table, l_1_view):
        t_13 = []
        if l_1_table is missing:
            l_1_table = undefined("parameter 'table' was not provided", name='table')
        if l_1_view is missing:
            l_1_view = undefined("parameter 'view' was not provided", name='view')
        pass
        l_2_loop = missing
        for l_2_name, l_2_loop in LoopContext(environment.getattr(l_1_table, 'actions'), undefined):
            _loop_vars = {}
            pass
            t_13.extend((
                '#define ',
                str(environment.getattr(l_1_view, 'macro')),
                '_DO_',
                str(context.call(environment.getattr(l_2_name, 'upper'), _loop_vars=_loop_vars)),
                ' ',
                str(environment.getattr(l_2_loop, 'index')),
                '\n',
            ))
        l_2_loop = l_2_name = missing
        l_2_loop = missing
        for l_2_name, l_2_loop in LoopContext(environment.getattr(l_1_table, 'classes'), undefined):
            _loop_vars = {}
            pass
            t_13.extend((
                '#define ',
                str(environment.getattr(l_1_view, 'macro')),
                '_IS_',
                str(context.call(environment.getattr(l_2_name, 'upper'), _loop_vars=_loop_vars)),
                ' ',
                str(t_3('%#x', (2 ** environment.getattr(l_2_loop, 'index0')))),
                '\n',
            ))
        l_2_loop = l_2_name = missing
        t_13.append(
            '\n#ifndef __ASSEMBLY__\n',
        )
        if environment.getattr(l_1_view, 'places'):
            pass
            t_13.extend((
                '/* The rows of ',
                str(environment.getattr(l_1_table, 'name')),
                ' by number. */\nenum ',
                str(environment.getattr(l_1_table, 'name')),
                '_row {\n\t',
                str(environment.getattr(l_1_view, 'macro')),
                '_NONE = -1,\n',
            ))
            for l_2_entry in environment.getattr(l_1_view, 'entries'):
                _loop_vars = {}
                pass
                t_13.extend((
                    '\t',
                    str(environment.getattr(l_2_entry, 'macro')),
                    ',\n',
                ))
            l_2_entry = missing
            t_13.extend((
                '\t',
                str(environment.getattr(l_1_view, 'macro')),
                '_ROWS\n};\n\n',
            ))
        t_13.extend((
            str(environment.getattr(l_1_view, 'decoder')),
            '\n',
        ))
        if environment.getattr(l_1_view, 'places'):
            pass
            t_13.extend((
                '\n/* The row of a word, or ',
                str(environment.getattr(l_1_view, 'macro')),
                '_NONE. */\nstatic inline int ',
                str(environment.getattr(l_1_table, 'name')),
                '_decode(',
                str(environment.getattr(l_1_view, 'type')),
                ' insn)\n{\n\tstatic const s16 rows[] = {\n',
            ))
            for l_2_line in t_1(environment.getattr(l_1_view, 'places'), 12):
                _loop_vars = {}
                pass
                t_13.extend((
                    '\t\t',
                    str(t_4(context.eval_ctx, l_2_line, ', ')),
                    ',\n',
                ))
            l_2_line = missing
            t_13.extend((
                '\t};\n\tint place = ',
                str(environment.getattr(l_1_table, 'name')),
                '_place_decode(insn);\n\n\treturn place < 0 ? ',
                str(environment.getattr(l_1_view, 'macro')),
                '_NONE : rows[place];\n}\n',
            ))
        t_13.extend((
            '\n/* Whether the row of a word is one of those from @first to @last. */\nstatic inline bool ',
            str(environment.getattr(l_1_table, 'name')),
            '_is(',
            str(environment.getattr(l_1_view, 'type')),
            ' insn, int first, int last)\n{\n\tint row = ',
            str(environment.getattr(l_1_table, 'name')),
            '_decode(insn);\n\n\treturn row >= first && row <= last;\n}\n',
        ))
        if environment.getattr(l_1_view, 'says'):
            pass
            t_13.extend((
                '\n/* What ',
                str(environment.getattr(l_1_table, 'name')),
                ' says of a row: one of ',
                str(environment.getattr(l_1_view, 'macro')),
                '_DO_* or 0, and ',
                str(environment.getattr(l_1_view, 'macro')),
                '_IS_*. */\nstruct ',
                str(environment.getattr(l_1_table, 'name')),
                '_entry {\n',
            ))
            if environment.getattr(l_1_view, 'has_classes'):
                pass
                t_13.append(
                    '\tu32 classes;\n',
                )
            if environment.getattr(l_1_view, 'has_actions'):
                pass
                t_13.append(
                    '\tint action;\n',
                )
            if environment.getattr(l_1_view, 'arguments'):
                pass
                t_13.extend((
                    '\ts64 args[',
                    str(environment.getattr(l_1_view, 'arguments')),
                    '];\n',
                ))
            t_13.extend((
                '};\n\nstatic inline const struct ',
                str(environment.getattr(l_1_table, 'name')),
                '_entry *',
                str(environment.getattr(l_1_table, 'name')),
                '_entry(int row)\n{\n\tstatic const struct ',
                str(environment.getattr(l_1_table, 'name')),
                '_entry entries[] = {\n',
            ))
            for l_2_entry in environment.getattr(l_1_view, 'entries'):
                _loop_vars = {}
                pass
                t_13.extend((
                    '\t\t[',
                    str(environment.getattr(l_2_entry, 'macro')),
                    '] = {\n',
                ))
                for l_3_field in environment.getattr(l_2_entry, 'fields'):
                    _loop_vars = {}
                    pass
                    t_13.extend((
                        '\t\t\t',
                        str(l_3_field),
                        ',\n',
                    ))
                l_3_field = missing
                t_13.append(
                    '\t\t},\n',
                )
            l_2_entry = missing
            t_13.extend((
                '\t};\n\n\treturn row < 0 || row >= ',
                str(environment.getattr(l_1_view, 'macro')),
                '_ROWS ? NULL : &entries[row];\n}\n',
            ))
        if environment.getattr(l_1_view, 'requires'):
            pass
            t_13.extend((
                '\n/* Whether the fields of a word are what its row, by ',
                str(environment.getattr(l_1_table, 'name')),
                '_decode(), requires. */\nstatic inline bool ',
                str(environment.getattr(l_1_table, 'name')),
                '_allows(int row, ',
                str(environment.getattr(l_1_view, 'type')),
                ' insn)\n{\n\tswitch (row) {\n',
            ))
            def t_14(fiter):
                for l_2_entry in fiter:
                    if environment.getattr(l_2_entry, 'refused'):
                        yield l_2_entry
            l_2_loop = missing
            for l_2_entry, l_2_loop in LoopContext(t_14(environment.getattr(l_1_view, 'entries')), undefined):
                _loop_vars = {}
                pass
                t_13.extend((
                    '\tcase ',
                    str(environment.getattr(l_2_entry, 'macro')),
                    ':\n\t\treturn ',
                ))
                l_3_loop = missing
                for l_3_test, l_3_loop in LoopContext(environment.getattr(l_2_entry, 'refused'), undefined):
                    _loop_vars = {}
                    pass
                    t_13.extend((
                        '!(',
                        str(l_3_test),
                        ')',
                        str((' &&\n\t\t       ' if (not environment.getattr(l_3_loop, 'last')) else cond_expr_undefined("the inline if-expression on line 120 in 'tables.h.j2' evaluated to false and no else section was defined."))),
                    ))
                l_3_loop = l_3_test = missing
                t_13.append(
                    ';\n',
                )
            l_2_loop = l_2_entry = missing
            t_13.append(
                '\tdefault:\n\t\treturn row >= 0;\n\t}\n}\n',
            )
        t_13.append(
            '#endif /* __ASSEMBLY__ */\n',
        )
        return concat(t_13)
    context.exported_vars.add('looked_up')
    context.vars['looked_up'] = l_0_looked_up = Macro(environment, macro, 'looked_up', ('table', 'view'), False, False, False, context.eval_ctx.autoescape)
    for (l_1_table, l_1_branches) in (undefined(name='tables') if l_0_tables is missing else l_0_tables):
        l_1_documented = resolve('documented')
        l_1_chain = resolve('chain')
        _loop_vars = {}
        pass
        yield '\n'
        yield str(context.call((undefined(name='documented') if l_1_documented is missing else l_1_documented), environment.getattr(l_1_table, 'name'), environment.getattr(l_1_table, 'doc'), [], _loop_vars=_loop_vars))
        def macro(l_2_view):
            t_15 = []
            if l_2_view is missing:
                l_2_view = undefined("parameter 'view' was not provided", name='view')
            pass
            for l_3_row in environment.getattr(l_2_view, 'rows'):
                _loop_vars = {}
                pass
                t_15.append(
                    str(context.call((undefined(name='bits') if l_0_bits is missing else l_0_bits), l_3_row, _loop_vars=_loop_vars)),
                )
            l_3_row = missing
            if environment.getattr(l_2_view, 'entries'):
                pass
                t_15.append(
                    str(context.call((undefined(name='looked_up') if l_0_looked_up is missing else l_0_looked_up), l_1_table, l_2_view)),
                )
            t_15.append(
                str(context.call((undefined(name='functions') if l_0_functions is missing else l_0_functions), environment.getattr(l_2_view, 'predicates'), environment.getattr(l_2_view, 'type'))),
            )
            return concat(t_15)
        caller = Macro(environment, macro, None, ('view',), False, False, False, context.eval_ctx.autoescape)
        yield context.call((undefined(name='chain') if l_1_chain is missing else l_1_chain), l_1_branches, str_join(('no ', environment.getattr(l_1_table, 'name'), ' here', )), caller=caller, _loop_vars=_loop_vars)
    l_1_table = l_1_branches = l_1_documented = l_1_chain = missing
    for (l_1_breakpoint, l_1_branches) in (undefined(name='breakpoints') if l_0_breakpoints is missing else l_0_breakpoints):
        l_1_documented = resolve('documented')
        l_1_chain = resolve('chain')
        _loop_vars = {}
        pass
        yield '\n'
        yield str(context.call((undefined(name='documented') if l_1_documented is missing else l_1_documented), environment.getattr(l_1_breakpoint, 'name'), environment.getattr(l_1_breakpoint, 'doc'), [], _loop_vars=_loop_vars))
        def macro(l_2_view):
            t_16 = []
            if l_2_view is missing:
                l_2_view = undefined("parameter 'view' was not provided", name='view')
            pass
            t_16.extend((
                '#define ',
                str(environment.getattr(l_2_view, 'macro')),
                '_INSN ',
                str(environment.getattr(l_2_view, 'word')),
                '\t/* ',
                str(t_2(environment.getattr(l_2_view, 'asm'))),
                ' */\n#define ',
                str(environment.getattr(l_2_view, 'macro')),
                '_INSN_SIZE ',
                str(environment.getattr(l_2_view, 'size')),
                '\n',
                str(context.call((undefined(name='functions') if l_0_functions is missing else l_0_functions), environment.getattr(l_2_view, 'predicates'))),
            ))
            return concat(t_16)
        caller = Macro(environment, macro, None, ('view',), False, False, False, context.eval_ctx.autoescape)
        yield context.call((undefined(name='chain') if l_1_chain is missing else l_1_chain), l_1_branches, str_join(('no ', environment.getattr(l_1_breakpoint, 'name'), ' here', )), caller=caller, _loop_vars=_loop_vars)
    l_1_breakpoint = l_1_branches = l_1_documented = l_1_chain = missing
    template = environment.get_template('slots.h.j2', 'tables.h.j2')
    gen = template.root_render_func(template.new_context(context.get_all(), True, {'bits': l_0_bits, 'functions': l_0_functions, 'looked_up': l_0_looked_up, 'said': l_0_said}))
    try:
        for event in gen:
            yield event
    finally: gen.close()
    l_1_loop = missing
    for (l_1_site, l_1_branches), l_1_loop in LoopContext((undefined(name='callsites') if l_0_callsites is missing else l_0_callsites), undefined):
        l_1_documented = resolve('documented')
        l_1_chain = resolve('chain')
        _loop_vars = {}
        pass
        yield '\n'
        yield str(context.call((undefined(name='documented') if l_1_documented is missing else l_1_documented), environment.getattr(l_1_site, 'name'), environment.getattr(l_1_site, 'doc'), [], _loop_vars=_loop_vars))
        def macro(l_2_view):
            t_17 = []
            if l_2_view is missing:
                l_2_view = undefined("parameter 'view' was not provided", name='view')
            pass
            t_17.extend((
                '#define ',
                str(environment.getattr(l_2_view, 'macro')),
                '_FIRST_WORD ',
                str(environment.getattr(l_2_view, 'first')),
                '\n#define ',
                str(environment.getattr(l_2_view, 'macro')),
                '_LAST_WORD ',
                str(environment.getattr(l_2_view, 'last')),
                '\n',
            ))
            for l_3_word in t_9(environment, t_7(context, environment.getattr(l_2_view, 'states'), attribute='words'), start=()):
                _loop_vars = {}
                pass
                t_17.append(
                    str(context.call((undefined(name='bits') if l_0_bits is missing else l_0_bits), l_3_word, _loop_vars=_loop_vars)),
                )
            l_3_word = missing
            t_17.append(
                '\n#ifndef __ASSEMBLY__\n',
            )
            l_3_loop = missing
            for l_3_state, l_3_loop in LoopContext(environment.getattr(l_2_view, 'states'), undefined):
                _loop_vars = {}
                pass
                t_17.extend((
                    str(context.call((undefined(name='said') if l_0_said is missing else l_0_said), environment.getattr(l_3_state, 'about'), _loop_vars=_loop_vars)),
                    'static inline bool ',
                    str(environment.getattr(l_3_state, 'name')),
                    '_match(const u32 *insns)\n{\n\treturn ',
                    str(t_4(context.eval_ctx, environment.getattr(l_3_state, 'tests'), ' &&\n\t       ')),
                    ';\n}\n',
                ))
                for l_4_field in environment.getattr(l_3_state, 'fields'):
                    _loop_vars = {}
                    pass
                    t_17.extend((
                        '\n/* What @',
                        str(environment.getattr(l_4_field, 'name')),
                        ' is in words that match',
                        str(('; @ip is the address of word 0' if environment.getattr(l_4_field, 'pc_relative') else cond_expr_undefined("the inline if-expression on line 171 in 'tables.h.j2' evaluated to false and no else section was defined."))),
                        '. */\nstatic inline ',
                        str(environment.getattr(l_4_field, 'returned')),
                        ' ',
                        str(environment.getattr(l_3_state, 'name')),
                        '_get_',
                        str(environment.getattr(l_4_field, 'name')),
                        '(const u32 *insns',
                        str((', unsigned long ip' if environment.getattr(l_4_field, 'pc_relative') else cond_expr_undefined("the inline if-expression on line 172 in 'tables.h.j2' evaluated to false and no else section was defined."))),
                        ')\n{\n',
                    ))
                    for l_5_line in environment.getattr(l_4_field, 'fetched'):
                        _loop_vars = {}
                        pass
                        t_17.extend((
                            str(context.call(environment.getattr(str_join(('\t', l_5_line, )), 'rstrip'), _loop_vars=_loop_vars)),
                            '\n',
                        ))
                    l_5_line = missing
                    t_17.append(
                        '}\n',
                    )
                l_4_field = missing
                if ((not environment.getattr(l_3_loop, 'last')) or environment.getattr(l_2_view, 'rules')):
                    pass
                    t_17.append(
                        '\n',
                    )
            l_3_loop = l_3_state = missing
            if environment.getattr(l_2_view, 'rules'):
                pass
                t_17.append(
                    '/*\n * Whether word @word may become a nop, in the state that the site is in. Never:\n',
                )
                for l_3_line in environment.getattr(l_2_view, 'rules'):
                    _loop_vars = {}
                    pass
                    t_17.extend((
                        ' *   ',
                        str(t_2(l_3_line)),
                        '\n',
                    ))
                l_3_line = missing
                t_17.extend((
                    ' */\nstatic inline bool ',
                    str(environment.getattr(l_2_view, 'name')),
                    '_may_nop(const u32 *insns, int word)\n{\n',
                ))
                for l_3_state in environment.getattr(l_2_view, 'states'):
                    _loop_vars = {}
                    pass
                    t_17.extend((
                        '\tif (',
                        str(environment.getattr(l_3_state, 'name')),
                        '_match(insns))\n\t\treturn ',
                    ))
                    if environment.getattr(l_3_state, 'allowed'):
                        pass
                        t_17.extend((
                            'word == ',
                            str(t_4(context.eval_ctx, environment.getattr(l_3_state, 'allowed'), ' || word == ')),
                        ))
                    else:
                        pass
                        t_17.append(
                            'false',
                        )
                    t_17.append(
                        ';\n',
                    )
                l_3_state = missing
                if (t_5(t_6(context.eval_ctx, t_8(context, environment.getattr(l_2_view, 'states'), 'allowed'))) == 0):
                    pass
                    t_17.append(
                        '\t(void)word;\n',
                    )
                t_17.append(
                    '\treturn false;\n}\n',
                )
            t_17.append(
                '#endif /* __ASSEMBLY__ */\n',
            )
            return concat(t_17)
        caller = Macro(environment, macro, None, ('view',), False, False, False, context.eval_ctx.autoescape)
        yield context.call((undefined(name='chain') if l_1_chain is missing else l_1_chain), l_1_branches, str_join(('no ', environment.getattr(l_1_site, 'name'), ' here', )), caller=caller, _loop_vars=_loop_vars)
    l_1_loop = l_1_site = l_1_branches = l_1_documented = l_1_chain = missing

blocks = {}
debug_info = '2=69&3=74&4=78&7=86&8=90&13=100&14=106&15=108&16=112&18=120&19=127&22=133&23=137&24=139&26=144&29=151&31=154&38=166&39=174&40=179&42=188&43=193&47=204&48=208&49=210&50=212&51=215&52=220&54=226&58=230&59=233&61=237&62=239&65=244&66=249&69=255&71=257&76=262&78=266&82=269&84=273&85=279&86=282&89=287&92=292&93=296&97=301&99=305&100=308&101=313&102=316&103=321&109=331&112=334&114=338&115=340&118=345&119=355&120=359&129=382&131=388&132=389&133=394&134=398&136=401&137=404&139=407&132=411&142=413&144=419&145=420&146=427&147=433&148=437&145=441&151=443&152=450&154=456&155=457&156=464&157=468&158=473&159=477&163=484&164=488&165=490&167=492&169=495&171=500&172=504&174=513&175=517&179=525&183=531&186=536&187=541&190=547&192=550&193=555&194=558&196=573&155=586'
