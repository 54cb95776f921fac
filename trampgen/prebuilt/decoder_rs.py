SOURCE = "ede7c73a4c70c0d764edc4d06c6d4d14c6a6ca1bf6c5e589460d26898897d376"
JINJA2 = "3.1.6"
from jinja2.runtime import LoopContext, Macro, Markup, Namespace, TemplateNotFound, TemplateReference, TemplateRuntimeError, Undefined, escape, identity, internalcode, markup_join, missing, str_join
name = 'decoder.rs.j2'

def root(context, missing=missing):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    l_0_name = resolve('name')
    l_0_functions = resolve('functions')
    l_0_rows = resolve('rows')
    l_0_word = resolve('word')
    l_0_words = resolve('words')
    l_0_plan = resolve('plan')
    l_0_lines = resolve('lines')
    l_0_wide = resolve('wide')
    l_0_nodes = resolve('nodes')
    l_0_lists = resolve('lists')
    l_0_goes_on = resolve('goes_on')
    l_0_root = resolve('root')
    l_0_shift = resolve('shift')
    l_0_value = resolve('value')
    l_0_places = resolve('places')
    l_0_shapes = resolve('shapes')
    l_0_cases = resolve('cases')
    l_0_case_of = resolve('case_of')
    l_0_usual = resolve('usual')
    l_0_count = resolve('count')
    l_0_trials = resolve('trials')
    l_0_array = missing
    try:
        t_1 = environment.filters['int']
    except KeyError:
        @internalcode
        def t_1(*unused):
            raise TemplateRuntimeError("No filter named 'int' found.")
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
    pass
    def macro(l_1_name, l_1_type, l_1_count, l_1_lines):
        t_4 = []
        if l_1_name is missing:
            l_1_name = undefined("parameter 'name' was not provided", name='name')
        if l_1_type is missing:
            l_1_type = undefined("parameter 'type' was not provided", name='type')
        if l_1_count is missing:
            l_1_count = undefined("parameter 'count' was not provided", name='count')
        if l_1_lines is missing:
            l_1_lines = undefined("parameter 'lines' was not provided", name='lines')
        pass
        t_4.extend((
            'static ',
            str(l_1_name),
            ': [',
            str(l_1_type),
            '; ',
            str(l_1_count),
            '] = [\n',
        ))
        for l_2_line in l_1_lines:
            _loop_vars = {}
            pass
            t_4.extend((
                '    ',
                str(l_2_line),
                '\n',
            ))
        l_2_line = missing
        t_4.append(
            '];\n',
        )
        return concat(t_4)
    context.exported_vars.add('array')
    context.vars['array'] = l_0_array = Macro(environment, macro, 'array', ('name', 'type', 'count', 'lines'), False, False, False, context.eval_ctx.autoescape)
    yield '//! The decoder of '
    yield str((undefined(name='name') if l_0_name is missing else l_0_name))
    yield ': needs nothing but `core`, allocates nothing, has no `unsafe`.\n\n'
    if (undefined(name='functions') if l_0_functions is missing else l_0_functions):
        pass
        yield 'use super::{'
        yield str(t_2(context.eval_ctx, (undefined(name='functions') if l_0_functions is missing else l_0_functions), ', '))
        yield '};\n\n'
    yield '/// Numbers of the rows, in the order in which they are tried.\npub mod row {\n'
    l_1_loop = missing
    for l_1_row, l_1_loop in LoopContext((undefined(name='rows') if l_0_rows is missing else l_0_rows), undefined):
        _loop_vars = {}
        pass
        yield '    pub const '
        yield str(l_1_row)
        yield ': usize = '
        yield str(environment.getattr(l_1_loop, 'index0'))
        yield ';\n'
    l_1_loop = l_1_row = missing
    yield '}\n\n/// How many rows there are.\npub const ROWS: usize = '
    yield str(t_3((undefined(name='rows') if l_0_rows is missing else l_0_rows)))
    yield ';\n\n/// What a word of each row holds: under the mask, the value.\n'
    yield str(context.call((undefined(name='array') if l_0_array is missing else l_0_array), 'WORDS', str_join(('(', (undefined(name='word') if l_0_word is missing else l_0_word), ', ', (undefined(name='word') if l_0_word is missing else l_0_word), ')', )), t_3((undefined(name='rows') if l_0_rows is missing else l_0_rows)), (undefined(name='words') if l_0_words is missing else l_0_words)))
    yield '\n'
    if environment.getattr((undefined(name='plan') if l_0_plan is missing else l_0_plan), 'root'):
        pass
        yield str(context.call((undefined(name='array') if l_0_array is missing else l_0_array), 'ENTRIES', 'u16', t_3(environment.getattr((undefined(name='plan') if l_0_plan is missing else l_0_plan), 'entries')), context.call((undefined(name='lines') if l_0_lines is missing else l_0_lines), environment.getattr((undefined(name='plan') if l_0_plan is missing else l_0_plan), 'entries'))))
        yield str(context.call((undefined(name='array') if l_0_array is missing else l_0_array), 'NODES', str_join(('(', (undefined(name='wide') if l_0_wide is missing else l_0_wide), ', ', (undefined(name='wide') if l_0_wide is missing else l_0_wide), ', u16)', )), t_3(environment.getattr((undefined(name='plan') if l_0_plan is missing else l_0_plan), 'nodes')), (undefined(name='nodes') if l_0_nodes is missing else l_0_nodes)))
        yield '\n'
    yield str(context.call((undefined(name='array') if l_0_array is missing else l_0_array), 'SLOTS', 'u16', t_3(environment.getattr((undefined(name='plan') if l_0_plan is missing else l_0_plan), 'slots')), context.call((undefined(name='lines') if l_0_lines is missing else l_0_lines), environment.getattr((undefined(name='plan') if l_0_plan is missing else l_0_plan), 'slots'))))
    yield '\n'
    if (undefined(name='lists') if l_0_lists is missing else l_0_lists):
        pass
        yield str(context.call((undefined(name='array') if l_0_array is missing else l_0_array), 'LISTS', 'u16', t_3((undefined(name='lists') if l_0_lists is missing else l_0_lists)), context.call((undefined(name='lines') if l_0_lines is missing else l_0_lines), (undefined(name='lists') if l_0_lists is missing else l_0_lists))))
        yield '\n/// The first row of a list that holds a word, or else its last one.\nfn listed(insn: '
        yield str((undefined(name='word') if l_0_word is missing else l_0_word))
        yield ', mut at: usize) -> Option<usize> {\n    loop {\n        let entry = *LISTS.get(at)?;\n        let row = usize::from(entry & '
        yield str((t_1((undefined(name='goes_on') if l_0_goes_on is missing else l_0_goes_on), base=16) - 1))
        yield ');\n        let (mask, value) = *WORDS.get(row)?;\n        if entry & '
        yield str((undefined(name='goes_on') if l_0_goes_on is missing else l_0_goes_on))
        yield ' == 0 || insn & mask == value {\n            return Some(row);\n        }\n        at += 1;\n    }\n}\n\n'
    yield '/// The row of a word.\npub fn decode(word: '
    yield str((undefined(name='word') if l_0_word is missing else l_0_word))
    yield ') -> Option<usize> {\n'
    if (environment.getattr((undefined(name='plan') if l_0_plan is missing else l_0_plan), 'root') or environment.getattr(environment.getitem(environment.getattr((undefined(name='plan') if l_0_plan is missing else l_0_plan), 'nodes'), 0), 'multiplier')):
        pass
        yield '    let insn = '
        yield str(('word' if ((undefined(name='word') if l_0_word is missing else l_0_word) == (undefined(name='wide') if l_0_wide is missing else l_0_wide)) else str_join(((undefined(name='wide') if l_0_wide is missing else l_0_wide), '::from(word)', ))))
        yield ';\n'
    if environment.getattr((undefined(name='plan') if l_0_plan is missing else l_0_plan), 'root'):
        pass
        yield '    let entry = *ENTRIES.get(('
        yield str((undefined(name='root') if l_0_root is missing else l_0_root))
        yield ') as usize)?;\n    let (mask, multiplier, base) = *NODES.get(usize::from(entry))?;\n    let hash = (insn & mask).wrapping_mul(multiplier) >> '
        yield str((undefined(name='shift') if l_0_shift is missing else l_0_shift))
        yield ';\n    let slot = *SLOTS.get(usize::from(base) + hash as usize)?;\n'
    elif environment.getattr(environment.getitem(environment.getattr((undefined(name='plan') if l_0_plan is missing else l_0_plan), 'nodes'), 0), 'multiplier'):
        pass
        yield '    let hash = (insn & '
        yield str(environment.getattr(environment.getitem(environment.getattr((undefined(name='plan') if l_0_plan is missing else l_0_plan), 'nodes'), 0), 'mask'))
        yield ').wrapping_mul('
        yield str(environment.getattr(environment.getitem(environment.getattr((undefined(name='plan') if l_0_plan is missing else l_0_plan), 'nodes'), 0), 'multiplier'))
        yield ') >> '
        yield str((undefined(name='shift') if l_0_shift is missing else l_0_shift))
        yield ';\n    let slot = *SLOTS.get(hash as usize)?;\n'
    else:
        pass
        yield '    let slot = SLOTS[0];\n'
    yield '    let row = usize::from(slot);\n'
    if (undefined(name='lists') if l_0_lists is missing else l_0_lists):
        pass
        yield '    let row = if row < ROWS { row } else { listed(word, row - ROWS)? };\n'
    yield '    let (mask, value) = *WORDS.get(row)?;\n    if word & mask == value {\n        Some(row)\n    } else {\n        None\n    }\n}\n\n/// A row, and the places of its fields: those of other shapes hold anything.\n#[derive(Clone, Copy, Debug)]\npub struct Read {\n    pub row: usize,\n    place: ['
    yield str((undefined(name='value') if l_0_value is missing else l_0_value))
    yield '; '
    yield str((undefined(name='places') if l_0_places is missing else l_0_places))
    yield '],\n}\n'
    for (l_1_shape, l_1_members) in (undefined(name='shapes') if l_0_shapes is missing else l_0_shapes):
        _loop_vars = {}
        pass
        yield '\n#[derive(Clone, Copy, Debug, PartialEq, Eq)]\npub struct '
        yield str(l_1_shape)
        yield ' {\n'
        for (l_2_member, l_2_at) in l_1_members:
            _loop_vars = {}
            pass
            yield '    pub '
            yield str(l_2_member)
            yield ': '
            yield str((undefined(name='value') if l_0_value is missing else l_0_value))
            yield ',\n'
        l_2_member = l_2_at = missing
        yield '}\n\nimpl From<&Read> for '
        yield str(l_1_shape)
        yield ' {\n    fn from(read: &Read) -> Self {\n        Self {\n'
        for (l_2_member, l_2_at) in l_1_members:
            _loop_vars = {}
            pass
            yield '            '
            yield str(l_2_member)
            yield ': read.place['
            yield str(l_2_at)
            yield '],\n'
        l_2_member = l_2_at = missing
        yield '        }\n    }\n}\n'
    l_1_shape = l_1_members = missing
    yield '\n'
    if (undefined(name='cases') if l_0_cases is missing else l_0_cases):
        pass
        yield '/// What is left to read for each row.\n'
        yield str(context.call((undefined(name='array') if l_0_array is missing else l_0_array), 'CASES', 'u16', t_3((undefined(name='rows') if l_0_rows is missing else l_0_rows)), context.call((undefined(name='lines') if l_0_lines is missing else l_0_lines), (undefined(name='case_of') if l_0_case_of is missing else l_0_case_of))))
        yield '\n#[cold]\nfn read_rest(insn: '
        yield str((undefined(name='wide') if l_0_wide is missing else l_0_wide))
        yield ', which: u16, place: &mut ['
        yield str((undefined(name='value') if l_0_value is missing else l_0_value))
        yield '; '
        yield str((undefined(name='places') if l_0_places is missing else l_0_places))
        yield ']) {\n    match which {\n'
        for (l_1_number, l_1_statements) in (undefined(name='cases') if l_0_cases is missing else l_0_cases):
            _loop_vars = {}
            pass
            yield '        '
            yield str(l_1_number)
            yield ' => {\n'
            for (l_2_at, l_2_text) in l_1_statements:
                _loop_vars = {}
                pass
                yield '            place['
                yield str(l_2_at)
                yield '] = '
                yield str(l_2_text)
                yield ';\n'
            l_2_at = l_2_text = missing
            yield '        }\n'
        l_1_number = l_1_statements = missing
        yield '        _ => {}\n    }\n    let _ = insn;\n}\n\n'
    yield '/// The row of a word, and its fields.\n#[allow(unused_mut)]\npub fn read(word: '
    yield str((undefined(name='word') if l_0_word is missing else l_0_word))
    yield ') -> Option<Read> {\n    let row = decode(word)?;\n    let insn = '
    yield str(('word' if ((undefined(name='word') if l_0_word is missing else l_0_word) == (undefined(name='wide') if l_0_wide is missing else l_0_wide)) else str_join(((undefined(name='wide') if l_0_wide is missing else l_0_wide), '::from(word)', ))))
    yield ';\n    let mut place = [0; '
    yield str((undefined(name='places') if l_0_places is missing else l_0_places))
    yield '];\n'
    for (l_1_at, l_1_text) in (undefined(name='usual') if l_0_usual is missing else l_0_usual):
        _loop_vars = {}
        pass
        yield '    place['
        yield str(l_1_at)
        yield '] = '
        yield str(l_1_text)
        yield ';\n'
    l_1_at = l_1_text = missing
    if (undefined(name='cases') if l_0_cases is missing else l_0_cases):
        pass
        yield '    let which = *CASES.get(row)?;\n    if which != 0 {\n        read_rest(insn, which, &mut place);\n    }\n'
    else:
        pass
        yield '    let _ = insn;\n'
    yield '    Some(Read { row, place })\n}\n'
    if (undefined(name='count') if l_0_count is missing else l_0_count):
        pass
        yield '\n/// A word of each row, and one of each gap between them, with the row that it must be of.\n'
        yield str(context.call((undefined(name='array') if l_0_array is missing else l_0_array), 'TRIALS', str_join(('(', (undefined(name='word') if l_0_word is missing else l_0_word), ', Option<usize>)', )), (undefined(name='count') if l_0_count is missing else l_0_count), (undefined(name='trials') if l_0_trials is missing else l_0_trials)))
        yield '\n/// Try the decoder out: the number of the first trial that fails.\npub fn self_test() -> Option<usize> {\n    TRIALS.iter().position(|&(word, row)| decode(word) != row)\n}\n'

blocks = {}
debug_info = '2=51&3=64&4=71&5=76&9=87&11=89&12=92&17=96&18=100&23=106&26=108&27=110&28=112&29=113&31=115&32=117&33=119&35=121&38=123&40=125&49=128&50=130&51=133&53=135&54=138&56=140&58=142&59=145&65=155&80=159&82=163&85=167&86=169&87=173&91=179&94=181&95=185&102=193&104=196&106=198&108=204&109=208&110=210&111=214&123=223&125=225&126=227&127=229&128=233&130=238&140=245&143=248'
