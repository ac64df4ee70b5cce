"""A section of a configuration file as a frozen class: every key known, every value of its type."""

from typing import TypeVar, get_args, get_type_hints

from journeyman.domain.errors import UserError

T = TypeVar("T")


def typed_section(file: str, name: str, kind: type[T], values: object) -> T:
    """Return the class filled from a mapping.

    Raises:
        UserError: no section, an unknown key, or a value of the wrong type or below zero.
    """
    if not isinstance(values, dict):
        raise UserError(f"{file}: `{name}` must be a section", remedy=f"Write [{name}] on a line of its own.")
    hints = get_type_hints(kind)
    checked = {}
    for key, value in values.items():
        if key not in hints:
            raise UserError(f"{file}: [{name}] has no `{key}`", remedy=f"Known: {', '.join(hints)}.")
        checked[key] = _value(f"{file}: [{name}] {key}", hints[key], value)
    return kind(**checked)


def _value(where: str, hint: object, value: object) -> object:
    if hint == tuple[str, ...]:
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise UserError(f"{where} must be a list of strings", remedy='For example ["src/**"].')
    allowed = get_args(hint) or (hint,)
    if float in allowed and type(value) is int:
        value = float(value)
    if type(value) not in allowed:
        wanted = " or ".join(kind.__name__ for kind in allowed if kind is not type(None))
        raise UserError(f"{where} must be {wanted}", remedy=f"It is {type(value).__name__} now.")
    if isinstance(value, int | float) and not isinstance(value, bool) and value < 0:
        raise UserError(f"{where} must not be negative", remedy="Leave it out for the default.")
    return value
