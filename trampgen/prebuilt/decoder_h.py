SOURCE = "ecbb5270ab35758305d988992d1e389b1a2c460a29179ffcedf9ec5b3b2553e6"
JINJA2 = "3.1.6"
from jinja2.runtime import LoopContext, Macro, Markup, Namespace, TemplateNotFound, TemplateReference, TemplateRuntimeError, Undefined, escape, identity, internalcode, markup_join, missing, str_join
name = 'decoder.h.j2'

def root(context, missing=missing):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    l_0_name = resolve('name')
    l_0_macro = resolve('macro')
    l_0_rows = resolve('rows')
    l_0_word = resolve('word')
    l_0_plan = resolve('plan')
    l_0_node_type = resolve('node_type')
    l_0_lines = resolve('lines')
    l_0_hexadecimal = resolve('hexadecimal')
    l_0_bits = resolve('bits')
    l_0_wide = resolve('wide')
    l_0_row_type = resolve('row_type')
    l_0_lists = resolve('lists')
    l_0_more = resolve('more')
    l_0_row_mask = resolve('row_mask')
    l_0_root = resolve('root')
    l_0_shift = resolve('shift')
    l_0_fields = resolve('fields')
    l_0_trials = resolve('trials')
    l_0_array = missing
    try:
        t_1 = environment.filters['hex']
    except KeyError:
        @internalcode
        def t_1(*unused):
            raise TemplateRuntimeError("No filter named 'hex' found.")
    try:
        t_2 = environment.filters['length']
    except KeyError:
        @internalcode
        def t_2(*unused):
            raise TemplateRuntimeError("No filter named 'length' found.")
    try:
        t_3 = environment.filters['map']
    except KeyError:
        @internalcode
        def t_3(*unused):
            raise TemplateRuntimeError("No filter named 'map' found.")
    try:
        t_4 = environment.filters['max']
    except KeyError:
        @internalcode
        def t_4(*unused):
            raise TemplateRuntimeError("No filter named 'max' found.")
    pass
    def macro(l_1_type, l_1_name, l_1_count, l_1_lines):
        t_5 = []
        if l_1_type is missing:
            l_1_type = undefined("parameter 'type' was not provided", name='type')
        if l_1_name is missing:
            l_1_name = undefined("parameter 'name' was not provided", name='name')
        if l_1_count is missing:
            l_1_count = undefined("parameter 'count' was not provided", name='count')
        if l_1_lines is missing:
            l_1_lines = undefined("parameter 'lines' was not provided", name='lines')
        pass
        t_5.extend((
            'static const ',
            str(l_1_type),
            ' ',
            str(l_1_name),
            '[',
            str(l_1_count),
            '] = {\n',
        ))
        for l_2_line in l_1_lines:
            _loop_vars = {}
            pass
            t_5.extend((
                '\t',
                str(l_2_line),
                '\n',
            ))
        l_2_line = missing
        t_5.append(
            '};\n',
        )
        return concat(t_5)
    context.exported_vars.add('array')
    context.vars['array'] = l_0_array = Macro(environment, macro, 'array', ('type', 'name', 'count', 'lines'), False, False, False, context.eval_ctx.autoescape)
    yield '/* The rows of '
    yield str((undefined(name='name') if l_0_name is missing else l_0_name))
    yield ', in the order in which they are tried. */\nenum '
    yield str((undefined(name='name') if l_0_name is missing else l_0_name))
    yield '_row {\n\t'
    yield str((undefined(name='macro') if l_0_macro is missing else l_0_macro))
    yield '_NONE = -1,\n'
    for (l_1_row, l_1_mask, l_1_value) in (undefined(name='rows') if l_0_rows is missing else l_0_rows):
        _loop_vars = {}
        pass
        yield '\t'
        yield str((undefined(name='macro') if l_0_macro is missing else l_0_macro))
        yield '_'
        yield str(l_1_row)
        yield ',\n'
    l_1_row = l_1_mask = l_1_value = missing
    yield '\t'
    yield str((undefined(name='macro') if l_0_macro is missing else l_0_macro))
    yield '_ROWS\n};\n\nstatic const struct {\n\t'
    yield str((undefined(name='word') if l_0_word is missing else l_0_word))
    yield ' mask;\n\t'
    yield str((undefined(name='word') if l_0_word is missing else l_0_word))
    yield ' value;\n} '
    yield str((undefined(name='name') if l_0_name is missing else l_0_name))
    yield '_words['
    yield str((undefined(name='macro') if l_0_macro is missing else l_0_macro))
    yield '_ROWS] = {\n'
    for (l_1_row, l_1_mask, l_1_value) in (undefined(name='rows') if l_0_rows is missing else l_0_rows):
        _loop_vars = {}
        pass
        yield '\t{ '
        yield str(l_1_mask)
        yield ', '
        yield str(l_1_value)
        yield ' },\t/* '
        yield str(l_1_row)
        yield ' */\n'
    l_1_row = l_1_mask = l_1_value = missing
    yield '};\n\n'
    if environment.getattr((undefined(name='plan') if l_0_plan is missing else l_0_plan), 'root'):
        pass
        yield '/* A few bits choose which others count, what brings them together, and where their slots begin. */\n'
        yield str(context.call((undefined(name='array') if l_0_array is missing else l_0_array), (undefined(name='node_type') if l_0_node_type is missing else l_0_node_type), str_join(((undefined(name='name') if l_0_name is missing else l_0_name), '_entries', )), t_2(environment.getattr((undefined(name='plan') if l_0_plan is missing else l_0_plan), 'entries')), context.call((undefined(name='lines') if l_0_lines is missing else l_0_lines), environment.getattr((undefined(name='plan') if l_0_plan is missing else l_0_plan), 'entries'))))
        yield '\n'
        yield str(context.call((undefined(name='array') if l_0_array is missing else l_0_array), (undefined(name='word') if l_0_word is missing else l_0_word), str_join(((undefined(name='name') if l_0_name is missing else l_0_name), '_masks', )), t_2(environment.getattr((undefined(name='plan') if l_0_plan is missing else l_0_plan), 'nodes')), context.call((undefined(name='hexadecimal') if l_0_hexadecimal is missing else l_0_hexadecimal), t_3(context, environment.getattr((undefined(name='plan') if l_0_plan is missing else l_0_plan), 'nodes'), attribute='mask'), (undefined(name='bits') if l_0_bits is missing else l_0_bits))))
        yield '\n'
        yield str(context.call((undefined(name='array') if l_0_array is missing else l_0_array), (undefined(name='wide') if l_0_wide is missing else l_0_wide), str_join(((undefined(name='name') if l_0_name is missing else l_0_name), '_multipliers', )), t_2(environment.getattr((undefined(name='plan') if l_0_plan is missing else l_0_plan), 'nodes')), context.call((undefined(name='hexadecimal') if l_0_hexadecimal is missing else l_0_hexadecimal), t_3(context, environment.getattr((undefined(name='plan') if l_0_plan is missing else l_0_plan), 'nodes'), attribute='multiplier'), (undefined(name='bits') if l_0_bits is missing else l_0_bits))))
        yield '\n'
        yield str(context.call((undefined(name='array') if l_0_array is missing else l_0_array), 'u16', str_join(((undefined(name='name') if l_0_name is missing else l_0_name), '_bases', )), t_2(environment.getattr((undefined(name='plan') if l_0_plan is missing else l_0_plan), 'nodes')), context.call((undefined(name='lines') if l_0_lines is missing else l_0_lines), t_3(context, environment.getattr((undefined(name='plan') if l_0_plan is missing else l_0_plan), 'nodes'), attribute='base'))))
        yield '\n'
    yield str(context.call((undefined(name='array') if l_0_array is missing else l_0_array), (undefined(name='row_type') if l_0_row_type is missing else l_0_row_type), str_join(((undefined(name='name') if l_0_name is missing else l_0_name), '_slots', )), t_2(environment.getattr((undefined(name='plan') if l_0_plan is missing else l_0_plan), 'slots')), context.call((undefined(name='lines') if l_0_lines is missing else l_0_lines), environment.getattr((undefined(name='plan') if l_0_plan is missing else l_0_plan), 'slots'))))
    yield '\n'
    if (undefined(name='lists') if l_0_lists is missing else l_0_lists):
        pass
        yield str(context.call((undefined(name='array') if l_0_array is missing else l_0_array), 'u16', str_join(((undefined(name='name') if l_0_name is missing else l_0_name), '_lists', )), t_2((undefined(name='lists') if l_0_lists is missing else l_0_lists)), context.call((undefined(name='hexadecimal') if l_0_hexadecimal is missing else l_0_hexadecimal), (undefined(name='lists') if l_0_lists is missing else l_0_lists), 16)))
        yield '\n/* The first row of a list that holds a word, or else its last one; '
        yield str((undefined(name='more') if l_0_more is missing else l_0_more))
        yield ' says that one follows. */\nstatic inline u32 '
        yield str((undefined(name='name') if l_0_name is missing else l_0_name))
        yield '_listed('
        yield str((undefined(name='wide') if l_0_wide is missing else l_0_wide))
        yield ' insn, u32 at)\n{\n\tu32 row = '
        yield str((undefined(name='name') if l_0_name is missing else l_0_name))
        yield '_lists[at];\n\t'
        yield str((undefined(name='wide') if l_0_wide is missing else l_0_wide))
        yield ' mask;\n\n\twhile (row & '
        yield str((undefined(name='more') if l_0_more is missing else l_0_more))
        yield ') {\n\t\trow &= '
        yield str((undefined(name='row_mask') if l_0_row_mask is missing else l_0_row_mask))
        yield ';\n\t\tmask = '
        yield str((undefined(name='name') if l_0_name is missing else l_0_name))
        yield '_words[row].mask;\n\t\tif ((insn & mask) == '
        yield str((undefined(name='name') if l_0_name is missing else l_0_name))
        yield '_words[row].value)\n\t\t\treturn row;\n\t\trow = '
        yield str((undefined(name='name') if l_0_name is missing else l_0_name))
        yield '_lists[++at];\n\t}\n\treturn row;\n}\n\n'
    yield '/* The row of a word, or '
    yield str((undefined(name='macro') if l_0_macro is missing else l_0_macro))
    yield '_NONE. */\nstatic inline int '
    yield str((undefined(name='name') if l_0_name is missing else l_0_name))
    yield '_decode('
    yield str((undefined(name='word') if l_0_word is missing else l_0_word))
    yield ' word)\n{\n\t'
    yield str((undefined(name='wide') if l_0_wide is missing else l_0_wide))
    yield ' insn = word;\n'
    if environment.getattr((undefined(name='plan') if l_0_plan is missing else l_0_plan), 'root'):
        pass
        yield '\tu32 node = '
        yield str((undefined(name='name') if l_0_name is missing else l_0_name))
        yield '_entries['
        yield str((undefined(name='root') if l_0_root is missing else l_0_root))
        yield '];\n\t'
        yield str((undefined(name='wide') if l_0_wide is missing else l_0_wide))
        yield ' hash = (insn & '
        yield str((undefined(name='name') if l_0_name is missing else l_0_name))
        yield '_masks[node]) * '
        yield str((undefined(name='name') if l_0_name is missing else l_0_name))
        yield '_multipliers[node];\n\tu32 row = '
        yield str((undefined(name='name') if l_0_name is missing else l_0_name))
        yield '_slots['
        yield str((undefined(name='name') if l_0_name is missing else l_0_name))
        yield '_bases[node] + (hash >> '
        yield str((undefined(name='shift') if l_0_shift is missing else l_0_shift))
        yield ')];\n'
    elif environment.getattr(environment.getitem(environment.getattr((undefined(name='plan') if l_0_plan is missing else l_0_plan), 'nodes'), 0), 'multiplier'):
        pass
        yield '\t'
        yield str((undefined(name='wide') if l_0_wide is missing else l_0_wide))
        yield ' hash = (insn & '
        yield str(t_1(environment.getattr(environment.getitem(environment.getattr((undefined(name='plan') if l_0_plan is missing else l_0_plan), 'nodes'), 0), 'mask')))
        yield ') * '
        yield str(t_1(environment.getattr(environment.getitem(environment.getattr((undefined(name='plan') if l_0_plan is missing else l_0_plan), 'nodes'), 0), 'multiplier')))
        yield ';\n\tu32 row = '
        yield str((undefined(name='name') if l_0_name is missing else l_0_name))
        yield '_slots[hash >> '
        yield str((undefined(name='shift') if l_0_shift is missing else l_0_shift))
        yield '];\n'
    else:
        pass
        yield '\tu32 row = '
        yield str((undefined(name='name') if l_0_name is missing else l_0_name))
        yield '_slots[0];\n'
    yield '\t'
    yield str((undefined(name='wide') if l_0_wide is missing else l_0_wide))
    yield ' differs;\n\n'
    if (undefined(name='lists') if l_0_lists is missing else l_0_lists):
        pass
        yield '\tif (unlikely(row >= '
        yield str((undefined(name='macro') if l_0_macro is missing else l_0_macro))
        yield '_ROWS))\n\t\trow = '
        yield str((undefined(name='name') if l_0_name is missing else l_0_name))
        yield '_listed(insn, row - '
        yield str((undefined(name='macro') if l_0_macro is missing else l_0_macro))
        yield '_ROWS);\n'
    yield '\tdiffers = (insn & '
    yield str((undefined(name='name') if l_0_name is missing else l_0_name))
    yield '_words[row].mask) ^ '
    yield str((undefined(name='name') if l_0_name is missing else l_0_name))
    yield '_words[row].value;\n\t/* All bits set where it differs: no branch, which nobody could predict. */\n'
    if ((undefined(name='bits') if l_0_bits is missing else l_0_bits) == 64):
        pass
        yield '\treturn (int)(row | -(u32)((differs | -differs) >> 63));\n'
    else:
        pass
        yield '\treturn (int)(row | (u32)(-(u64)differs >> 32));\n'
    yield '}\n'
    if (undefined(name='fields') if l_0_fields is missing else l_0_fields):
        pass
        yield "\n/* A row, and its fields by its shape. Places that the row's shape does not name hold anything. */\nstruct "
        yield str((undefined(name='name') if l_0_name is missing else l_0_name))
        yield '_fields {\n\tint row;\n\tunion {\n\t\t'
        yield str(environment.getattr((undefined(name='fields') if l_0_fields is missing else l_0_fields), 'type'))
        yield ' place['
        yield str(t_4(environment, [environment.getattr((undefined(name='fields') if l_0_fields is missing else l_0_fields), 'places'), 1]))
        yield '];\n'
        for l_1_shape in environment.getattr((undefined(name='fields') if l_0_fields is missing else l_0_fields), 'shapes'):
            _loop_vars = {}
            pass
            yield '\t\tstruct {\n'
            for l_2_member in environment.getattr(l_1_shape, 'members'):
                _loop_vars = {}
                pass
                yield '\t\t\t'
                yield str(l_2_member)
                yield '\n'
            l_2_member = missing
            yield '\t\t} as_'
            yield str(environment.getattr(l_1_shape, 'name'))
            yield ';\n'
        l_1_shape = missing
        yield '\t};\n};\n\n'
        if environment.getattr((undefined(name='fields') if l_0_fields is missing else l_0_fields), 'cases'):
            pass
            yield '/* What is left to read for each row, behind that of no row. */\n'
            yield str(context.call((undefined(name='array') if l_0_array is missing else l_0_array), environment.getattr((undefined(name='fields') if l_0_fields is missing else l_0_fields), 'case_type'), str_join(((undefined(name='name') if l_0_name is missing else l_0_name), '_cases', )), str_join(('1 + ', (undefined(name='macro') if l_0_macro is missing else l_0_macro), '_ROWS', )), environment.getattr((undefined(name='fields') if l_0_fields is missing else l_0_fields), 'case_lines')))
            yield '\nstatic noinline void '
            yield str((undefined(name='name') if l_0_name is missing else l_0_name))
            yield '_read_rest('
            yield str((undefined(name='wide') if l_0_wide is missing else l_0_wide))
            yield ' insn, u32 which, struct '
            yield str((undefined(name='name') if l_0_name is missing else l_0_name))
            yield '_fields *out)\n{\n\tswitch (which) {\n'
            for (l_1_number, l_1_statements) in environment.getattr((undefined(name='fields') if l_0_fields is missing else l_0_fields), 'cases'):
                _loop_vars = {}
                pass
                yield '\tcase '
                yield str(l_1_number)
                yield ':\n'
                for l_2_statement in l_1_statements:
                    l_2_broken = resolve('broken')
                    _loop_vars = {}
                    pass
                    yield str(context.call((undefined(name='broken') if l_2_broken is missing else l_2_broken), l_2_statement, 2, _loop_vars=_loop_vars))
                    yield '\n'
                l_2_statement = l_2_broken = missing
                yield '\t\tbreak;\n'
            l_1_number = l_1_statements = missing
            yield '\t}\n}\n\n'
        yield '/* The row of a word, or '
        yield str((undefined(name='macro') if l_0_macro is missing else l_0_macro))
        yield '_NONE, and its fields. */\nstatic inline int '
        yield str((undefined(name='name') if l_0_name is missing else l_0_name))
        yield '_read('
        yield str((undefined(name='word') if l_0_word is missing else l_0_word))
        yield ' word, struct '
        yield str((undefined(name='name') if l_0_name is missing else l_0_name))
        yield '_fields *out)\n{\n\t'
        yield str((undefined(name='wide') if l_0_wide is missing else l_0_wide))
        yield ' insn = word;\n'
        if environment.getattr((undefined(name='fields') if l_0_fields is missing else l_0_fields), 'cases'):
            pass
            yield '\tu32 which;\n'
        yield '\n\tout->row = '
        yield str((undefined(name='name') if l_0_name is missing else l_0_name))
        yield '_decode(word);\n'
        for l_1_statement in environment.getattr((undefined(name='fields') if l_0_fields is missing else l_0_fields), 'usual'):
            l_1_broken = resolve('broken')
            _loop_vars = {}
            pass
            yield str(context.call((undefined(name='broken') if l_1_broken is missing else l_1_broken), l_1_statement, 1, _loop_vars=_loop_vars))
            yield '\n'
        l_1_statement = l_1_broken = missing
        if environment.getattr((undefined(name='fields') if l_0_fields is missing else l_0_fields), 'cases'):
            pass
            yield '\twhich = '
            yield str((undefined(name='name') if l_0_name is missing else l_0_name))
            yield '_cases[(u32)(1 + out->row)];\n\tif (unlikely(which))\n\t\t'
            yield str((undefined(name='name') if l_0_name is missing else l_0_name))
            yield '_read_rest(insn, which, out);\n'
        elif (not environment.getattr((undefined(name='fields') if l_0_fields is missing else l_0_fields), 'usual')):
            pass
            yield '\t(void)insn;\n'
        yield '\treturn out->row;\n}\n'
    if (undefined(name='trials') if l_0_trials is missing else l_0_trials):
        pass
        yield '\n/* A word of each row, and one of each gap between them, with the row that it must be of. */\nstatic const struct {\n\t'
        yield str((undefined(name='word') if l_0_word is missing else l_0_word))
        yield ' word;\n\ts16 row;\n} '
        yield str((undefined(name='name') if l_0_name is missing else l_0_name))
        yield '_trials['
        yield str(t_2((undefined(name='trials') if l_0_trials is missing else l_0_trials)))
        yield '] = {\n'
        for (l_1_trial, l_1_row) in (undefined(name='trials') if l_0_trials is missing else l_0_trials):
            _loop_vars = {}
            pass
            yield '\t{ '
            yield str(l_1_trial)
            yield ', '
            yield str(l_1_row)
            yield ' },\n'
        l_1_trial = l_1_row = missing
        yield '};\n\n/* Try the decoder out: the number of the first trial that fails, or -1. */\nstatic inline int '
        yield str((undefined(name='name') if l_0_name is missing else l_0_name))
        yield '_self_test(void)\n{\n\tu32 at;\n\n\tfor (at = 0; at < '
        yield str(t_2((undefined(name='trials') if l_0_trials is missing else l_0_trials)))
        yield '; at++) {\n\t\tint row = '
        yield str((undefined(name='name') if l_0_name is missing else l_0_name))
        yield '_decode('
        yield str((undefined(name='name') if l_0_name is missing else l_0_name))
        yield '_trials[at].word);\n\n\t\tif (row != '
        yield str((undefined(name='name') if l_0_name is missing else l_0_name))
        yield '_trials[at].row)\n\t\t\treturn (int)at;\n\t}\n\treturn -1;\n}\n'

blocks = {}
debug_info = '2=54&3=67&4=74&5=79&9=90&10=92&11=94&12=96&13=100&15=106&19=108&20=110&21=112&22=116&23=120&27=128&29=131&30=133&31=135&32=137&34=139&35=141&36=143&37=145&38=147&40=151&41=153&43=155&44=157&45=159&46=161&48=163&54=166&55=168&57=172&58=174&59=177&60=181&61=187&62=193&63=196&64=202&66=209&68=212&70=214&71=217&72=219&74=224&76=228&82=235&85=238&88=240&89=244&91=248&92=252&94=256&99=260&101=263&102=265&105=271&106=275&107=277&108=281&116=288&117=290&119=296&120=298&124=302&125=304&126=308&128=311&129=314&131=316&132=318&138=322&142=325&144=327&145=331&146=335&151=341&155=343&156=345&158=349'
