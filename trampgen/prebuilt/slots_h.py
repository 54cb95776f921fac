SOURCE = "ef55f14b9d2a37482fcd9dccace616b2f691f85c2e991a609e4108ce3982a1b9"
JINJA2 = "3.1.6"
from jinja2.runtime import LoopContext, Macro, Markup, Namespace, TemplateNotFound, TemplateReference, TemplateRuntimeError, Undefined, escape, identity, internalcode, markup_join, missing, str_join
name = 'slots.h.j2'

def root(context, missing=missing):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    l_0_slots = resolve('slots')
    l_0_stopped = l_0_slot_form = missing
    try:
        t_1 = environment.filters['comment']
    except KeyError:
        @internalcode
        def t_1(*unused):
            raise TemplateRuntimeError("No filter named 'comment' found.")
    try:
        t_2 = environment.filters['replace']
    except KeyError:
        @internalcode
        def t_2(*unused):
            raise TemplateRuntimeError("No filter named 'replace' found.")
    try:
        t_3 = environment.tests['none']
    except KeyError:
        @internalcode
        def t_3(*unused):
            raise TemplateRuntimeError("No test named 'none' found.")
    pass
    def macro(l_1_view, l_1_form, l_1_cases, l_1_value):
        t_4 = []
        if l_1_view is missing:
            l_1_view = undefined("parameter 'view' was not provided", name='view')
        if l_1_form is missing:
            l_1_form = undefined("parameter 'form' was not provided", name='form')
        if l_1_cases is missing:
            l_1_cases = undefined("parameter 'cases' was not provided", name='cases')
        if l_1_value is missing:
            l_1_value = undefined("parameter 'value' was not provided", name='value')
        pass
        t_4.extend((
            '\tswitch (',
            str(l_1_value),
            ') {\n',
        ))
        for (l_2_state, l_2_offsets) in l_1_cases:
            _loop_vars = {}
            pass
            for l_3_offset in l_2_offsets:
                _loop_vars = {}
                pass
                t_4.extend((
                    '\tcase ',
                    str(l_3_offset),
                    ':\n',
                ))
            l_3_offset = missing
            t_4.extend((
                '\t\treturn ',
                str(environment.getattr(l_1_view, 'macro')),
                '_RESUME_',
                str(l_2_state),
                ';\n',
            ))
        l_2_state = l_2_offsets = missing
        t_4.append(
            '\tdefault:\n\t\tbreak;\n\t}\n',
        )
        return concat(t_4)
    context.exported_vars.add('stopped')
    context.vars['stopped'] = l_0_stopped = Macro(environment, macro, 'stopped', ('view', 'form', 'cases', 'value'), False, False, False, context.eval_ctx.autoescape)
    def macro(l_1_view, l_1_form):
        t_5 = []
        l_1_wrapped = resolve('wrapped')
        l_1_prototype = resolve('prototype')
        l_1_unit = missing
        if l_1_view is missing:
            l_1_view = undefined("parameter 'view' was not provided", name='view')
        if l_1_form is missing:
            l_1_form = undefined("parameter 'form' was not provided", name='form')
        pass
        l_2_loop = missing
        for l_2_line, l_2_loop in LoopContext(context.call((undefined(name='wrapped') if l_1_wrapped is missing else l_1_wrapped), environment.getattr(l_1_form, 'doc')), undefined):
            _loop_vars = {}
            pass
            t_5.extend((
                str(('/*' if environment.getattr(l_2_loop, 'first') else cond_expr_undefined("the inline if-expression on line 16 in 'slots.h.j2' evaluated to false and no else section was defined."))),
                '\n',
                str(context.call(environment.getattr(str_join((' * ', t_1(l_2_line), )), 'rstrip'), _loop_vars=_loop_vars)),
                '\n',
                str((' */' if environment.getattr(l_2_loop, 'last') else cond_expr_undefined("the inline if-expression on line 18 in 'slots.h.j2' evaluated to false and no else section was defined."))),
                '\n',
            ))
        l_2_loop = l_2_line = missing
        t_5.extend((
            '#define ',
            str(environment.getattr(l_1_form, 'macro')),
            '_INSN_OFFSET ',
            str(environment.getattr(l_1_form, 'at')),
            '\n#define ',
            str(environment.getattr(l_1_form, 'macro')),
            '_INSN_MAX ',
            str(environment.getattr(l_1_form, 'most')),
            '\n#define ',
            str(environment.getattr(l_1_form, 'macro')),
            '_AROUND ',
            str(environment.getattr(l_1_form, 'around')),
            '\n',
        ))
        def t_6(fiter):
            for l_2_param in fiter:
                if (not t_3(environment.getattr(l_2_param, 'low'))):
                    yield l_2_param
        for l_2_param in t_6(environment.getattr(l_1_form, 'params')):
            _loop_vars = {}
            pass
            t_5.extend((
                '#define ',
                str(environment.getattr(l_2_param, 'macro')),
                '_MIN ',
                str(environment.getattr(l_2_param, 'low')),
                '\n#define ',
                str(environment.getattr(l_2_param, 'macro')),
                '_MAX ',
                str(environment.getattr(l_2_param, 'high')),
                '\n#define ',
                str(environment.getattr(l_2_param, 'macro')),
                '_ALIGN ',
                str(environment.getattr(l_2_param, 'align')),
                '\n',
            ))
        l_2_param = missing
        if environment.getattr(l_1_form, 'code'):
            pass
            t_5.extend((
                '#define ',
                str(environment.getattr(l_1_form, 'macro')),
                '_CODE \\\n',
            ))
            for l_2_line in environment.getattr(l_1_form, 'code'):
                _loop_vars = {}
                pass
                t_5.extend((
                    '\t',
                    str(l_2_line),
                    '\n',
                ))
            l_2_line = missing
        t_5.append(
            '\n',
        )
        for (l_2_test, l_2_message) in environment.getattr(l_1_form, 'assertions'):
            _loop_vars = {}
            pass
            t_5.extend((
                'static_assert(',
                str(l_2_test),
                ',\n\t      "',
                str(l_2_message),
                '");\n',
            ))
        l_2_test = l_2_message = missing
        for l_2_param in environment.getattr(l_1_form, 'params'):
            l_2_fits = resolve('fits')
            _loop_vars = {}
            pass
            t_5.extend((
                str(context.call((undefined(name='fits') if l_2_fits is missing else l_2_fits), l_1_form, l_2_param, _loop_vars=_loop_vars)),
                '\n',
            ))
        l_2_param = l_2_fits = missing
        t_5.append(
            '/*\n',
        )
        for l_2_line in environment.getattr(l_1_form, 'about'):
            _loop_vars = {}
            pass
            t_5.extend((
                ' * ',
                str(l_2_line),
                '\n',
            ))
        l_2_line = missing
        t_5.extend((
            ' */\n',
            str(context.call((undefined(name='prototype') if l_1_prototype is missing else l_1_prototype), str_join(('static inline int ', environment.getattr(l_1_form, 'name'), '_encode', )), environment.getattr(l_1_form, 'arguments'))),
            '\n{\n',
        ))
        if environment.getattr(l_1_form, 'code'):
            pass
            t_5.extend((
                '\tstatic const ',
                str(environment.getattr(l_1_view, 'type')),
                ' code[] = { ',
                str(environment.getattr(l_1_form, 'macro')),
                '_CODE };\n',
            ))
        if environment.getattr(l_1_view, 'pair'):
            pass
            t_5.extend((
                '\tbool pair = ',
                str(t_2(context.eval_ctx, environment.getattr(l_1_view, 'pair'), 'insn', environment.getattr(l_1_form, 'insn'))),
                ';\n',
            ))
        t_5.extend((
            '\tsize_t i;\n\n\tif (',
            str(environment.getattr(l_1_form, 'wrong')),
            ')\n\t\treturn -EINVAL;\n',
        ))
        def t_7(fiter):
            for l_2_param in fiter:
                if environment.getattr(l_2_param, 'fallible'):
                    yield l_2_param
        for l_2_param in t_7(environment.getattr(l_1_form, 'params')):
            l_2_check = resolve('check')
            _loop_vars = {}
            pass
            t_5.append(
                str(context.call((undefined(name='check') if l_2_check is missing else l_2_check), l_1_form, l_2_param, environment.getattr(l_2_param, 'name'), _loop_vars=_loop_vars)),
            )
        l_2_param = l_2_check = missing
        l_1_unit = environment.getattr(l_1_view, 'unit')
        if environment.getattr(l_1_form, 'at'):
            pass
            t_5.extend((
                '\tfor (i = 0; i < ',
                str((environment.getattr(l_1_form, 'at') // (undefined(name='unit') if l_1_unit is missing else l_1_unit))),
                '; i++)\n\t\t',
                str(environment.getattr(l_1_form, 'buffer')),
                '[i] = ',
                str(context.call(environment.getattr(l_1_view, 'in_memory'), 'code[i]')),
                ';\n',
            ))
        t_5.extend((
            '\tfor (i = 0; i < ',
            str(environment.getattr(l_1_form, 'count')),
            '; i++)\n\t\t',
            str(environment.getattr(l_1_form, 'buffer')),
            '[',
            str((str_join(((environment.getattr(l_1_form, 'at') // (undefined(name='unit') if l_1_unit is missing else l_1_unit)), ' + ', )) if environment.getattr(l_1_form, 'at') else cond_expr_undefined("the inline if-expression on line 68 in 'slots.h.j2' evaluated to false and no else section was defined."))),
            'i] = ',
            str(context.call(environment.getattr(l_1_view, 'in_memory'), str_join((environment.getattr(l_1_form, 'insn'), '[i]', )))),
            ';\n',
        ))
        if (environment.getattr(l_1_form, 'around') > environment.getattr(l_1_form, 'at')):
            pass
            t_5.extend((
                '\tfor (i = ',
                str((environment.getattr(l_1_form, 'at') // (undefined(name='unit') if l_1_unit is missing else l_1_unit))),
                '; i < ',
                str((environment.getattr(l_1_form, 'around') // (undefined(name='unit') if l_1_unit is missing else l_1_unit))),
                '; i++)\n\t\t',
                str(environment.getattr(l_1_form, 'buffer')),
                '[',
                str(environment.getattr(l_1_form, 'count')),
                ' + i] = ',
                str(context.call(environment.getattr(l_1_view, 'in_memory'), 'code[i]')),
                ';\n',
            ))
        t_5.extend((
            '\tfor (i = ',
            str(environment.getattr(l_1_form, 'count')),
            str((str_join((' + ', (environment.getattr(l_1_form, 'around') // (undefined(name='unit') if l_1_unit is missing else l_1_unit)), )) if environment.getattr(l_1_form, 'around') else cond_expr_undefined("the inline if-expression on line 73 in 'slots.h.j2' evaluated to false and no else section was defined."))),
            '; i < ',
            str(environment.getattr(l_1_view, 'macro')),
            '_SIZE',
            str((str_join((' / sizeof(*', environment.getattr(l_1_form, 'buffer'), ')', )) if ((undefined(name='unit') if l_1_unit is missing else l_1_unit) > 1) else cond_expr_undefined("the inline if-expression on line 73 in 'slots.h.j2' evaluated to false and no else section was defined."))),
            '; i++)\n\t\t',
            str(environment.getattr(l_1_form, 'buffer')),
            '[i] = ',
            str(context.call(environment.getattr(l_1_view, 'in_memory'), str_join((environment.getattr(l_1_view, 'macro'), '_FILL', )))),
            ';\n',
        ))
        for l_2_line in environment.getattr(l_1_form, 'stores'):
            l_2_broken = resolve('broken')
            _loop_vars = {}
            pass
            t_5.extend((
                str(context.call((undefined(name='broken') if l_2_broken is missing else l_2_broken), l_2_line, _loop_vars=_loop_vars)),
                '\n',
            ))
        l_2_line = l_2_broken = missing
        t_5.extend((
            '\treturn 0;\n}\n\n/*\n * What becomes of a task that was stopped @offset bytes into a slot with a copy of @size bytes:\n * one of ',
            str(environment.getattr(l_1_view, 'macro')),
            '_RESUME_*, or -EINVAL where no instruction begins.\n */\nstatic inline int ',
            str(environment.getattr(l_1_form, 'name')),
            '_resume(size_t size, size_t offset)\n{\n',
            str(context.call((undefined(name='stopped') if l_0_stopped is missing else l_0_stopped), l_1_view, l_1_form, environment.getattr(l_1_form, 'before'), 'offset')),
            '\n\tif (offset < size)\n\t\treturn -EINVAL;\n',
            str(context.call((undefined(name='stopped') if l_0_stopped is missing else l_0_stopped), l_1_view, l_1_form, environment.getattr(l_1_form, 'behind'), 'offset - size')),
            '\n\treturn -EINVAL;\n}\n',
        ))
        return concat(t_5)
    context.exported_vars.add('slot_form')
    context.vars['slot_form'] = l_0_slot_form = Macro(environment, macro, 'slot_form', ('view', 'form'), False, False, False, context.eval_ctx.autoescape)
    for (l_1_slot, l_1_branches) in (undefined(name='slots') if l_0_slots is missing else l_0_slots):
        l_1_documented = resolve('documented')
        l_1_chain = resolve('chain')
        _loop_vars = {}
        pass
        yield '\n'
        yield str(context.call((undefined(name='documented') if l_1_documented is missing else l_1_documented), environment.getattr(l_1_slot, 'name'), environment.getattr(l_1_slot, 'doc'), [], _loop_vars=_loop_vars))
        def macro(l_2_view):
            t_8 = []
            if l_2_view is missing:
                l_2_view = undefined("parameter 'view' was not provided", name='view')
            pass
            t_8.extend((
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
                t_8.extend((
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
            t_8.extend((
                '/* Where a slot is, in the area that begins at @area. */\nstatic inline unsigned long ',
                str(environment.getattr(l_2_view, 'name')),
                '_address(unsigned long area, unsigned int slot)\n{\n\treturn area + (unsigned long)slot * ',
                str(environment.getattr(l_2_view, 'macro')),
                '_SIZE;\n}\n\n/* The slot that an address is in; -EINVAL outside of the area, and in a slot that is reserved. */\nstatic inline int ',
                str(environment.getattr(l_2_view, 'name')),
                '_index(unsigned long area, unsigned long addr)\n{\n\tunsigned long slot = (addr - area) / ',
                str(environment.getattr(l_2_view, 'macro')),
                '_SIZE;\n\n\tif (',
                str((str_join(('slot < ', environment.getattr(l_2_view, 'macro'), '_FIRST || ', )) if environment.getattr(l_2_view, 'reserved') else cond_expr_undefined("the inline if-expression on line 125 in 'slots.h.j2' evaluated to false and no else section was defined."))),
                'slot >= ',
                str(environment.getattr(l_2_view, 'macro')),
                '_COUNT)\n\t\treturn -EINVAL;\n\treturn (int)slot;\n}\n\n',
            ))
            if (not environment.getattr(l_2_view, 'forms')):
                pass
                t_8.extend((
                    '/*\n * Write @',
                    str(environment.getattr(l_2_view, 'insn')),
                    ', an instruction of @size bytes, to RAM as it will stand in a slot: its words in\n * the order of memory',
                    str((', a prefix first in either byte order' if environment.getattr(l_2_view, 'pair') else cond_expr_undefined("the inline if-expression on line 133 in 'slots.h.j2' evaluated to false and no else section was defined."))),
                    ', and ',
                    str(environment.getattr(l_2_view, 'macro')),
                    '_FILL in the others.\n * Returns 0, or -EINVAL with nothing written if it is none that can be copied.\n */\nstatic inline int ',
                    str(environment.getattr(l_2_view, 'name')),
                    '_encode(',
                    str(environment.getattr(l_2_view, 'type')),
                    ' *slot, const ',
                    str(environment.getattr(l_2_view, 'type')),
                    ' *insn, size_t size)\n{\n',
                ))
                if environment.getattr(l_2_view, 'pair'):
                    pass
                    t_8.extend((
                        '\tbool pair = ',
                        str(environment.getattr(l_2_view, 'pair')),
                        ';\n',
                    ))
                t_8.extend((
                    '\tsize_t i;\n\n\tif (',
                    str(environment.getattr(l_2_view, 'wrong')),
                    ')\n\t\treturn -EINVAL;\n\tfor (i = 0; i < ',
                    str(environment.getattr(l_2_view, 'macro')),
                    '_SIZE / sizeof(*slot); i++)\n\t\tslot[i] = ',
                    str(environment.getattr(l_2_view, 'stored')),
                    ';\n\treturn 0;\n}\n',
                ))
            else:
                pass
                t_8.extend((
                    '/*\n * What NAME_resume() says of a task that was stopped in a slot. To another slot that holds the\n * same it can always move, at the offset that it had.\n */\n#define ',
                    str(environment.getattr(l_2_view, 'macro')),
                    '_RESUME_PROBED 0\t/* nothing has run: it may as well be at the probed instruction */\n#define ',
                    str(environment.getattr(l_2_view, 'macro')),
                    '_RESUME_SLOT 1\t/* it can go on in a slot alone */\n#define ',
                    str(environment.getattr(l_2_view, 'macro')),
                    '_RESUME_NEXT 2\t/* all has run: it may as well be behind the probed instruction */\n',
                ))
                for l_3_form in environment.getattr(l_2_view, 'forms'):
                    _loop_vars = {}
                    pass
                    t_8.extend((
                        '\n',
                        str(context.call((undefined(name='slot_form') if l_0_slot_form is missing else l_0_slot_form), l_2_view, l_3_form, _loop_vars=_loop_vars)),
                    ))
                l_3_form = missing
            t_8.append(
                '#endif /* __ASSEMBLY__ */\n',
            )
            return concat(t_8)
        caller = Macro(environment, macro, None, ('view',), False, False, False, context.eval_ctx.autoescape)
        yield context.call((undefined(name='chain') if l_1_chain is missing else l_1_chain), l_1_branches, str_join(('no ', environment.getattr(l_1_slot, 'name'), ' here', )), caller=caller, _loop_vars=_loop_vars)
    l_1_slot = l_1_branches = l_1_documented = l_1_chain = missing

blocks = {}
debug_info = '2=31&3=44&4=47&5=50&6=55&8=61&14=73&15=84&16=88&17=90&18=92&20=98&21=102&22=106&23=111&24=120&25=124&26=128&28=134&29=138&30=141&31=146&35=153&36=158&37=160&39=164&40=169&43=176&44=181&47=187&49=190&50=194&52=199&53=203&57=208&59=211&60=220&62=223&63=224&64=228&65=230&67=237&68=239&69=246&70=250&71=254&73=263&74=270&75=275&76=280&83=286&85=288&87=290&90=292&94=298&96=304&97=305&98=312&99=316&100=320&101=324&102=330&103=334&104=338&107=343&108=347&109=351&110=353&111=357&115=362&117=364&121=366&123=368&125=370&130=375&132=379&133=381&136=385&138=392&139=396&143=401&145=403&146=405&154=412&155=414&156=416&157=419&159=424&97=432'
