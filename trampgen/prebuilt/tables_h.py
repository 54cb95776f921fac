SOURCE = "b8c8d5f34fea4bf7762b46bf17099afc13793c635bbb73ca803d461e24a58afa"
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
        t_1 = environment.filters['comment']
    except KeyError:
        @internalcode
        def t_1(*unused):
            raise TemplateRuntimeError("No filter named 'comment' found.")
    try:
        t_2 = environment.filters['format']
    except KeyError:
        @internalcode
        def t_2(*unused):
            raise TemplateRuntimeError("No filter named 'format' found.")
    try:
        t_3 = environment.filters['join']
    except KeyError:
        @internalcode
        def t_3(*unused):
            raise TemplateRuntimeError("No filter named 'join' found.")
    try:
        t_4 = environment.filters['length']
    except KeyError:
        @internalcode
        def t_4(*unused):
            raise TemplateRuntimeError("No filter named 'length' found.")
    try:
        t_5 = environment.filters['list']
    except KeyError:
        @internalcode
        def t_5(*unused):
            raise TemplateRuntimeError("No filter named 'list' found.")
    try:
        t_6 = environment.filters['map']
    except KeyError:
        @internalcode
        def t_6(*unused):
            raise TemplateRuntimeError("No filter named 'map' found.")
    try:
        t_7 = environment.filters['selectattr']
    except KeyError:
        @internalcode
        def t_7(*unused):
            raise TemplateRuntimeError("No filter named 'selectattr' found.")
    try:
        t_8 = environment.filters['sum']
    except KeyError:
        @internalcode
        def t_8(*unused):
            raise TemplateRuntimeError("No filter named 'sum' found.")
    pass
    def macro(l_1_lines):
        t_9 = []
        if l_1_lines is missing:
            l_1_lines = undefined("parameter 'lines' was not provided", name='lines')
        pass
        if (t_4(l_1_lines) == 1):
            pass
            t_9.extend((
                '/* ',
                str(t_1(environment.getitem(l_1_lines, 0))),
                ' */\n',
            ))
        else:
            pass
            t_9.append(
                '/*\n',
            )
            for l_2_line in l_1_lines:
                _loop_vars = {}
                pass
                t_9.extend((
                    str(context.call(environment.getattr(str_join((' * ', t_1(l_2_line), )), 'rstrip'), _loop_vars=_loop_vars)),
                    '\n',
                ))
            l_2_line = missing
            t_9.append(
                ' */\n',
            )
        return concat(t_9)
    context.exported_vars.add('said')
    context.vars['said'] = l_0_said = Macro(environment, macro, 'said', ('lines',), False, False, False, context.eval_ctx.autoescape)
    def macro(l_1_word):
        t_10 = []
        if l_1_word is missing:
            l_1_word = undefined("parameter 'word' was not provided", name='word')
        pass
        t_10.extend((
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
        return concat(t_10)
    context.exported_vars.add('bits')
    context.vars['bits'] = l_0_bits = Macro(environment, macro, 'bits', ('word',), False, False, False, context.eval_ctx.autoescape)
    def macro(l_1_predicates, l_1_type):
        t_11 = []
        if l_1_predicates is missing:
            l_1_predicates = undefined("parameter 'predicates' was not provided", name='predicates')
        if l_1_type is missing:
            l_1_type = 'u32'
        pass
        if l_1_predicates:
            pass
            t_11.append(
                '\n#ifndef __ASSEMBLY__\n',
            )
            l_2_loop = missing
            for l_2_predicate, l_2_loop in LoopContext(l_1_predicates, undefined):
                _loop_vars = {}
                pass
                t_11.extend((
                    str(context.call((undefined(name='said') if l_0_said is missing else l_0_said), environment.getattr(l_2_predicate, 'about'), _loop_vars=_loop_vars)),
                    'static inline bool ',
                    str(environment.getattr(l_2_predicate, 'name')),
                    '(',
                    str(l_1_type),
                    ' insn)\n{\n',
                ))
                if (environment.getitem(environment.getattr(l_2_predicate, 'terms'), 0) == 'false'):
                    pass
                    t_11.append(
                        '\t(void)insn;\n',
                    )
                t_11.extend((
                    '\treturn ',
                    str(t_3(context.eval_ctx, environment.getattr(l_2_predicate, 'terms'), str_join((' ', environment.getattr(l_2_predicate, 'operator'), '\n\t       ', )))),
                    ';\n}\n',
                ))
                if (not environment.getattr(l_2_loop, 'last')):
                    pass
                    t_11.append(
                        '\n',
                    )
            l_2_loop = l_2_predicate = missing
            t_11.append(
                '#endif /* __ASSEMBLY__ */\n',
            )
        return concat(t_11)
    context.exported_vars.add('functions')
    context.vars['functions'] = l_0_functions = Macro(environment, macro, 'functions', ('predicates', 'type'), False, False, False, context.eval_ctx.autoescape)
    def macro(l_1_table, l_1_view):
        t_12 = []
        if l_1_table is missing:
            l_1_table = undefined("parameter 'table' was not provided", name='table')
        if l_1_view is missing:
            l_1_view = undefined("parameter 'view' was not provided", name='view')
        pass
        l_2_loop = missing
        for l_2_entry, l_2_loop in LoopContext(environment.getattr(l_1_view, 'entries'), undefined):
            _loop_vars = {}
            pass
            t_12.extend((
                '#define ',
                str(environment.getattr(l_2_entry, 'macro')),
                ' ',
                str(environment.getattr(l_2_loop, 'index0')),
                '\n',
            ))
        l_2_loop = l_2_entry = missing
        t_12.extend((
            '#define ',
            str(environment.getattr(l_1_view, 'macro')),
            '_ROWS ',
            str(t_4(environment.getattr(l_1_view, 'entries'))),
            '\n',
        ))
        l_2_loop = missing
        for l_2_name, l_2_loop in LoopContext(environment.getattr(l_1_table, 'actions'), undefined):
            _loop_vars = {}
            pass
            t_12.extend((
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
            t_12.extend((
                '#define ',
                str(environment.getattr(l_1_view, 'macro')),
                '_IS_',
                str(context.call(environment.getattr(l_2_name, 'upper'), _loop_vars=_loop_vars)),
                ' ',
                str(t_2('%#x', (2 ** environment.getattr(l_2_loop, 'index0')))),
                '\n',
            ))
        l_2_loop = l_2_name = missing
        t_12.extend((
            '\n#ifndef __ASSEMBLY__\n/* The row of ',
            str(environment.getattr(l_1_table, 'name')),
            ' that a word is in, or -1. */\nstatic inline int ',
            str(environment.getattr(l_1_table, 'name')),
            '_decode(',
            str(environment.getattr(l_1_view, 'type')),
            ' insn)\n{\n\tstatic const struct {\n\t\t',
            str(environment.getattr(l_1_view, 'type')),
            ' mask, value;\n\t\tint row;\n\t} order[] = {\n',
        ))
        for l_2_one in environment.getattr(l_1_view, 'order'):
            _loop_vars = {}
            pass
            t_12.extend((
                '\t\t',
                str(l_2_one),
                ',\n',
            ))
        l_2_one = missing
        t_12.extend((
            '\t};\n\tsize_t i;\n\n\tfor (i = 0; i < ',
            str(t_4(environment.getattr(l_1_view, 'order'))),
            '; i++)\n\t\tif ((insn & order[i].mask) == order[i].value)\n\t\t\treturn order[i].row;\n\treturn -1;\n}\n\n/* Whether the row of a word is one of those from @first to @last. */\nstatic inline bool ',
            str(environment.getattr(l_1_table, 'name')),
            '_is(',
            str(environment.getattr(l_1_view, 'type')),
            ' insn, int first, int last)\n{\n\tint row = ',
            str(environment.getattr(l_1_table, 'name')),
            '_decode(insn);\n\n\treturn row >= first && row <= last;\n}\n',
        ))
        if environment.getattr(l_1_view, 'says'):
            pass
            t_12.extend((
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
                t_12.append(
                    '\tu32 classes;\n',
                )
            if environment.getattr(l_1_view, 'has_actions'):
                pass
                t_12.append(
                    '\tint action;\n',
                )
            if environment.getattr(l_1_view, 'arguments'):
                pass
                t_12.extend((
                    '\ts64 args[',
                    str(environment.getattr(l_1_view, 'arguments')),
                    '];\n',
                ))
            t_12.extend((
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
                t_12.extend((
                    '\t\t[',
                    str(environment.getattr(l_2_entry, 'macro')),
                    '] = {\n',
                ))
                for l_3_field in environment.getattr(l_2_entry, 'fields'):
                    _loop_vars = {}
                    pass
                    t_12.extend((
                        '\t\t\t',
                        str(l_3_field),
                        ',\n',
                    ))
                l_3_field = missing
                t_12.append(
                    '\t\t},\n',
                )
            l_2_entry = missing
            t_12.extend((
                '\t};\n\n\treturn row < 0 || row >= ',
                str(environment.getattr(l_1_view, 'macro')),
                '_ROWS ? NULL : &entries[row];\n}\n',
            ))
        if environment.getattr(l_1_view, 'requires'):
            pass
            t_12.extend((
                '\n/* Whether the fields of a word are what its row, by ',
                str(environment.getattr(l_1_table, 'name')),
                '_decode(), requires. */\nstatic inline bool ',
                str(environment.getattr(l_1_table, 'name')),
                '_allows(int row, ',
                str(environment.getattr(l_1_view, 'type')),
                ' insn)\n{\n\tswitch (row) {\n',
            ))
            def t_13(fiter):
                for l_2_entry in fiter:
                    if environment.getattr(l_2_entry, 'refused'):
                        yield l_2_entry
            l_2_loop = missing
            for l_2_entry, l_2_loop in LoopContext(t_13(environment.getattr(l_1_view, 'entries')), undefined):
                _loop_vars = {}
                pass
                t_12.extend((
                    '\tcase ',
                    str(environment.getattr(l_2_entry, 'macro')),
                    ':\n\t\treturn ',
                ))
                l_3_loop = missing
                for l_3_test, l_3_loop in LoopContext(environment.getattr(l_2_entry, 'refused'), undefined):
                    _loop_vars = {}
                    pass
                    t_12.extend((
                        '!(',
                        str(l_3_test),
                        ')',
                        str((' &&\n\t\t       ' if (not environment.getattr(l_3_loop, 'last')) else cond_expr_undefined("the inline if-expression on line 115 in 'tables.h.j2' evaluated to false and no else section was defined."))),
                    ))
                l_3_loop = l_3_test = missing
                t_12.append(
                    ';\n',
                )
            l_2_loop = l_2_entry = missing
            t_12.append(
                '\tdefault:\n\t\treturn row >= 0;\n\t}\n}\n',
            )
        t_12.append(
            '#endif /* __ASSEMBLY__ */\n',
        )
        return concat(t_12)
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
            t_14 = []
            if l_2_view is missing:
                l_2_view = undefined("parameter 'view' was not provided", name='view')
            pass
            for l_3_row in environment.getattr(l_2_view, 'rows'):
                _loop_vars = {}
                pass
                t_14.append(
                    str(context.call((undefined(name='bits') if l_0_bits is missing else l_0_bits), l_3_row, _loop_vars=_loop_vars)),
                )
            l_3_row = missing
            if environment.getattr(l_2_view, 'entries'):
                pass
                t_14.append(
                    str(context.call((undefined(name='looked_up') if l_0_looked_up is missing else l_0_looked_up), l_1_table, l_2_view)),
                )
            t_14.append(
                str(context.call((undefined(name='functions') if l_0_functions is missing else l_0_functions), environment.getattr(l_2_view, 'predicates'), environment.getattr(l_2_view, 'type'))),
            )
            return concat(t_14)
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
            t_15 = []
            if l_2_view is missing:
                l_2_view = undefined("parameter 'view' was not provided", name='view')
            pass
            t_15.extend((
                '#define ',
                str(environment.getattr(l_2_view, 'macro')),
                '_INSN ',
                str(environment.getattr(l_2_view, 'word')),
                '\t/* ',
                str(t_1(environment.getattr(l_2_view, 'asm'))),
                ' */\n#define ',
                str(environment.getattr(l_2_view, 'macro')),
                '_INSN_SIZE ',
                str(environment.getattr(l_2_view, 'size')),
                '\n',
                str(context.call((undefined(name='functions') if l_0_functions is missing else l_0_functions), environment.getattr(l_2_view, 'predicates'))),
            ))
            return concat(t_15)
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
            t_16 = []
            if l_2_view is missing:
                l_2_view = undefined("parameter 'view' was not provided", name='view')
            pass
            t_16.extend((
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
            for l_3_word in t_8(environment, t_6(context, environment.getattr(l_2_view, 'states'), attribute='words'), start=()):
                _loop_vars = {}
                pass
                t_16.append(
                    str(context.call((undefined(name='bits') if l_0_bits is missing else l_0_bits), l_3_word, _loop_vars=_loop_vars)),
                )
            l_3_word = missing
            t_16.append(
                '\n#ifndef __ASSEMBLY__\n',
            )
            l_3_loop = missing
            for l_3_state, l_3_loop in LoopContext(environment.getattr(l_2_view, 'states'), undefined):
                _loop_vars = {}
                pass
                t_16.extend((
                    str(context.call((undefined(name='said') if l_0_said is missing else l_0_said), environment.getattr(l_3_state, 'about'), _loop_vars=_loop_vars)),
                    'static inline bool ',
                    str(environment.getattr(l_3_state, 'name')),
                    '_match(const u32 *insns)\n{\n\treturn ',
                    str(t_3(context.eval_ctx, environment.getattr(l_3_state, 'tests'), ' &&\n\t       ')),
                    ';\n}\n',
                ))
                for l_4_field in environment.getattr(l_3_state, 'fields'):
                    _loop_vars = {}
                    pass
                    t_16.extend((
                        '\n/* What @',
                        str(environment.getattr(l_4_field, 'name')),
                        ' is in words that match',
                        str(('; @ip is the address of word 0' if environment.getattr(l_4_field, 'pc_relative') else cond_expr_undefined("the inline if-expression on line 166 in 'tables.h.j2' evaluated to false and no else section was defined."))),
                        '. */\nstatic inline ',
                        str(environment.getattr(l_4_field, 'returned')),
                        ' ',
                        str(environment.getattr(l_3_state, 'name')),
                        '_get_',
                        str(environment.getattr(l_4_field, 'name')),
                        '(const u32 *insns',
                        str((', unsigned long ip' if environment.getattr(l_4_field, 'pc_relative') else cond_expr_undefined("the inline if-expression on line 167 in 'tables.h.j2' evaluated to false and no else section was defined."))),
                        ')\n{\n',
                    ))
                    for l_5_line in environment.getattr(l_4_field, 'fetched'):
                        _loop_vars = {}
                        pass
                        t_16.extend((
                            str(context.call(environment.getattr(str_join(('\t', l_5_line, )), 'rstrip'), _loop_vars=_loop_vars)),
                            '\n',
                        ))
                    l_5_line = missing
                    t_16.append(
                        '}\n',
                    )
                l_4_field = missing
                if ((not environment.getattr(l_3_loop, 'last')) or environment.getattr(l_2_view, 'rules')):
                    pass
                    t_16.append(
                        '\n',
                    )
            l_3_loop = l_3_state = missing
            if environment.getattr(l_2_view, 'rules'):
                pass
                t_16.append(
                    '/*\n * Whether word @word may become a nop, in the state that the site is in. Never:\n',
                )
                for l_3_line in environment.getattr(l_2_view, 'rules'):
                    _loop_vars = {}
                    pass
                    t_16.extend((
                        ' *   ',
                        str(t_1(l_3_line)),
                        '\n',
                    ))
                l_3_line = missing
                t_16.extend((
                    ' */\nstatic inline bool ',
                    str(environment.getattr(l_2_view, 'name')),
                    '_may_nop(const u32 *insns, int word)\n{\n',
                ))
                for l_3_state in environment.getattr(l_2_view, 'states'):
                    _loop_vars = {}
                    pass
                    t_16.extend((
                        '\tif (',
                        str(environment.getattr(l_3_state, 'name')),
                        '_match(insns))\n\t\treturn ',
                    ))
                    if environment.getattr(l_3_state, 'allowed'):
                        pass
                        t_16.extend((
                            'word == ',
                            str(t_3(context.eval_ctx, environment.getattr(l_3_state, 'allowed'), ' || word == ')),
                        ))
                    else:
                        pass
                        t_16.append(
                            'false',
                        )
                    t_16.append(
                        ';\n',
                    )
                l_3_state = missing
                if (t_4(t_5(context.eval_ctx, t_7(context, environment.getattr(l_2_view, 'states'), 'allowed'))) == 0):
                    pass
                    t_16.append(
                        '\t(void)word;\n',
                    )
                t_16.append(
                    '\treturn false;\n}\n',
                )
            t_16.append(
                '#endif /* __ASSEMBLY__ */\n',
            )
            return concat(t_16)
        caller = Macro(environment, macro, None, ('view',), False, False, False, context.eval_ctx.autoescape)
        yield context.call((undefined(name='chain') if l_1_chain is missing else l_1_chain), l_1_branches, str_join(('no ', environment.getattr(l_1_site, 'name'), ' here', )), caller=caller, _loop_vars=_loop_vars)
    l_1_loop = l_1_site = l_1_branches = l_1_documented = l_1_chain = missing

blocks = {}
debug_info = '2=63&3=68&4=72&7=80&8=84&13=94&14=100&15=102&16=106&18=114&19=121&22=127&23=131&24=133&26=138&29=145&31=148&38=160&39=168&40=173&42=181&43=187&44=192&46=201&47=206&51=216&52=218&55=222&58=225&59=230&64=236&71=238&73=242&77=245&79=249&80=255&81=258&84=263&87=268&88=272&92=277&94=281&95=284&96=289&97=292&98=297&104=307&107=310&109=314&110=316&113=321&114=331&115=335&124=358&126=364&127=365&128=370&129=374&131=377&132=380&134=383&127=387&137=389&139=395&140=396&141=403&142=409&143=413&140=417&146=419&147=426&149=432&150=433&151=440&152=444&153=449&154=453&158=460&159=464&160=466&162=468&164=471&166=476&167=480&169=489&170=493&174=501&178=507&181=512&182=517&185=523&187=526&188=531&189=534&191=549&150=562'
