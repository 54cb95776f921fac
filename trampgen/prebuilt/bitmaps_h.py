SOURCE = "b77763f730764cd1128c0577d7c5326b79861d7122f51d4c7f8544c80b109223"
JINJA2 = "3.1.6"
from jinja2.runtime import LoopContext, Macro, Markup, Namespace, TemplateNotFound, TemplateReference, TemplateRuntimeError, Undefined, escape, identity, internalcode, markup_join, missing, str_join
name = 'bitmaps.h.j2'

def root(context, missing=missing):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    l_0_bitmaps = resolve('bitmaps')
    l_0_comparisons = resolve('comparisons')
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
    pass
    l_1_loop = missing
    for (l_1_bitmap, l_1_branches), l_1_loop in LoopContext((undefined(name='bitmaps') if l_0_bitmaps is missing else l_0_bitmaps), undefined):
        l_1_documented = resolve('documented')
        l_1_chain = resolve('chain')
        _loop_vars = {}
        pass
        yield '\n'
        yield str(context.call((undefined(name='documented') if l_1_documented is missing else l_1_documented), environment.getattr(l_1_bitmap, 'name'), environment.getattr(l_1_bitmap, 'doc'), [], _loop_vars=_loop_vars))
        yield '#ifndef __ASSEMBLY__\n'
        def macro(l_2_view):
            t_3 = []
            if l_2_view is missing:
                l_2_view = undefined("parameter 'view' was not provided", name='view')
            pass
            t_3.append(
                '/*\n',
            )
            for l_3_line in environment.getattr(l_2_view, 'about'):
                _loop_vars = {}
                pass
                t_3.extend((
                    str(context.call(environment.getattr(str_join((' * ', t_1(l_3_line), )), 'rstrip'), _loop_vars=_loop_vars)),
                    '\n',
                ))
            l_3_line = missing
            t_3.extend((
                ' */\n#define ',
                str(environment.getattr(l_2_view, 'macro')),
                '_BITS \\\n',
            ))
            l_3_loop = missing
            for (l_3_word, l_3_opcodes), l_3_loop in LoopContext(environment.getattr(l_2_view, 'words'), undefined):
                _loop_vars = {}
                pass
                t_3.extend((
                    '\t',
                    str(l_3_word),
                    str((',' if (not environment.getattr(l_3_loop, 'last')) else cond_expr_undefined("the inline if-expression on line 14 in 'bitmaps.h.j2' evaluated to false and no else section was defined."))),
                    '\t/* ',
                    str(l_3_opcodes),
                    ' */',
                    str((' \\' if (not environment.getattr(l_3_loop, 'last')) else cond_expr_undefined("the inline if-expression on line 14 in 'bitmaps.h.j2' evaluated to false and no else section was defined."))),
                    '\n',
                ))
            l_3_loop = l_3_word = l_3_opcodes = missing
            t_3.extend((
                '\nstatic const u32 ',
                str(environment.getattr(l_2_view, 'name')),
                '[',
                str(t_2(environment.getattr(l_2_view, 'words'))),
                '] = { ',
                str(environment.getattr(l_2_view, 'macro')),
                '_BITS };\n\n/* Whether ',
                str(environment.getattr(l_2_view, 'name')),
                ' holds an opcode. */\nstatic inline bool ',
                str(environment.getattr(l_2_view, 'name')),
                '_test(u8 opcode)\n{\n\treturn ((',
                str(environment.getattr(l_2_view, 'name')),
                '[opcode / 32] >> (opcode % 32)) & 1) != 0;\n}\n',
            ))
            return concat(t_3)
        caller = Macro(environment, macro, None, ('view',), False, False, False, context.eval_ctx.autoescape)
        yield context.call((undefined(name='chain') if l_1_chain is missing else l_1_chain), l_1_branches, str_join(('no ', environment.getattr(l_1_bitmap, 'name'), ' here', )), caller=caller, _loop_vars=_loop_vars)
        yield '#endif /* __ASSEMBLY__ */\n'
    l_1_loop = l_1_bitmap = l_1_branches = l_1_documented = l_1_chain = missing
    for (l_1_comparison, l_1_lines) in (undefined(name='comparisons') if l_0_comparisons is missing else l_0_comparisons):
        l_1_documented = resolve('documented')
        _loop_vars = {}
        pass
        yield '\n'
        yield str(context.call((undefined(name='documented') if l_1_documented is missing else l_1_documented), str_join((environment.getattr(l_1_comparison, 'left'), ' compared with ', environment.getattr(l_1_comparison, 'right'), )), '', l_1_lines, _loop_vars=_loop_vars))
    l_1_comparison = l_1_lines = l_1_documented = missing

blocks = {}
debug_info = '2=26&4=32&6=34&8=42&9=46&12=52&13=56&14=61&17=72&19=78&20=80&22=82&6=87&27=90&29=95'
