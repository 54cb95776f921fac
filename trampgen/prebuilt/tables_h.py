SOURCE = "1b83b406503cf349347230bb960a9ca56fb114fb469d3c34fa808b5ab293eab1"
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
    l_0_slots = resolve('slots')
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
    for (l_1_slot, l_1_branches) in (undefined(name='slots') if l_0_slots is missing else l_0_slots):
        l_1_documented = resolve('documented')
        l_1_chain = resolve('chain')
        _loop_vars = {}
        pass
        yield '\n'
        yield str(context.call((undefined(name='documented') if l_1_documented is missing else l_1_documented), environment.getattr(l_1_slot, 'name'), environment.getattr(l_1_slot, 'doc'), [], _loop_vars=_loop_vars))
        def macro(l_2_view):
            t_13 = []
            if l_2_view is missing:
                l_2_view = undefined("parameter 'view' was not provided", name='view')
            pass
            t_13.extend((
                '#define ',
                str(environment.getattr(l_2_view, 'macro')),
                '_SIZE ',
                str(environment.getattr(l_2_view, 'size')),
                '\n#define ',
                str(environment.getattr(l_2_view, 'macro')),
                '_ALIGN ',
                str(environment.getattr(l_2_view, 'align')),
                '\n#define ',
                str(environment.getattr(l_2_view, 'macro')),
                '_PAGE ',
                str(environment.getattr(l_2_view, 'page')),
                '\n#define ',
                str(environment.getattr(l_2_view, 'macro')),
                '_COUNT (',
                str(environment.getattr(l_2_view, 'macro')),
                '_PAGE / ',
                str(environment.getattr(l_2_view, 'macro')),
                '_SIZE)\n#define ',
                str(environment.getattr(l_2_view, 'macro')),
                '_RESERVED ',
                str(environment.getattr(l_2_view, 'reserved')),
                '\n#define ',
                str(environment.getattr(l_2_view, 'macro')),
                '_FIRST ',
                str(environment.getattr(l_2_view, 'macro')),
                '_RESERVED\n#define ',
                str(environment.getattr(l_2_view, 'macro')),
                '_FILL ',
                str(environment.getattr(l_2_view, 'filler')),
                '\n\n#ifndef __ASSEMBLY__\n',
            ))
            if environment.getattr(l_2_view, 'is_text'):
                pass
                t_13.extend((
                    'static_assert(',
                    str(environment.getattr(l_2_view, 'macro')),
                    '_PAGE % ',
                    str(environment.getattr(l_2_view, 'macro')),
                    '_SIZE == 0,\n\t      "',
                    str(environment.getattr(l_2_view, 'name')),
                    ': a slot crosses the end of its page");\nstatic_assert(',
                    str(environment.getattr(l_2_view, 'macro')),
                    '_COUNT > ',
                    str(environment.getattr(l_2_view, 'macro')),
                    '_RESERVED,\n\t      "',
                    str(environment.getattr(l_2_view, 'name')),
                    ': every slot is reserved");\n\n',
                ))
            t_13.extend((
                '/* Where a slot is, in the area that begins at @area. */\nstatic inline unsigned long ',
                str(environment.getattr(l_2_view, 'name')),
                '_address(unsigned long area, unsigned int slot)\n{\n\treturn area + (unsigned long)slot * ',
                str(environment.getattr(l_2_view, 'macro')),
                '_SIZE;\n}\n\n/* The slot that an address is in; -EINVAL outside of the area, and in a slot that is reserved. */\nstatic inline int ',
                str(environment.getattr(l_2_view, 'name')),
                '_index(unsigned long area, unsigned long addr)\n{\n\tunsigned long slot = (addr - area) / ',
                str(environment.getattr(l_2_view, 'macro')),
                '_SIZE;\n\n\tif (',
                str((str_join(('slot < ', environment.getattr(l_2_view, 'macro'), '_FIRST || ', )) if environment.getattr(l_2_view, 'reserved') else cond_expr_undefined("the inline if-expression on line 85 in 'tables.h.j2' evaluated to false and no else section was defined."))),
                'slot >= ',
                str(environment.getattr(l_2_view, 'macro')),
                '_COUNT)\n\t\treturn -EINVAL;\n\treturn (int)slot;\n}\n\n/*\n * Write @',
                str(environment.getattr(l_2_view, 'insn')),
                ', an instruction of @size bytes, to RAM as it will stand in a slot: its words in\n * the order of memory',
                str((', a prefix first in either byte order' if environment.getattr(l_2_view, 'pair') else cond_expr_undefined("the inline if-expression on line 92 in 'tables.h.j2' evaluated to false and no else section was defined."))),
                ', and ',
                str(environment.getattr(l_2_view, 'macro')),
                '_FILL in the others.\n * Returns 0, or -EINVAL with nothing written if it is none that can be copied.\n */\nstatic inline int ',
                str(environment.getattr(l_2_view, 'name')),
                '_encode(u32 *slot, const u32 *insn, size_t size)\n{\n',
            ))
            if environment.getattr(l_2_view, 'pair'):
                pass
                t_13.extend((
                    '\tbool pair = ',
                    str(environment.getattr(l_2_view, 'pair')),
                    ';\n',
                ))
            t_13.extend((
                '\tsize_t i;\n\n\tif (',
                str(environment.getattr(l_2_view, 'wrong')),
                ')\n\t\treturn -EINVAL;\n\tfor (i = 0; i < ',
                str(environment.getattr(l_2_view, 'macro')),
                '_SIZE / sizeof(*slot); i++)\n\t\tslot[i] = ',
                str(environment.getattr(l_2_view, 'stored')),
                ';\n\treturn 0;\n}\n#endif /* __ASSEMBLY__ */\n',
            ))
            return concat(t_13)
        caller = Macro(environment, macro, None, ('view',), False, False, False, context.eval_ctx.autoescape)
        yield context.call((undefined(name='chain') if l_1_chain is missing else l_1_chain), l_1_branches, str_join(('no ', environment.getattr(l_1_slot, 'name'), ' here', )), caller=caller, _loop_vars=_loop_vars)
    l_1_slot = l_1_branches = l_1_documented = l_1_chain = missing
    l_1_loop = missing
    for (l_1_site, l_1_branches), l_1_loop in LoopContext((undefined(name='callsites') if l_0_callsites is missing else l_0_callsites), undefined):
        l_1_documented = resolve('documented')
        l_1_chain = resolve('chain')
        _loop_vars = {}
        pass
        yield '\n'
        yield str(context.call((undefined(name='documented') if l_1_documented is missing else l_1_documented), environment.getattr(l_1_site, 'name'), environment.getattr(l_1_site, 'doc'), [], _loop_vars=_loop_vars))
        def macro(l_2_view):
            t_14 = []
            if l_2_view is missing:
                l_2_view = undefined("parameter 'view' was not provided", name='view')
            pass
            t_14.extend((
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
                t_14.append(
                    str(context.call((undefined(name='bits') if l_0_bits is missing else l_0_bits), l_3_word, _loop_vars=_loop_vars)),
                )
            l_3_word = missing
            t_14.append(
                '\n#ifndef __ASSEMBLY__\n',
            )
            l_3_loop = missing
            for l_3_state, l_3_loop in LoopContext(environment.getattr(l_2_view, 'states'), undefined):
                _loop_vars = {}
                pass
                t_14.extend((
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
                    t_14.extend((
                        '\n/* What @',
                        str(environment.getattr(l_4_field, 'name')),
                        ' is in words that match',
                        str(('; @ip is the address of word 0' if environment.getattr(l_4_field, 'pc_relative') else cond_expr_undefined("the inline if-expression on line 130 in 'tables.h.j2' evaluated to false and no else section was defined."))),
                        '. */\nstatic inline ',
                        str(environment.getattr(l_4_field, 'returned')),
                        ' ',
                        str(environment.getattr(l_3_state, 'name')),
                        '_get_',
                        str(environment.getattr(l_4_field, 'name')),
                        '(const u32 *insns',
                        str((', unsigned long ip' if environment.getattr(l_4_field, 'pc_relative') else cond_expr_undefined("the inline if-expression on line 131 in 'tables.h.j2' evaluated to false and no else section was defined."))),
                        ')\n{\n',
                    ))
                    for l_5_line in environment.getattr(l_4_field, 'fetched'):
                        _loop_vars = {}
                        pass
                        t_14.extend((
                            str(context.call(environment.getattr(str_join(('\t', l_5_line, )), 'rstrip'), _loop_vars=_loop_vars)),
                            '\n',
                        ))
                    l_5_line = missing
                    t_14.append(
                        '}\n',
                    )
                l_4_field = missing
                if ((not environment.getattr(l_3_loop, 'last')) or environment.getattr(l_2_view, 'rules')):
                    pass
                    t_14.append(
                        '\n',
                    )
            l_3_loop = l_3_state = missing
            if environment.getattr(l_2_view, 'rules'):
                pass
                t_14.append(
                    '/*\n * Whether word @word may become a nop, in the state that the site is in. Never:\n',
                )
                for l_3_line in environment.getattr(l_2_view, 'rules'):
                    _loop_vars = {}
                    pass
                    t_14.extend((
                        ' *   ',
                        str(t_1(l_3_line)),
                        '\n',
                    ))
                l_3_line = missing
                t_14.extend((
                    ' */\nstatic inline bool ',
                    str(environment.getattr(l_2_view, 'name')),
                    '_may_nop(const u32 *insns, int word)\n{\n',
                ))
                for l_3_state in environment.getattr(l_2_view, 'states'):
                    _loop_vars = {}
                    pass
                    t_14.extend((
                        '\tif (',
                        str(environment.getattr(l_3_state, 'name')),
                        '_match(insns))\n\t\treturn ',
                    ))
                    if environment.getattr(l_3_state, 'allowed'):
                        pass
                        t_14.extend((
                            'word == ',
                            str(t_2(context.eval_ctx, environment.getattr(l_3_state, 'allowed'), ' || word == ')),
                        ))
                    else:
                        pass
                        t_14.append(
                            'false',
                        )
                    t_14.append(
                        ';\n',
                    )
                l_3_state = missing
                if (t_3(t_4(context.eval_ctx, t_6(context, environment.getattr(l_2_view, 'states'), 'allowed'))) == 0):
                    pass
                    t_14.append(
                        '\t(void)word;\n',
                    )
                t_14.append(
                    '\treturn false;\n}\n',
                )
            t_14.append(
                '#endif /* __ASSEMBLY__ */\n',
            )
            return concat(t_14)
        caller = Macro(environment, macro, None, ('view',), False, False, False, context.eval_ctx.autoescape)
        yield context.call((undefined(name='chain') if l_1_chain is missing else l_1_chain), l_1_branches, str_join(('no ', environment.getattr(l_1_site, 'name'), ' here', )), caller=caller, _loop_vars=_loop_vars)
    l_1_loop = l_1_site = l_1_branches = l_1_documented = l_1_chain = missing

blocks = {}
debug_info = '2=58&3=63&4=67&7=75&8=79&13=89&14=95&15=97&16=101&18=109&19=114&22=120&23=124&24=126&26=128&28=131&35=143&37=149&38=150&39=155&40=159&42=163&38=167&45=169&47=175&48=176&49=183&50=189&51=193&48=197&54=199&56=205&57=206&58=213&59=217&60=221&61=225&62=231&63=235&64=239&67=244&68=248&69=252&70=254&71=258&75=263&77=265&81=267&83=269&85=271&91=275&92=277&95=281&97=284&98=288&102=293&104=295&105=297&57=302&111=305&113=311&114=312&115=319&116=323&117=328&118=332&122=339&123=343&124=345&126=347&128=350&130=355&131=359&133=368&134=372&138=380&142=386&145=391&146=396&149=402&151=405&152=410&153=413&155=428&114=441'
