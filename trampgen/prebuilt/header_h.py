SOURCE = "718847217291375b8546f0b80f5decea8c92922851842c67938e3c3b2277c6a0"
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
    l_0_externs = resolve('externs')
    l_0_supplied = resolve('supplied')
    l_0_layouts = resolve('layouts')
    l_0_templates = resolve('templates')
    l_0_families = resolve('families')
    l_0_chain = l_0_documented = l_0_entry = missing
    try:
        t_1 = environment.filters['comment']
    except KeyError:
        @internalcode
        def t_1(*unused):
            raise TemplateRuntimeError("No filter named 'comment' found.")
    try:
        t_2 = environment.filters['length']
    except KeyError:
        @internalcode
        def t_2(*unused):
            raise TemplateRuntimeError("No filter named 'length' found.")
    try:
        t_3 = environment.filters['list']
    except KeyError:
        @internalcode
        def t_3(*unused):
            raise TemplateRuntimeError("No filter named 'list' found.")
    try:
        t_4 = environment.filters['selectattr']
    except KeyError:
        @internalcode
        def t_4(*unused):
            raise TemplateRuntimeError("No filter named 'selectattr' found.")
    try:
        t_5 = environment.tests['none']
    except KeyError:
        @internalcode
        def t_5(*unused):
            raise TemplateRuntimeError("No test named 'none' found.")
    try:
        t_6 = environment.tests['string']
    except KeyError:
        @internalcode
        def t_6(*unused):
            raise TemplateRuntimeError("No test named 'string' found.")
    pass
    def macro(l_1_branches, l_1_absent, l_1_caller):
        t_7 = []
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
                t_7.extend((
                    str(environment.getattr(l_2_branch, 'directive')),
                    '\n',
                ))
            if t_5(environment.getattr(l_2_branch, 'view')):
                pass
                t_7.extend((
                    '/* ',
                    str(l_1_absent),
                    ' */\n',
                ))
            elif t_6(environment.getattr(l_2_branch, 'view')):
                pass
                t_7.extend((
                    str(environment.getattr(l_2_branch, 'view')),
                    '\n',
                ))
            else:
                pass
                t_7.append(
                    str(context.call(l_1_caller, environment.getattr(l_2_branch, 'view'), _loop_vars=_loop_vars)),
                )
        l_2_branch = missing
        if environment.getattr(environment.getitem(l_1_branches, 0), 'directive'):
            pass
            t_7.append(
                '#endif\n',
            )
        return concat(t_7)
    context.exported_vars.add('chain')
    context.vars['chain'] = l_0_chain = Macro(environment, macro, 'chain', ('branches', 'absent'), False, False, True, context.eval_ctx.autoescape)
    def macro(l_1_name, l_1_doc, l_1_lines):
        t_8 = []
        if l_1_name is missing:
            l_1_name = undefined("parameter 'name' was not provided", name='name')
        if l_1_doc is missing:
            l_1_doc = undefined("parameter 'doc' was not provided", name='doc')
        if l_1_lines is missing:
            l_1_lines = undefined("parameter 'lines' was not provided", name='lines')
        pass
        t_8.extend((
            '/*\n * ',
            str(l_1_name),
            '\n',
        ))
        def t_9(fiter):
            for l_2_line in fiter:
                if l_1_doc:
                    yield l_2_line
        for l_2_line in t_9(context.call(environment.getattr(l_1_doc, 'split'), '\n')):
            _loop_vars = {}
            pass
            t_8.extend((
                str(context.call(environment.getattr(str_join((' * ', t_1(l_2_line), )), 'rstrip'), _loop_vars=_loop_vars)),
                '\n',
            ))
        l_2_line = missing
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
    context.exported_vars.add('documented')
    context.vars['documented'] = l_0_documented = Macro(environment, macro, 'documented', ('name', 'doc', 'lines'), False, False, False, context.eval_ctx.autoescape)
    def macro(l_1_view):
        t_10 = []
        l_1_prototype = resolve('prototype')
        if l_1_view is missing:
            l_1_view = undefined("parameter 'view' was not provided", name='view')
        pass
        t_10.extend((
            '\n#ifndef __ASSEMBLY__\nstruct ',
            str(environment.getattr(l_1_view, 'name')),
            ' {\n',
        ))
        for (l_2_declaration, l_2_name, l_2_doc) in environment.getattr(l_1_view, 'members'):
            _loop_vars = {}
            pass
            def t_11(fiter):
                for l_3_line in fiter:
                    if l_2_doc:
                        yield l_3_line
            for l_3_line in t_11(context.call(environment.getattr(l_2_doc, 'split'), '\n', _loop_vars=_loop_vars)):
                _loop_vars = {}
                pass
                t_10.extend((
                    '\t/* ',
                    str(t_1(l_3_line)),
                    ' */\n',
                ))
            l_3_line = missing
            t_10.extend((
                '\t',
                str(l_2_declaration),
                ';\n',
            ))
        l_2_declaration = l_2_name = l_2_doc = missing
        t_10.extend((
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
            t_10.extend((
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
            t_10.extend((
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
            t_10.extend((
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
                t_10.extend((
                    'entry->',
                    str(l_2_name),
                    ' == ',
                    str(l_2_macro),
                    str((' &&\n\t       ' if (not environment.getattr(l_2_loop, 'last')) else cond_expr_undefined("the inline if-expression on line 55 in 'header.h.j2' evaluated to false and no else section was defined."))),
                ))
            l_2_loop = l_2_name = l_2_macro = l_2_value = missing
            t_10.append(
                ';\n}\n',
            )
        t_10.extend((
            '\n/*\n * Write an entry prepared in RAM (zero where nothing was encoded) to where it will\n * run',
            str((str_join((', ', environment.getitem(environment.getitem(environment.getattr(l_1_view, 'order'), -1), 0), ' last: until then an entry that was free does not match', )) if environment.getattr(l_1_view, 'commits') else cond_expr_undefined("the inline if-expression on line 61 in 'header.h.j2' evaluated to false and no else section was defined."))),
            '.\n * @poke copies, and returns 0 or an error that ends the commit.\n */\nstatic inline int\n',
            str(context.call((undefined(name='prototype') if l_1_prototype is missing else l_1_prototype), str_join((environment.getattr(l_1_view, 'name'), '_commit', )), [str_join(('struct ', environment.getattr(l_1_view, 'name'), ' *dst', )), str_join(('const struct ', environment.getattr(l_1_view, 'name'), ' *src', )), 'int (*poke)(void *dst, const void *src, size_t len)'])),
            '\n{\n',
        ))
        if (t_2(environment.getattr(l_1_view, 'order')) > 1):
            pass
            t_10.append(
                '\tint ret;\n\n',
            )
        if (t_2(t_3(context.eval_ctx, t_4(context, environment.getattr(l_1_view, 'order'), 1, 'ne', 'word'))) == 0):
            pass
            t_10.append(
                '\t(void)src;\n',
            )
        l_2_loop = missing
        for (l_2_name, l_2_kind), l_2_loop in LoopContext(environment.getattr(l_1_view, 'order'), undefined):
            _loop_vars = {}
            pass
            if (l_2_kind == 'word'):
                pass
                t_10.extend((
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
                t_10.extend((
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
                t_10.append(
                    '\tif (ret)\n\t\treturn ret;\n',
                )
        l_2_loop = l_2_name = l_2_kind = missing
        t_10.append(
            '}\n#endif /* __ASSEMBLY__ */\n',
        )
        return concat(t_10)
    context.exported_vars.add('entry')
    context.vars['entry'] = l_0_entry = Macro(environment, macro, 'entry', ('view',), False, False, False, context.eval_ctx.autoescape)
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
    yield '\n\n#ifdef __KERNEL__\n#include <linux/const.h>\n#ifndef __ASSEMBLY__\n#include <linux/build_bug.h>\n#include <linux/errno.h>\n#include <linux/stddef.h>\n#include <linux/types.h>\n#endif\n#else\n#include <trampgen.h>\n#endif\n'
    if (undefined(name='externs') if l_0_externs is missing else l_0_externs):
        pass
        yield "\n/* Known to the kernel's own build: asm-offsets in assembly, the structures themselves in C. */\n#ifdef __ASSEMBLY__\n"
        for (l_1_name, l_1_extern) in (undefined(name='externs') if l_0_externs is missing else l_0_externs):
            _loop_vars = {}
            pass
            yield '#define '
            yield str(l_1_name)
            yield ' '
            yield str(environment.getattr(l_1_extern, 'name'))
            yield '\n'
        l_1_name = l_1_extern = missing
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
            t_12 = []
            if l_2_view is missing:
                l_2_view = undefined("parameter 'view' was not provided", name='view')
            pass
            t_12.extend((
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
                t_12.extend((
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
                t_12.extend((
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
                t_12.extend((
                    '#define ',
                    str(l_3_macro),
                    ' ',
                    str(l_3_value),
                    '\n',
                ))
            l_3_name = l_3_macro = l_3_value = missing
            if (not (undefined(name='shared') if l_1_shared is missing else l_1_shared)):
                pass
                t_12.append(
                    str(context.call((undefined(name='entry') if l_0_entry is missing else l_0_entry), l_2_view)),
                )
            return concat(t_12)
        caller = Macro(environment, macro, None, ('view',), False, False, False, context.eval_ctx.autoescape)
        yield context.call((undefined(name='chain') if l_0_chain is missing else l_0_chain), l_1_branches, str_join(('no ', environment.getattr(l_1_layout, 'name'), ' here', )), caller=caller, _loop_vars=_loop_vars)
        yield str((context.call((undefined(name='entry') if l_0_entry is missing else l_0_entry), (undefined(name='shared') if l_1_shared is missing else l_1_shared), _loop_vars=_loop_vars) if (undefined(name='shared') if l_1_shared is missing else l_1_shared) else cond_expr_undefined("the inline if-expression on line 159 in 'header.h.j2' evaluated to false and no else section was defined.")))
    l_1_layout = l_1_branches = l_1_common = l_1_shared = missing
    l_1_loop = missing
    for (l_1_template, l_1_branches), l_1_loop in LoopContext((undefined(name='templates') if l_0_templates is missing else l_0_templates), undefined):
        l_1_params_of = resolve('params_of')
        _loop_vars = {}
        pass
        yield '\n'
        yield str(context.call((undefined(name='documented') if l_0_documented is missing else l_0_documented), environment.getattr(l_1_template, 'name'), environment.getattr(l_1_template, 'doc'), context.call((undefined(name='params_of') if l_1_params_of is missing else l_1_params_of), l_1_template, _loop_vars=_loop_vars), _loop_vars=_loop_vars))
        def macro(l_2_view):
            t_13 = []
            l_2_prototype = resolve('prototype')
            if l_2_view is missing:
                l_2_view = undefined("parameter 'view' was not provided", name='view')
            pass
            if environment.getattr(l_2_view, 'contract'):
                pass
                t_13.append(
                    '/*\n * Contract:\n',
                )
                for l_3_line in environment.getattr(l_2_view, 'contract'):
                    _loop_vars = {}
                    pass
                    t_13.extend((
                        ' *   ',
                        str(t_1(l_3_line)),
                        '\n',
                    ))
                l_3_line = missing
                t_13.append(
                    ' */\n',
                )
            t_13.extend((
                '#define ',
                str(environment.getattr(l_2_view, 'macro')),
                '_WORDS ',
                str(t_2(environment.getattr(l_2_view, 'words'))),
                '\n#define ',
                str(environment.getattr(l_2_view, 'macro')),
                '_SIZE ',
                str(environment.getattr(l_2_view, 'size')),
                '\n',
            ))
            for (l_3_name, l_3_offset, l_3_index) in environment.getattr(l_2_view, 'labels'):
                _loop_vars = {}
                pass
                t_13.extend((
                    '#define ',
                    str(environment.getattr(l_2_view, 'macro')),
                    '_',
                    str(l_3_name),
                    '_OFFSET ',
                    str(l_3_offset),
                    '\n',
                ))
                if (not t_5(l_3_index)):
                    pass
                    t_13.extend((
                        '#define ',
                        str(environment.getattr(l_2_view, 'macro')),
                        '_',
                        str(l_3_name),
                        '_IDX ',
                        str(l_3_index),
                        '\n',
                    ))
            l_3_name = l_3_offset = l_3_index = missing
            for l_3_param in environment.getattr(l_2_view, 'params'):
                _loop_vars = {}
                pass
                t_13.extend((
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
            t_13.extend((
                '#define ',
                str(environment.getattr(l_2_view, 'macro')),
                '_INSNS \\\n',
            ))
            l_3_loop = missing
            for l_3_word, l_3_loop in LoopContext(environment.getattr(l_2_view, 'words'), undefined):
                _loop_vars = {}
                pass
                t_13.extend((
                    '\t',
                    str(environment.getattr(l_3_word, 'rest')),
                    str((',' if (not environment.getattr(l_3_loop, 'last')) else cond_expr_undefined("the inline if-expression on line 188 in 'header.h.j2' evaluated to false and no else section was defined."))),
                    str(('\t' if (' | ' not in environment.getattr(l_3_word, 'rest')) else cond_expr_undefined("the inline if-expression on line 188 in 'header.h.j2' evaluated to false and no else section was defined."))),
                    '\t/* ',
                    str(t_1(environment.getattr(l_3_word, 'asm'))),
                    ' */',
                    str((' \\' if (not environment.getattr(l_3_loop, 'last')) else cond_expr_undefined("the inline if-expression on line 188 in 'header.h.j2' evaluated to false and no else section was defined."))),
                    '\n',
                ))
            l_3_loop = l_3_word = missing
            t_13.extend((
                '#define ',
                str(environment.getattr(l_2_view, 'macro')),
                '_MASKS \\\n',
            ))
            l_3_loop = missing
            for l_3_word, l_3_loop in LoopContext(environment.getattr(l_2_view, 'words'), undefined):
                _loop_vars = {}
                pass
                t_13.extend((
                    '\t',
                    str(environment.getattr(l_3_word, 'mask')),
                    str((', \\' if (not environment.getattr(l_3_loop, 'last')) else cond_expr_undefined("the inline if-expression on line 192 in 'header.h.j2' evaluated to false and no else section was defined."))),
                    '\n',
                ))
            l_3_loop = l_3_word = missing
            t_13.append(
                '\n#ifndef __ASSEMBLY__\n',
            )
            if environment.getattr(l_2_view, 'room'):
                pass
                t_13.extend((
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
                t_13.extend((
                    'static_assert(',
                    str(l_3_test),
                    ',\n\t      "',
                    str(l_3_message),
                    '");\n',
                ))
            l_3_test = l_3_message = missing
            l_3_loop = missing
            for l_3_param, l_3_loop in LoopContext(environment.getattr(l_2_view, 'params'), undefined):
                _loop_vars = {}
                pass
                t_13.extend((
                    '\n/* Whether every hole of @',
                    str(environment.getattr(l_3_param, 'name')),
                    ' can hold it. */\n',
                ))
                if environment.getattr(l_3_param, 'pc_relative'):
                    pass
                    t_13.extend((
                        'static inline bool ',
                        str(environment.getattr(l_2_view, 'name')),
                        '_',
                        str(environment.getattr(l_3_param, 'name')),
                        '_fits(unsigned long ',
                        str(environment.getattr(l_2_view, 'ip')),
                        ', unsigned long ',
                        str(environment.getattr(l_3_param, 'name')),
                        ')\n{\n',
                    ))
                    l_4_loop = missing
                    for l_4_distance, l_4_loop in LoopContext(environment.getattr(l_3_param, 'distances'), undefined):
                        _loop_vars = {}
                        pass
                        t_13.extend((
                            '\t',
                            str(('long ' if environment.getattr(l_4_loop, 'first') else cond_expr_undefined("the inline if-expression on line 211 in 'header.h.j2' evaluated to false and no else section was defined."))),
                            str(environment.getattr(l_2_view, 'distance')),
                            ' = ',
                            str(l_4_distance),
                            ';\n\n\tif (',
                            str(environment.getattr(l_3_param, 'out_of_range')),
                            ')\n\t\treturn false;\n',
                        ))
                        if environment.getattr(l_3_param, 'misaligned'):
                            pass
                            t_13.extend((
                                '\tif (',
                                str(environment.getattr(l_3_param, 'misaligned')),
                                ')\n\t\treturn false;\n',
                            ))
                    l_4_loop = l_4_distance = missing
                    t_13.append(
                        '\treturn true;\n}\n',
                    )
                else:
                    pass
                    t_13.extend((
                        'static inline bool ',
                        str(environment.getattr(l_2_view, 'name')),
                        '_',
                        str(environment.getattr(l_3_param, 'name')),
                        '_fits(',
                        str(environment.getattr(l_3_param, 'argument')),
                        ' ',
                        str(environment.getattr(l_3_param, 'name')),
                        ')\n{\n',
                    ))
                    if environment.getattr(l_3_param, 'out_of_range'):
                        pass
                        t_13.extend((
                            '\tif (',
                            str(environment.getattr(l_3_param, 'out_of_range')),
                            ')\n\t\treturn false;\n',
                        ))
                    if environment.getattr(l_3_param, 'misaligned'):
                        pass
                        t_13.extend((
                            '\tif (',
                            str(environment.getattr(l_3_param, 'misaligned')),
                            ')\n\t\treturn false;\n',
                        ))
                    if ((not environment.getattr(l_3_param, 'out_of_range')) and (not environment.getattr(l_3_param, 'misaligned'))):
                        pass
                        t_13.extend((
                            '\t(void)',
                            str(environment.getattr(l_3_param, 'name')),
                            ';\n',
                        ))
                    t_13.append(
                        '\treturn true;\n}\n',
                    )
            l_3_loop = l_3_param = missing
            t_13.append(
                '\n/*\n * Write the words to RAM with every hole filled in.',
            )
            if environment.getattr(l_2_view, 'params'):
                pass
                t_13.append(
                    " Returns 0, or -ERANGE with nothing\n * written if a value can't be encoded.",
                )
            t_13.extend((
                '\n */\n',
                str(context.call((undefined(name='prototype') if l_2_prototype is missing else l_2_prototype), str_join(('static inline int ', environment.getattr(l_2_view, 'name'), '_encode', )), environment.getattr(l_2_view, 'arguments'))),
                '\n{\n',
            ))
            for l_3_param in environment.getattr(l_2_view, 'params'):
                _loop_vars = {}
                pass
                t_13.extend((
                    '\tif (!',
                    str(environment.getattr(l_2_view, 'name')),
                    '_',
                    str(environment.getattr(l_3_param, 'name')),
                    '_fits(',
                    str((str_join((environment.getattr(l_2_view, 'ip'), ', ', )) if environment.getattr(l_3_param, 'pc_relative') else cond_expr_undefined("the inline if-expression on line 249 in 'header.h.j2' evaluated to false and no else section was defined."))),
                    str(environment.getattr(l_3_param, 'name')),
                    '))\n\t\treturn -ERANGE;\n',
                ))
            l_3_param = missing
            l_3_loop = missing
            for l_3_word, l_3_loop in LoopContext(environment.getattr(l_2_view, 'words'), undefined):
                _loop_vars = {}
                pass
                t_13.extend((
                    '\t',
                    str(environment.getattr(l_2_view, 'buffer')),
                    '[',
                    str(environment.getattr(l_3_loop, 'index0')),
                    '] = ',
                    str(environment.getattr(l_3_word, 'filled')),
                    ';\n',
                ))
            l_3_loop = l_3_word = missing
            t_13.extend((
                '\n\treturn 0;\n}\n\n/* Whether words in RAM are this template, whatever its holes hold. */\nstatic inline bool ',
                str(environment.getattr(l_2_view, 'name')),
                '_match(const u32 *',
                str(environment.getattr(l_2_view, 'buffer')),
                ')\n{\n\treturn ',
            ))
            l_3_loop = missing
            for l_3_word, l_3_loop in LoopContext(environment.getattr(l_2_view, 'words'), undefined):
                _loop_vars = {}
                pass
                t_13.extend((
                    str(environment.getattr(l_3_word, 'test')),
                    str((' &&\n\t       ' if (not environment.getattr(l_3_loop, 'last')) else cond_expr_undefined("the inline if-expression on line 262 in 'header.h.j2' evaluated to false and no else section was defined."))),
                ))
            l_3_loop = l_3_word = missing
            t_13.append(
                ';\n}\n',
            )
            for l_3_param in environment.getattr(l_2_view, 'params'):
                _loop_vars = {}
                pass
                t_13.extend((
                    '\n/* What @',
                    str(environment.getattr(l_3_param, 'name')),
                    ' was encoded into words that match. */\nstatic inline ',
                    str(environment.getattr(l_3_param, 'returned')),
                    ' ',
                    str(environment.getattr(l_2_view, 'name')),
                    '_get_',
                    str(environment.getattr(l_3_param, 'name')),
                    '(const u32 *',
                    str(environment.getattr(l_2_view, 'buffer')),
                    str((str_join((', unsigned long ', environment.getattr(l_2_view, 'ip'), )) if environment.getattr(l_3_param, 'pc_relative') else cond_expr_undefined("the inline if-expression on line 267 in 'header.h.j2' evaluated to false and no else section was defined."))),
                    ')\n{\n',
                ))
                for l_4_line in environment.getattr(l_3_param, 'fetched'):
                    _loop_vars = {}
                    pass
                    t_13.extend((
                        str(context.call(environment.getattr(str_join(('\t', l_4_line, )), 'rstrip'), _loop_vars=_loop_vars)),
                        '\n',
                    ))
                l_4_line = missing
                t_13.append(
                    '}\n',
                )
            l_3_param = missing
            t_13.append(
                '#endif /* __ASSEMBLY__ */\n',
            )
            return concat(t_13)
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
            t_14 = []
            if l_2_view is missing:
                l_2_view = undefined("parameter 'view' was not provided", name='view')
            pass
            if environment.getattr(l_2_view, 'joint'):
                pass
                t_14.extend((
                    '/* One mask for all members lets other words through; ',
                    str(environment.getattr(l_2_view, 'name')),
                    '_match() does not. */\n#define ',
                    str(environment.getattr(l_2_view, 'macro')),
                    '_JOINT_FIRST_WORD ',
                    str(environment.getattr(environment.getitem(environment.getattr(l_2_view, 'joint'), 0), 'word')),
                    '\n#define ',
                    str(environment.getattr(l_2_view, 'macro')),
                    '_JOINT_VALUES \\\n',
                ))
                l_3_loop = missing
                for l_3_word, l_3_loop in LoopContext(environment.getattr(l_2_view, 'joint'), undefined):
                    _loop_vars = {}
                    pass
                    t_14.extend((
                        '\t',
                        str(environment.getattr(l_3_word, 'value')),
                        str((', \\' if (not environment.getattr(l_3_loop, 'last')) else cond_expr_undefined("the inline if-expression on line 295 in 'header.h.j2' evaluated to false and no else section was defined."))),
                        '\n',
                    ))
                l_3_loop = l_3_word = missing
                t_14.extend((
                    '#define ',
                    str(environment.getattr(l_2_view, 'macro')),
                    '_JOINT_MASKS \\\n',
                ))
                l_3_loop = missing
                for l_3_word, l_3_loop in LoopContext(environment.getattr(l_2_view, 'joint'), undefined):
                    _loop_vars = {}
                    pass
                    t_14.extend((
                        '\t',
                        str(environment.getattr(l_3_word, 'mask')),
                        str((', \\' if (not environment.getattr(l_3_loop, 'last')) else cond_expr_undefined("the inline if-expression on line 299 in 'header.h.j2' evaluated to false and no else section was defined."))),
                        '\n',
                    ))
                l_3_loop = l_3_word = missing
            t_14.extend((
                '\n#ifndef __ASSEMBLY__\n/* Which member @words words in RAM are; exact. */\nstatic inline enum ',
                str(environment.getattr(l_2_view, 'name')),
                ' ',
                str(environment.getattr(l_2_view, 'name')),
                '_match(const u32 *insns, size_t words)\n{\n',
            ))
            for (l_3_member, l_3_member_macro, l_3_enumerator) in environment.getattr(l_2_view, 'members'):
                _loop_vars = {}
                pass
                t_14.extend((
                    '\tif (words >= ',
                    str(l_3_member_macro),
                    '_WORDS && ',
                    str(l_3_member),
                    '_match(insns))\n\t\treturn ',
                    str(l_3_enumerator),
                    ';\n',
                ))
            l_3_member = l_3_member_macro = l_3_enumerator = missing
            t_14.extend((
                '\n\treturn ',
                str(environment.getattr(l_2_view, 'macro')),
                '_NONE;\n}\n',
            ))
            for (l_3_name, l_3_kind, l_3_members, l_3_relative) in environment.getattr(l_2_view, 'extracts'):
                l_3_prototype = resolve('prototype')
                _loop_vars = {}
                pass
                t_14.extend((
                    '\n/* What @',
                    str(l_3_name),
                    ' the member that @words words in RAM are holds: 0, or -EINVAL if they are none. */\n',
                    str(context.call((undefined(name='prototype') if l_3_prototype is missing else l_3_prototype), str_join(('static inline int ', environment.getattr(l_2_view, 'name'), '_get_', l_3_name, )), ((['const u32 *insns', 'size_t words'] + (['unsigned long ip'] if l_3_relative else [])) + [str_join((l_3_kind, ' *value', ))]), _loop_vars=_loop_vars)),
                    '\n{\n\tswitch (',
                    str(environment.getattr(l_2_view, 'name')),
                    '_match(insns, words)) {\n',
                ))
                for (l_4_member, l_4_enumerator, l_4_pc_relative) in l_3_members:
                    _loop_vars = {}
                    pass
                    t_14.extend((
                        '\tcase ',
                        str(l_4_enumerator),
                        ':\n\t\t*value = ',
                        str(l_4_member),
                        '_get_',
                        str(l_3_name),
                        '(insns',
                        str((', ip' if l_4_pc_relative else cond_expr_undefined("the inline if-expression on line 322 in 'header.h.j2' evaluated to false and no else section was defined."))),
                        ');\n\t\treturn 0;\n',
                    ))
                l_4_member = l_4_enumerator = l_4_pc_relative = missing
                t_14.append(
                    '\tdefault:\n\t\treturn -EINVAL;\n\t}\n}\n',
                )
            l_3_name = l_3_kind = l_3_members = l_3_relative = l_3_prototype = missing
            t_14.append(
                '#endif /* __ASSEMBLY__ */\n',
            )
            return concat(t_14)
        caller = Macro(environment, macro, None, ('view',), False, False, False, context.eval_ctx.autoescape)
        yield context.call((undefined(name='chain') if l_0_chain is missing else l_0_chain), l_1_branches, str_join(('no ', environment.getattr(l_1_family, 'name'), ' here', )), caller=caller, _loop_vars=_loop_vars)
    l_1_loop = l_1_family = l_1_macro = l_1_branches = l_1_enumerators = missing
    template = environment.get_template('tables.h.j2', 'header.h.j2')
    gen = template.root_render_func(template.new_context(context.get_all(), True, {'chain': l_0_chain, 'documented': l_0_documented, 'entry': l_0_entry}))
    try:
        for event in gen:
            yield event
    finally: gen.close()
    yield '\n#endif /* '
    yield str((undefined(name='guard') if l_0_guard is missing else l_0_guard))
    yield ' */\n'

blocks = {}
debug_info = '2=57&3=64&4=67&5=70&7=73&8=77&9=80&10=83&12=89&15=92&19=100&21=111&22=114&23=122&25=126&26=130&30=140&33=148&34=151&35=154&36=163&38=169&40=175&42=177&43=184&44=189&45=197&47=203&48=208&50=216&53=220&55=226&61=242&65=244&67=247&71=252&74=258&75=261&76=265&78=278&80=287&88=299&89=302&92=305&93=307&94=309&97=312&98=316&102=320&103=322&116=324&120=327&121=331&124=337&125=341&129=347&133=350&134=354&135=358&139=366&141=372&142=373&143=375&144=382&145=386&146=391&147=396&149=404&150=409&152=415&153=420&155=426&156=429&143=433&159=434&161=437&163=442&164=443&165=449&168=454&169=459&173=468&174=472&175=477&176=482&177=489&178=493&181=501&182=506&183=510&184=514&186=522&187=526&188=531&190=543&191=547&192=552&196=560&197=564&198=568&200=571&201=576&202=578&204=583&206=588&207=591&208=595&210=605&211=610&213=615&215=618&216=622&223=633&225=642&226=646&229=649&230=653&233=656&234=660&242=670&246=677&248=680&249=685&252=695&253=700&260=710&262=716&264=727&266=732&267=734&269=744&270=748&164=761&277=764&279=769&281=771&282=773&283=775&284=779&289=785&290=790&291=794&292=796&293=800&294=804&295=809&297=816&298=820&299=825&305=832&307=837&308=842&309=846&312=852&314=855&316=861&317=863&319=865&320=868&321=873&322=875&289=892&333=894&335=901'
