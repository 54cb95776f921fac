"""Regions as C: what each can be patched to, as words of its own, and which of it is there."""

from __future__ import annotations

from dataclasses import replace

from trampgen.emit import c_text, c_words
from trampgen.emit.c_words import Names
from trampgen.model.record import compared
from trampgen.model.spec import Form, Hole, Region, TemplateVariant


@compared
class FormView:
    """What a region can be patched to: the words as C, their comparison, and the params they take."""

    name: str
    macro: str
    buffer: str
    arguments: tuple[str, ...]
    params: tuple[str, ...]
    fallible: bool
    words: tuple[str, ...]  # as the function for the region alone writes them
    filled: tuple[str, ...]  # as the encoder of the whole template writes them
    tests: tuple[str, ...]


@compared
class RegionView:
    """One region; an encoder is told (by `choice`) what to do with it, unless it is a hole."""

    name: str
    macro: str
    start: int
    offset: int
    count: int
    is_hole: bool
    choice: str
    rest: tuple[str, ...]
    rest_tests: tuple[str, ...]
    rest_params: tuple[str, ...]  # that an encoder needs only where the region rests
    forms: tuple[FormView, ...]


def view(
    prefix: str, region: Region, variant: TemplateVariant, names: Names, choice: str, fallible: set[str]
) -> RegionView:
    """A region of a variant; `fallible` are params that some value of does not fit."""
    resting = c_words.views(variant.patched({}), names)[region.start : region.end]
    own = f"{prefix}_{c_text.macro(region.name)}"
    resting_params = {hole.param for hole in variant.holes if hole.form is None and _inside(hole, region)}
    return RegionView(
        region.name,
        own,
        region.start,
        variant.unit * region.start,
        region.end - region.start,
        region.is_hole,
        choice,
        tuple(c_words.stores(resting, names.buffer, region.start)),
        tuple(word.test for word in resting if word.test),
        tuple(param.name for param in variant.params if param.name in resting_params),
        tuple(_form(own, region, form, variant, names, fallible) for form in region.forms),
    )


def _form(
    prefix: str, region: Region, form: Form, variant: TemplateVariant, names: Names, fallible: set[str]
) -> FormView:
    patched = variant.patched({region.name: form.name})
    taken = {hole.param for hole in variant.holes if hole.form == form.name}
    params = [param for param in variant.params if param.name in taken]
    buffer = c_text.free("words" if variant.unit > 1 else "bytes", taken)
    alone = replace(names, buffer=buffer, params={param.name: param.name for param in params})
    alone_words = c_words.views(_only(patched, region), alone)[region.start : region.end]
    words = c_words.views(patched, names)[region.start : region.end]
    relative = any(param.pc_relative for param in params)
    arguments = [f"{names.type} *{buffer}", *([f"unsigned long {names.ip}"] if relative else [])]
    arguments += [f"{c_text.argument_type(param)} {param.name}" for param in params]
    return FormView(
        form.name,
        f"{prefix}_FORM_{c_text.form_macro(region, form)}",
        buffer,
        tuple(arguments),
        tuple(param.name for param in params),
        any(param.name in fallible for param in params),
        tuple(c_words.stores(alone_words, buffer)),
        tuple(c_words.stores(words, names.buffer, region.start)),
        tuple(word.test for word in words if word.test),
    )


def _only(variant: TemplateVariant, region: Region) -> TemplateVariant:
    """The variant without the holes of words outside a region, whose params a function of its own does not know."""
    return replace(variant, holes=tuple(hole for hole in variant.holes if _inside(hole, region)))


def _inside(hole: Hole, region: Region) -> bool:
    return region.start <= hole.word < region.end
