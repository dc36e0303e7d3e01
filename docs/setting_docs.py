"""Let the reference show a setting as what it is: its default and its sentence, both taken from its row.

This is an extension of Griffe, which reads the sources for the reference. A field declared as
`setting(default, help=...)` has no docstring of its own; without this the reference would show the call.
"""

import ast

import griffe


class SettingDocs(griffe.Extension):
    """Takes default and docstring of a field from its call of `setting`."""

    def on_attribute_instance(self, *, attr: griffe.Attribute, **_others: object) -> None:
        """Rewrite one field, where it is a setting."""
        call = attr.value
        if not (isinstance(call, griffe.ExprCall) and str(call.function) == "setting"):
            return
        named = {part.name: part.value for part in call.arguments if isinstance(part, griffe.ExprKeyword)}
        plain = [part for part in call.arguments if not isinstance(part, griffe.ExprKeyword)]
        if "help" in named:
            sentence = ast.literal_eval(str(named["help"]))
            attr.docstring = griffe.Docstring(sentence, lineno=attr.lineno, endlineno=attr.endlineno, parent=attr)
        attr.value = plain[0] if plain else named.get("default")
