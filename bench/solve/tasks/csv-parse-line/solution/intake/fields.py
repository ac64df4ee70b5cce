"""Fields of one line."""

from intake.errors import BadLine


def split_line(line: str) -> list[str]:
    """Return the fields of one line of CSV; BadLine if its quotes are wrong."""
    fields: list[str] = []
    index = 0
    while True:
        if line[index : index + 1] == '"':
            value, index = quoted(line, index + 1)
        else:
            end = line.find(",", index)
            end = len(line) if end < 0 else end
            value, index = line[index:end], end
            if '"' in value:
                raise BadLine("stray quote")
        fields.append(value)
        if index == len(line):
            return fields
        if line[index] != ",":
            raise BadLine("text after closing quote")
        index += 1


def quoted(line: str, index: int) -> tuple[str, int]:
    """Return a quoted field that begins at `index`, and the position after its closing quote."""
    value = ""
    while index < len(line):
        if line[index] != '"':
            value += line[index]
            index += 1
        elif line[index + 1 : index + 2] == '"':
            value += '"'
            index += 2
        else:
            return value, index + 1
    raise BadLine("missing closing quote")
