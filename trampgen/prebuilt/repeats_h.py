SOURCE = "359e6b7bdcf6661bc0316d3151db1f183e152984276411d69afa0a645eb0d0ed"
JINJA2 = "3.1.6"
from jinja2.runtime import LoopContext, Macro, Markup, Namespace, TemplateNotFound, TemplateReference, TemplateRuntimeError, Undefined, escape, identity, internalcode, markup_join, missing, str_join
name = 'repeats.h.j2'

def root(context, missing=missing):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    l_0_repeats = resolve('repeats')
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
        t_3 = environment.filters['length']
    except KeyError:
        @internalcode
        def t_3(*unused):
            raise TemplateRuntimeError("No filter named 'length' found.")
    pass
    l_1_loop = missing
    for (l_1_repeat, l_1_branches), l_1_loop in LoopContext((undefined(name='repeats') if l_0_repeats is missing else l_0_repeats), undefined):
        l_1_documented = resolve('documented')
        l_1_data_of = resolve('data_of')
        l_1_chain = resolve('chain')
        _loop_vars = {}
        pass
        yield '\n'
        yield str(context.call((undefined(name='documented') if l_1_documented is missing else l_1_documented), environment.getattr(l_1_repeat, 'name'), environment.getattr(l_1_repeat, 'doc'), context.call((undefined(name='data_of') if l_1_data_of is missing else l_1_data_of), l_1_repeat, _loop_vars=_loop_vars), _loop_vars=_loop_vars))
        def macro(l_2_view):
            t_4 = []
            l_2_prototype = resolve('prototype')
            if l_2_view is missing:
                l_2_view = undefined("parameter 'view' was not provided", name='view')
            pass
            t_4.extend((
                '#define ',
                str(environment.getattr(l_2_view, 'macro')),
                '_COUNT ',
                str(environment.getattr(l_2_view, 'count')),
                '\n#define ',
                str(environment.getattr(l_2_view, 'macro')),
                '_WORDS ',
                str(t_3(environment.getattr(l_2_view, 'words'))),
                '\n#define ',
                str(environment.getattr(l_2_view, 'macro')),
                '_SIZE (',
                str(environment.getattr(l_2_view, 'macro')),
                '_COUNT * ',
                str(environment.getattr(l_2_view, 'size')),
                ')\n',
            ))
            for l_3_param in environment.getattr(l_2_view, 'params'):
                _loop_vars = {}
                pass
                t_4.extend((
                    '#define ',
                    str(environment.getattr(l_3_param, 'macro')),
                    '_MIN ',
                    str(environment.getattr(l_3_param, 'low')),
                    '\n#define ',
                    str(environment.getattr(l_3_param, 'macro')),
                    '_MAX ',
                    str(environment.getattr(l_3_param, 'high')),
                    '\n#define ',
                    str(environment.getattr(l_3_param, 'macro')),
                    '_ALIGN ',
                    str(environment.getattr(l_3_param, 'align')),
                    '\n',
                ))
            l_3_param = missing
            t_4.extend((
                '#define ',
                str(environment.getattr(l_2_view, 'macro')),
                '_INSNS \\\n',
            ))
            l_3_loop = missing
            for l_3_word, l_3_loop in LoopContext(environment.getattr(l_2_view, 'words'), undefined):
                _loop_vars = {}
                pass
                t_4.extend((
                    '\t',
                    str(environment.getattr(l_3_word, 'rest')),
                    str((',' if (not environment.getattr(l_3_loop, 'last')) else cond_expr_undefined("the inline if-expression on line 16 in 'repeats.h.j2' evaluated to false and no else section was defined."))),
                    '\t/* ',
                    str(t_1(environment.getattr(l_3_word, 'asm'))),
                    ' */',
                    str((' \\' if (not environment.getattr(l_3_loop, 'last')) else cond_expr_undefined("the inline if-expression on line 16 in 'repeats.h.j2' evaluated to false and no else section was defined."))),
                    '\n',
                ))
            l_3_loop = l_3_word = missing
            t_4.extend((
                '#define ',
                str(environment.getattr(l_2_view, 'macro')),
                '_MASKS \\\n',
            ))
            l_3_loop = missing
            for l_3_mask, l_3_loop in LoopContext(environment.getattr(l_2_view, 'masks'), undefined):
                _loop_vars = {}
                pass
                t_4.extend((
                    '\t',
                    str(t_2('%#010x', l_3_mask)),
                    str((', \\' if (not environment.getattr(l_3_loop, 'last')) else cond_expr_undefined("the inline if-expression on line 20 in 'repeats.h.j2' evaluated to false and no else section was defined."))),
                    '\n',
                ))
            l_3_loop = l_3_mask = missing
            t_4.append(
                '\n#ifndef __ASSEMBLY__\n',
            )
            for (l_3_test, l_3_message) in environment.getattr(l_2_view, 'assertions'):
                _loop_vars = {}
                pass
                t_4.extend((
                    'static_assert(',
                    str(l_3_test),
                    ',\n\t      "',
                    str(l_3_message),
                    '");\n',
                ))
            l_3_test = l_3_message = missing
            if environment.getattr(l_2_view, 'assertions'):
                pass
                t_4.append(
                    '\n',
                )
            t_4.extend((
                'struct ',
                str(environment.getattr(l_2_view, 'name')),
                ' {\n',
            ))
            for l_3_member in environment.getattr(l_2_view, 'members'):
                _loop_vars = {}
                pass
                t_4.extend((
                    '\t',
                    str(l_3_member),
                    ';\n',
                ))
            l_3_member = missing
            t_4.extend((
                '};\n\nstatic_assert(sizeof(struct ',
                str(environment.getattr(l_2_view, 'name')),
                ') == ',
                str(environment.getattr(l_2_view, 'macro')),
                '_SIZE, "',
                str(environment.getattr(l_2_view, 'name')),
                ': size");\n',
            ))
            for l_3_param in environment.getattr(l_2_view, 'params'):
                l_3_fits = resolve('fits')
                _loop_vars = {}
                pass
                t_4.extend((
                    '\n',
                    str(context.call((undefined(name='fits') if l_3_fits is missing else l_3_fits), l_2_view, l_3_param, _loop_vars=_loop_vars)),
                ))
            l_3_param = l_3_fits = missing
            t_4.extend((
                "\n/*\n * Write one element to RAM: its code and its data. Returns 0, or with nothing\n * written -EINVAL for an element that there is not, -ERANGE for a value that\n * can't be encoded.\n */\n",
                str(context.call((undefined(name='prototype') if l_2_prototype is missing else l_2_prototype), str_join(('static inline int ', environment.getattr(l_2_view, 'name'), '_encode', )), (environment.getattr(l_2_view, 'element') + environment.getattr(l_2_view, 'arguments')))),
                '\n{\n\tif (',
                str(environment.getattr(l_2_view, 'index')),
                ' >= ',
                str(environment.getattr(l_2_view, 'macro')),
                '_COUNT)\n\t\treturn -EINVAL;\n',
            ))
            def t_5(fiter):
                for l_3_param in fiter:
                    if environment.getattr(l_3_param, 'fallible'):
                        yield l_3_param
            for l_3_param in t_5(environment.getattr(l_2_view, 'params')):
                l_3_check = resolve('check')
                _loop_vars = {}
                pass
                t_4.append(
                    str(context.call((undefined(name='check') if l_3_check is missing else l_3_check), l_2_view, l_3_param, environment.getattr(l_3_param, 'value'), _loop_vars=_loop_vars)),
                )
            l_3_param = l_3_check = missing
            for (l_3_place, l_3_value) in environment.getattr(l_2_view, 'stores'):
                l_3_broken = resolve('broken')
                _loop_vars = {}
                pass
                t_4.extend((
                    str(context.call((undefined(name='broken') if l_3_broken is missing else l_3_broken), str_join((l_3_place, ' = ', l_3_value, ';', )), _loop_vars=_loop_vars)),
                    '\n',
                ))
            l_3_place = l_3_value = l_3_broken = missing
            t_4.extend((
                '\n\treturn 0;\n}\n\n/* Whether there is such an element and its code in RAM is this, whatever its data is. */\n',
                str(context.call((undefined(name='prototype') if l_2_prototype is missing else l_2_prototype), str_join(('static inline bool ', environment.getattr(l_2_view, 'name'), '_match', )), (str_join(('const ', environment.getitem(environment.getattr(l_2_view, 'element'), 0), )), environment.getitem(environment.getattr(l_2_view, 'element'), 1)))),
                '\n{\n\treturn ',
                str(environment.getattr(l_2_view, 'index')),
                ' < ',
                str(environment.getattr(l_2_view, 'macro')),
                '_COUNT',
            ))
            for l_3_test in environment.getattr(l_2_view, 'tests'):
                _loop_vars = {}
                pass
                t_4.extend((
                    ' &&\n\t       ',
                    str(l_3_test),
                ))
            l_3_test = missing
            t_4.append(
                ';\n}\n',
            )
            for l_3_param in environment.getattr(l_2_view, 'params'):
                _loop_vars = {}
                pass
                t_4.extend((
                    '\n/* What @',
                    str(environment.getattr(l_3_param, 'name')),
                    ' was encoded into an element that matches. */\n',
                    str(context.call((undefined(name='prototype') if l_2_prototype is missing else l_2_prototype), str_join(('static inline ', environment.getattr(l_3_param, 'returned'), ' ', environment.getattr(l_2_view, 'name'), '_get_', environment.getattr(l_3_param, 'name'), )), (str_join(('const ', environment.getitem(environment.getattr(l_2_view, 'element'), 0), )), environment.getitem(environment.getattr(l_2_view, 'element'), 1)), _loop_vars=_loop_vars)),
                    '\n{\n',
                ))
                for l_4_line in environment.getattr(l_3_param, 'fetched'):
                    _loop_vars = {}
                    pass
                    t_4.extend((
                        str(context.call(environment.getattr(str_join(('\t', l_4_line, )), 'rstrip'), _loop_vars=_loop_vars)),
                        '\n',
                    ))
                l_4_line = missing
                t_4.append(
                    '}\n',
                )
            l_3_param = missing
            t_4.append(
                '#endif /* __ASSEMBLY__ */\n',
            )
            return concat(t_4)
        caller = Macro(environment, macro, None, ('view',), False, False, False, context.eval_ctx.autoescape)
        yield context.call((undefined(name='chain') if l_1_chain is missing else l_1_chain), l_1_branches, str_join(('no ', environment.getattr(l_1_repeat, 'name'), ' here', )), caller=caller, _loop_vars=_loop_vars)
    l_1_loop = l_1_repeat = l_1_branches = l_1_documented = l_1_data_of = l_1_chain = missing

blocks = {}
debug_info = '2=31&4=38&5=39&6=47&7=51&8=55&9=62&10=67&11=71&12=75&14=83&15=87&16=92&18=103&19=107&20=112&24=120&25=125&26=127&28=131&31=138&32=141&33=146&37=152&38=159&40=165&48=170&50=172&52=177&53=186&55=189&56=194&63=200&65=202&66=212&68=218&70=223&71=225&73=228&74=232&5=245'
