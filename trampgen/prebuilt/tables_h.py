SOURCE = "a195a2a0eaab0d0b79786b650425ecc6f77bc57aa62857212184780c93e38ddb"
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
    l_0_said = l_0_bits = l_0_functions = missing
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
    try:
        t_4 = environment.filters['list']
    except KeyError:
        @internalcode
        def t_4(*unused):
            raise TemplateRuntimeError("No filter named 'list' found.")
    try:
        t_5 = environment.filters['map']
    except KeyError:
        @internalcode
        def t_5(*unused):
            raise TemplateRuntimeError("No filter named 'map' found.")
    try:
        t_6 = environment.filters['selectattr']
    except KeyError:
        @internalcode
        def t_6(*unused):
            raise TemplateRuntimeError("No filter named 'selectattr' found.")
    try:
        t_7 = environment.filters['sum']
    except KeyError:
        @internalcode
        def t_7(*unused):
            raise TemplateRuntimeError("No filter named 'sum' found.")
    pass
    def macro(l_1_lines):
        t_8 = []
        if l_1_lines is missing:
            l_1_lines = undefined("parameter 'lines' was not provided", name='lines')
        pass
        if (t_3(l_1_lines) == 1):
            pass
            t_8.extend((
                '/* ',
                str(t_1(environment.getitem(l_1_lines, 0))),
                ' */\n',
            ))
        else:
            pass
            t_8.append(
                '/*\n',
            )
            for l_2_line in l_1_lines:
                _loop_vars = {}
                pass
                t_8.extend((
                    str(context.call(environment.getattr(str_join((' * ', t_1(l_2_line), )), 'rstrip'), _loop_vars=_loop_vars)),
                    '\n',
                ))
            l_2_line = missing
            t_8.append(
                ' */\n',
            )
        return concat(t_8)
    context.exported_vars.add('said')
    context.vars['said'] = l_0_said = Macro(environment, macro, 'said', ('lines',), False, False, False, context.eval_ctx.autoescape)
    def macro(l_1_word):
        t_9 = []
        if l_1_word is missing:
            l_1_word = undefined("parameter 'word' was not provided", name='word')
        pass
        t_9.extend((
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
        return concat(t_9)
    context.exported_vars.add('bits')
    context.vars['bits'] = l_0_bits = Macro(environment, macro, 'bits', ('word',), False, False, False, context.eval_ctx.autoescape)
    def macro(l_1_predicates):
        t_10 = []
        if l_1_predicates is missing:
            l_1_predicates = undefined("parameter 'predicates' was not provided", name='predicates')
        pass
        if l_1_predicates:
            pass
            t_10.append(
                '\n#ifndef __ASSEMBLY__\n',
            )
            l_2_loop = missing
            for l_2_predicate, l_2_loop in LoopContext(l_1_predicates, undefined):
                _loop_vars = {}
                pass
                t_10.extend((
                    str(context.call((undefined(name='said') if l_0_said is missing else l_0_said), environment.getattr(l_2_predicate, 'about'), _loop_vars=_loop_vars)),
                    'static inline bool ',
                    str(environment.getattr(l_2_predicate, 'name')),
                    '(u32 insn)\n{\n\treturn ',
                    str(t_2(context.eval_ctx, environment.getattr(l_2_predicate, 'terms'), str_join((' ', environment.getattr(l_2_predicate, 'operator'), '\n\t       ', )))),
                    ';\n}\n',
                ))
                if (not environment.getattr(l_2_loop, 'last')):
                    pass
                    t_10.append(
                        '\n',
                    )
            l_2_loop = l_2_predicate = missing
            t_10.append(
                '#endif /* __ASSEMBLY__ */\n',
            )
        return concat(t_10)
    context.exported_vars.add('functions')
    context.vars['functions'] = l_0_functions = Macro(environment, macro, 'functions', ('predicates',), False, False, False, context.eval_ctx.autoescape)
    for (l_1_table, l_1_branches) in (undefined(name='tables') if l_0_tables is missing else l_0_tables):
        l_1_documented = resolve('documented')
        l_1_chain = resolve('chain')
        _loop_vars = {}
        pass
        yield '\n'
        yield str(context.call((undefined(name='documented') if l_1_documented is missing else l_1_documented), environment.getattr(l_1_table, 'name'), environment.getattr(l_1_table, 'doc'), [], _loop_vars=_loop_vars))
        def macro(l_2_view):
            t_11 = []
            if l_2_view is missing:
                l_2_view = undefined("parameter 'view' was not provided", name='view')
            pass
            for l_3_row in environment.getattr(l_2_view, 'rows'):
                _loop_vars = {}
                pass
                t_11.append(
                    str(context.call((undefined(name='bits') if l_0_bits is missing else l_0_bits), l_3_row, _loop_vars=_loop_vars)),
                )
            l_3_row = missing
            t_11.append(
                str(context.call((undefined(name='functions') if l_0_functions is missing else l_0_functions), environment.getattr(l_2_view, 'predicates'))),
            )
            return concat(t_11)
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
            t_12 = []
            if l_2_view is missing:
                l_2_view = undefined("parameter 'view' was not provided", name='view')
            pass
            t_12.extend((
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
            return concat(t_12)
        caller = Macro(environment, macro, None, ('view',), False, False, False, context.eval_ctx.autoescape)
        yield context.call((undefined(name='chain') if l_1_chain is missing else l_1_chain), l_1_branches, str_join(('no ', environment.getattr(l_1_breakpoint, 'name'), ' here', )), caller=caller, _loop_vars=_loop_vars)
    l_1_breakpoint = l_1_branches = l_1_documented = l_1_chain = missing
    template = environment.get_template('slots.h.j2', 'tables.h.j2')
    gen = template.root_render_func(template.new_context(context.get_all(), True, {'bits': l_0_bits, 'functions': l_0_functions, 'said': l_0_said}))
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
            t_13 = []
            if l_2_view is missing:
                l_2_view = undefined("parameter 'view' was not provided", name='view')
            pass
            t_13.extend((
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
            for l_3_word in t_7(environment, t_5(context, environment.getattr(l_2_view, 'states'), attribute='words'), start=()):
                _loop_vars = {}
                pass
                t_13.append(
                    str(context.call((undefined(name='bits') if l_0_bits is missing else l_0_bits), l_3_word, _loop_vars=_loop_vars)),
                )
            l_3_word = missing
            t_13.append(
                '\n#ifndef __ASSEMBLY__\n',
            )
            l_3_loop = missing
            for l_3_state, l_3_loop in LoopContext(environment.getattr(l_2_view, 'states'), undefined):
                _loop_vars = {}
                pass
                t_13.extend((
                    str(context.call((undefined(name='said') if l_0_said is missing else l_0_said), environment.getattr(l_3_state, 'about'), _loop_vars=_loop_vars)),
                    'static inline bool ',
                    str(environment.getattr(l_3_state, 'name')),
                    '_match(const u32 *insns)\n{\n\treturn ',
                    str(t_2(context.eval_ctx, environment.getattr(l_3_state, 'tests'), ' &&\n\t       ')),
                    ';\n}\n',
                ))
                for l_4_field in environment.getattr(l_3_state, 'fields'):
                    _loop_vars = {}
                    pass
                    t_13.extend((
                        '\n/* What @',
                        str(environment.getattr(l_4_field, 'name')),
                        ' is in words that match',
                        str(('; @ip is the address of word 0' if environment.getattr(l_4_field, 'pc_relative') else cond_expr_undefined("the inline if-expression on line 74 in 'tables.h.j2' evaluated to false and no else section was defined."))),
                        '. */\nstatic inline ',
                        str(environment.getattr(l_4_field, 'returned')),
                        ' ',
                        str(environment.getattr(l_3_state, 'name')),
                        '_get_',
                        str(environment.getattr(l_4_field, 'name')),
                        '(const u32 *insns',
                        str((', unsigned long ip' if environment.getattr(l_4_field, 'pc_relative') else cond_expr_undefined("the inline if-expression on line 75 in 'tables.h.j2' evaluated to false and no else section was defined."))),
                        ')\n{\n',
                    ))
                    for l_5_line in environment.getattr(l_4_field, 'fetched'):
                        _loop_vars = {}
                        pass
                        t_13.extend((
                            str(context.call(environment.getattr(str_join(('\t', l_5_line, )), 'rstrip'), _loop_vars=_loop_vars)),
                            '\n',
                        ))
                    l_5_line = missing
                    t_13.append(
                        '}\n',
                    )
                l_4_field = missing
                if ((not environment.getattr(l_3_loop, 'last')) or environment.getattr(l_2_view, 'rules')):
                    pass
                    t_13.append(
                        '\n',
                    )
            l_3_loop = l_3_state = missing
            if environment.getattr(l_2_view, 'rules'):
                pass
                t_13.append(
                    '/*\n * Whether word @word may become a nop, in the state that the site is in. Never:\n',
                )
                for l_3_line in environment.getattr(l_2_view, 'rules'):
                    _loop_vars = {}
                    pass
                    t_13.extend((
                        ' *   ',
                        str(t_1(l_3_line)),
                        '\n',
                    ))
                l_3_line = missing
                t_13.extend((
                    ' */\nstatic inline bool ',
                    str(environment.getattr(l_2_view, 'name')),
                    '_may_nop(const u32 *insns, int word)\n{\n',
                ))
                for l_3_state in environment.getattr(l_2_view, 'states'):
                    _loop_vars = {}
                    pass
                    t_13.extend((
                        '\tif (',
                        str(environment.getattr(l_3_state, 'name')),
                        '_match(insns))\n\t\treturn ',
                    ))
                    if environment.getattr(l_3_state, 'allowed'):
                        pass
                        t_13.extend((
                            'word == ',
                            str(t_2(context.eval_ctx, environment.getattr(l_3_state, 'allowed'), ' || word == ')),
                        ))
                    else:
                        pass
                        t_13.append(
                            'false',
                        )
                    t_13.append(
                        ';\n',
                    )
                l_3_state = missing
                if (t_3(t_4(context.eval_ctx, t_6(context, environment.getattr(l_2_view, 'states'), 'allowed'))) == 0):
                    pass
                    t_13.append(
                        '\t(void)word;\n',
                    )
                t_13.append(
                    '\treturn false;\n}\n',
                )
            t_13.append(
                '#endif /* __ASSEMBLY__ */\n',
            )
            return concat(t_13)
        caller = Macro(environment, macro, None, ('view',), False, False, False, context.eval_ctx.autoescape)
        yield context.call((undefined(name='chain') if l_1_chain is missing else l_1_chain), l_1_branches, str_join(('no ', environment.getattr(l_1_site, 'name'), ' here', )), caller=caller, _loop_vars=_loop_vars)
    l_1_loop = l_1_site = l_1_branches = l_1_documented = l_1_chain = missing

blocks = {}
debug_info = '2=57&3=62&4=66&7=74&8=78&13=88&14=94&15=96&16=100&18=108&19=113&22=119&23=123&24=125&26=127&28=130&35=142&37=148&38=149&39=154&40=158&42=162&38=166&45=168&47=174&48=175&49=182&50=188&51=192&48=196&54=198&55=205&57=211&58=212&59=219&60=223&61=228&62=232&66=239&67=243&68=245&70=247&72=250&74=255&75=259&77=268&78=272&82=280&86=286&89=291&90=296&93=302&95=305&96=310&97=313&99=328&58=341'
