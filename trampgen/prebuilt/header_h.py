SOURCE = "6254a809f07e673aecd593c483b0d911191596ac9a82033acfbe1f39b0b2bbea"
JINJA2 = "3.1.6"
from jinja2.runtime import LoopContext, Macro, Markup, Namespace, TemplateNotFound, TemplateReference, TemplateRuntimeError, Undefined, escape, identity, internalcode, markup_join, missing, str_join
name = 'header.h.j2'

def root(context, missing=missing):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    l_0_spec = resolve('spec')
    l_0_command = resolve('command')
    l_0_needs = resolve('needs')
    l_0_guard = resolve('guard')
    l_0_unaligned = resolve('unaligned')
    l_0_memory = resolve('memory')
    l_0_externs = resolve('externs')
    l_0_supplied = resolve('supplied')
    l_0_layouts = resolve('layouts')
    l_0_templates = resolve('templates')
    l_0_families = resolve('families')
    l_0_describes = resolve('describes')
    l_0_chain = l_0_documented = l_0_entry = l_0_fits = l_0_check = l_0_alone = l_0_which = l_0_encoder = missing
    try:
        t_1 = environment.filters['comment']
    except KeyError:
        @internalcode
        def t_1(*unused):
            raise TemplateRuntimeError("No filter named 'comment' found.")
    try:
        t_2 = environment.filters['int']
    except KeyError:
        @internalcode
        def t_2(*unused):
            raise TemplateRuntimeError("No filter named 'int' found.")
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
        t_6 = environment.filters['selectattr']
    except KeyError:
        @internalcode
        def t_6(*unused):
            raise TemplateRuntimeError("No filter named 'selectattr' found.")
    try:
        t_7 = environment.tests['none']
    except KeyError:
        @internalcode
        def t_7(*unused):
            raise TemplateRuntimeError("No test named 'none' found.")
    try:
        t_8 = environment.tests['string']
    except KeyError:
        @internalcode
        def t_8(*unused):
            raise TemplateRuntimeError("No test named 'string' found.")
    pass
    def macro(l_1_branches, l_1_absent, l_1_caller):
        t_9 = []
        if l_1_branches is missing:
            l_1_branches = undefined("parameter 'branches' was not provided", name='branches')
        if l_1_absent is missing:
            l_1_absent = undefined("parameter 'absent' was not provided", name='absent')
        pass
        for l_2_branch in l_1_branches:
            _loop_vars = {}
            pass
            if environment.getattr(l_2_branch, 'directive'):
                pass
                t_9.extend((
                    str(environment.getattr(l_2_branch, 'directive')),
                    '\n',
                ))
            if t_7(environment.getattr(l_2_branch, 'view')):
                pass
                t_9.extend((
                    '/* ',
                    str(l_1_absent),
                    ' */\n',
                ))
            elif t_8(environment.getattr(l_2_branch, 'view')):
                pass
                t_9.extend((
                    str(environment.getattr(l_2_branch, 'view')),
                    '\n',
                ))
            else:
                pass
                t_9.append(
                    str(context.call(l_1_caller, environment.getattr(l_2_branch, 'view'), _loop_vars=_loop_vars)),
                )
        l_2_branch = missing
        if environment.getattr(environment.getitem(l_1_branches, 0), 'directive'):
            pass
            t_9.append(
                '#endif\n',
            )
        return concat(t_9)
    context.exported_vars.add('chain')
    context.vars['chain'] = l_0_chain = Macro(environment, macro, 'chain', ('branches', 'absent'), False, False, True, context.eval_ctx.autoescape)
    def macro(l_1_name, l_1_doc, l_1_lines):
        t_10 = []
        l_1_wrapped = resolve('wrapped')
        if l_1_name is missing:
            l_1_name = undefined("parameter 'name' was not provided", name='name')
        if l_1_doc is missing:
            l_1_doc = undefined("parameter 'doc' was not provided", name='doc')
        if l_1_lines is missing:
            l_1_lines = undefined("parameter 'lines' was not provided", name='lines')
        pass
        t_10.extend((
            '/*\n * ',
            str(l_1_name),
            '\n',
        ))
        for l_2_line in context.call((undefined(name='wrapped') if l_1_wrapped is missing else l_1_wrapped), l_1_doc):
            _loop_vars = {}
            pass
            t_10.extend((
                str(context.call(environment.getattr(str_join((' * ', t_1(l_2_line), )), 'rstrip'), _loop_vars=_loop_vars)),
                '\n',
            ))
        l_2_line = missing
        for l_2_line in l_1_lines:
            _loop_vars = {}
            pass
            t_10.extend((
                str(context.call(environment.getattr(str_join((' * ', t_1(l_2_line), )), 'rstrip'), _loop_vars=_loop_vars)),
                '\n',
            ))
        l_2_line = missing
        t_10.append(
            ' */\n',
        )
        return concat(t_10)
    context.exported_vars.add('documented')
    context.vars['documented'] = l_0_documented = Macro(environment, macro, 'documented', ('name', 'doc', 'lines'), False, False, False, context.eval_ctx.autoescape)
    def macro(l_1_view):
        t_11 = []
        l_1_prototype = resolve('prototype')
        if l_1_view is missing:
            l_1_view = undefined("parameter 'view' was not provided", name='view')
        pass
        t_11.extend((
            '\n#ifndef __ASSEMBLY__\nstruct ',
            str(environment.getattr(l_1_view, 'name')),
            ' {\n',
        ))
        for (l_2_declaration, l_2_name, l_2_doc) in environment.getattr(l_1_view, 'members'):
            _loop_vars = {}
            pass
            def t_12(fiter):
                for l_3_line in fiter:
                    if l_2_doc:
                        yield l_3_line
            for l_3_line in t_12(context.call(environment.getattr(l_2_doc, 'split'), '\n', _loop_vars=_loop_vars)):
                _loop_vars = {}
                pass
                t_11.extend((
                    '\t/* ',
                    str(t_1(l_3_line)),
                    ' */\n',
                ))
            l_3_line = missing
            t_11.extend((
                '\t',
                str(l_2_declaration),
                ';\n',
            ))
        l_2_declaration = l_2_name = l_2_doc = missing
        t_11.extend((
            '} __aligned(',
            str(environment.getattr(l_1_view, 'align')),
            ');\n\nstatic_assert(sizeof(struct ',
            str(environment.getattr(l_1_view, 'name')),
            ') == ',
            str(environment.getattr(l_1_view, 'macro')),
            '_SIZE, "',
            str(environment.getattr(l_1_view, 'name')),
            ': size");\n',
        ))
        for (l_2_name, l_2_offset) in environment.getattr(l_1_view, 'offsets'):
            _loop_vars = {}
            pass
            t_11.extend((
                'static_assert(offsetof(struct ',
                str(environment.getattr(l_1_view, 'name')),
                ', ',
                str(l_2_name),
                ') == ',
                str(environment.getattr(l_1_view, 'macro')),
                '_',
                str(context.call(environment.getattr(l_2_name, 'upper'), _loop_vars=_loop_vars)),
                '_OFFSET,\n\t      "',
                str(environment.getattr(l_1_view, 'name')),
                ': offset of ',
                str(l_2_name),
                '");\n',
            ))
        l_2_name = l_2_offset = missing
        for (l_2_type, l_2_macro, l_2_size) in environment.getattr(l_1_view, 'sizes'):
            _loop_vars = {}
            pass
            t_11.extend((
                'static_assert(sizeof(',
                str(l_2_type),
                ') == ',
                str(l_2_macro),
                ', "size of ',
                str(l_2_type),
                '");\n',
            ))
        l_2_type = l_2_macro = l_2_size = missing
        if environment.getattr(l_1_view, 'words'):
            pass
            t_11.extend((
                '\n/* Whether the fixed words of a copy in RAM are what they must be. */\nstatic inline bool ',
                str(environment.getattr(l_1_view, 'name')),
                '_match(const struct ',
                str(environment.getattr(l_1_view, 'name')),
                ' *entry)\n{\n\treturn ',
            ))
            l_2_loop = missing
            for (l_2_name, l_2_macro, l_2_value), l_2_loop in LoopContext(environment.getattr(l_1_view, 'words'), undefined):
                _loop_vars = {}
                pass
                t_11.extend((
                    'entry->',
                    str(l_2_name),
                    ' == ',
                    str(l_2_macro),
                    str((' &&\n\t       ' if (not environment.getattr(l_2_loop, 'last')) else cond_expr_undefined("the inline if-expression on line 55 in 'header.h.j2' evaluated to false and no else section was defined."))),
                ))
            l_2_loop = l_2_name = l_2_macro = l_2_value = missing
            t_11.append(
                ';\n}\n',
            )
        t_11.extend((
            '\n/*\n * Write an entry prepared in RAM (zero where nothing was encoded) to where it will\n * run',
            str((str_join((', ', environment.getitem(environment.getitem(environment.getattr(l_1_view, 'order'), -1), 0), ' last: until then an entry that was free does not match', )) if environment.getattr(l_1_view, 'commits') else cond_expr_undefined("the inline if-expression on line 61 in 'header.h.j2' evaluated to false and no else section was defined."))),
            '.\n * @poke copies, and returns 0 or an error that ends the commit.\n */\nstatic inline int\n',
            str(context.call((undefined(name='prototype') if l_1_prototype is missing else l_1_prototype), str_join((environment.getattr(l_1_view, 'name'), '_commit', )), [str_join(('struct ', environment.getattr(l_1_view, 'name'), ' *dst', )), str_join(('const struct ', environment.getattr(l_1_view, 'name'), ' *src', )), 'int (*poke)(void *dst, const void *src, size_t len)'])),
            '\n{\n',
        ))
        if (t_4(environment.getattr(l_1_view, 'order')) > 1):
            pass
            t_11.append(
                '\tint ret;\n\n',
            )
        if (t_4(t_5(context.eval_ctx, t_6(context, environment.getattr(l_1_view, 'order'), 1, 'ne', 'word'))) == 0):
            pass
            t_11.append(
                '\t(void)src;\n',
            )
        l_2_loop = missing
        for (l_2_name, l_2_kind), l_2_loop in LoopContext(environment.getattr(l_1_view, 'order'), undefined):
            _loop_vars = {}
            pass
            if (l_2_kind == 'word'):
                pass
                t_11.extend((
                    '\t',
                    str(('return' if environment.getattr(l_2_loop, 'last') else 'ret =')),
                    ' poke(&dst->',
                    str(l_2_name),
                    ', &(u32){ ',
                    str(environment.getattr(l_1_view, 'macro')),
                    '_',
                    str(context.call(environment.getattr(l_2_name, 'upper'), _loop_vars=_loop_vars)),
                    ' }, sizeof(u32));\n',
                ))
            else:
                pass
                t_11.extend((
                    '\t',
                    str(('return' if environment.getattr(l_2_loop, 'last') else 'ret =')),
                    ' poke(&dst->',
                    str(l_2_name),
                    ', &src->',
                    str(l_2_name),
                    ', sizeof(src->',
                    str(l_2_name),
                    '));\n',
                ))
            if (not environment.getattr(l_2_loop, 'last')):
                pass
                t_11.append(
                    '\tif (ret)\n\t\treturn ret;\n',
                )
        l_2_loop = l_2_name = l_2_kind = missing
        t_11.append(
            '}\n#endif /* __ASSEMBLY__ */\n',
        )
        return concat(t_11)
    context.exported_vars.add('entry')
    context.vars['entry'] = l_0_entry = Macro(environment, macro, 'entry', ('view',), False, False, False, context.eval_ctx.autoescape)
    def macro(l_1_view, l_1_param):
        t_13 = []
        if l_1_view is missing:
            l_1_view = undefined("parameter 'view' was not provided", name='view')
        if l_1_param is missing:
            l_1_param = undefined("parameter 'param' was not provided", name='param')
        pass
        t_13.extend((
            '/* Whether every hole of @',
            str(environment.getattr(l_1_param, 'name')),
            ' can hold it. */\n',
        ))
        if environment.getattr(l_1_param, 'pc_relative'):
            pass
            t_13.extend((
                'static inline bool ',
                str(environment.getattr(l_1_view, 'name')),
                '_',
                str(environment.getattr(l_1_param, 'name')),
                '_fits(unsigned long ',
                str(environment.getattr(l_1_view, 'ip')),
                ', unsigned long ',
                str(environment.getattr(l_1_param, 'name')),
                ')\n{\n',
            ))
            if ((not environment.getattr(l_1_param, 'out_of_range')) and (not environment.getattr(l_1_param, 'misaligned'))):
                pass
                t_13.extend((
                    '\t(void)',
                    str(environment.getattr(l_1_view, 'ip')),
                    ';\n\t(void)',
                    str(environment.getattr(l_1_param, 'name')),
                    ';\n',
                ))
            else:
                pass
                l_2_loop = missing
                for l_2_distance, l_2_loop in LoopContext(environment.getattr(l_1_param, 'distances'), undefined):
                    l_2_broken = resolve('broken')
                    _loop_vars = {}
                    pass
                    t_13.extend((
                        '\t',
                        str((str_join((environment.getattr(l_1_param, 'distance_type'), ' ', )) if environment.getattr(l_2_loop, 'first') else cond_expr_undefined("the inline if-expression on line 98 in 'header.h.j2' evaluated to false and no else section was defined."))),
                        str(environment.getattr(l_1_view, 'distance')),
                        ' = ',
                        str(l_2_distance),
                        ';\n\n',
                    ))
                    if environment.getattr(l_1_param, 'out_of_range'):
                        pass
                        t_13.extend((
                            str(context.call((undefined(name='broken') if l_2_broken is missing else l_2_broken), str_join(('if (', environment.getattr(l_1_param, 'out_of_range'), ')', )), _loop_vars=_loop_vars)),
                            '\n\t\treturn false;\n',
                        ))
                    if environment.getattr(l_1_param, 'misaligned'):
                        pass
                        t_13.extend((
                            '\tif (',
                            str(environment.getattr(l_1_param, 'misaligned')),
                            ')\n\t\treturn false;\n',
                        ))
                l_2_loop = l_2_distance = l_2_broken = missing
            t_13.append(
                '\treturn true;\n}\n',
            )
        else:
            pass
            t_13.extend((
                'static inline bool ',
                str(environment.getattr(l_1_view, 'name')),
                '_',
                str(environment.getattr(l_1_param, 'name')),
                '_fits(',
                str(environment.getattr(l_1_param, 'argument')),
                ' ',
                str(environment.getattr(l_1_param, 'name')),
                ')\n{\n',
            ))
            def t_14(fiter):
                for l_2_test in fiter:
                    if l_2_test:
                        yield l_2_test
            t_15 = 1
            for l_2_test in t_14((environment.getattr(l_1_param, 'out_of_range'), environment.getattr(l_1_param, 'misaligned'), environment.getattr(l_1_param, 'refused'))):
                l_2_broken = resolve('broken')
                _loop_vars = {}
                pass
                t_13.extend((
                    str(context.call((undefined(name='broken') if l_2_broken is missing else l_2_broken), str_join(('if (', l_2_test, ')', )), _loop_vars=_loop_vars)),
                    '\n\t\treturn false;\n',
                ))
                t_15 = 0
            l_2_test = l_2_broken = missing
            if t_15:
                pass
                t_13.extend((
                    '\t(void)',
                    str(environment.getattr(l_1_param, 'name')),
                    ';\n',
                ))
            t_13.append(
                '\treturn true;\n}\n',
            )
        return concat(t_13)
    context.exported_vars.add('fits')
    context.vars['fits'] = l_0_fits = Macro(environment, macro, 'fits', ('view', 'param'), False, False, False, context.eval_ctx.autoescape)
    def macro(l_1_view, l_1_param, l_1_value, l_1_indent):
        t_16 = []
        if l_1_view is missing:
            l_1_view = undefined("parameter 'view' was not provided", name='view')
        if l_1_param is missing:
            l_1_param = undefined("parameter 'param' was not provided", name='param')
        if l_1_value is missing:
            l_1_value = undefined("parameter 'value' was not provided", name='value')
        if l_1_indent is missing:
            l_1_indent = '\t'
        pass
        t_16.extend((
            str(l_1_indent),
            'if (!',
            str(environment.getattr(l_1_view, 'name')),
            '_',
            str(environment.getattr(l_1_param, 'name')),
            '_fits(',
            str((str_join((environment.getattr(l_1_view, 'ip'), ', ', )) if environment.getattr(l_1_param, 'pc_relative') else cond_expr_undefined("the inline if-expression on line 126 in 'header.h.j2' evaluated to false and no else section was defined."))),
            str(l_1_value),
            '))\n',
            str(l_1_indent),
            '\treturn -ERANGE;\n',
        ))
        return concat(t_16)
    context.exported_vars.add('check')
    context.vars['check'] = l_0_check = Macro(environment, macro, 'check', ('view', 'param', 'value', 'indent'), False, False, False, context.eval_ctx.autoescape)
    def macro(l_1_view, l_1_region, l_1_form):
        t_17 = []
        l_1_prototype = resolve('prototype')
        if l_1_view is missing:
            l_1_view = undefined("parameter 'view' was not provided", name='view')
        if l_1_region is missing:
            l_1_region = undefined("parameter 'region' was not provided", name='region')
        if l_1_form is missing:
            l_1_form = undefined("parameter 'form' was not provided", name='form')
        pass
        t_17.extend((
            '/*\n * The ',
            str(environment.getattr(l_1_view, 'units')),
            ' of ',
            str(environment.getattr(l_1_region, 'name')),
            ' alone, ',
            str((str_join(('patched to ', environment.getattr(l_1_form, 'name'), )) if (environment.getattr(l_1_form, 'name') != environment.getattr(l_1_region, 'name')) else 'patched')),
            str((str_join((', in code that runs at @', environment.getattr(l_1_view, 'ip'), )) if ((t_4(environment.getattr(l_1_form, 'arguments')) > 1) and (str_join(('unsigned long ', environment.getattr(l_1_view, 'ip'), )) == environment.getitem(environment.getattr(l_1_form, 'arguments'), 1))) else cond_expr_undefined("the inline if-expression on line 131 in 'header.h.j2' evaluated to false and no else section was defined."))),
            '.',
            str((" Returns 0, or -ERANGE\n * with nothing written if a value can't be encoded." if environment.getattr(l_1_form, 'fallible') else cond_expr_undefined("the inline if-expression on line 131 in 'header.h.j2' evaluated to false and no else section was defined."))),
            '\n */\n',
            str(context.call((undefined(name='prototype') if l_1_prototype is missing else l_1_prototype), str_join(('static inline ', ('int ' if environment.getattr(l_1_form, 'fallible') else 'void '), environment.getattr(l_1_view, 'name'), '_', environment.getattr(l_1_form, 'name'), '_', environment.getattr(l_1_view, 'units'), )), environment.getattr(l_1_form, 'arguments'))),
            '\n{\n',
        ))
        def t_18(fiter):
            for l_2_name in fiter:
                if environment.getattr(context.call(environment.getattr(l_1_view, 'param'), l_2_name), 'fallible'):
                    yield l_2_name
        for l_2_name in t_18(environment.getattr(l_1_form, 'params')):
            _loop_vars = {}
            pass
            t_17.append(
                str(context.call((undefined(name='check') if l_0_check is missing else l_0_check), l_1_view, context.call(environment.getattr(l_1_view, 'param'), l_2_name, _loop_vars=_loop_vars), l_2_name, _loop_vars=_loop_vars)),
            )
        l_2_name = missing
        for l_2_word in environment.getattr(l_1_form, 'words'):
            l_2_broken = resolve('broken')
            _loop_vars = {}
            pass
            t_17.extend((
                str(context.call((undefined(name='broken') if l_2_broken is missing else l_2_broken), l_2_word, _loop_vars=_loop_vars)),
                '\n',
            ))
        l_2_word = l_2_broken = missing
        if environment.getattr(l_1_form, 'fallible'):
            pass
            t_17.append(
                '\n\treturn 0;\n',
            )
        t_17.append(
            '}\n',
        )
        return concat(t_17)
    context.exported_vars.add('alone')
    context.vars['alone'] = l_0_alone = Macro(environment, macro, 'alone', ('view', 'region', 'form'), False, False, False, context.eval_ctx.autoescape)
    def macro(l_1_view, l_1_region):
        t_19 = []
        if l_1_view is missing:
            l_1_view = undefined("parameter 'view' was not provided", name='view')
        if l_1_region is missing:
            l_1_region = undefined("parameter 'region' was not provided", name='region')
        pass
        t_19.extend((
            '/*\n * What ',
            str(environment.getattr(l_1_region, 'name')),
            ' is patched to in ',
            str(environment.getattr(l_1_view, 'units')),
            ' in RAM: one of\n * ',
            str(environment.getattr(l_1_region, 'macro')),
            '_FORM_*, or -EINVAL.\n */\nstatic inline int ',
            str(environment.getattr(l_1_view, 'name')),
            '_',
            str(environment.getattr(l_1_region, 'name')),
            '_form(const ',
            str(environment.getattr(l_1_view, 'type')),
            ' *',
            str(environment.getattr(l_1_view, 'buffer')),
            ')\n{\n\tif (',
            str(t_3(context.eval_ctx, environment.getattr(l_1_region, 'rest_tests'), ' &&\n\t    ')),
            ')\n\t\treturn ',
            str(environment.getattr(l_1_region, 'macro')),
            '_FORM_REST;\n',
        ))
        for l_2_form in environment.getattr(l_1_region, 'forms'):
            _loop_vars = {}
            pass
            if environment.getattr(l_2_form, 'tests'):
                pass
                t_19.extend((
                    '\tif (',
                    str(t_3(context.eval_ctx, environment.getattr(l_2_form, 'tests'), ' &&\n\t    ')),
                    ')\n\t\treturn ',
                    str(environment.getattr(l_2_form, 'macro')),
                    ';\n',
                ))
        l_2_form = missing
        t_19.append(
            '\treturn -EINVAL;\n}\n',
        )
        return concat(t_19)
    context.exported_vars.add('which')
    context.vars['which'] = l_0_which = Macro(environment, macro, 'which', ('view', 'region'), False, False, False, context.eval_ctx.autoescape)
    def macro(l_1_view):
        t_20 = []
        l_1_prototype = resolve('prototype')
        l_1_i = resolve('i')
        l_1_rest = resolve('rest')
        l_1_masks = resolve('masks')
        if l_1_view is missing:
            l_1_view = undefined("parameter 'view' was not provided", name='view')
        pass
        if environment.getattr(l_1_view, 'members'):
            pass
            t_20.extend((
                '/* What ',
                str(environment.getattr(l_1_view, 'name')),
                '_encode() puts into a copy. */\nstruct ',
                str(environment.getattr(l_1_view, 'name')),
                '_args {\n',
            ))
            for (l_2_type, l_2_name) in environment.getattr(l_1_view, 'members'):
                _loop_vars = {}
                pass
                def t_21(fiter):
                    for l_3_region in fiter:
                        if (environment.getattr(l_3_region, 'name') == l_2_name):
                            yield l_3_region
                for l_3_region in t_21(environment.getattr(l_1_view, 'regions')):
                    _loop_vars = {}
                    pass
                    t_20.extend((
                        '\t/* One of ',
                        str(environment.getattr(l_3_region, 'macro')),
                        '_FORM_*. */\n',
                    ))
                l_3_region = missing
                t_20.extend((
                    '\t',
                    str(l_2_type),
                    ' ',
                    str(l_2_name),
                    ';\n',
                ))
            l_2_type = l_2_name = missing
            t_20.append(
                '};\n\n',
            )
        t_20.extend((
            '/*\n * ',
            str(('Give the instruction as a number, filled in.' if environment.getattr(l_1_view, 'is_number') else str_join(('Write the ', environment.getattr(l_1_view, 'units'), ' to RAM with every hole filled in.', )))),
        ))
        if environment.getattr(l_1_view, 'params'):
            pass
            t_20.append(
                " Returns 0, or -ERANGE with nothing\n * written if a value can't be encoded.",
            )
        t_20.extend((
            '\n */\n',
            str(context.call((undefined(name='prototype') if l_1_prototype is missing else l_1_prototype), str_join(('static inline int ', environment.getattr(l_1_view, 'name'), '_encode', )), environment.getattr(l_1_view, 'arguments'))),
            '\n{\n',
        ))
        if (environment.getattr(l_1_view, 'unit') == 1):
            pass
            (l_1_i, l_1_rest, l_1_masks) = environment.getattr(l_1_view, 'local')
            t_20.extend((
                '\tstatic const u8 ',
                str((undefined(name='rest') if l_1_rest is missing else l_1_rest)),
                '[] = { ',
                str(environment.getattr(l_1_view, 'macro')),
                '_INSNS };\n\tsize_t ',
                str((undefined(name='i') if l_1_i is missing else l_1_i)),
                ';\n\n',
            ))
        def t_22(fiter):
            for l_2_param in fiter:
                if environment.getattr(l_2_param, 'fallible'):
                    yield l_2_param
        for l_2_param in t_22(environment.getattr(l_1_view, 'always')):
            _loop_vars = {}
            pass
            t_20.append(
                str(context.call((undefined(name='check') if l_0_check is missing else l_0_check), l_1_view, l_2_param, environment.getattr(l_2_param, 'value'), _loop_vars=_loop_vars)),
            )
        l_2_param = missing
        def t_23(fiter):
            for l_2_region in fiter:
                if (not environment.getattr(l_2_region, 'is_hole')):
                    yield l_2_region
        for l_2_region in t_23(environment.getattr(l_1_view, 'regions')):
            _loop_vars = {}
            pass
            t_20.extend((
                '\tswitch (',
                str(environment.getattr(l_2_region, 'choice')),
                ') {\n\tcase ',
                str(environment.getattr(l_2_region, 'macro')),
                '_FORM_REST:\n',
            ))
            for l_3_name in environment.getattr(l_2_region, 'rest_params'):
                _loop_vars = {}
                pass
                t_20.append(
                    str(context.call((undefined(name='check') if l_0_check is missing else l_0_check), l_1_view, context.call(environment.getattr(l_1_view, 'param'), l_3_name, _loop_vars=_loop_vars), environment.getattr(context.call(environment.getattr(l_1_view, 'param'), l_3_name, _loop_vars=_loop_vars), 'value'), '\t\t', _loop_vars=_loop_vars)),
                )
            l_3_name = missing
            t_20.append(
                '\t\tbreak;\n',
            )
            for l_3_form in environment.getattr(l_2_region, 'forms'):
                _loop_vars = {}
                pass
                t_20.extend((
                    '\tcase ',
                    str(environment.getattr(l_3_form, 'macro')),
                    ':\n',
                ))
                def t_24(fiter):
                    for l_4_name in fiter:
                        if environment.getattr(context.call(environment.getattr(l_1_view, 'param'), l_4_name), 'fallible'):
                            yield l_4_name
                for l_4_name in t_24(environment.getattr(l_3_form, 'params')):
                    _loop_vars = {}
                    pass
                    t_20.append(
                        str(context.call((undefined(name='check') if l_0_check is missing else l_0_check), l_1_view, context.call(environment.getattr(l_1_view, 'param'), l_4_name, _loop_vars=_loop_vars), environment.getattr(context.call(environment.getattr(l_1_view, 'param'), l_4_name, _loop_vars=_loop_vars), 'value'), '\t\t', _loop_vars=_loop_vars)),
                    )
                l_4_name = missing
                t_20.append(
                    '\t\tbreak;\n',
                )
            l_3_form = missing
            t_20.append(
                '\tdefault:\n\t\treturn -EINVAL;\n\t}\n',
            )
        l_2_region = missing
        if (environment.getattr(l_1_view, 'unit') == 1):
            pass
            (l_1_i, l_1_rest, l_1_masks) = environment.getattr(l_1_view, 'local')
            t_20.extend((
                '\tfor (',
                str((undefined(name='i') if l_1_i is missing else l_1_i)),
                ' = 0; ',
                str((undefined(name='i') if l_1_i is missing else l_1_i)),
                ' < sizeof(',
                str((undefined(name='rest') if l_1_rest is missing else l_1_rest)),
                '); ',
                str((undefined(name='i') if l_1_i is missing else l_1_i)),
                '++)\n\t\t',
                str(environment.getattr(l_1_view, 'buffer')),
                '[',
                str((undefined(name='i') if l_1_i is missing else l_1_i)),
                '] = ',
                str((undefined(name='rest') if l_1_rest is missing else l_1_rest)),
                '[',
                str((undefined(name='i') if l_1_i is missing else l_1_i)),
                '];\n',
            ))
        l_2_loop = missing
        for l_2_word, l_2_loop in LoopContext(environment.getattr(l_1_view, 'words'), undefined):
            l_2_index = l_2_region = missing
            _loop_vars = {}
            pass
            l_2_index = environment.getattr(l_2_loop, 'index0')
            _loop_vars['index'] = l_2_index
            l_2_region = context.call(environment.getattr(l_1_view, 'region_at'), (undefined(name='index') if l_2_index is missing else l_2_index), _loop_vars=_loop_vars)
            _loop_vars['region'] = l_2_region
            if ((undefined(name='region') if l_2_region is missing else l_2_region) and environment.getattr((undefined(name='region') if l_2_region is missing else l_2_region), 'is_hole')):
                pass
                for l_3_filled in environment.getattr(environment.getitem(environment.getattr((undefined(name='region') if l_2_region is missing else l_2_region), 'forms'), 0), 'filled'):
                    l_3_broken = resolve('broken')
                    _loop_vars = {}
                    pass
                    t_20.extend((
                        str(context.call((undefined(name='broken') if l_3_broken is missing else l_3_broken), l_3_filled, _loop_vars=_loop_vars)),
                        '\n',
                    ))
                l_3_filled = l_3_broken = missing
            elif (undefined(name='region') if l_2_region is missing else l_2_region):
                pass
                for l_3_filled in environment.getattr((undefined(name='region') if l_2_region is missing else l_2_region), 'rest'):
                    l_3_broken = resolve('broken')
                    _loop_vars = {}
                    pass
                    t_20.extend((
                        str(context.call((undefined(name='broken') if l_3_broken is missing else l_3_broken), l_3_filled, _loop_vars=_loop_vars)),
                        '\n',
                    ))
                l_3_filled = l_3_broken = missing
            elif (not context.call(environment.getattr(l_1_view, 'in_region'), (undefined(name='index') if l_2_index is missing else l_2_index), _loop_vars=_loop_vars)):
                pass
                for l_3_filled in context.call(environment.getattr(l_1_view, 'stored'), (undefined(name='index') if l_2_index is missing else l_2_index), _loop_vars=_loop_vars):
                    l_3_broken = resolve('broken')
                    _loop_vars = {}
                    pass
                    t_20.extend((
                        str(context.call((undefined(name='broken') if l_3_broken is missing else l_3_broken), l_3_filled, _loop_vars=_loop_vars)),
                        '\n',
                    ))
                l_3_filled = l_3_broken = missing
        l_2_loop = l_2_word = l_2_index = l_2_region = missing
        def t_25(fiter):
            for l_2_region in fiter:
                if (not environment.getattr(l_2_region, 'is_hole')):
                    yield l_2_region
        for l_2_region in t_25(environment.getattr(l_1_view, 'regions')):
            _loop_vars = {}
            pass
            for l_3_form in environment.getattr(l_2_region, 'forms'):
                l_3_broken = resolve('broken')
                l_3_braces = missing
                _loop_vars = {}
                pass
                l_3_braces = ((t_4(environment.getattr(l_3_form, 'filled')) > 1) or ('\n' in context.call((undefined(name='broken') if l_3_broken is missing else l_3_broken), environment.getitem(environment.getattr(l_3_form, 'filled'), 0), 2, _loop_vars=_loop_vars)))
                _loop_vars['braces'] = l_3_braces
                t_20.extend((
                    '\tif (',
                    str(environment.getattr(l_2_region, 'choice')),
                    ' == ',
                    str(environment.getattr(l_3_form, 'macro')),
                    ')',
                    str((' {' if (undefined(name='braces') if l_3_braces is missing else l_3_braces) else cond_expr_undefined("the inline if-expression on line 237 in 'header.h.j2' evaluated to false and no else section was defined."))),
                    '\n',
                ))
                for l_4_filled in environment.getattr(l_3_form, 'filled'):
                    _loop_vars = {}
                    pass
                    t_20.extend((
                        str(context.call((undefined(name='broken') if l_3_broken is missing else l_3_broken), l_4_filled, 2, _loop_vars=_loop_vars)),
                        '\n',
                    ))
                l_4_filled = missing
                if (undefined(name='braces') if l_3_braces is missing else l_3_braces):
                    pass
                    t_20.append(
                        '\t}\n',
                    )
            l_3_form = l_3_broken = l_3_braces = missing
        l_2_region = missing
        t_20.append(
            '\n\treturn 0;\n}\n',
        )
        return concat(t_20)
    context.exported_vars.add('encoder')
    context.vars['encoder'] = l_0_encoder = Macro(environment, macro, 'encoder', ('view',), False, False, False, context.eval_ctx.autoescape)
    if environment.getattr((undefined(name='spec') if l_0_spec is missing else l_0_spec), 'licence'):
        pass
        yield '/* SPDX-License-Identifier: '
        yield str(environment.getattr((undefined(name='spec') if l_0_spec is missing else l_0_spec), 'licence'))
        yield ' */\n'
    yield '/*\n * Generated from '
    yield str(environment.getattr((undefined(name='spec') if l_0_spec is missing else l_0_spec), 'name'))
    yield '.tramp by trampgen: do not edit. To regenerate:\n *   '
    yield str((undefined(name='command') if l_0_command is missing else l_0_command))
    yield '\n'
    if (undefined(name='needs') if l_0_needs is missing else l_0_needs):
        pass
        yield ' *\n * In C, include it after the declarations of:\n'
        for l_1_need in (undefined(name='needs') if l_0_needs is missing else l_0_needs):
            _loop_vars = {}
            pass
            yield ' *   '
            yield str(t_1(l_1_need))
            yield '\n'
        l_1_need = missing
    yield ' */\n#ifndef '
    yield str((undefined(name='guard') if l_0_guard is missing else l_0_guard))
    yield '\n#define '
    yield str((undefined(name='guard') if l_0_guard is missing else l_0_guard))
    yield '\n\n#ifdef __KERNEL__\n#include <linux/const.h>\n#ifndef __ASSEMBLY__\n#include <linux/build_bug.h>\n#include <linux/errno.h>\n#include <linux/stddef.h>\n#include <linux/types.h>\n'
    if (undefined(name='unaligned') if l_0_unaligned is missing else l_0_unaligned):
        pass
        yield '#include <linux/unaligned.h>\n'
    if (undefined(name='memory') if l_0_memory is missing else l_0_memory):
        pass
        yield '#include <asm/opcodes.h>\n#define TRAMP_ARM_TO_MEM(insn) __opcode_to_mem_arm(insn)\n#define TRAMP_ARM_FROM_MEM(word) __mem_to_opcode_arm(word)\n#define TRAMP_THUMB_TO_MEM(insn) __opcode_to_mem_thumb32(insn)\n#define TRAMP_THUMB_FROM_MEM(word) __mem_to_opcode_thumb32(word)\n'
    yield '#endif\n#else\n#include <trampgen.h>\n#endif\n'
    if (undefined(name='externs') if l_0_externs is missing else l_0_externs):
        pass
        yield "\n/* Known to the kernel's own build: asm-offsets in assembly, the structures themselves in C. */\n#ifdef __ASSEMBLY__\n"
        for (l_1_name, l_1_extern) in (undefined(name='externs') if l_0_externs is missing else l_0_externs):
            l_1_one_word = resolve('one_word')
            _loop_vars = {}
            pass
            yield '#define '
            yield str(l_1_name)
            yield ' '
            yield str(context.call((undefined(name='one_word') if l_1_one_word is missing else l_1_one_word), environment.getattr(l_1_extern, 'name'), _loop_vars=_loop_vars))
            yield '\n'
        l_1_name = l_1_extern = l_1_one_word = missing
        yield '#else\n'
        for (l_1_name, l_1_extern) in (undefined(name='externs') if l_0_externs is missing else l_0_externs):
            _loop_vars = {}
            pass
            yield '#define '
            yield str(l_1_name)
            yield ' ((u64)('
            yield str(environment.getattr(l_1_extern, 'c'))
            yield '))\n'
        l_1_name = l_1_extern = missing
        yield '#endif\n'
    if (undefined(name='supplied') if l_0_supplied is missing else l_0_supplied):
        pass
        yield "\n#if defined(__KERNEL__) && !defined(__ASSEMBLY__)\n/* This header was made for one configuration: the kernel's own numbers must be those. */\n"
        for l_1_extern in (undefined(name='supplied') if l_0_supplied is missing else l_0_supplied):
            _loop_vars = {}
            pass
            yield 'static_assert(('
            yield str(environment.getattr(l_1_extern, 'c'))
            yield ') == '
            yield str(environment.getattr(l_1_extern, 'value'))
            yield ',\n\t      "'
            yield str(environment.getattr((undefined(name='spec') if l_0_spec is missing else l_0_spec), 'name'))
            yield '.h was made for '
            yield str(environment.getattr(l_1_extern, 'name'))
            yield ' = '
            yield str(environment.getattr(l_1_extern, 'value'))
            yield '");\n'
        l_1_extern = missing
        yield '#endif\n'
    for (l_1_layout, l_1_branches) in (undefined(name='layouts') if l_0_layouts is missing else l_0_layouts):
        l_1_common = resolve('common')
        l_1_shared = missing
        _loop_vars = {}
        pass
        yield '\n'
        yield str(context.call((undefined(name='documented') if l_0_documented is missing else l_0_documented), str_join(('struct ', environment.getattr(l_1_layout, 'name'), )), environment.getattr(l_1_layout, 'doc'), [], _loop_vars=_loop_vars))
        l_1_shared = context.call((undefined(name='common') if l_1_common is missing else l_1_common), l_1_branches, _loop_vars=_loop_vars)
        _loop_vars['shared'] = l_1_shared
        def macro(l_2_view):
            t_26 = []
            if l_2_view is missing:
                l_2_view = undefined("parameter 'view' was not provided", name='view')
            pass
            t_26.extend((
                '#define ',
                str(environment.getattr(l_2_view, 'macro')),
                '_SIZE ',
                str(environment.getattr(l_2_view, 'size')),
                '\n#define ',
                str(environment.getattr(l_2_view, 'macro')),
                '_ALIGN ',
                str(environment.getattr(l_2_view, 'align')),
                '\n',
            ))
            for (l_3_name, l_3_offset) in environment.getattr(l_2_view, 'offsets'):
                _loop_vars = {}
                pass
                t_26.extend((
                    '#define ',
                    str(environment.getattr(l_2_view, 'macro')),
                    '_',
                    str(context.call(environment.getattr(l_3_name, 'upper'), _loop_vars=_loop_vars)),
                    '_OFFSET ',
                    str(l_3_offset),
                    '\n',
                ))
            l_3_name = l_3_offset = missing
            for (l_3_type, l_3_macro, l_3_size) in environment.getattr(l_2_view, 'sizes'):
                _loop_vars = {}
                pass
                t_26.extend((
                    '#define ',
                    str(l_3_macro),
                    ' ',
                    str(l_3_size),
                    '\n',
                ))
            l_3_type = l_3_macro = l_3_size = missing
            for (l_3_name, l_3_macro, l_3_value) in environment.getattr(l_2_view, 'words'):
                _loop_vars = {}
                pass
                t_26.extend((
                    '#define ',
                    str(l_3_macro),
                    ' ',
                    str(l_3_value),
                    '\n',
                ))
            l_3_name = l_3_macro = l_3_value = missing
            if (not (undefined(name='shared') if l_1_shared is missing else l_1_shared)):
                pass
                t_26.append(
                    str(context.call((undefined(name='entry') if l_0_entry is missing else l_0_entry), l_2_view)),
                )
            return concat(t_26)
        caller = Macro(environment, macro, None, ('view',), False, False, False, context.eval_ctx.autoescape)
        yield context.call((undefined(name='chain') if l_0_chain is missing else l_0_chain), l_1_branches, str_join(('no ', environment.getattr(l_1_layout, 'name'), ' here', )), caller=caller, _loop_vars=_loop_vars)
        yield str((context.call((undefined(name='entry') if l_0_entry is missing else l_0_entry), (undefined(name='shared') if l_1_shared is missing else l_1_shared), _loop_vars=_loop_vars) if (undefined(name='shared') if l_1_shared is missing else l_1_shared) else cond_expr_undefined("the inline if-expression on line 331 in 'header.h.j2' evaluated to false and no else section was defined.")))
    l_1_layout = l_1_branches = l_1_common = l_1_shared = missing
    l_1_loop = missing
    for (l_1_template, l_1_branches), l_1_loop in LoopContext((undefined(name='templates') if l_0_templates is missing else l_0_templates), undefined):
        l_1_params_of = resolve('params_of')
        _loop_vars = {}
        pass
        yield '\n'
        yield str(context.call((undefined(name='documented') if l_0_documented is missing else l_0_documented), environment.getattr(l_1_template, 'name'), environment.getattr(l_1_template, 'doc'), context.call((undefined(name='params_of') if l_1_params_of is missing else l_1_params_of), l_1_template, _loop_vars=_loop_vars), _loop_vars=_loop_vars))
        def macro(l_2_view):
            t_27 = []
            l_2_comment = resolve('comment')
            l_2_i = resolve('i')
            l_2_rest = resolve('rest')
            l_2_masks = resolve('masks')
            l_2_compared = missing
            if l_2_view is missing:
                l_2_view = undefined("parameter 'view' was not provided", name='view')
            pass
            if environment.getattr(l_2_view, 'contract'):
                pass
                t_27.append(
                    '/*\n * Contract:\n',
                )
                for l_3_line in environment.getattr(l_2_view, 'contract'):
                    _loop_vars = {}
                    pass
                    t_27.extend((
                        ' *   ',
                        str(t_1(l_3_line)),
                        '\n',
                    ))
                l_3_line = missing
                t_27.append(
                    ' */\n',
                )
            if (environment.getattr(l_2_view, 'unit') > 1):
                pass
                t_27.extend((
                    '#define ',
                    str(environment.getattr(l_2_view, 'macro')),
                    '_WORDS ',
                    str(t_4(environment.getattr(l_2_view, 'words'))),
                    '\n',
                ))
            t_27.extend((
                '#define ',
                str(environment.getattr(l_2_view, 'macro')),
                '_SIZE ',
                str(environment.getattr(l_2_view, 'size')),
                '\n',
            ))
            for (l_3_name, l_3_offset, l_3_index) in environment.getattr(l_2_view, 'labels'):
                _loop_vars = {}
                pass
                t_27.extend((
                    '#define ',
                    str(environment.getattr(l_2_view, 'macro')),
                    '_',
                    str(l_3_name),
                    '_OFFSET ',
                    str(l_3_offset),
                    '\n',
                ))
                if (not t_7(l_3_index)):
                    pass
                    t_27.extend((
                        '#define ',
                        str(environment.getattr(l_2_view, 'macro')),
                        '_',
                        str(l_3_name),
                        '_IDX ',
                        str(l_3_index),
                        '\n',
                    ))
            l_3_name = l_3_offset = l_3_index = missing
            l_3_loop = missing
            for l_3_region, l_3_loop in LoopContext(environment.getattr(l_2_view, 'regions'), undefined):
                _loop_vars = {}
                pass
                t_27.extend((
                    '#define ',
                    str(environment.getattr(l_3_region, 'macro')),
                    '_',
                    str(('SIZE' if (environment.getattr(l_2_view, 'unit') == 1) else 'WORDS')),
                    ' ',
                    str(environment.getattr(l_3_region, 'count')),
                    '\n#define ',
                    str(environment.getattr(l_3_region, 'macro')),
                    '_FORM_REST 0\n',
                ))
                l_4_loop = missing
                for l_4_form, l_4_loop in LoopContext(environment.getattr(l_3_region, 'forms'), undefined):
                    _loop_vars = {}
                    pass
                    t_27.extend((
                        '#define ',
                        str(environment.getattr(l_4_form, 'macro')),
                        ' ',
                        str(environment.getattr(l_4_loop, 'index')),
                        '\n',
                    ))
                l_4_loop = l_4_form = missing
            l_3_loop = l_3_region = missing
            def t_28(fiter):
                for l_3_param in fiter:
                    if (not t_7(environment.getattr(l_3_param, 'low'))):
                        yield l_3_param
            for l_3_param in t_28(environment.getattr(l_2_view, 'params')):
                _loop_vars = {}
                pass
                t_27.extend((
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
            if environment.getattr(l_2_view, 'replaces'):
                pass
                t_27.extend((
                    '/* Stands there before: ',
                    str(environment.getattr(environment.getattr(l_2_view, 'replaces'), 'breakpoint')),
                    '. */\n#define ',
                    str(environment.getattr(l_2_view, 'macro')),
                    '_REPLACE_NEEDS_STOP_MACHINE ',
                    str(t_2(environment.getattr(environment.getattr(l_2_view, 'replaces'), 'stop_machine'))),
                    '\n',
                ))
            t_27.extend((
                '#define ',
                str(environment.getattr(l_2_view, 'macro')),
                '_INSNS \\\n',
            ))
            for l_3_line in context.call(environment.getattr(l_2_view, 'listed'), (undefined(name='comment') if l_2_comment is missing else l_2_comment)):
                _loop_vars = {}
                pass
                t_27.extend((
                    '\t',
                    str(l_3_line),
                    '\n',
                ))
            l_3_line = missing
            t_27.extend((
                '#define ',
                str(environment.getattr(l_2_view, 'macro')),
                '_MASKS \\\n',
            ))
            for l_3_line in environment.getattr(l_2_view, 'mask_lines'):
                _loop_vars = {}
                pass
                t_27.extend((
                    '\t',
                    str(l_3_line),
                    '\n',
                ))
            l_3_line = missing
            t_27.append(
                '\n#ifndef __ASSEMBLY__\n',
            )
            if environment.getattr(l_2_view, 'room'):
                pass
                t_27.extend((
                    'static_assert(',
                    str(environment.getattr(l_2_view, 'room')),
                    ' >= ',
                    str(environment.getattr(l_2_view, 'macro')),
                    '_SIZE,\n\t      "',
                    str(environment.getattr(l_2_view, 'name')),
                    ' does not fit its field");\n',
                ))
            for (l_3_test, l_3_message) in environment.getattr(l_2_view, 'assertions'):
                _loop_vars = {}
                pass
                t_27.extend((
                    'static_assert(',
                    str(l_3_test),
                    ',\n\t      "',
                    str(l_3_message),
                    '");\n',
                ))
            l_3_test = l_3_message = missing
            for l_3_param in environment.getattr(l_2_view, 'params'):
                _loop_vars = {}
                pass
                t_27.extend((
                    '\n',
                    str(context.call((undefined(name='fits') if l_0_fits is missing else l_0_fits), l_2_view, l_3_param, _loop_vars=_loop_vars)),
                ))
            l_3_param = missing
            for l_3_region in environment.getattr(l_2_view, 'regions'):
                _loop_vars = {}
                pass
                for l_4_form in environment.getattr(l_3_region, 'forms'):
                    _loop_vars = {}
                    pass
                    t_27.extend((
                        '\n',
                        str(context.call((undefined(name='alone') if l_0_alone is missing else l_0_alone), l_2_view, l_3_region, l_4_form, _loop_vars=_loop_vars)),
                    ))
                l_4_form = missing
                t_27.extend((
                    '\n',
                    str(context.call((undefined(name='which') if l_0_which is missing else l_0_which), l_2_view, l_3_region, _loop_vars=_loop_vars)),
                ))
            l_3_region = missing
            t_27.extend((
                '\n',
                str(context.call((undefined(name='encoder') if l_0_encoder is missing else l_0_encoder), l_2_view)),
                '\n',
            ))
            l_2_compared = environment.getattr(l_2_view, 'compared')
            t_27.extend((
                '/* Whether ',
                str(('a number is this instruction' if environment.getattr(l_2_view, 'is_number') else str_join((environment.getattr(l_2_view, 'units'), ' in RAM are this template', )))),
                ', whatever its holes hold',
                str((' and its regions are' if environment.getattr(l_2_view, 'regions') else cond_expr_undefined("the inline if-expression on line 404 in 'header.h.j2' evaluated to false and no else section was defined."))),
                '. */\nstatic inline bool ',
                str(environment.getattr(l_2_view, 'name')),
                '_match(const ',
                str(environment.getattr(l_2_view, 'type')),
                ' *',
                str(environment.getattr(l_2_view, 'buffer')),
                ')\n{\n',
            ))
            if (environment.getattr(l_2_view, 'unit') == 1):
                pass
                (l_2_i, l_2_rest, l_2_masks) = environment.getattr(l_2_view, 'local')
                t_27.extend((
                    '\tstatic const u8 ',
                    str((undefined(name='rest') if l_2_rest is missing else l_2_rest)),
                    '[] = { ',
                    str(environment.getattr(l_2_view, 'macro')),
                    '_INSNS };\n\tstatic const u8 ',
                    str((undefined(name='masks') if l_2_masks is missing else l_2_masks)),
                    '[] = { ',
                    str(environment.getattr(l_2_view, 'macro')),
                    '_MASKS };\n\tsize_t ',
                    str((undefined(name='i') if l_2_i is missing else l_2_i)),
                    ';\n\n\tfor (',
                    str((undefined(name='i') if l_2_i is missing else l_2_i)),
                    ' = 0; ',
                    str((undefined(name='i') if l_2_i is missing else l_2_i)),
                    ' < sizeof(',
                    str((undefined(name='rest') if l_2_rest is missing else l_2_rest)),
                    '); ',
                    str((undefined(name='i') if l_2_i is missing else l_2_i)),
                    '++)\n\t\tif ((',
                    str(environment.getattr(l_2_view, 'buffer')),
                    '[',
                    str((undefined(name='i') if l_2_i is missing else l_2_i)),
                    '] ^ ',
                    str((undefined(name='rest') if l_2_rest is missing else l_2_rest)),
                    '[',
                    str((undefined(name='i') if l_2_i is missing else l_2_i)),
                    ']) & ',
                    str((undefined(name='masks') if l_2_masks is missing else l_2_masks)),
                    '[',
                    str((undefined(name='i') if l_2_i is missing else l_2_i)),
                    '])\n\t\t\treturn false;\n\treturn ',
                    str(('true' if (not (undefined(name='compared') if l_2_compared is missing else l_2_compared)) else cond_expr_undefined("the inline if-expression on line 416 in 'header.h.j2' evaluated to false and no else section was defined."))),
                ))
                l_3_loop = missing
                for l_3_test, l_3_loop in LoopContext((undefined(name='compared') if l_2_compared is missing else l_2_compared), undefined):
                    _loop_vars = {}
                    pass
                    t_27.extend((
                        str(l_3_test),
                        str((' &&\n\t       ' if (not environment.getattr(l_3_loop, 'last')) else cond_expr_undefined("the inline if-expression on line 416 in 'header.h.j2' evaluated to false and no else section was defined."))),
                    ))
                l_3_loop = l_3_test = missing
                t_27.append(
                    ';\n',
                )
            elif (undefined(name='compared') if l_2_compared is missing else l_2_compared):
                pass
                t_27.append(
                    '\treturn ',
                )
                l_3_loop = missing
                for l_3_test, l_3_loop in LoopContext((undefined(name='compared') if l_2_compared is missing else l_2_compared), undefined):
                    _loop_vars = {}
                    pass
                    t_27.extend((
                        str(l_3_test),
                        str((' &&\n\t       ' if (not environment.getattr(l_3_loop, 'last')) else cond_expr_undefined("the inline if-expression on line 418 in 'header.h.j2' evaluated to false and no else section was defined."))),
                    ))
                l_3_loop = l_3_test = missing
                t_27.append(
                    ';\n',
                )
            else:
                pass
                t_27.extend((
                    '\t(void)',
                    str(environment.getattr(l_2_view, 'buffer')),
                    ';\n\treturn true;\n',
                ))
            t_27.append(
                '}\n',
            )
            def t_29(fiter):
                for l_3_param in fiter:
                    if environment.getattr(l_3_param, 'fetched'):
                        yield l_3_param
            for l_3_param in t_29(environment.getattr(l_2_view, 'params')):
                _loop_vars = {}
                pass
                t_27.extend((
                    '\n/* What @',
                    str(environment.getattr(l_3_param, 'name')),
                    ' was encoded into ',
                    str(environment.getattr(l_2_view, 'units')),
                    ' that match',
                    str((str_join((', ', environment.getattr(l_3_param, 'where'), )) if environment.getattr(l_3_param, 'where') else cond_expr_undefined("the inline if-expression on line 426 in 'header.h.j2' evaluated to false and no else section was defined."))),
                    '. */\nstatic inline ',
                    str(environment.getattr(l_3_param, 'returned')),
                    ' ',
                    str(environment.getattr(l_2_view, 'name')),
                    '_get_',
                    str(environment.getattr(l_3_param, 'name')),
                    '(const ',
                    str(environment.getattr(l_2_view, 'type')),
                    ' *',
                    str(environment.getattr(l_2_view, 'buffer')),
                    str((str_join((', unsigned long ', environment.getattr(l_2_view, 'ip'), )) if environment.getattr(l_3_param, 'pc_relative') else cond_expr_undefined("the inline if-expression on line 427 in 'header.h.j2' evaluated to false and no else section was defined."))),
                    ')\n{\n',
                ))
                for l_4_line in environment.getattr(l_3_param, 'fetched'):
                    _loop_vars = {}
                    pass
                    t_27.extend((
                        str(context.call(environment.getattr(str_join(('\t', l_4_line, )), 'rstrip'), _loop_vars=_loop_vars)),
                        '\n',
                    ))
                l_4_line = missing
                t_27.append(
                    '}\n',
                )
            l_3_param = missing
            t_27.append(
                '#endif /* __ASSEMBLY__ */\n',
            )
            return concat(t_27)
        caller = Macro(environment, macro, None, ('view',), False, False, False, context.eval_ctx.autoescape)
        yield context.call((undefined(name='chain') if l_0_chain is missing else l_0_chain), l_1_branches, str_join(('no ', environment.getattr(l_1_template, 'name'), ' here', )), caller=caller, _loop_vars=_loop_vars)
    l_1_loop = l_1_template = l_1_branches = l_1_params_of = missing
    l_1_loop = missing
    for (l_1_family, l_1_macro, l_1_branches), l_1_loop in LoopContext((undefined(name='families') if l_0_families is missing else l_0_families), undefined):
        l_1_enumerators = resolve('enumerators')
        _loop_vars = {}
        pass
        yield '\n'
        yield str(context.call((undefined(name='documented') if l_0_documented is missing else l_0_documented), environment.getattr(l_1_family, 'name'), environment.getattr(l_1_family, 'doc'), [], _loop_vars=_loop_vars))
        yield '#ifndef __ASSEMBLY__\nenum '
        yield str(environment.getattr(l_1_family, 'name'))
        yield ' {\n\t'
        yield str(l_1_macro)
        yield '_NONE,\n'
        for l_2_member in context.call((undefined(name='enumerators') if l_1_enumerators is missing else l_1_enumerators), l_1_family, _loop_vars=_loop_vars):
            _loop_vars = {}
            pass
            yield '\t'
            yield str(l_1_macro)
            yield '_'
            yield str(context.call(environment.getattr(l_2_member, 'upper'), _loop_vars=_loop_vars))
            yield ',\n'
        l_2_member = missing
        yield '};\n\n#endif /* __ASSEMBLY__ */\n'
        def macro(l_2_view):
            t_30 = []
            l_2_units = l_2_room = missing
            if l_2_view is missing:
                l_2_view = undefined("parameter 'view' was not provided", name='view')
            pass
            if environment.getattr(l_2_view, 'joint'):
                pass
                t_30.extend((
                    '/* One mask for all members lets other words through; ',
                    str(environment.getattr(l_2_view, 'name')),
                    '_match() does not. */\n#define ',
                    str(environment.getattr(l_2_view, 'macro')),
                    '_JOINT_FIRST_',
                    str(('BYTE' if (environment.getattr(l_2_view, 'unit') == 1) else 'WORD')),
                    ' ',
                    str(environment.getattr(environment.getitem(environment.getattr(l_2_view, 'joint'), 0), 'word')),
                    '\n#define ',
                    str(environment.getattr(l_2_view, 'macro')),
                    '_JOINT_VALUES \\\n',
                ))
                l_3_loop = missing
                for l_3_word, l_3_loop in LoopContext(environment.getattr(l_2_view, 'joint'), undefined):
                    _loop_vars = {}
                    pass
                    t_30.extend((
                        '\t',
                        str(environment.getattr(l_3_word, 'value')),
                        str((', \\' if (not environment.getattr(l_3_loop, 'last')) else cond_expr_undefined("the inline if-expression on line 455 in 'header.h.j2' evaluated to false and no else section was defined."))),
                        '\n',
                    ))
                l_3_loop = l_3_word = missing
                t_30.extend((
                    '#define ',
                    str(environment.getattr(l_2_view, 'macro')),
                    '_JOINT_MASKS \\\n',
                ))
                l_3_loop = missing
                for l_3_word, l_3_loop in LoopContext(environment.getattr(l_2_view, 'joint'), undefined):
                    _loop_vars = {}
                    pass
                    t_30.extend((
                        '\t',
                        str(environment.getattr(l_3_word, 'mask')),
                        str((', \\' if (not environment.getattr(l_3_loop, 'last')) else cond_expr_undefined("the inline if-expression on line 459 in 'header.h.j2' evaluated to false and no else section was defined."))),
                        '\n',
                    ))
                l_3_loop = l_3_word = missing
            t_30.append(
                '\n#ifndef __ASSEMBLY__\n',
            )
            (l_2_units, l_2_room) = (('bytes', 'SIZE') if (environment.getattr(l_2_view, 'unit') == 1) else ('words', 'WORDS'))
            t_30.extend((
                '/* Which member @',
                str((undefined(name='units') if l_2_units is missing else l_2_units)),
                ' ',
                str((undefined(name='units') if l_2_units is missing else l_2_units)),
                ' in RAM are; exact. */\nstatic inline enum ',
                str(environment.getattr(l_2_view, 'name')),
                ' ',
                str(environment.getattr(l_2_view, 'name')),
                '_match(const u',
                str((8 * environment.getattr(l_2_view, 'unit'))),
                ' *insns, size_t ',
                str((undefined(name='units') if l_2_units is missing else l_2_units)),
                ')\n{\n',
            ))
            for (l_3_member, l_3_member_macro, l_3_enumerator) in environment.getattr(l_2_view, 'members'):
                _loop_vars = {}
                pass
                t_30.extend((
                    '\tif (',
                    str((undefined(name='units') if l_2_units is missing else l_2_units)),
                    ' >= ',
                    str(l_3_member_macro),
                    '_',
                    str((undefined(name='room') if l_2_room is missing else l_2_room)),
                    ' && ',
                    str(l_3_member),
                    '_match(insns))\n\t\treturn ',
                    str(l_3_enumerator),
                    ';\n',
                ))
            l_3_member = l_3_member_macro = l_3_enumerator = missing
            t_30.extend((
                '\n\treturn ',
                str(environment.getattr(l_2_view, 'macro')),
                '_NONE;\n}\n',
            ))
            for (l_3_name, l_3_kind, l_3_members, l_3_relative) in environment.getattr(l_2_view, 'extracts'):
                l_3_prototype = resolve('prototype')
                _loop_vars = {}
                pass
                t_30.extend((
                    '\n/* What @',
                    str(l_3_name),
                    ' the member that @',
                    str((undefined(name='units') if l_2_units is missing else l_2_units)),
                    ' ',
                    str((undefined(name='units') if l_2_units is missing else l_2_units)),
                    ' in RAM are holds: 0, or -EINVAL if they are none. */\n',
                    str(context.call((undefined(name='prototype') if l_3_prototype is missing else l_3_prototype), str_join(('static inline int ', environment.getattr(l_2_view, 'name'), '_get_', l_3_name, )), (([str_join(('const u', (8 * environment.getattr(l_2_view, 'unit')), ' *insns', )), str_join(('size_t ', (undefined(name='units') if l_2_units is missing else l_2_units), ))] + (['unsigned long ip'] if l_3_relative else [])) + [str_join((l_3_kind, ' *value', ))]), _loop_vars=_loop_vars)),
                    '\n{\n\tswitch (',
                    str(environment.getattr(l_2_view, 'name')),
                    '_match(insns, ',
                    str((undefined(name='units') if l_2_units is missing else l_2_units)),
                    ')) {\n',
                ))
                for (l_4_member, l_4_enumerator, l_4_pc_relative) in l_3_members:
                    _loop_vars = {}
                    pass
                    t_30.extend((
                        '\tcase ',
                        str(l_4_enumerator),
                        ':\n\t\t*value = ',
                        str(l_4_member),
                        '_get_',
                        str(l_3_name),
                        '(insns',
                        str((', ip' if l_4_pc_relative else cond_expr_undefined("the inline if-expression on line 483 in 'header.h.j2' evaluated to false and no else section was defined."))),
                        ');\n\t\treturn 0;\n',
                    ))
                l_4_member = l_4_enumerator = l_4_pc_relative = missing
                t_30.append(
                    '\tdefault:\n\t\treturn -EINVAL;\n\t}\n}\n',
                )
            l_3_name = l_3_kind = l_3_members = l_3_relative = l_3_prototype = missing
            t_30.append(
                '#endif /* __ASSEMBLY__ */\n',
            )
            return concat(t_30)
        caller = Macro(environment, macro, None, ('view',), False, False, False, context.eval_ctx.autoescape)
        yield context.call((undefined(name='chain') if l_0_chain is missing else l_0_chain), l_1_branches, str_join(('no ', environment.getattr(l_1_family, 'name'), ' here', )), caller=caller, _loop_vars=_loop_vars)
    l_1_loop = l_1_family = l_1_macro = l_1_branches = l_1_enumerators = missing
    if (undefined(name='describes') if l_0_describes is missing else l_0_describes):
        pass
        template = environment.get_template('tables.h.j2', 'header.h.j2')
        gen = template.root_render_func(template.new_context(context.get_all(), True, {'alone': l_0_alone, 'chain': l_0_chain, 'check': l_0_check, 'documented': l_0_documented, 'encoder': l_0_encoder, 'entry': l_0_entry, 'fits': l_0_fits, 'which': l_0_which}))
        try:
            for event in gen:
                yield event
        finally: gen.close()
        template = environment.get_template('repeats.h.j2', 'header.h.j2')
        gen = template.root_render_func(template.new_context(context.get_all(), True, {'alone': l_0_alone, 'chain': l_0_chain, 'check': l_0_check, 'documented': l_0_documented, 'encoder': l_0_encoder, 'entry': l_0_entry, 'fits': l_0_fits, 'which': l_0_which}))
        try:
            for event in gen:
                yield event
        finally: gen.close()
    yield '\n#endif /* '
    yield str((undefined(name='guard') if l_0_guard is missing else l_0_guard))
    yield ' */\n'

blocks = {}
debug_info = '2=72&3=79&4=82&5=85&7=88&8=92&9=95&10=98&12=104&15=107&19=115&21=127&22=130&23=134&25=138&26=142&30=152&33=160&34=163&35=166&36=175&38=181&40=187&42=189&43=196&44=201&45=209&47=215&48=220&50=228&53=232&55=238&61=254&65=256&67=259&71=264&74=270&75=273&76=277&78=290&80=299&88=311&89=320&90=323&91=327&93=336&94=340&95=342&97=348&98=354&100=360&101=363&104=366&105=370&113=381&115=390&116=400&119=409&125=418&126=430&127=439&129=445&131=457&133=466&135=469&136=477&138=480&139=485&141=489&147=500&149=509&150=513&152=515&154=523&155=525&156=528&157=531&158=535&159=537&165=547&166=556&167=560&168=562&169=565&170=568&171=577&173=583&179=594&183=603&185=606&186=608&187=611&188=615&191=618&192=626&194=629&195=638&196=640&197=643&198=647&201=653&202=658&203=661&204=669&212=680&213=682&214=685&215=693&217=703&218=707&219=709&220=711&221=713&222=718&224=722&225=724&226=729&228=733&229=735&230=740&234=745&235=752&236=757&237=761&238=768&239=772&241=776&250=789&251=792&254=795&255=797&256=799&259=802&260=806&264=810&265=812&274=814&277=817&288=821&292=824&293=829&296=835&297=839&301=845&305=848&306=852&307=856&311=864&313=870&314=871&315=873&316=880&317=884&318=889&319=894&321=902&322=907&324=913&325=918&327=924&328=927&315=931&331=932&333=935&335=940&336=941&337=951&340=956&341=961&345=968&346=972&348=979&349=984&350=989&351=996&352=1000&355=1009&356=1014&357=1020&358=1024&359=1029&362=1036&363=1045&364=1049&365=1053&367=1059&368=1063&369=1065&371=1072&372=1075&373=1080&375=1086&376=1089&377=1094&381=1101&382=1105&383=1109&385=1112&386=1117&387=1119&389=1123&391=1128&393=1131&394=1134&396=1139&399=1144&402=1149&403=1152&404=1155&405=1159&407=1166&408=1168&409=1171&410=1175&411=1179&413=1181&414=1189&416=1201&417=1215&418=1221&420=1236&424=1242&426=1251&427=1257&429=1269&430=1273&336=1286&437=1289&439=1294&441=1296&442=1298&443=1300&444=1304&449=1310&450=1316&451=1320&452=1322&453=1328&454=1332&455=1337&457=1344&458=1348&459=1353&464=1361&465=1364&466=1368&468=1377&469=1382&470=1390&473=1396&475=1399&477=1405&478=1411&480=1413&481=1418&482=1423&483=1425&449=1442&494=1444&495=1446&496=1452&499=1459'
