SOURCE = "adf84ef624a75b51933d57eed7ffad513da0ec9f61af650a8449358180a1d23d"
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
    l_0_bitmaps = resolve('bitmaps')
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
        t_7 = environment.tests['defined']
    except KeyError:
        @internalcode
        def t_7(*unused):
            raise TemplateRuntimeError("No test named 'defined' found.")
    try:
        t_8 = environment.tests['none']
    except KeyError:
        @internalcode
        def t_8(*unused):
            raise TemplateRuntimeError("No test named 'none' found.")
    try:
        t_9 = environment.tests['string']
    except KeyError:
        @internalcode
        def t_9(*unused):
            raise TemplateRuntimeError("No test named 'string' found.")
    pass
    def macro(l_1_branches, l_1_absent, l_1_caller):
        t_10 = []
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
                t_10.extend((
                    str(environment.getattr(l_2_branch, 'directive')),
                    '\n',
                ))
            if t_8(environment.getattr(l_2_branch, 'view')):
                pass
                t_10.extend((
                    '/* ',
                    str(l_1_absent),
                    ' */\n',
                ))
            elif t_9(environment.getattr(l_2_branch, 'view')):
                pass
                t_10.extend((
                    str(environment.getattr(l_2_branch, 'view')),
                    '\n',
                ))
            else:
                pass
                t_10.append(
                    str(context.call(l_1_caller, environment.getattr(l_2_branch, 'view'), _loop_vars=_loop_vars)),
                )
        l_2_branch = missing
        if environment.getattr(environment.getitem(l_1_branches, 0), 'directive'):
            pass
            t_10.append(
                '#endif\n',
            )
        return concat(t_10)
    context.exported_vars.add('chain')
    context.vars['chain'] = l_0_chain = Macro(environment, macro, 'chain', ('branches', 'absent'), False, False, True, context.eval_ctx.autoescape)
    def macro(l_1_name, l_1_doc, l_1_lines):
        t_11 = []
        l_1_wrapped = resolve('wrapped')
        if l_1_name is missing:
            l_1_name = undefined("parameter 'name' was not provided", name='name')
        if l_1_doc is missing:
            l_1_doc = undefined("parameter 'doc' was not provided", name='doc')
        if l_1_lines is missing:
            l_1_lines = undefined("parameter 'lines' was not provided", name='lines')
        pass
        t_11.extend((
            '/*\n * ',
            str(l_1_name),
            '\n',
        ))
        for l_2_line in context.call((undefined(name='wrapped') if l_1_wrapped is missing else l_1_wrapped), l_1_doc):
            _loop_vars = {}
            pass
            t_11.extend((
                str(context.call(environment.getattr(str_join((' * ', t_1(l_2_line), )), 'rstrip'), _loop_vars=_loop_vars)),
                '\n',
            ))
        l_2_line = missing
        for l_2_line in l_1_lines:
            _loop_vars = {}
            pass
            t_11.extend((
                str(context.call(environment.getattr(str_join((' * ', t_1(l_2_line), )), 'rstrip'), _loop_vars=_loop_vars)),
                '\n',
            ))
        l_2_line = missing
        t_11.append(
            ' */\n',
        )
        return concat(t_11)
    context.exported_vars.add('documented')
    context.vars['documented'] = l_0_documented = Macro(environment, macro, 'documented', ('name', 'doc', 'lines'), False, False, False, context.eval_ctx.autoescape)
    def macro(l_1_view):
        t_12 = []
        l_1_prototype = resolve('prototype')
        if l_1_view is missing:
            l_1_view = undefined("parameter 'view' was not provided", name='view')
        pass
        t_12.extend((
            '\n#ifndef __ASSEMBLY__\nstruct ',
            str(environment.getattr(l_1_view, 'name')),
            ' {\n',
        ))
        for (l_2_declaration, l_2_name, l_2_doc) in environment.getattr(l_1_view, 'members'):
            _loop_vars = {}
            pass
            def t_13(fiter):
                for l_3_line in fiter:
                    if l_2_doc:
                        yield l_3_line
            for l_3_line in t_13(context.call(environment.getattr(l_2_doc, 'split'), '\n', _loop_vars=_loop_vars)):
                _loop_vars = {}
                pass
                t_12.extend((
                    '\t/* ',
                    str(t_1(l_3_line)),
                    ' */\n',
                ))
            l_3_line = missing
            t_12.extend((
                '\t',
                str(l_2_declaration),
                ';\n',
            ))
        l_2_declaration = l_2_name = l_2_doc = missing
        t_12.extend((
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
            t_12.extend((
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
            t_12.extend((
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
            t_12.extend((
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
                t_12.extend((
                    'entry->',
                    str(l_2_name),
                    ' == ',
                    str(l_2_macro),
                    str((' &&\n\t       ' if (not environment.getattr(l_2_loop, 'last')) else cond_expr_undefined("the inline if-expression on line 55 in 'header.h.j2' evaluated to false and no else section was defined."))),
                ))
            l_2_loop = l_2_name = l_2_macro = l_2_value = missing
            t_12.append(
                ';\n}\n',
            )
        t_12.extend((
            '\n/*\n * Write an entry prepared in RAM (zero where nothing was encoded) to where it will\n * run',
            str((str_join((', ', environment.getitem(environment.getitem(environment.getattr(l_1_view, 'order'), -1), 0), ' last: until then an entry that was free does not match', )) if environment.getattr(l_1_view, 'commits') else cond_expr_undefined("the inline if-expression on line 61 in 'header.h.j2' evaluated to false and no else section was defined."))),
            '.\n * @poke copies, and returns 0 or an error that ends the commit.\n */\nstatic inline int\n',
            str(context.call((undefined(name='prototype') if l_1_prototype is missing else l_1_prototype), str_join((environment.getattr(l_1_view, 'name'), '_commit', )), [str_join(('struct ', environment.getattr(l_1_view, 'name'), ' *dst', )), str_join(('const struct ', environment.getattr(l_1_view, 'name'), ' *src', )), 'int (*poke)(void *dst, const void *src, size_t len)'])),
            '\n{\n',
        ))
        if (t_4(environment.getattr(l_1_view, 'order')) > 1):
            pass
            t_12.append(
                '\tint ret;\n\n',
            )
        if (t_4(t_5(context.eval_ctx, t_6(context, environment.getattr(l_1_view, 'order'), 1, 'ne', 'word'))) == 0):
            pass
            t_12.append(
                '\t(void)src;\n',
            )
        l_2_loop = missing
        for (l_2_name, l_2_kind), l_2_loop in LoopContext(environment.getattr(l_1_view, 'order'), undefined):
            _loop_vars = {}
            pass
            if (l_2_kind == 'word'):
                pass
                t_12.extend((
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
                t_12.extend((
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
                t_12.append(
                    '\tif (ret)\n\t\treturn ret;\n',
                )
        l_2_loop = l_2_name = l_2_kind = missing
        t_12.append(
            '}\n#endif /* __ASSEMBLY__ */\n',
        )
        return concat(t_12)
    context.exported_vars.add('entry')
    context.vars['entry'] = l_0_entry = Macro(environment, macro, 'entry', ('view',), False, False, False, context.eval_ctx.autoescape)
    def macro(l_1_view, l_1_param):
        t_14 = []
        if l_1_view is missing:
            l_1_view = undefined("parameter 'view' was not provided", name='view')
        if l_1_param is missing:
            l_1_param = undefined("parameter 'param' was not provided", name='param')
        pass
        t_14.extend((
            '/* Whether every hole of @',
            str(environment.getattr(l_1_param, 'name')),
            ' can hold it. */\n',
        ))
        if environment.getattr(l_1_param, 'pc_relative'):
            pass
            t_14.extend((
                'static inline bool ',
                str(environment.getattr(l_1_view, 'name')),
                '_',
                str(environment.getattr(l_1_param, 'name')),
                '_fits(unsigned long ',
                str(environment.getattr(l_1_view, 'ip')),
                ', ',
                str((str_join(('size_t ', environment.getattr(l_1_view, 'size'), ', ', )) if (t_7(environment.getattr(l_1_view, 'sized')) and environment.getattr(l_1_view, 'sized')) else cond_expr_undefined("the inline if-expression on line 91 in 'header.h.j2' evaluated to false and no else section was defined."))),
                'unsigned long ',
                str(environment.getattr(l_1_param, 'name')),
                ')\n{\n',
            ))
            if ((not environment.getattr(l_1_param, 'out_of_range')) and (not environment.getattr(l_1_param, 'misaligned'))):
                pass
                t_14.extend((
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
                    t_14.extend((
                        '\t',
                        str((str_join((environment.getattr(l_1_param, 'kind'), ' ', )) if environment.getattr(l_2_loop, 'first') else cond_expr_undefined("the inline if-expression on line 98 in 'header.h.j2' evaluated to false and no else section was defined."))),
                        str(environment.getattr(l_1_view, 'distance')),
                        ' = ',
                        str(l_2_distance),
                        ';\n\n',
                    ))
                    if environment.getattr(l_1_param, 'out_of_range'):
                        pass
                        t_14.extend((
                            str(context.call((undefined(name='broken') if l_2_broken is missing else l_2_broken), str_join(('if (', environment.getattr(l_1_param, 'out_of_range'), ')', )), _loop_vars=_loop_vars)),
                            '\n\t\treturn false;\n',
                        ))
                    if environment.getattr(l_1_param, 'misaligned'):
                        pass
                        t_14.extend((
                            '\tif (',
                            str(environment.getattr(l_1_param, 'misaligned')),
                            ')\n\t\treturn false;\n',
                        ))
                l_2_loop = l_2_distance = l_2_broken = missing
            t_14.append(
                '\treturn true;\n}\n',
            )
        else:
            pass
            t_14.extend((
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
            def t_15(fiter):
                for l_2_test in fiter:
                    if l_2_test:
                        yield l_2_test
            t_16 = 1
            for l_2_test in t_15((environment.getattr(l_1_param, 'out_of_range'), environment.getattr(l_1_param, 'misaligned'), environment.getattr(l_1_param, 'refused'))):
                l_2_broken = resolve('broken')
                _loop_vars = {}
                pass
                t_14.extend((
                    str(context.call((undefined(name='broken') if l_2_broken is missing else l_2_broken), str_join(('if (', l_2_test, ')', )), _loop_vars=_loop_vars)),
                    '\n\t\treturn false;\n',
                ))
                t_16 = 0
            l_2_test = l_2_broken = missing
            if t_16:
                pass
                t_14.extend((
                    '\t(void)',
                    str(environment.getattr(l_1_param, 'name')),
                    ';\n',
                ))
            t_14.append(
                '\treturn true;\n}\n',
            )
        return concat(t_14)
    context.exported_vars.add('fits')
    context.vars['fits'] = l_0_fits = Macro(environment, macro, 'fits', ('view', 'param'), False, False, False, context.eval_ctx.autoescape)
    def macro(l_1_view, l_1_param, l_1_value, l_1_indent):
        t_17 = []
        if l_1_view is missing:
            l_1_view = undefined("parameter 'view' was not provided", name='view')
        if l_1_param is missing:
            l_1_param = undefined("parameter 'param' was not provided", name='param')
        if l_1_value is missing:
            l_1_value = undefined("parameter 'value' was not provided", name='value')
        if l_1_indent is missing:
            l_1_indent = '\t'
        pass
        t_17.extend((
            str(l_1_indent),
            'if (!',
            str(environment.getattr(l_1_view, 'name')),
            '_',
            str(environment.getattr(l_1_param, 'name')),
            '_fits(',
            str((str_join((environment.getattr(l_1_view, 'ip'), ', ', )) if environment.getattr(l_1_param, 'pc_relative') else cond_expr_undefined("the inline if-expression on line 126 in 'header.h.j2' evaluated to false and no else section was defined."))),
            str((str_join((environment.getattr(l_1_view, 'size'), ', ', )) if (t_7(environment.getattr(l_1_view, 'sized')) and environment.getattr(l_1_param, 'pc_relative')) else cond_expr_undefined("the inline if-expression on line 126 in 'header.h.j2' evaluated to false and no else section was defined."))),
            str(l_1_value),
            '))\n',
            str(l_1_indent),
            '\treturn -ERANGE;\n',
        ))
        return concat(t_17)
    context.exported_vars.add('check')
    context.vars['check'] = l_0_check = Macro(environment, macro, 'check', ('view', 'param', 'value', 'indent'), False, False, False, context.eval_ctx.autoescape)
    def macro(l_1_view, l_1_region, l_1_form):
        t_18 = []
        l_1_prototype = resolve('prototype')
        if l_1_view is missing:
            l_1_view = undefined("parameter 'view' was not provided", name='view')
        if l_1_region is missing:
            l_1_region = undefined("parameter 'region' was not provided", name='region')
        if l_1_form is missing:
            l_1_form = undefined("parameter 'form' was not provided", name='form')
        pass
        t_18.extend((
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
        def t_19(fiter):
            for l_2_name in fiter:
                if environment.getattr(context.call(environment.getattr(l_1_view, 'param'), l_2_name), 'fallible'):
                    yield l_2_name
        for l_2_name in t_19(environment.getattr(l_1_form, 'params')):
            _loop_vars = {}
            pass
            t_18.append(
                str(context.call((undefined(name='check') if l_0_check is missing else l_0_check), l_1_view, context.call(environment.getattr(l_1_view, 'param'), l_2_name, _loop_vars=_loop_vars), l_2_name, _loop_vars=_loop_vars)),
            )
        l_2_name = missing
        for l_2_word in environment.getattr(l_1_form, 'words'):
            l_2_broken = resolve('broken')
            _loop_vars = {}
            pass
            t_18.extend((
                str(context.call((undefined(name='broken') if l_2_broken is missing else l_2_broken), l_2_word, _loop_vars=_loop_vars)),
                '\n',
            ))
        l_2_word = l_2_broken = missing
        if environment.getattr(l_1_form, 'fallible'):
            pass
            t_18.append(
                '\n\treturn 0;\n',
            )
        t_18.append(
            '}\n',
        )
        return concat(t_18)
    context.exported_vars.add('alone')
    context.vars['alone'] = l_0_alone = Macro(environment, macro, 'alone', ('view', 'region', 'form'), False, False, False, context.eval_ctx.autoescape)
    def macro(l_1_view, l_1_region):
        t_20 = []
        if l_1_view is missing:
            l_1_view = undefined("parameter 'view' was not provided", name='view')
        if l_1_region is missing:
            l_1_region = undefined("parameter 'region' was not provided", name='region')
        pass
        t_20.extend((
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
                t_20.extend((
                    '\tif (',
                    str(t_3(context.eval_ctx, environment.getattr(l_2_form, 'tests'), ' &&\n\t    ')),
                    ')\n\t\treturn ',
                    str(environment.getattr(l_2_form, 'macro')),
                    ';\n',
                ))
        l_2_form = missing
        t_20.append(
            '\treturn -EINVAL;\n}\n',
        )
        return concat(t_20)
    context.exported_vars.add('which')
    context.vars['which'] = l_0_which = Macro(environment, macro, 'which', ('view', 'region'), False, False, False, context.eval_ctx.autoescape)
    def macro(l_1_view):
        t_21 = []
        l_1_prototype = resolve('prototype')
        l_1_i = resolve('i')
        l_1_rest = resolve('rest')
        l_1_masks = resolve('masks')
        if l_1_view is missing:
            l_1_view = undefined("parameter 'view' was not provided", name='view')
        pass
        if environment.getattr(l_1_view, 'members'):
            pass
            t_21.extend((
                '/* What ',
                str(environment.getattr(l_1_view, 'name')),
                '_encode() puts into a copy. */\nstruct ',
                str(environment.getattr(l_1_view, 'name')),
                '_args {\n',
            ))
            for (l_2_type, l_2_name) in environment.getattr(l_1_view, 'members'):
                _loop_vars = {}
                pass
                def t_22(fiter):
                    for l_3_region in fiter:
                        if (environment.getattr(l_3_region, 'name') == l_2_name):
                            yield l_3_region
                for l_3_region in t_22(environment.getattr(l_1_view, 'regions')):
                    _loop_vars = {}
                    pass
                    t_21.extend((
                        '\t/* One of ',
                        str(environment.getattr(l_3_region, 'macro')),
                        '_FORM_*. */\n',
                    ))
                l_3_region = missing
                t_21.extend((
                    '\t',
                    str(l_2_type),
                    ' ',
                    str(l_2_name),
                    ';\n',
                ))
            l_2_type = l_2_name = missing
            t_21.append(
                '};\n\n',
            )
        t_21.extend((
            '/*\n * ',
            str(('Give the instruction as a number, filled in.' if environment.getattr(l_1_view, 'is_number') else str_join(('Write the ', environment.getattr(l_1_view, 'units'), ' to RAM with every hole filled in.', )))),
        ))
        if environment.getattr(l_1_view, 'params'):
            pass
            t_21.append(
                " Returns 0, or -ERANGE with nothing\n * written if a value can't be encoded.",
            )
        t_21.extend((
            '\n */\n',
            str(context.call((undefined(name='prototype') if l_1_prototype is missing else l_1_prototype), str_join(('static inline int ', environment.getattr(l_1_view, 'name'), '_encode', )), environment.getattr(l_1_view, 'arguments'))),
            '\n{\n',
        ))
        if (environment.getattr(l_1_view, 'unit') == 1):
            pass
            (l_1_i, l_1_rest, l_1_masks) = environment.getattr(l_1_view, 'local')
            t_21.extend((
                '\tstatic const u8 ',
                str((undefined(name='rest') if l_1_rest is missing else l_1_rest)),
                '[] = { ',
                str(environment.getattr(l_1_view, 'macro')),
                '_INSNS };\n\tsize_t ',
                str((undefined(name='i') if l_1_i is missing else l_1_i)),
                ';\n\n',
            ))
        def t_23(fiter):
            for l_2_param in fiter:
                if environment.getattr(l_2_param, 'fallible'):
                    yield l_2_param
        for l_2_param in t_23(environment.getattr(l_1_view, 'always')):
            _loop_vars = {}
            pass
            t_21.append(
                str(context.call((undefined(name='check') if l_0_check is missing else l_0_check), l_1_view, l_2_param, environment.getattr(l_2_param, 'value'), _loop_vars=_loop_vars)),
            )
        l_2_param = missing
        def t_24(fiter):
            for l_2_region in fiter:
                if (not environment.getattr(l_2_region, 'is_hole')):
                    yield l_2_region
        for l_2_region in t_24(environment.getattr(l_1_view, 'regions')):
            _loop_vars = {}
            pass
            t_21.extend((
                '\tswitch (',
                str(environment.getattr(l_2_region, 'choice')),
                ') {\n\tcase ',
                str(environment.getattr(l_2_region, 'macro')),
                '_FORM_REST:\n',
            ))
            for l_3_name in environment.getattr(l_2_region, 'rest_params'):
                _loop_vars = {}
                pass
                t_21.append(
                    str(context.call((undefined(name='check') if l_0_check is missing else l_0_check), l_1_view, context.call(environment.getattr(l_1_view, 'param'), l_3_name, _loop_vars=_loop_vars), environment.getattr(context.call(environment.getattr(l_1_view, 'param'), l_3_name, _loop_vars=_loop_vars), 'value'), '\t\t', _loop_vars=_loop_vars)),
                )
            l_3_name = missing
            t_21.append(
                '\t\tbreak;\n',
            )
            for l_3_form in environment.getattr(l_2_region, 'forms'):
                _loop_vars = {}
                pass
                t_21.extend((
                    '\tcase ',
                    str(environment.getattr(l_3_form, 'macro')),
                    ':\n',
                ))
                def t_25(fiter):
                    for l_4_name in fiter:
                        if environment.getattr(context.call(environment.getattr(l_1_view, 'param'), l_4_name), 'fallible'):
                            yield l_4_name
                for l_4_name in t_25(environment.getattr(l_3_form, 'params')):
                    _loop_vars = {}
                    pass
                    t_21.append(
                        str(context.call((undefined(name='check') if l_0_check is missing else l_0_check), l_1_view, context.call(environment.getattr(l_1_view, 'param'), l_4_name, _loop_vars=_loop_vars), environment.getattr(context.call(environment.getattr(l_1_view, 'param'), l_4_name, _loop_vars=_loop_vars), 'value'), '\t\t', _loop_vars=_loop_vars)),
                    )
                l_4_name = missing
                t_21.append(
                    '\t\tbreak;\n',
                )
            l_3_form = missing
            t_21.append(
                '\tdefault:\n\t\treturn -EINVAL;\n\t}\n',
            )
        l_2_region = missing
        if (environment.getattr(l_1_view, 'unit') == 1):
            pass
            (l_1_i, l_1_rest, l_1_masks) = environment.getattr(l_1_view, 'local')
            t_21.extend((
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
                    t_21.extend((
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
                    t_21.extend((
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
                    t_21.extend((
                        str(context.call((undefined(name='broken') if l_3_broken is missing else l_3_broken), l_3_filled, _loop_vars=_loop_vars)),
                        '\n',
                    ))
                l_3_filled = l_3_broken = missing
        l_2_loop = l_2_word = l_2_index = l_2_region = missing
        def t_26(fiter):
            for l_2_region in fiter:
                if (not environment.getattr(l_2_region, 'is_hole')):
                    yield l_2_region
        for l_2_region in t_26(environment.getattr(l_1_view, 'regions')):
            _loop_vars = {}
            pass
            for l_3_form in environment.getattr(l_2_region, 'forms'):
                l_3_broken = resolve('broken')
                l_3_braces = missing
                _loop_vars = {}
                pass
                l_3_braces = ((t_4(environment.getattr(l_3_form, 'filled')) > 1) or ('\n' in context.call((undefined(name='broken') if l_3_broken is missing else l_3_broken), environment.getitem(environment.getattr(l_3_form, 'filled'), 0), 2, _loop_vars=_loop_vars)))
                _loop_vars['braces'] = l_3_braces
                t_21.extend((
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
                    t_21.extend((
                        str(context.call((undefined(name='broken') if l_3_broken is missing else l_3_broken), l_4_filled, 2, _loop_vars=_loop_vars)),
                        '\n',
                    ))
                l_4_filled = missing
                if (undefined(name='braces') if l_3_braces is missing else l_3_braces):
                    pass
                    t_21.append(
                        '\t}\n',
                    )
            l_3_form = l_3_broken = l_3_braces = missing
        l_2_region = missing
        t_21.append(
            '\n\treturn 0;\n}\n',
        )
        return concat(t_21)
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
    if ('TRAMP_A64' in (undefined(name='memory') if l_0_memory is missing else l_0_memory)):
        pass
        yield '#include <asm/byteorder.h>\n#define TRAMP_A64_TO_MEM(insn) ((__force u32)cpu_to_le32(insn))\n#define TRAMP_A64_FROM_MEM(word) le32_to_cpu((__force __le32)(word))\n'
    if (('TRAMP_ARM' in (undefined(name='memory') if l_0_memory is missing else l_0_memory)) or ('TRAMP_THUMB' in (undefined(name='memory') if l_0_memory is missing else l_0_memory))):
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
            t_27 = []
            if l_2_view is missing:
                l_2_view = undefined("parameter 'view' was not provided", name='view')
            pass
            t_27.extend((
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
                t_27.extend((
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
                t_27.extend((
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
                t_27.extend((
                    '#define ',
                    str(l_3_macro),
                    ' ',
                    str(l_3_value),
                    '\n',
                ))
            l_3_name = l_3_macro = l_3_value = missing
            if (not (undefined(name='shared') if l_1_shared is missing else l_1_shared)):
                pass
                t_27.append(
                    str(context.call((undefined(name='entry') if l_0_entry is missing else l_0_entry), l_2_view)),
                )
            return concat(t_27)
        caller = Macro(environment, macro, None, ('view',), False, False, False, context.eval_ctx.autoescape)
        yield context.call((undefined(name='chain') if l_0_chain is missing else l_0_chain), l_1_branches, str_join(('no ', environment.getattr(l_1_layout, 'name'), ' here', )), caller=caller, _loop_vars=_loop_vars)
        yield str((context.call((undefined(name='entry') if l_0_entry is missing else l_0_entry), (undefined(name='shared') if l_1_shared is missing else l_1_shared), _loop_vars=_loop_vars) if (undefined(name='shared') if l_1_shared is missing else l_1_shared) else cond_expr_undefined("the inline if-expression on line 336 in 'header.h.j2' evaluated to false and no else section was defined.")))
    l_1_layout = l_1_branches = l_1_common = l_1_shared = missing
    l_1_loop = missing
    for (l_1_template, l_1_branches), l_1_loop in LoopContext((undefined(name='templates') if l_0_templates is missing else l_0_templates), undefined):
        l_1_params_of = resolve('params_of')
        _loop_vars = {}
        pass
        yield '\n'
        yield str(context.call((undefined(name='documented') if l_0_documented is missing else l_0_documented), environment.getattr(l_1_template, 'name'), environment.getattr(l_1_template, 'doc'), context.call((undefined(name='params_of') if l_1_params_of is missing else l_1_params_of), l_1_template, _loop_vars=_loop_vars), _loop_vars=_loop_vars))
        def macro(l_2_view):
            t_28 = []
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
                t_28.append(
                    '/*\n * Contract:\n',
                )
                for l_3_line in environment.getattr(l_2_view, 'contract'):
                    _loop_vars = {}
                    pass
                    t_28.extend((
                        ' *   ',
                        str(t_1(l_3_line)),
                        '\n',
                    ))
                l_3_line = missing
                t_28.append(
                    ' */\n',
                )
            if (environment.getattr(l_2_view, 'unit') > 1):
                pass
                t_28.extend((
                    '#define ',
                    str(environment.getattr(l_2_view, 'macro')),
                    '_WORDS ',
                    str(t_4(environment.getattr(l_2_view, 'words'))),
                    '\n',
                ))
            t_28.extend((
                '#define ',
                str(environment.getattr(l_2_view, 'macro')),
                '_SIZE ',
                str(environment.getattr(l_2_view, 'size')),
                '\n',
            ))
            for (l_3_name, l_3_offset, l_3_index) in environment.getattr(l_2_view, 'labels'):
                _loop_vars = {}
                pass
                t_28.extend((
                    '#define ',
                    str(environment.getattr(l_2_view, 'macro')),
                    '_',
                    str(l_3_name),
                    '_OFFSET ',
                    str(l_3_offset),
                    '\n',
                ))
                if (not t_8(l_3_index)):
                    pass
                    t_28.extend((
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
                t_28.extend((
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
                    t_28.extend((
                        '#define ',
                        str(environment.getattr(l_4_form, 'macro')),
                        ' ',
                        str(environment.getattr(l_4_loop, 'index')),
                        '\n',
                    ))
                l_4_loop = l_4_form = missing
            l_3_loop = l_3_region = missing
            def t_29(fiter):
                for l_3_param in fiter:
                    if (not t_8(environment.getattr(l_3_param, 'low'))):
                        yield l_3_param
            for l_3_param in t_29(environment.getattr(l_2_view, 'params')):
                _loop_vars = {}
                pass
                if environment.getattr(l_3_param, 'origin'):
                    pass
                    t_28.extend((
                        '/* Of ',
                        str(environment.getattr(l_3_param, 'name')),
                        ', counted from the beginning of a page: ',
                        str(environment.getattr(l_3_param, 'origin')),
                        '. */\n',
                    ))
                t_28.extend((
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
                t_28.extend((
                    '/* Stands there before: ',
                    str(environment.getattr(environment.getattr(l_2_view, 'replaces'), 'breakpoint')),
                    '. */\n#define ',
                    str(environment.getattr(l_2_view, 'macro')),
                    '_REPLACE_NEEDS_STOP_MACHINE ',
                    str(t_2(environment.getattr(environment.getattr(l_2_view, 'replaces'), 'stop_machine'))),
                    '\n',
                ))
            t_28.extend((
                '#define ',
                str(environment.getattr(l_2_view, 'macro')),
                '_INSNS \\\n',
            ))
            for l_3_line in context.call(environment.getattr(l_2_view, 'listed'), (undefined(name='comment') if l_2_comment is missing else l_2_comment)):
                _loop_vars = {}
                pass
                t_28.extend((
                    '\t',
                    str(l_3_line),
                    '\n',
                ))
            l_3_line = missing
            t_28.extend((
                '#define ',
                str(environment.getattr(l_2_view, 'macro')),
                '_MASKS \\\n',
            ))
            for l_3_line in environment.getattr(l_2_view, 'mask_lines'):
                _loop_vars = {}
                pass
                t_28.extend((
                    '\t',
                    str(l_3_line),
                    '\n',
                ))
            l_3_line = missing
            t_28.append(
                '\n#ifndef __ASSEMBLY__\n',
            )
            if environment.getattr(l_2_view, 'room'):
                pass
                t_28.extend((
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
                t_28.extend((
                    'static_assert(',
                    str(l_3_test),
                    ',\n\t      "',
                    str(l_3_message),
                    '");\n',
                ))
            l_3_test = l_3_message = missing
            if (not t_8(environment.getattr(l_2_view, 'places'))):
                pass
                t_28.extend((
                    '\n/* Whether the code may stand at @',
                    str((environment.getattr(l_2_view, 'ip') or 'ip')),
                    str((': the layout sees to that' if (not environment.getattr(l_2_view, 'places')) else cond_expr_undefined("the inline if-expression on line 399 in 'header.h.j2' evaluated to false and no else section was defined."))),
                    '. */\nstatic inline bool ',
                    str(environment.getattr(l_2_view, 'name')),
                    '_placed(unsigned long ',
                    str((environment.getattr(l_2_view, 'ip') or 'ip')),
                    ')\n{\n',
                ))
                if environment.getattr(l_2_view, 'places'):
                    pass
                    t_28.append(
                        '\treturn ',
                    )
                    l_3_loop = missing
                    for l_3_test, l_3_loop in LoopContext(environment.getattr(l_2_view, 'places'), undefined):
                        _loop_vars = {}
                        pass
                        t_28.extend((
                            str(l_3_test),
                            str((' &&\n\t       ' if (not environment.getattr(l_3_loop, 'last')) else cond_expr_undefined("the inline if-expression on line 403 in 'header.h.j2' evaluated to false and no else section was defined."))),
                        ))
                    l_3_loop = l_3_test = missing
                    t_28.append(
                        ';\n',
                    )
                else:
                    pass
                    t_28.extend((
                        '\t(void)',
                        str((environment.getattr(l_2_view, 'ip') or 'ip')),
                        ';\n\treturn true;\n',
                    ))
                t_28.append(
                    '}\n',
                )
            for l_3_param in environment.getattr(l_2_view, 'params'):
                _loop_vars = {}
                pass
                t_28.extend((
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
                    t_28.extend((
                        '\n',
                        str(context.call((undefined(name='alone') if l_0_alone is missing else l_0_alone), l_2_view, l_3_region, l_4_form, _loop_vars=_loop_vars)),
                    ))
                l_4_form = missing
                t_28.extend((
                    '\n',
                    str(context.call((undefined(name='which') if l_0_which is missing else l_0_which), l_2_view, l_3_region, _loop_vars=_loop_vars)),
                ))
            l_3_region = missing
            t_28.extend((
                '\n',
                str(context.call((undefined(name='encoder') if l_0_encoder is missing else l_0_encoder), l_2_view)),
                '\n',
            ))
            l_2_compared = environment.getattr(l_2_view, 'compared')
            t_28.extend((
                '/* Whether ',
                str(('a number is this instruction' if environment.getattr(l_2_view, 'is_number') else str_join((environment.getattr(l_2_view, 'units'), ' in RAM are this template', )))),
                ', whatever its holes hold',
                str((' and its regions are' if environment.getattr(l_2_view, 'regions') else cond_expr_undefined("the inline if-expression on line 425 in 'header.h.j2' evaluated to false and no else section was defined."))),
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
                t_28.extend((
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
                    str(('true' if (not (undefined(name='compared') if l_2_compared is missing else l_2_compared)) else cond_expr_undefined("the inline if-expression on line 437 in 'header.h.j2' evaluated to false and no else section was defined."))),
                ))
                l_3_loop = missing
                for l_3_test, l_3_loop in LoopContext((undefined(name='compared') if l_2_compared is missing else l_2_compared), undefined):
                    _loop_vars = {}
                    pass
                    t_28.extend((
                        str(l_3_test),
                        str((' &&\n\t       ' if (not environment.getattr(l_3_loop, 'last')) else cond_expr_undefined("the inline if-expression on line 437 in 'header.h.j2' evaluated to false and no else section was defined."))),
                    ))
                l_3_loop = l_3_test = missing
                t_28.append(
                    ';\n',
                )
            elif (undefined(name='compared') if l_2_compared is missing else l_2_compared):
                pass
                t_28.append(
                    '\treturn ',
                )
                l_3_loop = missing
                for l_3_test, l_3_loop in LoopContext((undefined(name='compared') if l_2_compared is missing else l_2_compared), undefined):
                    _loop_vars = {}
                    pass
                    t_28.extend((
                        str(l_3_test),
                        str((' &&\n\t       ' if (not environment.getattr(l_3_loop, 'last')) else cond_expr_undefined("the inline if-expression on line 439 in 'header.h.j2' evaluated to false and no else section was defined."))),
                    ))
                l_3_loop = l_3_test = missing
                t_28.append(
                    ';\n',
                )
            else:
                pass
                t_28.extend((
                    '\t(void)',
                    str(environment.getattr(l_2_view, 'buffer')),
                    ';\n\treturn true;\n',
                ))
            t_28.append(
                '}\n',
            )
            def t_30(fiter):
                for l_3_param in fiter:
                    if environment.getattr(l_3_param, 'fetched'):
                        yield l_3_param
            for l_3_param in t_30(environment.getattr(l_2_view, 'params')):
                _loop_vars = {}
                pass
                t_28.extend((
                    '\n/* What @',
                    str(environment.getattr(l_3_param, 'name')),
                    ' was encoded into ',
                    str(environment.getattr(l_2_view, 'units')),
                    ' that match',
                    str((str_join((', ', environment.getattr(l_3_param, 'where'), )) if environment.getattr(l_3_param, 'where') else cond_expr_undefined("the inline if-expression on line 447 in 'header.h.j2' evaluated to false and no else section was defined."))),
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
                    str((str_join((', unsigned long ', environment.getattr(l_2_view, 'ip'), )) if environment.getattr(l_3_param, 'pc_relative') else cond_expr_undefined("the inline if-expression on line 448 in 'header.h.j2' evaluated to false and no else section was defined."))),
                    ')\n{\n',
                ))
                for l_4_line in environment.getattr(l_3_param, 'fetched'):
                    _loop_vars = {}
                    pass
                    t_28.extend((
                        str(context.call(environment.getattr(str_join(('\t', l_4_line, )), 'rstrip'), _loop_vars=_loop_vars)),
                        '\n',
                    ))
                l_4_line = missing
                t_28.append(
                    '}\n',
                )
            l_3_param = missing
            t_28.append(
                '#endif /* __ASSEMBLY__ */\n',
            )
            return concat(t_28)
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
            t_31 = []
            l_2_units = l_2_room = missing
            if l_2_view is missing:
                l_2_view = undefined("parameter 'view' was not provided", name='view')
            pass
            if environment.getattr(l_2_view, 'joint'):
                pass
                t_31.extend((
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
                    t_31.extend((
                        '\t',
                        str(environment.getattr(l_3_word, 'value')),
                        str((', \\' if (not environment.getattr(l_3_loop, 'last')) else cond_expr_undefined("the inline if-expression on line 476 in 'header.h.j2' evaluated to false and no else section was defined."))),
                        '\n',
                    ))
                l_3_loop = l_3_word = missing
                t_31.extend((
                    '#define ',
                    str(environment.getattr(l_2_view, 'macro')),
                    '_JOINT_MASKS \\\n',
                ))
                l_3_loop = missing
                for l_3_word, l_3_loop in LoopContext(environment.getattr(l_2_view, 'joint'), undefined):
                    _loop_vars = {}
                    pass
                    t_31.extend((
                        '\t',
                        str(environment.getattr(l_3_word, 'mask')),
                        str((', \\' if (not environment.getattr(l_3_loop, 'last')) else cond_expr_undefined("the inline if-expression on line 480 in 'header.h.j2' evaluated to false and no else section was defined."))),
                        '\n',
                    ))
                l_3_loop = l_3_word = missing
            t_31.append(
                '\n#ifndef __ASSEMBLY__\n',
            )
            (l_2_units, l_2_room) = (('bytes', 'SIZE') if (environment.getattr(l_2_view, 'unit') == 1) else ('words', 'WORDS'))
            t_31.extend((
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
                t_31.extend((
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
            t_31.extend((
                '\n\treturn ',
                str(environment.getattr(l_2_view, 'macro')),
                '_NONE;\n}\n',
            ))
            for (l_3_name, l_3_kind, l_3_members, l_3_relative) in environment.getattr(l_2_view, 'extracts'):
                l_3_prototype = resolve('prototype')
                _loop_vars = {}
                pass
                t_31.extend((
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
                    t_31.extend((
                        '\tcase ',
                        str(l_4_enumerator),
                        ':\n\t\t*value = ',
                        str(l_4_member),
                        '_get_',
                        str(l_3_name),
                        '(insns',
                        str((', ip' if l_4_pc_relative else cond_expr_undefined("the inline if-expression on line 504 in 'header.h.j2' evaluated to false and no else section was defined."))),
                        ');\n\t\treturn 0;\n',
                    ))
                l_4_member = l_4_enumerator = l_4_pc_relative = missing
                t_31.append(
                    '\tdefault:\n\t\treturn -EINVAL;\n\t}\n}\n',
                )
            l_3_name = l_3_kind = l_3_members = l_3_relative = l_3_prototype = missing
            t_31.append(
                '#endif /* __ASSEMBLY__ */\n',
            )
            return concat(t_31)
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
        if (undefined(name='bitmaps') if l_0_bitmaps is missing else l_0_bitmaps):
            pass
            template = environment.get_template('bitmaps.h.j2', 'header.h.j2')
            gen = template.root_render_func(template.new_context(context.get_all(), True, {'alone': l_0_alone, 'chain': l_0_chain, 'check': l_0_check, 'documented': l_0_documented, 'encoder': l_0_encoder, 'entry': l_0_entry, 'fits': l_0_fits, 'which': l_0_which}))
            try:
                for event in gen:
                    yield event
            finally: gen.close()
        template = environment.get_template('rewrites.h.j2', 'header.h.j2')
        gen = template.root_render_func(template.new_context(context.get_all(), True, {'alone': l_0_alone, 'chain': l_0_chain, 'check': l_0_check, 'documented': l_0_documented, 'encoder': l_0_encoder, 'entry': l_0_entry, 'fits': l_0_fits, 'which': l_0_which}))
        try:
            for event in gen:
                yield event
        finally: gen.close()
    yield '\n#endif /* '
    yield str((undefined(name='guard') if l_0_guard is missing else l_0_guard))
    yield ' */\n'

blocks = {}
debug_info = '2=79&3=86&4=89&5=92&7=95&8=99&9=102&10=105&12=111&15=114&19=122&21=134&22=137&23=141&25=145&26=149&30=159&33=167&34=170&35=173&36=182&38=188&40=194&42=196&43=203&44=208&45=216&47=222&48=227&50=235&53=239&55=245&61=261&65=263&67=266&71=271&74=277&75=280&76=284&78=297&80=306&88=318&89=327&90=330&91=334&93=345&94=349&95=351&97=357&98=363&100=369&101=372&104=375&105=379&113=390&115=399&116=409&119=418&125=427&126=439&127=449&129=455&131=467&133=476&135=479&136=487&138=490&139=495&141=499&147=510&149=519&150=523&152=525&154=533&155=535&156=538&157=541&158=545&159=547&165=557&166=566&167=570&168=572&169=575&170=578&171=587&173=593&179=604&183=613&185=616&186=618&187=621&188=625&191=628&192=636&194=639&195=648&196=650&197=653&198=657&201=663&202=668&203=671&204=679&212=690&213=692&214=695&215=703&217=713&218=717&219=719&220=721&221=723&222=728&224=732&225=734&226=739&228=743&229=745&230=750&234=755&235=762&236=767&237=771&238=778&239=782&241=786&250=799&251=802&254=805&255=807&256=809&259=812&260=816&264=820&265=822&274=824&277=827&282=830&293=834&297=837&298=842&301=848&302=852&306=858&310=861&311=865&312=869&316=877&318=883&319=884&320=886&321=893&322=897&323=902&324=907&326=915&327=920&329=926&330=931&332=937&333=940&320=944&336=945&338=948&340=953&341=954&342=964&345=969&346=974&350=981&351=985&353=992&354=997&355=1002&356=1009&357=1013&360=1022&361=1027&362=1033&363=1037&364=1042&367=1049&368=1056&369=1060&371=1067&372=1071&373=1075&375=1081&376=1085&377=1087&379=1094&380=1097&381=1102&383=1108&384=1111&385=1116&389=1123&390=1127&391=1131&393=1134&394=1139&395=1141&397=1145&399=1149&400=1152&402=1157&403=1163&405=1178&410=1184&412=1189&414=1192&415=1195&417=1200&420=1205&423=1210&424=1213&425=1216&426=1220&428=1227&429=1229&430=1232&431=1236&432=1240&434=1242&435=1250&437=1262&438=1276&439=1282&441=1297&445=1303&447=1312&448=1318&450=1330&451=1334&341=1347&458=1350&460=1355&462=1357&463=1359&464=1361&465=1365&470=1371&471=1377&472=1381&473=1383&474=1389&475=1393&476=1398&478=1405&479=1409&480=1414&485=1422&486=1425&487=1429&489=1438&490=1443&491=1451&494=1457&496=1460&498=1466&499=1472&501=1474&502=1479&503=1484&504=1486&470=1503&515=1505&516=1507&517=1513&518=1519&519=1521&521=1527&524=1534'
